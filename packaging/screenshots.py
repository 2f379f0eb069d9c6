"""Takes the README's screenshots again, from drawn pictures: `make screenshots` writes resources/screenshots.

    screenshots.py [FOLDER]

With a folder they are written there instead.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import numpy as np
from draw_samples import SAMPLES, nevus
from draw_samples import save as save_jpeg
from painting import DEEP_MELANIN, SHALLOW_MELANIN, Canvas, blob, camera, dots, network, skin, smoothstep
from PIL import Image

from kndnet_desktop import paths
from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.patient import Clinic, Patient
from kndnet_desktop.core.report_parts import Form, photo
from kndnet_desktop.reporting import make_reporter

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "screenshots"

# File name, picture (a sample, the folder of them, or one of `EXTRAS`), theme, what is shown, scale of the screen.
SHOTS = (
    ("light.webp", "drawn-asymmetric.jpg", "light", "answer", "1"),
    ("dark.webp", "drawn-veil.jpg", "dark", "frame", "1"),
    ("batch.webp", ".", "light", "batch", "1"),
    ("scaled-200.webp", "drawn-nevus.jpg", "light", "answer", "2"),
    ("clear.webp", "drawn-nevus.jpg", "light", "answer", "1"),
    ("uncertain.webp", "drawn-between.jpg", "light", "answer", "1"),
    ("rejected.webp", "drawn-coffee-cup.jpg", "light", "answer", "1"),
    ("inked.webp", "drawn-ink.jpg", "light", "answer", "1"),
)


def coffee_cup(canvas: Canvas) -> None:
    """A cup of coffee on a table, from above: round and brown as a nevus is, and none."""
    canvas.light[:] = (0.62, 0.47, 0.33)
    grain = np.sin(90 * canvas.v + 2.5 * canvas.noise(3, 2)) * 0.05 + 0.02 * canvas.noise(40, 2)
    canvas.light += grain[..., None].astype(np.float32)
    radius = np.hypot(canvas.u, canvas.v)
    canvas.blend((0.20, 0.14, 0.10), 0.45 * smoothstep(0.50, 0.36, np.hypot(canvas.u - 0.03, canvas.v - 0.04)))
    canvas.blend((0.93, 0.93, 0.92), smoothstep(0.432, 0.428, radius))
    canvas.blend((0.80, 0.80, 0.80), smoothstep(0.022, 0.0, abs(radius - 0.30)))
    handle = abs(np.hypot((canvas.u - 0.285) / 1.2, canvas.v) - 0.07)
    canvas.blend((0.99, 0.99, 0.98), smoothstep(0.024, 0.020, handle))
    canvas.blend((0.99, 0.99, 0.98), smoothstep(0.252, 0.248, radius))
    canvas.blend((0.72, 0.70, 0.68), smoothstep(0.228, 0.222, radius))
    coffee = smoothstep(0.214, 0.208, radius)
    canvas.blend((0.20, 0.10, 0.05), coffee)
    canvas.blend((0.62, 0.42, 0.24), 0.7 * coffee * smoothstep(0.13, 0.21, radius + 0.012 * canvas.noise(6)))


def inked(canvas: Canvas) -> None:
    """The nevus with a surgeon's violet marks around it."""
    nevus(canvas)
    violet = (0.29, 0.17, 0.55)
    for turn in np.linspace(0, 2 * np.pi, 4, endpoint=False) + 0.5:
        along = np.linspace(turn - 0.5, turn + 0.5, 24)
        stroke = np.column_stack([0.40 * np.cos(along) + 0.01, 0.345 * np.sin(along)])
        canvas.blend(violet, 0.85 * canvas.stroke(stroke, 0.022))
    across = np.asarray([[0.30, -0.12], [0.10, 0.02]])
    canvas.blend(violet, 0.85 * canvas.stroke(across, 0.022))


