"""Text as the report's fonts can print it."""

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path

SUBSTITUTE = "\N{DOTTED CIRCLE}"  # not the replacement character, which a PDF can show but not give back
LONGEST_WORD = 40  # characters; a longer run without a space gets places where a line may end
_LINE_ENDS = str.maketrans(
    {"\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "}
)
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # Persian and Indic spelling needs them
_BREAK = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True)
class Printed:
    """Text as it will be printed.

    Attributes:
        text: What is printed.
        substituted: The characters that had to be replaced, each once, in order.
    """

    text: str
    substituted: tuple[str, ...]


class Coverage:
    """Which characters the report's fonts hold.

    Args:
        folder: Folder of the fonts, with their ``coverage.json``.
    """

    def __init__(self, folder: Path) -> None:
        spans = json.loads((folder / "coverage.json").read_text(encoding="utf-8"))
        points = frozenset(point for first, last in spans for point in range(first, last + 1))
        self._points = points - {ord("\N{REPLACEMENT CHARACTER}")}

    def fit(self, text: str, *, plain: bool = False) -> Printed:
        """Make text printable.

        Line ends become line feeds. Control characters, and the invisible ones that would reorder what is read, are
        dropped: they print nothing, and a name must not read other than it is stored. What no font has becomes
        `SUBSTITUTE`. Very long words get places to break at.

        Args:
            text: Any text.
            plain: Also substitute every mark that combines with the letter before it: the last resort where fonts
                that have both a letter and a mark can't print the two together.
        """
        substituted: dict[str, None] = {}
        kept: list[str] = []
        run = 0
        for character in text.replace("\r\n", "\n").translate(_LINE_ENDS):
            category = unicodedata.category(character)
            if character != "\n" and character not in _JOINERS and category in ("Cc", "Cf"):
                continue
            combines = category in ("Mn", "Mc", "Me")
            if character != "\n" and (
                ord(character) not in self._points or (plain and (combines or character in _JOINERS))
            ):
                substituted[character] = None
                character = SUBSTITUTE
            run = 0 if character.isspace() else run + 1
            if run > LONGEST_WORD and not combines:
                kept.append(_BREAK)
                run = 1
            kept.append(character)
        return Printed("".join(kept), tuple(substituted))
