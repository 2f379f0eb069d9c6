"""The window's words from the same catalogue as the report's."""

from PySide6.QtCore import QObject, QTranslator

from kndnet_desktop.core.translation import Catalogue


class CatalogueTranslator(QTranslator):
    """Lets ``tr()`` look into a catalogue.

    Args:
        catalogue: The language.
    """

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name; Qt does not install a translator that says it is empty
        """Return False: the words lie in the catalogue."""
        return False

    def translate(self, _context: str, source: str, _disambiguation: str | None = None, _n: int = -1) -> str:
        """Return the text in the catalogue's language; English where it has none."""
        return self._catalogue(source)
