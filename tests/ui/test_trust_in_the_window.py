"""When to rely on an answer: what a clinician reads, sets and tries on the lesion page, on the real window."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessibleAnnouncementEvent, QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from kndnet_desktop.core import gate
from kndnet_desktop.core.advice import percent
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.evidence import Disagreement, Estimate
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import covered, skin_colour
from kndnet_desktop.core.images import halved, read_image, to_doubled
from kndnet_desktop.core.journal import FILE, Journal
from kndnet_desktop.core.records import CaseResult, Cleaned, Finding
from kndnet_desktop.core.trust import of_flagged, of_unflagged, probabilities
from kndnet_desktop.settings import Settings, SettingsFile
from kndnet_desktop.ui import verdict_box
from kndnet_desktop.ui.class_row import ClassRow
from tests.core import trusted
from tests.ui.conftest import PATIENCE, Desk, in_german
from tests.ui.test_german import SAME, words

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MakeModel = Callable[..., OnnxClassifier]
MakeDesk = Callable[[Settings, Models | None], Desk]


@pytest.fixture
def make_model(tmp_path: Path, student_folder: Path, samples: Path) -> MakeModel:
    """Return a maker of the shipped network with a card that holds all that trust needs, or not quite all."""
    made: list[Path] = []

    def make(**parts: object) -> OnnxClassifier:
        points = trusted.points(("accuracy", "balanced"), thresholds=(0.5, 0.3, 0.01))
        parts = {"referral": points, **parts}
        made.append(trusted.make(tmp_path / f"model{len(made)}", student_folder, samples, **parts))
        return OnnxClassifier(made[-1])

    return make


@pytest.fixture
def sure(make_desk: MakeDesk, make_model: MakeModel) -> Desk:
    """A window whose model's card holds everything."""
    return make_desk(Settings(theme="light"), Models(make_model()))


@pytest.fixture
def text_photo(tmp_path: Path) -> Path:
    path = tmp_path / "page of text.png"
    trusted.page_of_text().save(path)
    return path


def rows(desk: Desk) -> tuple[ClassRow, ...]:
    return tuple(desk.page.panel.rows)


def shares(desk: Desk) -> dict[str, float]:
    return {row.code: row.share for row in rows(desk)}


# The recommendation and what it could be


def test_the_recommendation_is_read_first_and_is_more_than_a_colour(sure: Desk, samples: Path) -> None:
    verdict = sure.page.panel.verdict
    for photo, mark, words_ in (
        ("drawn-asymmetric.jpg", "▲", "Consider biopsy or referral"),
        ("drawn-nevus.jpg", "△", "No malignancy signal"),
    ):
        sure.open(samples / photo)
        assert (verdict._mark.text(), sure.page.panel.headline) == (mark, words_)
        tops = [
            widget.mapTo(sure.page.panel, QPoint(0, 0)).y()
            for widget in (verdict.headline, verdict.possible, verdict.malignant, *rows(sure))
        ]
        assert tops == sorted(tops)
    figures = sure.page.panel.setting.figures.text()
    assert "Sensitivity 91 % (88 to 93 %)" in figures
    assert "specificity 74 % (70 to 78 %)" in figures
    assert "1322 photos of HAM10000 inner validation" in figures


def test_what_it_could_be_is_the_prediction_set_and_never_a_promise(sure: Desk, samples: Path) -> None:
    result = sure.open(samples / "drawn-milia.jpg")
    assert result.prediction
    assert result.prediction.prediction_set
    said, card = sure.page.panel.verdict.possible.text(), sure.page.models.main.card if sure.page.models else None
    assert card
    assert said.startswith("Could be: ")
    for label in card.labels:
        assert (label.name.lower() in said.lower()) == (label.code in result.prediction.prediction_set)
        if label.malignant and label.code in result.prediction.prediction_set:
            assert f"▲\N{NO-BREAK SPACE}{label.name.lower()}" in said
    everything = " ".join(words(sure.window)).lower()
    assert "guarant" not in everything
    assert "certain to" not in everything


