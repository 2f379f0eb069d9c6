"""What a report says of how far to trust the answer, that it fits, and that a later program reproduces it."""

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import trusted
from test_report import pages_of, record_of, text_of

from kndnet_desktop.core.advice import Advice
from kndnet_desktop.core.batch import Case, classify
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.evidence import PredictionSets, Trust
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.keys import Keys
from kndnet_desktop.core.patient import Clinic, Patient
from kndnet_desktop.core.records import Cleaned
from kndnet_desktop.core.report import Document, Reporter
from kndnet_desktop.core.report_parts import LIST_SIDE, Form, Photo, photo
from kndnet_desktop.core.trust import operating_point
from kndnet_desktop.core.verify import Verdict, verify

MADE = datetime(2026, 11, 23, 16, 20, 5, 0, timezone(timedelta(hours=1)))
FULL = Patient(
    identifier="4711", name="Łukasz Öztürk", birth_date="1961-04-09", site="Back", side="Left", fitzpatrick="II",
    notes="Has changed over the last three months.", assessment="Excise with 2 mm margin.",
)  # fmt: skip
CLINIC = Clinic("Skin clinic", "1 High Street\nOxford")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, student_folder: Path, samples: Path) -> Path:
    folder = tmp_path_factory.mktemp("trusted")
    sets = trusted.twofold(samples / "drawn-hair.jpg", student_folder)
    trusted.make(folder / "student", student_folder, samples, sets=sets)
    plain = folder / "plain"
    shutil.copytree(student_folder, plain)
    replace(ModelCard.load(plain), trust=Trust()).save(plain)
    return folder


@pytest.fixture(scope="module")
def models(home: Path) -> Models:
    """The shipped network under a card with a whole trust block."""
    return Models(OnnxClassifier(home / "student"))


@pytest.fixture(scope="module")
def plain(home: Path) -> Models:
    """The same network under a card without any."""
    return Models(OnnxClassifier(home / "plain"))


@pytest.fixture(scope="module")
def page(home: Path) -> Path:
    path = home / "page.png"
    trusted.page_of_text().save(path)
    return path


@pytest.fixture(scope="module")
def shoot(painter: HeatPainter) -> Callable[..., Photo]:
    def shoot(path: Path, models: Models, *, steady: bool = True, **changes: Any) -> Photo:
        case: Case = next(classify([path], models, full_size=True, steady=steady))
        result = replace(case.result, **changes)
        return photo(result, case.picture, case.examination, models.main.card, painter)

    return shoot


def lesion(reporter: Reporter, models: Models, *photos: Photo, teacher: bool = False, **form: Any) -> Document:
    cards = [models.main.card] * (2 if teacher else 1)
    return reporter.lesion(photos, cards, Form(**form), MADE)


@pytest.fixture(scope="module")
def hair(shoot: Callable[..., Photo], models: Models, samples: Path) -> Photo:
    return shoot(samples / "drawn-hair.jpg", models)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_recommendation_and_what_it_rests_on_are_read_first(
    reporters: dict[str, Reporter], models: Models, hair: Photo
) -> None:
    pdf = lesion(reporters["en"], models, hair).pdf()
    text = flat(text_of(pdf))
    assert text.index("Consider biopsy or referral") < text.index("Malignant or pre-malignant:")
    for words in (
        "Set for 90 % sensitivity; measured: sensitivity 91 % (88 to 93 %), specificity 74 % (70 to 78 %), with 95 %",
        "Melanocytic nevus is most probable. Could be: melanocytic nevus, ",
        "hold the right one of the classes for 90 % of the lesions of each class",
        "of 24 small changes of the photo; with 8 in 10",
        "Under small changes",
        "Hair lies across the photo",
        "Without the hair: ",
    ):
        assert words in text
    assert "Not judged" not in text
    spread = hair.result.stability
    assert spread
    assert Advice.of_card(models.main.card, "balanced").band(spread.low["nv"], spread.high["nv"]) in text
    record = record_of(pdf)
    point = operating_point(models.main.card, "balanced")
    assert point
    assert record["operating_point"]["threshold"] == point.threshold  # type: ignore[index]
    (entry,) = record["photos"]  # type: ignore[misc]
    told = hair.result.to_json()
    for key in ("prediction_set", "refer", "stability", "cleaned", "flags"):
        assert entry[key] == json.loads(json.dumps(told[key]))


