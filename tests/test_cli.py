"""The command line as a person or a script meets it: the installed `kndnet`, in a process of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hostile
import pytest
from PIL import Image

Run = Callable[..., subprocess.CompletedProcess[str]]

KEYS = (
    "path sha256 status message model model_sha256 mode probabilities top p_malignant prediction_set refer "
    "flags teacher stability cleaned milliseconds"
)
CODES = ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"]
PROGRAM = shutil.which("kndnet", path=sysconfig.get_path("scripts")) or "kndnet is not installed"


@pytest.fixture
def kndnet(tmp_path: Path) -> Run:
    """Runs `kndnet` in an empty folder; every warning is an error."""
    here = tmp_path / "here"
    here.mkdir()

    def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *map(os.fspath, words)],
            cwd=here,
            env=os.environ | {"PYTHONWARNINGS": "error"} | environment,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(hostile.encode(hostile.reference(600, 450), "JPEG", quality=90))
    return path


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def complaint(done: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """Return the one sentence on the error stream of a run that did nothing."""
    assert done.returncode == code
    assert done.stdout == ""
    assert done.stderr.startswith("kndnet: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_each_photo_gives_one_object_with_the_contract_s_keys(kndnet: Run, samples: Path) -> None:
    photos = sorted(samples.glob("*.jpg"), reverse=True)
    done = kndnet("classify", "--json", *photos)
    assert (done.returncode, done.stderr) == (0, "")
    found = rows(done)
    assert [row["path"] for row in found] == list(map(str, photos)), "in the order given"
    for row in found:
        assert list(row) == KEYS.split()
        assert (row["status"], row["message"], row["teacher"]) == ("ok", "", None)
        assert list(row["probabilities"]) == CODES
        assert sum(row["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert row["top"] == max(row["probabilities"], key=row["probabilities"].get)
        assert row["p_malignant"] == pytest.approx(sum(row["probabilities"][code] for code in ("akiec", "bcc", "mel")))
        assert row["milliseconds"] > 0
    again = rows(kndnet("classify", "--json", samples))
    assert [row["path"] for row in again] == sorted(map(str, photos))
    by_path = {row["path"]: row["probabilities"] for row in found}
    assert all(row["probabilities"] == by_path[row["path"]] for row in again)


def test_a_hostile_folder_gives_sentences_and_exit_code_1(kndnet: Run, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    bad, good = hostile.make_folder(folder)
    done = kndnet("classify", "--json", folder)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    found = {row["path"]: row for row in rows(done)}
    assert set(found) == {str(path) for path in bad + good}
    assert {found[str(path)]["status"] for path in good} == {"ok"}
    for path in bad:
        row = found[str(path)]
        assert list(row) == KEYS.split()
        assert (row["status"], row["probabilities"]) == ("error", None)
        assert row["message"].endswith(".")
    text = kndnet("classify", folder)
    assert text.returncode == 1
    assert "Traceback" not in text.stdout + text.stderr
    assert text.stdout.count("Melanocytic nevus") == len(good)
    assert all(found[str(path)]["message"] in text.stdout for path in bad)
    assert "\x1b" not in text.stdout, "a file's name gives the terminal no commands"
    assert "\u202e" not in text.stdout, "nor turns what follows it around"


def test_text_is_for_people(kndnet: Run, photo: Path) -> None:
    done = kndnet("classify", photo)
    assert (done.returncode, done.stderr) == (0, "")
    first = done.stdout.splitlines()[0]
    assert first.startswith("photo.jpg   ")
    assert "malignant " in first
    assert "balanced" in done.stdout
    assert sum(line.startswith("  ! ") for line in done.stdout.splitlines()) == 3
    assert "Actinic keratosis" in done.stdout
    other = kndnet("classify", "--mode", "accuracy", photo)
    assert "accuracy" in other.stdout


def test_a_missing_photo_is_a_row_and_the_others_are_done(kndnet: Run, photo: Path, tmp_path: Path) -> None:
    done = kndnet("classify", "--json", tmp_path / "typo.jpg", photo)
    assert done.returncode == 1
    missing, there = rows(done)
    assert (missing["status"], missing["sha256"]) == ("error", None)
    assert "no such file" in missing["message"]
    assert there["status"] == "ok"


def test_heat_maps_are_named_apart_and_change_no_digit(kndnet: Run, tmp_path: Path) -> None:
    photos = []
    for number, folder in enumerate(("left", "right", "same as right")):
        (tmp_path / folder).mkdir()
        photos.append(tmp_path / folder / ("皮" * 83 + ".jpg"))
        image = hostile.reference(900, 850)
        photos[-1].write_bytes(hostile.encode(image.rotate(180) if number else image, "JPEG"))
    maps = tmp_path / "new" / "maps"
    done = kndnet("classify", "--json", "--heatmaps", maps, *photos, tmp_path / "typo.jpg")
    assert done.returncode == 1
    assert done.stderr == ""
    written = sorted(maps.iterdir())
    assert len(written) == 2, "one for each content"
    assert {row["sha256"][:8] for row in rows(done)[:3]} == {path.stem.split("-")[-2] for path in written}
    for path in written:
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("PNG", (900, 850))
    without = rows(kndnet("classify", "--json", *photos))
    assert [row["probabilities"] for row in without] == [row["probabilities"] for row in rows(done)[:3]]


def test_a_heat_map_that_cannot_be_written_is_told_in_a_sentence(kndnet: Run, photo: Path) -> None:
    done = kndnet("classify", "--heatmaps", photo / "inside", photo)
    assert "can't be made" in complaint(done)
    for named in (photo.parent, photo):
        done = kndnet("classify", "--heatmaps", photo.parent, named)
        assert "taken for photos" in complaint(done)
    assert not list(photo.parent.glob("*.png"))
    if not Path("/proc/self").exists():
        pytest.skip("no folder here that even the superuser may not write to")
    done = kndnet("classify", "--heatmaps", "/proc/self", photo)
    assert done.returncode == 2
    assert "can't be saved" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["classify", "--mode", "lucky", "PHOTO"], "no mode “lucky”"),
        (["classify", "EMPTY"], "no picture"),
        (["classify", "--threads", "0", "PHOTO"], "1 or more"),
        (["classify", "--threads", "many", "PHOTO"], "1 or more"),
        (["classify", "--model", "professor", "PHOTO"], "professor"),
        (["classify"], "PATH"),
        (["clasify", "PHOTO"], "clasify"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage_is_exit_code_2(kndnet: Run, photo: Path, tmp_path: Path, words: list[str], sentence: str) -> None:
    (tmp_path / "empty").mkdir()
    places = {"PHOTO": photo, "EMPTY": tmp_path / "empty"}
    done = kndnet(*(places.get(word, word) for word in words))
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_models_that_cannot_be_used_are_told_in_a_sentence(student_folder: Path, photo: Path, tmp_path: Path) -> None:
    resources = tmp_path / "resources"
    student, teacher = (resources / "models" / role for role in ("student", "teacher"))
    shutil.copytree(student_folder, student)
    code = f"""
