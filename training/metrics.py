"""Figures of merit from probabilities and labels; each sample may count several times, as a bootstrap needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]
Labels = NDArray[np.int64]
Weights = NDArray[np.float64]


def resamples(lesions: Sequence[str] | NDArray[np.str_], count: int) -> Iterator[Weights]:
    """Draw lesions with replacement, which keeps the pictures of one lesion together; the same draws each time.

    Args:
        lesions: lesion of each picture.
        count: number of draws.

    Yields:
        How often each picture counts [N].
    """
    _, group = np.unique(np.asarray(lesions), return_inverse=True)
    number = int(group.max()) + 1
    rng = np.random.default_rng(0)
    for _ in range(count):
        yield np.bincount(rng.integers(number, size=number), minlength=number).astype(float)[group]


def confusion(labels: Labels, chosen: Labels, classes: int, weights: Weights | None = None) -> NDArray[np.float64]:
    """Count, or add up the weights, by [true class, chosen class]."""
    counts = np.bincount(labels * classes + chosen, weights, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(float)


def summary(probabilities: Probabilities, labels: Labels, weights: Weights | None = None) -> dict[str, float]:
    """Accuracy, macro-F1 and balanced accuracy over the classes that occur.

    Args:
        probabilities: [N, classes].
        labels: class indices [N].
        weights: how often each sample counts [N]; once if None.
    """
    table = confusion(labels, probabilities.argmax(1), probabilities.shape[1], weights)
    right, true, chosen = np.diag(table), table.sum(1), table.sum(0)
    occurs = true > 0
    return {
        "accuracy": float(right.sum() / true.sum()),
        "macro-F1": float((2 * right[occurs] / (true + chosen)[occurs]).mean()),
        "balanced accuracy": float((right[occurs] / true[occurs]).mean()),
    }


def recalls(probabilities: Probabilities, labels: Labels, weights: Weights | None = None) -> dict[int, float]:
    """Recall of each class that occurs."""
    table = confusion(labels, probabilities.argmax(1), probabilities.shape[1], weights)
    return {index: float(row[index] / row.sum()) for index, row in enumerate(table) if row.sum() > 0}


def auc(scores: NDArray[np.float64], positive: NDArray[np.bool_], weights: Weights | None = None) -> float:
    """Area under the receiver operating characteristic: the chance that a positive scores higher, ties counting half.

    Not scikit-learn's, which takes a hundred times as long for each of the thousands that a bootstrap needs.
    """
    weights = np.ones(len(scores)) if weights is None else weights
    _, place = np.unique(scores, return_inverse=True)
    ups = np.bincount(place, weights * positive)
    downs = np.bincount(place, weights * ~positive)
    below = np.cumsum(downs) - downs
    return float((ups * (below + downs / 2)).sum() / (ups.sum() * downs.sum()))


def sensitivity(
    scores: NDArray[np.float64], positive: NDArray[np.bool_], specificity: float, weights: Weights | None = None
) -> float:
    """Share of positives above the lowest threshold at which at least `specificity` of the negatives lie below it."""
    weights = np.ones(len(scores)) if weights is None else weights
    order = np.argsort(scores[~positive])
    reached = np.cumsum(weights[~positive][order])
    cut = scores[~positive][order][np.searchsorted(reached, specificity * reached[-1])]
    above = positive & (scores > cut)
    return float(weights[above].sum() / weights[positive].sum())


def ranking(
    probabilities: Probabilities, labels: Labels, melanoma: int, weights: Weights | None = None
) -> dict[str, float]:
    """Macro AUC (one class against the rest), melanoma AUC, and its sensitivity at a specificity of 85 %."""
    counts = np.bincount(labels, weights, minlength=probabilities.shape[1])
    occurs = [index for index, count in enumerate(counts) if 0 < count < counts.sum()]
    areas = {index: auc(probabilities[:, index], labels == index, weights) for index in occurs}
    positive, scores = labels == melanoma, probabilities[:, melanoma]
    return {
        "macro AUC": float(np.mean(list(areas.values()))) if areas else float("nan"),
        "melanoma AUC": areas.get(melanoma, float("nan")),
        "melanoma sensitivity at 85 % specificity": (
            sensitivity(scores, positive, 0.85, weights) if melanoma in areas else float("nan")
        ),
    }


def reliability(
    probabilities: Probabilities, labels: Labels, bins: int = 15, weights: Weights | None = None
) -> list[dict[str, float]]:
    """Count, mean top probability and share of right answers in bins of equal width of the top probability."""
    top, right = probabilities.max(1), probabilities.argmax(1) == labels
    place = np.minimum((top * bins).astype(int), bins - 1)
    counts = np.bincount(place, weights, minlength=bins).astype(float)
    weights = np.ones(len(labels)) if weights is None else weights
    confidence = np.bincount(place, weights * top, minlength=bins) / np.maximum(counts, 1)
    accuracy = np.bincount(place, weights * right, minlength=bins) / np.maximum(counts, 1)
    return [
        {"count": float(n), "confidence": round(float(c), 4), "accuracy": round(float(a), 4)}
        for n, c, a in zip(counts, confidence, accuracy, strict=True)
    ]


def calibration_error(probabilities: Probabilities, labels: Labels, weights: Weights | None = None) -> float:
    """Expected calibration error of the top class, in 15 equal bins (Guo et al. 2017)."""
    bins = reliability(probabilities, labels, weights=weights)
    gaps = sum(entry["count"] * abs(entry["confidence"] - entry["accuracy"]) for entry in bins)
    return gaps / sum(entry["count"] for entry in bins)
