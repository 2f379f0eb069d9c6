"""Measures what the README claims about speed: `make bench` prints a table and writes out/bench.json.

Only drawn pictures are used. The reference is the same network with the same weights in PyTorch, explained by
pytorch-grad-cam, as a research script does it; where its number of threads matters the faster choice counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import bench_batch
import bench_report
import draw_samples
import numpy as np
from bench_table import TITLES, Row, as_markdown
from PIL import Image

from kndnet_desktop import paths
from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.classifier import Floats, OnnxClassifier
from kndnet_desktop.core.examine import Examination, Models, examine
from kndnet_desktop.core.explain import HeatPainter, grad_cam
from kndnet_desktop.core.images import Picture, input_shape, read_image

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "out"
SMALL = paths.resources() / "samples" / "drawn-asymmetric.jpg"
BIG_SCALE = 4000 / 600


def timed(work: Callable[[], object], rounds: int, warm_up: int = 3) -> Row:
    """Median and 95th percentile of a piece of work, in milliseconds of the wall clock."""
    for _ in range(warm_up):
        work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return {
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
        "rounds": rounds,
    }


def big_picture(folder: Path) -> Path:
    """A 12-megapixel JPEG, drawn and given the grain that makes a real camera's file as large as it is."""
    path = folder / "drawn-12-megapixels.jpg"
    if not path.exists():
        picture = np.asarray(draw_samples.ALL[0].draw(BIG_SCALE), np.int16)
        grain = np.random.Generator(np.random.PCG64(1)).integers(-4, 5, picture.shape, np.int16)
        draw_samples.save(Image.fromarray(np.clip(picture + grain, 0, 255).astype(np.uint8)), path, quality=92)
    return path


def ours(path: Path, models: Models, painter: HeatPainter, *, full_size: bool) -> Image.Image:
    """File to answer and overlay, as the program saves it: in the picture."""
    picture, seen, heat = answer(path, models, full_size=full_size)
    return painter.blend(picture.image, heat, seen.box)


def on_screen(path: Path, models: Models, painter: HeatPainter) -> Image.Image:
    """File to answer and overlay, as the window shows it: over the picture, whose full size may follow."""
    _, seen, heat = answer(path, models, full_size=False)
    return painter.for_screen(heat, seen.box)


def answer(path: Path, models: Models, *, full_size: bool) -> tuple[Picture, Examination, Floats]:
    """The picture, what was seen in it, and the map of the class that it was taken for."""
    (case,) = classify([path], models, full_size=full_size)
    if case.examination is None or case.picture is None:
        raise RuntimeError(case.result.message)
    index = models.main.card.codes.index(case.examination.prediction.top)
    return case.picture, case.examination, grad_cam(case.examination.cams, index)


def crop_updates(path: Path, models: Models, painter: HeatPainter) -> float:
    """Answers and overlays a second while a crop frame moves over an open picture."""
    picture = read_image(path)
    width, height = picture.image.size
    rounds = 200
    start = time.perf_counter()
    for step in range(rounds):
        shift = 0.2 * step / rounds
        box = (width * shift, height * shift, width * (0.8 + shift), height * (0.8 + shift))
        seen = examine(picture, models, box)
        index = models.main.card.codes.index(seen.prediction.top)
        painter.for_screen(grad_cam(seen.cams, index), seen.box)
    return rounds / (time.perf_counter() - start)


def machine() -> dict[str, str]:
    """What this was measured on."""
    processor, memory = platform.processor() or platform.machine(), ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), processor)
        memory = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    packages = ("numpy", "pillow", "onnxruntime", "PySide6-Essentials", "torch", "grad-cam")
    return {
        "processor": processor,
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": memory,
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "",
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
    }


def window(path: Path, runs: int) -> Row:
    """Start, drag and memory of the real window, offscreen: medians of warm runs (a first, cold one does not count)."""
    results = []
    for _ in range(runs + 1):
        command = [sys.executable, str(Path(__file__).with_name("bench_window.py")), repr(time.monotonic()), str(path)]
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        )
        results.append(json.loads(done.stdout.splitlines()[-1]))
    return {key: round(statistics.median(result[key] for result in results[1:]), 1) for key in results[0]}


def measure(rounds: int) -> dict[str, Row]:
    """Runs every measurement; `rounds` of the quick ones."""
    OUT.mkdir(exist_ok=True)
    big = big_picture(OUT)
    student = paths.model_folder("student")
    models, painter = Models(OnnxClassifier(student)), HeatPainter()
    rule = models.main.card.input
    shape = input_shape(450, 600, rule)
    pixels = np.random.Generator(np.random.PCG64(2)).integers(0, 256, (1, *shape, 3), np.uint8)

    table: dict[str, Row] = {"window": window(SMALL, 5)}
    table["network"] = timed(lambda: models.main.run(pixels), rounds * 3, warm_up=20)
    table["600x450"] = timed(lambda: ours(SMALL, models, painter, full_size=True), rounds)
    table["12 megapixels"] = timed(lambda: ours(big, models, painter, full_size=False), max(20, rounds // 4))
    table["12 megapixels on screen"] = timed(lambda: on_screen(big, models, painter), max(20, rounds // 4))
    table |= bench_report.measure(models, painter, timed, max(20, rounds // 4))
    table["crop"] = {"updates_per_second": round(crop_updates(SMALL, models, painter), 1)}

    import torch  # only now: its threads and its memory are no part of the program
    from bench_reference import Reference, student_of

    reference = Reference(student_of(student / "model.onnx"), rule)
    difference = np.abs(reference.network(pixels) - models.main.run(pixels).logits).max()
    if difference > 1e-3:
        raise RuntimeError(f"the reference computes something else: logits differ by {difference:.4f}")
    everything = torch.get_num_threads()
    for threads in {1, everything}:
        torch.set_num_threads(threads)
        table[_torch("network", threads)] = timed(lambda: reference.network(pixels), rounds, warm_up=20)
        table[_torch("600x450", threads)] = timed(lambda: reference.run(SMALL), rounds)
        table[_torch("12 megapixels", threads)] = timed(lambda: reference.run(big), max(10, rounds // 10))
    quickest = min((1, everything), key=lambda threads: float(table[_torch("600x450", threads)]["median_ms"]))
    torch.set_num_threads(quickest)
    table |= bench_batch.measure(big, reference.run)
    for name in TITLES:
        same = name.removesuffix(" on screen")
        fastest = min(float(table[_torch(same, threads)]["median_ms"]) for threads in (1, everything))
        table[name]["reference_ms"] = fastest
        table[name]["times_faster"] = round(fastest / float(table[name]["median_ms"]), 1)
    return table


def _torch(name: str, threads: int) -> str:
    return f"{name}, torch, {threads} thread{'s' if threads > 1 else ''}"


def main() -> int:
    """Measures, prints and writes out/bench.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="repetitions of each quick measurement")
    rounds = parser.parse_args().rounds
    described = machine()
    table = measure(rounds)
    (OUT / "bench.json").write_text(json.dumps({"machine": described, "table": table}, indent=2) + "\n", "utf-8")
    print(as_markdown(table, described))
    print(f"\nLoad of the machine when it began: {described['load']}. The figures are in out/bench.json.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
