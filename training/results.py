"""RESULTS.md: every measurement that `evaluate` has written, beside the published figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kndnet_desktop.core.files import write_whole
from training import compare, gate, quality
from training.evaluate import RESULTS, SETS

COLUMNS = ("accuracy", "macro-F1", "balanced accuracy", "macro AUC", "melanoma AUC", "ECE")
MELANOMA = ("melanoma AUC", "melanoma sensitivity at 85 % specificity")

#: Figures on fold 0 as KNDNet's authors give them; their student was selected on that very fold.
PUBLISHED = (
    ("KNDNet student, 148,855 parameters, 224 x 224 (published)", (0.8043, 0.6702, 0.6420)),
    ("KNDNet teacher, EfficientNet-B4 (published)", (0.8143, 0.7249, 0.7617)),
)

#: Microcontrollers: bytes of memory in one piece beside what a program itself needs, and which.
DEVICES = (
    (900_000, "Cortex-M7 with 2 MB of flash and 1 MB of memory, such as the STM32H743"),
    (2**20, "Cortex-M7 with 2 MB of flash and 1.4 MB of memory, of which 1 MB in one piece, such as the STM32H7B3"),
    (2_400_000, "Cortex-M33 with 4 MB of flash and 2.5 MB of memory, such as the STM32U5A9"),
)


def write(folder: Path = RESULTS) -> Path:
    """Write RESULTS.md beside the folder of results, and return it."""
    runs = []
    for path in sorted(folder.glob("*-*.json")):
        name, part = path.stem.rsplit("-", 1)
        if part in SETS:
            runs.append({**json.loads(path.read_text(encoding="utf-8")), "run": name, "part": part})
    lines = [
        "# Results",
        "",
        "Written by `python -m training results` from the files in `results/`, which `python -m training evaluate`",
        "wrote by running exported model folders through the app's own code: whole pictures, each given once. A",
        "network that averages over mirror images makes them itself; its multiply-accumulates count them. In brackets:",
        "95 % intervals by 1000 bootstrap resamples of lesions. The inner validation chose epochs, recipes and",
        "calibration, so its figures flatter; fold 0 and the pictures kept aside from other clinics were looked at",
        "once per release. A network that is no longer shipped keeps the figures, and the calibration, of its release;",
        "those of the releases before `student_features` are in the history of `results/student-test.json`.",
        "`teacher_ham` and `student_ham` learned from HAM10000 alone, as the published networks did; all others",
        "learned from other clinics' pictures too. `student` and `teacher` learned from the inner validation as well;",
        "they have the calibration of their twins, `student_lite0_longer` and `teacher_both`, and figures of a release",
        "only. Resampling alone raises an ECE, so that its interval leans upwards. The parameters of",
        "`teacher_clinics`, `teacher_ham` and `teacher_lite0` leave out those frozen.",
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
        f"input size{_device(run['memory'])}."
        for name, run in seen.items()
        if "memory" in run
    ]
    for part, sets in SETS.items():
        for source, title in sets.items():
            lines += _table(runs, part, source, title)
            lines += _trust_table(runs, source, title)
    comparisons = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("compare_*.json"))]
    lines += ["", "## Recipe against recipe"] if comparisons else []
    for found in comparisons:
        lines += compare.table(found, SETS[found["part"]]["ham10000"])
    lines += _doubt(runs)
    for part, sets in SETS.items():
        lines += _groups([run for run in runs if run["part"] == part], sets["ham10000"])
    gates = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("gate_*.json"))]
    lines += gate.table(*gates) if gates else []
    flags = folder / "quality-flags.json"
    if flags.exists():
        lines += quality.table(json.loads(flags.read_text(encoding="utf-8")))
        lines += ["", "![Detection against strength, and against false alarms](results/quality-flags.png)"]
    lines += _pictures(folder)
    path = folder.with_name("RESULTS.md")
    write_whole(path, ("\n".join(lines) + "\n").encode())
    return path


def _device(memory: int) -> str:
    fitting = [device for most, device in DEVICES if memory < most]
    return f": within a {fitting[0]}" if fitting else ""


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


def _trust_table(runs: list[dict[str, Any]], source: str, title: str) -> list[str]:
    """Referral at each operating point, and the prediction sets, on one set of pictures."""
    rows, covers, codes = [], [], []
    for run in runs:
        for mode in sorted({metric["mode"] for metric in run["metrics"]}):
            found = {m["name"]: m for m in run["metrics"] if m["data"] == title and m["mode"] == mode}
            keys = sorted({name.split()[1] for name in found if name.startswith("referral ")})
            cells = [
                _figure(found.get(f"referral {key} {side}")) for key in keys for side in ("sensitivity", "specificity")
            ]
            if keys:
                rows.append(_row(f"{run['run']}, {mode}", cells))
            own = [name.removeprefix("set coverage ") for name in found if name.startswith("set coverage ")]
            if own:
                codes = own
                held = [_figure(found[f"set coverage {code}"]) for code in own]
                covers.append(_row(f"{run['run']}, {mode}", [*held, _figure(found.get("set size"))]))
    if not rows:
        return []
    heads = [f"{side} at {target}" for target in ("85 %", "90 %", "95 %") for side in ("sensitivity", "specificity")]
    means = "malignant: akiec, bcc and mel" if source == "ham10000" else "malignant: melanoma, against nevus and bkl"
    text = ["", f"Referral at the operating points chosen on the inner validation ({means}):", ""]
    text += [*_head(("run, mode", *heads)), *rows]
    if covers:
        text += ["", "Share of each class whose prediction set holds it (aim: 0.9), and classes in a set:", ""]
        text += [*_head(("run, mode", *codes, "set size")), *covers]
    return text


def _doubt(runs: list[dict[str, Any]]) -> list[str]:
    """What stability and the teacher's disagreement are worth beside the answer's own entropy."""
    lines: list[str] = []
    for run in runs:
        name = f"`{run['run']}`, {SETS[run['part']]['ham10000']}"
        # What a release of old says of these two is the inner validation's.
        inner, found = run["part"] == "inner", run.get("stability")
        if found and (inner or found.get("data")):
            lines.append(
                f"- {name}: the flip rate over small changes of the photo ranks wrong answers before right "
                f"ones with an AUROC of {_figure(found['error_auroc'])}; the entropy of the answer alone with "
                f"{_figure(found['entropy_auroc'])}. An answer is called unstable from a flip rate of "
                f"{found['unstable']:.3f} on."
            )
        if inner and run.get("disagreement"):
            found = run["disagreement"]
            lines.append(
                f"- {name}: area under the share of wrong referrals over coverage "
                f"{_figure(found['risk'])} when photos on whose referral the teacher disagrees are set aside first, "
                f"{_figure(found['entropy_risk'])} when the most uncertain are. Disagreement is "
                + ("shown as a warning sign." if found["helps"] else "told, but not shown as a warning sign.")
            )
    return ["", "## What doubt is worth", "", *lines] if lines else []


def _groups(runs: list[dict[str, Any]], title: str) -> list[str]:
    """Figures by sex, age group and site, in the default mode."""
    lines: list[str] = []
    for run in runs:
        for name, table in run["tables"].items():
            if not table.get("groups"):
                continue
            lines += ["", f"`{run['run']}`, {name.rsplit(', ', 1)[1]}:", ""]
            lines += _head(("group", "photos", "melanomas", "accuracy", "balanced accuracy", "melanoma AUC", ""))
            for group in table["groups"]:
                figures = [_triple(group[key]) for key in ("accuracy", "balanced accuracy", "melanoma AUC")]
                few = "too small to tell" if group["few"] else ""
                counts = [str(group["images"]), str(group["melanomas"])]
                lines.append(_row(f"{group['kind']}: {group['name']}", [*counts, *figures, few]))
    told = "Balanced accuracy is over the classes of a group; resamples that lack one of them are left out."
    return ["", f"## By sex, age and site: {title}", "", told, *lines] if lines else []


def _triple(values: list[float] | None) -> str:
    return "" if values is None else f"{values[0]:.3f} ({values[1]:.3f} to {values[2]:.3f})"


def _head(names: tuple[str, ...]) -> list[str]:
    return [_row(names[0], list(names[1:])), "| --- |" + " ---: |" * (len(names) - 1)]


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


def _figure(metric: dict[str, Any] | None) -> str:
    return "" if metric is None else f"{metric['value']:.3f} ({metric['low']:.3f} to {metric['high']:.3f})"


def _pictures(folder: Path) -> list[str]:
    drawings = sorted(path for part in SETS for path in folder.glob(f"*-{part}-*.png"))
    lines = ["", "## Confusion and reliability"] if drawings else []
    for path in drawings:
        lines += ["", f"![Confusion matrix and reliability diagram of {path.stem}](results/{path.name})"]
    return lines
