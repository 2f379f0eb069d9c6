"""Keeps the wheel, with which one scrolls a form, from changing the controls that pass under the pointer."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class _Guard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave the wheel to whatever scrolls, unless the control was chosen."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()  # goes on to the parent
            return True
        return False


def only_when_chosen(*controls: QWidget) -> None:
    """Let the wheel change these controls only after a click on them or a Tab to them."""
    for control in controls:
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # by itself the wheel would give them the focus
        control.installEventFilter(_Guard(control))
