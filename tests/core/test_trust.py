"""Calibrated probabilities, prediction sets, operating points and what a referral means."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kndnet_desktop.core.card import Calibration, ModelCard
from kndnet_desktop.core.evidence import Estimate, OperatingPoint, PredictionSets, Reliability, Trust
from kndnet_desktop.core.rules import rules_of
from kndnet_desktop.core.trust import (
    of_flagged,
    of_unflagged,
    operating_point,
    prediction_set,
    probabilities,
    referrals,
)

MODES = {"plain": (0.0, 0.0, 0.0), "shifted": (0.0, 1.0, 0.0), "sharp": (0.0, 1.0, 0.0)}
CALIBRATION = Calibration(2.0, MODES, "plain", {"sharp": (3.0, 0.5, 1.0)})


def test_probabilities_are_the_documented_formula() -> None:
    logits = np.array([[2.0, 0.0, -4.0], [0.0, 0.0, 0.0]], dtype=np.float32)
    shifted = np.exp([[1, 1, -2], [0, 1, 0]])
    expected = shifted / shifted.sum(axis=1, keepdims=True)
    assert np.allclose(probabilities(logits, CALIBRATION, "shifted"), expected, atol=1e-7)
    weights = expected**2 / (expected**2).sum(axis=1, keepdims=True)
    sharp = shifted ** (3.0 ** weights[:, :1] * 0.5 ** weights[:, 1:2])
    assert np.allclose(probabilities(logits, CALIBRATION, "sharp"), sharp / sharp.sum(axis=1, keepdims=True), atol=1e-7)
    plain = np.exp(logits / 2)
    assert np.allclose(probabilities(logits, CALIBRATION), plain / plain.sum(axis=1, keepdims=True), atol=1e-7)


def test_sharpness_keeps_the_order_of_the_classes_and_never_leaps() -> None:
    path = np.linspace([4, -4, 0], [-4, 4, 0], 4001).astype(np.float32)
    sharp, unsharp = (probabilities(path, CALIBRATION, mode) for mode in ("sharp", "shifted"))
    assert (np.argsort(sharp, axis=1) == np.argsort(unsharp, axis=1)).all()
    assert (np.diff(sharp[:, 1]) > 0).all(), "what speaks more for a class makes it more probable"
    assert np.abs(np.diff(sharp, axis=0)).max() < 0.005


def test_extreme_logits_give_probabilities() -> None:
    shares = probabilities(np.array([3e4, -3e4, 0], dtype=np.float32), CALIBRATION)
    assert shares.tolist() == [1, 0, 0]
    assert shares.dtype == np.float32


def test_an_unknown_mode_is_an_error() -> None:
    with pytest.raises(KeyError):
        probabilities(np.zeros(3, dtype=np.float32), CALIBRATION, "unheard of")


SPECIFICITY = Estimate(0.8, 0.75, 0.85)
POINTS = tuple(
    OperatingPoint("balanced", target, threshold, Estimate(target, 0.8, 0.99), SPECIFICITY, 9, "x")
    for target, threshold in ((0.95, 0.2), (0.85, 0.4), (0.9, 0.3))
)


@pytest.fixture
def card(student_folder: Path) -> ModelCard:
    sets = PredictionSets(0.9, dict.fromkeys(("accuracy", "balanced"), (0.1,) * 7))
    reliability = Reliability("HAM10000 fold 0", "balanced", ((12, 0.37, 0.5), (40, 0.96, 0.98)))
    return replace(ModelCard.load(student_folder), trust=Trust(sets=sets, referral=POINTS, reliability=reliability))


def test_a_prediction_set_holds_what_reaches_its_threshold_and_never_nothing(card: ModelCard) -> None:
    shares = dict(zip(card.codes, (0.05, 0.1, 0.02, 0.03, 0.5, 0.3, 0.0), strict=True))
    assert prediction_set(shares, card, "balanced") == ("mel", "nv")
    assert prediction_set(shares | {"bcc": 0.2, "nv": 0.2}, card, "balanced") == ("mel", "bcc", "nv")
    likely_benign = dict.fromkeys(card.codes, 0.0) | {"nv": 0.8, "bcc": 0.2}
    assert prediction_set(likely_benign, card, "balanced") == ("nv",), "BCC counts only as far as malignancy does"
    even = dict.fromkeys(card.codes, 0.09)
    assert prediction_set(even | {"df": 0.0901}, card, "balanced") == ("df",)
    assert prediction_set(shares, replace(card, trust=Trust()), "balanced") is None


def test_a_referral_is_told_for_each_operating_point(card: ModelCard) -> None:
    assert referrals(0.3, card, "balanced") == {"0.85": False, "0.90": True, "0.95": True}
    assert referrals(0.3, card, "accuracy") is None, "no operating point was fitted for this mode"
    assert referrals(0.3, replace(card, trust=Trust()), "balanced") is None


def test_the_operating_point_nearest_to_the_wanted_sensitivity_is_used(card: ModelCard) -> None:
    chosen = operating_point(card, "balanced")
    assert chosen
    assert chosen.target == 0.9
    nearest = operating_point(card, "balanced", 0.99)
    assert nearest
    assert nearest.target == 0.95
    assert operating_point(card, "accuracy") is None


def test_of_the_flagged_so_many_have_a_malignant_lesion_by_bayes() -> None:
    point = OperatingPoint("m", 0.9, 0.3, Estimate(0.9, 0.8, 0.95), Estimate(0.8, 0.7, 0.9), 9, "x")
    found = of_flagged(point, 0.1)
    assert found.value == pytest.approx(0.09 / (0.09 + 0.18))
    assert found.low == pytest.approx(0.08 / (0.08 + 0.27))
    assert found.high == pytest.approx(0.095 / (0.095 + 0.09))
    assert of_flagged(replace(point, specificity=Estimate(1, 1, 1)), 0.01).value == 1
    missed = of_unflagged(point, 0.1)
    assert missed.value == pytest.approx(0.01 / (0.01 + 0.72))
    assert missed.low == pytest.approx(0.005 / (0.005 + 0.81))
    assert missed.high == pytest.approx(0.02 / (0.02 + 0.63))
    rare, common = of_flagged(point, 0.001), of_flagged(point, 0.5)
    assert rare.value < 0.005
    assert common.value > 0.8


def test_only_what_can_change_an_answer_makes_other_rules(card: ModelCard) -> None:
    trust = card.trust
    measured_anew = [replace(point, specificity=Estimate(0.7, 0.6, 0.8), images=12) for point in trust.referral]
    assert rules_of(replace(card, trust=replace(trust, referral=tuple(measured_anew), reliability=None))) == rules_of(
        card
    )
    moved = (replace(trust.referral[0], threshold=0.21), *trust.referral[1:])
    sets = PredictionSets(0.9, dict.fromkeys(("accuracy", "balanced"), (0.2,) * 7))
    others = (replace(trust, referral=moved), replace(trust, sets=sets), replace(trust, sets=None))
    assert rules_of(card) not in {rules_of(replace(card, trust=other)) for other in others}
    assert rules_of(replace(card, calibration=replace(card.calibration, temperature=9.0))) != rules_of(card)


def test_a_card_without_a_block_of_trust_switches_that_part_off(card: ModelCard) -> None:
    whole = card.to_json()
    for block in whole["trust"]:
        less = {**whole, "trust": {key: value for key, value in whole["trust"].items() if key != block}}
        assert ModelCard.from_json(less).codes == card.codes
    assert ModelCard.from_json({key: value for key, value in whole.items() if key != "trust"}).trust == Trust()
    assert ModelCard.from_json(json.loads(json.dumps(whole))) == card


@pytest.mark.parametrize(
    "broken",
    [
        {"sets": {"coverage": 0.9, "thresholds": {"balanced": [0.1] * 7}}},  # a mode is missing
        {"sets": {"coverage": 0.9, "thresholds": {"balanced": [0.1] * 6, "accuracy": [0.1] * 7}}},
        {"gate": {"mean": [0], "scale": [0], "weights": [1], "bias": 0, "threshold": 0}},
        {"gate": {"mean": [0], "scale": [1], "weights": [1, 2], "bias": 0, "threshold": 0}},
        {"referral": [{"mode": "unheard of"}]},
        {"stability": {"unstable": 0.2}},
        {"reliability": {"data": "x", "mode": "balanced"}},
        {"reliability": {"data": "x", "mode": "balanced", "bins": []}},
        {"reliability": {"data": "x", "mode": "unheard of", "bins": [[1, 0.5, 0.5]]}},
        {"reliability": {"data": "x", "mode": "balanced", "bins": [[1, 0.5]]}},
        {"reliability": {"data": "x", "mode": "balanced", "bins": [[0, 0.5, 0.5]]}},
        {"reliability": {"data": "x", "mode": "balanced", "bins": [[1.5, 0.5, 0.5]]}},
        {"reliability": {"data": "x", "mode": "balanced", "bins": [[1, 0.5, 1.5]]}},
        {"reliability": {"data": "x", "mode": "balanced", "bins": [[1, "half", 0.5]]}},
        {"reliability": {"mode": "balanced", "bins": [[1, 0.5, 0.5]]}},
    ],
)
def test_a_malformed_block_is_refused_with_the_card(card: ModelCard, broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        ModelCard.from_json({**card.to_json(), "trust": broken})
