"""The PDF report: what it shows, in every script, and what it must never do with odd words or pictures."""

import io
import json
import shutil
import subprocess
import sysconfig
import unicodedata
import warnings
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kndnet_desktop.core.batch import Case, classify, to_result
from kndnet_desktop.core.card import Metric
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.patient import MAX_CHARACTERS, Clinic, Patient
from kndnet_desktop.core.records import CaseResult, Finding
from kndnet_desktop.core.report import FONTS, Document, Reporter
from kndnet_desktop.core.report_parts import LIST_SIDE, Form, Photo, Program, photo

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its bindings warn about themselves
    import pymupdf

MADE = datetime(2026, 11, 23, 16, 20, 5, 123456, timezone(timedelta(hours=1)))
Make = Callable[..., Document]


@pytest.fixture(scope="module")
def student(student_folder: Path) -> OnnxClassifier:
    return OnnxClassifier(student_folder)


@pytest.fixture(scope="module")
def case(student: OnnxClassifier, samples: Path) -> Case:
    return next(classify([samples / "drawn-asymmetric.jpg"], Models(student), full_size=True))


@pytest.fixture(scope="module")
def shot(case: Case, student: OnnxClassifier, painter: HeatPainter) -> Photo:
    return photo(case.result, case.picture, case.examination, student.card, painter)


@pytest.fixture(scope="module")
def make(reporters: dict[str, Reporter], student: OnnxClassifier, shot: Photo) -> Make:
    def make(
        patient: Patient | None = None, *photos: Photo, language: str = "en", teacher: bool = False, **form: object
    ) -> Document:
        cards = [student.card] * (2 if teacher else 1)
        filled = Form(patient=patient or Patient(), **form)  # type: ignore[arg-type]
        return reporters[language].lesion(photos or (shot,), cards, filled, MADE)

    return make


def text_of(pdf: bytes) -> str:
    with pymupdf.open(stream=pdf) as opened:
        return "".join(page.get_text() for page in opened)


def pages_of(pdf: bytes) -> int:
    with pymupdf.open(stream=pdf) as opened:
        return len(opened)


def record_of(pdf: bytes) -> dict[str, object]:
    with pymupdf.open(stream=pdf) as opened:
        return json.loads(opened.embfile_get("result.json"))


def test_one_lesion_is_one_page_that_says_what_the_window_says(make: Make, case: Case) -> None:
    patient = Patient(
        identifier="4711", name="Łukasz Öztürk", birth_date="1961-04-09", site="Back", side="Left", fitzpatrick="II",
        notes="Has changed.", assessment="Excise.",
    )  # fmt: skip
    pdf = make(patient, clinic=Clinic("Skin clinic", "1 High Street\nOxford")).pdf()
    text = text_of(pdf)
    assert pages_of(pdf) == 1
    for words in ("4711", "Łukasz Öztürk", "1961-04-09", "Back · Left", "Has changed.", "Excise.", "1 High Street"):
        assert words in text
    assert case.result.prediction
    assert f"Malignant or pre-malignant: {case.result.prediction.p_malignant:.0%}".replace("%", " %") in text
    for name in ("Melanoma", "Melanocytic nevus", "Vascular lesion", "Dermatofibroma", "Benign keratosis"):
        assert name in text
    assert "Not a medical device" in text
    assert "2026-11-23 16:20 UTC+01:00" in text
    assert text.count("yes") == 3, "three classes are malignant, told by a word and not only by a colour"


def test_nothing_is_invented_where_nothing_was_entered(make: Make) -> None:
    text = text_of(make().pdf())
    assert "No patient data were entered." in text
    for label in ("Born", "Fitzpatrick", "Body site", "Record number"):
        assert label not in text


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Zoë Čapek-Ñúñez Þórðr Nguyễn", "Latin"),
        ("Αλέξανδρος Παπαδόπουλος", "Greek"),
        ("Екатерина Щёголева", "Cyrillic"),
        ("محمد عبد الله", "Arabic"),
        ("שרה כהן", "Hebrew"),
        ("欧阳修 諸葛亮 丁㐀", "Chinese"),
        ("ひらがな カタカナ", "Japanese"),
        ("김철수 뷁", "Korean"),
        ("สมชาย", "Thai"),
    ],
)
def test_a_name_in_any_script_is_found_as_it_was_typed(make: Make, name: str, script: str, tmp_path: Path) -> None:
    document = make(Patient(name=name, notes=name))
    pdf = document.pdf()
    assert not document.substituted
    assert record_of(pdf)["patient"]["name"] == name  # type: ignore[index]
    pdftotext = shutil.which("pdftotext")
    if pdftotext is None:
        pytest.skip("poppler's pdftotext is not installed: what is typed can't be searched for as a reader does")
    (tmp_path / "report.pdf").write_bytes(pdf)
    found = subprocess.run([pdftotext, tmp_path / "report.pdf", "-"], capture_output=True, check=True).stdout.decode()
    # pdftotext itself puts direction marks around what runs from right to left.
    plain = "".join(letter for letter in found if unicodedata.category(letter) != "Cf")
    assert plain.count(name) == 2, script


