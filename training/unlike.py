"""Drawings of what is not a dermatoscope picture: pages, screens, slides, textures, people, skin from further away.

Every stroke is ours and comes from a seed. Some kinds are kept aside: the gate is measured on them and never fitted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kndnet_desktop.core.images import Pixels

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Kind:
    """A kind of drawing.

    Attributes:
        draw: draws it, from a generator, on float32 [H, W, 3] in [0, 1].
        clinical: whether it stands for a photo of skin without a dermatoscope.
        kept: whether it is kept aside for the measurement.
    """

    draw: Callable[[np.random.Generator, Floats], Floats]
    clinical: bool = False
    kept: bool = False


def draw_others(seed: int, kind: str, height: int = 240, width: int = 320) -> Pixels:
    """Draw a picture that is not from a dermatoscope; the same seed draws the same picture.

    Args:
        seed: not negative.
        kind: a key of `KINDS`.
        height: in pixels, at least 64.
        width: in pixels, at least 64.

    Returns:
        uint8 [height, width, 3], sRGB.
    """
    rng = np.random.default_rng((seed, sorted(KINDS).index(kind)))
    drawn = KINDS[kind].draw(rng, np.ones((height, width, 3), np.float32))
    return np.asarray(np.clip(drawn * 255 + rng.uniform(0, 1), 0, 255), np.uint8)


def from_afar(pixels: Pixels, seed: int) -> Pixels:
    """Show the lesion of a dermatoscope picture as an ordinary camera would: small, on much skin, in room light.

    Args:
        pixels: a dermatoscope picture, uint8 [H, W, 3].
        seed: decides the rest of the picture.

    Returns:
        uint8 [240, 320, 3]; to be kept in memory only, since it holds a patient's lesion.
    """
    rng = np.random.default_rng((seed, len(KINDS)))
    height, width = 240, 320
    share = rng.uniform(0.1, 0.36)
    small = cv2.resize(pixels, (int(width * share), int(height * share)), interpolation=cv2.INTER_AREA)
    lesion = small.astype(np.float32) / 255
    rim = np.concatenate([lesion[0], lesion[-1], lesion[:, 0], lesion[:, -1]])
    surface = _skin(rng, np.ones((height, width, 3), np.float32), tone=np.median(rim, 0))
    top = int(rng.integers(4, height - small.shape[0] - 4))
    left = int(rng.integers(4, width - small.shape[1] - 4))
    area = surface[top : top + small.shape[0], left : left + small.shape[1]]
    y, x = np.mgrid[-1 : 1 : small.shape[0] * 1j, -1 : 1 : small.shape[1] * 1j].astype(np.float32)
    mask = np.clip((1 - np.hypot(x, y) + 0.08 * _field(rng, area, 4)) * 3, 0, 1)[..., None]
    area += mask * (lesion - area)
    return np.clip(_room(rng, surface) * 255, 0, 255).astype(np.uint8)


def _field(rng: np.random.Generator, like: Floats, cells: float, octaves: int = 1, stretch: float = 1.0) -> Floats:
    """Smooth noise [H, W] of mean about 0 and deviation 1, `cells` bumps from left to right, longer by `stretch`."""
    height, width = like.shape[:2]
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        across = cells * 2**octave
        shape = max(3, round(across / stretch * height / width)), max(3, round(across))
        grid = rng.standard_normal(shape, np.float32)
        total += np.asarray(cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC), np.float32) / 1.7**octave
    return np.asarray((total - total.mean()) / (total.std() + 1e-6), np.float32)


def _blurred(values: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma), np.float32)


def _colour(rng: np.random.Generator) -> tuple[float, ...]:
    return tuple(float(value) for value in rng.uniform(0, 1, 3))


def _write(
    page: Floats,
    text: str,
    at: tuple[int, int],
    size: float,
    ink: tuple[float, ...],
    font: int = cv2.FONT_HERSHEY_SIMPLEX,
) -> None:
    mask = np.zeros(page.shape[:2], np.uint8)  # OpenCV 5 writes on 8 bits only
    cv2.putText(mask, text, at, font, size, 255, 1, cv2.LINE_AA)
    page += mask[..., None] / np.float32(255) * (np.array(ink, np.float32) - page)


def _document(rng: np.random.Generator, page: Floats) -> Floats:
    """Lines of text on a sheet, perhaps with a table, slightly turned."""
    height, width = page.shape[:2]
    page *= rng.uniform(0.82, 1.0) * np.array([1, 1, rng.uniform(0.88, 1)], np.float32)
    ink = tuple(float(value) for value in rng.uniform(0, 0.3, 3))
    size, line = rng.uniform(0.25, 0.7), 0.0
    while line < height:
        line += 30 * size * rng.choice([1.0, 1.0, 1.0, 1.8])
        letters = rng.choice(list("abcdefghilmnoprstuv,.    "), int(rng.integers(15, 60)))
        _write(page, "".join(letters), (12, int(line)), size, ink, int(rng.integers(0, 5)))
    for x in rng.integers(0, width, int(rng.integers(0, 5))):
        cv2.line(page, (int(x), int(height * 0.3)), (int(x), int(height * 0.8)), ink, 1)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, 4)), float(rng.uniform(0.7, 1.6)))
    return cv2.warpAffine(page, turn, (width, height), borderValue=_colour(rng)) - np.float32(rng.uniform(0, 0.1))


def _screen(rng: np.random.Generator, page: Floats) -> Floats:
    """Windows, buttons and their words."""
    height, width = page.shape[:2]
    page *= rng.uniform(0.1, 1.0, 3).astype(np.float32)
    for _ in range(int(rng.integers(5, 25))):
        left, top = int(rng.integers(-20, width)), int(rng.integers(-20, height))
        corner = left + int(rng.integers(20, width)), top + int(rng.integers(12, height // 2))
        grey = float(rng.uniform(0.1, 1))
        shade = _colour(rng) if rng.random() < 0.3 else (grey, grey, grey)
        cv2.rectangle(page, (left, top), corner, shade, -1)
        cv2.rectangle(page, (left, top), corner, (0.4, 0.4, 0.4), 1)
        _write(page, "Open file"[: int(rng.integers(2, 9))], (left + 5, top + 14), 0.4, (0, 0, 0))
    return page


def _chart(rng: np.random.Generator, page: Floats) -> Floats:
    """Axes with bars, curves or points."""
    height, width = page.shape[:2]
    x = np.linspace(30, width - 10, int(rng.integers(6, 60)))
    for _ in range(int(rng.integers(1, 5))):
        y = height * (0.5 + 0.13 * np.cumsum(rng.normal(0, 1, len(x))) / np.sqrt(np.arange(1, len(x) + 1)))
        shade, style = _colour(rng), rng.integers(0, 3)
        for i, (at, level) in enumerate(zip(x.astype(int), y.astype(int), strict=True)):
            if style == 0:
                cv2.circle(page, (int(at), int(level)), 3, shade, -1, cv2.LINE_AA)
            elif style == 1:
                cv2.rectangle(page, (int(at), int(level)), (int(at) + 4, height - 25), shade, -1)
            elif i:
                cv2.line(page, (int(x[i - 1]), int(y[i - 1])), (int(at), int(level)), shade, 2, cv2.LINE_AA)
    cv2.line(page, (25, 10), (25, height - 22), (0, 0, 0), 1)
    cv2.line(page, (25, height - 22), (width - 8, height - 22), (0, 0, 0), 1)
    return page


def _lines(rng: np.random.Generator, page: Floats) -> Floats:
    """A line drawing: ellipses, polygons and curves, some filled."""
    height, width = page.shape[:2]
    page *= np.array(_colour(rng), np.float32) ** np.float32(0.2)
    for _ in range(int(rng.integers(4, 30))):
        points = np.cumsum(rng.normal(0, 25, (int(rng.integers(3, 9)), 2)), 0) + rng.uniform(0, 1, 2) * (width, height)
        if rng.random() < 0.25:
            cv2.fillPoly(page, [points.astype(np.int32)], _colour(rng), cv2.LINE_AA)
        cv2.polylines(page, [points.astype(np.int32)], bool(rng.random() < 0.5), (0, 0, 0), 2, cv2.LINE_AA)
    return page


def _radiograph(rng: np.random.Generator, page: Floats) -> Floats:
    """Grey shadows of soft tissue and bones on black: an X-ray picture's look, of no body."""
    height, width = page.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    grey = 0.55 * np.exp(-((x / rng.uniform(0.4, 0.9)) ** 4) - (y / rng.uniform(0.7, 1.5)) ** 4)
    bones = np.zeros((height, width), np.float32)
    for _ in range(int(rng.integers(2, 14))):
        ends = rng.uniform(-0.1, 1.1, (2, 2)) * (width, height)
        middle = ends.mean(0) + rng.normal(0, 30, 2)
        cv2.polylines(
            bones, [np.stack([ends[0], middle, ends[1]]).astype(np.int32)], False, 1.0, int(rng.integers(4, 24))
        )
    grey += rng.uniform(0.1, 0.4) * _blurred(bones, 2) + 0.05 * _field(rng, page, 6, 4)
    tint = 1 + np.array([-0.05, 0, 0.08]) * rng.uniform(0, 1)
    return np.asarray(grey[..., None] * tint + rng.normal(0, 0.015, (height, width, 1)), np.float32)


