"""Which rows of a run are shown: by words, class, risk, remark and state."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from kndnet_desktop.core.advice import recommend
from kndnet_desktop.core.rows import Choice
from kndnet_desktop.core.translation import grouped
from kndnet_desktop.ui.run_summary import photos, risk_names
from kndnet_desktop.ui.run_table import REMARKS
from kndnet_desktop.ui.theme import GRID
from kndnet_desktop.ui.translator import tr

STATES = (
    ("Answered", "ok"),
    ("Without an answer", "failed"),
    ("Not a dermatoscope photo", "rejected"),
    ("Not readable", "error"),
    ("Waiting", "waiting"),
)

SHOWN_LETTERS = 12  # of a choice that is made
OPENED_WIDTH = 260  # pixels of the choices there are
LEAST_TEXT, LEAST_CHOICE = 15 * GRID, 12 * GRID  # pixels, in the narrowest window


class RunFilters(QWidget):
    """One line of choices above the table.

    Signals:
        changed: Other rows are wanted.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLineEdit()
        self.text.setPlaceholderText(tr("Find in names and messages"))
        self.text.setClearButtonEnabled(True)
        self.text.setAccessibleName(tr("Find in names and messages"))
        self.text.setMinimumWidth(LEAST_TEXT)
        self.classes, self.risks, self.advice, self.flags, self.states = (QComboBox() for _ in range(5))
        self._count = QLabel()
        self.clear_button = QPushButton(tr("Show all"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.addWidget(self.text, 1)
        for box, name in (
            (self.classes, tr("Class")),
            (self.risks, tr("Probability of malignancy")),
            (self.advice, tr("Referral")),
            (self.flags, tr("Remark")),
            (self.states, tr("State")),
        ):
            box.setAccessibleName(name)
            box.setToolTip(name)
            # Long classes and remarks are elided, so that a narrow window holds the whole line.
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(SHOWN_LETTERS)
            box.setMinimumWidth(LEAST_CHOICE)
            box.view().setMinimumWidth(OPENED_WIDTH)
            box.activated.connect(self.changed)
            row.addWidget(box)
        row.addWidget(self.clear_button)
        row.addWidget(self._count)
        self.text.textChanged.connect(self.changed)
        self.clear_button.clicked.connect(self.clear)
        _fill(self.classes, tr("Any class"), ())
        _fill(self.risks, tr("Any probability"), ((name, place) for place, name in enumerate(risk_names())))
        told = (recommend(True, tr), 2), (tr("Not ruled out"), 1), (recommend(False, tr), 0)
        _fill(self.advice, tr("Any referral"), told)
        _fill(self.flags, tr("Any remark"), ())
        _fill(self.states, tr("Any state"), ((tr(name), code) for name, code in STATES))
        self.show_count(0, 0)

    def set_labels(self, labels: Sequence[Mapping[str, Any]]) -> None:
        """Offer these classes."""
        _fill(self.classes, tr("Any class"), ((tr(label["name"]), label["code"]) for label in labels))

    def set_advised(self, advised: bool) -> None:
        """Offer the recommendations, where the model gives any."""
        self.advice.setVisible(advised)

    def set_flags(self, codes: Iterable[str]) -> None:
        """Offer the remarks that occur, unless the list is open: it would change under the hand."""
        if not self.flags.view().isVisible():
            _fill(self.flags, tr("Any remark"), ((tr(REMARKS.get(code, code)), code) for code in sorted(codes)))

    def show_count(self, shown: int, total: int) -> None:
        """Say how many rows there are."""
        self._count.setText(tr("{count} shown", count=grouped(shown, tr)) if shown != total else photos(total))
        self.clear_button.setEnabled(self.choice() != Choice())

    def choice(self, sort: str = "order", *, descending: bool = False) -> Choice:
        """Return what is chosen, in this order."""
        return Choice(
            text=self.text.text().strip(),
            top=self.classes.currentData() or "",
            flag=self.flags.currentData() or "",
            risk=self.risks.currentData(),
            urgency=self.advice.currentData(),
            status=self.states.currentData() or "",
            sort=sort,
            descending=descending,
        )

    def show_failures(self) -> None:
        """Show what has no answer, to be looked at by a person."""
        self._reset()
        self.states.setCurrentIndex(self.states.findData("failed"))
        self.changed.emit()

    def clear(self) -> None:
        """Show all rows."""
        self._reset()
        self.changed.emit()

    def _reset(self) -> None:
        blocked = self.text.blockSignals(True)
        self.text.clear()
        self.text.blockSignals(blocked)
        for box in (self.classes, self.risks, self.advice, self.flags, self.states):
            box.setCurrentIndex(0)


def _fill(box: QComboBox, any_text: str, choices: Iterable[tuple[str, object]]) -> None:
    """Offer these choices; one that is chosen and still there stays chosen."""
    wanted = [(any_text, None), *choices]
    if [box.itemText(place) for place in range(box.count())] == [text for text, _ in wanted]:
        return
    chosen = box.currentData()
    box.clear()
    for text, value in wanted:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(chosen) if chosen is not None else 0))
