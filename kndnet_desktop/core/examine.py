"""One frame of a picture, looked at by the models, the gate and the inspection."""

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from kndnet_desktop.core import gate, quality, stability
from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.classifier import Classifier, Floats, Outputs
from kndnet_desktop.core.evidence import Trust
from kndnet_desktop.core.images import JUDGED, Box, Picture, Pixels, halved, to_doubled
from kndnet_desktop.core.masks import Mask
from kndnet_desktop.core.records import Cleaned, Finding, Prediction, Spread
from kndnet_desktop.core.threads import beside
from kndnet_desktop.core.trust import prediction_set, probabilities, referrals


@dataclass(frozen=True, slots=True)
class Models:
    """Who is asked.

    Attributes:
        main: The model whose answer is shown.
        teacher: The model asked for a second opinion, or None.
    """

    main: Classifier
    teacher: Classifier | None = None

    @property
    def enough(self) -> tuple[int, int]:
        """The ``(height, width)`` of a picture beyond which more pixels change no answer by more than 0.015.

        Six times the side of a square input: decoding to that and averaging from there differ too little to matter
        (`tests/core/test_batch.py` holds it; with twice the side, real photos of 600x450 did not).
        """
        rules = [model.card.input for model in (self.main, self.teacher) if model]
        side = max(6 * math.isqrt(rule.height * rule.width) for rule in rules)
        return side, side


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What the models saw in one frame of a picture.

    Attributes:
        prediction: The main model's answer.
        teacher: The teacher's, if there is one.
        cams: The main model's class maps, float32 [classes, h, w].
        box: The frame that the main model saw, ``(left, top, right, bottom)`` in pixels of ``picture.image``.
        flags: Remarks on the frame and the answer.
        refusal: Why the picture should not be answered, a sentence; empty where it should.
        stability: How far the answer moves, if that was asked for.
        cleaned: The answer without each artefact that was found.
    """

    prediction: Prediction
    teacher: Prediction | None
    cams: Floats
    box: Box
    flags: tuple[Finding, ...]
    refusal: str = ""
    stability: Spread | None = None
    cleaned: tuple[Cleaned, ...] = ()


def examine(
    picture: Picture, models: Models, box: Box | None = None, mode: str | None = None, *, steady: bool = False
) -> Examination:
    """Ask the models about a picture, or a frame in it.

    Args:
        picture: The decoded picture.
        models: Who is asked.
        box: Frame in pixels of ``picture.image``; the whole picture if None.
        mode: Calibration mode; each card's default if None.
        steady: Also find out how far the answer moves under small changes, which takes some twenty times as long.

    Returns:
        The answers and their class maps.
    """
    card = models.main.card
    judging = beside().submit(_judge, picture, box, card.trust)
    seen = _ask(models.main, picture, box, mode)
    teacher = _ask(models.teacher, picture, box, mode).prediction if models.teacher else None
    inspected, refused = judging.result()
    flags = _remarks(picture, seen.box, box, card.input) + inspected.findings
    cleaned: list[Cleaned] = []
    for code, mask in inspected.masks.items():
        bare = _without(seen.doubled, mask)
        answer = _answer(models.main, halved(bare), mode)[0]
        cleaned.append(Cleaned(code, answer.top, answer.probabilities, answer.p_malignant))
    spread = None
    if steady:
        spread = stability.spread(models.main, seen.doubled, seen.prediction)
        flags += stability.remark(spread, card)
    return Examination(
        prediction=seen.prediction,
        teacher=teacher,
        cams=seen.outputs.cams[0],
        box=seen.box,
        flags=flags,
        refusal=gate.REFUSAL if refused else "",
        stability=spread,
        cleaned=tuple(cleaned),
    )


def milliseconds_since(start: float) -> float:
    """Return the milliseconds since a moment of `time.perf_counter`, to a hundredth."""
    return round((time.perf_counter() - start) * 1000, 2)


def _judge(picture: Picture, box: Box | None, trust: Trust) -> tuple[quality.Inspection, bool]:
    """Inspect a frame, and find out whether it should not be answered."""
    inspected, refused = quality.Inspection((), {}), False
    if trust.quality or trust.gate:
        judged = to_doubled(picture.image, JUDGED, box)[0]
        if trust.quality:
            inspected = quality.inspect(judged, trust.quality)
        if trust.gate:
            refused = gate.score(gate.features(judged), trust.gate) > trust.gate.threshold
    return inspected, refused


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """What one model said of one frame, and the frame as it saw it."""

    prediction: Prediction
    outputs: Outputs
    doubled: Image.Image
    box: Box


def _ask(model: Classifier, picture: Picture, box: Box | None, mode: str | None) -> _Seen:
    start = time.perf_counter()
    doubled, seen = to_doubled(picture.image, model.card.input, box)
    prediction, outputs = _answer(model, halved(doubled), mode)
    return _Seen(replace(prediction, milliseconds=milliseconds_since(start)), outputs, doubled, seen)


def _without(doubled: Image.Image, mask: Mask) -> Image.Image:
    """Paint over what a mask of another size of the same frame covers."""
    if mask.shape != doubled.size[::-1]:
        mask = np.asarray(Image.fromarray(mask).resize(doubled.size, Image.Resampling.NEAREST))
    return Image.fromarray(quality.paint_over(np.asarray(doubled), mask))


def _answer(model: Classifier, pixels: Pixels, mode: str | None) -> tuple[Prediction, Outputs]:
    card, mode = model.card, mode or model.card.calibration.default_mode
    outputs = model.run(pixels[None])
    shares = probabilities(outputs.logits[0], card.calibration, mode)
    by_code = {code: float(share) for code, share in zip(card.codes, shares, strict=True)}
    p_malignant = sum(by_code[label.code] for label in card.labels if label.malignant)
    prediction = Prediction(
        model=card.name,
        model_sha256=card.sha256,
        mode=mode,
        probabilities=by_code,
        top=max(by_code, key=by_code.__getitem__),
        p_malignant=p_malignant,
        milliseconds=0.0,
        prediction_set=prediction_set(by_code, card, mode),
        refer=referrals(p_malignant, card, mode),
    )
    return prediction, outputs


def _remarks(picture: Picture, seen: Box, box: Box | None, rule: InputRule) -> tuple[Finding, ...]:
    frame = box or (0.0, 0.0, float(picture.image.width), float(picture.image.height))
    flags = []
    if (seen[2] - seen[0]) * (seen[3] - seen[1]) < 0.9 * (frame[2] - frame[0]) * (frame[3] - frame[1]):
        flags.append(Finding("cropped", "The picture is very long; only its middle was looked at."))
    scale = picture.width / picture.image.width
    if (seen[2] - seen[0]) * (seen[3] - seen[1]) * scale**2 < 0.5 * rule.height * rule.width:
        flags.append(Finding("few-pixels", "There are few pixels here; fine structures can't be judged."))
    return tuple(flags)
