"""Lets these tests import the scripts of packaging/, which is a folder of scripts and no package."""

import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def scripts(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of scripts, importable while the test runs."""
    folder = root / "packaging"
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name, module in list(sys.modules.items()):
        if str(folder) in str(getattr(module, "__file__", "")):
            del sys.modules[name]
