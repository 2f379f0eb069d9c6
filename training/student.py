"""The student: a convolutional network of about 145,000 parameters for seven classes of skin lesion.

Every block is an inverted residual (Sandler et al. 2018, MobileNetV2): a pointwise expansion, a depthwise filter and a
pointwise projection, each followed by batch norm. The head is global average pooling and one linear layer, so that the
class maps are exact Grad-CAM (Selvaraju et al. 2017, section 3) and cost nothing.

There are two designs. One is our own and starts from random numbers; the other is the front of EfficientNet-Lite0 (Tan
and Le 2019, with ReLU6 and without squeeze-and-excitation), so that it can start from what that learned on ImageNet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

#: The published KNDNet student's number of trainable parameters, which ours never exceeds.
PARAMETER_LIMIT = 148_855

#: ReLU costs half as much as hard-swish where the maps are large (Howard et al. 2019).
Activation = type[nn.ReLU | nn.ReLU6 | nn.Hardswish]


@dataclass(frozen=True)
class Stage:
    """Blocks that share a width.

    Attributes:
        channels: output channels of each block.
        blocks: number of blocks; the first one applies the stride.
        stride: 1 or 2.
        expand: factor from input channels to hidden channels.
        kernel: side of the depthwise filter.
        activation: after expansion and filter.
        attend: weigh the hidden channels by what the whole picture holds.
    """

    channels: int
    blocks: int
    stride: int
    expand: int = 3
    kernel: int = 3
    activation: Activation = nn.Hardswish
    attend: bool = True


@dataclass(frozen=True)
class Design:
    """A whole student; at its end the maps are sixteen times smaller than the picture.

    Attributes:
        description: for the card.
        stem: channels of the first convolution, which halves the picture.
        stages: the blocks; the stem has the first one's activation, the last convolution the last one's.
        width: channels of the last feature map, the length of the embedding.
        epsilon: of batch norm.
    """

    description: str
    stem: int
    stages: tuple[Stage, ...]
    width: int
    epsilon: float = 1e-5


#: By the name that `model: kind` gives.
DESIGNS = {
    "student": Design(
        "inverted residuals with channel attention",
        stem=16,
        stages=(
            Stage(channels=24, blocks=2, stride=2, activation=nn.ReLU),
            Stage(channels=40, blocks=3, stride=2, kernel=5),
            Stage(channels=64, blocks=4, stride=2),
        ),
        width=128,
    ),
    # All stages but the last, and batch norm's epsilon, are Lite0's own.
    "student_lite0": Design(
        "the front of EfficientNet-Lite0 with channel attention",
        stem=32,
        stages=(
            Stage(channels=16, blocks=1, stride=1, expand=1, activation=nn.ReLU6, attend=False),
            Stage(channels=24, blocks=2, stride=2, expand=6, activation=nn.ReLU6, attend=False),
            Stage(channels=40, blocks=2, stride=2, expand=6, kernel=5, activation=nn.ReLU6, attend=False),
            Stage(channels=80, blocks=1, stride=2, expand=6, activation=nn.ReLU6),
            Stage(channels=80, blocks=1, stride=1, expand=3, kernel=5, activation=nn.ReLU6),
        ),
        width=136,
        epsilon=1e-3,
    ),
}


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
        hidden, outputs, act = inputs * stage.expand, stage.channels, stage.activation
        self.expand = conv_norm_act(inputs, hidden, 1, act) if stage.expand > 1 else nn.Identity()
        self.depthwise = conv_norm_act(hidden, hidden, stage.kernel, act, stride, groups=hidden)
        self.attention = ChannelAttention() if stage.attend else nn.Identity()
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
        design: one of `DESIGNS`.
    """

    def __init__(self, classes: int = 7, dropout: float = 0.1, design: str = "student") -> None:
        super().__init__()
        chosen = DESIGNS[design]
        channels, width = chosen.stem, chosen.width
        blocks: list[nn.Module] = [conv_norm_act(3, channels, 3, chosen.stages[0].activation, stride=2)]
        for stage in chosen.stages:
            for index in range(stage.blocks):
                stride = stage.stride if index == 0 else 1
                blocks.append(InvertedResidual(channels, stage, stride))
                channels = stage.channels
        blocks.append(conv_norm_act(channels, width, 1, chosen.stages[-1].activation))
        self.normalise = Normalise()
        self.features = nn.Sequential(*blocks)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(width, classes)
        _initialise(self, chosen.epsilon)

    @property
    def cam_layer(self) -> nn.Module:
        """The layer whose output is pooled: the one to hold Grad-CAM against."""
        return self.features[-1]

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits [N, classes] of pictures, uint8 [N, H, W, 3]."""
        logits: Tensor = self.classifier(self.dropout(self.pooled(image)))
        return logits

    def pooled(self, image: Tensor) -> Tensor:
        """Return the pooled features [N, width] of pictures, uint8 [N, H, W, 3]."""
        return self.trunk(self.normalise(image)).mean((2, 3))

    def trunk(self, normalised: Tensor) -> Tensor:
        """Return the last feature maps [N, width, h, w] of normalised pictures, float [N, 3, H, W]."""
        features: Tensor = self.features(normalised)
        return features

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits [N, classes], class maps [N, classes, h, w] and pooled features [N, width]."""
        return class_maps(self.trunk(self.normalise(image)), self.classifier)


