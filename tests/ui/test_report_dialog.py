"""The report's dialog, with the real office, a real answer and real files."""

import io
import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QWheelEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.report_parts import Photo, photo
from kndnet_desktop.core.translation import Catalogue
from kndnet_desktop.core.verify import Verdict
from kndnet_desktop.reporting import ReportOffice
from kndnet_desktop.ui import batch_report_dialog, report_dialog
from kndnet_desktop.ui.batch_report_dialog import BatchReportDialog, Order
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.printing import paint
from kndnet_desktop.ui.report_dialog import ReportDialog, Subject
from kndnet_desktop.ui.report_form import ReportSettings
from kndnet_desktop.ui.theme import Theme
from kndnet_desktop.ui.translator import CatalogueTranslator, install
from kndnet_desktop.ui.verify_dialog import VerifyDialog

PATIENCE = 60_000  # milliseconds; the machine that tests may be busy with other things
SAMPLE = "drawn-veil.jpg"


@pytest.fixture
def theme(qapp: QApplication, root: Path) -> Theme:
    return Theme(qapp, root / "resources" / "icons", "light")


@pytest.fixture(scope="module")
def shots(student: OnnxClassifier, samples: Path) -> tuple[Photo, ...]:
    case = next(classify([samples / SAMPLE], Models(student), full_size=True))
    return (photo(case.result, case.picture, case.examination, student.card, HeatPainter()),)


@pytest.fixture(scope="module")
def office(student: OnnxClassifier) -> ReportOffice:
    return ReportOffice(lambda _role: Models(student))


@pytest.fixture
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kndnet_desktop.reporting._system_keyring", lambda: None)


@pytest.fixture
def remembered() -> list[ReportSettings]:
    return []


@pytest.fixture
def open_dialog(
    qtbot: QtBot,
    jobs: Jobs,
    theme: Theme,
    shots: tuple[Photo, ...],
    office: ReportOffice,
    student: OnnxClassifier,
    remembered: list[ReportSettings],
) -> Callable[..., ReportDialog]:
    def open_dialog(**settings: object) -> ReportDialog:
        failures: list[BaseException] = []
        dialog = ReportDialog(
            jobs,
            theme,
            Subject(lambda: shots, (student.card,)),
            lambda: office,
            ("en", "de"),
            ReportSettings(**{"sign": False} | settings),  # type: ignore[arg-type]
            remembered.append,
            failures.append,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog.ready or bool(failures), timeout=PATIENCE)
        assert not failures
        return dialog

    return open_dialog


@pytest.fixture
def dialog(open_dialog: Callable[..., ReportDialog]) -> ReportDialog:
    return open_dialog()


def settle(qtbot: QtBot, dialog: ReportDialog) -> None:
    qtbot.waitUntil(lambda: dialog.ready, timeout=PATIENCE)


def said(qtbot: QtBot, dialog: ReportDialog, words: str) -> None:
    qtbot.waitUntil(lambda: words in dialog.said.text(), timeout=PATIENCE)


def text_of(pdf: Path) -> str:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("poppler's pdftotext is not installed: what was saved can't be read back")
    return subprocess.run([program, pdf, "-"], capture_output=True, check=True).stdout.decode()


def test_the_preview_follows_what_is_typed(qtbot: QtBot, dialog: ReportDialog) -> None:
    before = dialog.pages.page
    assert dialog.pages.count == 1
    qtbot.keyClicks(dialog.form.name, "Ann Lee")
    assert not dialog.ready, "what is on the screen is not yet what is typed"
    assert not dialog.save.isEnabled()
    settle(qtbot, dialog)
    assert dialog.pages.page != before
    qtbot.keyClicks(dialog.form.notes, "Growing. " * 3)
    dialog.form.notes.setPlainText("Growing, itching. " * 500)
    settle(qtbot, dialog)
    assert dialog.pages.count > 1
    first = dialog.pages.page
    qtbot.mouseClick(dialog.pages.next, Qt.MouseButton.LeftButton)
    assert dialog.pages.page != first