def test_another_setting_may_change_the_recommendation_and_is_remembered(
    make_desk: MakeDesk, make_model: MakeModel, samples: Path, student_folder: Path
) -> None:
    thresholds = trusted.around(samples / "drawn-nevus.jpg", student_folder, (2.0, 1.5, 0.5))
    model = make_model(referral=trusted.points(("accuracy", "balanced"), thresholds=thresholds))
    sure = make_desk(Settings(theme="light"), Models(model))
    sure.open(samples / "drawn-nevus.jpg")
    panel, setting = sure.page.panel, sure.page.panel.setting
    assert setting.combo.currentText() == "90 % sensitivity"
    assert panel.headline == "No malignancy signal"
    setting.combo.setFocus()
    sure.bot.keyClick(setting.combo, Qt.Key.Key_Down)
    assert setting.combo.currentText() == "95 % sensitivity"
    assert panel.headline == "Consider biopsy or referral"
    assert "Sensitivity 96 %" in setting.figures.text()
    sure.window.action("copy").trigger()
    assert "Consider biopsy or referral" in QGuiApplication.clipboard().text(), "the text says what the window says"
    subject = sure.page.report_subject()
    assert subject
    assert subject.target == 0.95, "and so does the report"
    sure.window.close()
    again = make_desk(sure.remembered[-1], sure.page.models)
    again.open(samples / "drawn-nevus.jpg")
    assert again.page.panel.headline == "Consider biopsy or referral"
    run = again.window.batch.run
    again.window.batch.start(samples)
    again.bot.waitUntil(lambda: not run.busy, timeout=PATIENCE)
    with Journal(run.target / FILE) as journal:
        assert journal.facts()["advice"]["point"]["target"] == 0.95, "and so does the next run"


def test_the_prevalence_dial_tells_what_a_flag_means_here(sure: Desk, make_desk: MakeDesk, samples: Path) -> None:
    sure.open(samples / "drawn-nevus.jpg")
    setting = sure.page.panel.setting
    assert not setting.slider.isVisible()
    sure.bot.mouseClick(setting.fold, LEFT)
    assert setting.slider.isVisible()
    for prevalence in (1.0, 5.0, 20.0):
        setting.spin.setValue(prevalence)
        assert setting.point
        for said, found, of in (
            ("Malignant: about {} of 100 flagged lesions", of_flagged(setting.point, prevalence / 100), 100),
            ("{} of 1,000 not flagged", of_unflagged(setting.point, prevalence / 100), 1000),
        ):
            value, low, high = (f"{of * each:.0f}" for each in (found.value, found.low, found.high))
            assert said.format(f"{value} ({low} to {high})") in setting.meaning.text()
    setting.slider.setFocus()
    before = setting.meaning.text()
    sure.bot.keyClick(setting.slider, Qt.Key.Key_Right)
    assert setting.prevalence == 20.5
    assert setting.meaning.text() != before
    assert setting.fold.text() == "Prevalence 20.5 %"
    sure.window.close()
    assert sure.remembered[-1].prevalence == 20.5
    assert make_desk(sure.remembered[-1], None).page.panel.setting.prevalence == 20.5


