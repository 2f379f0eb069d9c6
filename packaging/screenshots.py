"""Takes the README's screenshots again, from the drawn samples: `make screenshots` writes resources/screenshots."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from PIL import Image

from kndnet_desktop import paths
from kndnet_desktop.core.batch import Models, classify
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.patient import Clinic, Patient
from kndnet_desktop.core.report_parts import Form, photo
from kndnet_desktop.reporting import make_reporter

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "screenshots"

# File name, sample or folder of them, theme, what is shown, scale of the screen.
SHOTS = (
    ("light.webp", "drawn-asymmetric.jpg", "light", "answer", "1"),
    ("dark.webp", "drawn-veil.jpg", "dark", "frame", "1"),
    ("batch.webp", ".", "light", "batch", "1"),
    ("scaled-200.webp", "drawn-nevus.jpg", "light", "answer", "2"),
)


def take(name: str, sample: str, theme: str, show: str, scale: str, folder: Path) -> int:
    """Takes one picture of the window with the program's own option; returns its exit code."""
    png, target = folder / "shot.png", FOLDER / name
    command = [sys.executable, "-m", "kndnet_desktop", "--screenshot", png, "--theme", theme, "--show", show]
    command += ["--settings", folder / "settings.json", Path("resources") / "samples" / sample]
    # The offscreen platform warns about size hints that nobody needs there.
    calm = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}
    environment = {**os.environ, **calm, "QT_SCALE_FACTOR": scale}
    code = subprocess.run([*map(os.fspath, command)], cwd=ROOT, env=environment, check=False).returncode
    if code == 0:
        with Image.open(png) as picture:
            save(picture, target)
    return code


def save(picture: Image.Image, target: Path) -> None:
    """Saves a picture for the README."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    # A fifth of the PNG's size, and no difference to be seen: each new set stays in the history for good.
    picture.convert("RGB").save(target, quality=92, method=6)
    print(f"{target.relative_to(ROOT)}  {picture.width} x {picture.height}")


def take_report() -> None:
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
        save(picture, FOLDER / "report.webp")


def main() -> int:
    """Takes all of them; returns 0 when each succeeded."""
    take_report()
    with tempfile.TemporaryDirectory() as folder:
        return max(take(*shot, Path(folder)) for shot in SHOTS)


if __name__ == "__main__":
    sys.exit(main())
