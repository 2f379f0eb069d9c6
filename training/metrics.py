"""Figures of merit from probabilities and labels, in plain NumPy and scikit-learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

Probabilities = NDArray[np.float64]
Labels = NDArray[np.int64]


def confusion(labels: Labels, chosen: Labels, classes: int) -> NDArray[np.int64]:
    """Count [true class, chosen class]."""
    return np.bincount(labels * classes + chosen, minlength=classes * classes).reshape(classes, classes)


def summary(probabilities: Probabilities, labels: Labels) -> dict[str, float]:
    """Accuracy, macro-F1 and balanced accuracy over the classes that occur.

    Args:
        probabilities: [N, classes].
        labels: class indices [N].
    """
    table = confusion(labels, probabilities.argmax(1), probabilities.shape[1])
    right, true, chosen = np.diag(table), table.sum(1), table.sum(0)
    occurs = true > 0
    recall = right[occurs] / true[occurs]
    f1 = 2 * right[occurs] / (true + chosen)[occurs]
    return {
        "accuracy": float(right.sum() / true.sum()),
        "macro-F1": float(f1.mean()),
        "balanced accuracy": float(recall.mean()),
    }


def ranking(probabilities: Probabilities, labels: Labels, melanoma: int) -> dict[str, float]:
    """Macro AUC (one against the rest), melanoma AUC, and its sensitivity at a specificity of 85 %."""
    classes = [c for c in range(probabilities.shape[1]) if 0 < (labels == c).sum() < len(labels)]
    scores = probabilities[:, melanoma]
    negatives = np.sort(scores[labels != melanoma])
    cut = negatives[min(len(negatives) - 1, int(np.ceil(0.85 * len(negatives))))]
    return {
        "macro AUC": float(np.mean([roc_auc_score(labels == c, probabilities[:, c]) for c in classes])),
        "melanoma AUC": float(roc_auc_score(labels == melanoma, scores)),
        "melanoma sensitivity at 85 % specificity": float((scores[labels == melanoma] >= cut).mean()),
    }


def calibration_error(probabilities: Probabilities, labels: Labels, bins: int = 15) -> float:
    """Expected calibration error of the top class, in equal-width bins (Guo et al. 2017)."""
    top, right = probabilities.max(1), probabilities.argmax(1) == labels
    place = np.minimum((top * bins).astype(int), bins - 1)
    gaps = [abs(top[place == b].sum() - right[place == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(labels))