@pytest.mark.parametrize("spoilt", ["-1", "100", "true", "NaN", '"5"', "[]"])
def test_a_spoilt_prevalence_is_the_usual_one(tmp_path: Path, spoilt: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(f'{{"prevalence": {spoilt}, "sensitivity": 85}}', encoding="utf-8")
    assert SettingsFile(path).load() == replace(Settings(), sensitivity=85)


def test_the_other_mode_has_settings_of_its_own(sure: Desk, samples: Path) -> None:
    sure.open(samples / "drawn-nevus.jpg")
    next(each for each in sure.window._menus.modes.actions() if not each.isChecked()).trigger()
    sure.settled()
    point = sure.page.panel.setting.point
    assert point
    assert sure.page.result
    assert sure.page.result.prediction
    assert point.mode == sure.page.result.prediction.mode


def test_all_of_it_can_be_reached_by_the_tab_key_and_has_a_name(sure: Desk, samples: Path, text_photo: Path) -> None:
    def reached() -> set[QWidget]:
        found = set()
        sure.page.view.setFocus()
        for _ in range(40):
            focused = sure.window.focusWidget()
            if focused:
                found.add(focused)
                sure.bot.keyClick(focused, Qt.Key.Key_Tab)
        return found

    sure.open(samples / "drawn-nevus.jpg")
    setting, bar = sure.page.panel.setting, sure.page.heat_bar
    sure.bot.mouseClick(setting.fold, LEFT)
    assert {setting.combo, setting.fold, setting.slider, setting.spin, bar.kind, bar.probe_button} <= reached()
    for control in (setting.combo, setting.slider, setting.spin, bar.kind, sure.page.patch):
        assert control.accessibleName()
    sure.open(text_photo)
    assert sure.page.panel.verdict.anyway in reached()


def test_the_about_page_tells_what_was_measured(sure: Desk) -> None:
    text = sure.window.about.toPlainText()
    assert "When to rely on it" in text
    assert "sensitivity 96 %" in text
    assert "0.50 (0.40 to 0.60)" in text


def test_no_english_is_left_where_trust_speaks_german(
    qapp: QApplication, make_desk: MakeDesk, make_model: MakeModel, samples: Path, root: Path
) -> None:
    model = make_model()

    def said() -> set[str]:
        desk = make_desk(Settings(theme="light", second_opinion=True), Models(model, model))
        desk.open(samples / "drawn-milia.jpg")
        return {text for text in words(desk.window) if not SAME.fullmatch(text)}

    english = said()
    with in_german(qapp, root):
        german = said()
    assert any(text.startswith("Maligne: etwa ") and "von 100 auffälligen Läsionen" in text for text in german)
    assert sorted(english & german) == []


# Photos that are not answered


def test_what_is_no_dermatoscope_photo_is_not_answered(sure: Desk, samples: Path, text_photo: Path) -> None:
    result = sure.open(text_photo)
    panel = sure.page.panel
    assert result.status == "rejected"
    assert panel.headline == "Not answered"
    assert panel.verdict.possible.text() == gate.REFUSAL
    assert not any(row.isVisible() for row in rows(sure))
    assert not panel.verdict.malignant.isVisible()
    assert not panel.setting.isVisible()
    assert sure.page.view._heat is None
    assert not sure.page.heat_bar.isEnabled()
    for action in ("save", "report", "cover"):
        assert not sure.window.action(action).isEnabled()
    assert sure.window.action("frame").isEnabled(), "the lesion may be there, small"
    assert sure.page.report_subject() is None
    assert sure.open(samples / "drawn-nevus.jpg").status == "ok"
    assert not panel.verdict.anyway.isVisible()


def test_a_refused_answer_can_be_looked_at_but_leaves_the_window_in_no_way(
    sure: Desk, samples: Path, text_photo: Path
) -> None:
    sure.open(text_photo)
    panel = sure.page.panel
    panel.verdict.anyway.setFocus()
    sure.bot.keyClick(panel.verdict.anyway, Qt.Key.Key_Space)
    assert all(row.isVisible() for row in rows(sure))
    assert sum(shares(sure).values()) == pytest.approx(1, abs=1e-5)
    assert panel.headline == "No recommendation"
    assert panel.verdict.possible.text() == gate.ANYWAY
    assert not panel.setting.isVisible()
    sure.bot.mouseClick(rows(sure)[1], LEFT)
    assert panel.verdict.possible.text() == gate.ANYWAY, "the note stays whatever is pressed"
    assert sure.page.result
    assert sure.page.result.status == "rejected"
    assert not sure.window.action("report").isEnabled()
    sure.window.action("copy").trigger()
    copied = QGuiApplication.clipboard().text()
    assert gate.REFUSAL in copied
    assert "%" not in copied
    sure.window.action("frame").trigger()
    sure.settled()
    assert panel.headline == "No recommendation", "a frame in the same photo does not hide the answer again"
    sure.open(samples / "drawn-nevus.jpg")
    sure.open(text_photo)
    assert panel.headline == "Not answered", "what was asked for once was asked for that time"


# What a card does not hold is switched off with a sentence


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("sets", "what else it could be"),
        ("referral", "a recommendation"),
        ("gate", "whether this is a dermatoscope photo"),
        ("stability", "from when on an answer is not steady"),
        ("disagreement", ""),
    ],
)
def test_without_a_part_of_the_card_that_is_said_and_the_rest_works(
    make_desk: MakeDesk, make_model: MakeModel, samples: Path, text_photo: Path, part: str, sentence: str
) -> None:
    missing = {part: () if part == "referral" else None}
    models = Models(make_model(**missing))
    desk = make_desk(Settings(theme="light"), models)
    panel = desk.page.panel
    result = desk.open(samples / "drawn-asymmetric.jpg")
    assert sentence in panel._off.text()
    assert panel._off.isVisible() == bool(panel._off.text())
    assert all(row.isVisible() for row in rows(desk))
    if part == "referral":
        assert panel.headline.startswith("Could be")
        assert not panel.setting.isVisible()
    else:
        assert panel.headline == "Consider biopsy or referral"
    if part == "sets":
        assert panel.verdict.possible.text() == in_words(models, result)
    assert result.stability, "the bands need nothing of the card"
    assert desk.open(text_photo).status == ("ok" if part == "gate" else "rejected")


