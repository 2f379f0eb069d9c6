"""From the window to the report: the real window, the real student, a real PDF."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QFileDialog

from kndnet_desktop.reporting import ReportOffice
from kndnet_desktop.ui.report_dialog import ReportDialog
from kndnet_desktop.ui.report_form import ReportSettings

PATIENCE = 20_000  # milliseconds


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the keyring of whoever runs it."""
    monkeypatch.setattr("kndnet_desktop.reporting._system_keyring", lambda: None)


def test_a_framed_lesion_is_reported_and_reproduced(desk, samples: Path, tmp_path: Path) -> None:
    sample = samples / "drawn-veil.jpg"
    assert not desk.window.action("report").isEnabled()
    desk.open(sample)
    desk.page.apply_frame(QRectF(150, 100, 300, 240))
    desk.settled()
    desk.window.action("report").trigger()
    (dialog,) = desk.window.findChildren(ReportDialog)
    desk.bot.waitUntil(lambda: dialog.ready, timeout=PATIENCE)
    dialog.save_to(tmp_path / "report.pdf", "correct horse")
    desk.bot.waitUntil(lambda: "Saved" in dialog.said.text(), timeout=PATIENCE)
    verdict = ReportOffice(lambda _role: desk.page.models).verify(tmp_path / "report.pdf", sample)
    assert verdict.state == "reproduced", verdict.sentences
    assert verdict.record
    assert verdict.record["photos"][0]["frame"] == [150, 100, 450, 340]
    dialog.form.clinic.setText("Skin clinic")
    dialog.close()
    desk.window.close()
    assert ReportSettings.from_text(desk.remembered[0].report).clinic == "Skin clinic"


def test_a_report_is_checked_from_the_menu(desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"not a report")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "letter.pdf"), ""))
    dialog = desk.window._desk.verify(desk.window)
    desk.bot.waitUntil(lambda: dialog.verdict is not None, timeout=PATIENCE)
    assert dialog.headline.text() == "This is not a report of KNDNet Desktop."
    dialog.close()
