import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kndnet_desktop.core.images import JUDGED, Pixels, read_image, to_doubled
from kndnet_desktop.core.quality import SENTENCES, measure
from training.data import Pictures
from training.quality import STRENGTHS, curves, defects, draw, fit, halves, spoil, table


@pytest.fixture(scope="module")
def nevus(samples: Path) -> Pixels:
    return np.asarray(to_doubled(read_image(samples / "drawn-nevus.jpg").image, JUDGED)[0])


def test_there_is_a_defect_for_each_flag() -> None:
    assert set(defects()) == set(SENTENCES)


@pytest.mark.parametrize("code", SENTENCES)
def test_a_defect_is_drawn_again_by_its_seed_and_grows_with_its_strength(nevus: Pixels, code: str) -> None:
    before = nevus.copy()
    drawn = [spoil(code, nevus, strength, 3) for strength in STRENGTHS]
    assert np.array_equal(before, nevus)
    assert all(each.shape == nevus.shape and each.dtype == np.uint8 for each in drawn)
    assert np.array_equal(drawn[2], spoil(code, nevus, 3, 3))
    clean = measure(nevus)[code]
    assert measure(drawn[0])[code] <= measure(drawn[4])[code]
    assert measure(drawn[4])[code] > clean


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("shape", [(320, 240), (280, 280), (40, 200)])
def test_defects_fit_any_frame(nevus: Pixels, code: str, shape: tuple[int, int]) -> None:
    pixels = np.asarray(Image.fromarray(nevus).resize(shape[::-1]))
    assert spoil(code, pixels, 5, 0).shape == pixels.shape


def test_halves_share_no_lesion_and_hold_no_test_picture(pictures: Pictures) -> None:
    first, second = halves(pictures)
    assert first
    assert second
    assert sorted(first + second) == list(pictures.part("inner", "ham10000"))
    assert not {pictures.records[each].lesion for each in first} & {pictures.records[each].lesion for each in second}


def test_limits_curves_table_and_drawing(pictures: Pictures) -> None:
    limits = fit(pictures)
    assert set(limits) == set(SENTENCES)
    results = curves(pictures, limits, count=3)
    assert json.loads(json.dumps(results)) == results
    assert results["spoiled"] == 3
    for flag in results["flags"].values():
        assert len(flag["strengths"]) == len(STRENGTHS)
        for strength in flag["strengths"]:
            value, low, high = strength["detected"]
            assert 0 <= low <= value <= high <= 1
            assert 0 <= strength["auc"] <= 1
            assert strength["curve"] == sorted(strength["curve"])
            assert strength["curve"][-1] == 1
    lines = table(results)
    assert "## Image quality" in lines
    assert sum(line.startswith("| ") for line in lines) == 2 + len(SENTENCES)
    picture = draw(results)
    assert len(picture) < 60_000
    assert Image.open(io.BytesIO(picture)).format == "PNG"


def test_real_pictures_get_worse_by_every_defect(shared_data: Path) -> None:
    with (shared_data / "ham10000" / "metadata.csv").open(newline="", encoding="utf-8") as file:
        names = [line["image_id"] for line in csv.DictReader(file) if line["fold"] != "0"][:600:50]
    real = [
        np.asarray(to_doubled(read_image(shared_data / "ham10000" / "images" / f"{name}.jpg").image, JUDGED)[0])
        for name in names
    ]
    clean = [measure(each) for each in real]
    for code in SENTENCES:
        worse = [measure(spoil(code, each, 4, 0))[code] > found[code] for each, found in zip(real, clean, strict=True)]
        assert np.mean(worse) > 0.7, code
