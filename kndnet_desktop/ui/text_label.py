"""Plain words that wrap, can be selected, and are never taken for markup."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel


def text_label(scale: float = 1.0, *, bold: bool = False) -> QLabel:
    """Return an empty label for a sentence.

    Args:
        scale: Size of its letters, in those of the system's font.
        bold: Whether they are bold.
    """
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setBold(bold)
    label.setFont(font)
    return label


def keep_lines(label: QLabel, lines: int) -> None:
    """Keep room for so many lines, so that what is below stays where it is when the words change."""
    room = label.fontMetrics().boundingRect(0, 0, 1000, 1000, 0, "\n".join("X" * lines))
    label.setMinimumHeight(room.height())
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
