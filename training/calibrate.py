"""Calibration: one temperature, and per-class offsets for two named modes of the same weights.

Fitted on the inner validation of HAM10000 only. The mode `accuracy` gives probabilities at the natural prior of that
data; `balanced` moves towards a prior that counts all classes alike, which is what screening for malignancy wants.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from kndnet_desktop.core.card import Calibration
from training.metrics import Labels, softmax, summary

Floats = NDArray[np.float64]

#: The accuracy that the balanced mode may give up on the inner validation.
MAX_LOSS = 0.05

#: A difference of balanced accuracy that means nothing on so few pictures of the rare classes.
NO_MATTER = 0.015

#: Pull of the offsets towards 0; a class with fourteen pictures must not be fitted freely.
RIDGE = 0.001


def calibrate(logits: Floats, labels: Labels) -> Calibration:
    """Fit temperature (Guo et al. 2017) and offsets.

    Args:
        logits: [N, classes] on the inner validation.
        labels: class indices [N].

    Returns:
        `softmax(logits / temperature + offsets)` is the probability. The `accuracy` offsets minimise the ridged
        negative log-likelihood together with the temperature. The `balanced` ones subtract a share of the log prior
        (Menon et al. 2021, "Long-tail learning via logit adjustment"): among those that give up at most `MAX_LOSS` of
        accuracy, the smallest whose balanced accuracy is within `NO_MATTER` of the highest. A larger share than needed
        only flattens the probabilities, and a plain nevus then "could be" anything.
    """
    classes = logits.shape[1]

    def cost(values: Floats) -> float:
        probabilities = softmax(logits / np.exp(values[0]) + values[1:])
        likelihood = np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean()
        return float(RIDGE * (values[1:] ** 2).sum() - likelihood)

    best = minimize(cost, np.zeros(classes + 1), method="L-BFGS-B").x
    temperature, natural = float(np.exp(best[0])), np.asarray(best[1:])
    prior = (np.bincount(labels, minlength=classes) + 1) / (len(labels) + classes)

    def figures(share: float) -> dict[str, float]:
        return summary(softmax(logits / temperature + natural - share * np.log(prior)), labels)

    floor = figures(0.0)["accuracy"] - MAX_LOSS
    shares = [share for share in np.linspace(0, 1, 21) if figures(share)["accuracy"] >= floor]
    best = max(figures(share)["balanced accuracy"] for share in shares)
    share = next(share for share in shares if figures(share)["balanced accuracy"] >= best - NO_MATTER)
    modes = {"accuracy": natural, "balanced": natural - share * np.log(prior)}
    return Calibration(
        temperature=round(temperature, 4),
        # A constant added to all classes changes nothing: centred, they are easier to read.
        modes={name: tuple(round(float(o), 4) for o in values - values.mean()) for name, values in modes.items()},
        default_mode="balanced",
    )
