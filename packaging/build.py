r"""Freezes the program and packs installers: `python packaging/build.py [--installer deb|run|nsis|dmg]...`.

Standard library only: any Python 3.11 or newer with pip can start it. Everything is built in an environment of its own
from packaging/locks/installer.txt, with the hash of every download checked; results are in dist/, with their SHA-256.
After the dependencies in pyproject.toml have changed, the lock is made anew with (`pip install uv`, once)

    uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --extra installer pyproject.toml --output-file packaging/locks/installer.txt
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import installers

ROOT = Path(__file__).resolve().parent.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"
LOCK = ROOT / "packaging" / "locks" / "installer.txt"
ENVIRONMENT = BUILD / "env"
WINDOWS = os.name == "nt"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if WINDOWS else "bin/python")
DEFAULT = {"linux": ["deb", "run"], "win32": ["nsis"], "darwin": ["dmg"]}

# Every warning of PyInstaller that is known, and why it is no trouble. Any other one fails the build.
EXPECTED_WARNINGS = {
    r'Hidden import "lxml\.html\..*" not found!': "lxml's HTML half is left out on purpose",
    r'Hidden import "pycparser\..*tab" not found!': "tables that pycparser no longer has; its hook still asks",
    r'Hidden import "setuptools\..*" not found!': "setuptools is left out on purpose",
    r"Library (shell32|ole32|user32|kernel32|msvcrt) required via ctypes not found": "libraries of Windows",
    r"Library .*\.dylib required via ctypes not found": "libraries of macOS",
    r"Library not found: could not resolve 'lib(gdk|gtk)-3\.so\.0', dependency of '.*/libqgtk3\.so'\.": (
        "of a Qt plugin that is left out"
    ),
    r"lib not found: lib(cups|pq|odbc|mysqlclient|fbclient|mimer)\S* .*": "of Qt plugins that are left out",
}

# The same for the lines that the frozen program writes to the terminal's error stream while it tests itself.
EXPECTED_OUTPUT = {
    "This plugin does not support propagateSizeHints()": "Qt's offscreen platform, of a need that nobody has there",
}
SOURCE = "import sys; from kndnet_desktop.cli import main; sys.exit(main())"

# The large parts of a bundle, and why each stays.
REASONS = {
    "PySide6": "Qt: the window (Core, Gui, Widgets, Svg, PrintSupport); 39 MB of it is ICU, which Qt Core is linked to",
    "typst": "sets the PDF report, tagged and archivable; 30 MB of it is fonts and tables inside its one library",
    "numpy": "arrays everywhere; 25 MB of it is OpenBLAS, which its core is linked to",
    "onnxruntime": "runs the networks",
    "cryptography": "makes the key that signs reports, and signs",
    "python": "Python's own library and modules",
    "kndnet_desktop": "models, fonts of the report, samples, licences",
    "pillow": "reads pictures of every format",
    "aiohttp": "pyHanko imports it before it does anything; no connection is ever opened",
    "lxml": "pyHanko compares the metadata of reports with it",
    "libcrypto": "OpenSSL: Python's hashes",
    "cmap": "the colour map of the heat maps",
    "libgnutls": "libcups is linked to it, and Qt prints through that",
    "libstdc++": "the C++ library of Qt and ONNX Runtime",
}


class BuildError(Exception):
    """Something that a person can mend; the text is the sentence to show."""


def main() -> int:
    """Build what the command line asks for.

    Returns:
        0 if all is well, 2 if something has to be mended first.
    """
    parser = argparse.ArgumentParser(description="Freeze KNDNet Desktop and pack installers.")
    parser.add_argument(
        "--installer",
        action="append",
        choices=sorted(installers.KINDS),
        help="what to pack, any number of times (default: what is usual on this system)",
    )
    parser.add_argument("--twice", action="store_true", help="build everything a second time and compare every byte")
    options = parser.parse_args()
    kinds = options.installer or DEFAULT.get(sys.platform, [])
    try:
        prepare()
        made = build(kinds, DIST)
        if options.twice:
            return compare(made, build(kinds, BUILD / "second"))
    except (BuildError, installers.ToolMissingError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def prepare() -> None:
    """Make the build's environment, unless it is there for this lock file and this Python.

    Raises:
        BuildError: If pip fails, or a tool of the system is missing.
    """
    missing = [name for name in ("objdump", "strip") if sys.platform == "linux" and not shutil.which(name)]
    if missing:
        raise BuildError(f"PyInstaller needs {' and '.join(missing)}, which come with the package binutils.")
    stamp = ENVIRONMENT / "kndnet-lock.txt"
    wanted = f"{digest(LOCK)} {platform.python_version()} {ROOT}"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("Installing what the build needs into build/env (once) ...", flush=True)
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ENVIRONMENT], check=True)
    install = ["-m", "pip", "--python", PYTHON, "install", "--quiet", "--require-hashes", "--only-binary", ":all:"]
    if subprocess.run([sys.executable, *install, "--requirement", LOCK], check=False).returncode:
        raise BuildError("pip could not install the packages; its message stands above.")
    stamp.write_text(wanted, encoding="utf-8")


def build(kinds: list[str], target: Path) -> list[Path]:
    """Freeze the program and pack it.

    Args:
        kinds: The installers to make.
        target: The folder for them, made anew.

    Returns:
        Every file that was made.
    """
    answers = classify([PYTHON, "-c", SOURCE])
    (BUILD / "answers.jsonl").write_text(answers, encoding="utf-8", newline="\n")
    bundle = freeze()
    print(sizes(bundle), flush=True)
    prove(bundle, answers)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    made = [installers.KINDS[kind](bundle, version(), target, epoch()) for kind in kinds]
    bill = target / f"kndnet-desktop-{version()}-{sys.platform}.cdx.json"
    shutil.copyfile(BUILD / "work" / "kndnet" / "sbom.cdx.json", bill)
    made.append(bill)
    sums = "".join(f"{digest(file)}  {file.name}\n" for file in made)
    (target / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    for file in made:
        print(f"{file.stat().st_size / 1e6:8.1f} MB  {file.relative_to(ROOT)}")
    return made


def freeze() -> Path:
    """Run PyInstaller.

    Returns:
        The bundle: a folder, or on macOS the application.

    Raises:
        BuildError: If it fails, or says something that is not expected.
    """
    print("Freezing ...", flush=True)
    log = BUILD / "freeze.log"
    # A fixed seed and time, so that two builds are the same.
    environment = {**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(epoch())}
    command = [PYTHON, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "INFO"]
    command += ["--distpath", BUILD / "dist", "--workpath", BUILD / "work", ROOT / "packaging" / "kndnet.spec"]
    with log.open("w", encoding="utf-8") as output:
        failed = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
        ).returncode
    said = log.read_text(encoding="utf-8")
    if failed:
        raise BuildError(f"PyInstaller failed:\n{said[-3000:]}")
    odd = unexpected(said)
    if odd:
        raise BuildError("PyInstaller warns of something new; mend it, or list it with a reason:\n" + "\n".join(odd))
    bundle = BUILD / "dist" / "kndnet-desktop"
    if sys.platform == "darwin":
        return BUILD / "dist" / "KNDNet Desktop.app"
    if not WINDOWS:
        (bundle / "kndnet").symlink_to("kndnet-desktop")
    return bundle


def classify(program: list[str | os.PathLike[str]]) -> str:
    """Return what `kndnet classify --json` answers to the drawn samples, without the times that it took."""
    samples = ROOT / "resources" / "samples"
    choice = "both" if (ROOT / "resources" / "models" / "teacher" / "card.json").is_file() else "student"
    command = [*program, "classify", "--json", "--model", choice, *sorted(file.name for file in samples.glob("*.jpg"))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, cwd=samples, env=environment, capture_output=True, encoding="utf-8", check=False)
    if told.returncode:
        raise BuildError(f"The samples can't be classified:\n{told.stdout}{told.stderr}")
    return re.sub(r', "milliseconds": [^,}]*', "", told.stdout)


def prove(bundle: Path, answers: str) -> None:
    """Run the frozen program: it answers as the source does, tests itself, and says nothing that is not expected.

    Raises:
        BuildError: If it does not.
    """
    folder = bundle / "Contents" / "MacOS" if sys.platform == "darwin" else bundle
    suffix = ".exe" if WINDOWS else ""
    command = folder / f"kndnet{suffix}"
    if classify([command]) != answers:
        raise BuildError("The frozen program answers differently from the source.")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    tested = subprocess.run([command, "self-test"], env=environment, capture_output=True, encoding="utf-8", check=False)
    print(tested.stdout, end="", flush=True)
    said = [line for line in tested.stderr.splitlines() if line not in EXPECTED_OUTPUT]
    if tested.returncode or said:
        raise BuildError("The frozen program's self-test failed or said something new:\n" + "\n".join(said))


def unexpected(log: str) -> list[str]:
    """Return the warnings and errors in PyInstaller's log that nobody has explained."""
    said = [match[1] for match in re.finditer(r"^\d+ (?:WARNING|ERROR|CRITICAL): (.*)$", log, re.MULTILINE)]
    return [line for line in said if not any(re.fullmatch(known, line) for known in EXPECTED_WARNINGS)]


