"""From the window to the report: the real window, the real student, a real PDF."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog

from kndnet_desktop.core.journal import FILE, Journal
from kndnet_desktop.core.rows import read_all
from kndnet_desktop.reporting import ReportOffice
from kndnet_desktop.ui.batch_report_dialog import BatchReportDialog, Order
from kndnet_desktop.ui.report_dialog import ReportDialog
from kndnet_desktop.ui.report_form import ReportSettings
from tests.ui.conftest import Desk

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


def test_closing_while_pages_are_printed_or_photos_reported_is_no_fault(
    desk: Desk, samples: Path, tmp_path: Path, qapp: QApplication
) -> None:
    desk.open(samples / "drawn-veil.jpg")
    desk.window.action("report").trigger()
    (dialog,) = desk.window.findChildren(ReportDialog)
    desk.bot.waitUntil(lambda: dialog.ready, timeout=PATIENCE)
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    models, reports = desk.page.models, desk.window._desk
    assert models
    batch = reports.report_batch(Order(((samples / "drawn-veil.jpg", None),), models, None, 0.9), desk.window)
    with desk.bot.captureExceptions() as faults:
        dialog.print_to(printer)
        batch.save_to(tmp_path / "batch.pdf")
        with desk.bot.waitSignals([dialog.destroyed, batch.destroyed], timeout=PATIENCE):
            dialog.close()
            batch.close()
        desk.bot.waitUntil(lambda: not reports._jobs._running, timeout=PATIENCE)
        qapp.processEvents()
    assert not faults


def test_a_report_on_a_run_says_what_its_table_says(desk: Desk, samples: Path, tmp_path: Path) -> None:
    folder, target = tmp_path / "photos", tmp_path / "report.pdf"
    folder.mkdir()
    kept, replaced, gone = "drawn-asymmetric.jpg", "drawn-hair.jpg", "drawn-nevus.jpg"
    for name in (kept, replaced, gone):
        shutil.copy(samples / name, folder)
    batch = desk.window.batch
    batch.stability.setChecked(True)
    with desk.bot.waitSignal(batch.run.saved, timeout=PATIENCE):
        batch.start(folder)
    desk.bot.waitUntil(lambda: len(batch.rows.table.ids) == 3, timeout=PATIENCE)
    shutil.copy(samples / "drawn-vessels.jpg", folder / replaced)
    (folder / gone).unlink()
    batch.report_button.click()
    desk.bot.waitUntil(lambda: bool(desk.window.findChildren(BatchReportDialog)), timeout=PATIENCE)
    (dialog,) = desk.window.findChildren(BatchReportDialog)
    dialog.save_to(target, "correct horse")
    desk.bot.waitUntil(lambda: not dialog.busy, timeout=PATIENCE)
    record = ReportOffice(lambda _role: desk.page.models).verify(target).record
    assert record
    reported = {each["path"]: each for each in record["photos"]}
    with Journal(batch.run.target / FILE) as journal:
        listed = {row.name: row.result for row in read_all(journal.connection)}
    row = listed[kept]
    assert row
    assert row["stability"]
    for key in ("sha256", "probabilities", "stability", "flags", "refer"):
        assert reported[kept][key] == row[key], key
    assert reported[replaced]["message"] == "Another photo has taken the place of this file since."
    assert reported[replaced]["probabilities"] is None
    assert reported[gone]["status"] == "error"
    verdict = ReportOffice(lambda _role: desk.page.models).verify(target, samples / kept)
    assert verdict.state == "reproduced", verdict.sentences
    dialog.reject()


def test_a_report_is_checked_from_the_menu(desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"not a report")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "letter.pdf"), ""))
    dialog = desk.window._desk.verify(desk.window)
    desk.bot.waitUntil(lambda: dialog.verdict is not None, timeout=PATIENCE)
    assert dialog.headline.text() == "This is not a report of KNDNet Desktop."
    dialog.close()