import sys
from pathlib import Path
from kndnet_desktop import cli, paths
paths.resources = lambda: Path({str(resources)!r})
sys.exit(cli.main())
"""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, "classify", *words, str(photo)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)

    assert "No model is installed as “teacher”" in complaint(run("--model", "teacher"))
    assert "No model is installed as “teacher”" in complaint(run("--model", "both"))
    shutil.copytree(student_folder, teacher)
    assert "Second opinion" in run("--model", "both").stdout
    card = json.loads((teacher / "card.json").read_text(encoding="utf-8"))
    del card["calibration"]["modes"]["accuracy"], card["trust"]
    (teacher / "card.json").write_text(json.dumps(card), encoding="utf-8")
    assert "no mode “accuracy”" in complaint(run("--model", "both", "--mode", "accuracy"))
    (student / "model.onnx").write_bytes(b"damaged")
    assert "not the one its card" in complaint(run())


def test_help_and_version_are_there(kndnet: Run) -> None:
    for words in (["--help"], ["classify", "--help"], ["self-test", "--help"], ["--version"]):
        done = kndnet(*words)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


def test_the_plainest_locale_and_any_file_name_will_do(kndnet: Run, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in hostile.ODD_NAMES:
        (folder / name).write_bytes(hostile.good_files()["plain.jpg"].data)
    plain = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = kndnet("classify", "--json", folder, **plain)
    assert (done.returncode, done.stderr) == (0, "")
    assert {os.fsencode(Path(row["path"]).name) for row in rows(done)} == {*map(os.fsencode, hostile.ODD_NAMES)}
    assert kndnet("classify", folder, **plain).returncode == 0


def test_a_reader_who_has_seen_enough_is_no_error(photo: Path) -> None:
    with subprocess.Popen(
        [PROGRAM, "classify", "--json", *[photo] * 2000], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as many:
        assert many.stdout is not None
        assert many.stderr is not None
        assert json.loads(many.stdout.readline())["status"] == "ok"
        many.stdout.close()
        assert many.stderr.read() == b""
        assert many.wait(60) == 0
    script = '"$0" classify "$1" | true; exec "$0" classify "$1" >&-'
    closed = subprocess.run(["sh", "-c", script, PROGRAM, photo], capture_output=True, check=False, timeout=60)
    assert closed.stderr == b"", "a reader who is gone before the first line"


def test_ctrl_c_stops_at_once_with_what_is_done(photo: Path) -> None:
    process = subprocess.Popen(
        [PROGRAM, "classify", "--json", *[photo] * 20_000],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A runner in the background may have us ignore the signal; a terminal never does.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.stdout.read(), process.stderr.read()
    assert process.returncode == 130
    assert errors.decode() == "kndnet: stopped; what is printed above is done.\n"
    lines = [first, *rest.splitlines()]
    assert all(json.loads(line)["status"] == "ok" for line in lines)
    assert len(lines) < 20_000


def test_nothing_touches_the_network_or_writes_a_file(photo: Path, tmp_path: Path) -> None:
    code = """
import sys

def watch(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        raise AssertionError(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise AssertionError(f"writes {arguments[0]}")

sys.addaudithook(watch)
from kndnet_desktop.cli import main
sys.exit(main())
"""
    here = tmp_path / "here"
    here.mkdir()
    # With CI or the XDG folders set, ONNX Runtime's telemetry would hide from us or put its files elsewhere.
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, "classify", "--json", photo],
        cwd=here,
        env=kept | {"HOME": str(here), "TMPDIR": str(here)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert rows(done)[0]["status"] == "ok"
    assert list(here.iterdir()) == [], "no device identity, no cache of usage data"


@pytest.mark.shared_data
def test_every_native_photo_is_classified(kndnet: Run, shared_data: Path) -> None:
    done = kndnet("classify", "--json", shared_data / "native" / "images")
    found = rows(done)
    refused = [row["message"] for row in found if row["status"] == "rejected"]
    assert (done.returncode, done.stderr) == (1 if refused else 0, "")
    assert len(found) == 60
    assert {row["status"] for row in found} <= {"ok", "rejected"}
    assert len(refused) <= 3, "no more than one in twenty dermatoscope photos is taken for something else"
    assert len({row["sha256"] for row in found}) == 60
    assert len({row["top"] for row in found}) > 1
