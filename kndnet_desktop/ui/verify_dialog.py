"""Is this report the one that was issued?"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.images import SUFFIXES
from kndnet_desktop.core.translation import Catalogue
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.report_dialog import Office
from kndnet_desktop.ui.theme import GRID

if TYPE_CHECKING:
    from kndnet_desktop.core.verify import Verdict


class VerifyDialog(QDialog):
    """Says in sentences what is known of a report, and computes its answer again from a photo.

    Args:
        jobs: Where work runs.
        report: The report's file.
        open_office: Opens who checks reports; called in a job's thread.
        catalogue: The window's language.
        broke: Called with an exception that is a bug.
    """

    def __init__(
        self,
        jobs: Jobs,
        report: Path,
        open_office: Callable[[], Office],
        catalogue: Catalogue,
        broke: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._report, self._open_office = jobs, report, open_office
        self._catalogue, self._broke = catalogue, broke
        self.verdict: Verdict | None = None
        self.setWindowTitle(self.tr("Verify a report"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.headline, self.sentences, self.key = QLabel(), QLabel(), QLabel()
        font = QFont(self.headline.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self.headline.setFont(font)
        name = QLabel(report.name)
        self.again = QPushButton(self.tr("Compute again from the &photo…"))
        self.again.clicked.connect(self._ask_photo)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.again, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        for label in (name, self.headline, self.sentences, self.key):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            column.addWidget(label)
        column.addStretch(1)
        column.addWidget(buttons)
        self.setMinimumWidth(520)
        self.check()

    def check(self, photo: Path | None = None) -> None:
        """Check the report, and its answer if a photo is given."""
        self.verdict = None
        self.again.setEnabled(False)
        self.headline.setText(self.tr("The report is being checked…"))
        report, office = self._report, self._open_office

        def work() -> "Iterator[Verdict | UserError]":
            try:
                yield office().verify(report, photo)
            except UserError as error:
                yield error

        job = self._jobs.start(work)
        job.item.connect(self._on_checked)
        job.failed.connect(self._broke)

    def _on_checked(self, found: "Verdict | UserError") -> None:
        if isinstance(found, UserError):
            self.headline.setText(self._catalogue.sentence(found.sentence))
            self.sentences.setText(self._catalogue.sentence(found.hint))
            self.again.setEnabled(True)
            return
        self.verdict = found
        headline, *others = map(self._catalogue.sentence, found.sentences)
        self.headline.setText(headline)
        self.sentences.setText("\n\n".join(others))
        self.key.setText(self.tr("Key: {fingerprint}").format(fingerprint=_groups(found.fingerprint)))
        self.key.setVisible(bool(found.fingerprint))
        self.again.setEnabled(found.record is not None)

    def _ask_photo(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("The photo that the report is about"), "", self.tr("Photos") + f" ({patterns})"
        )
        if name:
            self.check(Path(name))


def _groups(digits: str) -> str:
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
