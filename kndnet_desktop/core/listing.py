"""The pictures of a folder and its sub-folders, in a fixed order, whatever lies among them."""

import os
from collections.abc import Iterator
from pathlib import Path

from kndnet_desktop.core.errors import UserError, reason
from kndnet_desktop.core.files import reachable
from kndnet_desktop.core.images import find_images
from kndnet_desktop.core.journal import FILE

#: The folder of a run's heat maps, in the folder of its results: pictures, and no photos.
HEAT_MAPS = "heat maps"


def check_folder(folder: Path) -> None:
    """Make sure that this is a folder that can be read.

    Raises:
        UserError: If it is not.
    """
    try:
        with os.scandir(folder):
            return
    except FileNotFoundError as error:
        raise UserError(f"There is no folder “{folder.name}”.", "It may have been moved or renamed.") from error
    except NotADirectoryError as error:
        raise UserError(f"“{folder.name}” is not a folder.", "Choose the folder that holds the photos.") from error
    except OSError as error:
        raise UserError(f"The folder “{folder.name}” can't be read: {reason(error)}.") from error


def list_pictures(folder: Path, *, recursive: bool = False, leave_out: Path | None = None) -> Iterator[Path]:
    """List the picture files of a folder; within a folder by name, then its sub-folders by name.

    Args:
        folder: Where to look; must be readable.
        recursive: Go into sub-folders too, also through symbolic links; each real folder is entered once, so that a
            loop of links ends. Hidden ones are left out, as hidden files are, and so are the heat maps of any run.
        leave_out: A folder that is not entered: that of the results, where it lies among the pictures.

    Yields:
        Files, and sub-folders that can't be opened: to read one tells what is wrong, and nothing is silently dropped.
    """
    seen = {_identity(folder)}
    if leave_out and leave_out.is_dir():
        seen.add(_identity(leave_out))
    stack = [folder]
    while stack:
        current = stack.pop()
        yield from find_images([current])
        if recursive:
            stack.extend(reversed([entry for entry in _folders(current) if _is_new(entry, seen)]))


def _folders(folder: Path) -> list[Path]:
    try:
        with os.scandir(reachable(folder)) as entries:
            listed = list(entries)
    except OSError:
        return []
    found = [folder / entry.name for entry in listed if not entry.name.startswith(".") and _is_folder(entry)]
    holds_run = any(entry.name == FILE for entry in listed)
    return sorted(
        (entry for entry in found if not (holds_run and entry.name == HEAT_MAPS)),
        key=lambda entry: (entry.name.casefold(), entry.name),
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _is_new(folder: Path, seen: set[tuple[int, int]]) -> bool:
    try:
        identity = _identity(folder)
    except OSError:  # gone since it was listed
        return False
    if identity in seen:
        return False
    seen.add(identity)
    return True


def _identity(folder: Path) -> tuple[int, int]:
    status = reachable(folder).stat()
    return status.st_dev, status.st_ino
