"""Builds every object once and hands each what it needs."""

import contextlib
import gc
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from kndnet_desktop import __version__, paths
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.translation import Catalogue, languages
from kndnet_desktop.settings import Settings, SettingsFile
from kndnet_desktop.ui.crash_dialog import CrashDialog, report_of
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.main_window import MainWindow
from kndnet_desktop.ui.report_desk import ReportDesk
from kndnet_desktop.ui.report_dialog import Office
from kndnet_desktop.ui.theme import Theme
from kndnet_desktop.ui.translator import install


class App:
    """The running program.

    Args:
        arguments: The process's arguments, for Qt's own options.
        settings_file: Where settings are kept.
        runs: Folder in which each batch run gets a folder; need not exist.
        theme: Theme for this run only; the settings' choice if None.
    """

    def __init__(self, arguments: Sequence[str], settings_file: Path, runs: Path, theme: str | None = None) -> None:
        self.application = QApplication.instance() or QApplication(list(arguments))
        assert isinstance(self.application, QApplication), "widgets need an application of their kind"
        self.application.setApplicationName(paths.APP_NAME)
        self.application.setApplicationVersion(__version__)
        self.application.setDesktopFileName("kndnet-desktop")
        resources = paths.resources()
        self.application.setWindowIcon(QIcon(str(resources / "icons" / "kndnet.svg")))
        self._file = SettingsFile(settings_file)
        settings = self._file.load()
        self.jobs = Jobs(self.application)
        self.theme = Theme(self.application, resources / "icons", theme or settings.theme)
        catalogues = resources / "i18n"
        language = settings.language or QLocale.system().name()[:2]
        catalogue = Catalogue.load(catalogues, language) if language in languages(catalogues) else Catalogue()
        install(self.application, catalogue)
        QLocale.setDefault(QLocale(catalogue.language))  # decimal signs of what is typed
        desk = ReportDesk(self.jobs, self.theme, _open_office, languages(catalogues), catalogue, settings.report)
        self.window = MainWindow(
            self.jobs, self.theme, desk, settings, resources / "samples", runs, __version__, self._remember
        )
        for part in (self.window.page, self.window.batch, desk):
            part.broke.connect(self._report)

    def load_models(self) -> None:
        """Load the models in a thread, so that the window is there first."""
        job = self.jobs.start(_load)
        job.item.connect(self.window.set_models)
        job.failed.connect(self._no_models)
        # What is loaded by now stays to the end. Python's collector would else go through all of it time and again,
        # and hold every thread, the window's too, for the 70 ms that this takes.
        job.done.connect(lambda: gc.freeze())

    def run(self, pictures: list[Path]) -> int:
        """Show the window, open these pictures, and stay until the window is closed.

        Returns:
            The process's exit code.
        """
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        self.window.show()
        self.load_models()
        if pictures:
            self.window.open_paths(pictures)
        code = self.application.exec()
        self.jobs.drain()
        return code

    def _no_models(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.window.set_no_models(error)
        else:
            self._report(error)

    def _remember(self, settings: Settings) -> None:
        # Settings that can't be kept (a read-only home) are no reason to stop anybody from closing the window.
        with contextlib.suppress(OSError):
            self._file.save(settings)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.window.close()
            return
        self._report(error.with_traceback(trace))

    def _on_thread_exception(self, failed: threading.ExceptHookArgs) -> None:
        # Called in the thread that failed, and a dialog that is made there ends the program.
        error = failed.exc_value or RuntimeError("a thread failed")
        QTimer.singleShot(0, self.window, lambda: self._report(error))

    def _report(self, error: BaseException) -> None:
        report = report_of(error, __version__)
        print(report, file=sys.stderr)
        # What breaks once may break at every tick: one dialog is read, twenty are clicked away.
        if not any(dialog.isVisible() for dialog in self.window.findChildren(CrashDialog)):
            CrashDialog(report, self.window).open()


def _open_office() -> Office:
    # Setting and signing PDF takes a second to import, here in a job's thread.
    from kndnet_desktop.reporting import ReportOffice, load_installed

    return ReportOffice(load_installed)


def _load() -> Iterator[Models]:
    student = OnnxClassifier(paths.model_folder("student"))
    yield Models(student, OnnxClassifier.if_installed(paths.model_folder("teacher")))
