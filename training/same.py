"""TensorFlow's "same" padding for export: how much a convolution pads depends on the size of its input.

timm works the amount out in Python, which takes the exporter minutes to follow for pictures of any size. ONNX has a
word for it, so here the whole convolution is one operator with a translation of its own.
"""

from __future__ import annotations

import copy
from typing import TypeVar

import onnxscript
import torch
from onnxscript import opset20 as op
from timm.layers.conv2d_same import Conv2dSame, conv2d_same
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


@torch.library.custom_op("kndnet::conv_same", mutates_args=())
def conv_same(image: Tensor, weight: Tensor, stride: int, groups: int) -> Tensor:
    """Convolve [N, C, H, W] to [N, D, ceil(H / stride), ceil(W / stride)] without bias."""
    result: Tensor = conv2d_same(image, weight, stride=(stride, stride), groups=groups)
    return result


@conv_same.register_fake
def _(image: Tensor, weight: Tensor, stride: int, groups: int) -> Tensor:  # noqa: ARG001
    count, _, height, width = image.shape
    return image.new_empty(count, weight.shape[0], (height - 1) // stride + 1, (width - 1) // stride + 1)


def onnx_conv_same(image: onnxscript.FLOAT, weight: onnxscript.FLOAT, stride: int, groups: int) -> onnxscript.FLOAT:
    """The same in ONNX."""
    return op.Conv(image, weight, auto_pad="SAME_UPPER", strides=[stride, stride], group=groups)


class _ConvSame(nn.Module):
    """A Conv2dSame that the exporter can follow; it shares the original's weight."""

    def __init__(self, original: Conv2dSame) -> None:
        super().__init__()
        self.weight, self.stride, self.groups = original.weight, int(original.stride[0]), original.groups

    def forward(self, image: Tensor) -> Tensor:
        result: Tensor = conv_same(image, self.weight, self.stride, self.groups)
        return result


def exportable(network: Network) -> Network:
    """A copy of a network in which every convolution with "same" padding is one operator."""
    network = copy.deepcopy(network)
    for parent in list(network.modules()):
        for name, child in parent.named_children():
            if isinstance(child, Conv2dSame):
                setattr(parent, name, _ConvSame(child))
    return network
