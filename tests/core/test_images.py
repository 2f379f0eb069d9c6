"""The loader: every guise of a good picture gives its pixels, everything else is refused in a sentence."""

import errno
import io
import math
import ntpath
import os
import random
from pathlib import Path
from typing import Any

import hostile
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import extended
from kndnet_desktop.core.images import (
    MAX_BYTES,
    MIN_SIDE,
    Picture,
    find_images,
    input_box,
    input_shape,
    read_bytes,
    read_image,
    to_input,
)

RULE = InputRule(height=120, width=160, multiple=8, max_aspect=2.0)
steadily = settings(deadline=None, derandomize=True)  # the same on every machine, however busy
GOOD, BAD = hostile.good_files(), hostile.bad_files()


def furthest(picture: Picture, expected: Image.Image) -> int:
    """Return the largest difference of any channel of any pixel."""
    assert picture.image.mode == "RGB"
    assert picture.image.size == expected.size
    return int(np.abs(picture.pixels.astype(int) - np.asarray(expected).astype(int)).max())


def refusal(source: Path | bytes) -> str:
    """Return the sentence with which something is refused."""
    with pytest.raises(UserError) as caught:
        read_image(source)
    assert caught.value.sentence.endswith(".")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", GOOD)
def test_every_guise_of_a_good_picture_shows_its_pixels(name: str) -> None:
    good = GOOD[name]
    picture = read_image(good.data)
    assert furthest(picture, good.shows) <= good.tolerance
    assert tuple(flag.code for flag in picture.flags) == good.flags
    assert (picture.width, picture.height) == good.shows.size


@pytest.mark.parametrize("name", BAD)
def test_every_bad_file_is_refused_with_a_fitting_sentence(name: str) -> None:
    data, words = BAD[name]
    assert words in refusal(data)