def _slide(rng: np.random.Generator, page: Floats) -> Floats:
    """Pink tissue with purple nuclei: a stained section's look."""
    page *= np.array([0.93, rng.uniform(0.6, 0.8), 0.85], np.float32) + 0.06 * _field(rng, page, 9, 4)[..., None]
    for _ in range(int(rng.integers(80, 700))):
        centre = int(rng.integers(0, page.shape[1])), int(rng.integers(0, page.shape[0]))
        shade = (float(rng.uniform(0.3, 0.5)), float(rng.uniform(0.15, 0.35)), float(rng.uniform(0.45, 0.65)))
        axes = int(rng.integers(2, 6)), int(rng.integers(2, 5))
        cv2.ellipse(page, centre, axes, float(rng.uniform(0, 180)), 0, 360, shade, -1, cv2.LINE_AA)
    return _blurred(page, float(rng.uniform(0.5, 1.2)))


def _noise(rng: np.random.Generator, page: Floats) -> Floats:
    """Noise: grey or coloured, of pixels or of patches."""
    size = int(rng.choice([1, 1, 2, 4, 16]))
    coarse = page[::size, ::size].shape
    grid = rng.normal(rng.uniform(0.2, 0.8), rng.uniform(0.05, 0.5), (*coarse[:2], int(rng.choice([1, 3]))))
    colours = np.asarray(grid * np.ones(3), np.float32)
    kind = int(rng.choice([cv2.INTER_NEAREST, cv2.INTER_CUBIC]))
    return np.asarray(cv2.resize(colours, page.shape[1::-1], interpolation=kind), np.float32)


