"""The tables of a run: they open in a spreadsheet as they were meant, whatever the pictures are called."""

import csv
import json
import random
import shutil
import sqlite3
import subprocess
import time
import xml.etree.ElementTree as ET
import zipfile
from array import array
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import hostile
import pytest
import trusted
from fake import CODES, FakeClassifier

from kndnet_desktop.core.advice import urgency
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.evidence import PredictionSets, Trust
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.journal import FILE, Journal, readable
from kndnet_desktop.core.rows import BINS, RISKS, SORTS, Choice, choose, read, read_all, summarise
from kndnet_desktop.core.run_tables import CSV, JSONL, MANIFEST, XLSX, neutral, write_table
from kndnet_desktop.core.runs import Run, RunSettings, on_this_computer

NAMES = (
    "=cmd()|'calc'!A1.jpg",
    "+1.jpg",
    "-1.jpg",
    "@SUM(A1).jpg",
    "\t=1+1.jpg",
    "  =1+1.jpg",
    "＝1.jpg",
    'a";=cmd();".jpg',
    "皮膚鏡照片.jpg",
    "شامة على الجلد.jpg",
    "läsion, links; rechts.jpg",
    "two\nlines.jpg",
    "plain.jpg",
    "same as plain.jpg",
)
MALIGNANT = frozenset(label.code for label in FakeClassifier().card.labels if label.malignant)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run over files of odd names."""
    folder = tmp_path_factory.mktemp("photos")
    plain = hostile.encode(hostile.reference(), "JPEG", quality=90)
    for number, name in enumerate(NAMES):
        shade = hostile.reference().point(lambda value, number=number: value * (20 + number) / 40)
        data = plain if "plain" in name else hostile.encode(shade, "JPEG", quality=90)
        (folder / name).write_bytes(data)
    (folder / "broken.jpg").write_bytes(plain[:900])
    models = advised_models()
    run_folder = tmp_path_factory.mktemp("runs") / "run"
    with Run.create(run_folder, RunSettings(folder), models, "1.2") as run:
        list(run.process(models, on_this_computer(2)))
        run.finish("finished", xlsx=True)
    return run_folder


def advised_models() -> Models:
    """The fake with an operating point and prediction sets."""
    fake = FakeClassifier()
    points = trusted.points(fake.card.calibration.modes, thresholds=(0.5, 0.45, 0.1))
    sets = PredictionSets(0.9, dict.fromkeys(fake.card.calibration.modes, (0.15,) * len(CODES)))
    fake._card = replace(
        fake.card,
        trust=Trust(sets=sets, referral=points),
    )
    return Models(fake)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_holds_every_row_and_no_cell_is_a_formula(target: Path) -> None:
    assert (target / CSV).read_bytes().startswith(b"\xef\xbb\xbf"), "Excel takes it for another encoding without"
    rows = table(target / CSV)
    assert len(rows) == len(NAMES) + 1
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝")), cell
    names = {row["file"] for row in rows}
    assert {"皮膚鏡照片.jpg", "شامة على الجلد.jpg", "'=cmd()|'calc'!A1.jpg", "two\\nlines.jpg"} <= names
    by_name = {row["file"]: row for row in rows}
    assert by_name["broken.jpg"]["status"] == "error"
    assert "damaged" in by_name["broken.jpg"]["message"]
    assert by_name["broken.jpg"]["P(mel)"] == ""
    answer = by_name["plain.jpg"]
    assert sum(float(answer[f"P({code})"]) for code in CODES) == pytest.approx(1, abs=1e-5)
    assert answer["diagnosis"] == f"Class {answer['answer']}"
    assert by_name["same as plain.jpg"]["same as"] == "plain.jpg"
    assert answer["same as"] == ""
    for row in rows:
        if row["status"] == "ok":
            assert row["refer (sensitivity 0.90)"] == ("yes" if float(row["P(malignant)"]) >= 0.45 else "no")
            scores = {code: float(row[f"P({code})"]) for code in CODES}
            malignant = [label.code for label in FakeClassifier().card.labels if label.malignant]
            scores |= {code: scores[code] * float(row["P(malignant)"]) for code in malignant}
            likely = {code for code, score in scores.items() if score >= 0.15}
            assert likely <= set(row["could be"].split()) <= likely | {row["answer"]}
    assert (by_name["broken.jpg"]["refer (sensitivity 0.90)"], by_name["broken.jpg"]["could be"]) == ("", "")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r1", "\x1b[31m", " =1", "\n", "＝1", "%1", "|a"])
def test_what_a_spreadsheet_may_take_for_a_formula_is_made_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "mel", "皮膚", "’quoted"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert neutral(text) == text


def test_csv_opens_in_libreoffice_as_it_was_meant(target: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        pytest.skip("LibreOffice is not installed")
    shutil.copy(target / CSV, tmp_path / "in.csv")
    # Without a person at its import dialog it must be told the encoding, comma, quote and first line.
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--infilter=CSV:44,34,76,1"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    subprocess.run([*command, str(tmp_path / "in.csv")], check=True, capture_output=True, timeout=120)
    opened = sheet(tmp_path / "out" / "in.xlsx")
    expected = table(target / CSV)
    assert opened[0] == list(expected[0])
    assert [row[0] for row in opened[1:]] == [row["file"] for row in expected]
    assert float(opened[1][5]) == pytest.approx(float(expected[0]["P(malignant)"])), "figures are figures"
    with zipfile.ZipFile(tmp_path / "out" / "in.xlsx") as archive:
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml").replace(b"<font", b""), "no formula came to be"


def test_xlsx_holds_the_same_and_no_formula(target: Path) -> None:
    with zipfile.ZipFile(target / XLSX) as archive:
        assert archive.testzip() is None
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    rows, expected = sheet(target / XLSX), table(target / CSV)
    assert rows[0] == list(expected[0])
    names = [row[0] for row in rows[1:]]
    assert names == [readable(str(row.path)) for row in all_rows(target)]
    assert "=cmd()|'calc'!A1.jpg" in names, "a text cell needs no apostrophe"
    assert float(rows[1][5]) == pytest.approx(float(expected[0]["P(malignant)"]))


def sheet(path: Path) -> list[list[str]]:
    """Read the first sheet's cells with nothing but the standard library."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as archive:
        shared = []
        if "xl/sharedStrings.xml" in archive.namelist():
            for item in ET.fromstring(archive.read("xl/sharedStrings.xml")).findall("m:si", space):
                shared += ["".join(text.text or "" for text in item.iter(f"{{{space['m']}}}t"))]
        found = []
        for row in ET.fromstring(archive.read("xl/worksheets/sheet1.xml")).iterfind(".//m:row", space):
            cells: dict[int, str] = {}
            for cell in row.findall("m:c", space):
                value, inline = cell.find("m:v", space), cell.find("m:is/m:t", space)
                text = (value.text if value is not None else inline.text if inline is not None else "") or ""
                column = 0
                for letter in filter(str.isalpha, cell.attrib["r"]):
                    column = column * 26 + ord(letter) - 64
                cells[column - 1] = shared[int(text)] if cell.attrib.get("t") == "s" else text
            found.append([cells.get(column, "") for column in range(max(cells, default=-1) + 1)])
    return found


