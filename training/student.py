"""The student: a convolutional network of about 140,000 parameters for seven classes of skin lesion.

Every block is an inverted residual (Sandler et al. 2018, MobileNetV2): a pointwise expansion, a depthwise filter and a
pointwise projection, each followed by batch norm. The head is global average pooling and one linear layer, so that the
class maps are exact Grad-CAM (Selvaraju et al. 2017, section 3) and cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

#: The published KNDNet student's number of trainable parameters, which ours never exceeds.
PARAMETER_LIMIT = 148_855


@dataclass(frozen=True)
class Stage:
    """Blocks that share a width.

    Attributes:
        channels: output channels of each block.
        blocks: number of blocks; the first one applies the stride.
        stride: 1 or 2.
        expand: factor from input channels to hidden channels.
        kernel: side of the depthwise filter.
        smooth: hard-swish; else ReLU, which costs half as much where the maps are large (Howard et al. 2019).
    """

    channels: int
    blocks: int
    stride: int
    expand: int = 3
    kernel: int = 3
    smooth: bool = True


#: Sixteen times smaller than the picture at the end; 7.5 x 10 positions (rounded up) for a 120 x 160 input.
STAGES = (
    Stage(channels=24, blocks=2, stride=2, smooth=False),
    Stage(channels=40, blocks=3, stride=2, kernel=5),
    Stage(channels=64, blocks=4, stride=2),
)


class ChannelAttention(nn.Module):
    """Efficient channel attention: a three-tap filter over the channels' means (Wang et al. 2020, ECA-Net)."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Conv1d(1, 1, kernel_size=3, padding=1, bias=False)

    def forward(self, features: Tensor) -> Tensor:
        """Scale each channel of `features` [N, C, h, w] by a gate between 0 and 1."""
        means = features.mean((2, 3))
        gate = torch.sigmoid(self.mix(means.unsqueeze(1)).squeeze(1))
        return features * gate[:, :, None, None]


class InvertedResidual(nn.Module):
    """Pointwise expansion, depthwise filter, attention, pointwise projection; a shortcut where the shapes agree."""

    def __init__(self, inputs: int, stage: Stage, stride: int) -> None:
        super().__init__()
        hidden, outputs = inputs * stage.expand, stage.channels
        self.expand = conv_norm_act(inputs, hidden, 1, smooth=stage.smooth)
        self.depthwise = conv_norm_act(hidden, hidden, stage.kernel, stride, groups=hidden, smooth=stage.smooth)
        self.attention = ChannelAttention()
        self.project = nn.Sequential(nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, features: Tensor) -> Tensor:
        """Map [N, inputs, h, w] to [N, outputs, h / stride, w / stride]."""
        result: Tensor = self.project(self.attention(self.depthwise(self.expand(features))))
        return features + result if self.shortcut else result


class Student(nn.Module):
    """The network that runs on the clinician's machine.

    Args:
        classes: number of classes.
        dropout: share of pooled features dropped in training; 0 or little, because so small a network underfits.
        width: channels of the last feature map, the length of the embedding.
    """

    def __init__(self, classes: int = 7, dropout: float = 0.1, width: int = 128) -> None:
        super().__init__()
        blocks: list[nn.Module] = [conv_norm_act(3, 16, kernel=3, stride=2, smooth=False)]
        channels = 16
        for stage in STAGES:
            for index in range(stage.blocks):
                stride = stage.stride if index == 0 else 1
                blocks.append(InvertedResidual(channels, stage, stride))
                channels = stage.channels
        blocks.append(conv_norm_act(channels, width, kernel=1))
        self.normalise = Normalise()
        self.features = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(width, classes)
        _initialise(self)

    @property
    def cam_layer(self) -> nn.Module:
        """The layer whose output is pooled: the one to hold Grad-CAM against."""
        return self.features[-1]

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits [N, classes] of pictures, uint8 [N, H, W, 3]."""
        pooled = self.trunk(self.normalise(image)).mean((2, 3))
        logits: Tensor = self.classifier(self.dropout(pooled))
        return logits

    def trunk(self, normalised: Tensor) -> Tensor:
        """Return the last feature maps [N, width, h, w] of normalised pictures, float [N, 3, H, W]."""
        features: Tensor = self.features(normalised)
        return features

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits [N, classes], class maps [N, classes, h, w] and pooled features [N, width]."""
        return class_maps(self.trunk(self.normalise(image)), self.classifier)


def class_maps(features: Tensor, classifier: nn.Linear) -> tuple[Tensor, Tensor, Tensor]:
    """Apply the head: logits, class maps and pooled features of the last feature maps [N, width, h, w].

    The spatial mean of a class map plus the class's bias is its logit.
    """
    maps = functional.conv2d(features, classifier.weight[:, :, None, None])
    return maps.mean((2, 3)) + classifier.bias, maps, features.mean((2, 3))


def conv_norm_act(
    inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1, smooth: bool = True
) -> nn.Sequential:
    """A convolution that keeps the size (up to the stride), batch norm, and hard-swish (or ReLU, unless `smooth`)."""
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False)
    activation = nn.Hardswish(inplace=True) if smooth else nn.ReLU(inplace=True)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), activation)


class Normalise(nn.Module):
    """The first layer: uint8 [N, H, W, 3] to float [N, 3, H, W], less `mean` and divided by `deviation`, in 0..1."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, mean: Sequence[float] = (0.5, 0.5, 0.5), deviation: Sequence[float] = (0.5, 0.5, 0.5)) -> None:
        super().__init__()
        self.register_buffer("mean", 255 * torch.tensor(mean).reshape(3, 1, 1), persistent=False)
        self.register_buffer("deviation", 255 * torch.tensor(deviation).reshape(3, 1, 1), persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        """Normalise; no one outside the network can get it wrong."""
        return (image.permute(0, 3, 1, 2).float() - self.mean) / self.deviation


def count_parameters(model: nn.Module) -> int:
    """Number of trainable parameters."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def _initialise(model: nn.Module) -> None:
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out")
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)
