"""The picture of the row that is selected, with its heat map and what the run says of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from kndnet_desktop.core.advice import Advice, percent
from kndnet_desktop.core.batch import Case, look
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter, grad_cam
from kndnet_desktop.core.records import Cleaned, Prediction, Spread
from kndnet_desktop.core.rows import Row
from kndnet_desktop.ui.image_view import ImageView, pyramid, to_qimage
from kndnet_desktop.ui.jobs import Jobs, Newest
from kndnet_desktop.ui.measured import mode_name
from kndnet_desktop.ui.theme import GRID
from kndnet_desktop.ui.translator import tr

SHOWN_CLASSES = 3
REPLACED = "Another photo has taken the place of this file since."


@dataclass(frozen=True, slots=True, eq=False)
class _Shown:
    case: Case
    as_in_run: bool  # whether the file is still the one that the run answered
    levels: tuple[QImage, ...]
    heat: QImage | None
    box: QRectF


class RunPreview(QWidget):
    """Shows one row of a run.

    Args:
        jobs: Where pictures are read.
        parent: Owner.

    Signals:
        shown: A picture is shown, or that there is none; carries its path.
        broke: A job met a bug; carries the exception.
    """

    shown = Signal(object)
    broke = Signal(object)

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ImageView()
        self.view.setAccessibleName(tr("Selected photo"))
        self.view.setMinimumHeight(15 * GRID)  # on a low screen the words scroll, and the photo stays
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(scrolled(self._words, tr("What the run says of the photo")), 1)
        self._painter: HeatPainter | None = None
        self._place: tuple[int, Path] | None = None
        self._said = ""  # of the row, whatever has become of its file
        self._asking = Newest(jobs, self)
        self._asking.item.connect(self._show)
        self._asking.failed.connect(self.broke)

    @property
    def text(self) -> str:
        """What is said of the row."""
        return self._words.text()

    def clear(self) -> None:
        """Show nothing but how to see something."""
        self._asking.drop()
        self._place = None
        self._words.setText(tr("Select a photo in the table to see it here."))
        self.view.set_picture([], 0, 0)

    def show_row(self, row: Row, path: Path, facts: dict[str, Any], models: Models | None) -> None:
        """Show a row.

        Args:
            row: With its whole result.
            path: Its picture.
            facts: Of its run.
            models: Who is asked for the heat map; none is shown if the run was made by another model.
        """
        self._said = _words(row, facts)
        self._words.setText(self._said)
        if models is None:
            return
        if (row.id, path) != self._place:  # the photo before does not stay beside these words
            self.view.set_picture([], 0, 0)
        self._place = row.id, path
        same = models.main.card.sha256 == facts["models"][0]["sha256"]
        self._painter = painter = self._painter or HeatPainter()
        asked, known = Models(models.main), row.result["sha256"] if row.result else None

        def work() -> Iterator[_Shown]:
            for case in look(path, str(path), asked, facts["mode"]):
                yield _prepare(case, asked, painter if same else None, known)

        self._asking.ask(work, instead=True)

    def _show(self, shown: _Shown) -> None:
        picture = shown.case.picture
        if picture and shown.as_in_run:
            self.view.set_picture(list(shown.levels), picture.width, picture.height)
            self.view.set_heat(shown.heat, shown.box)
        else:
            self.view.set_picture([], 0, 0)
        trouble = tr(REPLACED if not shown.as_in_run else "" if picture else shown.case.result.message)
        # What can't be read now could not be read in the run either, perhaps, and is said already.
        self._words.setText(self._said if trouble in self._said else f"{self._said}\n{trouble}")
        self.shown.emit(Path(shown.case.result.path))


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """Return what shows the content at any height, as wide as there is room, under a name for screen readers."""
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def _prepare(case: Case, models: Models, painter: HeatPainter | None, known: str | None) -> _Shown:
    picture, seen = case.picture, case.examination
    as_in_run = known in (None, case.result.sha256) or case.result.sha256 is None
    if not (picture and seen and as_in_run):
        return _Shown(case, as_in_run, (), None, QRectF())
    factor = picture.width / picture.image.width
    left, top, right, bottom = (edge * factor for edge in seen.box)
    heat = None
    if painter and case.result.prediction:  # a refused photo is not explained
        cam = grad_cam(seen.cams, models.main.card.codes.index(seen.prediction.top))
        heat = to_qimage(painter.for_screen(cam, seen.box))
    box = QRectF(QPointF(left, top), QPointF(right, bottom))
    return _Shown(case, as_in_run, tuple(pyramid(picture.image)), heat, box)


def _words(row: Row, facts: dict[str, Any]) -> str:
    if row.result is None:
        return f"{row.name}\n{tr('Waiting for its turn.')}"
    if row.status != "ok":
        return f"{row.name}\n{tr(row.message)}"
    advice, answer = Advice.of_facts(facts, tr), Prediction.from_json(row.result)
    malignant = {label["code"] for label in facts["models"][0]["labels"] if label["malignant"]}
    lines = [
        advice.recommendation(answer),
        f"{tr('Malignant or pre-malignant: {share}', share=percent(answer.p_malignant))} ({mode_name(answer.mode)})",
        advice.could_be(answer),
    ]
    lines += [
        f"{'▲' if code in malignant else '   '} {tr(advice.names[code])} {percent(share)}"
        for code, share in answer.ranked()[:SHOWN_CLASSES]
    ]
    if row.result["stability"]:
        lines.append(advice.steadiness(Spread(**row.result["stability"])))
    if row.result["teacher"]:
        teacher = Prediction.from_json(row.result["teacher"])
        told = percent(teacher.p_malignant)
        name = advice.inside(teacher.top)
        lines.append(tr("○ Teacher: {diagnosis}, malignant {malignant}", diagnosis=name, malignant=told))
        lines.append(advice.agreement(answer, teacher))
    lines += [advice.without(Cleaned(**cleaned), answer) for cleaned in row.result["cleaned"]]
    lines += [tr(flag["sentence"]) for flag in row.result["flags"]]
    return "\n".join([row.name, *(line for line in lines if line)])
