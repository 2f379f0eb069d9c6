"""Gathers the fonts of the PDF report from Debian's font packages, and notes which characters they hold.

    python packaging/report_fonts.py /usr/share/fonts resources/report/fonts

The report holds its fonts, so that it looks the same on every computer and in ten years; a clinic's patients write
their names in many scripts. Needs fonttools and the Debian packages fonts-noto-core, fonts-noto-cjk and
fonts-droid-fallback.
"""

import argparse
import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

WHOLE = (
    "NotoSans-Regular.ttf",  # Latin, Greek, Cyrillic
    "NotoSans-Bold.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "DroidSansFallbackFull.ttf",  # 27,000 Chinese characters in 4 MB, where Noto's regular weight takes 16
)
HANGUL = ("NotoSansCJK-Regular.ttc", 1, "NotoSansKR-Hangul.otf")
SYLLABLES = [*range(0xAC00, 0xD7A4), *range(0x3131, 0x318F), *range(0x3040, 0x3100)]
COVERAGE = "coverage.json"


def main(arguments: list[str] | None = None) -> int:
    """Copy, cut down and list the fonts; return the process's exit code."""
    parser = argparse.ArgumentParser(description="Gather the report's fonts.")
    parser.add_argument("source", type=Path, help="folder that is searched for the fonts")
    parser.add_argument("target", type=Path, help="folder to write to")
    options = parser.parse_args(arguments)
    options.target.mkdir(parents=True, exist_ok=True)
    for name in WHOLE:
        (options.target / name).write_bytes(_find(options.source, name).read_bytes())
    _cut_hangul(options.source, options.target)
    (options.target / COVERAGE).write_text(json.dumps(ranges(options.target), separators=(",", ":")) + "\n")
    return 0


def ranges(folder: Path) -> list[list[int]]:
    """Return the code points for which some font in the folder has a glyph, as ``[first, last]`` ranges."""
    known = sorted({point for path in folder.glob("*.[ot]tf") for point in TTFont(path).getBestCmap()})
    spans: list[list[int]] = []
    for point in known:
        if spans and spans[-1][1] == point - 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return spans


def _find(folder: Path, name: str) -> Path:
    for path in sorted(folder.rglob(name)):
        return path
    sys.exit(f"{name} is not below {folder}; install fonts-noto-core, fonts-noto-cjk and fonts-droid-fallback.")


def _cut_hangul(source: Path, target: Path) -> None:
    name, number, result = HANGUL
    options = subset.Options(font_number=number, hinting=False, layout_features=[], recalc_timestamp=False)
    font = subset.load_font(str(_find(source, name)), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=SYLLABLES)
    cutter.subset(font)
    subset.save_font(font, str(target / result), options)


if __name__ == "__main__":
    sys.exit(main())
