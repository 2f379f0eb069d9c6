"""Results as a PDF that can be printed, archived (PDF/A-3a), read aloud (PDF/UA-1) and checked.

The templates are Typst programs; they get their data as JSON and their pictures as SVG around the JPEG's own bytes, all
of it in memory, so that nothing about a patient touches the disk before the report is saved.
"""

import base64
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import typst
from PIL import Image

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.journal import readable
from kndnet_desktop.core.patient import Patient
from kndnet_desktop.core.printable import SUBSTITUTE, Coverage
from kndnet_desktop.core.report_parts import PAPERS, Form, Photo, Program
from kndnet_desktop.core.report_words import Words
from kndnet_desktop.core.rules import rules_of
from kndnet_desktop.core.translation import Catalogue

SCHEMA = "kndnet-report/1"
RECORD = "result.json"
FONTS = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Droid Sans Fallback",
    "Noto Sans CJK KR",
)
STANDARDS = ("a-3a", "ua-1")
LOGO_SIDE = 600


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A report, ready to be set as PDF or shown.

    Attributes:
        files: Name to text, what Typst sets the report from.
        made: When it was made, with its zone.
        fonts: The report's fonts.
        substituted: Characters that no font has; they are printed as `SUBSTITUTE`.
    """

    files: Mapping[str, str]
    made: datetime
    fonts: typst.Fonts
    substituted: tuple[str, ...]

    def pdf(self) -> bytes:
        """Set the report as PDF/A-3a and PDF/UA-1, unsigned; Typst checks both and refuses what would break them."""
        return self._set(format="pdf", pdf_standards=list(STANDARDS))[0]

    def pages(self, per_inch: float = 96) -> list[bytes]:
        """Draw each page as PNG.

        Args:
            per_inch: Pixels per inch.
        """
        return self._set(format="png", ppi=per_inch)

    def _set(self, **options: Any) -> list[bytes]:
        files: Any = {name: text.encode() for name, text in self.files.items()}  # Typst takes them, its types say no
        made: Any = self.made
        result = typst.compile(files, font_paths=self.fonts, ignore_system_fonts=True, timestamp=made, **options)
        return result if isinstance(result, list) else [result]


class Reporter:
    """Makes reports in one language.

    Args:
        folder: Folder of templates and fonts.
        catalogue: The language.
        program: The program that issues the reports.
        painter: Gives the colours of the heat map's legend.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, program: Program, painter: HeatPainter) -> None:
        self._templates = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.typ")}
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder / "fonts")]
        )
        self._coverage = Coverage(folder / "fonts")
        self._catalogue, self._program = catalogue, program
        steps = painter.table[:: len(painter.table) // 15]
        self._colours = ["#{:02x}{:02x}{:02x}".format(*colour) for colour in steps]

    def lesion(self, photos: Sequence[Photo], cards: Sequence[ModelCard], form: Form, made: datetime) -> Document:
        """Make the report of one lesion.

        Args:
            photos: Its photos, at least one.
            cards: Card of the model that answered, then the teacher's if it was asked.
            form: What surrounds the results.
            made: When it is made, with its zone.

        Raises:
            UserError: If the logo is no picture.
        """
        words = Words(self._catalogue, cards, form.target)
        return self._document("lesion", words, photos, form, made, words.lesion(photos, form.patient))

    def batch(self, photos: Iterable[Photo], cards: Sequence[ModelCard], form: Form, made: datetime) -> Document:
        """Make the report of many photos, most suspicious first.

        Args:
            photos: The photos, made with `LIST_SIDE`; they are gone through once.
            cards: As for `lesion`.
            form: What surrounds the results; of the patient the notes only.
            made: When it is made, with its zone.

        Raises:
            UserError: If the logo is no picture.
        """
        form = replace(form, patient=Patient(notes=form.patient.notes))  # attached is what is printed, and no more
        ranked = sorted(photos, key=_risk)
        words = Words(self._catalogue, cards, form.target)
        return self._document("batch", words, ranked, form, made, words.batch(ranked, form.patient))

    def _document(
        self, kind: str, words: Words, photos: Sequence[Photo], form: Form, made: datetime, data: dict[str, Any]
    ) -> Document:
        made = made.replace(microsecond=0, tzinfo=timezone(made.utcoffset() or timedelta(0)))
        files = dict(self._templates)
        record = self._record(kind, photos, words, form, made)
        for index, each in enumerate(photos):
            if each.picture:
                files[f"photo-{index}.svg"] = _svg(each.picture, "jpeg", *each.printed)
                files[f"heat-{index}.svg"] = _svg(each.heat, "jpeg", *each.printed)
        if form.logo:
            files["logo.svg"] = _logo(form.logo)
        data |= {
            "lang": self._catalogue.language,
            "paper": PAPERS[form.paper],
            "fonts": list(FONTS),
            "colours": self._colours,
            "made": _clock(made),
            "footer": f"{self._program.name} {self._program.version} · {_clock(made)}",
            "author": form.clinic.name or self._program.name,
            "clinic": {**asdict(form.clinic), "logo": "logo.svg" if form.logo else None},
            "provenance": words.provenance(kind, photos, self._program),
        }
        files["main.typ"] = f'#include "{kind}.typ"'
        files["record.json"] = record
        return self._printable(files, data, made)

    def _printable(self, files: dict[str, str], data: dict[str, Any], made: datetime) -> Document:
        document, texts = self._fitted(files, data, made, plain=False)
        if any(unicodedata.combining(character) for character in texts):
            # A font may have a letter and another font the mark on it, and then neither can print the two together.
            try:
                document.pdf()
            except typst.TypstError:
                return self._fitted(files, data, made, plain=True)[0]
        return document

    def _fitted(
        self, files: dict[str, str], data: dict[str, Any], made: datetime, *, plain: bool
    ) -> tuple[Document, str]:
        """Fit every text in the data to the fonts."""
        substituted: dict[str, None] = {}
        texts: list[str] = []

        def fit(value: Any) -> Any:
            if isinstance(value, str):
                printed = self._coverage.fit(value, plain=plain)
                substituted.update(dict.fromkeys(printed.substituted))
                texts.append(printed.text)
                return printed.text
            if isinstance(value, Mapping):
                return {key: fit(each) for key, each in value.items()}
            return [fit(each) for each in value] if isinstance(value, list | tuple) else value

        fitted = fit(data)
        warnings = []
        if substituted:
            names = ", ".join(f"U+{ord(character):04X}" for character in list(substituted)[:12])
            warnings.append(
                self._catalogue(
                    "Characters that this report has no font for are printed as {sign}: {names}. "
                    "The attached data hold them.",
                    sign=SUBSTITUTE,
                    names=names,
                )
            )
        text = json.dumps({**fitted, "warnings": warnings}, ensure_ascii=False)
        return Document(files | {"data.json": text}, made, self._fonts, tuple(substituted)), "".join(texts)

    def _record(self, kind: str, photos: Sequence[Photo], words: Words, form: Form, made: datetime) -> str:
        """Return what is attached: all that is needed to check the report, and nothing that differs between runs."""
        point = words.advice(photos).point
        record = {
            "schema": SCHEMA,
            "kind": kind,
            "made": made.isoformat(timespec="seconds"),
            "language": self._catalogue.language,
            "program": asdict(self._program),
            "models": [
                {"role": card.role, "name": card.name, "sha256": card.sha256, "rules_sha256": rules_of(card)}
                for card in words.cards
            ],
            "operating_point": asdict(point) if point else None,
            "clinic": form.clinic.to_json(),
            "patient": form.patient.to_json(),
            "photos": [_photo_record(each) for each in photos],
        }
        return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _photo_record(each: Photo) -> dict[str, Any]:
    result = each.result.to_json()
    for part in (result, result["teacher"] or {}):
        part.pop("milliseconds", None)
    # The folder is nobody's business but its owner's; a name may hold bytes that are no letters.
    result["path"] = readable(Path(each.result.path).name)
    settings = {"frame": list(each.frame) if each.frame else None, "explained": each.explained}
    return {**result, "width": each.size[0], "height": each.size[1], **settings}


def _clock(made: datetime) -> str:
    """Return date, time and offset from UTC, which reads the same everywhere: ``2026-11-23 16:20 UTC+01:00``."""
    offset = made.isoformat(timespec="seconds")[19:]
    return f"{made:%Y-%m-%d %H:%M} UTC{'' if offset in ('', '+00:00') else offset}"


def _risk(each: Photo) -> float:
    return -each.result.prediction.p_malignant if each.result.prediction else 1.0


def _svg(data: bytes, kind: str, width: int, height: int) -> str:
    """Wrap a picture's bytes in text; Typst puts a JPEG into the PDF as it is."""
    address = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="{address}"/></svg>'
    )


def _logo(data: bytes) -> str:
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            image.thumbnail((LOGO_SIDE, LOGO_SIDE))
            flat = Image.new("RGB", image.size, "white")
            upright = image.convert("RGBA")
            flat.paste(upright, mask=upright.getchannel("A"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UserError("The clinic's logo is not a picture that can be read.", "Use a PNG or JPEG file.") from error
    buffer = io.BytesIO()
    flat.save(buffer, "PNG")
    return _svg(buffer.getvalue(), "png", *flat.size)
