"""Looking at a picture and its mirror images at once: test-time averaging that is part of the exported network."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.joined import Joined
from training.student import Student, class_maps
from training.teacher import Teacher

#: Axes of [N, channels, H, W] along which each look turns the picture about.
TURNS: tuple[tuple[int, ...], ...] = ((), (3,), (2,), (2, 3))


class Mirrored(nn.Module):
    """A trained network that averages over several looks at a picture, at as many times the work.

    The last feature maps are turned back and averaged before they are pooled; the head is linear, so that the logits
    are the mean of the looks' logits and the class maps stay exact. A mirrored picture gets the same answer.

    Args:
        network: the network as it was trained.
        looks: how many of `TURNS`, the picture itself first.
    """

    def __init__(self, network: Student | Teacher | Joined, looks: int) -> None:
        super().__init__()
        self.network = network
        self.normalise = network.normalise
        self.cam_layer = nn.Identity()  # its output is what is pooled: the layer to hold Grad-CAM against
        self._turns = TURNS[:looks]

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits [N, classes] of pictures, uint8 [N, H, W, 3]."""
        return self.maps(image)[0]

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits, class maps [N, classes, h, w] and pooled features, as `Student.maps` does."""
        plain = self.normalise(image)
        features = self.network.trunk(torch.cat([plain.flip(turn) if turn else plain for turn in self._turns]))
        each = features.reshape(len(self._turns), -1, *features.shape[1:])
        back = [look.flip(turn) if turn else look for look, turn in zip(each, self._turns, strict=True)]
        return class_maps(self.cam_layer(torch.stack(back).mean(0)), self.network.classifier)
