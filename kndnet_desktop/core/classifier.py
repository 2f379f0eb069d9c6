"""From network input to logits and class maps, through ONNX Runtime."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from kndnet_desktop.core.card import ModelCard, load_checked
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.images import Pixels

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """What a network says of a batch of N inputs.

    Attributes:
        logits: float32 [N, classes].
        cams: Class maps, float32 [N, classes, h, w]; their spatial mean plus a bias is the logit.
        embedding: Pooled features, float32 [N, D].
    """

    logits: Floats
    cams: Floats
    embedding: Floats


class Classifier(Protocol):
    """Anything that turns network inputs into outputs and knows its card."""

    @property
    def card(self) -> ModelCard:
        """The model's card."""

    def run(self, inputs: Pixels) -> Outputs:
        """Run uint8 [N, H, W, 3] sRGB inputs, all of one shape."""


class OnnxClassifier:
    """A model of a model folder. One instance may be used from several threads at once.

    Args:
        folder: Folder with ``model.onnx`` and ``card.json``.
        threads: Threads inside one run. One is best: the networks are small, and pictures run beside each other.

    Raises:
        UserError: If the folder has no valid model, or its SHA-256 is not its card's.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        import onnxruntime  # a quarter of a second that the first window need not wait for

        onnxruntime.disable_telemetry_events()  # on Windows; elsewhere the variable in our __init__.py does it
        self._card, model = load_checked(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Threads that spin while they wait take the time of the other pictures' threads.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises its own classes, which share no other base
            raise UserError(
                f"The model “{self._card.name}” can't be loaded on this computer.", "Install the program again."
            ) from error

    @classmethod
    def if_installed(cls, folder: Path, threads: int = 1) -> Self | None:
        """Load the model of a folder, or return None where there is no such folder."""
        return cls(folder, threads) if folder.is_dir() else None

    @property
    def card(self) -> ModelCard:
        """The model's card."""
        return self._card

    def run(self, inputs: Pixels) -> Outputs:
        """Run a batch.

        Args:
            inputs: uint8 [N, H, W, 3], sRGB.

        Returns:
            The outputs, in the order of the inputs.
        """
        logits, cams, embedding = self._session.run(["logits", "cams", "embedding"], {"image": inputs})
        return Outputs(np.asarray(logits), np.asarray(cams), np.asarray(embedding))