def test_what_was_filled_in_is_saved(
    qtbot: QtBot,
    dialog: ReportDialog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    remembered: list[ReportSettings],
) -> None:
    form = dialog.form
    form.name.insert("Łukasz Öztürk")  # QTest types ASCII only
    qtbot.keyClicks(form.born, "1961-04-09")
    qtbot.mouseClick(form.body, Qt.MouseButton.LeftButton, pos=form.body.place_of("Thigh", "Left").toPoint())
    assert (form.site.currentText(), form.side.currentText()) == ("Thigh", "Left")
    form.skin.setCurrentText("III")
    qtbot.keyClicks(form.assessment, "Excise.")
    qtbot.keyClicks(form.clinic, "Skin clinic")
    settle(qtbot, dialog)
    offered: list[str] = []

    def choose(_parent: object, _title: str, offer: str, _kinds: str) -> tuple[str, str]:
        offered.append(offer)
        return str(tmp_path / "report"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    said(qtbot, dialog, "Saved “report.pdf”.")
    assert offered[0].startswith(f"lesion-report-{datetime.now().astimezone():%Y-%m-%d}-")
    for private in ("Lee", "ukasz", "veil"):
        assert private not in offered[0]
    text = text_of(tmp_path / "report.pdf")
    for words in ("Łukasz Öztürk", "1961-04-09", "Thigh · Left", "III", "Excise.", "Skin clinic"):
        assert words in text
    dialog.close()
    assert remembered == [ReportSettings(sign=False, clinic="Skin clinic", folder=str(tmp_path))]


def test_what_was_typed_is_not_lost_unasked(
    qtbot: QtBot,
    dialog: ReportDialog,
    tmp_path: Path,
    questions: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    qtbot.keyClicks(dialog.form.assessment, "Excise.")
    with monkeypatch.context() as patch:
        patch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Cancel)
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    settle(qtbot, dialog)
    dialog.save_to(tmp_path / "report.pdf")
    dialog.close()
    assert dialog.isVisible(), "it closes once it is saved"
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert (tmp_path / "report.pdf").is_file()
    assert not questions


def test_a_report_that_could_not_be_saved_stays_open(qtbot: QtBot, dialog: ReportDialog, tmp_path: Path) -> None:
    dialog.save_to(tmp_path / "no such folder" / "report.pdf")
    dialog.close()
    said(qtbot, dialog, "can't be saved")
    assert dialog.isVisible()
    assert dialog.save.isEnabled()


def test_an_empty_report_closes_unasked(dialog: ReportDialog, questions: list[str]) -> None:
    dialog.close()
    assert not dialog.isVisible()
    assert not questions


def test_no_file_is_replaced_that_was_not_asked_about(
    qtbot: QtBot, dialog: ReportDialog, tmp_path: Path, questions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = tmp_path / "report.pdf"
    issued.write_bytes(b"issued before")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "report"), ""))
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert questions == ["“report.pdf” is there already. Replace it?"]
    assert issued.read_bytes() == b"issued before"
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    said(qtbot, dialog, "Saved “report.pdf”.")
    assert issued.read_bytes().startswith(b"%PDF")


def test_only_the_pages_that_were_asked_for_are_printed(qapp: QApplication, tmp_path: Path) -> None:
    del qapp
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(2, 3)
    pages = [QImage(60, 80, QImage.Format.Format_RGB32) for _ in range(4)]
    assert paint(printer, pages)
    assert len(PdfFileReader(io.BytesIO((tmp_path / "printed.pdf").read_bytes())).root["/Pages"]["/Kids"]) == 2


def test_a_place_in_other_words_is_kept(qtbot: QtBot, dialog: ReportDialog) -> None:
    dialog.form.site.setEditText("behind the knee")
    assert dialog.form.read_patient().site == "behind the knee"
    dialog.form.site.setCurrentIndex(dialog.form.site.findData("Nail"))
    assert dialog.form.read_patient().site == "Nail"