def all_rows(target: Path) -> list:
    with Journal(target / FILE) as journal:
        return list(read_all(journal.connection))


def test_json_lines_are_those_of_classify_with_true_paths(target: Path) -> None:
    lines = [json.loads(line) for line in (target / JSONL).read_text(encoding="utf-8").splitlines()]
    assert {Path(line["path"]).name for line in lines} == {*NAMES, "broken.jpg"}
    assert all(Path(line["path"]).is_file() for line in lines)
    for line in lines:
        assert list(line) == [
            "path", "sha256", "status", "message", "model", "model_sha256", "mode", "probabilities", "top",
            "p_malignant", "prediction_set", "refer", "flags", "teacher", "stability", "cleaned", "milliseconds",
        ]  # fmt: skip


def test_the_manifest_tells_how_the_results_came_about(target: Path) -> None:
    manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["version"] == "1.2"
    assert manifest["state"] == "finished"
    assert manifest["counts"] == {
        "total": len(NAMES) + 1,
        "done": len(NAMES) + 1,
        "failed": 1,
        "rejected": 0,
        "unreadable": 1,
    }
    assert manifest["models"][0]["sha256"] == "f" * 64
    assert manifest["settings"] == {"recursive": False, "mode": "balanced", "heat_maps": False, "stability": False}
    assert manifest["machine"]["packages"]["numpy"]
    inputs = {item["file"]: item["sha256"] for item in manifest["inputs"]}
    folder = Path(manifest["folder"])
    assert inputs == {path.name: sha256_of(path.read_bytes()) for path in folder.iterdir()}
    for name in (CSV, JSONL, XLSX):
        assert manifest["tables"][name] == sha256_of((target / name).read_bytes())


