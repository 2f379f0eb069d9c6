import numpy as np
import pytest

from kndnet_desktop.core import masks


@pytest.mark.parametrize("shape", [(1, 1), (5, 40), (40, 5), (31, 32)])
@pytest.mark.parametrize("size", [2, 3, 5, 6, 7, 31])
def test_windows_hold_the_largest_and_smallest_of_what_is_there(shape: tuple[int, int], size: int) -> None:
    values = np.random.default_rng(size).integers(0, 256, shape, np.uint8)
    largest, smallest = masks.dilated(values, size), masks.eroded(values, size)
    assert largest.shape == smallest.shape == shape
    before, behind = (size - 1) // 2, size // 2
    for row, column in np.ndindex(*shape):
        up, left = max(0, row - before), max(0, column - before)
        assert largest[row, column] == values[up : row + behind + 1, left : column + behind + 1].max()
        up, left = max(0, row - behind), max(0, column - behind)
        assert smallest[row, column] == values[up : row + before + 1, left : column + before + 1].min()


def test_a_mask_is_doubled_and_its_share_stays() -> None:
    mask = np.random.default_rng(1).random((7, 9)) < 0.3
    twice = masks.doubled(mask)
    assert twice.dtype == bool
    assert np.array_equal(twice, mask.repeat(2, 0).repeat(2, 1))
    assert masks.share(twice) == masks.share(mask) == mask.mean()


def test_thin_dark_structures_are_closed_and_wide_ones_stay() -> None:
    values = np.full((30, 30), 200, np.uint8)
    values[:, 4:6] = 20
    values[:, 15:25] = 20
    closed = masks.closed(values, 5)
    assert (closed[:, :12] == 200).all()
    assert (closed[:, 15:25] == 20).all()
