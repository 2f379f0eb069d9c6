"""Long work off the GUI thread: the only place in the window that knows threads."""

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

# Seconds after which a thread that computes in Python must let another one go on. The window waits for that long again
# and again while it paints; with Python's own 5 ms a run over a folder holds it for a fifth longer.
TURN = 0.001


class Job(QObject):
    """One piece of work, a generator that runs in another thread and yields frozen records.

    It ends with exactly one of the signals done, cancelled or failed.

    Signals:
        item: Something the generator yielded.
        done: The generator ended.
        cancelled: It was stopped between two items.
        failed: It raised; carries the exception.
    """

    item = Signal(object)
    done = Signal()
    cancelled = Signal()
    failed = Signal(object)
    _left = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        # Everything is handed over through this one queued signal, so that the order is kept and nothing that was
        # computed before a cancel arrives after it.
        self._left.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Stop at the next item; what is under way is finished and dropped."""
        self._stop.set()

    def _arrived(self, kind: str, value: object) -> None:
        if kind == "item":
            if not self._stop.is_set():
                self.item.emit(value)
            return
        if self._stop.is_set():
            self.cancelled.emit()
        elif kind == "failed":
            self.failed.emit(value)
        else:
            self.done.emit()
        self.deleteLater()

    def work(self, make: Callable[[], Iterator[Any]]) -> None:
        """Run the generator; called by the runner in its thread."""
        kind, value = "done", None
        try:
            # A job that is no longer wanted when its turn comes does not even begin: its first item may be the longest.
            for item in () if self._stop.is_set() else make():
                if self._stop.is_set():
                    break
                self._left.emit("item", item)
        except Exception as error:
            # Not swallowed: the receiver of `failed` shows it to the user or reports it as a bug.
            kind, value = "failed", error
        self._left.emit(kind, value)


class Jobs(QObject):
    """Starts jobs and waits for them at the end.

    Args:
        parent: Owner, usually the application.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        # More than cores: a run over a folder takes one for hours, and a picture that is opened need not wait for it,
        # nor until the last one's full size is decoded or a table saved.
        self._pool.setMaxThreadCount(max(6, QThreadPool.globalInstance().maxThreadCount()))
        self._running: set[Job] = set()
        sys.setswitchinterval(TURN)

    def start(self, make: Callable[[], Iterator[Any]]) -> Job:
        """Run ``make()`` and go through what it yields, in another thread.

        Args:
            make: Returns the generator; called in that thread.

        Returns:
            The job. Connect to its signals at once: none is sent before control returns to the event loop.
        """
        job = Job(self)
        self._running.add(job)
        for ended in (job.done, job.cancelled, job.failed):
            ended.connect(lambda *_: self._running.discard(job))
        self._pool.start(lambda: job.work(make))
        return job

    def drain(self) -> None:
        """Cancel everything and wait until no thread works any more."""
        for job in self._running:
            job.cancel()
        self._pool.waitForDone()


class Newest(QObject):
    """Runs one request at a time; while it runs, only the newest further request is kept.

    This is how a crop frame can be dragged freely over a network that takes a few milliseconds: the answer follows
    the hand as fast as it can be computed and never falls behind.

    Args:
        jobs: Where the work runs.
        parent: Owner.

    Signals:
        item: Something the request under way yielded.
        failed: The request raised; carries the exception.
        idle: Nothing is under way or waiting.
    """

    item = Signal(object)
    failed = Signal(object)
    idle = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._job: Job | None = None
        self._next: Callable[[], Iterator[Any]] | None = None

    @property
    def busy(self) -> bool:
        """Whether a request is under way."""
        return self._job is not None

    def ask(self, make: Callable[[], Iterator[Any]], *, instead: bool = False) -> None:
        """Run this as soon as the request under way ends, in place of any request that waits.

        Args:
            make: Returns the generator; called in a job's thread.
            instead: Drop the request under way too and start at once.
        """
        if instead:
            self.drop()
        self._next = make
        if self._job is None:
            self._start_next()

    def drop(self) -> None:
        """Forget the request that waits and the one under way: nothing more comes of either."""
        self._next = None
        if self._job:
            self._job.cancel()  # it ends with `cancelled`, to which nobody here listens
            self._job = None

    def _start_next(self) -> None:
        make, self._next = self._next, None
        if make is None:
            self._job = None
            self.idle.emit()
            return
        self._job = self._jobs.start(make)
        self._job.item.connect(self.item)
        self._job.done.connect(self._start_next)
        self._job.failed.connect(self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(error)
        self._start_next()
