"""Where a picture lies in its view: its scale and its place."""

from PySide6.QtCore import QPointF, QRectF

MAX_ZOOM = 16.0  # screen pixels for one of the picture; more shows only squares
MARGIN = 16  # screen pixels around a fitted picture
KEPT = 64  # screen pixels of the picture that always stay in the view


class Viewport:
    """Turns places of the picture into places of the view and back. Until it is moved by hand, the picture is fitted.

    Attributes:
        scale: Device-independent pixels of the view for one pixel of the picture.
    """

    def __init__(self) -> None:
        self.scale = 1.0
        self._origin = QPointF()
        self._bounds, self._room = QRectF(), QRectF()
        self._fitted = True

    def set_bounds(self, bounds: QRectF) -> None:
        """Show another picture, of this size; a null rectangle for none."""
        self._bounds = QRectF(bounds)

    def set_room(self, room: QRectF) -> None:
        """Use a view of another size: keep the picture fitted, or some of it in view."""
        self._room = QRectF(room)
        if self._fitted:
            self.fit()
        else:
            self._keep_in_view()

    def fit(self) -> None:
        """Show the whole picture, and go on doing so when the view changes."""
        self._fitted = True
        if self._bounds.isEmpty():
            return
        room = self._room.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        self.scale = max(min(room.width() / self._bounds.width(), room.height() / self._bounds.height()), 1e-3)
        self._origin = room.center() - self._bounds.center() * self.scale

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Scale so that what is under ``at`` stays there; around the middle of the view if None."""
        if self._bounds.isEmpty():
            return
        at = at or self._room.center()
        smallest = min(self._room.width() / self._bounds.width(), self._room.height() / self._bounds.height()) / 4
        under = self.to_picture(at)
        self.scale = min(max(scale, smallest), MAX_ZOOM)
        self._fitted = False
        self._origin = at - under * self.scale
        self._keep_in_view()

    def move(self, by: QPointF) -> None:
        """Move the picture, in pixels of the view."""
        self._origin += by
        self._fitted = False
        self._keep_in_view()

    def to_picture(self, point: QPointF) -> QPointF:
        """Return where in the picture a place of the view is."""
        return (point - self._origin) / self.scale

    def to_screen(self, rectangle: QRectF) -> QRectF:
        """Return where in the view a part of the picture is."""
        return QRectF(
            rectangle.topLeft() * self.scale + self._origin, rectangle.bottomRight() * self.scale + self._origin
        )

    def _keep_in_view(self) -> None:
        """Let no one lose the picture: some of it always stays in the view."""
        shown = self.to_screen(self._bounds)
        self._origin += QPointF(
            max(0.0, KEPT - shown.right()) - max(0.0, shown.left() - self._room.width() + KEPT),
            max(0.0, KEPT - shown.bottom()) - max(0.0, shown.top() - self._room.height() + KEPT),
        )