def sizes(bundle: Path, least: float = 2.0) -> str:
    """Return a table of the parts of a bundle that take at least so many MB and why they stay, largest first."""
    inside = bundle / "Contents" if sys.platform == "darwin" else bundle / "_internal"
    total = sum(file.lstat().st_size for file in bundle.rglob("*") if file.is_file() or file.is_symlink())
    parts: dict[str, int] = {}
    for file in inside.rglob("*"):
        if file.is_file() and not file.is_symlink():
            head = file.relative_to(inside).parts
            name = head[0] if len(head) > 1 else re.sub(r"[.\d]*(so|dll|dylib).*", "", head[0])
            name = re.sub(r"^(lib)?python[\d.]*$", "python", name.removesuffix(".libs"))  # numpy.libs belongs to numpy
            name = {"PIL": "pillow"}.get(name, name)
            parts[name] = parts.get(name, 0) + file.stat().st_size
    large = sorted(((size, name) for name, size in parts.items() if size >= least * 1e6), reverse=True)
    lines = [f"{size / 1e6:8.1f} MB  {name:15} {REASONS.get(name, '')}".rstrip() for size, name in large]
    rest = total - sum(size for size, _ in large)
    return "\n".join([*lines, f"{rest / 1e6:8.1f} MB  everything else", f"{total / 1e6:8.1f} MB  installed"])


def compare(first: list[Path], second: list[Path]) -> int:
    """Say which files of two builds differ, and return 1 if any does."""
    different = [one.name for one, other in zip(first, second, strict=True) if digest(one) != digest(other)]
    print(f"Different in a second build: {', '.join(different)}" if different else "A second build is the same.")
    return int(bool(different))


def version() -> str:
    """Return the program's version, from the only place where it stands."""
    text = (ROOT / "kndnet_desktop" / "__init__.py").read_text(encoding="utf-8")
    return re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)[0]


def epoch() -> int:
    """Return the time that is written into everything: that of the last commit, unless SOURCE_DATE_EPOCH tells one."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        return int(os.environ["SOURCE_DATE_EPOCH"])
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return int(told or 0)


def digest(file: Path) -> str:
    """Return a file's SHA-256, 64 hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
