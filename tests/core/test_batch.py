"""From files to results: bad ones are told and stop nothing, and a quick decode changes no answer."""

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path

import hostile
import numpy as np
import pytest
from PIL import Image, ImageChops

from kndnet_desktop.core import batch, threads
from kndnet_desktop.core.batch import Case, classify, look
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models, examine
from kndnet_desktop.core.images import Picture, find_images, read_image
from kndnet_desktop.core.trust import probabilities

#: How far a probability may move by a quick decode. The rounding of pixels alone, by less than half a grey level, moves
#: one that is nowhere near 0 or 1 by this much.
NEAR = 0.015
TWELVE_MEGAPIXELS = [(4000, 3000), (3000, 4000), (4242, 2828), (3464, 3464), (4900, 2450)]


@pytest.fixture(scope="module")
def models(student_folder: Path) -> Models:
    return Models(OnnxClassifier(student_folder))


def answer(picture: Picture, models: Models) -> np.ndarray:
    return np.array(list(examine(picture, models).prediction.probabilities.values()))


def gap(data: bytes, models: Models) -> float:
    """Return how far the quick decode moves any probability."""
    quick, full = read_image(data, models.enough), read_image(data)
    assert full.image.size == (quick.width, quick.height)
    return float(np.abs(answer(quick, models) - answer(full, models)).max())


def enlarged(source: Path, size: tuple[int, int]) -> bytes:
    """Return a photo as a larger camera would have given it: that many pixels and noise in each."""
    image = Image.open(source).convert("RGB")
    if (image.width > image.height) != (size[0] > size[1]):
        image = image.transpose(Image.Transpose.ROTATE_90)
    grain = Image.fromarray(np.random.default_rng(5).integers(0, 13, (500, 500, 3), dtype=np.uint8))
    noise = Image.new("RGB", size)
    for corner in itertools.product(range(0, size[0], 500), range(0, size[1], 500)):
        noise.paste(grain, corner)
    noisy = ImageChops.add(image.resize(size, Image.Resampling.BICUBIC), noise, offset=-6)
    return hostile.encode(noisy, "JPEG", quality=90)


def test_a_folder_of_hostile_files_gives_a_sentence_each_and_the_good_are_classified(
    tmp_path: Path, models: Models
) -> None:
    bad, good = hostile.make_folder(tmp_path)
    results = [case.result for case in classify(find_images([tmp_path]), models)]
    by_path = {Path(result.path): result for result in results}
    assert set(by_path) == {*bad, *good}, "every file has its row, and the folder called like a picture has none"
    assert len(bad) >= 40
    for path in bad:
        result = by_path[path]
        assert result.status == "error"
        assert result.message.count(".") >= 1
        assert "\n" not in result.message
        assert result.prediction is None
    answers = {json.dumps(by_path[path].prediction.to_json()["probabilities"]) for path in good}  # type: ignore[union-attr]
    assert len(answers) == 1, "the same picture under any name has the same answer"
    assert len({result.sha256 for result in results if result.status == "ok"}) == 1


def test_a_pipe_or_a_missing_file_has_no_fingerprint_and_a_broken_picture_has(tmp_path: Path, models: Models) -> None:
    (tmp_path / "broken.jpg").write_bytes(hostile.bad_files()["cut-in-half.jpg"][0])
    missing, broken = (case.result for case in classify([tmp_path / "gone.jpg", tmp_path / "broken.jpg"], models))
    assert missing.sha256 is None
    assert broken.sha256 is not None
    assert missing.prediction is broken.prediction is None


def test_results_come_in_the_order_given_and_files_are_read_only_a_little_ahead(samples: Path, models: Models) -> None:
    asked: list[Path] = []

    def paths() -> Iterator[Path]:
        for _ in range(10):
            for path in sorted(samples.glob("*.jpg"), reverse=True):
                asked.append(path)
                yield path

    for number, case in enumerate(classify(paths(), models)):
        assert case.result.path == str(asked[number])
        assert len(asked) - number <= threads.AHEAD * threads.cores() + 1, "memory is bounded, however many there are"
    assert number == len(asked) - 1 > 50


