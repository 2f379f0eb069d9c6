"""A run as it is looked at: its rows, the picture of the row that is selected, and the numbers."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kndnet_desktop.core.advice import Advice
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.journal import FILE, Journal
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.core.report_parts import MAX_PHOTOS
from kndnet_desktop.core.rows import Row, Summary, choose, read_all, summarise
from kndnet_desktop.core.run_tables import write_table
from kndnet_desktop.core.translation import grouped
from kndnet_desktop.core.trust import DEFAULT_TARGET
from kndnet_desktop.ui.batch_report_dialog import Order
from kndnet_desktop.ui.jobs import Jobs, Newest
from kndnet_desktop.ui.run_filters import RunFilters
from kndnet_desktop.ui.run_preview import RunPreview, scrolled
from kndnet_desktop.ui.run_summary import RunSummary
from kndnet_desktop.ui.run_table import COLUMNS, RunTable, read_pages
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.thumbnails import HEIGHT, WIDTH, Thumbnails
from kndnet_desktop.ui.translator import tr

KEPT_PARTS = 1000  # stretches of selected rows that are followed into another order; Qt's time grows with their square
WALK = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Right)
WIDTHS = (220, 150, 76, 92, 120, 110, 92)  # of the columns, in pixels


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    ids: "array[int]"
    pages: dict[int, list[Row]]
    summary: Summary


class RunView(QWidget):
    """Shows one run.

    Args:
        jobs: Where work runs.
        theme: Colours and icons.
        parent: Owner.

    Signals:
        open_requested: A photo is to be shown on its own; carries its path.
        viewed: The rows shown are up to date.
        said: A short message for the status line.
        broke: A job met a bug; carries the exception.
    """

    open_requested = Signal(object)
    viewed = Signal()
    photos_listed = Signal(object)
    said = Signal(str)
    broke = Signal(object)

    def __init__(self, jobs: Jobs, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._models: Models | None = None
        self._target: Path | None = None
        self._facts: dict[str, Any] = {}
        self._sort, self._descending = "order", False
        self._previewed: Row | None = None
        self.table = RunTable(Thumbnails(jobs, self), theme, self)
        self.filters = RunFilters()
        self.view = _table_view(self.table)
        self.preview = RunPreview(jobs)
        self.summary = RunSummary(theme)
        self.failures_button = QPushButton(tr("Show photos without an answer"))
        self._lay_out()
        self._asking = Newest(jobs, self)
        self._asking.item.connect(self._on_looked)
        self._asking.failed.connect(self._on_failed)
        self.filters.changed.connect(self.refresh)
        self.table.sort_wanted.connect(self._sort_by)
        self.view.horizontalHeader().sortIndicatorChanged.connect(self._on_indicator)
        self.view.activated.connect(lambda index: self._open_row(index.row()))
        self.view.selectionModel().currentRowChanged.connect(lambda index, _before: self._show_row(index.row()))
        self.failures_button.clicked.connect(self.filters.show_failures)
        self.preview.broke.connect(self.broke)
        theme.changed.connect(self.summary.histogram.update)

    @property
    def target(self) -> Path | None:
        """The folder of results that is shown, or None."""
        return self._target

    def set_models(self, models: Models) -> None:
        """Use these models for the heat map of the row that is selected."""
        self._models, self._previewed = models, None

    def open(self, target: Path) -> None:
        """Show the run in this folder of results.

        Raises:
            UserError: If it can't be read.
        """
        journal = Journal(target / FILE)
        self._target, self._facts = target, journal.facts()
        labels = self._facts["models"][0]["labels"]
        self.table.open(journal, Path(self._facts["folder"]), labels)
        self.filters.set_labels(labels)
        advised = self._facts["advice"]["point"] is not None
        self.filters.set_advised(advised)
        self.view.setColumnHidden(COLUMNS.index("Referral"), not advised)
        self.view.setColumnHidden(COLUMNS.index("Could be"), self._facts["advice"]["coverage"] is None)
        self._clear_preview()
        self.filters.clear()

    def close_run(self) -> None:
        """Show none."""
        self._asking.drop()
        self._target = None
        self.table.open(None, Path(), ())
        self._clear_preview()

    def order(self, photos: Sequence[tuple[Path, CaseResult | None]], models: Models) -> Order:
        """Return what a report on these photos, with what the run found in each, asks of the models: as the run did."""
        advice = Advice.of_facts(self._facts)
        if len(self._facts["models"]) == 1:
            models = replace(models, teacher=None)
        return Order(photos, models, self._facts["mode"], advice.point.target if advice.point else DEFAULT_TARGET)

    def refresh(self) -> None:
        """Look again at which rows there are, and count."""
        if self._target is None:
            return
        path, choice = self._target / FILE, self.filters.choice(self._sort, descending=self._descending)
        held, malignant = self.table.held, self.table.malignant

        def work() -> Iterator[_Looked]:
            with Journal(path) as journal:
                ids = choose(journal.connection, choice, tr, malignant)
                yield _Looked(ids, read_pages(journal.connection, ids, held), summarise(journal.connection))

        self._asking.ask(work)

    def selected(self) -> "array[int]":
        """Return the ids of the rows that are selected, in the order shown."""
        ids, found = self.table.ids, array("q")
        selection = self.view.selectionModel().selection()
        parts = [selection.at(place) for place in range(selection.count())]
        for start, end in sorted((part.top(), part.bottom() + 1) for part in parts):
            found.extend(ids[start:end])
        return found

    def has(self, which: str) -> bool:
        """Return whether there are rows to save: ``all``, ``shown`` or ``selected``."""
        if which == "selected":
            return self.view.selectionModel().hasSelection()
        return self._target is not None and (which == "all" or self.table.rowCount() > 0)

    def save_table(self, target: Path, which: str) -> None:
        """Save rows as CSV, XLSX or JSON lines, by the file's ending, and say so.

        Args:
            target: The file to create or replace.
            which: ``all``, ``shown`` or ``selected``.
        """
        if self._target is None:
            return
        source = self._target / FILE
        ids = {"all": None, "shown": self.table.ids, "selected": self.selected()}[which]

        def work() -> Iterator[str]:
            try:
                with Journal(source) as journal:
                    write_table(target, journal, ids)
            except UserError as error:
                yield tr(str(error))
            else:
                yield tr("Saved “{name}”.", name=target.name)

        job = self._jobs.start(work)
        job.item.connect(lambda sentence: self.said.emit(sentence))
        job.failed.connect(self._on_failed)

    def list_photos(self) -> None:
        """Read where the photos of the rows shown are and what was found in them, and send `photos_listed`.

        If they are more than one report takes, say so instead.
        """
        if self._target is None:
            return
        if len(self.table.ids) > MAX_PHOTOS:
            count, most = grouped(len(self.table.ids), tr), grouped(MAX_PHOTOS, tr)
            self.said.emit(
                tr("These are {count} photos; one report takes up to {most}. Filter the rows.", count=count, most=most)
            )
            return
        source, ids, path = self._target / FILE, self.table.ids, self.table.path

        def work() -> Iterator[tuple[tuple[Path, CaseResult | None], ...]]:
            with Journal(source) as journal:
                rows = [(path(row), row.result) for row in read_all(journal.connection, ids)]
                yield tuple((at, CaseResult.from_json(str(at), found) if found else None) for at, found in rows)

        job = self._jobs.start(work)
        job.item.connect(self.photos_listed)
        job.failed.connect(self._on_failed)

    def _lay_out(self) -> None:
        numbers = QWidget()
        column = QVBoxLayout(numbers)
        column.setContentsMargins(0, 0, 0, GRID)
        figures = scrolled(self.summary, tr("The run in numbers"))
        figures.setMinimumHeight(3 * GRID)  # on a low screen they scroll
        column.addWidget(figures, 1)
        column.addWidget(self.failures_button, 0, Qt.AlignmentFlag.AlignHCenter)
        side = QSplitter(Qt.Orientation.Vertical)
        side.addWidget(self.preview)
        side.addWidget(numbers)
        side.setSizes([340, 340])
        side.setStretchFactor(0, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.view)
        self.splitter.addWidget(side)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([760, 360])
        for splitter in (side, self.splitter):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.filters)
        whole.addWidget(self.splitter, 1)

    def _on_indicator(self, column: int, _order: Qt.SortOrder) -> None:
        if column < 0:  # the third click on a heading: the order of the folder again
            self._sort_by("order", descending=False)

    def _sort_by(self, sort: str, descending: bool) -> None:
        self._sort, self._descending = sort, descending
        self.refresh()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, UserError):  # the folder of results is gone, its drive perhaps
            self.said.emit(tr(str(error)))
        else:
            self.broke.emit(error)

    def _on_looked(self, looked: _Looked) -> None:
        if self._target is None:
            return
        current, column, selected = self._current(), self.view.currentIndex().column(), self.selected()
        place = self.view.verticalScrollBar().value()
        if self.table.show(looked.ids, looked.pages):
            self._select_again(current, column, selected)
            self.view.verticalScrollBar().setValue(place)
        self.summary.show_summary(looked.summary, self._facts)
        self.filters.set_flags(looked.summary.flags)
        self.filters.show_count(len(looked.ids), looked.summary.total)
        self.failures_button.setVisible(looked.summary.failed > 0)
        if self.view.currentIndex().isValid():
            self._show_row(self.view.currentIndex().row())
        else:
            self._clear_preview()
        self.viewed.emit()

    def _clear_preview(self) -> None:
        self._previewed = None
        self.preview.clear()

    def _current(self) -> int | None:
        index = self.view.currentIndex()
        return self.table.ids[index.row()] if index.isValid() else None

    def _select_again(self, current: int | None, column: int, ids: Sequence[int]) -> None:
        """Select the same pictures in their new places, and stay in the same column."""
        if current is None and not ids:
            return
        selection, chosen, model = QItemSelection(), set(ids), self.view.selectionModel()
        last = self.table.columnCount() - 1
        for part in _stretches(place for place, number in enumerate(self.table.ids) if number in chosen):
            selection.select(self.table.index(part.start, 0), self.table.index(part.stop - 1, last))
        if selection.count() > KEPT_PARTS:
            selection.clear()
            self.said.emit(tr("Too many rows were selected to follow them all; please select them again."))
        if current is not None and current in self.table.ids:
            index = self.table.index(self.table.ids.index(current), column)
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.Select)

    def _show_row(self, place: int) -> None:
        if 0 <= place < len(self.table.ids):
            listed = self.table.row(place)
            if listed != self._previewed:  # else it stays as it is, zoomed perhaps
                self._previewed, row = listed, self.table.whole_row(place)
                self.preview.show_row(row, self.table.path(row), self._facts, self._models)

    def _open_row(self, place: int) -> None:
        self.open_requested.emit(self.table.path(self.table.row(place)))


class _Rows(QTableView):
    """A table that keeps the keys with which one walks through it, which the window uses for the lesion page."""

    def event(self, event: QEvent) -> bool:
        """Claim those keys before any shortcut does."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in WALK:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Sort by the column of the current cell with Ctrl+↑ and Ctrl+↓, as a click on its heading does."""
        orders = {Qt.Key.Key_Up: Qt.SortOrder.AscendingOrder, Qt.Key.Key_Down: Qt.SortOrder.DescendingOrder}
        column = self.currentIndex().column()
        if event.key() in orders and event.modifiers() & Qt.KeyboardModifier.ControlModifier and column >= 0:
            self.sortByColumn(column, orders[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


def _table_view(table: RunTable) -> QTableView:
    view = _Rows()
    view.setModel(table)
    view.setAccessibleName(tr("Photos of the run"))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setIconSize(QSize(WIDTH, HEIGHT))
    view.setTabKeyNavigation(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(HEIGHT + GRID)
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header = view.horizontalHeader()
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    header.setSortIndicatorClearable(True)
    header.setHighlightSections(False)
    for section, width in enumerate(WIDTHS):
        header.resizeSection(section, width)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    view.setSortingEnabled(True)
    return view


def _stretches(places: Iterable[int]) -> list[range]:
    """Rising numbers as stretches without a gap."""
    found: list[range] = []
    for place in places:
        if found and found[-1].stop == place:
            found[-1] = range(found[-1].start, place + 1)
        else:
            found.append(range(place, place + 1))
    return found
