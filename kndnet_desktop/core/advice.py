"""What an answer amounts to, in words: the recommendation, what it could be, how firm it is.

Window, terminal, tables and report take their words from here, so that all of them say the same.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any, Self

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.evidence import Estimate, OperatingPoint
from kndnet_desktop.core.records import Cleaned, Prediction, Spread
from kndnet_desktop.core.translation import Catalogue, grouped
from kndnet_desktop.core.trust import DEFAULT_TARGET, operating_point

#: Turns English into the reader's language and fills its placeholders: a `Catalogue`, or the window's own.
Say = Callable[..., str]
ENGLISH = Catalogue()


class Advice:
    """Puts the answers of one model into words, at one operating point.

    Args:
        names: Class code to its full English name.
        malignant: Codes of the malignant classes.
        point: The operating point in force; None where the card has none.
        helps: Whether a second opinion that differs was found to be a sign of error; None where nobody measured it.
        coverage: Share of each class that the prediction sets were made to hold; None where there are none.
        say: The language.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        malignant: frozenset[str],
        point: OperatingPoint | None,
        helps: bool | None = None,
        coverage: float | None = None,
        say: Say = ENGLISH,
    ) -> None:
        self.names, self._malignant, self.point = names, malignant, point
        self._helps, self._coverage, self.say = helps, coverage, say

    @classmethod
    def of_card(cls, card: ModelCard, mode: str, target: float = DEFAULT_TARGET, say: Say = ENGLISH) -> Self:
        """Advise by a model's card.

        Args:
            card: Card of the model that answered.
            mode: The calibration mode of its answers.
            target: The sensitivity wanted; the card's nearest operating point is taken.
            say: The language.
        """
        trust = card.trust
        return cls(
            {label.code: label.name for label in card.labels},
            frozenset(label.code for label in card.labels if label.malignant),
            operating_point(card, mode, target),
            trust.disagreement.helps if trust.disagreement else None,
            trust.sets.coverage if trust.sets else None,
            say,
        )

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any], say: Say = ENGLISH) -> Self:
        """Advise by the facts of a run, which hold what `to_facts` returned when it began."""
        labels = facts["models"][0]["labels"]
        names = {label["code"]: label["name"] for label in labels}
        malignant = frozenset(label["code"] for label in labels if label["malignant"])
        known = facts["advice"]
        point = known["point"]
        if point:
            intervals = {key: Estimate(**point[key]) for key in ("sensitivity", "specificity")}
            point = OperatingPoint(**{**point, **intervals})
        return cls(names, malignant, point, known["helps"], known["coverage"], say)

    def to_facts(self) -> dict[str, Any]:
        """Return what a run has to remember for `of_facts`."""
        return {
            "point": asdict(self.point) if self.point else None,
            "helps": self._helps,
            "coverage": self._coverage,
        }

    def refers(self, prediction: Prediction) -> bool | None:
        """Return whether the answer reaches the operating point; None where it does not say."""
        return (prediction.refer or {}).get(self.point.key) if self.point else None

    def recommendation(self, prediction: Prediction) -> str:
        """Return the recommendation, or nothing where the card has no operating point.

        An answer below the operating point whose prediction set holds a malignant class is told as such: read alone,
        the recommendation would contradict the list of what it could be.
        """
        return self._told(self.refers(prediction), prediction.prediction_set or ())

    def leaves_open(self, prediction: Prediction) -> bool:
        """Return whether an answer below the operating point could be malignant nevertheless."""
        return left_open(self.refers(prediction), prediction.prediction_set or (), self._malignant)

    def tally(self, answers: Iterable[tuple[bool | None, Iterable[str], int]]) -> list[tuple[str, int]]:
        """Count answers by their recommendation, as `recommendation` words it.

        Args:
            answers: Whether each reaches the operating point, its prediction set, and how many answers are so.

        Returns:
            Recommendations with their counts, the most urgent first; nothing where there is no operating point.
        """
        counts = dict.fromkeys((self._told(True, ()), self._told(False, self._malignant), self._told(False, ())), 0)
        for refer, codes, count in answers:
            if refer is not None:
                counts[self._told(refer, codes)] += count
        return list(counts.items()) if self.point else []

    def _told(self, refer: bool | None, codes: Iterable[str]) -> str:
        if left_open(refer, codes, self._malignant):
            return self.say("No malignancy signal, but not ruled out")
        return recommend(refer, self.say)

    def figures(self) -> str:
        """Return what was measured at the operating point, or nothing where there is none."""
        point = self.point
        if not point:
            return ""
        return self.say(
            "Set for {target} sensitivity; measured: sensitivity {sensitivity}, specificity {specificity}, with 95 % "
            "intervals, on {count} photos of {data}.",
            target=percent(point.target),
            sensitivity=self.span(point.sensitivity),
            specificity=self.span(point.specificity),
            count=point.images,
            data=self.say(point.data),
        )

    def could_be(self, prediction: Prediction, name: Callable[[str], str] | None = None) -> str:
        """Return the classes that it could be, or nothing where the card has no prediction sets.

        Args:
            prediction: The answer.
            name: Turns a code into what the class is called inside a sentence; by its bare name if None.
        """
        if not prediction.prediction_set:
            return ""
        if len(prediction.prediction_set) == len(self.names):
            return self.say("Could be any of the {count} diagnoses", count=len(self.names))
        named = ", ".join(map(name or self.inside, prediction.prediction_set))
        return self.say("Could be: {diagnoses}", diagnoses=named)

    def coverage(self) -> str:
        """Return what the list of what it could be promises, or nothing where there is none."""
        if self._coverage is None:
            return ""
        return self.say(
            "The list is made to hold the right one of the classes for {share} of the lesions of each class.",
            share=percent(self._coverage),
        )

    def steadiness(self, spread: Spread) -> str:
        """Return how much of the answer hangs on how the camera was held."""
        low, high = spread.p_malignant
        return self.say(
            "Another diagnosis with {count} of {views} small changes of the photo; with 8 in 10 of them, malignant or "
            "pre-malignant is {band}.",
            count=round(spread.flips * spread.views),
            views=spread.views,
            band=self.band(low, high),
        )

    def band(self, low: float, high: float) -> str:
        """Return from where to where a probability moves."""
        ends = [percent(end).removesuffix(" %") for end in (low, high)]
        return percent(high) if ends[0] == ends[1] else self.say("{low} to {high} %", low=ends[0], high=ends[1])

    def span(self, found: Estimate) -> str:
        """Return a measured share with its interval."""
        return f"{percent(found.value)} ({self.band(found.low, found.high)})"

    def without(self, cleaned: Cleaned, prediction: Prediction) -> str:
        """Return what the answer would be without an artefact that lies over the lesion."""
        top = prediction.top
        moves = (
            (self.inside(top), prediction.probabilities[top], cleaned.probabilities[top]),
            (self.say("malignant or pre-malignant"), prediction.p_malignant, cleaned.p_malignant),
        )
        parts = [
            self.say("{what} from {before} to {after}", what=what, before=percent(before), after=percent(after))
            for what, before, after in moves
            if percent(before) != percent(after)
        ]
        if cleaned.top != prediction.top:
            parts.append(self.say("then most probable: {diagnosis}", diagnosis=self.inside(cleaned.top)))
        if self.overturns(cleaned, prediction):
            told = recommend(not self.refers(prediction), self.say)
            parts.append(self.say("then: {recommendation}", recommendation=told))
        return f"{artefact(cleaned.code, self.say)}: {'; '.join(parts) or self.say('the same answer')}"

    def unsettles(self, cleaned: Cleaned, prediction: Prediction) -> bool:
        """Return whether the diagnosis or the recommendation would be another without an artefact."""
        return cleaned.top != prediction.top or self.overturns(cleaned, prediction)

    def overturns(self, cleaned: Cleaned, prediction: Prediction) -> bool:
        """Return whether the recommendation would be the other one without an artefact."""
        refers = self.refers(prediction)
        return bool(self.point and refers is not None and refers != (cleaned.p_malignant >= self.point.threshold))

    def agreement(self, prediction: Prediction, teacher: Prediction) -> str:
        """Return whether the second opinion recommends the same; nothing where one of them recommends nothing."""
        mine, other, say = self.refers(prediction), self.refers(teacher), self.say
        if mine is None or other is None:
            return ""
        if mine == other:
            return say("The second opinion recommends the same.")
        told = recommend(other, say)
        if self.warns(prediction, teacher):
            return say(
                "Warning sign: the second opinion differs (“{recommendation}”), which in tests came with wrong "
                "recommendations.",
                recommendation=told,
            )
        if self._helps is None:
            return say(
                "The second opinion differs (“{recommendation}”); whether that is a sign of error was not measured.",
                recommendation=told,
            )
        return say(
            "The second opinion differs (“{recommendation}”); in tests that was no better sign of error than the "
            "answer's own uncertainty.",
            recommendation=told,
        )

    def warns(self, prediction: Prediction, teacher: Prediction) -> bool:
        """Return whether the second opinion differs, and that was found to be a sign of error."""
        pair = self.refers(prediction), self.refers(teacher)
        return bool(self._helps) and None not in pair and pair[0] != pair[1]

    def inside(self, code: str) -> str:
        """Return a class as it stands inside a sentence: English writes it small there."""
        name = self.names[code]
        said = self.say(name)
        return name[:1].lower() + name[1:] if said == name else said


