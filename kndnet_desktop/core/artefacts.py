"""Things that lie between the lens and the lesion: hair, ink, ruler marks, bubbles; how much of each, and where.

Lengths are in pixels of a frame of about 240 x 320, twice the network's input; constants in halves or quarters say so.
Whatever can be is done on reduced pictures and on bytes, because every picture of a batch comes through here. The
constants were chosen by looking at pictures of HAM10000 outside fold 0; the limits of the flags are fitted
(`training.quality`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kndnet_desktop.core.frame import Frame
from kndnet_desktop.core.masks import (
    Bytes,
    Floats,
    Mask,
    around,
    closed,
    dilated,
    doubled,
    eroded,
    grown,
    halved,
    percentile,
    spread,
)

_LINE_DEPTH = 14  # grey levels by which a pixel of a hair or mark is darker than its surroundings
_LINE_LEAD = 6  # grey levels by which the mean along a hair exceeds the mean over all directions
_LINE_RATIO = 2  # and how many times as large it is; a network's is not

_INK_WIDTH = 6  # quartered pixels; a wider patch is ink only if its colour is strong
_INK_LEAD = 14  # levels by which a stroke is bluer or greener, against its red, than its surroundings
_INK_NOISE = 3  # times the lead that a quarter of the skin has; where colours are noisy, little stands out
_INK_FAINT = 15  # and than the skin
_INK_STRONG = 60  # levels by which skin is nowhere bluer or greener than elsewhere
_INK_VIVID = 110  # levels by which no lesion is, be it ever so blue
_INK_LEAST = 3  # quartered pixels of ink in three by three; fewer are noise
_INK_REACH = 16  # quartered pixels over which a blue part of a lesion is followed

_TICK_DEPTH = 20  # grey levels
_TICK_LONGEST = 24  # grey levels of the mean along a line beyond which a mark is too long for a tick
_TICK_BAND = 0.25  # of the shorter side; ticks lie no farther from a side than this
_TICK_LEAST = 12  # halved pixels that are ticks; so few tell little, twice as many are enough
_TICK_LAGS = (3, 36)  # halved pixels from a tick to the next
_TICK_AMONG = 31  # halved pixels; marks no farther from each other belong together
_TICK_SLANT = 6  # halved pixels that the next tick may lie higher or lower

_RIM_WIDTH = 5  # halved pixels; a rim is thinner
_RIM_RISE = 12  # grey levels by which a rim is brighter than its surroundings
_RIM_SLOPE = 4  # grey levels over two halved pixels; flatter has no direction
_RADII = (5, 6.5, 8, 10, 12.5)  # of bubbles, in halved pixels
_RING_LENGTHS = 2 * np.pi * np.array(_RADII)
_RINGS = 16  # at most so many are painted over
_RING_LEAST = 0.3  # votes for each halved pixel of a ring that is painted over
_RING_MARGIN = 15  # halved pixels beyond the frame in which a ring may have its middle


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found of one defect.

    Attributes:
        value: The measure; larger is worse.
        where: Makes the mask of what is to be painted over, bool [H, W] of the padded frame; few pictures need it.
            None where nothing can be.
    """

    value: float
    where: Callable[[], Mask] | None = None


def hair(frame: Frame) -> Found:
    """Find dark hairs, long thin lines, and measure their share of what is seen, in percent."""
    best, mean = frame.lines
    long = (best - mean > _LINE_LEAD) & (best > _LINE_RATIO * mean)
    sure = doubled(grown(long, 1)) & (frame.depth > _LINE_DEPTH)

    def where() -> Mask:
        # The ends of a hair, and where it meets others, are no lines by themselves.
        whole = spread(long, frame.strokes > _TICK_DEPTH, 8)
        return grown(sure | (doubled(whole) & (frame.depth > _LINE_DEPTH)), 1)

    return Found(frame.percent(sure), where)


