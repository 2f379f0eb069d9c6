"""The wheel works from any folder, with its resources inside and nothing of the checkout in reach."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, root],
        check=True,
        capture_output=True,
        text=True,
    )
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a fresh environment that holds the wheel; its dependencies are lent from this one."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", place, "install", "--quiet", "--no-deps", "--no-index", wheel],
        check=True,
        capture_output=True,
        text=True,
    )
    paths = sysconfig.get_paths(vars={"base": str(place), "platbase": str(place)})
    # A .pth file lends the packages but not this environment's own .pth files, so not the checkout.
    (Path(paths["purelib"]) / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return scripts


def test_the_wheel_carries_the_resources_and_the_program_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "kndnet_desktop/resources/models/student/model.onnx" in names
    assert "kndnet_desktop/resources/models/student/card.json" in names
    assert "kndnet_desktop/resources/icons/kndnet.svg" in names
    assert "kndnet_desktop/resources/samples/drawn-nevus.jpg" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"kndnet_desktop"}


def test_the_installed_program_classifies_from_an_unrelated_folder(
    installed: Path, samples: Path, tmp_path: Path
) -> None:
    shutil.copy(samples / "drawn-nevus.jpg", tmp_path / "a photo.jpg")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    place = subprocess.run(
        [installed / "python", "-c", "import kndnet_desktop; print(kndnet_desktop.__file__)"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert Path(place.strip()).is_relative_to(installed.parent)
    done = subprocess.run(
        [installed / "kndnet", "classify", "--json", "a photo.jpg"],
        cwd=tmp_path,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["status"] == "ok"
    assert sum(result["probabilities"].values()) == pytest.approx(1, abs=1e-3)
