"""Writes the figures of the README from what was measured: model cards and out/bench.json (`make readme`).

Each part between `<!-- begin: NAME -->` and `<!-- end: NAME -->` is replaced; the speed table stays as it is where
`make bench` has not been run.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.files import write_whole

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "resources" / "models"
BENCH = ROOT / "out" / "bench.json"

HEADLINES = (
    *("accuracy", "balanced accuracy", "macro-F1", "recall mel", "melanoma AUC", "ECE"),
    *("referral 0.90 sensitivity", "referral 0.90 specificity", "set size"),
)


def networks() -> str:
    """A paragraph and a table for each shipped network, as its card has them."""
    parts = []
    for role in ("student", "teacher"):
        if not (MODELS / role).is_dir():
            continue
        card = ModelCard.load(MODELS / role)
        parts.append(
            f"**{role.capitalize()}**: {card.name}, {card.parameters:,} parameters; {card.architecture}; input about "
            f"{card.input.height} x {card.input.width} pixels."
        )
        parts.append(figures(card) if card.metrics else "No figure has been measured for these weights yet.")
    return "\n\n".join(parts)


def figures(card: ModelCard) -> str:
    """The headline figures of a card, a column for each mode; those of the test pictures where there are any."""
    modes = list(card.calibration.modes)
    tested = [metric for metric in card.metrics if "validation" not in metric.data] or card.metrics
    rows = [
        f"| measured on | figure (95 % interval) | {' | '.join(f'{mode} mode' for mode in modes)} |",
        "| --- | --- |" + " --- |" * len(modes),
    ]
    for data in dict.fromkeys(metric.data for metric in tested):
        for name in HEADLINES:
            cells = {
                metric.mode: f"{metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})"
                for metric in tested
                if (metric.data, metric.name) == (data, name)
            }
            if cells:
                values = " | ".join(cells.get(mode, cells.get("", "")) for mode in modes)
                rows.append(f"| {data} | {name} | {values} |")
    return "\n".join(rows)


def speed() -> str | None:
    """The tables of the last `make bench`, or None where it has not been run."""
    if not BENCH.exists():
        return None
    from bench_table import as_markdown

    bench = json.loads(BENCH.read_text(encoding="utf-8"))
    return as_markdown(bench["table"], bench["machine"])


def replaced(text: str, name: str, part: str) -> str:
    """The text with the part of this name replaced.

    Raises:
        ValueError: the text has no such part.
    """
    pattern = re.compile(rf"(<!-- begin: {name} -->\n).*?(<!-- end: {name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"The README has no part “{name}”.")
    return pattern.sub(lambda found: f"{found[1]}\n{part}\n\n{found[2]}", text)


def main() -> int:
    """Rewrites the README; returns 0."""
    path = ROOT / "README.md"
    text = replaced(path.read_text(encoding="utf-8"), "networks", networks())
    measured = speed()
    if measured:
        text = replaced(text, "speed", measured)
    write_whole(path, text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
