"""What a clinician does on the lesion page, on the real window with the real student."""

import functools
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from kndnet_desktop.core import batch
from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Examination, Models, examine
from kndnet_desktop.core.images import Picture, read_image
from kndnet_desktop.settings import Settings
from kndnet_desktop.ui import album, looker
from kndnet_desktop.ui.batch_report_dialog import BatchReportDialog, Order
from kndnet_desktop.ui.empty_view import TITLE
from kndnet_desktop.ui.image_view import ImageView
from kndnet_desktop.ui.report_dialog import ReportDialog
from kndnet_desktop.ui.result_panel import NO_TEACHER
from tests.ui.conftest import PATIENCE, Desk

LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def folder(tmp_path: Path, samples: Path) -> Path:
    """Three photos and a file that is none, named so that their order is a, b, c, d."""
    photos = sorted(samples.glob("*.jpg"))[:3]
    for name, photo in zip(("a ä.jpg", "b.jpg", "d 皮膚.jpg"), photos, strict=True):
        shutil.copy(photo, tmp_path / name)
    (tmp_path / "c.jpg").write_bytes(photos[0].read_bytes()[:5000])
    return tmp_path


def on_screen(view: ImageView, x: float, y: float) -> QPoint:
    """Return the place in the widget of a place in the picture."""
    return view.to_screen(QRectF(x, y, 0, 0)).topLeft().toPoint()


def shown_probabilities(desk: Desk) -> dict[str, float]:
    return {row.code: row._share for row in desk.page.panel.rows}


def test_an_empty_window_says_what_to_do(desk: Desk) -> None:
    assert desk.page.empty.title.text() == TITLE
    assert desk.page.empty.isVisible()
    assert not desk.page.heat_bar.isEnabled()
    assert not any(row.isVisible() for row in desk.page.panel.rows)
    assert not desk.window.action("copy").isEnabled()


def test_the_window_says_what_the_command_line_says(desk: Desk, samples: Path, student: OnnxClassifier) -> None:
    photo = samples / "drawn-nevus.jpg"
    result = desk.open(photo)
    (case,) = classify([photo], Models(student))
    assert case.result.prediction
    assert result.prediction
    assert result.prediction.probabilities == case.result.prediction.probabilities
    assert shown_probabilities(desk) == case.result.prediction.probabilities
    shares = [row._share for row in desk.page.panel.rows]
    assert shares == sorted(shares, reverse=True)
    assert desk.page._side.banner.isVisible(), "drawn samples are labelled synthetic"
    assert not desk.page.empty.isVisible()


def test_arrow_keys_walk_through_the_folder_past_a_bad_file(desk: Desk, folder: Path) -> None:
    desk.open(folder / "b.jpg")
    assert desk.page.place == (2, 4)
    view = desk.page.view
    bad = desk.after(lambda: desk.bot.keyClick(view, Qt.Key.Key_Right))
    assert bad.status == "error"
    assert "can't be answered" in desk.page.panel.headline
    assert not any(row.isVisible() for row in desk.page.panel.rows)
    assert not desk.window.action("copy").isEnabled()
    assert not desk.window.action("frame").isEnabled()
    assert desk.after(lambda: desk.bot.keyClick(view, Qt.Key.Key_Right)).status == "ok"
    assert Path(desk.page.result.path).name == "d 皮膚.jpg" if desk.page.result else False
    assert not desk.window.action("next").isEnabled()
    desk.after(lambda: desk.bot.keyClick(desk.window, Qt.Key.Key_PageUp))
    desk.after(lambda: desk.window.action("previous").trigger())
    assert desk.page.name == "b.jpg"
    assert "2 of 4" in desk.window.status.place.text()


