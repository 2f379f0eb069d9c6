"""The crop frame: where its edges may go, which of them a pointer takes hold of, and how it looks."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QUndoCommand

MIN_SIDE = 48.0  # pixels of the picture; a smaller frame holds nothing that the network could judge
MAX_ASPECT = 2.0  # the network crops anything longer, so the frame does not promise more

# Which edges (left, top, right, bottom) follow the pointer for each handle.
_CORNERS = ((1, 1, 0, 0), (0, 1, 1, 0), (1, 0, 0, 1), (0, 0, 1, 1))
_SIDES = ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))
MOVE = (1, 1, 1, 1)
Grip = tuple[int, int, int, int]
# Where the arrow keys move what lies over a picture.
ARROWS: Mapping[Qt.Key, QPointF] = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


def grips(frame: QRectF) -> list[tuple[Grip, QPointF]]:
    """Return the frame's eight handles, corners first, each with the edges that it moves."""
    return [(grip, _place(frame, grip)) for grip in _CORNERS + _SIDES]


def grip_at(frame: QRectF, point: QPointF, reach: float) -> Grip | None:
    """Return what a pointer at ``point`` takes hold of, within ``reach`` pixels: a handle, the frame, or nothing."""
    for grip, place in grips(frame):
        if abs(place.x() - point.x()) <= reach and abs(place.y() - point.y()) <= reach:
            return grip
    return MOVE if frame.contains(point) else None


def cursor_for(grip: Grip | None) -> Qt.CursorShape:
    """Return the pointer shape that tells what dragging here does."""
    match grip:
        case None:
            return Qt.CursorShape.OpenHandCursor
        case (1, 1, 1, 1):
            return Qt.CursorShape.SizeAllCursor
        case (1, 1, 0, 0) | (0, 0, 1, 1):
            return Qt.CursorShape.SizeFDiagCursor
        case (0, 1, 1, 0) | (1, 0, 0, 1):
            return Qt.CursorShape.SizeBDiagCursor
        case (1, 0, 0, 0) | (0, 0, 1, 0):
            return Qt.CursorShape.SizeHorCursor
    return Qt.CursorShape.SizeVerCursor


def dragged(frame: QRectF, grip: Grip, by: QPointF, bounds: QRectF) -> QRectF:
    """Return the frame after its gripped edges were dragged.

    Args:
        frame: The frame when the drag began.
        grip: What is held.
        by: How far the pointer has moved since, in pixels of the picture.
        bounds: The picture.

    Returns:
        A frame inside the picture, at least `MIN_SIDE` wide and high and at most `MAX_ASPECT` times as long as wide.
    """
    if grip == MOVE:
        moved = frame.translated(by)
        moved.moveLeft(min(max(moved.left(), bounds.left()), bounds.right() - moved.width()))
        moved.moveTop(min(max(moved.top(), bounds.top()), bounds.bottom() - moved.height()))
        return moved
    left, right = _span(frame.left(), frame.right(), grip[0], grip[2], by.x(), bounds.left(), bounds.right())
    top, bottom = _span(frame.top(), frame.bottom(), grip[1], grip[3], by.y(), bounds.top(), bounds.bottom())
    # At a corner only the longer side gives way: making the shorter one longer could leave the picture.
    corner = bool((grip[0] or grip[2]) and (grip[1] or grip[3]))
    if grip[0] or grip[2]:
        left, right = _limited(left, right, bottom - top, grip[0], may_grow=not corner)
    if grip[1] or grip[3]:
        top, bottom = _limited(top, bottom, right - left, grip[1], may_grow=not corner)
    return QRectF(QPointF(left, top), QPointF(right, bottom))


def start_frame(bounds: QRectF) -> QRectF:
    """Return the frame that is offered first: the middle of the picture, two thirds of each side."""
    width, height = bounds.width() * 2 / 3, bounds.height() * 2 / 3
    width, height = min(width, MAX_ASPECT * height), min(height, MAX_ASPECT * width)
    frame = QRectF(0, 0, max(width, MIN_SIDE), max(height, MIN_SIDE))
    frame.moveCenter(bounds.center())
    return frame


def paint(painter: QPainter, frame: QRectF, whole: QRectF) -> None:
    """Paint a frame with its grips, and shade what is outside of it; both rectangles in pixels of the screen."""
    shade = QColor(0, 0, 0, 110)
    painter.fillRect(QRectF(whole.topLeft(), QPointF(whole.right(), frame.top())), shade)
    painter.fillRect(QRectF(QPointF(whole.left(), frame.bottom()), whole.bottomRight()), shade)
    painter.fillRect(QRectF(QPointF(whole.left(), frame.top()), frame.bottomLeft()), shade)
    painter.fillRect(QRectF(frame.topRight(), QPointF(whole.right(), frame.bottom())), shade)
    # White on black, so that it is seen on any skin.
    for colour, width in (("#000000", 3.0), ("#ffffff", 1.5)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRect(frame)
    painter.setPen(QPen(QColor("#000000"), 1))
    for _, place in grips(frame):
        painter.fillRect(QRectF(place.x() - 4, place.y() - 4, 8, 8), QColor("#ffffff"))
        painter.drawRect(QRectF(place.x() - 4, place.y() - 4, 8, 8))


class SetFrame(QUndoCommand):
    """One change of the frame.

    Args:
        apply: Called with the frame to show; a null one for none.
        before: The frame until now.
        after: The frame from now on.
    """

    def __init__(self, apply: Callable[[QRectF], None], before: QRectF, after: QRectF) -> None:
        super().__init__()  # the only thing that can be undone needs no name
        self._apply, self._before, self._after = apply, QRectF(before), QRectF(after)

    def redo(self) -> None:
        """Show the new frame."""
        self._apply(self._after)

    def undo(self) -> None:
        """Show the old frame again."""
        self._apply(self._before)


def _place(frame: QRectF, grip: Grip) -> QPointF:
    return QPointF(
        _at(frame.left(), frame.right(), grip[0], grip[2]), _at(frame.top(), frame.bottom(), grip[1], grip[3])
    )


def _at(low: float, high: float, moves_low: int, moves_high: int) -> float:
    return low if moves_low else high if moves_high else (low + high) / 2


def _span(
    low: float, high: float, moves_low: int, moves_high: int, by: float, least: float, most: float
) -> tuple[float, float]:
    if moves_low:
        low = min(max(low + by, least), high - MIN_SIDE)
    if moves_high:
        high = max(min(high + by, most), low + MIN_SIDE)
    return low, high


def _limited(low: float, high: float, across: float, moves_low: int, *, may_grow: bool) -> tuple[float, float]:
    """Keep this span between half and twice the one across it, by moving the end that is held."""
    length = min(high - low, across * MAX_ASPECT)
    if may_grow:
        length = max(length, across / MAX_ASPECT)
    return (high - length, high) if moves_low else (low, low + length)