def _clouds(rng: np.random.Generator, page: Floats) -> Floats:
    """Coloured clouds of any size."""
    cells = float(rng.uniform(2, 20))
    planes = [_field(rng, page, cells, int(rng.integers(1, 6))) for _ in range(3)]
    return np.array(_colour(rng), np.float32) + np.float32(rng.uniform(0.1, 0.5)) * np.stack(planes, -1)


def _gradient(rng: np.random.Generator, page: Floats) -> Floats:
    """One colour that runs into another, or into itself: a lens cap, a wall, a table."""
    y, x = np.mgrid[-1 : 1 : page.shape[0] * 1j, -1 : 1 : page.shape[1] * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    way = np.hypot(x, y) if rng.random() < 0.3 else np.cos(angle) * x + np.sin(angle) * y
    first, second = np.array(_colour(rng), np.float32), np.array(_colour(rng), np.float32)
    second = first + (second - first) * np.float32(rng.choice([0.0, 0.1, 1.0]))
    drawn = first + (second - first) * (way[..., None] + 1) / 2
    return np.asarray(drawn + rng.normal(0, rng.choice([0, 0.01, 0.03]), page.shape), np.float32)


def _weave(rng: np.random.Generator, page: Floats) -> Floats:
    """Cloth: two directions of thread, folds."""
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]].astype(np.float32)
    step = rng.uniform(0.5, 2.5)
    warp = 2 * _field(rng, page, 3)
    threads = np.sin(x * step + warp) * np.sin(y * step * rng.uniform(0.8, 1.2) + warp)
    light = 1 + 0.15 * threads + 0.2 * _field(rng, page, 3, 3)
    return np.asarray(np.array(_colour(rng), np.float32) * light[..., None], np.float32)


