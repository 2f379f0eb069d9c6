import numpy as np
import pytest

from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.images import Pixels, to_input
from training.augment import ASPECTS, draw_view, render, view_shape
from training.config import AugmentConfig

STILL = AugmentConfig(
    zoom_in=1, zoom_out=1, rotate=0, shift=0, stretch=0, brightness=0, contrast=0, saturation=0, tint=0
)
RULE = InputRule(height=120, width=160)


def _picture(height: int, width: int) -> Pixels:
    """A smooth picture without any symmetry."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    return np.stack([255 * x, 255 * y, 127 + 120 * np.sin(5 * x + 3 * y)], 2).astype(np.uint8)


@pytest.mark.parametrize(
    ("size", "aspect"),
    [((240, 320), 4 / 3), ((240, 320), 3 / 4), ((320, 240), 4 / 3), ((320, 240), 3 / 4), ((320, 320), 1.0)],
)
def test_a_still_view_is_the_apps_input_up_to_turns_and_flips(size: tuple[int, int], aspect: float) -> None:
    pixels = _picture(*size)
    height, width = view_shape(RULE, aspect)
    expected = [to_input(turned, RULE)[0].astype(int) for turned in _turns(pixels)]
    found = set()
    rng = np.random.default_rng(0)
    for _ in range(30):
        seen = render(pixels, draw_view(rng, *size, aspect, STILL), height, width)
        gaps = [np.abs(turn - seen).mean() if turn.shape == seen.shape else np.inf for turn in expected]
        assert min(gaps) < 2
        found.add(int(np.argmin(gaps)))
    assert len(found) == (8 if aspect == 1 else 4)


def _turns(pixels: Pixels) -> list[Pixels]:
    """All eight turns and flips."""
    turns = [pixels, pixels.transpose(1, 0, 2)]
    turns += [turned[::y, ::x] for turned in turns for y, x in ((1, -1), (-1, 1), (-1, -1))]
    return [np.ascontiguousarray(turned) for turned in turns]


def test_the_same_view_at_two_sizes_shows_the_same() -> None:
    pixels = _picture(240, 320)
    view = draw_view(np.random.default_rng(3), 240, 320, 4 / 3, AugmentConfig())
    small, large = render(pixels, view, 60, 80), render(pixels, view, 120, 160)
    averaged = large.reshape(60, 2, 80, 2, 3).mean((1, 3))
    assert np.abs(averaged - small).mean() < 1.5


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("size", [(240, 320), (320, 320)])
def test_views_keep_angles_and_mirror_little(aspect: float, size: tuple[int, int]) -> None:
    config = AugmentConfig(stretch=0)
    rng = np.random.default_rng(1)
    height, width = view_shape(RULE, aspect)
    for _ in range(40):
        view = draw_view(rng, *size, aspect, config)
        matrix = view[:6].reshape(2, 3)[:, :2].astype(float)
        # From an ideal view's pixels to the picture's: a similarity has orthogonal columns of one length.
        matrix = np.diag([size[1], size[0]]) @ matrix @ np.diag([1 / aspect, 1.0])
        across, down = matrix[:, 0], matrix[:, 1]
        assert abs(across @ down) / (across @ across) < 1e-3
        assert abs(np.linalg.norm(across) / np.linalg.norm(down) - 1) < 1e-3
        corners = view[:6].reshape(2, 3) @ np.array([[-0.5, 0.5, -0.5, 0.5], [-0.5, -0.5, 0.5, 0.5], [1, 1, 1, 1]])
        assert np.abs(corners).max() < 0.85
    assert (height * width) == pytest.approx(RULE.height * RULE.width, rel=0.08)


def test_the_generator_alone_decides() -> None:
    views = [draw_view(np.random.default_rng(5), 240, 320, 1.0, AugmentConfig()) for _ in range(2)]
    assert np.array_equal(*views)
    other = draw_view(np.random.default_rng(6), 240, 320, 1.0, AugmentConfig())
    assert not np.array_equal(views[0], other)