class Imitator(nn.Module):
    """A student in training, with a linear layer that makes the teachers' features of its own; it is not deployed.

    Args:
        student: the network to train.
        components: length of the teachers' features.
    """

    def __init__(self, student: Student, components: int) -> None:
        super().__init__()
        self.student = student
        self.imitate = nn.Linear(student.classifier.in_features, components)
        nn.init.zeros_(self.imitate.weight)  # random numbers would first of all disturb what the student has learned
        nn.init.zeros_(self.imitate.bias)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits [N, classes] and imitated features [N, components] of pictures, uint8 [N, H, W, 3]."""
        pooled = self.student.pooled(image)
        return self.student.classifier(self.student.dropout(pooled)), self.imitate(pooled)


def class_maps(features: Tensor, classifier: nn.Linear) -> tuple[Tensor, Tensor, Tensor]:
    """Apply the head: logits, class maps and pooled features of the last feature maps [N, width, h, w].

    The spatial mean of a class map plus the class's bias is its logit.
    """
    maps = functional.conv2d(features, classifier.weight[:, :, None, None])
    return maps.mean((2, 3)) + classifier.bias, maps, features.mean((2, 3))


def conv_norm_act(
    inputs: int, outputs: int, kernel: int, activation: Activation, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    """A convolution that keeps the size (up to the stride), batch norm and an activation."""
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), activation(inplace=True))


def load_lite0(student: Student, theirs: Mapping[str, Tensor]) -> None:
    """Start from the ImageNet weights of EfficientNet-Lite0.

    The layers before the student's last block take them as they are; the last block is Lite0's next one, thinned.
    Attention, which Lite0 has not, lets every channel through by half at first, and so the layer behind it doubles.

    Args:
        student: a new student of the design `student_lite0`.
        theirs: Lite0's tensors, in its order and under any names.

    Raises:
        ValueError: they are of another network.
    """
    outside = ("num_batches_tracked", "mix.weight")
    ours = [tensor for name, tensor in student.features[:-1].state_dict().items() if not name.endswith(outside)]
    learned = [tensor for name, tensor in theirs.items() if not name.endswith(outside)][: len(ours)]
    if len(learned) == len(ours):
        learned[-15:] = _thinned(learned[-15:], hidden=len(ours[-10]), kernel=ours[-10].shape[-1])
    if [tensor.shape for tensor in learned] != [tensor.shape for tensor in ours]:
        raise ValueError("the tensors have other shapes")
    for mine, value in zip(ours, learned, strict=True):
        mine.copy_(value)
    for block in student.modules():
        if isinstance(block, InvertedResidual) and isinstance(block.attention, ChannelAttention):
            nn.init.zeros_(block.attention.mix.weight)
            next(block.project.parameters()).data *= 2


def _thinned(block: list[Tensor], hidden: int, kernel: int) -> list[Tensor]:
    """Keep the `hidden` channels of a block that add most to its output, and put its filters into larger ones.

    Args:
        block: weight, batch norm's scale, shift, mean and variance of the expansion, the filter and the projection.
        hidden: hidden channels to keep.
        kernel: side of the new filters.
    """
    expand, depthwise, project = block[:5], block[5:10], block[10:]
    passed = depthwise[1].abs() + depthwise[2].clamp(min=0)  # how far batch norm lets a channel rise
    gains = project[1] / (project[4] + DESIGNS["student_lite0"].epsilon).sqrt()
    used = (gains[:, None] * project[0][:, :, 0, 0]).norm(dim=0)
    kept = (passed * used).topk(hidden).indices.sort().values
    margin = (kernel - depthwise[0].shape[-1]) // 2
    return [
        *(values[kept] for values in expand),
        functional.pad(depthwise[0][kept], (margin,) * 4),
        *(values[kept] for values in depthwise[1:]),
        project[0][:, kept],
        *project[1:],
    ]


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
    """Number of parameters, frozen ones too: the deployed network has them all."""
    return sum(parameter.numel() for parameter in model.parameters())


def _initialise(model: nn.Module, epsilon: float) -> None:
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = epsilon
        elif isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out")
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
            nn.init.zeros_(module.bias)
