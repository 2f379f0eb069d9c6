"""Export: a run becomes a model folder, and is held against torch and pytorch-grad-cam before it may be used."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch import Tensor, nn

from kndnet_desktop.core.card import MODEL_FILE, Calibration, Label, ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.files import sha256_of, write_whole
from kndnet_desktop.core.images import Pixels, to_input
from kndnet_desktop.core.trust import softmax
from training import networks
from training.config import Recipe, load
from training.data import CODES, Pictures
from training.joined import Joined
from training.mirrored import Mirrored
from training.same import exportable, onnx_conv_same
from training.student import DESIGNS, Student, count_parameters
from training.teacher import Teacher

LABELS = (
    Label("akiec", "Actinic keratosis or Bowen's disease", malignant=True),
    Label("bcc", "Basal cell carcinoma", malignant=True),
    Label("bkl", "Benign keratosis", malignant=False),
    Label("df", "Dermatofibroma", malignant=False),
    Label("mel", "Melanoma", malignant=True),
    Label("nv", "Melanocytic nevus", malignant=False),
    Label("vasc", "Vascular lesion", malignant=False),
)
#: What a card says of a network that looks at a picture this many times.
LOOKS = {
    1: "",
    2: ", averaged over the picture and its mirror image",
    3: ", averaged over the picture and two mirror images",
    4: ", averaged over the picture and its three mirror images",
}
#: What a card says of a network that did not start from random numbers.
IMAGENET = " Begun from EfficientNet weights that were trained on ImageNet (Tan and Le 2019; Apache License 2.0)."
#: What a card says of how the pictures were divided; a `refit_of` learned from the inner validation too.
SPLIT = (
    "HAM10000 in five folds by lesion: fold 0 is the test; every sixth lesion of the others is the inner validation "
    "that chooses and calibrates; the rest trains."
)
TWIN_SPLIT = (
    "HAM10000 in five folds by lesion: fold 0 is the test; the other four train. The calibration and the thresholds "
    "are those of a twin, which every sixth lesion of the four chose and calibrated and which learned from the rest."
)
#: The same of a network of which some branches are no twins.
IN_PART = " Not all of its branches learned from those lesions."
Network = Student | Teacher | Joined | Mirrored
MAX_PROBABILITY_GAP = 1e-4
MIN_CAM_CORRELATION = 0.999
MAX_CAM_GAP = 0.01


@dataclass(frozen=True)
class Parity:
    """How far the exported model is from torch.

    Attributes:
        images: number of pictures compared.
        probability_gap: largest absolute difference of a probability.
        cam_correlation: smallest correlation of a class map with pytorch-grad-cam's.
        cam_gap: largest absolute difference of two maps scaled to [0, 1].
        same_top: whether every picture's top class agrees.
    """

    images: int
    probability_gap: float
    cam_correlation: float
    cam_gap: float
    same_top: bool

    def check(self) -> None:
        """Refuse a model that differs.

        Raises:
            ArithmeticError: a difference is above its limit; the model must not be used.
        """
        passed = (
            self.probability_gap < MAX_PROBABILITY_GAP
            and self.cam_correlation > MIN_CAM_CORRELATION
            and self.cam_gap < MAX_CAM_GAP
            and self.same_top
        )
        if not passed:
            raise ArithmeticError(f"The exported model is not the trained one: {self}")


class _Outputs(nn.Module):
    """The network with the three outputs of the model folder's contract."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self._network.maps(image)


class _Upright(nn.Module):
    """The network behind [N, 3, H, W] inputs: pytorch-grad-cam reads height and width from the last two axes."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    def forward(self, image: Tensor) -> Tensor:
        logits: Tensor = self._network(image.permute(0, 2, 3, 1))
        return logits


def export(recipe: Recipe, network: Network, calibration: Calibration, folder: Path) -> ModelCard:
    """Write `model.onnx` and `card.json`.

    Args:
        recipe: what the network was trained by.
        network: the trained network.
        calibration: of its logits.
        folder: the model folder, made if need be.

    Returns:
        The card, without metrics: `evaluate` adds them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model = to_onnx(network, recipe)
    write_whole(folder / MODEL_FILE, model)
    card = _card(recipe, calibration, sha256_of(model))
    card.save(folder)
    return card


