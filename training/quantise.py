"""int8: a quantised copy of a model folder for small devices, and what such a device needs to run it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from kndnet_desktop.core.card import MODEL_FILE, ModelCard
from kndnet_desktop.core.files import sha256_of, write_whole
from kndnet_desktop.core.images import Pixels, to_input

#: Operators that an ordinary runtime lets overwrite their first input.
_IN_PLACE = {
    "Relu",
    "Clip",
    "HardSwish",
    "Add",
    "Mul",
    "Sigmoid",
    "Cast",
    "Sub",
    "Div",
    "Squeeze",
    "Unsqueeze",
    "Transpose",
}


@dataclass(frozen=True)
class Footprint:
    """What a small device needs for one picture of nominal size.

    Attributes:
        flash: bytes of weights, one each, and four for each bias.
        memory: peak bytes of activations, one each, running the operators in the graph's order.
    """

    flash: int
    memory: int


class _Inputs(CalibrationDataReader):  # type: ignore[misc]
    """Pictures one by one, as the quantiser wants them."""

    def __init__(self, inputs: list[Pixels]) -> None:
        self._inputs: Iterator[Pixels] = iter(inputs)

    def get_next(self) -> dict[str, Pixels] | None:
        image = next(self._inputs, None)
        return None if image is None else {"image": image[None]}


def quantise(folder: Path, pictures: list[Pixels], destination: Path) -> ModelCard:
    """Write an int8 copy (QDQ, weights per channel) of a model folder.

    Args:
        folder: the model folder.
        pictures: training pictures, uint8 [H, W, 3], that the ranges of the activations are taken from.
        destination: the new model folder.

    Returns:
        Its card, without metrics: `evaluate` measures it anew.
    """
    card = ModelCard.load(folder)
    inputs = [to_input(picture, card.input)[0] for picture in pictures]
    with tempfile.TemporaryDirectory() as place:
        ready, small = Path(place) / "ready.onnx", Path(place) / "small.onnx"
        quant_pre_process(folder / MODEL_FILE, ready, skip_symbolic_shape=True)
        quantize_static(
            ready,
            small,
            _Inputs(inputs),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            weight_type=QuantType.QInt8,
            activation_type=QuantType.QUInt8,
            op_types_to_quantize=["Conv", "Add", "Relu", "Clip"],
        )
        model = shrink(onnx.load(small))
    destination.mkdir(parents=True, exist_ok=True)
    write_whole(destination / MODEL_FILE, model)
    quantised = replace(card, name=f"{card.name}, int8", sha256=sha256_of(model), metrics=())
    quantised.save(destination)
    return quantised


def shrink(model: onnx.ModelProto) -> bytes:
    """Serialise with short names, without what is derived and without what is the default: zero points, attributes."""
    graph = model.graph
    zero = {
        t.name for t in graph.initializer if t.name.endswith("zero_point") and not onnx.numpy_helper.to_array(t).any()
    }
    constant = {t.name for t in graph.initializer}
    public = {value.name for value in (*graph.input, *graph.output)}
    short: dict[str, str] = {}
    version = next(each.version for each in model.opset_import if not each.domain)
    for node in graph.node:
        node.name = ""
        if not node.domain:
            told = onnx.defs.get_schema(node.op_type, version).attributes
            kept = [a for a in node.attribute if not _is_default(a, told[a.name].default_value)]
            del node.attribute[:]
            node.attribute.extend(kept)
        # Only for weights: the type of an activation is told by its zero point.
        if node.op_type == "DequantizeLinear" and node.input[0] in constant and node.input[-1] in zero:
            node.input.pop()
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name and name not in public:
                    names[place] = short.setdefault(name, f"t{len(short)}")
    used = [t for t in graph.initializer if t.name in short]
    del graph.initializer[:]
    for tensor in used:
        tensor.name = short[tensor.name]
    graph.initializer.extend(used)
    del graph.value_info[:]
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _is_default(attribute: onnx.AttributeProto, default: onnx.AttributeProto) -> bool:
    # What is the same along each axis the schema cannot say.
    along = {"dilations": 1, "strides": 1, "pads": 0}.get(attribute.name)
    if along is not None:
        return all(value == along for value in attribute.ints)
    return bool(default.type and onnx.helper.get_attribute_value(attribute) == onnx.helper.get_attribute_value(default))


def footprint(folder: Path) -> Footprint:
    """Flash and peak activation memory of a float model folder once it is int8, from its graph at nominal size."""
    card = ModelCard.load(folder)
    model = onnx.load(folder / MODEL_FILE)
    sizes = (1, card.input.height, card.input.width, 3)
    for axis, size in zip(model.graph.input[0].type.tensor_type.shape.dim, sizes, strict=True):
        axis.dim_value = size
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    graph = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True).graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    flash = sum(int(np.prod(t.dims)) * (4 if len(t.dims) == 1 else 1) for t in weights.values())

    values = [*graph.value_info, *graph.input, *graph.output]
    elements = {v.name: int(np.prod([axis.dim_value for axis in v.type.tensor_type.shape.dim])) for v in values}
    last_use = {name: step for step, node in enumerate(graph.node) for name in node.input if name not in weights}
    live = {graph.input[0].name: elements[graph.input[0].name]}
    peak = 0
    for step, node in enumerate(graph.node):
        first = node.input[0] if node.input else ""
        reused = node.op_type in _IN_PLACE and last_use.get(first) == step and first in live
        if reused:
            live.pop(first)
        live |= {name: elements[name] for name in node.output}
        peak = max(peak, sum(live.values()))
        live = {name: size for name, size in live.items() if last_use.get(name, -1) > step}
    return Footprint(flash=flash, memory=peak)
