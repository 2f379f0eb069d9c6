"""Two networks on the same pictures: is the difference more than chance? A paired bootstrap over lesions.

Runs of several seeds are compared in pairs and their differences averaged, so that a lucky start counts for little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.trust import probabilities
from training import networks
from training.calibrate import calibrate, held_out_losses, losses
from training.data import CODES, Record, prepare
from training.fit import predict
from training.metrics import Labels, Probabilities, auc, resamples, summary
from training.trust import ask

RESAMPLES = 2000
MELANOMA = CODES.index("mel")


@dataclass(frozen=True)
class Difference:
    """One figure of the first recipe's runs less that of the second's.

    Attributes:
        name: of the figure.
        first: mean of the first recipe's runs, on the pictures as they are.
        second: the same of the second's.
        value: the mean difference.
        low: lower end of its 95 % interval.
        high: upper end.
        p: two-sided bootstrap p value of no difference, at least 1 / `RESAMPLES`.
    """

    name: str
    first: float
    second: float
    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Measured:
    """What one trained run says of HAM10000's pictures of a part.

    Attributes:
        shares: calibrated probabilities [N, classes] of the mode `accuracy`.
        balanced: those of the mode `balanced`.
        losses: negative log-likelihood of each picture in the mode `accuracy`, in nats [N]; of a run on the inner
            validation, of answers that the picture did not help to calibrate.
        labels: class indices [N].
        lesions: lesion of each picture [N].
    """

    shares: Probabilities
    balanced: Probabilities
    losses: NDArray[np.float64]
    labels: Labels
    lesions: NDArray[np.str_]


def measure_run(run: Path, part: str) -> Measured:
    """Ask a run's averaged weights, as they would be exported, calibrated on the inner validation.

    Args:
        run: a trained run's folder.
        part: `inner` or `test`.

    Raises:
        UserError: the run is not trained.
    """
    if not (run / "best.pt").exists():
        raise UserError(f"The run {run.name} is not trained yet.", "Train it first, with the seeds that you compare.")
    recipe, trained = networks.from_run(run)
    network = networks.deployed(trained, recipe.model)
    pictures = prepare(recipe.data)
    inner, chosen = pictures.part("inner", "ham10000"), pictures.part(part, "ham10000")
    fitting = predict(network, pictures, inner, recipe)
    logits = fitting if part == "inner" else predict(network, pictures, chosen, recipe)
    calibration = calibrate(fitting, pictures.labels[inner])
    lesions = np.array([pictures.records[int(index)].lesion for index in chosen])
    shares, balanced = (
        probabilities(logits.astype(np.float32), calibration, mode).astype(float) for mode in ("accuracy", "balanced")
    )
    labels = pictures.labels[chosen]
    lost = held_out_losses(logits.astype(float), labels, lesions) if part == "inner" else losses(shares, labels)
    return Measured(shares, balanced, lost, labels, lesions)


def measure_model(folder: Path, records: Sequence[Record], cache: Path) -> Measured:
    """Ask an exported model folder through the app's own code, calibrated as its card says.

    Args:
        folder: the model folder.
        records: HAM10000's pictures of a part.
        cache: file to keep the answers in.
    """
    classifier = OnnxClassifier(folder)
    given = ask(classifier, records, cache)
    shares, balanced = (
        probabilities(given.logits, classifier.card.calibration, mode).astype(float)
        for mode in ("accuracy", "balanced")
    )
    return Measured(shares, balanced, losses(shares, given.labels), given.labels, given.lesions)


def compare(first: Sequence[Measured], second: Sequence[Measured]) -> list[Difference]:
    """Compare runs pair by pair.

    Args:
        first: runs of one recipe.
        second: as many of another, with the same seeds.

    Raises:
        UserError: the runs were measured on different pictures.
    """
    runs = (*first, *second)
    labels, lesions = runs[0].labels, runs[0].lesions
    if not all(np.array_equal(run.labels, labels) and np.array_equal(run.lesions, lesions) for run in runs):
        raise UserError("The runs were measured on different pictures.", "Train all of them with the same data.")
    rows = []
    for weights in (np.ones(len(labels)), *resamples(lesions, RESAMPLES)):
        sides = [[_figures(run, weights) for run in side] for side in (first, second)]
        rows.append([{name: float(np.mean([run[name] for run in side])) for name in side[0]} for side in sides])
    found = []
    for name in rows[0][0]:
        gaps = np.array([mine[name] - theirs[name] for mine, theirs in rows])
        low, high = np.percentile(gaps[1:], [2.5, 97.5])
        tail = min((gaps[1:] <= 0).mean(), (gaps[1:] >= 0).mean())
        p = min(1.0, max(2 * float(tail), 1 / RESAMPLES))
        found.append(Difference(name, rows[0][0][name], rows[0][1][name], float(gaps[0]), float(low), float(high), p))
    return found


def comparison(names: tuple[str, str], part: str, seeds: int, differences: Sequence[Difference]) -> dict[str, Any]:
    """A comparison as a results file holds it."""
    return {"runs": names, "part": part, "seeds": seeds, "differences": [asdict(each) for each in differences]}


def table(found: dict[str, Any], pictures: str) -> list[str]:
    """Lines of RESULTS.md for one comparison.

    Args:
        found: what `comparison` returned.
        pictures: which pictures it was made on.
    """
    first, second = found["runs"]
    seeds = f", mean of {found['seeds']} pairs with the same seeds" if found["seeds"] > 1 else ""
    lines = [
        "",
        f"`{first}` against `{second}`, {pictures}{seeds}, in the mode `accuracy` where no other is named:",
        "",
        f"| figure | {first} | {second} | difference | p |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for each in found["differences"]:
        gap = f"{each['value']:+.3f} ({each['low']:+.3f} to {each['high']:+.3f})"
        lines.append(f"| {each['name']} | {each['first']:.3f} | {each['second']:.3f} | {gap} | {each['p']:.4f} |")
    return lines


def _figures(run: Measured, weights: NDArray[np.float64]) -> dict[str, float]:
    melanoma = run.labels == MELANOMA
    both = weights[melanoma].any() and weights[~melanoma].any()
    area = auc(run.shares[:, MELANOMA], melanoma, weights) if both else 0.5  # such a resample tells nothing
    balanced = summary(run.balanced, run.labels, weights)["balanced accuracy"]
    return {
        **summary(run.shares, run.labels, weights),
        "balanced accuracy, mode `balanced`": balanced,
        "melanoma AUC": area,
        "log loss": float(np.average(run.losses, weights=weights)),
    }