def in_words(models: Models, result: CaseResult) -> str:
    """Return what is said of an answer where the card has no prediction sets."""
    assert result.prediction
    (top, share), (second, _), *_ = result.prediction.ranked()
    first, other = (models.main.card.label(code).name for code in (top, second))
    return f"{first} is most probable" if share >= 0.5 else f"Uncertain: {first.lower()} or {other.lower()}"


def test_a_card_without_any_of_it_gives_a_plain_answer(
    make_desk: MakeDesk, make_model: MakeModel, samples: Path
) -> None:
    nothing = {"sets": None, "referral": (), "gate": None, "stability": None, "disagreement": None}
    models = Models(make_model(**nothing))
    desk = make_desk(Settings(theme="light"), models)
    result = desk.open(samples / "drawn-asymmetric.jpg")
    assert desk.page.panel.headline == in_words(models, result)
    assert not desk.page.panel.verdict.possible.isVisible()
    assert "Not judged" in desk.page.panel._off.text()


# Doubt: artefacts, small changes, a second opinion


@pytest.fixture
def inked(sure: Desk, samples: Path) -> CaseResult:
    """An answer of 71 % melanoma that is 38 % without the ink."""
    result = sure.open(samples / "drawn-asymmetric.jpg")
    assert result.prediction
    names = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
    before = dict(zip(names, (0.02, 0.03, 0.04, 0.01, 0.71, 0.18, 0.01), strict=True))
    after = dict(zip(names, (0.02, 0.03, 0.04, 0.01, 0.38, 0.51, 0.01), strict=True))
    prediction = replace(result.prediction, probabilities=before, top="mel", p_malignant=0.76)
    ink = Finding("ink", "There are pen marks in the photo.")
    cleaned = Cleaned("ink", "nv", after, 0.43)
    return replace(result, prediction=prediction, flags=(ink,), cleaned=(cleaned,))


