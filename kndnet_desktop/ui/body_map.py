"""A small figure, front and back, on which the place of a lesion is pointed at."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from kndnet_desktop.ui.theme import Theme

_WIDTH, _HEIGHT = 100.0, 200.0  # of one figure, in units of its own
# Site, and its outline in a figure that faces the reader: shape, left, top, width, height. Paired parts are given for
# one side only, left of the middle on the page, and mirrored.
_TRUNK = {
    "front": (
        ("Face", "ellipse", 40, 3, 20, 26),
        ("Neck", "rect", 45, 28, 10, 8),
        ("Chest", "rect", 33, 36, 34, 28),
        ("Abdomen", "rect", 35, 64, 30, 28),
        ("Genital area", "rect", 42, 92, 16, 10),
    ),
    "back": (
        ("Scalp", "ellipse", 40, 3, 20, 26),
        ("Neck", "rect", 45, 28, 10, 8),
        ("Back", "rect", 33, 36, 34, 48),
        ("Buttocks", "rect", 34, 84, 32, 18),
    ),
}
_LIMBS = (
    ("Shoulder", "rect", 23, 36, 10, 12),
    ("Upper arm", "rect", 21, 48, 9, 24),
    ("Forearm", "rect", 18, 72, 8, 24),
    ("Hand", "ellipse", 15, 96, 10, 15),
    ("Thigh", "rect", 35, 102, 13, 40),
    ("Lower leg", "rect", 36, 142, 11, 40),
    ("Foot", "ellipse", 33, 181, 14, 14),
)


@dataclass(frozen=True, slots=True)
class _Part:
    site: str
    side: str
    path: QPainterPath


class BodyMap(QWidget):
    """Two figures to click on; whoever uses the keyboard has the list beside it.

    Args:
        theme: Gives the colours.

    Signals:
        chosen: A place was clicked; carries the site and the side, in English.
    """

    chosen = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts = (*_figure("front", 0.0), *_figure("back", _WIDTH))
        self._place = ("", "")
        self._under: _Part | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Body map: point at the place of the lesion"))

    def show_place(self, site: str, side: str) -> None:
        """Mark this place."""
        self._place = site, side
        self.update()

    def place_of(self, site: str, side: str) -> QPointF:
        """Return the middle of a part, in pixels of this widget.

        Raises:
            KeyError: If there is no such part.
        """
        for part in self._parts:
            if (part.site, part.side) == (site, side):
                return part.path.boundingRect().center() * self._scale
        raise KeyError(site)

    def sizeHint(self) -> QSize:
        """Return the size in which a hand can still be hit."""
        return QSize(200, 200)

    @property
    def _scale(self) -> float:
        return min(self.width() / (2 * _WIDTH), self.height() / _HEIGHT)

    def _part_at(self, point: QPointF) -> _Part | None:
        place = point / self._scale
        return next((part for part in self._parts if part.path.contains(place)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the part that is pointed at."""
        part = self._part_at(event.position())
        if part and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(part.site, part.side)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show which part is pointed at."""
        part = self._part_at(event.position())
        if part is not self._under:
            self._under = part
            self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self._under = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """Name the part under the pointer."""
        if isinstance(event, QHelpEvent):
            part = self._part_at(QPointF(event.pos()))
            words = [self.tr(word) for word in (part.site, part.side) if word] if part else []
            QToolTip.showText(event.globalPos(), ", ".join(words), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint both figures."""
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(self._scale, self._scale)
        painter.setPen(QPen(QColor(colours.line), 1))
        site, side = self._place
        for part in self._parts:
            marked = part.site == site and part.side in ("", side)  # the trunk is marked whichever side of it is meant
            colour = colours.accent if marked else colours.benign if part is self._under else colours.track
            painter.setBrush(QColor(colour))
            painter.drawPath(part.path)
        painter.end()


def _figure(view: str, offset: float) -> list[_Part]:
    middle = {site: _Part(site, "", _path(shape, box, offset)) for site, shape, *box in _TRUNK[view]}
    parts = list(middle.values())
    # A figure that faces the reader has its right hand on the page's left; one seen from behind has not.
    near, far = ("Right", "Left") if view == "front" else ("Left", "Right")
    for site, shape, left, top, width, height in _LIMBS:
        mirrored = _WIDTH - left - width
        parts.append(_Part(site, near, _path(shape, [left, top, width, height], offset)))
        parts.append(_Part(site, far, _path(shape, [mirrored, top, width, height], offset)))
    return parts


def _path(shape: str, box: Sequence[float], offset: float) -> QPainterPath:
    left, top, width, height = box
    room = QRectF(left + offset, top, width, height)
    path = QPainterPath()
    if shape == "ellipse":
        path.addEllipse(room)
    else:
        path.addRoundedRect(room, 3, 3)
    return path
