"""The quality of a picture: focus, exposure, framing and artefacts, each a named flag with what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image, ImageFilter

from kndnet_desktop.core import artefacts
from kndnet_desktop.core.artefacts import Floats, Found, Frame, Mask
from kndnet_desktop.core.evidence import Quality
from kndnet_desktop.core.images import Pixels
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


def inspect(pixels: Pixels, quality: Quality) -> Inspection:
    """Inspect a frame.

    Args:
        pixels: The frame as `images.JUDGED` has it, uint8 [H, W, 3], sRGB (`images.to_doubled`).
        quality: The card's limits; a flag without one is off.
    """
    frame, found, between = _look(pixels)
    codes = [code for code in SENTENCES if found[code] > quality.limits.get(code, np.inf)]
    masks = {code: frame.cropped(between[code].where()) for code in codes if code in between}
    findings = tuple(Finding(code, SENTENCES[code]) for code in codes)
    return Inspection(findings, {code: mask for code, mask in masks.items() if mask.any()})


def measure(pixels: Pixels) -> dict[str, float]:
    """Measure a frame: for each code of `SENTENCES` a number that is larger where the defect is worse.

    The units are: ``blurred`` the logarithm to base 2 of the contrast of the sharpest places over two pixels against
    that over one; ``dark`` and ``bright`` grey levels; ``cut-off`` percent of the border; ``small`` minus the logarithm
    to base 2 of the lesion's share; ``glare``, ``hair`` and ``ink`` percent of what is seen; ``ruler`` and ``bubbles``
    percent of a perfect one.

    Args:
        pixels: As for `inspect`.
    """
    return _look(pixels)[1]


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
    colour = np.concatenate([pixels * known[:, :, None], known[:, :, None]], 2).astype(np.float32)
    filled = _filled(colour)[:, :, :3]
    painted = pixels.copy()
    painted[mask] = np.clip(np.rint(filled[mask]), 0, 255)
    return painted


def _filled(colour: Floats) -> Floats:
    """Fill float32 [H, W, 4] where the last channel, the weight, is below 1; the others come multiplied by it."""
    if colour[:, :, 3].min() >= 1 or min(colour.shape[:2]) < 2:
        return np.asarray(colour / np.maximum(colour[:, :, 3:], 1e-6), np.float32)
    height, width = colour.shape[:2]
    even = np.pad(colour, ((0, height % 2), (0, width % 2), (0, 0)))
    sums = even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2, 4).sum((1, 3))
    # What is known of one pixel of four is known of all: only empty ones are left to the next level.
    coarse = _filled(sums / np.maximum(sums[:, :, 3:], 1))
    size = even.shape[1], even.shape[0]
    planes = [Image.fromarray(np.ascontiguousarray(coarse[:, :, channel])) for channel in range(4)]
    finer = np.stack([np.asarray(plane.resize(size, Image.Resampling.BILINEAR)) for plane in planes], 2)
    return np.asarray(colour + (1 - colour[:, :, 3:]) * finer[:height, :width], np.float32)


def _look(pixels: Pixels) -> tuple[Frame, dict[str, float], dict[str, Found]]:
    frame = Frame.of(pixels)
    lesion = _find_lesion(frame)
    between = {
        "hair": artefacts.hair(frame),
        "ink": artefacts.ink(frame, lesion),
        "ruler": artefacts.ruler(frame),
        "bubbles": artefacts.bubbles(frame),
    }
    found = {"blurred": _blur(frame), **_exposure(frame), **_framing(frame, lesion)}
    return frame, found | {code: each.value for code, each in between.items()}, between


def _blur(frame: Frame) -> float:
    """How little the sharpest places differ from their next neighbours, against those two pixels away."""
    grey = frame.grey.astype(np.int16)
    up, down, left, right = grey[:-2, 1:-1], grey[2:, 1:-1], grey[1:-1, :-2], grey[1:-1, 2:]
    fine = np.abs(4 * grey[1:-1, 1:-1] - up - down - left - right)
    wide = np.abs(down - up) + np.abs(right - left)
    seen = artefacts.doubled(artefacts.doubled(frame.seen))[1:-1, 1:-1]
    sharpest = max(1, int(_SHARPEST * seen.size))
    ends = [float(np.partition((each * seen).ravel(), -sharpest)[-sharpest:].mean()) for each in (fine, wide)]
    # The constants keep noise of a level or so from looking sharp where there is nothing else.
    return float(np.log2((ends[1] + 4) / (ends[0] + 1)))


def _exposure(frame: Frame) -> dict[str, float]:
    seen = frame.seen
    light = frame.grey.reshape(seen.shape[0], 4, seen.shape[1], 4)[:, 1, :, 1]
    light = light[seen] if seen.any() else light.ravel()
    # Of the skin, whatever the lesion: the lighter quarter for too dark a picture, less for too bright a one.
    middle, upper = np.percentile(light, [40, 75])
    red, green, blue = (frame.pixels[:, :, channel] for channel in range(3))
    white = np.minimum(np.minimum(red, green), blue) > _WHITE
    return {"dark": 255 - float(upper), "bright": float(middle), "glare": frame.percent(white)}


def _framing(frame: Frame, lesion: Mask) -> dict[str, float]:
    # The outermost pixels belong to the lens on some cameras.
    border = np.concatenate([lesion[1], lesion[-2], lesion[:, 1], lesion[:, -2]])
    share = float(lesion.sum()) / max(int(frame.seen.sum()), 1)
    return {"cut-off": 100 * float(border.mean()), "small": -float(np.log2(max(share, _LEAST_SHARE)))}


def _find_lesion(frame: Frame) -> Mask:
    """Where the lesion is: the largest dark patch, bool [H / 4, W / 4]; light is judged in green.

    The skin's brightness may fall towards the border; it is taken from rings around the middle.
    """
    seen = frame.seen
    if not seen.any():
        return seen
    green = np.ascontiguousarray(frame.pixels[::2, ::2, 1])
    bare = Image.fromarray(artefacts.closed(green, 3)).reduce(2).filter(ImageFilter.BoxBlur(1))  # without hair
    light = np.asarray(bare).astype(np.float32)
    height, width = light.shape
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    radius = np.hypot(y * height, x * width) / np.hypot(height, width)
    skin = float(np.percentile(light[seen], _SKIN))
    radii, levels = [_RINGS[0]], [skin]
    for inner, outer in pairwise(_RINGS):
        ring = light[(radius >= inner) & (radius < outer) & seen]
        if ring.size > 8:
            radii.append((inner + outer) / 2)
            levels.append(min(levels[-1], float(np.percentile(ring, _SKIN))))
    depth = np.interp(radius, radii, levels).astype(np.float32) - light
    deepest = float(np.percentile(depth[seen], 99.5))
    dark = (depth > _EDGE * max(deepest, 1)) & seen
    inside = np.clip(depth * dark, 0, 255).astype(np.uint8)
    dense = np.asarray(Image.fromarray(inside).filter(ImageFilter.BoxBlur(3))) * dark * (1.3 - radius)
    seed = np.zeros_like(dark)
    seed.ravel()[dense.argmax()] = True
    return _connected(seed, dark)


def _connected(seed: Mask, mask: Mask) -> Mask:
    """The part of a mask that hangs together with the seed, around at most eight bends."""
    found = seed & mask
    for _ in range(8):
        before = int(found.sum())
        found = _runs(_runs(found, mask).T, mask.T).T
        if int(found.sum()) == before:
            break
    return found


def _runs(seed: Mask, mask: Mask) -> Mask:
    """All unbroken runs of the mask along rows that hold some of the seed."""
    ends = np.pad(~mask, ((0, 0), (0, 1)), constant_values=True)
    number = np.cumsum(ends).reshape(ends.shape)[:, :-1]
    chosen = np.zeros(ends.size + 1, bool)
    chosen[number[seed]] = True
    return chosen[number] & mask
