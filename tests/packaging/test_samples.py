"""The sample lesions are what the program in packaging/ draws, and say that they are drawn."""

from pathlib import Path

import numpy as np
from PIL import Image


def test_the_program_draws_the_samples_again(samples: Path, tmp_path: Path) -> None:
    import draw_samples

    assert {path.name for path in samples.glob("*.jpg")} == {sample.name for sample in draw_samples.ALL}
    for sample in draw_samples.ALL:
        draw_samples.save(sample.draw(), tmp_path / sample.name)
        again = np.asarray(Image.open(tmp_path / sample.name), np.int16)
        shipped = np.asarray(Image.open(samples / sample.name), np.int16)
        assert again.shape == shipped.shape
        # Other releases of numpy, Pillow and libjpeg may round differently, but draw the same picture.
        assert np.abs(again - shipped).mean() < 1.0, sample.name


def test_each_sample_is_small_and_says_that_it_is_synthetic(samples: Path) -> None:
    readme = (samples / "README.md").read_text(encoding="utf-8")
    for path in samples.glob("*.jpg"):
        with Image.open(path) as picture:
            assert picture.getexif()[0x010E].startswith("Synthetic")
        assert path.stat().st_size < 60_000
        assert f"`{path.name}`" in readme


def test_a_sample_can_be_drawn_larger(samples: Path) -> None:
    import draw_samples

    large = draw_samples.ALL[0].draw(2.0)
    assert large.size == (1200, 900)
    small = np.asarray(large.resize((600, 450), Image.Resampling.BOX), np.int16)
    drawn = np.asarray(draw_samples.ALL[0].draw(), np.int16)
    assert np.abs(small - drawn).mean() < 6.0
