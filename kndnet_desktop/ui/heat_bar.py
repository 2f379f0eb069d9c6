"""The controls of the heat map: which kind, which class, how strong, what its colours mean; and the probe's."""

import itertools

from PIL import Image
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from kndnet_desktop.core.card import Label
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.ui.image_view import to_qimage
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr

MOST_PROBABLE = "Most probable class"


class HeatBar(QWidget):
    """Two lines of controls under the picture.

    Args:
        theme: Gives the colours.

    Signals:
        class_chosen: Another class is to be explained; carries its code, empty for the most probable one.
        opacity_changed: Carries the opacity in [0, 1].
        shown_changed: The heat map is switched on or off.
        held: The hide button is held down (True) or let go.
        kind_chosen: Another kind of map was chosen; carries whether it is occlusion.
        probe_toggled: The patch is wanted over the picture, or no longer.
    """

    class_chosen = Signal(str)
    opacity_changed = Signal(float)
    shown_changed = Signal(bool)
    held = Signal(bool)
    kind_chosen = Signal(bool)
    probe_toggled = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.check = QCheckBox(tr("Hea&t map"))
        self.check.setChecked(True)
        self.check.setToolTip(tr("Show where in the picture the answer comes from"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setMinimumWidth(80)
        self.slider.setMaximumWidth(160)
        self.slider.setAccessibleName(tr("Opacity of the heat map in percent"))
        self.slider.setToolTip(tr("Opacity of the heat map"))
        self.combo = QComboBox()
        self.combo.setAccessibleName(tr("Class to explain"))
        self.combo.setToolTip(tr("The class that the heat map explains"))
        self.combo.setMinimumContentsLength(14)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.addItem(tr(MOST_PROBABLE), "")
        self.hide_button = QPushButton(tr("Hold to hide"))
        self.hide_button.setToolTip(
            tr("Hides the heat map while it is held down (the space bar on the picture does too)")
        )
        self.legend = _Legend()
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("Kind of heat map"))
        self.kind.setToolTip(
            tr("Grad-CAM looks into the network; occlusion covers one place after the other and asks it again")
        )
        self.kind.addItem(tr("Grad-CAM"), False)
        self.kind.addItem(tr("Occlusion"), True)
        self.probe_button = QPushButton(tr("&Cover a part"))
        self.probe_button.setCheckable(True)
        self.probe_button.setToolTip(
            tr("Move a patch over the lesion and see what the answer would be without that part (key O)")
        )
        self._words = QLabel()
        label = QLabel(tr("E&xplain"))
        label.setBuddy(self.combo)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        lines.setSpacing(GRID // 2)
        for widgets in (
            (self.check, self.kind, label, self.combo, self.probe_button),
            (self.slider, self.legend, self.hide_button, self._words),
        ):
            row = QHBoxLayout()
            row.setSpacing(GRID)
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch(1)
            lines.addLayout(row)
        order = (self.check, self.kind, self.combo, self.probe_button, self.slider, self.hide_button)
        for before, after in itertools.pairwise(order):
            self.setTabOrder(before, after)
        self.check.toggled.connect(self._on_shown)
        self.slider.valueChanged.connect(lambda value: self.opacity_changed.emit(value / 100))
        self.combo.currentIndexChanged.connect(lambda _: self.class_chosen.emit(self.combo.currentData() or ""))
        self.kind.currentIndexChanged.connect(lambda _: self.kind_chosen.emit(self.occlusion))
        self.probe_button.toggled.connect(self.probe_toggled)
        self.hide_button.pressed.connect(lambda: self.held.emit(True))
        self.hide_button.released.connect(lambda: self.held.emit(False))
        self.slider.setValue(60)

    @property
    def opacity(self) -> float:
        """The opacity in [0, 1]."""
        return self.slider.value() / 100

    def set_classes(self, labels: tuple[Label, ...], painter: HeatPainter) -> None:
        """Offer these classes and show this painter's colours."""
        blocked = self.combo.blockSignals(True)
        self.combo.clear()
        self.combo.addItem(tr(MOST_PROBABLE), "")
        for label in labels:
            self.combo.addItem(tr(label.name), label.code)
        self.combo.blockSignals(blocked)
        self.legend.set_painter(painter)

    def choose(self, code: str) -> None:
        """Choose the class to explain, empty for the most probable one."""
        self.combo.setCurrentIndex(max(self.combo.findData(code), 0))

    @property
    def occlusion(self) -> bool:
        """Whether the map is to come from covering places, and not from within the network."""
        return bool(self.kind.currentData())

    def say(self, words: str) -> None:
        """Say why there is no map, or nothing."""
        self._words.setText(words)

    def _on_shown(self, shown: bool) -> None:
        for widget in (self.slider, self.hide_button, self.legend):
            widget.setEnabled(shown)
        self.shown_changed.emit(shown)


class _Legend(QWidget):
    """The colours from “little” to “much”."""

    def __init__(self) -> None:
        super().__init__()
        self._painter: HeatPainter | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            tr("How strongly a place speaks for the class, relative to the strongest place in this picture")
        )
        self.setAccessibleName(tr("Colours of the heat map, from little to much"))

    def set_painter(self, painter: HeatPainter) -> None:
        self._painter = painter
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(tr("little") + tr("much")) + 64 + 2 * GRID, metrics.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = self.fontMetrics()
        group = self.palette().ColorGroup.Normal if self.isEnabled() else self.palette().ColorGroup.Disabled
        painter.setPen(self.palette().color(group, self.palette().ColorRole.WindowText))
        little = metrics.horizontalAdvance(tr("little"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, tr("little"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tr("much"))
        if self._painter:
            table = to_qimage(Image.fromarray(self._painter.table[None]))
            painter.setOpacity(1.0 if self.isEnabled() else 0.4)
            painter.drawImage(QRectF(little + GRID, self.height() / 2 - 5, 64, 10), table)
        painter.end()
