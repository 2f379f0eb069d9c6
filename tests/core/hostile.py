"""Pictures as cameras, scanners, mail and bad luck deliver them: good in every guise, and broken in every way."""

import functools
import io
import os
import random
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, TiffImagePlugin

WIDTH, HEIGHT = 160, 120
ORIENTATION = 0x0112
DAMAGED = "damaged or incomplete"
UNREADABLE = "not a picture that can be read"
ODD_NAMES = (  # file names that are allowed and that careless programs trip over
    "good.jpg",
    "two\nlines.jpg",
    "\x1b[31mred.jpg",
    "-rf.jpg",
    " spaces .jpg",
    "100%_{x}_$HOME_'\".jpg",
    "läsion_皮膚_🔬.jpg",
    "شامة.jpg",
    "gpj.\u202eexe.jpg",
    "e\u0301 decomposed.jpg",
    "n" * 246 + ".jpeg",
    "皮" * 83 + ".jpg",
    os.fsdecode(b"latin-1 \xe4\xf6.jpg"),
)


def reference(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Draw a lopsided brown spot on skin with fine texture: no symmetry hides a flip, no flat area hides a hole."""
    noise = np.random.default_rng(7).normal(0, 4, (height, width, 3))
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    spot = 1 / (1 + np.exp(14 * (np.hypot((x - 0.42) * 1.3, y - 0.58) - 0.28)))
    skin = np.stack([224 - 20 * x, 178 - 25 * y, 160 + 15 * x * y], -1)
    ink = np.stack([95 + 40 * x, 60 + 20 * np.sin(9 * y), 48 + 10 * np.cos(12 * x)], -1)
    pixels = skin + spot[..., None] * (ink - skin) + noise
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the picture as the bytes of a file."""
    buffer = io.BytesIO()
    image.copy().save(buffer, kind, **options)  # a picture saved as JPEG keeps settings that its next save trips over
    return buffer.getvalue()


@dataclass(frozen=True)
class Good:
    """A file that must be read: what it must show, and how far a pixel may be off."""

    data: bytes
    shows: Image.Image
    tolerance: int = 0
    flags: tuple[str, ...] = ()


@functools.cache
def good_files() -> dict[str, Good]:
    """Return files that must be accepted, by name."""
    image = reference()
    grey, turned = image.convert("L"), image.rotate(180)
    grey16 = np.asarray(grey).astype(np.uint16) * 257
    palette = image.quantize(64)
    black_and_white = image.convert("1")
    opaque = image.copy()
    opaque.putalpha(255)
    spotted = opaque.copy()
    spotted.paste((0, 0, 0, 0), (10, 10, 20, 20))
    spotted_on_white = image.copy()
    spotted_on_white.paste("white", (10, 10, 20, 20))
    jpeg = encode(image, "JPEG", quality=92)
    first = ("first-frame",)
    shades = image.convert("CMYK")
    swapped = Image.merge("RGB", [image.getchannel(band) for band in "GRB"])
    files = {
        "plain.jpg": Good(jpeg, decoded(jpeg), 1),
        "444.jpg": _as_decoded(encode(image, "JPEG", quality=95, subsampling=0)),
        "progressive.jpg": _as_decoded(encode(image, "JPEG", progressive=True)),
        "restarts.jpg": _as_decoded(encode(image, "JPEG", restart_marker_blocks=3)),
        "grey.jpg": _as_decoded(encode(grey, "JPEG")),
        "rgb-inside.jpg": _as_decoded(encode(image, "JPEG", quality=95, keep_rgb=True)),
        "cmyk.jpg": _as_decoded(encode(shades, "JPEG", quality=95), flags=("cmyk",)),
        "ycck.jpg": _as_decoded(_as_ycck(encode(shades, "JPEG", quality=95)), flags=("cmyk",)),
        "padded.jpg": Good(jpeg + bytes(4096), decoded(jpeg), 1),
        "two-pictures.mpo": Good(
            encode(image, "MPO", save_all=True, append_images=[turned.copy()]), decoded(encode(image, "JPEG")), 1
        ),
        "corrupt-exif.jpg": Good(encode(image, "JPEG", quality=92, exif=b"Exif\0\0garbage" * 40), decoded(jpeg), 1),
        "cut-exif.jpg": Good(encode(image, "JPEG", quality=92, exif=_exif(1)[:19]), decoded(jpeg), 1),
        "blank-exif.png": Good(encode(image, "PNG", exif=b"Exif\0\0" + bytes(60)), image),
        "blank-exif.webp": Good(encode(image, "WEBP", lossless=True, exif=bytes(60)), image),
        "corrupt-profile.jpg": Good(
            encode(image, "JPEG", quality=92, icc_profile=b"no profile" * 50), decoded(jpeg), 1, ("bad-profile",)
        ),
        "jpeg-called.png": Good(jpeg, decoded(jpeg), 1),
        "jpeg-called.txt": Good(jpeg, decoded(jpeg), 1),
        "plain.png": Good(encode(image, "PNG"), image),
        "interlaced.gif": Good(encode(palette, "GIF", interlace=1), palette.convert("RGB")),
        "grey.png": Good(encode(grey, "PNG"), grey.convert("RGB")),
        "grey16.png": Good(encode(Image.fromarray(grey16), "PNG"), grey.convert("RGB")),
        "rgb16.png": Good(_png16(image), image),
        "palette.png": Good(encode(palette, "PNG"), palette.convert("RGB")),
        "one-bit.png": Good(encode(black_and_white, "PNG"), black_and_white.convert("RGB")),
        "grey-alpha.png": Good(encode(opaque.convert("LA"), "PNG"), grey.convert("RGB")),
        "alpha.png": Good(encode(opaque, "PNG"), image),
        "spotted.png": Good(encode(spotted, "PNG"), spotted_on_white, 0, ("transparent",)),
        "animated.png": Good(encode(image, "PNG", save_all=True, append_images=[turned]), image, 0, first),
        "swapped-profile.png": Good(encode(image, "PNG", icc_profile=swapped_profile()), swapped, 2, ("profile",)),
        "srgb-profile.png": Good(encode(image, "PNG", icc_profile=srgb_profile()), image),
        "grey-with-srgb.png": Good(encode(grey, "PNG", icc_profile=srgb_profile()), grey.convert("RGB")),
        "grey-with-rgb-profile.png": Good(
            encode(grey, "PNG", icc_profile=swapped_profile()), grey.convert("RGB"), 0, ("bad-profile",)
        ),
        "plain.bmp": Good(encode(image, "BMP"), image),
        "palette.bmp": Good(encode(palette, "BMP"), palette.convert("RGB")),
        "plain.dib": Good(encode(image, "DIB"), image),
        "lossless.webp": Good(encode(image, "WEBP", lossless=True), image),
        "lossy.webp": _as_decoded(encode(image, "WEBP", quality=80)),
        "animated.webp": Good(
            encode(image, "WEBP", save_all=True, append_images=[turned], lossless=True), image, 0, first
        ),
        "plain.gif": Good(encode(palette, "GIF"), palette.convert("RGB")),
        "animated.gif": Good(
            encode(palette, "GIF", save_all=True, append_images=[palette.rotate(180)]), palette.convert("RGB"), 0, first
        ),
        "pages.tif": Good(encode(image, "TIFF", save_all=True, append_images=[turned]), image, 0, first),
        "endless-pages.tif": Good(_endless(tiff(image)), image),
        "grey16.tif": Good(encode(Image.fromarray(grey16), "TIFF"), grey.convert("RGB")),
        "big-endian-16.tif": Good(encode(Image.fromarray(grey16.astype(">u2")), "TIFF"), grey.convert("RGB")),
        "negative-16.tif": Good(
            encode(Image.fromarray(65535 - grey16), "TIFF", tiffinfo={262: 0}), grey.convert("RGB")
        ),
        "rgb16.tif": Good(tiff16(image), image),
        "one-bit.tif": Good(encode(black_and_white, "TIFF", compression="group4"), black_and_white.convert("RGB")),
        "cmyk.tif": Good(encode(shades, "TIFF", compression="tiff_lzw"), image, 1, ("cmyk",)),
        "cmyk-profile.tif": Good(
            encode(shades, "TIFF", icc_profile=black_ink_profile()), black_ink_only(shades), 4, ("profile",)
        ),
        "lab.tif": Good(encode(to_lab(image), "TIFF"), image, 6),
        "jpeg-inside.tif": _as_decoded(encode(image, "TIFF", compression="jpeg")),
    }
    files["strips.tif"] = Good(_striped(image), image)
    for packing in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        files[f"{packing}.tif"] = Good(tiff(image, packing), image)
        files[f"{packing}-16.tif"] = Good(tiff(Image.fromarray(grey16), packing), grey.convert("RGB"))
    return files


def _with_hole(tiff: bytes) -> bytes:
    """Zero the second half of a strip in the middle."""
    tags = TiffImagePlugin.TiffImageFile(io.BytesIO(tiff)).tag_v2
    strip = len(tags[273]) // 2
    end = tags[273][strip] + tags[279][strip]
    start = end - tags[279][strip] // 2
    return tiff[:start] + bytes(end - start) + tiff[end:]


def _striped(image: Image.Image, listed: int | None = None) -> bytes:
    """Return an uncompressed TIFF of strips of 20 rows, of which only the first may be listed."""
    shape = {256: image.width, 257: image.height, 258: (8, 8, 8), 259: 1, 262: 2, 277: 3, 278: 20}
    strips = [image.crop((0, top, image.width, top + 20)).tobytes() for top in range(0, image.height, 20)]
    return _tiff(shape, strips[:listed])


def _sparse(data: bytes) -> bytes:
    """Say of every second strip that it is nowhere, as libtiff does of those that nobody wrote."""
    tags = TiffImagePlugin.TiffImageFile(io.BytesIO(data)).tag_v2
    for tag in (273, 279):
        kept = [value * (number % 2) for number, value in enumerate(tags[tag])]
        data = data.replace(struct.pack(f"<{len(kept)}I", *tags[tag]), struct.pack(f"<{len(kept)}I", *kept), 1)
    return data


def oriented(orientation: int, kind: str) -> bytes:
    """Return the reference stored lying or mirrored, with the EXIF orientation that sets it upright again."""
    stored = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = reference() if stored is None else reference().transpose(stored)
    if kind == "TIFF":
        return encode(image, kind, tiffinfo={ORIENTATION: orientation})
    options = {"quality": 98, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    return encode(image, kind, exif=_exif(orientation), **options)


@functools.cache
def bad_files() -> dict[str, tuple[bytes, str]]:
    """Return files that must be refused, by name, each with words that its sentence must hold."""
    image = reference(400, 300)
    grey16 = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    jpeg, progressive = encode(image, "JPEG", quality=92), encode(image, "JPEG", quality=92, progressive=True)
    png, webp, gif = encode(image, "PNG"), encode(image, "WEBP", quality=90), encode(image.quantize(), "GIF")
    middle, scan = len(jpeg) // 2, progressive.index(b"\xff\xda")
    see_through = image.copy()
    see_through.putalpha(0)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("photo.jpg", jpeg)
    return {
        "cut-to-a-tenth.jpg": (jpeg[: len(jpeg) // 10], DAMAGED),
        "cut-in-half.jpg": (jpeg[:middle], DAMAGED),
        "last-kilobyte-gone.jpg": (jpeg[:-1024], DAMAGED),
        "last-ten-bytes-gone.jpg": (jpeg[:-10], DAMAGED),
        "end-marker-gone.jpg": (jpeg[:-2], DAMAGED),
        "progressive-cut.jpg": (progressive[: len(progressive) * 2 // 3], DAMAGED),
        "progressive-kilobyte-gone.jpg": (progressive[:-1024], DAMAGED),
        "only-the-first-scan.jpg": (progressive[: progressive.index(b"\xff\xc4", scan)] + b"\xff\xd9", DAMAGED),
        "last-scan-gone.jpg": (progressive[: progressive.rindex(b"\xff\xda")] + b"\xff\xd9", DAMAGED),
        "zeroed-block.jpg": (jpeg[:middle] + bytes(2048) + jpeg[middle + 2048 :], DAMAGED),
        "marker-inside.jpg": (jpeg[:middle] + b"\xff\xd9" + jpeg[middle:], DAMAGED),
        "header-only.jpg": (jpeg[:20], DAMAGED),
        "huge-claim.jpg": (_jpeg_claiming(jpeg, 65000, 65000), "too large"),
        "kilobyte-gone.png": (png[:-1024], DAMAGED),
        "flipped-data.png": (_flipped(png, png.index(b"IDAT") + 2000), DAMAGED),
        "rows-gone.png": (_png(*image.size, zlib.compress(_rows(image)[: -20 * (3 * image.width + 1)])), DAMAGED),
        "passes-gone.png": (_interlaced(image), DAMAGED),
        "flipped-checksum.png": (_flipped(png, len(png) - 13), DAMAGED),
        "bomb-claim.png": (_png(60000, 60000, zlib.compress(b"")), "too large"),
        "bomb.png": (_png(20000, 20000, zlib.compress(bytes(20000 * 2501), 1), depth=1, colour=0), "too large"),
        "one-over-the-limit.png": (_png(12001, 10000, zlib.compress(b"")), "too large"),
        "long-text.png": (_with_chunk(png, b"zTXt", b"Comment\0\0" + zlib.compress(bytes(8_000_000), 1)), DAMAGED),
        "see-through.png": (encode(see_through, "PNG"), "transparent"),
        "one-pixel.png": (encode(image.resize((1, 1)), "PNG"), "too small"),
        "narrow.png": (encode(image.resize((63, 600)), "PNG"), "too small"),
        "kilobyte-gone.bmp": (encode(image, "BMP")[:-1024], DAMAGED),
        "lossy-kilobyte-gone.webp": (webp[:-1024], DAMAGED),
        "lossless-kilobyte-gone.webp": (encode(image, "WEBP", lossless=True)[:-1024], DAMAGED),
        "kilobyte-gone.gif": (gif[:-1024], DAMAGED),
        "first-frame-cut.gif": (
            encode(image.quantize(), "GIF", save_all=True, append_images=[image.rotate(90).quantize()])[
                : len(gif) // 2
            ],
            DAMAGED,
        ),
        "raw-kilobyte-gone.tif": (tiff(image, "raw")[:-1024], DAMAGED),
        "strips-gone.tif": (_striped(image, listed=10), DAMAGED),
        "sparse.tif": (_sparse(_striped(image)), DAMAGED),
        "lzw-kilobyte-gone.tif": (tiff(image, "tiff_lzw")[:-1024], DAMAGED),
        "deflate-kilobyte-gone.tif": (tiff(image, "tiff_adobe_deflate")[:-1024], DAMAGED),
        "16-bit-kilobyte-gone.tif": (tiff(grey16, "tiff_lzw")[:-1024], DAMAGED),
        "hole-in-jpeg-inside.tif": (_with_hole(encode(image, "TIFF", compression="jpeg")), DAMAGED),
        "index-at-the-end-gone.tif": (encode(image, "TIFF", compression="tiff_lzw")[:-100], DAMAGED),
        "dim-32.tif": (encode(Image.fromarray(np.asarray(image.convert("L")).astype(np.int32)), "TIFF"), "brightness"),
        "float.tif": (encode(Image.fromarray(np.asarray(image.convert("L")) / np.float32(255)), "TIFF"), "brightness"),
        "text.jpg": (b"Dear colleague, see the photo attached.\n" * 20, UNREADABLE),
        "page.png": (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "web page"),
        "drawing.jpg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "web page or a drawing"),
        "random.jpg": (random.Random(3).randbytes(5000), UNREADABLE),
        "zeros.bmp": (bytes(5000), UNREADABLE),
        "archive.jpg": (zipped.getvalue(), UNREADABLE),
        "document.jpg": (b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF", "PDF"),
        "phone.jpg": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "HEIC"),
        "hospital.jpg": (bytes(128) + b"DICM" + bytes(200), "DICOM"),
        "avif.png": (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1" + bytes(200), "HEIC or AVIF"),
        "empty.jpg": (b"", "empty"),
    }


def make_folder(folder: Path) -> tuple[list[Path], list[Path]]:
    """Fill a folder with every bad file, objects that are no files, and good pictures of odd names among them.

    Returns:
        The paths that must be refused and those that must be accepted. A folder called like a picture is in neither.
    """
    good, bad = [], []
    for name, (data, _) in bad_files().items():
        bad.append(folder / name)
        bad[-1].write_bytes(data)
    (folder / "no-target.jpg").symlink_to(folder / "not there.jpg")
    (folder / "itself.jpg").symlink_to(folder / "itself.jpg")
    os.mkfifo(folder / "pipe.png")
    bad += [folder / "no-target.jpg", folder / "itself.jpg", folder / "pipe.png"]
    (folder / "folder.jpg").mkdir()
    data = encode(reference(), "JPEG", quality=92)
    for name in ODD_NAMES:
        good.append(folder / name)
        good[-1].write_bytes(data)
    return bad, good


def decoded(data: bytes) -> Image.Image:
    """Return what Pillow makes of the bytes: an independent decoder where ours does not use Pillow."""
    return Image.open(io.BytesIO(data)).convert("RGB")


def tiff(image: Image.Image, packing: str = "raw") -> bytes:
    """Return a TIFF whose index stands before the pixels, as scanners write it: cut off, it still opens."""
    written = Image.open(io.BytesIO(encode(image, "TIFF", compression=packing, strip_size=8192)))
    assert isinstance(written, TiffImagePlugin.TiffImageFile)
    tags = written.tag_v2
    raw = written.fp.getvalue()  # type: ignore[union-attr]
    strips = [raw[start : start + size] for start, size in zip(tags[273], tags[279], strict=True)]
    kept = {key: tags[key] for key in (256, 257, 258, 259, 262, 277, 278, 317) if key in tags}
    return _tiff(kept, strips)


def tiff16(image: Image.Image) -> bytes:
    """Return a TIFF of 16 bits a channel, which Pillow reads and can't write."""
    pixels = (np.asarray(image).astype("<u2") * 257).tobytes()
    shape = {256: image.width, 257: image.height, 258: (16, 16, 16), 259: 1, 262: 2, 277: 3, 278: image.height}
    return _tiff(shape, [pixels])


def srgb_profile() -> bytes:
    """Return an sRGB profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """Return a profile whose red primary is sRGB's green and the reverse, so that the right answer is known exactly."""
    profile = srgb_profile().replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")
    return profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


def black_ink_profile() -> bytes:
    """Return a press profile on whose press only black ink shows: no conversion but by the profile gives that."""
    ramp = bytes(range(256))
    corners = b"".join(bytes((0 if key else 255, 128, 128)) for _ in range(8) for key in (0, 1))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + struct.pack(">9i", *(65536 * (n % 4 == 0) for n in range(9)))
    table += ramp * 4 + corners + ramp * 3
    parts = {b"A2B0": table, b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)}
    words = b"black ink only\0"
    parts[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", len(words)) + words + bytes(78)
    parts[b"cprt"] = b"text\0\0\0\0nobody\0"
    index, body, start = struct.pack(">I", len(parts)), b"", 132 + 12 * len(parts)
    for name, part in parts.items():
        index += struct.pack(">4sII", name, start + len(body), len(part))
        body += part + bytes(-len(part) % 4)
    head = struct.pack(">I4xI4s4s4s12x4s", start + len(body), 0x02400000, b"prtr", b"CMYK", b"Lab ", b"acsp")
    head += bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + index + body


def black_ink_only(image: Image.Image) -> Image.Image:
    """Return what `black_ink_profile` makes of a CMYK picture: lightness from the black plate alone."""
    key = np.asarray(image.getchannel("K")).astype(float) / 255
    luminance = np.where(1 - key > 0.08, ((1 - key + 0.16) / 1.16) ** 3, (1 - key) / 9.033)
    grey = np.where(luminance > 0.0031308, 1.055 * luminance ** (1 / 2.4) - 0.055, 12.92 * luminance) * 255
    return Image.fromarray(grey.round().clip(0, 255).astype(np.uint8)).convert("RGB")


def to_lab(image: Image.Image) -> Image.Image:
    """Return the picture in CIE L*a*b*."""
    lab = ImageCms.profileToProfile(
        image, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    del lab.info["icc_profile"]
    return lab


def _as_decoded(data: bytes, flags: tuple[str, ...] = ()) -> Good:
    return Good(data, decoded(data), 1, flags)


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "a camera with a long enough name"
    return exif.tobytes()


def _as_ycck(jpeg: bytes) -> bytes:
    """Say in the Adobe marker that the four channels are YCCK; the colours turn odd, for every decoder the same."""
    marker = jpeg.index(b"Adobe") + 11
    return jpeg[:marker] + b"\x02" + jpeg[marker + 1 :]


def _jpeg_claiming(jpeg: bytes, width: int, height: int) -> bytes:
    frame = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:frame] + struct.pack(">HH", height, width) + jpeg[frame + 4 :]


def _png(width: int, height: int, data: bytes, depth: int = 8, colour: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _rows(image: Image.Image) -> bytes:
    return b"".join(b"\0" + row.tobytes() for row in np.asarray(image.convert("RGB")))


def _interlaced(image: Image.Image) -> bytes:
    """An interlaced picture that ends after the first pass, an eighth of the columns and rows."""
    first = image.resize((-(-image.width // 8), -(-image.height // 8)))
    png = _png(*image.size, zlib.compress(_rows(first)))
    header = png[12:28] + b"\1"
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


def _png16(image: Image.Image) -> bytes:
    rows = (np.asarray(image).astype(">u2") * 257).reshape(image.height, -1)
    data = b"".join(b"\0" + row.tobytes() for row in rows)
    return _png(image.width, image.height, zlib.compress(data), depth=16)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _with_chunk(png: bytes, name: bytes, data: bytes) -> bytes:
    return png[:33] + _chunk(name, data) + png[33:]


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 0x10,)) + data[at + 1 :]


def _tiff(tags: dict[int, object], strips: list[bytes]) -> bytes:
    index = TiffImagePlugin.ImageFileDirectory_v2()
    for key, value in tags.items():
        index[key] = value
    index.tagtype[273] = index.tagtype[279] = 4  # LONG whatever the values, so that the index keeps its size
    index[279] = tuple(map(len, strips))
    index[273] = tuple(sum(map(len, strips[:number])) for number in range(len(strips)))  # Pillow adds the index's end
    return b"II*\0\x08\0\0\0" + index.tobytes(8) + b"".join(strips)


def _endless(data: bytes) -> bytes:
    """Point a TIFF's link to its next page back to its first."""
    link = 8 + 2 + 12 * struct.unpack_from("<H", data, 8)[0]
    return data[:link] + struct.pack("<I", 8) + data[link + 4 :]
