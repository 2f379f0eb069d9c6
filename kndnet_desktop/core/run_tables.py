"""What a run is handed on as: CSV, XLSX and JSON lines of its rows, and a manifest of how they came about."""

import csv
import hashlib
import io
import json
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kndnet_desktop.core.advice import Advice
from kndnet_desktop.core.errors import UserError, reason
from kndnet_desktop.core.files import whole_file
from kndnet_desktop.core.journal import Journal
from kndnet_desktop.core.records import Cleaned, Prediction
from kndnet_desktop.core.rows import read, read_all, summarise, undamaged

CSV, JSONL, XLSX, MANIFEST = "results.csv", "results.jsonl", "results.xlsx", "manifest.json"
XLSX_ROWS = 1_048_575  # a sheet holds no more below its heading
Cell = str | float | int | None

_FORMULA = re.compile(r"[\s\x00-\x1f\x7f-\x9f]*[=+\-@＝＋－＠|%]|[\x00-\x1f\x7f-\x9f]")
_YES_NO = {True: "yes", False: "no", None: ""}
_PACKAGES = ("numpy", "onnxruntime", "pillow", "simplejpeg")


def write_tables(target: Path, journal: Journal, ending: Mapping[str, str], *, xlsx: bool = False) -> None:
    """Write the tables and the manifest of a whole run into its folder, each file whole.

    A table that somebody has changed since it was written is renamed and kept. The XLSX of an earlier time is written
    anew even where it is not asked for again: it must not tell less than the others.

    Args:
        target: The run's folder.
        journal: The run.
        ending: For the manifest: the run's `state`, and when it has `ended`.
        xlsx: Write ``results.xlsx`` too.

    Raises:
        UserError: If a file can't be written.
    """
    hashes = dict(journal.facts().get("tables", {}))
    wanted = [CSV, JSONL, *([XLSX] if xlsx or XLSX in hashes else [])]
    try:
        for name in wanted:
            path = target / name
            _keep_changed(path, hashes.get(name))
            write_table(path, journal)
            hashes[name] = file_hash(path)
            journal.set_fact("tables", hashes)  # after each: if the next one fails, this one is still known as ours
            journal.commit(now=True)
        name = MANIFEST
        _write_manifest(target / name, journal, ending)
        journal.set_fact("manifest", file_hash(target / name))
    except OSError as error:
        raise _cannot_write(target / name, error) from error


