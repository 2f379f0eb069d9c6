"""What this program is and is not, and the cards of its models."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.examine import Models
from kndnet_desktop.ui.model_card import card_html
from kndnet_desktop.ui.reliability_chart import draw
from kndnet_desktop.ui.theme import Theme
from kndnet_desktop.ui.translator import tr

PURPOSE = (
    "KNDNet Desktop estimates which of seven classes a dermatoscope photo of a skin lesion belongs to, and shows where "
    "in the picture the estimate comes from. It is meant for research: it is not a medical device and no substitute "
    "for a clinician. Photos never leave this computer; the program opens no network connection."
)
KEYS = (
    ("Ctrl+O, Ctrl+Shift+O", "open photos, open a folder"),
    ("Ctrl+V, Ctrl+C, Ctrl+S", "paste a photo, copy the result, save the heat map"),
    ("Ctrl+R", "report as PDF"),
    ("← and →", "previous and next photo"),
    ("Ctrl++, Ctrl+−, Ctrl+0, Ctrl+1", "zoom in, zoom out, whole photo, actual size"),
    ("F", "frame the lesion; Ctrl+Z and Ctrl+Y undo and redo"),
    ("Alt+arrows, Alt+Shift+arrows", "on the photo: move the frame, resize the frame"),
    ("Ctrl+arrows", "on the photo: move it where it is zoomed; in the batch table (↑ and ↓): sort by the column"),
    ("H, space bar on the photo", "heat map on or off, hide it while held"),
    ("O, then arrows, + and −, Esc", "cover a part of the photo and see what the answer would be, take the patch away"),
    ("Tab, ↑ and ↓, space bar", "from control to control, from class to class, press"),
)
LICENCES = (
    "The program: Apache License 2.0. It uses Qt for Python (LGPL 3), ONNX Runtime (MIT), NumPy (BSD), Pillow "
    "(MIT-CMU), simplejpeg (MIT, with libjpeg-turbo, BSD and IJG), cmap (BSD) with the viridis colour map (CC0), "
    "platformdirs (MIT), tqdm (MPL 2.0 and MIT), Typst (Apache 2.0), pyHanko (MIT), cryptography (Apache 2.0 or BSD), "
    "keyring (MIT) and XlsxWriter (BSD)."
)


class AboutPage(QTextBrowser):
    """A page of text, readable by screen readers and selectable.

    Args:
        theme: Gives the colours.
        version: The program's version.
        licences: The folder of licences that a packed program carries; need not exist.
    """

    def __init__(self, theme: Theme, version: str, licences: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._version, self._licences = theme, version, licences
        self._models: Models | None = None
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.document().setDocumentMargin(32)
        self.setAccessibleName(tr("About this program and its models"))
        theme.changed.connect(self._write)
        self._write()

    def show_models(self, models: Models | None) -> None:
        """Show the cards of these models."""
        self._models = models
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew for other letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._write()

    def event(self, event: QEvent) -> bool:
        """Draw anew for a screen with more pixels, or fewer."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._write()
        return super().event(event)

    def _write(self) -> None:
        """Write the page, and stay where the reader is."""
        place = self.verticalScrollBar().value()
        self.setHtml("".join(self._parts()))
        self.verticalScrollBar().setValue(place)

    def _parts(self) -> Iterator[str]:
        yield f"<h1>KNDNet Desktop {escape(self._version)}</h1><p>{escape(tr(PURPOSE))}</p>"
        if self._models:
            yield self._card(self._models.main.card)
            if self._models.teacher:
                yield self._card(self._models.teacher.card)
            else:
                yield f"<h2>{tr('Teacher')}</h2><p>{tr('No teacher network is installed.')}</p>"
        rows = "".join(f"<tr><td><b>{escape(tr(keys))}</b></td><td>{escape(tr(does))}</td></tr>" for keys, does in KEYS)
        yield f"<h2>{tr('Keyboard')}</h2><table cellpadding='4'>{rows}</table>"
        yield f"<h2>{tr('Licences')}</h2><p>{escape(tr(LICENCES))}</p>"
        index = self._licences / "INDEX.txt"
        if index.is_file():
            lines = index.read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines()
            where = tr("All that is in this program; the texts lie in {folder}:", folder=self._licences)
            yield f"<p>{escape(where)}</p><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"

    def _card(self, card: ModelCard) -> str:
        found, address = card.trust.reliability, f"reliability-{card.role}"
        chart = draw(found, self._theme.colours, self.font(), self.devicePixelRatioF()) if found else None
        if chart:
            self.document().addResource(QTextDocument.ResourceType.ImageResource, QUrl(address), chart.image)
        return card_html(card, chart, address)
