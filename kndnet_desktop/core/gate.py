"""Is this a dermatoscope picture at all? Asked before any answer is shown.

A logistic regression on what is cheap to see in the frame: colours, edges, layout, noise. It knows nothing of the
network, so new weights need no new gate, and has no opinion on the lesion. It keeps out what nobody meant to ask about,
and overview photos, which look enough like skin to get an answer that would mean nothing.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kndnet_desktop.core.classifier import Floats
from kndnet_desktop.core.evidence import Gate
from kndnet_desktop.core.images import Pixels

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

# A unit step of brightness is one part of 255.
_STEPS = np.array([0, 1, 2, 4, 8, 16, 32, 64, 128, 256], np.int64)


def _rings() -> NDArray[np.float32]:
    """Weights [rings, cells] that average the cells of the coarse layout at each distance from the middle."""
    along = np.abs(np.arange(_GRID) + 0.5 - _GRID / 2) / (_GRID / 2)
    radius = np.hypot(along[:, None], along[None, :]).ravel()
    ring = np.minimum((radius / 1.3 * _RINGS).astype(int), _RINGS - 1)
    chosen = (ring == np.arange(_RINGS)[:, None]).astype(np.float32)
    return np.asarray(chosen / chosen.sum(1, keepdims=True), np.float32)


_RING_WEIGHTS = _rings()
# Size of a step of brightness to the number of its bin in `_STEPS`.
_STEP_BIN = (np.searchsorted(_STEPS, np.arange(512), side="right") - 1).astype(np.uint8)


def features(pixels: Pixels) -> Floats:
    """Return what the gate judges by.

    Args:
        pixels: The frame as `images.JUDGED` has it, uint8 [H, W, 3], sRGB (`images.to_doubled`); any size of at least
            one pixel is taken.

    Returns:
        float32 [F], finite: colours, edges, layout.
    """
    image = Image.fromarray(pixels)
    if min(image.size) < _LEAST:
        image = image.resize((max(image.width, _LEAST), max(image.height, _LEAST)), Image.Resampling.BILINEAR)
    half = image.reduce(2)
    parts = [_colours(np.asarray(half)), _edges(image.convert("L"), half.convert("L")), _layout(half)]
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


def _colours(rgb: Pixels) -> NDArray[np.float64]:
    """Where in colour space the pixels lie: skin is a small region of it, and gel, glass and polariser narrow it."""
    wide = rgb.reshape(-1, 3).astype(np.int16)
    red, green, blue = wide[:, 0], wide[:, 1], wide[:, 2]
    light = (red + green + blue) // 3  # three times 255 fits
    most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    chroma, warm, yellow = most - least, red - green, (red + green) // 2 - blue
    count = len(wide)
    # Shares are taken by their roots, which keeps a bin with few pixels from going unheard.
    skin = np.clip((warm + 32) >> 4, 0, 6) * 7 + np.clip((yellow + 32) >> 4, 0, 6)
    bins = [
        np.bincount(skin, minlength=49),
        np.bincount(light >> 5, minlength=8),
        np.bincount(np.minimum(chroma >> 4, 9), minlength=10),
    ]
    code = (wide[:, 0] >> 4 << 8) | (wide[:, 1] >> 4 << 4) | (wide[:, 2] >> 4)
    share = np.bincount(code, minlength=4096) / count
    used = share[share > 0]
    extremes = [(least >= 250).mean(), (most <= 8).mean(), (chroma <= 2).mean(), (blue > red).mean()]
    spread = [value for plane in (light, chroma, warm, yellow) for value in (plane.mean(), plane.std())]
    variety = [np.log(len(used)), -(used * np.log(used)).sum()]
    return np.concatenate([np.sqrt(np.concatenate(bins) / count), extremes, np.array(spread) / 255, variety])


def _edges(full: Image.Image, half: Image.Image) -> NDArray[np.float64]:
    """How steep brightness changes are at three scales, which way they run, and how much of it is noise."""
    found: list[NDArray[np.float64]] = []
    means: list[float] = []
    for grey in (full, half, half.reduce(2)):
        values = np.asarray(grey).astype(np.int16)
        across = values[1:-1, 2:] - values[1:-1, :-2]
        down = values[2:, 1:-1] - values[:-2, 1:-1]
        size = np.abs(across) + np.abs(down)  # at most 510
        shares = np.bincount(_STEP_BIN[size.ravel()], minlength=len(_STEPS)) / size.size
        means.append(float(size.mean()))
        found.append(np.sqrt(shares))
        if grey is half:
            # Straight lines along the sides are a document, a screen or a building; skin knows no direction.
            aligned = ((across == 0) != (down == 0)).mean()
            bent = (np.abs(across) > 3 * np.abs(down)).mean(), (np.abs(down) > 3 * np.abs(across)).mean()
            octant = (across > 0) * 4 + (down > 0) * 2 + (np.abs(across) > np.abs(down))
            turns = np.bincount(octant.ravel(), weights=size.ravel(), minlength=8) / max(float(size.sum()), 1.0)
            entropy = -(turns * np.log(turns + _TINY)).sum()
            found.append(np.array([aligned, *bent, abs(bent[0] - bent[1]), entropy, turns.max()]))
        if grey is full:
            ripple = float(np.abs(values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2]).mean())
    logs = np.log(np.array(means) + _TINY)
    found.append(np.array([*logs, *np.diff(logs), np.log(ripple + _TINY), np.log(ripple + _TINY) - logs[0]]))
    return np.concatenate(found)


def _layout(half: Image.Image) -> NDArray[np.float64]:
    """What is where: rings round the middle, sides against each other, how much detail there is at each size."""
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
    parts = [rings.ravel(), spread.ravel(), *sides, corners, contrast, np.abs(contrast), *_octaves(half.convert("L"))]
    return np.concatenate(parts)


def _octaves(grey: Image.Image) -> list[NDArray[np.float32]]:
    """For each size of detail, its strength, its lean to dark or light, and its peakedness.

    A lesion that fills the frame is strong at the coarse end; a mole seen from further away is a rare dark spot at the
    fine end.
    """
    found: list[NDArray[np.float32]] = []
    for _ in range(_LEVELS - 1):
        smaller = grey.reduce(2)
        again = smaller.resize(grey.size, Image.Resampling.BILINEAR)
        detail = np.asarray(grey).astype(np.float32) - np.asarray(again)
        squares = detail * detail
        power = float(squares.mean()) + _TINY
        lean, peak = float((squares * detail).mean()) / power**1.5, float((squares * squares).mean()) / power**2
        rare = np.sign(lean) * np.log1p(abs(lean))
        found.append(
            np.array([np.log(power), rare, np.log1p(peak), detail.min() / 255, detail.max() / 255], np.float32)
        )
        grey = smaller
    return found
