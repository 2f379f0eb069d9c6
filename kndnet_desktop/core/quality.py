"""The quality of a picture: focus, exposure, framing and artefacts, each a named flag with what to do about it."""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from kndnet_desktop.core import artefacts
from kndnet_desktop.core.artefacts import Found
from kndnet_desktop.core.evidence import Quality
from kndnet_desktop.core.frame import Frame
from kndnet_desktop.core.images import Pixels
from kndnet_desktop.core.masks import Floats, Mask, closed, doubled, percentile
from kndnet_desktop.core.records import Finding

#: What is said of each flag, most important first: what is seen, and what to do.
SENTENCES: Mapping[str, str] = {
    "blurred": "The photo is out of focus; hold the dermatoscope steady and take it again.",
    "dark": "The photo is too dark; switch the dermatoscope's light on or lengthen the exposure, and take it again.",
    "bright": "The photo is overexposed, so pale structures are lost; shorten the exposure and take it again.",
    "cut-off": "The lesion runs out of the frame; move back, or to the middle of the lesion, and take it again.",
    "small": "The lesion fills little of the frame; move closer, or draw the frame around the lesion.",
    "glare": "Reflections hide a part of the skin; use polarised light or more contact fluid and take it again.",
    "hair": "Hair lies across the photo; part or trim it and take the photo again.",
    "ink": "There are pen marks in the photo; clean the skin, or frame the lesion without them.",
    "ruler": "A scale is in the photo; frame the lesion without it.",
    "bubbles": "There are bubbles in the contact fluid; smooth it out and take the photo again.",
}

