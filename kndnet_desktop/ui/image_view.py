"""The picture: zoom at the pointer, pan, heat map above it, and a crop frame that can be dragged."""

from PIL import Image
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from kndnet_desktop.ui.frame import ARROWS, MOVE, Grip, cursor_for, dragged, grip_at, paint, start_frame
from kndnet_desktop.ui.translator import tr
from kndnet_desktop.ui.viewport import Viewport

STEP = 1.25  # zoom of one wheel notch or key press
REACH = 10  # screen pixels around a handle that still take hold of it


def to_qimage(image: Image.Image) -> QImage:
    """Copy a Pillow picture (``RGB`` or ``RGBA``) into one that Qt paints fast."""
    with_alpha = image.mode == "RGBA"
    stored = QImage.Format.Format_RGBA8888 if with_alpha else QImage.Format.Format_RGBX8888
    painted = QImage.Format.Format_ARGB32_Premultiplied if with_alpha else QImage.Format.Format_RGB32
    data = image.tobytes() if with_alpha else image.convert("RGBX").tobytes()
    return QImage(data, image.width, image.height, image.width * 4, stored).convertToFormat(painted)


def pyramid(image: Image.Image) -> list[QImage]:
    """Return the picture at full, half, quarter ... size, so that a small view of a large photo is sharp and fast."""
    levels = [to_qimage(image)]
    while min(image.size) > 512:
        image = image.reduce(2)
        levels.append(to_qimage(image))
    return levels


