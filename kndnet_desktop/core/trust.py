"""How far an answer goes: calibrated probabilities."""

import numpy as np

from kndnet_desktop.core.card import Calibration
from kndnet_desktop.core.classifier import Floats


def probabilities(logits: Floats, calibration: Calibration, mode: str | None = None) -> Floats:
    """Turn logits into calibrated probabilities.

    Args:
        logits: float32 [..., classes].
        calibration: Temperature and per-class offsets of the model card.
        mode: One of the calibration's modes; its default mode if None.

    Returns:
        ``softmax(logits / temperature + offsets)``, float32 [..., classes], each row summing to 1.

    Raises:
        KeyError: If the calibration has no such mode.
    """
    offsets = np.asarray(calibration.modes[mode or calibration.default_mode], dtype=np.float64)
    scaled = logits.astype(np.float64) / calibration.temperature + offsets
    scaled -= scaled.max(axis=-1, keepdims=True)
    exponentials = np.exp(scaled)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True), dtype=np.float32)
