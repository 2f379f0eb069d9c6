"""What the build says about a bundle, and what it refuses."""

import re
import tomllib
from pathlib import Path


def test_a_warning_that_nobody_has_explained_fails_the_build() -> None:
    import build

    log = """\
100 INFO: Building PYZ
200 WARNING: Hidden import "lxml.html.diff" not found!
300 WARNING: Library libfoo.so.1 required via ctypes not found
400 ERROR: something else
"""
    assert build.unexpected(log) == ["Library libfoo.so.1 required via ctypes not found", "something else"]
    assert all(build.EXPECTED_WARNINGS.values()), "each has a reason"


def test_the_table_of_sizes_adds_up(tmp_path: Path, monkeypatch) -> None:
    import build

    monkeypatch.setattr(build.sys, "platform", "linux")
    for name, size in (("numpy/a.so", 3_000_000), ("numpy.libs/b.so", 4_000_000), ("libz.so.1", 500_000)):
        file = tmp_path / "_internal" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size))
    lines = build.sizes(tmp_path).splitlines()
    assert lines == [
        f"     7.0 MB  {'numpy':15} {build.REASONS['numpy']}",
        "     0.5 MB  everything else",
        "     7.5 MB  installed",
    ]


def test_the_lock_names_a_hash_for_everything_the_program_needs(root: Path) -> None:
    text = (root / "packaging" / "locks" / "installer.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^([\w.-]+)==\S+[^\n]*((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)", text, re.MULTILINE)
    locked = {name.lower().replace("_", "-") for name, _ in blocks}
    assert len(locked) == len(set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE)))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["installer"]]
    names = {re.match(r"[\w.-]+", each)[0].lower().replace("_", "-") for each in wanted}
    assert names <= locked, "make the lock anew, as packaging/build.py tells"
    assert "://" not in text, "no place to download from is fixed"


def test_the_version_stands_in_one_place_only(root: Path) -> None:
    import build

    from kndnet_desktop import __version__

    assert build.version() == __version__
    for folder in ("linux", "windows", "macos"):
        for file in (root / "packaging" / folder).rglob("*"):
            if file.is_file():
                assert __version__ not in re.findall(r"\d+\.\d+\.\d+", file.read_text(encoding="utf-8")), file