def write_table(path: Path, journal: Journal, ids: Iterable[int] | None = None) -> None:
    """Write rows of a run as CSV, XLSX or JSON lines, by the file's ending.

    Args:
        path: The file to create or replace.
        journal: The run.
        ids: Which rows, in order; all if None.

    Raises:
        UserError: If the file can't be written.
    """
    writers = {".csv": _write_csv, ".jsonl": _write_jsonl, ".xlsx": _write_xlsx}
    if path.suffix.lower() not in writers:
        raise UserError(f"“{path.name}” has no ending that names a kind of table.", "Use .csv, .xlsx or .jsonl.")
    facts = journal.facts()
    try:
        writers[path.suffix.lower()](path, facts, journal, ids)
    except OSError as error:
        raise _cannot_write(path, error) from error


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: with an apostrophe before it where one might."""
    return f"'{text}" if _FORMULA.match(text) else text


def _heading(facts: dict[str, Any]) -> list[str]:
    main, point = facts["models"][0], facts["advice"]["point"]
    at = f" (sensitivity {point['target']:.2f})" if point else ""
    names = ["file", "status", "message", "answer", "diagnosis", "P(malignant)", f"refer{at}", "could be"]
    names += [f"P({label['code']})" for label in main["labels"]]
    names += ["remarks", "flags", "same as"]
    if facts["stability"]:
        names += ["P(malignant) low", "P(malignant) high", "share of views with another class"]
    if len(facts["models"]) > 1:
        names += ["second opinion", "second opinion P(malignant)", f"second opinion refer{at}"]
    return [*names, "SHA-256", "model", "mode", "milliseconds"]


def _table(facts: dict[str, Any], journal: Journal, ids: Iterable[int] | None) -> Iterator[list[Cell]]:
    main = facts["models"][0]
    advice = Advice.of_facts(facts)
    names = advice.names
    for row in read_all(journal.connection, ids):
        result = row.result or {}
        with undamaged():
            shares = result.get("probabilities") or {}
            cells: list[Cell] = [row.name, row.status or "waiting", row.message, row.top, names.get(row.top, "")]
            cells += [_rounded(row.p_malignant), _YES_NO[row.refer], " ".join(row.could_be)]
            cells += [_rounded(shares.get(code)) for code in names]
            cells += [_remarks(result, advice), " ".join(row.flags)]
            cells.append(read(journal.connection, [row.same_as])[0].name if row.same_as else "")
            if facts["stability"]:
                spread = result.get("stability") or {"p_malignant": (None, None), "flips": None}
                cells += [_rounded(value) for value in (*spread["p_malignant"], spread["flips"])]
            if len(facts["models"]) > 1:
                teacher = Prediction.from_json(result["teacher"]) if result.get("teacher") else None
                cells += [teacher.top, _rounded(teacher.p_malignant)] if teacher else ["", None]
                cells.append(_YES_NO[advice.refers(teacher) if teacher else None])
            cells += [result.get("sha256") or "", main["name"], facts["mode"], result.get("milliseconds")]
        yield cells


def _remarks(result: dict[str, Any], advice: Advice) -> str:
    """Return the remarks on a picture, and what the answer would be without each artefact that lies over it."""
    if result.get("status") == "rejected":
        return ""
    told = [flag["sentence"] for flag in result.get("flags", ())]
    if result.get("cleaned"):
        prediction = Prediction.from_json(result)
        told += [f"{advice.without(Cleaned(**cleaned), prediction)}." for cleaned in result["cleaned"]]
    return " ".join(told)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)


def _write_csv(path: Path, facts: dict[str, Any], journal: Journal, ids: Iterable[int] | None) -> None:
    with whole_file(path) as file:
        # The mark at the beginning tells Excel that this is UTF-8. Every text is quoted, so that one that holds a
        # semicolon is one cell wherever that separates cells.
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(_heading(facts))
        for cells in _table(facts, journal, ids):
            writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in cells])
        text.detach()


def _write_jsonl(path: Path, facts: dict[str, Any], journal: Journal, ids: Iterable[int] | None) -> None:
    with whole_file(path) as file:
        for row in read_all(journal.connection, ids):
            if row.result is not None:
                line = {"path": str(Path(facts["folder"]) / row.path), **row.result}
                file.write(json.dumps(line).encode() + b"\n")


def _write_xlsx(path: Path, facts: dict[str, Any], journal: Journal, ids: Iterable[int] | None) -> None:
    import xlsxwriter  # a tenth of a second that only this needs
    from xlsxwriter.exceptions import FileCreateError

    with ExitStack() as stack:
        place = stack.enter_context(TemporaryDirectory(prefix=".", dir=path.parent))
        file = stack.enter_context(whole_file(path))
        # Written row by row to the disk, here and nowhere else, for rows name files, and gone even if this fails; a
        # text is never taken for a formula or a link.
        options = {
            "constant_memory": True,
            "tmpdir": place,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        book = xlsxwriter.Workbook(file, options)
        sheet = book.add_worksheet("Results")
        stack.callback(sheet.row_data_fh.close)  # Windows deletes no file that is open
        bold, share = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
        heading = _heading(facts)
        shares = {column for column, name in enumerate(heading) if "P(" in name or "share" in name}
        sheet.set_column(0, 0, 40)
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, heading, bold)
        number = 0
        for number, cells in enumerate(_table(facts, journal, ids), start=1):
            if number > XLSX_ROWS:
                raise UserError(
                    f"An Excel sheet holds no more than {XLSX_ROWS:,} rows.", "Save the table as CSV instead."
                )
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell[:32_767])
                elif cell is not None:
                    sheet.write_number(number, column, cell, share if column in shares else None)
        sheet.autofilter(0, 0, number, len(heading) - 1)
        try:
            book.close()
        except FileCreateError as error:  # which is none of the system's errors, but holds one
            raise error.args[0] from error


def _write_manifest(path: Path, journal: Journal, ending: Mapping[str, str]) -> None:
    facts = journal.facts()
    summary = summarise(journal.connection)
    head = {
        "schema": facts["schema"],
        "program": "KNDNet Desktop",
        "version": facts["version"],
        "state": ending["state"],
        "created": facts["created"],
        "ended": ending["ended"],
        "folder": facts["folder"],
        "settings": {key: facts[key] for key in ("recursive", "mode", "heat_maps", "stability")},
        "models": facts["models"],
        "operating_point": facts["advice"]["point"],
        "machine": machine(),
        "counts": {
            "total": summary.total,
            "done": summary.done,
            "failed": summary.failed,
            "rejected": summary.rejected,
            "unreadable": summary.unreadable,
        },
        "tables": facts["tables"],
    }
    text = json.dumps(head, indent=2, allow_nan=False)
    with whole_file(path) as file:
        # The inputs one by one, so that a million of them need no memory.
        file.write(text.removesuffix("\n}").encode() + b',\n  "inputs": [')
        for number, row in enumerate(read_all(journal.connection)):
            sha256 = row.result.get("sha256") if row.result else None
            line = json.dumps({"file": str(row.path), "sha256": sha256, "status": row.status or "waiting"})
            file.write((b",\n    " if number else b"\n    ") + line.encode())
        file.write(b"\n  ]\n}\n")


def machine() -> dict[str, Any]:
    """Return what this computer is and which libraries compute on it."""
    return {
        "system": platform.platform(terse=True),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: found for name in _PACKAGES if (found := _version(name))},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a frozen program may hold a library without its papers
        return ""


def _keep_changed(path: Path, written: str | None) -> None:
    if not path.exists() or file_hash(path) == written:
        return
    number = 1
    while (kept := path.with_name(f"{path.stem} (kept {number}){path.suffix}")).exists():
        number += 1
    path.rename(kept)


def _cannot_write(path: Path, error: OSError) -> UserError:
    return UserError(f"“{path.name}” can't be written: {reason(error)}.", "What was computed is safe in the run.")
