"""The pictures: which layouts are read, which picture serves what, and the decoded cache.

A lesion of HAM10000 has up to six pictures, so every split here is by lesion. The split is the table `splits.csv`
beside this file: a line for each picture with its fold (0 is the test, never trained, selected or tuned on) and
whether it belongs to the inner validation that is cut from the other folds.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import write_whole
from kndnet_desktop.core.images import Pixels, read_image
from training.config import DataConfig

CODES = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
SPLITS = Path(__file__).with_name("splits.csv")
PARTS = ("train", "inner", "test")

#: Diagnoses as the ISIC archive words them, by the first match in a line's diagnosis columns.
_WORDS = {
    "actinic keratosis": "akiec",
    "bowen": "akiec",
    "squamous cell carcinoma in situ": "akiec",
    "basal cell carcinoma": "bcc",
    "keratosis": "bkl",
    "lentigo": "bkl",
    "dermatofibroma": "df",
    "melanoma": "mel",
    "nevus": "nv",
    "vascular": "vasc",
    "angioma": "vasc",
}


@dataclass(frozen=True)
class Record:
    """One picture.

    Attributes:
        image_id: as published, for example `ISIC_0024306`.
        path: the file.
        label: index into `CODES`.
        lesion: what must not be torn apart by a split.
        source: `ham10000` or `isic2018`.
        part: `train`, `inner` or `test`.
    """

    image_id: str
    path: str
    label: int
    lesion: str
    source: str
    part: str


def read_records(config: DataConfig) -> list[Record]:
    """List every picture of the data sets named in `config`.

    A data folder may bring its own `splits.csv`, which then counts instead of ours.

    Raises:
        UserError: a folder or its metadata is missing, or pictures are; the missing ones are named.
    """
    records = read_source(Path(config.ham10000), "ham10000")
    if config.isic2018 is not None:
        records += read_source(Path(config.isic2018), "isic2018")
    return records


def read_splits(path: Path, source: str) -> dict[str, str]:
    """Map the id of each of a source's pictures to its part, from a table of folds.

    A table without a column `source` is of one source alone.

    Raises:
        UserError: it is no such table.
    """
    lines = _read_table(path)
    if not all({"image_id", "fold", "inner"} <= line.keys() for line in lines):
        raise UserError(f"{path} is no table of folds.", "It needs the columns image_id, fold and inner.")
    return {
        line["image_id"]: "test" if line["fold"] == "0" else "inner" if line["inner"] == "1" else "train"
        for line in lines
        if line.get("source", source) == source
    }


def read_source(root: Path, source: str) -> list[Record]:
    """Read one data set: the metadata tables in `root` and the pictures anywhere below it.

    Known tables: `metadata.csv` or `HAM10000_metadata[.csv]` with a column `dx` (Kaggle, Harvard Dataverse, ours);
    `metadata.csv` with `isic_id` and `diagnosis*` columns (the official isic-cli); the one-hot ground truth of the
    ISIC 2018 challenge with its table of lesion groupings.

    Raises:
        UserError: nothing readable is there, a picture or its diagnosis is missing, or none is in the split table.
    """
    if not root.is_dir():
        raise UserError(f"The data folder {root} does not exist.", "See training/README.md for how to get the data.")
    own = root / "splits.csv"
    parts = read_splits(own if own.exists() else SPLITS, source)
    tables = [path for path in sorted(root.glob("*")) if path.suffix == ".csv" or path.name == "HAM10000_metadata"]
    lines: dict[str, dict[str, str]] = {}
    for table in tables:
        for line in _read_table(table):
            identity = line.get("image_id") or line.get("isic_id") or line.get("image") or ""
            lines.setdefault(identity, {}).update(line)
    labels = {identity: _label(line) for identity, line in lines.items() if identity}
    labels = {identity: label for identity, label in labels.items() if label is not None}
    if not labels:
        raise UserError(f"No table of diagnoses lies in {root}.", "See training/README.md for the known layouts.")
    # The archive's own collections hold more than the challenge's training pictures, which are what was divided.
    others = [identity for identity in labels if identity not in parts]
    if len(others) == len(labels):
        raise UserError(f"No picture of {root} is in the table of folds.", "Check that it is the right folder.")
    if others:
        print(f"{len(others)} pictures of {root} are not in the table of folds and are left out.", file=sys.stderr)
    labels = {identity: label for identity, label in labels.items() if identity in parts}
    _complain("without a diagnosis", root, [identity for identity in parts if identity not in labels])
    _complain("of no known diagnosis", root, [identity for identity, label in labels.items() if label not in CODES])
    files = {path.stem: path for path in sorted(root.rglob("*")) if path.suffix.lower() in (".jpg", ".jpeg", ".png")}
    _complain("missing", root, [identity for identity in labels if identity not in files])
    return [
        Record(
            image_id=identity,
            path=str(files[identity]),
            label=CODES.index(label),
            lesion=lines[identity].get("lesion_id") or lines[identity].get("group") or identity,
            source=source,
            part=parts[identity],
        )
        for identity, label in labels.items()
        if label is not None
    ]


def _read_table(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))
    except UnicodeDecodeError as error:
        raise UserError(f"The table {path} is not in UTF-8.", "Save it so, or fetch it again.") from error


def stamp(record: Record) -> tuple[int, int]:
    """Size and time of a picture's file: another picture in its place is another pair."""
    status = Path(record.path).stat()
    return status.st_size, status.st_mtime_ns


