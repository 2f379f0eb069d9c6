"""The occlusion probe: what the answer would be if a part of the lesion were not there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PIL import Image
from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QColor

from kndnet_desktop.core.classifier import Classifier
from kndnet_desktop.core.explain import covered, skin_colour
from kndnet_desktop.core.images import Box, Picture, halved, to_doubled
from kndnet_desktop.core.trust import probabilities
from kndnet_desktop.ui.jobs import Jobs, Newest
from kndnet_desktop.ui.patch_layer import PatchLayer


@dataclass(frozen=True, slots=True, eq=False)
class _Subject:
    """What is probed: a frame of a picture, and whom to ask about it."""

    model: Classifier
    picture: Picture
    box: Box
    mode: str


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """The frame as the network sees it; made once, in a job's thread, and used for every place of the patch."""

    doubled: Image.Image
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    subject: _Subject
    frame: _Frame
    patch: QRectF
    shares: Mapping[str, float]
    p_malignant: float


class Probe(QObject):
    """Asks the network about the frame with the patch over it, as fast as the hand moves.

    Nothing of it is kept: an answer to a covered picture is no answer to the picture.

    Args:
        jobs: Where the network runs.
        layer: The patch.

    Signals:
        answered: Carries class code to probability, and the probability of malignancy, with the part covered.
        ended: The answer itself is to be shown again.
        broke: A job met a bug; carries the exception.
    """

    answered = Signal(object, float)
    ended = Signal()
    broke = Signal(object)

    def __init__(self, jobs: Jobs, layer: PatchLayer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layer = layer
        self._subject: _Subject | None = None
        self._frame: _Frame | None = None
        self._asking = Newest(jobs, self)
        self._asking.item.connect(self._on_answer)
        self._asking.failed.connect(self.broke)
        layer.moved.connect(self._on_moved)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._asking.busy

    def set_subject(self, model: Classifier, picture: Picture, box: Box, mode: str) -> None:
        """Probe this frame of this picture from now on, ``box`` in pixels of ``picture.image``."""
        old = self._subject
        if not (old and old.picture is picture and (old.model, old.box, old.mode) == (model, box, mode)):
            self._subject, self._frame = _Subject(model, picture, box, mode), None
        # Also where nothing has changed: the answer itself was shown again just now, and the patch still lies there.
        if not self._layer.patch.isNull():
            self._on_moved(self._layer.patch)

    def clear(self) -> None:
        """Probe nothing: there is no answer."""
        self._subject = self._frame = None
        self._asking.drop()

    def _on_moved(self, patch: QRectF) -> None:
        subject = self._subject
        if patch.isNull() or subject is None:
            self._asking.drop()
            self.ended.emit()
            return
        frame = self._frame
        self._asking.ask(lambda: _asked(subject, frame, patch))

    def _on_answer(self, answer: _Answer) -> None:
        if answer.subject is not self._subject or self._layer.patch.isNull():
            return
        self._frame = answer.frame
        self._layer.set_colour(QColor(*answer.frame.colour))
        self.answered.emit(answer.shares, answer.p_malignant)


def _asked(subject: _Subject, frame: _Frame | None, patch: QRectF) -> Iterator[_Answer]:
    card = subject.model.card
    if frame is None:
        doubled, _ = to_doubled(subject.picture.image, card.input, subject.box)
        frame = _Frame(doubled, skin_colour(doubled))
    left, top, right, bottom = subject.box
    # From the full-size picture, in which the patch is placed, by way of the decoded one to the frame.
    scale = subject.picture.image.width / subject.picture.width
    across, down = frame.doubled.width / (right - left), frame.doubled.height / (bottom - top)
    box = (
        (patch.left() * scale - left) * across,
        (patch.top() * scale - top) * down,
        (patch.right() * scale - left) * across,
        (patch.bottom() * scale - top) * down,
    )
    pixels = halved(covered(frame.doubled, box, frame.colour))
    shares = probabilities(subject.model.run(pixels[None]).logits[0], card.calibration, subject.mode)
    by_code = {code: float(share) for code, share in zip(card.codes, shares, strict=True)}
    p_malignant = sum(by_code[label.code] for label in card.labels if label.malignant)
    yield _Answer(subject, frame, patch, by_code, p_malignant)
