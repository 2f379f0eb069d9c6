"""A frame of a picture and what the search for artefacts needs of it, computed once: reductions, strokes, lines.

Lengths are in pixels of a frame of about 240 x 320; constants in halved pixels say so. Whatever can be is done on
reduced pictures and on bytes, because every picture of a batch comes through here.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kndnet_desktop.core.images import Pixels
from kndnet_desktop.core.masks import Bytes, Floats, Mask, closed, doubled, grown, planes, share, to_side

_LEAST = 32  # pixels a side; smaller frames are padded by their edge, so that every window below fits
_UNIT = 4  # sides are padded to multiples of this, so that halves of halves are whole
_SURROUND = 64  # grey levels that the surround of an eyepiece stays below

_LINE_WIDTH = 7  # pixels; dark structures thinner than this are looked at
_LINE_DEEPEST = 40  # grey levels beyond which depth does not count, so that one black dot makes no line
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


@dataclass(frozen=True, eq=False)
class Frame:
    """A frame and its reductions, computed once for all measures.

    Attributes:
        image: Mode ``RGB``, sRGB, padded to whole quarters.
        height: Height before padding.
        width: Width before padding.
    """

    image: Image.Image
    height: int
    width: int

    @classmethod
    def of(cls, pixels: Image.Image | Pixels) -> Self:
        """Take a frame, mode ``RGB`` or uint8 [H, W, 3], of any size but none."""
        image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
        width, height = image.size
        down, right = (max(_LEAST, -(-side // _UNIT) * _UNIT) - side for side in (height, width))
        if down or right:
            image = Image.fromarray(np.pad(np.asarray(image), ((0, down), (0, right), (0, 0)), mode="edge"))
        return cls(image, height, width)

    @cached_property
    def colours(self) -> tuple[Bytes, Bytes, Bytes]:
        """Red, green and blue, uint8 [H, W] each: side by side, bytes are computed with several times faster."""
        return planes(self.image)

    @cached_property
    def grey(self) -> Bytes:
        """Luma, uint8 [H, W]."""
        return np.asarray(self.image.convert("L"))

    @cached_property
    def quarter(self) -> tuple[Bytes, Bytes, Bytes]:
        """Averages of four by four pixels of each colour, uint8 [H / 4, W / 4] each."""
        return planes(self.image.reduce(4))

    @cached_property
    def seen(self) -> Mask:
        """Where the eyepiece shows skin, bool [H / 4, W / 4]; its dark surround is left out.

        The surround is dark all the way to an upright and to a level side: it holds the corners, which a lesion that
        runs out of the frame hardly ever does.
        """
        red, green, blue = self.quarter
        light = np.maximum(np.maximum(red, green), blue)
        dark: Mask = light < min(_SURROUND, 0.5 * float(np.median(light)))
        if not dark.any():
            return ~dark
        surround = grown(to_side(dark, 0) & to_side(dark, 1), 2)
        return ~surround

    @cached_property
    def depth(self) -> Bytes:
        """How much darker than its surroundings each pixel of a thin structure is, uint8 [H, W].

        In red light, in which vessels hardly show and hair, ink and print do.
        """
        red = self.colours[0]
        return closed(red, _LINE_WIDTH) - red

    @cached_property
    def strokes(self) -> Bytes:
        """The largest `depth` of two by two pixels within the eyepiece, uint8 [H / 2, W / 2]."""
        rows = np.maximum(self.depth[::2], self.depth[1::2])
        return np.asarray(np.maximum(rows[:, ::2], rows[:, 1::2]) * doubled(self.seen))

    @cached_property
    def lines(self) -> tuple[Floats, Floats]:
        """Means of `strokes`, none counted deeper than 40, along lines of about sixteen of its pixels.

        Float32 [H / 2, W / 2] each: the largest of all directions through a pixel, and their mean.
        """
        strokes = np.minimum(self.strokes, _LINE_DEEPEST)
        height, width = strokes.shape
        # Zeros all around, so that steps through all rows as one long row never meet the next row's pixels.
        flat = np.zeros((height + 2 * _MARGIN, width + 2 * _MARGIN), np.uint16)
        flat[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN] = strokes
        stride = flat.shape[1]
        best, total = np.zeros((2, *strokes.shape), np.float32)
        for (down, across), count in _DIRECTIONS:
            sums = _run_sums(flat.ravel(), down * stride + across, count)
            start = (_MARGIN - down * count // 2) * stride + _MARGIN - across * count // 2
            means = sums[start : start + height * stride].reshape(height, stride)[:, :width] / np.float32(count)
            np.maximum(best, means, out=best)
            total += means
        return best, total / len(_DIRECTIONS)

    def percent(self, mask: Mask) -> float:
        """Share of a mask of any resolution, in percent of what is seen."""
        return 100 * min(1.0, share(mask) / max(share(self.seen), 0.01))

    def cropped(self, mask: Mask) -> Mask:
        """Undo the padding of a mask [H, W]."""
        return mask[: self.height, : self.width]


def _run_sums(values: NDArray[np.uint16], step: int, count: int) -> NDArray[np.uint16]:
    """Sum of each value and the next ``count - 1`` that lie ``step`` apart, by doubling."""
    power, span = values, 1
    while not count & span:
        power = power[: -span * step] + power[span * step :]
        span *= 2
    total, done = power, span
    while done < count:
        power = power[: -span * step] + power[span * step :]
        span *= 2
        if count & span:
            fresh = power[done * step :]
            total = total[: len(fresh)] + fresh
            done += span
    return total
