"""Evaluation: a finished model folder, run by the app's own code over picture files it has not learned from.

The inner validation may be looked at as often as one likes. Fold 0 of HAM10000 and the pictures kept aside from the
other clinics are for a release: looked at once, when nothing is left to choose.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, replace
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.flop_counter import FlopCounterMode

from kndnet_desktop.core.card import MODEL_FILE, Metric
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.evidence import Reliability
from kndnet_desktop.core.files import write_whole
from kndnet_desktop.core.trust import probabilities
from training import metrics, networks
from training.config import ModelConfig, Recipe
from training.data import CODES, Record
from training.metrics import Labels, Probabilities
from training.trust import Answers, as_measured, ask, estimate, fit_stability
from training.trust import figures as trust_figures

Floats = NDArray[np.float64]

RESAMPLES = 1000
RESULTS = Path(__file__).with_name("results")
#: A group with fewer lesions or melanomas than these is too small to tell anything of.
FEW = {"lesions": 50, "melanomas": 20}
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
    groups: Mapping[str, Mapping[str, str]] | None = None,
) -> Path:
    """Measure a model folder, and write the figures into its card and into a results file.

    The card's reliability becomes that of HAM10000 in the card's default mode, and the figures beside its operating
    points and of its stability become those of HAM10000 too: what the program tells its users is what was measured
    last, in a release on pictures that nothing was fitted to.

    Args:
        folder: the model folder.
        records: pictures of both data sets; those of `part` are used.
        part: `inner` or `test`.
        recipe: of the run: its name names the results file, its network is counted.
        results: folder for the results file and its pictures.
        facts: more to write down about the model.
        groups: image id to sex, age group and site, where they are known.

    Returns:
        The results file `RUN-PART.json`; beside it lie the pictures of the confusion matrix and of
        the reliability.
    """
    run, classifier = recipe.name, OnnxClassifier(folder)
    card = classifier.card
    found: list[Metric] = []
    tables: dict[str, Any] = {}
    trust, stability = card.trust, None
    for source, name in SETS[part].items():
        chosen = [record for record in records if record.part == part and record.source == source]
        if not chosen:
            continue
        complete = source == "ham10000"
        cache = folder.parent / f"answers-{part}-{source}.npz"
        given = ask(classifier, chosen, cache, steady=complete and trust.stability is not None)
        if complete and trust.stability:
            stability = fit_stability(card, given, name, trust.stability.unstable)
            trust = replace(trust, stability=stability or trust.stability)
        for mode in card.calibration.modes:
            answers = probabilities(given.logits, card.calibration, mode).astype(float)
            figures = measure(answers, given.labels, given.lesions, complete)
            fitted = dict(trust_figures(card, given, mode, complete))
            figures |= {key: astuple(value) for key, value in fitted.items()}
            if complete:
                trust = replace(trust, referral=as_measured(trust.referral, mode, fitted, len(chosen), name))
            protocol = "whole picture through the app, given once; 95 % by 1000 bootstrap resamples of lesions"
            if part == "inner":
                protocol += "; these pictures also chose the epoch and the calibration"
            found += [Metric(key, *value, len(chosen), name, mode, protocol) for key, value in figures.items()]
            reliability = metrics.reliability(answers, given.labels)
            tables[f"{name}, {mode} mode"] = {
                "confusion": metrics.confusion(given.labels, answers.argmax(1), len(CODES)).tolist(),
                "reliability": reliability,
            }
            if complete and mode == card.calibration.default_mode:
                trust = replace(trust, reliability=Reliability(name, mode, filled(reliability)))
                tables[f"{name}, {mode} mode"]["groups"] = by_group(answers, given, chosen, groups or {})
    kept = tuple(metric for metric in card.metrics if metric.data not in SETS[part].values())
    replace(card, metrics=kept + tuple(found), trust=trust).save(folder)
    results.mkdir(exist_ok=True)
    path = results / f"{run}-{part}.json"
    disagreement = trust.disagreement if part == "inner" else None  # measured where it was fitted, and nowhere else
    tree = {
        "run": run,
        "sha256": card.sha256,
        "parameters": card.parameters,
        "multiply-accumulates": count_macs(recipe.model),
        "bytes": (folder / MODEL_FILE).stat().st_size,
        **(facts or {}),
        "input": [card.input.height, card.input.width],
        "stability": asdict(stability) if stability else None,
        "disagreement": asdict(disagreement) if disagreement else None,
        "metrics": [asdict(metric) for metric in found],
        "tables": tables,
    }
    write_whole(path, (json.dumps(tree, indent=1) + "\n").encode())
    for name, table in tables.items():
        if name.startswith(SETS[part]["ham10000"]):
            write_whole(path.with_name(f"{run}-{part}-{name.split()[-2]}.png"), draw(name, table))
    return path


def measure(
    answers: Probabilities, labels: Labels, lesions: NDArray[np.str_], complete: bool
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

    draws: dict[str, list[float]] = {}
    for weights in metrics.resamples(lesions, RESAMPLES):
        for name, value in figures(weights).items():
            draws.setdefault(name, []).append(value)
    result = {}
    for name, value in figures(np.ones(len(labels))).items():
        low, high = np.nanpercentile(draws[name], [2.5, 97.5])
        result[name] = (round(value, 4), round(float(low), 4), round(float(high), 4))
    return result


def filled(reliability: Sequence[Mapping[str, float]]) -> tuple[tuple[int, float, float], ...]:
    """The bins of `metrics.reliability` that hold a picture, as a card keeps them."""
    return tuple((int(each["count"]), each["confidence"], each["accuracy"]) for each in reliability if each["count"])


def by_group(
    answers: Probabilities, given: Answers, records: Sequence[Record], groups: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Accuracy, balanced accuracy and melanoma AUC of each group of patients, with intervals.

    Returns:
        A row for each group: its kind and name, counts of pictures and melanomas, whether these are too few to tell
        (`FEW`), and the figures as [value, low, high]; a figure is None where a group holds only one side.
    """
    rows = []
    for kind in ("sex", "age", "site"):
        names = np.array([groups.get(record.image_id, {}).get(kind, "unknown") for record in records])
        for name in sorted(set(names)):
            own = names == name
            melanomas = int((given.labels[own] == CODES.index("mel")).sum())
            few = len(set(given.lesions[own])) < FEW["lesions"] or melanomas < FEW["melanomas"]
            counts = {"images": int(own.sum()), "melanomas": melanomas, "few": few}
            rows.append({"kind": kind, "name": name, **counts, **_of_group(answers[own], given, own)})
    return rows


def _of_group(answers: Probabilities, given: Answers, own: NDArray[np.bool_]) -> dict[str, list[float] | None]:
    labels, lesions = given.labels[own], given.lesions[own]
    melanoma = CODES.index("mel")

    def accuracy(weights: Floats) -> float:
        return metrics.summary(answers, labels, weights)["accuracy"]

    def balanced(weights: Floats) -> float:
        # A resample that lacks a class of the group would give a mean over others: another figure.
        if not all(weights[labels == label].any() for label in set(labels.tolist())):
            return float("nan")
        return metrics.summary(answers, labels, weights)["balanced accuracy"]

    def area(weights: Floats) -> float:
        return metrics.auc(answers[:, melanoma], labels == melanoma, weights)

    both = 0 < (labels == melanoma).sum() < len(labels)
    return {
        "accuracy": list(astuple(estimate(accuracy, lesions))),
        "balanced accuracy": list(astuple(estimate(balanced, lesions))),
        "melanoma AUC": list(astuple(estimate(area, lesions))) if both else None,
    }


def count_macs(model: ModelConfig) -> int:
    """Multiply-accumulates for one picture of nominal size."""
    network = networks.deployed(networks.build(networks.without_weights(model)), model).eval()
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
