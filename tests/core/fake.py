"""A classifier that stands in where the network is not the point: it answers by a picture's mean colour."""

from collections import Counter

import numpy as np

from kndnet_desktop.core.card import Calibration, InputRule, Label, ModelCard
from kndnet_desktop.core.classifier import Outputs
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.images import Pixels

CODES = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")


class FakeClassifier:
    """Deterministic, quick, and it remembers what it was asked.

    Attributes:
        asked: How often each input was seen, by its bytes.
    """

    def __init__(self, sha256: str = "f" * 64, weight: float = 1.0) -> None:
        self.asked: Counter[bytes] = Counter()
        self._weight = weight
        self._card = ModelCard(
            name="Fake",
            role="student",
            architecture="the mean colour",
            parameters=7,
            sha256=sha256,
            labels=tuple(Label(code, f"Class {code}", code in ("akiec", "bcc", "mel")) for code in CODES),
            input=InputRule(height=24, width=32),
            calibration=Calibration(1.0, {"balanced": (0.0,) * 7, "accuracy": (0.5,) + (0.0,) * 6}, "balanced"),
            metrics=(),
            training_data="none",
            split="none",
            licence="none",
            intended_use="tests",
            limits=(),
            created="2026-01-01",
        )

    @property
    def card(self) -> ModelCard:
        return self._card

    def run(self, inputs: Pixels) -> Outputs:
        self.asked[inputs.tobytes()] += 1
        values = inputs.astype(np.float32).mean((1, 2)) / 255
        phases = np.arange(7, dtype=np.float32)
        logits = self._weight * 3 * np.sin(values @ np.ones((3, 7), np.float32) * 9 + phases)
        cams = np.repeat(logits[:, :, None], 12, 2).reshape(len(inputs), 7, 3, 4)
        return Outputs(logits.astype(np.float32), cams.astype(np.float32), values)


def fake_models(weight: float = 1.0, sha256: str = "f" * 64) -> Models:
    return Models(FakeClassifier(sha256, weight))
