"""The report of many photos: chosen, made with progress, and saved."""

import functools
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.patient import Clinic, Patient
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.core.report_parts import LIST_SIDE, Form, photo
from kndnet_desktop.ui.jobs import Job, Jobs
from kndnet_desktop.ui.passphrase import ask_passphrase
from kndnet_desktop.ui.report_dialog import Office
from kndnet_desktop.ui.report_form import LANGUAGE_NAMES, ReportSettings
from kndnet_desktop.ui.run_preview import REPLACED
from kndnet_desktop.ui.save_as import ask_where
from kndnet_desktop.ui.theme import GRID
from kndnet_desktop.ui.translator import tr

# Setting and signing PDF takes a second to import: the office is opened in a job's thread.
if TYPE_CHECKING:
    from kndnet_desktop.core.report import Document


@dataclass(frozen=True, slots=True)
class Order:
    """Photos to report on.

    Attributes:
        photos: Where each photo is, and what the run found in it; None where it waits and is answered now.
        models: Who is asked.
        mode: Calibration mode.
        target: Sensitivity of the operating point whose recommendation is given.
    """

    photos: Sequence[tuple[Path, CaseResult | None]]
    models: Models
    mode: str
    target: float


@dataclass(frozen=True, slots=True)
class _Step:
    """How far the report is, or how it ended.

    Attributes:
        photos: Number of photos done.
        document: The report, once it is drawn and being saved.
        error: Why it was not saved.
    """

    photos: int = 0
    document: "Document | None" = None
    error: UserError | None = None


