"""The one way from pictures to results, for one picture and for many, for the window and for the command line."""

import itertools
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kndnet_desktop.core.classifier import Classifier, Floats
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.images import Box, Picture, read_bytes, read_image, to_input
from kndnet_desktop.core.records import CaseResult, Finding, Prediction
from kndnet_desktop.core.trust import probabilities


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
        """The ``(height, width)`` of a picture beyond which more pixels change no answer by more than 0.01.

        Three times the side of a square input: decoding to that and averaging from there differ too little to matter
        (`tests/core/test_batch.py` holds it; with twice the side, real photos of 600x450 did not).
        """
        rules = [model.card.input for model in (self.main, self.teacher) if model]
        side = max(3 * math.isqrt(rule.height * rule.width) for rule in rules)
        return side, side


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What the models saw in one frame of a picture.

    Attributes:
        prediction: The main model's answer.
        teacher: The teacher's, if there is one.
        cams: The main model's class maps, float32 [classes, h, w].
        box: The frame that the main model saw, ``(left, top, right, bottom)`` in pixels of ``picture.image``.
        flags: Remarks on the frame.
    """

    prediction: Prediction
    teacher: Prediction | None
    cams: Floats
    box: Box
    flags: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A result together with what it was drawn from; picture and examination are None where the file is bad."""

    result: CaseResult
    picture: Picture | None = None
    examination: Examination | None = None


def examine(picture: Picture, models: Models, box: Box | None = None, mode: str | None = None) -> Examination:
    """Ask the models about a picture, or a frame in it.

    Args:
        picture: The decoded picture.
        models: Who is asked.
        box: Frame in pixels of ``picture.image``; the whole picture if None.
        mode: Calibration mode; each card's default if None.

    Returns:
        The answers and their class maps.
    """
    prediction, cams, seen = _ask(models.main, picture, box, mode)
    teacher = _ask(models.teacher, picture, box, mode)[0] if models.teacher else None
    frame = box or (0.0, 0.0, float(picture.image.width), float(picture.image.height))
    flags = []
    if (seen[2] - seen[0]) * (seen[3] - seen[1]) < 0.9 * (frame[2] - frame[0]) * (frame[3] - frame[1]):
        flags.append(Finding("cropped", "The picture is very long; only its middle was looked at."))
    scale = picture.width / picture.image.width
    rule = models.main.card.input
    if (seen[2] - seen[0]) * (seen[3] - seen[1]) * scale**2 < 0.5 * rule.height * rule.width:
        flags.append(Finding("few-pixels", "There are few pixels here; fine structures can't be judged."))
    return Examination(prediction, teacher, cams, seen, tuple(flags))


def classify(
    paths: Iterable[Path], models: Models, mode: str | None = None, *, full_size: bool = False
) -> Iterator[Case]:
    """Classify picture files one after the other; a bad one is a result with a sentence and stops nothing.

    Args:
        paths: Files, in the order in which their results are wanted.
        models: Who is asked.
        mode: Calibration mode; each card's default if None.
        full_size: Give every picture at its full size, for showing it; otherwise at the size that the models need.
            The answer is the same.

    Yields:
        One case for each path.
    """
    for path in paths:
        *_, case = itertools.islice(look(path, str(path), models, mode), 2 if full_size else 1)
        yield case


def look(source: Path | bytes, name: str, models: Models, mode: str | None = None) -> Iterator[Case]:
    """Look at one picture the way a window does: the answer first, the full-size picture when it is decoded.

    Args:
        source: A file, or the bytes of one (from the clipboard).
        name: What the result calls its path.
        models: Who is asked.
        mode: Calibration mode; each card's default if None.

    Yields:
        The case, decoded no larger than the answer needs; then, if that was smaller than the file, the same result
        with the picture at its full size.
    """
    start = time.perf_counter()
    try:
        data = read_bytes(source) if isinstance(source, Path) else source
    except UserError as error:
        yield Case(CaseResult(name, None, "error", str(error), milliseconds=_since(start)))
        return
    case = _classify_bytes(data, name, models, mode, start)
    yield case
    if case.picture and case.examination and case.picture.image.width < case.picture.width:
        try:
            picture = read_image(data)
        except UserError:  # too little memory for all of its pixels; the answer stands
            return
        factor = picture.width / case.picture.image.width, picture.height / case.picture.image.height
        left, top, right, bottom = case.examination.box
        box = left * factor[0], top * factor[1], right * factor[0], bottom * factor[1]
        yield Case(case.result, picture, replace(case.examination, box=box))


def _classify_bytes(data: bytes, name: str, models: Models, mode: str | None, start: float) -> Case:
    try:
        picture = read_image(data, models.enough)
    except UserError as error:
        return Case(CaseResult(name, sha256_of(data), "error", str(error), milliseconds=_since(start)))
    seen = examine(picture, models, mode=mode)
    flags = picture.flags + seen.flags
    result = CaseResult(name, picture.sha256, "ok", "", seen.prediction, seen.teacher, flags, _since(start))
    return Case(result, picture, seen)


def _ask(model: Classifier, picture: Picture, box: Box | None, mode: str | None) -> tuple[Prediction, Floats, Box]:
    start = time.perf_counter()
    card = model.card
    pixels, seen = to_input(picture.image, card.input, box)
    outputs = model.run(pixels[None])
    shares = probabilities(outputs.logits[0], card.calibration, mode)
    by_code = {code: float(share) for code, share in zip(card.codes, shares, strict=True)}
    prediction = Prediction(
        model=card.name,
        model_sha256=card.sha256,
        mode=mode or card.calibration.default_mode,
        probabilities=by_code,
        top=max(by_code, key=by_code.__getitem__),
        p_malignant=sum(by_code[label.code] for label in card.labels if label.malignant),
        milliseconds=_since(start),
    )
    return prediction, outputs.cams[0], seen


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 2)
