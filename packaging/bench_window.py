"""Starts the real window offscreen and times it from the inside; a child process of bench.py.

    bench_window.py START PICTURE

START is `time.monotonic()` as the parent read it just before it started this process. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import kndnet_desktop.__main__  # noqa: F401  the door's own imports belong to the time of the start
from kndnet_desktop.app import App

MOUSE_SECONDS = 3.0
MOUSE_INTERVAL_MS = 8  # an ordinary mouse reports 125 times a second


def memory_mb(field: str) -> float:
    """A figure of /proc/self/status in MB; 0 where there is no such file."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith(field))
    return round(int(line.split()[1]) / 1024, 1)


def main() -> int:
    """Measures start, drag and memory."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
    from PySide6.QtGui import QMouseEvent

    start, picture = float(sys.argv[1]), Path(sys.argv[2])
    marks: dict[str, float] = {}

    class Paints(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                marks.setdefault("painted", time.monotonic())
            return False

    with tempfile.TemporaryDirectory() as folder:
        app = App(sys.argv[:1], Path(folder) / "settings.json", Path(folder))
        window, page = app.window, app.window.page
        paints = Paints()
        window.installEventFilter(paints)
        window.resize(1180, 780)
        window.show()
        app.load_models()

        # Wakes the loop below, which sleeps between events as the program's own does: with a time limit, processEvents
        # does not wait at all, and a thread that spins takes a core and Python's lock from the one that answers.
        heartbeat = QTimer(interval=20)
        heartbeat.start()

        def process(*, until) -> None:
            deadline = time.monotonic() + 60
            while not until():
                app.application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
                if time.monotonic() > deadline:
                    raise TimeoutError("the window did not answer within a minute")

        process(until=lambda: page.models is not None and "painted" in marks)
        app.application.processEvents()
        ready = time.monotonic()

        window.open_paths([picture])
        process(until=lambda: page.result is not None and not page.busy)
        window.action("frame").trigger()
        process(until=lambda: not page.busy)

        updates = 0

        def count() -> None:
            nonlocal updates
            updates += 1

        page.updated.connect(count)
        view, moves = page.view, 0
        centre = QPointF(view.rect().center())

        def send(kind: QEvent.Type, at: QPointF) -> None:
            held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
            pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
            event = QMouseEvent(kind, at, view.mapToGlobal(at), pressed, held, Qt.KeyboardModifier.NoModifier)
            app.application.sendEvent(view, event)

        def move() -> None:
            nonlocal moves
            moves += 1
            send(QEvent.Type.MouseMove, centre + QPointF(60 * ((moves % 100) / 50 - 1), 30 * ((moves % 60) / 30 - 1)))

        send(QEvent.Type.MouseButtonPress, centre)
        mouse = QTimer()
        mouse.setTimerType(Qt.TimerType.PreciseTimer)
        mouse.timeout.connect(move)
        mouse.start(MOUSE_INTERVAL_MS)
        dragging = time.monotonic()
        process(until=lambda: time.monotonic() - dragging >= MOUSE_SECONDS)
        took = time.monotonic() - dragging
        mouse.stop()
        measured = updates
        send(QEvent.Type.MouseButtonRelease, centre)
        process(until=lambda: not page.busy)
        print(
            json.dumps(
                {
                    "painted_ms": round((marks["painted"] - start) * 1000, 1),
                    "ready_ms": round((ready - start) * 1000, 1),
                    "drag_updates_per_second": round(measured / took, 1),
                    "mouse_moves_per_second": round(moves / took, 1),
                    "memory_mb": memory_mb("VmRSS"),
                    "peak_memory_mb": memory_mb("VmHWM"),
                }
            )
        )
        window.close()
        app.jobs.drain()
    return 0


if __name__ == "__main__":
    sys.exit(main())
