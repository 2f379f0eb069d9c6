"""The heat map over the picture: of which kind, of which class, computed where that takes long, and saved."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from kndnet_desktop.core.classifier import Classifier, Floats
from kndnet_desktop.core.errors import reason
from kndnet_desktop.core.examine import Examination
from kndnet_desktop.core.explain import HeatPainter, grad_cam, occlusion
from kndnet_desktop.core.files import write_whole
from kndnet_desktop.core.images import Picture, to_doubled
from kndnet_desktop.ui.heat_bar import HeatBar
from kndnet_desktop.ui.image_view import ImageView, to_qimage
from kndnet_desktop.ui.jobs import Jobs, Newest
from kndnet_desktop.ui.translator import tr


@dataclass(frozen=True, slots=True, eq=False)
class _Occluded:
    seen: Examination
    maps: Floats


class HeatLayer(QObject):
    """Keeps the heat map in the view to what the bar asks for and the network saw.

    Args:
        jobs: Where occlusion maps are computed and files are written.
        view: Shows the picture.
        bar: The controls.

    Signals:
        said: A short message for the status line.
        broke: A job met a bug; carries the exception.
    """

    said = Signal(str)
    broke = Signal(object)

    def __init__(self, jobs: Jobs, view: ImageView, bar: HeatBar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._view, self._bar = jobs, view, bar
        self._model: Classifier | None = None
        self._painter: HeatPainter | None = None
        self._shown: tuple[Picture, Examination, int] | None = None
        self._settled = False
        self._occluded: _Occluded | None = None  # of the examination that is shown, or of an earlier one
        self._asking = Newest(jobs, self)
        self._asking.item.connect(self._on_occluded)
        self._asking.failed.connect(self.broke)
        bar.opacity_changed.connect(view.set_heat_opacity)
        bar.shown_changed.connect(view.set_heat_shown)
        bar.held.connect(view.hold_heat_hidden)
        bar.kind_chosen.connect(lambda _: self._paint())
        self.clear()

    @property
    def painter(self) -> HeatPainter | None:
        """Paints the maps; None before there is a model."""
        return self._painter

    @property
    def busy(self) -> bool:
        """Whether a map is being computed."""
        return self._asking.busy

    def set_model(self, model: Classifier) -> None:
        """Explain this model's answers from now on."""
        self._model, self._painter = model, HeatPainter()
        self._bar.set_classes(model.card.labels, self._painter)

    def show(self, picture: Picture, seen: Examination, index: int, *, settled: bool) -> None:
        """Show where in this picture the model has this class from.

        Args:
            picture: The picture that is open.
            seen: What the model saw of it.
            index: Place of the class among the card's labels.
            settled: Whether this is worth computing a map for that takes long; else none of those is shown.
        """
        self._shown, self._settled = (picture, seen, index), settled
        self._bar.setEnabled(True)
        self._paint()

    def clear(self) -> None:
        """Show no map: there is no answer."""
        self._shown = None
        self._asking.drop()
        self._view.set_heat(None, QRectF())
        self._bar.say("")
        self._bar.setEnabled(False)

    def saver(self) -> Callable[[Path], None] | None:
        """Return what saves the picture with the heat map that is shown now, whatever is shown by then.

        It takes the file to write, as PNG, whole or not at all, and says so.

        Returns:
            None while the map is not there yet.
        """
        heat, painter = self._heat(), self._painter
        if not self._shown or heat is None or not painter:
            return None
        image, box = self._shown[0].image, self._shown[1].box
        opacity = self._bar.opacity

        def save(target: Path) -> None:
            def work() -> Iterator[str]:
                buffer = io.BytesIO()
                painter.blend(image, heat, box, opacity).save(buffer, "PNG")
                try:
                    write_whole(target, buffer.getvalue())
                except OSError as error:
                    why = tr(reason(error))
                    yield tr("“{name}” could not be saved: {reason}.", name=target.name, reason=why)
                else:
                    yield tr("Saved “{name}”.", name=target.name)

            job = self._jobs.start(work)
            job.item.connect(lambda message: self.said.emit(message))
            job.failed.connect(self.broke)

        return save

    def _heat(self) -> Floats | None:
        """Return the map that the bar asks for; None where it is not computed yet."""
        if not self._shown:
            return None
        _, seen, index = self._shown
        if not self._bar.occlusion:
            return grad_cam(seen.cams, index)
        return grad_cam(self._occluded.maps, index) if self._occluded and self._occluded.seen is seen else None

    def _paint(self) -> None:
        if not (self._shown and self._painter and self._model):
            return
        picture, seen, _ = self._shown
        heat = self._heat()
        if heat is None:
            self._view.set_heat(None, QRectF())
            self._bar.say(tr("Covering one place after the other…"))
            if self._settled:
                model = self._model
                self._asking.ask(lambda: _occluded(model, picture, seen))
            return
        factor = picture.width / picture.image.width
        left, top, right, bottom = (edge * factor for edge in seen.box)
        box = QRectF(QPointF(left, top), QPointF(right, bottom))
        self._view.set_heat(to_qimage(self._painter.for_screen(heat, seen.box)), box)
        self._bar.say("" if heat.any() else tr("Nothing in the picture speaks for this class."))

    def _on_occluded(self, occluded: _Occluded) -> None:
        self._occluded = occluded
        if self._shown and self._bar.occlusion and occluded.seen is self._shown[1]:
            self._paint()


def _occluded(model: Classifier, picture: Picture, seen: Examination) -> Iterator[_Occluded]:
    doubled, _ = to_doubled(picture.image, model.card.input, seen.box)
    yield _Occluded(seen, occlusion(model, doubled, seen.prediction.mode))
