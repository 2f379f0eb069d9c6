"""`kndnet report` and `kndnet verify` as a person or a script meets them, in processes of their own."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from kndnet_desktop.cli import main

Run = Callable[..., subprocess.CompletedProcess[str]]
PROGRAM = shutil.which("kndnet", path=sysconfig.get_path("scripts")) or "kndnet is not installed"


@pytest.fixture
def kndnet(tmp_path: Path) -> Run:
    """Runs `kndnet` without a keyring, with a passphrase; every warning is an error."""
    keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "KNDNET_PASSPHRASE": "correct horse"}

    def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *map(os.fspath, words)],
            cwd=tmp_path,
            env=os.environ | keyring | {"PYTHONWARNINGS": "error"} | environment,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )

    return run


def test_a_report_is_issued_and_proven(kndnet: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "patient.json").write_text(json.dumps({"name": "王小明", "site": "Back"}), encoding="utf-8")
    sample = samples / "drawn-veil.jpg"
    done = kndnet("report", sample, "--out", tmp_path, "--patient", "patient.json", "--lang", "de")
    assert (done.returncode, done.stderr) == (0, "")
    (report,) = tmp_path.glob("*.pdf")
    assert done.stdout.strip() == str(report)
    assert "veil" not in report.name
    proven = kndnet("verify", report, "--image", sample, "--json")
    assert (proven.returncode, proven.stderr) == (0, "")
    verdict = json.loads(proven.stdout)
    assert (verdict["state"], verdict["known"]) == ("reproduced", True)
    assert verdict["record"]["patient"]["name"] == "王小明"
    assert kndnet("verify", report, "--image", samples / "drawn-hair.jpg").returncode == 1

    data = bytearray(report.read_bytes())
    data[len(data) // 2] ^= 1
    report.write_bytes(data)
    altered = kndnet("verify", report)
    assert altered.returncode == 1
    assert altered.stdout.startswith("Altered:")


@pytest.fixture
def photos(samples: Path, tmp_path: Path) -> Path:
    """A folder of a photo and half of one."""
    photos = tmp_path / "photos"
    photos.mkdir()
    shutil.copy(samples / "drawn-hair.jpg", photos)
    (photos / "half.jpg").write_bytes((samples / "drawn-veil.jpg").read_bytes()[:4000])
    return photos


def test_a_folder_becomes_a_batch_report_and_a_bad_photo_stops_nothing(
    kndnet: Run, photos: Path, tmp_path: Path
) -> None:
    done = kndnet("report", photos, "--out", "all.pdf", "--unsigned", "--paper", "letter")
    assert done.returncode == 1
    assert "half.jpg: This picture is damaged" in done.stderr
    assert (tmp_path / "all.pdf").read_bytes().startswith(b"%PDF-1.7")
    unsigned = kndnet("verify", "all.pdf")
    assert (unsigned.returncode, unsigned.stdout.split(":")[0]) == (1, "Not signed")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("report PHOTO --unsigned --out none/report.pdf", "can't be saved as “report.pdf”: no such file or directory"),
        ("report PHOTO --unsigned --out PHOTO", "would replace one of the photos"),
        ("report gone.jpg --unsigned --out a.pdf", "gone.jpg: There is no such file."),
        ("report PHOTO --unsigned --out a.pdf --lang tlh", "no language “tlh”. Choose one of: en, de."),
        ("report PHOTO --unsigned --out a.pdf --patient PHOTO", "is not JSON"),
        ("report PHOTO --unsigned --out a.pdf --logo patient.json", "logo is not a picture"),
        ("report PHOTO --batch --unsigned --out a.pdf --patient named.json", "of no single patient and lesion"),
        ("report PHOTO --certificate PHOTO --out a.pdf", "can't be unlocked"),
        ("verify gone.pdf", "There is no such file."),
        ("verify .", "This is a folder. Name the report in it."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    samples: Path,
    tmp_path: Path,
    words: str,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KNDNET_PASSPHRASE", "none")
    photo = Path("photo.jpg")
    shutil.copy(samples / "drawn-hair.jpg", photo)
    Path("patient.json").write_text("{}", encoding="utf-8")
    Path("named.json").write_text('{"name": "Somebody", "notes": "From the screening."}', encoding="utf-8")
    before = photo.read_bytes()
    assert main(words.replace("PHOTO", str(photo)).split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1
    assert photo.read_bytes() == before
    assert not list(tmp_path.glob("*.pdf"))


@pytest.mark.skipif(sys.platform != "linux", reason="only there are names any bytes")
def test_a_photo_whose_name_is_no_text_is_reported(kndnet: Run, samples: Path, tmp_path: Path) -> None:
    odd = os.fsdecode(b"b\xffd.jpg")
    shutil.copy(samples / "drawn-hair.jpg", tmp_path / odd)
    done = kndnet("report", odd, "--out", "odd.pdf", "--unsigned")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert (tmp_path / "odd.pdf").read_bytes().startswith(b"%PDF")


def test_photos_of_the_same_name_are_all_checked(kndnet: Run, samples: Path, tmp_path: Path) -> None:
    for folder, sample in (("a", "drawn-hair.jpg"), ("b", "drawn-veil.jpg")):
        (tmp_path / folder).mkdir()
        shutil.copy(samples / sample, tmp_path / folder / "photo.jpg")
    assert kndnet("report", "a/photo.jpg", "--out", "a.pdf").returncode == 0
    assert kndnet("verify", "a.pdf", "--image", "a/photo.jpg").returncode == 0
    both = kndnet("verify", "a.pdf", "--image", "b/photo.jpg", "--image", "a/photo.jpg")
    assert (both.returncode, both.stdout.split(":")[0]) == (1, "Not reproduced")
    shutil.copy(tmp_path / "a" / "photo.jpg", tmp_path)
    both = kndnet("verify", "a.pdf", "--image", "b/photo.jpg", "--image", "photo.jpg")
    assert (both.returncode, both.stdout.split(":")[0]) == (1, "Not reproduced"), "the path of one is the other's name"


def test_a_photo_that_could_not_be_read_is_no_stranger_to_its_report(kndnet: Run, photos: Path) -> None:
    kndnet("report", photos, "--out", "all.pdf")
    images = [word for path in sorted(photos.iterdir()) for word in ("--image", path)]
    done = kndnet("verify", "all.pdf", *images)
    assert (done.returncode, done.stdout.split(":")[0]) == (0, "Intact and reproduced")


def test_a_report_into_a_folder_replaces_none(kndnet: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    for language in ("en", "de"):
        done = kndnet("report", samples / "drawn-hair.jpg", "--out", "reports", "--unsigned", "--lang", language)
        assert done.returncode == 0
    assert len(list((tmp_path / "reports").glob("*.pdf"))) == 2


def test_a_name_that_the_disk_refuses_is_one_sentence(kndnet: Run) -> None:
    done = kndnet("report", "n" * 300 + ".jpg", "--out", "a.pdf", "--unsigned")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_without_keyring_and_passphrase_the_way_out_is_named(kndnet: Run, samples: Path) -> None:
    done = kndnet("report", samples / "drawn-hair.jpg", "--out", "a.pdf", KNDNET_PASSPHRASE="")
    assert done.returncode == 2
    assert "KNDNET_PASSPHRASE" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a matter of Unix shells")
def test_a_full_disk_leaves_the_previous_report_as_it_was(kndnet: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"the previous report")
    words = [PROGRAM, "report", str(samples / "drawn-hair.jpg"), "--out", "a.pdf", "--unsigned"]
    script = "import resource,signal,subprocess,sys;signal.signal(signal.SIGXFSZ,signal.SIG_IGN);"
    script += "resource.setrlimit(resource.RLIMIT_FSIZE,(20000,20000));sys.exit(subprocess.call(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "can't be saved as “a.pdf”" in done.stderr
    assert (tmp_path / "a.pdf").read_bytes() == b"the previous report"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
