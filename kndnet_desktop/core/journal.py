"""The journal of a run: one SQLite file that holds every picture's row and is whole at any moment.

It is written in WAL mode with full syncs, a transaction for a few results at a time: whatever ends the program or the
computer, all but the last moment is there, and several readers may look on while one program writes.
"""

import contextlib
import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import reachable
from kndnet_desktop.core.records import CaseResult

FILE = "run.sqlite"
SCHEMA = 2
COMMIT_SECONDS = 0.25
#: What reading a damaged journal raises: its bytes are no database, no JSON, or not the values that were written.
DAMAGE = (sqlite3.Error, LookupError, ValueError, TypeError, AttributeError)
PAGE = 500  # rows fetched at a time, so that memory does not grow with the folder

_LARGEST = 2**63 - 1  # of SQLite's numbers
_UNREADABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")
_TABLES = """
    CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE files (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL,              -- relative to the folder, in the system's own bytes
        name TEXT NOT NULL,              -- the same for people
        folded TEXT NOT NULL,            -- the same for searching without regard to case
        size INTEGER, changed INTEGER,   -- bytes, and nanoseconds of the last change, when it was read
        status TEXT,                     -- NULL while it waits
        sha256 TEXT,
        top TEXT, p_malignant REAL,
        refer INTEGER,                   -- whether it reaches the operating point; NULL where there is none
        could_be TEXT,                   -- codes between spaces, most probable first; NULL where nothing tells
        flags TEXT NOT NULL DEFAULT '',  -- codes between bars: |cropped|few-pixels|
        message TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE results (id INTEGER PRIMARY KEY REFERENCES files, result TEXT NOT NULL);
    CREATE INDEX waiting ON files (id) WHERE status IS NULL;
    CREATE INDEX paths ON files (path);
    CREATE INDEX hashes ON files (sha256);
"""
_TOLD = "status, sha256, top, p_malignant, refer, could_be, flags, message"  # columns that a result fills


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from another without reading it.

    Attributes:
        size: In bytes.
        changed: Time of the last change, in nanoseconds, or the nearest that the journal can hold (1677 to 2262).
    """

    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Take the stamp of a file.

        Raises:
            OSError: If it can't be looked at.
        """
        status = reachable(path).stat()
        return cls(status.st_size, max(-_LARGEST - 1, min(status.st_mtime_ns, _LARGEST)))


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture that waits.

    Attributes:
        id: Its row.
        path: Relative to the folder of the run.
    """

    id: int
    path: Path


@dataclass(frozen=True, slots=True)
class Known:
    """What a watched folder's journal knows of a path.

    Attributes:
        id: The last row of this path.
        status: Its status; None while it waits.
        sha256: Its hash, if it could be read.
        stamp: The file's stamp when it was read, if it was.
    """

    id: int
    status: str | None
    sha256: str | None
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        total: Pictures known of.
        done: Those that have a result, good or bad.
        failed: Those of them that have no answer.
    """

    total: int
    done: int
    failed: int