@pytest.mark.parametrize("name", ["some.csv", "some.jsonl", "some.XLSX"])
def test_a_selection_is_saved_in_its_own_order(target: Path, tmp_path: Path, name: str) -> None:
    with Journal(target / FILE) as journal:
        write_table(tmp_path / name, journal, array("q", [5, 2]))
        wanted = [row.name for row in read(journal.connection, [5, 2])]
        with pytest.raises(UserError, match="ending"):
            write_table(tmp_path / "some.pdf", journal)
        with pytest.raises(UserError, match="can't be written"):
            write_table(tmp_path / "nowhere" / name, journal)
    if name.endswith("csv"):
        assert [row["file"].removeprefix("'") for row in table(tmp_path / name)] == wanted
    elif name.endswith("jsonl"):
        lines = [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
        assert [readable(Path(line["path"]).name) for line in lines] == wanted
    else:
        assert [row[0] for row in sheet(tmp_path / name)[1:]] == wanted
    assert len(list(tmp_path.iterdir())) == 1, "no temporary file is left"


# Choosing and counting rows


def test_rows_are_chosen_as_a_plain_loop_would(target: Path) -> None:
    rows = all_rows(target)
    choices = [
        Choice(),
        Choice(text="PLAIN"),
        Choice(text="jpg شامة"),
        Choice(text="damaged"),
        Choice(text="no such words"),
        Choice(flag="few-pixels"),
        Choice(flag="duplicate"),
        Choice(status="ok"),
        Choice(status="failed"),
        Choice(status="rejected"),
        Choice(status="error"),
        *(Choice(urgency=level) for level in range(3)),
        Choice(status="waiting"),
        *(Choice(top=code) for code in CODES),
        *(Choice(risk=band, sort="risk", descending=True) for band in range(len(RISKS))),
    ]
    with Journal(target / FILE) as journal:
        for choice in choices:
            expected = {row.id for row in rows if wanted(row, choice)}
            assert set(choose(journal.connection, choice, malignant=MALIGNANT)) == expected, choice
        assert len(choose(journal.connection, Choice(flag="duplicate"))) == 1


def wanted(row, choice: Choice) -> bool:
    text = f"{row.name}\n{row.message}".casefold()
    bounds = RISKS[choice.risk] if choice.risk is not None else (0, 2)
    return (
        all(word in text for word in choice.text.casefold().split())
        and choice.top in ("", row.top)
        and (not choice.flag or choice.flag in row.flags or (choice.flag == "duplicate" and row.same_as is not None))
        and (choice.risk is None or (row.p_malignant is not None and bounds[0] <= row.p_malignant < bounds[1]))
        and (choice.urgency is None or urgency(row.refer, row.could_be, MALIGNANT) == choice.urgency)
        and {"": True, "failed": row.status in ("error", "rejected"), "waiting": not row.status}.get(
            choice.status, row.status == choice.status
        )
    )


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_rows_are_sorted_with_those_without_a_value_last(target: Path, sort: str, descending: bool) -> None:
    rows = {row.id: row for row in all_rows(target)}
    with Journal(target / FILE) as journal:
        ids = choose(journal.connection, Choice(sort=sort, descending=descending), malignant=MALIGNANT)
    assert sorted(ids) == sorted(rows)
    keys = {"order": "id", "answer": "top", "risk": "p_malignant", "could be": "could_be"}
    values = [getattr(rows[number], keys.get(sort, sort)) for number in ids]
    if sort == "name":
        values = [value.casefold() for value in values]
    if sort == "could be":
        values = [len(value) or None for value in values]
    if sort == "refer":
        values = [urgency(rows[number].refer, rows[number].could_be, MALIGNANT) for number in ids]
        assert {0, 1, 2} <= set(values), "what is not ruled out stands between the two"
    if sort == "could be":
        assert len(set(values)) > 2, "there is something to sort"
    present = [value for value in values if value not in (None, "", ())]
    assert values[: len(present)] == present, "those without a value come last"
    assert present == sorted(present, reverse=descending)


def test_the_summary_counts_what_is_there(target: Path) -> None:
    rows = all_rows(target)
    with Journal(target / FILE) as journal:
        summary = summarise(journal.connection)
    answers = [row for row in rows if row.p_malignant is not None]
    assert (summary.total, summary.done, summary.failed) == (len(rows), len(rows), 1)
    told = Counter((row.refer, row.could_be) for row in rows if row.refer is not None)
    assert {(refer, codes): count for refer, codes, count in summary.advised} == told
    assert summary.classes == {code: sum(row.top == code for row in rows) for code in summary.classes}
    assert sum(summary.classes.values()) == sum(summary.risks) == sum(summary.histogram) == len(answers)
    assert summary.flags["duplicate"] == 1
    for place, count in enumerate(summary.histogram):
        assert count == sum(min(int(row.p_malignant * BINS), BINS - 1) == place for row in answers)


def test_a_hundred_thousand_rows_are_filtered_and_sorted_quickly(tmp_path: Path) -> None:
    generator = random.Random(1)
    Journal.create(tmp_path / FILE, {"listed": True})
    with Journal(tmp_path / FILE, writing=True) as journal:
        journal.add([Path(f"clinic/photo {number}.jpg") for number in range(100_000)])
        journal.connection.executemany(
            "UPDATE files SET status = 'ok', top = ?, p_malignant = ?, sha256 = ?, refer = ?, could_be = ? "
            "WHERE id = ?",
            (
                (generator.choice(CODES), generator.random(), f"{number:064}", number % 3 == 0, "mel nv", number)
                for number in range(1, 100_001)
            ),
        )
        journal.commit(now=True)
        connection = journal.connection
        seven = choose(connection, Choice(text="photo 7", top="mel", sort="risk", descending=True))
        page = read(connection, seven[:300])
        start = time.thread_time()
        referred = choose(connection, Choice(urgency=2, sort="refer"), malignant=MALIGNANT)
        assert time.thread_time() - start < 0.5, "seconds for all rows"
    assert len(referred) == 33_333
    assert len(page) == 300
    shares = [row.p_malignant for row in page]
    assert shares == sorted(shares, reverse=True)
    assert all(row.top == "mel" and "7" in row.name for row in page)


@pytest.fixture(scope="module")
def trusted_run(tmp_path_factory: pytest.TempPathFactory, student_folder: Path, samples: Path) -> Path:
    """A run, with stability, of lesions among which lies a page of text and a broken file."""
    home = tmp_path_factory.mktemp("trusted")
    models = Models(OnnxClassifier(trusted.make(home / "student", student_folder, samples)))
    folder = home / "photos"
    folder.mkdir()
    for name in ("drawn-hair.jpg", "drawn-veil.jpg"):
        shutil.copy(samples / name, folder)
    trusted.page_of_text().save(folder / "page.png")
    (folder / "broken.jpg").write_bytes((samples / "drawn-hair.jpg").read_bytes()[:900])
    with Run.create(home / "run", RunSettings(folder, steady=True), models, "1.2") as run:
        list(run.process(models, on_this_computer(1)))
        run.finish("finished", xlsx=True)
    return home / "run"


def test_what_is_no_dermatoscope_photo_is_told_apart_from_what_is_not_readable(trusted_run: Path) -> None:
    rows = {row["file"]: row for row in table(trusted_run / CSV)}
    refused = rows["page.png"]
    assert refused["status"] == "rejected"
    assert refused["message"].startswith("This does not look like a dermatoscope photo")
    assert {refused[name] for name in ("answer", "P(malignant)", "P(mel)", "could be", "remarks", "flags")} == {""}
    with Journal(trusted_run / FILE) as journal:
        summary = summarise(journal.connection)
        (chosen,) = choose(journal.connection, Choice(status="rejected"))
        assert read(journal.connection, [chosen])[0].name == "page.png"
    assert (summary.rejected, summary.unreadable, summary.failed) == (1, 1, 2)
    counts = json.loads((trusted_run / MANIFEST).read_text(encoding="utf-8"))["counts"]
    assert counts == {"total": 4, "done": 4, "failed": 2, "rejected": 1, "unreadable": 1}


def test_stability_and_artefacts_are_in_the_tables(trusted_run: Path) -> None:
    rows = {row["file"]: row for row in table(trusted_run / CSV)}
    lines = [json.loads(line) for line in (trusted_run / JSONL).read_text(encoding="utf-8").splitlines()]
    hair = next(line for line in lines if line["path"].endswith("drawn-hair.jpg"))
    low, high = (float(rows["drawn-hair.jpg"][f"P(malignant) {end}"]) for end in ("low", "high"))
    assert [low, high] == pytest.approx(hair["stability"]["p_malignant"], abs=1e-6)
    assert float(rows["drawn-hair.jpg"]["share of views with another class"]) == hair["stability"]["flips"]
    assert "Without the hair: " in rows["drawn-hair.jpg"]["remarks"]
    assert "hair" in rows["drawn-hair.jpg"]["flags"].split()
    assert rows["broken.jpg"]["P(malignant) low"] == ""
    manifest = json.loads((trusted_run / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["settings"]["stability"] is True
    assert manifest["operating_point"]["target"] == 0.9


def test_a_run_of_an_earlier_version_is_told_in_a_sentence(trusted_run: Path, tmp_path: Path) -> None:
    shutil.copy(trusted_run / FILE, tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("UPDATE facts SET value = '1' WHERE key = 'schema'")
        connection.commit()
    with pytest.raises(UserError, match="made by another version"):
        Journal(tmp_path / FILE)
