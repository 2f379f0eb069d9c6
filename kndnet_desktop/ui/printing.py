"""Pages onto paper."""

from collections.abc import Sequence

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrinter


def paint(printer: QPrinter, pages: Sequence[QImage]) -> bool:
    """Print drawn pages, those that the printer was told to, each on a sheet of its own.

    Args:
        printer: Where to print.
        pages: The pages with their own margins.

    Returns:
        Whether the printer could be reached.
    """
    printer.setFullPage(True)
    printer.setPageMargins(QMarginsF(), QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(printer):
        return False
    if printer.printRange() == QPrinter.PrintRange.PageRange and printer.fromPage():
        pages = pages[printer.fromPage() - 1 : printer.toPage()]
    for number, page in enumerate(pages):
        if number:
            printer.newPage()
        room = QRectF(painter.viewport())
        size = page.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        painter.drawImage(QRectF(room.topLeft(), size), page)
    return painter.end()
