"""The report of one lesion: filled in, looked at page by page, saved, printed or copied."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.report_parts import Form, Photo, file_name
from kndnet_desktop.core.trust import DEFAULT_TARGET
from kndnet_desktop.ui.jobs import Jobs, Newest
from kndnet_desktop.ui.page_view import PageView
from kndnet_desktop.ui.passphrase import ask_passphrase
from kndnet_desktop.ui.printing import paint
from kndnet_desktop.ui.report_form import ReportForm, ReportSettings
from kndnet_desktop.ui.save_as import ask_where
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr

# Setting and signing PDF takes a second to import: the office is opened in a job's thread.
if TYPE_CHECKING:
    from kndnet_desktop.core.report import Document
    from kndnet_desktop.core.verify import Verdict

PAUSE = 200  # milliseconds without a keystroke before the preview is drawn again
SCREEN_RESOLUTION = 120  # pixels per inch
PRINT_RESOLUTION = 300


class Office(Protocol):
    """Who makes, issues and checks reports."""

    def draw(
        self, photos: Sequence[Photo], cards: Sequence[ModelCard], form: Form, language: str, made: datetime
    ) -> "Document":
        """Make the report of one lesion."""

    def draw_batch(
        self, photos: Sequence[Photo], cards: Sequence[ModelCard], form: Form, language: str, made: datetime
    ) -> "Document":
        """Make the report of many photos."""

    def issue(self, document: "Document", target: Path, *, sign: bool, passphrase: str = "") -> None:
        """Set, sign and save a report."""

    def verify(self, report: Path, image: Path | None = None) -> "Verdict":
        """Check a report."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is about.

    Attributes:
        shoot: Reduces the photos to what is printed; called in a job's thread.
        cards: Card of the model that answered, then the teacher's if it was asked.
        target: Sensitivity of the operating point whose recommendation is given.
    """

    shoot: Callable[[], Sequence[Photo]]
    cards: tuple[ModelCard, ...]
    target: float = DEFAULT_TARGET


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """A report and its pages, made in a job's thread; or the sentence that says why there is none."""

    change: int
    document: "Document | None"
    pages: tuple[QImage, ...]
    name: str
    trouble: str


@dataclass(frozen=True, slots=True)
class _Saved:
    """How saving went; `change` counts what had been typed or chosen."""

    target: Path
    change: int
    error: UserError | None