def test_the_body_map_keeps_the_side_of_the_trunk_and_marks_it(qtbot: QtBot, dialog: ReportDialog) -> None:
    form = dialog.form

    def click(site: str, side: str) -> tuple[str, str]:
        qtbot.mouseClick(form.body, Qt.MouseButton.LeftButton, pos=form.body.place_of(site, side).toPoint())
        return form.site.currentText(), form.side.currentText()

    def marked(site: str, side: str) -> bool:
        pixel = form.body.grab().toImage().pixelColor(form.body.place_of(site, side).toPoint())
        return pixel == QColor(form.body._theme.colours.accent)

    form.side.setCurrentText("Left")
    assert click("Back", "") == ("Back", "Left"), "the side was chosen first"
    assert click("Back", "") == ("Back", "Left")
    assert marked("Back", "")
    assert click("Thigh", "Right") == ("Thigh", "Right")
    assert marked("Thigh", "Right")
    assert not marked("Thigh", "Left")
    assert click("Chest", "") == ("Chest", ""), "the side was that of another part"


def test_the_first_keys_go_into_the_name(qtbot: QtBot, dialog: ReportDialog) -> None:
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.focusWidget() is not None, timeout=PATIENCE)
    assert dialog.focusWidget() is dialog.form.name


def test_an_impossible_date_is_told_and_nothing_can_be_saved(qtbot: QtBot, dialog: ReportDialog) -> None:
    qtbot.keyClicks(dialog.form.born, "9.4.61")
    said(qtbot, dialog, "is not a date")
    assert not dialog.save.isEnabled()
    dialog.form.born.clear()
    settle(qtbot, dialog)
    assert dialog.said.text() == ""
    assert dialog.save.isEnabled()


def test_a_logo_that_is_gone_is_told(qtbot: QtBot, open_dialog: Callable[..., ReportDialog], tmp_path: Path) -> None:
    dialog = open_dialog()
    dialog.form._logo = str(tmp_path / "gone.png")
    dialog.form.changed.emit()
    said(qtbot, dialog, "The clinic's logo “gone.png” can't be read.")
    assert not dialog.save.isEnabled()


