"""The model card: whole and consistent, or refused in a sentence."""

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kndnet_desktop.core.card import CARD_FILE, MODEL_FILE, SCHEMA, ModelCard, load_checked
from kndnet_desktop.core.errors import UserError

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def genuine(student_folder: Path) -> dict[str, Any]:
    return json.loads((student_folder / CARD_FILE).read_text(encoding="utf-8"))


@pytest.fixture
def installed(student_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(student_folder, tmp_path / "student"))


def refusal(folder: Path) -> str:
    with pytest.raises(UserError) as caught:
        load_checked(folder)
    assert caught.value.sentence.endswith(".")
    assert caught.value.sentence.count("“") == 1, "the sentence names the model"
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_shipped_student_is_what_its_card_says(student_folder: Path) -> None:
    card, model = load_checked(student_folder)
    assert card.role == "student"
    assert card.codes == ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
    assert {label.code for label in card.labels if label.malignant} == {"akiec", "bcc", "mel"}
    assert 0 < card.parameters <= 148_855
    assert {"accuracy", "balanced"} <= set(card.calibration.modes)
    assert card.calibration.default_mode == "balanced"
    assert len(model) > 100_000
    for label in card.labels:
        assert card.label(label.code) is label
    with pytest.raises(KeyError):
        card.label("unheard of")


def test_a_card_survives_being_saved_and_read(student_folder: Path, tmp_path: Path) -> None:
    card = ModelCard.load(student_folder)
    card.save(tmp_path)
    assert ModelCard.load(tmp_path) == card
    assert [path.name for path in tmp_path.iterdir()] == [CARD_FILE], "no temporary file is left"


def test_a_card_from_a_later_release_with_more_parts_is_read(genuine: dict[str, Any]) -> None:
    later = copy.deepcopy(genuine) | {"operating_points": [{"name": "sensitive"}]}
    later["input"]["comment"] = "a key that this release does not know"
    assert ModelCard.from_json(later) == ModelCard.from_json(genuine)


def _set(*keys: str | int, to: object) -> Change:
    def change(card: dict[str, Any]) -> None:
        part: Any = card
        for key in keys[:-1]:
            part = part[key]
        part[keys[-1]] = to

    return change


def _drop(*keys: str | int) -> Change:
    def change(card: dict[str, Any]) -> None:
        part: Any = card
        for key in keys[:-1]:
            part = part[key]
        del part[keys[-1]]

    return change


MALFORMED = {
    "no schema": (_drop("schema"), "schema is None"),
    "another schema": (_set("schema", to=SCHEMA + 1), f"schema is {SCHEMA + 1}"),
    "no name": (_drop("name"), "missing"),
    "no labels": (_drop("labels"), "missing"),
    "empty labels": (_set("labels", to=[]), "labels"),
    "labels of text": (_set("labels", to=["mel"]), "malformed"),
    "a label twice": (lambda card: card["labels"].append(card["labels"][0]), "repeated"),
    "a label that is a list": (_set("labels", 0, "code", to=["mel"]), "malformed"),
    "malignant in words": (_set("labels", 0, "malignant", to="false"), "malignant"),
    "a label without a name": (_drop("labels", 0, "name"), "missing"),
    "no input": (_drop("input"), "missing"),
    "input without a size": (_drop("input", "height"), "missing"),
    "size in words": (_set("input", "height", to="120"), "input rule"),
    "size of zero": (_set("input", "width", to=0), "input rule"),
    "another input rule": (_set("input", "name", to="stretch"), "input rule"),
    "no calibration": (_drop("calibration"), "missing"),
    "temperature zero": (_set("calibration", "temperature", to=0), "temperature"),
    "temperature infinite": (_set("calibration", "temperature", to=float("inf")), "temperature"),
    "temperature in words": (_set("calibration", "temperature", to="warm"), "warm"),
    "no modes": (_set("calibration", "modes", to={}), "default mode"),
    "unknown default": (_set("calibration", "default_mode", to="best"), "default mode"),
    "a list as default": (_set("calibration", "default_mode", to=["balanced"]), "malformed"),
    "too few offsets": (lambda card: card["calibration"]["modes"]["balanced"].pop(), "one finite offset"),
    "an offset that is no number": (_set("calibration", "modes", "balanced", 0, to=float("nan")), "one finite offset"),
    "an offset missing": (_set("calibration", "modes", "balanced", 0, to=None), "malformed"),
    "sharpness zero": (_set("calibration", "sharpness", to={"balanced": [0] * 7}), "sharpness"),
    "sharpness of too few": (_set("calibration", "sharpness", to={"balanced": [1] * 6}), "sharpness"),
    "metrics of text": (_set("metrics", to=["accuracy"]), "malformed"),
    "limits missing": (_drop("limits"), "missing"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_card_is_refused_with_a_sentence(installed: Path, genuine: dict[str, Any], case: str) -> None:
    change, words = MALFORMED[case]
    card = copy.deepcopy(genuine)
    change(card)
    (installed / CARD_FILE).write_text(json.dumps(card), encoding="utf-8")
    sentence = refusal(installed)
    assert "model card" in sentence
    assert words in sentence


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'"card"'])
def test_a_card_that_is_no_card_is_refused_with_a_sentence(installed: Path, content: bytes) -> None:
    (installed / CARD_FILE).write_bytes(content)
    assert "model card" in refusal(installed)


def test_a_model_that_is_not_its_card_s_is_refused(installed: Path) -> None:
    model = installed / MODEL_FILE
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 1
    model.write_bytes(data)
    assert "not the one its card describes" in refusal(installed)
    model.write_bytes(bytes(data[:-1024]))
    assert "not the one its card describes" in refusal(installed)
    model.unlink()
    assert "can't be read" in refusal(installed)
    (installed / CARD_FILE).unlink()
    assert "No model is installed" in refusal(installed)
    shutil.rmtree(installed)
    assert "No model is installed" in refusal(installed)
