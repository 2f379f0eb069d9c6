"""The cards of the models on the about page: figures to be read, and a diagram of how reliable the answers are."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QColor, QFont, QImage, QTextDocument
from PySide6.QtWidgets import QApplication

from kndnet_desktop.core.card import MODEL_FILE, Metric, ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.evidence import Reliability
from kndnet_desktop.core.examine import Models
from kndnet_desktop.settings import Settings
from kndnet_desktop.ui import reliability_chart
from kndnet_desktop.ui.about_page import AboutPage
from kndnet_desktop.ui.theme import DARK, LIGHT, Colours
from tests.core import trusted
from tests.ui.conftest import Desk, in_german

FOLD, INNER, CLINICS = "HAM10000 fold 0", "HAM10000 inner validation", "ISIC 2018 Task 1 kept aside"
RELIABILITY = Reliability(FOLD, "balanced", ((20, 0.352, 0.4), (300, 0.704, 0.81), (100, 0.957, 0.96)))
SHARED = {
    "recall mel": 0.7,
    "accuracy": 0.8,
    "ECE": 0.107,
    "referral 0.90 sensitivity": 0.91,
    "referral 0.90 specificity": 0.74,
    "set size": 1.4314,
    "set coverage mel": 0.885,
    "melanoma AUC": 0.9142,
    "balanced accuracy": 0.75,
    "macro-F1": 0.725,
    "recall unheard of": 0.5,
}


def metrics(data: str, names: dict[str, float], images: int) -> list[Metric]:
    return [
        Metric(name, value, value - 0.0123, value + 0.0123, images, data, mode, f"a protocol for {data}")
        for mode in ("accuracy", "balanced")
        for name, value in names.items()
    ]


@pytest.fixture
def model(tmp_path: Path, student_folder: Path, samples: Path) -> OnnxClassifier:
    """The shipped network with a card that holds all that a card can."""
    folder = trusted.make(tmp_path / "model", student_folder, samples, reliability=RELIABILITY)
    found = [*metrics(INNER, SHARED, 1322), *metrics("Elsewhere", {"accuracy": 0.6}, 7)]
    found += [*metrics(CLINICS, {"melanoma AUC": 0.8}, 413), *metrics(FOLD, SHARED, 2003)]
    replace(ModelCard.load(folder), metrics=tuple(found)).save(folder)
    return OnnxClassifier(folder)


@pytest.fixture
def desk(make_desk: Callable[[Settings, Models | None], Desk], model: OnnxClassifier) -> Desk:
    return make_desk(Settings(theme="light"), Models(model))


def lines(page: AboutPage) -> list[str]:
    return [line.strip() for line in page.toPlainText().splitlines()]


def drawing(page: AboutPage) -> QImage:
    return QImage(page.document().resource(QTextDocument.ResourceType.ImageResource, QUrl("reliability-student")))


def theme_action(desk: Desk, text: str) -> QAction:
    return next(action for action in desk.window.findChildren(QAction) if action.text() == text)


def has(image: QImage, colour: str) -> bool:
    wanted = QColor(colour)
    return any(image.pixelColor(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_the_figures_of_a_data_set_stand_in_one_table_most_telling_first(desk: Desk) -> None:
    found = lines(desk.window.about)
    measured = found[found.index("Measured") :]
    heads = [line for line in measured if line.endswith(" photos")]
    assert heads == [
        "Test: HAM10000 fold 0, 2003 photos",
        "Test at other clinics: ISIC 2018 Task 1, kept aside, 413 photos",
        "Validation: HAM10000, 1322 photos",
        "Elsewhere, 7 photos",
    ]
    first = measured[measured.index(heads[0]) : measured.index(heads[1])]
    assert first[1:4] == ["Figure", "Balanced mode", "Accuracy mode"], "the mode that is used unless told otherwise"
    order = [
        "Accuracy",
        "Macro-F1",
        "Balanced accuracy",
        "Melanoma AUC",
        "Calibration error (ECE)",
        "Recall: share of the lesions of each diagnosis that are recognised",
        "Melanoma",
        "Recommendation: sensitivity and specificity for malignant or pre-malignant",
        "Sensitivity at the 90 % setting",
        "Specificity at the 90 % setting",
        "Could-be list: share of the lesions of each diagnosis whose list holds it",
        "Diagnoses on the could-be list, on average",
        "Could-be list holds the melanoma",
        "Other figures",
        "recall unheard of",
    ]
    assert [line for line in first if line in order] == order
    assert first[first.index("Accuracy") + 1] == "80.0 % (78.8 to 81.2)"
    assert first[first.index("Melanoma AUC") + 1] == "0.914 (0.902 to 0.926)"
    assert first[first.index(order[11]) + 1] == "1.43 (1.42 to 1.44)"


def test_each_protocol_is_told_once_and_no_figure_is_left_out(desk: Desk, model: OnnxClassifier) -> None:
    text = desk.window.about.toPlainText()
    for data in (FOLD, INNER, CLINICS, "Elsewhere"):
        assert text.count(f"a protocol for {data}") == 1
    measured = text[text.index("Measured") :]
    assert len(re.findall(r"[\d.]+( %)? \([\d.]+ to [\d.]+\)", measured)) == len(model.card.metrics)


def test_the_diagram_stands_beside_the_same_in_figures_and_what_it_means(desk: Desk) -> None:
    page = desk.window.about
    found = lines(page)
    said = found[found.index("Can the percentages be taken at their word?") : found.index("Measured")]
    assert "Test: HAM10000 fold 0, Balanced mode" in said
    assert "Calibration error (ECE): 10.7 % (9.5 to 11.9)" in said
    start = said.index("Predicted")
    assert said[start : start + 12] == [
        *("Predicted", "Correct", "Photos"),
        *("35.2 %", "40.0 %", "20"),
        *("70.4 %", "81.0 %", "300"),
        *("95.7 %", "96.0 %", "100"),
    ]
    assert any("deliberately not those of the mixture" in line for line in said)
    alternative = "35.2 % predicted, 40.0 % right, 20 photos; 70.4 % predicted, 81.0 % right, 300 photos; 95.7 %"
    assert f'alt="Reliability diagram, from the least probable answers to the most probable: {alternative}' in (
        page.toHtml()
    )


def test_a_card_without_a_reliability_has_no_diagram(
    make_desk: Callable[[Settings, Models | None], Desk],
    student: OnnxClassifier,
    student_folder: Path,
    tmp_path: Path,
) -> None:
    card = replace(student.card, trust=replace(student.card.trust, reliability=None))
    card.save(tmp_path)
    shutil.copy(student_folder / MODEL_FILE, tmp_path)
    desk = make_desk(Settings(theme="light"), Models(OnnxClassifier(tmp_path)))
    assert "Can the percentages be taken at their word?" not in lines(desk.window.about)
    assert "<img" not in desk.window.about.toHtml()


def test_what_stability_is_worth_is_told_with_the_pictures_that_told_it(
    make_desk: Callable[[Settings, Models | None], Desk],
    student: OnnxClassifier,
    student_folder: Path,
    tmp_path: Path,
) -> None:
    shutil.copy(student_folder / MODEL_FILE, tmp_path)
    stability = student.card.trust.stability
    assert stability
    for data, end in (("HAM10000 fold 0", "). Test: HAM10000 fold 0."), ("", ").")):
        trust = replace(student.card.trust, stability=replace(stability, data=data))
        replace(student.card, trust=trust).save(tmp_path)
        desk = make_desk(Settings(theme="light"), Models(OnnxClassifier(tmp_path)))
        (line,) = (line for line in lines(desk.window.about) if line.startswith("Wrong answers are ranked"))
        assert line.endswith(end)


def test_the_diagram_wears_the_theme_s_colours_and_the_reader_stays_where_they_are(desk: Desk) -> None:
    page = desk.window.about
    desk.window.action("about").trigger()
    page.verticalScrollBar().setValue(300)
    assert has(drawing(page), LIGHT.accent)
    theme_action(desk, "&Dark").trigger()
    assert has(drawing(page), DARK.accent)
    assert not has(drawing(page), LIGHT.accent)
    assert page.verticalScrollBar().value() == 300


def test_the_diagram_grows_with_the_letters(desk: Desk) -> None:
    page = desk.window.about
    before = drawing(page).width()
    font = QFont(page.font())
    font.setPointSizeF(2 * font.pointSizeF())
    page.setFont(font)
    assert drawing(page).width() > 1.7 * before


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_a_screen_of_twice_the_pixels_gets_a_drawing_of_twice_the_pixels(qapp: QApplication, colours: Colours) -> None:
    plain = reliability_chart.draw(RELIABILITY, colours, qapp.font(), 1)
    fine = reliability_chart.draw(RELIABILITY, colours, qapp.font(), 2)
    assert (fine.width, fine.height) == (plain.width, plain.height)
    assert (fine.image.width(), fine.image.height()) == (2 * plain.width, 2 * plain.height)
    assert has(fine.image, colours.accent)


def test_no_english_is_left_on_the_german_page(
    qapp: QApplication, make_desk: Callable[[Settings, Models | None], Desk], model: OnnxClassifier, root: Path
) -> None:
    shipped = OnnxClassifier(root / "resources" / "models" / "student")

    def shown() -> set[str]:
        return set(lines(make_desk(Settings(theme="light"), Models(model, shipped)).window.about))

    english = shown()
    with in_german(qapp, root):
        german = shown()
    assert "Sensitivität bei der Einstellung 90 %" in german
    assert "Liste des Möglichen enthält: Melanom" in german
    assert "91,0 % (89,8 bis 92,2)" in german
    # Figures, keys, codes, names of files and models, a citation, and what this card alone holds.
    same = re.compile(
        r"[\d ]*|[▲\N{OBJECT REPLACEMENT CHARACTER}]?|[a-z]{2,5}|F|Ctrl\+.*|KNDNet .*|HAM10000: Tschandl.*"
        r"|a protocol for .*|recall unheard of"
    )
    assert [line for line in sorted(english & german) if not same.fullmatch(line)] == []
