"""Fitting the gate to drawn pictures, measuring it, and gathering pictures from packages that are made here."""

import gzip
import json
import struct
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from kndnet_desktop.core import gate as judge
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.evidence import Gate, Trust
from kndnet_desktop.core.images import JUDGED, read_image, to_doubled
from training import gate, others
from training.data import Pictures
from training.others import SOURCES, Source, collect, listed, skin_windows
from training.unlike import KINDS, draw_others, from_afar

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"


def fake_fetch(source: Source, folder: Path) -> str:
    """Lay the files of a package as it would be unpacked, with things in between that are no pictures."""
    if source.package in ("ultralytics", "mate-backgrounds"):
        raise subprocess.CalledProcessError(100, "apt-get")
    inside = folder / source.inside.replace("**/*", "deep/*").replace("*[!a].*", "b.*").replace("/*/", "/C/")
    inside.parent.mkdir(parents=True)
    if source.inside.endswith(".nii.gz"):
        (inside.parent / "cut-short.nii.gz").write_bytes(SCAN)
        return "1"
    suffix = inside.suffix if inside.suffix in (".png", ".jpg") else ".png"
    picture = Image.fromarray(draw_others(SOURCES.index(source), "gradient", 100, 130))
    for name, image in {
        "b": picture,
        "again": picture,
        "icon": picture.resize((32, 32)),
        "banner": picture.resize((400, 100)),
        "large": picture.resize((260, 200)),
    }.items():
        image.save(inside.parent / f"{name}{suffix}")
    (inside.parent / f"notes{suffix}").write_text("no picture")
    (inside.parent / f"cut{suffix}").write_bytes((inside.parent / f"b{suffix}").read_bytes()[:200])
    info = folder / "package-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: x\nLicense: MIT\nClassifier: License :: OSI Approved :: MIT License\n")
    return "1.0"


def scan() -> bytes:
    """A smooth scan of 100 x 104 x 108 in NIfTI-1, as far as it is read."""
    head = bytearray(352)
    struct.pack_into("<4h", head, 40, 3, 100, 104, 108)
    struct.pack_into("<h", head, 70, 4)
    struct.pack_into("<f", head, 108, 352.0)
    values = np.add.outer(np.add.outer(np.arange(100) * 31, np.arange(104) * 17), np.arange(108) * 7).astype("<i2")
    return gzip.compress(bytes(head) + values.tobytes(order="F"))


SCAN = scan()


@pytest.fixture(scope="session")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("others")
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(others, "LARGEST", 200)
        collect(folder, fake_fetch)
    return folder


