"""Two runs on the same pictures: is the difference more than chance? A paired bootstrap over lesions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.trust import probabilities
from training.metrics import Labels, Probabilities, resamples, summary

RESAMPLES = 2000


@dataclass(frozen=True)
class Difference:
    """One figure of the first run less that of the second.

    Attributes:
        name: of the figure.
        value: the difference on the pictures as they are.
        low: lower end of its 95 % interval.
        high: upper end.
        p: two-sided bootstrap p value of no difference, at least 1 / `RESAMPLES`.
    """

    name: str
    value: float
    low: float
    high: float
    p: float


def compare(first: Path, second: Path, part: str, mode: str) -> list[Difference]:
    """Compare two measured runs on HAM10000.

    Args:
        first: a run folder that `evaluate` has measured.
        second: another one.
        part: `inner` or `test`.
        mode: the calibration mode of both.

    Raises:
        UserError: a run was not measured on this part, or the two were measured on different pictures.
    """
    answers, labels, lesions = _answers(first, part, mode)
    others, other_labels, other_lesions = _answers(second, part, mode)
    if not (np.array_equal(labels, other_labels) and np.array_equal(lesions, other_lesions)):
        raise UserError("The two runs were measured on different pictures.", "Measure both with the same data.")
    weights = [np.ones(len(labels)), *resamples(lesions, RESAMPLES)]
    rows = [(summary(answers, labels, w), summary(others, labels, w)) for w in weights]
    found = []
    for name in rows[0][0]:
        gaps = np.array([mine[name] - theirs[name] for mine, theirs in rows])
        low, high = np.percentile(gaps[1:], [2.5, 97.5])
        tail = min((gaps[1:] <= 0).mean(), (gaps[1:] >= 0).mean())
        p = min(1.0, max(2 * float(tail), 1 / RESAMPLES))
        found.append(Difference(name, float(gaps[0]), float(low), float(high), p))
    return found


def _answers(run: Path, part: str, mode: str) -> tuple[Probabilities, Labels, NDArray[np.str_]]:
    path = run / f"answers-{part}-ham10000.npz"
    if not path.exists():
        raise UserError(f"The run {run.name} is not measured on this part yet.", "Run `python -m training evaluate`.")
    saved = np.load(path)
    card = ModelCard.load(run / "model")
    return probabilities(saved["logits"], card.calibration, mode).astype(float), saved["labels"], saved["lesions"]
