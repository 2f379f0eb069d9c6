"""What an answer amounts to, in words: every part with its block on the card, and without it."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest
import trusted

from kndnet_desktop.core.advice import Advice, missing, not_answered, percent, recommend
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.evidence import Trust
from kndnet_desktop.core.records import CaseResult, Cleaned, Finding, Prediction, Spread
from kndnet_desktop.core.text import describe
from kndnet_desktop.core.translation import Catalogue

SHARES = {"akiec": 0.01, "bcc": 0.01, "bkl": 0.02, "df": 0.01, "mel": 0.71, "nv": 0.23, "vasc": 0.01}
REFER = {"0.85": True, "0.90": True, "0.95": True}
PREDICTION = Prediction("student", "ab" * 32, "balanced", SHARES, "mel", 0.73, 2.5, ("mel", "nv"), REFER)
TEACHER = replace(PREDICTION, p_malignant=0.2, top="nv", refer={"0.85": False, "0.90": False, "0.95": True})
SPREAD = Spread(24, dict.fromkeys(SHARES, 0.1), dict.fromkeys(SHARES, 0.2), (0.612, 0.8), 3 / 24)
BARE = Cleaned("ink", "nv", SHARES | {"mel": 0.38, "nv": 0.56}, 0.4)
RESULT = CaseResult("a.jpg", "cd" * 32, "ok", "", PREDICTION)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory, student_folder: Path, samples: Path) -> ModelCard:
    made = ModelCard.load(trusted.make(tmp_path_factory.mktemp("trusted"), student_folder, samples))
    points = trusted.points(made.calibration.modes, thresholds=(0.5, 0.3, 0.1))
    return replace(made, trust=replace(made.trust, referral=points))


@pytest.fixture(scope="module")
def plain(student_folder: Path) -> ModelCard:
    return replace(ModelCard.load(student_folder), trust=Trust())


@pytest.fixture(scope="module")
def german(root: Path) -> Catalogue:
    return Catalogue.load(root / "resources" / "i18n", "de")


def helping(card: ModelCard, helps: bool | None) -> ModelCard:
    found = card.trust.disagreement
    assert found
    told = None if helps is None else replace(found, helps=helps)
    return replace(card, trust=replace(card.trust, disagreement=told))


def test_the_text_begins_with_the_recommendation_and_what_it_rests_on(card: ModelCard) -> None:
    first, figures, could_be, top, *_ = describe(RESULT, card, "a.jpg").splitlines()
    assert first == "a.jpg   Consider biopsy or referral; malignant 73 % (balanced)"
    assert figures.strip() == (
        "Set for 90 % sensitivity; measured: sensitivity 91 % (88 to 93 %), specificity 74 % (70 to 78 %), with 95 % "
        "intervals, on 1322 photos of HAM10000 inner validation."
    )
    assert could_be.strip() == "Could be: melanoma, melanocytic nevus"
    assert top.startswith("  ! Melanoma  ")


@pytest.mark.parametrize(("target", "aim"), [(0.85, "85 %"), (0.95, "95 %"), (0.5, "85 %")])
def test_the_operating_point_that_is_asked_for_is_worded(card: ModelCard, target: float, aim: str) -> None:
    low = replace(RESULT, prediction=replace(PREDICTION, refer={"0.85": False, "0.90": True, "0.95": True}))
    text = describe(low, card, "a.jpg", target=target)
    assert f"Set for {aim} sensitivity" in text
    assert ("No malignancy signal" in text) == (aim == "85 %")


@pytest.mark.parametrize(("possible", "but"), [(("nv", "mel"), True), (("nv", "df"), False), (None, False)])
def test_no_signal_is_not_said_alone_where_a_malignant_class_is_possible(
    card: ModelCard, german: Catalogue, possible: tuple[str, ...] | None, but: bool
) -> None:
    low = replace(PREDICTION, top="nv", p_malignant=0.2, prediction_set=possible, refer=TEACHER.refer)
    first = describe(replace(RESULT, prediction=low), card, "a.jpg").splitlines()[0]
    assert "No malignancy signal" in first
    assert ("signal, but not ruled out;" in first) == but
    advice = Advice.of_card(card, "balanced", say=german)
    assert ("aber nicht ausgeschlossen" in advice.recommendation(low)) == but
    above = replace(low, refer=REFER)
    assert Advice.of_card(card, "balanced").recommendation(above) == "Consider biopsy or referral"


def test_a_band_stands_beside_each_class_where_stability_is_known(card: ModelCard) -> None:
    text = describe(replace(RESULT, stability=SPREAD), card, "a.jpg")
    assert text.count("(10 to 20 %)") == len(SHARES)
    assert "Another diagnosis with 3 of 24 small changes of the photo; with 8 in 10 of them" in text
    assert "malignant or pre-malignant is 61 to 80 %." in text
    assert "small changes" not in describe(RESULT, card, "a.jpg")


def test_an_artefact_is_named_with_what_the_answer_would_be_without_it(card: ModelCard) -> None:
    told = Advice.of_card(card, "balanced").without(BARE, PREDICTION)
    assert told == (
        "Without the ink: melanoma from 71 % to 38 %; malignant or pre-malignant from 73 % to 40 %; "
        "then most probable: melanocytic nevus"
    )
    below = replace(BARE, p_malignant=0.29)
    assert Advice.of_card(card, "balanced").without(below, PREDICTION).endswith("; then: No malignancy signal")
    assert Advice.of_card(card, "balanced").unsettles(replace(below, top="mel"), PREDICTION)
    assert Advice.of_card(card, "balanced").unsettles(BARE, PREDICTION)
    same = replace(BARE, top="mel", probabilities=SHARES, p_malignant=0.73, code="sticker")
    assert Advice.of_card(card, "balanced").without(same, PREDICTION) == "Without “sticker”: the same answer"
    assert not Advice.of_card(card, "balanced").unsettles(same, PREDICTION)
    assert "Without the ink: melanoma from 71 % to 38 %" in describe(replace(RESULT, cleaned=(BARE,)), card, "a.jpg")


@pytest.mark.parametrize(
    ("helps", "words", "warns"),
    [
        (True, "Warning sign: the second opinion differs (“No malignancy signal”), which in tests came with", True),
        (False, "differs (“No malignancy signal”); in tests that was no better sign of error", False),
        (None, "differs (“No malignancy signal”); whether that is a sign of error was not measured.", False),
    ],
)
def test_disagreement_is_a_warning_sign_only_where_it_was_found_to_be_one(
    card: ModelCard, helps: bool | None, words: str, warns: bool
) -> None:
    advice = Advice.of_card(helping(card, helps), "balanced")
    assert words in advice.agreement(PREDICTION, TEACHER)
    assert advice.warns(PREDICTION, TEACHER) is warns
    text = describe(replace(RESULT, teacher=TEACHER), helping(card, helps), "a.jpg")
    assert "Second opinion: melanocytic nevus, malignant 20 %" in text
    assert words in text


def test_agreement_is_said_and_nothing_where_there_is_nothing_to_compare(card: ModelCard, plain: ModelCard) -> None:
    advice = Advice.of_card(card, "balanced")
    assert advice.agreement(PREDICTION, PREDICTION) == "The second opinion recommends the same."
    assert advice.agreement(PREDICTION, replace(TEACHER, refer=None)) == ""
    assert Advice.of_card(plain, "balanced").agreement(PREDICTION, TEACHER) == ""
    assert not Advice.of_card(plain, "balanced").warns(PREDICTION, TEACHER)


def test_a_card_without_trust_switches_every_part_off_with_a_sentence(plain: ModelCard, card: ModelCard) -> None:
    bare = replace(RESULT, prediction=replace(PREDICTION, prediction_set=None, refer=None))
    text = describe(bare, plain, "a.jpg")
    assert text.startswith("a.jpg   malignant 73 % (balanced)\n")
    assert text.splitlines()[-1].strip() == (
        "Not judged, as the model's card has no figures for it: a recommendation, what else it could be, whether this "
        "is a dermatoscope photo, the quality of the photo, from when on an answer is not steady."
    )
    assert missing(card, "balanced") == ""
    assert missing(card, "balanced", teacher=plain).endswith(": a recommendation of the second opinion.")


@pytest.mark.parametrize("part", ["sets", "referral", "gate", "quality", "stability", "disagreement"])
def test_any_block_may_be_taken_out_of_the_card(card: ModelCard, part: str) -> None:
    without = replace(card, trust=replace(card.trust, **{part: () if part == "referral" else None}))
    result = replace(RESULT, stability=SPREAD, cleaned=(BARE,), teacher=TEACHER)
    text = describe(result, without, "a.jpg")
    assert ("Not judged" in text) == (part != "disagreement")
    assert ("was not measured" in text) == (part == "disagreement"), "said where the second opinion is"


def test_a_refused_picture_is_its_name_and_the_sentence(card: ModelCard) -> None:
    flags = (Finding("hair", "Hair lies across the photo."),)
    refused = CaseResult("page.png", "cd" * 32, "rejected", "This is no dermatoscope photo.", flags=flags)
    assert describe(refused, card, "page.png") == "page.png\n    This is no dermatoscope photo."


def test_all_of_it_speaks_german(card: ModelCard, plain: ModelCard, german: Catalogue) -> None:
    result = replace(RESULT, stability=SPREAD, cleaned=(BARE,), teacher=TEACHER)
    for helps in (True, False, None):
        text = describe(result, helping(card, helps), "a.jpg", say=german)
        for english in ("Consider", "Could", "Without", "opinion", "sensitivity", " to ", "changes"):
            assert english not in text, text
    assert "Biopsie oder Überweisung erwägen" in text
    assert "Not judged" not in describe(RESULT, plain, "a.jpg", say=german)


def test_a_recommendation_is_said_only_where_there_is_one() -> None:
    assert (recommend(True), recommend(False), recommend(None)) == (
        "Consider biopsy or referral", "No malignancy signal", "",
    )  # fmt: skip


def test_photos_without_an_answer_are_counted_by_reason() -> None:
    assert not_answered(9, 3) == "12 not answered: 9 are no dermatoscope photos, 3 could not be read"
    assert not_answered(1, 0) == "1 not answered: 1 is no dermatoscope photo"
    assert not_answered(0, 1200) == "1,200 not answered: 1,200 could not be read"
    assert not_answered(0, 0) == ""


def test_nearly_is_not_wholly() -> None:
    assert [percent(share) for share in (0, 0.001, 0.5, 0.999, 1)] == ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]


def test_a_run_remembers_what_its_words_need(card: ModelCard) -> None:
    advice = Advice.of_card(card, "balanced")
    labels = [asdict(label) for label in card.labels]
    again = Advice.of_facts({"models": [{"labels": labels}], "advice": advice.to_facts()})
    assert again.figures() == advice.figures()
    assert again.recommendation(TEACHER) == advice.recommendation(TEACHER) == "No malignancy signal, but not ruled out"
    assert again.agreement(PREDICTION, TEACHER) == advice.agreement(PREDICTION, TEACHER)
    assert again.coverage() == advice.coverage() != ""