@pytest.mark.parametrize("name", GOOD)
def test_a_file_cut_anywhere_is_refused_unless_no_pixel_is_missing(name: str) -> None:
    data = GOOD[name].data
    whole = read_image(data).pixels
    size = len(data)
    cuts = {1, 5, 20, *range(size - 24, size), *(size * part // 40 for part in range(1, 40))}
    refused = 0
    for cut in sorted(cuts):
        try:
            part = read_image(data[:cut]).pixels
        except UserError:
            refused += 1
        else:
            assert np.array_equal(part, whole), f"cut at {cut} of {size} bytes"
    assert refused > 10


@steadily
@given(st.sampled_from(sorted(GOOD)), st.randoms(use_true_random=False))
def test_flipped_bytes_never_break_out(name: str, dice: random.Random) -> None:
    data = bytearray(GOOD[name].data)
    for _ in range(dice.choice((1, 2, 10))):
        data[dice.randrange(min(len(data), dice.choice((600, len(data)))))] = dice.randrange(256)
    try:
        picture = read_image(bytes(data))
    except UserError:
        return
    assert picture.image.mode == "RGB"
    assert min(picture.image.size) >= MIN_SIDE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_set_upright(orientation: int, kind: str) -> None:
    picture = read_image(hostile.oriented(orientation, kind))
    assert (picture.width, picture.height) == (hostile.WIDTH, hostile.HEIGHT)
    assert furthest(picture, hostile.reference()) <= (12 if kind == "JPEG" else 0)


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_lying_jpeg_decoded_small_is_upright_and_large_enough(orientation: int) -> None:
    image = hostile.reference(1200, 600)
    stored = image.transpose(Image.Transpose.ROTATE_90) if orientation == 6 else image
    exif = Image.Exif()
    exif[hostile.ORIENTATION] = orientation
    data = hostile.encode(stored, "JPEG", exif=exif.tobytes())
    for at_least, expected in {(200, 300): (600, 300), (140, 300): (300, 150), (300, 140): (600, 300)}.items():
        picture = read_image(data, at_least)
        assert (picture.width, picture.height) == (1200, 600)
        assert picture.image.size == expected


@pytest.mark.parametrize("size", [(1600, 1200), (1200, 1600), (1001, 777), (640, 480), (100, 80)])
def test_a_small_decode_is_the_full_one_averaged(size: tuple[int, int]) -> None:
    data = hostile.encode(hostile.reference(*size), "JPEG", quality=92)
    small, full = read_image(data, at_least=(276, 276)), read_image(data)
    assert full.image.size == (small.width, small.height) == size
    assert min(small.image.size) >= min(276, *size)
    few, _ = to_input(small.image, RULE)
    all_, _ = to_input(full.image, RULE)
    assert np.abs(few.astype(int) - all_.astype(int)).mean() < 1


@pytest.mark.parametrize("dtype", [np.uint16, np.int32])
def test_of_sixteen_bits_the_upper_eight_are_taken(dtype: type[np.generic]) -> None:
    ramp = np.arange(65536).reshape(256, 256).astype(dtype)
    picture = read_image(hostile.encode(Image.fromarray(ramp), "TIFF"))
    assert np.array_equal(picture.pixels[..., 0], ramp // 256)
    if dtype is np.int32:
        assert "brightness values" in refusal(hostile.encode(Image.fromarray(ramp - 1), "TIFF"))
        assert "brightness values" in refusal(hostile.encode(Image.fromarray(ramp + 1), "TIFF"))


def test_a_file_and_its_bytes_are_the_same_picture(tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(GOOD["plain.jpg"].data)
    from_file, from_bytes = read_image(file), read_image(GOOD["plain.jpg"].data)
    assert from_file.sha256 == from_bytes.sha256
    assert np.array_equal(from_file.pixels, from_bytes.pixels)


@pytest.mark.parametrize("name", hostile.ODD_NAMES)
def test_odd_names_are_no_hindrance(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(GOOD["plain.jpg"].data)
    assert read_image(tmp_path / name).width == hostile.WIDTH


def test_a_very_long_path_is_no_hindrance(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["longer than Windows allows and with ümläuts"] * 20)
    folder.mkdir(parents=True)
    file = folder / "photo.jpg"
    file.write_bytes(GOOD["plain.jpg"].data)
    assert len(str(file)) > 260
    assert read_image(file).width == hostile.WIDTH
    assert list(find_images([folder])) == [file]


@pytest.mark.parametrize(
    ("given_path", "expected"),
    [
        ("C:\\photos\\a.jpg", "\\\\?\\C:\\photos\\a.jpg"),
        ("C:\\photos\\..\\b.jpg", "\\\\?\\C:\\b.jpg"),
        ("C:/photos/a.jpg", "\\\\?\\C:\\photos\\a.jpg"),
        ("\\\\server\\share\\a.jpg", "\\\\?\\UNC\\server\\share\\a.jpg"),
        ("\\\\?\\C:\\photos\\a.jpg", "\\\\?\\C:\\photos\\a.jpg"),
    ],
)
def test_windows_paths_take_the_form_without_a_limit(given_path: str, expected: str) -> None:
    assert extended(ntpath.abspath(given_path)) == expected


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    (tmp_path / "pipe.png").symlink_to(tmp_path / "real pipe")
    os.mkfifo(tmp_path / "real pipe")
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "target")
    assert "not a file" in refusal(tmp_path / "pipe.png")
    assert "symbolic links" in refusal(tmp_path / "loop.jpg")
    assert "link points to a file that is not there" in refusal(tmp_path / "gone.jpg")
    assert "no such file" in refusal(tmp_path / "typo.jpg")
    assert "no such file" in refusal(tmp_path / "gone.jpg" / "inside.jpg")
    assert "name too long" in refusal(tmp_path / ("n" * 256))
    assert "not a possible file name" in refusal(tmp_path / "nul\0.jpg")
    assert "folder" in refusal(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked.jpg").write_bytes(GOOD["plain.jpg"].data)
    (tmp_path / "locked.jpg").chmod(0)
    assert "can't be read: permission denied" in refusal(tmp_path / "locked.jpg")


def test_an_enormous_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "video.jpg"
    with file.open("wb") as sparse:
        sparse.truncate(MAX_BYTES * 100)
    assert "too large to be a photo" in refusal(file)
    with pytest.raises(UserError, match="too large"):
        read_bytes(file)


def test_a_folder_gives_its_pictures_in_order_and_hides_nothing_broken(tmp_path: Path) -> None:
    for name in ("b.JPG", "A.png", "c.tiff", ".hidden.jpg", "notes.txt", "letter.pdf"):
        (tmp_path / name).write_bytes(b"text")
    (tmp_path / "no ending").write_bytes(GOOD["plain.png"].data)
    (tmp_path / "wrong.dat").write_bytes(GOOD["plain.jpg"].data)
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nowhere")
    (tmp_path / "subfolder.jpg").mkdir()
    (tmp_path / "subfolder.jpg" / "inner.jpg").write_bytes(b"text")
    found = [path.name for path in find_images([tmp_path])]
    assert found == ["A.png", "b.JPG", "c.tiff", "dangling.jpg", "no ending", "wrong.dat"]
    named = [tmp_path / "notes.txt", tmp_path / "missing.jpg", tmp_path / "subfolder.jpg"]
    assert list(find_images(named)) == [*named[:2], tmp_path / "subfolder.jpg" / "inner.jpg"]


def test_a_folder_hides_no_photo_that_cannot_be_read(tmp_path: Path) -> None:
    phone, hospital = BAD["phone.jpg"][0], BAD["hospital.jpg"][0]
    files = {"IMG_0001.HEIC": phone, "canon.cr3": b"", "lesion.dcm": hospital, "no ending": phone, "series 1": hospital}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "IMG_0001.MOV").write_bytes(b"\0\0\0\x14ftypqt  " + bytes(200))  # iPhones lay one beside each photo
    assert {path.name for path in find_images([tmp_path])} == files.keys()


def test_a_file_that_cannot_be_looked_at_is_not_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.jpg", "b", "c.jpg"):
        (tmp_path / name).write_bytes(hostile.encode(hostile.reference(), "JPEG"))

    def failing(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "is_dir", lambda path: path == tmp_path or bool(failing(path)))
    monkeypatch.setattr(Path, "is_file", failing)
    assert [path.name for path in find_images([tmp_path])] == ["a.jpg", "c.jpg"]


@pytest.mark.parametrize("tags", [{254: 1}, {50706: bytes((1, 4, 0, 0))}], ids=["preview", "dng"])
def test_the_preview_of_a_raw_file_is_no_photo(tags: dict[int, Any]) -> None:
    data = io.BytesIO()
    hostile.reference().save(data, "TIFF", tiffinfo=tags)
    with pytest.raises(UserError, match="a camera's raw file"):
        read_image(data.getvalue())
    data = io.BytesIO()
    hostile.reference().save(data, "TIFF", tiffinfo={254: 0})
    assert read_image(data.getvalue()).width == hostile.reference().width


sides = st.integers(MIN_SIDE, 9000)


@steadily
@given(sides, sides)
def test_the_input_has_the_rule_s_area_and_the_picture_s_aspect(height: int, width: int) -> None:
    tall, wide = input_shape(height, width, RULE)
    assert tall % 8 == wide % 8 == 0
    assert math.isclose(tall * wide, 120 * 160, rel_tol=0.15)
    aspect = min(max(width / height, 0.5), 2)
    assert math.isclose(wide / tall, aspect, rel_tol=0.08)


@steadily
@given(sides, sides, st.floats(0, 0.9), st.floats(0, 0.9))
def test_the_network_sees_the_middle_of_the_frame_and_nothing_outside(
    height: int, width: int, x: float, y: float
) -> None:
    frame = (width * x, height * y, float(width), float(height))
    across, down = frame[2] - frame[0], frame[3] - frame[1]
    tall, wide = input_shape(down, across, RULE)
    left, top, right, bottom = input_box(frame, RULE)
    tiny = 1e-9 * (width + height)
    assert left >= frame[0] - tiny
    assert top >= frame[1] - tiny
    assert right <= frame[2] + tiny
    assert bottom <= frame[3] + tiny
    assert math.isclose((right - left) / (bottom - top), wide / tall, rel_tol=1e-6)
    assert math.isclose(left - frame[0], frame[2] - right, abs_tol=tiny)
    assert math.isclose(top - frame[1], frame[3] - bottom, abs_tol=tiny)
    if 0.5 <= across / down <= 2:
        assert min((right - left) / across, (bottom - top) / down) > 14 / 15


@steadily
@given(st.integers(64, 900), st.integers(64, 900), st.tuples(*[st.floats(0, 1)] * 4))
def test_any_frame_within_a_picture_gives_the_input_of_its_shape(
    height: int, width: int, part: tuple[float, float, float, float]
) -> None:
    left, top = part[0] * (width - 8), part[1] * (height - 8)
    frame = (left, top, left + 8 + part[2] * (width - 8 - left), top + 8 + part[3] * (height - 8 - top))
    pixels, seen = to_input(Image.new("RGB", (width, height), (200, 150, 120)), RULE, frame)
    assert pixels.shape == (*input_shape(frame[3] - frame[1], frame[2] - frame[0], RULE), 3)
    assert math.isclose((seen[2] - seen[0]) / (seen[3] - seen[1]), pixels.shape[1] / pixels.shape[0], rel_tol=1e-6)
    assert (pixels == (200, 150, 120)).all(), "nothing is padded"


@pytest.mark.parametrize("size", [(600, 450), (450, 600), (320, 320), (1000, 613), (4000, 3000), (91, 150), (200, 70)])
def test_a_circle_stays_round(size: tuple[int, int]) -> None:
    width, height = size
    y, x = np.mgrid[:height, :width]
    disc = np.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2) < min(size) * 0.4
    pixels, _ = to_input(np.repeat(disc[..., None].astype(np.uint8) * 255, 3, axis=2), RULE)
    weight = pixels[..., 0] / 255
    down, across = np.mgrid[: pixels.shape[0], : pixels.shape[1]]

    def spread(axis: np.ndarray) -> float:
        return math.sqrt(np.average((axis - np.average(axis, weights=weight)) ** 2, weights=weight))

    assert math.isclose(spread(down), spread(across), rel_tol=0.01)


@pytest.mark.parametrize("size", [(2000, 300), (300, 2000)])
def test_of_a_very_long_picture_the_middle_is_seen(size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, (0, 255, 0))
    width, height = size
    middle = (
        (width // 2 - 300, 0, width // 2 + 300, 300)
        if width > height
        else (0, height // 2 - 300, 300, height // 2 + 300)
    )
    image.paste((200, 150, 120), middle)
    pixels, seen = to_input(image, RULE)
    assert (pixels[1:-1, 1:-1] == (200, 150, 120)).all()
    assert max(seen[2] - seen[0], seen[3] - seen[1]) <= 2.01 * 300


@pytest.mark.parametrize(
    ("size", "frame"),
    [
        ((600, 450), (101, 53, 503, 397)),
        ((4000, 3000), (1001, 701, 2999, 2203)),
        ((4000, 3000), (997, 703, 1850, 1300)),
    ],
)
def test_a_frame_shows_nothing_of_what_is_around_it(size: tuple[int, int], frame: tuple[int, int, int, int]) -> None:
    image = Image.new("RGB", size, (0, 255, 0))
    image.paste((200, 150, 120), frame)
    pixels, _ = to_input(image, RULE, tuple(map(float, frame)))
    assert (pixels[1:-1, 1:-1] == (200, 150, 120)).all()
    assert np.abs(pixels.astype(int) - (200, 150, 120)).max() < 40, "a smooth filter reaches a little over the edge"


def test_input_pixels_are_the_areas_that_they_stand_for() -> None:
    image = hostile.reference(480, 360)
    pixels, seen = to_input(image, RULE)
    assert seen == (0, 0, 480, 360)
    areas = np.asarray(image).reshape(120, 3, 160, 3, 3).mean(axis=(1, 3))
    assert np.abs(pixels - areas).mean() < 0.7
    exact, _ = to_input(image.resize((320, 240)), RULE)
    twos = np.asarray(image.resize((320, 240))).reshape(120, 2, 160, 2, 3).mean(axis=(1, 3))
    assert np.abs(exact - twos).max() <= 0.5
    corner = (240.0, 0.0, 480.0, 180.0)
    framed, _ = to_input(image, RULE, corner)
    alone, _ = to_input(image.crop((240, 0, 480, 180)), RULE)
    assert np.abs(framed.astype(int) - alone.astype(int))[1:-1, 1:-1].max() <= 1


def test_areas_of_uneven_size_are_averaged_as_well() -> None:
    waves = 128 + 60 * np.sin(np.linspace(0, 20 * np.pi, 2400))  # four to a pixel, fifteen to an input pixel
    row = np.repeat(waves.reshape(600, 4).mean(axis=1)[:, None], 3, axis=1).round().astype(np.uint8)
    pixels, _ = to_input(np.repeat(row[None], 450, axis=0), RULE)
    off = np.abs(pixels[60, :, 0] - waves.reshape(160, 15).mean(axis=1))
    assert off[2:-2].max() < 1.3, "Pillow's box filter is off by 2.6 here"


def test_the_pixels_of_a_picture_can_be_given_instead_of_the_picture() -> None:
    image = hostile.reference()
    assert np.array_equal(to_input(image, RULE)[0], to_input(np.asarray(image), RULE)[0])


def test_damage_that_a_file_could_hide_is_refused_as_bytes_from_the_clipboard_too() -> None:
    buffer = io.BytesIO()
    hostile.reference().save(buffer, "PNG")
    assert "empty" in refusal(b"")
    assert read_image(buffer.getvalue()).width == hostile.WIDTH
