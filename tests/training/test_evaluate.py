"""What `evaluate` writes into the card of a model folder, and what it leaves as it was."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.evidence import Estimate, OperatingPoint, PredictionSets, Quality, Stability, Trust
from kndnet_desktop.core.trust import probabilities
from training import evaluate, metrics
from training.config import Recipe
from training.data import CODES, Record
from training.drawn import draw
from training.trust import Answers

TRUST = Trust(
    sets=PredictionSets(0.9, dict.fromkeys(("accuracy", "balanced"), (0.1,) * 7)), quality=Quality({"hair": 1.0})
)


@pytest.fixture
def folder(student_folder: Path, tmp_path: Path) -> Path:
    """A model folder whose card knows parts of trust already."""
    folder = Path(shutil.copytree(student_folder, tmp_path / "run" / "model"))
    replace(ModelCard.load(folder), trust=TRUST).save(folder)
    return folder


@pytest.fixture
def records(tmp_path: Path) -> list[Record]:
    """Three drawn pictures of each class for each part."""
    found = []
    for part in ("inner", "test"):
        for label, code in enumerate(CODES):
            for number in range(3):
                name = f"{part}-{code}-{number}"
                Image.fromarray(draw(code, number + 10 * (part == "test"))).save(tmp_path / f"{name}.png")
                found.append(Record(name, str(tmp_path / f"{name}.png"), label, name, "ham10000", part))
    return found


def test_the_card_tells_how_reliable_its_default_mode_is_and_keeps_the_rest_of_its_trust(
    folder: Path, records: list[Record], recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "RESAMPLES", 20)  # the intervals are not the point here
    for part, data in (("inner", "HAM10000 inner validation"), ("test", "HAM10000 fold 0")):
        evaluate.evaluate(folder, records, part, recipe, tmp_path)
        card = ModelCard.load(folder)
        found = card.trust.reliability
        assert found
        assert (found.data, found.mode) == (data, card.calibration.default_mode)
        assert replace(card.trust, reliability=None) == TRUST
        assert sum(count for count, _, _ in found.bins) == 21
        saved = np.load(folder.parent / f"answers-{part}-ham10000.npz")
        answers = probabilities(saved["logits"], card.calibration, found.mode)
        right = answers.argmax(1) == [record.label for record in records if record.part == part]
        assert sum(count * mean for count, mean, _ in found.bins) == pytest.approx(answers.max(1).sum(), abs=0.01)
        assert sum(count * share for count, _, share in found.bins) == pytest.approx(right.sum(), abs=0.01)
        error = next(m.value for m in card.metrics if (m.name, m.data, m.mode) == ("ECE", data, found.mode))
        gaps = sum(count * abs(mean - share) for count, mean, share in found.bins)
        assert gaps / 21 == pytest.approx(error, abs=1e-3)
    assert {metric.data for metric in card.metrics if metric.images == 21} == {
        "HAM10000 inner validation",
        "HAM10000 fold 0",
    }


def test_a_release_says_of_each_setting_what_it_did_on_pictures_that_did_not_choose_it(
    folder: Path, records: list[Record], recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "RESAMPLES", 20)
    hoped, card = Estimate(0.9, 0.85, 0.95), ModelCard.load(folder)
    stability = Stability(0.2, hoped, hoped, "HAM10000 inner validation")
    chosen = [
        OperatingPoint(mode, 0.9, 0.3, hoped, hoped, 1322, "HAM10000 inner validation")
        for mode in card.calibration.modes
    ]
    replace(card, trust=replace(TRUST, referral=tuple(chosen), stability=stability)).save(folder)
    evaluate.evaluate(folder, records, "test", recipe, tmp_path)
    card = ModelCard.load(folder)
    answers = np.load(folder.parent / "answers-test-ham10000.npz")
    labels = np.array([record.label for record in records if record.part == "test"])
    malignant = np.array([card.labels[label].malignant for label in labels])
    assert {point.mode for point in card.trust.referral} == set(card.calibration.modes)
    for point in card.trust.referral:
        assert (point.target, point.threshold, point.images, point.data) == (0.9, 0.3, 21, "HAM10000 fold 0")
        shares = probabilities(answers["logits"], card.calibration, point.mode)
        flagged = shares[:, [label.malignant for label in card.labels]].sum(1) >= point.threshold
        assert point.sensitivity.value == pytest.approx(flagged[malignant].mean(), abs=1e-3)
        assert point.specificity.value == pytest.approx((~flagged[~malignant]).mean(), abs=1e-3)
    assert card.trust.stability
    assert (card.trust.stability.unstable, card.trust.stability.data) == (0.2, "HAM10000 fold 0")
    mode = card.calibration.default_mode
    tops = probabilities(answers["logits"], card.calibration, mode).argmax(1)
    moved = (probabilities(answers["views"], card.calibration, mode).argmax(2) != tops[:, None]).mean(1)
    wrong = tops != labels
    before = (moved[wrong][:, None] > moved[~wrong]) + 0.5 * (moved[wrong][:, None] == moved[~wrong])
    assert card.trust.stability.error_auroc.value == pytest.approx(before.mean(), abs=1e-3)


def test_an_empty_bin_is_left_out() -> None:
    answers = np.array([[0.9, 0.1], [0.55, 0.45]])
    assert evaluate.filled(metrics.reliability(answers, np.array([0, 1]))) == ((1, 0.55, 0.0), (1, 0.9, 1.0))


def test_balanced_accuracy_of_a_group_is_over_the_same_classes_in_every_resample() -> None:
    rng = np.random.default_rng(0)
    labels = np.array([0] * 40 + [1] * 40 + [2])  # a class with one picture, which is always wrong
    answers = np.zeros((81, 7))
    answers[np.arange(81), np.where((labels < 2) & (rng.random(81) < 0.9), labels, 6)] = 1
    lesions = np.array([f"lesion {number}" for number in range(81)])
    given = Answers(answers.astype(np.float32), answers, answers[:, None], labels, lesions)
    value, low, high = evaluate._of_group(answers, given, np.ones(81, bool))["balanced accuracy"] or [0.0] * 3
    assert low < value < high < 2 / 3 + 0.01, "without that class it would be up to 1"