def to_onnx(network: Network, recipe: Recipe) -> bytes:
    """Serialise for any number of pictures of any size."""
    example = torch.zeros(2, recipe.model.height, recipe.model.width, 3, dtype=torch.uint8)
    dynamic = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC, 2: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        _Outputs(exportable(network)).eval().to(memory_format=torch.contiguous_format),
        (example,),
        input_names=["image"],
        output_names=["logits", "cams", "embedding"],
        dynamic_shapes=(dynamic,),
        custom_translation_table={torch.ops.kndnet.conv_same.default: onnx_conv_same},
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    assert program is not None  # only the deprecated exporter returns None
    model = program.model_proto
    # The exporter records where in our files each node came from; nobody's model needs to tell.
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    for name, value in zip(("N", "H", "W"), model.graph.input[0].type.tensor_type.shape.dim, strict=False):
        value.dim_param = name
    logits, cams, embedding = (value.type.tensor_type.shape.dim for value in model.graph.output)
    logits[0].dim_param = cams[0].dim_param = embedding[0].dim_param = "N"
    cams[2].dim_param, cams[3].dim_param = "h", "w"
    del model.graph.value_info[:]
    if recipe.model.branches:
        _store_halves(model.graph)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _store_halves(graph: onnx.GraphProto) -> None:
    """Store filters and the linear layer, which `Joined` has rounded already, in half the bytes.

    ONNX Runtime makes numbers of 32 bits of them once, when it loads the model.
    """
    floats = [each for each in graph.initializer if each.data_type == onnx.TensorProto.FLOAT]
    for place, tensor in enumerate(each for each in floats if len(each.dims) in (2, 4)):
        name = tensor.name
        small = onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(tensor).astype(np.float16), f"{name}_half")
        tensor.CopyFrom(small)
        graph.node.insert(place, onnx.helper.make_node("Cast", [small.name], [name], to=onnx.TensorProto.FLOAT))


def check_parity(folder: Path, network: Network, pictures: list[Pixels], cams: int = 12) -> Parity:
    """Compare a model folder, run as the app runs it, with the network in torch.

    Args:
        folder: the model folder.
        network: the network it was made from.
        pictures: whole pictures, uint8 [H, W, 3].
        cams: number of the pictures whose seven class maps are held against pytorch-grad-cam.
    """
    classifier = OnnxClassifier(folder)
    network.eval()
    gaps, tops, correlations, cam_gaps = [], [], [], []
    for number, picture in enumerate(pictures):
        image, _ = to_input(picture, classifier.card.input)
        ours = classifier.run(image[None])
        with torch.inference_mode():
            theirs = network(torch.from_numpy(image[None].copy())).numpy()
        temperature = classifier.card.calibration.temperature
        mine, yours = softmax(ours.logits.astype(float) / temperature), softmax(theirs.astype(float) / temperature)
        gaps.append(float(np.abs(mine - yours).max()))
        tops.append(bool(mine.argmax() == yours.argmax()))
        if number < cams:
            for code in range(len(CODES)):
                reference = grad_cam(network, image, code)
                exact = scale_map(ours.cams[0, code], image.shape[0], image.shape[1])
                cam_gaps.append(float(np.abs(exact - reference).max()))
                if reference.std() > 0:
                    correlations.append(float(np.corrcoef(exact.ravel(), reference.ravel())[0, 1]))
    return Parity(len(pictures), max(gaps), min(correlations, default=1.0), max(cam_gaps), all(tops))


