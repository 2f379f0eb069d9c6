from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageDraw, ImageFilter

from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.evidence import Quality
from kndnet_desktop.core.images import Pixels, read_image, to_doubled
from kndnet_desktop.core.quality import SENTENCES, inspect, measure, paint_over

RULE = InputRule(height=120, width=160)
#: About those that are fitted on real pictures.
LIMITS = Quality(
    {
        "blurred": 1.0,
        "dark": 125,
        "bright": 207,
        "glare": 0.3,
        "cut-off": 6,
        "small": 5.9,
        "hair": 2.7,
        "ink": 0.6,
        "ruler": 28,
        "bubbles": 45,
    }
)
OFF = Quality({})


def _sample(samples: Path, name: str) -> Pixels:
    return np.asarray(to_doubled(read_image(samples / f"drawn-{name}.jpg").image, RULE)[0])


def _codes(pixels: Pixels, quality: Quality = LIMITS) -> list[str]:
    return [finding.code for finding in inspect(pixels, quality).findings]


@pytest.fixture
def nevus(samples: Path) -> Pixels:
    """A picture that nothing is wrong with."""
    return _sample(samples, "nevus")


@pytest.fixture
def marked(nevus: Pixels) -> tuple[Pixels, np.ndarray]:
    """The same with two violet pen marks, and where those are."""
    stroke = Image.new("L", (320, 240))
    ImageDraw.Draw(stroke).line([(20, 40), (60, 22), (110, 20)], 255, 6)
    ImageDraw.Draw(stroke).line([(250, 220), (300, 190)], 255, 6)
    where = np.asarray(stroke) > 0
    pixels = nevus.copy()
    pixels[where] = (85, 50, 160)
    return pixels, where


@pytest.mark.parametrize("name", ["nevus", "vessels", "eyepiece"])
def test_nothing_is_said_of_a_good_photo_even_through_an_eyepiece(samples: Path, name: str) -> None:
    assert _codes(_sample(samples, name)) == []


@pytest.mark.parametrize(("name", "code"), [("hair", "hair"), ("ruler", "ruler"), ("lacunae", "bubbles")])
def test_what_lies_over_a_sample_is_named_and_shown(samples: Path, name: str, code: str) -> None:
    pixels = _sample(samples, name)
    seen = inspect(pixels, LIMITS)
    assert code in seen.masks
    assert code in [finding.code for finding in seen.findings]
    assert seen.masks[code].shape == pixels.shape[:2]
    assert 0 < seen.masks[code].mean() < 0.25
    painted = paint_over(pixels, seen.masks[code])
    assert measure(painted)[code] < LIMITS.limits[code]


def test_blur_exposure_and_framing_are_named(nevus: Pixels) -> None:
    image = Image.fromarray(nevus)
    assert _codes(np.asarray(image.filter(ImageFilter.GaussianBlur(2)))) == ["blurred"]
    assert "dark" in _codes((nevus * 0.5).astype(np.uint8))
    assert "bright" in _codes(np.clip(nevus * 1.5, 0, 255).astype(np.uint8))
    assert "cut-off" in _codes(np.asarray(image.crop((0, 0, 160, 120)).resize((320, 240))))
    far = Image.new("RGB", image.size, image.getpixel((10, 10)))
    far.paste(image.resize((80, 60), Image.Resampling.BOX), (120, 90))
    assert "small" in _codes(np.asarray(far))
    ImageDraw.Draw(image).ellipse((40, 40, 80, 60), "white")
    assert _codes(np.asarray(image)) == ["glare"]


def test_the_dark_surround_of_an_eyepiece_is_neither_dark_nor_a_cut_lesion(nevus: Pixels) -> None:
    y, x = np.mgrid[-1:1:240j, -1:1:320j]
    round_view = nevus * (np.hypot(0.75 * y, x) < 0.85)[:, :, None]
    assert not {"dark", "cut-off"} & set(_codes(round_view))


