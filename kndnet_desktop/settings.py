"""What the program remembers between two starts: a small JSON file that may be lost without harm."""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from kndnet_desktop.core.files import write_whole

RECENT = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """One user's settings.

    Attributes:
        theme: ``system``, ``light`` or ``dark``.
        heat_shown: Whether the heat map is drawn.
        heat_opacity: Its opacity in percent, 0 to 100.
        mode: Calibration mode, or empty for the model card's own choice.
        second_opinion: Whether the teacher is asked too.
        geometry: The window's place and size, in Qt's own form as hexadecimal digits.
        splitter: The division between picture and answer, likewise.
        report: Choices of the report dialogs, in their own form; nothing about patients.
        recent: Paths of the files opened last, newest first.
        language: Code of the window's language, or empty for the system's.
        sensitivity: Sensitivity in percent that the referral recommendation aims at.
        prevalence: Malignant share of the lesions photographed in this practice, in percent.
    """

    theme: str = "system"
    heat_shown: bool = True
    heat_opacity: int = 60
    mode: str = ""
    second_opinion: bool = False
    geometry: str = ""
    splitter: str = ""
    report: str = ""
    recent: tuple[str, ...] = ()
    language: str = ""
    sensitivity: int = 90
    prevalence: float = 5.0

    def opened(self, path: Path) -> "Settings":
        """Return settings with this file as the newest of the recent ones."""
        others = (known for known in self.recent if known != str(path))
        return replace(self, recent=(str(path), *others)[:RECENT])


class SettingsFile:
    """The file behind the settings. A missing, corrupt or foreign file gives the defaults, value by value.

    Args:
        path: Where the file is, or will be.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Settings:
        """Return the settings; never fails."""
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return Settings()
        if not isinstance(data, dict):
            return Settings()
        return Settings(**{key: value for key, value in map(_checked, data.items()) if key})

    def save(self, settings: Settings) -> None:
        """Write the settings whole.

        Raises:
            OSError: If they can't be written.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, (json.dumps(asdict(settings), indent=2) + "\n").encode())


def _checked(item: tuple[str, Any]) -> tuple[str, Any]:
    """Return the item if its value has the type and range of that setting, else an empty key."""
    key, value = item
    default = {field.name: field.default for field in fields(Settings)}.get(key)
    match default:
        case tuple():
            good = isinstance(value, list) and all(isinstance(entry, str) and "\0" not in entry for entry in value)
            return (key, tuple(value[:RECENT])) if good else ("", None)
        case bool():
            good = isinstance(value, bool)
        case int():
            good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100
        case float():
            good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 100
        case str():
            good = isinstance(value, str) and (key != "theme" or value in ("system", "light", "dark"))
        case _:
            good = False
    return (key, value) if good else ("", None)
