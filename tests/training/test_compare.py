from pathlib import Path

import numpy as np
import pytest

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.trust import probabilities
from training.calibrate import calibrate, held_out_losses, losses
from training.compare import Measured, compare, comparison, measure_run, table

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 7, 400)
LESIONS = np.array([str(number // 2) for number in range(400)])


def _run(skill: float, labels: np.ndarray = TRUTH, seed: int = 1) -> Measured:
    logits = np.random.default_rng(seed).normal(size=(400, 7))
    logits[np.arange(400), TRUTH] += skill
    shares = np.exp(logits)
    shares /= shares.sum(1, keepdims=True)
    return Measured(shares, shares, losses(shares, labels), labels, LESIONS)


def test_a_clear_difference_is_found_and_none_is_not() -> None:
    good, poor, same = _run(2.0), _run(1.0), _run(2.0)
    for found in compare([good], [poor]):
        better = -1 if found.name == "log loss" else 1
        assert min(better * found.low, better * found.high) > 0
        assert found.low < found.value < found.high
        assert found.value == pytest.approx(found.first - found.second)
        assert found.p < 0.01
    for found in compare([poor], [good]):
        assert (found.low > 0) if found.name == "log loss" else (found.high < 0)
    assert all(found.value == 0 and found.p == 1 for found in compare([good], [same]))


def test_differences_are_averaged_over_the_seeds() -> None:
    pairs = [(_run(2.0, seed=seed), _run(1.5, seed=seed + 10)) for seed in (1, 2, 3)]
    together = compare([one for one, _ in pairs], [other for _, other in pairs])
    apart = [compare([one], [other]) for one, other in pairs]
    for number, found in enumerate(together):
        assert found.value == pytest.approx(np.mean([each[number].value for each in apart]))
    lines = table(comparison(("final", "control"), "inner", 3, together), "HAM10000 inner validation")
    assert "mean of 3 pairs" in lines[1]
    assert len(lines) == 5 + len(together)


def test_runs_on_other_pictures_or_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="different pictures"):
        compare([_run(1.0)], [_run(1.0, labels=TRUTH[::-1])])
    with pytest.raises(UserError, match="not trained"):
        measure_run(tmp_path / "nobody", "inner")


def test_a_picture_does_not_help_to_calibrate_its_own_loss() -> None:
    logits = np.random.default_rng(1).normal(size=(400, 7))
    logits[np.arange(400), TRUTH] += 2
    fitted = losses(_shares(logits, TRUTH), TRUTH).mean()
    assert fitted < held_out_losses(logits, TRUTH, LESIONS).mean() < fitted + 0.05
    # The likelihoods of all labels that a lesion might have add up to one, unless its label had a say in them.
    few, held, told = logits[:60], 0.0, 0.0
    for label in range(7):
        labels = TRUTH[:60].copy()
        labels[:2] = label
        held += np.exp(-held_out_losses(few, labels, LESIONS[:60])[0])
        told += np.exp(-losses(_shares(few, labels), labels)[0])
    assert held < 1 + 1e-6 < told


def _shares(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return probabilities(logits.astype(np.float32), calibrate(logits, labels), "accuracy").astype(float)