def test_another_operating_point_words_another_recommendation(
    reporters: dict[str, Reporter], models: Models, hair: Photo
) -> None:
    pdf = lesion(reporters["en"], models, hair, target=0.85).pdf()
    text = text_of(pdf)
    assert hair.result.prediction
    assert hair.result.prediction.refer == {"0.85": False, "0.90": True, "0.95": True}
    assert "No malignancy signal" in text
    assert "Set for 85 % sensitivity" in text
    (entry,) = record_of(pdf)["photos"]  # type: ignore[misc]
    assert entry["refer"] == hair.result.prediction.refer, "the data hold all of them"


def test_a_list_of_one_is_not_said_twice(reporters: dict[str, Reporter], models: Models, hair: Photo) -> None:
    assert hair.result.prediction
    alone = replace(hair.result.prediction, prediction_set=(hair.result.prediction.top,))
    one = replace(hair, result=replace(hair.result, prediction=alone))
    text = flat(text_of(lesion(reporters["en"], models, one).pdf()))
    assert "Could be: melanocytic nevus " in text
    assert "most probable. Could be" not in text


def test_without_the_blocks_the_report_says_so_and_is_whole(
    reporters: dict[str, Reporter], plain: Models, shoot: Callable[..., Photo], samples: Path
) -> None:
    text = flat(text_of(lesion(reporters["en"], plain, shoot(samples / "drawn-hair.jpg", plain)).pdf()))
    assert "Melanocytic nevus is most probable" in text
    assert "Not judged, as the model's card has no figures for it: a recommendation, what else it could be" in text
    for words in ("Consider biopsy", "No malignancy signal", "Could be", "Set for", "Without the"):
        assert words not in text


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_all_of_it_fits_on_one_page(
    reporters: dict[str, Reporter],
    models: Models,
    shoot: Callable[..., Photo],
    samples: Path,
    language: str,
    paper: str,
) -> None:
    shot = shoot(samples / "drawn-veil.jpg", models)
    pdf = lesion(reporters[language], models, shot, patient=FULL, clinic=CLINIC, paper=paper).pdf()
    assert pages_of(pdf) == 1


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_second_opinion_and_an_artefact_fit_on_one_page_of_a4(
    reporters: dict[str, Reporter], models: Models, hair: Photo, language: str
) -> None:
    assert hair.result.prediction
    teacher = replace(hair.result.prediction, refer={"0.85": False, "0.90": False, "0.95": True})
    shot = replace(hair, result=replace(hair.result, teacher=teacher))
    document = lesion(reporters[language], models, shot, teacher=True, patient=replace(FULL, notes=""))
    text = flat(text_of(document.pdf()))
    sign = "Warning sign: the second opinion differs (“No malignancy signal”)"
    assert (sign if language == "en" else "Warnzeichen: Die zweite Meinung weicht ab („Kein Hinweis") in text
    assert len(document.pages(30)) == 1


def test_several_artefacts_are_told_one_by_one(reporters: dict[str, Reporter], models: Models, hair: Photo) -> None:
    assert hair.result.prediction
    shares = dict(hair.result.prediction.probabilities)
    two = tuple(Cleaned(code, "nv", shares | {"nv": 0.9}, 0.0) for code in ("ink", "bubbles"))
    shot = replace(hair, result=replace(hair.result, cleaned=two))
    text = flat(text_of(lesion(reporters["de"], models, shot).pdf()))
    assert "Ohne die Stiftmarkierung: Melanozytärer Nävus von" in text
    assert "Ohne die Blasen: Melanozytärer Nävus von" in text
    assert "dann: Kein Hinweis auf Malignität." in text