def test_words_are_never_markup(make: Make) -> None:
    odd = '#panic("x") *bold* _i_ $x^2$ `raw` <b> [y] // c @z \\ "quoted" #include "/etc/passwd" {0} %s'
    text = text_of(make(Patient(name=odd, notes=odd)).pdf())
    assert text.replace("\n", " ").count(odd) == 2


def test_a_character_without_a_font_is_substituted_and_named(make: Make) -> None:
    document = make(Patient(name="Ann 😀 Lee", notes="क"))
    pdf = document.pdf()
    text = text_of(pdf)
    assert document.substituted == ("😀", "क")
    assert "Ann \N{DOTTED CIRCLE} Lee" in text
    assert "U+1F600, U+0915" in text
    assert record_of(pdf)["patient"] == {"name": "Ann 😀 Lee", "notes": "क"}


def test_what_would_reorder_or_hide_text_is_not_printed(make: Make) -> None:
    name = "Ann\u202e eeL\u202c\x07\x1b[31m\u2066x\u2069"
    pdf = make(Patient(name=name)).pdf()
    assert "Ann eeL[31mx" in text_of(pdf)
    assert record_of(pdf)["patient"] == {"name": name}


def test_very_long_words_wrap_and_long_notes_go_on(make: Make) -> None:
    patient = Patient(name="W" * 2000, notes="Growing, itching. " * 700, assessment="y" * 5000)
    pdf = make(patient).pdf()
    assert pages_of(pdf) > 2
    with pymupdf.open(stream=pdf) as opened:
        words = [word for page in opened for word in page.get_text("words")]
        width = opened[0].rect.width
    assert max(word[2] for word in words) < width - 40, "nothing runs into the margin"
    assert sum(word[4].count("W") for word in words) >= 2000
    assert sum(word[4] == "itching." for word in words) == 700


def test_a_field_without_end_is_refused() -> None:
    with pytest.raises(UserError, match="too long"):
        Patient(notes="x" * (MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"birth_date": "09.04.1961"}, "not a date"),
        ({"birth_date": "1961-02-30"}, "not a date"),
        ({"fitzpatrick": "VII"}, "Fitzpatrick"),
        ({"side": "up"}, "side"),
        ({"name": "\ud800"}, "no text"),
        ({"colour": "red"}, "no field “colour”"),
        ({"name": 7}, "not a text"),
        (["name"], "not a JSON object"),
    ],
)
def test_patient_data_that_cannot_be_are_refused_with_a_sentence(fields: object, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        Patient.from_json(fields)


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SCRIPTS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x24F),
        st.characters(min_codepoint=0x300, max_codepoint=0x36F),
        st.characters(min_codepoint=0x370, max_codepoint=0x6FF),
        st.characters(min_codepoint=0xE00, max_codepoint=0xE7F),
        st.characters(min_codepoint=0x1100, max_codepoint=0x11FF),
        st.characters(min_codepoint=0x2000, max_codepoint=0x206F),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF),
    ),
    max_size=60,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=ANY_TEXT | SCRIPTS, notes=ANY_TEXT | SCRIPTS)
def test_whatever_is_typed_there_is_a_report_that_keeps_it(make: Make, name: str, notes: str) -> None:
    pdf = make(Patient(name=name, notes=notes)).pdf()
    kept = {key: value for key, value in (("name", name), ("notes", notes)) if value}
    assert record_of(pdf)["patient"] == kept


