"""The catalogue: every word of a report is in every language, and finished sentences are found again."""

import ast
import errno
import re
import struct
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path

import pytest

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.errors import _REASONS, UserError, reason
from kndnet_desktop.core.images import read_image
from kndnet_desktop.core.patient import BODY_SITES, SIDES
from kndnet_desktop.core.translation import Catalogue, grouped, languages


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "resources" / "i18n"


@pytest.fixture(scope="module")
def german(folder: Path) -> Catalogue:
    return Catalogue.load(folder, "de")


def said(root: Path) -> set[str]:
    """Every text that the code asks a catalogue for."""
    texts = set()
    for path in (root / "kndnet_desktop").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        sayers = {"tr", "_tr"} | ({"say", "_catalogue"} if "Catalogue" in code else set())
        for node in ast.walk(ast.parse(code)):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in sayers and isinstance(node.args[0].value, str):
                texts.add(node.args[0].value)
    return texts


def test_german_has_every_word_of_the_report(root: Path, german: Catalogue, student_folder: Path) -> None:
    texts = said(root) | set(BODY_SITES) | set(SIDES) | {label.name for label in ModelCard.load(student_folder).labels}
    assert len(texts) > 80
    assert not sorted(text for text in texts if text not in german._messages)


def test_german_has_no_word_that_nothing_says(root: Path, german: Catalogue) -> None:
    """Sentences arise as they stand, with placeholders, with figures filled in, or in the card of a model."""
    whole, filled, cards = set(), [], []
    for path in [*(root / "kndnet_desktop").rglob("*.py"), *(root / "training").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(part.value) if isinstance(part, ast.Constant) else ".*?" for part in node.values]
                if len(re.findall(r"\w", "".join(parts))) > 8:  # else it is no sentence, and fits any
                    filled.append(re.compile("".join(parts)))
    for path in (root / "resources" / "models").glob("*/card.json"):
        card = ModelCard.load(path.parent)
        whole |= {card.intended_use, card.split, card.licence, *card.limits, *(label.name for label in card.labels)}
        whole |= {metric.protocol for metric in card.metrics}
        cards.append(card.architecture)
    # A card names its network, for which the message has a placeholder.
    unsaid = {
        text
        for text in german._messages.keys() - whole
        if not any(re.fullmatch(re.sub(r"\\{\w+\\}", ".+?", re.escape(text)), said) for said in cards)
    }
    assert sorted(text for text in unsaid if not any(pattern.fullmatch(text) for pattern in filled)) == []


def test_no_word_is_translated_twice(folder: Path) -> None:
    sources = [message.findtext("source") for message in ElementTree.parse(folder / "de.ts").iter("message")]
    assert sorted(source for source in set(sources) if sources.count(source) > 1) == []


def test_translations_take_the_same_values(german: Catalogue) -> None:
    for source, translation in german._messages.items():
        assert set(re.findall(r"\{\w+\}", translation)) <= set(re.findall(r"\{\w+\}", source)), source


def test_a_finished_sentence_is_found_again(german: Catalogue) -> None:
    many = "The file holds 12 pages; only the first is used."
    assert german.sentence(many) == "Die Datei enthält 12 Bilder; nur das erste wird verwendet."
    both = "There is no such file. It may have been moved or renamed."
    assert german.sentence(both) == "Diese Datei gibt es nicht. Vielleicht wurde etwas verschoben oder umbenannt."
    rare = "“a.csv” can't be written: no space left. What was computed is safe in the run."
    assert german.sentence(rare).endswith("no space left. Was berechnet wurde, ist im Durchgang sicher.")
    assert german.sentence("Nobody has translated this.") == "Nobody has translated this."


def test_a_name_with_full_stops_is_no_sentence(german: Catalogue) -> None:
    told = "There is no folder “Müller, A. 3”. It may have been moved or renamed."
    assert german.sentence(told) == (
        "Den Ordner „Müller, A. 3“ gibt es nicht. Vielleicht wurde etwas verschoben oder umbenannt."
    )


def test_what_the_system_gives_as_a_reason_is_translated(german: Catalogue) -> None:
    """The system's own words would be in the language of the desktop, whatever the program speaks."""
    for number, told in _REASONS.items():
        error = OSError(number, "in irgendeiner Sprache")
        text = f"“Dr. X. Y.csv” can't be written: {reason(error)}. What was computed is safe in the run."
        assert reason(error) == told
        assert german.sentence(text) == (
            f"„Dr. X. Y.csv“ kann nicht geschrieben werden: {german._messages[told]}. "
            "Was berechnet wurde, ist im Durchgang sicher."
        )
    assert reason(OSError(errno.ENOTTY, "Something Rare")) == "something rare"
    assert reason(OSError()) == "unknown reason"


def test_numbers_have_the_language_s_sign(german: Catalogue) -> None:
    assert (grouped(10015, german), grouped(10015, Catalogue())) == ("10.015", "10,015")
    assert (german.number(0.8431, 3), Catalogue().number(0.8431, 3)) == ("0,843", "0.843")


def test_languages_are_what_the_folder_holds(folder: Path) -> None:
    assert languages(folder) == ("en", "de")
    with pytest.raises(UserError, match="Choose one of: en, de"):
        Catalogue.load(folder, "../de")


def test_words_inside_a_sentence_are_no_messages(german: Catalogue) -> None:
    """Half a sentence in each language helps nobody."""
    for sentence in ("Nothing fits to this.", "Nothing of this is known.", "9 of 10"):
        assert german.sentence(sentence) == sentence


def test_german_has_every_error_that_the_window_may_show(root: Path, german: Catalogue) -> None:
    """All but those of files that only the command line takes, of a cluster and of languages."""
    elsewhere = {"cluster.py", "signing.py", "translation.py"}
    english = []
    for path in sorted((root / "kndnet_desktop" / "core").glob("*.py")):
        if path.name in elsewhere:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "UserError"):
                continue
            parts = list(node.args)
            if isinstance(node.args[0], ast.Starred):  # both sentences come from a function
                made = functions[node.args[0].value.func.id]  # type: ignore[attr-defined]
                parts = [part for pair in ast.walk(made) if isinstance(pair, ast.Tuple) for part in pair.elts]
                parts = [part for part in parts if isinstance(part, ast.Constant)]  # the test below has the others
            english += [text for text in map(_filled, parts) if text and german.sentence(text) == text]
    only_command_line = re.compile(
        r".*(certificate|PKCS #12|JSON|braces| 7 data |There are: 7|Fitzpatrick|The side is).*"
    )
    assert [text for text in english if not only_command_line.fullmatch(text)] == []


@pytest.mark.parametrize("side", [12_000, 100_000], ids=["measured", "refused by the decoder"])
def test_a_picture_that_is_too_large_is_told_in_german(german: Catalogue, side: int) -> None:
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    data += b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    with pytest.raises(UserError) as refused:
        read_image(data)
    size = "12000 × 12000 Pixel; " if side == 12_000 else ""
    assert german.sentence(str(refused.value)) == (
        f"Dieses Bild ist zu groß ({size}die Grenze liegt bei 120 Millionen Pixeln). Speichern Sie eine kleinere Kopie."
    )


def _filled(node: ast.AST) -> str:
    """A literal text with a 7 in each of its placeholders; nothing for what is no literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return ""