class ReportDialog(QDialog):
    """Shows the report as it will be while it is filled in.

    Args:
        jobs: Where work runs.
        theme: Colours.
        subject: What the report is about.
        open_office: Opens who makes reports; called in a job's thread, at most once.
        languages: Codes of the languages that a report can be in.
        settings: What was remembered.
        remember: Called with what is to be remembered when the dialog closes.
        broke: Called with an exception that is a bug.
    """

    def __init__(
        self,
        jobs: Jobs,
        theme: Theme,
        subject: Subject,
        open_office: Callable[[], Office],
        languages: tuple[str, ...],
        settings: ReportSettings,
        remember: Callable[[ReportSettings], None],
        broke: Callable[[BaseException], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._subject, self._remember, self._broke = jobs, subject, remember, broke
        self._open_office = functools.cache(open_office)
        self._shoot = functools.cache(subject.shoot)
        self._made = datetime.now().astimezone()
        self._drawn: _Drawn | None = None
        self._change = 0  # counts what was typed or chosen; the report that is shown must be of the last one
        self._kept = 0  # the last of these that was saved or printed
        self._busy, self._leaving = False, False  # saving or printing; and closing as soon as that is done
        self._printer: QPrinter | None = None
        self._printed = 0  # as `_change`, of what is being printed
        self.setWindowTitle(self.tr("Report"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = ReportForm(theme, languages, settings)
        self.pages = PageView()
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.copy = QPushButton(self.tr("Cop&y page"))
        self.print = QPushButton(self.tr("Pr&int…"))
        self.save = QPushButton(self.tr("&Save…"))
        self.save.setDefault(True)
        self.close_button = QPushButton(self.tr("Close"))
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._draw)
        self._drawing = Newest(jobs, self)
        self._drawing.item.connect(self._on_drawn)
        self._drawing.failed.connect(broke)
        self.form.changed.connect(self._on_changed)
        self.copy.clicked.connect(self._copy)
        self.print.clicked.connect(self._ask_printer)
        self.save.clicked.connect(self._ask_where)
        self.close_button.clicked.connect(self.close)
        self._enable()
        self._draw()

    @property
    def ready(self) -> bool:
        """Whether the preview shows what is filled in."""
        drawn = self._drawn
        return drawn is not None and drawn.document is not None and drawn.change == self._change

    def save_to(self, target: Path, passphrase: str = "") -> None:
        """Save the report that is shown, and say how that went."""
        drawn, office, sign = self._drawn, self._open_office, self.form.sign.isChecked()
        if not (drawn and drawn.document):
            return
        document, change = drawn.document, drawn.change

        def work() -> Iterator[_Saved]:
            try:
                office().issue(document, target, sign=sign, passphrase=passphrase)
            except UserError as error:
                yield _Saved(target, change, error)
            else:
                yield _Saved(target, change, None)

        self._say(self.tr("The report is being saved…"))
        self._busy = True
        self._enable()
        job = self._jobs.start(work)
        job.item.connect(self._on_saved)
        job.failed.connect(self._on_failed)

    def print_to(self, printer: QPrinter) -> None:
        """Print the report that is shown."""
        if not (self._drawn and self._drawn.document):
            return
        document = self._drawn.document
        self._printer, self._printed = printer, self._drawn.change
        self._say(self.tr("The pages are being drawn for the printer…"))
        self._busy = True
        self._enable()
        job = self._jobs.start(lambda: iter([_images(document.pages(PRINT_RESOLUTION))]))
        job.item.connect(self._paint)  # a method of this dialog, so that nothing is called once it is gone
        job.failed.connect(self._on_failed)

    def done(self, code: int) -> None:
        """Remember and close; once it is saved or printed, if it is, and never over what was typed unasked."""
        if self._busy:
            self._leaving = True
            return
        if self._change > self._kept and self.form.describes_patient and not self._discard():
            return
        self._remember(self.form.settings)
        self._timer.stop()
        self._drawing.drop()
        super().done(code)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        for button in (self.copy, self.print, self.save, self.close_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.addWidget(self.form)
        sides.addWidget(self.pages)
        sides.setStretchFactor(1, 1)
        sides.setChildrenCollapsible(False)
        sides.setSizes([420, 680])
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(sides, 1)
        column.addLayout(row)
        room = self.screen().availableGeometry()
        self.resize(min(1120, room.width() - 4 * GRID), min(860, room.height() - 8 * GRID))

    # Drawing

    def _on_changed(self) -> None:
        self._change += 1
        self._enable()
        self._timer.start()

    def _draw(self) -> None:
        settings, cards, target, made = self.form.settings, self._subject.cards, self._subject.target, self._made
        change = self._change
        try:
            patient, clinic = self.form.read_patient(), self.form.read_clinic()
        except UserError as error:
            self._say(tr(str(error)))
            return
        office, shoot = self._open_office, self._shoot

        def work() -> Iterator[_Drawn]:
            try:
                logo = settings.read_logo()
                photos = shoot()
                form = Form(clinic, patient, logo, settings.paper, target)
                document = office().draw(photos, cards, form, settings.language, made)
                pages = _images(document.pages(SCREEN_RESOLUTION))
                yield _Drawn(change, document, pages, file_name(photos, made), "")
            except UserError as error:
                yield _Drawn(change, None, (), "", tr(str(error)))

        self._drawing.ask(work)

    def _on_drawn(self, drawn: _Drawn) -> None:
        self._drawn = drawn
        if drawn.document:
            self.pages.show_pages(drawn.pages)
        missing = drawn.document.substituted if drawn.document else ()
        warning = self.tr("No font here has: {characters}").format(characters=" ".join(missing)) if missing else ""
        if drawn.change == self._change:  # else a mistake typed since is told, or the next drawing will tell
            self._say(drawn.trouble or warning)
        self._enable()

    def _enable(self) -> None:
        for button in (self.copy, self.print, self.save):
            button.setEnabled(self.ready and not self._busy)

    def _discard(self) -> bool:
        question = self.tr("This report was not saved. Close it and lose what you typed?")
        discard, keep = QMessageBox.StandardButton.Discard, QMessageBox.StandardButton.Cancel
        return QMessageBox.question(self, self.windowTitle(), question, discard | keep, keep) is discard

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)

    # Ways out

    def _ask_where(self) -> None:
        if not self._drawn:
            return
        offer = Path(self.form.settings.folder) / self._drawn.name
        target = ask_where(self, self.tr("Save the report"), offer, "PDF (*.pdf)", ".pdf")
        if target:
            self.save_to(target)

    def _on_saved(self, saved: _Saved) -> None:
        leaving = self._at_rest()
        new = getattr(saved.error, "new", None)  # only the error that asks for a passphrase has it
        if new is not None:
            passphrase = ask_passphrase(self, new=new)
            if passphrase:
                self.save_to(saved.target, passphrase)
                self._leaving = leaving
            else:
                self._say(self.tr("Nothing was saved."))
        elif saved.error:
            self._say(tr(str(saved.error)))
        else:
            self._kept = saved.change
            self.form.saved_in(str(saved.target.parent))
            self._say(self.tr("Saved “{name}”.").format(name=saved.target.name))
            if leaving:
                self.close()
        self._enable()

    def _at_rest(self) -> bool:
        """Nothing is saved or printed any more; return whether the dialog was to be closed then."""
        leaving, self._busy, self._leaving = self._leaving, False, False
        return leaving

    def _on_failed(self, error: BaseException) -> None:
        self._at_rest()
        self._enable()
        self._broke(error)

    def _ask_printer(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        kind = QPageSize.PageSizeId.Letter if self.form.settings.paper == "letter" else QPageSize.PageSizeId.A4
        printer.setPageSize(QPageSize(kind))
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            self.print_to(printer)

    def _paint(self, pages: Sequence[QImage]) -> None:
        printer = self._printer
        assert printer, "it was asked for"
        printed, leaving = paint(printer, pages), self._at_rest()
        self._say(self.tr("Sent to the printer.") if printed else self.tr("The printer can't be reached."))
        self._enable()
        if printed:
            self._kept = self._printed
            if leaving:
                self.close()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setImage(self.pages.page)
        self._say(self.tr("The page is copied as a picture."))


def _images(pages: Sequence[bytes]) -> tuple[QImage, ...]:
    return tuple(QImage.fromData(page) for page in pages)