def test_an_artefact_comes_with_the_answer_without_it(sure: Desk, inked: CaseResult) -> None:
    panel, models = sure.page.panel, sure.page.models
    assert models
    panel.show_result(inked, models.main.card, "mel")
    assert (
        "There are pen marks in the photo. Without the ink: melanoma from 71 % to 38 %; malignant or pre-malignant "
        "from 76 % to 43 %; then most probable: melanocytic nevus." in panel.notes.text
    )
    assert panel.verdict.doubt.text() == "Doubtful: another answer without the ink."
    assert panel.verdict.doubt.isVisible()
    assert "No malignancy signal" not in panel.notes.text
    benign = replace(inked.cleaned[0], p_malignant=0.2)
    panel.show_result(replace(inked, cleaned=(benign,)), models.main.card, "mel")
    assert "; then: No malignancy signal." in panel.notes.text
    harmless = replace(inked.cleaned[0], top="mel")
    panel.show_result(replace(inked, cleaned=(harmless,)), models.main.card, "mel")
    assert not panel.verdict.doubt.isVisible(), "ink that changes nothing casts no doubt"
    panel.show_result(replace(inked, flags=(), cleaned=()), models.main.card, "mel")
    assert not panel.notes.isVisible()


def test_bands_show_how_far_the_answer_moves_except_under_the_hand(sure: Desk, samples: Path) -> None:
    result = sure.open(samples / "drawn-veil.jpg")
    assert result.stability
    for row in rows(sure):
        assert row.band == (result.stability.low[row.code], result.stability.high[row.code])
        assert "under small changes" in row.accessibleName()
    said = sure.page.panel.verdict.steady.text()
    low, high = (percent(each).removesuffix(" %") for each in result.stability.p_malignant)
    assert said.startswith(f"{low} to {high} % under 24 small changes")
    sure.window.action("frame").trigger()
    sure.settled()
    view, frame = sure.page.view, sure.page.view.frame
    middle = view.to_screen(frame).center().toPoint()
    sure.bot.mousePress(view, LEFT, NONE, middle)
    with sure.bot.waitSignal(sure.page._looker.framed, timeout=PATIENCE):
        sure.bot.mouseMove(view, middle + QPoint(15, 5))
    assert all(row.band is None for row in rows(sure)), "while it moves, each place is looked at once"
    sure.bot.mouseRelease(view, LEFT, NONE, middle + QPoint(15, 5))
    sure.settled()
    assert all(row.band for row in rows(sure))


def test_an_unsteady_answer_says_so_beside_the_recommendation(sure: Desk, samples: Path) -> None:
    result, models = sure.open(samples / "drawn-milia.jpg"), sure.page.models
    assert models
    assert result.stability
    panel = sure.page.panel
    panel.show_result(replace(result, stability=replace(result.stability, flips=0.25)), models.main.card, "mel")
    assert "; another diagnosis with 6 of them." in panel.verdict.steady.text()
    across = replace(result.stability, p_malignant=(0.2, 0.5))
    panel.show_result(replace(result, stability=across), models.main.card, "mel")
    assert panel.verdict.doubt.text() == "Doubtful: small changes of the photo change the recommendation."


