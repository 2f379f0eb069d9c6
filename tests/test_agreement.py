"""One photo through the window, the command line, a batch and a report: all four say the same, to the last digit."""

import csv
import json
import shutil
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import trusted
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kndnet_desktop import cli, paths
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.journal import FILE, Journal
from kndnet_desktop.core.report_parts import Form
from kndnet_desktop.core.rows import read_all
from kndnet_desktop.core.run_tables import CSV, JSONL
from kndnet_desktop.reporting import ReportOffice
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.lesion_page import LesionPage
from kndnet_desktop.ui.theme import Theme

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its bindings warn about themselves
    import pymupdf

PATIENCE = 60_000  # milliseconds
PHOTOS = ("drawn-hair.jpg", "drawn-veil.jpg", "page.png", "half.jpg")
ANSWER = (
    "sha256", "status", "message", "model_sha256", "mode", "probabilities", "top", "p_malignant", "prediction_set",
    "refer", "flags", "stability", "cleaned",
)  # fmt: skip


@pytest.fixture
def models(tmp_path: Path, student_folder: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> Models:
    """The installed models, for both doors: the shipped networks under cards that hold all of trust."""
    folders = {"student": student_folder, "teacher": student_folder.with_name("teacher")}
    for role, folder in folders.items():
        trusted.make(tmp_path / "models" / role, folder, samples)
    monkeypatch.setattr(paths, "model_folder", lambda role: tmp_path / "models" / role)
    return Models(*(OnnxClassifier(tmp_path / "models" / role) for role in folders))


@pytest.fixture
def photos(tmp_path: Path, samples: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in PHOTOS[:2]:
        shutil.copy(samples / name, folder)
    trusted.page_of_text().save(folder / "page.png")
    (folder / "half.jpg").write_bytes((samples / "drawn-veil.jpg").read_bytes()[:4000])
    return folder


@pytest.fixture
def page(qapp: QApplication, qtbot: QtBot, root: Path, samples: Path, models: Models) -> Iterator[LesionPage]:
    jobs = Jobs(qapp)
    page = LesionPage(jobs, Theme(qapp, root / "resources" / "icons", "light"), samples)
    page.broke.connect(lambda error: pytest.fail(f"a job met a bug: {error!r}"))
    qtbot.addWidget(page)
    page.set_models(models, ask_teacher=True, mode="balanced")
    yield page
    jobs.drain()


def seen(page: LesionPage, bot: QtBot, path: Path) -> dict[str, Any]:
    """What the window has of a photo."""
    with bot.waitSignal(page.shown, timeout=PATIENCE):
        page.open_paths([path])
    bot.waitUntil(lambda: not page.busy, timeout=PATIENCE)
    assert page.result
    return page.result.to_json()


def told(result: dict[str, Any]) -> dict[str, Any]:
    """What the four have to agree in, as it is after a journey through JSON."""
    teacher = result["teacher"]
    kept = {key: result[key] for key in ANSWER}
    kept["teacher"] = {key: value for key, value in teacher.items() if key != "milliseconds"} if teacher else None
    found: dict[str, Any] = json.loads(json.dumps(kept))
    return found


def test_window_command_line_batch_and_report_agree(
    page: LesionPage,
    qtbot: QtBot,
    models: Models,
    photos: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = [photos / name for name in PHOTOS]
    asked = ["--model", "both"]
    assert cli.main(["classify", *asked, "--json", "--stability", *map(str, files)]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    line = {Path(each["path"]).name: told(each) for each in lines}
    assert [line[name]["status"] for name in PHOTOS] == ["ok", "ok", "rejected", "error"]
    hair = line["drawn-hair.jpg"]
    assert hair["refer"] == {"0.85": False, "0.90": True, "0.95": True}
    assert hair["prediction_set"]
    assert hair["stability"]["views"] == 24
    assert [cleaned["code"] for cleaned in hair["cleaned"]] == ["hair"]
    assert hair["teacher"]["refer"]

    assert {name: told(seen(page, qtbot, photos / name)) for name in PHOTOS} == line

    run = tmp_path / "run"
    assert cli.main(["batch", str(photos), *asked, "--stability", "--out", str(run)]) == 1
    said = capsys.readouterr().out
    assert "4 of 4 photos done; 2 not answered: 1 is no dermatoscope photo, 1 could not be read." in said
    written = [json.loads(each) for each in (run / JSONL).read_text(encoding="utf-8").splitlines()]
    assert {Path(each["path"]).name: told(each) for each in written} == line
    with Journal(run / FILE) as journal:
        rows = {row.name: row for row in read_all(journal.connection)}
    with (run / CSV).open(encoding="utf-8-sig", newline="") as file:
        cells = {row["file"]: row for row in csv.DictReader(file)}
    for name in PHOTOS[:2]:
        assert rows[name].p_malignant == line[name]["p_malignant"]
        assert rows[name].refer == line[name]["refer"]["0.90"]
        assert list(rows[name].could_be) == line[name]["prediction_set"]
        assert float(cells[name]["P(malignant)"]) == round(line[name]["p_malignant"], 6)
        assert (cells[name]["refer (sensitivity 0.90)"] == "yes") == line[name]["refer"]["0.90"]
        assert (cells[name]["second opinion refer (sensitivity 0.90)"] == "yes") == line[name]["teacher"]["refer"][
            "0.90"
        ]
    assert (rows["page.png"].status, rows["page.png"].message) == ("rejected", line["page.png"]["message"])
    assert cli.main(["batch", str(photos), *asked, "--verify", str(run)]) == 0

    report = tmp_path / "report.pdf"
    assert cli.main(["report", *asked, "--unsigned", "--out", str(report), *map(str, files)]) == 1
    capsys.readouterr()
    assert cli.main(["verify", "--json", str(report)]) == 1, "it is not signed"
    assert json.loads(capsys.readouterr().out)["state"] == "unsigned"
    assert recorded(report) == line

    seen(page, qtbot, photos / "drawn-hair.jpg")
    subject = page.report_subject()
    assert subject
    office = ReportOffice(lambda _role: models)
    document = office.draw(subject.shoot(), subject.cards, Form(), "en", datetime.now().astimezone())
    (entry,) = json.loads(document.files["record.json"])["photos"]
    assert told(entry) == hair


def recorded(report: Path) -> dict[str, dict[str, Any]]:
    with pymupdf.open(report) as opened:
        record = json.loads(opened.embfile_get("result.json"))
    return {photo["path"]: told(photo) for photo in record["photos"]}
