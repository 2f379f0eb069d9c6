"""A run: nothing lost, nothing twice, nothing overwritten, whatever happens to it."""

import functools
import gc
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import hostile
import numpy as np
import pytest
from fake import FakeClassifier, fake_models
from PIL import Image

from kndnet_desktop.core import picture_work, run_tables, runs
from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.journal import FILE, Entry, Journal, Progress
from kndnet_desktop.core.listing import list_pictures
from kndnet_desktop.core.picture_work import Found, PictureWork
from kndnet_desktop.core.rows import Row, read_all
from kndnet_desktop.core.run_tables import CSV, JSONL, MANIFEST, XLSX
from kndnet_desktop.core.runs import Run, RunSettings, on_this_computer
from kndnet_desktop.core.verify_run import Verdict, verify
from kndnet_desktop.core.watch import Watch

BEGIN = [sys.executable, "-c", "import sys; from kndnet_desktop.cli import main; sys.exit(main())", "batch"]


def fill(folder: Path, count: int, seed: int = 0, size: tuple[int, int] = (72, 96)) -> list[Path]:
    """Fill a folder with small photos of this height and width, each of another colour and another grain."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(seed)
    paths = []
    for number in range(count):
        pixels = generator.integers(0, 60, (*size, 3)) + generator.integers(0, 195, 3)
        paths.append(folder / f"photo {number:04}.jpg")
        paths[-1].write_bytes(hostile.encode(Image.fromarray(pixels.astype(np.uint8)), "JPEG", quality=85))
    return paths


def begin(target: Path, folder: Path, models: Models | None = None, **settings: Any) -> Run:
    return Run.create(target, RunSettings(folder, **settings), models or fake_models(), "0.0")


def complete(target: Path, folder: Path, models: Models | None = None, **settings: Any) -> Path:
    """Do a whole run and return its folder."""
    models = models or fake_models()
    with begin(target, folder, models, **settings) as run:
        list(run.process(models, on_this_computer(2)))
        run.finish("finished")
    return target


def rows(target: Path) -> list[Row]:
    with Journal(target / FILE) as journal:
        return list(read_all(journal.connection))


def comparable(target: Path) -> dict[Path, Any]:
    """Everything that a run found, by path, without the times that it took."""
    found = rows(target)
    by_path = {row.path: (row.status, row.message, row.top, row.p_malignant, row.flags, row.result) for row in found}
    assert len(by_path) == len(found), "no picture is there twice"
    for *_, result in by_path.values():
        if result:
            result.pop("milliseconds")
    return by_path


def sentence(act: Callable[[], object]) -> str:
    with pytest.raises(UserError) as caught:
        act()
    assert "\n" not in str(caught.value)
    assert caught.value.sentence.endswith(".")
    return str(caught.value)


# What a run finds


def test_a_run_finds_what_classify_finds(tmp_path: Path, samples: Path, student_folder: Path) -> None:
    models = Models(OnnxClassifier(student_folder))
    target = complete(tmp_path / "run", samples, models)
    expected = [case.result.to_json() for case in classify(list_pictures(samples), models)]
    lines = [json.loads(line) for line in (target / JSONL).read_text(encoding="utf-8").splitlines()]
    for line in (*expected, *lines):
        line.pop("milliseconds")
    assert lines == expected
    assert len(lines) >= 8


def test_a_hostile_folder_gives_a_row_each(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    bad, good = hostile.make_folder(folder)
    found = {folder / row.path: row for row in rows(complete(tmp_path / "run", folder))}
    assert set(found) == {*bad, *good}
    assert all(found[path].status == "error" and found[path].message for path in bad)
    assert all(found[path].status == "ok" and found[path].top for path in good)


def test_equal_files_are_computed_once_and_reported_each(tmp_path: Path) -> None:
    first = fill(tmp_path / "photos", 12)
    for number in range(30):
        (tmp_path / "photos" / f"copy {number}.jpg").write_bytes(first[number % 3].read_bytes())
    models = fake_models()
    found = rows(complete(tmp_path / "run", tmp_path / "photos", models))
    assert isinstance(models.main, FakeClassifier)
    assert len(models.main.asked) == 12
    assert set(models.main.asked.values()) == {1}
    assert len(found) == 42
    assert sum(row.same_as is not None for row in found) == 30
    by_hash: dict[str, set[str]] = {}
    for row in found:
        assert row.result
        by_hash.setdefault(row.result["sha256"], set()).add(json.dumps(row.result["probabilities"]))
    assert all(len(answers) == 1 for answers in by_hash.values())


def test_no_picture_gets_the_answer_of_a_file_that_was_replaced(tmp_path: Path) -> None:
    """Of two files with the same bytes one answers for both; where it is replaced in between, it can't."""
    first, second, other = fill(tmp_path / "photos", 3)
    second.write_bytes(first.read_bytes())
    target, models = tmp_path / "run", fake_models()

    def late(tasks: Iterator[Entry | None], work: PictureWork) -> Iterator[Found | None]:
        answered, copied, third = (work(entry) for entry in tasks if entry)
        assert copied.owner == answered.id
        first.write_bytes(other.read_bytes())
        replaced = work(Entry(answered.id, Path(first.name)))
        yield from (replaced, copied, third)

    with begin(target, tmp_path / "photos", models) as run:
        list(run.process(models, late))
        digests = dict(run.journal.connection.execute("SELECT name, sha256 FROM files"))
        assert digests[second.name] is None, "it waits to be looked at by itself"
    with Run(target) as run:
        list(run.process(models, on_this_computer(1)))
        digests = dict(run.journal.connection.execute("SELECT name, sha256 FROM files"))
    assert digests == {path.name: sha256_of(path.read_bytes()) for path in (first, second, other)}


