from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from kndnet_desktop.core.card import Calibration
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from training.config import ModelConfig, Recipe
from training.data import CODES
from training.drawn import draw
from training.export import check_parity, export, install
from training.joined import Joined
from training.networks import build, deployed
from training.quantise import footprint, quantise
from training.student import count_parameters

EVEN = Calibration(1.0, {"accuracy": (0.0,) * 7, "balanced": (0.0,) * 7}, "balanced")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's exporter uses what torch deprecates


# A `tf_` network pads its strided convolutions by the size of their input, which the exporter must keep.
STUDENT, TEACHER = ModelConfig("student", 64, 88), ModelConfig("tf_efficientnet_lite0", 64, 88)
MIRRORED, LITE0 = replace(STUDENT, looks=2), replace(STUDENT, kind="student_lite0")
JOINED = replace(TEACHER, looks=2, branches=("training/configs/teacher_lite0.yaml",) * 2)


@pytest.fixture(
    scope="module",
    params=[STUDENT, MIRRORED, LITE0, TEACHER, JOINED],
    ids=["student", "mirrored", "lite0", "teacher", "joined"],
)
def exported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, recipe: Recipe):  # type: ignore[no-untyped-def]
    torch.manual_seed(1)
    made = replace(recipe, model=request.param)
    network = Joined([learned(TEACHER) for _ in range(2)]) if made.model.branches else learned(made.model)
    folder = tmp_path_factory.mktemp("model")
    network = deployed(network.eval(), made.model)
    export(made, network, EVEN, folder)
    return folder, network


def learned(config: ModelConfig) -> Any:
    """A network whose weights and batch norm statistics are not those of an untouched one."""
    network = build(config).train()
    with torch.no_grad():
        for _ in range(4):
            network(torch.from_numpy(np.stack([draw(code, 1, 64, 88) for code in CODES])))
        network.classifier.weight.normal_(std=2 / network.classifier.in_features**0.5)
        network.classifier.bias.normal_()
    return network


PICTURES = [draw(code, seed, *size) for code in CODES for seed, size in ((5, (96, 128)), (6, (128, 96)))]


def test_the_exported_model_is_the_trained_one(exported) -> None:  # type: ignore[no-untyped-def]
    folder, network = exported
    parity = check_parity(folder, network, PICTURES, cams=4)
    parity.check()
    assert parity.images == 14
    head = next(module for module in network.modules() if isinstance(module, torch.nn.Linear))
    with torch.no_grad():
        head.bias[0] += 0.1
    with pytest.raises(ArithmeticError, match="not the trained one"):
        check_parity(folder, network, PICTURES, cams=1).check()
    with torch.no_grad():
        head.bias[0] -= 0.1


def test_the_model_keeps_its_contract_at_any_size(exported) -> None:  # type: ignore[no-untyped-def]
    folder, _ = exported
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    assert [(value.name, value.type, value.shape) for value in session.get_inputs()] == [
        ("image", "tensor(uint8)", ["N", "H", "W", 3])
    ]
    assert [value.name for value in session.get_outputs()] == ["logits", "cams", "embedding"]
    for count, height, width in ((1, 64, 88), (3, 88, 64), (2, 120, 120)):
        image = np.random.default_rng(0).integers(0, 256, (count, height, width, 3), dtype=np.uint8)
        logits, cams, embedding = session.run(None, {"image": image})
        assert logits.shape == (count, 7)
        assert cams.shape[:2] == (count, 7)
        assert embedding.shape[0] == count
        assert logits.dtype == cams.dtype == embedding.dtype == np.float32
        bias = logits - cams.mean((2, 3))
        assert np.allclose(bias, bias[0], atol=1e-4)


@pytest.mark.parametrize("exported", [JOINED], indirect=True, ids=["joined"])
def test_joined_networks_are_stored_in_half_the_bytes(exported: tuple[Path, nn.Module]) -> None:
    folder, network = exported
    assert (folder / "model.onnx").stat().st_size < 2.2 * count_parameters(network)
    assert "2 tf_efficientnet_lite0 side by side" in OnnxClassifier(folder).card.architecture


@pytest.mark.parametrize("exported", [STUDENT, LITE0], indirect=True, ids=["student", "lite0"])
@pytest.mark.filterwarnings("ignore")  # the quantiser warns of what it was told to do
def test_an_int8_copy_is_small_loads_and_answers_alike(exported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder, _ = exported
    quantise(folder, PICTURES, tmp_path)
    assert (tmp_path / "model.onnx").stat().st_size <= 200_000
    float32, int8 = OnnxClassifier(folder), OnnxClassifier(tmp_path)
    inputs = np.stack([draw(code, 9, 64, 88) for code in CODES])
    one, other = float32.run(inputs), int8.run(inputs)
    assert np.corrcoef(one.logits.ravel(), other.logits.ravel())[0, 1] > 0.98
    assert one.cams.shape == other.cams.shape


@pytest.mark.parametrize("exported", [STUDENT], indirect=True)
def test_what_a_small_device_needs_is_counted_along_the_graph(exported: tuple[Path, nn.Module]) -> None:
    needs = footprint(exported[0])
    assert 0.95 * 145738 < needs.flash < 1.1 * 145738  # a byte for each weight; batch norm is folded into the biases
    # The widest place is the first block's expansion, from 16 to 48 channels at half the input's size.
    assert needs.memory == (16 + 48) * 32 * 44


@pytest.mark.parametrize("exported", [LITE0], ids=["lite0"], indirect=True)
def test_an_activation_of_the_other_design_needs_no_memory_of_its_own(exported: tuple[Path, nn.Module]) -> None:
    # The widest place is the first filter of 96 channels, from half the input's size to a quarter.
    assert footprint(exported[0]).memory == 96 * (32 * 44 + 16 * 22)


def test_nothing_in_the_file_names_this_computer(exported) -> None:  # type: ignore[no-untyped-def]
    data = (exported[0] / "model.onnx").read_bytes()
    assert str(Path(__file__).parents[2]).encode() not in data
    assert b"site-packages" not in data


def test_an_installed_folder_is_what_was_exported(exported, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder, _ = exported
    install(folder, tmp_path / "models" / "student")
    assert OnnxClassifier(tmp_path / "models" / "student").card == OnnxClassifier(folder).card
    (folder / "model.onnx").write_bytes(b"other")
    with pytest.raises(UserError):
        install(folder, tmp_path / "models" / "student")
    assert OnnxClassifier(tmp_path / "models" / "student").card.labels[4].code == "mel"
