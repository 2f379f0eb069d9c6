"""Recipes: small YAML files read into frozen dataclasses, where a mistake is one sentence."""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

from kndnet_desktop.core.errors import UserError

T = TypeVar("T")


@dataclass(frozen=True)
class DataConfig:
    """Where the pictures lie.

    Attributes:
        ham10000: folder of HAM10000, in any layout that `training.data` reads.
        isic2018: folder of the ISIC 2018 Task 1 pictures with labels, or None to do without them.
        isic2018_times: how often an epoch shows each of those, which are few beside HAM10000's; with 0 the network
            learns from HAM10000 alone and is only measured on them.
        cache: folder for the decoded pictures.
        side: longest side, in pixels, of a cached picture.
        drawn: lesions of each kind to draw where `ham10000` does not exist; 0 for a real data set.
        refit_of: recipe of a run that learned without the inner validation and was chosen on it. This run then learns
            from the inner validation too, a fifth more, and keeps its last epoch. All that is fitted to answers it
            takes from that run, whose twin it is but for the pictures: on the inner validation its own answers would be
            too sure (the way of scikit-learn's `CalibratedClassifierCV(ensemble=False)`). None for all other runs.
    """

    ham10000: str = "../shared/data/ham10000"
    isic2018: str | None = None
    isic2018_times: int = 1
    cache: str = "runs/cache"
    side: int = 320
    drawn: int = 0
    refit_of: str | None = None


@dataclass(frozen=True)
class ModelConfig:
    """Which network.

    Attributes:
        kind: `student` or `student_lite0`, or the name of a timm EfficientNet for a teacher.
        height: input height, in pixels, of a picture of shape 4:3.
        width: input width of such a picture.
        dropout: share of pooled features dropped in training.
        drop_path: share of residual branches dropped in training (timm networks only).
        weights: None to start from random numbers; a file of ImageNet weights (for `student_lite0` those of
            EfficientNet-Lite0); for a student also an earlier run's `best.pt`; for a teacher `hub` to fetch timm's.
        looks: export it so that it averages over this many looks at a picture, from 1 to 4: itself, its mirror image,
            and both upside down. The work grows as they do.
        freeze: share of the layers, from the picture on, that keep their weights and batch-norm statistics.
        branches: recipes of teachers of this kind that are to answer as one network, `training.joined.Joined`. They are
            trained, this one is not.
    """

    kind: str = "student"
    height: int = 120
    width: int = 160
    dropout: float = 0.1
    drop_path: float = 0.0
    weights: str | None = None
    freeze: float = 0.0
    looks: int = 1
    branches: tuple[str, ...] = ()


@dataclass(frozen=True)
class AugmentConfig:
    """How far a training view may stray from its picture; each amount is the half-width of a uniform draw.

    Attributes:
        shapes: share of batches in the shapes 4:3, 3:4 and 1:1.
        zoom_in: the view shows at least this share of the picture's side ...
        zoom_out: ... and at most this; beyond 1 the border is mirrored.
        rotate: degrees, on top of the quarter turns and flips that are always drawn.
        shift: share of the side.
        stretch: change of aspect ratio, as a share.
        brightness: share of full scale.
        contrast: share.
        saturation: share.
        tint: gain of each colour channel, as a share: another camera's white balance.
    """

    shapes: tuple[float, ...] = (0.4, 0.4, 0.2)
    zoom_in: float = 0.8
    zoom_out: float = 1.05
    rotate: float = 20.0
    shift: float = 0.05
    stretch: float = 0.05
    brightness: float = 0.06
    contrast: float = 0.12
    saturation: float = 0.12
    tint: float = 0.05


@dataclass(frozen=True)
class LossConfig:
    """What is minimised: `hard` x cross-entropy + `soft` x divergence from the teacher.

    Attributes:
        class_power: class weights are the inverse frequency to this power, scaled to a mean of 1 over the samples.
        smoothing: label smoothing of the cross-entropy.
        hard: weight of the cross-entropy.
        soft: weight of the teacher's term; 0 is the control without a teacher.
        kind: `kd` (Hinton et al. 2015), `standardised` (Sun et al. 2024) or `decoupled` (Zhao et al. 2022).
        temperature: softens both distributions in the teacher's term.
        mask: `none`, `threshold` (only samples whose top teacher probability exceeds `threshold`) or `weight`
            (each sample counts by that probability).
        threshold: see `mask`.
        soft_power: like `class_power`, for the teacher's term. Its answers carry the frequencies already, so this turns
            the student's attention to the rare classes without telling it that they are frequent.
        features: weight of the distance between the teachers' pooled features and what a linear layer, there only in
            training, makes of the student's.
    """

    class_power: float = 0.4
    smoothing: float = 0.05
    hard: float = 1.0
    soft: float = 0.0
    kind: str = "kd"
    temperature: float = 2.0
    mask: str = "none"
    threshold: float = 0.5
    soft_power: float = 0.0
    features: float = 0.0