def read_groups(config: DataConfig) -> dict[str, dict[str, str]]:
    """Map each HAM10000 picture's id to its patient's sex, age group and site, as far as they are known."""
    groups = {}
    for table in sorted(Path(config.ham10000).glob("*.csv")):
        for line in _read_table(table):
            identity, years = line.get("image_id") or line.get("isic_id"), line.get("age") or line.get("age_approx")
            if identity and (years is not None or line.get("sex")):
                site = line.get("localization") or line.get("anatom_site_general") or "unknown"
                groups[identity] = {"sex": line.get("sex") or "unknown", "age": _age(years or ""), "site": site}
    return groups


def _age(years: str) -> str:
    try:
        age = int(float(years))
    except ValueError:
        return "unknown"
    return "under 40" if age < 40 else "40 to 59" if age < 60 else "60 and over"


def assign_parts(lesions: Sequence[str], labels: Sequence[str], folds: Sequence[int]) -> list[bool]:
    """Choose the inner validation: every sixth lesion of each class outside fold 0, in the order of their hashes.

    A hash and not a random generator, so that no library's version changes the answer.

    Args:
        lesions: each picture's lesion.
        labels: each picture's class; a lesion counts with its first picture's.
        folds: each picture's fold.

    Returns:
        For each picture, whether it is in the inner validation.
    """
    first: dict[str, str] = {}
    for lesion, label, fold in zip(lesions, labels, folds, strict=True):
        if fold != 0:
            first.setdefault(lesion, label)
    chosen: set[str] = set()
    for code in set(first.values()):
        members = sorted((lesion for lesion, label in first.items() if label == code), key=digest)
        chosen.update(members[::6])
    return [lesion in chosen for lesion in lesions]


def digest(text: str) -> str:
    """A stable order that means nothing: the SHA-256 of `text` in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class Pictures:
    """Decoded pictures as one memory map, in the order of the records they were made from.

    Args:
        folder: where `prepare` put them.
    """

    def __init__(self, folder: Path) -> None:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        self.records = [Record(**record) for record in index["records"]]
        self._shapes: list[tuple[int, int]] = [(height, width) for height, width in index["shapes"]]
        self._starts = np.concatenate([[0], np.cumsum([height * width * 3 for height, width in self._shapes])])
        self._bytes: NDArray[np.uint8] = np.memmap(folder / "pixels.bin", np.uint8, "r")

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> Pixels:
        """Picture `index`: uint8 [H, W, 3], sRGB, read-only."""
        height, width = self._shapes[index]
        return self._bytes[self._starts[index] : self._starts[index + 1]].reshape(height, width, 3)

    def part(self, part: str, source: str | None = None) -> NDArray[np.int64]:
        """Indices of the records of a part, of one source or of all."""
        chosen = [record.part == part and source in (None, record.source) for record in self.records]
        return np.flatnonzero(chosen)

    def learned(self, config: DataConfig) -> NDArray[np.int64]:
        """Indices of what an epoch shows, those of other clinics as often as the recipe says."""
        parts = ("train", "inner") if config.refit_of else ("train",)
        elsewhere = [np.repeat(self.part(part, "isic2018"), config.isic2018_times) for part in parts]
        return np.concatenate([*(self.part(part, "ham10000") for part in parts), *elsewhere])

    @property
    def labels(self) -> NDArray[np.int64]:
        """Class indices [N]."""
        return np.array([record.label for record in self.records], np.int64)


def prepare(config: DataConfig) -> Pictures:
    """Decode every picture once, through the app's own loader, and return the cache; an existing one is used again.

    Raises:
        UserError: pictures are missing or cannot be read; each is named.
    """
    records = read_records(config)
    plan = json.dumps([config.side, [[asdict(record), stamp(record)] for record in records]])
    folder = Path(config.cache) / digest(plan)[:16]
    if not (folder / "index.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _decode_all(records, config.side, folder)
    return Pictures(folder)


def _decode_all(records: Sequence[Record], side: int, folder: Path) -> None:
    shapes: list[tuple[int, int]] = []
    corrupt: list[str] = []
    part = folder / "pixels.part"
    with part.open("wb") as file, ThreadPoolExecutor(2) as pool:
        decoded = pool.map(lambda record: _decode(Path(record.path), side), records)
        for record, pixels in tqdm(zip(records, decoded, strict=True), "decoding", len(records), mininterval=1):
            if pixels is None:
                corrupt.append(record.image_id)
                continue
            shapes.append((pixels.shape[0], pixels.shape[1]))
            file.write(pixels.tobytes())
    _complain("corrupt", Path(records[0].path).parent, corrupt)
    part.replace(folder / "pixels.bin")
    index = {"shapes": shapes, "records": [asdict(record) for record in records]}
    write_whole(folder / "index.json", json.dumps(index).encode())


def _decode(path: Path, side: int) -> Pixels | None:
    try:
        image = read_image(path).image
    except UserError:
        return None
    scale = side / max(image.size)
    if scale < 1:
        size = (round(image.width * scale), round(image.height * scale))
        image = image.resize(size, Image.Resampling.BOX)
    return np.asarray(image)


def _label(line: dict[str, str]) -> str | None:
    if line.get("dx"):
        return line["dx"]
    for code in CODES:
        if line.get(code.upper()) in ("1", "1.0"):
            return code
    words = " ".join(value for key, value in line.items() if key and key.startswith("diagnosis") and value).lower()
    return next((code for word, code in _WORDS.items() if word in words), None)


def _complain(what: str, root: Path, names: Iterable[str]) -> None:
    names = sorted(names)
    if names:
        shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
        raise UserError(f"{len(names)} pictures of {root} are {what}: {shown}.", "Fetch the data again.")
