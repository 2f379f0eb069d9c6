"""Words in the reader's language, from the one catalogue that report and window share.

The catalogue of a language is ``LANGUAGE.ts``, the source format of Qt's translators: Qt Linguist edits it, the window
reads it through a translator of its own, and core reads it here without Qt.
"""

import re
import xml.etree.ElementTree as ElementTree  # the catalogues are our own files
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from kndnet_desktop.core.errors import UserError

SOURCE_LANGUAGE = "en"


def languages(folder: Path) -> tuple[str, ...]:
    """Return the languages that a folder of catalogues offers, English first."""
    return (SOURCE_LANGUAGE, *sorted(path.stem for path in folder.glob("*.ts")))


class Catalogue:
    """Turns English into one language; what it does not know stays English.

    Args:
        language: Two-letter code, for example ``de``.
        messages: English text to text of that language, with the same ``{placeholders}``.
    """

    def __init__(self, language: str = SOURCE_LANGUAGE, messages: Mapping[str, str] | None = None) -> None:
        self.language = language
        self._messages = dict(messages or {})
        self._patterns: list[tuple[re.Pattern[str], str]] | None = None

    @classmethod
    def load(cls, folder: Path, language: str) -> Self:
        """Read the catalogue of a language.

        Raises:
            UserError: If there is none.
        """
        if language == SOURCE_LANGUAGE:
            return cls()
        if language not in languages(folder):
            raise UserError(f"There is no language “{language}”.", f"Choose one of: {', '.join(languages(folder))}.")
        messages = {}
        for message in ElementTree.parse(folder / f"{language}.ts").iter("message"):
            source, translation = message.findtext("source"), message.findtext("translation")
            if source and translation:
                messages[source] = translation
        return cls(language, messages)

    def __call__(self, text: str, **values: object) -> str:
        """Return the text in this language, its ``{placeholders}`` filled with the values."""
        translated = self._messages.get(text, text)
        return translated.format(**values) if values else translated

    def sentence(self, text: str) -> str:
        """Return a finished English sentence in this language, also where its placeholders are filled already.

        Findings and errors are written where they arise, in English and with their figures in them; this finds the
        message that they were made from.
        """
        if not self._messages or text in self._messages:
            return self._messages.get(text, text)
        # An error's sentence, followed by what to do about it: first one by one, for a placeholder at a sentence's end
        # would take the next one for its value. A name in quotation marks may hold a full stop and is no end.
        parts = re.split(r"(?<=[.!?]) (?![^“]*”)", text)
        known = [self._known(part) for part in parts]
        if None not in known:
            return " ".join(filter(None, known))
        return self._known(text) or " ".join(found or part for found, part in zip(known, parts, strict=True))

    def _known(self, text: str) -> str | None:
        if text in self._messages:
            return self._messages[text]
        if self._patterns is None:
            # Of whole sentences only: “{low} to {high}” would be found in any.
            filled = (
                (source, into) for source, into in self._messages.items() if "{" in source and source[-1] in ".!?"
            )
            self._patterns = [(_pattern(source), into) for source, into in filled]
        for pattern, into in self._patterns:
            match = pattern.fullmatch(text)
            if match:
                values = match.groupdict()
                if "reason" in values:
                    values["reason"] = self(values["reason"])
                return into.format(**values)
        return None

    def number(self, value: float, digits: int) -> str:
        """Return a number with this language's decimal sign."""
        sign = self("0.5")[1]
        return f"{value:.{digits}f}".replace(".", sign)


def grouped(count: int, say: Callable[[str], str]) -> str:
    """Return a count with its thousands apart as the language of `say` writes them."""
    return f"{count:,}".replace(",", say("1,000")[1])


def _pattern(source: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", source)
    return re.compile("".join(f"(?P<{part}>.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))