def test_the_same_case_gives_the_same_bytes(
    make: Make, reporters: dict[str, Reporter], student: OnnxClassifier, samples: Path, painter: HeatPainter
) -> None:
    again = next(classify([samples / "drawn-asymmetric.jpg"], Models(student), full_size=True))
    shot = photo(again.result, again.picture, again.examination, student.card, painter)
    other = reporters["en"].lesion([shot], [student.card], Form(), MADE)
    assert make().pdf() == other.pdf()


def test_both_papers_and_both_languages(make: Make) -> None:
    sizes = set()
    for paper in ("a4", "letter"):
        with pymupdf.open(stream=make(paper=paper, language="de").pdf()) as opened:
            assert len(opened) == 1
            sizes.add((round(opened[0].rect.width), round(opened[0].rect.height)))
    assert sizes == {(595, 842), (612, 792)}
    text = text_of(make(Patient(site="Back", side="Left"), language="de").pdf())
    for german in (
        "Melanozytärer Nävus",
        "Rücken · Links",
        "Kein Medizinprodukt",
        "Maligne oder prämaligne",
        "Seite 1 von 1",
    ):
        assert german in text
    for english in ("Malignant", "Probability", "Photo ", "Page"):
        assert english not in text


def test_second_opinion_frame_figures_and_remarks_are_shown(
    make: Make, case: Case, student: OnnxClassifier, painter: HeatPainter, reporters: dict[str, Reporter]
) -> None:
    remark = Finding("few-pixels", "There are few pixels here; fine structures can't be judged.")
    result = replace(case.result, teacher=case.result.prediction, flags=(remark,))
    frame = (100.0, 50.0, 400.0, 300.0)
    shot = photo(result, case.picture, case.examination, student.card, painter, explained="mel", frame=frame)
    metric = Metric("accuracy", 0.8431, 0.8210, 0.8652, 2003, "HAM10000 fold 0", "balanced", "once")
    elsewhere = replace(metric, value=0.7777, mode="accuracy")
    chosen_by = replace(metric, value=0.9999, data="HAM10000 inner validation")
    card = replace(student.card, metrics=(chosen_by, metric, elsewhere))
    teacher = replace(card, name="the teacher", metrics=(replace(metric, value=0.8888, low=0.8777, high=0.8999),))
    pdf = reporters["de"].lesion([shot], [card, teacher], Form(), MADE).pdf()
    text = text_of(pdf)
    row = "Genauigkeit HAM10000 fold 0, 2003 Bilder 0,843 (0,821 bis 0,865) 0,889 (0,878 bis 0,900)"
    assert row in " ".join(text.split()), "both models' figures stand side by side"
    assert "Zweite Meinung (größeres Netz)" in text
    assert "feine Strukturen lassen sich nicht beurteilen" in text
    assert "1,000" not in text, "what the model was chosen by flatters it"
    assert "0,778" not in text, "a figure of another mode says nothing of these probabilities"
    assert "nur der Ausschnitt im Rahmen" in text
    (entry,) = record_of(pdf)["photos"]  # type: ignore[misc]
    assert entry["frame"] == list(frame)
    assert entry["explained"] == "mel"


def test_the_record_holds_the_answer_to_the_last_digit_and_no_folder(make: Make, case: Case, program: Program) -> None:
    pdf = make().pdf()
    record = record_of(pdf)
    (entry,) = record["photos"]  # type: ignore[misc]
    assert case.result.prediction
    assert entry["probabilities"] == case.result.prediction.probabilities
    assert entry["sha256"] == case.result.sha256
    assert entry["path"] == "drawn-asymmetric.jpg"
    assert record["program"] == asdict(program)
    assert record["made"] == "2026-11-23T16:20:05+01:00"
    assert "milliseconds" not in json.dumps(record)


@pytest.mark.parametrize("size", [(3000, 70), (70, 3000), (64, 64), (4000, 3000)])
def test_pictures_of_any_shape_are_printed_whole_and_never_enlarged(
    make: Make, student: OnnxClassifier, painter: HeatPainter, tmp_path: Path, size: tuple[int, int]
) -> None:
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 20).convert("RGB").save(tmp_path / "odd.png")
    case = next(classify([tmp_path / "odd.png"], Models(student), full_size=True))
    assert case.picture, "it can be read"
    assert case.examination, "it was looked at"
    answer = to_result("odd.png", case.picture, case.examination, 1.0, anyway=True)  # it is no dermatoscope photo
    case = replace(case, result=answer)
    shot = photo(case.result, case.picture, case.examination, student.card, painter)
    assert max(shot.printed) <= 1000
    assert max(shot.printed) == min(max(size), 1000)
    pdf = make(None, shot).pdf()
    with pymupdf.open(stream=pdf) as opened:
        boxes = [info["bbox"] for info in opened[0].get_image_info()][:2]  # the third is the legend's colours
        room = opened[0].rect
    for left, top, right, bottom in boxes:
        assert room.contains(pymupdf.Rect(left, top, right, bottom))
        assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1], rel=0.05)


