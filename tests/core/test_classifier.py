"""The network through ONNX Runtime: the contract's outputs, and the same answer however it is asked."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kndnet_desktop.core.card import CARD_FILE, MODEL_FILE, ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier, Outputs
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.images import Pixels, input_shape, read_image, to_input


@pytest.fixture(scope="module")
def student(student_folder: Path) -> OnnxClassifier:
    return OnnxClassifier(student_folder)


@pytest.fixture(scope="module")
def inputs(student: OnnxClassifier, samples: Path) -> Pixels:
    """The drawn samples of 4 : 3, uint8 [N, H, W, 3]."""
    all_inputs = [to_input(read_image(path).image, student.card.input)[0] for path in sorted(samples.glob("*.jpg"))]
    shape = (*input_shape(450, 600, student.card.input), 3)
    return np.stack([pixels for pixels in all_inputs if pixels.shape == shape])


def test_the_outputs_are_the_contract_s(student: OnnxClassifier, inputs: Pixels) -> None:
    outputs = student.run(inputs)
    count, classes = len(inputs), len(student.card.labels)
    assert count >= 5
    assert outputs.logits.shape == (count, classes)
    assert outputs.cams.shape[:2] == (count, classes)
    assert outputs.embedding.shape[0] == count
    assert outputs.logits.dtype == outputs.cams.dtype == outputs.embedding.dtype == np.float32
    bias = outputs.logits - outputs.cams.mean(axis=(2, 3))
    assert np.abs(bias - bias[0]).max() < 1e-4, "a class map's mean is the logit but for the bias"
    assert np.ptp(outputs.logits, axis=0).max() > 0.5, "different lesions have different answers"


@pytest.mark.parametrize("shape", [(120, 160), (160, 120), (136, 136), (96, 192), (64, 64), (240, 320)])
def test_an_input_of_any_shape_is_taken(student: OnnxClassifier, shape: tuple[int, int]) -> None:
    dice = np.random.default_rng(0)
    outputs = student.run(dice.integers(0, 256, (2, *shape, 3), dtype=np.uint8))
    assert outputs.logits.shape == (2, len(student.card.labels))
    assert np.isfinite(outputs.logits).all()
    assert outputs.cams.shape[3] / outputs.cams.shape[2] == pytest.approx(shape[1] / shape[0], rel=0.15)


def same(one: Outputs, other: Outputs, tolerance: float) -> bool:
    pairs = ((one.logits, other.logits), (one.cams, other.cams), (one.embedding, other.embedding))
    return all(np.allclose(mine, yours, rtol=0, atol=tolerance) for mine, yours in pairs)


def test_a_batch_answers_as_its_pictures_do_alone(student: OnnxClassifier, inputs: Pixels) -> None:
    alone = [student.run(pixels[None]) for pixels in inputs]
    together = student.run(inputs)
    stacked = Outputs(*(np.concatenate([getattr(one, part) for one in alone]) for part in Outputs.__slots__))
    assert same(together, stacked, 1e-4)


def test_the_number_of_threads_does_not_matter(student_folder: Path, student: OnnxClassifier, inputs: Pixels) -> None:
    assert same(OnnxClassifier(student_folder, threads=2).run(inputs), student.run(inputs), 1e-4)


def test_four_threads_at_once_get_what_each_gets_alone(student: OnnxClassifier, inputs: Pixels) -> None:
    work = [inputs[number % len(inputs)][None] for number in range(48)]
    serial = [student.run(pixels) for pixels in work]
    with ThreadPoolExecutor(4) as pool:
        parallel = list(pool.map(student.run, work))
    assert all(same(one, other, 0) for one, other in zip(serial, parallel, strict=True))


def test_a_model_that_the_runtime_cannot_load_is_refused(student_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(student_folder, tmp_path / "student"))
    text = (folder / CARD_FILE).read_text(encoding="utf-8")
    garbage = b"not a network"
    (folder / MODEL_FILE).write_bytes(garbage)
    (folder / CARD_FILE).write_text(text.replace(ModelCard.load(folder).sha256, sha256_of(garbage)), encoding="utf-8")
    with pytest.raises(UserError, match="can't be loaded on this computer"):
        OnnxClassifier(folder)


def test_an_absent_model_is_none_and_not_an_error(student_folder: Path, tmp_path: Path) -> None:
    assert OnnxClassifier.if_installed(tmp_path / "teacher") is None
    installed = OnnxClassifier.if_installed(student_folder)
    assert installed is not None
    assert installed.card.role == "student"


def test_the_model_folder_is_all_that_the_network_needs(
    student_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(student_folder, tmp_path / "elsewhere with späces"))
    monkeypatch.chdir(tmp_path)
    assert OnnxClassifier(folder).card == ModelCard.load(student_folder)
