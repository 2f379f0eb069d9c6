"""The page of a whole folder: begin a run, hold it, cancel it, go on with it, and look at what came of it."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.files import is_folder
from kndnet_desktop.core.journal import Progress
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.core.runs import RunSettings
from kndnet_desktop.core.translation import grouped
from kndnet_desktop.core.trust import DEFAULT_TARGET
from kndnet_desktop.ui.batch_run import BatchRun, Pace, Unfinished, look_at
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.run_view import RunView
from kndnet_desktop.ui.save_as import ask_where
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr

EMPTY = "Drop a folder of photos here"
EMPTY_HINT = "Every photo gets a row. You can pause, close the program and go on later; nothing is lost."
REFRESH = 700  # milliseconds between two looks at a run under way
KINDS = (("CSV", ".csv"), ("Excel", ".xlsx"), ("JSON lines", ".jsonl"))
ROWS = (("All rows", "all"), ("Rows shown", "shown"), ("Selected rows", "selected"))


class BatchPage(QWidget):
    """Classifies a folder and shows what came of it.

    Args:
        jobs: Where work runs.
        theme: Colours and icons.
        home: Folder in which each run gets a folder; need not exist.
        version: The program's version.

    Signals:
        open_requested: A photo is to be shown on the lesion page; carries its path.
        report_requested: A report on the rows shown is wanted; carries the Order.
        said: A short message for the status line.
        broke: A job met a bug; carries the exception.
    """

    open_requested = Signal(object)
    report_requested = Signal(object)
    said = Signal(str)
    broke = Signal(object)

    def __init__(self, jobs: Jobs, theme: Theme, home: Path, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._theme = jobs, theme
        self._models: Models | None = None
        self._no_models: UserError | None = None
        self._mode, self._sensitivity = "", DEFAULT_TARGET
        self._wanted: Path | None = None
        self._offer: Unfinished | None = None
        self._pace, self._total = Pace(), 0
        self.run = BatchRun(jobs, home, version, self)
        self.rows = RunView(jobs, theme)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH)
        self.setAcceptDrops(True)
        self._build()
        self._connect()
        self._recolour()
        self._update()

    # What the window asks for

    def set_models(self, models: Models, mode: str) -> None:
        """Use these models from now on, in this calibration mode."""
        self._models, self._mode = models, mode
        self.rows.set_models(models)
        self._update()
        if self._wanted:
            folder, self._wanted = self._wanted, None
            self.start(folder)

    def set_no_models(self, error: UserError) -> None:
        """Say from now on why no run can begin."""
        self._no_models = error
        if self._wanted:
            folder, self._wanted = self._wanted, None
            self.start(folder)

    def set_sensitivity(self, target: float) -> None:
        """Let the next run recommend at the operating point of this sensitivity, in (0, 1)."""
        self._sensitivity = target

    def start(self, folder: Path) -> None:
        """Begin a run over a folder, by the choices above the table."""
        if self.run.busy:
            self.said.emit(tr("A run is under way; cancel it first, or wait until it has finished."))
        elif self._no_models:
            self.said.emit(tr(str(self._no_models)))
        elif self._models is None:
            self._wanted = folder
            self.said.emit(tr("The run begins as soon as the models are loaded."))
        else:
            settings = RunSettings(
                folder,
                self.recursive.isChecked(),
                self._mode,
                self.heat_maps.isChecked(),
                self.stability.isChecked(),
                self._sensitivity,
            )
            self._get_ready()
            goes_on = self.run.begin(
                settings,
                self._models,
                second_opinion=self.second_opinion.isChecked(),
                watch=self.watch.isChecked(),
            )
            if goes_on:
                self.said.emit(
                    tr(
                        "Watching “{folder}” goes on with the settings with which it was begun; for others, cancel it "
                        "and choose the folder again.",
                        folder=folder.name,
                    )
                )
            self._update()

    def offer_unfinished(self) -> None:
        """Offer to go on with a run that was interrupted, if there is one, or with the last if that was cancelled."""
        job = self._jobs.start(lambda: iter(self.run.to_offer()))
        job.item.connect(self._show_offer)
        job.failed.connect(self.broke)

    # Building

    def _build(self) -> None:
        self.choose_button = QPushButton(tr("Choose fol&der…"))
        self.recursive = QCheckBox(tr("S&ub-folders too"))
        self.heat_maps = QCheckBox(tr("Save heat &maps"))
        self.watch = QCheckBox(tr("&Watch for new photos"))
        self.stability = QCheckBox(tr("Sta&bility"))
        self.stability.setToolTip(
            tr("Look at each photo 24 times a little differently; takes some twenty times as long")
        )
        self.second_opinion = QCheckBox(tr("Second &opinion"))
        self.second_opinion.setToolTip(tr("Ask the teacher network too; takes several times as long"))
        self.save_button = QPushButton(tr("&Save table"))
        self.save_button.setMenu(self._save_menu())
        self.report_button = QPushButton(tr("Repor&t…"))
        self.report_button.setToolTip(tr("One PDF on all the rows shown, sorted by risk"))
        self.folder_button = QPushButton(tr("Show &results"))
        self.folder_button.setToolTip(tr("Open the folder of results"))
        choices = self.recursive, self.heat_maps, self.watch, self.stability, self.second_opinion
        # Two rows: one of all these would keep the window from being narrower than many screens are.
        top = _row(self.choose_button, None, self.report_button, self.save_button, self.folder_button)
        wanted = _row(*choices, None)

        self.offer_text = _plain_label()
        self.resume_button, self.later_button = QPushButton(tr("&Go on")), QPushButton(tr("Not now"))
        self.offer = _row(self.offer_text, None, self.resume_button, self.later_button)
        self.offer.hide()

        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of the run"))
        self.words = _plain_label()
        self.pause_button, self.cancel_button = QPushButton(tr("&Pause")), QPushButton(tr("&Cancel"))
        self.pause_button.setCheckable(True)
        self.progress = _row(self.bar, self.words, self.pause_button, self.cancel_button)

        self.empty = _plain_label()
        self.empty.setText(f"{tr(EMPTY)}\n\n{tr(EMPTY_HINT)}")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.rows)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, GRID, 0, 0)
        for widget in (top, wanted, self.offer, self.progress):
            whole.addWidget(widget)
        whole.addWidget(self.stack, 1)

    def _save_menu(self) -> QMenu:
        menu = QMenu(self)
        for title, which in ROWS:
            part = menu.addMenu(tr("{rows} as", rows=tr(title)))
            menu.aboutToShow.connect(lambda p=part, w=which: p.setEnabled(self.rows.has(w)))
            for name, suffix in KINDS:
                action = part.addAction(f"{tr(name)}…")
                action.triggered.connect(lambda _=False, w=which, s=suffix: self._ask_where_to_save(w, s))
        return menu

    def _connect(self) -> None:
        self.choose_button.clicked.connect(self._ask_for_folder)
        self.folder_button.clicked.connect(self._show_results)
        self.report_button.clicked.connect(self.rows.list_photos)
        self.rows.photos_listed.connect(self._order_report)
        self.resume_button.clicked.connect(self._resume)
        self.later_button.clicked.connect(lambda: self._show_offer(None))
        self.pause_button.toggled.connect(self._pause)
        self.cancel_button.clicked.connect(self._cancel)
        self.run.progressed.connect(self._on_progress)
        self.run.ended.connect(self._on_ended)
        self.run.saved.connect(self._on_saved)
        self.run.failed.connect(self._on_failed)
        self.rows.open_requested.connect(self.open_requested)
        self.rows.said.connect(self.said)
        self.rows.viewed.connect(self._update)
        self.rows.broke.connect(self.broke)
        self._timer.timeout.connect(self.rows.refresh)
        for label in (self.words, self.offer_text):
            label.setWordWrap(True)
        self._theme.changed.connect(self._recolour)

    # The run

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Choose a folder of photos"))
        if name:
            self.start(Path(name))

    def _show_offer(self, unfinished: Unfinished | None) -> None:
        self._offer = None if self.run.busy else unfinished
        if self._offer:
            folder, done, total = (
                self._offer.folder.name,
                grouped(self._offer.progress.done, tr),
                grouped(self._offer.progress.total, tr),
            )
            text = (
                tr("Watching “{folder}” was stopped at {done} of {total}.", folder=folder, done=done, total=total)
                if self._offer.watch
                else tr(
                    "The run of “{folder}” was stopped at {done} of {total}.", folder=folder, done=done, total=total
                )
            )
            self.offer_text.setText(text)
        self.offer.setVisible(self._offer is not None)

    def _resume(self) -> None:
        if not self._offer or self.run.busy:
            return
        if self._models is None:
            self.said.emit(tr("The models are still being loaded; try again in a moment."))
            return
        offer = self._offer
        self._get_ready()
        self.run.resume(offer, self._models)
        self._update()

    def _pause(self, on: bool) -> None:
        self.run.hold(on)
        self.pause_button.setText(tr("&Go on") if on else tr("&Pause"))
        self._pace = Pace()

    def _cancel(self) -> None:
        self.words.setText(tr("Cancelling …"))
        self.run.cancel()

    def _get_ready(self) -> None:
        """Get ready for the next run; the one that is shown stays until that has begun."""
        self.stack.setCurrentWidget(self.rows)
        self.words.setText(tr("Looking into the folder …"))
        self._pace = Pace()
        self.pause_button.setChecked(False)

    def _on_progress(self, progress: Progress) -> None:
        if not self._timer.isActive():  # it has begun
            self._show_offer(None)
            self.rows.close_run()
            self.rows.open(self.run.target)
            self._timer.start()
            self._update()
        self._total = progress.total
        self._pace.mark(progress.done)
        self.bar.setMaximum(max(1, progress.total))
        self.bar.setUpdatesEnabled(False)  # or it would have the whole window painted at once, and every time
        self.bar.setValue(progress.done)
        self.bar.setUpdatesEnabled(True)
        if self.run.held:
            self.words.setText(
                tr("Paused at {done} of {total}", done=grouped(progress.done, tr), total=grouped(progress.total, tr))
            )
        elif self.run.watching and progress.done == progress.total:
            self.words.setText(tr("{done} done, watching for new photos", done=grouped(progress.done, tr)))
        else:
            self.words.setText(self._pace.words(progress))

    def _on_ended(self, state: str) -> None:
        self._timer.stop()
        if state == "cancelled":
            self.words.setText(tr("Cancelled; what was done is kept."))
        elif self._total:
            self.words.setText(tr("Finished."))
        else:
            hint = "" if self.recursive.isChecked() else tr("If the photos lie in sub-folders, tick “Sub-folders too”.")
            self.words.setText(f"{tr('There is no picture in this folder.')} {hint}".strip())
        self.rows.refresh()
        self._update()

    def _on_saved(self, target: Path) -> None:
        self.said.emit(tr("The tables are in “{folder}”.", folder=target))
        self._show_offer(look_at(target, "cancelled"))

    def _on_failed(self, error: Exception) -> None:
        begun = self._timer.isActive()
        self._timer.stop()
        if isinstance(error, UserError):
            self.words.setText(tr(str(error)))
            if self.rows.target is None:  # it did not even begin, and there is nothing else to show
                self.empty.setText(f"{tr(error.sentence)}\n\n{tr(error.hint)}")
                self.words.setText("")
                self.stack.setCurrentWidget(self.empty)
        else:
            self.words.setText(tr("The run ended; what was done so far is safe."))
            self.broke.emit(error)
        if begun:
            self._show_offer(look_at(self.run.target, "running") or look_at(self.run.target, "cancelled"))
        self.rows.refresh()
        self._update()

    def _update(self) -> None:
        busy = self.run.busy
        for widget in (self.choose_button, self.recursive, self.heat_maps, self.watch, self.stability):
            widget.setEnabled(not busy)
        self.second_opinion.setEnabled(not busy and self._models is not None and self._models.teacher is not None)
        for control in (self.bar, self.pause_button, self.cancel_button):
            control.setVisible(busy)
        self.progress.setVisible(busy or bool(self.words.text()))
        for button in (self.save_button, self.folder_button):
            button.setEnabled(self.rows.target is not None)
        self.report_button.setEnabled(self.rows.has("shown") and not busy)

    # Ways in and out

    def _order_report(self, photos: tuple[tuple[Path, CaseResult | None], ...]) -> None:
        if self._models and photos:
            self.report_requested.emit(self.rows.order(photos, self._models))

    def _show_results(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.rows.target)))

    def _ask_where_to_save(self, which: str, suffix: str) -> None:
        assert self.rows.target, "the button is only enabled while there is a run"
        offer = self.rows.target / f"{which}{suffix}"
        target = ask_where(self, tr("Save table"), offer, f"*{suffix}", suffix)
        if target:
            self.rows.save_table(target, which)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a folder."""
        if _folder(event) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)  # never move: the photos stay where they are
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Begin a run over the folder."""
        folder = _folder(event)
        if folder is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.start(folder)

    def _recolour(self) -> None:
        colours = self._theme.colours
        self.empty.setStyleSheet(f"color: {colours.quiet};")
        self.offer.setStyleSheet(f"background: {colours.track};")


def _plain_label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _row(*widgets: QWidget | None) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
    layout.setSpacing(GRID + GRID // 2)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        else:
            layout.addWidget(widget, 1 if isinstance(widget, QProgressBar) else 0)
    return row


def _folder(event: QDropEvent) -> Path | None:
    """Return the one folder that is dragged; photos are for the lesion page, which the window opens."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and is_folder(paths[0]) else None
