"""Looking at a picture and its mirror images at once: test-time averaging that is part of the exported network."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.student import Student, class_maps
from training.teacher import Teacher


class Mirrored(nn.Module):
    """A trained network that averages what it sees in a picture and in its mirror images, at four times the work.

    The last feature maps are turned back and averaged before they are pooled; the head is linear, so that the logits
    are the mean of the four logits and the class maps stay exact. A mirrored picture gets the same answer.

    Args:
        network: the network as it was trained.
    """

    def __init__(self, network: Student | Teacher) -> None:
        super().__init__()
        self.network = network
        self.normalise = network.normalise
        self.cam_layer = nn.Identity()  # its output is what is pooled: the layer to hold Grad-CAM against

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits [N, classes] of pictures, uint8 [N, H, W, 3]."""
        return self.maps(image)[0]

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits, class maps [N, classes, h, w] and pooled features, as `Student.maps` does."""
        plain = self.normalise(image)
        down, across = plain.flip(2), plain.flip(3)
        features = self.network.trunk(torch.cat([plain, down, across, down.flip(3)]))
        four = features.reshape(4, -1, *features.shape[1:])
        turned = (four[0], four[1].flip(2), four[2].flip(3), four[3].flip((2, 3)))
        return class_maps(self.cam_layer(torch.stack(turned).mean(0)), self.network.classifier)
