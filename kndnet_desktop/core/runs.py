"""A run: a folder of pictures classified into a folder of results, which survives whatever ends the program.

run.sqlite      the journal, written as the run goes
run.lock        held by the program that works on the run
results.csv, results.jsonl, manifest.json     written when the run finishes or is cancelled
heat maps/      on request
"""

import contextlib
import operator
import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from kndnet_desktop.core.advice import Advice
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.errors import UserError, reason
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.files import reachable, same_file
from kndnet_desktop.core.journal import FILE, Entry, Journal, Progress, reading
from kndnet_desktop.core.listing import HEAT_MAPS, check_folder, list_pictures
from kndnet_desktop.core.picture_work import Found, PictureWork, cannot_save
from kndnet_desktop.core.rules import rules_of
from kndnet_desktop.core.run_lock import lock, saving
from kndnet_desktop.core.run_tables import CSV, JSONL, MANIFEST, write_tables
from kndnet_desktop.core.threads import cores, scatter
from kndnet_desktop.core.trust import DEFAULT_TARGET
from kndnet_desktop.core.watch import Watch

#: What a run knows of itself from its beginning.
FACTS = (
    "created",
    "version",
    "folder",
    "recursive",
    "mode",
    "heat_maps",
    "stability",
    "advice",
    "models",
    "listed",
    "state",
)
LISTED_AT_ONCE = 500
REPORT_SECONDS = 0.05  # between two reports of progress, which is also where a run can be cancelled

Engine = Callable[[Iterable[Entry | None], PictureWork], Generator[Found | None]]


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a run is to do; fixed when it begins.

    Attributes:
        folder: The folder of pictures.
        recursive: Whether its sub-folders belong to it.
        mode: Calibration mode.
        heat_maps: Whether each picture is saved with its heat map.
        steady: Whether to find out how far each answer moves under small changes.
        target: Sensitivity of the operating point whose recommendation is given.
    """

    folder: Path
    recursive: bool = False
    mode: str = ""
    heat_maps: bool = False
    steady: bool = False
    target: float = DEFAULT_TARGET


def on_this_computer(workers: int | None = None) -> Engine:
    """Return the engine that uses this computer's cores, or this number of pictures at a time."""
    return lambda tasks, work: scatter(tasks, work, workers or cores())


