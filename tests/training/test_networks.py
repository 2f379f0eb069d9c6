from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import timm
import torch
from torch import nn

from kndnet_desktop.core.errors import UserError
from training.config import ModelConfig
from training.joined import Joined
from training.networks import build, deployed, keep_depthwise_whole
from training.student import DESIGNS, PARAMETER_LIMIT, Student, count_parameters
from training.teacher import Teacher

KIND = "test_efficientnet"  # timm's smallest of the family


def _pictures(count: int = 3, height: int = 64, width: int = 88) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, height, width, 3), dtype=torch.uint8, generator=generator)


@pytest.mark.parametrize("design", DESIGNS)
def test_the_student_is_no_larger_than_the_published_one(design: str) -> None:
    assert count_parameters(Student(design=design)) <= PARAMETER_LIMIT


@pytest.mark.parametrize("config", [ModelConfig(), ModelConfig(kind=KIND)], ids=["student", "teacher"])
def test_the_mean_of_a_class_map_plus_its_bias_is_the_logit(config: ModelConfig) -> None:
    network = build(config).eval()
    with torch.no_grad():
        network.classifier.bias.normal_()
        logits, maps, embedding = network.maps(_pictures())
        assert torch.allclose(logits, network(_pictures()), atol=1e-5)
        assert torch.allclose(maps.mean((2, 3)) + network.classifier.bias, logits, atol=1e-5)
        assert torch.allclose(network.classifier(embedding), logits, atol=1e-5)


@pytest.mark.parametrize("looks", [2, 4])
@pytest.mark.parametrize("config", [ModelConfig(), ModelConfig(kind=KIND)], ids=["student", "teacher"])
def test_a_mirrored_network_answers_a_mirrored_picture_alike(config: ModelConfig, looks: int) -> None:
    network = build(config).eval()
    mirrored = deployed(network, replace(config, looks=looks)).eval()
    assert deployed(network, config) is network
    pictures = _pictures()
    with torch.no_grad():
        network.classifier.bias.normal_()
        logits, maps, embedding = mirrored.maps(pictures)
        alone = [network(pictures.flip(axes)) for axes in ((), (2,), (1,), (1, 2))[:looks]]
        assert torch.allclose(logits, torch.stack(alone).mean(0), atol=1e-5)
        assert torch.allclose(maps.mean((2, 3)) + network.classifier.bias, logits, atol=1e-5)
        assert torch.allclose(network.classifier(embedding), logits, atol=1e-5)
        turned = mirrored.maps(pictures.flip(2))
        assert torch.allclose(turned[0], logits, atol=1e-5)
        assert torch.allclose(turned[1], maps.flip(3), atol=1e-5)


def test_joined_teachers_answer_with_the_mean_of_their_answers() -> None:
    torch.manual_seed(2)
    branches = [Teacher(KIND).train() for _ in range(2)]
    with torch.no_grad():
        for branch in branches:
            branch(_pictures(8))  # statistics of batch norm that are not those of an untouched network
            branch.classifier.weight.normal_()
            branch.classifier.bias.normal_()
        alone = torch.stack([branch.eval()(_pictures()) for branch in branches])
        joined = Joined(branches).eval()
        logits, maps, embedding = joined.maps(_pictures())
        assert torch.allclose(logits, alone.mean(0), atol=0.02)  # its filters are halves
        assert (alone[0] - alone[1]).abs().max() > 0.5
        assert torch.allclose(maps.mean((2, 3)) + joined.classifier.bias, logits, atol=1e-5)
        assert torch.allclose(joined.classifier(embedding), logits, atol=1e-5)
        assert torch.allclose(joined(_pictures()), logits)
        assert torch.equal(torch.stack([branch(_pictures()) for branch in branches]), alone), "they stay as they are"


def test_more_looks_than_there_are_are_refused() -> None:
    with pytest.raises(UserError, match=r"looked at 5 times"):
        build(ModelConfig(looks=5))


def test_a_student_can_start_from_an_earlier_run(tmp_path: Path) -> None:
    torch.manual_seed(3)
    earlier = Student()
    torch.save({"model": earlier.state_dict(), "epoch": 1}, tmp_path / "best.pt")
    again = build(ModelConfig(weights=str(tmp_path / "best.pt")))
    assert torch.equal(again.eval()(_pictures()), earlier.eval()(_pictures()))
    with pytest.raises(UserError, match=r"cannot be read"):
        build(ModelConfig(weights=str(tmp_path / "none.pt")))
    (tmp_path / "text.pt").write_text("no weights")
    with pytest.raises(UserError, match=r"cannot be read"):
        build(ModelConfig(weights=str(tmp_path / "text.pt")))


def _lite0() -> nn.Module:
    """Lite0 with random weights, and with statistics as if it had seen pictures."""
    torch.manual_seed(4)
    network = timm.create_model("tf_efficientnet_lite0").eval()
    for name, values in network.state_dict().items():
        if values.ndim == 1:
            low, high = (0.5, 1.5) if name.endswith(("weight", "running_var")) else (-0.3, 0.3)
            nn.init.uniform_(values, low, high)
    return network


