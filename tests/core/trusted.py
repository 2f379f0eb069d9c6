"""A model folder whose card holds all that trust needs, for the shipped network: thresholds that tests can rely on."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from kndnet_desktop.core import gate
from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.card import MODEL_FILE, ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.evidence import (
    Disagreement,
    Estimate,
    Gate,
    OperatingPoint,
    PredictionSets,
    Quality,
    Stability,
    Trust,
)
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.images import JUDGED, read_image, to_doubled
from kndnet_desktop.core.trust import set_scores

DATA = "HAM10000 inner validation"
HALF = Estimate(0.5, 0.4, 0.6)


def page_of_text() -> Image.Image:
    """A picture that no dermatoscope has ever seen."""
    page = Image.new("RGB", (600, 450), "white")
    for line in range(20, 430, 20):
        ImageDraw.Draw(page).text((30, line), "The quick brown fox jumps over the lazy dog. " * 3, "black")
    return page


def points(modes: Any, *, thresholds: tuple[float, float, float]) -> tuple[OperatingPoint, ...]:
    """Three operating points for each mode."""
    return tuple(
        OperatingPoint(
            mode, target, threshold, Estimate(target + 0.01, target - 0.02, target + 0.03), Estimate(0.74, 0.7, 0.78),
            1322, DATA,
        )
        for mode in modes
        for target, threshold in zip((0.85, 0.9, 0.95), thresholds, strict=True)
    )  # fmt: skip


def make(folder: Path, model_folder: Path, samples: Path, **parts: Any) -> Path:
    """Copy a model folder and give its card a whole trust block.

    Args:
        folder: Where to make it.
        model_folder: What to copy.
        samples: Folder of pictures that the gate lets pass; it stops a page of text.
        parts: Parts of the trust block that are to be others; None leaves one out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(model_folder / MODEL_FILE, folder)
    card = ModelCard.load(model_folder)
    modes = card.calibration.modes
    made = {
        "sets": PredictionSets(0.9, dict.fromkeys(modes, (0.013,) * len(card.labels))),
        "referral": points(modes, thresholds=around(samples / "drawn-hair.jpg", model_folder, (1.3, 0.9, 0.5))),
        "gate": None if "gate" in parts else _gate(samples),
        "quality": Quality({"hair": 1.0}),
        "stability": Stability(0.25, HALF, HALF),
        "disagreement": Disagreement(helps=True, risk=HALF, entropy_risk=HALF),
    }
    replace(card, trust=Trust(**{**made, **parts})).save(folder)
    return folder


def around(photo: Path, model_folder: Path, times: tuple[float, float, float]) -> tuple[float, float, float]:
    """Thresholds that lie so many times as high as a photo's answer, whatever the weights say."""
    case = next(classify([photo], Models(OnnxClassifier(model_folder))))
    assert case.examination
    share = case.examination.prediction.p_malignant
    first, second, third = (round(min(0.99, each * share), 4) for each in times)
    return first, second, third


def twofold(photo: Path, model_folder: Path) -> PredictionSets:
    """Prediction sets that hold two classes or more for a photo, whatever the weights say."""
    classifier = OnnxClassifier(model_folder)
    case = next(classify([photo], Models(classifier)))
    assert case.examination
    shares = np.array(list(case.examination.prediction.probabilities.values()))
    second = float(np.sort(set_scores(shares, classifier.card))[-2])
    modes = classifier.card.calibration.modes
    return PredictionSets(0.9, dict.fromkeys(modes, (0.9 * second,) * len(shares)))


def _gate(samples: Path) -> Gate:
    """Halve the way from the samples to a page of text, along the line between their means."""

    def seen(picture: Image.Image) -> np.ndarray:
        return gate.features(np.asarray(to_doubled(picture, JUDGED)[0]))

    skin = np.mean([seen(read_image(path.read_bytes()).image) for path in sorted(samples.glob("*.jpg"))], axis=0)
    text = seen(page_of_text())
    weights = text - skin
    return Gate(
        mean=tuple(map(float, (skin + text) / 2)),
        scale=(1.0,) * len(skin),
        weights=tuple(map(float, weights)),
        bias=0.0,
        threshold=0.0,
    )
