"""What is fitted for trust beside the temperature: prediction sets, operating points, and what uncertainty is worth.

Everything is fitted on the inner validation of HAM10000, from the answers that the app itself gives. In a release
`evaluate` measures it on pictures that nothing was fitted to; what the teacher's disagreement is worth is known from
the inner validation only.
"""

from __future__ import annotations

import inspect
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from kndnet_desktop.core import images, stability
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.evidence import Disagreement, Estimate, OperatingPoint, PredictionSets, Stability
from kndnet_desktop.core.files import write_whole
from kndnet_desktop.core.images import halved, read_image, to_doubled
from kndnet_desktop.core.stability import views
from kndnet_desktop.core.trust import operating_point, probabilities, set_scores
from training import metrics
from training.data import Record, digest, stamp
from training.metrics import Labels, Probabilities

Floats = NDArray[np.float64]

COVERAGE = 0.9
TARGETS = (0.85, 0.90, 0.95)
RESAMPLES = 1000
#: Share of right answers that may be called unstable.
FALSE_ALARM = 0.1


@dataclass(frozen=True)
class Answers:
    """What a model folder says of some pictures, run by the app's own code.

    Attributes:
        logits: float32 [N, classes].
        embeddings: float32 [N, D].
        views: float32 [N, views, classes], the logits of `core.stability.views`; [N, 0, classes] where not asked for.
        labels: class indices [N].
        lesions: lesion of each picture.
    """

    logits: NDArray[np.float32]
    embeddings: NDArray[np.float32]
    views: NDArray[np.float32]
    labels: Labels
    lesions: NDArray[np.str_]


def ask(classifier: OnnxClassifier, records: Sequence[Record], cache: Path, *, steady: bool = False) -> Answers:
    """Run picture files through the app, or read what an earlier call with the same model and pictures has cached.

    Args:
        classifier: the model folder.
        records: the pictures.
        cache: file to keep the answers in.
        steady: ask about the views of stability too.
    """
    files = [(record.image_id, stamp(record)) for record in records]
    code = "".join(inspect.getsource(module) for module in (images, stability))
    key = digest(f"{classifier.card.sha256} {classifier.card.input} {steady} {files} {code}")
    labels = np.array([record.label for record in records])
    lesions = np.array([record.lesion for record in records])
    # What was cut short, or is in an older form, is asked for again.
    with suppress(OSError, ValueError, KeyError, zipfile.BadZipFile), cache.open("rb") as file, np.load(file) as saved:
        if str(saved["key"]) == key:
            return Answers(saved["logits"], saved["embeddings"], saved["views"], labels, lesions)
    classes = len(classifier.card.labels)

    def one(record: Record) -> tuple[NDArray[np.float32], ...]:
        doubled, _ = to_doubled(read_image(Path(record.path)).image, classifier.card.input)
        found = classifier.run(halved(doubled)[None])
        varied = classifier.run(views(doubled)).logits if steady else np.zeros((0, classes), np.float32)
        return found.logits[0], found.embedding[0], varied

    with ThreadPoolExecutor(2) as pool:
        rows = list(tqdm(pool.map(one, records), "asking", len(records), mininterval=1))
    logits, embeddings, varied = (np.stack(column) for column in zip(*rows, strict=True))
    buffer = io.BytesIO()
    np.savez(buffer, key=key, logits=logits, embeddings=embeddings, views=varied)
    write_whole(cache, buffer.getvalue())
    return Answers(logits, embeddings, varied, labels, lesions)