def test_sub_folders_loops_and_the_results_among_the_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    fill(folder, 2)
    fill(folder / "b" / "deeper", 2, seed=1)
    fill(folder / "A", 1, seed=2)
    fill(folder / ".hidden", 1, seed=3)
    (folder / "b" / "back").symlink_to(folder, target_is_directory=True)
    (folder / "b" / "itself").symlink_to(folder / "b" / "itself")
    fill(tmp_path / "elsewhere", 1, seed=4)
    (folder / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    target = complete(folder / "results", folder, recursive=True, heat_maps=True)
    assert [str(row.path) for row in rows(target)] == [
        "photo 0000.jpg",
        "photo 0001.jpg",
        "A/photo 0000.jpg",
        "b/deeper/photo 0000.jpg",
        "b/deeper/photo 0001.jpg",
        "link/photo 0000.jpg",
    ]
    maps = list((target / runs.HEAT_MAPS).iterdir())
    assert len(maps) == 6
    assert all(hostile.decoded(path.read_bytes()).size == (96, 72) for path in maps)
    assert len(rows(complete(tmp_path / "flat", folder))) == 2
    again = complete(tmp_path / "again", folder, recursive=True)
    assert len(rows(again)) == 6, "a run's heat maps are no photos, of whichever run they are"


def test_files_that_vanish_or_change_are_told_or_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = fill(tmp_path / "photos", 4)
    real, reads = picture_work.read_bytes, dict.fromkeys(paths, 0)

    def read_bytes(path: Path) -> bytes:
        data = real(path)
        reads[path] += 1
        if path == paths[1] and reads[path] == 1:
            path.write_bytes(data + b"more")
        if path == paths[2]:
            path.write_bytes(data + b"more")
        if path == paths[3] and reads[path] == 1:
            path.unlink()
        return data

    monkeypatch.setattr(picture_work, "read_bytes", read_bytes)
    found = rows(complete(tmp_path / "run", tmp_path / "photos"))
    assert [row.status for row in found] == ["ok", "ok", "error", "error"]
    assert "being changed" in found[2].message
    assert "no such file" in found[3].message
    assert reads[paths[1]] == 2


def test_a_date_beyond_what_the_journal_can_hold_is_no_obstacle(tmp_path: Path) -> None:
    late, early = fill(tmp_path / "photos", 2)
    os.utime(late, (10_413_792_000, 10_413_792_000))  # in the year 2300, by a camera with an empty battery
    os.utime(early, (-11_644_473_600, -11_644_473_600))  # what Windows makes of no date at all
    assert [row.status for row in rows(complete(tmp_path / "run", tmp_path / "photos"))] == ["ok", "ok"]


def test_a_bug_met_on_one_file_is_its_row_and_the_rest_is_done(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 5)

    class Broken(FakeClassifier):
        def run(self, inputs: Any) -> Any:
            if self.asked.total() == 2:
                self.asked[b""] += 1
                raise ZeroDivisionError
            return super().run(inputs)

    found = rows(complete(tmp_path / "run", tmp_path / "photos", Models(Broken())))
    assert sorted(row.status for row in found) == ["error", "ok", "ok", "ok", "ok"]
    assert [row.message for row in found if row.status == "error"] == [
        "The program failed on this picture (ZeroDivisionError). Please report it."
    ]


# What interrupts a run


def test_a_killed_run_is_resumed_and_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    paths = fill(folder, 435, size=(300, 400))
    for number in range(40):
        (folder / f"copy {number}.jpg").write_bytes(paths[number * 7].read_bytes())
    for name, (data, _) in list(hostile.bad_files().items())[:25]:
        (folder / name).write_bytes(data)
    assert len(list(folder.iterdir())) == 500
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    subprocess.run([*BEGIN, str(folder), "--out", str(whole)], check=False, capture_output=True, timeout=120)

    seed = random.randrange(2**32)
    moments = random.Random(seed)
    seen = []
    for turn in range(3):
        command = [*BEGIN, str(folder), "--out", str(cut), *(["--resume"] if turn else [])]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        before = seen[-1] if seen else 0
        deadline = time.monotonic() + 60
        while done(cut) <= before and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        seen.append(done(cut))
    assert 0 < seen[0] <= seen[1] <= seen[2], f"seed {seed}: {seen}"
    finished = subprocess.run(
        [*BEGIN, str(folder), "--out", str(cut), "--resume"], check=False, capture_output=True, text=True, timeout=120
    )
    assert finished.returncode == 1, "25 pictures have no answer"
    assert "Traceback" not in finished.stderr
    expected, found = comparable(whole), comparable(cut)
    assert len(expected) == 500
    assert sum(values[0] == "error" for values in expected.values()) == 25
    assert found == expected, f"seed {seed}"
    assert len((cut / JSONL).read_text(encoding="utf-8").splitlines()) == 500
    assert seen[0] < 500, "at least the first was killed in the middle"


def done(target: Path) -> int:
    """How many results a run's journal holds for good at this moment."""
    try:
        with closing(sqlite3.connect(f"file:{target / FILE}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(status) FROM files").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_a_run_is_cancelled_at_once_and_resumed_where_it_was(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 60)

    class Slow(FakeClassifier):
        def run(self, inputs: Any) -> Any:
            time.sleep(0.02)
            return super().run(inputs)

    models = Models(Slow())
    with begin(tmp_path / "run", tmp_path / "photos", models) as run:
        steps = run.process(models, on_this_computer(2))
        while next(steps).done < 5:
            pass
        start = time.monotonic()
        steps.close()
        assert time.monotonic() - start < 0.2
        run.finish("cancelled")
    kept = [row for row in rows(tmp_path / "run") if row.status]
    assert 5 <= len(kept) < 60
    assert json.loads((tmp_path / "run" / MANIFEST).read_text(encoding="utf-8"))["state"] == "cancelled"
    again = fake_models()
    with Run(tmp_path / "run") as run:
        assert list(run.process(again, on_this_computer(2)))[-1] == Progress(60, 60, 0)
    assert isinstance(again.main, FakeClassifier)
    assert again.main.asked.total() == 60 - len(kept), "exactly the missing ones are computed"
    assert comparable(tmp_path / "run") == comparable(complete(tmp_path / "other", tmp_path / "photos"))


def test_ctrl_c_between_a_row_and_its_result_loses_neither(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "photos", 3)
    (tmp_path / "photos" / "z.jpg").write_bytes(next((tmp_path / "photos").iterdir()).read_bytes())

    class Interrupted:
        """A connection under which Ctrl+C arrives while SQLite writes the first row."""

        def __init__(self, connection: sqlite3.Connection) -> None:
            self._connection, self._left = connection, 1

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

        def execute(self, statement: str, *arguments: Any) -> Any:
            done = self._connection.execute(statement, *arguments)
            if statement.startswith(("UPDATE files SET size", "INSERT OR REPLACE INTO results")) and self._left:
                self._left = 0
                raise KeyboardInterrupt
            return done

    models = fake_models()
    with begin(tmp_path / "run", tmp_path / "photos", models) as run:
        monkeypatch.setattr(run.journal, "connection", Interrupted(run.journal.connection))
        with pytest.raises(KeyboardInterrupt):
            list(run.process(models, on_this_computer(1)))
        run.finish("cancelled")
    assert all((row.result is None) == (not row.status) for row in rows(tmp_path / "run"))
    assert (tmp_path / "run" / JSONL).read_text() == ""
    with Run(tmp_path / "run") as run:
        assert list(run.process(models, on_this_computer(2)))[-1] == Progress(4, 4, 0)
    assert all(row.result for row in rows(tmp_path / "run"))


def test_rows_that_an_earlier_version_left_without_a_result_are_computed_again(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 3)
    target = complete(tmp_path / "run", tmp_path / "photos")
    with closing(sqlite3.connect(target / FILE)) as connection:
        connection.execute("DELETE FROM results WHERE id = 2")
        connection.commit()
    with Run(target) as run:
        assert run.journal.progress.done == 2
        assert list(run.process(fake_models(), on_this_computer(2)))[-1] == Progress(3, 3, 0)
    assert all(row.result for row in rows(target))


def test_nothing_of_a_run_whose_journal_was_deleted_gets_into_the_next_one(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 3)
    with begin(tmp_path / "run", tmp_path / "photos", mode="accuracy") as run:
        list(run.process(fake_models(), on_this_computer(2)))
        left = {path.name: path.read_bytes() for path in (tmp_path / "run").glob(f"{FILE}-*")}
    assert any(left.values())
    (tmp_path / "run" / FILE).unlink()
    for name, data in left.items():  # as they lie there when the program was killed
        (tmp_path / "run" / name).write_bytes(data)
    with begin(tmp_path / "run", tmp_path / "photos", mode="balanced") as run:
        assert run.journal.facts()["mode"] == "balanced"
        assert run.journal.progress == Progress(0, 0, 0)


def test_a_run_that_is_held_begins_nothing_and_goes_on(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 40)
    models, held = fake_models(), True
    with begin(tmp_path / "run", tmp_path / "photos", models) as run:
        steps = run.process(models, on_this_computer(2), hold=lambda: held)
        assert [next(steps).done for _ in range(4)] == [0] * 4
        held = False
        assert list(steps)[-1].done == 40


def test_an_interrupted_listing_is_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = fill(tmp_path / "photos", 6)
    monkeypatch.setattr(runs, "LISTED_AT_ONCE", 2)

    def broken(*_: object, **__: object) -> Iterator[Path]:
        yield from paths[:5]
        raise OSError

    with monkeypatch.context() as patch, begin(tmp_path / "run", tmp_path / "photos") as run:
        patch.setattr(runs, "list_pictures", broken)
        with pytest.raises(OSError):  # noqa: PT011 - any
            list(run.process(fake_models(), on_this_computer(1)))
    assert rows(tmp_path / "run") == []
    with Run(tmp_path / "run") as run:
        list(run.process(fake_models(), on_this_computer(1)))
    assert len(rows(tmp_path / "run")) == 6


def test_a_second_program_is_told_so_and_harms_nothing(tmp_path: Path, samples: Path, student_folder: Path) -> None:
    models = Models(OnnxClassifier(student_folder))
    with begin(tmp_path / "run", samples, models) as run:
        steps = run.process(models, on_this_computer(1))
        next(steps)
        assert "Another program" in sentence(lambda: Run(tmp_path / "run"))
        other = subprocess.run(
            [*BEGIN, str(samples), "--out", str(tmp_path / "run"), "--resume"],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert other.returncode == 2
        assert "Another program is working on the run" in other.stderr
        assert "Traceback" not in other.stderr
        list(steps)
    with Run(tmp_path / "run") as run:
        assert run.journal.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert run.journal.progress.done == run.journal.progress.total > 0


def test_a_drive_that_is_lost_ends_the_run_in_a_sentence_and_it_goes_on_when_it_is_back(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 80)
    models = fake_models()
    with begin(tmp_path / "run", tmp_path / "photos", models) as run:
        held = True
        steps = run.process(models, on_this_computer(1), hold=lambda: held)
        next(steps)
        (tmp_path / "photos").rename(tmp_path / "away")
        held = False
        assert "can't be reached any more" in sentence(lambda: list(steps))
    assert all(row.status in ("", "ok") for row in rows(tmp_path / "run")), "no picture is blamed for the drive"
    with Run(tmp_path / "run") as run:
        assert "no folder" in sentence(lambda: list(run.process(models, on_this_computer(1))))
        run.move_to(tmp_path / "away")
        assert list(run.process(models, on_this_computer(1)))[-1] == Progress(80, 80, 0)


def test_a_photo_that_could_not_be_read_is_read_when_the_run_is_resumed(tmp_path: Path) -> None:
    store = fill(tmp_path / "store", 3)
    folder, models = tmp_path / "photos", fake_models()
    folder.mkdir()
    for path in store:
        (folder / path.name).symlink_to(path)
    (folder / "text.jpg").write_text("no photo, however often it is read")
    (tmp_path / "store").rename(tmp_path / "away")  # a share that is not mounted: the folder is there, the photos not
    target = complete(tmp_path / "run", folder, models)
    assert [row.status for row in rows(target)] == ["error"] * 4
    (tmp_path / "away").rename(tmp_path / "store")
    with Run(target) as run:
        assert list(run.process(models, on_this_computer(2)))[-1] == Progress(4, 4, 1)
        run.finish("finished")
    assert [row.status for row in rows(target)] == ["ok"] * 3 + ["error"]
    assert len((target / JSONL).read_text().splitlines()) == 4


def test_a_watched_folder_that_is_gone_ends_the_run_in_a_sentence(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 1)
    models = fake_models()
    with (
        begin(tmp_path / "run", tmp_path / "photos", models) as run,
        closing(run.process(models, on_this_computer(1), watch=True)) as steps,
    ):
        for progress in steps:
            if progress.done:
                break
        (tmp_path / "photos").rename(tmp_path / "away")
        assert "can't be reached any more" in sentence(lambda: list(steps))


def test_a_full_disk_ends_the_run_in_a_sentence_and_it_goes_on_with_more_room(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 120)
    models = fake_models()
    with begin(tmp_path / "run", tmp_path / "photos", models) as run:
        pages = run.journal.connection.execute("PRAGMA page_count").fetchone()[0]
        run.journal.connection.execute(f"PRAGMA max_page_count = {pages + 12}")
        told = sentence(lambda: list(run.process(models, on_this_computer(2))))
    assert "can't be saved" in told
    assert "full" in told
    assert "safe" in told
    with Run(tmp_path / "run") as run:
        assert list(run.process(models, on_this_computer(2)))[-1] == Progress(120, 120, 0)


def test_tables_that_could_not_be_written_are_written_later_and_nothing_is_called_somebody_s_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "photos", 3)
    target, models = tmp_path / "run", fake_models()
    complete_table = run_tables.write_table

    def full(path: Path, *arguments: Any) -> None:
        if path.name == JSONL:
            raise UserError("There is no room.")
        complete_table(path, *arguments)

    with begin(target, tmp_path / "photos", models) as run:
        list(run.process(models, on_this_computer(2)))
        with monkeypatch.context() as patch:
            patch.setattr(run_tables, "write_table", full)
            assert "no room" in sentence(lambda: run.finish("finished"))
        assert run.journal.facts()["state"] == "running", "it can be resumed"
        run.finish("finished")
    assert {path.name for path in target.glob("results*")} == {CSV, JSONL}


def test_a_run_is_finished_when_its_tables_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "photos", 1)
    target, states, complete_table = tmp_path / "run", list[str](), run_tables.write_table

    def look_before(path: Path, *arguments: Any) -> None:
        with Journal(target / FILE) as journal:  # what a power cut would leave
            states.append(journal.facts()["state"])
        complete_table(path, *arguments)

    monkeypatch.setattr(run_tables, "write_table", look_before)
    complete(target, tmp_path / "photos")
    assert states == ["running"] * 2
    with Journal(target / FILE) as journal:
        assert journal.facts()["state"] == "finished"
    assert json.loads((target / MANIFEST).read_text())["state"] == "finished"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_run_that_was_looked_on_at_its_end_is_one_file_that_a_read_only_drive_may_hold(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 3)
    with begin(tmp_path / "run", tmp_path / "photos") as run:
        list(run.process(fake_models(), on_this_computer(2)))
        with Journal(tmp_path / "run" / FILE):  # as the window does, or another program
            run.finish("finished")
            with tempfile.TemporaryDirectory() as name:  # tmp_path is its owner's alone
                drive = Path(name)
                shutil.copy(tmp_path / "run" / FILE, drive)
                drive.chmod(0o555)
                with without_rights(), Journal(drive / FILE) as journal:
                    assert journal.facts()["state"] == "finished"
                    assert journal.progress == Progress(3, 3, 0)


@contextmanager
def without_rights() -> Iterator[None]:
    """Be nobody meanwhile, where the tests are run by the superuser, who may write anywhere."""
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)


