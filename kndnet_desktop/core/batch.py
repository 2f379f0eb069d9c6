"""The one way from pictures to results, for one picture and for many, for the window and for the command line."""

import contextlib
import ctypes
import functools
import itertools
import math
import os
import queue
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from kndnet_desktop.core import gate, quality, stability
from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.classifier import Classifier, Floats, Outputs
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.evidence import Trust
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.images import JUDGED, Box, Picture, Pixels, halved, read_bytes, read_image, to_doubled
from kndnet_desktop.core.masks import Mask
from kndnet_desktop.core.records import CaseResult, Cleaned, Finding, Prediction, Spread
from kndnet_desktop.core.trust import prediction_set, probabilities, referrals

TICK = 0.05  # seconds after which those who wait for a result are asked whether they still want it
AHEAD = 4  # pictures for each worker that may be under way or wait for their turn; bounds the memory

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
_KEPT = 2**25  # bytes: a picture of eight million pixels, and the most that glibc takes

_Task = TypeVar("_Task")
_Found = TypeVar("_Found")


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


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A result together with what it was drawn from; picture and examination are None where the file is bad."""

    result: CaseResult
    picture: Picture | None = None
    examination: Examination | None = None


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
    judging = _beside().submit(_judge, picture, box, card.trust)
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
        spread = stability.spread(models.main, seen.doubled, seen.prediction.mode, seen.prediction.top)
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


def classify(
    paths: Iterable[Path], models: Models, mode: str | None = None, *, full_size: bool = False, steady: bool = False
) -> Iterator[Case]:
    """Classify picture files, several at a time; a bad one is a result with a sentence and stops nothing.

    Args:
        paths: Files, in the order in which their results are wanted; read a few ahead.
        models: Who is asked.
        mode: Calibration mode; each card's default if None.
        full_size: Give every picture at its full size, for showing it; otherwise at the size that the models need.
            The answer is the same.
        steady: Also find out how far each answer moves under small changes.

    Yields:
        One case for each path.
    """

    def work(task: tuple[int, Path]) -> tuple[int, Case]:
        number, path = task
        *_, case = itertools.islice(look(path, str(path), models, mode, steady=steady), 2 if full_size else 1)
        return number, case

    paths = iter(paths)
    first = list(itertools.islice(paths, 2))
    if len(first) < 2:  # no thread starts for one picture, which takes not much longer than that
        yield from (work((0, path))[1] for path in first)
        return
    workers = cores()
    ready: dict[int, Case] = {}
    turn = 0

    def tasks() -> Iterator[tuple[int, Path] | None]:
        for number, path in enumerate(itertools.chain(first, paths)):
            while number - turn >= AHEAD * workers:
                yield None
            yield number, path

    for found in scatter(tasks(), work, workers):
        if found:
            ready[found[0]] = found[1]
        while turn in ready:
            turn += 1
            yield ready.pop(turn - 1)


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def scatter(tasks: Iterable[_Task | None], work: Callable[[_Task], _Found], workers: int) -> Generator[_Found | None]:
    """Do many things at once, in threads: decoding and networks leave Python's lock, so all cores are busy.

    No more than a few tasks for each worker are taken ahead, however many there are. Closing the generator drops what
    has not begun and does not wait for what has.

    Args:
        tasks: What is to be done, taken in this thread; None for “nothing at the moment, ask again”.
        work: Does one task, in any thread; what it raises is raised here.
        workers: Number of threads.

    Yields:
        Each result as soon as it is there, in any order; None wherever a moment (`TICK`) passed without one.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="picture")
    finished: queue.SimpleQueue[tuple[_Found | None, BaseException | None]] = queue.SimpleQueue()

    def do(task: _Task) -> None:
        try:
            finished.put((work(task), None))
        except BaseException as error:  # raised again where the results are wanted
            finished.put((None, error))

    source, more, under_way = iter(tasks), True, 0
    try:
        while more or under_way:
            while more and under_way < AHEAD * workers:
                try:
                    task = next(source)
                except StopIteration:
                    more = False
                    break
                if task is None:
                    break
                pool.submit(do, task)
                under_way += 1
            if not (more or under_way):
                break
            try:
                found, error = finished.get(timeout=TICK)
            except queue.Empty:
                yield None
                continue
            under_way -= 1
            if error:
                raise error
            yield found
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@functools.cache  # once is enough
def keep_memory() -> None:
    """Tell the C library to keep the memory of a picture for the next one, where that can be told (glibc).

    By default it returns each picture's memory to the system, which clears it page by page when it is asked for again:
    up to a third of a run's time. Freed memory beyond `_KEPT` in one piece is still returned.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _KEPT)
        library.mallopt(_M_TRIM_THRESHOLD, _KEPT)


def look(
    source: Path | bytes, name: str, models: Models, mode: str | None = None, *, steady: bool = False
) -> Iterator[Case]:
    """Look at one picture the way a window does: the answer first, the full-size picture when it is decoded.

    Args:
        source: A file, or the bytes of one (from the clipboard).
        name: What the result calls its path.
        models: Who is asked.
        mode: Calibration mode; each card's default if None.
        steady: Also find out how far the answer moves under small changes.

    Yields:
        The case, decoded no larger than the answer needs; then, if that was smaller than the file, the same result
        with the picture at its full size.
    """
    keep_memory()
    start = time.perf_counter()
    try:
        data = read_bytes(source) if isinstance(source, Path) else source
    except UserError as error:
        yield Case(CaseResult(name, None, "error", str(error), milliseconds=_since(start)))
        return
    case = _classify_bytes(data, name, models, mode, start, steady)
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


def _classify_bytes(data: bytes, name: str, models: Models, mode: str | None, start: float, steady: bool) -> Case:
    try:
        picture = read_image(data, models.enough)
    except UserError as error:
        return Case(CaseResult(name, sha256_of(data), "error", str(error), milliseconds=_since(start)))
    seen = examine(picture, models, mode=mode, steady=steady)
    return Case(to_result(name, picture, seen, _since(start)), picture, seen)


def to_result(
    name: str, picture: Picture, seen: Examination, milliseconds: float, *, anyway: bool = False
) -> CaseResult:
    """Make the result of a picture that was examined.

    Args:
        name: What the result calls its path.
        picture: The picture.
        seen: What the models saw.
        milliseconds: Time from file to result.
        anyway: Give the answer although the picture should not be answered; a remark says so.
    """
    flags = picture.flags + seen.flags
    if seen.refusal and not anyway:
        return CaseResult(name, picture.sha256, "rejected", seen.refusal, flags=flags, milliseconds=milliseconds)
    if seen.refusal:
        flags = (Finding("anyway", gate.ANYWAY), *flags)
    return CaseResult(
        path=name,
        sha256=picture.sha256,
        status="ok",
        message="",
        prediction=seen.prediction,
        teacher=seen.teacher,
        flags=flags,
        milliseconds=milliseconds,
        stability=seen.stability,
        cleaned=seen.cleaned,
    )


@functools.cache
def _beside() -> ThreadPoolExecutor:
    """Threads that judge photos while the networks look at them."""
    return ThreadPoolExecutor(cores(), thread_name_prefix="judge")


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
    return _Seen(replace(prediction, milliseconds=_since(start)), outputs, doubled, seen)


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


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 2)
