"""The driver behind make: what it asks of the system, and that it sets up once."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest


def having(*programs: str):
    return lambda name: f"/usr/bin/{name}" if name in programs else None


def test_a_library_that_is_missing_is_named_by_the_package_of_the_distribution() -> None:
    import syslibs

    missing = syslibs.missing_libraries(
        display=True, loads=lambda name: name not in {"libEGL.so.1", "libxcb-cursor.so.0"}
    )
    assert [library.soname for library in missing] == ["libEGL.so.1", "libxcb-cursor.so.0"]
    command = syslibs.install_command(missing, root=False, which=having("apt-get"))
    assert command == "sudo apt-get install --yes --no-install-recommends libegl1 libxcb-cursor0"
    assert syslibs.install_command(missing, root=True, which=having("dnf")) == (
        "dnf install --assumeyes libglvnd-egl xcb-util-cursor"
    )
    assert syslibs.install_command(missing, root=True, which=having()) == ""


def test_without_a_display_the_libraries_of_x11_are_not_asked_for() -> None:
    import syslibs

    asked = [library.soname for library in syslibs.missing_libraries(display=False, loads=lambda _: False)]
    assert "libEGL.so.1" in asked
    assert not any("xcb" in name for name in asked)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="shared libraries of Linux distributions")
def test_the_loader_is_asked_for_real() -> None:
    import syslibs

    assert syslibs.loads("libc.so.6")
    assert not syslibs.loads("libno-such-thing.so.9")


def test_setting_up_is_done_once_and_again_when_the_project_changes(tmp_path: Path, monkeypatch) -> None:
    import bootstrap

    (tmp_path / ".venv").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "stamp.json")
    installed: list[str] = []
    monkeypatch.setattr(bootstrap, "call", lambda *words: installed.append(words[-1]) or 0)

    bootstrap.ensure_packages()
    bootstrap.ensure_packages()
    assert installed == ["."]
    bootstrap.ensure_packages("test", "training")
    bootstrap.ensure_packages()
    bootstrap.ensure_packages("training")
    assert installed == [".", ".[test,training]"]
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'changed'\n")
    bootstrap.ensure_packages()
    assert installed[2:] == ["."]


def test_a_failed_installation_leaves_no_stamp(tmp_path: Path, monkeypatch) -> None:
    import bootstrap

    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(bootstrap, "call", lambda *_: 1)
    with pytest.raises(bootstrap.SetupError, match="network"):
        bootstrap.ensure_packages()
    assert not (tmp_path / "stamp.json").exists()


def test_the_driver_needs_nothing_installed(root: Path) -> None:
    """-S and -I leave the standard library only, as on a bare machine."""
    done = subprocess.run(
        [sys.executable, "-S", "-I", "-c", "import sys; sys.path.insert(0, 'packaging'); import bootstrap"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_version_stands_in_one_place(root: Path) -> None:
    import importlib.metadata

    import kndnet_desktop

    assert importlib.metadata.version("kndnet-desktop") == kndnet_desktop.__version__
    assert kndnet_desktop.__version__ not in (root / "pyproject.toml").read_text(encoding="utf-8").split("[tool.")[0]
    shown = subprocess.run(
        [Path(sysconfig.get_path("scripts")) / "kndnet", "--version"], capture_output=True, text=True, check=True
    )
    assert kndnet_desktop.__version__ in shown.stdout


@pytest.mark.parametrize(("answers", "programs"), [(True, ["kndnet-desktop"]), (False, ["kndnet", "kndnet-desktop"])])
def test_run_shows_the_window_or_does_its_work_in_the_terminal(
    answers: bool, programs: list[str], tmp_path: Path, monkeypatch, capsys
) -> None:
    import bootstrap

    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    for name in ("ensure_packages", "ensure_system"):
        monkeypatch.setattr(bootstrap, name, lambda **_: None)
    monkeypatch.setattr(bootstrap, "display_named", lambda: True)
    monkeypatch.setattr(bootstrap, "display_answers", lambda: answers)
    monkeypatch.setattr(bootstrap, "call", lambda *words, **_: started.append(tuple(map(str, words))) or 0)
    assert bootstrap.run() == 0
    assert [Path(words[0]).stem for words in started] == programs
    assert all(words[-1] == str(bootstrap.SAMPLES) for words in started)
    assert ("no display" in capsys.readouterr().out) is not answers


def test_run_fails_when_the_classification_fails(tmp_path: Path, monkeypatch) -> None:
    import bootstrap

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    for name in ("ensure_packages", "ensure_system"):
        monkeypatch.setattr(bootstrap, name, lambda **_: None)
    monkeypatch.setattr(bootstrap, "display_named", lambda: False)
    monkeypatch.setattr(bootstrap, "call", lambda *words, **_: int("classify" in words))
    assert bootstrap.run() == 1
