"""Calibration: a temperature, and per-class offsets and sharpness for two named modes of the same weights.

Fitted on the inner validation of HAM10000 only. The mode `accuracy` gives probabilities at the natural prior of that
data; `balanced` moves towards a prior that counts all classes alike, which is what screening for malignancy wants.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from sklearn.model_selection import GroupKFold

from kndnet_desktop.core.card import Calibration
from kndnet_desktop.core.trust import probabilities, sharpened, softmax
from training.metrics import Labels

Floats = NDArray[np.float64]

#: Pull of the offsets towards 0; a class with fourteen pictures must not be fitted freely.
RIDGE = 0.001

#: Keeps logarithms finite.
TINY = 1e-12

#: Bounds of the logarithms of the sharpness, which a few pictures that are all right would take to infinity.
WIDEST = ((-2.0, 2.0),) * 2

#: How often `held_out_losses` divides the lesions, and into how many parts.
DIVISIONS, PARTS = 4, 5


def calibrate(logits: Floats, labels: Labels) -> Calibration:
    """Fit temperature (Guo et al. 2017) and offsets.

    Args:
        logits: [N, classes] on the inner validation.
        labels: class indices [N].

    Returns:
        What `kndnet_desktop.core.trust.probabilities` makes probabilities of. The `accuracy` offsets minimise the
        ridged negative log-likelihood together with the temperature. The `balanced` ones subtract a share of the log
        prior (Menon et al. 2021, "Long-tail learning via logit adjustment"): the one that minimises the negative
        log-likelihood when all classes weigh alike. That is smooth, while the balanced accuracy itself leaps with
        every picture of the rare classes: over random halves of the inner validation the share that it chose strayed
        five times as far. But with another prior alone the top probability is no longer the share of right answers, on
        pictures as they come: the most frequent class is right more often than it says, any other less often. The
        sharpness of `balanced`, one of that class and one of all others, brings the two together.
    """
    classes, rows = logits.shape[1], np.arange(len(labels))

    def likelihood(scores: Floats) -> Floats:
        return np.asarray(np.log(np.maximum(softmax(scores)[rows, labels], TINY)))

    def cost(values: Floats) -> float:
        scores = logits / np.exp(values[0]) + values[1:]
        return float(RIDGE * (values[1:] ** 2).sum() - likelihood(scores).mean())

    best = minimize(cost, np.zeros(classes + 1), method="L-BFGS-B").x
    temperature, natural = float(np.exp(best[0])), np.asarray(best[1:])
    counts = np.bincount(labels, minlength=classes)
    log_prior = np.log((counts + 1) / (len(labels) + classes))
    scores = logits / temperature + natural

    def unfair(share: float) -> float:
        return -float(np.average(likelihood(scores - share * log_prior), weights=1 / counts[labels]))

    balanced = natural - _lowest(unfair, 0, 1) * log_prior
    adjusted = logits / temperature + balanced
    right = adjusted.argmax(1) == labels
    common = np.arange(classes) == counts.argmax()

    def surprise(values: Floats) -> float:
        top = softmax(sharpened(adjusted, np.exp(np.where(common, *values)))).max(1).clip(TINY, 1 - TINY)
        return -float(np.where(right, np.log(top), np.log(1 - top)).mean())

    sharpness = np.exp(np.where(common, *minimize(surprise, np.zeros(2), method="L-BFGS-B", bounds=WIDEST).x))
    modes = {"accuracy": natural, "balanced": balanced}
    return Calibration(
        temperature=round(temperature, 4),
        # A constant added to all classes changes nothing: centred, they are easier to read.
        modes={name: tuple(round(float(o), 4) for o in values - values.mean()) for name, values in modes.items()},
        default_mode="balanced",
        sharpness={"balanced": tuple(round(float(factor), 4) for factor in sharpness)},
    )


def losses(shares: Floats, labels: Labels) -> Floats:
    """Negative log-likelihood of the true class, in nats [N].

    Args:
        shares: probabilities [N, classes].
        labels: class indices [N].
    """
    return -np.log(np.maximum(shares[np.arange(len(labels)), labels], TINY))


def held_out_losses(logits: Floats, labels: Labels, lesions: NDArray[np.str_]) -> Floats:
    """What `losses` are in the mode `accuracy` when no picture helps to calibrate its own answer.

    A network is chosen on the inner validation, which also calibrates it; fitted and measured on the same pictures, a
    network whose answers leave more to be mended would look too good. So each lesion's pictures are calibrated by the
    other four fifths of the lesions, for several divisions, and the mean is taken.

    Args:
        logits: [N, classes] on the inner validation.
        labels: class indices [N].
        lesions: lesion of each picture [N].

    Returns:
        Nats [N].
    """
    total = np.zeros(len(labels))
    for seed in range(DIVISIONS):
        for others, own in GroupKFold(PARTS, shuffle=True, random_state=seed).split(logits, groups=lesions):
            fitted = calibrate(logits[others], labels[others])
            shares = probabilities(logits[own].astype(np.float32), fitted, "accuracy").astype(float)
            total[own] += losses(shares, labels[own])
    return total / DIVISIONS


def _lowest(cost: Callable[[float], float], low: float, high: float) -> float:
    return float(minimize_scalar(cost, bounds=(low, high), method="bounded").x)
