"""What all tests share: where things lie, and a home of their own, so that no test touches a person's settings."""

import os
from pathlib import Path

import pytest

# No window pops up on a person's screen, and a machine without one passes too.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of drawn sample lesions."""
    return ROOT / "resources" / "samples"


@pytest.fixture(scope="session")
def student_folder() -> Path:
    """The model folder of the shipped student."""
    return ROOT / "resources" / "models" / "student"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real lesion data beside the checkout, which the repository never holds: elsewhere the test is skipped."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "ham10000" / "metadata.csv").is_file():
        pytest.skip("the HAM10000 data does not lie beside the checkout (../shared/data)")
    return folder


@pytest.fixture(autouse=True)
def private_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Points every place where settings, caches and logs may go at an empty folder."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home / name.lower()))
    # A developer's settings for Python (unbuffered output, for one) would hide what users see.
    for name in [name for name in os.environ if name.startswith("PYTHON")]:
        monkeypatch.delenv(name)
    return home
