"""A run in numbers: what was answered how often, how malignant, and what is to be looked at by a person."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from kndnet_desktop.core.advice import Advice, not_answered, percent
from kndnet_desktop.core.rows import BINS, RISKS, Summary
from kndnet_desktop.core.translation import grouped
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr


def risk_names() -> tuple[str, ...]:
    """Return the classes of risk in the window's language."""
    return tuple(
        tr("{low} % and more", low=f"{low * 100:.0f}")
        if high > 1
        else tr("{low} to {high} %", low=f"{low * 100:.0f}", high=f"{high * 100:.0f}")
        for low, high in RISKS
    )


def photos(count: int) -> str:
    """Return a number of photos in the window's language."""
    return tr("1 photo") if count == 1 else tr("{count} photos", count=grouped(count, tr))


class Histogram(QWidget):
    """How often each probability of malignancy occurs.

    Args:
        theme: Gives the colours.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: Sequence[int] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Histogram of the probability of malignancy"))

    def show_counts(self, counts: Sequence[int]) -> None:
        """Show the number of pictures in each of `BINS` equal bins from 0 to 1."""
        self._counts = counts
        told = ", ".join(f"{place * 100 // BINS} %: {count}" for place, count in enumerate(counts) if count)
        self.setAccessibleDescription(told)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a height that shows the shape."""
        return QSize(240, 9 * GRID + self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars, those from a half on in the accent colour."""
        painter = QPainter(self)
        colours = self._theme.colours
        base = self.height() - self.fontMetrics().height() - 4
        painter.setPen(QColor(colours.quiet))
        for share, alignment in ((0, Qt.AlignmentFlag.AlignLeft), (50, Qt.AlignmentFlag.AlignHCenter)):
            painter.drawText(self.rect(), alignment | Qt.AlignmentFlag.AlignBottom, f"{share} %")
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, "100 %")
        painter.drawLine(0, base, self.width(), base)
        highest = max(self._counts, default=0)
        if highest:
            wide = self.width() / BINS
            for place, count in enumerate(self._counts):
                # Whatever occurs is seen, however rare beside the rest.
                tall = max(2.0, (base - 2) * count / highest) if count else 0.0
                colour = colours.accent if place >= BINS // 2 else colours.benign
                painter.fillRect(QRectF(place * wide + 1, base - tall, wide - 2, tall), QColor(colour))
        painter.end()


class RunSummary(QWidget):
    """The numbers of a run beside its table.

    Args:
        theme: Gives the colours.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._failures = QLabel()
        self._failures.setWordWrap(True)
        self._classes, self._risks, self._advice = QGridLayout(), QGridLayout(), QGridLayout()
        self.histogram = Histogram(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.addWidget(self._failures)
        self._advised = QLabel()
        for heading, grid in (
            (self._advised, self._advice),
            (QLabel(tr("Most probable class")), self._classes),
            (QLabel(tr("Malignant or pre-malignant")), self._risks),
        ):
            font = heading.font()
            font.setBold(True)
            heading.setFont(font)
            layout.addWidget(heading)
            grid.setColumnStretch(0, 1)
            layout.addLayout(grid)
            layout.addSpacing(GRID)
        layout.addWidget(self.histogram)
        self._lines: dict[QGridLayout, list[tuple[QLabel, QLabel]]]
        self._lines = {grid: [] for grid in (self._advice, self._classes, self._risks)}

    def show_summary(self, summary: Summary, facts: Mapping[str, Any]) -> None:
        """Show these numbers.

        Args:
            summary: Of the whole run.
            facts: Of the run.
        """
        advice, labels = Advice.of_facts(facts, tr), facts["models"][0]["labels"]
        waiting = summary.total - summary.done
        parts = [photos(summary.total)]
        parts += [tr("{count} waiting", count=grouped(waiting, tr))] if waiting else []
        parts += [not_answered(summary.rejected, summary.unreadable, tr)] if summary.failed else []
        self._failures.setText(", ".join(parts))
        names = {label["code"]: f"{'▲ ' if label['malignant'] else ''}{tr(label['name'])}" for label in labels}
        self._fill(self._advice, advice.tally(summary.advised))
        self._advised.setVisible(advice.point is not None)
        self._advised.setToolTip(advice.figures())
        if advice.point:
            self._advised.setText(tr("At {target} sensitivity", target=percent(advice.point.target)))
        self._fill(self._classes, [(names.get(code, code), count) for code, count in summary.classes.items()])
        self._fill(self._risks, list(zip(risk_names(), summary.risks, strict=True)))
        self.histogram.show_counts(summary.histogram)

    def text(self) -> str:
        """Return the numbers as lines of text, as they are shown."""
        lines = [self._failures.text()]
        for grid in (self._advice, self._classes, self._risks):
            lines += [f"{name.text()}: {count.text()}" for name, count in self._lines[grid] if not name.isHidden()]
        return "\n".join(lines)

    def _fill(self, grid: QGridLayout, values: list[tuple[str, int]]) -> None:
        lines = self._lines[grid]
        while len(lines) < len(values):
            pair = QLabel(), QLabel()
            for column, label in enumerate(pair):
                label.setTextFormat(Qt.TextFormat.PlainText)
                grid.addWidget(label, len(lines), column)
            pair[0].setWordWrap(True)  # else a long line pushes the counts out of sight
            pair[1].setAlignment(Qt.AlignmentFlag.AlignRight)
            lines.append(pair)
        for place, (name, count) in enumerate(lines):
            there = place < len(values)
            name.setVisible(there)
            count.setVisible(there)
            if there:
                name.setText(values[place][0])
                count.setText(grouped(values[place][1], tr))
