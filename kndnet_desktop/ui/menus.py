"""The window's menus and its toolbar, filled with its actions."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from kndnet_desktop.ui.actions import Actions
from kndnet_desktop.ui.translator import tr


class Menus:
    """Fills a menu bar; the menus that change are kept, for whoever changes them.

    Args:
        bar: The menu bar.
        actions: What to fill it with.

    Attributes:
        recent: What was opened before.
        modes: The calibration modes; disabled until there are some.
        themes: The colours.
        languages: The languages.
    """

    def __init__(self, bar: QMenuBar, actions: Actions) -> None:
        file = bar.addMenu(tr("&File"))
        file.addActions(actions.named("open", "folder"))
        self.recent = file.addMenu(tr("Open &recent"))
        file.addAction(actions["paste"])
        for names in ("save", "report"), ("verify",), ("quit",):
            file.addSeparator()
            file.addActions(actions.named(*names))
        bar.addMenu(tr("&Edit")).addActions(actions.named("undo", "redo", "copy"))
        view = bar.addMenu(tr("&View"))
        for group in ("frame", "heat", "cover"), ("fit", "actual", "in", "out"), ("previous", "next"):
            view.addActions(actions.named(*group))
            view.addSeparator()
        self.modes = view.addMenu(tr("P&robabilities"))
        self.modes.setEnabled(False)
        self.themes = view.addMenu(tr("&Theme"))
        self.languages = view.addMenu(tr("&Language"))
        bar.addMenu(tr("&Help")).addActions(actions.named("samples", "about"))


def offer(menu: QMenu, choices: Iterable[tuple[str, str]], chosen: str, choose: Callable[[str], None]) -> None:
    """Add choices of which one holds.

    Args:
        menu: Where to.
        choices: Key and text of each.
        chosen: Key of the one that holds now.
        choose: Called with the key of another.
    """
    group = QActionGroup(menu)
    for key, text in choices:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(key == chosen)
        action.triggered.connect(lambda _=False, key=key: choose(key))
        group.addAction(action)


def make_toolbar(first: QWidget, actions: Actions) -> QToolBar:
    """Return a toolbar with a widget at its left and the most used actions at its right."""
    bar = QToolBar(tr("Actions"))
    bar.setMovable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.addWidget(first)
    room = QWidget()
    room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(room)
    short = {
        "open": tr("Open"),
        "folder": tr("Folder"),
        "frame": tr("Frame"),
        "copy": tr("Copy"),
        "save": tr("Save"),
        "report": tr("Report"),
    }
    for name, text in short.items():
        action = actions[name]
        action.setIconText(text)
        bar.addAction(action)
        button = bar.widgetForAction(action)
        assert isinstance(button, QToolButton), "a toolbar shows actions as tool buttons"
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return bar