def test_every_flag_says_what_is_seen_and_what_to_do(nevus: Pixels) -> None:
    everything = Quality(dict.fromkeys(SENTENCES, -np.inf))
    findings = inspect(nevus, everything).findings
    assert [finding.code for finding in findings] == list(SENTENCES)
    for finding in findings:
        assert finding.sentence.endswith(".")
        assert ";" in finding.sentence
    assert set(measure(nevus)) == set(SENTENCES)


def test_a_flag_without_a_limit_is_off(marked: tuple[Pixels, np.ndarray]) -> None:
    pixels, _ = marked
    assert _codes(pixels, OFF) == []
    assert _codes(pixels, Quality({"ink": 0.6})) == ["ink"]
    assert list(inspect(pixels, Quality({"ink": 0.6})).masks) == ["ink"]


def test_a_picture_and_its_pixels_are_the_same(marked: tuple[Pixels, np.ndarray]) -> None:
    pixels, _ = marked
    picture = Image.fromarray(pixels)
    assert measure(picture) == measure(pixels)
    assert inspect(picture, LIMITS).findings == inspect(pixels, LIMITS).findings


def test_a_blue_part_of_a_lesion_is_no_ink(nevus: Pixels, marked: tuple[Pixels, np.ndarray]) -> None:
    for pixels, codes in ((nevus, []), (marked[0], ["ink"])):
        image = Image.fromarray(pixels)
        ImageDraw.Draw(image).ellipse((190, 80, 260, 150), (120, 140, 200))  # paler than its nevus, at its right
        assert [code for code in _codes(np.asarray(image)) if code == "ink"] == codes


def test_ink_is_painted_over_in_the_skins_colour_and_nothing_else_changes(
    nevus: Pixels, marked: tuple[Pixels, np.ndarray]
) -> None:
    pixels, where = marked
    mask = inspect(pixels, LIMITS).masks["ink"]
    assert mask[where].mean() > 0.95
    painted = paint_over(pixels, mask)
    assert np.array_equal(painted[~mask], pixels[~mask])
    covered = mask & where
    assert np.abs(painted[covered].astype(int) - nevus[covered]).mean() < 10
    assert np.array_equal(paint_over(pixels, mask), painted)


def test_a_slope_is_painted_over_without_a_seam() -> None:
    slope = np.broadcast_to(np.linspace(60, 220, 320)[None, :, None], (240, 320, 3)).astype(np.uint8)
    mask = np.zeros((240, 320), bool)
    mask[100:110, 40:280] = True
    spoiled = slope.copy()
    spoiled[mask] = 0
    assert np.abs(paint_over(spoiled, mask).astype(int) - slope).max() <= 4


def test_nothing_or_everything_covered_leaves_the_picture(nevus: Pixels) -> None:
    for mask in (np.zeros((240, 320), bool), np.ones((240, 320), bool)):
        assert np.array_equal(paint_over(nevus, mask), nevus)


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (64, 64), (241, 319), (480, 160), (160, 480)])
@pytest.mark.parametrize("value", [0, 7, 128, 255])
def test_uniform_pictures_of_any_size_are_measured(shape: tuple[int, int], value: int) -> None:
    pixels = np.full((*shape, 3), value, np.uint8)
    assert all(np.isfinite(each) for each in measure(pixels).values())
    for mask in inspect(pixels, Quality(dict.fromkeys(SENTENCES, -np.inf))).masks.values():
        assert mask.shape == shape


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 70), st.integers(1, 70), st.just(3))), st.integers(0, 2**32 - 1)
)
def test_no_picture_whatsoever_is_refused(pixels: Pixels, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, pixels.shape, np.uint8)
    for each in (pixels, noise):
        found = measure(each)
        assert all(np.isfinite(value) for value in found.values())
        masks = inspect(each, Quality(dict.fromkeys(SENTENCES, -np.inf))).masks
        for mask in masks.values():
            assert mask.shape == each.shape[:2]
            assert np.array_equal(paint_over(each, mask)[~mask], each[~mask])


def test_the_picture_that_is_inspected_is_left_alone(nevus: Pixels) -> None:
    before = nevus.copy()
    nevus.setflags(write=False)
    inspect(nevus, Quality(dict.fromkeys(SENTENCES, -np.inf)))
    assert np.array_equal(before, nevus)