def _wood(rng: np.random.Generator, page: Floats) -> Floats:
    """Boards with grain, of the colours of skin."""
    grain = _field(rng, page, 40, 3, stretch=rng.uniform(8, 30)) + np.sin(9 * _field(rng, page, 5, 2, stretch=5))
    tone = np.array([rng.uniform(0.45, 0.85), rng.uniform(0.3, 0.6), rng.uniform(0.15, 0.45)], np.float32)
    for x in range(int(rng.integers(0, 80)), page.shape[1], int(rng.integers(60, 200))):
        page[:, x : x + 2] *= 0.4
    return page * tone * (1 + 0.09 * grain[..., None])


def _tone(rng: np.random.Generator) -> Floats:
    """A colour of skin, from pale to dark."""
    pale, dark = np.array([0.93, 0.78, 0.70]), np.array([0.33, 0.21, 0.15])
    return np.asarray(pale + (dark - pale) * rng.uniform(0, 1) ** 1.7 + rng.normal(0, 0.02, 3), np.float32)


def _skin(rng: np.random.Generator, page: Floats, tone: Floats | None = None) -> Floats:
    """Fill with skin as seen from some distance: blotches, pores, and creases that run one way."""
    tone = _tone(rng) if tone is None else tone
    blotches = 0.03 * _field(rng, page, rng.uniform(3, 8), 3)
    creases = np.abs(_field(rng, page, rng.uniform(12, 45), 2, stretch=rng.uniform(0.4, 2.5)))
    pores = rng.uniform(0.004, 0.025) * _field(rng, page, 120)
    light = 1 + blotches + pores - rng.uniform(0, 0.08) * np.exp(-((creases / 0.25) ** 2))
    redness = np.array([0, 1, 1], np.float32) * (0.03 * _field(rng, page, 4, 3))[..., None]
    return np.asarray(page * tone * light[..., None] * (1 - redness), np.float32)


def _moles(rng: np.random.Generator, page: Floats, count: int, reach: tuple[float, float]) -> Floats:
    """Lay soft brown or red spots on skin, their radius in shares of the height."""
    height, width = page.shape[:2]
    patches = 1 + 0.2 * _field(rng, page, 30, 2)
    for _ in range(count):
        mask = np.zeros((height, width), np.float32)
        centre = int(rng.uniform(0.08, 0.92) * width), int(rng.uniform(0.08, 0.92) * height)
        radius = max(1.5, rng.uniform(*reach) * height)
        cv2.ellipse(
            mask, centre, (int(radius), int(radius * rng.uniform(0.6, 1))), rng.uniform(0, 180), 0, 360, 1.0, -1
        )
        mask = _blurred(mask, 0.8 + radius * rng.uniform(0.05, 0.3))
        dye = [(0.5, 0.9, 1.2), (0.2, 0.9, 0.9)][int(rng.random() < 0.3)]
        patchy = mask * patches * np.float32(rng.uniform(0.3, 1.5))
        page = page * np.exp(-patchy[..., None] * np.array(dye, np.float32))
    return page


