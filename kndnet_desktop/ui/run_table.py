"""The rows of a run as an item model: only what is looked at is read, so that 100,000 rows scroll like ten."""

import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPixmap

from kndnet_desktop.core.advice import left_open, percent
from kndnet_desktop.core.journal import Journal
from kndnet_desktop.core.rows import Row, read
from kndnet_desktop.ui.theme import Theme
from kndnet_desktop.ui.thumbnails import HEIGHT, WIDTH, Thumbnails
from kndnet_desktop.ui.translator import tr

COLUMNS = ("Photo", "Answer", "Malignant", "Referral", "Could be", "Remarks", "State")
SORTS = ("name", "answer", "risk", "refer", "could be", "flags", "status")  # of the columns; keys of core.rows.SORTS
PAGE = 64
PAGES = 8
DRAWN = 100
STATES = {"ok": "Answered", "rejected": "Refused", "error": "No answer", "": "Waiting"}
REMARKS = {
    "cropped": "Only the middle was looked at",
    "few-pixels": "Few pixels",
    "duplicate": "Same as another file",
    "first-frame": "First frame only",
    "profile": "Colours converted",
    "bad-profile": "Colour profile unusable",
    "cmyk": "Print colours",
    "transparent": "Transparent spots",
    "unstable": "Answer is not steady",
    "blurred": "Out of focus",
    "dark": "Too dark",
    "bright": "Overexposed",
    "cut-off": "Lesion cut off",
    "small": "Lesion is small",
    "glare": "Reflections",
    "hair": "Hair",
    "ink": "Pen marks",
    "ruler": "Scale in the photo",
    "bubbles": "Bubbles",
}
REFER = {True: "consider", False: "no signal"}
OPEN = "not ruled out"  # no signal, and yet it could be malignant

_Index = QModelIndex | QPersistentModelIndex

