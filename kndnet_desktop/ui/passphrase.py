"""Asks for the passphrase of the signing key, where the system has no keyring that keeps it."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget


def ask_passphrase(parent: QWidget, *, new: bool) -> str:
    """Ask for it, twice where it is new.

    Args:
        parent: The dialog that asks.
        new: Whether a key is to be made.

    Returns:
        The passphrase; empty if none was given.
    """
    question = (
        _tr("Choose a passphrase for the key that signs reports. This computer has no keyring to keep it.")
        if new
        else _tr("Passphrase of the key that signs reports:")
    )
    while True:
        given = _typed(parent, question)
        if not (given and new):
            return given
        again = _typed(parent, _tr("The same passphrase once more:"))
        if again in ("", given):
            return again
        question = _tr("The two passphrases differ. Choose a passphrase and type it twice.")


def _typed(parent: QWidget, question: str) -> str:
    text, accepted = QInputDialog.getText(parent, _tr("Signing key"), question, QLineEdit.EchoMode.Password)
    return text if accepted else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("passphrase", text)
