"""Reading a run: its rows chosen, sorted and counted, for the table in the window and for the files it is saved to."""

import array
import contextlib
import functools
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kndnet_desktop.core.advice import urgency
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.journal import DAMAGE, PAGE

BINS = 20  # of the histogram, each a twentieth of the probability of malignancy
RISKS = ((0.5, 1.01), (0.2, 0.5), (0.05, 0.2), (0.0, 0.05))  # bands of the probability of malignancy, highest first
SORTS = {
    "order": "id",
    "name": "folded",
    "answer": "top",
    "risk": "p_malignant",
    "refer": "urgency(refer, could_be)",
    "could be": "length(could_be) - length(replace(could_be, ' ', '')) + 1",  # the most ambiguous together
    "flags": "flags",
    "status": "status",
}
_SAME = "(SELECT min(other.id) FROM files AS other WHERE other.sha256 = files.sha256)"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows are wanted, and in which order.

    Attributes:
        text: Words that the name or the message holds, without regard to case; empty for any.
        top: Code of the class answered; empty for any.
        flag: Code of a flag that is set, or ``duplicate``; empty for any.
        risk: Index into `RISKS`; None for any.
        urgency: Of the recommendation, as `advice.urgency` tells it; None for any.
        status: ``ok``, ``rejected`` (no dermatoscope photo), ``error`` (not readable), ``failed`` (both), ``waiting``;
            empty for any.
        sort: A key of `SORTS`.
        descending: Whether the order is turned round; rows without a value come last in either.
    """

    text: str = ""
    top: str = ""
    flag: str = ""
    risk: int | None = None
    urgency: int | None = None
    status: str = ""
    sort: str = "order"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One picture of a run.

    Attributes:
        id: Its number.
        path: Relative to the folder of the run.
        name: The same for people.
        status: ``ok``, ``rejected``, ``error``, or empty while it waits.
        message: Why there is no answer.
        top: Code of the most probable class, or empty.
        p_malignant: Probability of malignancy, or None.
        refer: Whether biopsy or referral is recommended; None where there is no recommendation.
        could_be: Codes of the classes that it could be, most probable first; empty where nothing tells.
        flags: Codes of the remarks.
        sha256: SHA-256 of the file when it was read; None while it waits and where it could not be read.
        same_as: The first row that holds the same bytes, or None if this is the first.
        result: The whole result as JSON values without its path, or None while it waits.
    """

    id: int
    path: Path
    name: str
    status: str
    message: str
    top: str
    p_malignant: float | None
    refer: bool | None
    could_be: tuple[str, ...]
    flags: tuple[str, ...]
    sha256: str | None
    same_as: int | None
    result: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in numbers.

    Attributes:
        total: Pictures known of.
        done: Those with a result.
        rejected: Those of them that are no dermatoscope photos.
        unreadable: Those of them that could not be read.
        advised: For each referral and prediction set how many answers there are, as `Advice.tally` counts them.
        classes: Class code to number of pictures, most frequent first.
        risks: Number of pictures in each band of `RISKS`.
        flags: Flag code to number of pictures, most frequent first.
        histogram: Number of pictures in each of `BINS` equal bins of the probability of malignancy.
    """

    total: int
    done: int
    rejected: int
    unreadable: int
    advised: tuple[tuple[bool, tuple[str, ...], int], ...]
    classes: dict[str, int]
    risks: tuple[int, ...]
    flags: dict[str, int]
    histogram: tuple[int, ...]

    @property
    def failed(self) -> int:
        """Number of pictures without an answer."""
        return self.rejected + self.unreadable


def choose(
    connection: sqlite3.Connection,
    choice: Choice,
    say: Callable[[str], str] = str,
    malignant: frozenset[str] = frozenset(),
) -> "array.array[int]":
    """Return the ids of the rows that are wanted, in order.

    Args:
        connection: To the journal.
        choice: What is wanted.
        say: Puts messages as they are shown; words are looked for in what it returns.
        malignant: Codes of the malignant classes of the model that answers, for the urgency of a recommendation.
    """

    def urgent(refer: int | None, could_be: str | None) -> int | None:
        return urgency(None if refer is None else bool(refer), (could_be or "").split(), malignant)

    if choice.text:
        connection.create_function("said", 1, functools.cache(lambda message: say(message).casefold()))
    connection.create_function("urgency", 2, functools.cache(urgent))
    where, values = _where(choice)
    column = SORTS[choice.sort]
    direction = "DESC" if choice.descending else "ASC"
    order = f"id {direction}" if column == "id" else f"nullif({column}, '') IS NULL, {column} {direction}, id"
    found = connection.execute(f"SELECT id FROM files{where} ORDER BY {order}", values)  # noqa: S608 - our own words
    return array.array("q", (number for (number,) in found))


def read(connection: sqlite3.Connection, ids: Sequence[int], *, results: bool = False) -> list[Row]:
    """Return these rows, in this order.

    Args:
        connection: To the journal.
        ids: Rows that exist; at most a few hundred at a time.
        results: Read the whole results too.

    Raises:
        UserError: If one of them is damaged.
    """
    marks = ",".join("?" * len(ids))
    # Ctrl+C may come between a result and its row; without the row it is not there.
    result = "CASE WHEN status NOT NULL THEN result END" if results else "NULL"
    join = " LEFT JOIN results USING (id)" if results else ""
    columns = "files.id, path, name, status, message, top, p_malignant, refer, could_be, flags, sha256"
    query = f"SELECT {columns}, {_SAME}, {result} FROM files{join} WHERE files.id IN ({marks})"  # noqa: S608
    with undamaged():
        rows = {values[0]: _row(*values) for values in connection.execute(query, tuple(ids))}
        return [rows[number] for number in ids]


@contextlib.contextmanager
def undamaged() -> Iterator[None]:
    """Turn what comes of a row whose bytes are no longer those that were written into a sentence."""
    try:
        yield
    except DAMAGE as error:
        raise UserError("A row of this run is damaged.", "Begin a new run.") from error


def read_all(connection: sqlite3.Connection, ids: Iterable[int] | None = None) -> Iterator[Row]:
    """Go through these rows, or all, with their whole results, a page at a time."""
    wanted = choose(connection, Choice()) if ids is None else array.array("q", ids)
    for start in range(0, len(wanted), PAGE):
        yield from read(connection, wanted[start : start + PAGE], results=True)


def summarise(connection: sqlite3.Connection) -> Summary:
    """Count everything."""
    total, done, rejected, unreadable = connection.execute(
        "SELECT count(*), count(status), count(*) FILTER (WHERE status = 'rejected'), "
        "count(*) FILTER (WHERE status = 'error') FROM files"
    ).fetchone()
    advised = connection.execute("SELECT refer, could_be, count(*) FROM files WHERE refer NOT NULL GROUP BY 1, 2")
    groups = tuple((bool(refer), tuple((could_be or "").split()), count) for refer, could_be, count in advised)
    classes = connection.execute("SELECT top, count(*) FROM files WHERE top NOT NULL GROUP BY top ORDER BY 2 DESC, 1")
    flags: dict[str, int] = {}
    for codes, count in connection.execute("SELECT flags, count(*) FROM files WHERE flags <> '' GROUP BY flags"):
        for code in codes.strip("|").split("|"):
            flags[code] = flags.get(code, 0) + count
    (copies,) = connection.execute("SELECT count(sha256) - count(DISTINCT sha256) FROM files").fetchone()
    if copies:
        flags["duplicate"] = copies
    bands = ", ".join("count(*) FILTER (WHERE p_malignant >= ? AND p_malignant < ?)" for _ in RISKS)
    edges = [edge for band in RISKS for edge in band]
    risks = connection.execute(f"SELECT {bands} FROM files", edges).fetchone()  # noqa: S608 - marks only
    histogram = [0] * BINS
    for place, count in connection.execute(
        "SELECT min(CAST(p_malignant * ? AS INTEGER), ?), count(*) FROM files WHERE p_malignant NOT NULL GROUP BY 1",
        (BINS, BINS - 1),
    ):
        histogram[place] = count
    ordered = dict(sorted(flags.items(), key=lambda item: -item[1]))
    told = tuple(risks), ordered, tuple(histogram)
    return Summary(total, done, rejected, unreadable, groups, dict(classes), *told)


def _where(choice: Choice) -> tuple[str, list[object]]:
    terms: list[str] = []
    values: list[object] = []
    for word in choice.text.casefold().split():
        terms.append("(instr(folded, ?) OR (message <> '' AND instr(said(message), ?)))")
        values += [word, word]
    if choice.top:
        terms.append("top = ?")
        values.append(choice.top)
    if choice.flag == "duplicate":
        terms.append(f"id <> {_SAME}")
    elif choice.flag:
        terms.append("instr(flags, ?)")
        values.append(f"|{choice.flag}|")
    if choice.risk is not None:
        terms.append("p_malignant >= ? AND p_malignant < ?")
        values += RISKS[choice.risk]
    if choice.urgency is not None:
        terms.append("urgency(refer, could_be) = ?")
        values.append(choice.urgency)
    if choice.status:
        terms.append({"failed": "status <> 'ok'", "waiting": "status IS NULL"}.get(choice.status, "status = ?"))
        values += [choice.status] if choice.status in ("ok", "rejected", "error") else []
    return (f" WHERE {' AND '.join(terms)}" if terms else ""), values


def _row(
    number: int,
    path: bytes,
    name: str,
    status: str | None,
    message: str,
    top: str | None,
    p_malignant: float | None,
    refer: int | None,
    could_be: str | None,
    flags: str,
    sha256: str | None,
    first: int | None,
    result: str | None,
) -> Row:
    return Row(
        number,
        Path(os.fsdecode(path)),
        name,
        status or "",
        message,
        top or "",
        p_malignant,
        None if refer is None else bool(refer),
        tuple((could_be or "").split()),
        tuple(flags.strip("|").split("|")) if flags else (),
        sha256,
        first if first is not None and first != number else None,
        dict(json.loads(result)) if result else None,
    )
