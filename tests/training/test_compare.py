from pathlib import Path

import numpy as np
import pytest

from kndnet_desktop.core.card import Calibration, InputRule, ModelCard
from kndnet_desktop.core.errors import UserError
from training.compare import compare
from training.export import LABELS

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(0, 7, 400)
NOISE = RNG.normal(size=(400, 7))


def _run(place: Path, name: str, skill: float, labels: np.ndarray = TRUTH) -> Path:
    logits = NOISE.copy()
    logits[np.arange(400), TRUTH] += skill
    (place / name / "model").mkdir(parents=True)
    lesions = [str(number // 2) for number in range(400)]
    np.savez(place / name / "answers-inner-ham10000.npz", logits=logits, labels=labels, lesions=lesions)
    card = ModelCard(
        name=name, role="student", architecture="", parameters=1, sha256="0" * 64, labels=LABELS, input=InputRule(8, 8),
        calibration=Calibration(1.0, {"accuracy": (0.0,) * 7}, "accuracy"), metrics=(), training_data="", split="",
        licence="", intended_use="", limits=(), created="2026-01-01",
    )  # fmt: skip
    card.save(place / name / "model")
    return place / name


def test_a_clear_difference_is_found_and_none_is_not(tmp_path: Path) -> None:
    good, poor, same = (_run(tmp_path, name, skill) for name, skill in (("good", 2.0), ("poor", 1.0), ("same", 2.0)))
    for found in compare(good, poor, "inner", "accuracy"):
        assert 0 < found.low < found.value < found.high
        assert found.p < 0.01
    for found in compare(poor, good, "inner", "accuracy"):
        assert found.high < 0
    assert all(found.value == 0 and found.p == 1 for found in compare(good, same, "inner", "accuracy"))


def test_runs_measured_on_other_pictures_are_refused(tmp_path: Path) -> None:
    one, other = _run(tmp_path, "one", 1.0), _run(tmp_path, "other", 1.0, labels=TRUTH[::-1])
    with pytest.raises(UserError, match="different pictures"):
        compare(one, other, "inner", "accuracy")
    with pytest.raises(UserError, match="not measured"):
        compare(one, other, "test", "accuracy")
