"""Verifying a run: everything is computed again and held against what was recorded."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kndnet_desktop.core.advice import Advice, percent
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.journal import DAMAGE, FILE, Journal, readable, reading
from kndnet_desktop.core.listing import check_folder, list_pictures
from kndnet_desktop.core.picture_work import Found, PictureWork
from kndnet_desktop.core.rows import read
from kndnet_desktop.core.run_tables import MANIFEST, file_hash
from kndnet_desktop.core.runs import Engine, check_models

_TIMES = ("path", "milliseconds")  # what may differ between two equal results


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of holding one thing against its record.

    Attributes:
        name: A picture of the run, or a file of its results.
        difference: What is different, a sentence; empty if nothing is.
        total: Number of verdicts that are expected in all.
    """

    name: str
    difference: str
    total: int


def verify(target: Path, folder: Path, models: Models, engine: Engine) -> Iterator[Verdict]:
    """Compute every picture of a run again, and look for tables that were changed and pictures that were not in it.

    Args:
        target: The folder of results.
        folder: The folder of pictures, where it lies now.
        models: Who is asked; the same as in the run.
        engine: Where the work is done.

    Yields:
        A verdict on each picture of the run and each of its tables, and on each picture that the run does not know.

    Raises:
        UserError: If there is no run, it was made with other models, or the pictures can't be reached.
    """
    check_folder(folder)
    with Journal(target / FILE) as journal:
        with reading(target):
            facts = journal.facts()
            advice = Advice.of_facts(facts)
            check_models(facts, models)
            files = dict(facts.get("tables", {}))
            if "manifest" in facts:
                files[MANIFEST] = facts["manifest"]
            total = journal.progress.total + len(files)
            work = PictureWork(folder, models, facts["mode"], None, folder.stat().st_dev, steady=facts["stability"])
            listed, recursive = facts["listed"], facts["recursive"]
        for name, sha256 in files.items():
            yield Verdict(name, _file_difference(target / name, sha256), total)
        with contextlib.closing(engine(journal.entries(), work)) as results:
            for found in results:
                if found:
                    yield Verdict(*_compared(journal, found, advice), total)
        if listed:
            for path in list_pictures(folder, recursive=recursive, leave_out=target):
                name = path.relative_to(folder)
                if journal.known(name) is None:
                    yield Verdict(readable(str(name)), "This picture is not in the run.", total)


def _file_difference(path: Path, sha256: str) -> str:
    try:
        return "" if file_hash(path) == sha256 else "This file was changed after it was written."
    except (OSError, ValueError):
        return "This file can't be read, or is not there any more."


def _compared(journal: Journal, found: Found, advice: Advice) -> tuple[str, str]:
    """Return the name of a picture and its difference."""
    assert found.result, "every picture is computed on its own"
    name = readable(Path(found.result.path).name)
    try:
        (row,) = read(journal.connection, [found.id], results=True)
        name = row.name
        if row.result is None:
            return name, "This picture has no result yet."
        difference = _difference(row.result, found.result.to_json())
        if difference:
            return name, difference
        answer = found.result.prediction
        strayed = journal.strayed(found.id, found.result, refer=advice.refers(answer) if answer else None)
    except (UserError, *DAMAGE):
        return name, "This row is damaged."
    if row.name != readable(str(row.path)):
        strayed.append("name")
    told = ", ".join(strayed)
    return name, told and f"What the table shows of this picture was changed after it was recorded ({told})."


def _difference(before: dict[str, Any], now: dict[str, Any]) -> str:
    if now["sha256"] != before["sha256"]:
        return now["message"] or "This is not the file that was classified: its bytes are others."
    if _comparable(before) == _comparable(now):
        return ""
    if before["status"] != now["status"] or not now["top"]:
        return f"The result differs: “{_words(before)}” was recorded, “{_words(now)}” is computed."
    if before["probabilities"] == now["probabilities"]:
        names = ", ".join(key for key, value in _comparable(now).items() if before.get(key) != value)
        return f"The probabilities are the same; what goes with them differs ({names})."
    gap = max(abs(share - before["probabilities"].get(code, 0)) for code, share in now["probabilities"].items())
    return (
        f"The answer differs: {_words(before)} was recorded, {_words(now)} is computed; "
        f"no probability differs by more than {gap:.2g}."
    )


def _comparable(result: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in result.items() if key not in _TIMES}
    if kept.get("teacher"):
        kept["teacher"] = {key: value for key, value in kept["teacher"].items() if key not in _TIMES}
    return kept


def _words(result: dict[str, Any]) -> str:
    if result["status"] != "ok":
        return str(result["message"])
    return f"{result['top']} {percent(result['probabilities'][result['top']])}"
