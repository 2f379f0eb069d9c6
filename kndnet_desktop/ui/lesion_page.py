"""The page of one lesion: its picture, the frame in it, and the answer."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from kndnet_desktop.core.batch import Case, Examination, Models, examine, look
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.explain import HeatPainter, grad_cam
from kndnet_desktop.core.files import write_whole
from kndnet_desktop.core.images import Box, find_images
from kndnet_desktop.core.records import CaseResult, Finding
from kndnet_desktop.core.report_parts import photo
from kndnet_desktop.core.text import describe
from kndnet_desktop.ui.album import Album
from kndnet_desktop.ui.empty_view import EmptyView
from kndnet_desktop.ui.heat_bar import HeatBar
from kndnet_desktop.ui.image_view import ImageView, pyramid, to_qimage
from kndnet_desktop.ui.jobs import Jobs, Newest
from kndnet_desktop.ui.report_dialog import Subject
from kndnet_desktop.ui.result_panel import ResultPanel
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr

HEAT_SIDE = 320  # pixels of the painted heat map's longer side; it is smooth, the screen enlarges it
FRAMED = Finding("frame", "Only the part inside the frame was looked at.")


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """A case and its picture in the sizes that the screen needs; made in a job's thread."""

    case: Case
    levels: tuple[QImage, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Framed:
    frame: QRectF
    examination: Examination


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
        self._jobs, self._theme, self._samples = jobs, theme, samples.resolve()
        self._models: Models | None = None
        self._waiting: tuple[Path | bytes, str] | None = None
        self._mode: str | None = None
        self._ask_teacher = False
        self._album = Album()
        self._listing = 0
        self._case: Case | None = None
        self._result: CaseResult | None = None
        self._examination: Examination | None = None
        self._explained: str | None = None  # None follows the most probable class
        self._painter: HeatPainter | None = None
        self.undo_stack = QUndoStack(self)

        self._banner = QLabel()
        self._banner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._banner.setWordWrap(True)
        self._banner.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._banner.hide()
        self.view = ImageView()
        self.empty = EmptyView(theme)
        cover = QVBoxLayout(self.view)
        cover.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        cover.addWidget(self.empty)
        self.heat_bar = HeatBar(theme)
        self.panel = ResultPanel(theme)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._banner)
        column.addWidget(self.view, 1)
        column.addWidget(self.heat_bar)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([720, 380])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

        self._opening = Newest(jobs, self)
        self._opening.item.connect(self._on_opened)
        self._opening.failed.connect(self.broke)
        self._framing = Newest(jobs, self)
        self._framing.item.connect(self._on_framed)
        self._framing.failed.connect(self.broke)
        for lane in (self._opening, self._framing):
            lane.idle.connect(self.updated)
        self.view.frame_moved.connect(self._look_at_frame)
        self.view.frame_set.connect(lambda before, after: self.undo_stack.push(_SetFrame(self, before, after)))
        self.panel.class_chosen.connect(self.heat_bar.choose)
        self.panel.second_opinion.connect(self.set_ask_teacher)
        self.heat_bar.class_chosen.connect(self._explain)
        self.heat_bar.opacity_changed.connect(self.view.set_heat_opacity)
        self.heat_bar.shown_changed.connect(self.view.set_heat_shown)
        self.heat_bar.held.connect(self.view.hold_heat_hidden)
        theme.changed.connect(self._recolour)
        self._recolour()
        self._show_heat()

    # What the window asks for

    @property
    def result(self) -> CaseResult | None:
        """What is shown, or None."""
        return self._result

    @property
    def models(self) -> Models | None:
        """The models that are loaded, or None."""
        return self._models

    @property
    def place(self) -> tuple[int, int]:
        """The place of this picture in its album, from 1, and the album's size; (0, 0) for none."""
        return self._album.place

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels; (0, 0) for none."""
        picture = self._case.picture if self._case else None
        return (picture.width, picture.height) if picture else (0, 0)

    @property
    def has_picture(self) -> bool:
        """Whether there is an answer to copy, save or frame."""
        return self._examination is not None

    @property
    def busy(self) -> bool:
        """Whether an answer, or the list of what is in a folder, is on its way."""
        return self._opening.busy or self._framing.busy or self._waiting is not None or self._listing > 0

    def set_models(self, models: Models, *, ask_teacher: bool, mode: str | None) -> None:
        """Use these models from now on."""
        self._models, self._mode = models, mode
        self._ask_teacher = ask_teacher and models.teacher is not None
        self._painter = HeatPainter()
        self.heat_bar.set_classes(models.main.card.labels, self._painter)
        self.panel.set_teacher(models.teacher.card if models.teacher else None, on=self._ask_teacher)
        if self._waiting:
            source, name = self._waiting
            self._waiting = None
            self._open(source, name)

    def set_no_models(self, error: UserError) -> None:
        """Say that no picture can be answered, and why."""
        self._waiting = None
        self.empty.show_no_picture()
        self.panel.show_sentence(error.sentence, error.hint)
        self.updated.emit()

    def open_paths(self, paths: list[Path]) -> None:
        """Open files, or the pictures in folders, or one file with its neighbours to walk through."""
        alone = paths[0] if len(paths) == 1 and not paths[0].is_dir() else None
        if alone:
            self._open_from(Album((alone,)))
        self._listing += 1
        job = self._jobs.start(lambda: iter([tuple(find_images([alone.parent] if alone else paths))]))
        job.item.connect(lambda files: self._list_album(files, alone))
        job.failed.connect(self.broke)

    def open_bytes(self, data: bytes, name: str) -> None:
        """Open a picture that has no file."""
        self._album = Album()
        self._open(data, name)

    def step(self, by: int) -> None:
        """Go forward or back in the album; nothing happens at its ends."""
        stepped = self._album.stepped(by)
        if stepped != self._album:
            self._open_from(stepped)

    def set_mode(self, mode: str) -> None:
        """Use another calibration mode of the same network."""
        self._mode = mode
        self._look_again()

    def set_ask_teacher(self, on: bool) -> None:
        """Ask the teacher too, or no longer."""
        self._ask_teacher = on
        self._look_again()
        self.updated.emit()

    @property
    def ask_teacher(self) -> bool:
        """Whether the teacher is asked too."""
        return self._ask_teacher

    def toggle_frame(self, on: bool) -> None:
        """Offer a crop frame, or look at the whole picture again; can be undone."""
        before, after = self.view.frame, self.view.offered_frame() if on else QRectF()
        if self.has_picture and before.isNull() == on:
            self.undo_stack.push(_SetFrame(self, before, after))

    def apply_frame(self, frame: QRectF) -> None:
        """Show this frame and look at it; the whole picture if it is null."""
        self.view.set_frame(frame)
        self._look_again()
        self.updated.emit()

    def text(self) -> str:
        """Return the result as plain text, for the clipboard."""
        if not (self._result and self._models):
            return ""
        return describe(self._result, self._models.main.card, self.name)

    @property
    def name(self) -> str:
        """What the picture is called, without its folder."""
        return Path(self._result.path).name if self._result else ""

    def report_subject(self) -> Subject | None:
        """Return what a report on the picture is about, or None if there is no answer to report."""
        case, seen, result, models, painter = self._case, self._examination, self._result, self._models, self._painter
        if not (case and case.picture and seen and result and models and painter):
            return None
        picture, card, frame = case.picture, models.main.card, self.view.frame
        box = None if frame.isNull() else _scaled(frame, 1)
        explained = self._explained or seen.prediction.top
        cards = (card, models.teacher.card) if models.teacher and seen.teacher else (card,)
        return Subject(lambda: (photo(result, picture, seen, card, painter, explained=explained, frame=box),), cards)

    def save_overlay(self, target: Path) -> None:
        """Save the picture with the heat map that is shown as PNG, whole or not at all, and say so."""
        case, seen, painter = self._case, self._examination, self._painter
        if not (case and case.picture and seen and painter):
            return
        image, box = case.picture.image, seen.box
        heat = grad_cam(seen.cams, self._explained_index())
        opacity = self.heat_bar.opacity

        def save() -> Iterator[str]:
            buffer = io.BytesIO()
            painter.blend(image, heat, box, opacity).save(buffer, "PNG")
            try:
                write_whole(target, buffer.getvalue())
            except OSError as error:
                reason = (error.strerror or "unknown reason").lower()
                yield tr("“{name}” could not be saved: {reason}.", name=target.name, reason=reason)
            else:
                yield tr("Saved “{name}”.", name=target.name)

        job = self._jobs.start(save)
        job.item.connect(lambda message: self.said.emit(message))
        job.failed.connect(self.broke)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the pictures with the arrow keys that no control in focus has used."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.step(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    # Opening

    def _list_album(self, files: tuple[Path, ...], alone: Path | None) -> None:
        self._listing -= 1
        if alone is None:
            if files:
                self._open_from(Album(files))
            else:
                self.said.emit(tr("There is no picture in this folder."))
        elif self._album == Album((alone,)):  # else something else was opened meanwhile
            self._album = self._album.among(files)
        self.updated.emit()

    def _open_from(self, album: Album) -> None:
        self._album = album
        self._open(album.current, str(album.current))

    def _open(self, source: Path | bytes, name: str) -> None:
        self.undo_stack.clear()
        self._framing.drop()
        models, mode = self._models, self._mode
        if models is None:
            self._waiting = source, name
            return
        asked = models if self._ask_teacher else replace(models, teacher=None)

        def work() -> Iterator[_Opened]:
            for case in look(source, name, asked, mode):
                yield _Opened(case, tuple(pyramid(case.picture.image)) if case.picture else ())

        self._opening.ask(work, instead=True)

    def _on_opened(self, opened: _Opened) -> None:
        case = opened.case
        sharper = self._case is not None and self._case.result is case.result
        self._case = case
        width, height = self.picture_size
        self.view.set_picture(list(opened.levels), width, height, keep_view=sharper)
        if opened.levels:
            self.empty.hide()
        else:
            self.empty.show_no_picture()
        if sharper:
            if self.view.frame.isNull() and case.examination:
                self._examination = case.examination
                self._show_heat()
            else:
                self._look_again()
            return
        self._examination = case.examination
        self._show(case.result)
        self.shown.emit(case.result)

    # Looking again at what is open

    def _look_again(self) -> None:
        if self._case and self._case.picture:
            self._look(self.view.frame, self._ask_teacher)

    def _look_at_frame(self, frame: QRectF) -> None:
        self._look(frame, with_teacher=False)  # while the hand moves, the quick network answers alone

    def _look(self, frame: QRectF, with_teacher: bool) -> None:
        if not (self._case and self._case.picture and self._models):
            return
        picture, mode = self._case.picture, self._mode
        models = self._models if with_teacher else replace(self._models, teacher=None)
        box = None if frame.isNull() else _scaled(frame, picture.image.width / picture.width)
        self._framing.ask(lambda: iter([_Framed(frame, examine(picture, models, box, mode))]))

    def _on_framed(self, framed: _Framed) -> None:
        if not (self._case and self._case.picture):
            return
        self._examination = framed.examination
        picture, seen = self._case.picture, framed.examination
        own = () if framed.frame.isNull() else (FRAMED,)
        self._show(
            replace(
                self._case.result,
                prediction=seen.prediction,
                teacher=seen.teacher,
                flags=picture.flags + own + seen.flags,
            )
        )

    # Showing

    def _show(self, result: CaseResult) -> None:
        self._result = result
        if result.prediction and self._models:
            self.panel.show_result(result, self._models.main.card, self._explained or result.prediction.top)
        else:
            self.panel.show_sentence(tr("This picture can't be answered"), tr(result.message))
        drawn = Path(result.path).resolve().parent == self._samples
        self._banner.setText(tr("Drawn sample: synthetic, shows no person") if drawn else "")
        self._banner.setVisible(drawn)
        self._show_heat()
        self.updated.emit()

    def _explain(self, code: str) -> None:
        self._explained = code or None
        if self._result and self._result.prediction and self._models:
            card = self._models.main.card
            self.panel.show_result(self._result, card, self._explained or self._result.prediction.top)
        self._show_heat()

    def _explained_index(self) -> int:
        assert self._models, "an answer comes from a model"
        assert self._examination, "there is an answer to explain"
        return self._models.main.card.codes.index(self._explained or self._examination.prediction.top)

    def _show_heat(self) -> None:
        seen, case = self._examination, self._case
        if not (seen and case and case.picture and self._painter):
            self.view.set_heat(None, QRectF())
            self.heat_bar.set_nothing(False)
            self.heat_bar.setEnabled(False)
            return
        self.heat_bar.setEnabled(True)
        heat = grad_cam(seen.cams, self._explained_index())
        factor = case.picture.width / case.picture.image.width
        left, top, right, bottom = (edge * factor for edge in seen.box)
        scale = HEAT_SIDE / max(right - left, bottom - top)
        overlay = self._painter.overlay(
            heat, max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
        )
        self.view.set_heat(to_qimage(overlay), QRectF(QPointF(left, top), QPointF(right, bottom)))
        self.heat_bar.set_nothing(not heat.any())

    def _recolour(self) -> None:
        colours = self._theme.colours
        self._banner.setStyleSheet(f"color: {colours.text}; background: {colours.track};")


class _SetFrame(QUndoCommand):
    """One change of the crop frame."""

    def __init__(self, page: LesionPage, before: QRectF, after: QRectF) -> None:
        super().__init__("frame")
        self._page, self._before, self._after = page, QRectF(before), QRectF(after)

    def redo(self) -> None:
        self._page.apply_frame(self._after)

    def undo(self) -> None:
        self._page.apply_frame(self._before)


def _scaled(frame: QRectF, factor: float) -> Box:
    return frame.left() * factor, frame.top() * factor, frame.right() * factor, frame.bottom() * factor
