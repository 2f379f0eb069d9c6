"""The figures of a model card in plain words: one table for each data set, a column for each calibration mode."""

import re
from html import escape

from kndnet_desktop.core.card import Metric, ModelCard
from kndnet_desktop.ui.translator import inside, number, tr

# What was measured on pictures that nothing was chosen on comes first.
_DATA = {
    "HAM10000 fold 0": "Test: HAM10000 fold 0",
    "ISIC 2018 Task 1 kept aside": "Test at other clinics: ISIC 2018 Task 1, kept aside",
    "HAM10000 inner validation": "Validation: HAM10000",
    "ISIC 2018 Task 1 inner validation": "Validation at other clinics: ISIC 2018 Task 1",
}
_MODES = {"accuracy": "Accuracy mode", "balanced": "Balanced mode", "": "Any mode"}
_HEADLINE = {
    "accuracy": "Accuracy",
    "macro-F1": "Macro-F1",
    "balanced accuracy": "Balanced accuracy",
    "melanoma AUC": "Melanoma AUC",
    "ECE": "Calibration error (ECE)",
    "macro AUC": "Macro AUC",
    "melanoma sensitivity at 85 % specificity": "Melanoma sensitivity at 85 % specificity",
}
_GROUPS = (
    "",
    "Recall: share of the lesions of each diagnosis that are recognised",
    "Recommendation: sensitivity and specificity for malignant or pre-malignant",
    "Could-be list: share of the lesions of each diagnosis whose list holds it",
    "Other figures",
)
_BARE = {"macro-F1": 3, "melanoma AUC": 3, "macro AUC": 3, "set size": 2}  # digits of what is no share of anything
_REFERRAL = re.compile(r"referral 0\.(\d\d) (sensitivity|specificity)")
_OF_A_CLASS = re.compile(r"(recall|set coverage) (\w+)")


def tables(card: ModelCard) -> str:
    """Return every figure of a card as HTML, most telling first; a sentence where there is none."""
    if not card.metrics:
        return f"<p>{tr('No figure has been measured for this model yet.')}</p>"
    known = list(_DATA)
    names = list(dict.fromkeys(metric.data for metric in card.metrics))
    names.sort(key=lambda name: known.index(name) if name in known else len(known))
    return "".join(_table(card, name) for name in names)


def mode_name(mode: str) -> str:
    """Return what a calibration mode is called; a mode that this program does not know keeps its name."""
    return tr(_MODES.get(mode, mode))


def data_name(data: str) -> str:
    """Return what a set of pictures is called; one that this program does not know keeps its name."""
    return tr(_DATA.get(data, data))


def value(metric: Metric) -> str:
    """Return a figure with its 95 % interval, a share in percent."""
    bare = _BARE.get(metric.name)
    scale, digits, sign = (1, bare, "") if bare else (100, 1, " %")
    found, low, high = (number(scale * each, digits) for each in (metric.value, metric.low, metric.high))
    return tr("{value} ({low} to {high})", value=found + sign, low=low, high=high)


def _table(card: ModelCard, data: str) -> str:
    own = [metric for metric in card.metrics if metric.data == data]
    default = card.calibration.default_mode
    modes = sorted(dict.fromkeys(metric.mode for metric in own), key=lambda mode: mode != default)
    cells = {(metric.name, metric.mode): value(metric) for metric in own}
    heads = "".join(f"<th align='left'>{escape(mode_name(mode))}</th>" for mode in modes)
    rows, shown = [f"<tr><th align='left'>{tr('Figure')}</th>{heads}</tr>"], 0
    named = {name: _words(card, name) for name, _ in cells}
    headline = list(_HEADLINE)
    order = sorted(named, key=lambda name: (named[name][0], headline.index(name) if name in headline else 0))
    for name in order:
        group, words = named[name]
        if group != shown:
            rows.append(f"<tr><td colspan='{1 + len(modes)}'><b>{escape(tr(_GROUPS[group]))}</b></td></tr>")
            shown = group
        figures = "".join(f"<td>{cells.get((name, mode), '')}</td>" for mode in modes)
        rows.append(f"<tr><td>{escape(words)}</td>{figures}</tr>")
    title = tr("{data}, {count} photos", data=data_name(data), count=own[0].images)
    told = "".join(f"<p>{escape(tr(protocol))}.</p>" for protocol in dict.fromkeys(metric.protocol for metric in own))
    return f"<h4>{escape(title)}</h4><table cellpadding='3'>{''.join(rows)}</table>{told}"


def _words(card: ModelCard, name: str) -> tuple[int, str]:
    """Return the place of a figure's group in `_GROUPS`, and the figure's name in plain words."""
    if name in _HEADLINE:
        return 0, tr(_HEADLINE[name])
    if name == "set size":
        return 3, tr("Diagnoses on the could-be list, on average")
    if referral := _REFERRAL.fullmatch(name):
        setting, kind = referral.groups()
        if kind == "sensitivity":
            return 2, tr("Sensitivity at the {share} % setting", share=setting)
        return 2, tr("Specificity at the {share} % setting", share=setting)
    if (of := _OF_A_CLASS.fullmatch(name)) and of[2] in card.codes:
        diagnosis = card.label(of[2]).name
        if of[1] == "recall":
            return 1, tr(diagnosis)
        return 3, tr("Could-be list holds the {diagnosis}", diagnosis=inside(diagnosis))
    return 4, name
