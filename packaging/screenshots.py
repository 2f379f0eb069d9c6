"""Takes the README's screenshots again, from the drawn samples: `make screenshots` writes docs/screenshots."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"

# File name, sample, theme, what is shown, scale of the screen.
SHOTS = (
    ("light.png", "drawn-asymmetric.jpg", "light", "answer", "1"),
    ("dark.png", "drawn-veil.jpg", "dark", "frame", "1"),
    ("scaled-200.png", "drawn-nevus.jpg", "light", "answer", "2"),
    ("about.png", "drawn-nevus.jpg", "light", "about", "1"),
)


def take(name: str, sample: str, theme: str, show: str, scale: str, settings: Path) -> int:
    """Takes one picture of the window with the program's own option; returns its exit code."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    target = FOLDER / name
    command = [sys.executable, "-m", "kndnet_desktop", "--screenshot", target, "--theme", theme, "--show", show]
    command += ["--settings", settings, Path("resources") / "samples" / sample]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
    code = subprocess.run([*map(os.fspath, command)], cwd=ROOT, env=environment, check=False).returncode
    if code == 0:
        with Image.open(target) as picture:
            small = picture.convert("RGB")
        small.save(target, optimize=True)
        print(f"{target.relative_to(ROOT)}  {small.width} x {small.height}")
    return code


def main() -> int:
    """Takes all of them; returns 0 when each succeeded."""
    with tempfile.TemporaryDirectory() as folder:
        return max(take(*shot, Path(folder) / "settings.json") for shot in SHOTS)


if __name__ == "__main__":
    sys.exit(main())
