"""What a person sees of a bug: one calm sentence, and a report that can be copied."""

import platform
import re
import traceback

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from kndnet_desktop.ui.theme import GRID
from kndnet_desktop.ui.translator import tr

# Anything in quotes, and anything with a slash in it: a message may hold a patient's name as part of a path.
_PRIVATE = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|„[^“]*“|\S*[/\\]\S*")


def report_of(error: BaseException, version: str) -> str:
    """Return a report of a bug that names no file of the user's.

    Args:
        error: What was raised.
        version: The program's version.

    Returns:
        Version, system and the call stack; the message with everything that may be a name or path left out.
    """
    stack = "".join(
        f"  {frame.filename.replace(chr(92), '/').rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}\n"
        for frame in traceback.extract_tb(error.__traceback__)
    )
    message = _PRIVATE.sub("…", str(error))
    system = f"Python {platform.python_version()} on {platform.system()} {platform.release()}"
    return f"KNDNet Desktop {version}, {system}\n{type(error).__name__}: {message}\n{stack}"


class CrashDialog(QDialog):
    """Shows a report and lets it be copied.

    Args:
        report: What `report_of` returned.
    """

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("A fault in KNDNet Desktop"))
        self.resize(640, 360)
        words = QLabel(
            tr(
                "The program met a fault of its own. Your photos are untouched, and you can go on working. This report "
                "names no photo and no patient; please copy it and send it to whoever looks after the program."
            )
        )
        words.setWordWrap(True)
        self.text = QPlainTextEdit(report)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Report of the fault"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = buttons.addButton(tr("&Copy report"), QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.addWidget(words)
        layout.addWidget(self.text)
        layout.addWidget(buttons)