_SHARPEST = 0.02  # of the pixels tell how sharp the picture is
_WHITE = 244  # of 255; a pixel whose every colour exceeds this shows nothing but light
_SKIN = 70  # percentile of the light that is taken for skin
_RINGS = (0.55, 0.65, 0.75, 0.85, 1.0)  # of the way from the middle to the corners
_EDGE = 0.45  # of the way from the skin to the darkest of the lesion lies its edge
_LEAST_SHARE = 1e-4  # of what is seen; a smaller lesion is none


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What was found in one frame.

    Attributes:
        findings: Remarks, most important first.
        masks: Flag code of each artefact that was remarked upon to where it is, bool [H, W] of the frame.
    """

    findings: tuple[Finding, ...]
    masks: Mapping[str, Mask]


def inspect(pixels: Image.Image | Pixels, quality: Quality) -> Inspection:
    """Inspect a frame.

    Args:
        pixels: The frame as `images.JUDGED` has it, sRGB, mode ``RGB`` or uint8 [H, W, 3] (`images.to_doubled`).
        quality: The card's limits; a flag without one is off.
    """
    frame = Frame.of(pixels)
    found = _look(frame, quality.limits)
    codes = [code for code in SENTENCES if code in found and found[code].value > quality.limits[code]]
    masks = {code: frame.cropped(where()) for code in codes if (where := found[code].where)}
    findings = tuple(Finding(code, SENTENCES[code]) for code in codes)
    return Inspection(findings, {code: mask for code, mask in masks.items() if mask.any()})


def measure(pixels: Image.Image | Pixels) -> dict[str, float]:
    """Measure a frame: for each code of `SENTENCES` a number that is larger where the defect is worse.

    The units are: ``blurred`` the logarithm to base 2 of the contrast of the sharpest places over two pixels against
    that over one; ``dark`` and ``bright`` grey levels; ``cut-off`` percent of the border; ``small`` minus the logarithm
    to base 2 of the lesion's share; ``glare``, ``hair`` and ``ink`` percent of what is seen; ``ruler`` and ``bubbles``
    percent of a perfect one.

    Args:
        pixels: As for `inspect`.
    """
    return {code: found.value for code, found in _look(Frame.of(pixels), SENTENCES).items()}


def paint_over(pixels: Pixels, mask: Mask) -> Pixels:
    """Return the frame with what the mask covers painted over from around it.

    Averages of ever larger neighbourhoods are taken of the pixels that are known, and what is unknown is taken from
    the finest that has some (pull-push, Gortler et al. 1996, "The lumigraph", section 3.4).

    Args:
        pixels: uint8 [H, W, 3].
        mask: What to paint over, bool [H, W].

    Returns:
        uint8 [H, W, 3]; the same outside the mask, and everywhere where the mask covers all.
    """
    if not mask.any() or mask.all():
        return pixels
    known = ~mask
    colours = np.multiply(pixels.transpose(2, 0, 1), known, dtype=np.uint16, order="C")
    painted = pixels.copy()
    painted[mask] = np.clip(np.rint(_enlarged(_coarser(colours, known), mask).T), 0, 255)
    return painted


def _coarser(colours: NDArray[Any], known: Mask) -> Floats:
    """Average two by two of what is known, and fill the rest.

    Args:
        colours: Whole numbers or floats [3, H, W], 0 where nothing is known.
        known: Bool [H, W].

    Returns:
        Float32 [3, (H + 1) // 2, (W + 1) // 2].
    """
    odd = [(0, side % 2) for side in known.shape]
    if any(more for _, more in odd):
        colours, known = np.pad(colours, ((0, 0), *odd)), np.pad(known, odd)
    rows, counts = colours[:, ::2] + colours[:, 1::2], known[::2].astype(np.uint8) + known[1::2]
    count = counts[:, ::2] + counts[:, 1::2]
    # What is known of one pixel of four is known of all: only empty ones are left to the next level.
    means = (rows[:, :, ::2] + rows[:, :, 1::2]) / np.maximum(count, 1).astype(np.float32)
    empty = count == 0
    if empty.any() and min(empty.shape) > 1:
        means[:, empty] = _enlarged(_coarser(means, ~empty), empty)
    return np.asarray(means, np.float32)


def _enlarged(coarse: Floats, where: Mask) -> Floats:
    """Enlarge float32 [3, h, w] twofold, linearly between the middles of pixels: [3, N], only where it is asked for."""
    y, x = np.nonzero(where)
    row, column = y // 2, x // 2
    next_row = np.clip(row + y % 2 * 2 - 1, 0, coarse.shape[1] - 1)
    next_column = np.clip(column + x % 2 * 2 - 1, 0, coarse.shape[2] - 1)
    here = 0.75 * coarse[:, row, column] + 0.25 * coarse[:, row, next_column]
    beyond = 0.75 * coarse[:, next_row, column] + 0.25 * coarse[:, next_row, next_column]
    return np.asarray(0.75 * here + 0.25 * beyond, np.float32)


def _look(frame: Frame, codes: Collection[str]) -> dict[str, Found]:
    """Measure what is asked for, and only that."""
    lesion = cache(lambda: _find_lesion(frame))
    measures: Mapping[str, Callable[[], Found]] = {
        "blurred": lambda: Found(_blur(frame)),
        "dark": lambda: Found(255 - _skin_light(frame, 75)),
        "bright": lambda: Found(_skin_light(frame, 40)),
        "cut-off": lambda: Found(_cut_off(lesion())),
        "small": lambda: Found(_smallness(frame, lesion())),
        "glare": lambda: Found(_glare(frame)),
        "hair": lambda: artefacts.hair(frame),
        "ink": lambda: artefacts.ink(frame, lesion()),
        "ruler": lambda: artefacts.ruler(frame),
        "bubbles": lambda: artefacts.bubbles(frame, lesion()),
    }
    return {code: measures[code]() for code in SENTENCES if code in codes}


def _blur(frame: Frame) -> float:
    """How little the sharpest places differ from their next neighbours, against those two pixels away."""
    grey = frame.grey.astype(np.int16)
    up, down, left, right = grey[:-2, 1:-1], grey[2:, 1:-1], grey[1:-1, :-2], grey[1:-1, 2:]
    fine = np.abs(4 * grey[1:-1, 1:-1] - up - down - left - right)
    wide = np.abs(down - up) + np.abs(right - left)
    if not frame.seen.all():
        seen = doubled(doubled(frame.seen))[1:-1, 1:-1]
        fine, wide = fine * seen, wide * seen
    sharpest = max(1, int(_SHARPEST * fine.size))
    ends = [float(np.partition(each.ravel(), -sharpest)[-sharpest:].mean()) for each in (fine, wide)]
    # The constants keep noise of a level or so from looking sharp where there is nothing else.
    return float(np.log2((ends[1] + 4) / (ends[0] + 1)))


def _skin_light(frame: Frame, percent: float) -> float:
    """How light the skin is, whatever the lesion: the lighter quarter for too dark a picture, less for too bright."""
    light = frame.grey[1::4, 1::4]
    return percentile(light[frame.seen] if frame.seen.any() else light, percent)


def _glare(frame: Frame) -> float:
    red, green, blue = frame.colours
    return frame.percent(np.minimum(np.minimum(red, green), blue) > _WHITE)


def _cut_off(lesion: Mask) -> float:
    # The outermost pixels belong to the lens on some cameras.
    border = np.concatenate([lesion[1], lesion[-2], lesion[:, 1], lesion[:, -2]])
    return 100 * float(border.mean())


def _smallness(frame: Frame, lesion: Mask) -> float:
    of_seen = int(np.count_nonzero(lesion)) / max(int(np.count_nonzero(frame.seen)), 1)
    return -math.log2(max(of_seen, _LEAST_SHARE))


@dataclass(frozen=True, slots=True, eq=False)
class _Distances:
    """How far from the middle each pixel of a frame lies, where the corners are at 1.

    Attributes:
        radius: Float64 [h, w].
        rings: Where each of the rings of `_RINGS` is, bool [h, w].
        beyond: How far into each ring the way from the middle to a pixel leads, between the radii of `at`; float64
            [rings, h * w].
        at: For what radii the rings' levels stand.
    """

    radius: NDArray[np.float64]
    rings: tuple[Mask, ...]
    beyond: NDArray[np.float64]
    at: tuple[float, ...]


@lru_cache(maxsize=16)
def _distances(height: int, width: int) -> _Distances:
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    radius = np.hypot(y * height, x * width) / np.hypot(height, width)
    rings = tuple((radius >= inner) & (radius < outer) for inner, outer in pairwise(_RINGS))
    at = _RINGS[0], *((inner + outer) / 2 for inner, outer in pairwise(_RINGS))
    beyond = np.array([np.clip(radius.ravel() - near, 0, far - near) for near, far in pairwise(at)])
    return _Distances(radius, rings, beyond, at)


def _find_lesion(frame: Frame) -> Mask:
    """Where the lesion is: the largest dark patch, bool [H / 4, W / 4]; light is judged in green.

    The skin's brightness may fall towards the border; it is taken from rings around the middle.
    """
    seen = frame.seen
    if not seen.any():
        return seen
    green = frame.colours[1][::2, ::2]
    bare = Image.fromarray(closed(green, 3)).reduce(2).filter(ImageFilter.BoxBlur(1))  # without hair
    light = np.asarray(bare).astype(np.float32)
    distances = _distances(*light.shape)
    depth = _skin_around(light, seen, distances) - light
    deepest = percentile(depth[seen], 99.5)
    dark = (depth > _EDGE * max(deepest, 1)) & seen
    inside = np.clip(depth * dark, 0, 255).astype(np.uint8)
    dense = np.asarray(Image.fromarray(inside).filter(ImageFilter.BoxBlur(3))) * dark * (1.3 - distances.radius)
    return _connected(int(dense.argmax()), dark)


def _skin_around(light: Floats, seen: Mask, distances: _Distances) -> Floats:
    """How light the skin would be at each pixel, from the skin at the same distance from the middle."""
    skin = percentile(light[seen], _SKIN)
    radii, levels = [distances.at[0]], [skin]
    for at, where in zip(distances.at[1:], distances.rings, strict=True):
        ring = light[where & seen]
        if ring.size > 8:
            radii.append(at)
            levels.append(min(levels[-1], percentile(ring, _SKIN)))
    falls = np.diff(np.interp(distances.at, radii, levels)) / np.diff(distances.at)
    # Not by BLAS, which would wake threads for so many numbers.
    around = skin + np.einsum("r,rp->p", falls, distances.beyond)
    return np.asarray(around.reshape(light.shape), np.float32)


def _connected(seed: int, mask: Mask) -> Mask:
    """The part of a mask that hangs together with a pixel of it, the seed, around at most eight bends.

    Each pixel belongs to an unbroken run along its row and one along its column; runs that cross are found in turn.
    """
    across, down = _run_numbers(mask), _run_numbers(mask.T).T
    found = np.zeros(mask.size, bool)
    if not mask.ravel()[seed]:
        return found.reshape(mask.shape)
    pixels = np.flatnonzero(mask)
    rows, columns = across.ravel()[pixels], down.ravel()[pixels]
    chosen = pixels == seed
    for _ in range(8):
        before = np.count_nonzero(chosen)
        for runs in (rows, columns):
            picked = np.zeros(mask.size + max(mask.shape) + 1, bool)
            picked[runs[chosen]] = True
            chosen = picked[runs]
        if np.count_nonzero(chosen) == before:
            break
    found[pixels] = chosen
    return found.reshape(mask.shape)


def _run_numbers(mask: Mask) -> NDArray[np.intp]:
    """A number for each unbroken run along the rows of a mask, the same at all of its pixels."""
    gaps = np.ones((mask.shape[0], mask.shape[1] + 1), bool)
    gaps[:, :-1] = ~mask
    return np.cumsum(gaps).reshape(gaps.shape)[:, :-1]