def test_one_picture_needs_no_threads_and_has_the_same_answer(
    samples: Path, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = samples / "drawn-nevus.jpg"
    among_others = next(classify([path, samples / "drawn-hair.jpg"], models))
    monkeypatch.setattr(batch, "scatter", None)
    (alone,) = classify(iter([path]), models)
    assert alone.result.path == str(path)
    assert alone.result.prediction is not None
    assert among_others.result.prediction is not None
    assert alone.result.prediction.probabilities == among_others.result.prediction.probabilities
    assert list(classify([], models)) == []


def test_a_bug_in_one_task_is_raised_and_not_lost() -> None:
    def work(task: int) -> float:
        return 1 / task

    with pytest.raises(ZeroDivisionError):
        list(threads.scatter(iter([1, 2, 0, 3]), work, 2))


def test_what_is_closed_ends_at_once_and_begins_no_further_task() -> None:
    begun: list[int] = []

    def work(task: int) -> int:
        begun.append(task)
        time.sleep(0.1)
        return task

    results = threads.scatter(itertools.count(), work, 2)
    assert next(found for found in results if found is not None) in (0, 1)
    start = time.monotonic()
    results.close()
    assert time.monotonic() - start < 0.09, "what is under way is not waited for"
    seen = len(begun)
    time.sleep(0.3)
    assert len(begun) == seen <= 4


def test_nothing_to_do_for_the_moment_is_passed_on() -> None:
    tasks = iter([None, 1, None, 2])
    assert [found for found in threads.scatter(tasks, lambda task: task * 10, 2) if found] == [10, 20]


def test_a_result_is_the_network_s_answer_calibrated(samples: Path, models: Models) -> None:
    path = samples / "drawn-nevus.jpg"
    card = models.main.card
    seen: dict[str, Case] = {}
    for mode in card.calibration.modes:
        (seen[mode],) = classify([path], models, mode)
        prediction = seen[mode].result.prediction
        assert prediction is not None
        assert prediction.mode == mode
        assert tuple(prediction.probabilities) == card.codes
        assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert prediction.top == prediction.ranked()[0][0]
        malignant = [prediction.probabilities[label.code] for label in card.labels if label.malignant]
        assert prediction.p_malignant == pytest.approx(sum(malignant))
        assert prediction.model_sha256 == card.sha256
    (default,) = classify([path], models)
    assert default.result.prediction is not None
    assert default.result.prediction.mode == card.calibration.default_mode
    examination = default.examination
    assert examination is not None
    logits = examination.cams.mean(axis=(1, 2))
    bias = models.main.run(np.zeros((1, 120, 160, 3), dtype=np.uint8))
    logits += (bias.logits - bias.cams.mean(axis=(2, 3)))[0]
    expected = probabilities(logits, card.calibration)
    assert np.allclose(list(default.result.prediction.probabilities.values()), expected, atol=1e-4)


def test_a_second_opinion_is_given_beside_the_answer(samples: Path, models: Models) -> None:
    (case,) = classify([samples / "drawn-hair.jpg"], Models(models.main, teacher=models.main))
    assert case.result.prediction is not None
    assert case.result.teacher is not None
    assert case.result.teacher.probabilities == case.result.prediction.probabilities


def test_a_window_gets_the_answer_first_and_then_the_pixels(tmp_path: Path, samples: Path, models: Models) -> None:
    data = enlarged(samples / "drawn-veil.jpg", (4000, 3000))
    quick, full = look(data, "from the clipboard", models)
    assert quick.picture is not None
    assert quick.examination is not None
    assert full.picture is not None
    assert full.examination is not None
    assert quick.picture.image.width == 2000
    assert full.picture.image.size == (4000, 3000)
    assert quick.result is full.result
    larger = 4000 / quick.picture.image.width
    assert full.examination.box == pytest.approx([edge * larger for edge in quick.examination.box], rel=0.01)
    small = (samples / "drawn-veil.jpg").read_bytes()
    assert len(list(look(small, "small", models))) == 1, "a picture that is whole already comes once"
    (missing,) = look(tmp_path / "gone.jpg", "gone.jpg", models)
    assert missing.result.status == "error"


def test_showing_a_picture_at_full_size_changes_no_digit(tmp_path: Path, samples: Path, models: Models) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(enlarged(samples / "drawn-vessels.jpg", (1200, 900)))
    (quick,), (full,) = classify([path], models), classify([path], models, full_size=True)
    assert full.picture is not None
    assert full.picture.image.size == (1200, 900)
    assert quick.result.prediction is not None
    assert full.result.prediction is not None
    assert quick.result.prediction.probabilities == full.result.prediction.probabilities


def test_too_little_memory_for_the_full_picture_leaves_the_answer(
    samples: Path, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = enlarged(samples / "drawn-veil.jpg", (4000, 3000))

    def poor(source: bytes, at_least: tuple[int, int] | None = None) -> Picture:
        if at_least is None:
            raise UserError("This picture is damaged or incomplete.")
        return read_image(source, at_least)

    monkeypatch.setattr(batch, "read_image", poor)
    (case,) = look(data, "large.jpg", models)
    assert case.result.status == "ok"


def test_a_long_picture_and_a_tiny_frame_are_remarked(models: Models) -> None:
    def codes(picture: Picture, box: tuple[float, float, float, float] | None = None) -> list[str]:
        return [flag.code for flag in examine(picture, models, box).flags]

    usual = read_image(hostile.encode(hostile.reference(600, 450), "PNG"))
    assert not {"cropped", "few-pixels"} & set(codes(usual))
    assert "few-pixels" in codes(usual, (100.0, 100.0, 180.0, 160.0))
    assert "cropped" in codes(read_image(hostile.encode(hostile.reference(1200, 300), "PNG")))
    lying = read_image(hostile.encode(hostile.reference(300, 1200), "PNG"))
    assert "cropped" in codes(lying)
    assert "few-pixels" in codes(read_image(hostile.encode(hostile.reference(100, 80), "PNG")))


def test_a_quick_decode_of_twelve_megapixels_changes_no_answer(samples: Path, models: Models) -> None:
    for path, size in zip(sorted(samples.glob("*.jpg")), TWELVE_MEGAPIXELS, strict=False):
        assert gap(enlarged(path, size), models) < NEAR, (path.name, size)


def test_a_quick_decode_of_small_and_odd_shapes_changes_no_answer(samples: Path, models: Models) -> None:
    shapes = [(600, 450), (450, 600), (640, 480), (777, 701), (1001, 750), (1333, 1000), (1800, 700), (2592, 1944)]
    for path, size in zip(itertools.cycle(sorted(samples.glob("*.jpg"))), shapes * 2, strict=False):
        assert gap(enlarged(path, size), models) < NEAR, (path.name, size)


@pytest.mark.shared_data
def test_a_quick_decode_of_real_photos_changes_no_answer(shared_data: Path, models: Models) -> None:
    photos = sorted((shared_data / "native" / "images").iterdir())
    assert len(photos) == 60
    assert max(gap(photo.read_bytes(), models) for photo in photos) < NEAR
    sizes = itertools.cycle([(4000, 3000), (3000, 4000), (2592, 1944), (1333, 1000)])
    for photo, size in zip(photos[::5], sizes, strict=False):
        assert gap(enlarged(photo, size), models) < NEAR, (photo.name, size)