class ImageView(QWidget):
    """Shows one picture. All coordinates are pixels of the picture at its full size.

    Args:
        parent: Owner.

    Signals:
        frame_moved: The frame changes under the hand; carries it as QRectF.
        frame_set: The hand let go; carries the frame before and after, which are the same if it was taken back to where
            it was; either may be a null QRectF for none.
        heat_hidden: The heat map is held hidden (True) or shown again (False).
    """

    frame_moved = Signal(QRectF)
    frame_set = Signal(QRectF, QRectF)
    heat_hidden = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Photo"))
        self._levels: list[QImage] = []
        self._bounds = QRectF()
        self._heat: QImage | None = None
        self._heat_box = QRectF()
        self._opacity = 0.6
        self._heat_shown = True
        self._held = False
        self._frame = QRectF()
        self._port = Viewport()
        self._grip: Grip | None = None
        self._dragged = False
        self._pressed_at = QPointF()
        self._frame_before = QRectF()
        self._panning = False
        self._drop_hint = False
        self._focus_shown = False

    def sizeHint(self) -> QSize:
        """Return a size at which a 4 : 3 photo is comfortable."""
        return QSize(720, 540)

    # What is shown

    def set_picture(self, levels: list[QImage], width: int, height: int, *, keep_view: bool = False) -> None:
        """Show a picture.

        Args:
            levels: What `pyramid` made of it, of any resolution; an empty list shows nothing.
            width: The picture's full width in pixels.
            height: Its full height.
            keep_view: Keep zoom and frame, because this is the same picture in another resolution.
        """
        self._levels = levels
        self._bounds = QRectF(0, 0, width, height)
        self._port.set_bounds(self._bounds)
        if not keep_view:
            self._heat, self._frame, self._grip = None, QRectF(), None
            self.hold_heat_hidden(False)
            self.fit()
        self.update()

    def set_heat(self, heat: QImage | None, box: QRectF) -> None:
        """Lay a heat map (or none) over this part of the picture."""
        self._heat, self._heat_box = heat, box
        self.update()

    def set_heat_opacity(self, opacity: float) -> None:
        """Set the heat map's opacity, in [0, 1]."""
        self._opacity = opacity
        self.update()

    def set_heat_shown(self, shown: bool) -> None:
        """Show or hide the heat map."""
        self._heat_shown = shown
        self.update()

    def hold_heat_hidden(self, hidden: bool) -> None:
        """Hide the heat map while something is held down."""
        if hidden != self._held:
            self._held = hidden
            self.heat_hidden.emit(hidden)
            self.update()

    def set_drop_hint(self, shown: bool) -> None:
        """Show that what is dragged may be dropped here."""
        self._drop_hint = shown
        self.update()

    @property
    def bounds(self) -> QRectF:
        """The whole picture; null if there is none."""
        return QRectF(self._bounds)

    @property
    def frame(self) -> QRectF:
        """The crop frame; null if there is none."""
        return QRectF(self._frame)

    def set_frame(self, frame: QRectF) -> None:
        """Show this crop frame, or none if it is null; sends no signal."""
        self._frame = QRectF(frame)
        self.update()

    def offered_frame(self) -> QRectF:
        """Return the frame to begin with."""
        return start_frame(self._bounds)

    # Zoom

    @property
    def zoom(self) -> float:
        """Screen pixels (of the device) for one pixel of the picture."""
        return self._port.scale * self.devicePixelRatioF()

    def fit(self) -> None:
        """Show the whole picture, and go on doing so when the window changes."""
        self._port.fit()
        self.update()

    def actual_size(self) -> None:
        """Show one pixel of the picture as one of the screen."""
        self._port.zoom_to(1 / self.devicePixelRatioF())
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom so that what is under ``at`` stays there; around the middle of the view if None."""
        self._port.zoom_to(self._port.scale * factor, at)
        self.update()

    def to_picture(self, point: QPointF) -> QPointF:
        """Return where in the picture a place of this widget is."""
        return self._port.to_picture(point)

    def to_screen(self, rectangle: QRectF) -> QRectF:
        """Return where in this widget a part of the picture is."""
        return self._port.to_screen(rectangle)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint picture, heat map and frame."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.palette().window())
        if self._levels:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 4)
            painter.drawImage(self.to_screen(self._bounds), self._level())
            if self._heat and self._heat_shown and not self._held:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.setOpacity(self._opacity)
                painter.drawImage(self.to_screen(self._heat_box), self._heat)
                painter.setOpacity(1)
            if not self._frame.isNull():
                paint(painter, self.to_screen(self._frame), self.to_screen(self._bounds))
        if (self.hasFocus() and self._focus_shown) or self._drop_hint:
            painter.setPen(QPen(self.palette().highlight().color(), 6 if self._drop_hint else 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _level(self) -> QImage:
        """Return the smallest level that still has a pixel for each of the screen's."""
        wanted = self._bounds.width() * self.zoom
        return next((level for level in reversed(self._levels) if level.width() >= wanted), self._levels[0])

    # Hand and keys

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted, or in view."""
        super().resizeEvent(event)
        self._port.set_room(QRectF(self.rect()))
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Zoom with two fingers on a touchpad."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1 + event.value(), event.position())
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the frame or of the picture."""
        if not self._levels or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        self._pressed_at, self._frame_before = event.position(), QRectF(self._frame)
        self._grip = self._grip_under(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        self._panning = self._grip is None
        self.setCursor(Qt.CursorShape.ClosedHandCursor if self._panning else cursor_for(self._grip))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held."""
        if self._grip:
            by = (event.position() - self._pressed_at) / self._port.scale
            frame = dragged(self._frame_before, self._grip, by, self._bounds)
            if frame != self._frame:
                self._frame, self._dragged = frame, True
                self.frame_moved.emit(QRectF(frame))
        elif self._panning:
            self._port.move(event.position() - self._pressed_at)
            self._pressed_at = event.position()
        elif self._levels:
            self.setCursor(cursor_for(self._grip_under(event.position())))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._grip and self._dragged:
            self.frame_set.emit(self._frame_before, QRectF(self._frame))
        self._grip, self._dragged, self._panning = None, False, False
        self.setCursor(cursor_for(self._grip_under(event.position())) if self._levels else Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit the picture to the view."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus to those who came by keyboard, and to them only."""
        by_key = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
        self._focus_shown = event.reason() in by_key
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the heat map again: the space bar is let go of elsewhere."""
        self.hold_heat_hidden(False)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the frame (Alt) or a zoomed photo (Ctrl) with the arrows; hide the heat map while space is held."""
        key, alt = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hold_heat_hidden(True)
        elif key in ARROWS and alt and not self._frame.isNull():
            grip = (0, 0, 1, 1) if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else MOVE
            before = QRectF(self._frame)
            by = ARROWS[key] * max(1.0, self._bounds.width() / 100)
            self._frame = dragged(before, grip, by, self._bounds)
            if self._frame != before:
                self.frame_moved.emit(QRectF(self._frame))
                self.frame_set.emit(before, QRectF(self._frame))
                self.update()
        elif key in ARROWS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._port.move(-ARROWS[key] * self.width() / 10)  # one looks to the right: the photo goes to the left
            self.update()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Show the heat map again."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hold_heat_hidden(False)
        else:
            super().keyReleaseEvent(event)

    def _grip_under(self, point: QPointF) -> Grip | None:
        if self._frame.isNull():
            return None
        return grip_at(self._frame, self.to_picture(point), REACH / self._port.scale)