class BatchReportDialog(QDialog):
    """Makes one report of many photos.

    Args:
        jobs: Where work runs.
        order: What it is about.
        open_office: Opens who makes reports; called in a job's thread.
        languages: Codes of the languages that a report can be in.
        settings: What was remembered.
        remember: Called with what is to be remembered when the dialog closes.
        broke: Called with an exception that is a bug.
    """

    def __init__(
        self,
        jobs: Jobs,
        order: Order,
        open_office: Callable[[], Office],
        languages: tuple[str, ...],
        settings: ReportSettings,
        remember: Callable[[ReportSettings], None],
        broke: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._order, self._settings = jobs, order, settings
        self._remember, self._broke = remember, broke
        self._open_office = functools.cache(open_office)
        self._job: Job | None = None
        self._written: list[Path] = []  # the report, as soon as it is
        self._saving, self._leaving = False, False  # which can't be cancelled; and closing as soon as that is done
        self._target: Path | None = None
        self._drawn: Document | None = None  # until something in it is changed: it need not be made twice to be saved
        self._kept = ""  # the notes that were saved
        self.setWindowTitle(self.tr("Report on many photos"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.notes = QLineEdit()
        self.language, self.paper = QComboBox(), QComboBox()
        for code in languages:
            self.language.addItem(LANGUAGE_NAMES.get(code, code), code)
        self.language.setCurrentIndex(max(self.language.findData(settings.language), 0))
        for name, title in (("a4", "A4"), ("letter", "Letter")):
            self.paper.addItem(title, name)
        self.paper.setCurrentIndex(max(self.paper.findData(settings.paper), 0))
        self.sign = QCheckBox(self.tr("Sign it, so that every later change shows"))
        self.sign.setChecked(settings.sign)
        self.progress = QProgressBar()
        self.progress.setRange(0, len(order.photos))
        self.progress.setFormat("%v / %m")
        self.progress.setAccessibleName(self.tr("Photos done"))
        self.said = QLabel(self.tr("{count} photos").format(count=len(order.photos)))
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.save = QPushButton(self.tr("&Save…"))
        self.save.setDefault(True)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setEnabled(False)
        self.close_button = QPushButton(self.tr("Close"))
        self.save.clicked.connect(self._ask_where)
        self.cancel.clicked.connect(self._stop)
        self.close_button.clicked.connect(self.close)
        for changed in (self.notes.textChanged, self.language.currentIndexChanged, self.paper.currentIndexChanged):
            changed.connect(self._forget)
        self._lay_out()

    @property
    def busy(self) -> bool:
        """Whether a report is being made."""
        return self._job is not None

    def save_to(self, target: Path, passphrase: str = "") -> None:
        """Make the report, unless that was done and only saving it failed, and save it."""
        order, office, settings = self._order, self._open_office, self._choices()
        notes = self.notes.text().strip()
        written = self._written = []
        drawn = self._drawn

        def draw() -> "Generator[_Step, None, Document]":
            models, painter, made = order.models, HeatPainter(), datetime.now().astimezone()
            card, photos = models.main.card, []
            logo = settings.read_logo()
            cases = classify((path for path, _ in order.photos), models, order.mode)
            for case, (_, known) in zip(cases, order.photos, strict=True):
                result = _as_listed(case.result, known)
                photos.append(photo(result, case.picture, case.examination, card, painter, side=LIST_SIDE))
                yield _Step(len(photos))
            clinic = Clinic(settings.clinic, settings.address)
            form = Form(clinic, Patient(notes=notes), logo, settings.paper, order.target)
            cards = [card, *([models.teacher.card] if models.teacher else [])]
            return office().draw_batch(photos, cards, form, settings.language, made)

        def work() -> Iterator[_Step]:
            try:
                document = drawn or (yield from draw())
                yield _Step(len(order.photos), document)  # the last place where it can be cancelled
                office().issue(document, target, sign=settings.sign, passphrase=passphrase)
                written.append(target)
            except UserError as error:
                yield _Step(error=error)

        self.said.setText(self.tr("The report is being made…"))
        self._target = target
        job = self._job = self._jobs.start(work)
        # Methods of this dialog, so that nothing is called once it is gone.
        job.item.connect(self._on_step)
        job.done.connect(self._on_done)
        job.cancelled.connect(self._on_cancelled)
        job.failed.connect(self._on_failed)
        self._enable()

    def done(self, code: int) -> None:
        """Stop, remember and close; once it is saved, if it is being saved, and nothing is lost unasked."""
        if not self._saving and not self._discard():
            return
        if self._saving:
            self._leaving = True
            return
        self._stop()
        self._remember(self._choices())
        super().done(code)

    def _choices(self) -> ReportSettings:
        return replace(
            self._settings,
            language=self.language.currentData(),
            paper=self.paper.currentData(),
            sign=self.sign.isChecked(),
        )

    def _discard(self) -> bool:
        """Whether what would be lost may be; True if nothing would."""
        if self.busy:
            question = self.tr("This report is still being made. Stop it and close?")
        elif self.notes.text().strip() != self._kept:
            question = self.tr("This report was not saved. Close it and lose what you typed?")
        else:
            return True
        discard, keep = QMessageBox.StandardButton.Discard, QMessageBox.StandardButton.Cancel
        return QMessageBox.question(self, self.windowTitle(), question, discard | keep, keep) is discard

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(GRID)
        form.addRow(self.tr("N&otes"), self.notes)
        form.addRow(self.tr("&Language"), self.language)
        form.addRow(self.tr("&Paper"), self.paper)
        form.addRow(self.sign)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.save, self.cancel, self.close_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(form)
        column.addWidget(self.progress)
        column.addWidget(self.said)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(480)

    def _ask_where(self) -> None:
        offer = Path(self._settings.folder) / f"photos-report-{datetime.now().astimezone():%Y-%m-%d}.pdf"
        target = ask_where(self, self.tr("Save the report"), offer, "PDF (*.pdf)", ".pdf")
        if target:
            self.save_to(target)

    def _on_step(self, step: _Step) -> None:
        target = self._target
        assert target, "a job is under way"
        new = getattr(step.error, "new", None)  # only the error that asks for a passphrase has it
        self._saving = step.document is not None
        if not step.error:
            self.progress.setValue(step.photos)
        if step.document:
            self._drawn = step.document
            self.said.setText(self.tr("The report is being saved…"))
            self.cancel.setEnabled(False)
        elif new is not None:
            passphrase = ask_passphrase(self, new=new)
            if passphrase:
                self.save_to(target, passphrase)
            else:
                self.said.setText(self.tr("Nothing was saved."))
        elif step.error:
            self.said.setText(tr(str(step.error)))

    def _forget(self) -> None:
        self._drawn = None

    def _stop(self) -> None:
        if self._job:
            self._job.cancel()

    def _on_cancelled(self) -> None:
        self.said.setText(self.tr("Nothing was saved."))
        self._on_done()  # which says otherwise if it was asked for a moment too late

    def _on_failed(self, error: BaseException) -> None:
        self._on_done()
        self._broke(error)

    def _on_done(self) -> None:
        if self.sender() is not self._job:  # a passphrase was given and the next attempt is under way already
            return
        leaving, self._saving, self._leaving = self._leaving, False, False
        self._job = None
        self._enable()
        for target in self._written:
            self._kept = self.notes.text().strip()
            self._settings = replace(self._settings, folder=str(target.parent))
            self.said.setText(self.tr("Saved “{name}”.").format(name=target.name))
            if leaving:
                self.close()

    def _enable(self) -> None:
        for widget in (self.save, self.notes, self.language, self.paper, self.sign):
            widget.setEnabled(not self.busy)
        self.cancel.setEnabled(self.busy)


def _as_listed(now: CaseResult, known: CaseResult | None) -> CaseResult:
    """Return what the run found in a photo, as its table says it, or why the photo can't stand beside that any more."""
    if known is None or (now.sha256 is None and known.sha256):
        return now
    if known.sha256 in (None, now.sha256):
        return known
    return CaseResult(now.path, None, "error", REPLACED)