def test_a_screen_reader_is_told_the_answer_once_it_has_settled(
    sure: Desk, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    class Reader:
        @staticmethod
        def updateAccessibility(event: QAccessibleAnnouncementEvent) -> None:
            told.append(event.message())

    monkeypatch.setattr(verdict_box, "QAccessible", Reader)
    result, models, panel = sure.open(samples / "drawn-nevus.jpg"), sure.page.models, sure.page.panel
    assert models
    sure.bot.waitUntil(lambda: len(told) == 1, timeout=PATIENCE)
    assert told[0].splitlines()[0] == panel.verdict.headline.text()
    assert panel.verdict.malignant.text() in told[0]
    for _ in range(20):  # as while a frame is dragged
        panel.show_result(result, models.main.card, "mel")
    panel.show_result(replace(result, path="another.jpg"), models.main.card, "mel")
    sure.bot.waitUntil(lambda: len(told) == 2, timeout=PATIENCE)
    assert told[1] == told[0], "another photo, the same words"
    panel.verdict.show_covered(0.25, 0.5)
    sure.bot.waitUntil(lambda: len(told) == 3, timeout=PATIENCE)
    assert told[2].endswith("Malignant or pre-malignant: 25 % → 50 %")


@pytest.mark.parametrize("helps", [True, False])
def test_a_second_opinion_that_differs_is_said_and_a_sign_only_where_that_was_measured(
    make_desk: MakeDesk, make_model: MakeModel, samples: Path, helps: bool
) -> None:
    half = Estimate(0.5, 0.4, 0.6)
    main = make_model(disagreement=Disagreement(helps, half, half))
    modes = main.card.calibration.modes
    eager = make_model(referral=trusted.points(modes, thresholds=(0.0, 0.0, 0.0)))
    desk = make_desk(Settings(theme="light"), Models(main, eager))
    desk.open(samples / "drawn-nevus.jpg")
    panel = desk.page.panel
    assert panel.headline == "No malignancy signal"
    assert not panel.verdict.doubt.isVisible()
    desk.bot.mouseClick(panel._switch, LEFT, NONE, QPoint(8, panel._switch.height() // 2))
    desk.settled()
    assert "second opinion differs" in panel._opinion.text()
    assert "Consider biopsy or referral" in panel._opinion.text()
    assert ("Warning sign" in panel._opinion.text()) == helps
    assert (panel.verdict.doubt.text() == "Doubtful: the second opinion differs.") == helps


# The explanation, questioned


def cover(desk: Desk, at: QPointF) -> None:
    """Move the pointer to a place in the picture and wait for the answer without it."""
    place = desk.page.view.to_screen(QRectF(at, at)).topLeft().toPoint()
    with desk.bot.waitSignal(desk.page.probe.answered, timeout=PATIENCE):
        desk.bot.mouseMove(desk.page.patch, place)
    desk.bot.waitUntil(lambda: not desk.page.probe.busy, timeout=PATIENCE)


def test_a_patch_over_the_lesion_moves_the_bars_and_nothing_of_it_is_kept(sure: Desk, samples: Path) -> None:
    photo = samples / "drawn-asymmetric.jpg"
    result = sure.open(photo)
    page, panel = sure.page, sure.page.panel
    answer, order = shares(sure), [row.code for row in rows(sure)]
    headline, text = panel.headline, page.text()
    sure.bot.keyClick(sure.window, Qt.Key.Key_O)
    assert page.heat_bar.probe_button.isChecked()
    assert page.patch.isVisible()
    cover(sure, QPointF(470, 220))
    moved = shares(sure)
    assert moved != answer
    assert [row.code for row in rows(sure)] == order, "bars move, names do not"
    assert panel.headline == "Trial: a part is covered"
    assert "→" in panel.verdict.malignant.text()
    assert "with a part covered" in rows(sure)[0].accessibleName()
    student = page.models.main if page.models else None
    assert student
    picture = read_image(photo)
    doubled, box = to_doubled(picture.image, student.card.input)
    patch = page.patch.patch
    scale = doubled.width / (box[2] - box[0])
    place = tuple((edge - start) * scale for edge, start in zip(patch.getCoords(), (*box[:2], *box[:2]), strict=True))
    pixels = halved(covered(doubled, place, skin_colour(doubled)))
    expected = probabilities(student.run(pixels[None]).logits[0], student.card.calibration)
    assert [moved[code] for code in student.card.codes] == pytest.approx(expected.tolist(), abs=1e-6)

    assert page.result is result
    assert page.text() == text
    assert page.undo_stack.count() == 0
    QApplication.sendEvent(page.patch, QEvent(QEvent.Type.Leave))
    assert shares(sure) == answer
    assert panel.headline == headline
    cover(sure, QPointF(300, 300))
    assert panel.headline == "Trial: a part is covered"
    sure.bot.mouseClick(page.heat_bar.probe_button, LEFT)
    assert shares(sure) == answer
    assert not page.patch.isVisible()


def test_the_patch_works_by_keyboard_alone(sure: Desk, samples: Path) -> None:
    sure.open(samples / "drawn-asymmetric.jpg")
    page, name = sure.page, sure.page.name
    sure.bot.keyClick(sure.window, Qt.Key.Key_O)
    assert page.patch.hasFocus()
    with sure.bot.waitSignal(page.probe.answered, timeout=PATIENCE):
        sure.bot.keyClick(page.patch, Qt.Key.Key_Right)
    first = page.patch.patch
    assert first.center() == page.view.bounds.center()
    with sure.bot.waitSignal(page.probe.answered, timeout=PATIENCE):
        sure.bot.keyClick(page.patch, Qt.Key.Key_Left)
    assert page.patch.patch.center().x() < first.center().x()
    assert page.name == name, "the arrow keys are the patch's meanwhile"
    sure.bot.keyClick(page.patch, Qt.Key.Key_Plus)
    assert page.patch.patch.width() > first.width()
    sure.bot.keyClick(page.patch, Qt.Key.Key_Minus)
    sure.bot.keyClick(page.patch, Qt.Key.Key_Minus)
    assert page.patch.patch.width() < first.width()
    for _ in range(100):
        sure.bot.keyClick(page.patch, Qt.Key.Key_Up)
    assert page.patch.patch.center().y() == 0, "it stays at the picture's edge"
    sure.bot.keyClick(page.patch, Qt.Key.Key_Escape)
    assert not page.patch.isVisible()
    assert page.panel.headline == "Consider biopsy or referral"


def wheel(desk: Desk, modifiers: Qt.KeyboardModifier) -> None:
    at = QPointF(desk.page.patch.rect().center())
    turned = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(desk.page.patch, turned)


def test_the_wheel_changes_the_patch_and_with_control_the_zoom(sure: Desk, samples: Path) -> None:
    sure.open(samples / "drawn-asymmetric.jpg")
    sure.bot.keyClick(sure.window, Qt.Key.Key_O)
    cover(sure, QPointF(300, 220))
    side, zoom = sure.page.patch.patch.width(), sure.page.view.zoom
    wheel(sure, NONE)
    assert sure.page.patch.patch.width() > side
    assert sure.page.view.zoom == zoom
    wheel(sure, Qt.KeyboardModifier.ControlModifier)
    assert sure.page.view.zoom > zoom


def test_the_trial_outlives_another_setting_and_class_but_not_another_photo(sure: Desk, samples: Path) -> None:
    sure.open(samples / "drawn-asymmetric.jpg")
    sure.bot.keyClick(sure.window, Qt.Key.Key_O)
    with sure.bot.waitSignal(sure.page.probe.answered, timeout=PATIENCE):
        sure.bot.keyClick(sure.page.patch, Qt.Key.Key_Down)
    panel, moved = sure.page.panel, shares(sure)
    panel.setting.combo.setCurrentIndex(0)
    assert panel.headline == "Trial: a part is covered"
    assert shares(sure) == moved
    with sure.bot.waitSignal(sure.page.probe.answered, timeout=PATIENCE):
        sure.bot.mouseClick(rows(sure)[2], LEFT)
    assert panel.headline == "Trial: a part is covered"
    sure.after(lambda: sure.page.step(1))
    sure.settled()
    assert "Trial" not in panel.headline
    assert sure.page.patch.patch.isNull()


def test_a_photo_without_an_answer_can_not_be_probed(sure: Desk, samples: Path, text_photo: Path) -> None:
    sure.open(samples / "drawn-asymmetric.jpg")
    sure.bot.keyClick(sure.window, Qt.Key.Key_O)
    sure.open(text_photo)
    assert not sure.page.heat_bar.probe_button.isChecked()
    assert not sure.page.patch.isVisible()


def test_occlusion_is_another_map_computed_once_for_all_classes(sure: Desk, samples: Path) -> None:
    sure.open(samples / "drawn-asymmetric.jpg")
    page, bar = sure.page, sure.page.heat_bar
    by_cam = QImage(page.view._heat) if page.view._heat else QImage()
    bar.kind.setFocus()
    sure.bot.keyClick(bar.kind, Qt.Key.Key_Down)
    assert bar.occlusion
    assert page.view._heat is None, "no map is shown that is not the one named"
    sure.bot.waitUntil(lambda: not page.heat.busy, timeout=PATIENCE)
    by_occlusion = QImage(page.view._heat) if page.view._heat else QImage()
    assert by_occlusion != by_cam
    assert by_occlusion.size() == by_cam.size()
    sure.bot.mouseClick(rows(sure)[1], LEFT)
    assert not page.heat.busy
    assert page.view._heat is not None
    bar.combo.setCurrentIndex(0)
    assert page.view._heat == by_occlusion
    sure.bot.keyClick(bar.kind, Qt.Key.Key_Up)
    assert page.view._heat == by_cam


def test_the_map_that_is_saved_is_the_one_that_is_shown(sure: Desk, samples: Path, tmp_path: Path) -> None:
    sure.open(samples / "drawn-asymmetric.jpg")
    saved = []
    for kind in (0, 1):
        sure.page.heat_bar.kind.setCurrentIndex(kind)
        sure.bot.waitUntil(lambda: sure.page.view._heat is not None, timeout=PATIENCE)
        with sure.bot.waitSignal(sure.page.said, timeout=PATIENCE):
            save = sure.page.heat.saver()
            assert save
            save(tmp_path / f"{kind}.png")
        saved.append(np.asarray(read_image(tmp_path / f"{kind}.png").image, int))
    assert np.abs(saved[0] - saved[1]).max() > 20


def test_while_the_frame_is_dragged_no_map_is_computed_that_takes_long(sure: Desk, samples: Path) -> None:
    sure.open(samples / "drawn-asymmetric.jpg")
    page = sure.page
    page.heat_bar.kind.setCurrentIndex(1)
    sure.window.action("frame").trigger()
    sure.settled()
    sure.bot.waitUntil(lambda: not page.heat.busy, timeout=PATIENCE)
    assert page.view._heat is not None
    middle = page.view.to_screen(page.view.frame).center().toPoint()
    sure.bot.mousePress(page.view, LEFT, NONE, middle)
    with sure.bot.waitSignal(page.updated, timeout=PATIENCE):
        sure.bot.mouseMove(page.view, middle + QPoint(20, 0))
    sure.settled()
    assert not page.heat.busy
    assert page.view._heat is None
    sure.bot.mouseRelease(page.view, LEFT, NONE, middle + QPoint(20, 0))
    sure.settled()
    sure.bot.waitUntil(lambda: not page.heat.busy, timeout=PATIENCE)
    assert page.view._heat is not None


def test_the_middle_button_still_moves_the_picture_under_the_patch(sure: Desk, samples: Path) -> None:
    sure.open(samples / "drawn-asymmetric.jpg")
    page = sure.page
    page.view.zoom_by(3)
    sure.bot.keyClick(sure.window, Qt.Key.Key_O)
    under = page.view.to_picture(QPointF(200, 200))
    sure.bot.mousePress(page.patch, Qt.MouseButton.MiddleButton, NONE, QPoint(200, 200))
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(230, 210),
        page.patch.mapToGlobal(QPointF(230, 210)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.MiddleButton,
        NONE,
    )
    QApplication.sendEvent(page.patch, moved)
    sure.bot.mouseRelease(page.patch, Qt.MouseButton.MiddleButton, NONE, QPoint(230, 210))
    assert page.view.to_picture(QPointF(230, 210)).x() == pytest.approx(under.x(), abs=0.01)
