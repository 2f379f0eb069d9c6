from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, roc_auc_score

from kndnet_desktop.core.card import Calibration
from kndnet_desktop.core.trust import probabilities, softmax
from training import metrics
from training.calibrate import calibrate
from training.evaluate import measure


def _answers(count: int = 600, skill: float = 1.5) -> tuple[metrics.Probabilities, metrics.Labels]:
    """Answers of a useful network on data where class 5 is common."""
    rng = np.random.default_rng(0)
    labels = rng.choice(7, count, p=[0.05, 0.05, 0.1, 0.02, 0.1, 0.65, 0.03])
    logits = rng.normal(size=(count, 7))
    logits[np.arange(count), labels] += skill
    return logits, labels


def test_figures_agree_with_scikit_learn_also_when_samples_repeat() -> None:
    logits, labels = _answers()
    answers = np.round(softmax(logits), 2)  # with ties
    weights = np.random.default_rng(1).integers(0, 4, len(labels)).astype(float)
    for often in (None, weights):
        found = metrics.summary(answers, labels, often)
        chosen = answers.argmax(1)
        assert found["accuracy"] == pytest.approx(accuracy_score(labels, chosen, sample_weight=often))
        assert found["macro-F1"] == pytest.approx(f1_score(labels, chosen, average="macro", sample_weight=often))
        assert found["balanced accuracy"] == pytest.approx(balanced_accuracy_score(labels, chosen, sample_weight=often))
        area = roc_auc_score(labels == 4, answers[:, 4], sample_weight=often)
        assert metrics.auc(answers[:, 4], labels == 4, often) == pytest.approx(area)
        assert metrics.ranking(answers, labels, 4, often)["melanoma AUC"] == pytest.approx(area)


def test_sensitivity_is_taken_where_the_specificity_holds() -> None:
    scores = np.arange(100) / 100
    positive = np.zeros(100, bool)
    positive[[50, 84, 90, 99]] = True
    found = metrics.sensitivity(scores, positive, 0.85)
    negatives = scores[~positive]
    threshold = np.sort(negatives)[int(np.ceil(0.85 * len(negatives))) - 1]
    assert (negatives <= threshold).mean() >= 0.85
    assert found == (scores[positive] > threshold).mean() == 0.75


def test_calibration_error_of_an_honest_and_of_a_boasting_network() -> None:
    rng = np.random.default_rng(0)
    honest = np.tile([0.7, 0.3], (4000, 1))
    labels = (rng.random(4000) > 0.7).astype(np.int64)
    assert metrics.calibration_error(honest, labels) < 0.03
    assert metrics.calibration_error(np.tile([0.98, 0.02], (4000, 1)), labels) == pytest.approx(0.28, abs=0.03)


def test_intervals_hold_the_figure_and_grow_when_lesions_have_many_pictures() -> None:
    logits, labels = _answers()
    answers = softmax(logits)
    alone = measure(answers, labels, [str(i) for i in range(len(labels))], complete=True)
    together = measure(
        np.repeat(answers[:100], 6, 0), np.repeat(labels[:100], 6), [str(i // 6) for i in range(600)], complete=True
    )
    for value, low, high in alone.values():
        assert low <= high
        assert low - 0.05 <= value <= high + 0.05
    width = {name: found["accuracy"][2] - found["accuracy"][1] for name, found in (("a", alone), ("t", together))}
    assert width["t"] > 2 * width["a"]


def test_calibration_undoes_overconfidence_and_gives_two_modes() -> None:
    logits, labels = _answers(3000, skill=2.5)
    fitted = calibrate(4 * logits, labels)
    assert fitted.temperature == pytest.approx(calibrate(logits, labels).temperature * 4, rel=0.05)
    assert fitted.default_mode == "balanced"

    def figures(mode: str) -> dict[str, float]:
        answers = probabilities((4 * logits).astype(np.float32), fitted, mode).astype(float)
        return metrics.summary(answers, labels) | {"ECE": metrics.calibration_error(answers, labels)}

    natural, balanced = figures("accuracy"), figures("balanced")
    assert natural["ECE"] < 0.03
    assert balanced["ECE"] < 0.03
    assert balanced["balanced accuracy"] > natural["balanced accuracy"]
    assert balanced["accuracy"] < natural["accuracy"]


def test_the_balanced_mode_says_how_often_its_common_and_its_rare_answers_are_right() -> None:
    logits, labels = _answers(3000, skill=2.5)
    fitted = calibrate(logits, labels)

    def gaps(calibration: Calibration) -> list[float]:
        shares = probabilities(logits.astype(np.float32), calibration, "balanced")
        top, common = shares.argmax(1), np.bincount(labels).argmax()
        sides = (top == common, top != common)
        return [float((top == labels)[own].mean() - shares[own].max(1).mean()) for own in sides]

    (common, rare), (plain_common, plain_rare) = gaps(fitted), gaps(replace(fitted, sharpness={}))
    assert plain_common > 0.1 > -0.1 > plain_rare, "what another prior alone does"
    assert abs(common) < 0.05
    assert abs(rare) < 0.05
