"""The line at the bottom: which photo, of how many, and who answered."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget

from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.ui.measured import mode_name
from kndnet_desktop.ui.theme import GRID
from kndnet_desktop.ui.translator import tr

PRIVATE = "on this computer only"
MESSAGE_TIME = 8000  # milliseconds


class StatusLine(QStatusBar):
    """Shows the place in the album with its two buttons, the file, and the answer's origin.

    Args:
        previous: Goes to the previous photo.
        following: Goes to the next one.
    """

    def __init__(self, previous: QAction, following: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place, self.answer = QLabel(), QLabel()
        self.file, self.message = _Elided(), _Elided()  # one of them is seen
        self.message.hide()
        self._until = QTimer(self)
        self._until.setSingleShot(True)
        self._until.setInterval(MESSAGE_TIME)
        self._until.timeout.connect(self._end_message)
        self._name = ""
        self.setSizeGripEnabled(False)
        self.setContentsMargins(GRID, 0, GRID, 0)
        self.addWidget(_button(previous))
        self.addWidget(self.place)
        self.addWidget(_button(following))
        self.addWidget(self.file, 1)
        self.addWidget(self.message, 1)
        self.addPermanentWidget(self.answer)

    def show_state(self, place: tuple[int, int], name: str, size: tuple[int, int], result: CaseResult | None) -> None:
        """Show what is open.

        Args:
            place: Place in the album from 1, and its size; (0, 0) for none.
            name: The file's name.
            size: Width and height in pixels; (0, 0) if unknown.
            result: The answer, if there is one.
        """
        if name != self._name:
            self._name = name
            self._end_message()  # it was about the photo before
        self.place.setText(tr("{done} of {total}", done=place[0], total=place[1]) if place[1] else "")
        self.file.setText(f"{name}    {size[0]} × {size[1]}" if size[0] else name)
        prediction = result.prediction if result else None
        self.answer.setText(
            f"{prediction.model}, {mode_name(prediction.mode)}, {prediction.milliseconds:.0f} ms, {tr(PRIVATE)}"
            if prediction
            else _capital(tr(PRIVATE))
        )

    def say(self, message: str) -> None:
        """Show a message for some seconds, in the place of the file and of the answer's origin."""
        self.message.setText(message)
        self.file.hide()
        self.answer.hide()
        self.message.show()
        self._until.start()

    def _end_message(self) -> None:
        self._until.stop()
        self.message.hide()
        self.message.clear()
        self.file.show()
        self.answer.show()


class _Elided(QLabel):
    """A line of text that is cut in its middle where there is no room, so that no long name widens the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        """Return a width of nothing."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what there is room for."""
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, self.width())
        self.setToolTip(self.text() if text != self.text() else "")
        place, role = Qt.AlignmentFlag.AlignVCenter, self.foregroundRole()
        self.style().drawItemText(QPainter(self), self.rect(), place, self.palette(), self.isEnabled(), text, role)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
