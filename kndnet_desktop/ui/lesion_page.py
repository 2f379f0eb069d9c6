"""The page of one lesion: its picture, the frame in it, and the answer."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QUndoStack
from PySide6.QtWidgets import QAbstractButton, QSplitter, QVBoxLayout, QWidget

from kndnet_desktop.core.batch import Case, to_result
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Examination, Models
from kndnet_desktop.core.records import CaseResult, Finding
from kndnet_desktop.core.report_parts import photo
from kndnet_desktop.core.text import describe
from kndnet_desktop.ui.album import Walk
from kndnet_desktop.ui.frame import SetFrame
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.looker import Framed, Looker, Opened, to_box
from kndnet_desktop.ui.photo_side import PhotoSide
from kndnet_desktop.ui.probe import Probe
from kndnet_desktop.ui.report_dialog import Subject
from kndnet_desktop.ui.result_panel import ResultPanel
from kndnet_desktop.ui.theme import Theme
from kndnet_desktop.ui.translator import tr

STEPS: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
FRAMED = Finding("frame", "Only the part inside the frame was looked at.")


class LesionPage(QWidget):
    """Shows one picture of an album of files, and what the models say of it.

    Args:
        jobs: Where work runs.
        theme: Colours and icons.
        samples: Folder of the drawn samples, which are labelled as such.

    Signals:
        shown: Another case is shown; carries its CaseResult.
        updated: Anything that menus and status line depend on has changed.
        said: A short message for the status line.
        broke: A job met a bug; carries the exception.
    """

    shown = Signal(object)
    updated = Signal()
    said = Signal(str)
    broke = Signal(object)

    def __init__(self, jobs: Jobs, theme: Theme, samples: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looker = Looker(jobs, self)
        self._walk = Walk(jobs, self)
        self._case: Case | None = None
        self._result: CaseResult | None = None
        self._examination: Examination | None = None
        self._frame = QRectF()  # that was examined; the view's may be another one by now
        self._explained: str | None = None  # None follows the most probable class
        self._anyway = False  # whether the answer to a refused picture is shown; never beyond that picture
        self.undo_stack = QUndoStack(self)

        side = self._side = PhotoSide(jobs, theme, samples)
        self.view, self.empty = side.view, side.empty
        self.heat_bar, self.heat, self.patch = side.heat_bar, side.heat, side.patch
        self.probe = Probe(jobs, self.patch, self)
        self.panel = ResultPanel(theme)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(side)
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([720, 380])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

        for button in self.findChildren(QAbstractButton):
            if button.group() is None:
                button.installEventFilter(self)
        self._walk.reached.connect(lambda path: self._open(path, str(path)))
        self._walk.listed.connect(self.updated)
        self._looker.opened.connect(self._on_opened)
        self._looker.framed.connect(self._on_framed)
        self._looker.idle.connect(self.updated)
        self.view.frame_moved.connect(lambda _: self._look_again(held=True))
        self.view.frame_set.connect(self._on_frame_set)
        self.panel.class_chosen.connect(self.heat_bar.choose)
        self.panel.second_opinion.connect(self.set_ask_teacher)
        self.panel.anyway_wanted.connect(self._show_anyway)
        self.heat_bar.class_chosen.connect(self._explain)
        self.probe.answered.connect(self.panel.show_covered)
        self.probe.ended.connect(lambda: self.panel.show_covered(None))
        for speaker in (self._walk, self.heat):
            speaker.said.connect(self.said)
        for part in (self._walk, self._looker, self.heat, self.probe):
            part.broke.connect(self.broke)

    # What the window asks for

    @property
    def result(self) -> CaseResult | None:
        """What is shown, or None."""
        return self._result

    @property
    def models(self) -> Models | None:
        """The models that are loaded, or None."""
        return self._looker.models

    @property
    def place(self) -> tuple[int, int]:
        """The place of this picture in its album, from 1, and the album's size; (0, 0) for none."""
        return self._walk.place

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels; (0, 0) for none."""
        picture = self._case.picture if self._case else None
        return (picture.width, picture.height) if picture else (0, 0)

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture to look at, and to frame."""
        return self._examination is not None

    @property
    def has_answer(self) -> bool:
        """Whether there is an answer to save and report; one shown against a refusal never leaves the window."""
        return self._result is not None and self._result.prediction is not None

    @property
    def is_settled(self) -> bool:
        """Whether there is an answer, and it is that to the frame, mode and second opinion that are chosen now."""
        return self.has_answer and not self._looker.framing

    @property
    def busy(self) -> bool:
        """Whether an answer, or the list of what is in a folder, is on its way."""
        return self._looker.busy or self._walk.busy

    def set_models(self, models: Models, *, ask_teacher: bool, mode: str | None) -> None:
        """Use these models from now on."""
        self.heat.set_model(models.main)
        self.panel.set_teacher(models.teacher.card if models.teacher else None, on=ask_teacher)
        self._looker.set_models(models, ask_teacher=ask_teacher, mode=mode)

    def set_no_models(self, error: UserError) -> None:
        """Say that no picture can be answered, and why."""
        self._looker.give_up()
        self.empty.show_no_picture()
        self.panel.show_sentence(tr(error.sentence), tr(error.hint))
        self.updated.emit()

    def open_paths(self, paths: list[Path]) -> None:
        """Open files, or the pictures in folders, or one file with its neighbours to walk through."""
        self._walk.open_paths(paths)

    def open_bytes(self, data: bytes, name: str) -> None:
        """Open a picture that has no file."""
        self._walk.leave()
        self._open(data, name)

    def step(self, by: int) -> None:
        """Go forward or back in the album; nothing happens at its ends."""
        self._walk.step(by)

    def set_mode(self, mode: str) -> None:
        """Use another calibration mode of the same network."""
        self._looker.mode = mode
        self._look_again()

    def set_ask_teacher(self, on: bool) -> None:
        """Ask the teacher too, or no longer."""
        self._looker.ask_teacher = on
        self._look_again()
        self.updated.emit()

    @property
    def ask_teacher(self) -> bool:
        """Whether the teacher is asked too."""
        return self._looker.ask_teacher

    def toggle_frame(self, on: bool) -> None:
        """Offer a crop frame, or look at the whole picture again; can be undone."""
        before, after = self.view.frame, self.view.offered_frame() if on else QRectF()
        if self.has_picture and before.isNull() == on:
            self.undo_stack.push(SetFrame(self.apply_frame, before, after))

    def _on_frame_set(self, before: QRectF, after: QRectF) -> None:
        if before == after:
            self._look_again()  # what is there was a quick look while the frame was held
        else:
            self.undo_stack.push(SetFrame(self.apply_frame, before, after))

    def apply_frame(self, frame: QRectF) -> None:
        """Show this frame and look at it; the whole picture if it is null."""
        self.view.set_frame(frame)
        self._look_again()
        self.updated.emit()

    def text(self) -> str:
        """Return the result as plain text, for the clipboard."""
        if not (self._result and self.models):
            return ""
        target = self.panel.setting.target
        return describe(self._result, self.models.main.card, self.name, target=target, say=tr)

    @property
    def name(self) -> str:
        """What the picture is called, without its folder."""
        return Path(self._result.path).name if self._result else ""

    def report_subject(self) -> Subject | None:
        """Return what a report on the picture is about, or None if there is no answer to report."""
        case, seen, result, models = self._case, self._examination, self._result, self.models
        painter = self.heat.painter
        if not (case and case.picture and seen and result and result.prediction and models and painter):
            return None
        picture, card, frame = case.picture, models.main.card, self._frame
        box = None if frame.isNull() else to_box(frame, 1)
        explained = self._explained or seen.prediction.top
        cards = (card, models.teacher.card) if models.teacher and seen.teacher else (card,)
        return Subject(
            lambda: (photo(result, picture, seen, card, painter, explained=explained, frame=box),),
            cards,
            self.panel.setting.target,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the pictures with the arrow keys that no control in focus has used."""
        if event.key() in STEPS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.step(STEPS[event.key()])
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Walk through the pictures also where a button was clicked last: Qt would go to the next control."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in STEPS:
            self.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    # Opening

    def _open(self, source: Path | bytes, name: str) -> None:
        self.undo_stack.clear()
        self.patch.lift()
        self._looker.open(source, name)

    def _on_opened(self, opened: Opened) -> None:
        case = opened.case
        sharper = self._case is not None and self._case.result is case.result
        self._case = case
        width, height = self.picture_size
        self.view.set_picture(list(opened.levels), width, height, keep_view=sharper)
        if opened.levels:
            self.empty.hide()
        else:
            self.empty.show_no_picture()
        current = opened.asking == self._looker.asking
        if sharper:
            # A frame's answer may still be the one that is shown, although the frame is gone.
            if self._result is case.result and self.view.frame.isNull() and current and case.examination:
                self._examination = case.examination
                self._show_examination()
            else:
                self._look_again()
            return
        self.undo_stack.clear()  # again: while this one was on its way, the one before could still be framed
        self._examination, self._frame, self._anyway = case.examination, QRectF(), False
        self._show(case.result)
        self.shown.emit(case.result)
        if not current:
            self._look_again()

    # Looking again at what is open

    def _look_again(self, *, held: bool = False) -> None:
        if self._case and self._case.picture:
            began = not self._looker.framing
            self._looker.look_at(self._case.picture, self.view.frame, held=held)
            if began:
                self.updated.emit()

    def _on_framed(self, framed: Framed) -> None:
        if not (self._case and framed.picture is self._case.picture):
            return  # of the photo before, or of this one before it was sharp, which is looked at again by itself
        self._examination, self._frame = framed.examination, framed.frame
        own = () if framed.frame.isNull() else (FRAMED,)
        result = self._result_of(self._case, framed.examination)
        self._show(replace(result, flags=own + result.flags))

    # Showing

    def _result_of(self, case: Case, seen: Examination, *, anyway: bool = False) -> CaseResult:
        assert case.picture, "what was examined is a picture"
        return to_result(case.result.path, case.picture, seen, case.result.milliseconds, anyway=anyway)

    def _show(self, result: CaseResult) -> None:
        self._result = result
        if not self._answer():
            refused = result.status == "rejected"
            headline = tr("Not answered") if refused else tr("This picture can't be answered")
            self.panel.show_sentence(headline, tr(result.message), refused=refused)
        self._side.label(result.path)
        self._show_examination()
        self.updated.emit()

    def _show_anyway(self) -> None:
        self._anyway = True
        self._show_examination()
        self.panel.rows[0].setFocus()  # the button that had it is gone
        self.updated.emit()

    def _answer(self) -> CaseResult | None:
        """Return the answer that is on the screen: the result's own, or one shown against a refusal."""
        if self._result and self._result.status == "rejected" and self._anyway and self._case and self._examination:
            shown = self._result_of(self._case, self._examination, anyway=True)
            return replace(shown, flags=(shown.flags[0], *self._result.flags))
        return self._result if self._result and self._result.prediction else None

    def _explain(self, code: str) -> None:
        self._explained = code or None
        self._show_examination()

    def _show_examination(self) -> None:
        """Show the answer with its heat map, and let it be probed; none of that where there is no answer."""
        seen, case, answer = self._examination, self._case, self._answer()
        if not (seen and case and case.picture and answer and self.models):
            self.heat.clear()
            self.probe.clear()
            self.heat_bar.probe_button.setChecked(False)
            return
        model = self.models.main
        explained = self._explained or seen.prediction.top
        self.panel.show_result(answer, model.card, explained)
        # The steadiness is left out only while the hand moves the frame; another answer is about to follow then.
        self.heat.show(case.picture, seen, model.card.codes.index(explained), settled=seen.stability is not None)
        self.probe.set_subject(model, case.picture, seen.box, seen.prediction.mode)
