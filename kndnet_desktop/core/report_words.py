"""What a report says, as plain data for the templates, in one language."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kndnet_desktop.core.advice import Advice, missing, percent
from kndnet_desktop.core.card import Metric, ModelCard
from kndnet_desktop.core.patient import Patient
from kndnet_desktop.core.records import CaseResult, Prediction
from kndnet_desktop.core.report_labels import labels
from kndnet_desktop.core.report_parts import Photo, Program
from kndnet_desktop.core.translation import SOURCE_LANGUAGE, Catalogue, grouped
from kndnet_desktop.core.trust import DEFAULT_TARGET

Data = dict[str, Any]
CLEAR_ANSWER = 0.5  # a class that holds more than all others together, as in the window
SHOWN_METRICS = ("accuracy", "balanced accuracy", "recall mel", "melanoma AUC")  # what a clinician weighs first
SHORT_NAME = 48  # characters of a file name in lists
SHORT_FIELD = 32  # characters of a field that fits beside another


class Words:
    """Puts results into words.

    Args:
        catalogue: The language.
        cards: Card of the model that answered, then the teacher's if it was asked.
        target: Sensitivity of the operating point whose recommendation is given.
    """

    def __init__(self, catalogue: Catalogue, cards: Sequence[ModelCard], target: float = DEFAULT_TARGET) -> None:
        self._catalogue, self.cards, self._target = catalogue, cards, target

    def advice(self, photos: Sequence[Photo]) -> Advice:
        """Return what puts these photos' answers into words."""
        return Advice.of_card(self.cards[0], self._mode(photos), self._target, self._catalogue)

    def lesion(self, photos: Sequence[Photo], patient: Patient) -> Data:
        """Return the data of the report of one lesion."""
        say, advice = self._catalogue, self.advice(photos)
        fields = self._patient(patient)
        return {
            "title": say("Report on a dermatoscope photo") if len(photos) == 1 else say("Report on one lesion"),
            "description": say("Estimates of a neural network, for research use."),
            "words": labels(say),
            "patient": fields,
            "wide": any(len(value) > SHORT_FIELD for _, value in fields),
            "notes": patient.notes,
            "assessment": patient.assessment,
            **self._found(photos, advice),
        }

    def batch(self, photos: Sequence[Photo], patient: Patient) -> Data:
        """Return the data of the report of many photos, in the order given."""
        say, advice = self._catalogue, self.advice(photos)
        answers = [photo.result.prediction for photo in photos if photo.result.prediction]
        statuses = [photo.result.status for photo in photos]
        names = {label.code: self._name(label.code) for label in self.cards[0].labels}
        recommended = advice.tally((advice.refers(answer), answer.prediction_set or (), 1) for answer in answers)
        counts = [
            (say("Photos"), str(len(photos))),
            (say("Answered"), str(len(answers))),
            (say("Not answered: no dermatoscope photo"), str(sum(status == "rejected" for status in statuses))),
            (say("Not answered: could not be read"), str(sum(status == "error" for status in statuses))),
            *((words, str(count)) for words, count in recommended),
            (say("Malignant is more probable than not"), str(sum(answer.p_malignant >= 0.5 for answer in answers))),
            *((names[code], str(sum(answer.top == code for answer in answers))) for code in names),
        ]
        return {
            "title": say("Report on {count} dermatoscope photos", count=len(photos)),
            "description": say("Estimates of a neural network, for research use."),
            "words": labels(say),
            "counts": counts,
            "notes": patient.notes,
            **self._found(photos, advice),
        }

    def _found(self, photos: Sequence[Photo], advice: Advice) -> Data:
        """Return what both kinds of report hold."""
        return {
            "point": advice.figures(),
            "coverage": advice.coverage(),
            "missing": missing(self.cards[0], self._mode(photos), self._catalogue, *self.cards[1:]),
            "photos": [self._photo(photo, index, len(photos), advice) for index, photo in enumerate(photos)],
            **self._models(photos),
            "limits": self._limits(),
        }

    def _mode(self, photos: Sequence[Photo]) -> str:
        answers = (photo.result.prediction for photo in photos if photo.result.prediction)
        return next((answer.mode for answer in answers), self.cards[0].calibration.default_mode)

    def provenance(self, kind: str, photos: Sequence[Photo], program: Program) -> list[str]:
        """Return the lines that say which program, model and photo this is about, and how to check it."""
        say = self._catalogue
        lines = [
            say(
                "Program: {name} {version}, SHA-256 {hash}",
                name=program.name,
                version=program.version,
                hash=_groups(program.sha256),
            ),
            *(say("Model: {name}, SHA-256 {hash}", name=card.name, hash=_groups(card.sha256)) for card in self.cards),
        ]
        if kind == "lesion":
            lines += [
                say("Photo: {name}, SHA-256 {hash}", name=_short(photo.result.path), hash=_groups(photo.result.sha256))
                for photo in photos
                if photo.result.sha256
            ]
        lines.append(
            say(
                "All figures are attached to this file as data. A file that is signed shows any later change in every "
                "PDF reader that checks signatures, and to the command “kndnet verify”. Paper can't be checked."
            )
        )
        return lines

    def _photo(self, photo: Photo, index: int, count: int, advice: Advice) -> Data:
        say, result = self._catalogue, photo.result
        name = _short(result.path)
        data: dict[str, Any] = {
            "number": index + 1,
            "name": name,
            "title": say("Photo {number} of {count}: {name}", number=index + 1, count=count, name=name),
            "message": "" if result.prediction else say.sentence(result.message),
            "flags": [say.sentence(flag.sentence) for flag in result.flags] if result.prediction else [],
        }
        if not result.prediction:
            return data
        prediction, explained = result.prediction, self._name(photo.explained)
        width, height = photo.size
        share, spread, teacher = percent(prediction.p_malignant), result.stability, result.teacher
        answer = self._headline(prediction)
        printed = (
            ""
            if photo.printed == photo.size
            else say("; printed with {width} × {height}", width=photo.printed[0], height=photo.printed[1])
        )
        if photo.frame:
            printed += say("; only the part inside the frame was looked at")
        return data | {
            "picture": f"photo-{index}.svg",
            "heat": f"heat-{index}.svg",
            "ratio": photo.printed[0] / photo.printed[1],
            "picture_alt": say("The lesion seen through a dermatoscope, from the file {name}", name=name),
            "heat_alt": say(
                "The same photo with a heat map: coloured where the picture speaks for {diagnosis}",
                diagnosis=self._inside(explained),
            ),
            "caption": say("Photo of {width} × {height} pixels", width=width, height=height) + printed,
            "heat_caption": say("What speaks for {diagnosis}:", diagnosis=self._inside(explained)),
            "headline": advice.recommendation(prediction) or answer,
            # Where the list below holds nothing else, it says the same.
            "answer": answer if advice.point and prediction.prediction_set != (prediction.top,) else "",
            "could_be": advice.could_be(prediction),
            "refer": say("not ruled out")
            if advice.leaves_open(prediction)
            else {True: say("consider"), False: say("no signal"), None: ""}[advice.refers(prediction)],
            "steadiness": advice.steadiness(spread) if spread else "",
            "without": [
                {"said": f"{advice.without(cleaned, prediction)}.", "weighs": advice.unsettles(cleaned, prediction)}
                for cleaned in result.cleaned
            ],
            "agreement": advice.agreement(prediction, teacher) if teacher else "",
            "alarm": teacher is not None and advice.warns(prediction, teacher),
            "top": self._name(prediction.top),
            "p_malignant": share,
            "malignant": say("Malignant or pre-malignant: {share}", share=share),
            "malignant_of": say(
                "Sum of: {diagnoses}",
                diagnoses=", ".join(
                    self._inside(self._name(label.code)) for label in self.cards[0].labels if label.malignant
                ),
            ),
            "teacher": self._teacher(result),
            "rows": [self._row(code, share, result, advice) for code, share in prediction.ranked()],
        }

    def _row(self, code: str, share: float, result: CaseResult, advice: Advice) -> Data:
        teacher, spread = result.teacher, result.stability
        ends = (spread.low[code], spread.high[code]) if spread else ()
        return {
            "malignant": self.cards[0].label(code).malignant,
            "name": self._name(code),
            "share": share,
            "percent": percent(share),
            "ends": ends,
            "views": advice.band(*ends) if ends else "",
            "second": percent(teacher.probabilities[code]) if teacher and code in teacher.probabilities else "",
        }

    def _headline(self, prediction: Prediction) -> str:
        code, share = prediction.ranked()[0]
        if share >= CLEAR_ANSWER:
            return self._catalogue("{diagnosis} is most probable", diagnosis=self._name(code))
        return self._catalogue("Uncertain, perhaps {diagnosis}", diagnosis=self._inside(self._name(code)))

    def _teacher(self, result: CaseResult) -> str | None:
        if not result.teacher:
            return None
        teacher = result.teacher
        return self._catalogue(
            "Second opinion (larger network): {diagnosis} {share}, malignant or pre-malignant {malignant}",
            diagnosis=self._inside(self._name(teacher.top)),
            share=percent(teacher.probabilities[teacher.top]),
            malignant=percent(teacher.p_malignant),
        )

    def _patient(self, patient: Patient) -> list[tuple[str, str]]:
        say = self._catalogue
        site = " · ".join(say(part) for part in (patient.site, patient.side) if part)
        fields = (
            (say("Name"), patient.name),
            (say("Record number"), patient.identifier),
            (say("Born"), patient.birth_date),
            (say("Body site"), site),
            (say("Fitzpatrick skin type"), patient.fitzpatrick),
        )
        return [(label, value) for label, value in fields if value]

    def _models(self, photos: Sequence[Photo]) -> Data:
        """Return a line on each model, and one table of what was measured: a row for each figure, a column a model."""
        say = self._catalogue
        answers = [answer for photo in photos for answer in (photo.result.prediction, photo.result.teacher) if answer]
        modes = {answer.model_sha256: answer.mode for answer in answers}
        known: Mapping[str, str] = {
            "balanced": say("probabilities that give rare classes more weight than the data did (“balanced”)"),
            "accuracy": say("probabilities as frequent as in the training data (“accuracy”)"),
        }
        models, columns = [], []
        for card in self.cards:
            mode = modes.get(card.sha256, card.calibration.default_mode)
            figures = self._figures(card, mode)
            if figures:
                columns.append((card.name, figures))
            facts = say(
                "of {date}, {parameters} parameters; {mode}",
                date=card.created,
                parameters=grouped(card.parameters, say),
                mode=known.get(mode, mode),
            )
            nothing = "" if figures else say("No figure has been measured for this model yet.")
            models.append({"name": card.name, "facts": facts, "nothing": nothing})
        rows = dict.fromkeys(row for _, figures in columns for row in figures)
        return {
            "models": models,
            "header": [say("Figure (95 % interval)"), say("Measured on"), *(name for name, _ in columns)],
            "figures": [[*row, *(figures.get(row, "") for _, figures in columns)] for row in rows],
        }

    def _figures(self, card: ModelCard, mode: str) -> dict[tuple[str, str], str]:
        """Return a model's figures with their intervals, by their names and the pictures they were measured on."""
        measured = [metric for metric in card.metrics if metric.mode in ("", mode)]
        # What the model was chosen by flatters it; where there is a test, only the test counts.
        measured = [metric for metric in measured if "validation" not in metric.data] or measured
        metrics = [metric for metric in measured if metric.name in SHOWN_METRICS] or measured[: len(SHOWN_METRICS)]
        return dict(self._metric(metric) for metric in metrics)

    def _limits(self) -> list[str]:
        """Return the limits of all models, each once."""
        return [
            self._catalogue.sentence(limit) for limit in dict.fromkeys(sum((card.limits for card in self.cards), ()))
        ]

    def _metric(self, metric: Metric) -> tuple[tuple[str, str], str]:
        """A figure's name and the pictures that it was measured on, and the figure with its interval."""
        say = self._catalogue
        interval = say("{low} to {high}", low=say.number(metric.low, 3), high=say.number(metric.high, 3))
        on = say("{data}, {count} photos", data=metric.data, count=metric.images)
        names = {
            "accuracy": say("Accuracy"),
            "balanced accuracy": say("Balanced accuracy"),
            "recall mel": say("Melanomas recognised (recall)"),
            "melanoma AUC": say("Melanoma against the rest (AUC)"),
        }
        return (names.get(metric.name, metric.name), on), f"{say.number(metric.value, 3)} ({interval})"

    def _name(self, code: str) -> str:
        return self._catalogue(self.cards[0].label(code).name)

    def _inside(self, name: str) -> str:
        """Return a diagnosis as it stands inside a sentence: English writes it small there."""
        return name[:1].lower() + name[1:] if self._catalogue.language == SOURCE_LANGUAGE else name


def _groups(digest: str | None) -> str:
    """Return a hash in groups of 16 digits, which the eye can compare."""
    return " ".join((digest or "")[start : start + 16] for start in range(0, 64, 16)).strip()


def _short(path: str) -> str:
    name = Path(path).name or path
    return name if len(name) <= SHORT_NAME else f"{name[: SHORT_NAME - 17]}…{name[-16:]}"