class Journal:
    """An open ``run.sqlite``. Used by one thread at a time.

    Args:
        path: The file; `create` makes one.
        writing: Whether rows will be written; else the file is opened for reading only.

    Raises:
        UserError: If there is no such file or it is not a run's journal.
    """

    def __init__(self, path: Path, *, writing: bool = False) -> None:
        if not path.is_file():
            raise UserError(f"There is no run in the folder “{path.parent.name}”.")
        self._dirty_since: float | None = None
        self._progress: Progress | None = None  # kept by whoever writes; a reader counts anew each time
        self._folder = path.parent
        with contextlib.ExitStack() as opened, reading(self._folder):
            self.connection = _connect(path) if writing or not _is_shut(path) else _connect_shut(path)
            opened.callback(self.connection.close)
            _set_up(self.connection, writing=writing)
            if self.facts().get("schema") != SCHEMA:
                raise UserError(f"The run in “{path.parent.name}” was made by another version of this program.")
            if writing:
                self._heal()
                self._progress = self._counted()
            opened.pop_all()

    @staticmethod
    def create(path: Path, facts: Mapping[str, Any]) -> None:
        """Make a journal that holds these facts and no picture yet."""
        unfinished = path.with_name(f".{path.name}.part")
        unfinished.unlink(missing_ok=True)
        connection = _connect(unfinished)
        try:
            _set_up(connection, writing=True)
            connection.executescript(f"BEGIN; {_TABLES}")
            rows = [(key, json.dumps(value)) for key, value in {"schema": SCHEMA, **facts}.items()]
            connection.executemany("INSERT INTO facts VALUES (?, ?)", rows)
            connection.commit()
        finally:
            connection.close()
        # Of a run that was killed and whose journal was deleted: SQLite would put it into this one.
        for left in ("-wal", "-shm"):
            path.with_name(path.name + left).unlink(missing_ok=True)
        unfinished.replace(path)

    def close(self) -> None:
        """Close the file; what was not committed is dropped."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Facts

    def facts(self) -> dict[str, Any]:
        """Return all that is known of the run itself."""
        return {key: json.loads(value) for key, value in self.connection.execute("SELECT key, value FROM facts")}

    def set_fact(self, key: str, to: object) -> None:
        """Set a fact to any JSON value."""
        self.connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (key, json.dumps(to)))

    # Pictures

    def add(self, paths: Sequence[Path]) -> None:
        """Add pictures that wait, each path relative to the folder of the run."""
        rows = ((os.fsencode(path), name := readable(str(path)), name.casefold()) for path in paths)
        self.connection.executemany("INSERT INTO files (path, name, folded) VALUES (?, ?, ?)", rows)
        self._advance(len(paths), 0, 0)

    def waiting(self) -> Iterator[Entry]:
        """Go through the pictures that wait, in order; results may be recorded meanwhile."""
        return self._entries("INDEXED BY waiting WHERE status IS NULL AND")

    def entries(self) -> Iterator[Entry]:
        """Go through all pictures, in order."""
        return self._entries("WHERE")

    def _entries(self, where: str) -> Iterator[Entry]:
        last = 0
        query = f"SELECT id, path FROM files {where} id > ? ORDER BY id LIMIT ?"  # noqa: S608 - our own words
        while True:
            with reading(self._folder):
                found = self.connection.execute(query, (last, PAGE))
                page = [Entry(number, Path(os.fsdecode(path))) for number, path in found]
            if not page:
                return
            yield from page
            last = page[-1].id

    def record(self, number: int, result: CaseResult, stamp: Stamp | None, *, refer: bool | None) -> None:
        """Write a picture's result into its row; it is kept for good by the next `commit`.

        Args:
            number: The row.
            result: The result; its path is not stored.
            stamp: The file's stamp when it was read, or None if it was not.
            refer: Whether it reaches the run's operating point; None where there is none.
        """
        data = result.to_json()
        del data["path"]
        size, changed = (stamp.size, stamp.changed) if stamp else (None, None)
        self._write(number, (size, changed, *_told(result, refer)), json.dumps(data, ensure_ascii=False))

    def strayed(self, number: int, result: CaseResult, *, refer: bool | None) -> list[str]:
        """Return the columns of a picture's row that say something else than its result, as `record` would write it."""
        names = _TOLD.split(", ")
        found = self.connection.execute(f"SELECT {_TOLD} FROM files WHERE id = ?", (number,)).fetchone()  # noqa: S608
        told = zip(names, found, _told(result, refer), strict=True)
        return [name for name, there, meant in told if there != meant]

    def copy(self, number: int, owner: int, stamp: Stamp | None, digest: str | None) -> bool | None:
        """Give a picture the result of another with the same bytes.

        Args:
            number: The picture's row.
            owner: The other's row.
            stamp: The picture's stamp.
            digest: SHA-256 of the bytes that both had when they were read.

        Returns:
            Whether it has one now; None where the other has none yet. False where the result is that of other bytes,
            because the other file was replaced meanwhile.
        """
        found = self.connection.execute(
            f"SELECT {_TOLD}, result FROM files JOIN results USING (id) WHERE id = ? AND status IS NOT NULL",  # noqa: S608
            (owner,),
        ).fetchone()
        if not found:
            return None
        if found[1] not in (None, digest):
            return False
        size, changed = (stamp.size, stamp.changed) if stamp else (None, None)
        self._write(number, (size, changed, *found[:-1]), found[-1])
        return True

    def _write(self, number: int, values: tuple[object, ...], result: str) -> None:
        # In this order: Ctrl+C may come between the two, and a result without its row is only computed again.
        self.connection.execute("INSERT OR REPLACE INTO results VALUES (?, ?)", (number, result))
        self.connection.execute(
            f"UPDATE files SET (size, changed, {_TOLD}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?",  # noqa: S608
            (*values, number),
        )
        self._advance(0, 1, int(values[2] != "ok"))
        if self._dirty_since is None:
            self._dirty_since = time.monotonic()

    def _heal(self) -> None:
        """Let rows be computed again that an earlier version left without their result when it was interrupted."""
        self.connection.execute(
            "UPDATE files SET status = NULL, sha256 = NULL WHERE status NOT NULL AND id NOT IN (SELECT id FROM results)"
        )
        self.connection.commit()

    def read_again(self) -> None:
        """Let pictures wait again that could not even be read: the drive may be back, the file whole by now."""
        unread = self.connection.execute("SELECT id FROM files WHERE status = 'error' AND sha256 IS NULL").fetchall()
        for (number,) in unread:
            self.wait_again(number)

    def commit(self, *, now: bool = False) -> None:
        """Make what was recorded last, if that is a moment old or ``now``."""
        if now or (self._dirty_since is not None and time.monotonic() - self._dirty_since >= COMMIT_SECONDS):
            self.connection.commit()
            self._dirty_since = None

    def hashes(self) -> Iterator[tuple[str, int]]:
        """Go through ``(sha256, row)`` of every picture that has a result and could be read."""
        yield from self.connection.execute("SELECT sha256, min(id) FROM files WHERE sha256 NOT NULL GROUP BY sha256")

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        return self._progress or self._counted()

    def rollback(self) -> None:
        """Drop what was not committed."""
        self.connection.rollback()
        self._dirty_since = None
        self._progress = self._counted()

    def settle(self) -> None:
        """Make one file of the journal that holds all, and a plain one unless others look on."""
        self.connection.execute("PRAGMA busy_timeout = 0")
        with contextlib.suppress(sqlite3.OperationalError):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.connection.execute("PRAGMA journal_mode = DELETE")

    def _counted(self) -> Progress:
        return Progress(
            *self.connection.execute(
                "SELECT count(*), count(status), count(*) FILTER (WHERE status <> 'ok') FROM files"
            ).fetchone()
        )

    def _advance(self, total: int, done: int, failed: int) -> None:
        known = self.progress
        self._progress = Progress(known.total + total, known.done + done, known.failed + failed)

    # What a watched folder asks

    def known(self, path: Path) -> Known | None:
        """Return what is known of a path relative to the folder of the run, or None."""
        with reading(self._folder):
            row = self.connection.execute(
                "SELECT id, status, sha256, size, changed FROM files WHERE path = ? ORDER BY id DESC LIMIT 1",
                (os.fsencode(path),),
            ).fetchone()
        return Known(row[0], row[1], row[2], None if row[3] is None else Stamp(row[3], row[4])) if row else None

    def restamp(self, number: int, stamp: Stamp) -> None:
        """Note that a file was touched and is the same."""
        self.connection.execute(
            "UPDATE files SET size = ?, changed = ? WHERE id = ?", (stamp.size, stamp.changed, number)
        )

    def wait_again(self, number: int) -> None:
        """Let a picture that had no answer wait again, because its file has changed or may be there by now."""
        self._advance(0, -1, -1)
        self.connection.execute("UPDATE files SET status = NULL, sha256 = NULL WHERE id = ?", (number,))
        self.connection.execute("DELETE FROM results WHERE id = ?", (number,))


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turn what comes of reading a damaged journal, or one that can't be opened, into a sentence."""
    try:
        yield
    except DAMAGE as error:
        reason = error if isinstance(error, sqlite3.Error) else "it is damaged"
        raise UserError(f"The run in the folder “{folder.name}” can't be read: {reason}.") from error


