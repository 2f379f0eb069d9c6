"""Is this a dermatoscope picture at all? Asked before any answer is shown.

A logistic regression on what is cheap to see in the frame: colours, edges, layout, noise. It knows nothing of the
network, so new weights need no new gate, and has no opinion on the lesion. It keeps out what nobody meant to ask about,
and overview photos, which look enough like skin to get an answer that would mean nothing.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kndnet_desktop.core.classifier import Floats
from kndnet_desktop.core.evidence import Gate
from kndnet_desktop.core.images import Pixels
from kndnet_desktop.core.masks import Bytes

REFUSAL = (
    "This does not look like a dermatoscope photo of a lesion, so it is not answered. "
    "Take the photo through the dermatoscope, with the lesion filling much of it."
)
ANYWAY = "This does not look like a dermatoscope photo of a lesion; the answer is shown because you asked for it."

REACH = 4.0  # standard deviations beyond which a feature speaks no louder: no single oddity decides alone

_GRID = 16  # side of the coarse layout, in cells
_RINGS = 5  # from the middle of the frame to its corners
_LEVELS = 5  # octaves of detail, from two pixels of the frame to a tenth of it
_LEAST = 1 << _LEVELS + 1  # pixels of the shorter side that those need
_TINY = 1e-3  # keeps logarithms and quotients finite where a picture is flat

# Bins of the size of a step of brightness start at these and at 0; its unit is one part of 255.
_STEPS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def _rings() -> NDArray[np.float32]:
    """Weights [rings, cells] that average the cells of the coarse layout at each distance from the middle."""
    along = np.abs(np.arange(_GRID) + 0.5 - _GRID / 2) / (_GRID / 2)
    radius = np.hypot(along[:, None], along[None, :]).ravel()
    ring = np.minimum((radius / 1.3 * _RINGS).astype(int), _RINGS - 1)
    chosen = (ring == np.arange(_RINGS)[:, None]).astype(np.float32)
    return np.asarray(chosen / chosen.sum(1, keepdims=True), np.float32)


_RING_WEIGHTS = _rings()


def features(pixels: Image.Image | Pixels) -> Floats:
    """Return what the gate judges by.

    Args:
        pixels: The frame as `images.JUDGED` has it, sRGB, mode ``RGB`` or uint8 [H, W, 3] (`images.to_doubled`); any
            size of at least one pixel is taken.

    Returns:
        float32 [F], finite: colours, edges, layout.
    """
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    if min(image.size) < _LEAST:
        image = image.resize((max(image.width, _LEAST), max(image.height, _LEAST)), Image.Resampling.BILINEAR)
    half = image.reduce(2)
    greys = [image.convert("L"), half.convert("L")]
    while len(greys) <= _LEVELS:
        greys.append(greys[-1].reduce(2))
    parts = [_colours(half), _edges(*map(np.asarray, greys[:3])), _layout(half), _octaves(greys[1:])]
    return np.concatenate(parts).astype(np.float32)


def score(found: Floats, gate: Gate) -> float:
    """Return how much speaks against a dermatoscope picture: log-odds.

    ``bias + sum(weights * clip((found - mean) / scale, -REACH, REACH))``, in float64.

    Args:
        found: From `features`, float32 [F].
        gate: Fitted to features of the same number F.

    Raises:
        ValueError: If the gate was fitted to another number of features.
    """
    standard = np.clip((found - np.asarray(gate.mean)) / np.asarray(gate.scale), -REACH, REACH)
    return gate.bias + float(standard @ np.asarray(gate.weights))


def _colours(half: Image.Image) -> NDArray[np.float64]:
    """Where in colour space the pixels lie: skin is a small region of it, and gel, glass and polariser narrow it."""
    red, green, blue = (np.asarray(plane).ravel() for plane in half.split())
    both = np.add(red, green, dtype=np.int16)
    light = ((both + blue) // 3).astype(np.uint8)  # three times 255 fits
    most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    chroma, warm, yellow = most - least, np.subtract(red, green, dtype=np.int16), (both >> 1) - blue
    count = red.size
    skin = np.clip((warm + 32) >> 4, 0, 6) * 7 + np.clip((yellow + 32) >> 4, 0, 6)
    shares = [
        np.bincount(skin, minlength=49) / count,
        _shares(light, range(32, 256, 32), count),
        _shares(chroma, range(16, 160, 16), count),
    ]
    code = (red & 0xF0).astype(np.uint16) << 4 | (green & 0xF0) | blue >> 4
    share = np.bincount(code, minlength=4096) / count
    used = share[share > 0]
    extremes = [np.count_nonzero(mask) / count for mask in (least >= 250, most <= 8, chroma <= 2, blue > red)]
    spread = [value for plane in (light, chroma, warm, yellow) for value in _mean_and_spread(plane)]
    variety = [np.log(len(used)), -(used * np.log(used)).sum()]
    # Shares are taken by their roots, which keeps a bin with few pixels from going unheard.
    return np.concatenate([*map(np.sqrt, shares), extremes, np.array(spread) / 255, variety])


def _shares(values: NDArray[np.unsignedinteger], starts: Sequence[int], count: int) -> NDArray[np.float64]:
    """Shares of bins that begin at 0 and at each of the starts; a few comparisons are quicker than a histogram.

    Args:
        values: What is counted.
        starts: Ascending.
        count: Number of values, without zeros that do not count.
    """
    at_least = np.array([count, *(np.count_nonzero(values >= start) for start in starts), 0])
    return np.asarray((at_least[:-1] - at_least[1:]) / count)


def _mean_and_spread(values: NDArray[np.integer]) -> tuple[float, float]:
    floats = values.astype(np.float32)  # whole numbers, so that their sum is next to exact
    mean = float(floats.sum()) / floats.size
    floats -= np.float32(mean)
    return mean, math.sqrt(float((floats * floats).sum()) / floats.size)


def _edges(*greys: Bytes) -> NDArray[np.float64]:
    """How steep brightness changes are at three scales, which way they run, and how much of it is noise."""
    found: list[NDArray[np.float64]] = []
    means: list[float] = []
    for scale, grey in enumerate(greys):
        left, right, above, below = _neighbours(grey)
        across, down = _difference(left, right, grey), _difference(above, below, grey)
        size = np.add(across, down, dtype=np.uint16)  # at most 510
        count = (grey.shape[0] - 2) * (grey.shape[1] - 2)
        means.append(float(size.sum(dtype=np.uint32)) / count)
        found.append(np.sqrt(_shares(size, _STEPS, count)))
        if scale == 1:
            octant = (right > left) * np.uint8(4) + (below > above) * np.uint8(2) + (across > down)
            turns = np.bincount(octant, size, 8) / max(float(size.sum()), 1.0)
            # Straight lines along the sides are a document, a screen or a building; skin knows no direction.
            aligned = np.count_nonzero((across == 0) != (down == 0)) / count
            bent = [
                np.count_nonzero(one > 3 * np.minimum(other, 85)) / count
                for one, other in ((across, down), (down, across))
            ]
            entropy = -(turns * np.log(turns + _TINY)).sum()
            found.append(np.array([aligned, *bent, abs(bent[0] - bent[1]), entropy, turns.max()]))
    wide = greys[0].astype(np.int16)
    bends = np.abs(wide[:, 2:] - 2 * wide[:, 1:-1] + wide[:, :-2])
    ripple = float(bends.sum(dtype=np.uint32)) / bends.size
    logs = np.log(np.array(means) + _TINY)
    found.append(np.array([*logs, *np.diff(logs), np.log(ripple + _TINY), np.log(ripple + _TINY) - logs[0]]))
    return np.concatenate(found)


def _neighbours(grey: Bytes) -> tuple[Bytes, Bytes, Bytes, Bytes]:
    """What lies left, right, above and below of each pixel: uint8 [(H - 2) * W] each, without first and last row.

    Rows run on into each other, so that all bytes lie side by side and the processor takes many at a time; first and
    last columns mean nothing.
    """
    flat, width = grey.ravel(), grey.shape[1]
    return flat[width - 1 : -width - 1], flat[width + 1 : 1 - width], flat[: -2 * width], flat[2 * width :]


def _difference(one: Bytes, other: Bytes, grey: Bytes) -> Bytes:
    """The absolute difference of two neighbours, 0 in the first and last column of the picture."""
    found = np.maximum(one, other) - np.minimum(one, other)
    width = grey.shape[1]
    found.reshape(-1, width)[:, :: width - 1] = 0
    return found


def _layout(half: Image.Image) -> NDArray[np.float64]:
    """What is where: rings round the middle, and sides against each other."""
    coarse = np.asarray(half.resize((_GRID, _GRID), Image.Resampling.BOX, reducing_gap=2.0)).astype(np.float32) / 255
    red, green, blue = coarse[..., 0].ravel(), coarse[..., 1].ravel(), coarse[..., 2].ravel()
    light = (red + green + blue) / 3
    planes = np.stack([light, red - green, (red + green) / 2 - blue])
    rings = planes @ _RING_WEIGHTS.T
    spread = np.sqrt(np.maximum((planes**2) @ _RING_WEIGHTS.T - rings**2, 0))
    square = planes.reshape(3, _GRID, _GRID)
    middle = _GRID // 2
    sides = [np.abs(square[:, :, :middle].mean((1, 2)) - square[:, :, middle:].mean((1, 2)))]
    sides += [np.abs(square[:, :middle].mean((1, 2)) - square[:, middle:].mean((1, 2)))]
    corners = np.sort(square[0, [0, 0, -1, -1], [0, -1, 0, -1]])
    contrast = rings[:, 0] - rings[:, -1]
    parts = [rings.ravel(), spread.ravel(), *sides, corners, contrast, np.abs(contrast)]
    return np.concatenate(parts)


def _octaves(greys: list[Image.Image]) -> NDArray[np.float64]:
    """For each size of detail, its strength, its lean to dark or light, and its peakedness.

    A lesion that fills the frame is strong at the coarse end; a mole seen from further away is a rare dark spot at the
    fine end.

    Args:
        greys: The frame at one size after the other, each half as large as the one before.
    """
    found: list[float] = []
    for grey, smaller in pairwise(greys):
        again = smaller.resize(grey.size, Image.Resampling.BILINEAR)
        detail = np.subtract(np.asarray(grey), np.asarray(again), dtype=np.float32)
        squares = detail * detail
        power = float(squares.sum()) / detail.size + _TINY
        lean = float((squares * detail).sum()) / detail.size / power**1.5
        peak = float((squares * squares).sum()) / detail.size / power**2
        rare = math.copysign(math.log1p(abs(lean)), lean)
        ends = float(detail.min()), float(detail.max())
        found += [math.log(power), rare, math.log1p(peak), ends[0] / 255, ends[1] / 255]
    return np.array(found)
