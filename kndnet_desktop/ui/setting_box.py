"""The referral setting: how sensitive, how well that did, and what being flagged means in this practice."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QSlider, QToolButton, QVBoxLayout, QWidget

from kndnet_desktop.core.advice import Advice, percent
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.evidence import Estimate, OperatingPoint
from kndnet_desktop.core.trust import DEFAULT_TARGET, of_flagged, of_unflagged, operating_point
from kndnet_desktop.ui.text_label import text_label
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr
from kndnet_desktop.ui.wheel import only_when_chosen

LEAST, MOST, STEP = 0.5, 50.0, 0.5  # percent; what share of a practice's photographed lesions can be malignant


class SettingBox(QWidget):
    """Two lines of controls and what they mean.

    Args:
        theme: Gives the colours.

    Signals:
        chosen: Another setting was chosen.
    """

    chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._wanted = DEFAULT_TARGET
        self._point: OperatingPoint | None = None
        self._offered: tuple[ModelCard, str] | None = None
        self.combo = QComboBox()
        self.combo.setAccessibleName(tr("Sensitivity that the recommendation aims at"))
        self.combo.setToolTip(tr("A more sensitive setting misses fewer malignant lesions and flags more benign ones"))
        self.fold = QToolButton()
        self.fold.setCheckable(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setToolTip(tr("Set how many of the lesions photographed in your practice are malignant"))
        self.figures, self.meaning = text_label(), text_label()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(LEAST / STEP), round(MOST / STEP))
        self.slider.setPageStep(4)
        self.slider.setAccessibleName(tr("Malignant share of the lesions photographed in your practice"))
        self.spin = QDoubleSpinBox()
        self.spin.setRange(LEAST, MOST)
        self.spin.setSingleStep(STEP)
        self.spin.setDecimals(1)
        self.spin.setSuffix(" %")
        self.spin.setAccessibleName(tr("Malignant share of the lesions photographed in your practice, in percent"))
        only_when_chosen(self.combo, self.slider, self.spin)
        self._dial = QWidget()
        dial = QHBoxLayout(self._dial)
        dial.setContentsMargins(0, 0, 0, 0)
        dial.addWidget(self.slider, 1)
        dial.addWidget(self.spin)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.combo)
        row.addStretch(1)
        row.addWidget(self.fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row)
        layout.addWidget(self._dial)
        layout.addWidget(self.figures)
        layout.addWidget(self.meaning)
        self._dial.hide()
        self.combo.currentIndexChanged.connect(self._on_chosen)
        self.fold.toggled.connect(self._on_folded)
        self.slider.valueChanged.connect(lambda steps: self.spin.setValue(steps * STEP))
        self.spin.valueChanged.connect(self._on_dialled)
        self.spin.setValue(5.0)
        self._on_folded(False)
        theme.changed.connect(self._recolour)
        self._recolour()

    @property
    def target(self) -> float:
        """The sensitivity that was chosen, in (0, 1)."""
        return self._wanted

    @property
    def prevalence(self) -> float:
        """The malignant share of the lesions photographed here, in percent."""
        return self.spin.value()

    @property
    def point(self) -> OperatingPoint | None:
        """The setting in force; None where the card has none."""
        return self._point

    def restore(self, target: float, prevalence: float) -> None:
        """Set what was chosen in an earlier session: the sensitivity in (0, 1), the malignant share in percent."""
        self._wanted = target
        self.spin.setValue(prevalence)

    def show_settings(self, card: ModelCard, mode: str, *, shown: bool) -> None:
        """Offer the card's settings for this calibration mode; show nothing if there are none, or it is not wanted."""
        self.setVisible(shown and bool(card.trust.points(mode)))
        if (card, mode) == self._offered:
            return
        self._offered = card, mode
        self._point = operating_point(card, mode, self._wanted)
        with QSignalBlocker(self.combo):
            self.combo.clear()
            for each in card.trust.points(mode):
                self.combo.addItem(tr("{share} sensitivity", share=percent(each.target)), each)
                if each == self._point:
                    self.combo.setCurrentIndex(self.combo.count() - 1)
        self._say()

    def _on_chosen(self) -> None:
        self._point = self.combo.currentData()
        if self._point:
            self._wanted = self._point.target
        self._say()
        self.chosen.emit()

    def _on_folded(self, opened: bool) -> None:
        self.fold.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        self._dial.setVisible(opened)

    def _on_dialled(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value / STEP))
        self.fold.setText(tr("Prevalence {share}", share=self.spin.text()))
        self._say()

    def _say(self) -> None:
        point = self._point
        if not (point and self._offered):
            return
        advice = Advice.of_card(*self._offered, self._wanted, tr)
        self.figures.setToolTip(advice.figures())
        self.figures.setText(
            tr(
                "Sensitivity {sensitivity}, specificity {specificity}; {images} photos of {data}.",
                sensitivity=advice.span(point.sensitivity),
                specificity=advice.span(point.specificity),
                images=point.images,
                data=tr(point.data),
            )
        )
        flagged = _of(100, of_flagged(point, self.prevalence / 100))
        missed = _of(1000, of_unflagged(point, self.prevalence / 100))
        self.meaning.setText(
            tr(
                "Malignant: about {flagged} of 100 flagged lesions, {missed} of 1,000 not flagged.",
                flagged=flagged,
                missed=missed,
            )
        )

    def _recolour(self) -> None:
        self.figures.setStyleSheet(f"color: {self._theme.colours.quiet};")


def _of(count: int, share: Estimate) -> str:
    """How many of so many, with the interval."""
    value, low, high = (f"{count * each:.0f}" for each in (share.value, share.low, share.high))
    return tr("{value} ({low} to {high})", value=value, low=low, high=high)
