"""What a model card holds for trust: what `training calibrate` fits beside the temperature, and `evaluate` measures.

Each block may be missing; the part of the program that needs it is then switched off, and says so.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured share with its 95 % interval, each in [0, 1]."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PredictionSets:
    """Class-conditional conformal sets (Sadinle et al. 2019, "Least ambiguous set-valued classifiers").

    Attributes:
        coverage: Share of each class whose set was to hold the true class.
        thresholds: Calibration mode to one number for each class, in label order: a class belongs to the set where
            its score (`core.trust.set_scores`) reaches its threshold.
    """

    coverage: float
    thresholds: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """One setting of the referral recommendation.

    Attributes:
        mode: The calibration mode whose probabilities it applies to.
        target: The sensitivity for malignancy that it was chosen for.
        threshold: Refer where the probability of malignancy reaches this.
        sensitivity: For malignant or pre-malignant lesions, measured.
        specificity: Measured on the same pictures.
        images: Number of pictures measured on.
        data: Which pictures.
    """

    mode: str
    target: float
    threshold: float
    sensitivity: Estimate
    specificity: Estimate
    images: int
    data: str

    @property
    def key(self) -> str:
        """Stable name for programs, for example ``0.90``."""
        return f"{self.target:.2f}"


@dataclass(frozen=True, slots=True)
class Gate:
    """Tells dermatoscope pictures from others: logistic regression on `core.gate.features`.

    Attributes:
        mean: Mean of each feature on the pictures that it was fitted to.
        scale: Its standard deviation there, positive.
        weights: One for each standardised feature; positive speaks against a dermatoscope picture.
        bias: Constant term.
        threshold: A picture whose score exceeds this is not answered.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Quality:
    """When a picture's quality is remarked upon.

    Attributes:
        limits: Flag code to the value of its measure beyond which the flag is set (`core.quality` knows which side).
    """

    limits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Stability:
    """How much an answer moves under small changes of the picture (`core.stability`).

    Attributes:
        unstable: The share of views that change the answer from which on this is remarked upon.
        error_auroc: How well the spread ranks wrong answers before right ones.
        entropy_auroc: The same of the answer's own entropy, for comparison.
        data: On which pictures these two were measured; empty where the card does not say.
    """

    unstable: float
    error_auroc: Estimate
    entropy_auroc: Estimate
    data: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Whether a teacher that disagrees is a sign of error.

    Attributes:
        helps: Whether disagreement finds errors better than the answer's own entropy; only then is it called a sign.
        risk: Area under the risk-coverage curve when those disagreed on are set aside first; smaller is better.
        entropy_risk: The same when the most uncertain are set aside first.
    """

    helps: bool
    risk: Estimate
    entropy_risk: Estimate


@dataclass(frozen=True, slots=True)
class Reliability:
    """Whether answers are right as often as their probabilities say, in bins of the answer's probability.

    Attributes:
        data: Which pictures.
        mode: The calibration mode.
        bins: Count of pictures, mean probability of the answer and share that was right, by rising probability; a bin
            that holds no picture is left out.
    """

    data: str
    mode: str
    bins: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, slots=True)
class Trust:
    """All of it. None, or empty, where a part was not fitted."""

    sets: PredictionSets | None = None
    referral: tuple[OperatingPoint, ...] = ()
    gate: Gate | None = None
    quality: Quality | None = None
    stability: Stability | None = None
    disagreement: Disagreement | None = None
    reliability: Reliability | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any], modes: Mapping[str, tuple[float, ...]]) -> Self:
        """Build from parsed JSON.

        Args:
            data: The block ``trust`` of a card; parts may be missing.
            modes: The card's calibration modes, for checking.

        Raises:
            KeyError, TypeError, ValueError: If a part that is there is malformed or contradicts the modes.
        """

        def estimates(part: Mapping[str, Any], *names: str) -> dict[str, Any]:
            return {**part, **{name: _build(Estimate, part[name]) for name in names}}

        found: dict[str, Any] = {}
        if data.get("sets"):
            part = data["sets"]
            thresholds = {mode: tuple(map(float, values)) for mode, values in part["thresholds"].items()}
            found["sets"] = PredictionSets(float(part["coverage"]), thresholds)
        if data.get("referral"):
            points = (estimates(part, "sensitivity", "specificity") for part in data["referral"])
            found["referral"] = tuple(_build(OperatingPoint, part) for part in points)
        if data.get("gate"):
            part = data["gate"]
            lists = {name: tuple(map(float, part[name])) for name in ("mean", "scale", "weights")}
            found["gate"] = Gate(**lists, bias=float(part["bias"]), threshold=float(part["threshold"]))
        if data.get("quality"):
            found["quality"] = Quality({code: float(limit) for code, limit in data["quality"]["limits"].items()})
        if data.get("stability"):
            found["stability"] = _build(Stability, estimates(data["stability"], "error_auroc", "entropy_auroc"))
        if data.get("disagreement"):
            found["disagreement"] = _build(Disagreement, estimates(data["disagreement"], "risk", "entropy_risk"))
        if data.get("reliability"):
            part = data["reliability"]
            bins = tuple((count, float(mean), float(right)) for count, mean, right in part["bins"])
            found["reliability"] = Reliability(part["data"], part["mode"], bins)
        trust = cls(**found)
        trust._check(modes)
        return trust

    def _check(self, modes: Mapping[str, tuple[float, ...]]) -> None:
        if self.sets:
            for mode, offsets in modes.items():
                thresholds = self.sets.thresholds.get(mode, ())
                if len(thresholds) != len(offsets) or not all(0 <= each <= 1 for each in thresholds):
                    raise ValueError(f"the prediction sets of mode {mode} do not have one threshold for each label")
        for point in self.referral:
            if point.mode not in modes or not 0 <= point.threshold <= 1:
                raise ValueError("an operating point has no valid mode or threshold")
        if self.gate:
            sizes = {len(self.gate.mean), len(self.gate.scale), len(self.gate.weights)}
            values = (*self.gate.mean, *self.gate.scale, *self.gate.weights, self.gate.bias, self.gate.threshold)
            if len(sizes) != 1 or not all(map(math.isfinite, values)) or not all(s > 0 for s in self.gate.scale):
                raise ValueError("the gate's numbers do not fit together")
        if self.reliability:
            if self.reliability.mode not in modes or not self.reliability.bins:
                raise ValueError("the reliability has no valid mode or no bins")
            for count, *ends in self.reliability.bins:
                if not (isinstance(count, int) and count > 0 and all(0 <= each <= 1 for each in ends)):
                    raise ValueError("a bin of the reliability is not a count and two shares")

    def points(self, mode: str) -> tuple[OperatingPoint, ...]:
        """The operating points of a calibration mode, least sensitive first."""
        return tuple(sorted((p for p in self.referral if p.mode == mode), key=lambda point: point.target))


def _build(kind: type[Any], data: Mapping[str, Any]) -> Any:
    known = {each.name for each in fields(kind)}
    return kind(**{key: value for key, value in data.items() if key in known})