@pytest.mark.parametrize("how", ["frame", "teacher", "mode"])
def test_what_is_asked_while_the_next_photo_is_on_its_way_is_never_answered_with_the_one_before(
    make_desk: Callable[[Settings, Models | None], Desk],
    student: OnnxClassifier,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    desk = make_desk(Settings(theme="light"), Models(student, student))
    alone = desk.open(folder / "d 皮膚.jpg").prediction
    desk.open(folder / "b.jpg", folder / "d 皮膚.jpg")
    readable, answerable = threading.Event(), threading.Event()

    def slowly(path: Path) -> bytes:
        assert readable.wait(PATIENCE / 1000)
        return path.read_bytes()

    def late(picture: Picture, *arguments: Any, **options: Any) -> Examination:
        assert answerable.wait(PATIENCE / 1000)
        return examine(picture, *arguments, **options)

    monkeypatch.setattr(batch, "read_bytes", slowly)
    monkeypatch.setattr(looker, "examine", late)
    desk.page.step(1)
    {
        "frame": desk.window.action("frame").trigger,
        "teacher": lambda: desk.page.set_ask_teacher(True),
        "mode": lambda: desk.page.set_mode("accuracy"),
    }[how]()
    desk.after(readable.set)
    answerable.set()
    desk.settled()
    result = desk.page.result
    assert alone
    assert result
    assert result.prediction
    assert desk.page.name == "d 皮膚.jpg"
    assert result.prediction.mode == ("accuracy" if how == "mode" else alone.mode)
    if how != "mode":
        assert result.prediction.probabilities == alone.probabilities
    assert shown_probabilities(desk) == result.prediction.probabilities
    assert bool(result.teacher) == (how == "teacher"), "what was chosen meanwhile holds for the next photo"
    assert not any(flag.code == "frame" for flag in result.flags)
    assert desk.page.view.frame.isNull()
    assert not desk.page.undo_stack.canUndo()


def test_a_heat_map_lies_where_the_lesion_is_although_the_mode_changed_before_the_photo_was_sharp(
    desk: Desk, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Image.open(samples / "drawn-nevus.jpg") as image:
        image.resize((4000, 3000)).save(tmp_path / "large.jpg")
    sharp, complete = threading.Event(), batch.read_image

    def slowly(data: bytes, enough: tuple[int, int] | None = None) -> Picture:
        assert enough or sharp.wait(PATIENCE / 1000)
        return complete(data, enough) if enough else complete(data)

    monkeypatch.setattr(batch, "read_image", slowly)
    desk.after(lambda: desk.window.open_paths([tmp_path / "large.jpg"]))
    desk.page.set_mode("accuracy")
    desk.bot.waitUntil(lambda: "Accuracy mode" in desk.window.status.answer.text(), timeout=PATIENCE)
    sharp.set()
    desk.settled()
    seen = desk.page._examination
    assert seen
    assert seen.prediction.mode == "accuracy"
    assert seen.box[2] - seen.box[0] > 2000, "in pixels of the full-size photo"


def test_a_frame_s_answer_goes_with_the_frame_although_the_photo_became_sharp_meanwhile(
    desk: Desk, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Image.open(samples / "drawn-nevus.jpg") as image:
        image.resize((4000, 3000)).save(tmp_path / "large.jpg")
    sharp, answerable, complete = threading.Event(), threading.Event(), batch.read_image

    def slowly(data: bytes, enough: tuple[int, int] | None = None) -> Picture:
        assert enough or sharp.wait(PATIENCE / 1000)
        return complete(data, enough) if enough else complete(data)

    def late(picture: Picture, *arguments: Any, **options: Any) -> Examination:
        assert answerable.wait(PATIENCE / 1000)
        return examine(picture, *arguments, **options)

    monkeypatch.setattr(batch, "read_image", slowly)
    desk.after(lambda: desk.window.open_paths([tmp_path / "large.jpg"]))
    desk.window.action("frame").trigger()
    desk.bot.waitUntil(lambda: not desk.page._looker.framing, timeout=PATIENCE)
    result = desk.page.result
    assert result
    assert result.flags[0].code == "frame"
    monkeypatch.setattr(looker, "examine", late)
    desk.window.action("frame").trigger()
    with desk.bot.waitSignal(desk.page._looker.opened, timeout=PATIENCE):
        sharp.set()
    answerable.set()
    desk.settled()
    result, seen = desk.page.result, desk.page._examination
    assert result
    assert seen
    assert desk.page.view.frame.isNull()
    assert not any(flag.code == "frame" for flag in result.flags)
    assert result.prediction == seen.prediction
    assert shown_probabilities(desk) == seen.prediction.probabilities


def test_no_report_is_made_while_the_frame_s_answer_is_on_its_way(
    desk: Desk, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answerable = threading.Event()

    def late(picture: Picture, *arguments: Any, **options: Any) -> Examination:
        assert answerable.wait(PATIENCE / 1000)
        return examine(picture, *arguments, **options)

    desk.open(samples / "drawn-nevus.jpg")
    monkeypatch.setattr(looker, "examine", late)
    report = desk.window.action("report")
    for change in (desk.window.action("frame").trigger, lambda: desk.page.set_mode("accuracy")):
        answerable.clear()
        assert report.isEnabled()
        change()
        assert not report.isEnabled()
        subject = desk.page.report_subject()
        assert subject
        (photo,) = subject.shoot()
        framed = any(flag.code == "frame" for flag in photo.result.flags)
        assert framed is (photo.frame is not None), "frame and answer belong together at any moment"
        answerable.set()
        desk.settled()
    assert report.isEnabled()


def test_a_link_in_a_circle_is_told_and_no_fault(desk: Desk, folder: Path) -> None:
    (folder / "b.jpg").unlink()
    (folder / "b.jpg").symlink_to("b.jpg")
    desk.open(folder / "a ä.jpg")
    assert desk.after(lambda: desk.page.step(1)).status == "error"
    assert not desk.page._side.banner.isVisible()


def test_the_window_waits_for_no_disk_while_a_frame_is_dragged(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open(folder / "b.jpg")
    asked: list[str] = []
    for name in ("stat", "lstat", "readlink"):
        real = getattr(os, name)

        def noted(path: Any, *args: Any, real: Any = real, **options: Any) -> Any:
            if threading.current_thread() is threading.main_thread():
                asked.append(str(path))
            return real(path, *args, **options)

        monkeypatch.setattr(os, name, noted)
    desk.page.toggle_frame(True)
    desk.settled()
    assert [path for path in asked if path.startswith(str(folder))] == []


def test_the_heat_map_is_back_when_the_space_bar_is_let_go_of_elsewhere(desk: Desk, folder: Path) -> None:
    desk.open(folder / "b.jpg", folder / "d 皮膚.jpg")
    view = desk.page.view
    view.setFocus()
    hidden: list[bool] = []
    view.heat_hidden.connect(hidden.append)
    desk.bot.keyPress(view, Qt.Key.Key_Space)
    desk.bot.keyClick(view, Qt.Key.Key_Tab)
    assert hidden == [True, False]
    view.hold_heat_hidden(True)
    desk.after(lambda: desk.page.step(1))
    assert hidden == [True, False, True, False], "nor does the next photo hide it"
    desk.page.heat_bar.probe_button.setChecked(True)
    desk.bot.keyPress(desk.page.patch, Qt.Key.Key_Space)
    desk.page.heat_bar.slider.setFocus()
    assert hidden == [True, False] * 3, "nor the patch, where that had the focus"


def test_a_zoomed_photo_is_moved_by_keyboard(desk: Desk, folder: Path) -> None:
    desk.open(folder / "b.jpg", folder / "d 皮膚.jpg")
    view = desk.page.view
    view.zoom_by(4)
    before = view.to_picture(QPointF(0, 0))
    desk.bot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    desk.bot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    after = view.to_picture(QPointF(0, 0))
    assert after.x() > before.x()
    assert after.y() > before.y()
    assert desk.page.name == "b.jpg", "nor does it turn to the next one"


def test_nothing_is_undone_on_a_page_that_is_not_shown(desk: Desk, folder: Path) -> None:
    desk.open(folder / "b.jpg")
    desk.window.action("frame").trigger()
    desk.settled()
    assert desk.window.action("undo").isEnabled()
    desk.window.tabs.setCurrentIndex(1)
    assert not desk.window.action("undo").isEnabled()
    desk.window.tabs.setCurrentIndex(0)
    assert desk.window.action("undo").isEnabled()


def test_a_folder_opens_its_first_picture(desk: Desk, folder: Path) -> None:
    assert Path(desk.open(folder).path).name == "a ä.jpg"
    assert desk.page.place == (1, 4)


def test_several_files_are_an_album_of_their_own(desk: Desk, folder: Path) -> None:
    desk.open(folder / "d 皮膚.jpg", folder / "a ä.jpg")
    assert desk.page.place == (1, 2)
    assert desk.page.name == "d 皮膚.jpg"


def test_an_empty_folder_is_told(desk: Desk, tmp_path: Path) -> None:
    with desk.bot.waitSignal(desk.page.said) as said:
        desk.window.open_paths([tmp_path])
    assert "no picture" in said.args[0]


def drop(desk: Desk, data: QMimeData) -> None:
    at, action = QPointF(200, 200), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at.toPoint(), action, data, LEFT, NONE)
    QApplication.sendEvent(desk.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(desk.window, QDropEvent(at, action, data, LEFT, NONE))


def test_files_folders_and_urls_can_be_dropped(desk: Desk, folder: Path) -> None:
    for path, name in ((folder / "d 皮膚.jpg", "d 皮膚.jpg"), (folder, "a ä.jpg")):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        desk.after(lambda data=data: drop(desk, data))
        assert desk.page.name == name
        desk.settled()


def test_a_dropped_web_address_is_not_fetched_but_told(desk: Desk) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/lesion.jpg")])
    drop(desk, data)
    assert "nothing is fetched" in desk.window.status.message.text()
    assert desk.page.result is None


def test_a_picture_a_file_and_a_path_can_be_pasted(desk: Desk, samples: Path, folder: Path) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setImage(QImage(str(samples / "drawn-nevus.jpg")))
    pasted = desk.after(desk.window.action("paste").trigger)
    assert pasted.status == "ok"
    assert pasted.path == "Pasted picture"
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(folder / "b.jpg"))])
    clipboard.setMimeData(files)
    assert Path(desk.after(desk.window.action("paste").trigger).path).name == "b.jpg"
    clipboard.setText(f'"{folder / "a ä.jpg"}"')
    assert Path(desk.after(desk.window.action("paste").trigger).path).name == "a ä.jpg"
    clipboard.setText("no path")
    desk.window.action("paste").trigger()
    assert "no photo in the clipboard" in desk.window.status.message.text()


def test_dragging_the_frame_moves_the_answer_with_the_hand(desk: Desk, samples: Path, student: OnnxClassifier) -> None:
    photo = samples / "drawn-asymmetric.jpg"
    whole = desk.open(photo)
    desk.window.action("frame").trigger()
    desk.settled()
    view, frame = desk.page.view, desk.page.view.frame
    assert not frame.isNull()
    answers: list[object] = []
    desk.page.updated.connect(lambda: answers.append(desk.page.result))
    corner = on_screen(view, frame.right(), frame.bottom())
    desk.bot.mousePress(view, LEFT, NONE, corner)
    for step in range(1, 6):
        with desk.bot.waitSignal(desk.page.updated, timeout=PATIENCE):
            desk.bot.mouseMove(view, corner - QPoint(12 * step, 12 * step))
    desk.bot.mouseRelease(view, LEFT, NONE, corner - QPoint(60, 60))
    desk.settled()
    assert len(answers) >= 5, "the answer is renewed while the hand moves, not only when it lets go"
    smaller = desk.page.view.frame
    assert smaller.width() < frame.width()
    assert smaller.topLeft() == frame.topLeft()
    box = (smaller.left(), smaller.top(), smaller.right(), smaller.bottom())
    expected = examine(read_image(photo), Models(student), box).prediction.probabilities
    assert shown_probabilities(desk) == pytest.approx(expected, abs=1e-6)
    assert "frame" in [flag.code for flag in desk.page.result.flags] if desk.page.result else False

    desk.window.action("undo").trigger()
    desk.settled()
    assert desk.page.view.frame == frame
    desk.window.action("undo").trigger()
    desk.settled()
    assert desk.page.view.frame.isNull()
    assert whole.prediction
    assert shown_probabilities(desk) == pytest.approx(dict(whole.prediction.probabilities), abs=1e-6)
    desk.window.action("redo").trigger()
    desk.window.action("redo").trigger()
    desk.settled()
    assert desk.page.view.frame == smaller


def test_a_drag_that_ends_where_it_began_ends_with_the_whole_answer(
    make_desk: Callable[[Settings, Models | None], Desk], samples: Path, student: OnnxClassifier
) -> None:
    desk = make_desk(Settings(second_opinion=True), Models(student, teacher=student))
    desk.open(samples / "drawn-nevus.jpg")
    desk.window.action("frame").trigger()
    desk.settled()
    view, frame = desk.page.view, desk.page.view.frame
    corner = on_screen(view, frame.right(), frame.bottom())
    desk.bot.mousePress(view, LEFT, NONE, corner)
    for place in (corner - QPoint(30, 30), corner):
        with desk.bot.waitSignal(desk.page.updated, timeout=PATIENCE):
            desk.bot.mouseMove(view, place)
    desk.bot.mouseRelease(view, LEFT, NONE, corner)
    desk.settled()
    assert view.frame == frame
    assert desk.page.result
    assert desk.page.result.teacher
    assert desk.page.result.stability
    assert desk.page.undo_stack.count() == 1, "only that there is a frame"


def test_arrows_walk_on_after_a_click_on_a_button(
    make_desk: Callable[[Settings, Models | None], Desk], samples: Path, folder: Path, student: OnnxClassifier
) -> None:
    desk = make_desk(Settings(), Models(student, teacher=student))
    desk.open(folder / "a ä.jpg")
    switch, check = desk.page.panel._switch, desk.page.heat_bar.check
    for button, place in ((switch, 2), (check, 3)):
        desk.bot.mouseClick(button, LEFT, NONE, QPoint(8, button.height() // 2))
        desk.settled()
        button.setFocus()
        desk.after(functools.partial(desk.bot.keyClick, button, Qt.Key.Key_Right))
        assert desk.page.place == (place, 4)
    assert desk.window.pages.currentIndex() == 0


def test_a_long_name_does_not_widen_the_window(desk: Desk, samples: Path, tmp_path: Path) -> None:
    before = desk.window.minimumSizeHint().width()
    name = f"Mustermann_Erika_{'x' * 120}.jpg"
    shutil.copy(samples / "drawn-nevus.jpg", tmp_path / name)
    desk.open(tmp_path / name)
    assert desk.window.status.file.text().startswith(name), "screen readers read all of it"
    assert desk.window.minimumSizeHint().width() <= max(before, 960)
    desk.window.action("copy").trigger()
    status = desk.window.status
    assert "copied" in status.message.text()
    assert status.place.isVisible()
    assert not status.file.isVisible()
    desk.open(samples / "drawn-veil.jpg")
    assert status.file.isVisible(), "the message was about the photo before"


def test_the_wish_for_a_second_opinion_outlives_a_start_without_a_teacher(
    make_desk: Callable[[Settings, Models | None], Desk], student: OnnxClassifier
) -> None:
    for models in (None, Models(student)):
        desk = make_desk(Settings(second_opinion=True), models)
        desk.window.close()
        assert desk.remembered[-1].second_opinion
        assert desk.remembered[-1].report == "", "no report was made: the next one speaks as the window will"


def test_the_frame_moves_and_resizes_by_keyboard(desk: Desk, samples: Path) -> None:
    desk.open(samples / "drawn-nevus.jpg")
    desk.bot.keyClick(desk.window, Qt.Key.Key_F)
    view, before = desk.page.view, desk.page.view.frame
    view.setFocus()
    alt, shift = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
    desk.bot.keyClick(view, Qt.Key.Key_Left, alt)
    assert view.frame.left() < before.left()
    assert view.frame.width() == pytest.approx(before.width())
    desk.bot.keyClick(view, Qt.Key.Key_Down, alt | shift)
    assert view.frame.height() > before.height()
    desk.settled()


def test_pressing_a_class_explains_it(desk: Desk, samples: Path) -> None:
    desk.open(samples / "drawn-nevus.jpg")
    page = desk.page
    row = page.panel.rows[2]
    before = QImage(page.view._heat) if page.view._heat else QImage()
    desk.bot.mouseClick(row, LEFT)
    assert page.heat_bar.combo.currentData() == row.code
    assert [each.isChecked() for each in page.panel.rows] == [index == 2 for index in range(7)]
    assert page.view._heat != before
    page.heat_bar.combo.setCurrentIndex(0)
    assert page.panel.rows[0].isChecked(), "the most probable class is explained again"
    assert page.view._heat == before


def test_the_heat_map_fades_hides_while_held_and_switches_off(desk: Desk, samples: Path) -> None:
    desk.open(samples / "drawn-nevus.jpg")
    view, bar = desk.page.view, desk.page.heat_bar

    def pixels() -> QImage:
        view.clearFocus()  # its focus frame is no part of the picture
        return view.grab().toImage()

    bar.slider.setValue(80)
    strong = pixels()
    bar.slider.setValue(20)
    assert pixels() != strong
    desk.bot.mousePress(bar.hide_button, LEFT)
    bare = pixels()
    desk.bot.mouseRelease(bar.hide_button, LEFT)
    assert pixels() != bare
    desk.bot.keyClick(desk.window, Qt.Key.Key_H)
    assert not bar.check.isChecked()
    assert pixels() == bare
    desk.bot.mouseClick(bar.check, LEFT, NONE, QPoint(8, bar.check.height() // 2))
    assert desk.window.action("heat").isChecked()


def test_zoom_keeps_what_is_under_the_pointer(desk: Desk, samples: Path) -> None:
    desk.open(samples / "drawn-nevus.jpg")
    view = desk.page.view
    at = QPointF(view.width() / 3, view.height() / 3)
    under, before = view.to_picture(at), view.zoom
    view.zoom_by(2, at)
    assert view.zoom == pytest.approx(2 * before)
    assert view.to_picture(at).x() == pytest.approx(under.x(), abs=0.01)
    start = QPoint(100, 100)
    desk.bot.mousePress(view, MIDDLE, NONE, start)
    desk.bot.mouseMove(view, start + QPoint(30, 10))
    desk.bot.mouseRelease(view, MIDDLE, NONE, start + QPoint(30, 10))
    assert view.to_picture(at + QPointF(30, 10)).x() == pytest.approx(under.x(), abs=0.01)
    desk.window.action("actual").trigger()
    assert view.zoom == pytest.approx(1)
    desk.window.action("fit").trigger()
    assert view.rect().contains(view.to_screen(view._bounds).toRect())
    for _ in range(50):
        desk.window.action("in").trigger()
    assert view.zoom <= 16
    for _ in range(100):
        desk.window.action("out").trigger()
    assert view.to_screen(view._bounds).intersects(QRectF(view.rect()))


def test_a_large_photo_is_answered_first_and_sharp_afterwards(desk: Desk, samples: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with Image.open(samples / "drawn-nevus.jpg") as image:
        image.resize((4000, 3000), Image.Resampling.BICUBIC).save(large, quality=90)
    widths: list[int] = []
    desk.page.shown.connect(lambda _: widths.append(desk.page.view._levels[0].width()))
    desk.open(large)
    desk.bot.waitUntil(lambda: desk.page.view._levels[0].width() == 4000, timeout=PATIENCE)
    assert widths[0] == 2000, "half of it is enough for the answer"
    assert desk.page.picture_size == (4000, 3000)
    heat = desk.page.view._heat_box
    assert heat.width() == pytest.approx(4000, rel=0.04)


def test_the_newer_of_two_requests_is_shown(desk: Desk, folder: Path) -> None:
    shown: list[str] = []
    desk.page.shown.connect(lambda result: shown.append(Path(result.path).name))
    desk.page.open_bytes((folder / "a ä.jpg").read_bytes(), "older")
    desk.after(lambda: desk.page.open_bytes((folder / "b.jpg").read_bytes(), "newer"))
    desk.settled()
    assert shown == ["newer"]


def test_a_folder_that_is_listed_late_replaces_nothing_that_was_opened_after_it(
    desk: Desk, folder: Path, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listable, complete = threading.Event(), album.find_images

    def slowly(paths: list[Path]) -> Iterator[Path]:
        assert paths != [folder] or listable.wait(PATIENCE / 1000)
        return complete(paths)

    monkeypatch.setattr(album, "find_images", slowly)
    desk.window.open_paths([folder])
    desk.after(lambda: desk.window.open_paths([samples / "drawn-nevus.jpg"]))
    listable.set()
    desk.settled()
    assert desk.page.name == "drawn-nevus.jpg"
    assert desk.page.place[1] == len(list(samples.glob("*.jpg")))


def test_a_text_that_looks_like_a_path_is_no_fault(desk: Desk) -> None:
    shown = desk.after(lambda: desk.window.open_paths([Path("/" + "x" * 5000)]))
    assert shown.status == "error"


def test_a_heat_map_that_is_not_there_yet_is_told_and_what_is_saved_is_what_was_shown(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.open(folder / "a ä.jpg", folder / "b.jpg")
    target = folder / "out" / "map.png"
    target.parent.mkdir()

    def ask(*_: object) -> tuple[str, str]:
        desk.after(lambda: desk.page.step(1))  # another photo arrives behind the dialog
        return str(target), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    desk.window.action("save").trigger()
    desk.bot.waitUntil(target.is_file, timeout=PATIENCE)
    desk.page.step(-1)
    desk.settled()
    save = desk.page.heat.saver()
    assert save
    save(target.with_name("again.png"))
    desk.bot.waitUntil(target.with_name("again.png").is_file, timeout=PATIENCE)
    assert target.read_bytes() == target.with_name("again.png").read_bytes()
    monkeypatch.setattr(desk.page.heat, "saver", lambda: None)
    desk.window.action("save").trigger()
    assert "not there yet" in desk.window.status.message.text()


def test_a_picture_that_was_opened_before_the_model_was_loaded_is_answered_then(
    make_desk: Callable[[Settings, Models | None], Desk], samples: Path, student: OnnxClassifier
) -> None:
    desk = make_desk(Settings(), None)
    desk.window.open_paths([samples / "drawn-nevus.jpg"])
    assert desk.after(lambda: desk.window.set_models(Models(student))).status == "ok"


def test_a_missing_model_is_told(make_desk: Callable[[Settings, Models | None], Desk]) -> None:
    desk = make_desk(Settings(), None)
    desk.window.set_no_models(UserError("No model is installed.", "Install the program again."))
    assert desk.page.panel.headline == "No model is installed."


def test_without_a_teacher_the_switch_says_so(desk: Desk) -> None:
    assert not desk.page.panel._switch.isEnabled()
    assert desk.page.panel._switch.isVisible()
    assert desk.page.panel._opinion.text() == NO_TEACHER


def test_the_teacher_is_asked_when_switched_on(
    make_desk: Callable[[Settings, Models | None], Desk], samples: Path, student: OnnxClassifier
) -> None:
    desk = make_desk(Settings(), Models(student, teacher=student))
    desk.open(samples / "drawn-nevus.jpg")
    assert desk.page.result
    assert desk.page.result.teacher is None
    switch = desk.page.panel._switch
    desk.bot.mouseClick(switch, LEFT, NONE, QPoint(8, switch.height() // 2))
    desk.settled()
    assert desk.page.result.teacher
    assert "Teacher:" in desk.page.panel._opinion.text()
    desk.window.close()
    assert desk.remembered[-1].second_opinion


def test_the_mode_changes_the_probabilities_and_is_named(desk: Desk, samples: Path, student: OnnxClassifier) -> None:
    desk.open(samples / "drawn-nevus.jpg")
    other = next(mode for mode in student.card.calibration.modes if mode != student.card.calibration.default_mode)
    before = shown_probabilities(desk)
    action = next(each for each in desk.window._menus.modes.actions() if not each.isChecked())
    with desk.bot.waitSignal(desk.page.updated, timeout=PATIENCE):
        action.trigger()
    desk.settled()
    assert shown_probabilities(desk) != before
    assert f"{other} mode" in desk.window.status.answer.text().lower()


def test_the_result_is_copied_as_text(desk: Desk, samples: Path, student: OnnxClassifier) -> None:
    desk.open(samples / "drawn-nevus.jpg")
    desk.window.action("copy").trigger()
    text = QGuiApplication.clipboard().text()
    assert "drawn-nevus.jpg" in text
    assert all(label.name in text for label in student.card.labels)
    headline = desk.page.panel.verdict.headline
    headline.setFocus()
    headline.setSelection(0, 8)
    desk.bot.keyClick(headline, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == headline.text()[:8], "words that are selected are copied alone"


def test_the_overlay_is_saved_whole_and_never_over_the_photo(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = folder / "b.jpg"
    desk.open(photo)
    original = photo.read_bytes()

    def choose(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    choose(folder / "overlay")
    with desk.bot.waitSignal(desk.page.said, timeout=PATIENCE) as said:
        desk.window.action("save").trigger()
    assert said.args[0] == "Saved “overlay.png”."
    with Image.open(folder / "overlay.png") as saved, Image.open(photo) as bare:
        assert saved.size == bare.size
        assert np.abs(np.asarray(saved, int) - np.asarray(bare, int)).max() > 20
    choose(folder / "no such folder" / "overlay.png")
    with desk.bot.waitSignal(desk.page.said, timeout=PATIENCE) as said:
        desk.window.action("save").trigger()
    assert "could not be saved" in said.args[0]
    shutil.copy(photo, folder / "b.png")
    desk.open(folder / "b.png")
    choose(folder / "b.png")
    desk.window.action("save").trigger()
    assert "replace the photo itself" in desk.window.status.message.text()
    assert photo.read_bytes() == original == (folder / "b.png").read_bytes()


def test_window_and_choices_are_remembered(
    desk: Desk, make_desk: Callable[[Settings, Models | None], Desk], folder: Path, samples: Path
) -> None:
    desk.open(folder / "b.jpg")
    desk.open(samples / "drawn-nevus.jpg")
    desk.window.resize(0, 640)  # as narrow as it may be: the screen of the tests is no wider
    desk.page.heat_bar.slider.setValue(35)
    desk.page.heat_bar.check.setChecked(False)
    desk.window.close()
    kept = desk.remembered[-1]
    assert kept.recent == (str(folder / "b.jpg"),), "drawn samples are no patient's photos and are not listed"
    again = make_desk(kept, None)
    assert again.window.size() == desk.window.size()
    assert again.page.heat_bar.slider.value() == 35
    assert not again.page.heat_bar.check.isChecked()
    again.window._fill_recent()
    assert str(folder / "b.jpg") in [action.text() for action in again.window._menus.recent.actions()]


@pytest.mark.parametrize("geometry", ["", "zz", "00", "01d9d0cb" + "ff" * 40])
def test_a_spoilt_geometry_does_not_stop_the_window(
    make_desk: Callable[[Settings, Models | None], Desk], geometry: str
) -> None:
    desk = make_desk(replace(Settings(), geometry=geometry, splitter=geometry), None)
    assert desk.window.isVisible()
    assert desk.window.width() > 300


def test_a_bug_in_a_job_is_reported(desk: Desk, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Iterator[object]:
        raise ZeroDivisionError

    monkeypatch.setattr("kndnet_desktop.ui.looker.look", broken)
    with desk.bot.waitSignal(desk.page.broke, timeout=PATIENCE) as broke:
        desk.window.open_paths([samples / "drawn-nevus.jpg"])
    assert isinstance(broke.args[0], ZeroDivisionError)


def test_the_window_stays_responsive_while_large_photos_are_opened(
    desk: Desk, qtbot: QtBot, samples: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.png"
    with Image.open(samples / "drawn-nevus.jpg") as image:
        image.resize((4000, 3000), Image.Resampling.BICUBIC).save(large, compress_level=1)
    turns: list[int] = []
    timer = desk.window.startTimer(5)
    desk.window.timerEvent = lambda _: turns.append(1)  # type: ignore[method-assign]
    desk.after(lambda: desk.window.open_paths([large]))
    desk.window.killTimer(timer)
    assert len(turns) > 10, "the event loop turned while the photo was decoded elsewhere"


def test_the_batch_page_opens_a_photo_on_the_lesion_page_and_keeps_its_keys(desk: Desk, folder: Path) -> None:
    desk.open(folder / "b.jpg")
    desk.window.tabs.setCurrentIndex(1)
    assert desk.window.pages.currentWidget() is desk.window.batch
    assert not desk.window.action("next").isEnabled(), "page down is the table's here"
    assert not desk.window.action("frame").isEnabled()
    desk.after(lambda: desk.window.batch.open_requested.emit(folder / "a ä.jpg"))
    assert desk.window.pages.currentWidget() is desk.page
    assert desk.page.name == "a ä.jpg"
    assert desk.window.action("frame").isEnabled()


def test_a_folder_dropped_on_the_batch_page_becomes_a_run(desk: Desk, folder: Path) -> None:
    desk.window.tabs.setCurrentIndex(1)
    batch, data = desk.window.batch, QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    at, action = QPointF(200, 200), Qt.DropAction.CopyAction
    with desk.bot.waitSignal(batch.run.saved, timeout=PATIENCE):
        QApplication.sendEvent(batch, QDragEnterEvent(at.toPoint(), action, data, LEFT, NONE))
        QApplication.sendEvent(batch, QDropEvent(at, action, data, LEFT, NONE))
    assert len(list(batch.run.target.glob("results.csv"))) == 1


def test_the_report_carries_what_the_window_shows_frame_and_all(desk: Desk, samples: Path, tmp_path: Path) -> None:
    desk.open(samples / "drawn-veil.jpg")
    desk.window.action("frame").trigger()
    desk.settled()
    desk.window.action("report").trigger()
    (dialog,) = desk.window.findChildren(ReportDialog)
    desk.bot.waitUntil(lambda: dialog.ready, timeout=PATIENCE)
    dialog.form.sign.setChecked(False)
    desk.bot.waitUntil(lambda: dialog.ready, timeout=PATIENCE)
    target = tmp_path / "report.pdf"
    dialog.save_to(target)
    desk.bot.waitUntil(lambda: "report.pdf" in dialog.said.text(), timeout=PATIENCE)
    with target.open("rb") as file:
        reader = PdfFileReader(file)
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        attached = json.loads(names[1].get_object()["/EF"]["/F"].get_object().data)
    (reported,) = attached["photos"]
    assert reported["probabilities"] == pytest.approx(shown_probabilities(desk), abs=1e-6)
    assert any(flag["code"] == "frame" for flag in reported["flags"])
    dialog.reject()


def test_a_run_becomes_one_report(desk: Desk, folder: Path, tmp_path: Path) -> None:
    batch = desk.window.batch
    desk.window.tabs.setCurrentIndex(1)
    with desk.bot.waitSignal(batch.run.saved, timeout=PATIENCE):
        batch.start(folder)
    desk.bot.waitUntil(lambda: len(batch.rows.table.ids) == 4, timeout=PATIENCE)
    asked: list[Order] = []
    batch.report_requested.connect(asked.append)
    for _ in range(2):  # an impatient click more
        desk.bot.mouseClick(batch.report_button, LEFT)
    desk.bot.waitUntil(lambda: len(asked) == 2, timeout=PATIENCE)
    assert sorted(path for path, _ in asked[0].photos) == sorted(folder.iterdir())
    (dialog,) = desk.window.findChildren(BatchReportDialog)
    dialog.sign.setChecked(False)
    target = tmp_path / "all.pdf"
    dialog.save_to(target)
    desk.bot.waitUntil(lambda: not dialog.busy, timeout=PATIENCE)
    assert target.read_bytes().startswith(b"%PDF")
    dialog.reject()
