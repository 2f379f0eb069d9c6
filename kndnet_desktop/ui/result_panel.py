"""The answer beside the picture: what to do, what it could be, the seven classes, and what to know of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from kndnet_desktop.core.advice import Advice, missing
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.ui.class_row import ClassRow
from kndnet_desktop.ui.note_list import Note, NoteList
from kndnet_desktop.ui.remarks import PLAIN_FACTS, opinion
from kndnet_desktop.ui.setting_box import SettingBox
from kndnet_desktop.ui.text_label import text_label
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr
from kndnet_desktop.ui.verdict_box import VerdictBox

NO_TEACHER = "No teacher network is installed, so there is no second opinion."
LIMITS = "For research: no medical device, no substitute for a clinician. Trained almost only on light skin; see About."


@dataclass(frozen=True, slots=True)
class _Shown:
    """The answer that is shown, for showing it again at another setting."""

    result: CaseResult
    card: ModelCard
    explained: str


class ResultPanel(QScrollArea):
    """Everything that is said of the picture.

    Args:
        theme: Gives the colours.

    Signals:
        class_chosen: A class was pressed; carries its code.
        second_opinion: The second opinion was switched on or off.
        anyway_wanted: The answer to a refused photo is to be shown nevertheless.
    """

    class_chosen = Signal(str)
    second_opinion = Signal(bool)
    anyway_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: _Shown | None = None
        self._teacher: ModelCard | None = None
        self._covered: tuple[Mapping[str, float], float] | None = None  # what `show_covered` showed
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(320)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verdict = VerdictBox(theme)
        self.verdict.anyway_wanted.connect(self.anyway_wanted)
        self.setting = SettingBox(theme)
        self.setting.chosen.connect(self._show_again)
        self.notes = NoteList(theme)
        self._rows = [ClassRow(theme) for _ in range(7)]
        self._group = QButtonGroup(self)
        for row in self._rows:
            self._group.addButton(row)
            row.clicked.connect(lambda _=False, row=row: self.class_chosen.emit(row.code))
        self._switch = QCheckBox(tr("&Second opinion from the teacher network"))
        self._switch.toggled.connect(self.second_opinion)
        self._opinion = text_label()
        self._off = text_label()
        self._limits = text_label()
        self._limits.setText(tr(LIMITS))

        self._content = QWidget()
        self._content.setObjectName("answer")
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, GRID)
        layout.setSpacing(GRID // 4)
        layout.addWidget(self.verdict)
        layout.addWidget(self.setting)
        layout.addSpacing(GRID // 2)
        for row in self._rows:
            layout.addWidget(row)
        layout.addSpacing(GRID // 2)
        layout.addWidget(self.notes)
        layout.addStretch(1)
        for widget in (self._switch, self._opinion, self._off, self._limits):
            layout.addWidget(widget)
        self.setWidget(self._content)
        theme.changed.connect(self._recolour)
        self._recolour()
        self.set_teacher(None, on=False)
        self.show_sentence("", "")

    @property
    def headline(self) -> str:
        """The first words that are read."""
        return self.verdict.headline.text()

    @property
    def rows(self) -> Sequence[ClassRow]:
        """The rows of the classes, most probable first."""
        return self._rows

    def set_teacher(self, card: ModelCard | None, *, on: bool) -> None:
        """Say whether there is a teacher to ask, and whether it is asked."""
        self._teacher = card
        self._switch.setEnabled(card is not None)
        with QSignalBlocker(self._switch):
            self._switch.setChecked(card is not None and on)
        self._opinion.setText("" if card else tr(NO_TEACHER))
        self._opinion.setVisible(bool(self._opinion.text()))

    def show_sentence(self, headline: str, sentence: str, *, refused: bool = False) -> None:
        """Show words in place of an answer: nothing opened yet, or a picture that can't or should not be answered.

        Args:
            headline: The first of them.
            sentence: What follows.
            refused: Whether an answer is withheld that can be asked for nevertheless.
        """
        self._shown = None
        self.verdict.show_sentence(headline, sentence, refused=refused)
        for widget in (self.setting, self.notes, self._off, *self._rows):
            widget.hide()
        if self._switch.isEnabled():
            self._opinion.hide()

    def show_result(self, result: CaseResult, card: ModelCard, explained: str) -> None:
        """Show an answer.

        Args:
            result: A result with a prediction.
            card: Card of the model that answered.
            explained: Code of the class whose heat map is shown.
        """
        prediction = result.prediction
        assert prediction, "a result without a prediction is shown as a sentence"
        self._shown, self._covered = _Shown(result, card, explained), None
        # What is shown against a refusal is not recommended upon, at no setting.
        refused = any(flag.code == "anyway" for flag in result.flags)
        self.setting.show_settings(card, prediction.mode, shown=not refused)
        advice = Advice.of_card(card, prediction.mode, self.setting.target, tr)
        self.verdict.show_result(result, card, advice)
        for row, (code, share) in zip(self._rows, prediction.ranked(), strict=True):
            second = result.teacher.probabilities.get(code) if result.teacher else None
            found = result.stability
            row.show_class(card.label(code), share, second, (found.low[code], found.high[code]) if found else None)
            row.setChecked(code == explained)
            row.show()
        self.notes.show_notes(_remarks(result, advice))
        if self._switch.isEnabled():
            said = opinion(result, card, advice)
            self._opinion.setText(said)
            self._opinion.setVisible(bool(said))
        self._off.setText(missing(card, prediction.mode, tr, self._teacher if result.teacher else None))
        self._off.setVisible(bool(self._off.text()))

    def show_covered(self, shares: Mapping[str, float] | None, p_malignant: float = 0.0) -> None:
        """Show what the answer would be with a part of the photo covered, beside the answer itself.

        Args:
            shares: Class code to probability then; None shows only the answer again.
            p_malignant: Probability of malignancy then.
        """
        self._covered = None if shares is None else (shares, p_malignant)
        if shares is None:
            self._show_again()
        else:
            self._cover()

    def _show_again(self) -> None:
        if self._shown:
            covered = self._covered
            self.show_result(self._shown.result, self._shown.card, self._shown.explained)
            self._covered = covered
            self._cover()

    def _cover(self) -> None:
        if not (self._shown and self._shown.result.prediction and self._covered):
            return
        shares, p_malignant = self._covered
        self.verdict.show_covered(self._shown.result.prediction.p_malignant, p_malignant)
        for row in self._rows:
            row.show_covered(shares[row.code])

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _recolour(self) -> None:
        self._content.setStyleSheet(f"QWidget#answer {{ background: {self._theme.colours.base}; }}")
        quiet = f"color: {self._theme.colours.quiet};"
        for label in (self._opinion, self._off, self._limits):
            label.setStyleSheet(quiet)
        for row in self._rows:
            row.update()


def _remarks(result: CaseResult, advice: Advice) -> list[Note]:
    assert result.prediction, "there is an answer"
    changes = {each.code: f"{advice.without(each, result.prediction)}." for each in result.cleaned}
    notes = []
    for flag in result.flags:
        if flag.code == "anyway":  # said above the answer
            continue
        sentence = " ".join(filter(None, (tr(flag.sentence), changes.pop(flag.code, ""))))
        notes.append(Note(sentence, flag.code not in PLAIN_FACTS))
    return notes + [Note(sentence, True) for sentence in changes.values()]
