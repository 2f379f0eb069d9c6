"""The teacher: an EfficientNet from timm, fine-tuned, with the first layers frozen if the recipe says so."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import timm
import torch
from torch import Tensor, nn

from kndnet_desktop.core.errors import UserError
from training.student import Normalise, class_maps


class Teacher(nn.Module):
    """A timm EfficientNet of which the pooling and the classifier are ours, so that its class maps are exact.

    Args:
        kind: timm's name of the network.
        classes: number of classes.
        dropout: share of pooled features dropped in training.
        drop_path: share of residual branches dropped in training.
        weights: `hub` for timm's ImageNet weights, a file of them, or None for random numbers.
        freeze: share of the layers, from the picture on, that keep weights and batch-norm statistics.

    Raises:
        UserError: timm knows no such network, or the file holds other tensors.
    """

    # timm builds its networks from tables, and no type tells what is in them.
    body: Any

    def __init__(
        self,
        kind: str,
        classes: int = 7,
        dropout: float = 0.2,
        drop_path: float = 0.0,
        weights: str | None = None,
        freeze: float = 0.0,
    ) -> None:
        super().__init__()
        if not timm.is_model(kind):
            raise UserError(f"timm knows no network {kind!r}.", "Try efficientnet_b4 or tf_efficientnet_lite2.")
        body: Any = timm.create_model(kind, pretrained=weights == "hub", num_classes=0, drop_path_rate=drop_path)
        if weights is not None and weights != "hub":
            load_by_order(body, Path(weights))
        config = body.pretrained_cfg
        self.normalise = Normalise(config["mean"], config["std"])
        self.body = body
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(body.num_features, classes)
        nn.init.normal_(self.classifier.weight, std=0.01)
        nn.init.zeros_(self.classifier.bias)
        self._frozen = freeze_first(body, freeze)

    @property
    def cam_layer(self) -> nn.Module:
        """The layer whose output is pooled: the batch norm and activation after the last convolution."""
        layer: nn.Module = self.body.bn2
        return layer

    def train(self, mode: bool = True) -> Teacher:
        """Switch to training, except for the frozen layers, whose batch-norm statistics must not move either."""
        super().train(mode)
        for layer in self._frozen:
            layer.eval()
        return self

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits [N, classes] of pictures, uint8 [N, H, W, 3]."""
        pooled = self.trunk(self.normalise(image)).mean((2, 3))
        logits: Tensor = self.classifier(self.dropout(pooled))
        return logits

    def trunk(self, normalised: Tensor) -> Tensor:
        """Return the last feature maps [N, D, h, w] of normalised pictures, float [N, 3, H, W]."""
        features: Tensor = self.body.forward_features(normalised)
        return features

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits, class maps [N, classes, h, w] and pooled features, as `Student.maps` does."""
        return class_maps(self.trunk(self.normalise(image)), self.classifier)


def read_file(path: Path) -> dict[str, Any]:
    """Read what torch has saved: tensors by name, or a run's tree of them.

    Raises:
        UserError: the file is missing, or not torch's.
    """
    try:
        tree: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, pickle.UnpicklingError) as error:
        hint = "Check the file's name; training/README.md tells where ImageNet's weights come from."
        raise UserError(f"The weights {path} cannot be read.", hint) from error
    return tree


def load_by_order(body: nn.Module, path: Path) -> None:
    """Copy a file's tensors into `body` one by one: the same network under other names.

    The file's last two tensors are its own classifier; counters of batch norm are left out on both sides.

    Raises:
        UserError: the file is missing or its tensors have other shapes.
    """
    hint = "Give the weights of the very network that the recipe names."
    tensors = [tensor for name, tensor in read_file(path).items() if not name.endswith("num_batches_tracked")][:-2]
    ours = {name: tensor for name, tensor in body.state_dict().items() if not name.endswith("num_batches_tracked")}
    if [tensor.shape for tensor in tensors] != [tensor.shape for tensor in ours.values()]:
        raise UserError(f"The weights {path} are of another network.", hint)
    body.load_state_dict(dict(zip(ours, tensors, strict=True)), strict=False)


def freeze_first(body: nn.Module, share: float) -> list[nn.Module]:
    """Freeze the first `share` of the layers that hold weights; return those layers."""
    layers = [layer for layer in body.modules() if list(layer.parameters(recurse=False))]
    frozen = layers[: round(share * len(layers))]
    for layer in frozen:
        layer.requires_grad_(False)
    return frozen
