"""The window: pages, menus, status line, and every way in which a photo gets in."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, Qt
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QToolBar,
    QToolButton,
    QWidget,
)

from kndnet_desktop.core.batch import Models
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.images import SUFFIXES
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.settings import Settings
from kndnet_desktop.ui.about_page import AboutPage
from kndnet_desktop.ui.batch_page import BatchPage
from kndnet_desktop.ui.image_view import STEP
from kndnet_desktop.ui.intake import acceptable, taken
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.lesion_page import LesionPage
from kndnet_desktop.ui.report_desk import ReportDesk
from kndnet_desktop.ui.report_form import LANGUAGE_NAMES
from kndnet_desktop.ui.status_line import StatusLine
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr

TITLE = "KNDNet Desktop"


class MainWindow(QMainWindow):
    """The one window of the program.

    Args:
        jobs: Where work runs.
        theme: Colours and icons.
        desk: Opens the dialogs of reports.
        settings: What was remembered.
        samples: Folder of the drawn samples.
        runs: Folder in which each batch run gets a folder; need not exist.
        version: The program's version.
        remember: Called with the settings when the window closes.
    """

    def __init__(
        self,
        jobs: Jobs,
        theme: Theme,
        desk: ReportDesk,
        settings: Settings,
        samples: Path,
        runs: Path,
        version: str,
        remember: Callable[[Settings], None],
    ) -> None:
        super().__init__()
        self._theme, self._desk, self._settings, self._samples = theme, desk, settings, samples
        self._remember = remember
        self._actions: dict[str, QAction] = {}
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.page = LesionPage(jobs, theme, samples)
        self.batch = BatchPage(jobs, theme, runs, version)
        self.about = AboutPage(version, samples.parent / "licences")
        self.tabs = QTabBar()
        self.pages = QStackedWidget()
        for name, page in ((tr("Lesion"), self.page), (tr("Batch"), self.batch), (tr("About"), self.about)):
            self.tabs.addTab(name)
            self.pages.addWidget(page)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(tr("Pages"))
        self.tabs.currentChanged.connect(self._turn_to)
        self.setCentralWidget(self.pages)
        self._make_actions()
        self._make_menus()
        self._make_toolbar()
        self.status = StatusLine(self._actions["previous"], self._actions["next"])
        self.setStatusBar(self.status)

        self.page.shown.connect(self._on_shown)
        self.page.updated.connect(self._update)
        for page in (self.page, self.batch):
            page.said.connect(self.status.say)
        self.batch.report_requested.connect(lambda order: self._desk.report_batch(order, self))
        self.batch.open_requested.connect(lambda path: self.open_paths([path]))
        self.page.empty.open_wanted.connect(self._ask_for_files)
        self.page.empty.samples_wanted.connect(self._actions["samples"].trigger)
        theme.changed.connect(self._recolour)
        self._restore()
        self._recolour()
        self._update()
        self.page.view.setFocus()

    # Building

    def _add(self, name: str, text: str, call: Callable[..., object], keys: object = None, icon: str = "") -> QAction:
        action = QAction(text, self)
        if keys is not None:
            action.setShortcut(QKeySequence(keys))  # type: ignore[call-overload]
        action.setData(icon)
        action.triggered.connect(call)
        self._actions[name] = action
        return action

    def action(self, name: str) -> QAction:
        """Return the action of this name, for menus and tests."""
        return self._actions[name]

    def _make_actions(self) -> None:
        page, standard = self.page, QKeySequence.StandardKey
        self._add("open", tr("&Open photos…"), self._ask_for_files, standard.Open, "open")
        self._add("folder", tr("Open &folder…"), self._ask_for_folder, "Ctrl+Shift+O", "folder")
        self._add("paste", tr("&Paste photo"), self.paste, standard.Paste, "paste")
        self._add("save", tr("&Save heat map…"), self._ask_where_to_save, standard.Save, "save")
        self._add("report", tr("&Report…"), self._report, "Ctrl+R", "report")
        self._add("verify", tr("&Verify a report…"), lambda: self._desk.verify(self))
        self._add("quit", tr("&Quit"), self.close, standard.Quit)
        undo = page.undo_stack.createUndoAction(self, tr("Undo"))
        redo = page.undo_stack.createRedoAction(self, tr("Redo"))
        undo.setShortcuts(standard.Undo)
        redo.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        self._actions |= {"undo": undo, "redo": redo}
        self._add("copy", tr("&Copy result"), self._copy, standard.Copy, "copy")
        self._add("previous", tr("&Previous photo"), lambda: page.step(-1), "PgUp", "previous")
        self._add("next", tr("&Next photo"), lambda: page.step(1), "PgDown", "next")
        frame = self._add("frame", tr("Fra&me the lesion"), page.toggle_frame, "F", "crop")
        frame.setCheckable(True)
        heat = self._add("heat", tr("&Heat map"), lambda on: page.heat_bar.check.setChecked(on), "H", "heatmap")
        heat.setCheckable(True)
        heat.setChecked(True)
        page.heat_bar.check.toggled.connect(heat.setChecked)
        probe = page.heat_bar.probe_button
        cover = self._add("cover", tr("C&over a part"), lambda on: probe.setChecked(on), "O")
        cover.setCheckable(True)
        probe.toggled.connect(cover.setChecked)
        self._add("fit", tr("&Whole photo"), page.view.fit, "Ctrl+0", "fit")
        self._add("actual", tr("&Actual size"), page.view.actual_size, "Ctrl+1", "one-to-one")
        self._add("in", tr("Zoom &in"), lambda: page.view.zoom_by(STEP), icon="zoom-in")
        self._actions["in"].setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self._add("out", tr("Zoom &out"), lambda: page.view.zoom_by(1 / STEP), "Ctrl+-", "zoom-out")
        self._add("samples", tr("Drawn &samples"), lambda: self.open_paths([self._samples]))
        self._add("about", tr("&About, model cards and keys"), lambda: self._show(self.about), "F1", "about")

    def _make_menus(self) -> None:
        bar, get = self.menuBar(), self._actions.__getitem__
        menu = bar.addMenu(tr("&File"))
        menu.addActions([get("open"), get("folder")])
        self._recent = menu.addMenu(tr("Open &recent"))
        self._recent.aboutToShow.connect(self._fill_recent)
        menu.addAction(get("paste"))
        menu.addSeparator()
        menu.addActions([get("save"), get("report")])
        menu.addSeparator()
        menu.addAction(get("verify"))
        menu.addSeparator()
        menu.addAction(get("quit"))
        menu = bar.addMenu(tr("&Edit"))
        menu.addActions([get("undo"), get("redo"), get("copy")])
        menu = bar.addMenu(tr("&View"))
        menu.addActions([get("frame"), get("heat"), get("cover")])
        menu.addSeparator()
        menu.addActions([get(name) for name in ("fit", "actual", "in", "out")])
        menu.addSeparator()
        menu.addActions([get("previous"), get("next")])
        menu.addSeparator()
        self._modes = menu.addMenu(tr("P&robabilities"))
        self._modes.setEnabled(False)
        choices = (("system", tr("Like the &system")), ("light", tr("&Light")), ("dark", tr("&Dark")))
        self._choices(menu.addMenu(tr("&Theme")), choices, self._theme.choice, self._choose_theme)
        spoken = (("", tr("Like the &system")), *LANGUAGE_NAMES.items())
        self._choices(menu.addMenu(tr("&Language")), spoken, self._settings.language, self._choose_language)
        menu = bar.addMenu(tr("&Help"))
        menu.addActions([get("samples"), get("about")])

    def _choices(
        self, menu: QMenu, choices: tuple[tuple[str, str], ...], chosen: str, choose: Callable[[str], None]
    ) -> None:
        group = QActionGroup(menu)
        for key, text in choices:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(key == chosen)
            action.triggered.connect(lambda _=False, key=key: choose(key))
            group.addAction(action)

    def _make_toolbar(self) -> None:
        bar = QToolBar(tr("Actions"))
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(self.tabs)
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(room)
        for name in ("open", "folder", "frame", "copy", "save", "report"):
            action = self._actions[name]
            action.setIconText(tr(name.capitalize()))
            bar.addAction(action)
            button = bar.widgetForAction(action)
            assert isinstance(button, QToolButton), "a toolbar shows actions as tool buttons"
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.addToolBar(bar)

    # Models

    def set_models(self, models: Models) -> None:
        """Use these models; pictures that were opened before are answered now."""
        calibration = models.main.card.calibration
        mode = self._settings.mode if self._settings.mode in calibration.modes else calibration.default_mode
        names = {
            "balanced": tr("&Balanced: every class counts the same"),
            "accuracy": tr("&Accuracy: frequent classes first"),
        }
        choices = tuple((key, names.get(key, key)) for key in calibration.modes)
        self._choices(self._modes, choices, mode, self._choose_mode)
        self._modes.setEnabled(True)
        self.about.show_models(models)
        self.page.set_models(models, ask_teacher=self._settings.second_opinion, mode=mode)
        self.batch.set_models(models, mode)
        self.batch.offer_unfinished()
        self._update()

    def set_no_models(self, error: UserError) -> None:
        """Say why there is no model."""
        self.page.set_no_models(error)

    # Ways in

    def open_paths(self, paths: list[Path]) -> None:
        """Open files and folders on the lesion page."""
        self._show(self.page)
        self.page.open_paths(paths)

    def paste(self) -> None:
        """Open what the clipboard holds: files, a picture, or the path of a file as text."""
        self._take(QGuiApplication.clipboard().mimeData(), tr("Pasted picture"))

    def _take(self, data: QMimeData, name: str) -> None:
        try:
            found = taken(data)
        except UserError as error:
            self.status.say(str(error))
            return
        if isinstance(found, bytes):
            self._show(self.page)
            self.page.open_bytes(found, name)
        else:
            self.open_paths(found)

    def _ask_for_files(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        names, _ = QFileDialog.getOpenFileNames(
            self, tr("Open photos"), self._last_folder(), f"{tr('Photos')} ({patterns});;{tr('All files')} (*)"
        )
        if names:
            self.open_paths([Path(name) for name in names])

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Open a folder of photos"), self._last_folder())
        if name:
            self.open_paths([Path(name)])

    def _last_folder(self) -> str:
        return str(Path(self._settings.recent[0]).parent) if self._settings.recent else ""

    def _fill_recent(self) -> None:
        self._recent.clear()
        for path in self._settings.recent:
            action = self._recent.addAction(path.replace("&", "&&"))
            action.triggered.connect(lambda _=False, path=path: self.open_paths([Path(path)]))
        if self._settings.recent:
            self._recent.addSeparator()
            self._recent.addAction(tr("Forget these"), lambda: self._change(recent=()))
        else:
            self._recent.addAction(tr("Nothing yet")).setEnabled(False)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, folders and pictures anywhere on the window."""
        if acceptable(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)  # never move: the files stay where they are
            event.accept()
            self.page.view.set_drop_hint(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """The drag went elsewhere."""
        self.page.view.set_drop_hint(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        self.page.view.set_drop_hint(False)
        self._take(event.mimeData(), tr("Dropped picture"))
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    # Ways out

    def _copy(self) -> None:
        text = self.page.text()
        if text:
            QGuiApplication.clipboard().setText(text)
            self.status.say(tr("The result is copied as text."))

    def _ask_where_to_save(self) -> None:
        if not (self.page.result and self.page.has_answer):
            return
        source = Path(self.page.result.path)
        offer = source.with_name(f"{source.stem}-heatmap.png")
        name, _ = QFileDialog.getSaveFileName(self, tr("Save photo with heat map"), str(offer), tr("PNG (*.png)"))
        if name:
            target = Path(name) if name.lower().endswith(".png") else Path(f"{name}.png")
            if target.exists() and source.exists() and target.samefile(source):
                self.status.say(tr("This would replace the photo itself; choose another name."))
                return
            self.page.heat.save(target)

    def _report(self) -> None:
        subject = self.page.report_subject()
        if subject:
            self._desk.report(subject, self)

    # State

    def _on_shown(self, result: CaseResult) -> None:
        path = Path(result.path)
        if result.status == "ok" and path.is_absolute() and path.parent != self._samples:
            self._settings = self._settings.opened(path)

    def _show(self, page: QWidget) -> None:
        self.tabs.setCurrentIndex(self.pages.indexOf(page))

    def _turn_to(self, index: int) -> None:
        self.pages.setCurrentIndex(index)
        self._update()

    def _update(self) -> None:
        page = self.page
        # What concerns the lesion page only leaves its keys to the other pages while they are shown.
        here = self.pages.currentWidget() is page
        index, count = page.place
        for name in ("copy", "frame"):
            self._actions[name].setEnabled(here and page.has_picture)
        for name in ("save", "report"):
            self._actions[name].setEnabled(here and page.has_answer)
        self._actions["cover"].setEnabled(here and page.heat_bar.isEnabled())
        for name in ("heat", "fit", "actual", "in", "out"):
            self._actions[name].setEnabled(here)
        self._actions["previous"].setEnabled(here and index > 1)
        self._actions["next"].setEnabled(here and index < count)
        self._actions["frame"].setChecked(not page.view.frame.isNull())
        self.setWindowTitle(f"{page.name} – {TITLE}" if page.name else TITLE)
        self.status.show_state(page.place, page.name, page.picture_size, page.result)

    def _change(self, **values: object) -> None:
        self._settings = replace(self._settings, **values)  # type: ignore[arg-type]

    def _choose_theme(self, choice: str) -> None:
        self._change(theme=choice)
        self._theme.choose(choice)

    def _choose_language(self, language: str) -> None:
        self._change(language=language)
        self.status.say(tr("The language changes when the program is started again."))

    def _choose_mode(self, mode: str) -> None:
        self._change(mode=mode)
        self.page.set_mode(mode)
        if self.page.models:
            self.batch.set_models(self.page.models, mode)

    def _recolour(self) -> None:
        for action in self._actions.values():
            if action.data():
                action.setIcon(self._theme.icon(action.data()))

    def _restore(self) -> None:
        settings = self._settings
        self.page.heat_bar.slider.setValue(settings.heat_opacity)
        self.page.heat_bar.check.setChecked(settings.heat_shown)
        self.page.panel.setting.restore(settings.sensitivity / 100, settings.prevalence)
        if not (settings.geometry and self.restoreGeometry(QByteArray.fromHex(settings.geometry.encode()))):
            room = self.screen().availableGeometry()
            self.resize(min(1180, room.width() - 4 * GRID), min(780, room.height() - 8 * GRID))
        if settings.splitter:
            self.page.splitter.restoreState(QByteArray.fromHex(settings.splitter.encode()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember everything and close."""
        bar = self.page.heat_bar
        self._change(
            heat_shown=bar.check.isChecked(),
            heat_opacity=bar.slider.value(),
            second_opinion=self.page.ask_teacher,
            sensitivity=round(self.page.panel.setting.target * 100),
            prevalence=self.page.panel.setting.prevalence,
            report=self._desk.remembered,
            geometry=bytes(self.saveGeometry().toHex().data()).decode(),
            splitter=bytes(self.page.splitter.saveState().toHex().data()).decode(),
        )
        self._remember(self._settings)
        super().closeEvent(event)
