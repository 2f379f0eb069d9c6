"""What a model's card adds to its network, as one fingerprint."""

import json
from dataclasses import asdict

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.files import sha256_of


def rules_of(card: ModelCard) -> str:
    """Return the SHA-256 of all that turns the network's output into an answer: calibration and trust.

    Two cards may describe the same ``model.onnx`` and set its thresholds differently; answers by the one are then not
    those by the other.
    """
    rules = {"calibration": asdict(card.calibration), "trust": asdict(card.trust)}
    return sha256_of(json.dumps(rules, sort_keys=True).encode())
