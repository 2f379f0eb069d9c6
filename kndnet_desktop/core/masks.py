"""Arithmetic on masks and on planes of bytes: widening and narrowing, windows, reductions.

Every picture of a batch comes through here, so work is done on bytes that lie side by side, of which processors take
many at a time.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Mask = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def grown(mask: Mask, by: int) -> Mask:
    """Widen a mask by so many pixels to all sides."""
    return dilated(mask.view(np.uint8), 2 * by + 1).view(np.bool_)


def doubled(mask: Mask) -> Mask:
    """Make two by two pixels of each."""
    twice = mask.astype(np.uint16) * np.uint16(257)  # each byte once more beside itself
    return twice.view(np.bool_).repeat(2, 0)


def spread(mask: Mask, over: Mask, steps: int) -> Mask:
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


def _windows(values: Bytes, size: int, before: int, pick: np.ufunc) -> Bytes:
    height, width = values.shape
    # What never is picked lies around. Rows run on into each other, as that is several times faster: what is wrong
    # for it ends up in the columns, and the row, beyond the last.
    neutral = 0 if pick is np.maximum else 255
    padded = np.full((height + size, width + size - 1), neutral, np.uint8)
    padded[before : before + height, before : before + width] = values
    stride, found, span = padded.shape[1], padded.ravel(), 1
    while span < size:  # windows grow by doubling
        step = min(span, size - span)
        found = pick(found[: -step * stride], found[step * stride :])
        found = pick(found[:-step], found[step:])
        span += step
    return found[: height * stride].reshape(height, stride)[:, :width]


def to_side(dark: Mask, axis: int) -> Mask:
    """Where all from a pixel to one of the two sides that `axis` leads to is dark."""
    first = np.logical_and.accumulate(dark, axis)
    last = np.flip(np.logical_and.accumulate(np.flip(dark, axis), axis), axis)
    return np.asarray(first | last)


def around(values: NDArray[Any]) -> NDArray[Any]:
    """Sum of three by three values around each; beyond the border lie zeros."""
    rows = np.pad(values, 1)
    rows = rows[:-2] + rows[1:-1] + rows[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:])


def halved(values: Bytes) -> Bytes:
    """Averages of two by two."""
    return np.asarray(Image.fromarray(values).reduce(2))


def planes(image: Image.Image) -> tuple[Bytes, Bytes, Bytes]:
    """Red, green and blue, each on its own."""
    red, green, blue = map(np.asarray, image.split())
    return red, green, blue


def share(mask: Mask) -> float:
    """The part of a mask that is set, in [0, 1]."""
    return np.count_nonzero(mask) / mask.size


def percentile(values: NDArray[Any], percent: float) -> float:
    """NumPy's percentile, for one percentage and without its two hundred lines around the same partition."""
    place = (values.size - 1) * percent / 100
    low = int(place)
    high = min(low + 1, values.size - 1)
    ordered = np.partition(values, (low, high), None)
    below, above = float(ordered[low]), float(ordered[high])
    return below + (above - below) * (place - low)
