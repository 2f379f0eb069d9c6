"""The window's door, as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    clean = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-m", "kndnet_desktop", *arguments],
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_a_display_one_sentence_says_so() -> None:
    started = start()
    if sys.platform == "linux":
        assert started.returncode == 2
        assert "no display" in started.stderr
        assert len(started.stderr.splitlines()) == 1


def test_a_screenshot_of_the_answer_is_taken_without_a_screen(samples: Path, tmp_path: Path) -> None:
    target = tmp_path / "window.png"
    photo = str(samples / "drawn-nevus.jpg")
    settings = str(tmp_path / "settings.json")
    started = start("--settings", settings, "--screenshot", str(target), photo, QT_QPA_PLATFORM="offscreen")
    assert started.returncode == 0, started.stderr
    with Image.open(target) as window:
        assert window.size == (1180, 780)
        assert len(window.convert("RGB").getcolors(1_000_000) or []) > 5000, "there is a photo in it"


def test_the_self_test_passes() -> None:
    started = start("--self-test", QT_QPA_PLATFORM="offscreen")
    assert started.returncode == 0, started.stdout + started.stderr
    lines = started.stdout.splitlines()
    assert all(line.startswith("ok ") for line in lines[1:-1]), started.stdout
    assert "no socket was opened" in lines[-2]