def test_a_mistake_typed_while_the_pages_are_drawn_stays_told(
    qtbot: QtBot, dialog: ReportDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawable, complete = threading.Event(), dialog._shoot

    def slowly() -> tuple[Photo, ...]:
        drawable.wait(20)
        return complete()

    dialog._shoot = slowly
    qtbot.keyClicks(dialog.form.name, "A")
    qtbot.waitUntil(lambda: dialog._drawing.busy, timeout=PATIENCE)
    qtbot.keyClicks(dialog.form.born, "1961")
    said(qtbot, dialog, "is not a date")
    with qtbot.waitSignal(dialog._drawing.idle, timeout=PATIENCE):
        drawable.set()
    assert "is not a date" in dialog.said.text()


def test_the_wheel_scrolls_the_form_and_changes_nothing_in_passing(qtbot: QtBot, dialog: ReportDialog) -> None:
    form = dialog.form
    for box in (form.side, form.skin, form.language, form.paper):
        before, middle = box.currentIndex(), QPointF(box.rect().center())
        for notches in (-1, 1):
            event = QWheelEvent(
                middle,
                QPointF(box.mapToGlobal(middle.toPoint())),
                QPoint(),
                QPoint(0, 120 * notches),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(box, event)
            assert box.currentIndex() == before


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_key_with_alt_stands_for_one_thing_in_the_report_too(
    qapp: QApplication, open_dialog: Callable[..., ReportDialog], root: Path, language: str
) -> None:
    translators = install(qapp, Catalogue.load(root / "resources" / "i18n", language))
    try:
        dialog = open_dialog()
    finally:
        for translator in translators:
            qapp.removeTranslator(translator)
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.buddy()]
    texts += [button.text() for button in dialog.findChildren(QPushButton)]
    keys = [found[1].lower() for found in map(re.compile(r"&(\w)").search, texts) if found]
    assert len(keys) > 8
    assert sorted({key for key in keys if keys.count(key) > 1}) == [], texts


def test_a_place_that_cannot_be_written_is_told_and_can_be_tried_again(
    qtbot: QtBot, dialog: ReportDialog, tmp_path: Path
) -> None:
    dialog.save_to(tmp_path / "none" / "report.pdf")
    said(qtbot, dialog, "can't be saved as “report.pdf”")
    dialog.save_to(tmp_path / "report.pdf")
    said(qtbot, dialog, "Saved")


def test_without_a_keyring_the_passphrase_is_asked(
    qtbot: QtBot,
    open_dialog: Callable[..., ReportDialog],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    no_keyring: None,
    office: ReportOffice,
) -> None:
    dialog = open_dialog(sign=True)
    answers: list[tuple[str, bool]] = []
    asked: list[str] = []

    def answer(_parent: object, _title: str, question: str, *_: object) -> tuple[str, bool]:
        asked.append(question)
        return answers.pop(0)

    monkeypatch.setattr(QInputDialog, "getText", answer)
    target = tmp_path / "report.pdf"

    def save(*typed: tuple[str, bool]) -> None:
        answers[:] = typed
        dialog.save_to(target)
        qtbot.waitUntil(lambda: not answers, timeout=PATIENCE)

    for wrong in ([("one", True), ("two", True), ("", False)], [("one", True), ("", False)], [("", False)]):
        save(*wrong)
        said(qtbot, dialog, "Nothing was saved.")
        assert not target.exists()
    save(("one", True), ("two", True), ("one", True), ("one", True))
    assert sum("The two passphrases differ" in question for question in asked) == 2
    said(qtbot, dialog, "Saved")
    assert office.verify(target).known
    target.unlink()
    save(("wrong", True))
    said(qtbot, dialog, "passphrase is wrong")
    assert not target.exists()


def test_the_page_is_printed_and_copied(qtbot: QtBot, dialog: ReportDialog, tmp_path: Path) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog.print_to(printer)
    said(qtbot, dialog, "Sent to the printer.")
    assert (tmp_path / "printed.pdf").stat().st_size > 20_000
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().image().size() == dialog.pages.page.size()


def test_closing_waits_until_it_is_printed(
    qtbot: QtBot, dialog: ReportDialog, tmp_path: Path, questions: list[str]
) -> None:
    qtbot.keyClicks(dialog.form.assessment, "Excise.")
    settle(qtbot, dialog)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog.print_to(printer)
    assert not dialog.print.isEnabled()
    dialog.close()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert (tmp_path / "printed.pdf").stat().st_size > 20_000
    assert not questions


def test_what_was_typed_is_asked_about_if_the_printer_failed(
    qtbot: QtBot, dialog: ReportDialog, questions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.keyClicks(dialog.form.assessment, "Excise.")
    settle(qtbot, dialog)
    monkeypatch.setattr(report_dialog, "paint", lambda *_: False)
    dialog.print_to(QPrinter())
    dialog.close()
    said(qtbot, dialog, "can't be reached")
    assert dialog.isVisible()
    dialog.close()
    assert len(questions) == 1


def test_every_field_has_a_name_and_is_reached_by_the_keyboard(dialog: ReportDialog) -> None:
    form = dialog.form
    for field in (form.name, form.identifier, form.born, form.site, form.side, form.skin, form.notes, form.assessment):
        assert field.focusPolicy() & Qt.FocusPolicy.TabFocus
    for named in (form.site, form.side, form.body, dialog.pages._area):
        assert named.accessibleName()
    assert form.focusPolicy() == Qt.FocusPolicy.NoFocus, "it is no field"


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"language": 3, "paper": "a0", "sign": "yes", "more": 1}'])
def test_settings_that_cannot_be_read_are_the_usual_ones(text: str) -> None:
    assert ReportSettings.from_text(text) == ReportSettings()


def test_settings_survive_being_remembered() -> None:
    settings = ReportSettings("de", "letter", sign=False, clinic="Ä", address="1\n2", logo="l.png", folder="/f")
    assert ReportSettings.from_text(settings.to_text()) == settings


def test_the_dialog_speaks_german(qapp: QApplication, open_dialog: Callable[..., ReportDialog], root: Path) -> None:
    translator = CatalogueTranslator(Catalogue.load(root / "resources" / "i18n", "de"), qapp)
    assert qapp.installTranslator(translator)
    try:
        dialog = open_dialog(language="de")
        assert dialog.save.text() == "&Speichern…"
        assert dialog.form.site.findText("Rücken") > 0
        dialog.form.site.setCurrentText("Rücken")
        assert dialog.form.read_patient().site == "Back", "what is stored is the same in every language"
    finally:
        qapp.removeTranslator(translator)


def test_a_report_is_verified_in_the_window(
    qtbot: QtBot,
    jobs: Jobs,
    open_dialog: Callable[..., ReportDialog],
    office: ReportOffice,
    samples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    no_keyring: None,
) -> None:
    dialog = open_dialog(sign=True)
    target = tmp_path / "report.pdf"
    dialog.save_to(target, "correct horse")
    said(qtbot, dialog, "Saved")

    def verdict(checker: VerifyDialog) -> Verdict:
        qtbot.waitUntil(lambda: checker.verdict is not None, timeout=PATIENCE)
        assert checker.verdict
        return checker.verdict

    failures: list[BaseException] = []
    checker = VerifyDialog(jobs, target, lambda: office, Catalogue(), failures.append)
    checker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(checker)
    checker.show()
    assert verdict(checker).state == "intact"
    assert checker.headline.text().startswith("Intact")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(samples / SAMPLE), ""))
    qtbot.mouseClick(checker.again, Qt.MouseButton.LeftButton)
    assert verdict(checker).state == "reproduced"
    target.write_bytes(target.read_bytes() + b" ")
    checker.check()
    assert verdict(checker).state == "altered"
    assert checker.headline.text().startswith("Altered")
    assert not failures