def scale_map(cam: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    """Grad-CAM from a class map [h, w] as pytorch-grad-cam gives it: positive part, enlarged, between 0 and 1."""

    def stretch(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values = values - values.min()
        return np.asarray(values / (1e-7 + values.max()), np.float32)

    return stretch(np.asarray(cv2.resize(stretch(np.maximum(cam, 0)), (width, height)), np.float32))


def grad_cam(network: Network, image: Pixels, code: int) -> NDArray[np.float32]:
    """The reference: pytorch-grad-cam's map [H, W] in [0, 1] of one class for one input, uint8 [H, W, 3]."""
    tensor = torch.from_numpy(image.astype(np.float32)).permute(2, 0, 1)[None]
    with GradCAM(_Upright(network), [network.cam_layer]) as cam:
        return np.asarray(cam(tensor, [ClassifierOutputTarget(code)])[0], np.float32)


def install(folder: Path, destination: Path) -> None:
    """Copy a model folder to where the app looks, model first, so that a card never stands without its model."""
    OnnxClassifier(folder)
    destination.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.iterdir(), key=lambda path: path.suffix != ".onnx"):
        if path.name in (MODEL_FILE, "card.json"):
            part = destination / f"{path.name}.part"
            shutil.copyfile(path, part)
            part.replace(destination / path.name)


def parity_pictures(pictures: Pictures, count: int = 200) -> list[Pixels]:
    """Pictures for the parity check, spread over the inner validation."""
    chosen = pictures.part("inner")
    return [pictures[int(index)] for index in chosen[:: max(1, len(chosen) // count)]]


def _card(recipe: Recipe, calibration: Calibration, sha256: str) -> ModelCard:
    design = DESIGNS.get(recipe.model.kind)
    role = "student" if design else "teacher"
    elsewhere = recipe.data.isic2018 is not None and recipe.data.isic2018_times > 0
    return ModelCard(
        name=f"KNDNet {role}" if recipe.name == role else f"KNDNet {role}, {recipe.name}",
        role=role,
        architecture=(
            (design.description if design else _side_by_side(recipe))
            + ", global average pooling, one linear layer"
            + LOOKS[recipe.model.looks]
        ),
        parameters=count_parameters(networks.build(networks.without_weights(recipe.model))),
        sha256=sha256,
        labels=LABELS,
        input=networks.rule(recipe.model),
        calibration=calibration,
        metrics=(),
        training_data=(
            "HAM10000: Tschandl P., Rosendahl C., Kittler H., Scientific Data 5, 180161 (2018), ViDIR Group, "
            "Department of Dermatology, Medical University of Vienna."
            + (" ISIC 2018 Task 1: Codella N. et al., arXiv 1902.03368 (2018)." if elsewhere else "")
            + (IMAGENET if _begun(recipe) and recipe.model.kind != "student" else "")
        ),
        split=(
            (TWIN_SPLIT if recipe.data.refit_of else SPLIT)
            + (IN_PART if recipe.data.refit_of and not _all_twins(recipe) else "")
            + (" A fifth of the ISIC 2018 Task 1 groups is kept aside as the other clinics' test." if elsewhere else "")
        ),
        licence="CC BY-NC 4.0, as HAM10000: name the source, no commercial use.",
        intended_use=(
            "Research and education on dermatoscope photographs of single pigmented lesions. Not a medical device; it "
            "does not replace examination or histology."
        ),
        limits=(
            "Almost all pictures show light skin, from Austria and Australia.",
            "Dermatofibroma (115 pictures) and vascular lesions (142) are rare: their figures are uncertain.",
            "Seven diagnoses only: anything else is forced into one of them.",
        ),
        created=date.today().isoformat(),
    )


def _side_by_side(recipe: Recipe) -> str:
    count = len(recipe.model.branches)
    return f"{count} {recipe.model.kind} side by side" if count else recipe.model.kind


def _begun(recipe: Recipe) -> bool:
    """Whether it started from weights rather than from random numbers."""
    return bool(recipe.model.weights) or any(_begun(load(Path(path))) for path in recipe.model.branches)


def _all_twins(recipe: Recipe) -> bool:
    return all(load(Path(path)).data.refit_of for path in recipe.model.branches)
