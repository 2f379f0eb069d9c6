"""The window: pages, menus, status line, and every way in which a photo gets in."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, Qt
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMainWindow, QStackedWidget, QTabBar, QWidget

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.files import same_file
from kndnet_desktop.core.images import SUFFIXES
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.settings import Settings
from kndnet_desktop.ui.about_page import AboutPage
from kndnet_desktop.ui.actions import Actions
from kndnet_desktop.ui.batch_page import BatchPage
from kndnet_desktop.ui.intake import acceptable, taken
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.lesion_page import LesionPage
from kndnet_desktop.ui.menus import Menus, make_toolbar, offer
from kndnet_desktop.ui.report_desk import ReportDesk
from kndnet_desktop.ui.report_form import LANGUAGE_NAMES
from kndnet_desktop.ui.save_as import ask_where
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
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.page = LesionPage(jobs, theme, samples)
        self.batch = BatchPage(jobs, theme, runs, version)
        self.about = AboutPage(theme, version, samples.parent / "licences")
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
        self._actions = Actions(self.page, theme, self)
        self._add_actions()
        self._fill_menus()
        self.addToolBar(make_toolbar(self.tabs, self._actions))
        self.status = StatusLine(self._actions["previous"], self._actions["next"])
        self.setStatusBar(self.status)

        self.page.shown.connect(self._on_shown)
        self.page.updated.connect(self._update)
        for page in (self.page, self.batch):
            page.said.connect(self.status.say)
        self.page.panel.setting.chosen.connect(self._pass_sensitivity)
        self.batch.report_requested.connect(lambda order: self._desk.report_batch(order, self))
        self.batch.open_requested.connect(lambda path: self.open_paths([path]))
        self.page.empty.open_wanted.connect(self._ask_for_files)
        self.page.empty.samples_wanted.connect(self._actions["samples"].trigger)
        self._restore()
        self._update()
        self.page.view.setFocus()

    def action(self, name: str) -> QAction:
        """Return the action of this name."""
        return self._actions[name]

    def _add_actions(self) -> None:
        add, standard = self._actions.add, QKeySequence.StandardKey
        add("open", tr("&Open photos…"), self._ask_for_files, standard.Open, icon="open")
        add("folder", tr("Open &folder…"), self._ask_for_folder, "Ctrl+Shift+O", icon="folder")
        add("paste", tr("&Paste photo"), self.paste, standard.Paste, icon="paste")
        add("save", tr("&Save heat map…"), self._ask_where_to_save, standard.Save, icon="save")
        add("report", tr("Repor&t…"), self._report, "Ctrl+R", icon="report")
        add("verify", tr("&Verify a report…"), lambda: self._desk.verify(self))
        add("quit", tr("&Quit"), self.close, standard.Quit)
        add("copy", tr("&Copy result"), self._copy, standard.Copy, icon="copy")
        add("samples", tr("Drawn &samples"), lambda: self.open_paths([self._samples]))
        add("about", tr("&About, model cards and keys"), lambda: self._show(self.about), "F1", icon="about")

    def _fill_menus(self) -> None:
        menus = self._menus = Menus(self.menuBar(), self._actions)
        menus.recent.aboutToShow.connect(self._fill_recent)
        themes = (("system", tr("Like the &system")), ("light", tr("&Light")), ("dark", tr("&Dark")))
        offer(menus.themes, themes, self._theme.choice, self._choose_theme)
        spoken = (("", tr("Like the &system")), *LANGUAGE_NAMES.items())
        offer(menus.languages, spoken, self._settings.language, self._choose_language)

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
        offer(self._menus.modes, choices, mode, self._choose_mode)
        self._menus.modes.setEnabled(True)
        self.about.show_models(models)
        self.page.set_models(models, ask_teacher=self._settings.second_opinion, mode=mode)
        self.batch.set_models(models, mode)
        self.batch.offer_unfinished()
        self._update()

    def set_no_models(self, error: UserError) -> None:
        """Say why there is no model."""
        self.page.set_no_models(error)
        self.batch.set_no_models(error)

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
        menu = self._menus.recent
        menu.clear()
        for path in self._settings.recent:
            action = menu.addAction(path.replace("&", "&&"))
            action.triggered.connect(lambda _=False, path=path: self.open_paths([Path(path)]))
        if self._settings.recent:
            menu.addSeparator()
            menu.addAction(tr("Forget these"), lambda: self._change(recent=()))
        else:
            menu.addAction(tr("Nothing yet")).setEnabled(False)

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
        focused = QApplication.focusWidget()
        words = focused.selectedText() if isinstance(focused, QLabel) else ""
        text = self.page.text()
        if words:
            QGuiApplication.clipboard().setText(words.replace("\u2029", "\n"))  # Qt's own end of a line
            self.status.say(tr("The selected words are copied."))
        elif text:
            QGuiApplication.clipboard().setText(text)
            self.status.say(tr("The result is copied as text."))

    def _ask_where_to_save(self) -> None:
        if not (self.page.result and self.page.has_answer):
            return
        source, save = Path(self.page.result.path), self.page.heat.saver()
        if save is None:
            self.status.say(tr("The heat map is not there yet; try again in a moment."))
            return
        offer = source.with_name(f"{source.stem}-heatmap.png")
        target = ask_where(self, tr("Save photo with heat map"), offer, tr("PNG (*.png)"), ".png")
        if target:
            if same_file(target, source):
                self.status.say(tr("This would replace the photo itself; choose another name."))
                return
            save(target)

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
        self._actions.update(here=self.pages.currentWidget() is page)
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

    def _pass_sensitivity(self) -> None:
        self.batch.set_sensitivity(self.page.panel.setting.target)

    def _restore(self) -> None:
        settings = self._settings
        self.page.heat_bar.slider.setValue(settings.heat_opacity)
        self.page.heat_bar.check.setChecked(settings.heat_shown)
        self.page.panel.setting.restore(settings.sensitivity / 100, settings.prevalence)
        self._pass_sensitivity()
        if not (settings.geometry and self.restoreGeometry(QByteArray.fromHex(settings.geometry.encode()))):
            room = self.screen().availableGeometry()
            self.resize(min(1180, room.width() - 4 * GRID), min(780, room.height() - 8 * GRID))
        if settings.splitter:
            self.page.splitter.restoreState(QByteArray.fromHex(settings.splitter.encode()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember everything and close."""
        bar, models = self.page.heat_bar, self.page.models
        self._change(
            heat_shown=bar.check.isChecked(),
            heat_opacity=bar.slider.value(),
            # Without a teacher nobody could ask it, which does not mean that nobody wants to.
            second_opinion=self.page.ask_teacher if models and models.teacher else self._settings.second_opinion,
            sensitivity=round(self.page.panel.setting.target * 100),
            prevalence=self.page.panel.setting.prevalence,
            report=self._desk.remembered,
            geometry=bytes(self.saveGeometry().toHex().data()).decode(),
            splitter=bytes(self.page.splitter.saveState().toHex().data()).decode(),
        )
        self._remember(self._settings)
        super().closeEvent(event)
