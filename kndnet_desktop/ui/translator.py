"""The window's words, from the same catalogue as the report's."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator

from kndnet_desktop.core.translation import Catalogue


class CatalogueTranslator(QTranslator):
    """Lets Qt look into a catalogue.

    Args:
        catalogue: The language.
    """

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name; Qt does not install a translator that says it is empty
        """Return False: the words lie in the catalogue."""
        return False

    def translate(self, context: str, source: str, _disambiguation: str | None = None, _n: int = -1) -> str | None:
        """Return the text in the catalogue's language; None, which lets Qt ask its own, for Qt's dialogs."""
        return None if context.startswith("Q") else self._catalogue.sentence(source)


def install(application: QCoreApplication, catalogue: Catalogue) -> list[QTranslator]:
    """Let the application speak a language, Qt's own buttons included where Qt has them in it.

    Returns:
        The translators, for taking them away again.
    """
    own = QTranslator(application)
    own.load(f"qtbase_{catalogue.language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    translators = [own, CatalogueTranslator(catalogue, application)]
    for translator in translators:
        application.installTranslator(translator)
    return translators


def tr(text: str, **values: object) -> str:
    """Return the text in the window's language, its ``{placeholders}`` filled with the values."""
    translated = QCoreApplication.translate("window", text)
    return translated.format(**values) if values else translated


def number(value: float, digits: int) -> str:
    """Return a number with the decimal sign of the window's language."""
    return f"{value:.{digits}f}".replace(".", tr("0.5")[1])


def inside(name: str) -> str:
    """Return a diagnosis in the window's language as it stands inside a sentence: English writes it small there."""
    translated = tr(name)
    return name[:1].lower() + name[1:] if translated == name else translated
