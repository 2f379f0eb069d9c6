"""The Linux installers' logic on a stand-in bundle; `packaging/linux/clean_machine_test.sh` proves the real ones."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these installers are for Linux")
VERSION = "1.2.3"
unpacked = pytest.mark.skipif(not shutil.which("xz"), reason="the file unpacks itself with xz, which is not installed")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return make_bundle(tmp_path / "bundle", "old.txt")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / 'Zoë "Z" Müller $HOME 100%'  # every letter that shells and menus might trip over
    folder.mkdir()
    return folder


def make_bundle(folder: Path, *names: str) -> Path:
    (folder / "_internal").mkdir(parents=True)
    for name in names:
        (folder / "_internal" / name).write_text(name, encoding="utf-8")
    program = folder / "kndnet-desktop"
    program.write_text('#!/bin/sh\necho "program called with $*"\n', encoding="utf-8")
    program.chmod(0o700)  # a builder's strict umask
    (folder / "kndnet").symlink_to("kndnet-desktop")
    return folder


def pack(bundle: Path, folder: Path, version: str = VERSION) -> Path:
    import installers

    folder.mkdir(exist_ok=True)
    return installers.run(bundle, version, folder, 1_700_000_000)


def start(file: Path, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(file), *words],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if not file.is_dir())


@unpacked
def test_install_upgrade_in_place_and_uninstall(bundle: Path, home: Path, tmp_path: Path) -> None:
    (home / "mine.txt").touch()
    installed = start(pack(bundle, tmp_path), home)
    assert installed.returncode == 0, installed.stderr
    program = home / ".local" / "bin" / "kndnet"
    assert (
        subprocess.run([program, "x"], capture_output=True, text=True, check=True).stdout == "program called with x\n"
    )
    entry = (home / ".local/share/applications/kndnet-desktop.desktop").read_text(encoding="utf-8")
    (command,) = (line for line in entry.splitlines() if line.startswith("Exec="))
    quoted = str(home).replace('"', r'\\"').replace("$", r"\\$").replace("%", "%%")
    assert command == f'Exec="{quoted}/.local/lib/kndnet-desktop/kndnet-desktop" %F'

    newer = make_bundle(tmp_path / "newer", "new.txt")
    (home / ".local/lib/kndnet-desktop").chmod(0o555)  # an administrator may have locked it
    assert start(pack(newer, tmp_path, "1.2.4"), home).returncode == 0
    inside = files(home / ".local" / "lib")
    assert "kndnet-desktop/_internal/new.txt" in inside
    assert "kndnet-desktop/_internal/old.txt" not in inside
    assert not any("kndnet-desktop.old" in name or "kndnet-desktop.new" in name for name in inside)

    removed = start(home / ".local/lib/kndnet-desktop/uninstall.sh", home)
    assert removed.returncode == 0, removed.stderr
    assert [each.name for each in home.iterdir()] == ["mine.txt"]


@unpacked
def test_a_file_that_was_cut_off_or_changed_installs_nothing(bundle: Path, home: Path, tmp_path: Path) -> None:
    file = pack(bundle, tmp_path)
    data = file.read_bytes()
    for broken in (data[:-100], data[:-100] + bytes([data[-100] ^ 1]) + data[-99:]):
        file.write_bytes(broken)
        refused = start(file, home)
        assert refused.returncode == 1
        assert "damaged or incomplete" in refused.stderr
        assert files(home) == []


@unpacked
def test_a_program_that_does_not_start_leaves_the_old_one_in_place(bundle: Path, home: Path, tmp_path: Path) -> None:
    assert start(pack(bundle, tmp_path), home).returncode == 0
    before = files(home)
    broken = make_bundle(tmp_path / "broken", "new.txt")
    (broken / "kndnet-desktop").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    refused = start(pack(broken, tmp_path), home)
    assert refused.returncode == 1
    assert "too old" in refused.stderr
    assert files(home) == before


@unpacked
def test_it_does_not_replace_a_program_that_is_running(bundle: Path, home: Path, tmp_path: Path) -> None:
    shutil.copyfile("/bin/sleep", bundle / "kndnet-desktop")
    file = pack(bundle, tmp_path)
    assert start(file, home).returncode == 0
    program = subprocess.Popen([home / ".local/lib/kndnet-desktop/kndnet-desktop", "60"])
    try:
        for words in ((), ("--uninstall",)):
            refused = start(file, home, *words)
            assert refused.returncode == 1
            assert "close it" in refused.stderr
    finally:
        program.kill()
        program.wait()
    assert start(file, home, "--uninstall").returncode == 0


def test_wrong_words_are_answered_with_a_sentence(bundle: Path, home: Path, tmp_path: Path) -> None:
    file = pack(bundle, tmp_path)
    assert "is not known" in start(file, home, "--what").stderr
    assert "not installed" in start(file, home, "--uninstall").stderr
    assert "--uninstall" in start(file, home, "--help").stdout
    assert files(home) == []


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg is not installed")
def test_the_package_holds_what_a_desktop_needs_and_is_the_same_each_time(bundle: Path, tmp_path: Path) -> None:
    import installers

    packages = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        packages.append(installers.deb(bundle, VERSION, tmp_path / name, 1_700_000_000))
    assert packages[0].read_bytes() == packages[1].read_bytes()
    assert pack(bundle, tmp_path / "a").read_bytes() == pack(bundle, tmp_path / "b").read_bytes()

    def tell(*words: str) -> str:
        return subprocess.run(["dpkg-deb", *words], capture_output=True, text=True, check=True).stdout

    told = tell("--field", str(packages[0]))
    assert f"Version: {VERSION}" in told
    assert "@" not in told.replace("@kndnet.invalid", ""), "every placeholder is filled"
    control = tmp_path / "control"
    tell("--control", str(packages[0]), str(control))
    assert files(control) == ["control", "md5sums"], "nothing runs as an administrator"
    lines = [line.split(maxsplit=5) for line in tell("--contents", str(packages[0])).splitlines()]
    modes = {line[5].partition(" -> ")[0]: line[0] for line in lines}
    assert {line[1] for line in lines} == {"root/root"}
    assert {mode for name, mode in modes.items() if mode[0] == "-"} == {"-rw-r--r--", "-rwxr-xr-x"}
    for name in (
        "bin/kndnet",
        "bin/kndnet-desktop",
        "share/applications/kndnet-desktop.desktop",
        "share/icons/hicolor/scalable/apps/kndnet-desktop.svg",
        "share/man/man1/kndnet.1.gz",
        "share/man/man1/kndnet-desktop.1.gz",
        "share/doc/kndnet-desktop/copyright",
    ):
        assert f"./usr/{name}" in modes
