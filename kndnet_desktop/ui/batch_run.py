"""A run under way in the window: begun, held, cancelled and resumed; no widgets."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.files import same_file, unused
from kndnet_desktop.core.journal import FILE, Journal, Progress
from kndnet_desktop.core.run_lock import is_free
from kndnet_desktop.core.runs import Run, RunSettings, on_this_computer
from kndnet_desktop.core.translation import grouped
from kndnet_desktop.ui.jobs import Job, Jobs
from kndnet_desktop.ui.translator import number, tr

PACE_SECONDS = 10.0  # the rate shown is that of the last while
NO_RATE = 1e-3


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that was interrupted.

    Attributes:
        target: Its folder of results.
        folder: Its folder of pictures.
        progress: How far it is.
        watch: Whether it watches its folder.
    """

    target: Path
    folder: Path
    progress: Progress
    watch: bool


class Pace:
    """How fast a run goes."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def mark(self, done: int, now: float | None = None) -> None:
        """Note how many are done at this moment, in seconds of any clock."""
        now = time.monotonic() if now is None else now
        self._marks.append((now, done))
        while now - self._marks[0][0] > PACE_SECONDS:
            self._marks.popleft()

    @property
    def rate(self) -> float:
        """Pictures a second."""
        if len(self._marks) < 2:
            return 0.0
        (start, first), (end, last) = self._marks[0], self._marks[-1]
        return max(0, last - first) / max(end - start, NO_RATE)

    def words(self, progress: Progress) -> str:
        """Return progress, rate and time left in words."""
        parts = [tr("{done} of {total}", done=grouped(progress.done, tr), total=grouped(progress.total, tr))]
        if self.rate > 0:
            pace = grouped(round(self.rate), tr) if self.rate >= 10 else number(self.rate, 1)
            parts.append(tr("{count} a second", count=pace))
            if progress.done < progress.total:
                parts.append(tr("about {time} left", time=_duration((progress.total - progress.done) / self.rate)))
        return ", ".join(parts)


class BatchRun(QObject):
    """The one run that the window works on.

    Args:
        jobs: Where it runs.
        home: Folder in which each run gets a folder.
        version: The program's version.
        parent: Owner.

    Signals:
        progressed: Carries the `Progress`; the first one means that the run's journal is there.
        ended: The run is over; carries ``finished`` or ``cancelled``. Its tables may still be being written.
        saved: The tables are written; carries the folder of results. Another run may begin, or this one go on.
        failed: It ended with an exception; carries it. What was done so far is safe.
    """

    progressed = Signal(object)
    ended = Signal(str)
    saved = Signal(object)
    failed = Signal(object)

    def __init__(self, jobs: Jobs, home: Path, version: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._home, self._version = jobs, home, version
        self._job: Job | None = None
        self.target = Path()
        self.watching = False
        self.held = False

    @property
    def busy(self) -> bool:
        """Whether a run is under way."""
        return self._job is not None

    def begin(self, settings: RunSettings, models: Models, *, second_opinion: bool, watch: bool) -> bool:
        """Begin a run; a watched folder that has one already goes on with that, and with its settings.

        Args:
            settings: What is to be done.
            models: All models that there are.
            second_opinion: Whether the teacher is asked too.
            watch: Whether to go on with the photos that appear in the folder.

        Returns:
            Whether a run goes on.
        """
        known = (
            [run for run in self.unfinished() if run.watch and same_file(run.folder, settings.folder)] if watch else []
        )
        if known:
            self.resume(known[0], models)
            return True
        version = self._version
        target = self._free_folder(settings.folder)
        asked = models if second_opinion else replace(models, teacher=None)

        def open_run() -> Run:
            return Run.create(target, settings, asked, version)

        self._start(target, open_run, models, watch)
        return False

    def resume(self, unfinished: Unfinished, models: Models) -> None:
        """Go on with a run."""
        self._start(unfinished.target, lambda: Run(unfinished.target), models, unfinished.watch)

    def hold(self, on: bool) -> None:
        """Begin no further picture for a while, or go on."""
        self.held = on

    def cancel(self) -> None:
        """Stop; what is done is kept, and its tables are written."""
        if self._job:
            self._job.cancel()

    def unfinished(self) -> list[Unfinished]:
        """Return the runs that were interrupted and no program works on, newest first."""
        found = (look_at(target, "running") for target in self._targets())
        return [run for run in found if run and is_free(run.target)]

    def to_offer(self) -> list[Unfinished]:
        """Return the run to offer, if any: one that was interrupted, or the very last if that was cancelled.

        An older one that was cancelled is not offered for ever: its user has gone on to others.
        """
        interrupted, last = self.unfinished(), self._targets()[:1]
        cancelled = [run for run in (look_at(target, "cancelled") for target in last) if run and is_free(run.target)]
        return (interrupted or cancelled)[:1]

    def _targets(self) -> list[Path]:
        try:
            targets = sorted(self._home.iterdir(), key=lambda target: target.stat().st_mtime, reverse=True)
        except OSError:
            return []
        return [target for target in targets if (target / FILE).is_file()]

    def _start(self, target: Path, open_run: Callable[[], Run], models: Models, watch: bool) -> None:
        self.target, self.watching, self.held = target, watch, False

        def work() -> Iterator[Progress]:
            with open_run() as run:
                yield run.journal.progress
                asked = models if run.with_teacher else replace(models, teacher=None)
                yield from run.process(asked, on_this_computer(), hold=lambda: self.held, watch=watch)
                run.finish("finished")

        self._job = self._jobs.start(work)
        self._job.item.connect(self.progressed)
        self._job.done.connect(lambda: self._end("finished"))
        self._job.cancelled.connect(lambda: self._end("cancelled"))
        self._job.failed.connect(self._fail)

    def _end(self, state: str) -> None:
        self._job = None
        self.ended.emit(state)
        if state == "finished":
            self.saved.emit(self.target)
            return
        target = self.target

        def save() -> Iterator[Path]:
            with Run(target) as run:
                run.finish("cancelled")
            yield target

        job = self._jobs.start(save)
        job.item.connect(self.saved)
        job.failed.connect(self.failed)

    def _fail(self, error: Exception) -> None:
        self._job = None
        self.failed.emit(error)

    def _free_folder(self, folder: Path) -> Path:
        name = f"{folder.name or 'photos'} {datetime.now().astimezone():%Y-%m-%d %H.%M.%S}"
        return unused(self._home, name)


def look_at(target: Path, state: str) -> Unfinished | None:
    """Return what is known of a run in this state, or None if it is in another or can't be read."""
    try:
        with Journal(target / FILE) as journal:
            facts = journal.facts()
            if facts["state"] != state:
                return None
            return Unfinished(target, Path(facts["folder"]), journal.progress, bool(facts.get("watch")))
    except (UserError, KeyError):
        return None


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{number(seconds / 3600, 1)} h"
