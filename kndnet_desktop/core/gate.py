"""Is this a dermatoscope picture at all? Asked before any answer is shown."""

from kndnet_desktop.core.classifier import Floats
from kndnet_desktop.core.evidence import Gate
from kndnet_desktop.core.images import Pixels

REFUSAL = "This does not look like a dermatoscope photo of a lesion, so it is not answered."
ANYWAY = "This does not look like a dermatoscope photo of a lesion; the answer is shown because you asked for it."


def features(pixels: Pixels, embedding: Floats) -> Floats:
    """Return what the gate judges by.

    Args:
        pixels: The frame at twice the size of the network's input, uint8 [H, W, 3], sRGB (`images.to_doubled`).
        embedding: The network's pooled features, float32 [D].

    Returns:
        float32 [F].
    """
    del pixels
    return embedding


def score(found: Floats, gate: Gate) -> float:
    """Return how much speaks against a dermatoscope picture: log-odds."""
    total = gate.bias
    for value, mean, scale, weight in zip(found, gate.mean, gate.scale, gate.weights, strict=True):
        total += weight * (float(value) - mean) / scale
    return total
