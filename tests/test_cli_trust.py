"""Trust on the command line: what is worded, what is asked for, and what a run remembers of it."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trusted

from kndnet_desktop import cli, paths, selftest
from kndnet_desktop.core.card import CARD_FILE, MODEL_FILE, ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.cluster import OnWorker
from kndnet_desktop.core.evidence import Trust
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.journal import FILE, Entry
from kndnet_desktop.core.run_tables import CSV, JSONL, MANIFEST
from kndnet_desktop.core.runs import Run, RunSettings, on_this_computer


@pytest.fixture
def student(tmp_path: Path, student_folder: Path, samples: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installed student, under a card that holds all of trust."""
    folder = trusted.make(tmp_path / "models" / "student", student_folder, samples)
    monkeypatch.setattr(paths, "model_folder", lambda role: tmp_path / "models" / role)
    return folder


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.png"
    trusted.page_of_text().save(path)
    return path


@pytest.fixture
def photos(tmp_path: Path, samples: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("drawn-nevus.jpg", "drawn-veil.jpg", "drawn-hair.jpg"):
        shutil.copy(samples / name, folder)
    return folder


def lines(target: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (target / JSONL).read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("student")
def test_sensitivity_chooses_what_is_worded_and_changes_no_data(
    samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo, data = str(samples / "drawn-hair.jpg"), []
    for percent, words in ((85, "No malignancy signal"), (90, "Consider biopsy"), (95, "Consider biopsy")):
        assert cli.main(["classify", "--sensitivity", str(percent), photo]) == 0
        told = capsys.readouterr().out
        assert told.splitlines()[0].startswith(f"drawn-hair.jpg   {words}")
        assert f"Set for {percent} % sensitivity" in told
        assert cli.main(["classify", "--json", "--sensitivity", str(percent), photo]) == 0
        data.append({k: v for k, v in json.loads(capsys.readouterr().out).items() if k != "milliseconds"})
    assert data[0] == data[1] == data[2]
    assert list(data[0]["refer"]) == ["0.85", "0.90", "0.95"]
    with pytest.raises(SystemExit):
        cli.main(["classify", "--sensitivity", "80", photo])
    assert "invalid choice" in capsys.readouterr().err


@pytest.mark.usefixtures("student")
def test_stability_is_asked_for_only_on_request(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = str(samples / "drawn-veil.jpg")
    assert cli.main(["classify", "--json", photo]) == 0
    assert json.loads(capsys.readouterr().out)["stability"] is None
    assert cli.main(["classify", "--stability", photo]) == 0
    told = capsys.readouterr().out
    assert "of 24 small changes of the photo" in told
    assert "Melanoma" in told
    for command in ("classify", "batch"):
        with pytest.raises(SystemExit):
            cli.main([command, "--help"])
        assert "24 more runs of the network" in " ".join(capsys.readouterr().out.split())


@pytest.mark.usefixtures("student")
def test_a_refused_photo_is_a_sentence_and_exit_code_one(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["classify", str(page)]) == 1
    name, sentence = capsys.readouterr().out.splitlines()
    assert name == "page.png"
    assert sentence.strip().startswith("This does not look like a dermatoscope photo")
    assert cli.main(["report", str(page), "--unsigned", "--out", str(page.with_suffix(".pdf"))]) == 1
    assert "page.png: This does not look like" in capsys.readouterr().err
    assert page.with_suffix(".pdf").exists(), "that it was refused can be filed"


@pytest.mark.usefixtures("student")
def test_a_refused_photo_has_no_heat_map_and_stays_refused(
    page: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.move(page, photos)
    assert cli.main(["batch", str(photos), "--heatmaps", "--out", str(tmp_path / "run")]) == 1
    status = {Path(line["path"]).name: line["status"] for line in lines(tmp_path / "run")}
    assert status == {"page.png": "rejected"} | dict.fromkeys(
        ("drawn-nevus.jpg", "drawn-veil.jpg", "drawn-hair.jpg"), "ok"
    )
    assert len(list((tmp_path / "run" / "heat maps").iterdir())) == 3
    assert "program failed" not in capsys.readouterr().out
    assert cli.main(["classify", "--heatmaps", str(tmp_path / "maps"), str(photos)]) == 1
    assert len(list((tmp_path / "maps").iterdir())) == 3


@pytest.mark.usefixtures("student")
def test_a_run_recommends_at_the_sensitivity_that_was_asked_for(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "run"
    assert cli.main(["batch", str(photos), "--out", str(target), "--sensitivity", "85"]) == 0
    referred = sum(line["refer"]["0.85"] for line in lines(target))
    told = capsys.readouterr().out
    assert f"  Consider biopsy or referral: {referred}; No malignancy signal, but not ruled out: " in told
    counts = re.search(r"not ruled out: (\d); No malignancy signal: (\d)\. Set for 85 %", told)
    assert counts
    still = {"akiec", "bcc", "mel"}
    left = [line for line in lines(target) if not line["refer"]["0.85"]]
    open_ = sum(not still.isdisjoint(line["prediction_set"]) for line in left)
    assert [int(count) for count in counts.groups()] == [open_, len(left) - open_]
    assert "refer (sensitivity 0.85)" in (target / CSV).read_text("utf-8-sig").splitlines()[0]


def test_a_run_goes_on_as_it_was_begun_and_is_verified_so(
    student: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target, models = tmp_path / "run", Models(OnnxClassifier(student))
    with Run.create(target, RunSettings(photos, steady=True), models, "0.0") as run:
        run.process(models, on_this_computer(1)).close()  # type: ignore[attr-defined]
    assert cli.main(["batch", str(photos), "--out", str(target), "--resume"]) == 0
    told = capsys.readouterr().out
    assert "3 of 3 photos done.\n" in told
    referred = sum(line["refer"]["0.90"] for line in lines(target))
    assert referred in (2, 3), "the veil and the hair at least"
    assert f"Consider biopsy or referral: {referred}; " in told
    assert ". Set for 90 %" in told
    assert all(line["stability"]["views"] == 24 for line in lines(target))
    assert json.loads((target / MANIFEST).read_text())["settings"]["stability"] is True
    assert cli.main(["batch", str(photos), "--verify", str(target)]) == 0
    capsys.readouterr()
    with closing(sqlite3.connect(target / FILE)) as connection:
        connection.execute("UPDATE results SET result = replace(result, '\"views\": 24', '\"views\": 23') WHERE id = 2")
        connection.commit()
    assert cli.main(["batch", str(photos), "--verify", str(target)]) == 1
    said = capsys.readouterr().out
    assert "drawn-nevus.jpg: The probabilities are the same; what goes with them differs (stability)." in said


def test_a_run_does_not_go_on_under_other_thresholds(
    student: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["batch", str(photos), "--out", str(tmp_path / "run")]) == 0
    card = ModelCard.load(student)
    replace(card, trust=Trust()).save(student)
    assert cli.main(["batch", str(photos), "--out", str(tmp_path / "run"), "--resume"]) == 2
    assert "begun with other models" in capsys.readouterr().err


def test_a_cluster_s_worker_asks_as_the_run_does(student: Path, photos: Path) -> None:
    files = ((student / CARD_FILE).read_bytes(), (student / MODEL_FILE).read_bytes())
    for steady in (True, False):
        plugin = OnWorker([files], photos, "balanced", None, steady)
        plugin.setup(None)
        (found,) = plugin.do([Entry(1, Path("drawn-hair.jpg"))])
        assert found.result
        assert (found.result.stability is not None) is steady


def test_the_self_test_shows_what_is_refused(student: Path) -> None:
    assert selftest._other_picture().startswith("a page of text is not answered: This does not look like")
    card = ModelCard.load(student)
    replace(card, trust=replace(card.trust, gate=None)).save(student)
    assert selftest._other_picture().startswith("not checked")
    gate = card.trust.gate
    assert gate
    replace(card, trust=replace(card.trust, gate=replace(gate, threshold=1e6))).save(student)
    with pytest.raises(RuntimeError, match="answered as if it were a lesion"):
        selftest._other_picture()


def test_stored_answers_are_compared_also_where_one_was_refused(
    student: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "resources" / "samples"
    shutil.copytree(samples, home)
    trusted.page_of_text().save(home / "page.png")
    monkeypatch.setattr(paths, "resources", lambda: home.parent)
    assert cli.main(["classify", "--json", str(home)]) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    stored = tmp_path / "answers.jsonl"

    def store() -> None:
        stored.write_text("".join(json.dumps({**line, "path": Path(line["path"]).name}) + "\n" for line in told))

    store()
    assert selftest._answers(stored) == "10 photos are answered as the source did"
    told[0]["probabilities"]["mel"] += 0.01
    store()
    with pytest.raises(RuntimeError, match="another answer"):
        selftest._answers(stored)
    told[0]["probabilities"]["mel"] -= 0.01
    told[-1]["status"] = "ok"
    store()
    with pytest.raises(RuntimeError, match=r"page.png: rejected here, ok where"):
        selftest._answers(stored)
