"""Measures a batch: images a second against what the stages alone allow, memory, and the table's filter.

    bench_batch.py memory FOLDER    the engine as `kndnet batch` uses it
    bench_batch.py window FOLDER    the Batch page, offscreen

Both are child processes of bench.py and print one JSON object.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from bench_table import Row
from bench_window import memory_mb
from PIL import Image

from kndnet_desktop import paths
from kndnet_desktop.core.batch import look
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.images import read_bytes, read_image, to_input
from kndnet_desktop.core.journal import FILE, Journal
from kndnet_desktop.core.rows import Choice, choose
from kndnet_desktop.core.runs import Run, RunSettings, on_this_computer
from kndnet_desktop.core.threads import cores, keep_memory

PHOTOS = 2000
BIG_PHOTOS = 100
REFERENCE_PHOTOS = 100
MEMORY_PHOTOS = (1000, 10_000)
ROWS = 100_000


def copies(sources: Iterable[Path], folder: Path, count: int) -> list[Path]:
    """Fills a folder with photos of which no two have the same bytes: a number stands behind each picture's end."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number, data in zip(range(count), itertools.cycle([path.read_bytes() for path in sources]), strict=False):
        made.append(folder / f"photo {number:05}.jpg")
        made[-1].write_bytes(data + number.to_bytes(8, "big"))
    return made


def grained(folder: Path) -> list[Path]:
    """The drawn samples at 600x450, with the grain that makes a real photo's file as large as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.Generator(np.random.PCG64(5))
    made = []
    for sample in sorted((paths.resources() / "samples").glob("*.jpg")):
        pixels = np.asarray(Image.open(sample).convert("RGB").resize((600, 450)), np.int16)
        pixels = pixels + generator.integers(-6, 7, pixels.shape, np.int16)
        made.append(folder / sample.name)
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(made[-1], quality=85)
    return made


def run(folder: Path, models: Models, *, heat_maps: bool = False) -> float:
    """Images a second of a whole run, from the listing to the last result."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as target:
        start = time.perf_counter()
        with Run.create(Path(target) / "run", RunSettings(folder, heat_maps=heat_maps), models, "bench") as work:
            *_, progress = work.process(models, on_this_computer())
        took = time.perf_counter() - start
    if progress.failed or progress.done != progress.total:
        raise RuntimeError(f"{progress.failed} of {progress.total} photos failed")
    return progress.total / took


def stages(files: list[Path], models: Models) -> dict[str, float]:
    """Milliseconds that each stage takes alone, and all that is done for a photo, one after the other in one thread."""
    rule = models.main.card.input

    def read(path: Path) -> Image.Image:
        data = read_bytes(path)
        sha256_of(data)
        return read_image(data, models.enough).image

    keep_memory()
    images = [read(path) for path in files]
    inputs = [to_input(image, rule)[0][None] for image in images]
    return {
        "decode_ms": _mean(read, files),
        "resize_ms": _mean(lambda image: to_input(image, rule), images),
        "network_ms": _mean(models.main.run, inputs),
        "whole_ms": _mean(lambda path: next(look(path, path.name, models)), files),
    }


def _mean(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Milliseconds for each item, of three goes the fastest."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        for item in items:
            work(item)
        times.append(time.perf_counter() - start)
    return min(times) * 1000 / len(items)


def child(what: str, folder: Path) -> Row:
    """Runs this file in a process of its own, so that its memory is that of nothing else."""
    done = subprocess.run(
        [sys.executable, __file__, what, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def filter_rate(folder: Path) -> float:
    """Rows a second that the table's filter goes through: a word, a class and an order at once."""
    generator = random.Random(1)
    Journal.create(folder / FILE, {"listed": True})
    with Journal(folder / FILE, writing=True) as journal:
        journal.add([Path(f"clinic/photo {number}.jpg") for number in range(ROWS)])
        values = ((generator.choice(("mel", "nv", "bkl")), generator.random(), number + 1) for number in range(ROWS))
        journal.connection.executemany("UPDATE files SET status = 'ok', top = ?, p_malignant = ? WHERE id = ?", values)
        journal.commit(now=True)
        times = []
        for _ in range(9):
            start = time.perf_counter()
            choose(journal.connection, Choice(text="photo 7", top="mel", sort="risk", descending=True))
            times.append(time.perf_counter() - start)
    return ROWS / float(np.median(times))


def measure(big: Path, reference: Callable[[Path], object]) -> dict[str, Row]:
    """Runs every measurement of the batch.

    Args:
        big: A 12-megapixel JPEG.
        reference: File to answer and overlay through PyTorch and pytorch-grad-cam, one file after the other.
    """
    models = Models(OnnxClassifier(paths.model_folder("student")))
    table: dict[str, Row] = {}
    with tempfile.TemporaryDirectory(dir=big.parent) as name:
        place = Path(name)
        small = grained(place / "drawn")
        for title, sources, count in (("batch 600x450", small, PHOTOS), ("batch 12 megapixels", [big], BIG_PHOTOS)):
            files = copies(sources, place / title, count)
            alone = stages(files[:REFERENCE_PHOTOS], models)
            limit = 1000 * cores() / sum(time for stage, time in alone.items() if stage != "whole_ms")
            whole = 1000 * cores() / alone["whole_ms"]
            rate = max(run(files[0].parent, models) for _ in range(3))  # the first finds cold files
            overlaid = run(files[0].parent, models, heat_maps=True)
            table[title] = {**alone, "limit": limit, "rate": rate, "share": rate / limit, "with_overlay": overlaid}
            table[title] |= {"limit_of_whole": whole, "share_of_whole": rate / whole}
            asked = files[: REFERENCE_PHOTOS if title == "batch 600x450" else 20]
            reference(asked[0])
            start = time.perf_counter()
            for path in asked:
                reference(path)
            table[title]["reference"] = len(asked) / (time.perf_counter() - start)
            table[title]["times_faster"] = rate / table[title]["reference"]
        for count in MEMORY_PHOTOS:
            folder = copies(small, place / str(count), count)[0].parent
            table[f"batch memory {count}"] = {what: child(what, folder)["peak_mb"] for what in ("memory", "window")}
        (place / "rows").mkdir()
        table["batch filter"] = {"rows": ROWS, "rows_per_second": filter_rate(place / "rows")}
    return table


def _memory(folder: Path) -> Row:
    models = Models(OnnxClassifier(paths.model_folder("student")))
    run(folder, models)
    return {"peak_mb": memory_mb("VmHWM")}


def _window(folder: Path) -> Row:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from kndnet_desktop.ui.batch_page import BatchPage
    from kndnet_desktop.ui.jobs import Jobs
    from kndnet_desktop.ui.theme import Theme

    application = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        jobs = Jobs(application)
        page = BatchPage(jobs, Theme(application, paths.resources() / "icons"), Path(name) / "runs", "bench")
        page.resize(1180, 780)
        page.show()
        page.set_models(Models(OnnxClassifier(paths.model_folder("student"))), "")
        page.run.saved.connect(lambda _: application.quit())
        bar = page.rows.view.verticalScrollBar()
        scroll = QTimer()
        scroll.timeout.connect(lambda: bar.setValue((bar.value() + 17) % max(1, bar.maximum())))
        scroll.start(50)
        page.start(folder)
        application.exec()
        jobs.drain()
    return {"peak_mb": memory_mb("VmHWM")}


if __name__ == "__main__":
    print(json.dumps({"memory": _memory, "window": _window}[sys.argv[1]](Path(sys.argv[2]))))
