"""Light and dark: two palettes of our own on Qt's Fusion style, and icons in the text's colour."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

GRID = 8  # pixels; every distance is a multiple of it or half of it


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme, each text colour at least 4.5 : 1 on its background (WCAG 2.2, 1.4.3)."""

    window: str
    base: str
    raised: str
    line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    track: str
    benign: str


LIGHT = Colours(
    window="#f4f5f6",
    base="#ffffff",
    raised="#ffffff",
    line="#c9ced3",
    text="#16191d",
    quiet="#545c65",
    accent="#0b6670",
    on_accent="#ffffff",
    track="#e6e9ec",
    benign="#87919b",
)
DARK = Colours(
    window="#15181b",
    base="#1c2024",
    raised="#22272c",
    line="#3c444c",
    text="#eceff1",
    quiet="#a3adb6",
    accent="#5cc3cc",
    on_accent="#0b1416",
    track="#2d333a",
    benign="#7f8a95",
)


class Theme(QObject):
    """Applies a theme to the application and follows the system's when asked to.

    Args:
        application: The running application.
        icons: Folder of SVG icons whose lines are ``currentColor``.
        choice: ``system``, ``light`` or ``dark``.

    Signals:
        changed: The colours are others now; icons must be asked for again.
    """

    changed = Signal()

    def __init__(self, application: QApplication, icons: Path, choice: str = "system") -> None:
        super().__init__(application)
        self._application, self._icons, self._choice = application, icons, choice
        application.setStyle("Fusion")
        # A highlighted entry would show its dark icon on the dark accent; a checked one needs its tick instead.
        application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
        application.styleHints().colorSchemeChanged.connect(lambda _: self._apply())
        self._apply()

    @property
    def choice(self) -> str:
        """``system``, ``light`` or ``dark``."""
        return self._choice

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return DARK if self.dark else LIGHT

    @property
    def dark(self) -> bool:
        """Whether the dark theme is in force."""
        if self._choice == "system":
            return self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._choice == "dark"

    def choose(self, choice: str) -> None:
        """Change to ``system``, ``light`` or ``dark``."""
        self._choice = choice
        self._apply()

    def icon(self, name: str) -> QIcon:
        """Return an icon in the text's colour, greyed where disabled; an empty one if there is no such file."""
        icon = QIcon()
        for mode, colour in (
            (QIcon.Mode.Normal, self.colours.text),
            (QIcon.Mode.Disabled, self.colours.line),
        ):
            pixmap = self.pixmap(name, 24, colour)
            if not pixmap.isNull():
                icon.addPixmap(pixmap, mode)
        return icon

    def pixmap(self, name: str, side: int, colour: str) -> QPixmap:
        """Return an icon drawn for the sharpest screen there is, ``side`` device-independent pixels wide."""
        try:
            drawing = (self._icons / f"{name}.svg").read_bytes().replace(b"currentColor", colour.encode())
        except OSError:
            return QPixmap()
        ratio = self._application.devicePixelRatio()
        pixmap = QPixmap(round(side * ratio), round(side * ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _apply(self) -> None:
        self._application.setPalette(_palette(self.colours))
        tick = self._icons / ("tick-dark.svg" if self.dark else "tick-light.svg")
        self._application.setStyleSheet(_style(self.colours, tick.as_posix()))
        self.changed.emit()


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for roles, colour in (
        ((role.Window,), colours.window),
        ((role.Base, role.ToolTipBase), colours.base),
        ((role.AlternateBase, role.Button), colours.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), colours.text),
        ((role.PlaceholderText,), colours.quiet),
        ((role.Highlight, role.Link, role.Accent), colours.accent),
        ((role.LinkVisited,), colours.accent),
        ((role.HighlightedText,), colours.on_accent),
        ((role.Mid, role.Dark), colours.line),
        ((role.Midlight, role.Light), colours.track),
        ((role.Shadow,), "#000000"),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(colours.benign))
    return palette


def _style(colours: Colours, tick: str) -> str:
    # Fusion draws the outline of a check box darker than the window: on a dark window it can't be seen.
    return f"""
        QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {colours.quiet}; border-radius: 3px;
                                background: {colours.base}; }}
        QCheckBox::indicator:checked {{ background: {colours.accent}; border-color: {colours.accent};
                                        image: url("{tick}"); }}
        QCheckBox::indicator:disabled {{ background: {colours.track}; border-color: {colours.line}; }}
        QCheckBox:focus {{ color: {colours.accent}; }}
        QCheckBox::indicator:focus {{ width: 12px; height: 12px; border: 2px solid {colours.text}; }}
        QPushButton:checked {{ background: {colours.track}; border: 2px solid {colours.accent}; border-radius: 3px;
                               padding: 2px 6px; }}
        QPushButton:checked:focus {{ border-color: {colours.text}; }}
        QToolBar {{ border: none; border-bottom: 1px solid {colours.line}; background: {colours.window};
                    spacing: 4px; padding: 4px 8px; }}
        QToolButton {{ padding: 5px 8px; border: 1px solid transparent; border-radius: 4px; }}
        QToolButton:hover, QToolButton:checked {{ background: {colours.track}; }}
        QToolButton:checked {{ border-color: {colours.accent}; }}
        QToolButton:focus {{ padding: 4px 7px; border: 2px solid {colours.text}; }}
        QTabBar::tab {{ padding: 8px 16px; border: none; border-bottom: 2px solid transparent; }}
        QTabBar::tab:selected {{ border-bottom-color: {colours.accent}; }}
        QTabBar::tab:focus {{ color: {colours.accent}; background: {colours.track}; }}
        QStatusBar {{ border-top: 1px solid {colours.line}; }}
        QStatusBar::item {{ border: none; }}
        QToolTip {{ color: {colours.text}; background: {colours.base}; border: 1px solid {colours.line};
                    padding: 4px; }}
        QSplitter::handle {{ background: {colours.line}; }}
    """
