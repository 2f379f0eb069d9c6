"""One image loader for screen, inference, report and training: bytes in, upright sRGB pixels out.

Nothing is guessed: a file whose pixels are not all there is refused, because a decoder that fills the missing part
with grey would have the network look at skin that nobody photographed.
"""

import io
import stat
import struct
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image, ImageChops, UnidentifiedImageError

from kndnet_desktop.core import jpeg, png
from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.colours import flatten, to_srgb
from kndnet_desktop.core.errors import UserError, reason
from kndnet_desktop.core.files import reachable, sha256_of
from kndnet_desktop.core.records import Finding

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]

SUFFIXES = frozenset([".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".webp", ".tif", ".tiff", ".gif"])
MIN_SIDE = 64  # pixels; a lesion that fills half of less than this has no structure left to judge
MAX_PIXELS = 120_000_000  # above any camera on a dermatoscope; three bytes each stay within an ordinary PC's memory
MAX_BYTES = 400_000_000

#: The size at which quality and gate judge a frame, whichever network answers; its double is what they look at.
JUDGED = InputRule(height=120, width=160)

_FORMATS = ("JPEG", "PNG", "BMP", "DIB", "WEBP", "TIFF", "GIF")
# Those that can't be read too, which a folder must not hide: their rows say so.
_ENDINGS = SUFFIXES.union(
    (".heic", ".heif", ".hif", ".avif", ".dcm", ".jp2", ".jxl"),
    (".arw", ".cr2", ".cr3", ".dng", ".nef", ".orf", ".raf", ".rw2"),
)
_STILLS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx ")  # what begins as a video may be
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\0", b"MM\0*", b"GIF8")  # first bytes that are hardly anything else
_EXIF_ORIENTATION = 0x0112
_TIFF_COMPRESSION, _TIFF_JPEG, _TIFF_TABLES = 259, (6, 7), 347
_TIFF_BITS, _TIFF_MEANING, _TIFF_NEGATIVE = 258, 262, 0
_TIFF_KIND, _TIFF_REDUCED, _DNG_VERSION, _CANON_RAW = 254, 1, 50706, b"CR"
_TIFF_OFFSETS, _TIFF_COUNTS = (273, 324), (279, 325)  # of strips, of tiles
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = frozenset((5, 6, 7, 8))  # orientations that swap width and height

# Pillow warns on harmless oddities of real files (odd EXIF, bombs that our own limit catches): not for people. Said
# once and not around each picture, because warnings.catch_warnings is for one thread only.
warnings.filterwarnings("ignore", module="PIL")


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture.

    Attributes:
        image: Upright sRGB pixels, mode ``RGB``; may have been decoded at a fraction of the file's size.
        width: Width of the upright picture in the file, in pixels.
        height: Height of the upright picture in the file, in pixels.
        sha256: SHA-256 of the file's bytes.
        flags: What was done to the picture that its owner may want to know.
    """

    image: Image.Image
    width: int
    height: int
    sha256: str
    flags: tuple[Finding, ...] = ()

    @property
    def pixels(self) -> Pixels:
        """Pixels as uint8 [height, width, 3], sRGB."""
        return np.asarray(self.image)


def find_images(paths: Iterable[Path]) -> Iterator[Path]:
    """Expand folders into the image files directly in them; leave every other path as it is, in the order given.

    Files in a folder are chosen by their ending or, failing that, by their first bytes; sorted by name without regard
    to case; hidden ones are left out. A photo of a kind that can't be read, a path that was named outright, and a
    folder that can't be opened, is passed on as it is, so that reading it tells what is wrong and nothing is silently
    dropped.
    """
    for path in paths:
        try:
            near = reachable(path)
            entries = [path / entry.name for entry in near.iterdir()] if near.is_dir() else None
        except OSError:
            entries = None
        if entries is None:
            yield path
            continue
        entries.sort(key=lambda entry: (entry.name.casefold(), entry.name))
        yield from (entry for entry in entries if not entry.name.startswith(".") and _may_be_image(entry))


def read_bytes(path: Path) -> bytes:
    """Read a picture file.

    Raises:
        UserError: If there is no such file, it is not a regular file, is empty, too large or unreadable.
    """
    target = reachable(path)
    try:
        status = target.stat()
        if not stat.S_ISREG(status.st_mode):
            if stat.S_ISDIR(status.st_mode):
                raise UserError("This folder can't be opened.", "Ask for the right to read it.")
            raise UserError("This is not a file, so it holds no picture.")
        if status.st_size == 0:
            raise UserError("This file is empty.", "Copy it from the camera again.")
        if status.st_size > MAX_BYTES:
            raise UserError(
                f"This file is too large to be a photo ({status.st_size / 1e6:.0f} MB; the limit is "
                f"{MAX_BYTES / 1e6:.0f} MB)."
            )
        return target.read_bytes()
    except FileNotFoundError as error:
        if path.is_symlink():
            raise UserError("This link points to a file that is not there.") from error
        raise UserError("There is no such file.", "It may have been moved or renamed.") from error
    except OSError as error:
        raise UserError(f"This file can't be read: {reason(error)}.") from error
    except ValueError as error:  # a NUL character in the name
        raise UserError("This is not a possible file name.") from error


def read_image(source: Path | bytes, at_least: tuple[int, int] | None = None) -> Picture:
    """Decode a picture file into upright sRGB pixels.

    Reads JPEG, PNG, BMP, WebP, TIFF and GIF by content, whatever the ending says; 8 and 16 bit, grey, palette, alpha
    and CMYK. EXIF orientation is applied and an embedded colour profile converted to sRGB.

    Args:
        source: A file, or the bytes of one.
        at_least: ``(height, width)`` in upright pixels that suffice. A JPEG is then decoded at the smallest of a
            half, a quarter and an eighth that is at least as large, which is many times faster.

    Returns:
        The picture; ``image`` is at the file's own size unless ``at_least`` allowed less.

    Raises:
        UserError: If this is not a whole picture of a usable size; the sentence says what is wrong.
    """
    data = read_bytes(source) if isinstance(source, Path) else source
    if not data:
        raise UserError("This file is empty.", "Copy it from the camera again.")
    try:
        return _decode(data, at_least)
    except UserError:
        raise
    except UnidentifiedImageError as error:
        raise UserError(*_not_an_image(data)) from error
    except Image.DecompressionBombError as error:
        raise UserError(*_too_large()) from error
    except MemoryError as error:
        hint = "Close other programs, or save a smaller copy."
        raise UserError("There is too little memory for this picture.", hint) from error
    except Exception as error:
        # Pillow's parsers meet a hostile file with whatever their code trips over; for its owner all of it means
        # the same, and one file must not take the others down.
        raise UserError("This picture is damaged or incomplete.", "Copy it from the camera again.") from error


def input_shape(height: float, width: float, rule: InputRule) -> tuple[int, int]:
    """Return the network's input ``(height, width)`` for a picture of this shape.

    The area is about that of the rule, the sides are multiples of ``rule.multiple``, and the aspect ratio is the
    picture's own as nearly as those multiples allow, clamped to ``rule.max_aspect``.
    """
    aspect = min(max(width / height, 1 / rule.max_aspect), rule.max_aspect)
    area = rule.height * rule.width
    tall = max(1, round((area / aspect) ** 0.5 / rule.multiple))
    wide = max(1, round((area * aspect) ** 0.5 / rule.multiple))
    return tall * rule.multiple, wide * rule.multiple


def input_box(box: Box, rule: InputRule) -> Box:
    """Return the part of ``box`` that the network looks at: its largest centred part of the input's exact aspect."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    tall, wide = input_shape(height, width, rule)
    used_width, used_height = min(width, height * wide / tall), min(height, width * tall / wide)
    left += (width - used_width) / 2
    top += (height - used_height) / 2
    return left, top, left + used_width, top + used_height


def to_input(pixels: Image.Image | Pixels, rule: InputRule, box: Box | None = None) -> tuple[Pixels, Box]:
    """Scale a picture, or a frame in it, to the network's input.

    The one preprocessing rule, the same in training and app: keep the aspect ratio (see `input_shape`), crop the
    sliver that remains (under a fifteenth of a side), scale to twice the input and average two by two. Nothing is
    padded, so every pixel that the network sees was in the picture.

    Args:
        pixels: Upright sRGB picture, mode ``RGB`` or uint8 [H, W, 3].
        rule: The model's input rule.
        box: Frame ``(left, top, right, bottom)`` in pixels of ``pixels``; the whole picture if None.

    Returns:
        The input, uint8 [h, w, 3], and the box of the picture that it shows, in pixels.
    """
    doubled, seen = to_doubled(pixels, rule, box)
    return halved(doubled), seen


def to_doubled(pixels: Image.Image | Pixels, rule: InputRule, box: Box | None = None) -> tuple[Image.Image, Box]:
    """Do the first half of `to_input`: the same frame at twice the input's size, which quality is judged on.

    Returns:
        The frame, mode ``RGB``, and the box of the picture that it shows, in pixels.
    """
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    frame = box or (0.0, 0.0, float(image.width), float(image.height))
    seen = input_box(frame, rule)
    height, width = input_shape(frame[3] - frame[1], frame[2] - frame[0], rule)
    # Averages over areas, but for whole pixels' sake: Pillow's own box filter takes now three and now four of them,
    # and answers moved with that. Hamming is the nearest filter without such steps. Training warps by twos as well.
    shrinks = seen[2] - seen[0] >= 2 * width
    doubled = image.resize(
        (2 * width, 2 * height),
        Image.Resampling.HAMMING if shrinks else Image.Resampling.BILINEAR,
        box=seen,
        # First by whole factors, so that little more than the size that is wanted needs the filter: half the time
        # for a photo of 12 megapixels, and nothing changes for one of 600 x 450.
        reducing_gap=1.7 if shrinks else None,
    )
    return doubled, seen


def halved(doubled: Image.Image) -> Pixels:
    """Do the second half of `to_input`: average two by two, to uint8 [h, w, 3]."""
    return np.asarray(doubled.reduce(2))


def _decode(data: bytes, at_least: tuple[int, int] | None) -> Picture:
    image = Image.open(io.BytesIO(data), formats=_FORMATS)
    flags: list[Finding] = []
    _check_size(*image.size)
    kind = "JPEG" if image.format == "MPO" else image.format
    if kind == "PNG":
        # Pillow skips the checksums while it decodes; verify() reads them and uses the file up.
        image.verify()
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and kind != "JPEG":
        many = "pages" if kind == "TIFF" else "frames"
        flags.append(Finding("first-frame", f"The file holds {frames} {many}; only the first is used."))

    profile = image.info.get("icc_profile")
    if kind == "JPEG":
        if at_least and _orientation(image) in _LYING:
            at_least = at_least[::-1]
        decoded = _decode_jpeg(data, image, at_least)
        whole = jpeg.is_complete(data)
    else:
        tags: Mapping[int, Any] = getattr(image, "tag_v2", {})  # of a TIFF
        if kind == "TIFF" and _is_raw(data, tags):
            raise UserError(
                "This is a camera's raw file, of which only a small preview can be read.",
                "Save the photo as JPEG, PNG or TIFF, and open that.",
            )
        # Pillow turns a negative of 8 bits into a positive by itself, one of 16 it does not.
        negative = image.mode.startswith("I") and tags.get(_TIFF_MEANING) == _TIFF_NEGATIVE
        strips = _jpeg_strips(data, tags)
        whole = kind != "TIFF" or not _has_holes(image, tags)
        image.load()
        for strip in strips:  # libtiff's decoder paints what is missing grey, as Pillow's of JPEG does
            simplejpeg.decode_jpeg(strip, colorspace="GRAY")
        if kind == "PNG" and _may_lack_rows(image):
            whole = png.is_complete(data)
        decoded = ImageChops.invert(flatten(image, flags)) if negative else flatten(image, flags)
    if not whole:
        raise UserError("This picture is damaged or incomplete.", "Copy it from the camera again.")
    # Asked after load(): Pillow turns a TIFF upright by itself and then forgets its orientation.
    orientation = _orientation(image)
    upright = to_srgb(decoded, profile, flags)
    if orientation in _UPRIGHT:
        upright = upright.transpose(_UPRIGHT[orientation])
    width, height = image.size[::-1] if orientation in _LYING else image.size
    return Picture(upright, width, height, sha256_of(data), tuple(flags))


def _orientation(image: Image.Image) -> object:
    """Return what EXIF says of it; None where there is none, or what an anonymiser has blanked."""
    try:
        return image.getexif().get(_EXIF_ORIENTATION)
    except (SyntaxError, ValueError, LookupError, TypeError, struct.error):
        return None


def _is_raw(data: bytes, tags: Mapping[int, Any]) -> bool:
    """Whether a TIFF is a camera's raw file, whose first picture is a preview (DNG, NEF, ARW, CR2)."""
    kind = tags.get(_TIFF_KIND)
    reduced = isinstance(kind, int) and bool(kind & _TIFF_REDUCED)
    return reduced or _DNG_VERSION in tags or data[8:10] == _CANON_RAW


def _parts(tags: Mapping[int, Any]) -> tuple[Sequence[int], Sequence[int]]:
    """Return where the strips or tiles of a TIFF begin in the file, and of how many bytes each is."""
    offsets, counts = (tags.get(strip) or tags.get(tile) or () for strip, tile in (_TIFF_OFFSETS, _TIFF_COUNTS))
    return offsets, counts


def _has_holes(image: Image.Image, tags: Mapping[int, Any]) -> bool:
    """Whether an uncompressed TIFF lacks parts, which Pillow paints black, or takes from the file's first bytes."""
    offsets, counts = _parts(tags)
    bits = image.width * image.height * sum(tags.get(_TIFF_BITS, (1,)))
    return image.info.get("compression") == "raw" and (not all(offsets) or 8 * sum(counts) < bits)


def _jpeg_strips(data: bytes, tags: Mapping[int, Any]) -> list[bytes]:
    """Return the parts of a TIFF that is compressed as JPEG, each with the tables that it needs (TIFF technote 2)."""
    if tags.get(_TIFF_COMPRESSION) not in _TIFF_JPEG:
        return []
    offsets, counts = _parts(tags)
    tables = bytes(tags.get(_TIFF_TABLES) or b"")
    parts = [data[start : start + count] for start, count in zip(offsets, counts, strict=True)]
    return [tables[:-2] + part[2:] if tables else part for part in parts]


def _may_lack_rows(image: Image.Image) -> bool:
    """Whether a PNG ends in black: counting its bytes takes as long as decoding, so only these are counted."""
    last = image.crop((0, image.height - 1, image.width, image.height))
    return bool(image.info.get("interlace")) or not np.asarray(last).any()


def _may_be_image(path: Path) -> bool:
    named = path.suffix.lower() in _ENDINGS
    path = reachable(path)
    try:
        if named:
            return not path.is_dir()
        if not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(132)
        return head.startswith(_MAGIC) or (head[4:8] == b"ftyp" and head[8:12] in _STILLS) or head[128:] == b"DICM"
    except OSError:
        return named  # to read it tells what is wrong


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise UserError(*_too_large(f"{width} × {height} pixels; "))
    if min(width, height) < MIN_SIDE:
        raise UserError(
            f"This picture is too small to show a lesion ({width} × {height} pixels; at least {MIN_SIDE} a side are "
            "needed).",
            "Use the original photo, not a thumbnail.",
        )


def _too_large(size: str = "") -> tuple[str, str]:
    limit = MAX_PIXELS // 1_000_000
    return f"This picture is too large ({size}the limit is {limit} million pixels).", "Save a smaller copy."


def _decode_jpeg(data: bytes, image: Image.Image, at_least: tuple[int, int] | None) -> Image.Image:
    """Decode strictly: libjpeg paints what is missing grey and only warns, and Pillow does not pass the warning on."""
    width, height = image.size
    shrink = 1
    # Only halves of halves: the decoder's other fractions (five eighths ...) are slower and blur colour unevenly.
    while at_least and shrink < 8 and height >= 2 * shrink * at_least[0] and width >= 2 * shrink * at_least[1]:
        shrink *= 2
    least = {"min_height": -(-height // shrink), "min_width": -(-width // shrink)}
    space = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}.get(image.mode)
    if space is None:
        raise UserError("This kind of JPEG can't be read.", "Save it as an ordinary colour JPEG or PNG.")
    pixels = simplejpeg.decode_jpeg(data, colorspace=space, **least)
    if space == "GRAY":
        return Image.fromarray(pixels[:, :, 0])
    if space == "CMYK":
        return Image.frombytes("CMYK", pixels.shape[1::-1], (255 - pixels).tobytes())  # JPEG keeps CMYK inverted
    return Image.fromarray(pixels)


def _not_an_image(data: bytes) -> tuple[str, str]:
    """Name the usual suspects by their first bytes."""
    head = data[:512]
    if head[4:8] == b"ftyp":
        return (
            "This is a HEIC or AVIF photo or a video, which can't be read.",
            "Save it as JPEG on the phone or camera.",
        )
    if data[128:132] == b"DICM":
        return "This is a DICOM file, which can't be read yet.", "Export it as JPEG or PNG."
    if head.startswith(b"%PDF"):
        return "This is a PDF document, not a photo.", "Open the photo itself."
    if head.lstrip()[:5].lower() in (b"<?xml", b"<svg ", b"<html", b"<!doc"):
        return "This is a web page or a drawing, not a photo.", "Open the photo itself."
    if head.startswith((*_MAGIC, b"BM", b"RIFF")):
        return "This picture is damaged or incomplete.", "Copy it from the camera again."
    return "This is not a picture that can be read.", "Use JPEG, PNG, BMP, WebP or TIFF."
