"""How far to trust an answer: calibrated probabilities, what it could be, whether to refer, what that means."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from kndnet_desktop.core.card import Calibration, ModelCard
from kndnet_desktop.core.classifier import Floats
from kndnet_desktop.core.evidence import Estimate, OperatingPoint

DEFAULT_TARGET = 0.90  # sensitivity of the operating point that is used unless the clinician chooses another


def probabilities(logits: Floats, calibration: Calibration, mode: str | None = None) -> Floats:
    """Turn logits into calibrated probabilities.

    Args:
        logits: float32 [..., classes].
        calibration: Temperature, per-class offsets and sharpness of the model card.
        mode: One of the calibration's modes; its default mode if None.

    Returns:
        ``softmax(s * (logits / temperature + offsets))``, float32 [..., classes], each row summing to 1. A picture's
        scale ``s`` is the geometric mean of the classes' sharpness, weighted by the squares of the probabilities that
        ``s = 1`` would give: mostly that of the most probable class, yet it leaps nowhere, and no class passes another.

    Raises:
        KeyError: If the calibration has no such mode.
    """
    mode = mode or calibration.default_mode
    scores = logits.astype(np.float64) / calibration.temperature + np.asarray(calibration.modes[mode])
    if mode in calibration.sharpness:
        scores = sharpened(scores, np.asarray(calibration.sharpness[mode]))
    return np.asarray(softmax(scores), dtype=np.float32)


def sharpened(scores: NDArray[np.float64], sharpness: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores [..., classes] times each picture's scale, by the classes' sharpness; see `probabilities`."""
    return np.asarray(scores * np.exp(softmax(2 * scores) @ np.log(sharpness))[..., None])


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities [..., classes] of scores."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def prediction_set(shares: Mapping[str, float], card: ModelCard, mode: str) -> tuple[str, ...] | None:
    """Return the classes that a picture could be, most probable first.

    Args:
        shares: Class code to calibrated probability.
        card: Card of the model that answered.
        mode: The calibration mode of the probabilities.

    Returns:
        Codes of the classes that reach the card's conformal thresholds, at least the most probable one; None where
        the card holds no thresholds.
    """
    if not card.trust.sets:
        return None
    scores = set_scores(np.array([shares[code] for code in card.codes]), card)
    reached = dict(zip(card.codes, scores >= np.array(card.trust.sets.thresholds[mode]), strict=True))
    ranked = sorted(shares, key=lambda code: -shares[code])
    return tuple(code for code in ranked if reached[code] or code == ranked[0])


def set_scores(shares: NDArray[np.floating], card: ModelCard) -> NDArray[np.float64]:
    """Return what is held against the thresholds of the prediction sets.

    A malignant class scores its probability times that of all malignant classes together, any other its probability:
    a diagnosis is hardly possible that would be malignant where malignancy as a whole is improbable. Conformal sets
    hold their class as often with any score; with the bare probability, most photos without a malignancy signal "could
    be" malignant nevertheless, at one or two percent.

    Args:
        shares: Calibrated probabilities [..., classes] in label order.
        card: Tells which classes are malignant.

    Returns:
        float64 [..., classes], each in [0, 1].
    """
    malignant = np.array([label.malignant for label in card.labels])
    exact = np.asarray(shares, np.float64)
    together = exact[..., malignant].sum(-1, keepdims=True)
    return np.where(malignant, exact * together, exact)


def referrals(p_malignant: float, card: ModelCard, mode: str) -> dict[str, bool] | None:
    """Return each operating point's key with whether the picture reaches it; None if the mode has none."""
    points = card.trust.points(mode)
    return {point.key: p_malignant >= point.threshold for point in points} or None


def operating_point(card: ModelCard, mode: str, target: float = DEFAULT_TARGET) -> OperatingPoint | None:
    """Return the operating point of this mode that is nearest to the wanted sensitivity; None if there are none."""
    return min(card.trust.points(mode), key=lambda point: abs(point.target - target), default=None)


def of_flagged(point: OperatingPoint, prevalence: float) -> Estimate:
    """Return the share of the flagged that have a malignant lesion, where so many of all patients have one.

    Bayes' theorem; the interval takes both measured intervals at their worse and at their better ends, so it is wider
    than either alone would make it.

    Args:
        point: The operating point in force.
        prevalence: Share of malignant lesions among those photographed, above 0 and below 1.
    """

    def share(sensitivity: float, specificity: float) -> float:
        right, wrong = sensitivity * prevalence, (1 - specificity) * (1 - prevalence)
        return right / (right + wrong) if right + wrong > 0 else prevalence

    return Estimate(
        share(point.sensitivity.value, point.specificity.value),
        share(point.sensitivity.low, point.specificity.low),
        share(point.sensitivity.high, point.specificity.high),
    )


def of_unflagged(point: OperatingPoint, prevalence: float) -> Estimate:
    """Return the share of those not flagged that have a malignant lesion nevertheless.

    Args:
        point: As for `of_flagged`, and so are the intervals.
        prevalence: The same.
    """

    def share(sensitivity: float, specificity: float) -> float:
        missed, right = (1 - sensitivity) * prevalence, specificity * (1 - prevalence)
        return missed / (missed + right) if missed + right > 0 else prevalence

    return Estimate(
        share(point.sensitivity.value, point.specificity.value),
        share(point.sensitivity.high, point.specificity.high),
        share(point.sensitivity.low, point.specificity.low),
    )