def test_a_sheet_that_is_not_finished_leaves_no_name_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "photos", 3)
    target = complete(tmp_path / "run", tmp_path / "photos")
    for name in ("temporary", "tables"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(run_tables, "XLSX_ROWS", 2)
    with Journal(target / FILE) as journal:
        assert "no more than 2 rows" in sentence(
            lambda: run_tables.write_table(tmp_path / "tables" / "a.xlsx", journal)
        )
    assert [*(tmp_path / "temporary").iterdir(), *(tmp_path / "tables").iterdir()] == []


def test_a_sheet_of_an_earlier_time_is_written_anew(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 3)
    target, models = tmp_path / "run", fake_models()
    with begin(target, tmp_path / "photos", models) as run:
        run.finish("cancelled", xlsx=True)
    before = (target / XLSX).read_bytes()
    with Run(target) as run:
        list(run.process(models, on_this_computer(2)))
        run.finish("finished")
    assert (target / XLSX).read_bytes() != before


def test_a_target_that_can_t_be_written_is_told(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 1)
    (tmp_path / "file").write_text("")
    assert "can't be saved" in sentence(lambda: begin(tmp_path / "file" / "run", tmp_path / "photos"))
    assert "no folder" in sentence(lambda: begin(tmp_path / "run", tmp_path / "nowhere"))
    assert "not a folder" in sentence(lambda: begin(tmp_path / "run", tmp_path / "file"))
    assert "no run" in sentence(lambda: Run(tmp_path / "nowhere"))
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / FILE).write_bytes(b"not a database" * 100)
    assert "can't be read" in sentence(lambda: Run(tmp_path / "damaged"))