def estimate(
    figure: Callable[[Floats], float], lesions: Sequence[str] | NDArray[np.str_], resamples: int = RESAMPLES
) -> Estimate:
    """A figure with its 95 % interval by resampling lesions.

    Args:
        figure: computes it from how often each picture counts, float64 [N].
        lesions: lesion of each picture.
        resamples: number of bootstrap resamples; one in which the figure is not defined is left out.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = [figure(weights) for weights in metrics.resamples(lesions, resamples)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Estimate(round(figure(np.ones(len(lesions))), 4), round(float(low), 4), round(float(high), 4))


def fit_sets(card: ModelCard, answers: Answers) -> PredictionSets:
    """Class-conditional conformal thresholds for each mode of the card.

    The threshold of a class is the k-th smallest score that its own pictures were given, k = floor((n + 1)(1 -
    coverage)), which covers a new picture of that class with at least the wanted chance if it is exchangeable with
    these (Vovk 2012, "Conditional validity of inductive conformal predictors"). A class with too few pictures for any
    k is always in the set.
    """
    thresholds = {}
    for mode in card.calibration.modes:
        scores = set_scores(probabilities(answers.logits, card.calibration, mode), card)
        found = []
        for index in range(len(card.labels)):
            own = np.sort(scores[answers.labels == index, index])
            k = int((len(own) + 1) * (1 - COVERAGE) + 1e-9)
            found.append(round_down(float(own[k - 1])) if k else 0.0)
        thresholds[mode] = tuple(found)
    return PredictionSets(COVERAGE, thresholds)


def fit_referral(card: ModelCard, answers: Answers, data: str) -> tuple[OperatingPoint, ...]:
    """For each mode and wanted sensitivity, the highest threshold that reaches it on these pictures."""
    malignant = is_malignant(card, answers.labels)
    points: list[OperatingPoint] = []
    if malignant.all() or not malignant.any():
        return ()
    for mode in card.calibration.modes:
        scores = p_malignant(card, answers.logits, mode)
        ranked = np.sort(scores[malignant])[::-1]
        for target in TARGETS:
            threshold = round_down(float(ranked[int(np.ceil(target * len(ranked))) - 1]))
            referred = scores >= threshold
            sensitivity, specificity = referral_figures(referred, malignant, answers.lesions)
            points.append(OperatingPoint(mode, target, threshold, sensitivity, specificity, len(scores), data))
    return tuple(points)


def as_measured(
    points: Sequence[OperatingPoint], mode: str, found: Mapping[str, Estimate], images: int, data: str
) -> tuple[OperatingPoint, ...]:
    """The same thresholds with what they did on other pictures.

    Args:
        points: of all modes; those of other modes are left as they are.
        mode: the calibration mode.
        found: what `figures` gave in that mode; a point that it does not name is left as it is.
        images: number of the pictures.
        data: which pictures.
    """
    return tuple(
        replace(
            point,
            sensitivity=found[f"referral {point.key} sensitivity"],
            specificity=found[f"referral {point.key} specificity"],
            images=images,
            data=data,
        )
        if point.mode == mode and f"referral {point.key} sensitivity" in found
        else point
        for point in points
    )


def referral_figures(
    referred: NDArray[np.bool_], malignant: NDArray[np.bool_], lesions: NDArray[np.str_]
) -> tuple[Estimate, Estimate]:
    """Sensitivity and specificity of a referral, each [N] bool, with their intervals."""
    return estimate(_share(referred, malignant), lesions), estimate(_share(~referred, ~malignant), lesions)


def fit_stability(card: ModelCard, answers: Answers, data: str, unstable: float | None = None) -> Stability | None:
    """How many views must change the answer to be remarked upon, and what that is worth beside the entropy.

    Args:
        card: the model's.
        answers: with their views.
        data: which pictures these are.
        unstable: the share of views, where it was fitted before and is only measured here.

    Returns:
        None where all answers are right, or all wrong, so that there is nothing to rank.
    """
    mode = card.calibration.default_mode
    shares = probabilities(answers.logits, card.calibration, mode).astype(float)
    wrong = shares.argmax(1) != answers.labels
    if wrong.all() or not wrong.any():
        return None
    flips = flip_rates(card, answers, mode)
    if unstable is None:
        levels = np.arange(1, answers.views.shape[1] + 1) / answers.views.shape[1]
        level = next((level for level in levels if (flips[~wrong] >= level - 1e-9).mean() <= FALSE_ALARM), 1.0)
        unstable = round(float(level) - 1e-4, 4)
    certainty = entropy(shares)
    return Stability(
        unstable,
        error_auroc=estimate(lambda w: metrics.auc(flips, wrong, w), answers.lesions),
        entropy_auroc=estimate(lambda w: metrics.auc(certainty, wrong, w), answers.lesions),
        data=data,
    )


def flip_rates(card: ModelCard, answers: Answers, mode: str) -> Floats:
    """Share of views [N] whose most probable class is not that of the picture itself."""
    tops = probabilities(answers.logits, card.calibration, mode).argmax(1)
    varied = probabilities(answers.views, card.calibration, mode).argmax(2)
    return np.asarray((varied != tops[:, None]).mean(1))


def fit_disagreement(card: ModelCard, answers: Answers, teacher: ModelCard, theirs: Answers) -> Disagreement | None:
    """Is a teacher that would decide otherwise on referral a better sign of a wrong referral than entropy alone?

    Both orders set pictures aside one after the other; what remains has a share of wrong referrals. The area under
    that share over coverage is the risk (Geifman and El-Yaniv 2017, "Selective classification").

    Returns:
        None where one of the two has no operating point.
    """
    mode = card.calibration.default_mode
    ours, other = operating_point(card, mode), operating_point(teacher, mode)
    if ours is None or other is None:
        return None
    referred = p_malignant(card, answers.logits, mode) >= ours.threshold
    differs = referred != (p_malignant(teacher, theirs.logits, mode) >= other.threshold)
    wrong = referred != is_malignant(card, answers.labels)
    doubt = entropy(probabilities(answers.logits, card.calibration, mode).astype(float))
    # Those disagreed on go first, each group in the order of its entropy.
    with_teacher = doubt + differs * (doubt.max() + 1)

    def gap(weights: Floats) -> float:
        return risk(with_teacher, wrong, weights) - risk(doubt, wrong, weights)

    return Disagreement(
        helps=estimate(gap, answers.lesions).high < 0,
        risk=estimate(lambda w: risk(with_teacher, wrong, w), answers.lesions),
        entropy_risk=estimate(lambda w: risk(doubt, wrong, w), answers.lesions),
    )


def risk(doubt: Floats, wrong: NDArray[np.bool_], weights: Floats) -> float:
    """Mean, over all coverages, of the share of wrong answers among those doubted least.

    Args:
        doubt: [N], higher is set aside earlier.
        wrong: [N].
        weights: how often each counts [N].
    """
    order = np.argsort(doubt, kind="stable")
    kept, errors = np.cumsum(weights[order]), np.cumsum(weights[order] * wrong[order])
    some = kept > 0
    return float(np.average(errors[some] / kept[some], weights=weights[order][some]))


def coverage(card: ModelCard, logits: NDArray[np.float32], mode: str) -> NDArray[np.bool_]:
    """Which classes are in each picture's set, bool [N, classes]."""
    assert card.trust.sets
    shares = probabilities(logits, card.calibration, mode)
    inside = set_scores(shares, card) >= np.array(card.trust.sets.thresholds[mode])
    inside[np.arange(len(shares)), shares.argmax(1)] = True
    return np.asarray(inside)


