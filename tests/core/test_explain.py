"""Heat maps: what they weigh, what they leave alone, and that their colours can be read."""

import numpy as np
import pytest
from PIL import Image

from kndnet_desktop.core.explain import HeatPainter, grad_cam

# Linear sRGB as eyes without the middle cones see it (Machado, Oliveira, Fernandes 2009, severity 1.0), and without
# the long and the short ones.
NO_COLOUR_BLINDNESS = np.eye(3)
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
)
PROTANOPIA = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
)
TRITANOPIA = np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]])


@pytest.fixture(scope="module")
def painter() -> HeatPainter:
    return HeatPainter()


def lightness(table: np.ndarray, eyes: np.ndarray) -> np.ndarray:
    """Return CIE L* of sRGB colours, uint8 [n, 3], as those eyes see them."""
    encoded = table / 255
    linear = np.where(encoded > 0.04045, ((encoded + 0.055) / 1.055) ** 2.4, encoded / 12.92)
    luminance = (linear @ eyes.T).clip(0, 1) @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)


def test_a_map_is_the_positive_evidence_up_to_one() -> None:
    cams = np.array([[[2.0, -4.0], [1.0, 0.0]], [[-1.0, -2.0], [-3.0, -0.5]]], dtype=np.float32)
    assert np.array_equal(grad_cam(cams, 0), [[1, 0], [0.5, 0]])
    nothing = grad_cam(cams, 1)
    assert nothing.dtype == np.float32
    assert not nothing.any(), "no evidence is an empty map, and no division by zero"
    assert cams[0, 0, 1] == -4, "the given maps are left as they are"


def test_a_map_of_any_evidence_stays_within_bounds() -> None:
    cams = np.random.default_rng(1).normal(0, 1e-20, (7, 8, 10)).astype(np.float32)
    for index in range(7):
        heat = grad_cam(cams, index)
        assert heat.shape == (8, 10)
        assert heat.min() >= 0
        assert heat.max() == 1


def test_where_nothing_speaks_for_the_class_the_picture_shows_through(painter: HeatPainter) -> None:
    heat = np.zeros((8, 10), dtype=np.float32)
    assert np.asarray(painter.overlay(heat, 160, 120).getchannel("A")).max() == 0
    heat[:, 7:] = 1
    alpha = np.asarray(painter.overlay(heat, 160, 120).getchannel("A"))
    assert alpha.shape == (120, 160)
    assert alpha[:, :80].max() == 0
    assert alpha[:, 140:].min() == 255


def test_colour_and_opacity_both_follow_the_map(painter: HeatPainter) -> None:
    ramp = np.linspace(0, 1, 64, dtype=np.float32)[None].repeat(8, axis=0)
    row = np.asarray(painter.overlay(ramp, 640, 80))[40].astype(int)
    assert (np.diff(row[:, 3]) >= 0).all()
    assert np.array_equal(row[:, :3], painter.table[row[:, 3]])
    assert (row[0, 3], row[-1, 3]) == (0, 255)


def test_a_blend_leaves_the_rest_of_the_picture_untouched(painter: HeatPainter) -> None:
    image = Image.fromarray(np.random.default_rng(2).integers(0, 256, (90, 120, 3), dtype=np.uint8))
    before = np.asarray(image).copy()
    blended = painter.blend(image, np.ones((4, 5), dtype=np.float32), (20.4, 10.0, 99.6, 69.7), opacity=1)
    after = np.asarray(blended)
    inside = np.zeros((90, 120), dtype=bool)
    inside[10:70, 20:100] = True
    assert (after[inside] == painter.table[-1]).all()
    assert np.array_equal(after[~inside], before[~inside])
    assert np.array_equal(np.asarray(image), before), "the picture itself is not painted on"


def test_opacity_weighs_picture_and_colour(painter: HeatPainter) -> None:
    image = Image.new("RGB", (64, 64), (200, 150, 120))
    heat = np.ones((4, 4), dtype=np.float32)
    frame = (0.0, 0.0, 64.0, 64.0)
    assert np.array_equal(np.asarray(painter.blend(image, heat, frame, opacity=0)), np.asarray(image))
    half = np.asarray(painter.blend(image, heat, frame, opacity=0.5)).astype(float)
    expected = (np.array([200, 150, 120]) + painter.table[-1]) / 2
    assert np.abs(half - expected).max() <= 2


@pytest.mark.parametrize("eyes", [NO_COLOUR_BLINDNESS, DEUTERANOPIA, PROTANOPIA, TRITANOPIA])
def test_more_evidence_is_lighter_whatever_the_eyes(painter: HeatPainter, eyes: np.ndarray) -> None:
    steps = np.diff(lightness(painter.table, eyes))
    assert painter.table.shape == (256, 3)
    assert steps.min() > -0.1, "rounding to whole numbers may cost a hair"
    assert np.convolve(steps, np.ones(8), "valid").min() > 0
    assert steps.sum() > 60, "from dark to light"


def test_equal_steps_look_equally_large(painter: HeatPainter) -> None:
    sixteenths = np.diff(lightness(painter.table, NO_COLOUR_BLINDNESS)[::17])
    assert sixteenths.max() < 1.5 * sixteenths.min()
