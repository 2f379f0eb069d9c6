"""The window's actions by name: what each is called, its keys and its icon, and when it can be used."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from kndnet_desktop.ui.image_view import STEP
from kndnet_desktop.ui.lesion_page import LesionPage
from kndnet_desktop.ui.theme import Theme
from kndnet_desktop.ui.translator import tr

Keys = str | QKeySequence.StandardKey


class Actions(QObject):
    """Holds the actions; those that concern the lesion page alone are there from the start.

    Args:
        page: The lesion page.
        theme: Gives the icons.
        parent: Owner, in whose window the keys work.
    """

    def __init__(self, page: LesionPage, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._page, self._theme, self._owner = page, theme, parent
        self._actions: dict[str, QAction] = {}
        self._add_album_and_frame()
        self._add_looks()
        theme.changed.connect(self._recolour)

    def __getitem__(self, name: str) -> QAction:
        """Return the action of this name."""
        return self._actions[name]

    def named(self, *names: str) -> list[QAction]:
        """Return the actions of these names."""
        return [self._actions[name] for name in names]

    def add(self, name: str, text: str, call: Callable[..., object], *keys: Keys, icon: str = "") -> QAction:
        """Add an action.

        Args:
            name: For the program.
            text: For people, its mnemonic marked with “&”.
            call: Called when it is triggered.
            keys: Its shortcuts; the first is shown.
            icon: Name of its icon; none if empty.
        """
        action = QAction(text, self._owner)
        _set_keys(action, keys)
        action.setData(icon)
        action.setIcon(self._theme.icon(icon))
        action.triggered.connect(call)
        self._actions[name] = action
        return action

    def update(self, *, here: bool) -> None:
        """Enable what can be used now.

        Args:
            here: Whether the lesion page is shown; what concerns it alone leaves its keys to the other pages while they
                are.
        """
        page = self._page
        index, count = page.place
        usable = {
            **dict.fromkeys(("copy", "frame"), page.has_picture),
            "save": page.has_answer,
            "report": page.is_settled,
            **dict.fromkeys(("heat", "fit", "actual", "in", "out"), True),
            "cover": page.heat_bar.isEnabled(),
            "previous": index > 1,
            "next": index < count,
            "undo": page.undo_stack.canUndo(),
            "redo": page.undo_stack.canRedo(),
        }
        for name, can in usable.items():
            self._actions[name].setEnabled(here and can)
        self._actions["frame"].setChecked(not page.view.frame.isNull())

    def _add_album_and_frame(self) -> None:
        page, standard = self._page, QKeySequence.StandardKey
        undo = page.undo_stack.createUndoAction(self._owner, tr("Undo"))
        redo = page.undo_stack.createRedoAction(self._owner, tr("Redo"))
        undo.setShortcuts(standard.Undo)
        _set_keys(redo, ("Ctrl+Y", "Ctrl+Shift+Z"))
        self._actions |= {"undo": undo, "redo": redo}
        self.add("previous", tr("&Previous photo"), lambda: page.step(-1), "PgUp", icon="previous")
        self.add("next", tr("&Next photo"), lambda: page.step(1), "PgDown", icon="next")
        self.add("frame", tr("Fra&me the lesion"), page.toggle_frame, "F", icon="crop").setCheckable(True)

    def _add_looks(self) -> None:
        view, bar = self._page.view, self._page.heat_bar
        heat = self.add("heat", tr("&Heat map"), lambda on: bar.check.setChecked(on), "H", icon="heatmap")
        heat.setCheckable(True)
        heat.setChecked(True)
        bar.check.toggled.connect(heat.setChecked)
        cover = self.add("cover", tr("&Cover a part"), lambda on: bar.probe_button.setChecked(on), "O")
        cover.setCheckable(True)
        bar.probe_button.toggled.connect(cover.setChecked)
        self.add("fit", tr("&Whole photo"), view.fit, "Ctrl+0", icon="fit")
        self.add("actual", tr("&Actual size"), view.actual_size, "Ctrl+1", icon="one-to-one")
        self.add("in", tr("Zoom &in"), lambda: view.zoom_by(STEP), "Ctrl++", "Ctrl+=", icon="zoom-in")
        self.add("out", tr("Zoom &out"), lambda: view.zoom_by(1 / STEP), "Ctrl+-", icon="zoom-out")

    def _recolour(self) -> None:
        for action in self._actions.values():
            if action.data():
                action.setIcon(self._theme.icon(action.data()))


def _set_keys(action: QAction, keys: tuple[Keys, ...]) -> None:
    action.setShortcuts([QKeySequence(key) for key in keys])
