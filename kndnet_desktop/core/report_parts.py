"""What a report is made of: the program, the form around the results, and photos reduced to what is printed."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from PIL import Image, ImageDraw

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.examine import Examination
from kndnet_desktop.core.explain import HeatPainter, grad_cam
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.images import Box, Picture
from kndnet_desktop.core.patient import Clinic, Patient
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.core.trust import DEFAULT_TARGET

PAPERS = {"a4": "a4", "letter": "us-letter"}
PRINT_SIDE = 1000  # pixels; 85 mm at 300 per inch
MAX_PHOTOS = 2000  # of one report; a longer one is better cut into several
LIST_SIDE = 300  # pixels; 32 mm at 240 per inch: Typst keeps each picture of a report in memory, unpacked


@dataclass(frozen=True, slots=True)
class Program:
    """The program that issues a report.

    Attributes:
        name: Its name.
        version: Its version.
        sha256: SHA-256 of its code.
    """

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Form:
    """What surrounds the results.

    Attributes:
        clinic: Who issues the report.
        patient: Patient, lesion and assessment.
        logo: The clinic's logo, bytes of a picture file, or None.
        paper: One of `PAPERS`.
        target: Sensitivity of the operating point whose recommendation is given.
    """

    clinic: Clinic = field(default_factory=Clinic)
    patient: Patient = field(default_factory=Patient)
    logo: bytes | None = None
    paper: str = "a4"
    target: float = DEFAULT_TARGET


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """One photo and what was found, reduced to what is printed.

    Attributes:
        result: What was found.
        frame: The part that the clinician framed, in pixels of the file; None for the whole photo.
        size: Width and height of the upright photo in the file, in pixels; (0, 0) where it is bad.
        printed: Width and height of what is printed, in pixels.
        picture: The photo as JPEG; empty where it is bad.
        heat: The photo with its heat map as JPEG; empty where it is bad.
        explained: Code of the class that the heat map explains, or empty.
    """

    result: CaseResult
    frame: Box | None = None
    size: tuple[int, int] = (0, 0)
    printed: tuple[int, int] = (0, 0)
    picture: bytes = b""
    heat: bytes = b""
    explained: str = ""


def photo(
    result: CaseResult,
    picture: Picture | None,
    seen: Examination | None,
    card: ModelCard,
    painter: HeatPainter,
    *,
    explained: str = "",
    frame: Box | None = None,
    side: int = PRINT_SIDE,
) -> Photo:
    """Reduce a photo to what is printed.

    Args:
        result: What was found.
        picture: The decoded photo, or None where it is bad.
        seen: What the models saw, or None where it is bad.
        card: Card of the model that answered.
        painter: Paints the heat map.
        explained: Code of the class to explain; the most probable one if empty.
        frame: The part that the clinician framed, in pixels of the file.
        side: Longest side of the printed pictures, in pixels; they are never enlarged.
    """
    if not (picture and seen and result.prediction):
        return Photo(result)
    code = explained or result.prediction.top
    image = picture.image
    shrink = min(1.0, side / max(image.size))
    if shrink < 1:
        size = max(1, round(image.width * shrink)), max(1, round(image.height * shrink))
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    across, down = image.width / picture.image.width, image.height / picture.image.height
    box = (seen.box[0] * across, seen.box[1] * down, seen.box[2] * across, seen.box[3] * down)
    heat = painter.blend(image, grad_cam(seen.cams, card.codes.index(code)), box)
    if frame:
        _outline(heat, box)
    return Photo(result, frame, (picture.width, picture.height), image.size, _jpeg(image), _jpeg(heat), code)


def file_name(photos: Sequence[Photo], made: datetime) -> str:
    """Return a name for a report that tells nothing about the patient, nor what the photo's file is called."""
    digest = sha256_of("".join(photo.result.sha256 or "" for photo in photos).encode())
    return f"lesion-report-{made:%Y-%m-%d}-{digest[:6]}.pdf"


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90, subsampling=0, optimize=False)
    return buffer.getvalue()


def _outline(image: Image.Image, box: Box) -> None:
    """Draw where the frame was, dark within light, so that it is seen on any skin."""
    draw = ImageDraw.Draw(image)
    for inset, colour in ((0, "white"), (1, "black")):
        draw.rectangle((box[0] + inset, box[1] + inset, box[2] - 1 - inset, box[3] - 1 - inset), outline=colour)
