"""The left half of the lesion page: the photo with all that lies over it, and what is said and set around it."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from kndnet_desktop.ui.empty_view import EmptyView
from kndnet_desktop.ui.heat_bar import HeatBar
from kndnet_desktop.ui.heat_layer import HeatLayer
from kndnet_desktop.ui.image_view import ImageView
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.patch_layer import PatchLayer
from kndnet_desktop.ui.theme import GRID, Theme
from kndnet_desktop.ui.translator import tr


class PhotoSide(QWidget):
    """A banner, the photo, and the bar of the heat map.

    Args:
        jobs: Where work runs.
        theme: Colours and icons.
        samples: Folder of the drawn samples, which are labelled as such.

    Attributes:
        banner: Says that a photo is drawn.
        view: The photo.
        empty: Lies over the view while there is no photo.
        heat_bar: Sets what explains the answer.
        heat: The heat map over the view.
        patch: The patch over the view.
    """

    def __init__(self, jobs: Jobs, theme: Theme, samples: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._samples = theme, (samples.absolute(), samples.resolve())
        self.banner = QLabel()
        self.banner.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.banner.setWordWrap(True)
        self.banner.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self.banner.hide()
        self.view = ImageView()
        self.empty = EmptyView(theme)
        cover = QVBoxLayout(self.view)
        cover.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        cover.addWidget(self.empty)
        self.heat_bar = HeatBar(theme)
        self.heat = HeatLayer(jobs, self.view, self.heat_bar, self)
        self.patch = PatchLayer(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.view, 1)
        column.addWidget(self.heat_bar)
        self.heat_bar.probe_toggled.connect(self.patch.set_on)
        self.patch.left.connect(lambda: self.heat_bar.probe_button.setChecked(False))
        theme.changed.connect(self._recolour)
        self._recolour()

    def label(self, path: str) -> None:
        """Say whether the photo at this path is one of the drawn samples."""
        # Not resolved: this is asked at every answer while a frame is dragged, and the photo may lie on a slow drive.
        drawn = Path(path).absolute().parent in self._samples
        self.banner.setText(tr("Drawn sample: synthetic, shows no person") if drawn else "")
        self.banner.setVisible(drawn)

    def _recolour(self) -> None:
        colours = self._theme.colours
        self.banner.setStyleSheet(f"color: {colours.text}; background: {colours.track};")