def test_a_journal_that_may_not_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "photos", 1)
    target = complete(tmp_path / "run", tmp_path / "photos")

    def refused(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(sqlite3, "connect", refused)
    assert "can't be read: unable to open" in sentence(lambda: Journal(target / FILE))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # zipfile tries once more when it goes
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xlsx"])
def test_a_table_for_which_there_is_no_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    fill(tmp_path / "photos", 1)
    target = complete(tmp_path / "run", tmp_path / "photos")

    @contextmanager
    def full(_: Path) -> Iterator[BinaryIO]:
        with Path("/dev/full").open("wb", buffering=0) as file:
            yield file

    monkeypatch.setattr(run_tables, "whole_file", full)
    with Journal(target / FILE) as journal:
        assert "no space left" in sentence(lambda: run_tables.write_table(tmp_path / name, journal)).lower()
    gc.collect()


def test_results_are_never_overwritten(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 3)
    target = complete(tmp_path / "run", tmp_path / "photos")
    assert "never overwritten" in sentence(lambda: begin(target, tmp_path / "photos"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / CSV).write_text("somebody's own")
    assert "never overwritten" in sentence(lambda: begin(tmp_path / "other", tmp_path / "photos"))
    (target / CSV).write_text("with my own notes")
    with Run(target) as run:
        run.finish("finished")
    assert (target / "results (kept 1).csv").read_text() == "with my own notes"
    assert (target / CSV).read_text(encoding="utf-8-sig").startswith('"file"')


def test_a_run_goes_on_with_its_own_models_and_folder_only(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 3)
    target = complete(tmp_path / "run", tmp_path / "photos")
    with Run(target) as run:
        told = sentence(lambda: list(run.process(fake_models(sha256="0" * 64), on_this_computer(1))))
        assert "other models" in told
        assert "another folder" in sentence(lambda: run.move_to(tmp_path))


def test_a_run_moves_only_to_a_folder_that_holds_its_photos(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 3)
    target = complete(tmp_path / "run", tmp_path / "photos")
    (tmp_path / "photos").rename(tmp_path / "moved")
    (tmp_path / "photos").mkdir()  # where a drive was mounted, say: there, and empty
    (tmp_path / "slip").mkdir()
    with Run(target) as run:
        assert sentence(lambda: run.move_to(tmp_path / "slip")) == (
            "The folder “slip” holds no photo of the run in “run”. Name the folder of its photos, or begin a new run."
        )
        assert run.folder == tmp_path / "photos"
        run.move_to(tmp_path / "moved")
        assert run.folder == tmp_path / "moved"
        (tmp_path / "photos").rmdir()
        assert "another folder" in sentence(lambda: run.move_to(tmp_path / "slip"))


# Verifying


def verdicts(target: Path, folder: Path, models: Models | None = None) -> list[Verdict]:
    found = list(verify(target, folder, models or fake_models(), on_this_computer(2)))
    return [verdict for verdict in found if verdict.difference]


def test_verifying_confirms_a_run_and_names_every_difference(tmp_path: Path) -> None:
    paths = fill(tmp_path / "photos", 8)
    (tmp_path / "photos" / "broken.jpg").write_bytes(paths[0].read_bytes()[:500])
    target = complete(tmp_path / "run", tmp_path / "photos")
    assert verdicts(target, tmp_path / "photos") == []
    assert verdicts(target, tmp_path / "photos", fake_models(weight=1)) == []

    paths[1].write_bytes(paths[2].read_bytes())
    paths[3].unlink()
    (tmp_path / "photos" / "new.jpg").write_bytes(paths[4].read_bytes())
    with (target / JSONL).open("a") as file:
        file.write("{}\n")
    (target / CSV).unlink()
    told = {verdict.name: verdict.difference for verdict in verdicts(target, tmp_path / "photos")}
    assert set(told) == {paths[1].name, paths[3].name, "new.jpg", JSONL, CSV}
    assert "bytes are others" in told[paths[1].name]
    assert "no such file" in told[paths[3].name]
    assert "not in the run" in told["new.jpg"]
    assert "changed" in told[JSONL]
    assert "not there" in told[CSV]
    others = verdicts(target, tmp_path / "photos", fake_models(weight=0.5))
    assert any("answer differs" in verdict.difference for verdict in others)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("top = 'df'", "top"),
        ("p_malignant = 0.004", "p_malignant"),
        ("refer = NOT refer", "refer"),
        ("could_be = 'df'", "could_be"),
        ("flags = ''", "flags"),
        ("message = 'a note'", "message"),
        ("status = 'rejected'", "status"),
        ("sha256 = NULL", "sha256"),
        ("name = 'other.jpg'", "name"),
    ],
)
def test_verifying_names_what_was_changed_of_an_answer_in_the_journal(
    tmp_path: Path, samples: Path, student_folder: Path, change: str, column: str
) -> None:
    folder, models = tmp_path / "photos", Models(OnnxClassifier(student_folder))
    folder.mkdir()
    (folder / "hair.jpg").write_bytes((samples / "drawn-hair.jpg").read_bytes())
    target = complete(tmp_path / "run", folder, models)
    assert rows(target)[0].flags, "there is a remark to lose"
    assert verdicts(target, folder, models) == []
    damage(target, f"UPDATE files SET {change}")
    (told,) = verdicts(target, folder, models)
    assert told.difference == f"What the table shows of this picture was changed after it was recorded ({column})."


