"""Stability: the same lesion looked at some tens of times, a little differently each time.

A camera is never held twice in the same way. What an answer does when the picture is turned, shifted, cropped closer
and exposed a little differently tells how much of it hangs on that.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.classifier import Classifier
from kndnet_desktop.core.images import Pixels
from kndnet_desktop.core.records import Finding, Prediction, Spread
from kndnet_desktop.core.trust import probabilities

VIEWS = 24
UNSTABLE = Finding("unstable", "Small changes of the photo change the answer; take another photo and compare.")

_CROP = 0.95  # share of the side that the closest view shows of what its turn leaves of the frame
_ANGLE = 4.0  # degrees, to either side; more would cut away so much that every view were a closer one
_EXPOSURE = 0.08  # gain, to either side
_LOW, _HIGH = 10, 90  # percentiles that the band spans


def views(doubled: Image.Image) -> Pixels:
    """Render the views of a frame; always the same ones, so that the same picture gives the same band.

    Args:
        doubled: The frame at twice the size of the network's input, mode ``RGB`` (`images.to_doubled`).

    Returns:
        uint8 [VIEWS, h, w, 3] of the network's input size. Every view lies within the frame: nothing is padded.
    """
    width, height = doubled.size
    rng = np.random.default_rng(0)
    rendered = []
    for number in range(VIEWS):
        angle = np.deg2rad(rng.uniform(-_ANGLE, _ANGLE))
        cos, sin = np.cos(angle), abs(np.sin(angle))
        # The largest frame of this shape that stays inside the picture when it is turned.
        fits = min(width / (width * cos + height * sin), height / (width * sin + height * cos))
        zoom = fits * rng.uniform(_CROP, 1)
        room_x = (width - zoom * (width * cos + height * sin)) / 2
        room_y = (height - zoom * (width * sin + height * cos)) / 2
        centre = width / 2 + rng.uniform(-1, 1) * room_x, height / 2 + rng.uniform(-1, 1) * room_y
        flip_x, flip_y = (1 - 2 * (number & 1)), (1 - 2 * (number >> 1 & 1))
        a, b = 2 * zoom * cos * flip_x, -2 * zoom * np.sin(angle) * flip_y
        d, e = 2 * zoom * np.sin(angle) * flip_x, 2 * zoom * cos * flip_y
        half = width / 4, height / 4  # centre of the view, in its own pixels
        matrix = (a, b, centre[0] - a * half[0] - b * half[1], d, e, centre[1] - d * half[0] - e * half[1])
        view = doubled.transform((width // 2, height // 2), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
        gain = 1 + rng.uniform(-_EXPOSURE, _EXPOSURE)
        rendered.append(np.clip(np.asarray(view, np.float32) * np.float32(gain) + 0.5, 0, 255).astype(np.uint8))
    return np.stack(rendered)


def spread(model: Classifier, doubled: Image.Image, answer: Prediction) -> Spread:
    """Ask about all views, each in a run of its own: together their maps leave the processor's cache.

    Args:
        model: Who is asked.
        doubled: The frame at twice the size of the network's input.
        answer: What the model says of the frame itself. The band holds it too: every view is a little closer than the
            frame, and an answer beside its own band would look like a mistake.
    """
    card = model.card
    logits = np.concatenate([model.run(view[None]).logits for view in views(doubled)])
    shares = probabilities(logits, card.calibration, answer.mode)
    malignant = shares[:, [label.malignant for label in card.labels]].sum(1)
    bands = {code: _band(shares[:, row], answer.probabilities[code]) for row, code in enumerate(card.codes)}
    return Spread(
        views=VIEWS,
        low={code: low for code, (low, _) in bands.items()},
        high={code: high for code, (_, high) in bands.items()},
        p_malignant=_band(malignant, answer.p_malignant),
        flips=float((shares.argmax(1) != card.codes.index(answer.top)).mean()),
    )


def remark(found: Spread, card: ModelCard) -> tuple[Finding, ...]:
    """Return the remark on an answer that moves much, if the card says how much that is."""
    stability = card.trust.stability
    return (UNSTABLE,) if stability and found.flips >= stability.unstable else ()


def _band(shares: NDArray[np.floating], own: float) -> tuple[float, float]:
    low, high = np.percentile(shares, (_LOW, _HIGH))
    return min(float(low), own), max(float(high), own)
