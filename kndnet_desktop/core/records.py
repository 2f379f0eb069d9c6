"""What is known of one picture, as frozen records that cross threads and travel as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

Status = Literal["ok", "rejected", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the picture or the answer that its reader should know.

    Attributes:
        code: Stable name for programs, for example ``cropped``.
        sentence: The same for people.
    """

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one model says.

    Attributes:
        model: Name of the model.
        model_sha256: SHA-256 of its ``model.onnx``.
        mode: Calibration mode of the probabilities, for example ``balanced``.
        probabilities: Class code to probability in [0, 1], in label order; they sum to 1.
        top: Code of the most probable class.
        p_malignant: Summed probability of the malignant classes, in [0, 1].
        milliseconds: Time of preprocessing and network.
        prediction_set: Codes of the classes that it could be, most probable first; None where the card has no
            prediction sets.
        refer: Key of each of the card's operating points to whether the photo reaches it; None where there are none.
    """

    model: str
    model_sha256: str
    mode: str
    probabilities: Mapping[str, float]
    top: str
    p_malignant: float
    milliseconds: float
    prediction_set: tuple[str, ...] | None = None
    refer: Mapping[str, bool] | None = None

    def ranked(self) -> list[tuple[str, float]]:
        """Return ``(code, probability)`` pairs, most probable first."""
        return sorted(self.probabilities.items(), key=lambda item: -item[1])

    def to_json(self) -> dict[str, Any]:
        """Return the keys of the command-line contract."""
        return {
            "model": self.model,
            "model_sha256": self.model_sha256,
            "mode": self.mode,
            "probabilities": dict(self.probabilities),
            "top": self.top,
            "p_malignant": self.p_malignant,
            "milliseconds": self.milliseconds,
            "prediction_set": None if self.prediction_set is None else list(self.prediction_set),
            "refer": None if self.refer is None else dict(self.refer),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read back what `to_json` wrote; what an older program did not know of is None.

        Raises:
            KeyError: If a key is missing.
        """
        found = data.get("prediction_set")
        return cls(
            **{key: data[key] for key in cls.__slots__ if key not in ("prediction_set", "refer")},
            prediction_set=None if found is None else tuple(found),
            refer=data.get("refer"),
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """How far an answer moves when the picture is turned, shifted, cropped and exposed a little differently.

    Attributes:
        views: Number of views that were asked about.
        low: Class code to the probability that a tenth of the views stay below, or the answer's own if that is less.
        high: Class code to the probability that a tenth of the views exceed, or the answer's own if that is more.
        p_malignant: The same two of the probability of malignancy.
        flips: Share of the views whose most probable class is another, in [0, 1].
    """

    views: int
    low: Mapping[str, float]
    high: Mapping[str, float]
    p_malignant: tuple[float, float]
    flips: float

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "views": self.views,
            "low": dict(self.low),
            "high": dict(self.high),
            "p_malignant": list(self.p_malignant),
            "flips": self.flips,
        }


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The answer with an artefact painted over, beside the answer as photographed.

    Attributes:
        code: The flag of the artefact, for example ``ink``.
        top: Code of the class that is most probable then.
        probabilities: Class code to probability then.
        p_malignant: Probability of malignancy then.
    """

    code: str
    top: str
    probabilities: Mapping[str, float]
    p_malignant: float

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "code": self.code,
            "top": self.top,
            "probabilities": dict(self.probabilities),
            "p_malignant": self.p_malignant,
        }


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The result of one picture, good or bad.

    Attributes:
        path: The picture's path as it was given, or a name for a picture that has no file.
        sha256: SHA-256 of the file, or None if it could not be read.
        status: ``ok``, ``rejected`` (read, but not to be answered) or ``error``.
        message: For people; empty if all is well.
        prediction: The answer, only if the status is ``ok``.
        teacher: The second opinion, if it was asked for.
        flags: Remarks on the picture and the answer.
        milliseconds: Time from file to result.
        stability: How far the answer moves, if that was asked for.
        cleaned: The answer without each artefact that was found.
    """

    path: str
    sha256: str | None
    status: Status
    message: str
    prediction: Prediction | None = None
    teacher: Prediction | None = None
    flags: tuple[Finding, ...] = ()
    milliseconds: float = 0.0
    stability: Spread | None = None
    cleaned: tuple[Cleaned, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the one object that `kndnet classify --json` prints for this picture, with every key in any case."""
        answer = self.prediction.to_json() if self.prediction else dict.fromkeys(Prediction.__slots__)
        del answer["milliseconds"]  # the network's share; the last key is the time of all
        return {
            "path": self.path,
            "sha256": self.sha256,
            "status": self.status,
            "message": self.message,
            **answer,
            "flags": [{"code": flag.code, "sentence": flag.sentence} for flag in self.flags],
            "teacher": self.teacher.to_json() if self.teacher else None,
            "stability": self.stability.to_json() if self.stability else None,
            "cleaned": [each.to_json() for each in self.cleaned],
            "milliseconds": self.milliseconds,
        }

    @classmethod
    def from_json(cls, path: str, data: Mapping[str, Any]) -> Self:
        """Read back what `to_json` wrote; the path is given, for a run does not keep it.

        Raises:
            KeyError: If a key is missing.
        """
        spread = data["stability"]
        return cls(
            path=path,
            **{key: data[key] for key in ("sha256", "status", "message", "milliseconds")},
            prediction=Prediction.from_json(data) if data["status"] == "ok" else None,
            teacher=Prediction.from_json(data["teacher"]) if data["teacher"] else None,
            flags=tuple(Finding(**flag) for flag in data["flags"]),
            stability=Spread(**{**spread, "p_malignant": tuple(spread["p_malignant"])}) if spread else None,
            cleaned=tuple(Cleaned(**each) for each in data["cleaned"]),
        )
