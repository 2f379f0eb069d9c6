"""``kndnet batch`` as it is typed: a folder in, a run folder out, on this computer and on several."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import hostile
import pytest

from kndnet_desktop import cli
from kndnet_desktop.core.journal import FILE
from kndnet_desktop.core.run_tables import CSV, JSONL, MANIFEST, XLSX

KNDNET = [sys.executable, "-c", "import sys; from kndnet_desktop.cli import main; sys.exit(main())"]


@pytest.fixture
def photos(tmp_path: Path, samples: Path) -> Path:
    folder = tmp_path / "clinic 皮膚"
    (folder / "older").mkdir(parents=True)
    for name in ("drawn-nevus.jpg", "drawn-veil.jpg", "drawn-hair.jpg"):
        shutil.copy(samples / name, folder)
    shutil.copy(samples / "drawn-ruler.jpg", folder / "older" / "=cmd().jpg")
    return folder


def results(target: Path) -> dict[str, Any]:
    """The lines of a run by file name, without times."""
    lines = [json.loads(line) for line in (target / JSONL).read_text(encoding="utf-8").splitlines()]
    return {Path(line["path"]).name: {k: v for k, v in line.items() if k != "milliseconds"} for line in lines}


def test_a_folder_becomes_a_run_that_is_verified(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "run"
    assert cli.main(["batch", str(photos), "--out", str(target), "--recursive", "--heatmaps", "--xlsx"]) == 0
    told = capsys.readouterr()
    assert "4 of 4 photos done.\n" in told.out
    assert told.err == ""
    assert {path.name for path in target.iterdir()} >= {FILE, CSV, JSONL, XLSX, MANIFEST, "heat maps"}
    assert len(list((target / "heat maps").iterdir())) == 4
    assert results(target).keys() == {"drawn-nevus.jpg", "drawn-veil.jpg", "drawn-hair.jpg", "=cmd().jpg"}

    assert cli.main(["batch", str(photos), "--verify", str(target)]) == 0
    assert "All 8 confirmed" in capsys.readouterr().out
    shutil.copy(photos / "drawn-veil.jpg", photos / "drawn-nevus.jpg")
    assert cli.main(["batch", str(photos), "--verify", str(target)]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("drawn-nevus.jpg: This is not the file that was classified")
    assert "7 confirmed, 1 different." in told.out


def test_classify_and_batch_give_the_same(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["batch", str(photos), "--out", str(tmp_path / "run"), "--mode", "accuracy"]) == 0
    capsys.readouterr()
    assert cli.main(["classify", "--json", "--mode", "accuracy", str(photos)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        line.pop("milliseconds")
    assert results(tmp_path / "run") == {Path(line["path"]).name: line for line in lines}


def test_a_bad_file_is_a_row_and_exit_code_one(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photos / "cut.jpg").write_bytes(hostile.bad_files()["cut-in-half.jpg"][0])
    assert cli.main(["batch", str(photos), "--out", str(tmp_path / "run")]) == 1
    assert "4 of 4 photos done; 1 not answered: 1 could not be read." in capsys.readouterr().out
    assert results(tmp_path / "run")["cut.jpg"]["status"] == "error"


def test_a_folder_of_photos_that_cannot_be_read_does_not_look_classified(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (photos / "IMG_0001.HEIC").write_bytes(hostile.bad_files()["phone.jpg"][0])
    assert cli.main(["batch", str(photos), "--out", str(tmp_path / "run")]) == 1
    assert "4 of 4 photos done; 1 not answered: 1 could not be read." in capsys.readouterr().out
    assert "HEIC" in results(tmp_path / "run")["IMG_0001.HEIC"]["message"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["{photos}", "--out", "{photos}/run", "--resume"], "There is no run"),
        (["{photos}/nowhere", "--out", "{photos}/run"], "There is no folder “nowhere”"),
        (["{photos}/drawn-hair.jpg", "--out", "{photos}/run"], "“drawn-hair.jpg” is not a folder"),
        (["{photos}", "--out", "{photos}/drawn-hair.jpg"], "can't be saved in “drawn-hair.jpg”"),
        (["{photos}", "--verify", "{photos}/nowhere"], "There is no run"),
        (["{photos}", "--out", "{photos}/run", "--jobs", "0"], "--jobs must be 1 or more"),
        (["{photos}", "--out", "{photos}/run", "--engine", "dask"], "--scheduler ADDRESS go together"),
        (["{photos}", "--out", "{photos}/run", "--mode", "nonsense"], "There is no mode “nonsense”"),
        (
            ["{photos}", "--out", "{photos}/run", "--engine", "dask", "--scheduler", "nonsense://"],
            "No Dask scheduler answers",
        ),
    ],
)
def test_what_can_t_be_done_is_told_in_a_sentence(
    photos: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert cli.main(["batch", *(word.replace("{photos}", str(photos)) for word in words)]) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_a_folder_without_pictures_begins_no_run(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["batch", str(tmp_path / "empty"), "--out", str(tmp_path / "run")]
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("none yet")
    assert cli.main(command) == 2
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "kndnet: There is no picture in this folder.\n")
    shutil.copy(photos / "drawn-hair.jpg", tmp_path / "empty")
    assert cli.main(command) == 0, "the same words do when the photos are there"


def test_results_are_not_overwritten_and_resume_finishes(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["batch", str(photos), "--out", str(tmp_path / "run")]
    assert cli.main(command) == 0
    before = (tmp_path / "run" / CSV).read_bytes()
    assert cli.main(command) == 2
    assert "never overwritten" in capsys.readouterr().err
    assert (tmp_path / "run" / CSV).read_bytes() == before
    assert cli.main([*command, "--resume"]) == 0
    assert (tmp_path / "run" / CSV).read_bytes() == before


def test_a_run_of_two_models_is_gone_on_with_and_verified_by_both(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "run"
    assert cli.main(["batch", str(photos), "--out", str(target), "--model", "both"]) == 0
    assert cli.main(["batch", str(photos), "--out", str(target), "--resume"]) == 0
    assert all(line["teacher"] for line in results(target).values())
    assert cli.main(["batch", str(photos), "--verify", str(target)]) == 0
    capsys.readouterr()
    assert cli.main(["batch", str(photos), "--verify", str(target), "--model", "student"]) == 2
    assert "begun with other models" in capsys.readouterr().err


def test_settings_that_a_run_does_not_have_are_refused_and_never_ignored(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "run"
    assert cli.main(["batch", str(photos), "--out", str(target), "--stability", "--sensitivity", "95"]) == 0
    capsys.readouterr()
    resume, verify = ["batch", str(photos), "--out", str(target), "--resume"], ["batch", str(photos), "--verify"]
    verify.append(str(target))
    others = ["--recursive", "--heatmaps", "--stability", "--mode", "accuracy", "--sensitivity", "85"]
    for command in (resume, verify):
        assert cli.main([*command, *others]) == 2
        assert capsys.readouterr().err == (
            "kndnet: The run in “run” was begun without --recursive, without --heatmaps, with --mode balanced, "
            "with --sensitivity 95. Leave these options out, or begin a new run.\n"
        )
        assert cli.main([*command, "--stability", "--mode", "balanced", "--sensitivity", "95"]) == 0
        capsys.readouterr()
    for option in ("--resume", "--watch", "--xlsx"):
        assert cli.main([*verify, option]) == 2
        assert capsys.readouterr().err == f"kndnet: --verify computes a run again and goes with no {option}.\n"
    assert cli.main([*resume, "--xlsx"]) == 0
    assert "Set for 95 % sensitivity" in capsys.readouterr().out


def test_interrupting_keeps_what_is_done(tmp_path: Path, samples: Path) -> None:
    folder, target = tmp_path / "many", tmp_path / "run"
    folder.mkdir()
    for number in range(400):
        data = (samples / "drawn-nevus.jpg").read_bytes()
        (folder / f"{number}.jpg").write_bytes(data + bytes([number % 256, number // 256]))  # after the end: still good
    process = subprocess.Popen(
        [*KNDNET, "batch", str(folder), "--out", str(target)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A runner in the background may have us ignore the signal; a terminal never does.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_until(lambda: done(target) > 0, process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "go on with --resume" in err
    assert "Traceback" not in err
    assert json.loads((target / MANIFEST).read_text())["state"] == "cancelled"
    kept = len(results(target))
    assert f"{kept} of 400 photos done" in out
    assert 0 < kept < 400


def done(target: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{target / FILE}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(status) FROM files").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def wait_until(ready: Any, process: "subprocess.Popen[str]", seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)


# Several computers: a scheduler and two workers, each a process of its own


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    place = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": {**os.environ, "DASK_LOGGING": "{}"}}
    scheduler = subprocess.Popen(
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(place)],
        **quiet,
    )
    command = [*dask, "worker", "--scheduler-file", str(place), "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    workers = [
        subprocess.Popen([*command, "--local-directory", str(tmp_path / f"worker {n}")], **quiet) for n in range(2)
    ]
    try:
        deadline = time.monotonic() + 60
        while not place.exists() or not place.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield json.loads(place.read_text())["address"], workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def test_two_workers_of_which_one_is_killed_give_the_same_results(
    tmp_path: Path, samples: Path, cluster: tuple[str, list["subprocess.Popen[bytes]"]]
) -> None:
    folder, alone, spread = tmp_path / "many", tmp_path / "alone", tmp_path / "spread"
    folder.mkdir()
    names = ("drawn-nevus.jpg", "drawn-veil.jpg", "drawn-hair.jpg")
    for number in range(240):
        data = (samples / names[number % 3]).read_bytes()
        (folder / f"{number:03}.jpg").write_bytes(data + bytes([number]))
    (folder / "cut.jpg").write_bytes(hostile.bad_files()["cut-in-half.jpg"][0])
    assert cli.main(["batch", str(folder), "--out", str(alone)]) == 1

    address, workers = cluster
    command = [*KNDNET, "batch", str(folder), "--out", str(spread), "--engine", "dask", "--scheduler", address]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: done(spread) >= 40, process)
    workers[0].kill()
    at_kill = done(spread)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1, err
    assert "241 of 241 photos done; 1 not answered: 1 could not be read." in out
    assert at_kill < 241
    assert results(spread) == results(alone)
