"""Asks the models, in jobs: about a picture that is opened, and about frames in the one that is open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QImage

from kndnet_desktop.core.batch import Case, look
from kndnet_desktop.core.examine import Examination, Models, examine
from kndnet_desktop.core.images import Box, Picture
from kndnet_desktop.ui.image_view import pyramid
from kndnet_desktop.ui.jobs import Jobs, Newest


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A case, its picture in the sizes that the screen needs, and the `Looker.asking` of when it was asked for."""

    case: Case
    levels: tuple[QImage, ...]
    asking: tuple[str | None, bool]


@dataclass(frozen=True, slots=True, eq=False)
class Framed:
    """What was seen of a picture in a frame, in pixels of its full size; null for the whole of it."""

    picture: Picture
    frame: QRectF
    examination: Examination


class Looker(QObject):
    """Knows who is asked and how. What is asked for last is answered; what it replaces may be dropped.

    Args:
        jobs: Where work runs.

    Attributes:
        models: Who is asked; None before they are loaded.
        mode: Calibration mode; each card's default if None.
        ask_teacher: Whether the teacher is asked too.

    Signals:
        opened: A picture is answered, or is there at its full size; carries an Opened.
        framed: A frame is answered; carries a Framed.
        idle: Nothing of one kind is on its way any more.
        broke: A job met a bug; carries the exception.
    """

    opened = Signal(object)
    framed = Signal(object)
    idle = Signal()
    broke = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models: Models | None = None
        self.mode: str | None = None
        self.ask_teacher = False
        self._waiting: tuple[Path | bytes, str] | None = None
        self._opening, self._framing = Newest(jobs, self), Newest(jobs, self)
        self._opening.item.connect(self.opened)
        self._framing.item.connect(self.framed)
        for lane in (self._opening, self._framing):
            lane.failed.connect(self.broke)
            lane.idle.connect(self.idle)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._opening.busy or self._framing.busy or self._waiting is not None

    @property
    def framing(self) -> bool:
        """Whether an answer to the picture that is open is on its way: of another frame, mode or second opinion."""
        return self._framing.busy

    @property
    def asking(self) -> tuple[str | None, bool]:
        """What is asked for now: the calibration mode, and whether the teacher is asked too."""
        return self.mode, self.ask_teacher

    def set_models(self, models: Models, *, ask_teacher: bool, mode: str | None) -> None:
        """Use these models from now on; a picture that waited for them is looked at."""
        self.models, self.mode = models, mode
        self.ask_teacher = ask_teacher and models.teacher is not None
        if self._waiting:
            source, name = self._waiting
            self._waiting = None
            self.open(source, name)

    def give_up(self) -> None:
        """There will be no models: nothing waits for them any more."""
        self._waiting = None

    def open(self, source: Path | bytes, name: str) -> None:
        """Look at a picture, as `batch.look` does, as soon as there are models."""
        self._framing.drop()
        models, mode, asking = self.models, self.mode, self.asking
        if models is None:
            self._waiting = source, name
            return
        asked = models if self.ask_teacher else replace(models, teacher=None)

        def work() -> Iterator[Opened]:
            for case in look(source, name, asked, mode, steady=True):
                yield Opened(case, tuple(pyramid(case.picture.image)) if case.picture else (), asking)

        self._opening.ask(work, instead=True)

    def look_at(self, picture: Picture, frame: QRectF, *, held: bool) -> None:
        """Look at a frame of a picture.

        Args:
            picture: The picture that is open.
            frame: In pixels of it at its full size; null for the whole.
            held: The hand is still moving the frame: the quick network answers alone, and once for each place.
        """
        models, mode = self.models, self.mode
        if models is None:
            return
        if held or not self.ask_teacher:
            models = replace(models, teacher=None)
        box = None if frame.isNull() else to_box(frame, picture.image.width / picture.width)
        self._framing.ask(lambda: iter([Framed(picture, frame, examine(picture, models, box, mode, steady=not held))]))


def to_box(frame: QRectF, factor: float) -> Box:
    """Return a frame, made smaller or larger by a factor, as core has it."""
    return frame.left() * factor, frame.top() * factor, frame.right() * factor, frame.bottom() * factor
