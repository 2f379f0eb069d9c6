"""What a drop or the clipboard holds, whatever form it came in."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.ui.translator import tr


def acceptable(data: QMimeData) -> bool:
    """Return whether a drag of this may be dropped on the window."""
    return data.hasUrls() or data.hasImage()


def taken(data: QMimeData) -> list[Path] | bytes:
    """Return the files that are named there, or the picture itself.

    Args:
        data: Files, a ``file://`` address or an absolute path as text, or a picture.

    Returns:
        Paths of files and folders on this computer, or a file of the picture with all its pixels.

    Raises:
        UserError: If there is nothing of the kind.
    """
    urls = data.urls() or _addresses(data.text() if data.hasText() else "")
    local = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    if local:
        return local
    if data.hasImage():
        return _encoded(QImage(data.imageData()))
    if urls:
        raise UserError(tr("Only files on this computer can be opened; nothing is fetched from the network."))
    raise UserError(tr("There is no photo in the clipboard."))


def _addresses(text: str) -> list[QUrl]:
    text = text.strip().strip('"')
    if text.startswith("file:"):
        return [QUrl(text)]
    if "\n" not in text and Path(text).is_absolute():
        return [QUrl.fromLocalFile(text)]
    return []


def _encoded(image: QImage) -> bytes:
    # The window waits for this: to compress twelve million pixels takes seconds, to copy them hardly any.
    plain = not image.hasAlphaChannel() and not image.colorSpace().isValid()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "BMP" if plain else "PNG", 100)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
