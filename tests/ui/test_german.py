"""The whole window in German: nothing English is left in it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QTabBar, QWidget

from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.translation import Catalogue
from kndnet_desktop.settings import Settings
from kndnet_desktop.ui.main_window import MainWindow
from kndnet_desktop.ui.translator import install
from tests.ui.conftest import in_german

# Words that are the same in both languages, names of files, of models and of languages, and figures.
SAME = re.compile(
    r"|Name|Hand|English|Deutsch|Grad-CAM|[▲△!]|A4|Letter|(CSV|Excel|JSON)…?|Scroll (Left|Right)|PNG.*"
    r"|[\d ×,.:%<>/-]*|KNDNet.*|drawn-.*|.*\.jpg.*"
)


@pytest.fixture
def german(qapp: QApplication, root: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue.load(root / "resources" / "i18n", "de")
    translators = install(qapp, catalogue)
    yield catalogue
    for translator in translators:
        qapp.removeTranslator(translator)


def words(window: QWidget) -> Iterator[str]:
    """Every text in a window, shown or hidden, spoken or seen."""
    for action in window.findChildren(QAction):
        yield from (action.text(), action.iconText())
    for widget in window.findChildren(QWidget):
        yield from (widget.accessibleName(), widget.toolTip())
        if isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()
        if isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(place) for place in range(widget.count()))
        if isinstance(widget, QTabBar):
            yield from (widget.tabText(place) for place in range(widget.count()))


def test_no_english_is_left_in_the_german_window(
    qapp: QApplication, make_desk: Callable, student: OnnxClassifier, samples: Path, root: Path
) -> None:
    def shown() -> set[str]:
        desk = make_desk(Settings(theme="light"), Models(student))
        desk.open(samples / "drawn-veil.jpg")
        return {text for text in words(desk.window) if not SAME.fullmatch(text)}

    english = shown()
    with in_german(qapp, root):
        german = shown()
    assert len(english) > 100
    assert "&Wärmekarte speichern…" in german
    assert any(text.startswith(("Am wahrscheinlichsten: ", "Möglich: ")) for text in german)
    assert sorted(english & german) == []


def test_a_batch_speaks_german(make_desk: Callable, student: OnnxClassifier, samples: Path, german: Catalogue) -> None:
    desk = make_desk(Settings(theme="light"), Models(student))
    batch = desk.window.batch
    with desk.bot.waitSignal(batch.run.saved, timeout=20_000):
        batch.start(samples)
    table = batch.rows.table
    desk.bot.waitUntil(lambda: len(table.ids) == 9, timeout=20_000)
    shown = {str(table.data(table.index(row, column))) for row in range(9) for column in (1, 6)}
    assert "Beantwortet" in shown
    assert any("Melanozytärer Nävus" in text for text in shown)
    assert batch.words.text() == "Fertig."


def test_one_photo_is_one_and_a_copied_answer_names_its_mode(
    make_desk: Callable, student: OnnxClassifier, samples: Path, tmp_path: Path, german: Catalogue
) -> None:
    (tmp_path / "photos").mkdir()
    shutil.copy(samples / "drawn-veil.jpg", tmp_path / "photos")
    desk = make_desk(Settings(theme="light"), Models(student))
    rows = desk.window.batch.rows
    with desk.bot.waitSignal(desk.window.batch.run.saved, timeout=20_000):
        desk.window.batch.start(tmp_path / "photos")
    desk.bot.waitUntil(lambda: rows.summary.text().startswith("1 Bild\n"), timeout=20_000)
    assert rows.filters._count.text() == "1 Bild"
    desk.open(samples / "drawn-veil.jpg")
    assert desk.page.text().splitlines()[0].endswith("(Modus Ausgewogen)")


def test_a_message_is_found_by_its_german_words(
    make_desk: Callable, student: OnnxClassifier, samples: Path, tmp_path: Path, german: Catalogue
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "half.jpg").write_bytes((samples / "drawn-hair.jpg").read_bytes()[:900])
    (tmp_path / "photos" / "whole.jpg").write_bytes((samples / "drawn-hair.jpg").read_bytes())
    desk = make_desk(Settings(theme="light"), Models(student))
    batch = desk.window.batch
    with desk.bot.waitSignal(batch.run.saved, timeout=20_000):
        batch.start(tmp_path / "photos")
    desk.bot.waitUntil(lambda: len(batch.rows.table.ids) == 2, timeout=20_000)
    for words, found in (("beschädigt", 1), ("damaged", 0), ("whole", 1)):
        batch.rows.filters.text.setText(words)
        desk.bot.waitUntil(lambda found=found: len(batch.rows.table.ids) == found, timeout=20_000)


def test_qt_s_own_dialogs_speak_qt_s_german(qapp: QApplication, german: Catalogue) -> None:
    assert german("Back") == "Rücken", "the body site"
    assert QCoreApplication.translate("QFileDialog", "Back") == "Zurück"
    assert QCoreApplication.translate("QFileDialog", "Print to %1") == "Print to %1", "never half of it"


def window_in(language: str, qapp: QApplication, make_desk: Callable, root: Path) -> MainWindow:
    """Build the window while a language is installed, which leaves again."""
    translators = install(qapp, Catalogue.load(root / "resources" / "i18n", language))
    try:
        return make_desk(Settings(theme="light"), None).window
    finally:
        for translator in translators:
            qapp.removeTranslator(translator)


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_key_with_alt_stands_for_one_thing(
    qapp: QApplication, make_desk: Callable, root: Path, language: str
) -> None:
    window = window_in(language, qapp, make_desk, root)
    menus = window.menuBar().actions()
    pages = [window.pages.widget(place) for place in range(2)]
    groups = [[entry.text() for entry in menu.menu().actions()] for menu in menus]
    groups += [[each.text() for each in (*menus, *page.findChildren(QAbstractButton))] for page in pages]
    for texts in groups:
        keys = [found[1].lower() for found in map(re.compile(r"&(\w)").search, texts) if found]
        assert sorted({key for key in keys if keys.count(key) > 1}) == [], texts


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_smallest_window_fits_a_small_screen_and_has_room_for_a_name_to_look_for(
    qapp: QApplication, make_desk: Callable, root: Path, language: str
) -> None:
    window = window_in(language, qapp, make_desk, root)
    window.pages.setCurrentWidget(window.batch)
    window.batch.stack.setCurrentWidget(window.batch.rows)
    window.resize(0, 0)
    assert window.width() <= 960, "half of 1920"
    assert window.height() <= 480, "half of 1080 without the bars of the window and of the system"
    text = window.batch.rows.filters.text
    assert text.width() > text.fontMetrics().horizontalAdvance("drawn-nevus.jpg")