def test_a_refused_photo_is_a_sentence_without_figures(
    reporters: dict[str, Reporter], models: Models, shoot: Callable[..., Photo], page: Path, hair: Photo
) -> None:
    refused = shoot(page, models)
    assert refused.result.status == "rejected"
    alone = text_of(lesion(reporters["en"], models, refused).pdf())
    assert "This does not look like a dermatoscope photo of a lesion" in flat(alone)
    for words in ("Malignant", "Probability", "Consider", "0 to 100", "How well"):
        assert words not in alone
    assert pages_of(lesion(reporters["en"], models, hair, refused).pdf()) >= 1
    german = text_of(lesion(reporters["de"], models, refused).pdf())
    assert "dermatoscope" not in german


def test_a_batch_tells_refused_from_unreadable_and_names_each_recommendation(
    reporters: dict[str, Reporter],
    painter: HeatPainter,
    samples: Path,
    page: Path,
    student_folder: Path,
    tmp_path: Path,
) -> None:
    middle = trusted.around(samples / "drawn-eyepiece.jpg", student_folder, (1.3, 0.9, 0.5))
    points = trusted.points(ModelCard.load(student_folder).calibration.modes, thresholds=middle)
    models = Models(OnnxClassifier(trusted.make(tmp_path / "student", student_folder, samples, referral=points)))
    files = [page, page.with_name("gone.jpg"), *sorted(samples.glob("*.jpg"))]
    shots = [
        photo(case.result, case.picture, case.examination, models.main.card, painter, side=LIST_SIDE)
        for case in classify(files, models)
    ]
    pdf = reporters["en"].batch(shots, [models.main.card], Form(), MADE).pdf()
    text = flat(text_of(pdf))
    referred = sum(bool(each.result.prediction and each.result.prediction.refer["0.90"]) for each in shots)  # type: ignore[index]
    assert 0 < referred < 9
    answers = [each.result.prediction for each in shots if each.result.prediction]
    still = [answer for answer in answers if not (answer.refer or {})["0.90"]]
    uncertain = sum(not {"akiec", "bcc", "mel"}.isdisjoint(answer.prediction_set or ()) for answer in still)
    for words in (
        "Not answered: no dermatoscope photo 1",
        "Not answered: could not be read 1",
        f"Consider biopsy or referral {referred}",
        f"No malignancy signal, but not ruled out {uncertain}",
        f"No malignancy signal {9 - referred - uncertain}",
        "Set for 90 % sensitivity",
        "Could be: melanoma",
        "Without the hair:",
    ):
        assert words in text
    assert text.count(" consider ") == referred
    assert "page.png This does not look like a dermatoscope photo" in text
    for entry in record_of(pdf)["photos"]:  # type: ignore[attr-defined]
        assert entry["stability"] is None, "which hundreds of photos would take hours for"


def test_the_list_of_many_photos_says_what_is_not_ruled_out_as_their_blocks_do(
    reporters: dict[str, Reporter], student_folder: Path, samples: Path, tmp_path: Path, painter: HeatPainter
) -> None:
    modes = ModelCard.load(student_folder).calibration.modes
    everything = PredictionSets(0.9, dict.fromkeys(modes, (0.0,) * 7))
    never = trusted.points(modes, thresholds=(1.0, 1.0, 1.0))
    models = Models(
        OnnxClassifier(trusted.make(tmp_path / "student", student_folder, samples, sets=everything, referral=never))
    )
    shots = [
        photo(case.result, case.picture, case.examination, models.main.card, painter, side=LIST_SIDE)
        for case in classify([samples / "drawn-nevus.jpg"], models)
    ]
    text = flat(text_of(reporters["en"].batch(shots, [models.main.card], Form(), MADE).pdf()))
    assert "No malignancy signal, but not ruled out" in text
    assert text.count("not ruled out") == 3, "in the numbers, in the block and in the list"
    assert " no signal " not in text