# As plain numbers, which is how Qt gives them: comparing them with Qt's enumeration takes three times as long.
_DISPLAY, _DECORATION, _TOOL_TIP, _FOREGROUND, _ALIGNMENT = _ROLES = tuple(
    int(role)
    for role in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.TextAlignmentRole,
    )
)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RunTable(QAbstractTableModel):
    """The chosen rows of one run.

    Args:
        thumbnails: Makes the small pictures.
        theme: Colours.
        parent: Owner.

    Signals:
        sort_wanted: Another order is asked for; carries a key of `core.rows.SORTS` and whether it is descending.
    """

    sort_wanted = Signal(str, bool)

    def __init__(self, thumbnails: Thumbnails, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails, self._theme = thumbnails, theme
        self._journal: Journal | None = None
        self._folder = Path()
        # In the window's language once and not for every cell: a screen of rows must come at once.
        self._names: dict[str, str] = {}
        self._malignant: frozenset[str] = frozenset()
        self._refer, self._open = {refer: tr(text) for refer, text in REFER.items()}, tr(OPEN)
        self._states = {code: tr(text) for code, text in STATES.items()}
        self._remarks = {code: tr(text) for code, text in REMARKS.items()}
        self._ids = array("q")
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._drawn: OrderedDict[int, int] = OrderedDict()  # where a thumbnail that is being made will be shown
        self._none = QPixmap(WIDTH, HEIGHT)
        self._none.fill(Qt.GlobalColor.transparent)
        thumbnails.ready.connect(self._show_thumbnail)

    def open(self, journal: Journal | None, folder: Path, labels: Sequence[Mapping[str, Any]]) -> None:
        """Show another run, or none; its rows come with `show`.

        Args:
            journal: Open for reading, and read by this model only.
            folder: The folder of pictures.
            labels: Classes of the model that answers, as in the run's facts.
        """
        self._thumbnails.clear()
        self.beginResetModel()
        if self._journal:
            self._journal.close()
        self._journal, self._folder = journal, folder
        self._names = {label["code"]: f"{'▲ ' if label['malignant'] else ''}{tr(label['name'])}" for label in labels}
        self._malignant = frozenset(label["code"] for label in labels if label["malignant"])
        self._ids = array("q")
        self._pages.clear()
        self.endResetModel()

    def show(self, ids: "array[int]", pages: Mapping[int, list[Row]]) -> bool:
        """Show these rows.

        Args:
            ids: The rows, in order.
            pages: What `read_pages` read of the pages `held`, so that the window need not wait for the disk.

        Returns:
            Whether these are others than before, or in another order, so that a selection has to be made anew.
        """
        old, before = self._ids, dict(self._pages)
        if ids == old:
            # Those that were let go of meanwhile stay so, or ever more would be held and read.
            self._pages.update((page, rows) for page, rows in pages.items() if page in before)
            self._tell_changes(before, pages)
            return False
        grown = len(ids) > len(old) and ids[: len(old)] == old
        if grown:
            self.beginInsertRows(QModelIndex(), len(old), len(ids) - 1)
        else:
            self.beginResetModel()
            self._drawn.clear()
        self._ids = ids
        self._pages = OrderedDict(pages)
        if grown:
            self.endInsertRows()
            self._tell_changes(before, pages)
        else:
            self.endResetModel()
        return not grown

    @property
    def held(self) -> tuple[int, ...]:
        """The pages of `PAGE` rows that are in memory, those on the screen among them."""
        return tuple(self._pages)

    @property
    def malignant(self) -> frozenset[str]:
        """Codes of the malignant classes of the model that answers."""
        return self._malignant

    @property
    def ids(self) -> "array[int]":
        """The rows shown, in order."""
        return self._ids

    def row(self, place: int) -> Row:
        """Return what is in this place."""
        page, within = divmod(place, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            assert self._journal, "there are rows only of a run"
            rows = read_pages(self._journal.connection, self._ids, [page])[page]
            self._pages[page] = rows
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(page)
        return rows[within]

    def whole_row(self, place: int) -> Row:
        """Return what is in this place with the whole result."""
        assert self._journal, "there are rows only of a run"
        return read(self._journal.connection, [self._ids[place]], results=True)[0]

    def path(self, row: Row) -> Path:
        """Return where the picture of a row lies."""
        return self._folder / row.path

    def label(self, code: str) -> str:
        """Return a class's full name, marked if it is malignant."""
        return self._names.get(code, code)

    # What Qt asks

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return the number of rows."""
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: _Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's name."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        # Qt asks for eight roles of each cell, hundreds of times a screen: what is of no account must cost nothing.
        if role not in _ROLES or not index.isValid():
            return None
        column = index.column()
        if role == _ALIGNMENT:
            return _RIGHT if column == 2 else None
        if role == _DECORATION and column > 0:
            return None
        row = self.row(index.row())
        if role == _DISPLAY:
            return self._text(row, column)
        if role == _DECORATION:
            pixmap = self._thumbnails.get(row.id, self.path(row), row.sha256)
            if pixmap is None:
                self._drawn[row.id] = index.row()
                if len(self._drawn) > DRAWN:
                    self._drawn.popitem(last=False)
            return pixmap or self._none
        if role == _TOOL_TIP:
            return tr(row.message) if row.message else self._text(row, column)
        if role == _FOREGROUND and row.status != "ok":
            return QColor(self._theme.colours.quiet)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for another order."""
        if column >= 0:
            self.sort_wanted.emit(SORTS[column], order == Qt.SortOrder.DescendingOrder)

    def _text(self, row: Row, column: int) -> str:
        if column == 0:
            return row.name
        if column == 1:
            return self.label(row.top) if row.top else tr(row.message)
        if column == 2:
            return percent(row.p_malignant) if row.p_malignant is not None else ""
        if column == 3:
            if left_open(row.refer, row.could_be, self._malignant):
                return self._open
            return "" if row.refer is None else self._refer[row.refer]
        if column == 4:
            return ", ".join(self.label(code) for code in row.could_be)
        if column == 5:
            codes = (*row.flags, "duplicate") if row.same_as is not None else row.flags
            return ", ".join(self._remarks.get(code, code) for code in codes)
        return self._states[row.status]

    def _tell_changes(self, before: Mapping[int, list[Row]], now: Mapping[int, list[Row]]) -> None:
        """Have the rows painted again that are others than before; rows that no page held were not painted."""
        last = len(COLUMNS) - 1
        for page, rows in now.items():
            pairs = enumerate(zip(before.get(page, ()), rows, strict=False), page * PAGE)
            changed = [place for place, (old, new) in pairs if old != new]
            if changed:
                self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], last))

    def _show_thumbnail(self, number: int) -> None:
        place = self._drawn.pop(number, None)
        if place is not None and place < len(self._ids) and self._ids[place] == number:
            index = self.index(place, 0)
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])


def read_pages(connection: sqlite3.Connection, ids: "array[int]", pages: Sequence[int]) -> dict[int, list[Row]]:
    """Return these pages of the rows, as far as there are so many.

    Args:
        connection: To the journal of the run.
        ids: All rows shown, in order.
        pages: Numbers of pages of `PAGE` rows.
    """
    parts = {page: ids[page * PAGE : (page + 1) * PAGE] for page in pages}
    return {page: read(connection, part) for page, part in parts.items() if part}