@dataclass(frozen=True)
class FitConfig:
    """How long and how fast.

    Attributes:
        epochs: passes over the training pictures.
        batch: pictures per step, over all processes together.
        rate: peak learning rate of the one-cycle schedule.
        warm: share of the steps that the rate rises.
        decay: decoupled weight decay.
        ema: final decay of the moving average of weights, which is what is validated and kept.
        start_scale: side of the input in the first epoch, as a share of the network's own; it grows to `end_scale` at
            half the epochs.
        end_scale: the same from there on. Below 1, lesions are seen larger when the network answers than when it
            learned, as the crops of training want it (Touvron et al. 2019, "Fixing the train-test resolution
            discrepancy").
        average: shares of three sets of weights in those that are kept: of those that the run started from, of its
            best epoch's and of its last epoch's. What was learned anew then keeps more of what held elsewhere (Wortsman
            et al. 2022, "Robust fine-tuning of zero-shot models"). Empty keeps the best epoch's.
        seed: of initialisation, order and augmentation.
        workers: processes that prepare batches.
        devices: processes (or accelerators) that train together.
        nodes: machines that train together.
        precision: as named by Lightning Fabric, for example `32-true` or `bf16-mixed`.
    """

    epochs: int = 40
    batch: int = 64
    rate: float = 4e-3
    warm: float = 0.15
    decay: float = 0.02
    ema: float = 0.998
    start_scale: float = 1.0
    end_scale: float = 1.0
    average: tuple[float, ...] = ()
    seed: int = 1
    workers: int = 1
    devices: int = 1
    nodes: int = 1
    precision: str = "32-true"


@dataclass(frozen=True)
class DistillConfig:
    """The teachers' answers on stored views.

    Attributes:
        teachers: recipes of the trained teachers, whose log-probabilities are averaged.
        views: stored views of each picture.
        blended: share of the views that are laid over a view of another picture: points between the pictures that a
            teacher has learnt by heart, where its answers tell more (Beyer et al. 2022, section 3.1).
        seed: of the views, apart from that of the student, so that students of several seeds share them.
        features: principal components of each teacher's pooled features to keep for `loss: features`; 0 keeps none.
    """

    teachers: tuple[str, ...] = ()
    views: int = 24
    blended: float = 0.0
    seed: int = 0
    features: int = 0


@dataclass(frozen=True)
class Recipe:
    """One training run, complete.

    Attributes:
        name: also the name of the run folder, `runs/NAME`.
    """

    name: str
    data: DataConfig = field(default_factory=DataConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    fit: FitConfig = field(default_factory=FitConfig)
    distill: DistillConfig = field(default_factory=DistillConfig)


def load(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        UserError: the file is missing, is not YAML, names an unknown key or gives a value of the wrong type.
    """
    return read(path, Recipe)


def read(path: Path, cls: type[T]) -> T:
    """Read a YAML file into the dataclass `cls`. Raises UserError as `load` does."""
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"The recipe {path} cannot be read: {error.strerror}.", "Check its name.") from error
    except yaml.YAMLError as error:
        raise UserError(f"The recipe {path} is not valid YAML.", " ".join(str(error).split())) from error
    return typing.cast(T, build(cls, tree, path.name))


def build(cls: Any, tree: object, where: str) -> Any:
    """Turn a parsed tree into an instance of the dataclass `cls`, checking keys and types.

    Args:
        cls: a dataclass whose fields are dataclasses, numbers, strings, booleans, tuples of one type, or optional.
        tree: what the YAML parser gave.
        where: what to call this place in a complaint.

    Raises:
        UserError: a key is unknown or missing, or a value has the wrong type.
    """
    if not isinstance(tree, dict):
        raise UserError(f"{where} should hold named values.", "Write one `name: value` a line.")
    hints = typing.get_type_hints(cls)
    unknown = sorted(str(key) for key in tree if key not in hints)
    if unknown:
        raise UserError(f"{where} has an unknown key: {', '.join(unknown)}.", f"Known keys: {', '.join(hints)}.")
    required = [f.name for f in dataclasses.fields(cls) if f.default is f.default_factory is dataclasses.MISSING]
    missing = [name for name in required if name not in tree]
    if missing:
        raise UserError(f"{where} lacks the key {', '.join(missing)}.", "Add it.")
    return cls(**{key: _value(hints[key], value, f"{where}: {key}") for key, value in tree.items()})


def _value(kind: Any, value: object, where: str) -> Any:
    if dataclasses.is_dataclass(kind):
        return build(kind, value, where)
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        if not isinstance(value, list):
            raise UserError(f"{where} should be a list.", "Write it as [a, b, c].")
        return tuple(_value(parts[0], item, where) for item in value)
    if origin is types.UnionType:
        if value is None:
            return None
        return _value(next(part for part in parts if part is not type(None)), value, where)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is float and isinstance(value, str):
        # YAML 1.1 reads 4e-3, without a point, as text.
        try:
            return float(value)
        except ValueError:
            pass
    if type(value) is not kind:
        raise UserError(f"{where} should be of type {kind.__name__}, not {value!r}.", "Correct the recipe.")
    return value


def differences(one: Recipe, other: Recipe) -> list[str]:
    """What two recipes disagree on, as `part.key: value, not value`, as far as it changes what is trained."""
    ignored = {"fit.devices", "fit.nodes", "fit.workers", "data.cache", "model.looks"}
    found = []
    for part in dataclasses.fields(Recipe):
        mine, theirs = getattr(one, part.name), getattr(other, part.name)
        if not dataclasses.is_dataclass(mine):
            continue
        for key in dataclasses.fields(mine):
            name, ours, others = f"{part.name}.{key.name}", getattr(mine, key.name), getattr(theirs, key.name)
            if ours != others and name not in ignored:
                found.append(f"{name}: {ours}, not {others}")
    return found


def dump(recipe: Recipe) -> str:
    """The recipe as YAML that `load` reads back."""

    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        return list(value) if isinstance(value, tuple) else value

    return yaml.safe_dump(plain(dataclasses.asdict(recipe)), sort_keys=False)
