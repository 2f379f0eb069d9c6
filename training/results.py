"""RESULTS.md: every measurement that `evaluate` has written, beside the published figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kndnet_desktop.core.files import write_whole
from training.evaluate import RESULTS, SETS

COLUMNS = ("accuracy", "macro-F1", "balanced accuracy", "macro AUC", "melanoma AUC", "ECE")
MELANOMA = ("melanoma AUC", "melanoma sensitivity at 85 % specificity")

#: Figures on fold 0 as KNDNet's authors give them; their student was selected on that very fold.
PUBLISHED = (
    ("KNDNet student, 148,855 parameters, 224 x 224 (published)", (0.8043, 0.6702, 0.6420)),
    ("KNDNet teacher, EfficientNet-B4 (published)", (0.8143, 0.7249, 0.7617)),
)


def write(folder: Path = RESULTS) -> Path:
    """Write RESULTS.md beside the folder of results, and return it."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    lines = [
        "# Results",
        "",
        "Written by `python -m training results` from the files in `results/`, which `python -m training evaluate`",
        "wrote by running exported model folders through the app's own code: whole pictures, one view each. In",
        "brackets: 95 % intervals by 1000 bootstrap resamples of lesions. The inner validation chose epochs, recipes",
        "and calibration, so its figures flatter; fold 0 and the pictures kept aside from other clinics were looked at",
        "once per release.",
        "",
        "| run | parameters | multiply-accumulates | input | model.onnx | its SHA-256 |",
        "| --- | ---: | ---: | --- | ---: | --- |",
    ]
    seen = {run["run"]: run for run in runs}
    lines += [
        f"| {name} | {run['parameters']:,} | {run['multiply-accumulates'] / 1e6:.1f} M | "
        f"{run['input'][0]} x {run['input'][1]} | {run['bytes'] / 1000:,.0f} kB | `{run['sha256'][:16]}` |"
        for name, run in seen.items()
    ]
    lines += [
        f"\nOn a small device `{name}` needs {run['flash'] / 1000:,.0f} kB of flash for its weights and at its peak "
        f"{run['memory'] / 1000:,.0f} kB of memory for activations of one byte each, counted along its graph at this "
        "input size: within a Cortex-M7 with 2 MB of flash and 1 MB of memory, such as the STM32H743."
        for name, run in seen.items()
        if run.get("memory", 10**9) < 900_000
    ]
    for part, sets in SETS.items():
        for source, title in sets.items():
            lines += _table(runs, part, source, title)
    lines += _pictures(folder)
    path = folder.with_name("RESULTS.md")
    write_whole(path, ("\n".join(lines) + "\n").encode())
    return path


def _table(runs: list[dict[str, Any]], part: str, source: str, title: str) -> list[str]:
    columns = COLUMNS if source == "ham10000" else MELANOMA
    rows: list[str] = []
    recalls: list[str] = []
    for run in runs:
        for mode in sorted({metric["mode"] for metric in run["metrics"]}):
            found = {m["name"]: m for m in run["metrics"] if m["data"] == title and m["mode"] == mode}
            if not found:
                continue
            rows.append(_row(f"{run['run']}, {mode}", [_figure(found.get(column)) for column in columns]))
            names = [name for name in found if name.startswith("recall ")] + [MELANOMA[1]]
            recalls.append(_row(f"{run['run']}, {mode}", [_figure(found.get(name)) for name in names]))
            heads = [name.removeprefix("recall ") for name in names]
    if not rows:
        return []
    if source == "ham10000" and part == "test":
        gaps = [""] * (len(columns) - 3)
        rows += [_row(name, [f"{value:.3f}" for value in values] + gaps) for name, values in PUBLISHED]
    text = ["", f"## {title}", "", *_head(("run, mode", *columns)), *rows]
    if source == "ham10000":
        text += ["", "Recall of each class, and the melanoma figure at a fixed specificity:", ""]
        text += [*_head(("run, mode", *heads)), *recalls]
    return text


def _head(names: tuple[str, ...]) -> list[str]:
    return [_row(names[0], list(names[1:])), "| --- |" + " ---: |" * (len(names) - 1)]


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


def _figure(metric: dict[str, Any] | None) -> str:
    return "" if metric is None else f"{metric['value']:.3f} ({metric['low']:.3f} to {metric['high']:.3f})"


def _pictures(folder: Path) -> list[str]:
    drawings = sorted(folder.glob("*.png"))
    lines = ["", "## Confusion and reliability"] if drawings else []
    for path in drawings:
        lines += ["", f"![Confusion matrix and reliability diagram of {path.stem}](results/{path.name})"]
    return lines