def p_malignant(card: ModelCard, logits: NDArray[np.float32], mode: str) -> Floats:
    """Probability of malignancy [N]."""
    chosen = [label.malignant for label in card.labels]
    return np.asarray(probabilities(logits, card.calibration, mode)[:, chosen].sum(1), np.float64)


def is_malignant(card: ModelCard, labels: Labels) -> NDArray[np.bool_]:
    """Whether each label counts as malignant [N]."""
    return np.array([label.malignant for label in card.labels])[labels]


def entropy(shares: Probabilities) -> Floats:
    """Entropy [N] of probabilities [N, classes], in nats."""
    return np.asarray(-(shares * np.log(np.maximum(shares, 1e-12))).sum(1))


def round_down(value: float, digits: int = 5) -> float:
    """Shorten a threshold so that what reached it still does."""
    return float(np.floor(value * 10**digits) / 10**digits)


def figures(card: ModelCard, answers: Answers, mode: str, complete: bool) -> Iterator[tuple[str, Estimate]]:
    """Every figure of the fitted parts on these pictures, for the card.

    Args:
        card: with its trust fitted.
        answers: of pictures that it was not fitted to, or was.
        mode: the calibration mode.
        complete: whether all classes occur.
    """
    malignant = is_malignant(card, answers.labels)
    scores = p_malignant(card, answers.logits, mode)
    one_sided = malignant.all() or not malignant.any()
    for point in () if one_sided else card.trust.points(mode):
        sensitivity, specificity = referral_figures(scores >= point.threshold, malignant, answers.lesions)
        yield f"referral {point.key} sensitivity", sensitivity
        yield f"referral {point.key} specificity", specificity
    if card.trust.sets and complete:
        inside = coverage(card, answers.logits, mode)
        sizes = inside.sum(1).astype(float)
        yield "set size", estimate(lambda w: float((w * sizes).sum() / w.sum()), answers.lesions)
        held = inside[np.arange(len(inside)), answers.labels]
        for index, label in enumerate(card.labels):
            own = answers.labels == index
            if own.any():
                yield f"set coverage {label.code}", estimate(_share(held, own), answers.lesions)


def _share(held: NDArray[np.bool_], own: NDArray[np.bool_]) -> Callable[[Floats], float]:
    """The share of `own` [N] that is `held` [N]."""
    return lambda weights: float((weights * (held & own)).sum() / (weights * own).sum())
