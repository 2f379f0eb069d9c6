"""Heat maps: what they weigh, what they leave alone, that their colours can be read, and that they tell the truth."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from PIL import Image

from kndnet_desktop.core.card import MODEL_FILE, ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier, Outputs
from kndnet_desktop.core.explain import HeatPainter, covered, grad_cam, occlusion, skin_colour
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.images import Pixels, halved, read_image, to_doubled
from kndnet_desktop.core.trust import probabilities
from tests.core.fake import FakeClassifier

# Linear sRGB as eyes without the middle cones see it (Machado, Oliveira, Fernandes 2009, severity 1.0), and without
# the long and the short ones.
NO_COLOUR_BLINDNESS = np.eye(3)
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
)
PROTANOPIA = np.array(
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
)
TRITANOPIA = np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]])


def lightness(table: np.ndarray, eyes: np.ndarray) -> np.ndarray:
    """Return CIE L* of sRGB colours, uint8 [n, 3], as those eyes see them."""
    encoded = table / 255
    linear = np.where(encoded > 0.04045, ((encoded + 0.055) / 1.055) ** 2.4, encoded / 12.92)
    luminance = (linear @ eyes.T).clip(0, 1) @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)


def test_a_map_is_the_positive_evidence_up_to_one() -> None:
    cams = np.array([[[2.0, -4.0], [1.0, 0.0]], [[-1.0, -2.0], [-3.0, -0.5]]], dtype=np.float32)
    assert np.array_equal(grad_cam(cams, 0), [[1, 0], [0.5, 0]])
    nothing = grad_cam(cams, 1)
    assert nothing.dtype == np.float32
    assert not nothing.any(), "no evidence is an empty map, and no division by zero"
    assert cams[0, 0, 1] == -4, "the given maps are left as they are"


def test_a_map_of_any_evidence_stays_within_bounds() -> None:
    cams = np.random.default_rng(1).normal(0, 1e-20, (7, 8, 10)).astype(np.float32)
    for index in range(7):
        heat = grad_cam(cams, index)
        assert heat.shape == (8, 10)
        assert heat.min() >= 0
        assert heat.max() == 1


def test_where_nothing_speaks_for_the_class_the_picture_shows_through(painter: HeatPainter) -> None:
    heat = np.zeros((8, 10), dtype=np.float32)
    assert np.asarray(painter.overlay(heat, 160, 120).getchannel("A")).max() == 0
    heat[:, 7:] = 1
    alpha = np.asarray(painter.overlay(heat, 160, 120).getchannel("A"))
    assert alpha.shape == (120, 160)
    assert alpha[:, :80].max() == 0
    assert alpha[:, 140:].min() == 255


def test_for_the_screen_a_map_has_the_frames_shape_whatever_its_size(painter: HeatPainter) -> None:
    heat = np.ones((8, 10), dtype=np.float32)
    assert painter.for_screen(heat, (10, 20, 4010, 3020)).size == (320, 240)
    assert painter.for_screen(heat, (0, 0, 60, 120)).size == (160, 320)


def test_colour_and_opacity_both_follow_the_map(painter: HeatPainter) -> None:
    ramp = np.linspace(0, 1, 64, dtype=np.float32)[None].repeat(8, axis=0)
    row = np.asarray(painter.overlay(ramp, 640, 80))[40].astype(int)
    assert (np.diff(row[:, 3]) >= 0).all()
    assert np.array_equal(row[:, :3], painter.table[row[:, 3]])
    assert (row[0, 3], row[-1, 3]) == (0, 255)


def test_a_blend_leaves_the_rest_of_the_picture_untouched(painter: HeatPainter) -> None:
    image = Image.fromarray(np.random.default_rng(2).integers(0, 256, (90, 120, 3), dtype=np.uint8))
    before = np.asarray(image).copy()
    blended = painter.blend(image, np.ones((4, 5), dtype=np.float32), (20.4, 10.0, 99.6, 69.7), opacity=1)
    after = np.asarray(blended)
    inside = np.zeros((90, 120), dtype=bool)
    inside[10:70, 20:100] = True
    assert (after[inside] == painter.table[-1]).all()
    assert np.array_equal(after[~inside], before[~inside])
    assert np.array_equal(np.asarray(image), before), "the picture itself is not painted on"


@pytest.mark.parametrize("size", [(600, 450), (321, 77), (12, 300), (1, 1)])
def test_a_map_is_enlarged_as_pillow_enlarges_it(painter: HeatPainter, size: tuple[int, int]) -> None:
    heat = np.random.default_rng(3).random((15, 20), np.float32)
    large = Image.fromarray(heat * np.float32(255)).resize(size, Image.Resampling.BICUBIC)
    expected = (np.asarray(large) + 0.5).clip(0, 255).astype(np.uint8).astype(int)
    gap = np.abs(np.asarray(painter.overlay(heat, *size).getchannel("A")) - expected)
    assert gap.max() <= 1, "one of 256 steps, where rounding decides"
    assert gap.mean() < 1e-3


@pytest.mark.parametrize("frame", [(999.2, 0.3, 1000.0, 1.0), (3.1, 0.0, 3.4, 1.0), (0.0, 0.1, 1.0, 0.4)])
def test_a_frame_of_less_than_a_pixel_is_blended(
    painter: HeatPainter, frame: tuple[float, float, float, float]
) -> None:
    image = Image.new("RGB", (1000, 1), (200, 150, 120))  # a very long picture, as small as a report prints it
    assert painter.blend(image, np.ones((4, 5), np.float32), frame).size == image.size


def test_a_blend_of_an_empty_map_is_the_picture(painter: HeatPainter) -> None:
    image = Image.new("RGB", (64, 48), (200, 150, 120))
    blended = painter.blend(image, np.zeros((4, 5), np.float32), (0.0, 0.0, 64.0, 48.0))
    assert np.array_equal(np.asarray(blended), np.asarray(image))
    assert blended is not image


def test_opacity_weighs_picture_and_colour(painter: HeatPainter) -> None:
    image = Image.new("RGB", (64, 64), (200, 150, 120))
    heat = np.ones((4, 4), dtype=np.float32)
    frame = (0.0, 0.0, 64.0, 64.0)
    assert np.array_equal(np.asarray(painter.blend(image, heat, frame, opacity=0)), np.asarray(image))
    half = np.asarray(painter.blend(image, heat, frame, opacity=0.5)).astype(float)
    expected = (np.array([200, 150, 120]) + painter.table[-1]) / 2
    assert np.abs(half - expected).max() <= 2


@pytest.mark.parametrize("eyes", [NO_COLOUR_BLINDNESS, DEUTERANOPIA, PROTANOPIA, TRITANOPIA])
def test_more_evidence_is_lighter_whatever_the_eyes(painter: HeatPainter, eyes: np.ndarray) -> None:
    steps = np.diff(lightness(painter.table, eyes))
    assert painter.table.shape == (256, 3)
    assert steps.min() > -0.1, "rounding to whole numbers may cost a hair"
    assert np.convolve(steps, np.ones(8), "valid").min() > 0
    assert steps.sum() > 60, "from dark to light"


def test_equal_steps_look_equally_large(painter: HeatPainter) -> None:
    sixteenths = np.diff(lightness(painter.table, NO_COLOUR_BLINDNESS)[::17])
    assert sixteenths.max() < 1.5 * sixteenths.min()


SKIN = (210, 160, 140)
SPOT = (160, 60, 240, 120)  # left, top, right, bottom in a doubled frame of 320 by 240


class SpotClassifier(FakeClassifier):
    """Says “mel” as far as the spot is dark, “nv” as far as it is not, and looks at nothing else."""

    def run(self, inputs: Pixels) -> Outputs:
        left, top, right, bottom = (edge // 2 for edge in SPOT)
        dark = 1 - inputs[:, top:bottom, left:right].astype(np.float32).mean((1, 2, 3)) / 255
        logits = np.zeros((len(inputs), 7), np.float32)
        logits[:, 4], logits[:, 5] = 8 * dark, 8 * (1 - dark)
        return Outputs(logits, np.zeros((len(inputs), 7, 3, 4), np.float32), dark[:, None])


@pytest.fixture
def spotted() -> Image.Image:
    frame = Image.new("RGB", (320, 240), SKIN)
    frame.paste((40, 20, 10), SPOT)
    frame.paste((40, 20, 10), (20, 160, 100, 220))  # as dark, and of no account to the network
    return frame


def test_occlusion_finds_what_the_network_looks_at_and_nothing_else(spotted: Image.Image) -> None:
    maps = occlusion(SpotClassifier(), spotted, "balanced")
    heat = grad_cam(maps, 4)
    assert heat.dtype == np.float32
    assert heat.shape == (8, 10), "as fine as the network's own class maps"
    assert (heat.min(), heat.max()) == (0, 1)
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    left, top, right, bottom = SPOT
    assert left <= (column + 0.5) * 32 <= right
    assert top <= (row + 0.5) * 30 <= bottom
    assert not heat[5:, :4].any(), "the other dark spot counts for nothing"
    assert not grad_cam(maps, 5).any(), "nothing here speaks for the nevus"
    assert maps[5].min() < 0, "the spot speaks against it"


@pytest.mark.parametrize("size", [(320, 240), (240, 320), (400, 192), (48, 32)])
def test_an_occlusion_map_fits_any_frame(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    maps = occlusion(FakeClassifier(), Image.fromarray(pixels), "balanced")
    assert maps.shape[0] == 7
    assert maps.shape[1] / maps.shape[2] == pytest.approx(size[1] / size[0], rel=0.15)
    assert np.isfinite(maps).all()


def test_the_colour_that_covers_is_the_skin_s_not_the_lesion_s_nor_the_eyepiece_s(spotted: Image.Image) -> None:
    assert skin_colour(spotted) == SKIN
    y, x = np.mgrid[:240, :320]
    pixels = np.asarray(spotted).copy()
    pixels[np.hypot(x - 160, y - 120) > 130] = 4
    assert skin_colour(Image.fromarray(pixels)) == SKIN
    assert skin_colour(Image.new("RGB", (64, 48), (9, 8, 7))) == (9, 8, 7), "where all is dark, dark is what there is"


def test_covering_touches_the_patch_alone(spotted: Image.Image) -> None:
    before = np.asarray(spotted).copy()
    after = np.asarray(covered(spotted, (150.4, -20.0, 250.6, 130.0), SKIN))
    assert (after[:130, 150:251] == SKIN).all()
    after = after.copy()
    after[:130, 150:251] = before[:130, 150:251]
    assert np.array_equal(after, before)
    assert np.array_equal(np.asarray(spotted), before)


@pytest.fixture(scope="module")
def student(student_folder: Path) -> OnnxClassifier:
    return OnnxClassifier(student_folder)


def frames(photos: list[Path], model: OnnxClassifier) -> list[Image.Image]:
    return [to_doubled(read_image(photo).image, model.card.input)[0] for photo in photos]


def similarity(one: np.ndarray, other: np.ndarray) -> float:
    """Rank correlation of two maps."""
    ranks = [each.ravel().argsort().argsort() for each in (one, other)]
    return float(np.corrcoef(*ranks)[0, 1])


def shuffled(folder: Path, place: Path, seed: int) -> OnnxClassifier:
    """The network with the weights of each layer in another order."""
    network = onnx.load(folder / MODEL_FILE)
    rng = np.random.default_rng(seed)
    for weights in network.graph.initializer:
        values = numpy_helper.to_array(weights)
        if values.dtype.kind == "f" and values.size > 1:
            mixed = rng.permutation(values.ravel()).reshape(values.shape)
            weights.CopyFrom(numpy_helper.from_array(mixed, weights.name))
    data = network.SerializeToString()
    place.mkdir()
    (place / MODEL_FILE).write_bytes(data)
    replace(ModelCard.load(folder), sha256=sha256_of(data)).save(place)
    return OnnxClassifier(place)


def test_the_map_hangs_on_what_the_network_has_learnt(
    student: OnnxClassifier, student_folder: Path, samples: Path, tmp_path: Path
) -> None:
    """Adebayo et al. 2018, "Sanity checks for saliency maps": without the learnt weights it must be another map."""
    others = [shuffled(student_folder, tmp_path / str(seed), seed) for seed in (5, 6, 7)]
    alike = []
    for frame in frames(sorted(samples.glob("*.jpg"))[:4], student):
        top = int(student.run(halved(frame)[None]).logits[0].argmax())
        own = occlusion(student, frame, "balanced")[top]
        alike += [similarity(own, occlusion(other, frame, "balanced")[top]) for other in others]
    print(np.round(alike, 2))
    assert np.abs(np.mean(alike)) < 0.4


@pytest.mark.shared_data
def test_covering_the_places_it_names_first_costs_the_answer_most(
    student: OnnxClassifier, shared_data: Path, root: Path
) -> None:
    """The deletion curve of Petsiuk et al. 2018, "RISE": under it lies less for the map's order than for chance's."""
    with (root / "training" / "splits.csv").open(newline="") as file:
        inner = [line["image_id"] for line in csv.DictReader(file) if line["fold"] != "0" and line["inner"] == "1"]
    folder = shared_data / "ham10000" / "images"
    photos = [path for path in (folder / f"{name}.jpg" for name in inner[::14]) if path.is_file()][:48]
    assert len(photos) == 48
    rng = np.random.default_rng(7)
    gained, gained_by_cam = [], []
    for frame in frames(photos, student):
        outputs = student.run(halved(frame)[None])
        top = int(outputs.logits[0].argmax())
        heat = grad_cam(occlusion(student, frame, "balanced"), top)
        cam = Image.fromarray(grad_cam(outputs.cams[0], top)).resize(heat.shape[::-1], Image.Resampling.BILINEAR)
        chance = np.mean([area(student, frame, top, rng.permutation(heat.size), heat.shape) for _ in range(3)])
        gained.append(chance - area(student, frame, top, np.argsort(-heat, axis=None), heat.shape))
        order = np.argsort(-np.asarray(cam), axis=None)
        gained_by_cam.append(chance - area(student, frame, top, order, heat.shape))
    print(f"area under the deletion curve, chance minus map: occlusion {np.mean(gained):.3f}, "
          f"Grad-CAM {np.mean(gained_by_cam):.3f}")  # fmt: skip
    assert np.mean(gained) > 0.05
    assert np.mean(gained) > 2 * np.std(gained) / np.sqrt(len(gained)), "more than these photos' chance explains"


def area(model: OnnxClassifier, frame: Image.Image, index: int, order: np.ndarray, shape: tuple[int, ...]) -> float:
    """Mean probability of a class while ever more cells are covered, in this order, up to half of them."""
    colour, inputs = skin_colour(frame), [halved(frame)]
    rows, columns = shape
    for number, cell in enumerate(order[: len(order) // 2]):
        row, column = divmod(int(cell), columns)
        across, down = frame.width / columns, frame.height / rows
        box = (column * across, row * down, (column + 1) * across, (row + 1) * down)
        frame = covered(frame, box, colour)
        if number % 4 == 3:
            inputs.append(halved(frame))
    shares = probabilities(model.run(np.stack(inputs)).logits, model.card.calibration, "balanced")
    return float(shares[:, index].mean())
