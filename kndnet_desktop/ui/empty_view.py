"""What stands where a picture will be: what to do, or why there is none."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr

TITLE = "Drop a dermatoscope photo here"
HINT = "A photo, several, or a folder. Nothing leaves this computer."


class EmptyView(QWidget):
    """Words and two buttons in the middle of the empty view.

    Args:
        theme: Gives the colours.

    Signals:
        open_wanted: A photo is to be chosen.
        samples_wanted: The drawn samples are to be opened.
    """

    open_wanted = Signal()
    samples_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title, self._hint = QLabel(tr(TITLE)), QLabel(tr(HINT))
        font = QFont(self.title.font())
        font.setPointSizeF(font.pointSizeF() * 1.5)
        self.title.setFont(font)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, GRID, 0, 0)
        row.addStretch(1)
        for text, signal in (
            (tr("&Open photos…"), self.open_wanted),
            (tr("Look at &drawn samples"), self.samples_wanted),
        ):
            button = QPushButton(text)
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addStretch(1)
        for label in (self.title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(self._buttons)
        column.addStretch(1)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_no_picture(self) -> None:
        """Say that there is no picture to show; why is said beside it."""
        self.title.setText(tr("No picture to show"))
        self._hint.hide()
        self._buttons.hide()
        self.show()

    def _recolour(self) -> None:
        self._hint.setStyleSheet(f"color: {self._theme.colours.quiet};")