@pytest.fixture
def order(student: OnnxClassifier, samples: Path, tmp_path: Path) -> Order:
    (tmp_path / "half.jpg").write_bytes((samples / SAMPLE).read_bytes()[:5000])
    photos = *sorted(samples.glob("*.jpg")), tmp_path / "half.jpg"
    return Order(tuple((path, None) for path in photos), Models(student), "balanced", 0.9)


@pytest.fixture
def batch_dialog(
    qtbot: QtBot, jobs: Jobs, office: ReportOffice, order: Order, remembered: list[ReportSettings]
) -> BatchReportDialog:
    failures: list[BaseException] = []
    settings = ReportSettings(sign=False, clinic="Skin clinic")
    dialog = BatchReportDialog(jobs, order, lambda: office, ("en", "de"), settings, remembered.append, failures.append)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_a_report_on_many_photos_is_made_with_progress(
    qtbot: QtBot, batch_dialog: BatchReportDialog, order: Order, tmp_path: Path, remembered: list[ReportSettings]
) -> None:
    batch_dialog.language.setCurrentIndex(1)
    batch_dialog.save_to(tmp_path / "all.pdf")
    assert batch_dialog.cancel.isEnabled()
    qtbot.waitUntil(lambda: not batch_dialog.busy, timeout=PATIENCE)
    assert batch_dialog.said.text() == "Saved “all.pdf”."
    assert batch_dialog.progress.value() == len(order.photos)
    text = text_of(tmp_path / "all.pdf")
    assert f"Bericht zu {len(order.photos)} Dermatoskopbildern" in text
    assert "half.jpg" in text
    assert "Skin clinic" in text
    batch_dialog.close()
    assert remembered == [ReportSettings("de", sign=False, clinic="Skin clinic", folder=str(tmp_path))]


def test_a_report_on_many_photos_can_be_cancelled(
    qtbot: QtBot, batch_dialog: BatchReportDialog, tmp_path: Path
) -> None:
    batch_dialog.save_to(tmp_path / "all.pdf")
    qtbot.mouseClick(batch_dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not batch_dialog.busy, timeout=PATIENCE)
    assert batch_dialog.said.text() == "Nothing was saved."
    assert not (tmp_path / "all.pdf").exists()