def test_a_screen_reader_can_read_it(
    reporters: dict[str, Reporter], models: Models, hair: Photo, tmp_path: Path
) -> None:
    path = tmp_path / "one.pdf"
    path.write_bytes(lesion(reporters["en"], models, hair, patient=FULL).pdf())
    outloud = shutil.which("outloud", path=sysconfig.get_path("scripts"))
    assert outloud, "the extra `test` brings it"
    said = subprocess.run([outloud, "--fail-on", "error", path], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


# Proof


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys") / "signing", None, lambda _new: "correct horse")


def signed(document: Document, keys: Keys) -> bytes:
    return keys.own().sign(document.pdf(), "Issued")


def check(pdf: bytes, keys: Keys, image: Path, models: Models) -> Verdict:
    return verify(pdf, keys.known(), {image.name: image.read_bytes()}, lambda _role: models)


def test_everything_that_a_report_says_is_computed_again(
    reporters: dict[str, Reporter], models: Models, hair: Photo, samples: Path, keys: Keys
) -> None:
    verdict = check(signed(lesion(reporters["en"], models, hair), keys), keys, samples / "drawn-hair.jpg", models)
    assert verdict.state == "reproduced", verdict.sentences


@pytest.mark.parametrize(
    "part", ["refer", "prediction_set", "stability", "flips", "band", "cleaned", "p_malignant", "status"]
)
def test_whatever_is_not_so_is_found(
    reporters: dict[str, Reporter], models: Models, hair: Photo, samples: Path, keys: Keys, part: str
) -> None:
    """A program that signs what it did not compute is found out by whoever has the photo."""
    answer, spread = hair.result.prediction, hair.result.stability
    assert answer
    assert spread
    changed = {
        "refer": {"prediction": replace(answer, refer={"0.85": False, "0.90": False, "0.95": True})},
        "prediction_set": {"prediction": replace(answer, prediction_set=("nv",))},
        "stability": {"stability": replace(spread, low=dict.fromkeys(spread.low, 0.0))},
        "flips": {"stability": replace(spread, flips=spread.flips + 0.125)},
        "band": {"stability": replace(spread, p_malignant=(spread.p_malignant[0], 0.99))},
        "cleaned": {"cleaned": ()},
        "p_malignant": {"prediction": replace(answer, p_malignant=answer.p_malignant + 0.002)},
        "status": {"status": "rejected", "prediction": None, "message": "No."},
    }[part]
    shot = replace(hair, result=replace(hair.result, **changed))  # type: ignore[arg-type]
    verdict = check(signed(lesion(reporters["en"], models, shot), keys), keys, samples / "drawn-hair.jpg", models)
    assert verdict.state == "unreproduced"


def test_a_refusal_is_reproduced(
    reporters: dict[str, Reporter], models: Models, shoot: Callable[..., Photo], page: Path, keys: Keys
) -> None:
    pdf = signed(lesion(reporters["en"], models, shoot(page, models)), keys)
    assert check(pdf, keys, page, models).state == "reproduced"


def test_the_same_network_under_other_thresholds_is_another_model(
    reporters: dict[str, Reporter], models: Models, plain: Models, hair: Photo, samples: Path, keys: Keys
) -> None:
    verdict = check(signed(lesion(reporters["en"], models, hair), keys), keys, samples / "drawn-hair.jpg", plain)
    assert (verdict.state, verdict.intact) == ("other-model", True)
    assert "other thresholds" in verdict.sentences[1]


def test_a_report_of_an_earlier_version_is_reproduced_under_a_card_that_has_learnt_more(
    reporters: dict[str, Reporter],
    models: Models,
    plain: Models,
    shoot: Callable[..., Photo],
    samples: Path,
    keys: Keys,
) -> None:
    """It names no rules and has no key that trust brought; only its probabilities are compared."""
    document = lesion(reporters["en"], plain, shoot(samples / "drawn-hair.jpg", plain, steady=False))
    record = json.loads(document.files["record.json"])
    del record["operating_point"], record["models"][0]["rules_sha256"]
    for name in ("prediction_set", "refer", "stability", "cleaned"):
        del record["photos"][0][name]
    earlier = replace(document, files={**document.files, "record.json": json.dumps(record)})
    pdf = signed(earlier, keys)
    assert check(pdf, keys, samples / "drawn-hair.jpg", models).state == "reproduced"
    assert check(pdf, keys, samples / "drawn-veil.jpg", models).state == "unreproduced"
