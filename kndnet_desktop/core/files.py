"""Files written whole, and their fingerprints."""

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that at any moment either the old content or the new one is there, never a part.

    Args:
        path: The file to create or replace; its folder must exist.
        data: The whole content.

    Raises:
        OSError: If it can't be written; a previous file is then untouched.
    """
    with whole_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write piece by piece what takes its place as a whole at the end, as in `write_whole`.

    Args:
        path: The file to create or replace; its folder must exist. Untouched if anything is raised inside.

    Raises:
        OSError: If it can't be written.
    """
    if path.exists() and not path.is_file():  # a device or a pipe, which a file would take the place of
        raise OSError(errno.EINVAL, "Not a regular file")
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        # os.open and not mkstemp: a result is meant to be as readable as any saved file, so the umask decides.
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


_BINARY: int = getattr(os, "O_BINARY", 0)


def unused(folder: Path, name: str, ending: str = "") -> Path:
    """Return a path that nothing is at: the name in the folder, with a number if that is taken."""
    path, number = folder / f"{name}{ending}", 2
    while path.exists():
        path, number = folder / f"{name} ({number}){ending}", number + 1
    return path


def is_folder(path: Path) -> bool:
    """Whether there is a folder; False for what can't be looked at, on a lost drive say, or is no possible path."""
    with contextlib.suppress(OSError, ValueError):
        return path.is_dir()
    return False


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file or folder; False where either can't be looked at, or is none."""
    with contextlib.suppress(OSError, ValueError):
        return one.samefile(other)
    return False


def reachable(path: Path) -> Path:
    """Return a path that Windows finds however long it is; elsewhere the same path."""
    if os.name != "nt":
        return path
    return Path(extended(os.path.abspath(path)))  # noqa: PTH100 - resolve() would follow links, absolute() keeps ".."


def extended(absolute: str) -> str:
    r"""Return an absolute Windows path in the form that lifts the limit of 260 characters, ``\\?\C:\...``."""
    if absolute.startswith(("\\\\?\\", "\\\\.\\")):
        return absolute
    if absolute.startswith("\\\\"):
        return "\\\\?\\UNC" + absolute[1:]
    return "\\\\?\\" + absolute
