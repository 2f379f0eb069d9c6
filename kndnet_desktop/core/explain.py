"""Where in the picture an answer comes from: Grad-CAM heat maps.

The networks end in global average pooling and one linear layer. For such a head, Grad-CAM at the last convolution
equals the ReLU of that class's map up to a positive factor (Selvaraju et al. 2017, "Grad-CAM", section 3), so the
maps that the network already gives are the explanation and no gradient is needed.
"""

import numpy as np
from PIL import Image

from kndnet_desktop.core.classifier import Floats
from kndnet_desktop.core.images import Box, Pixels

COLOURS = "viridis"  # perceptually uniform, readable with any colour vision, and unlike any skin


def grad_cam(cams: Floats, index: int) -> Floats:
    """Return the Grad-CAM map of one class for one picture.

    Args:
        cams: Class maps of one picture, float32 [classes, h, w].
        index: Which class to explain.

    Returns:
        float32 [h, w] in [0, 1], scaled so that its maximum is 1; all zero where nothing speaks for the class.
    """
    positive = np.maximum(cams[index], 0)
    highest = float(positive.max())
    return np.asarray(positive / highest) if highest > 0 else positive


class HeatPainter:
    """Paints maps in colour; it holds the colour table, 256 steps from low to high."""

    def __init__(self) -> None:
        import cmap  # 50 ms that the first window need not wait for

        table = cmap.Colormap(COLOURS).lut(256)[:, :3]
        self._table: Pixels = (np.asarray(table) * 255).round().astype(np.uint8)
        # Pillow's palettes are ten times faster than looking the colours up in NumPy.
        self._colours = self._table.tobytes()
        self._see_through = np.column_stack([self._table, np.arange(256, dtype=np.uint8)]).tobytes()

    @property
    def table(self) -> Pixels:
        """The colours from low to high, uint8 [256, 3], sRGB."""
        return self._table

    def overlay(self, heat: Floats, width: int, height: int) -> Image.Image:
        """Paint a map at the size of the frame that it explains.

        Args:
            heat: float32 [h, w] in [0, 1].
            width: Width of the result in pixels.
            height: Height of the result in pixels.

        Returns:
            An ``RGBA`` picture; the map's value is both the colour and the opacity, so that what does not speak for
            the class stays visible as it was photographed.
        """
        steps = _steps(heat, width, height)
        steps.putpalette(self._see_through, "RGBA")
        return steps.convert("RGBA")

    def blend(self, image: Image.Image, heat: Floats, box: Box, opacity: float = 0.6) -> Image.Image:
        """Lay a map over the frame of the picture that it explains.

        Args:
            image: The picture, mode ``RGB``.
            heat: float32 [h, w] in [0, 1].
            box: The frame that the network saw, ``(left, top, right, bottom)`` in pixels of the picture.
            opacity: Opacity where the map is 1, in [0, 1].

        Returns:
            A new picture of the same size, mode ``RGB``.
        """
        left, top, right, bottom = (round(edge) for edge in box)
        steps = _steps(heat, right - left, bottom - top)
        mask = steps.point([round(step * opacity) for step in range(256)])
        steps.putpalette(self._colours)
        result = image.copy()
        result.paste(steps.convert("RGB"), (left, top), mask)
        return result


def _steps(heat: Floats, width: int, height: int) -> Image.Image:
    """Enlarge a map smoothly and cut it into 256 steps, mode ``L``."""
    large = Image.fromarray(heat * np.float32(255)).resize((width, height), Image.Resampling.BICUBIC)
    return large.point(lambda value: value * 1 + 0.5).convert("L")  # convert() cuts off; the half makes it round
