"""A bug is reported without naming a photo or a patient."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from kndnet_desktop.ui.crash_dialog import CrashDialog, report_of


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_the_report_names_the_place_in_the_code_but_no_file_of_the_users() -> None:
    for message in (
        "[Errno 2] No such file: '/home/ann/Müller, Eva.jpg'",
        r"can't open C:\Patients\Mueller\Eva.jpg now",
        'bad name "Eva Müller"',
        "There is no run in the folder “Eva Müller 2026-11-28”.",
    ):
        report = report_of(raised(ValueError(message)), "1.2.3")
        assert "1.2.3" in report
        assert "ValueError" in report
        assert "test_crash_dialog.py:" in report
        assert "Eva" not in report
        assert "home" not in report


def test_the_report_can_be_copied(qtbot: QtBot) -> None:
    dialog = CrashDialog("what happened")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "what happened"
