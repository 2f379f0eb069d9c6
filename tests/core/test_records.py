"""Records as JSON: the keys and order of the command-line contract."""

import json
from dataclasses import replace

from kndnet_desktop.core.records import CaseResult, Cleaned, Finding, Prediction, Spread

PREDICTION = Prediction("student", "ab" * 32, "balanced", {"mel": 0.75, "nv": 0.25}, "mel", 0.75, 2.5)
KEYS = [
    "path",
    "sha256",
    "status",
    "message",
    "model",
    "model_sha256",
    "mode",
    "probabilities",
    "top",
    "p_malignant",
    "prediction_set",
    "refer",
    "flags",
    "teacher",
    "stability",
    "cleaned",
    "milliseconds",
]


def test_a_result_has_the_contract_s_keys_in_its_order() -> None:
    finding = Finding("cropped", "Only the middle was looked at.")
    result = CaseResult("a.jpg", "cd" * 32, "ok", "", PREDICTION, PREDICTION, (finding,), 7.5)
    row = json.loads(json.dumps(result.to_json()))
    assert list(row) == KEYS
    assert row["probabilities"] == {"mel": 0.75, "nv": 0.25}
    assert row["flags"] == [{"code": "cropped", "sentence": "Only the middle was looked at."}]
    assert row["milliseconds"] == 7.5, "from file to result, not the network's share of it"
    assert row["teacher"]["milliseconds"] == 2.5


def test_a_bad_file_s_result_has_the_same_keys() -> None:
    row = CaseResult("a.jpg", None, "error", "This file is empty.").to_json()
    assert list(row) == KEYS
    assert (row["status"], row["message"]) == ("error", "This file is empty.")
    assert [key for key in KEYS if row[key] is None] == [
        "sha256", "model", "model_sha256", "mode", "probabilities", "top", "p_malignant",
        "prediction_set", "refer", "teacher", "stability",
    ]  # fmt: skip


def test_a_prediction_survives_being_written_and_read() -> None:
    assert Prediction.from_json(json.loads(json.dumps(PREDICTION.to_json()))) == PREDICTION
    trusted = replace(PREDICTION, prediction_set=("mel", "nv"), refer={"0.90": True})
    assert Prediction.from_json(json.loads(json.dumps(trusted.to_json()))) == trusted


def test_a_prediction_of_an_older_program_can_be_read() -> None:
    old = {key: value for key, value in PREDICTION.to_json().items() if key not in ("prediction_set", "refer")}
    assert Prediction.from_json(old) == PREDICTION


def test_classes_are_ranked_by_probability() -> None:
    assert PREDICTION.ranked() == [("mel", 0.75), ("nv", 0.25)]


def test_a_result_survives_being_written_and_read() -> None:
    spread = Spread(24, {"mel": 0.5}, {"mel": 0.9}, (0.5, 0.9), 0.25)
    answer = replace(PREDICTION, milliseconds=7.5)
    finding, cleaned = Finding("ink", "Pen marks."), Cleaned("ink", "nv", {"mel": 0.25, "nv": 0.75}, 0.25)
    whole = CaseResult("a.jpg", "cd" * 32, "ok", "", answer, PREDICTION, (finding,), 7.5, spread, (cleaned,))
    bad = CaseResult("a.jpg", None, "error", "This file is empty.")
    for result in (whole, bad):
        assert CaseResult.from_json("a.jpg", json.loads(json.dumps(result.to_json()))) == result
