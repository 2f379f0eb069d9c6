"""Where to save a file: nothing is replaced that nobody was asked about."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from kndnet_desktop.ui.translator import tr


def ask_where(parent: QWidget, title: str, offer: Path, kind: str, ending: str) -> Path | None:
    """Ask for the file to save to.

    Args:
        parent: The window that asks.
        title: Of the dialog.
        offer: The file that is offered.
        kind: The kind of file, as `QFileDialog` wants it.
        ending: With its dot; added to a name that lacks it.

    Returns:
        The file, with its ending; None if there is to be none.
    """
    name, _ = QFileDialog.getSaveFileName(parent, title, str(offer), kind)
    if not name:
        return None
    if name.lower().endswith(ending):
        return Path(name)
    target = Path(f"{name}{ending}")
    # The dialog asked about the name as it was typed, which is another file.
    if target.exists() and not _replace(parent, title, target):
        return None
    return target


def _replace(parent: QWidget, title: str, target: Path) -> bool:
    question = tr("“{name}” is there already. Replace it?", name=target.name)
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    return QMessageBox.question(parent, title, question, yes | no, no) is yes