def readable(text: str) -> str:
    r"""Return text in which what is no letter is spelled out: ``\n``, ``\x1b``, a turn of the writing's direction."""
    return _UNREADABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _told(result: CaseResult, refer: bool | None) -> tuple[object, ...]:
    """Return what the columns `_TOLD` tell of a result."""
    answer = result.prediction
    # A blurred page of text is no blurred lesion: what is remarked on a refused picture stays in its result.
    flags = "".join(f"{flag.code}|" for flag in result.flags if result.status != "rejected")
    return (
        result.status,
        result.sha256,
        answer.top if answer else None,
        answer.p_malignant if answer else None,
        refer,
        " ".join(answer.prediction_set) if answer and answer.prediction_set else None,
        f"|{flags}" if flags else "",
        result.message,
    )


def _connect(path: Path) -> sqlite3.Connection:
    # A run is written by one job's thread and closed by another's; never by two at once.
    return sqlite3.connect(path, timeout=10, check_same_thread=False)


def _is_shut(path: Path) -> bool:
    """Whether a journal is in WAL mode, and whole, where SQLite can't make the files that it reads such a one with."""
    logs = (path.with_name(path.name + ending) for ending in ("-wal", "-journal"))
    if any(log.exists() and log.stat().st_size for log in logs):
        return False
    with contextlib.closing(_connect(path)) as connection:
        try:
            connection.execute("PRAGMA schema_version")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
    return False


def _connect_shut(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, check_same_thread=False)


def _set_up(connection: sqlite3.Connection, *, writing: bool) -> None:
    if writing:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    else:
        connection.execute("PRAGMA query_only = ON")
