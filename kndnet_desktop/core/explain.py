"""Where in the picture an answer comes from: Grad-CAM heat maps, and what becomes of it when a part is covered.

The networks end in global average pooling and one linear layer. For such a head, Grad-CAM at the last convolution
equals the ReLU of that class's map up to a positive factor (Selvaraju et al. 2017, "Grad-CAM", section 3), so the
maps that the network already gives are the explanation and no gradient is needed.

Occlusion asks the network itself instead of looking into it: a patch of skin is laid over the picture, and what the
answer loses by that is what the network had from there (Zeiler and Fergus 2014, "Visualizing and understanding
convolutional networks", section 4.2).
"""

import numpy as np
from PIL import Image

from kndnet_desktop.core.classifier import Classifier, Floats
from kndnet_desktop.core.images import Box, Pixels, halved
from kndnet_desktop.core.threads import in_bands
from kndnet_desktop.core.trust import probabilities

COLOURS = "viridis"  # perceptually uniform, readable with any colour vision, and unlike any skin

SCREEN_SIDE = 320  # pixels of a map's longer side for the screen, which enlarges it: it is smooth

CELLS = 10  # of an occlusion map along the frame's longer side; a patch spans two by two of them
_ALONE = 200_000  # multiplications in one product; for more, BLAS wakes threads that other pictures' work has use for
_BORDER = 1 / 12  # of the frame's shorter side: where its skin is looked for
_DARK = 64  # a border pixel whose strongest channel is below this is no skin but the eyepiece's black corner


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


def skin_colour(doubled: Image.Image) -> tuple[int, int, int]:
    """Return the colour to cover a part of a frame with: the median of its border, black corners left out.

    Args:
        doubled: The frame, mode ``RGB``, of any size.
    """
    pixels = np.asarray(doubled)
    width = max(1, round(min(pixels.shape[:2]) * _BORDER))
    outer = np.ones(pixels.shape[:2], dtype=bool)
    outer[width:-width, width:-width] = False
    border = pixels[outer]
    bright = border[border.max(axis=1) >= _DARK]
    red, green, blue = np.median(bright if len(bright) else border, axis=0)
    return round(float(red)), round(float(green)), round(float(blue))


def covered(doubled: Image.Image, patch: Box, colour: tuple[int, int, int]) -> Image.Image:
    """Return the frame with a part covered.

    Args:
        doubled: The frame at twice the size of the network's input, mode ``RGB`` (`images.to_doubled`).
        patch: ``(left, top, right, bottom)`` in pixels of it; what lies outside is of no account.
        colour: What to cover it with (`skin_colour`).
    """
    result = doubled.copy()
    left, top, right, bottom = (round(edge) for edge in patch)
    result.paste(colour, (left, top, right, bottom))
    return result


def occlusion(model: Classifier, doubled: Image.Image, mode: str) -> Floats:
    """Find out what each place gives to each class, by covering one place after the other.

    Patches of two by two cells overlap by half, also beyond the frame's edges, so that four of them cover each cell.

    Args:
        model: Who is asked.
        doubled: The frame at twice the size of the network's input, mode ``RGB`` (`images.to_doubled`).
        mode: Calibration mode.

    Returns:
        float32 [classes, h, w]: how far the log-odds of a class fall when a cell is covered, the mean over the patches
        that cover it; negative where the place speaks against the class. `grad_cam` makes a heat map of them, scaled
        as those of the network's class maps are. Log-odds, because a probability near 1 hardly falls at all.
    """
    columns = max(2, round(CELLS * doubled.width / max(doubled.size)))
    rows = max(2, round(CELLS * doubled.height / max(doubled.size)))
    # Whole pixels of the network's input: they are twice as large here.
    across = 2 * np.linspace(0, doubled.width // 2, columns + 1).round().astype(int)
    down = 2 * np.linspace(0, doubled.height // 2, rows + 1).round().astype(int)
    colour, frames = skin_colour(doubled), [halved(doubled)]
    for row in range(-1, rows):
        for column in range(-1, columns):
            left, right = across[max(column, 0)], across[min(column + 2, columns)]
            top, bottom = down[max(row, 0)], down[min(row + 2, rows)]
            frames.append(halved(covered(doubled, (left, top, right, bottom), colour)))
    # Each in a run of its own: together their maps leave the processor's cache, and the runtime keeps their memory.
    odds = np.concatenate([_log_odds(model, frame[None], mode) for frame in frames])
    lost = (odds[0] - odds[1:]).reshape(rows + 1, columns + 1, -1)
    by_cell = (lost[:-1, :-1] + lost[1:, :-1] + lost[:-1, 1:] + lost[1:, 1:]) / 4
    return np.ascontiguousarray(by_cell.transpose(2, 0, 1), dtype=np.float32)


def _log_odds(model: Classifier, frames: Pixels, mode: str) -> Floats:
    shares = probabilities(model.run(frames).logits, model.card.calibration, mode).astype(np.float64)
    shares = shares.clip(1e-7, 1 - 1e-7)
    return np.asarray(np.log(shares / (1 - shares)), dtype=np.float32)


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
        steps = _steps(*_factors(heat, width, height))
        steps.putpalette(self._see_through, "RGBA")
        return steps.convert("RGBA")

    def for_screen(self, heat: Floats, box: Box) -> Image.Image:
        """Paint a map for the screen, which lays it over the photo and enlarges it.

        Args:
            heat: float32 [h, w] in [0, 1].
            box: The frame that the network saw, ``(left, top, right, bottom)``.

        Returns:
            As `overlay`, in the frame's shape.
        """
        width, height = box[2] - box[0], box[3] - box[1]
        scale = SCREEN_SIDE / max(width, height)
        return self.overlay(heat, max(1, round(width * scale)), max(1, round(height * scale)))

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
        narrow, across = _factors(heat, max(1, right - left), max(1, bottom - top))
        opacities = [round(step * opacity) for step in range(256)]
        result = image.copy()

        def paint(start: int, end: int) -> None:
            steps = _steps(narrow[start:end], across)
            painted = steps.getbbox()  # much of a map is empty
            if painted:
                steps = steps.crop(painted)
                mask = steps.point(opacities)
                steps.putpalette(self._colours)
                result.paste(steps.convert("RGB"), (left + painted[0], top + start + painted[1]), mask)

        in_bands(len(narrow), paint)
        return result


def _factors(heat: Floats, width: int, height: int) -> tuple[Floats, Floats]:
    """Two matrices, float32 [height, w] and [w, width], whose product is the map enlarged, in 0.5..255.5."""
    columns = heat.shape[1]
    high = Image.fromarray(heat * np.float32(255)).resize((columns, height), Image.Resampling.BICUBIC)
    # What Pillow's filter makes of single pixels are its weights; to multiply by them is faster than its filter.
    single = Image.fromarray(np.eye(columns, dtype=np.float32))
    across = np.asarray(single.resize((width, columns), Image.Resampling.BICUBIC))
    return np.asarray(high) + np.float32(0.5), across  # cut off later, so that the half makes it round


def _steps(narrow: Floats, across: Floats) -> Image.Image:
    """Multiply rows of the first of `_factors` by the second, and cut the map into 256 steps, mode ``L``."""
    height, width = len(narrow), across.shape[1]
    steps = np.empty((height, width), np.uint8)
    at_once = max(1, _ALONE // across.size)
    for start in range(0, height, at_once):
        some = narrow[start : start + at_once] @ across
        steps[start : start + at_once] = np.clip(some, 0, 255, out=some)
    return Image.fromarray(steps)