def test_verifying_names_a_changed_manifest(tmp_path: Path) -> None:
    fill(tmp_path / "photos", 1)
    target = complete(tmp_path / "run", tmp_path / "photos")
    manifest = (target / MANIFEST).read_text(encoding="utf-8")
    (target / MANIFEST).write_text(manifest.replace('"failed": 0', '"failed": 1'), encoding="utf-8")
    assert [(told.name, told.difference) for told in verdicts(target, tmp_path / "photos")] == [
        (MANIFEST, "This file was changed after it was written.")
    ]


def damage(target: Path, statement: str) -> None:
    with closing(sqlite3.connect(target / FILE)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE results SET result = '{' WHERE id = 1",
        "UPDATE results SET result = CAST(x'ff' AS TEXT) WHERE id = 1",
        "UPDATE results SET result = '[]' WHERE id = 1",
        "UPDATE results SET result = replace(result, '\"sha256\"', '\"shA256\"') WHERE id = 1",
        "UPDATE results SET result = json_set(result, '$.top', 'xx', '$.probabilities.nv', 2) WHERE id = 1",
        "UPDATE results SET result = json_set(result, '$.probabilities', 7, '$.message', 'a') WHERE id = 1",
        "UPDATE files SET flags = x'07' WHERE id = 1",
        "UPDATE files SET name = CAST(x'ff' AS TEXT) WHERE id = 1",
    ],
)
def test_verifying_tells_a_damaged_row_and_confirms_the_others(tmp_path: Path, statement: str) -> None:
    paths = fill(tmp_path / "photos", 2)
    target = complete(tmp_path / "run", tmp_path / "photos")
    damage(target, statement)
    assert [(told.name, told.difference) for told in verdicts(target, tmp_path / "photos")] == [
        (paths[0].name, "This row is damaged.")
    ]
    with Run(target) as run, suppress(UserError):  # nor does any other command fail over it
        list(run.process(fake_models(), on_this_computer(2)))
        run.finish("finished")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE facts SET value = '{' WHERE key = 'models'",
        "UPDATE facts SET value = '[]' WHERE key = 'models'",
        "UPDATE facts SET value = replace(value, 'labels', 'lAbels') WHERE key = 'models'",
        "UPDATE facts SET value = '{}' WHERE key = 'advice'",
        "UPDATE facts SET key = 'mOde' WHERE key = 'mode'",
        "UPDATE facts SET value = x'ff' WHERE key = 'folder'",
        "UPDATE facts SET value = CAST(x'ff' AS TEXT) WHERE key = 'folder'",
        "UPDATE files SET path = 7 WHERE id = 1",
    ],
)
def test_a_damaged_journal_is_told_in_a_sentence(tmp_path: Path, statement: str) -> None:
    fill(tmp_path / "photos", 2)
    target = complete(tmp_path / "run", tmp_path / "photos")
    damage(target, "UPDATE files SET status = NULL")
    damage(target, statement)

    def resume() -> None:
        with Run(target) as run:
            list(run.process(fake_models(), on_this_computer(1)))
            run.finish("finished")

    for act in (lambda: verdicts(target, tmp_path / "photos"), resume):
        assert "The run in the folder “run” can't be read: " in sentence(act)