def test_a_student_starts_with_what_lite0_has_learned(tmp_path: Path) -> None:
    lite0 = _lite0()
    stem, blocks = nn.Sequential(lite0.conv_stem, lite0.bn1), [block for stage in lite0.blocks for block in stage]
    # If all hidden channels of the seventh block but as many as the student's say nothing, thinning loses nothing.
    speaking = torch.randperm(480)[:240]
    silent = torch.ones(480, dtype=torch.bool).index_fill(0, speaking, False)
    with torch.no_grad():
        blocks[6].conv_pwl.weight[:, silent] = 0
    path = tmp_path / "lite0.pth"
    torch.save({f"tensor{place}": value for place, value in enumerate(lite0.state_dict().values()) if value.ndim}, path)
    student = build(ModelConfig(kind="student_lite0", weights=str(path))).eval()
    # Lite0 pads as TensorFlow does: on both sides alike where the sides are one more than a multiple of 32.
    picture = torch.rand(1, 3, 129, 161) * 2 - 1
    with torch.no_grad():
        theirs = nn.Sequential(stem, *blocks[:7])(picture)
        assert torch.allclose(student.features[:-1](picture), theirs, atol=1e-4)
    tensors = torch.load(path, weights_only=True)
    for part in (dict(list(tensors.items())[:50]), {"one": torch.zeros(3)}, {n: torch.zeros(2) for n in tensors}):
        torch.save(part, path)
        with pytest.raises(UserError, match="another network"):
            build(ModelConfig(kind="student_lite0", weights=str(path)))


def test_pictures_are_normalised_inside() -> None:
    network = Student().eval()
    white = torch.full((1, 32, 32, 3), 255, dtype=torch.uint8)
    assert network.normalise(white).unique().item() == pytest.approx(1.0)
    assert network.normalise(white * 0).unique().item() == pytest.approx(-1.0)


def test_frozen_layers_keep_weights_and_statistics() -> None:
    torch.manual_seed(0)
    network = Teacher(KIND, freeze=0.5)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    optimiser = torch.optim.AdamW((p for p in network.parameters() if p.requires_grad), lr=0.1, weight_decay=0.1)
    network.train()
    network(_pictures(8)).square().sum().backward()
    optimiser.step()
    moved = [name for name, value in network.state_dict().items() if not torch.equal(value, before[name])]
    leaves = [name for name, layer in network.body.named_modules() if list(layer.parameters(recurse=False))]
    frozen = leaves[: round(0.5 * len(leaves))]
    assert frozen
    for layer in frozen:
        assert not [name for name in moved if name.startswith(f"body.{layer}.")]
    for layer in leaves[len(frozen) :]:
        assert [name for name in moved if name.startswith(f"body.{layer}.")], layer


def test_without_freezing_everything_learns() -> None:
    network = Teacher(KIND).train()
    assert all(parameter.requires_grad for parameter in network.parameters())
    assert network.body.bn1.training


@pytest.mark.parametrize("config", [ModelConfig(), ModelConfig(kind=KIND)], ids=["student", "teacher"])
def test_mixed_precision_spares_the_depthwise_filters_that_it_would_slow_down(config: ModelConfig) -> None:
    network = build(config).eval()
    names, full = list(network.state_dict()), network(_pictures())
    keep_depthwise_whole(network)
    assert list(network.state_dict()) == names
    assert torch.equal(network(_pictures()), full)
    seen: dict[bool, set[torch.dtype]] = {True: set(), False: set()}
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            slow = layer.groups > 1 and (layer.kernel_size[0] == 5 or layer.stride[0] == 2)
            layer.register_forward_hook(lambda _, __, result, slow=slow: seen[slow].add(result.dtype))
    copy = deepcopy(network)  # as the moving average of weights is made
    with torch.autocast("cpu", torch.bfloat16):
        copy(_pictures()).float().sum().backward()
    assert seen == {True: {torch.float32}, False: {torch.bfloat16}}


def test_weights_of_the_same_network_load_whatever_their_names(tmp_path: Path) -> None:
    source = Teacher(KIND).body
    tensors = {f"other{number}": value for number, value in enumerate(source.state_dict().values()) if value.ndim > 0}
    torch.save(tensors | {"head": torch.zeros(9, 9), "bias": torch.zeros(9)}, tmp_path / "weights.pth")
    loaded = Teacher(KIND, weights=str(tmp_path / "weights.pth")).body
    for ours, theirs in zip(loaded.state_dict().values(), source.state_dict().values(), strict=True):
        assert ours.ndim == 0 or torch.equal(ours, theirs)
    torch.save({"one": torch.zeros(3)}, tmp_path / "wrong.pth")
    with pytest.raises(UserError, match="another network"):
        Teacher(KIND, weights=str(tmp_path / "wrong.pth"))
    with pytest.raises(UserError, match="cannot be read"):
        Teacher(KIND, weights=str(tmp_path / "none.pth"))


def test_an_unknown_network_is_one_sentence() -> None:
    with pytest.raises(UserError, match="timm knows no network"):
        build(ModelConfig(kind="resnet_of_dreams"))
