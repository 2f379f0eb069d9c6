"""Measures the reports for `make bench`: one page from a known result, and 200 photos from their files."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench_table import Row
from PIL import Image, ImageChops

from kndnet_desktop import paths
from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.keys import Keys
from kndnet_desktop.core.report_parts import LIST_SIDE, Form, photo
from kndnet_desktop.reporting import make_reporter

PHOTOS = 200


def measure(models: Models, painter: HeatPainter, timed: Callable[..., Row], rounds: int) -> dict[str, Row]:
    """Returns a row for each kind of report, signed.

    Args:
        models: who is asked.
        painter: paints the heat maps.
        timed: measures a piece of work, `bench.timed`.
        rounds: repetitions of the quick one.
    """
    card, reporter = models.main.card, make_reporter("en", painter)
    made = datetime(2026, 1, 1, tzinfo=UTC)
    sample = paths.resources() / "samples" / "drawn-asymmetric.jpg"
    case = next(classify([sample], models, full_size=True))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        signer = Keys(folder / "signing", None, lambda _new: "bench").own()

        def one() -> bytes:
            shot = photo(case.result, case.picture, case.examination, card, painter)
            return signer.sign(reporter.lesion([shot], [card], Form(), made).pdf(), "bench")

        files = _photos(folder)
        start = time.perf_counter()
        shots = (
            photo(each.result, each.picture, each.examination, card, painter, side=LIST_SIDE)
            for each in classify(files, models)
        )
        signer.sign(reporter.batch(shots, [card], Form(), made).pdf(), "bench")
        batch = {"seconds": round(time.perf_counter() - start, 2), "photos": float(PHOTOS)}
        return {"report": timed(one, rounds), "batch report": batch}


def _photos(folder: Path) -> list[Path]:
    """Saves drawn photos that all differ, so that nothing is set once and used again."""
    samples = [Image.open(path).convert("RGB") for path in sorted((paths.resources() / "samples").glob("*.jpg"))]
    files = []
    for number in range(PHOTOS):
        files.append(folder / f"photo-{number:03}.jpg")
        ImageChops.offset(samples[number % len(samples)], number).save(files[-1], quality=90)
    return files
