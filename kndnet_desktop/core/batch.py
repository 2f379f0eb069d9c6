"""The one way from pictures to results, for one picture and for many, for the window and for the command line."""

import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kndnet_desktop.core import gate
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Examination, Models, examine, milliseconds_since
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.images import Picture, read_bytes, read_image
from kndnet_desktop.core.records import CaseResult, Finding
from kndnet_desktop.core.threads import AHEAD, cores, keep_memory, scatter


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A result together with what it was drawn from; picture and examination are None where the file is bad."""

    result: CaseResult
    picture: Picture | None = None
    examination: Examination | None = None


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
    ahead = workers + 1 if full_size else AHEAD * workers  # a photo at its full size takes some tens of megabytes
    ready: dict[int, Case] = {}
    turn = 0

    def tasks() -> Iterator[tuple[int, Path] | None]:
        for number, path in enumerate(itertools.chain(first, paths)):
            while number - turn >= ahead:
                yield None
            yield number, path

    for found in scatter(tasks(), work, workers):
        if found:
            ready[found[0]] = found[1]
        while turn in ready:
            turn += 1
            yield ready.pop(turn - 1)


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
        yield Case(CaseResult(name, None, "error", str(error), milliseconds=milliseconds_since(start)))
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
        return Case(CaseResult(name, sha256_of(data), "error", str(error), milliseconds=milliseconds_since(start)))
    seen = examine(picture, models, mode=mode, steady=steady)
    return Case(to_result(name, picture, seen, milliseconds_since(start)), picture, seen)


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