def ink(frame: Frame, lesion: Mask) -> Found:
    """Find marks of a pen, strokes of a violet, blue or green that the skin around does not have.

    Measures their share of what is seen, in percent.

    Args:
        frame: The frame.
        lesion: Where the lesion is, bool [H / 4, W / 4]. Lesions may be blue; there, and in blue parts that hang
            together with it, only a vivid colour is ink, for what is called ink is painted over.
    """
    red, green, blue = (plane.astype(np.int16) for plane in frame.quarter)
    cold = np.clip(np.maximum(blue, green) - red + 128, 0, 255).astype(np.uint8)
    lead = cold - dilated(eroded(cold, _INK_WIDTH), _INK_WIDTH)
    above = cold - max(128.0, float(np.median(cold)))
    near = grown(lesion, 2)
    skin = frame.seen & ~near
    least = max(_INK_LEAD, _INK_NOISE * percentile(lead[skin], 75)) if skin.any() else _INK_LEAD
    stroke = (lead > least) & (above > _INK_FAINT)
    vivid = above > _INK_VIVID
    sure = ((stroke | (above > _INK_STRONG)) & skin) | vivid
    sure &= around(sure.astype(np.uint8)) >= _INK_LEAST
    if sure.any():
        skin &= ~spread(near, above > _INK_FAINT, _INK_REACH)
        sure &= skin | vivid

    def where() -> Mask:
        faint = (lead > least / 2) & (above > _INK_FAINT / 2) & skin
        return doubled(doubled(grown(spread(sure, faint, 3), 1)))

    return Found(frame.percent(sure), where)


def ruler(frame: Frame) -> Found:
    """Find a scale: short dark marks along a side of the frame that repeat at even distances.

    Measures how regular the marks along the best side are, in percent.
    """
    ticks = (frame.strokes > _TICK_DEPTH) & (frame.lines[0] < _TICK_LONGEST)
    deep = round(_TICK_BAND * min(ticks.shape))
    # Each side lies along the first rows in turn.
    bands = [np.rot90(ticks, turns)[:deep] for turns in range(4)]
    scores = _regularities(bands)
    best = int(scores.argmax())

    def where() -> Mask:
        marks = np.zeros_like(ticks)
        np.rot90(marks, best)[:deep] = bands[best]
        # Longer marks and a line along them are no ticks, but lie among them.
        among = grown(closed(marks.view(np.uint8), _TICK_AMONG).view(np.bool_), 3)
        return grown(doubled(among) & (frame.depth > _LINE_DEPTH), 1)

    return Found(100 * float(scores[best]), where)


def bubbles(frame: Frame, lesion: Mask) -> Found:
    """Find bubbles, thin bright rings, by votes of their rims for their centres.

    Ballard 1981, "Generalizing the Hough transform to detect arbitrary shapes". Measures the votes for the best ring,
    in percent of its length in halved pixels.

    Args:
        frame: The frame.
        lesion: Where the lesion is, bool [H / 4, W / 4]. Lesions have rings of their own; only rims on skin count.
    """
    grey = closed(halved(frame.grey), _RIM_WIDTH)  # without hair: skin that shows between hairs is no rim
    rim = (grey - dilated(eroded(grey, _RIM_WIDTH), _RIM_WIDTH) > _RIM_RISE) & doubled(frame.seen & ~lesion)
    votes = _ring_votes(grey, rim)

    def where() -> Mask:
        discs = np.zeros_like(rim)
        y, x = np.ogrid[: rim.shape[0], : rim.shape[1]]
        for row, column, radius in _rings(votes):
            discs |= (y - row) ** 2 + (x - column) ** 2 < (radius + 2) ** 2
        return doubled(grown(rim & discs, 1))

    return Found(100 * float((votes.max((1, 2)) / _RING_LENGTHS).max()), where)


