"""A patch over the picture that follows the pointer or the arrow keys."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from kndnet_desktop.ui.frame import ARROWS
from kndnet_desktop.ui.image_view import ImageView
from kndnet_desktop.ui.translator import tr

SIDES = (1 / 20, 1 / 2)  # of the picture's shorter side: the smallest patch and the largest
START = 1 / 5
GROWTH = 1.15  # for one wheel notch or key press


class PatchLayer(QWidget):
    """Lies over a view and takes its mouse and keys while it is there; all coordinates are pixels of the picture.

    Args:
        view: Shows the picture.

    Signals:
        moved: The patch is elsewhere or of another size; carries it as QRectF, a null one if it was lifted.
        left: The escape key was pressed.
    """

    moved = Signal(QRectF)
    left = Signal()

    def __init__(self, view: ImageView) -> None:
        super().__init__(view)
        self._view = view
        self._centre: QPointF | None = None
        self._share = START
        self._colour: QColor | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(tr("Patch over the photo"))
        self.setAccessibleDescription(
            tr("Arrow keys move the patch, plus and minus change its size, escape takes it away.")
        )
        view.installEventFilter(self)
        self.hide()

    @property
    def patch(self) -> QRectF:
        """Where it lies; null if it is lifted."""
        if self._centre is None:
            return QRectF()
        side = self._side()
        return QRectF(self._centre.x() - side / 2, self._centre.y() - side / 2, side, side)

    def set_on(self, on: bool) -> None:
        """Begin, with the patch lifted until the pointer or a key places it; or end."""
        self._centre = None
        self.setGeometry(self._view.rect())
        self.setVisible(on)
        if on:
            self.raise_()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._view.isVisible():
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.moved.emit(QRectF())

    def set_colour(self, colour: QColor) -> None:
        """Paint it as the network sees it."""
        self._colour = colour
        self.update()

    def lift(self) -> None:
        """Take it off the picture; the pointer or a key places it again."""
        if self._centre is not None:
            self._place(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the view."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        return super().eventFilter(watched, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer; the middle button still moves the picture."""
        if event.buttons() & Qt.MouseButton.MiddleButton:
            self._view.mouseMoveEvent(event)
            self.update()
            return
        at = self._view.to_picture(event.position())
        self._place(at if self._view.bounds.contains(at) else None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave only the middle button to the view."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._view.mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave only the middle button to the view."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self._view.mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Nothing: the view would zoom under the patch."""

    def leaveEvent(self, _event: QEvent) -> None:
        """Lift it: the answer itself is there again."""
        self.lift()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change its size; with the control key the view zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view.wheelEvent(event)
            self.update()
        else:
            self._grow(GROWTH ** (event.angleDelta().y() / 120))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the heat map again: the view hid it for a space bar that is let go of elsewhere."""
        self._view.hold_heat_hidden(False)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move it, change its size, or end."""
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:  # the frame's keys
            event.ignore()
        elif key in ARROWS:
            bounds = self._view.bounds
            at = bounds.center() if self._centre is None else self._centre + ARROWS[key] * self._side() / 4
            x, y = min(max(at.x(), 0.0), bounds.right()), min(max(at.y(), 0.0), bounds.bottom())
            self._place(QPointF(x, y))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._grow(1 / GROWTH if key == Qt.Key.Key_Minus else GROWTH)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the patch in the colour that covers, with an outline that is seen on any skin."""
        if self._centre is None:
            return
        painter = QPainter(self)
        painter.setClipRect(self._view.to_screen(self._view.bounds))
        place = self._view.to_screen(self.patch)
        if self._colour:
            painter.fillRect(place, self._colour)
        for colour, width in (("#000000", 3.0), ("#ffffff", 1.5)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(place)
        painter.end()

    def _side(self) -> float:
        return self._share * min(self._view.bounds.width(), self._view.bounds.height())

    def _grow(self, factor: float) -> None:
        self._share = min(max(self._share * factor, SIDES[0]), SIDES[1])
        if self._centre is not None:
            self._place(self._centre)

    def _place(self, centre: QPointF | None) -> None:
        self._centre = centre
        self.update()
        self.moved.emit(self.patch)
