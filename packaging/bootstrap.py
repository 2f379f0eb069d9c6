r"""Sets the project up on a bare machine and runs one of its commands: `python3 packaging/bootstrap.py run`.

The Makefile calls this; where there is no make, call it directly (on Windows `py packaging\bootstrap.py run`).
Standard library only, because it runs before anything is installed. A second call finds everything in place and
adds a fraction of a second. Set KNDNET_NO_SYSTEM_INSTALL=1 to have missing system libraries named, never installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from syslibs import install_command, missing_libraries

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "kndnet-setup.json"
SAMPLES = Path("resources") / "samples"
MINIMUM = (3, 11)


class SetupError(Exception):
    """Something a person can mend; the text is the sentence to show."""


def say(sentence: str) -> None:
    """Prints a line of our own at once, so that it stands in order with what the programs we start print."""
    print(sentence, flush=True)


def call(*command: str | os.PathLike[str], hush: bool = False, **environment: str) -> int:
    """Runs a command in the project's folder and returns its exit code; `hush` keeps its ordinary output back."""
    return subprocess.run(
        [*map(os.fspath, command)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL if hush else None,
        check=False,
    ).returncode


def works(*command: str | os.PathLike[str]) -> bool:
    """Runs a command without any output; True when it is there and succeeded."""
    try:
        return subprocess.run([*map(os.fspath, command)], cwd=ROOT, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def ensure_environment() -> None:
    """Makes `.venv` with a working pip, also where Debian has split `ensurepip` off into python3-venv.

    Raises:
        SetupError: neither ensurepip nor pip is there.
    """
    if works(PYTHON, "-c", "import pip"):
        return
    say(f"Making a private Python environment in {VENV.name} ...")
    made = 1
    if works(sys.executable, "-c", "import ensurepip"):
        made = call(sys.executable, "-m", "venv", "--clear", VENV)
    elif works(sys.executable, "-m", "pip", "--version"):
        # Without ensurepip the environment comes without pip; the system's own pip can put one there.
        made = call(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
        made = made or call(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip")
    if made == 0:
        return
    raise SetupError(
        "Python cannot make a virtual environment here; install its venv module "
        "(Debian, Ubuntu: sudo apt-get install python3-venv) and run this again."
    )


def wanted_stamp() -> dict[str, str]:
    """What the environment depends on: a change in any of these means installing again."""
    return {
        "pyproject": hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest(),
        "root": str(ROOT),
    }


def ensure_packages(*extras: str) -> None:
    """Installs the project (editable) with the extras named, unless the stamp says that this was done.

    Raises:
        SetupError: pip failed.
    """
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        stamp = {}
    same = all(stamp.get(key) == value for key, value in wanted_stamp().items())
    installed = set(stamp.get("extras", [])) if same else set()
    if same and installed.issuperset(extras):
        return
    wanted = sorted(installed | set(extras))
    target = f".[{','.join(wanted)}]" if wanted else "."
    size = "several GB with PyTorch" if "training" in wanted else "about 200 MB"
    say(f"Installing what the program needs into {VENV.name} (once; {size} to download) ...")
    noise = [] if sys.stdout.isatty() else ["--quiet"]
    if call(PYTHON, "-m", "pip", "install", *noise, "--editable", target) != 0:
        raise SetupError("pip could not install the packages; its message stands above. Is there a network connection?")
    STAMP.write_text(json.dumps({**wanted_stamp(), "extras": wanted}), encoding="utf-8")


def display_named() -> bool:
    """True where there is always a display, or the environment names one."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def display_answers() -> bool:
    """True when a window can really be opened: a display that is named may still be dead."""
    return works(PYTHON, "-c", "from PySide6.QtGui import QGuiApplication; QGuiApplication([])")


def ensure_system(display: bool) -> None:
    """Installs or names the shared libraries that Qt wants from a Linux distribution.

    Raises:
        SetupError: some are missing and may not be installed by us; the sentence holds the command.
    """
    missing = missing_libraries(display=display) if sys.platform.startswith("linux") else []
    if not missing:
        return
    root = os.geteuid() == 0
    command = install_command(missing, root=root)
    allowed = not os.environ.get("KNDNET_NO_SYSTEM_INSTALL") and (root or works("sudo", "--non-interactive", "true"))
    if allowed and shutil.which("apt-get"):
        say(f"Qt needs {len(missing)} libraries of the system; running: {command}")
        sudo = [] if root else ["sudo"]
        call(*sudo, "apt-get", "update", hush=True)
        call(*command.split(), hush=True, DEBIAN_FRONTEND="noninteractive")
        missing = missing_libraries(display=display)
    if missing and command:
        raise SetupError(f"Qt needs libraries of the system; install them with this and run again: {command}")
    if missing:
        raise SetupError(f"Qt needs these libraries of the system: {', '.join(library.soname for library in missing)}.")


def run() -> int:
    """Starts the program on the sample lesions; without a display does the same work in the terminal."""
    ensure_packages()
    ensure_system(display=display_named())
    if display_named() and display_answers():
        say("Starting KNDNet Desktop on the sample lesions (drawn, not photographed).")
        return call(BIN / "kndnet-desktop", SAMPLES)
    say(
        "There is no display here, so the window cannot be shown; "
        "classifying the sample lesions in the terminal instead."
    )
    out = ROOT / "out"
    out.mkdir(exist_ok=True)
    code = call(BIN / "kndnet", "classify", "--heatmaps", Path("out") / "heatmaps", SAMPLES)
    # The offscreen platform warns about size hints that nobody needs there.
    calm = {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}
    shot = call(BIN / "kndnet-desktop", "--screenshot", Path("out") / "window.png", SAMPLES, **calm)
    if code == 0 and shot == 0:
        say("Heat maps are in out/heatmaps, a picture of the window is out/window.png.")
    return code or shot


def test(arguments: list[str]) -> int:
    """Passes all tests; further arguments go to pytest."""
    ensure_packages("test", "training")
    ensure_system(display=False)
    return call(PYTHON, "-m", "pytest", *arguments, QT_QPA_PLATFORM="offscreen")


def lint() -> int:
    """Style, format and types; all three are run even when the first fails."""
    ensure_packages("test", "training")
    codes = [
        call(PYTHON, "-m", "ruff", "check", "."),
        call(PYTHON, "-m", "ruff", "format", "--check", "."),
        call(PYTHON, "-m", "mypy"),
    ]
    return int(any(codes))  # one that was killed has a negative code


def script(name: str, *extras: str, arguments: list[str]) -> int:
    """Runs one of the scripts beside this file, offscreen."""
    ensure_packages(*extras)
    ensure_system(display=False)
    return call(PYTHON, Path("packaging") / name, *arguments, QT_QPA_PLATFORM="offscreen")


def installer(arguments: list[str]) -> int:
    """Freezes the program and packs installers; the bundle takes the libraries that a window needs from this system."""
    ensure_system(display=True)
    return call(PYTHON, Path("packaging") / "build.py", *arguments)


def clean() -> int:
    """Removes what the commands wrote, except .venv and the training runs, which are dear."""
    for name in ("out", "build", "dist", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for top in ("kndnet_desktop", "training", "tests", "packaging"):
        for cache in [*(ROOT / top).rglob("__pycache__")]:
            shutil.rmtree(cache, ignore_errors=True)
    return 0


def main() -> int:
    """Reads the command line and runs the command.

    Returns:
        The exit code of what was run; 2 when something has to be mended first.
    """
    # Each takes the further arguments of the command line.
    commands: dict[str, Callable[[list[str]], int]] = {
        "run": lambda _: run(),
        "test": test,
        "lint": lambda _: lint(),
        "bench": lambda rest: script("bench.py", "training", arguments=rest),
        "screenshots": lambda rest: script("screenshots.py", arguments=rest),
        "readme": lambda rest: script("readme.py", arguments=rest),
        "samples": lambda rest: script("draw_samples.py", arguments=rest),
        "installer": installer,
        "clean": lambda _: clean(),
    }
    parser = argparse.ArgumentParser(description="Set KNDNet Desktop up and run one of its commands.")
    parser.add_argument("command", choices=commands)
    known, rest = parser.parse_known_args()
    if sys.version_info < MINIMUM:
        say(f"KNDNet Desktop needs Python {MINIMUM[0]}.{MINIMUM[1]} or newer; this is {sys.version.split()[0]}.")
        return 2
    try:
        if known.command != "clean":
            ensure_environment()
        return commands[known.command](rest)
    except SetupError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
