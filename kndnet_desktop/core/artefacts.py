"""Things that lie between the lens and the lesion: hair, ink, ruler marks, bubbles; how much of each, and where.

Lengths are in pixels of a frame of about 240 x 320, twice the network's input; constants in halves or quarters say so.
Whatever can be is done on reduced pictures and on bytes, because every picture of a batch comes through here. The
constants were chosen by looking at pictures of HAM10000 outside fold 0; the limits of the flags are fitted
(`training.quality`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kndnet_desktop.core.images import Pixels

Mask = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_LEAST = 32  # pixels a side; smaller frames are padded by their edge, so that every window below fits
_UNIT = 4  # sides are padded to multiples of this, so that halves of halves are whole
_SURROUND = 64  # grey levels that the surround of an eyepiece stays below

_LINE_WIDTH = 7  # pixels; dark structures thinner than this are looked at
_LINE_DEPTH = 14  # grey levels by which a pixel of a hair or mark is darker than its surroundings
_LINE_DEEPEST = 40  # grey levels beyond which depth does not count, so that one black dot makes no line
_LINE_LEAD = 6  # grey levels by which the mean along a hair exceeds the mean over all directions
_LINE_RATIO = 2  # and how many times as large it is; a network's is not
#: Steps of a line through a halved picture, and how many make about sixteen of its pixels.
_DIRECTIONS = (
    ((0, 1), 16),
    ((1, 0), 16),
    ((1, 1), 12),
    ((1, -1), 12),
    ((1, 2), 8),
    ((2, 1), 8),
    ((1, -2), 8),
    ((2, -1), 8),
)
_MARGIN = 16  # halved pixels; no line is longer

_INK_WIDTH = 6  # quartered pixels; a wider patch is ink only if its colour is strong
_INK_LEAD = 14  # levels by which a stroke is bluer or greener, against its red, than its surroundings
_INK_FAINT = 15  # and than the skin
_INK_STRONG = 60  # levels by which skin is nowhere bluer or greener than elsewhere
_INK_VIVID = 110  # levels by which no lesion is, be it ever so blue
_INK_LEAST = 3  # quartered pixels of ink in three by three; fewer are noise

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
_RINGS = 16  # at most so many are painted over
_RING_LEAST = 0.3  # votes for each halved pixel of a ring that is painted over
_RING_MARGIN = 15  # halved pixels beyond the frame in which a ring may have its middle


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame and its reductions, computed once for all measures.

    Attributes:
        pixels: uint8 [H, W, 3], sRGB, padded to whole quarters.
        height: Height before padding.
        width: Width before padding.
    """

    pixels: Pixels
    height: int
    width: int

    @classmethod
    def of(cls, pixels: Pixels) -> Self:
        """Take a frame, uint8 [H, W, 3] of any size but none."""
        height, width = pixels.shape[:2]
        down, right = (max(_LEAST, -(-side // _UNIT) * _UNIT) - side for side in (height, width))
        if down or right:
            pixels = np.pad(pixels, ((0, down), (0, right), (0, 0)), mode="edge")
        return cls(pixels, height, width)

    @cached_property
    def _image(self) -> Image.Image:
        return Image.fromarray(self.pixels)

    @cached_property
    def grey(self) -> Bytes:
        """Luma, uint8 [H, W]."""
        return np.asarray(self._image.convert("L"))

    @cached_property
    def quarter(self) -> Bytes:
        """Averages of four by four pixels, uint8 [H / 4, W / 4, 3]."""
        return np.asarray(self._image.reduce(4))

    @cached_property
    def seen(self) -> Mask:
        """Where the eyepiece shows skin, bool [H / 4, W / 4]; its dark surround is left out.

        The surround is dark all the way to an upright and to a level side: it holds the corners, which a lesion that
        runs out of the frame hardly ever does.
        """
        light = self.quarter.max(2)
        dark: Mask = light < min(_SURROUND, 0.5 * float(np.median(light)))
        if not dark.any():
            return ~dark
        surround = grown(_to_side(dark, 0) & _to_side(dark, 1), 2)
        return ~surround

    @cached_property
    def depth(self) -> Bytes:
        """How much darker than its surroundings each pixel of a thin structure is, uint8 [H, W].

        In red light, in which vessels hardly show and hair, ink and print do.
        """
        red = np.ascontiguousarray(self.pixels[:, :, 0])
        return closed(red, _LINE_WIDTH) - red

    @cached_property
    def strokes(self) -> Bytes:
        """The largest `depth` of two by two pixels within the eyepiece, uint8 [H / 2, W / 2]."""
        rows = np.maximum(self.depth[::2], self.depth[1::2])
        return np.asarray(np.maximum(rows[:, ::2], rows[:, 1::2]) * doubled(self.seen))

    @cached_property
    def lines(self) -> Floats:
        """Mean of `strokes`, none counted deeper than 40, along a line through each pixel.

        float32 [directions, H / 2, W / 2]; a line is about sixteen of these pixels long.
        """
        strokes = np.minimum(self.strokes, _LINE_DEEPEST)
        height, width = strokes.shape
        # Zeros all around, so that steps through all rows as one long row never meet the next row's pixels.
        flat = np.pad(strokes, _MARGIN).astype(np.uint16).ravel()
        stride = width + 2 * _MARGIN
        means = np.empty((len(_DIRECTIONS), height, width), np.float32)
        for number, ((down, across), count) in enumerate(_DIRECTIONS):
            sums = _run_sums(flat, down * stride + across, count)
            start = (_MARGIN - down * count // 2) * stride + _MARGIN - across * count // 2
            of_pixels = sums[start : start + height * stride].reshape(height, stride)[:, :width]
            np.divide(of_pixels, count, out=means[number])
        return means

    def percent(self, mask: Mask) -> float:
        """Share of a mask of any resolution, in percent of what is seen."""
        return 100 * min(1.0, float(mask.mean()) / max(float(self.seen.mean()), 0.01))

    def cropped(self, mask: Mask) -> Mask:
        """Undo the padding of a mask [H, W]."""
        return mask[: self.height, : self.width]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found of one artefact.

    Attributes:
        value: The measure; larger is worse.
        where: Makes the mask of what is to be painted over, bool [H, W] of the padded frame; few pictures need it.
    """

    value: float
    where: Callable[[], Mask]


def hair(frame: Frame) -> Found:
    """Find dark hairs, long thin lines, and measure their share of what is seen, in percent."""
    best, mean = frame.lines.max(0), frame.lines.mean(0)
    long = (best - mean > _LINE_LEAD) & (best > _LINE_RATIO * mean)
    sure = doubled(grown(long, 1)) & (frame.depth > _LINE_DEPTH)

    def where() -> Mask:
        # The ends of a hair, and where it meets others, are no lines by themselves.
        whole = _spread(long, frame.strokes > _TICK_DEPTH, 8)
        return grown(sure | (doubled(whole) & (frame.depth > _LINE_DEPTH)), 1)

    return Found(frame.percent(sure), where)


def ink(frame: Frame, lesion: Mask) -> Found:
    """Find marks of a pen, strokes of a violet, blue or green that the skin around does not have.

    Measures their share of what is seen, in percent.

    Args:
        frame: The frame.
        lesion: Where the lesion is, bool [H / 4, W / 4]. Lesions may be blue; there only a vivid colour is ink,
            for what is called ink is painted over.
    """
    red, green, blue = (frame.quarter[:, :, channel].astype(np.int16) for channel in range(3))
    cold = np.clip(np.maximum(blue, green) - red + 128, 0, 255).astype(np.uint8)
    lead = cold - dilated(eroded(cold, _INK_WIDTH), _INK_WIDTH)
    above = cold - max(128.0, float(np.median(cold)))
    skin = frame.seen & ~grown(lesion, 2)
    stroke = (lead > _INK_LEAD) & (above > _INK_FAINT)
    sure = ((stroke | (above > _INK_STRONG)) & skin) | (above > _INK_VIVID)
    sure &= _around(sure.astype(np.uint8)) >= _INK_LEAST

    def where() -> Mask:
        faint = (lead > _INK_LEAD / 2) & (above > _INK_FAINT / 2) & skin
        return doubled(doubled(grown(_spread(sure, faint, 3), 1)))

    return Found(frame.percent(sure), where)


def ruler(frame: Frame) -> Found:
    """Find a scale: short dark marks along a side of the frame that repeat at even distances.

    Measures how regular the marks along the best side are, in percent.
    """
    ticks = (frame.strokes > _TICK_DEPTH) & (frame.lines.max(0) < _TICK_LONGEST)
    deep = round(_TICK_BAND * min(ticks.shape))
    # Each side lies along the first rows in turn.
    bands = [np.rot90(ticks, turns)[:deep] for turns in range(4)]
    scores = [_regularity(band) for band in bands]
    best = int(np.argmax(scores))

    def where() -> Mask:
        marks = np.zeros_like(ticks)
        np.rot90(marks, best)[:deep] = bands[best]
        # Longer marks and a line along them are no ticks, but lie among them.
        among = grown(closed(marks.view(np.uint8), _TICK_AMONG).view(np.bool_), 3)
        return grown(doubled(among) & (frame.depth > _LINE_DEPTH), 1)

    return Found(100 * scores[best], where)


def bubbles(frame: Frame) -> Found:
    """Find bubbles, thin bright rings, by votes of their rims for their centres.

    Ballard 1981, "Generalizing the Hough transform to detect arbitrary shapes". Measures the votes for the best ring,
    in percent of its length in halved pixels.
    """
    grey = closed(_halved(frame.grey), _RIM_WIDTH)  # without hair: skin that shows between hairs is no rim
    rim = (grey - dilated(eroded(grey, _RIM_WIDTH), _RIM_WIDTH) > _RIM_RISE) & doubled(frame.seen)
    scores = _ring_scores(grey, rim)

    def where() -> Mask:
        discs = np.zeros_like(rim)
        y, x = np.ogrid[: rim.shape[0], : rim.shape[1]]
        for row, column, radius in _rings(scores):
            discs |= (y - row) ** 2 + (x - column) ** 2 < (radius + 2) ** 2
        return doubled(grown(rim & discs, 1))

    return Found(100 * float(scores.max()), where)


def grown(mask: Mask, by: int) -> Mask:
    """Widen a mask by so many pixels to all sides."""
    return dilated(mask.view(np.uint8), 2 * by + 1).view(np.bool_)


def doubled(mask: Mask) -> Mask:
    """Make two by two pixels of each."""
    return mask.repeat(2, 0).repeat(2, 1)


def _spread(mask: Mask, over: Mask, steps: int) -> Mask:
    """Let a mask grow so many pixels over another one."""
    for _ in range(steps):
        mask = mask | (grown(mask, 1) & over)
    return mask


def closed(values: Bytes, size: int) -> Bytes:
    """Fill dark structures thinner than ``size`` pixels."""
    return eroded(dilated(values, size), size)


def dilated(values: Bytes, size: int) -> Bytes:
    """The largest value of the window of ``size`` by ``size`` pixels around each; beyond the border lies its edge."""
    return _windows(values, size, (size - 1) // 2, np.maximum)


def eroded(values: Bytes, size: int) -> Bytes:
    """The smallest value of each window; for even sizes it lies the other way, so that the two undo each other."""
    return _windows(values, size, size // 2, np.minimum)


def _windows(values: Bytes, size: int, before: int, pick: Callable[..., Any]) -> Bytes:
    found = np.pad(values, (before, size - 1 - before), mode="edge")
    span = 1
    while span < size:  # windows grow by doubling
        step = min(span, size - span)
        found = pick(found[:-step], found[step:])
        found = pick(found[:, :-step], found[:, step:])
        span += step
    return found


def _to_side(dark: Mask, axis: int) -> Mask:
    """Where all from a pixel to one of the two sides that `axis` leads to is dark."""
    first = np.logical_and.accumulate(dark, axis)
    last = np.flip(np.logical_and.accumulate(np.flip(dark, axis), axis), axis)
    return np.asarray(first | last)


def _around(values: NDArray[Any]) -> NDArray[Any]:
    """Sum of three by three values around each; beyond the border lie zeros."""
    rows = np.pad(values, 1)
    rows = rows[:-2] + rows[1:-1] + rows[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:])


def _halved(values: Bytes) -> Bytes:
    return np.asarray(Image.fromarray(values).reduce(2))


def _run_sums(values: NDArray[np.uint16], step: int, count: int) -> NDArray[np.uint16]:
    """Sum of each value and the next ``count - 1`` that lie ``step`` apart, by doubling."""
    total = np.zeros_like(values)
    power, span, done = values, 1, 0
    while True:
        if count & span:
            fresh = power[done * step :]
            total = total[: len(fresh)] + fresh
            done += span
        if 2 * span > count:
            return total
        power = power[: -span * step] + power[span * step :]
        span *= 2


def _regularity(ticks: Mask) -> float:
    """How evenly marks repeat along the rows of a band, from 0 to 1.

    Their autocorrelation has peaks at the step from one to the next and at twice that, and none halfway between.
    """
    count = int(ticks.sum())
    if count < _TICK_LEAST:
        return 0.0
    # One higher or lower is near enough, for marks that are a little slanted. Zeros keep the ends from meeting.
    near = np.pad(ticks, ((2, 2 * _TICK_SLANT), (0, 2 * _TICK_LAGS[1]))).astype(np.float32)
    near = near[:-2] + near[1:-1] + near[2:]
    same = np.fft.irfft2(np.abs(np.fft.rfft2(near)) ** 2, near.shape)
    lags = np.arange(*_TICK_LAGS, 0.5)
    slants = np.arange(-_TICK_SLANT, _TICK_SLANT + 1)[:, None]

    def after(steps: float) -> Floats:
        return np.asarray(same[np.rint(steps * slants).astype(int), np.rint(steps * lags).astype(int)])

    lead = np.minimum(after(1), after(2)) - np.maximum(after(0.5), after(1.5))
    return float(np.clip(lead.max() / same[0, 0], 0, 1)) * min(1.0, count / (2 * _TICK_LEAST))


def _ring_scores(grey: Bytes, rim: Mask) -> Floats:
    """Votes for a ring of each radius around each pixel, by the ring's length: float32 [radii, h, w] with a margin."""
    shape = grey.shape[0] + 2 * _RING_MARGIN, grey.shape[1] + 2 * _RING_MARGIN
    y, x = np.nonzero(rim[1:-1, 1:-1])
    y, x = y + 1, x + 1
    values = grey.astype(np.float32)
    down, right = values[y + 1, x] - values[y - 1, x], values[y, x + 1] - values[y, x - 1]
    slope = np.hypot(down, right)
    steep = slope > _RIM_SLOPE
    y, x, slope = y[steep] + _RING_MARGIN, x[steep] + _RING_MARGIN, slope[steep]
    down, right = down[steep] / slope, right[steep] / slope
    scores = np.empty((len(_RADII), *shape), np.float32)
    for number, radius in enumerate(_RADII):
        # A rim's two edges slope both ways, so its centre lies up or down the slope.
        rows = np.rint(np.concatenate([y + radius * down, y - radius * down])).astype(np.intp)
        columns = np.rint(np.concatenate([x + radius * right, x - radius * right])).astype(np.intp)
        votes = np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape)
        scores[number] = _around(votes.astype(np.float32)) / (2 * np.pi * radius)
    return scores


def _rings(scores: Floats) -> list[tuple[int, int, float]]:
    """Row, column and radius of the best rings, in halved pixels of the frame."""
    left = scores.copy()
    rings: list[tuple[int, int, float]] = []
    while len(rings) < _RINGS and left.max() > _RING_LEAST:
        number, row, column = (int(place) for place in np.unravel_index(left.argmax(), left.shape))
        rings.append((row - _RING_MARGIN, column - _RING_MARGIN, _RADII[number]))
        left[:, max(0, row - 5) : row + 6, max(0, column - 5) : column + 6] = 0
    return rings
