"""The remarks below the answer: each a sentence with a sign for how much it matters."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from kndnet_desktop.ui.text_label import text_label
from kndnet_desktop.ui.theme import GRID, Theme

SIGN = 16  # pixels


@dataclass(frozen=True, slots=True)
class Note:
    """One remark.

    Attributes:
        sentence: For the reader, in the window's language.
        warning: Whether it speaks against relying on the answer.
    """

    sentence: str
    warning: bool = False


class NoteList(QWidget):
    """Sentences below each other.

    Args:
        theme: Gives the signs and their colours.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notes: tuple[Note, ...] = ()
        self._lines: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(1, 1)
        theme.changed.connect(self._fill)

    @property
    def text(self) -> str:
        """All that is said, a line for each remark."""
        return "\n".join(note.sentence for note in self._notes)

    def show_notes(self, notes: Sequence[Note]) -> None:
        """Show these remarks and no others."""
        if tuple(notes) != self._notes:
            self._notes = tuple(notes)
            self._fill()
        self.setVisible(bool(notes))

    def _fill(self) -> None:
        notes = self._notes
        while len(self._lines) < len(notes):
            sign, words = QLabel(), text_label()
            self._grid.addWidget(sign, len(self._lines), 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(words, len(self._lines), 1)
            self._lines.append((sign, words))
        for place, (sign, words) in enumerate(self._lines):
            used = place < len(notes)
            if used:
                colours, note = self._theme.colours, notes[place]
                name, colour = ("warning", colours.accent) if note.warning else ("info", colours.quiet)
                sign.setPixmap(self._theme.pixmap(name, SIGN, colour))
                words.setText(note.sentence.replace(" %", "\N{NO-BREAK SPACE}%"))  # figures are not torn apart
            sign.setVisible(used)
            words.setVisible(used)
