"""Packs a frozen bundle for one system. Each function takes the bundle and returns the file that it made."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import os
import platform
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
LINUX, RESOURCES = HERE / "linux", HERE.parent / "resources"
NAME = "kndnet-desktop"
PAGES = ("kndnet-desktop.1", "kndnet.1")


class ToolMissingError(Exception):
    """A program that packs is not here; the text is the sentence to show."""


def deb(bundle: Path, version: str, target: Path, epoch: int) -> Path:
    """Make a package for Debian and its kin, without maintainer scripts: all that dpkg puts there it takes away again.

    Args:
        bundle: The frozen folder.
        version: The program's.
        target: The folder for the package.
        epoch: The time of all files, seconds since 1970.
    """
    dpkg = _tool("dpkg-deb", "the package dpkg")
    architecture = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()
    package = target / f"{NAME}_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        program = root / "usr" / "lib" / NAME
        shutil.copytree(bundle, program, symlinks=True)
        (root / "usr" / "bin").mkdir()
        for name in ("kndnet-desktop", "kndnet"):
            (root / "usr" / "bin" / name).symlink_to(Path("../lib") / NAME / name)
        share = root / "usr" / "share"
        _share(share, version, "kndnet-desktop")
        documents = share / "doc" / NAME
        documents.mkdir(parents=True)
        shutil.copyfile(LINUX / "copyright", documents / "copyright")
        (documents / "changelog.gz").write_bytes(_gzip((HERE.parent / "CHANGELOG.md").read_bytes()))
        kilobytes = sum(file.lstat().st_size for file in root.rglob("*") if not file.is_dir()) // 1024
        control = root / "DEBIAN"
        control.mkdir()
        told = {"VERSION": version, "ARCHITECTURE": architecture, "SIZE": str(kilobytes), "GLIBC": _glibc(bundle)}
        filled = _filled(LINUX / "control", **told)
        (control / "control").write_text(filled, encoding="utf-8")
        sums = [
            f"{hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()}  {file.relative_to(root)}\n"
            for file in sorted((root / "usr").rglob("*"))
            if file.is_file() and not file.is_symlink()
        ]
        (control / "md5sums").write_text("".join(sums), encoding="utf-8")
        _plain_modes(root)
        subprocess.run(
            [dpkg, "--root-owner-group", "-Zxz", "--build", root, package],
            env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
            stdout=subprocess.DEVNULL,
            check=True,
        )
    return package


def run(bundle: Path, version: str, target: Path, epoch: int) -> Path:
    """Make a file that installs the program for one user, without an administrator.

    It is a shell script with an archive after it, compressed by xz, which every desktop has: by gzip it would be 40 MB
    larger. (makeself would unpack to the temporary folder first, which may be small or not executable, and would want
    `--` before `--uninstall`.)

    Args:
        bundle: The frozen folder.
        version: The program's.
        target: The folder for the file.
        epoch: The time of all files, seconds since 1970.
    """
    file = target / f"{NAME}-{version}-linux-{platform.machine()}.run"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(bundle, root / "program", symlinks=True)
        # The placeholder is replaced by the installed program's path.
        _share(root / "share", version, "@PROGRAM@")
        _plain_modes(root)
        payload = lzma.compress(_tar(root, epoch))
    script = LINUX / "install.sh"
    lines = str(script.read_text(encoding="utf-8").count("\n") + 1)
    told = _filled(
        script, VERSION=version, LINE=lines, SUM=hashlib.sha256(payload).hexdigest(), MACHINE=platform.machine()
    )
    file.write_bytes(told.encode() + payload)
    file.chmod(0o755)
    return file


def nsis(bundle: Path, version: str, target: Path, epoch: int) -> Path:
    """Make an installer for one user of Windows.

    Args:
        bundle: The frozen folder.
        version: The program's.
        target: The folder for the installer.
        epoch: The time that the installer names, seconds since 1970.
    """
    makensis = _tool("makensis", "NSIS 3")
    file = target / f"{NAME}-{version}-windows-x64.exe"
    sign = "/" if os.name == "nt" else "-"
    kilobytes = sum(each.stat().st_size for each in bundle.rglob("*") if each.is_file()) // 1024
    told = {"VERSION": version, "SOURCE": str(bundle), "TARGET": str(file), "SIZE": str(kilobytes)}
    defines = [f"{sign}D{name}={value}" for name, value in told.items()]
    subprocess.run(
        [makensis, f"{sign}V2", f"{sign}WX", *defines, HERE / "windows" / "kndnet.nsi"],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        check=True,
    )
    return file


def dmg(bundle: Path, version: str, target: Path, epoch: int) -> Path:  # noqa: ARG001 - hdiutil sets its own times
    """Make a disk image for macOS: the application, and a link to the folder to drop it on.

    Args:
        bundle: The application.
        version: The program's.
        target: The folder for the image.
        epoch: Not used.
    """
    hdiutil = _tool("hdiutil", "macOS")
    file = target / f"{NAME}-{version}-macos-{platform.machine()}.dmg"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(bundle, Path(folder) / bundle.name, symlinks=True)
        (Path(folder) / "Applications").symlink_to("/Applications")
        command = [hdiutil, "create", "-quiet", "-volname", "KNDNet Desktop", "-srcfolder", folder, "-format", "ULFO"]
        subprocess.run([*command, file], check=True)
    return file


KINDS: Mapping[str, Callable[[Path, str, Path, int], Path]] = {"deb": deb, "run": run, "nsis": nsis, "dmg": dmg}


def _tool(name: str, source: str) -> str:
    found = shutil.which(name)
    if not found:
        raise ToolMissingError(f"“{name}” is not installed; it comes with {source}.")
    return found


def _glibc(bundle: Path) -> str:
    """Return the oldest version of the C library that has everything the bundle's libraries ask it for."""
    asked = {17}  # what the wheels' own standard, manylinux2014, is built on
    for file in bundle.rglob("*.so*"):
        if not file.is_symlink():
            asked.update(map(int, re.findall(rb"\0GLIBC_2\.(\d+)\0", file.read_bytes())))
    return f"2.{max(asked)}"


def _share(share: Path, version: str, program: str) -> None:
    """Lay out what a desktop reads: the menu's entry, the icon, the manual's pages."""
    entry = share / "applications" / f"{NAME}.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text(_filled(LINUX / f"{NAME}.desktop", PROGRAM=program), encoding="utf-8")
    icon = share / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg"
    icon.parent.mkdir(parents=True)
    shutil.copyfile(RESOURCES / "icons" / "kndnet.svg", icon)
    manual = share / "man" / "man1"
    manual.mkdir(parents=True)
    for page in PAGES:
        (manual / f"{page}.gz").write_bytes(_gzip(_filled(LINUX / page, VERSION=version).encode()))


def _filled(template: Path, **values: str) -> str:
    text = template.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _plain_modes(root: Path) -> None:
    """Give all files the modes of a system's own, whatever the builder's umask was."""
    for file in [root, *root.rglob("*")]:
        if not file.is_symlink():
            file.chmod(0o755 if file.is_dir() or file.stat().st_mode & 0o100 else 0o644)


def _tar(root: Path, epoch: int) -> bytes:
    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = epoch
        return member

    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for file in sorted(root.rglob("*")):
            archive.add(file, str(file.relative_to(root)), recursive=False, filter=plain)
    return packed.getvalue()


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)