# Watching


def test_a_watched_folder_s_pictures_are_classified_once_when_complete_also_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "Watch", functools.partial(Watch, settle=0.4))
    folder, target = tmp_path / "camera", tmp_path / "run"
    early, slow, late, *_ = fill(tmp_path / "store", 4)
    folder.mkdir()
    (folder / early.name).write_bytes(early.read_bytes())
    models = fake_models()
    assert isinstance(models.main, FakeClassifier)
    asked = models.main.asked

    def watch(run: Run, until: Callable[[Progress], bool], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        with closing(run.process(models, on_this_computer(1), watch=True)) as steps:
            for progress in steps:
                if until(progress):
                    return
                assert time.monotonic() < deadline, progress

    data, growing = slow.read_bytes(), folder / slow.name

    def write_slowly() -> None:
        with growing.open("wb") as file:
            for start in range(0, len(data), len(data) // 9):
                file.write(data[start : start + len(data) // 9])
                file.flush()
                time.sleep(0.1)

    with begin(target, folder, models) as run:
        camera = threading.Thread(target=write_slowly)
        camera.start()
        watch(run, lambda progress: progress.done == 2)
        camera.join()
    assert [row.status for row in rows(target)] == ["ok", "ok"]
    (folder / late.name).write_bytes(late.read_bytes())
    os.utime(folder / early.name)  # touched, and the same
    with Run(target) as run:
        watch(run, lambda progress: progress.done == 3)
        ended = time.monotonic() + 1.5
        watch(run, lambda _: time.monotonic() > ended)
    assert [row.name for row in rows(target)] == [early.name, slow.name, late.name]
    assert asked.total() == 3, "exactly once each"
    with Run(target) as run:
        assert list(run.process(models, on_this_computer(1)))[-1].total == 3, "nor twice when it is no longer watched"
    assert [row.name for row in rows(target)] == [early.name, slow.name, late.name]

    (folder / early.name).write_bytes(_[0].read_bytes())  # the camera begins its numbers anew
    (folder / "cut.jpg").write_bytes(data[:400])
    with Run(target) as run:
        watch(run, lambda progress: progress.done == 5 and progress.failed == 1)
        (folder / "cut.jpg").write_bytes(hostile.encode(hostile.reference(), "JPEG"))
        watch(run, lambda progress: progress.done == 5 and progress.failed == 0)
    assert [row.name for row in rows(target)].count(early.name) == 2, "another photo of that name, beside the first"
    assert len(rows(target)) == 5
