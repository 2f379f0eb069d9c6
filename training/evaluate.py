"""Evaluation: a finished model folder, run by the app's own code over picture files it has not learned from.

The inner validation may be looked at as often as one likes. Fold 0 of HAM10000 and the pictures kept aside from the
other clinics are for a release: looked at once, when nothing is left to choose.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.flop_counter import FlopCounterMode
from tqdm import tqdm

from kndnet_desktop.core.card import MODEL_FILE, Metric
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.files import write_whole
from kndnet_desktop.core.images import read_image, to_input
from kndnet_desktop.core.trust import probabilities
from training import metrics, networks
from training.config import ModelConfig, Recipe
from training.data import CODES, Record
from training.metrics import Labels, Probabilities

Floats = NDArray[np.float64]

RESAMPLES = 1000
RESULTS = Path(__file__).with_name("results")
SETS = {
    "inner": {"ham10000": "HAM10000 inner validation", "isic2018": "ISIC 2018 Task 1 inner validation"},
    "test": {"ham10000": "HAM10000 fold 0", "isic2018": "ISIC 2018 Task 1 kept aside"},
}


def evaluate(
    folder: Path,
    records: Sequence[Record],
    part: str,
    recipe: Recipe,
    results: Path,
    facts: Mapping[str, int] | None = None,
) -> Path:
    """Measure a model folder, and write the figures into its card and into a results file.

    Args:
        folder: the model folder.
        records: pictures of both data sets; those of `part` are used.
        part: `inner` or `test`.
        recipe: of the run: its name names the results file, its network is counted.
        results: folder for the results file and its pictures.
        facts: more to write down about the model.

    Returns:
        The results file `RUN-PART.json`; beside it lie the pictures of the confusion matrix and of
        the reliability.
    """
    run, classifier = recipe.name, OnnxClassifier(folder)
    card = classifier.card
    found: list[Metric] = []
    tables: dict[str, Any] = {}
    for source, name in SETS[part].items():
        chosen = [record for record in records if record.part == part and record.source == source]
        if not chosen:
            continue
        logits = run_app(classifier, chosen)
        labels = np.array([record.label for record in chosen])
        lesions = [record.lesion for record in chosen]
        np.savez(folder.parent / f"answers-{part}-{source}.npz", logits=logits, labels=labels, lesions=lesions)
        for mode in card.calibration.modes:
            answers = probabilities(logits, card.calibration, mode).astype(float)
            figures = measure(answers, labels, lesions, source == "ham10000")
            protocol = "whole picture through the app, one view; 95 % by 1000 bootstrap resamples of lesions"
            if part == "inner":
                protocol += "; these pictures also chose the epoch and the calibration"
            found += [Metric(key, *value, len(chosen), name, mode, protocol) for key, value in figures.items()]
            tables[f"{name}, {mode} mode"] = {
                "confusion": metrics.confusion(labels, answers.argmax(1), len(CODES)).tolist(),
                "reliability": metrics.reliability(answers, labels),
            }
    kept = tuple(metric for metric in card.metrics if metric.data not in SETS[part].values())
    replace(card, metrics=kept + tuple(found)).save(folder)
    results.mkdir(exist_ok=True)
    path = results / f"{run}-{part}.json"
    tree = {
        "run": run,
        "sha256": card.sha256,
        "parameters": card.parameters,
        "multiply-accumulates": count_macs(recipe.model),
        "bytes": (folder / MODEL_FILE).stat().st_size,
        **(facts or {}),
        "input": [card.input.height, card.input.width],
        "metrics": [asdict(metric) for metric in found],
        "tables": tables,
    }
    write_whole(path, (json.dumps(tree, indent=1) + "\n").encode())
    for name, table in tables.items():
        if name.startswith(SETS[part]["ham10000"]):
            write_whole(path.with_name(f"{run}-{part}-{name.split()[-2]}.png"), draw(name, table))
    return path


def run_app(classifier: OnnxClassifier, records: Sequence[Record]) -> NDArray[np.float32]:
    """Logits [N, classes] of picture files, each read and scaled as the app does."""

    def one(record: Record) -> NDArray[np.float32]:
        image, _ = to_input(read_image(Path(record.path)).image, classifier.card.input)
        return np.asarray(classifier.run(image[None]).logits[0])

    with ThreadPoolExecutor(2) as pool:
        return np.stack(list(tqdm(pool.map(one, records), "evaluating", len(records), mininterval=1)))


def measure(
    answers: Probabilities, labels: Labels, lesions: Sequence[str], complete: bool
) -> dict[str, tuple[float, float, float]]:
    """Every figure with its 95 % interval by resampling lesions, which keeps pictures of one lesion together.

    Args:
        answers: probabilities [N, classes].
        labels: class indices [N].
        lesions: lesion of each picture.
        complete: whether all classes occur; otherwise only the melanoma figures are worth having.
    """

    def figures(weights: Floats) -> dict[str, float]:
        ranked = metrics.ranking(answers, labels, CODES.index("mel"), weights)
        if not complete:
            return {name: value for name, value in ranked.items() if name.startswith("melanoma")}
        recalls = {f"recall {CODES[c]}": value for c, value in metrics.recalls(answers, labels, weights).items()}
        error = metrics.calibration_error(answers, labels, weights)
        return metrics.summary(answers, labels, weights) | recalls | ranked | {"ECE": error}

    _, group = np.unique(np.array(lesions), return_inverse=True)
    count = int(group.max()) + 1
    rng = np.random.default_rng(0)
    draws: dict[str, list[float]] = {}
    for _ in range(RESAMPLES):
        drawn = np.bincount(rng.integers(count, size=count), minlength=count).astype(float)
        for name, value in figures(drawn[group]).items():
            draws.setdefault(name, []).append(value)
    result = {}
    for name, value in figures(np.ones(len(labels))).items():
        low, high = np.nanpercentile(draws[name], [2.5, 97.5])
        result[name] = (round(value, 4), round(float(low), 4), round(float(high), 4))
    return result


def count_macs(model: ModelConfig) -> int:
    """Multiply-accumulates for one picture of nominal size."""
    network = networks.build(networks.without_weights(model)).eval()
    counter = FlopCounterMode(display=False)
    with torch.inference_mode(False), counter:
        network(torch.zeros(1, model.height, model.width, 3, dtype=torch.uint8))
    return int(counter.get_total_flops()) // 2


def draw(title: str, table: dict[str, Any]) -> bytes:
    """Confusion matrix and reliability diagram, side by side, as PNG."""
    counts = np.array(table["confusion"], dtype=int)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    left.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(*counts.shape):
        ink = "white" if shares[row, column] > 0.5 else "black"
        left.text(column, row, counts[row, column], ha="center", va="center", color=ink)
    left.set(title=title, xlabel="answer", ylabel="truth")
    left.set_xticks(range(len(CODES)), CODES)
    left.set_yticks(range(len(CODES)), CODES)
    bins = [entry for entry in table["reliability"] if entry["count"]]
    right.plot([0, 1], [0, 1], color="0.7")
    right.scatter(
        [entry["confidence"] for entry in bins],
        [entry["accuracy"] for entry in bins],
        s=[max(8, entry["count"] / 4) for entry in bins],
    )
    right.set(title="reliability", xlabel="probability of the answer", ylabel="share that is right")
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=80, metadata={"Software": None})
    plt.close(figure)
    return drawn.getvalue()
