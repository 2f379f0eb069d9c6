"""Pages as they will be printed, one at a time."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from kndnet_desktop.ui.theme import GRID


class PageView(QWidget):
    """Shows one of several pages, as wide as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: tuple[QImage, ...] = ()
        self._index = 0
        self._label = QLabel()
        self._label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._area = QScrollArea()
        for each in (self._label, self._area):
            each.setAccessibleName(self.tr("Preview of the report"))
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.StyledPanel)
        self._area.setWidget(self._label)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.previous = QPushButton(self.tr("Previous page"))
        self.next = QPushButton(self.tr("Next page"))
        self._place = QLabel()
        self._place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.previous.clicked.connect(lambda: self._go(-1))
        self.next.clicked.connect(lambda: self._go(1))
        for button in (self.previous, self.next):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.previous)
        row.addWidget(self._place, 1)
        row.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self._area, 1)
        column.addLayout(row)
        self._show()

    @property
    def page(self) -> QImage:
        """The page that is shown; a null image if there is none."""
        return self._pages[self._index] if self._pages else QImage()

    @property
    def count(self) -> int:
        """Number of pages."""
        return len(self._pages)

    def show_pages(self, pages: Sequence[QImage]) -> None:
        """Show these pages, at the place in them that was shown before."""
        self._pages = tuple(pages)
        self._index = max(0, min(self._index, len(self._pages) - 1))
        self._show()

    def sizeHint(self) -> QSize:
        """Return the size at which a page can be read."""
        return QSize(620, 720)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the page to the new width."""
        super().resizeEvent(event)
        self._show()

    def _go(self, by: int) -> None:
        self._index = max(0, min(self._index + by, len(self._pages) - 1))
        self._area.verticalScrollBar().setValue(0)
        self._show()

    def _show(self) -> None:
        count = len(self._pages)
        self.previous.setEnabled(self._index > 0)
        self.next.setEnabled(self._index < count - 1)
        place = self.tr("Page {page} of {pages}").format(page=self._index + 1, pages=count)
        self._place.setText(place if count else self.tr("The preview is being drawn…"))
        if count:
            ratio = self.devicePixelRatioF()
            width = max(1, round(self._area.viewport().width() * ratio))
            pixmap = QPixmap.fromImage(self.page.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation))
            pixmap.setDevicePixelRatio(ratio)
            self._label.setPixmap(pixmap)
