"""What the window says of an answer's trust beside what `core.advice` says: shorter, to be read at a glance."""

from kndnet_desktop.core.advice import Advice, missing, percent
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.evidence import Estimate
from kndnet_desktop.core.records import CaseResult, Cleaned, Prediction
from kndnet_desktop.core.stability import UNSTABLE
from kndnet_desktop.ui.class_row import CLEAR_ANSWER
from kndnet_desktop.ui.translator import inside, tr

# Remarks on what was looked at, not on a fault of the photo or of the answer.
PLAIN_FACTS = ("frame", "first-frame", "profile", "transparent", "cropped")

_WITHOUT = {
    "ink": "without the ink",
    "hair": "without the hair",
    "ruler": "without the ruler",
    "bubbles": "without the bubbles",
    "glare": "without the reflections",
}


def bare(share: float) -> str:
    """Return a share in percent without the sign, for the ends of a range whose value has it."""
    return percent(share).removesuffix(" %")


def span(estimate: Estimate) -> str:
    """Return a measured share with its interval."""
    low, high = bare(estimate.low), bare(estimate.high)
    return tr("{value} ({low} to {high})", value=percent(estimate.value), low=low, high=high)


def could_be(prediction: Prediction, card: ModelCard) -> str:
    """Return what the photo could show; where the card has no prediction sets, what is most probable."""
    if prediction.prediction_set is None:
        return _most_probable(prediction, card)
    if len(prediction.prediction_set) == len(card.labels):
        return tr("Could be any of the {count} diagnoses", count=len(card.labels))
    *others, last = (_marked(code, card) for code in prediction.prediction_set)
    if not others:
        return tr("Could be: {diagnoses}", diagnoses=last)
    return tr("Could be: {diagnoses} or {last}", diagnoses=", ".join(others), last=last)


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
        if cleaned.top != prediction.top or _hangs_on(cleaned, prediction, advice)
    ]
    if any(flag.code == UNSTABLE.code for flag in result.flags):
        reasons.append(tr("small changes of the photo change the answer"))
    elif point and found and found.p_malignant[0] < point.threshold <= found.p_malignant[1]:
        reasons.append(tr("small changes of the photo change the recommendation"))
    if result.teacher and advice.warns(prediction, result.teacher):
        reasons.append(tr("the second opinion differs"))
    return tr("Doubtful: {reasons}.", reasons="; ".join(reasons)) if reasons else ""


def steadiness(result: CaseResult) -> str:
    """Return where small changes of the photo take the answer; empty if they were not tried."""
    found = result.stability
    if not found:
        return ""
    views, changed = found.views, round(found.flips * found.views)
    low, high = map(bare, found.p_malignant)
    if not changed:
        return tr(
            "{low} to {high} % under {views} small changes of the photo; the diagnosis stays.",
            low=low,
            high=high,
            views=views,
        )
    return tr(
        "{low} to {high} % under {views} small changes of the photo; {changed} lead to another diagnosis.",
        low=low,
        high=high,
        views=views,
        changed=changed,
    )


def change(cleaned: Cleaned, result: CaseResult, card: ModelCard, advice: Advice) -> str:
    """Return what becomes of the answer when an artefact is painted over."""
    prediction = result.prediction
    assert prediction, "there is an answer"
    said = tr(
        "{diagnosis} {before} → {after} {without}, malignant {malignant_before} → {malignant_after}",
        diagnosis=tr(card.label(prediction.top).name),
        before=percent(prediction.probabilities[prediction.top]),
        after=percent(cleaned.probabilities[prediction.top]),
        without=_without(cleaned),
        malignant_before=percent(prediction.p_malignant),
        malignant_after=percent(cleaned.p_malignant),
    )
    if cleaned.top != prediction.top:
        said += tr("; most probable then: {diagnosis}", diagnosis=inside(card.label(cleaned.top).name))
    if _hangs_on(cleaned, prediction, advice):
        said += tr("; the recommendation hangs on it")
    return f"{said}."


def _without(cleaned: Cleaned) -> str:
    return tr(_WITHOUT.get(cleaned.code, "without what lies over it"))


def _hangs_on(cleaned: Cleaned, prediction: Prediction, advice: Advice) -> bool:
    refers = advice.refers(prediction)
    return bool(advice.point and refers is not None and (cleaned.p_malignant >= advice.point.threshold) != refers)


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


def switched_off(card: ModelCard, mode: str, teacher: ModelCard | None) -> str:
    """Return what is not judged, because the cards have no figures for it; empty where they have all."""
    parts = [missing(card, mode, tr, teacher)]
    if not card.trust.stability:
        parts.append(tr("From when on an answer is unsteady was not measured."))
    return " ".join(part for part in parts if part)
