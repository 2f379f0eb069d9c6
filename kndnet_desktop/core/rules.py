"""What a model's card adds to its network, as one fingerprint."""

import json
from dataclasses import asdict

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.files import sha256_of


def rules_of(card: ModelCard) -> str:
    """Return the SHA-256 of all that turns the network's output into an answer: calibration and thresholds.

    Two cards may describe the same ``model.onnx`` and set its thresholds differently; answers by the one are then not
    those by the other. What was measured of a threshold is left out: measured anew, it changes no answer.
    """
    trust = card.trust
    rules = {
        "calibration": asdict(card.calibration),
        "sets": trust.sets and asdict(trust.sets),
        "referral": [(point.mode, point.target, point.threshold) for point in trust.referral],
        "gate": trust.gate and asdict(trust.gate),
        "quality": trust.quality and asdict(trust.quality),
        "unstable": trust.stability and trust.stability.unstable,
    }
    return sha256_of(json.dumps(rules, sort_keys=True).encode())
