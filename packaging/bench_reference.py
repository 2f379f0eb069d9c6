"""The reference that bench.py measures against: the same weights in PyTorch, explained by pytorch-grad-cam."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from PIL import Image
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.image import show_cam_on_image
from torch import nn

from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.images import input_shape
from training.mirrored import Mirrored
from training.student import DESIGNS, Student


def student_of(model_file: Path) -> Student | Mirrored:
    """Reads the weights of an exported student back into the PyTorch network.

    The export has folded each batch norm into the convolution before it, so the network's batch norms are set to pass
    their input on and add the folded bias: the same function, and the layers that a research script would run.

    Args:
        model_file: `model.onnx` of a model folder.

    Returns:
        The student, in evaluation mode; with its mirror images where the export has them.

    Raises:
        KeyError: the file does not hold the student's layers.
    """
    graph = onnx.load(model_file).graph
    tensors = {item.name: numpy_helper.to_array(item) for item in graph.initializer}

    def tensor(suffix: str) -> torch.Tensor:
        name = next((name for name in tensors if name == suffix or name.endswith(f".{suffix}")), None)
        if name is None:
            raise KeyError(f"{model_file.name} holds no {suffix}")
        return torch.from_numpy(tensors[name].astype(np.float32))

    stem = tensor("features.0.0.weight").shape[0]
    student = Student(dropout=0.0, design=next(name for name in DESIGNS if DESIGNS[name].stem == stem)).eval()
    convolution = ""
    with torch.no_grad():
        for name, module in student.named_modules():
            if isinstance(module, nn.Conv1d | nn.Conv2d):
                module.weight.copy_(tensor(f"{name}.weight"))
                convolution = name
            elif isinstance(module, nn.BatchNorm2d):
                module.running_mean.zero_()
                module.running_var.fill_(1 - module.eps)
                module.bias.copy_(tensor(f"{convolution}.weight_bias"))
        head = student.classifier
        (weight,) = (array for array in tensors.values() if array.size == head.weight.numel() and array.shape[0] == 7)
        head.weight.copy_(torch.from_numpy(weight.astype(np.float32)).reshape(head.weight.shape))
        head.bias.copy_(tensor("classifier.bias"))
    # Pictures are turned and joined before all else.
    first = next(node for node in graph.node if node.op_type in ("Concat", "Conv"))
    return Mirrored(student, len(first.input)).eval() if first.op_type == "Concat" else student


class Reference:
    """File to answer and overlay, as a research script does it.

    Args:
        student: the network; takes over its first layer, so that Grad-CAM sees an ordinary image tensor.
        rule: the model's input rule.
    """

    def __init__(self, student: Student | Mirrored, rule: InputRule) -> None:
        self._rule = rule
        self._normalise, student.normalise = student.normalise, nn.Identity()
        self._student = student
        self._cam = GradCAM(model=student, target_layers=[student.cam_layer])

    def run(self, path: Path) -> np.ndarray:
        """Opens a picture, finds class and Grad-CAM map in one pass forward and back, and lays the map over it.

        Returns:
            The overlay, uint8 [H, W, 3]; at 600 pixels' width where the picture is larger.
        """
        picture = Image.open(path).convert("RGB")
        height, width = input_shape(picture.height, picture.width, self._rule)
        tensor = self._tensor(picture.resize((width, height), Image.Resampling.BILINEAR))
        heat = self._cam(input_tensor=tensor, targets=None)[0]
        if picture.width > 600:
            picture = picture.resize((600, round(600 * picture.height / picture.width)), Image.Resampling.BILINEAR)
        smooth = np.asarray(Image.fromarray(heat).resize(picture.size, Image.Resampling.BILINEAR))
        return show_cam_on_image(np.asarray(picture, np.float32) / 255, smooth, use_rgb=True)

    def network(self, pixels: np.ndarray) -> np.ndarray:
        """Logits [N, 7] of uint8 [N, H, W, 3], without gradients."""
        with torch.inference_mode():
            return self._student(self._normalise(torch.from_numpy(pixels))).numpy()

    def _tensor(self, picture: Image.Image) -> torch.Tensor:
        return self._normalise(torch.from_numpy(np.array(picture))[None])
