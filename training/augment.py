"""Augmentation: a view is a dozen numbers, drawn once and rendered at any size.

Teacher and student may look at exactly the same view at their own resolutions (Beyer et al. 2022, "Knowledge
distillation: a good teacher is patient and consistent"), and stored views cost bytes, not pictures.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.images import Pixels, input_shape
from training.config import AugmentConfig

# Pictures are rendered in worker processes, and a worker forked from a process whose OpenCV has threads of its own
# waits for ever for threads that it does not have.
cv2.setNumThreads(1)

#: Width over height of the shapes that batches come in; `AugmentConfig.shapes` gives their shares.
ASPECTS = (4 / 3, 3 / 4, 1.0)

#: Floats in a view: 2 x 3 of geometry, then 3 x 4 of colour.
VIEW_SIZE = 18

View = NDArray[np.float32]


def view_shape(rule: InputRule, aspect: float, scale: float = 1.0) -> tuple[int, int]:
    """Height and width of a view of this aspect; `scale` shrinks the sides of the rule's nominal input."""
    smaller = InputRule(
        height=round(rule.height * scale),
        width=round(rule.width * scale),
        multiple=rule.multiple,
        max_aspect=rule.max_aspect,
    )
    return input_shape(3000, round(3000 * aspect), smaller)


def draw_view(rng: np.random.Generator, height: int, width: int, aspect: float, config: AugmentConfig) -> View:
    """Draw a view of a picture.

    Args:
        rng: source of chance.
        height: of the picture, in pixels.
        width: of the picture, in pixels.
        aspect: width over height of the view.
        config: how far it may stray.

    Returns:
        Float32 [18]: the 2 x 3 matrix from the view's coordinates to the picture's, both running from -.5 to .5 over
        each side, and the 3 x 4 matrix of the colours, on values from 0 to 1.
    """

    def around(half_width: float) -> float:
        return float(rng.uniform(-half_width, half_width))

    # A quarter turn keeps the lesion whole where the view lies the other way from the picture.
    picture = width / height
    lying = (aspect > 1) != (picture > 1) if 1 not in (aspect, picture) else rng.random() < 0.5
    turned = 1 / aspect if lying else aspect
    box_height, box_width = (1.0, turned / picture) if turned < picture else (picture / turned, 1.0)
    zoom = float(rng.uniform(config.zoom_in, config.zoom_out))
    stretch = float(np.exp(around(config.stretch)))
    if lying:
        box_height, box_width = box_width, box_height  # in the view's own orientation
    # Work in the picture's heights, where angles are angles.
    size_x = (box_width * picture if not lying else box_width) * zoom * stretch
    size_y = (box_height if not lying else box_height * picture) * zoom / stretch
    angle = np.deg2rad(around(config.rotate) + 180 * rng.integers(2) + (90 if lying else 0))
    flip = 1 - 2 * int(rng.integers(2))
    cos, sin = np.cos(angle), np.sin(angle)
    geometry = np.array([[cos * size_x * flip, -sin * size_y, 0], [sin * size_x * flip, cos * size_y, 0]])
    # The box may slide within the picture along the side that the shape cuts, and a little beyond.
    reach_x, reach_y = (abs(geometry[0, 0]) + abs(geometry[0, 1])) / 2, (abs(geometry[1, 0]) + abs(geometry[1, 1])) / 2
    geometry[0, 2] = around(max(0.0, 0.5 * picture - reach_x) * 0.5 + config.shift)
    geometry[1, 2] = around(max(0.0, 0.5 - reach_y) * 0.5 + config.shift)
    geometry[0] /= picture

    colour = np.eye(3)
    luma = np.array([0.299, 0.587, 0.114])
    saturation = 1 + around(config.saturation)
    colour = saturation * colour + (1 - saturation) * luma[None, :]
    contrast = 1 + around(config.contrast)
    gains = 1 + rng.uniform(-config.tint, config.tint, 3)
    colour = gains[:, None] * contrast * colour
    offset = np.full((3, 1), 0.5 * (1 - contrast) + around(config.brightness))
    return np.concatenate([geometry.ravel(), np.hstack([colour, offset]).ravel()]).astype(np.float32)


def render(pixels: Pixels, view: View, height: int, width: int) -> Pixels:
    """Render a view.

    Args:
        pixels: the picture, uint8 [H, W, 3].
        view: float32 [18] of `draw_view`.
        height: of the result, in pixels.
        width: of the result, in pixels.

    Returns:
        Uint8 [height, width, 3].
    """
    tall, wide = pixels.shape[:2]
    # Sampled at twice the size and averaged by twos, for want of an area-averaging warp.
    rows, columns = 2 * height, 2 * width
    geometry = view[:6].reshape(2, 3).astype(np.float64)
    to_unit = np.array([[1 / columns, 0, 0.5 / columns - 0.5], [0, 1 / rows, 0.5 / rows - 0.5], [0, 0, 1]])
    to_pixels = np.array([[wide, 0, wide / 2 - 0.5], [0, tall, tall / 2 - 0.5]])
    matrix = to_pixels @ np.vstack([geometry, [0, 0, 1]]) @ to_unit
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(pixels, matrix, (columns, rows), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    small = cv2.resize(warped, (width, height), interpolation=cv2.INTER_AREA)
    colour = view[6:].reshape(3, 4).astype(np.float64) * [1, 1, 1, 255]
    return np.asarray(cv2.transform(small, colour), np.uint8)
