"""Trained teachers side by side as one network, for a second opinion that is better than each of them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from training.student import class_maps
from training.teacher import Teacher


class Joined(nn.Module):
    """Networks of one kind that see the same picture, with one linear layer behind all their last feature maps.

    That layer gives the mean of their logits, so that class maps stay exact. Filters and that layer's weights are
    halves (numbers of 16 bits), and batch norm is folded into them: the file can be half as large without answering
    otherwise.

    Args:
        branches: the networks, which stay as they are.
    """

    def __init__(self, branches: Sequence[Teacher]) -> None:
        super().__init__()
        self.normalise = branches[0].normalise
        # timm builds its networks from tables, and no type tells what is in them.
        self.bodies: Any = nn.ModuleList(copy.deepcopy(branch.body) for branch in branches)
        self.cam_layer = nn.Identity()  # its output is what is pooled: the layer to hold Grad-CAM against
        heads = [branch.classifier for branch in branches]
        self.classifier = nn.Linear(sum(head.in_features for head in heads), heads[0].out_features)
        with torch.no_grad():
            for body in self.bodies:
                fold(body)
            self.classifier.weight.copy_(torch.cat([head.weight for head in heads], 1) / len(heads))
            self.classifier.bias.copy_(torch.stack([head.bias for head in heads]).mean(0))
            for weights in self.parameters():
                if weights.ndim > 1:  # filters and the linear layer
                    weights.copy_(weights.half())

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits [N, classes] of pictures, uint8 [N, H, W, 3]."""
        return self.maps(image)[0]

    def trunk(self, normalised: Tensor) -> Tensor:
        """Return the last feature maps, all branches' [N, D, h, w], of normalised pictures, float [N, 3, H, W]."""
        features: Tensor = self.cam_layer(torch.cat([body.forward_features(normalised) for body in self.bodies], 1))
        return features

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits, class maps [N, classes, h, w] and pooled features, as `Student.maps` does."""
        return class_maps(self.trunk(self.normalise(image)), self.classifier)


def fold(body: nn.Module) -> None:
    """Let each convolution do the scaling of the batch norm behind it, which is left with a shift alone.

    Args:
        body: a timm EfficientNet, whose layers are in the order in which it calls them.
    """
    convolution = None
    for layer in body.modules():
        if isinstance(layer, nn.Conv2d):
            convolution = layer
        if isinstance(layer, nn.BatchNorm2d):
            assert convolution is not None, "no batch norm comes before a convolution"
            assert layer.running_mean is not None
            assert layer.running_var is not None
            scale = layer.weight / (layer.running_var + layer.eps).sqrt()
            convolution.weight.mul_(scale[:, None, None, None])
            layer.bias.sub_(layer.running_mean * scale)
            layer.weight.fill_(1)
            layer.running_mean.fill_(0)
            layer.running_var.fill_(1 - layer.eps)
