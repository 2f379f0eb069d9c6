"""The first that is read: what to do, what it could be, how malignant, and how steady the answer is."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kndnet_desktop.core.advice import Advice, percent
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.ui.remarks import could_be, doubts, steadiness
from kndnet_desktop.ui.text_label import keep_lines, text_label
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import inside, tr

SETTLED = 500  # milliseconds without a change after which a screen reader is told; a drag changes it all the time


class VerdictBox(QWidget):
    """A headline in a box, and the words below it; a screen reader is told when they have changed.

    Args:
        theme: Gives the colours.

    Signals:
        anyway_wanted: The answer to a refused photo is to be shown nevertheless.
    """

    anyway_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._alarming = False
        self._photo, self._spoken = "", ("", "")
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED)
        self._settled.timeout.connect(self._speak)
        self._frame = QFrame()
        self._frame.setObjectName("verdict")
        self._mark = QLabel()
        self.headline = text_label(1.4, bold=True)
        self._mark.setFont(self.headline.font())
        self._mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._mark.setFixedHeight(self.headline.fontMetrics().lineSpacing())  # whatever font the mark comes from
        self.doubt = text_label()
        self.possible = text_label(1.15, bold=True)
        self.malignant = text_label(1.0, bold=True)
        self.steady = text_label()
        self.anyway = QPushButton(tr("Show the answer &anyway"))
        self.anyway.clicked.connect(self.anyway_wanted)
        for label, lines in ((self.possible, 2), (self.steady, 2)):
            keep_lines(label, lines)
        words = QVBoxLayout()
        words.setSpacing(GRID // 4)
        words.addWidget(self.headline)
        words.addWidget(self.doubt)
        inner = QHBoxLayout(self._frame)
        inner.setContentsMargins(GRID, GRID, GRID, GRID)
        inner.setSpacing(GRID)
        inner.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        inner.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self._frame)
        layout.addSpacing(GRID // 2)
        for widget in (self.possible, self.malignant, self.steady):
            layout.addWidget(widget)
        layout.addWidget(self.anyway, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._recolour)
        self._recolour()

    def show_sentence(self, headline: str, sentence: str, *, refused: bool) -> None:
        """Show words in place of an answer.

        Args:
            headline: The first of them.
            sentence: What follows.
            refused: Whether an answer is withheld that can be asked for nevertheless.
        """
        self._spoken = "", ""  # of the next photo the same may have to be said
        self._show_headline("!" if refused else "", headline, alarming=False)
        self._show_possible(sentence, bold=False)
        for widget in (self.malignant, self.steady):
            widget.hide()
        self.anyway.setVisible(refused)

    def show_result(self, result: CaseResult, card: ModelCard, advice: Advice) -> None:
        """Show an answer.

        Args:
            result: A result with a prediction.
            card: Card of the model that answered.
            advice: Words for it, at the referral setting in force.
        """
        prediction, self._photo = result.prediction, result.path
        assert prediction, "a result without a prediction is shown as a sentence"
        against = next((flag.sentence for flag in result.flags if flag.code == "anyway"), "")
        if against:
            self._show_headline("!", tr("No recommendation"), alarming=False)
            self._show_possible(tr(against), bold=False)
        elif recommendation := advice.recommendation(prediction):
            refers = bool(advice.refers(prediction))
            self._show_headline("▲" if refers else "△", recommendation, doubts(result, advice), alarming=refers)
            self._show_possible(could_be(prediction, card, advice), advice.coverage())
        else:
            self._show_headline("", could_be(prediction, card, advice), doubts(result, advice), alarming=False)
            self._show_possible("")
        self.malignant.setText(tr("Malignant or pre-malignant: {share}", share=percent(prediction.p_malignant)))
        summed = [inside(label.name) for label in card.labels if label.malignant]
        together = tr("▲ {diagnoses} and {last} together", diagnoses=", ".join(summed[:-1]), last=summed[-1])
        self.malignant.setToolTip(together)
        self.steady.setText(steadiness(result, advice))
        self.malignant.show()
        self.steady.show()
        self.anyway.hide()

    def show_covered(self, before: float, after: float) -> None:
        """Show that a part of the photo is covered, and what that does to the probability of malignancy."""
        self._show_headline("◌", tr("Trial: a part is covered"), alarming=False)
        self._show_possible(tr("The answer itself comes back when the patch is gone."), bold=False)
        self.malignant.setText(
            tr("Malignant or pre-malignant: {before} → {after}", before=percent(before), after=percent(after))
        )
        self.steady.clear()

    def _show_possible(self, words: str, explained: str = "", *, bold: bool = True) -> None:
        if self.possible.font().bold() != bold:
            font = QFont(self.possible.font())
            font.setBold(bold)
            self.possible.setFont(font)
        self.possible.setText(words)
        self.possible.setToolTip(explained)
        self.possible.setVisible(bool(words))

    def _show_headline(self, mark: str, words: str, doubt: str = "", *, alarming: bool) -> None:
        self._mark.setText(mark)
        self._mark.setVisible(bool(mark))
        self.headline.setText(words)
        self.doubt.setText(doubt)
        self.doubt.setVisible(bool(doubt))
        self._frame.setVisible(bool(words))
        self._settled.start()
        if alarming != self._alarming:  # a style sheet takes longer than all the rest of a drag's update
            self._alarming = alarming
            self._recolour()

    def _speak(self) -> None:
        labels = (self.headline, self.doubt, self.possible, self.malignant)
        words = "\n".join(label.text() for label in labels if label.isVisible() and label.text())
        if words and (self._photo, words) != self._spoken:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
        self._spoken = self._photo, words

    def _recolour(self) -> None:
        colours = self._theme.colours
        ground, line, text = (
            (colours.accent, colours.accent, colours.on_accent)
            if self._alarming
            else (colours.base, colours.quiet, colours.text)
        )
        self._frame.setStyleSheet(
            f"QFrame#verdict {{ background: {ground}; border: 1px solid {line}; border-radius: 4px; }}"
            f"QFrame#verdict QLabel {{ color: {text}; }}"
        )
        self.steady.setStyleSheet(f"color: {colours.quiet};")