def _regularities(bands: Sequence[Mask]) -> Floats:
    """How evenly marks repeat along the rows of each band, from 0 to 1.

    Their autocorrelation has peaks at the step from one to the next and at twice that, and none halfway between.

    Args:
        bands: As many rows each.
    """
    scores = np.zeros(len(bands), np.float32)
    counts = np.array([np.count_nonzero(band) for band in bands])
    enough = [number for number, count in enumerate(counts) if count >= _TICK_LEAST]
    if not enough:
        return scores
    rows = len(bands[0])
    columns = max(band.shape[1] for band in bands) + 2 * _TICK_LAGS[1]
    # Zeros keep the ends from meeting; the transform is fast where the length has small factors only.
    marks = np.zeros((len(enough), rows + 2 + 2 * _TICK_SLANT, -(-columns // 16) * 16), np.uint8)
    for number, band in enumerate(enough):
        marks[number, 2 : rows + 2, : bands[band].shape[1]] = bands[band]
    # One higher or lower is near enough, for marks that are a little slanted.
    near = (marks[:, :-2] + marks[:, 1:-1] + marks[:, 2:]).astype(np.float32)
    spectrum = np.fft.rfft2(near)
    same = np.fft.irfft2(spectrum.real**2 + spectrum.imag**2, near.shape[1:])
    after = [same[:, down, across] for down, across in _TICK_STEPS]
    lead = np.minimum(after[1], after[3]) - np.maximum(after[0], after[2])
    steady = np.clip(lead.max((1, 2)) / same[:, 0, 0], 0, 1)
    scores[enough] = steady * np.minimum(1, counts[enough] / (2 * _TICK_LEAST))
    return scores


def _tick_steps() -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows and columns to where a half, one, one and a half and two steps lead, at every slant and lag."""
    lags = np.arange(*_TICK_LAGS, 0.5)
    slants = np.arange(-_TICK_SLANT, _TICK_SLANT + 1)[:, None]
    return [
        (np.rint(steps * slants).astype(np.intp), np.rint(steps * lags).astype(np.intp)) for steps in (0.5, 1, 1.5, 2)
    ]


_TICK_STEPS = _tick_steps()


def _ring_votes(grey: Bytes, rim: Mask) -> NDArray[np.uint16]:
    """Votes for a ring of each radius within a pixel of each place: uint16 [radii, h, w] with a margin."""
    height, width = grey.shape
    inner = np.zeros_like(rim)
    inner[1:-1, 1:-1] = rim[1:-1, 1:-1]
    at = np.flatnonzero(inner)
    values = grey.ravel().astype(np.float32)
    down, right = values[at + width] - values[at - width], values[at + 1] - values[at - 1]
    slope = np.sqrt(down * down + right * right)
    steep = slope > _RIM_SLOPE
    y, x = np.divmod(at[steep], width)
    slope = slope[steep]
    shape = height + 2 * _RING_MARGIN, width + 2 * _RING_MARGIN
    stride, size = shape[1], shape[0] * shape[1]
    # A rim's two edges slope both ways, so its centre lies up or down the slope.
    ways = np.array([*_RADII, *(-radius for radius in _RADII)], np.float32)[:, None]
    rows = np.rint(ways * (down[steep] / slope) + (y + _RING_MARGIN))
    columns = np.rint(ways * (right[steep] / slope) + (x + _RING_MARGIN))
    places = (rows * stride + columns).astype(np.intp).reshape(2, len(_RADII), -1)
    votes = np.zeros(len(_RADII) * size, np.uint16)
    np.add.at(votes, places + size * np.arange(len(_RADII))[:, None], np.uint16(1))
    # No votes lie at the margin's border, so that rows may run on into each other.
    votes[stride:-stride] = votes[: -2 * stride] + votes[stride:-stride] + votes[2 * stride :]
    votes[1:-1] = votes[:-2] + votes[1:-1] + votes[2:]
    return votes.reshape(-1, *shape)


def _rings(votes: NDArray[np.uint16]) -> list[tuple[int, int, float]]:
    """Row, column and radius of the best rings, in halved pixels of the frame."""
    left = votes / _RING_LENGTHS[:, None, None]
    rings: list[tuple[int, int, float]] = []
    while len(rings) < _RINGS and left.max() > _RING_LEAST:
        number, row, column = (int(place) for place in np.unravel_index(left.argmax(), left.shape))
        rings.append((row - _RING_MARGIN, column - _RING_MARGIN, _RADII[number]))
        left[:, max(0, row - 5) : row + 6, max(0, column - 5) : column + 6] = 0
    return rings
