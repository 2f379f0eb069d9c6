"""The gate: features of any picture, the score's formula, and a gate fitted to drawn pictures."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from kndnet_desktop.core import gate
from kndnet_desktop.core.evidence import Gate
from kndnet_desktop.core.images import JUDGED, read_image, to_doubled

COUNT = len(gate.features(np.zeros((48, 64, 3), np.uint8)))

shapes = array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=130).map(lambda shape: (*shape, 3))


@settings(max_examples=60, deadline=None)
@given(arrays(np.uint8, shapes))
def test_features_of_any_picture_are_finite_and_as_many(pixels: np.ndarray) -> None:
    found = gate.features(pixels)
    assert found.dtype == np.float32
    assert found.shape == (COUNT,)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("shape", [(240, 320), (320, 240), (280, 280), (170, 340), (16, 32), (1, 1), (1, 500)])
@pytest.mark.parametrize("fill", ["black", "white", "noise", "stripes"])
def test_features_of_extremes(shape: tuple[int, int], fill: str) -> None:
    pixels = np.zeros((*shape, 3), np.uint8)
    if fill == "white":
        pixels += 255
    if fill == "noise":
        pixels = np.random.default_rng(0).integers(0, 256, pixels.shape, np.uint8)
    if fill == "stripes":
        pixels[:, ::2] = 255
    assert np.isfinite(gate.features(pixels)).all()


def test_a_picture_and_its_pixels_have_the_same_features(samples: Path) -> None:
    picture = to_doubled(read_image(min(samples.glob("*.jpg"))).image, JUDGED)[0]
    assert np.array_equal(gate.features(picture), gate.features(np.asarray(picture)))


def test_steps_of_brightness_are_counted_by_their_size() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (64, 96, 3), np.uint8)
    pixels[:, :40] //= 16
    grey = np.asarray(Image.fromarray(pixels).convert("L")).astype(int)
    across, down = grey[1:-1, 2:] - grey[1:-1, :-2], grey[2:, 1:-1] - grey[:-2, 1:-1]
    size = (np.abs(across) + np.abs(down)).ravel()
    starts = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    expected = np.sqrt(np.histogram(size, starts)[0] / size.size)
    colours = 49 + 8 + 10 + 4 + 8 + 2
    assert gate.features(pixels)[colours : colours + 10] == pytest.approx(expected, rel=1e-6)


def test_a_picture_that_may_not_be_written_to_is_left_alone() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (48, 64, 3), np.uint8)
    before = pixels.copy()
    pixels.flags.writeable = False
    first = gate.features(pixels)
    assert (gate.features(pixels) == first).all()
    assert (pixels == before).all()


numbers = st.lists(st.floats(-50, 50, width=32), min_size=3, max_size=3)


@given(numbers, numbers, st.lists(st.floats(0.125, 9), min_size=3, max_size=3), numbers, st.floats(-9, 9))
def test_the_score_is_its_formula(
    found: list[float], mean: list[float], scale: list[float], weights: list[float], bias: float
) -> None:
    fitted = Gate(tuple(mean), tuple(scale), tuple(weights), bias, 0.0)
    expected = bias
    for value, middle, unit, weight in zip(found, mean, scale, weights, strict=True):
        expected += weight * min(max((value - middle) / unit, -gate.REACH), gate.REACH)
    assert gate.score(np.array(found, np.float32), fitted) == pytest.approx(expected, rel=1e-5, abs=1e-4)


def test_a_gate_for_another_number_of_features_is_an_error() -> None:
    fitted = Gate((0.0, 0.0), (1.0, 1.0), (1.0, 1.0), 0.0, 0.0)
    with pytest.raises(ValueError, match="broadcast"):
        gate.score(np.zeros(3, np.float32), fitted)


def test_the_refusal_says_what_to_do() -> None:
    assert "is not answered" in gate.REFUSAL
    assert "through the dermatoscope" in gate.REFUSAL
    assert "because you asked" in gate.ANYWAY
