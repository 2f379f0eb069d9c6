"""What the clinician may write into a report: all of it optional, none of it invented, in any script."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, TypeVar

from kndnet_desktop.core.errors import UserError

MAX_CHARACTERS = 50_000  # of one field; some thirty printed pages
BODY_SITES = (
    "Scalp",
    "Face",
    "Ear",
    "Neck",
    "Chest",
    "Abdomen",
    "Back",
    "Buttocks",
    "Genital area",
    "Shoulder",
    "Upper arm",
    "Forearm",
    "Hand",
    "Thigh",
    "Lower leg",
    "Foot",
    "Palm or sole",
    "Nail",
    "Mucosa",
)
SIDES = ("Left", "Right", "Midline")
FITZPATRICK = ("I", "II", "III", "IV", "V", "VI")


@dataclass(frozen=True, slots=True)
class Patient:
    """Patient, lesion and assessment, as the clinician wrote them.

    Attributes:
        identifier: Record number or the like.
        name: Name, in any script.
        birth_date: ISO date, for example ``1961-04-09``.
        site: One of `BODY_SITES`, or other words for where the lesion is.
        side: One of `SIDES`.
        fitzpatrick: Skin type, one of `FITZPATRICK`.
        notes: History, course, dermatoscopic findings.
        assessment: The clinician's own assessment.
    """

    identifier: str = ""
    name: str = ""
    birth_date: str = ""
    site: str = ""
    side: str = ""
    fitzpatrick: str = ""
    notes: str = ""
    assessment: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_text(getattr(self, field.name), field.name)
        if self.birth_date and not _is_date(self.birth_date):
            raise UserError(f"“{self.birth_date[:20]}” is not a date.", "Write it as year-month-day, like 1961-04-09.")
        if self.fitzpatrick not in ("", *FITZPATRICK):
            raise UserError("The Fitzpatrick skin type is one of I, II, III, IV, V and VI.")
        if self.side not in ("", *SIDES):
            raise UserError("The side is one of Left, Right and Midline.")

    @staticmethod
    def from_json(data: object) -> "Patient":
        """Read what a file or a report holds.

        Raises:
            UserError: If it is not an object of texts, has an unknown key or a value that cannot be.
        """
        return _from_json(Patient, data, "patient")

    def to_json(self) -> dict[str, str]:
        """Return the fields that are filled."""
        return {key: value for key, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Clinic:
    """Who issues the report.

    Attributes:
        name: Name of the clinic or practice.
        address: Its address, lines separated by line feeds.
    """

    name: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_text(getattr(self, field.name), field.name)

    @staticmethod
    def from_json(data: object) -> "Clinic":
        """Read what a file or a report holds.

        Raises:
            UserError: If it is not an object of texts or has an unknown key.
        """
        return _from_json(Clinic, data, "clinic")

    def to_json(self) -> dict[str, str]:
        """Return the fields that are filled."""
        return {key: value for key, value in asdict(self).items() if value}


_Record = TypeVar("_Record", Patient, Clinic)


def _from_json(kind: type[_Record], data: object, what: str) -> _Record:
    if not isinstance(data, Mapping):
        raise UserError(f"The {what} data are not a JSON object.", "Put the fields into braces: {…}.")
    values: Mapping[str, Any] = data
    known = [field.name for field in fields(kind)]
    for key, value in values.items():
        if key not in known:
            raise UserError(f"The {what} data have no field “{str(key)[:40]}”.", f"There are: {', '.join(known)}.")
        if not isinstance(value, str):
            raise UserError(f"The field “{key}” of the {what} data is not a text.")
    return kind(**values)


def _check_text(value: str, name: str) -> None:
    if len(value) > MAX_CHARACTERS:
        raise UserError(
            f"The field “{name}” is too long ({len(value)} characters; the limit is {MAX_CHARACTERS}).",
            "Shorten it.",
        )
    try:
        value.encode()
    except UnicodeEncodeError as error:  # a lone half of a surrogate pair
        raise UserError(f"The field “{name}” holds something that is no text.", "Type it again.") from error


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)) and date.fromisoformat(text).year > 0
    except ValueError:
        return False
