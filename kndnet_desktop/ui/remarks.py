"""What the window says of an answer beside what `core.advice` says: what is read together with the headline."""

from kndnet_desktop.core.advice import Advice, artefact, percent
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.records import CaseResult, Cleaned, Prediction
from kndnet_desktop.core.stability import UNSTABLE
from kndnet_desktop.ui.class_row import CLEAR_ANSWER
from kndnet_desktop.ui.translator import inside, tr

# Remarks on what was looked at, not on a fault of the photo or of the answer.
PLAIN_FACTS = ("frame", "first-frame", "profile", "transparent", "cropped")


def could_be(prediction: Prediction, card: ModelCard, advice: Advice) -> str:
    """Return what the photo could show; where the card has no prediction sets, what is most probable."""
    return advice.could_be(prediction, lambda code: _marked(code, card)) or _most_probable(prediction, card)


def _marked(code: str, card: ModelCard) -> str:
    label = card.label(code)
    # No line may end between the mark and the name that it belongs to.
    return f"▲\N{NO-BREAK SPACE}{inside(label.name)}" if label.malignant else inside(label.name)


def _most_probable(prediction: Prediction, card: ModelCard) -> str:
    (top, share), (second, _), *_ = prediction.ranked()
    if share >= CLEAR_ANSWER:
        return tr("{diagnosis} is most probable", diagnosis=tr(card.label(top).name))
    first, other = inside(card.label(top).name), inside(card.label(second).name)
    return tr("Uncertain: {diagnosis} or {other}", diagnosis=first, other=other)


def doubts(result: CaseResult, advice: Advice) -> str:
    """Return why the headline should not be relied on, for reading together with it; empty where nothing is known."""
    prediction, found, point = result.prediction, result.stability, advice.point
    assert prediction, "there is an answer"
    reasons = [
        tr("another answer {without}", without=_without(cleaned))
        for cleaned in result.cleaned
        if advice.unsettles(cleaned, prediction)
    ]
    if any(flag.code == UNSTABLE.code for flag in result.flags):
        reasons.append(tr("small changes of the photo change the answer"))
    elif point and found and found.p_malignant[0] < point.threshold <= found.p_malignant[1]:
        reasons.append(tr("small changes of the photo change the recommendation"))
    if result.teacher and advice.warns(prediction, result.teacher):
        reasons.append(tr("the second opinion differs"))
    return tr("Doubtful: {reasons}.", reasons="; ".join(reasons)) if reasons else ""


def _without(cleaned: Cleaned) -> str:
    """Return what was painted over as it stands inside a sentence."""
    begins = artefact(cleaned.code, tr)
    return begins[:1].lower() + begins[1:]


def steadiness(result: CaseResult, advice: Advice) -> str:
    """Return where small changes of the photo take the share above; empty if they were not tried.

    Shorter than `Advice.steadiness`, which has to say which share it is.
    """
    found = result.stability
    if not found:
        return ""
    changed, band = round(found.flips * found.views), advice.band(*found.p_malignant)
    if not changed:
        return tr("{band} under {views} small changes of the photo; the diagnosis stays.", band=band, views=found.views)
    return tr(
        "{band} under {views} small changes of the photo; another diagnosis with {changed} of them.",
        band=band,
        views=found.views,
        changed=changed,
    )


def opinion(result: CaseResult, card: ModelCard, advice: Advice) -> str:
    """Return the second opinion in words; empty if none was asked for."""
    prediction, teacher = result.prediction, result.teacher
    if not (prediction and teacher):
        return ""
    said = tr(
        "○ Teacher: {diagnosis} {share}, malignant {malignant}",
        diagnosis=inside(card.label(teacher.top).name),
        share=percent(teacher.probabilities[teacher.top]),
        malignant=percent(teacher.p_malignant),
    )
    agreement = advice.agreement(prediction, teacher)
    return f"{said}. {agreement}" if agreement else said
