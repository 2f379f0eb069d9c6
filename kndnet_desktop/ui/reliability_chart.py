"""The reliability diagram: how often answers are right over how probable they were said to be, drawn and in words."""

from dataclasses import dataclass
from math import sqrt

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from kndnet_desktop.core.advice import percent
from kndnet_desktop.core.evidence import Reliability
from kndnet_desktop.ui.theme import Colours
from kndnet_desktop.ui.translator import number, tr

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
# In lines of text, so that the drawing grows with the letters around it.
SIDE = 16.0  # of the square that the points lie in
LARGEST, SMALLEST = 0.7, 0.2  # radius of the point that holds the most photos, and of any


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing for a page.

    Attributes:
        image: As many pixels as the screen has for it.
        width: Width on the page, in device-independent pixels.
        height: Height there.
    """

    image: QImage
    width: int
    height: int


def draw(found: Reliability, colours: Colours, font: QFont, ratio: float) -> Chart:
    """Draw the diagram on nothing, for a page whose ground is `Colours.base`.

    Args:
        found: What to draw.
        colours: The theme's.
        font: Of the text around it; gives the size of everything.
        ratio: Pixels of the screen for a device-independent one.
    """
    metrics = QFontMetricsF(font)
    line = metrics.height()
    side = SIDE * line
    tick = metrics.horizontalAdvance(percent(1))
    plot = QRectF(line * 1.6 + tick, line * 0.7, side, side)
    width, height = round(plot.right() + max(tick / 2, line) + 2), round(plot.bottom() + line * 3)
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    _axes(painter, plot, colours, line)

    def place(across: float, up: float) -> QPointF:
        return QPointF(plot.left() + across * side, plot.bottom() - up * side)

    painter.setPen(QPen(QColor(colours.quiet), 1.5, Qt.PenStyle.DashLine))
    painter.drawLine(place(0, 0), place(1, 1))
    most = max(count for count, _, _ in found.bins)
    # A line of the ground's colour keeps points apart that touch.
    painter.setPen(QPen(QColor(colours.base), 1))
    painter.setBrush(QColor(colours.accent))
    for count, mean, right in sorted(found.bins, reverse=True):  # small ones above large ones
        radius = line * max(SMALLEST, LARGEST * sqrt(count / most))
        painter.drawEllipse(place(mean, right), radius, radius)
    painter.end()
    return Chart(image, width, height)


def _axes(painter: QPainter, plot: QRectF, colours: Colours, line: float) -> None:
    middle = Qt.AlignmentFlag.AlignCenter
    for share in TICKS:
        x, y = plot.left() + share * plot.width(), plot.bottom() - share * plot.height()
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(colours.quiet))
        painter.drawText(QRectF(x - 3 * line, plot.bottom() + line * 0.4, 6 * line, line), middle, percent(share))
        beside = QRectF(0, y - line / 2, plot.left() - line * 0.4, line)
        painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(share))
    painter.setPen(QColor(colours.text))
    below = QRectF(plot.left(), plot.bottom() + line * 1.7, plot.width(), line)
    painter.drawText(below, middle, tr("Probability of the answer"))
    painter.save()
    painter.translate(line / 2, plot.center().y())
    painter.rotate(-90)
    painter.drawText(QRectF(-plot.height() / 2, -line / 2, plot.height(), line), middle, tr("Share that was right"))
    painter.restore()


def describe(found: Reliability) -> str:
    """Return what the diagram shows, in words."""
    bins = "; ".join(
        tr("{mean} predicted, {right} right, {count} photos", mean=exact(mean), right=exact(right), count=count)
        for count, mean, right in found.bins
    )
    return tr("Reliability diagram, from the least probable answers to the most probable: {bins}.", bins=bins)


def exact(share: float) -> str:
    """Return a measured share in percent, as precise as the card."""
    return f"{number(100 * share, 1)} %"
