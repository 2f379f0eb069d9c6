"""A result in words, the same on the terminal and on the clipboard."""

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.records import CaseResult


def percent(share: float) -> str:
    """Return a probability for people, never “0 %” or “100 %” for what is only nearly so."""
    if 0 < share < 0.005:
        return "< 1 %"
    if 0.995 <= share < 1:
        return "> 99 %"
    return f"{share * 100:.0f} %"


def describe(result: CaseResult, card: ModelCard, name: str) -> str:
    """Return a result as lines of plain text.

    Args:
        result: What was found.
        card: Card of the model that answered.
        name: What to call the picture.

    Returns:
        The seven classes with their full names, most probable first, malignant ones marked with “!”; the probability
        of malignancy, the second opinion and the remarks. For a bad picture the sentence that says why.
    """
    prediction = result.prediction
    if not prediction:
        return f"{name}\n    {result.message}"
    rows = [f"{name}   malignant {percent(prediction.p_malignant)} ({prediction.mode})"]
    width = max(len(label.name) for label in card.labels)
    for code, share in prediction.ranked():
        label = card.label(code)
        bar = "#" * round(share * 30)
        rows.append(f"  {'!' if label.malignant else ' '} {label.name:<{width}} {share:>6.1%}  {bar}".rstrip())
    if result.teacher:
        top = card.label(result.teacher.top).name
        rows.append(f"    Second opinion: {top}, malignant {percent(result.teacher.p_malignant)}")
    rows.extend(f"    Note: {flag.sentence}" for flag in result.flags)
    return "\n".join(rows)
