"""Work in threads ends with exactly one signal, and the newest request wins."""

import threading
from collections.abc import Iterator

from pytestqt.qtbot import QtBot

from kndnet_desktop.ui.jobs import Job, Jobs, Newest


class Heard:
    """Writes down every signal of a job."""

    def __init__(self, job: Job) -> None:
        self.words: list[object] = []
        job.item.connect(self.words.append)
        job.done.connect(lambda: self.words.append("done"))
        job.cancelled.connect(lambda: self.words.append("cancelled"))
        job.failed.connect(lambda error: self.words.append(type(error)))


def test_a_job_hands_over_its_items_in_order_and_is_done_once(qtbot: QtBot, jobs: Jobs) -> None:
    job = jobs.start(lambda: iter(range(100)))
    heard = Heard(job)
    with qtbot.waitSignal(job.done):
        pass
    assert heard.words == [*range(100), "done"]


def test_a_job_runs_in_another_thread_and_its_items_arrive_in_this_one(qtbot: QtBot, jobs: Jobs) -> None:
    threads: list[int] = []
    job = jobs.start(lambda: iter([threading.get_ident()]))
    job.item.connect(lambda other: threads.extend([other, threading.get_ident()]))
    with qtbot.waitSignal(job.done):
        pass
    assert threads[0] != threads[1] == threading.get_ident()


def test_a_bug_in_a_job_is_its_only_end(qtbot: QtBot, jobs: Jobs) -> None:
    def work() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    job = jobs.start(work)
    heard = Heard(job)
    with qtbot.waitSignal(job.failed):
        pass
    assert heard.words == [1, ZeroDivisionError]


def test_nothing_arrives_after_a_cancel_but_the_word_that_it_was_cancelled(qtbot: QtBot, jobs: Jobs) -> None:
    go_on = threading.Event()

    def work() -> Iterator[int]:
        yield 1
        go_on.wait(10)
        yield 2

    job = jobs.start(work)
    heard = Heard(job)
    with qtbot.waitSignal(job.item):
        pass
    with qtbot.waitSignal(job.cancelled):
        job.cancel()
        go_on.set()
    assert heard.words == [1, "cancelled"]


def test_what_is_cancelled_before_its_turn_does_not_even_begin(qtbot: QtBot, jobs: Jobs) -> None:
    free, began = threading.Event(), list[str]()

    def hold() -> Iterator[int]:
        free.wait(20)
        yield 1

    held = [jobs.start(hold) for _ in range(jobs._pool.maxThreadCount())]
    waiting = jobs.start(lambda: iter(began.append("it") or []))
    waiting.cancel()
    with qtbot.waitSignals([waiting.cancelled, *(job.done for job in held)]):
        free.set()
    assert began == []


def test_only_the_newest_waiting_request_is_answered(qtbot: QtBot, jobs: Jobs) -> None:
    newest, go_on, answers = Newest(jobs), threading.Event(), []
    newest.item.connect(answers.append)

    def first() -> Iterator[str]:
        go_on.wait(10)
        yield "first"

    newest.ask(first)
    for name in ("second", "third", "fourth"):
        newest.ask(lambda name=name: iter([name]))
    with qtbot.waitSignal(newest.idle):
        go_on.set()
    assert answers == ["first", "fourth"]


def test_a_request_instead_drops_what_is_under_way(qtbot: QtBot, jobs: Jobs) -> None:
    newest, go_on, answers = Newest(jobs), threading.Event(), []
    newest.item.connect(answers.append)

    def old() -> Iterator[str]:
        go_on.wait(10)
        yield "old"

    newest.ask(old)
    with qtbot.waitSignal(newest.idle):
        newest.ask(lambda: iter(["new"]), instead=True)
    go_on.set()
    jobs.drain()
    qtbot.wait(50)  # what the dropped request has queued would arrive now
    assert answers == ["new"]


def test_drain_returns_only_when_no_thread_works_any_more(jobs: Jobs) -> None:
    began, at_work = threading.Event(), threading.Event()

    def work() -> Iterator[int]:
        at_work.set()
        began.set()
        for number in range(3):
            threading.Event().wait(0.02)
            yield number
        at_work.clear()

    def until_stopped() -> Iterator[int]:
        try:
            yield from work()
        finally:
            at_work.clear()

    jobs.start(until_stopped)
    assert began.wait(10)
    jobs.drain()
    assert not at_work.is_set()
