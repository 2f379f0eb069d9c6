"""The program as a whole, in this process."""

import gc
from pathlib import Path

from pytestqt.qtbot import QtBot

from kndnet_desktop.app import App
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
