"""The model card: the only source of labels, input size, calibration, measured figures and hashes."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self, TypeVar

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.evidence import Trust
from kndnet_desktop.core.files import sha256_of, write_whole

SCHEMA = 1
MODEL_FILE = "model.onnx"
CARD_FILE = "card.json"


@dataclass(frozen=True, slots=True)
class Label:
    """One diagnostic class, in the order of the network's outputs.

    Attributes:
        code: HAM10000 short code, for example ``mel``.
        name: Full name for people, for example ``Melanoma``.
        malignant: Whether the class counts towards the probability of malignancy.
    """

    code: str
    name: str
    malignant: bool


@dataclass(frozen=True, slots=True)
class InputRule:
    """How a picture of any shape becomes network input, the rule ``fit-area``.

    The network sees the whole picture at about ``height * width`` pixels with its aspect ratio kept: sides are
    multiples of ``multiple``, a picture longer than ``max_aspect`` to one is cropped to that around its centre.

    Attributes:
        height: Input height in pixels of a picture whose aspect ratio is exactly ``width : height``.
        width: Input width in pixels of such a picture.
        multiple: Sides of the input are multiples of this many pixels.
        max_aspect: The longest side over the shortest that is still looked at whole.
        name: The rule's name; a card with another rule is refused.
    """

    height: int
    width: int
    multiple: int = 8
    max_aspect: float = 2.0
    name: str = "fit-area"


@dataclass(frozen=True, slots=True)
class Calibration:
    """From logits to probabilities, which `kndnet_desktop.core.trust.probabilities` does.

    Attributes:
        temperature: Positive scale fitted on validation (Guo et al. 2017, "On calibration of modern neural networks").
        modes: Named per-class logit offsets, in label order; same weights, another prior.
        default_mode: The mode used unless told otherwise.
        sharpness: Positive factor of each class in a mode, in label order, where another prior needs scales of its own;
            1 for a mode that is missing.
    """

    temperature: float
    modes: Mapping[str, tuple[float, ...]]
    default_mode: str
    sharpness: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured figure with its interval and how it was measured.

    Attributes:
        name: For example ``accuracy`` or ``macro-F1``.
        value: The figure.
        low: Lower end of the 95 % interval.
        high: Upper end of the 95 % interval.
        images: Number of images measured on.
        data: Which images, for example ``HAM10000 fold 0``.
        mode: The calibration mode measured, or empty where the figure does not depend on it.
        protocol: How it was measured, in a sentence.
    """

    name: str
    value: float
    low: float
    high: float
    images: int
    data: str
    mode: str
    protocol: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """All that is known of one model, read from ``card.json`` beside its ``model.onnx``.

    Attributes:
        name: Name for people.
        role: ``student`` or ``teacher``.
        architecture: One line on the network.
        parameters: Number of trainable parameters as deployed.
        sha256: SHA-256 of ``model.onnx``, lower-case hexadecimal.
        labels: The classes in output order.
        input: How a picture becomes input.
        calibration: How logits become probabilities.
        metrics: Every measured figure.
        training_data: What it was trained on, with attribution.
        split: Which images were for training, for choosing, for testing.
        licence: Licence of the weights.
        intended_use: What it is for and not for.
        limits: Known limits of the evidence, a sentence each.
        created: ISO date of the export.
        trust: What was fitted for knowing how far to trust an answer; parts may be missing.
        schema: Version of this format.
    """

    name: str
    role: str
    architecture: str
    parameters: int
    sha256: str
    labels: tuple[Label, ...]
    input: InputRule
    calibration: Calibration
    metrics: tuple[Metric, ...]
    training_data: str
    split: str
    licence: str
    intended_use: str
    limits: tuple[str, ...]
    created: str
    trust: Trust = field(default_factory=Trust)
    schema: int = SCHEMA

    @property
    def codes(self) -> tuple[str, ...]:
        """Class codes in output order."""
        return tuple(label.code for label in self.labels)

    def label(self, code: str) -> Label:
        """Return the label with this code.

        Raises:
            KeyError: If the model has no such class.
        """
        for label in self.labels:
            if label.code == code:
                return label
        raise KeyError(code)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Build a checked card from parsed JSON.

        Raises:
            ValueError: If a part is missing, malformed or contradicts another.
        """
        try:
            if data.get("schema") != SCHEMA:
                raise ValueError(f"schema is {data.get('schema')!r}, this program reads {SCHEMA}")
            calibration = data["calibration"]
            card = cls(
                **{key: data[key] for key in _PLAIN},
                labels=tuple(_build(Label, label) for label in data["labels"]),
                input=_build(InputRule, data["input"]),
                calibration=Calibration(
                    temperature=float(calibration["temperature"]),
                    modes=_for_each_class(calibration["modes"]),
                    default_mode=calibration["default_mode"],
                    sharpness=_for_each_class(calibration.get("sharpness", {})),
                ),
                metrics=tuple(_build(Metric, metric) for metric in data["metrics"]),
                limits=tuple(data["limits"]),
            )
            card._check()
            card = replace(card, trust=Trust.from_json(data.get("trust") or {}, card.calibration.modes))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"a part is missing or malformed: {error}") from error
        return card

    def _check(self) -> None:
        rule, calibration = self.input, self.calibration
        if len(set(self.codes)) != len(self.labels) or not self.labels:
            raise ValueError("labels are missing or repeated")
        if not all(isinstance(label.malignant, bool) for label in self.labels):
            raise ValueError("a label is neither malignant nor benign")
        sides = (rule.height, rule.width, rule.multiple)
        whole = all(isinstance(side, int) and side > 0 for side in sides)
        if rule.name != "fit-area" or not whole or not rule.max_aspect >= 1:
            raise ValueError("the input rule is not one this program knows")
        if not (math.isfinite(calibration.temperature) and calibration.temperature > 0):
            raise ValueError("the temperature is not a positive number")
        for mode, factors in calibration.sharpness.items():
            if len(factors) != len(self.labels) or not all(math.isfinite(factor) and factor > 0 for factor in factors):
                raise ValueError(f"the sharpness of mode {mode} is not one positive number for each label")
        if calibration.default_mode not in calibration.modes:
            raise ValueError("the default mode is not among the modes")
        for mode, offsets in calibration.modes.items():
            if len(offsets) != len(self.labels) or not all(map(math.isfinite, offsets)):
                raise ValueError(f"mode {mode} does not have one finite offset for each label")

    def to_json(self) -> dict[str, Any]:
        """Return the card as plain JSON values."""
        return asdict(self)

    def save(self, folder: Path) -> None:
        """Write ``card.json`` whole into the model folder."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
        write_whole(folder / CARD_FILE, text.encode())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the card of a model folder, without looking at the model itself.

        Raises:
            UserError: If there is no readable, valid card.
        """
        path = folder / CARD_FILE
        try:
            return cls.from_json(json.loads(path.read_bytes()))
        except FileNotFoundError:
            raise UserError(f"No model is installed as “{folder.name}”.") from None
        except (OSError, ValueError) as error:
            raise UserError(
                f"The model card of “{folder.name}” can't be used: {error}.", "Install the program again."
            ) from error


def load_checked(folder: Path) -> tuple[ModelCard, bytes]:
    """Read a model folder and refuse it where the model is not the one its card describes.

    Args:
        folder: A folder with ``card.json`` and ``model.onnx``.

    Returns:
        The card and the bytes of the model, which are exactly those that were hashed.

    Raises:
        UserError: If a file is missing or unreadable, or the SHA-256 differs from the card's.
    """
    card = ModelCard.load(folder)
    try:
        model = (folder / MODEL_FILE).read_bytes()
    except OSError as error:
        raise UserError(f"The model file of “{card.name}” can't be read.", "Install the program again.") from error
    if sha256_of(model) != card.sha256:
        raise UserError(
            f"The model file of “{card.name}” is not the one its card describes, so it is not used.",
            "It was changed or damaged; install the program again.",
        )
    return card, model


def _for_each_class(modes: Mapping[str, Any]) -> dict[str, tuple[float, ...]]:
    return {mode: tuple(map(float, values)) for mode, values in modes.items()}


_Part = TypeVar("_Part", Label, InputRule, Metric)


def _build(kind: type[_Part], data: Mapping[str, Any]) -> _Part:
    known = {part.name for part in fields(kind)}
    return kind(**{key: value for key, value in data.items() if key in known})


_NESTED = {"labels", "input", "calibration", "metrics", "limits", "trust"}
_PLAIN = tuple(part.name for part in fields(ModelCard) if part.name not in _NESTED)
