"""A real window with the real student, and its settings in a place of their own."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.core.translation import Catalogue
from kndnet_desktop.reporting import ReportOffice
from kndnet_desktop.settings import Settings
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.lesion_page import LesionPage
from kndnet_desktop.ui.main_window import MainWindow
from kndnet_desktop.ui.report_desk import ReportDesk
from kndnet_desktop.ui.theme import Theme
from kndnet_desktop.ui.translator import install

PATIENCE = 20_000  # milliseconds; the machine that tests may be busy with other things


@dataclass
class Desk:
    """A window and what a test needs around it."""

    window: MainWindow
    bot: QtBot
    remembered: list[Settings]

    @property
    def page(self) -> LesionPage:
        return self.window.page

    def after(self, act: Callable[[], object]) -> CaseResult:
        """Do something that opens a picture and return the result that is then shown."""
        with self.bot.waitSignal(self.page.shown, timeout=PATIENCE) as shown:
            act()
        result: CaseResult = shown.args[0]
        return result

    def open(self, *paths: Path) -> CaseResult:
        """Open pictures and wait until the answer and the album are there."""
        result = self.after(lambda: self.window.open_paths(list(paths)))
        self.settled()
        return result

    def settled(self) -> None:
        """Wait until no answer is on its way."""
        self.bot.waitUntil(lambda: not self.page.busy, timeout=PATIENCE)


@contextmanager
def in_german(application: QApplication, root: Path) -> Iterator[None]:
    """Let the window speak German meanwhile."""
    translators = install(application, Catalogue.load(root / "resources" / "i18n", "de"))
    try:
        yield
    finally:
        for translator in translators:
            application.removeTranslator(translator)


@pytest.fixture(autouse=True)
def questions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the program has asked; it is answered as if nothing had to be kept, so that no test waits for a person."""
    asked: list[str] = []

    def answer(_parent: object, _title: str, question: str, *_: object) -> QMessageBox.StandardButton:
        asked.append(question)
        return QMessageBox.StandardButton.Discard

    monkeypatch.setattr(QMessageBox, "question", answer)
    return asked


@pytest.fixture(scope="session")
def student(student_folder: Path) -> OnnxClassifier:
    return OnnxClassifier(student_folder)


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    runner = Jobs(qapp)
    yield runner
    runner.drain()


@pytest.fixture
def make_desk(
    qapp: QApplication, qtbot: QtBot, jobs: Jobs, root: Path, samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Settings, Models | None], Desk]:
    """Return a maker of windows, for tests that open more than one."""

    def make(settings: Settings, models: Models | None) -> Desk:
        remembered: list[Settings] = []
        theme = Theme(qapp, root / "resources" / "icons", settings.theme)
        runs = tmp_path_factory.mktemp("runs")
        models_or_fail = functools.partial(_given, models)
        desk = ReportDesk(jobs, theme, lambda: ReportOffice(models_or_fail), ("en", "de"), Catalogue(), settings.report)
        window = MainWindow(jobs, theme, desk, settings, samples, runs, "0.0", remembered.append)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        if models:
            window.set_models(models)
        return Desk(window, qtbot, remembered)

    return make


def _given(models: Models | None, _role: str) -> Models:
    assert models, "this window has no models"
    return models


@pytest.fixture
def desk(make_desk: Callable[[Settings, Models | None], Desk], student: OnnxClassifier) -> Desk:
    return make_desk(Settings(theme="light"), Models(student))