def test_several_photos_of_one_lesion_and_a_bad_one(make: Make, shot: Photo) -> None:
    bad = Photo(CaseResult("gone.jpg", None, "error", "There is no such file. It may have been moved or renamed."))
    text = text_of(make(None, shot, shot, bad, language="de").pdf())
    assert "Bild 3 von 3: gone.jpg" in text
    assert "Diese Datei gibt es nicht. Vielleicht wurde etwas verschoben oder umbenannt." in text


def test_a_batch_is_sorted_by_risk_and_leaves_nothing_out(
    reporters: dict[str, Reporter], student: OnnxClassifier, painter: HeatPainter, samples: Path, tmp_path: Path
) -> None:
    (tmp_path / "half.jpg").write_bytes((samples / "drawn-veil.jpg").read_bytes()[:5000])
    files = [tmp_path / "half.jpg", *sorted(samples.glob("*.jpg"))]
    shots = (
        photo(case.result, case.picture, case.examination, student.card, painter, side=LIST_SIDE)
        for case in classify(files, Models(student))
    )
    pdf = reporters["en"].batch(shots, [student.card], Form(), MADE).pdf()
    photos = record_of(pdf)["photos"]
    assert isinstance(photos, list)
    assert sorted(each["path"] for each in photos) == sorted(file.name for file in files)
    risks = [each["p_malignant"] for each in photos[:-1]]
    assert risks == sorted(risks, reverse=True)
    assert photos[-1]["status"] == "error"
    text = text_of(pdf)
    for file in files:
        assert file.name in text
    assert text.count("This picture is damaged or incomplete.") == 1


def test_a_logo_is_shown_and_what_is_no_picture_is_refused(make: Make) -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (300, 100), (200, 0, 0, 128)).save(buffer, "PNG")
    with pymupdf.open(stream=make(logo=buffer.getvalue()).pdf()) as opened:
        assert len(opened[0].get_images()) == 3
    with pytest.raises(UserError, match="logo"):
        make(logo=b"no picture")


def test_pages_can_be_looked_at_before_saving(make: Make) -> None:
    (page,) = make().pages(72)
    with Image.open(io.BytesIO(page)) as image:
        assert image.size == pytest.approx((595, 842), abs=1)


def test_a_screen_reader_can_read_it(make: Make, tmp_path: Path, shot: Photo) -> None:
    """Outloud holds the file to PDF/UA-1; that it is PDF/A-3a and PDF/UA-1 Typst has checked when it wrote it."""
    (tmp_path / "one.pdf").write_bytes(make(Patient(name="Ann", site="Back"), teacher=True).pdf())
    outloud = shutil.which("outloud", path=sysconfig.get_path("scripts"))
    assert outloud, "the extra `test` brings it"
    outcome = subprocess.run(
        [outloud, "--fail-on", "error", tmp_path / "one.pdf"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    pdf = (tmp_path / "one.pdf").read_bytes()
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def test_the_list_of_characters_is_the_fonts_own(root: Path) -> None:
    folder = root / "resources" / "report" / "fonts"
    families, points = set(), set()
    for path in folder.glob("*.[ot]tf"):
        font = TTFont(path)
        families.add(font["name"].getDebugName(1))
        points |= set(font.getBestCmap())
    listed = json.loads((folder / "coverage.json").read_text())
    assert {point for first, last in listed for point in range(first, last + 1)} == points
    assert families == set(FONTS)


def test_time_with_any_zone_is_written_the_same_way(
    reporters: dict[str, Reporter], student: OnnxClassifier, shot: Photo
) -> None:
    pdf = reporters["en"].lesion([shot], [student.card], Form(), datetime(2026, 1, 2, 3, 4, tzinfo=UTC)).pdf()
    assert "2026-01-02 03:04 UTC\n" in text_of(pdf)
