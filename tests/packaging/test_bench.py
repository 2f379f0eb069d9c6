"""The benchmark compares like with like."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest


def test_the_reference_has_the_weights_of_the_shipped_student(student_folder: Path, samples: Path) -> None:
    pytest.importorskip("torch", reason="the extra `training` is not installed")
    from bench_reference import Reference, student_of

    from kndnet_desktop.core.classifier import OnnxClassifier
    from kndnet_desktop.core.images import read_image, to_input

    shipped = OnnxClassifier(student_folder)
    reference = Reference(student_of(student_folder / "model.onnx"), shipped.card.input)
    for path in sorted(samples.glob("*.jpg")):
        pixels, _ = to_input(read_image(path).image, shipped.card.input)
        difference = reference.network(pixels[None].copy()) - shipped.run(pixels[None]).logits
        assert np.abs(difference).max() < 1e-3, path.name
    overlay = reference.run(samples / "drawn-nevus.jpg")
    assert overlay.shape == (450, 600, 3)


def test_a_file_without_the_students_layers_is_refused(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="the extra `training` is not installed")
    pytest.importorskip("torch", reason="the extra `training` is not installed")
    from bench_reference import student_of

    graph = onnx.helper.make_graph([], "nothing", [], [])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "model.onnx")
    with pytest.raises(KeyError, match="holds no"):
        student_of(tmp_path / "model.onnx")


def test_times_are_median_and_95th_percentile() -> None:
    import bench

    row = bench.timed(lambda: sum(range(100_000)), rounds=21)
    assert row["rounds"] == 21
    assert 0 < row["median_ms"] <= row["p95_ms"]


def test_the_table_shows_what_was_measured() -> None:
    from bench_table import TITLES, as_markdown

    table = defaultdict(lambda: defaultdict(lambda: 123.0))
    table |= {name: {"median_ms": 2.0, "p95_ms": 3.0, "reference_ms": 40.0, "times_faster": 20.0} for name in TITLES}
    table["crop"] = {"updates_per_second": 456.0}
    text = as_markdown(table, defaultdict(lambda: "named"))
    assert text.count("| 2.0 ms | 3.0 ms | 40.0 ms | 20.0 |") == len(TITLES)
    assert "123 ms" in text
    assert "456" in text
    assert "named" in text
