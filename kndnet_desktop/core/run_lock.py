"""What keeps a run's folder safe: one program at a time, and a sentence for whatever ails its drive."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.picture_work import cannot_save

LOCK = "run.lock"


def lock(target: Path) -> sqlite3.Connection:
    """Hold the run for this program, through the one lock that works on every system and ends with the process.

    Raises:
        UserError: If another program holds it, or the folder can't be written to.
    """
    with saving(target):
        held = sqlite3.connect(target / LOCK, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            held.close()
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            raise UserError(
                f"Another program is working on the run in “{target.name}”.",
                "Wait until it has finished, or choose another folder.",
            ) from error
        return held


def is_free(target: Path) -> bool:
    """Return whether this program could go on with a run: no other works on it, and its folder can be written to."""
    try:
        lock(target).close()
    except UserError:
        return False
    return True


@contextlib.contextmanager
def saving(target: Path) -> Iterator[None]:
    """Turn what SQLite says of a full disk, a lost drive or a read-only folder into a sentence."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise cannot_save(target, str(error)) from error
