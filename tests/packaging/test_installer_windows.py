"""The Windows installer's logic, run under wine on a stand-in payload: there is no Windows here to freeze for."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("makensis"), reason="NSIS is not installed"),
    pytest.mark.skipif(not shutil.which("wine"), reason="wine is not installed"),
]
PROGRAMS = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")
KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\KNDNetDesktop"
OPEN_WITH = r"HKCU\Software\Classes\.jpg\OpenWithList\kndnet-desktop.exe"


class Windows:
    """A Windows of its own, below a folder."""

    def __init__(self, folder: Path) -> None:
        self.drive = folder / "prefix" / "drive_c"
        self._environment = {
            **os.environ,
            "WINEPREFIX": str(folder / "prefix"),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
            "HOME": str(folder),
        }
        self._environment.pop("DISPLAY", None)
        self("wineboot", "--init")

    def __call__(self, *command: str | Path) -> tuple[int, str]:
        """Run a program; return its exit code and what it said."""
        # Into a file, not a pipe: Windows' services, which it starts, would hold a pipe open for minutes.
        with tempfile.TemporaryFile() as said:
            code = subprocess.run(
                ["wine", *map(str, command)],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.DEVNULL,
                timeout=240,
                check=False,
            ).returncode
            said.seek(0)
            return code, said.read().decode(errors="replace")

    @contextmanager
    def running(self, program: Path) -> Iterator[subprocess.Popen[bytes]]:
        """Start a program that reads what is typed; it ends with the block."""
        pipe = subprocess.PIPE
        with subprocess.Popen(["wine", str(program)], env=self._environment, stdin=pipe, stdout=pipe) as begun:
            assert begun.stdin
            assert begun.stdout
            begun.stdout.read(1)  # it greets once it runs
            yield begun
            begun.communicate(b"exit\r\n", timeout=60)

    def knows(self, key: str) -> bool:
        return self("reg", "query", key)[0] == 0

    def one(self, pattern: str) -> Path:
        (found,) = self.drive.glob(f"users/*/{pattern}")
        return found

    def stop(self) -> None:
        subprocess.run(["wineserver", "--kill"], env=self._environment, capture_output=True, check=False)
        subprocess.run(["wineserver", "--wait"], env=self._environment, capture_output=True, check=False)


@pytest.fixture
def windows(tmp_path: Path):
    system = Windows(tmp_path)
    yield system
    system.stop()


def payload(folder: Path, *names: str) -> Path:
    program = PROGRAMS / "hostname.exe"
    if not program.is_file():
        pytest.skip("wine's own programs are not where Debian puts them")
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(program, file)
    return folder


def test_install_upgrade_and_uninstall_without_a_question(windows: Windows, tmp_path: Path) -> None:
    import installers

    programs = ("kndnet-desktop.exe", "kndnet.exe")
    first = payload(tmp_path / "1", *programs, "_internal/only in the first.txt")
    second = payload(tmp_path / "2", *programs, "_internal/Größe.txt")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    old = installers.nsis(first, "0.1.0", tmp_path / "a", 0)
    new = installers.nsis(second, "0.2.0", tmp_path / "b", 0)

    assert windows(old, "/S")[0] == 0
    home = windows.one("AppData/Local/Programs/KNDNet Desktop")
    assert (home / "_internal" / "only in the first.txt").is_file()
    assert windows.one("AppData/Roaming/Microsoft/Windows/Start Menu/Programs/KNDNet Desktop.lnk").is_file()
    assert windows.knows(OPEN_WITH)
    settings = windows.one("AppData/Roaming") / "KNDNet Desktop" / "settings.json"
    settings.parent.mkdir()
    settings.write_text("{}", encoding="utf-8")
    (home / "mine.txt").write_text("a person's own file", encoding="utf-8")

    assert windows(new, "/S")[0] == 0
    assert not (home / "_internal" / "only in the first.txt").exists(), "an upgrade leaves nothing old behind"
    assert (home / "_internal" / "Größe.txt").is_file()
    assert "0.2.0" in windows("reg", "query", KEY, "/v", "DisplayVersion")[1]

    assert windows(home / "uninstall.exe", "/S")[0] == 0
    patience = time.monotonic() + 60  # it goes on in a copy of itself, so that it can remove itself
    while (home / "uninstall.exe").exists() and time.monotonic() < patience:
        time.sleep(0.2)
    assert [file.name for file in home.iterdir()] == ["mine.txt"]
    assert not list(windows.drive.glob("users/*/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/KNDNet*"))
    assert not windows.knows(KEY)
    assert not windows.knows(OPEN_WITH)
    assert settings.is_file(), "what is a person's own stays"


@pytest.mark.parametrize("program", ["kndnet-desktop.exe", "kndnet.exe"])
def test_an_upgrade_touches_nothing_while_a_program_runs(windows: Windows, tmp_path: Path, program: str) -> None:
    import installers

    folder = payload(tmp_path / "1", "kndnet-desktop.exe", "kndnet.exe", "_internal/library.txt")
    shutil.copyfile(PROGRAMS / "cmd.exe", folder / program)  # which waits for what a person types
    (tmp_path / "a").mkdir()
    setup = installers.nsis(folder, "0.1.0", tmp_path / "a", 0)
    assert windows(setup, "/S")[0] == 0
    home = windows.one("AppData/Local/Programs/KNDNet Desktop")
    with windows.running(home / program) as begun:
        assert windows(setup, "/S")[0] == 2
        assert (home / "_internal" / "library.txt").is_file()
        assert begun.poll() is None
    assert windows(setup, "/S")[0] == 0
