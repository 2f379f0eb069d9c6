"""The quality of a picture: focus, exposure, framing and artefacts, each a named flag with what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kndnet_desktop.core.evidence import Quality
from kndnet_desktop.core.images import Pixels
from kndnet_desktop.core.records import Finding

Mask = NDArray[np.bool_]


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
        pixels: The frame at twice the size of the network's input, uint8 [H, W, 3], sRGB (`images.to_doubled`).
        quality: The card's limits.
    """
    del pixels, quality
    return Inspection((), {})


def paint_over(pixels: Pixels, mask: Mask) -> Pixels:
    """Return the frame with what the mask covers painted over from around it."""
    del mask
    return pixels
