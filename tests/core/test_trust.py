"""Calibrated probabilities."""

import numpy as np
import pytest

from kndnet_desktop.core.card import Calibration
from kndnet_desktop.core.trust import probabilities

CALIBRATION = Calibration(2.0, {"plain": (0.0, 0.0, 0.0), "shifted": (0.0, 1.0, 0.0)}, "plain")


def test_probabilities_are_the_documented_formula() -> None:
    logits = np.array([[2.0, 0.0, -4.0], [0.0, 0.0, 0.0]], dtype=np.float32)
    shifted = np.exp([[1, 1, -2], [0, 1, 0]])
    expected = shifted / shifted.sum(axis=1, keepdims=True)
    assert np.allclose(probabilities(logits, CALIBRATION, "shifted"), expected, atol=1e-7)
    plain = np.exp(logits / 2)
    assert np.allclose(probabilities(logits, CALIBRATION), plain / plain.sum(axis=1, keepdims=True), atol=1e-7)


def test_extreme_logits_give_probabilities() -> None:
    shares = probabilities(np.array([3e4, -3e4, 0], dtype=np.float32), CALIBRATION)
    assert shares.tolist() == [1, 0, 0]
    assert shares.dtype == np.float32


def test_an_unknown_mode_is_an_error() -> None:
    with pytest.raises(KeyError):
        probabilities(np.zeros(3, dtype=np.float32), CALIBRATION, "unheard of")
