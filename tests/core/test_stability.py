"""Stability: views stay inside the picture, and the band tells how far the answer moves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake import FakeClassifier
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.evidence import Estimate, Stability, Trust
from kndnet_desktop.core.examine import Models, examine
from kndnet_desktop.core.images import Picture, read_image, to_doubled
from kndnet_desktop.core.records import Prediction
from kndnet_desktop.core.stability import VIEWS, remark, spread, views


@settings(max_examples=20, deadline=None)
@given(width=st.integers(8, 30), height=st.integers(8, 30))
def test_no_view_shows_anything_that_was_not_photographed(width: int, height: int) -> None:
    white = Image.new("RGB", (16 * width, 16 * height), "white")
    rendered = views(white)
    assert rendered.shape == (VIEWS, 8 * height, 8 * width, 3)
    assert rendered.min() >= 0.92 * 255 - 1, "a corner outside the picture would be black"


def test_views_show_the_same_lesion_from_nearby(samples: Path) -> None:
    picture = read_image(samples / "drawn-nevus.jpg")
    doubled, _ = to_doubled(picture.image, InputRule(120, 160))
    rendered = views(doubled).astype(float)
    plain = np.asarray(doubled.reduce(2)).astype(float)
    middle = (slice(40, 80), slice(60, 100))
    assert np.abs(rendered[(slice(None), *middle)].mean((1, 2)) - plain[middle].mean((0, 1))).max() < 40
    assert np.array_equal(rendered, views(doubled)), "the same picture always gives the same band"


def test_the_band_holds_the_views_answers(samples: Path) -> None:
    model = FakeClassifier()
    picture = read_image(samples / "drawn-asymmetric.jpg")
    seen = examine(picture, Models(model), steady=True)
    found = seen.stability
    assert found
    assert found.views == VIEWS
    assert 0 <= found.flips <= 1
    for code in model.card.codes:
        assert 0 <= found.low[code] <= seen.prediction.probabilities[code] <= found.high[code] <= 1
    assert found.p_malignant[0] <= seen.prediction.p_malignant <= found.p_malignant[1]
    assert examine(picture, Models(model)).stability is None, "only where it is asked for"


def test_a_picture_without_structure_is_stable_but_for_its_exposure() -> None:
    model = FakeClassifier(weight=0.0)
    plain = Image.new("RGB", (640, 480), (180, 140, 120))
    found = examine(Picture(plain, plain.width, plain.height, ""), Models(model), steady=True).stability
    assert found
    assert found.flips == 0
    assert found.low == pytest.approx(found.high)


def test_only_the_card_says_what_is_unstable(samples: Path) -> None:
    model = FakeClassifier(weight=20.0)
    doubled, _ = to_doubled(read_image(samples / "drawn-veil.jpg").image, model.card.input)
    sure = Prediction("fake", "", "balanced", dict.fromkeys(model.card.codes, 0.0) | {"df": 1.0}, "df", 0.0, 0.0)
    found = spread(model, doubled, sure)
    assert found.high["df"] == 1.0, "the answer itself lies in its band, however far the views are from it"
    half = Estimate(0.5, 0.4, 0.6)
    strict = replace(model.card, trust=Trust(stability=Stability(found.flips, half, half)))
    assert [flag.code for flag in remark(found, strict)] == ["unstable"]
    lenient = replace(model.card, trust=Trust(stability=Stability(found.flips + 0.01, half, half)))
    assert remark(found, lenient) == ()
    assert remark(found, model.card) == ()