def recommend(refer: bool | None, say: Say = ENGLISH) -> str:
    """Return a recommendation in words, nothing for None."""
    if refer is None:
        return ""
    return say("Consider biopsy or referral") if refer else say("No malignancy signal")


def left_open(refer: bool | None, codes: Iterable[str], malignant: frozenset[str]) -> bool:
    """Return whether an answer that may be below the operating point has a malignant class in its prediction set."""
    return refer is False and not malignant.isdisjoint(codes)


def urgency(refer: bool | None, codes: Iterable[str], malignant: frozenset[str]) -> int | None:
    """Return 2 where biopsy or referral is recommended, 1 where malignancy is left open, 0 where there is no signal.

    None where there is no recommendation.
    """
    return None if refer is None else 2 if refer else int(left_open(refer, codes, malignant))


def artefact(code: str, say: Say = ENGLISH) -> str:
    """Return the name of what was painted over, as it begins a line."""
    known = {
        "ink": say("Without the ink"),
        "hair": say("Without the hair"),
        "ruler": say("Without the ruler"),
        "bubbles": say("Without the bubbles"),
        "glare": say("Without the reflections"),
    }
    return known.get(code) or say("Without “{artefact}”", artefact=code)


def missing(card: ModelCard, mode: str, say: Say = ENGLISH, teacher: ModelCard | None = None) -> str:
    """Return a sentence on what the cards have no figures for, or nothing where they have all."""
    trust = card.trust
    parts = (
        ("" if trust.points(mode) else say("a recommendation")),
        ("" if teacher is None or teacher.trust.points(mode) else say("a recommendation of the second opinion")),
        ("" if trust.sets else say("what else it could be")),
        ("" if trust.gate else say("whether this is a dermatoscope photo")),
        ("" if trust.quality else say("the quality of the photo")),
        ("" if trust.stability else say("from when on an answer is not steady")),
    )
    named = ", ".join(part for part in parts if part)
    return say("Not judged, as the model's card has no figures for it: {parts}.", parts=named) if named else ""


def not_answered(rejected: int, unreadable: int, say: Say = ENGLISH) -> str:
    """Return how many photos have no answer, and why; nothing where all have one."""
    parts = []
    if rejected:
        parts.append(
            say("1 is no dermatoscope photo")
            if rejected == 1
            else say("{count} are no dermatoscope photos", count=grouped(rejected, say))
        )
    if unreadable:
        parts.append(say("{count} could not be read", count=grouped(unreadable, say)))
    if not parts:
        return ""
    return say("{count} not answered: {parts}", count=grouped(rejected + unreadable, say), parts=", ".join(parts))


def percent(share: float) -> str:
    """Return a probability for people, never “0 %” or “100 %” for what is only nearly so."""
    if 0 < share < 0.005:
        return "< 1 %"
    if 0.995 <= share < 1:
        return "> 99 %"
    return f"{share * 100:.0f} %"