@pytest.fixture(scope="session")
def small(gathered: Path, pictures: Pictures) -> Iterator[Gate]:
    """A gate fitted to few pictures."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(gate, "DRAWN", {False: 6, True: 6})
        changed.setattr(gate, "FROM_AFAR", 12)
        changed.setattr(gate, "MEASURED", 4)
        changed.setattr(gate, "PER_CLASS", 6)
        changed.setattr(gate, "RIDGE", 0.1)
        changed.setattr(Pictures, "__getitem__", never_of_the_test(Pictures.__getitem__))
        yield gate.fit(pictures, gathered, SAMPLES)


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def never_of_the_test(
    look: Callable[[Pictures, int], NDArray[np.uint8]],
) -> Callable[[Pictures, int], NDArray[np.uint8]]:
    def guarded(pictures: Pictures, index: int) -> NDArray[np.uint8]:
        assert pictures.records[index].part in ("train", "inner")
        return look(pictures, index)

    return guarded


def rejects(small: Gate, pixels: Any) -> bool:
    doubled, _ = to_doubled(pixels, JUDGED)
    return judge.score(judge.features(np.asarray(doubled)), small) > small.threshold


def test_collecting_keeps_whole_pictures_of_a_usable_size(gathered: Path) -> None:
    notes = json.loads((gathered / "sources.json").read_text())
    assert notes["scikit-image"]["version"] == "1.0"
    assert notes["scikit-image"]["licence"] == "MIT, MIT License"
    assert notes["scikit-image"]["files"] == 2  # the picture once, and the large one; no icon, banner or note
    assert sorted(map(size, (gathered / "scikit-image").iterdir())) == [(130, 100), (200, 154)]


def test_a_scan_becomes_slices(gathered: Path) -> None:
    paths = listed(gathered, kept=False)["mricron-data"]
    assert len(paths) > 8
    assert set(map(size, paths)) == {(104, 108), (100, 108), (100, 104)}


def test_a_package_that_cannot_be_had_is_written_down(gathered: Path) -> None:
    entry = json.loads((gathered / "sources.json").read_text())["mate-backgrounds"]
    assert (entry["version"], entry["files"]) == (None, 0)
    assert "mate-backgrounds" not in listed(gathered, kept=False)


def test_sources_kept_aside_are_never_among_the_others(gathered: Path) -> None:
    assert not set(listed(gathered, kept=True)) & set(listed(gathered, kept=False))


def test_without_pictures_it_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="others"):
        listed(tmp_path, kept=True)


@pytest.mark.parametrize("kind", KINDS)
def test_drawings(kind: str) -> None:
    first = draw_others(3, kind)
    assert first.shape == (240, 320, 3)
    assert first.dtype == np.uint8
    assert (first == draw_others(3, kind)).all()
    assert (first != draw_others(4, kind)).any()
    assert draw_others(0, kind, 64, 80).shape == (64, 80, 3)


def test_from_afar_shows_a_small_lesion_on_much_skin() -> None:
    lesion = np.full((90, 120, 3), (20, 240, 30), np.uint8)
    lesion[:6], lesion[-6:], lesion[:, :6], lesion[:, -6:] = [(220, 180, 160)] * 4
    before = lesion.copy()
    shown = from_afar(lesion, 7)
    assert shown.shape == (240, 320, 3)
    assert (shown == from_afar(lesion, 7)).all()
    assert (lesion == before).all()
    green = shown[..., 1].astype(int) - shown[..., 0] > 40
    assert 0.003 < green.mean() < 0.15


def test_tinting_takes_the_colours_and_leaves_the_picture() -> None:
    page, lesion = draw_others(5, "document"), draw_others(5, "closeup")
    tinted = gate._tint(page, lesion)
    assert tinted.shape == page.shape
    assert np.abs(tinted.mean((0, 1)) - lesion.mean((0, 1))).max() < 12
    assert np.corrcoef(page.mean(2).ravel(), tinted.mean(2).ravel())[0, 1] > 0.9


def test_skin_is_cut_out_of_a_photograph() -> None:
    photo = np.full((300, 400, 3), (40, 90, 200), np.uint8)
    photo[60:240, 100:340] = (222, 176, 152)
    cuts = skin_windows(photo)
    assert cuts
    assert all((cut[..., 0] > cut[..., 2]).mean() > 0.9 for cut in cuts)
    assert skin_windows(photo[:50]) == []


def test_a_fitted_gate_rejects_documents_and_noise(small: Gate) -> None:
    for kind in ("document", "chart", "noise"):
        rejected = [rejects(small, draw_others(seed, kind)) for seed in range(100, 110)]
        assert np.mean(rejected) >= 0.9, kind


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.jpg")), ids=lambda path: path.stem)
def test_a_fitted_gate_answers_every_sample(small: Gate, path: Path) -> None:
    assert not rejects(small, read_image(path).image)


def test_rare_classes_and_small_data_sets_speak_as_loudly_as_large_ones() -> None:
    kinds = [("one", 5)] * 90 + [("one", 6)] * 3 + [("other", 5)] * 7
    voices = gate._voices(kinds)
    for kind, loud in ((("one", 5), 0.5), (("one", 6), 0.5), (("other", 5), 1)):
        assert sum(voice for voice, own in zip(voices, kinds, strict=True) if own == kind) == pytest.approx(loud)


def test_a_fitted_gate_fits_on_a_card(small: Gate) -> None:
    again = Trust.from_json(json.loads(json.dumps({"gate": asdict(small)})), {})
    assert again.gate == small


def test_fitting_again_gives_the_same_gate_and_looks_at_nothing_twice(
    small: Gate, gathered: Path, pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "features", lambda _: pytest.fail("a picture was looked at again"))
    assert gate.fit(pictures, gathered, SAMPLES) == small


def test_measuring_and_its_table(small: Gate, gathered: Path, pictures: Pictures) -> None:
    found = gate.measure(small, pictures, gathered, samples=SAMPLES)
    assert json.loads(json.dumps(found)) == found
    rows = {row["name"]: row for row in found["rows"]}
    assert rows["the program's samples"]["rejected"] == 0
    assert rows["HAM10000 inner validation"]["pictures"] == len(pictures.part("inner"))
    for counted in ("pictures", "rejected"):  # class by class
        parts = [row[counted] for name, row in rows.items() if name.startswith("HAM10000 inner validation: ")]
        assert len(parts) == 7
        assert sum(parts) == rows["HAM10000 inner validation"][counted]
    for row in found["rows"]:
        assert 0 <= row["low"] <= row["share"] <= row["high"] <= 1
    kept = [row for row in found["rows"] if row["group"] == "other" and row["name"] != "all"]
    pooled = next(row for row in found["rows"] if row["group"] == "other" and row["name"] == "all")
    assert pooled["pictures"] == sum(row["pictures"] for row in kept)
    lines = gate.table(found)
    assert "## Is it a dermatoscope picture?" in lines
    assert len([line for line in lines if line.startswith("|")]) == 2 + len(found["rows"])


def test_wilson() -> None:
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I: 81 of 263, method 3.
    assert gate.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert gate.wilson(0, 20) == pytest.approx((0, 0.1611), abs=1e-4)
