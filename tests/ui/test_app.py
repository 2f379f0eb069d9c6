"""The program as a whole, in this process."""

import gc
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QDoubleSpinBox
from pytestqt.qtbot import QtBot

from kndnet_desktop.app import App
from kndnet_desktop.ui.crash_dialog import CrashDialog
from tests.ui.conftest import PATIENCE


def test_what_is_loaded_to_the_end_is_not_looked_through_for_garbage(qtbot: QtBot, tmp_path: Path) -> None:
    app = App(["kndnet"], tmp_path / "settings.json", tmp_path)
    qtbot.addWidget(app.window)
    gc.unfreeze()
    try:
        app.load_models()
        qtbot.waitUntil(lambda: gc.get_freeze_count() > 0, timeout=PATIENCE)
        assert len(gc.get_objects()) < gc.get_freeze_count() / 4
    finally:
        gc.unfreeze()
        app.jobs.drain()


def test_what_breaks_again_and_again_opens_one_dialog(qtbot: QtBot, tmp_path: Path) -> None:
    app = App(["kndnet"], tmp_path / "settings.json", tmp_path)
    qtbot.addWidget(app.window)
    app.window.show()
    for _ in range(3):
        app.window.batch.broke.emit(RuntimeError("again"))
    assert len(app.window.findChildren(CrashDialog)) == 1
    app.jobs.drain()


def test_what_breaks_in_a_thread_is_reported_by_the_window(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(["kndnet"], tmp_path / "settings.json", tmp_path)
    qtbot.addWidget(app.window)
    app.window.show()
    monkeypatch.setattr(threading, "excepthook", app._on_thread_exception)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert not app.window.findChildren(CrashDialog), "no widget is made in another thread than the window's"
    qtbot.waitUntil(lambda: len(app.window.findChildren(CrashDialog)) == 1, timeout=PATIENCE)
    (dialog,) = app.window.findChildren(CrashDialog)
    assert "ZeroDivisionError" in dialog.text.toPlainText()
    app.jobs.drain()


def test_what_is_typed_has_the_decimal_sign_of_the_window_s_language(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"language": "de"}')
    before = QLocale()
    app = App(["kndnet"], tmp_path / "settings.json", tmp_path)
    qtbot.addWidget(app.window)
    try:
        (share,) = app.window.page.findChildren(QDoubleSpinBox)
        share.setValue(12.5)
        assert share.text() == "12,5 %"
    finally:
        QLocale.setDefault(before)
        for translator in app.application.findChildren(QTranslator):
            app.application.removeTranslator(translator)
        app.jobs.drain()