def _room(rng: np.random.Generator, page: Floats) -> Floats:
    """Light it as a room does: from one side, perhaps a shadow's edge or a shine, a camera's cast and blur."""
    y, x = np.mgrid[-1 : 1 : page.shape[0] * 1j, -1 : 1 : page.shape[1] * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    way = np.cos(angle) * x + np.sin(angle) * y
    light = 1 + rng.uniform(0, 0.3) * way
    if rng.random() < 0.4:
        light *= 1 - rng.uniform(0.1, 0.5) / (1 + np.exp(-(way - rng.uniform(-0.8, 0.8)) * rng.uniform(4, 40)))
    if rng.random() < 0.3:
        light += rng.uniform(0.1, 0.4) * np.exp(
            -(((x - rng.uniform(-1, 1)) ** 2 + (y - rng.uniform(-1, 1)) ** 2) / 0.1)
        )
    cast = rng.normal(1, 0.06, 3).astype(np.float32) * rng.uniform(0.75, 1.1)
    drawn = _blurred(np.asarray(page * light[..., None] * cast, np.float32), float(rng.uniform(0.3, 1.6)))
    return np.asarray(drawn + rng.normal(0, rng.uniform(0, 0.02), page.shape), np.float32)


def _bare(rng: np.random.Generator, page: Floats) -> Floats:
    return _room(rng, _skin(rng, page))


def _closeup(rng: np.random.Generator, page: Floats) -> Floats:
    return _room(rng, _moles(rng, _skin(rng, page), int(rng.integers(1, 3)), (0.03, 0.11)))


def _spots(rng: np.random.Generator, page: Floats) -> Floats:
    return _room(rng, _moles(rng, _skin(rng, page), int(rng.integers(5, 40)), (0.01, 0.06)))


def _hairy(rng: np.random.Generator, page: Floats) -> Floats:
    """Skin with a mole under much fine hair, as on an arm."""
    page = _moles(rng, _skin(rng, page), 1, (0.04, 0.1))
    lean, mean = rng.uniform(0, np.pi), page.mean((0, 1))
    for _ in range(int(rng.integers(60, 300))):
        start = rng.uniform(0, 1, 2) * page.shape[1::-1]
        turn = lean + rng.normal(0, 0.3)
        end = start + rng.uniform(8, 40) * np.array([np.cos(turn), np.sin(turn)])
        shade = tuple(float(value) for value in mean * rng.uniform(0.3, 0.8))
        cv2.line(page, start.astype(int).tolist(), end.astype(int).tolist(), shade, 1, cv2.LINE_AA)
    return _room(rng, page)


def _behind(rng: np.random.Generator, page: Floats) -> Floats:
    """What lies behind or beside the skin: cloth, a wall, clouds of colour."""
    return [_weave, _gradient, _clouds][int(rng.integers(0, 3))](rng, np.ones_like(page))


def _side(rng: np.random.Generator, page: Floats) -> Floats:
    """Skin with a mole, and cloth at one side."""
    y, x = np.mgrid[-1 : 1 : page.shape[0] * 1j, -1 : 1 : page.shape[1] * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    edge = np.cos(angle) * x + np.sin(angle) * y + 0.1 * _field(rng, page, 3)
    beside = (edge > rng.uniform(0.2, 0.7))[..., None].astype(np.float32)
    skin = _moles(rng, _skin(rng, page), int(rng.integers(0, 4)), (0.02, 0.09))
    return _room(rng, skin + beside * (_behind(rng, page) - skin))


def _limb(rng: np.random.Generator, page: Floats) -> Floats:
    """An arm or a leg across the picture before something else."""
    y, x = np.mgrid[-1 : 1 : page.shape[0] * 1j, -1 : 1 : page.shape[1] * 1j].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    across = np.cos(angle) * x + np.sin(angle) * y + rng.uniform(-0.3, 0.3)
    along = np.cos(angle) * y - np.sin(angle) * x
    part = across / (rng.uniform(0.25, 0.6) * (1 + 0.25 * along + 0.1 * np.sin(3 * along)))
    inside = np.clip((1 - np.abs(part)) * 30, 0, 1)[..., None]
    skin = _moles(rng, _skin(rng, page), int(rng.integers(0, 6)), (0.01, 0.04))
    skin *= np.sqrt(np.clip(1 - 0.8 * part**2, 0.1, 1))[..., None]
    behind = _behind(rng, page)
    return _room(rng, behind + inside * (skin - behind))


def _finger(rng: np.random.Generator, page: Floats) -> Floats:
    """A fingertip with its nail, close up."""
    height, width = page.shape[:2]
    mask, nail = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    centre, turn = (width // 2 + int(rng.normal(0, 25)), height // 2), float(rng.normal(0, 25))
    size = int(height * rng.uniform(0.28, 0.45))
    cv2.ellipse(mask, centre, (2 * size, size), turn, 0, 360, 1.0, -1)
    cv2.ellipse(nail, centre, (int(size * 0.6), int(size * 0.55)), turn, 0, 360, 1.0, -1)
    skin, behind = _skin(rng, page), _behind(rng, page)
    plate = _blurred(nail, 1.5)[..., None] * 0.35
    skin += plate * (np.array([0.97, 0.80, 0.78], np.float32) - skin)
    inside = _blurred(mask, 2)[..., None]
    return _room(rng, behind + inside * (skin - behind))


def _face(rng: np.random.Generator, page: Floats) -> Floats:
    """A schematic face: an oval of skin, eyes, mouth, hair, before something else."""
    height, width = page.shape[:2]
    size = height * rng.uniform(0.3, 0.6)
    middle = np.array([width / 2 + rng.normal(0, 30), height / 2 + rng.normal(0, 20)])

    def oval(at: tuple[float, float], axes: tuple[float, float]) -> Floats:
        mask = np.zeros((height, width), np.float32)
        centre = (middle + np.array(at) * size).astype(int).tolist()
        cv2.ellipse(mask, centre, (max(1, int(axes[0] * size)), max(1, int(axes[1] * size))), 0, 0, 360, 1.0, -1)
        return _blurred(mask, 1.5)[..., None]

    drawn, skin = _behind(rng, page), _skin(rng, page)
    drawn += oval((0, -0.25), (0.85, 1.0)) * (np.array(_colour(rng), np.float32) * 0.5 - drawn)
    drawn += oval((0, 0), (0.72, 1.0)) * (skin - drawn)
    for side in (-0.3, 0.3):
        drawn += oval((side, -0.2), (0.14, 0.07)) * (0.95 - drawn)
        drawn += oval((side, -0.2), (0.06, 0.06)) * (0.15 - drawn)
        drawn += oval((side, -0.38), (0.16, 0.03)) * (0.2 - drawn)
    drawn += oval((0, 0.5), (0.25, rng.uniform(0.03, 0.12))) * (np.array([0.7, 0.3, 0.3], np.float32) - drawn)
    return _room(rng, drawn)


KINDS = {
    "document": Kind(_document),
    "chart": Kind(_chart),
    "lines": Kind(_lines),
    "radiograph": Kind(_radiograph),
    "noise": Kind(_noise),
    "gradient": Kind(_gradient),
    "weave": Kind(_weave),
    "face": Kind(_face),
    "limb": Kind(_limb, clinical=True),
    "bare": Kind(_bare, clinical=True),
    "closeup": Kind(_closeup, clinical=True),
    "side": Kind(_side, clinical=True),
    "screen": Kind(_screen, kept=True),
    "slide": Kind(_slide, kept=True),
    "clouds": Kind(_clouds, kept=True),
    "wood": Kind(_wood, kept=True),
    "spots": Kind(_spots, clinical=True, kept=True),
    "hairy": Kind(_hairy, clinical=True, kept=True),
    "finger": Kind(_finger, clinical=True, kept=True),
}
