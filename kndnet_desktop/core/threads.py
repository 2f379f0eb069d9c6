"""Work in threads: many pictures at once, and parts of one beside each other; the only room of core that starts any."""

import contextlib
import ctypes
import functools
import itertools
import os
import queue
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

TICK = 0.05  # seconds after which those who wait for a result are asked whether they still want it
AHEAD = 4  # pictures for each worker that may be under way or wait for their turn; bounds the memory

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
_KEPT = 2**25  # bytes: a picture of eight million pixels, and the most that glibc takes

_Task = TypeVar("_Task")
_Found = TypeVar("_Found")


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


@functools.cache
def beside() -> ThreadPoolExecutor:
    """Threads that judge photos while the networks look at them, and take their part of what is done in bands."""
    return ThreadPoolExecutor(cores(), thread_name_prefix="beside")


def in_bands(rows: int, work: Callable[[int, int], None]) -> None:
    """Do something to all rows of a picture, one band in this thread and the others beside it.

    Args:
        rows: Number of rows.
        work: Does the rows from the first number up to the second; must not itself be done in `beside`.
    """
    parts = max(1, min(cores(), rows))
    first, *others = itertools.pairwise(rows * part // parts for part in range(parts + 1))
    beside_this = [beside().submit(work, *band) for band in others]
    work(*first)
    for other in beside_this:
        other.result()


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
