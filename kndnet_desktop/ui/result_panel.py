"""The answer beside the picture: what is most probable, how malignant, the seven classes, and what to know of it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kndnet_desktop.core.card import Label, ModelCard
from kndnet_desktop.core.records import CaseResult
from kndnet_desktop.core.text import percent
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import inside, tr

NO_TEACHER = "No teacher network is installed, so there is no second opinion."
LIMITS = "For research: no medical device, no substitute for a clinician. Trained almost only on light skin; see About."
CLEAR_ANSWER = 0.5  # a class that holds more than all others together


class ClassRow(QAbstractButton):
    """One class: mark, name, bar and percentage. Pressing it explains that class in the picture.

    Args:
        theme: Gives the colours.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._label: Label | None = None
        self._share = 0.0
        self._second: float | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def code(self) -> str:
        """The class shown here, or empty."""
        return self._label.code if self._label else ""

    def show_class(self, label: Label, share: float, second: float | None) -> None:
        """Show this class with its probability, and the teacher's if there is one."""
        self._label, self._share, self._second = label, share, second
        kind = tr("malignant, ") if label.malignant else ""
        teacher = tr(", teacher {share}", share=percent(second)) if second is not None else ""
        self.setAccessibleName(f"{tr(label.name)}, {kind}{percent(share)}{teacher}")
        self.setToolTip(tr("Show where the picture speaks for: {diagnosis}", diagnosis=tr(label.name)))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave left and right to the page, where they walk through the pictures."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return the height of two lines: the name above, the bar below."""
        return QSize(300, self.fontMetrics().height() + 3 * GRID)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the row."""
        if not self._label:
            return
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.track if self.isChecked() else colours.window))
            painter.drawRoundedRect(room, 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(room, 4, 4)

        inner = room.adjusted(GRID, GRID / 2, -GRID, -GRID / 2)
        text = QRectF(inner.left() + 2 * GRID, inner.top(), inner.width() - 2 * GRID, self.fontMetrics().height())
        if self._label.malignant:
            _paint_mark(painter, QRectF(inner.left(), text.center().y() - 5, 11, 10), colours.accent)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self._share >= CLEAR_ANSWER else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        figure = percent(self._share)
        wide = painter.fontMetrics().horizontalAdvance(figure)
        name = painter.fontMetrics().elidedText(
            tr(self._label.name), Qt.TextElideMode.ElideRight, int(text.width() - wide - GRID)
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure)
        self._paint_bar(painter, QRectF(text.left(), text.bottom() + GRID / 2, text.width(), GRID))
        painter.end()

    def _paint_bar(self, painter: QPainter, bar: QRectF) -> None:
        colours, malignant = self._theme.colours, self._label is not None and self._label.malignant
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.window if self.isChecked() else colours.track))
        painter.drawRoundedRect(bar, 3, 3)
        filled = QRectF(bar)
        filled.setWidth(max(bar.width() * self._share, 2))
        painter.setBrush(QColor(colours.accent if malignant else colours.benign))
        painter.drawRoundedRect(filled, 3, 3)
        if self._second is not None:
            at = bar.left() + bar.width() * self._second
            painter.setBrush(QColor(colours.base))
            painter.setPen(QPen(QColor(colours.text), 1.5))
            painter.drawEllipse(QRectF(at - 4, bar.center().y() - 4, 8, 8))


class ResultPanel(QScrollArea):
    """Everything that is said of the picture.

    Args:
        theme: Gives the colours.

    Signals:
        class_chosen: A class was pressed; carries its code.
        second_opinion: The second opinion was switched on or off.
    """

    class_chosen = Signal(str)
    second_opinion = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(320)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._headline = _text_label(1.5, bold=True)
        self._malignant = _text_label(1.15, bold=True)
        self._explained = _text_label()
        self._notes = _text_label()
        self._rows = [ClassRow(theme) for _ in range(7)]
        self._group = QButtonGroup(self)
        for row in self._rows:
            self._group.addButton(row)
            row.clicked.connect(lambda _=False, row=row: self.class_chosen.emit(row.code))
        self._switch = QCheckBox(tr("&Second opinion from the teacher network"))
        self._switch.toggled.connect(self.second_opinion)
        self._opinion = _text_label()
        self._limits = _text_label()
        self._limits.setText(tr(LIMITS))
        # Two lines kept free, so that the classes below stay where they are when the words above change.
        for label in (self._headline, self._explained):
            label.setMinimumHeight(2 * label.fontMetrics().lineSpacing())
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

        self._content = QWidget()
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self._headline)
        layout.addWidget(self._malignant)
        layout.addWidget(self._explained)
        layout.addSpacing(GRID)
        for row in self._rows:
            layout.addWidget(row)
        layout.addSpacing(GRID)
        layout.addWidget(self._notes)
        layout.addStretch(1)
        layout.addWidget(self._switch)
        layout.addWidget(self._opinion)
        layout.addWidget(self._limits)
        self.setWidget(self._content)
        theme.changed.connect(self._recolour)
        self._recolour()
        self.set_teacher(None, on=False)
        self.show_sentence("", "")

    @property
    def headline(self) -> str:
        """The first words that are read."""
        return self._headline.text()

    @property
    def rows(self) -> Sequence[ClassRow]:
        """The rows of the classes, most probable first."""
        return self._rows

    def set_teacher(self, card: ModelCard | None, *, on: bool) -> None:
        """Say whether there is a teacher to ask, and whether it is asked."""
        self._switch.setEnabled(card is not None)
        blocked = self._switch.blockSignals(True)
        self._switch.setChecked(card is not None and on)
        self._switch.blockSignals(blocked)
        self._opinion.setText("" if card else tr(NO_TEACHER))
        self._opinion.setVisible(bool(self._opinion.text()))

    def show_sentence(self, headline: str, sentence: str) -> None:
        """Show words in place of an answer: nothing opened yet, or a picture that can't be answered."""
        self._headline.setText(headline)
        self._malignant.setText(sentence)
        font = QFont(self._malignant.font())
        font.setBold(False)
        self._malignant.setFont(font)
        for widget in (self._explained, self._notes, *self._rows):
            widget.hide()

    def show_result(self, result: CaseResult, card: ModelCard, explained: str) -> None:
        """Show an answer.

        Args:
            result: A result with a prediction.
            card: Card of the model that answered.
            explained: Code of the class whose heat map is shown.
        """
        prediction = result.prediction
        assert prediction, "a result without a prediction is shown as a sentence"
        top, share = prediction.ranked()[0]
        name = card.label(top).name
        runner_up = inside(card.label(prediction.ranked()[1][0]).name)
        self._headline.setText(
            tr("{diagnosis} is most probable", diagnosis=tr(name))
            if share >= CLEAR_ANSWER
            else tr("Uncertain: {diagnosis} or {other}", diagnosis=inside(name), other=runner_up)
        )
        font = QFont(self._malignant.font())
        font.setBold(True)
        self._malignant.setFont(font)
        self._malignant.setText(tr("Malignant or pre-malignant: {share}", share=percent(prediction.p_malignant)))
        summed = [inside(label.name) for label in card.labels if label.malignant]
        self._explained.setText(
            tr("▲ {diagnoses} and {last} together", diagnoses=", ".join(summed[:-1]), last=summed[-1])
        )
        for row, (code, share) in zip(self._rows, prediction.ranked(), strict=True):
            second = result.teacher.probabilities.get(code) if result.teacher else None
            row.show_class(card.label(code), share, second)
            row.setChecked(code == explained)
        self._notes.setText("\n".join(tr(flag.sentence) for flag in result.flags))
        if self._switch.isEnabled():
            self._opinion.setText(self._second(result, card))
            self._opinion.setVisible(bool(self._opinion.text()))
        for widget in (self._explained, *self._rows):
            widget.show()
        self._notes.setVisible(bool(result.flags))

    def _second(self, result: CaseResult, card: ModelCard) -> str:
        teacher = result.teacher
        if not teacher:
            return ""
        name, share = card.label(teacher.top).name, teacher.probabilities[teacher.top]
        return tr(
            "○ Teacher: {diagnosis} {share}, malignant {malignant}",
            diagnosis=inside(name),
            share=percent(share),
            malignant=percent(teacher.p_malignant),
        )

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _recolour(self) -> None:
        self._content.setStyleSheet(f"QWidget {{ background: {self._theme.colours.base}; }}")
        quiet = f"color: {self._theme.colours.quiet};"
        for label in (self._explained, self._opinion, self._limits):
            label.setStyleSheet(quiet)
        for row in self._rows:
            row.update()


def _text_label(scale: float = 1.0, *, bold: bool = False) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() * scale)
    font.setBold(bold)
    label.setFont(font)
    return label


def _paint_mark(painter: QPainter, room: QRectF, colour: str) -> None:
    """Paint the triangle that means malignant, here and in the words above."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawPolygon(QPolygonF([room.bottomLeft(), room.bottomRight(), (room.topLeft() + room.topRight()) / 2]))