def between(canvas: Canvas) -> None:
    """A regular network like a nevus's, and at one side dark and blue-white with dots like a melanoma."""
    skin(canvas, (0.88, 0.73, 0.65))
    body = blob(canvas, (0.0, 0.01), (0.30, 0.24), wobble=0.176, edge=0.18, turn=-0.3)
    dark = blob(canvas, (-0.11, -0.03), (0.14, 0.12), wobble=0.2, edge=0.4) * body
    canvas.absorb(SHALLOW_MELANIN, (body * (0.5 + 0.14 * canvas.noise(5)) + 1.45 * dark).astype(np.float32))
    network(canvas, body, 0.028, 0.65)
    canvas.absorb(DEEP_MELANIN, (0.58 * dark).astype(np.float32))
    canvas.blend((0.62, 0.67, 0.79), (0.435 * dark * smoothstep(-1.2, 1.2, canvas.noise(4))).astype(np.float32))
    canvas.absorb(SHALLOW_MELANIN, 1.1 * dots(canvas, 14, body * smoothstep(0.1, -0.1, canvas.u), (0.005, 0.010)))


# Painter and seed.
EXTRAS = {"drawn-between.jpg": (between, 35), "drawn-coffee-cup.jpg": (coffee_cup, 21), "drawn-ink.jpg": (inked, 16)}


def draw(folder: Path) -> None:
    """Draws what is no sample to start with."""
    for name, (paint, seed) in EXTRAS.items():
        canvas = Canvas(600, 450, seed)
        paint(canvas)
        save_jpeg(camera(canvas), folder / name)


def take(name: str, picture: str, theme: str, show: str, scale: str, drawn: Path, folder: Path) -> int:
    """Takes one picture of the window with the program's own option; returns its exit code."""
    png, target = drawn.parent / "shot.png", folder / name
    command = [sys.executable, "-m", "kndnet_desktop", "--screenshot", png, "--theme", theme, "--show", show]
    command += ["--settings", drawn.parent / "settings.json", (drawn if picture in EXTRAS else SAMPLES) / picture]
    # The offscreen platform warns about size hints that nobody needs there.
    calm = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}
    environment = {**os.environ, **calm, "QT_SCALE_FACTOR": scale}
    code = subprocess.run([*map(os.fspath, command)], cwd=ROOT, env=environment, check=False).returncode
    if code == 0:
        with Image.open(png) as shot:
            save(shot, target)
    return code


def save(picture: Image.Image, target: Path) -> None:
    """Saves a picture for the README."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # A fifth of the PNG's size, and no difference to be seen: each new set stays in the history for good.
    picture.convert("RGB").save(target, quality=92, method=6)
    print(f"{target}  {picture.width} x {picture.height}")


def take_report(folder: Path) -> None:
    """Draws the one-page report of a sample, filled in for a patient who does not exist."""
    painter, student = HeatPainter(), OnnxClassifier(paths.model_folder("student"))
    sample = paths.resources() / "samples" / "drawn-asymmetric.jpg"
    case = next(classify([sample], Models(student), full_size=True))
    shot = photo(case.result, case.picture, case.examination, student.card, painter)
    form = Form(
        Clinic("Example clinic", "1 Example Street\nSampleton"),
        Patient("0000", "Drawn Sample", site="Back", side="Left", fitzpatrick="II", notes="Synthetic: of no person."),
    )
    made = datetime.fromisoformat(f"{student.card.created}T12:00+00:00")
    page = make_reporter("en", painter).lesion([shot], [student.card], form, made).pages(100)[0]
    with Image.open(io.BytesIO(page)) as picture:
        save(picture, folder / "report.webp")


def main() -> int:
    """Takes all of them; returns 0 when each succeeded."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    take_report(folder)
    with tempfile.TemporaryDirectory() as temporary:
        drawn = Path(temporary) / "drawn"
        drawn.mkdir()
        draw(drawn)
        return max(take(*shot, drawn, folder) for shot in SHOTS)


if __name__ == "__main__":
    sys.exit(main())
