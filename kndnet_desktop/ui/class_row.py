"""One class of the answer: mark, name, bar with the band of its doubt, and percentage."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from kndnet_desktop.core.advice import percent
from kndnet_desktop.core.card import Label
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr

CLEAR_ANSWER = 0.5  # a class that holds more than all others together


class ClassRow(QAbstractButton):
    """One class. Pressing it explains that class in the picture.

    Args:
        theme: Gives the colours.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label: Label | None = None
        self._share = 0.0
        self._second: float | None = None
        self._band: tuple[float, float] | None = None
        self._covered: float | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def code(self) -> str:
        """The class shown here, or empty."""
        return self._label.code if self._label else ""

    @property
    def share(self) -> float:
        """The probability that the bar shows, in [0, 1]."""
        return self._share if self._covered is None else self._covered

    @property
    def band(self) -> tuple[float, float] | None:
        """The two ends of the band on the bar, in [0, 1]; None where there is none."""
        return self._band if self._covered is None else None

    def show_class(
        self, label: Label, share: float, second: float | None, band: tuple[float, float] | None = None
    ) -> None:
        """Show this class.

        Args:
            label: Which one.
            share: Its probability.
            second: The teacher's, if it was asked.
            band: The probabilities that small changes of the photo lead to, from and to, if they were tried.
        """
        self._label, self._share, self._second, self._band, self._covered = label, share, second, band, None
        self.setToolTip(tr("Show where the picture speaks for: {diagnosis}", diagnosis=tr(label.name)))
        self._say()

    def show_covered(self, share: float | None) -> None:
        """Show the probability with a part of the photo covered beside the answer's own; None shows only the answer."""
        if share != self._covered:
            self._covered = share
            self._say()

    def _say(self) -> None:
        assert self._label, "a row speaks of a class"
        parts = [tr(self._label.name)]
        if self._label.malignant:
            parts.append(tr("malignant"))
        parts.append(percent(self._share))
        if self._covered is not None:
            parts.append(tr("{share} with a part covered", share=percent(self._covered)))
        elif self._band:
            low, high = map(percent, self._band)
            parts.append(tr("{low} to {high} under small changes", low=low, high=high))
        if self._second is not None:
            parts.append(tr("teacher {share}", share=percent(self._second)))
        self.setAccessibleName(", ".join(parts))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave left and right to the page, where they walk through the pictures."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the height of two lines: the name above, the bar below."""
        return QSize(300, self.fontMetrics().height() + 5 * GRID // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row."""
        if not self._label:
            return
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.track if self.isChecked() else colours.window))
            painter.drawRoundedRect(room, 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(room, 4, 4)

        inner = room.adjusted(GRID, GRID / 2, -GRID, -GRID / 2)
        text = QRectF(inner.left() + 2 * GRID, inner.top(), inner.width() - 2 * GRID, self.fontMetrics().height())
        if self._label.malignant:
            _paint_mark(painter, QRectF(inner.left(), text.center().y() - 5, 11, 10), colours.accent)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self.share >= CLEAR_ANSWER else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        figure = percent(self._share)
        if self._covered is not None:
            figure = f"{figure} → {percent(self._covered)}"
        wide = painter.fontMetrics().horizontalAdvance(figure)
        name = painter.fontMetrics().elidedText(
            tr(self._label.name), Qt.TextElideMode.ElideRight, int(text.width() - wide - GRID)
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
        self._paint_bar(painter, QRectF(text.left(), text.bottom() + GRID / 2, text.width(), GRID))
        painter.end()

    def _paint_bar(self, painter: QPainter, bar: QRectF) -> None:
        colours, malignant = self._theme.colours, self._label is not None and self._label.malignant
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.window if self.isChecked() else colours.track))
        painter.drawRoundedRect(bar, 3, 3)
        filled = QRectF(bar)
        filled.setWidth(max(bar.width() * self.share, 2))
        painter.setBrush(QColor(colours.accent if malignant else colours.benign))
        painter.drawRoundedRect(filled, 3, 3)
        middle = bar.center().y()
        if self._covered is not None:  # a mark stays where the answer itself is
            at = bar.left() + bar.width() * self._share
            self._paint_lines(painter, [(QPointF(at, middle - 7), QPointF(at, middle + 7))])
        elif self._band and bar.width() * (self._band[1] - self._band[0]) >= 3:  # less would only hide the bar
            low, high = (bar.left() + bar.width() * end for end in self._band)
            line = (QPointF(low, middle), QPointF(high, middle))
            ends = [(QPointF(at, middle - 4), QPointF(at, middle + 4)) for at in (low, high)]
            self._paint_lines(painter, [line, *ends])
        if self._second is not None:
            at = bar.left() + bar.width() * self._second
            painter.setBrush(QColor(colours.base))
            painter.setPen(QPen(QColor(colours.text), 1.5))
            painter.drawEllipse(QRectF(at - 4, middle - 4, 8, 8))

    def _paint_lines(self, painter: QPainter, lines: list[tuple[QPointF, QPointF]]) -> None:
        # Dark within light (or the other way round), so that they are seen on the bar and beside it.
        for colour, width in ((self._theme.colours.base, 4.0), (self._theme.colours.text, 1.5)):
            painter.setPen(QPen(QColor(colour), width))
            for start, end in lines:
                painter.drawLine(start, end)


def _paint_mark(painter: QPainter, room: QRectF, colour: str) -> None:
    """Paint the triangle that means malignant, here and in the words above."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawPolygon(QPolygonF([room.bottomLeft(), room.bottomRight(), (room.topLeft() + room.topRight()) / 2]))
