"""Paints dermatoscope-like pictures: skin, dyes that absorb light, cells, specks, hairs, gel bubbles, a camera.

A picture is light through layers: skin, minus what melanin (shallow or deep) and blood absorb, plus haze and shine.
Everything is placed in units of the picture's shorter side, so the same lesion can be painted at any size; the same
calls give the same pixels.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Field = npt.NDArray[np.float32]  # [height, width]

# Absorption of red, green and blue for one unit of each dye.
SHALLOW_MELANIN = (0.50, 0.95, 1.35)
DEEP_MELANIN = (1.25, 0.85, 0.55)  # seen through the dermis it looks blue-grey
BLOOD = (0.22, 1.15, 1.00)


class Canvas:
    """A picture in the making: light [height, width, 3] in 0 to 1, and coordinates in units of the height.

    Args:
        width: pixels.
        height: pixels.
        seed: fixes every random choice.
    """

    def __init__(self, width: int, height: int, seed: int) -> None:
        self.width, self.height = width, height
        self.rng = np.random.Generator(np.random.PCG64(seed))
        short = min(width, height)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        self.u: Field = (x - np.float32(width / 2)) / np.float32(short)
        self.v: Field = (y - np.float32(height / 2)) / np.float32(short)
        self.light = np.ones((height, width, 3), np.float32)

    def noise(self, cells: float, octaves: int = 4) -> Field:
        """Smooth random field of mean 0 and deviation 1; `cells` is the number of bumps along the shorter side."""
        total = np.zeros((self.height, self.width), np.float32)
        short = min(self.width, self.height)
        for octave in range(octaves):
            count = cells * 2**octave
            rows = max(2, round(count * self.height / short) + 1)
            columns = max(2, round(count * self.width / short) + 1)
            grid = self.rng.standard_normal((rows, columns)).astype(np.float32)
            layer = Image.fromarray(grid).resize((self.width, self.height), Image.Resampling.BICUBIC)
            total += np.asarray(layer, np.float32) / np.float32(1.8**octave)
        return (total - total.mean()) / (total.std() + np.float32(1e-6))

    def absorb(self, dye: tuple[float, float, float], amount: Field) -> None:
        """Lets a dye of the amount given take its share of the light (Lambert and Beer)."""
        for channel, strength in enumerate(dye):
            self.light[..., channel] *= np.exp(np.float32(-strength) * amount)

    def blend(self, colour: tuple[float, float, float], alpha: Field) -> None:
        """Lays a colour (0 to 1) over the picture with the opacity given."""
        self.light += alpha[..., None] * (np.asarray(colour, np.float32) - self.light)

    def stroke(self, points: npt.NDArray[np.float64], thickness: float) -> Field:
        """Coverage of an anti-aliased line through points [n, 2] (u, v), `thickness` in units of the shorter side."""
        scale = 3 if self.width * self.height < 2_000_000 else 1
        short = min(self.width, self.height)
        mask = Image.new("L", (self.width * scale, self.height * scale))
        pixels = [
            (float(u * short + self.width / 2) * scale, float(v * short + self.height / 2) * scale) for u, v in points
        ]
        ImageDraw.Draw(mask).line(pixels, fill=255, width=max(1, round(thickness * short * scale)), joint="curve")
        return np.asarray(mask.reduce(scale) if scale > 1 else mask, np.float32) / np.float32(255)


def smoothstep(low: float, high: float, x: Field) -> Field:
    """0 below `low`, 1 above `high` (or the other way round), smooth between."""
    t = np.clip((x - np.float32(low)) / np.float32(high - low), 0, 1)
    return t * t * (3 - 2 * t)


def blob(
    canvas: Canvas,
    centre: tuple[float, float],
    radii: tuple[float, float],
    *,
    wobble: float,
    edge: float,
    turn: float = 0,
) -> Field:
    """A rounded patch: 1 inside, 0 outside, with an irregular outline (`wobble`) and a soft rim (`edge`)."""
    u, v = canvas.u - np.float32(centre[0]), canvas.v - np.float32(centre[1])
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    radius = np.hypot((u * cos + v * sin) / np.float32(radii[0]), (v * cos - u * sin) / np.float32(radii[1]))
    return smoothstep(1 + edge, 1 - edge, radius + np.float32(wobble) * canvas.noise(5, 4))


def cells(canvas: Canvas, size: float, jitter: float = 0.8, warp: float = 0.22) -> tuple[Field, Field]:
    """Irregular cells about `size` wide: distance to the wall (0 on it, about .5 inside) and a number per cell."""
    rows, columns = int(2 / size) + 6, int(3 / size) + 6
    offset = (canvas.rng.random((rows, columns, 2)).astype(np.float32) - np.float32(0.5)) * np.float32(jitter)
    value = canvas.rng.random((rows, columns)).astype(np.float32)
    x = canvas.u / np.float32(size) + np.float32(columns / 2) + np.float32(warp) * canvas.noise(9, 2)
    y = canvas.v / np.float32(size) + np.float32(rows / 2) + np.float32(warp) * canvas.noise(9, 2)
    column, row = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
    first = np.full(x.shape, np.float32(9))
    second, number = first.copy(), np.zeros_like(first)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            r, c = np.clip(row + dr, 0, rows - 1), np.clip(column + dc, 0, columns - 1)
            away = np.hypot(
                c + np.float32(0.5) + offset[r, c, 0] - x, r + np.float32(0.5) + offset[r, c, 1] - y
            ).astype(np.float32)
            nearer = away < first
            second = np.where(nearer, first, np.minimum(second, away))
            number = np.where(nearer, value[r, c], number)
            first = np.where(nearer, away, first)
    return second - first, number


def dots(canvas: Canvas, count: int, where: Field, size: tuple[float, float]) -> Field:
    """Coverage of round specks, of a radius between the two sizes, strewn where the field is above one half."""
    total = np.zeros_like(canvas.u)
    short = min(canvas.width, canvas.height)
    placed = 0
    for _ in range(count * 60):
        if placed == count:
            break
        row = int(canvas.rng.random() * canvas.height)
        column = int(canvas.rng.random() * canvas.width)
        radius = float(canvas.rng.uniform(*size))
        if where[row, column] < 0.5:
            continue
        reach = int(radius * short * 2.5) + 2
        window = np.s_[max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]
        away = np.hypot(canvas.u[window] - canvas.u[row, column], canvas.v[window] - canvas.v[row, column])
        total[window] = np.maximum(total[window], smoothstep(radius * 1.25, radius * 0.85, away))
        placed += 1
    return total


def wander(
    canvas: Canvas, start: tuple[float, float], angle: float, length: float, bend: float
) -> npt.NDArray[np.float64]:
    """A meandering path of points [n, 2] from `start`."""
    steps = 40
    turns = np.cumsum(np.cumsum(canvas.rng.standard_normal(steps))) * bend / steps
    heading = angle + turns
    steps_uv = np.stack([np.cos(heading), np.sin(heading)], axis=1) * (length / steps)
    return np.vstack([start, np.asarray(start) + np.cumsum(steps_uv, axis=0)])


def skin(canvas: Canvas, tone: tuple[float, float, float] = (0.90, 0.745, 0.665)) -> None:
    """Fills the canvas with lit skin: tone, uneven blood and melanin, fine furrows."""
    canvas.light[:] = np.asarray(tone, np.float32)
    canvas.absorb(BLOOD, np.maximum(0, 0.07 + 0.035 * canvas.noise(2.5, 5)).astype(np.float32))
    canvas.absorb(SHALLOW_MELANIN, np.maximum(0, 0.05 + 0.03 * canvas.noise(6, 5)).astype(np.float32))
    wall, _ = cells(canvas, 0.045)
    canvas.light *= (1 + 0.022 * smoothstep(0.0, 0.16, wall))[..., None]
    canvas.light *= (1 + 0.012 * canvas.noise(70, 2))[..., None]


def camera(canvas: Canvas, *, falloff: float = 0.16) -> Image.Image:
    """Finishes the picture as a dermatoscope camera would: fall-off to the corners, shine, a little blur and noise."""
    radius = np.hypot(canvas.u + np.float32(0.03), canvas.v - np.float32(0.02))
    canvas.light *= (1.03 - falloff * smoothstep(0.25, 0.95, radius))[..., None]
    canvas.light += (0.02 * smoothstep(0.5, 0.0, np.hypot(canvas.u + 0.2, canvas.v + 0.22)))[..., None]
    canvas.light += (0.006 * canvas.noise(170, 1))[..., None]
    eight_bit = np.clip(canvas.light * 255 + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(eight_bit).filter(ImageFilter.GaussianBlur(min(canvas.width, canvas.height) / 900))


def hairs(canvas: Canvas, count: int) -> None:
    """Lays dark hairs with a lit edge across the picture."""
    for _ in range(count):
        start = (float(canvas.rng.uniform(-0.95, 0.4)), float(canvas.rng.uniform(-0.75, 0.0)))
        path = wander(canvas, start, float(canvas.rng.normal(0.75, 0.3)), float(canvas.rng.uniform(0.7, 1.6)), 0.10)
        thickness = float(canvas.rng.uniform(0.0035, 0.0065))
        canvas.blend((0.93, 0.86, 0.80), 0.25 * canvas.stroke(path + 0.003, thickness))
        canvas.blend((0.16, 0.10, 0.08), 0.88 * canvas.stroke(path, thickness))


def bubbles(canvas: Canvas, places: list[tuple[float, float, float]]) -> None:
    """Air bubbles in the contact gel: (u, v, radius) each, a bright rim and a small reflection."""
    for u, v, radius in places:
        away = np.hypot(canvas.u - np.float32(u), canvas.v - np.float32(v)) / np.float32(radius)
        rim = smoothstep(0.78, 0.95, away) * smoothstep(1.05, 0.98, away)
        spark = smoothstep(0.28, 0.1, np.hypot(canvas.u - u + 0.4 * radius, canvas.v - v + 0.4 * radius) / radius)
        canvas.light += (0.26 * rim + 0.30 * spark)[..., None]
        canvas.light *= (1 - 0.05 * smoothstep(1.0, 0.9, away))[..., None]


def network(canvas: Canvas, body: Field, size: float, amount: float) -> None:
    """A pigment network: brown lines along the walls of small cells, fading with the body of the lesion."""
    wall, _ = cells(canvas, size, jitter=0.9)
    canvas.absorb(
        SHALLOW_MELANIN,
        (amount * body * smoothstep(0.42, 0.0, wall) * (1 + 0.25 * canvas.noise(14, 2))).astype(np.float32),
    )
