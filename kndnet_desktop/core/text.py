"""A result in words, the same on the terminal and on the clipboard."""

from kndnet_desktop.core.advice import ENGLISH, Advice, Say, missing, percent
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.core.trust import DEFAULT_TARGET

_INDENT = "    "


def describe(
    result: CaseResult, card: ModelCard, name: str, *, target: float = DEFAULT_TARGET, say: Say = ENGLISH
) -> str:
    """Return a result as lines of plain text.

    Args:
        result: What was found.
        card: Card of the model that answered.
        name: What to call the picture.
        target: Sensitivity of the operating point whose recommendation is given.
        say: The language.

    Returns:
        The recommendation and what it rests on; the seven classes with their full names, most probable first,
        malignant ones marked with “!”, with the band in which each moves where that is known; the second opinion, what
        the answer would be without an artefact, and the remarks. For a picture that has no answer the sentence that
        says why.
    """
    prediction = result.prediction
    if not prediction:
        return f"{name}\n{_INDENT}{say(result.message)}"
    advice = Advice.of_card(card, prediction.mode, target, say)
    malignant = f"{say('malignant {share}', share=percent(prediction.p_malignant))} ({say(prediction.mode)})"
    rows = [f"{name}   {'; '.join(part for part in (advice.recommendation(prediction), malignant) if part)}"]
    rows += [f"{_INDENT}{line}" for line in (advice.figures(), advice.could_be(prediction)) if line]
    width = max(len(say(label.name)) for label in card.labels)
    for code, share in prediction.ranked():
        label, spread = card.label(code), result.stability
        band = f"({advice.band(spread.low[code], spread.high[code])})" if spread else ""
        bar = "#" * round(share * 30)
        shown = f"{share:>6.1%}".replace(".", say("0.5")[1])  # the language's decimal sign
        figures = f"{shown}  {band:<15}" if spread else f"{shown}  "
        rows.append(f"  {'!' if label.malignant else ' '} {say(label.name):<{width}} {figures}{bar}".rstrip())
    notes = [advice.steadiness(result.stability)] if result.stability else []
    if result.teacher:
        top = advice.inside(result.teacher.top)
        told = say("malignant {share}", share=percent(result.teacher.p_malignant))
        notes.append(say("Second opinion: {diagnosis}, {malignant}", diagnosis=top, malignant=told))
        notes.append(advice.agreement(prediction, result.teacher))
    notes += [advice.without(cleaned, prediction) for cleaned in result.cleaned]
    notes += [say("Note: {remark}", remark=say(flag.sentence)) for flag in result.flags]
    notes.append(missing(card, prediction.mode, say))
    return "\n".join([*rows, *(f"{_INDENT}{note}" for note in notes if note)])