def test_a_report_on_many_photos_that_is_being_saved_is_saved(
    qtbot: QtBot, batch_dialog: BatchReportDialog, office: ReportOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed, complete = threading.Event(), office.issue

    def slowly(*arguments: Any, **options: Any) -> None:
        assert allowed.wait(PATIENCE / 1000)
        complete(*arguments, **options)

    monkeypatch.setattr(office, "issue", slowly)
    batch_dialog.save_to(tmp_path / "all.pdf")
    qtbot.waitUntil(lambda: "being saved" in batch_dialog.said.text(), timeout=PATIENCE)
    assert not batch_dialog.cancel.isEnabled()
    batch_dialog.close()
    assert batch_dialog.isVisible()
    allowed.set()
    qtbot.waitUntil(lambda: not batch_dialog.isVisible(), timeout=PATIENCE)
    assert (tmp_path / "all.pdf").is_file()


def test_a_report_on_many_photos_is_made_once_whatever_hinders_saving_it(
    qtbot: QtBot,
    batch_dialog: BatchReportDialog,
    office: ReportOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    no_keyring: None,
) -> None:
    made: list[int] = []
    complete = batch_report_dialog.classify

    def counted(*arguments: Any, **options: Any) -> Any:
        made.append(1)
        return complete(*arguments, **options)

    def save(target: Path) -> str:
        batch_dialog.save_to(target)
        qtbot.waitUntil(lambda: not batch_dialog.busy, timeout=PATIENCE)
        return batch_dialog.said.text()

    monkeypatch.setattr(batch_report_dialog, "classify", counted)
    typed = [("", False), ("correct horse", True), ("correct horse", True), ("wrong", True)]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: typed.pop(0))
    assert "can't be saved" in save(tmp_path / "none" / "all.pdf")
    batch_dialog.sign.setChecked(True)
    assert save(tmp_path / "all.pdf") == "Nothing was saved."
    assert save(tmp_path / "all.pdf") == "Saved “all.pdf”."
    assert office.verify(tmp_path / "all.pdf").known
    assert "passphrase is wrong" in save(tmp_path / "again.pdf")
    assert len(made) == 1
    batch_dialog.notes.setText("Other notes.")
    batch_dialog.sign.setChecked(False)
    assert save(tmp_path / "again.pdf") == "Saved “again.pdf”."
    assert len(made) == 2
    assert "Other notes." in text_of(tmp_path / "again.pdf")


def test_what_was_typed_or_is_being_made_is_not_lost_unasked(
    qtbot: QtBot, batch_dialog: BatchReportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def keep(_parent: object, _title: str, question: str, *_: object) -> QMessageBox.StandardButton:
        asked.append(question)
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "question", keep)
    qtbot.keyClicks(batch_dialog.notes, "Annual check.")
    qtbot.keyClick(batch_dialog.notes, Qt.Key.Key_Escape)
    assert batch_dialog.isVisible()
    batch_dialog.save_to(tmp_path / "all.pdf")
    batch_dialog.close()
    assert batch_dialog.isVisible()
    assert asked == [
        "This report was not saved. Close it and lose what you typed?",
        "This report is still being made. Stop it and close?",
    ]
    qtbot.waitUntil(lambda: not batch_dialog.busy, timeout=PATIENCE)
    assert batch_dialog.said.text() == "Saved “all.pdf”."
    batch_dialog.close()
    assert not batch_dialog.isVisible()
    assert len(asked) == 2


def test_a_passphrase_for_a_report_on_many_photos_is_asked_and_used(
    qtbot: QtBot,
    batch_dialog: BatchReportDialog,
    office: ReportOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    no_keyring: None,
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("correct horse", True))
    batch_dialog.sign.setChecked(True)
    batch_dialog.save_to(tmp_path / "all.pdf")
    qtbot.waitUntil(lambda: not batch_dialog.busy, timeout=PATIENCE)
    assert batch_dialog.said.text() == "Saved “all.pdf”."
    assert office.verify(tmp_path / "all.pdf").known
