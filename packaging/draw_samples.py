"""Draws the sample lesions in resources/samples: dermatoscope-like, synthetic, of no person.

Run `make samples` to draw them again; the same program draws the same pictures.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from painting import (
    BLOOD,
    DEEP_MELANIN,
    SHALLOW_MELANIN,
    Canvas,
    blob,
    bubbles,
    camera,
    cells,
    dots,
    hairs,
    network,
    skin,
    smoothstep,
    wander,
)
from PIL import Image

SAMPLES = Path(__file__).resolve().parent.parent / "resources" / "samples"
DESCRIPTION = "Synthetic: drawn by a program for KNDNet Desktop; shows no person."
_EXIF_IMAGE_DESCRIPTION = 0x010E


def nevus(canvas: Canvas) -> None:
    """A symmetrical brown patch with a regular network."""
    skin(canvas)
    body = blob(canvas, (0.01, 0.0), (0.30, 0.25), wobble=0.05, edge=0.22, turn=0.3)
    core = blob(canvas, (0.0, 0.01), (0.21, 0.17), wobble=0.09, edge=0.6, turn=0.3)
    canvas.absorb(SHALLOW_MELANIN, (0.42 * body + 0.42 * core * (1 + 0.15 * canvas.noise(8))).astype(np.float32))
    network(canvas, body, 0.026, 0.55)


def asymmetric(canvas: Canvas) -> None:
    """Several colours, an uneven outline, dots, streaks at one side and a blue-white area."""
    skin(canvas, (0.89, 0.73, 0.65))
    body = blob(canvas, (-0.02, 0.02), (0.36, 0.26), wobble=0.17, edge=0.12, turn=-0.35)
    dark = blob(canvas, (-0.14, -0.03), (0.17, 0.14), wobble=0.22, edge=0.3) * body
    red = blob(canvas, (0.17, 0.08), (0.15, 0.11), wobble=0.2, edge=0.5) * body
    grey = blob(canvas, (0.05, -0.07), (0.13, 0.09), wobble=0.25, edge=0.45) * body
    canvas.absorb(SHALLOW_MELANIN, (body * np.maximum(0.15, 0.66 + 0.18 * canvas.noise(5))).astype(np.float32))
    canvas.absorb(SHALLOW_MELANIN, (1.05 * dark).astype(np.float32))
    canvas.absorb(BLOOD, (0.42 * red).astype(np.float32))
    network(canvas, body * (1 - grey) * smoothstep(-0.4, 0.9, canvas.noise(3, 2)), 0.034, 0.95)
    canvas.absorb(DEEP_MELANIN, (0.55 * grey + 0.35 * dark).astype(np.float32))
    canvas.blend((0.70, 0.72, 0.80), (0.34 * grey * smoothstep(-0.8, 1.2, canvas.noise(6))).astype(np.float32))
    canvas.absorb(SHALLOW_MELANIN, 1.3 * dots(canvas, 34, body * smoothstep(0.2, -0.2, canvas.u), (0.004, 0.011)))
    for angle in np.linspace(2.3, 3.9, 9):
        reach = 0.30 + 0.05 * float(canvas.rng.random())
        start = (-0.05 + 0.24 * float(np.cos(angle)), 0.01 + 0.2 * float(np.sin(angle)))
        path = wander(canvas, start, float(angle), reach - 0.19, 0.25)
        canvas.absorb(SHALLOW_MELANIN, 0.55 * canvas.stroke(path, 0.013))


def lacunae(canvas: Canvas) -> None:
    """Red to purple lagoons with pale walls between them."""
    skin(canvas, (0.91, 0.76, 0.68))
    body = blob(canvas, (0.02, -0.01), (0.23, 0.20), wobble=0.06, edge=0.07)
    wall, number = cells(canvas, 0.085, jitter=0.75, warp=0.07)
    lagoon = body * smoothstep(0.06, 0.16, wall)
    canvas.absorb(BLOOD, (0.34 * body).astype(np.float32))
    canvas.absorb(BLOOD, (lagoon * (0.75 + 0.55 * number)).astype(np.float32))
    canvas.absorb(DEEP_MELANIN, (0.75 * lagoon * smoothstep(0.45, 0.95, number)).astype(np.float32))
    canvas.blend((0.90, 0.76, 0.74), (0.45 * body * smoothstep(0.08, 0.04, wall)).astype(np.float32))
    bubbles(canvas, [(-0.42, 0.26, 0.075), (-0.29, 0.35, 0.035), (0.45, -0.30, 0.05)])


def milia(canvas: Canvas) -> None:
    """A sharply bordered, grooved tan plaque with white specks and dark openings."""
    skin(canvas)
    body = blob(canvas, (0.0, 0.0), (0.34, 0.29), wobble=0.10, edge=0.035, turn=0.2)
    wall, number = cells(canvas, 0.07, jitter=1.0, warp=0.16)
    canvas.absorb(SHALLOW_MELANIN, (body * (0.42 + 0.20 * number + 0.07 * canvas.noise(9))).astype(np.float32))
    canvas.absorb(SHALLOW_MELANIN, (0.42 * body * smoothstep(0.30, 0.0, wall)).astype(np.float32))
    canvas.absorb(SHALLOW_MELANIN, 1.5 * dots(canvas, 16, body, (0.007, 0.014)))
    canvas.blend((0.96, 0.91, 0.80), 0.80 * dots(canvas, 30, body, (0.006, 0.012)))


def veil(canvas: Canvas) -> None:
    """A dark patch with a bluish-white veil over its middle."""
    skin(canvas, (0.88, 0.73, 0.66))
    body = blob(canvas, (0.02, 0.01), (0.29, 0.27), wobble=0.11, edge=0.10)
    cover = blob(canvas, (0.04, -0.02), (0.19, 0.15), wobble=0.20, edge=0.5, turn=0.6) * body
    canvas.absorb(SHALLOW_MELANIN, (body * (0.85 + 0.22 * canvas.noise(5))).astype(np.float32))
    canvas.absorb(DEEP_MELANIN, (0.75 * cover + 0.15 * body).astype(np.float32))
    canvas.blend((0.60, 0.66, 0.79), (0.55 * cover * smoothstep(-1.6, 1.4, canvas.noise(4))).astype(np.float32))
    canvas.absorb(SHALLOW_MELANIN, 1.2 * dots(canvas, 18, body * (1 - cover), (0.006, 0.013)))
    network(canvas, body * (1 - cover), 0.024, 0.7)


def hairy(canvas: Canvas) -> None:
    """The brown patch again, paler, under hairs."""
    skin(canvas, (0.88, 0.72, 0.63))
    body = blob(canvas, (-0.02, 0.02), (0.25, 0.21), wobble=0.08, edge=0.30, turn=-0.4)
    canvas.absorb(SHALLOW_MELANIN, (body * (0.62 + 0.10 * canvas.noise(7))).astype(np.float32))
    network(canvas, body, 0.026, 0.30)
    hairs(canvas, 13)


def vessels(canvas: Canvas) -> None:
    """A pink, shining patch with branching vessels and grey-blue specks."""
    skin(canvas, (0.92, 0.77, 0.70))
    body = blob(canvas, (0.0, 0.0), (0.29, 0.24), wobble=0.09, edge=0.25)
    canvas.absorb(BLOOD, (0.22 * body + 0.05 * body * canvas.noise(6)).astype(np.float32))
    canvas.blend((0.95, 0.82, 0.79), (0.25 * body).astype(np.float32))
    for angle in (0.3, 1.5, 2.6, 3.9, 5.1):
        start = (0.30 * float(np.cos(angle)), 0.25 * float(np.sin(angle)))
        trunk = wander(canvas, start, float(angle + np.pi + canvas.rng.normal(0, 0.3)), 0.26, 0.9)
        canvas.absorb(BLOOD, 0.70 * canvas.stroke(trunk, 0.0085))
        for part in (10, 16, 23, 30):
            side = float(canvas.rng.choice([-0.8, 0.8]))
            start = (float(trunk[part][0]), float(trunk[part][1]))
            canvas.absorb(BLOOD, 0.6 * canvas.stroke(wander(canvas, start, angle + np.pi + side, 0.12, 0.8), 0.0045))
    canvas.absorb(DEEP_MELANIN, 0.5 * dots(canvas, 14, body, (0.008, 0.020)))


def ruler(canvas: Canvas) -> None:
    """A small nevus over a millimetre scale, in a portrait picture."""
    nevus(canvas)
    for tick in range(-8, 9):
        length = 0.075 if tick % 5 == 0 else 0.045
        at = np.asarray([[tick * 0.055, 0.655 - length], [tick * 0.055, 0.655]])
        canvas.blend((0.12, 0.12, 0.13), 0.85 * canvas.stroke(at, 0.005))
    canvas.blend((0.12, 0.12, 0.13), 0.85 * canvas.stroke(np.asarray([[-0.46, 0.655], [0.46, 0.655]]), 0.005))


def circle(canvas: Canvas) -> None:
    """A reticular patch seen through a round eyepiece with black corners."""
    skin(canvas, (0.87, 0.71, 0.62))
    body = blob(canvas, (0.03, 0.02), (0.24, 0.28), wobble=0.12, edge=0.16, turn=0.5)
    canvas.absorb(SHALLOW_MELANIN, (body * (0.55 + 0.18 * canvas.noise(4))).astype(np.float32))
    network(canvas, body, 0.032, 0.65)
    canvas.absorb(SHALLOW_MELANIN, 1.0 * dots(canvas, 12, body, (0.006, 0.010)))
    radius = np.hypot(canvas.u, canvas.v)
    canvas.blend((0.02, 0.02, 0.025), smoothstep(0.545, 0.575, radius))


@dataclass(frozen=True)
class Sample:
    """One sample picture: file name, painter, size in pixels, seed, and what it shows."""

    name: str
    paint: Callable[[Canvas], None]
    shows: str
    seed: int
    width: int = 600
    height: int = 450

    def draw(self, scale: float = 1.0) -> Image.Image:
        """Draws the picture, `scale` times as large as the sample is."""
        canvas = Canvas(round(self.width * scale), round(self.height * scale), self.seed)
        self.paint(canvas)
        return camera(canvas)


ALL = (
    Sample("drawn-asymmetric.jpg", asymmetric, "several colours, uneven outline, streaks on one side", 11),
    Sample("drawn-eyepiece.jpg", circle, "a network seen through a round eyepiece", 13),
    Sample("drawn-hair.jpg", hairy, "a brown patch under hairs", 12),
    Sample("drawn-lacunae.jpg", lacunae, "red and purple lagoons, gel bubbles", 14),
    Sample("drawn-milia.jpg", milia, "a grooved tan plaque with white specks", 15),
    Sample("drawn-nevus.jpg", nevus, "a symmetrical brown patch with a regular network", 23),
    Sample("drawn-ruler.jpg", ruler, "portrait format, a millimetre scale", 17, 450, 600),
    Sample("drawn-veil.jpg", veil, "a bluish-white veil", 18),
    Sample("drawn-vessels.jpg", vessels, "a pink patch with branching vessels", 19),
)


def save(picture: Image.Image, path: Path, quality: int = 84) -> None:
    """Writes a JPEG that says in its own metadata that it is synthetic."""
    exif = Image.Exif()
    exif[_EXIF_IMAGE_DESCRIPTION] = DESCRIPTION
    picture.save(path, "JPEG", quality=quality, optimize=True, exif=exif)


def main() -> int:
    """Draws all samples into the folder given, or into resources/samples."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    folder.mkdir(parents=True, exist_ok=True)
    for sample in ALL:
        save(sample.draw(), folder / sample.name)
        print(f"{sample.name:24} {(folder / sample.name).stat().st_size:7d} bytes  {sample.shows}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
