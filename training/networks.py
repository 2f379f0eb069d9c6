"""One way to build, save and read a network, student or teacher."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.errors import UserError
from training.config import ModelConfig, Recipe, load
from training.data import CODES
from training.joined import Joined
from training.mirrored import TURNS, Mirrored
from training.student import DESIGNS, Student, load_lite0
from training.teacher import Teacher, read_file

#: File of a run's weights if they are a mixture.
AVERAGED = "averaged.pt"


def build(config: ModelConfig) -> Student | Teacher | Joined:
    """Build the network that a recipe names.

    Raises:
        UserError: timm knows no such network, its weights cannot be read, or there are not so many looks.
    """
    if not 1 <= config.looks <= len(TURNS):
        raise UserError(
            f"A picture cannot be looked at {config.looks} times.", f"Give model: looks, 1 to {len(TURNS)}."
        )
    if config.kind in DESIGNS:
        student = Student(len(CODES), config.dropout, config.kind)
        if config.weights is not None:
            _start(student, Path(config.weights))
        return student
    if config.branches:
        return Joined([Teacher(config.kind, len(CODES)) for _ in config.branches])
    return Teacher(config.kind, len(CODES), config.dropout, config.drop_path, config.weights, config.freeze)


def join(recipe: Recipe, runs: Path) -> Joined:
    """Make one network of the trained ones that a recipe names as its branches.

    Raises:
        UserError: a branch is not trained, or another kind of network.
    """
    branches = []
    for path in recipe.model.branches:
        _, branch = from_run(runs / load(Path(path)).name)
        if not isinstance(branch, Teacher) or load(Path(path)).model.kind != recipe.model.kind:
            raise UserError(f"{path} is not a recipe of a {recipe.model.kind}.", "Join teachers of one kind.")
        branches.append(branch)
    return Joined(branches).eval()


def deployed(network: Student | Teacher | Joined, config: ModelConfig) -> Student | Teacher | Joined | Mirrored:
    """The network as it is exported: with as many looks at a picture as the recipe wants."""
    return Mirrored(network, config.looks) if config.looks > 1 else network


def rule(config: ModelConfig) -> InputRule:
    """The input rule of the network that a recipe names; its nominal shape is one that the rule allows."""
    return InputRule(config.height, config.width, multiple=math.gcd(8, config.height, config.width))


def from_run(folder: Path) -> tuple[Recipe, Student | Teacher | Joined]:
    """Read a finished (or unfinished) run: its recipe and the weights that it keeps, in evaluation mode."""
    recipe = load(folder / "recipe.yaml")
    # Whatever the network started from is in the run's own weights by now.
    network = build(without_weights(recipe.model))
    network.load_state_dict(read_weights(kept(folder)))
    return recipe, network.eval()


def kept(folder: Path) -> Path:
    """The file of the weights that a run keeps: the mixture, if its recipe wants one, else the best epoch's."""
    return folder / AVERAGED if (folder / AVERAGED).exists() else folder / "best.pt"


def average(sets: Sequence[Mapping[str, torch.Tensor]], shares: Sequence[float]) -> dict[str, torch.Tensor]:
    """Mix weights of one network; what cannot be mixed, such as the counters of batch norm, is the last set's."""
    return {
        name: sum((share * each[name] for share, each in zip(shares, sets, strict=True)), torch.zeros_like(last))
        if last.is_floating_point()
        else last
        for name, last in sets[-1].items()
    }


def read_weights(path: Path) -> dict[str, torch.Tensor]:
    """The weights of a run's `best.pt`.

    Raises:
        UserError: it is missing, or no run's.
    """
    tree = read_file(path)
    if "model" not in tree:
        raise UserError(f"{path} is not of a run.", "Give the best.pt of a student's run.")
    weights: dict[str, torch.Tensor] = tree["model"]
    return weights


def keep_depthwise_whole(network: nn.Module) -> None:
    """Let depthwise filters that are large or that stride compute in float32 where training mixes precisions.

    PyTorch 2.14 has no fast bfloat16 gradient for them on a processor: a step of the teacher took twice the time, most
    of it there. Weights, their names and what is computed at full precision stay as they are.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d) and layer.groups > 1 and (layer.kernel_size[0] > 3 or layer.stride[0] > 1):
            layer.__class__ = type(type(layer).__name__, (_Whole, type(layer)), {})


class _Whole(nn.Module):
    """Goes before a layer's own class, which it calls in float32."""

    def forward(self, features: Tensor) -> Tensor:
        with torch.autocast(features.device.type, enabled=False):
            result: Tensor = super().forward(features.float())
        return result


def _start(student: Student, path: Path) -> None:
    tree = read_file(path)
    try:
        if "model" in tree:
            student.load_state_dict(tree["model"])
        else:
            load_lite0(student, tree)
    except (RuntimeError, ValueError, IndexError) as error:
        hint = "Give the best.pt of a student's run, or the ImageNet weights of EfficientNet-Lite0."
        raise UserError(f"The weights {path} are of another network.", hint) from error


def without_weights(config: ModelConfig) -> ModelConfig:
    """The same network, to be filled from a run."""
    return ModelConfig(**{**vars(config), "weights": None})
