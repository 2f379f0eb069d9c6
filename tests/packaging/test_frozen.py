"""The frozen program in build/, held against the source. `make installer` makes it; `.ci/run` does that first."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def frozen(root: Path) -> Path:
    program = root / "build" / "dist" / "kndnet-desktop" / "kndnet"
    if not program.exists():
        pytest.skip("there is no frozen program; `make installer` makes one")
    parts = [root / "resources", root / "kndnet_desktop"]
    files = (file for part in parts for file in part.rglob("*") if file.is_file() and file.suffix != ".pyc")
    newest = max(file.stat().st_mtime for file in files)
    if program.resolve().stat().st_mtime < newest:
        pytest.skip("the frozen program is older than the source; `make installer` makes a new one")
    return program


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=200,
        check=False,
    )


def test_it_answers_to_real_photos_as_the_source_does(frozen: Path, root: Path, shared_data: Path) -> None:
    photos = sorted((shared_data / "native" / "images").iterdir())[:200]
    words = ("classify", "--json", *photos)
    source = "import sys; from kndnet_desktop.cli import main; sys.exit(main())"
    # The build's own environment, so that the libraries are the same to the bit.
    told = run(root / "build" / "env" / "bin" / "python", "-c", source, *words, PYTHONPATH=str(root))
    assert told.returncode in (0, 1), told.stderr  # 1 where a photo is taken for no dermatoscope photo
    answered = run(frozen, *words)
    assert (answered.returncode, answered.stderr) == (told.returncode, "")

    def timeless(output: str) -> list[str]:
        return re.sub(r', "milliseconds": [^,}]*', "", output).splitlines()

    assert len(photos) > 0
    assert timeless(answered.stdout) == timeless(told.stdout)


def test_the_bill_of_materials_names_what_is_inside(frozen: Path) -> None:
    resources = frozen.parent / "_internal" / "kndnet_desktop" / "resources"
    bill = json.loads((resources / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "kndnet-desktop")
    inside = {each["name"].lower() for each in bill["components"]}
    assert {"numpy", "onnxruntime", "pyside6_essentials", "python", "typst", "pyhanko"} <= inside
    assert not inside & {"torch", "opencv-python-headless", "pytest", "cyclonedx-python-lib"}
    card = json.loads((resources / "models" / "student" / "card.json").read_text(encoding="utf-8"))
    assert card["sha256"] in json.dumps(bill)
    index = (resources / "licences" / "INDEX.txt").read_text(encoding="utf-8")
    for each in bill["components"]:
        texts = resources / "licences" / each["name"]
        assert each["name"] in index
        assert each["type"] == "machine-learning-model" or list(texts.iterdir()), f"{each['name']} has no licence text"