class Run:
    """A run that this program alone works on, until it is closed.

    Args:
        target: The folder of results; holds a run already (see `create`).

    Raises:
        UserError: If there is no run, or another program works on it.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        if not (target / FILE).is_file():
            raise UserError(f"There is no run in the folder “{target.name}”.")
        with contextlib.ExitStack() as opened, reading(target):
            self._lock = opened.enter_context(contextlib.closing(lock(target)))
            self.journal = opened.enter_context(Journal(target / FILE, writing=True))
            self._facts = self.journal.facts()
            self._advice = Advice.of_facts(self._facts)
            operator.itemgetter(*FACTS)(self._facts)  # fails here and not in the middle of the run
            opened.pop_all()

    @classmethod
    def create(cls, target: Path, settings: RunSettings, models: Models, version: str) -> Self:
        """Begin a run.

        Args:
            target: The folder of results, made if need be; must not hold results yet.
            settings: What is to be done.
            models: Who is asked.
            version: The program's version.

        Raises:
            UserError: If the pictures can't be listed, or the target can't be written or holds results.
        """
        check_folder(settings.folder)
        try:
            target.mkdir(parents=True, exist_ok=True)
            taken = [name for name in (FILE, CSV, JSONL, MANIFEST) if (target / name).exists()]
        except OSError as error:
            raise cannot_save(target, reason(error)) from error
        if taken:
            raise UserError(
                f"The folder “{target.name}” already holds results ({taken[0]}), which are never overwritten.",
                "Resume that run, or choose another folder.",
            )
        card = models.main.card
        mode = settings.mode or card.calibration.default_mode
        facts = {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": version,
            "folder": str(settings.folder.absolute()),
            "recursive": settings.recursive,
            "mode": mode,
            "heat_maps": settings.heat_maps,
            "stability": settings.steady,
            "advice": Advice.of_card(card, mode, settings.target).to_facts(),
            "models": [_describe(model.card) for model in (models.main, models.teacher) if model],
            "listed": False,
            "state": "running",
        }
        with contextlib.closing(lock(target)), saving(target):
            Journal.create(target / FILE, facts)
        return cls(target)

    def close(self) -> None:
        """Let go of the run."""
        self.journal.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """The folder of pictures."""
        return Path(self._facts["folder"])

    @property
    def with_teacher(self) -> bool:
        """Whether the teacher is asked too."""
        return len(self._facts["models"]) > 1

    def move_to(self, folder: Path) -> None:
        """Take the pictures from here from now on, if they are no longer where they were.

        Raises:
            UserError: If the pictures of this run are still somewhere else, or are not here.
        """
        known = self.folder
        if folder.absolute() == known or same_file(folder, known):
            return
        if self._lies_in(known):
            raise UserError(
                f"The run in “{self.target.name}” is of another folder, “{known.name}”.",
                "Name that folder, or begin a new run.",
            )
        check_folder(folder)
        if not self._lies_in(folder):
            raise UserError(
                f"The folder “{folder.name}” holds no photo of the run in “{self.target.name}”.",
                "Name the folder of its photos, or begin a new run.",
            )
        self._facts["folder"] = str(folder.absolute())
        with saving(self.target):
            self.journal.set_fact("folder", self._facts["folder"])
            self.journal.commit(now=True)

    def _lies_in(self, folder: Path) -> bool:
        """Whether a folder holds any picture of the run, or is there at all where the run knows of none yet."""
        if not self.journal.progress.total:
            return folder.exists()
        return any(os.path.lexists(reachable(folder / entry.path)) for entry in self.journal.entries())

    def process(
        self,
        models: Models,
        engine: Engine,
        *,
        hold: Callable[[], bool] = lambda: False,
        watch: bool = False,
    ) -> Iterator[Progress]:
        """Classify what waits. May be closed at any time; what has a result then keeps it.

        Args:
            models: Who is asked; the same as when the run began.
            engine: Where the work is done.
            hold: Asked now and then; while it says True no further picture is begun.
            watch: Go on for ever with the pictures that appear in the folder.

        Yields:
            Progress, about twenty times a second.

        Raises:
            UserError: If the models are others, the pictures' folder is gone, or nothing can be saved any more.
        """
        facts = self._facts
        with reading(self.target):
            check_models(facts, models)
        check_folder(self.folder)
        claims: dict[bytes, int] = {}
        heat_maps = self.target / HEAT_MAPS if facts["heat_maps"] else None
        if heat_maps:
            try:
                heat_maps.mkdir(exist_ok=True)
            except OSError as error:
                raise cannot_save(self.target, reason(error)) from error
        device = self.folder.stat().st_dev
        painter = HeatPainter() if heat_maps else None
        work = PictureWork(self.folder, models, facts["mode"], heat_maps, device, claims, painter, facts["stability"])
        with saving(self.target):
            try:
                self.journal.set_fact("state", "running")
                self.journal.set_fact("watch", watch)
                self.journal.read_again()
                self.journal.commit(now=True)
                if not facts["listed"] and not watch:
                    yield from self._list()
                claims.update((bytes.fromhex(digest), number) for digest, number in self.journal.hashes())
                yield from self._work(work, engine, hold, watch)
            finally:
                self.journal.commit(now=True)

    def finish(self, state: str, *, xlsx: bool = False) -> None:
        """Write the tables and the manifest.

        Args:
            state: ``finished`` or ``cancelled``.
            xlsx: Write ``results.xlsx`` too.

        Raises:
            UserError: If they can't be written; the journal is safe.
        """
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        with saving(self.target):
            self.journal.commit(now=True)
            write_tables(self.target, self.journal, {"state": state, "ended": ended}, xlsx=xlsx)
            # Only now: if that failed or the power did, the run is not whole and is offered again.
            self.journal.set_fact("state", state)
            self.journal.set_fact("ended", ended)
            self.journal.commit(now=True)
            self.journal.settle()

    def _list(self) -> Iterator[Progress]:
        """List the folder in one transaction: an interrupted run knows all of its pictures or none.

        One that watched the folder before knows some already.
        """
        pending: list[Path] = []
        try:
            for path in list_pictures(self.folder, recursive=self._facts["recursive"], leave_out=self.target):
                relative = path.relative_to(self.folder)
                if self.journal.known(relative) is None:
                    pending.append(relative)
                if len(pending) == LISTED_AT_ONCE:
                    self.journal.add(pending)
                    pending.clear()
                    yield self.journal.progress
            self.journal.add(pending)
            self.journal.set_fact("listed", to=True)
        except BaseException:
            self.journal.rollback()
            raise
        self.journal.commit(now=True)

    def _work(self, work: PictureWork, engine: Engine, hold: Callable[[], bool], watch: bool) -> Iterator[Progress]:
        journal = self.journal
        under_way: set[int] = set()
        same: dict[int, list[Found]] = {}  # those that wait for the answer of another with the same bytes
        watcher = Watch(self.folder, self._facts["recursive"], self.target, journal)

        def tasks() -> Iterator[Entry | None]:
            while True:
                for entry in journal.waiting():
                    if entry.id in under_way:
                        continue
                    while hold():
                        yield None
                    under_way.add(entry.id)
                    yield entry
                if not watch:
                    return
                work.check_drive()
                try:
                    for changed in watcher.look():
                        if changed:
                            work.forget(changed)
                        yield None
                except OSError:  # gone since it was looked at; it is told at the next look
                    yield None

        last = time.monotonic()
        with contextlib.closing(engine(tasks(), work)) as results:
            for found in results:
                if found:
                    under_way.difference_update(self._record(found, same))
                journal.commit()
                now = time.monotonic()
                if now - last >= REPORT_SECONDS:
                    last = now
                    yield journal.progress
        yield journal.progress

    def _record(self, found: Found, same: dict[int, list[Found]]) -> list[int]:
        """Write what was found and whatever waited for it; return the rows that are no longer under way."""
        journal, recorded = self.journal, list[int]()
        if found.owner is not None:
            if journal.copy(found.id, found.owner, found.stamp, found.digest) is None:
                same.setdefault(found.owner, []).append(found)
                return recorded
        elif found.result:
            answer = found.result.prediction
            refer = self._advice.refers(answer) if answer else None
            journal.record(found.id, found.result, found.stamp, refer=refer)
            for copy in same.pop(found.id, ()):
                journal.copy(copy.id, found.id, copy.stamp, copy.digest)
                recorded.append(copy.id)
        return [*recorded, found.id]


def check_models(facts: Mapping[str, Any], models: Models) -> None:
    """Make sure that a run with these facts was begun with these models.

    Raises:
        UserError: If it was begun with others.
    """
    asked = [(card.sha256, rules_of(card)) for card in (model.card for model in (models.main, models.teacher) if model)]
    if asked != [(model["sha256"], model["rules_sha256"]) for model in facts["models"]]:
        raise UserError(
            "This run was begun with other models, so the results would not belong together.",
            "Use the same models, or begin a new run.",
        )


def _describe(card: ModelCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "role": card.role,
        "sha256": card.sha256,
        "rules_sha256": rules_of(card),
        "labels": [asdict(label) for label in card.labels],
        "calibration": asdict(card.calibration),
    }
