"""Small pictures for a long list, made only for the rows that are looked at."""

from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.images import read_image
from kndnet_desktop.ui.image_view import to_qimage
from kndnet_desktop.ui.jobs import Jobs

WIDTH, HEIGHT = 64, 48
KEPT = 80  # thumbnails in memory: a few screens of them
WAITING = 60  # more than a screen shows; what was scrolled past long ago is not made any more
AT_ONCE = 6  # made by one job, before it is asked again what is looked at now


class Thumbnails(QObject):
    """Makes and keeps thumbnails; those asked for last come first.

    Args:
        jobs: Where they are made.
        parent: Owner.

    Signals:
        ready: A thumbnail is there; carries the id under which it was asked for.
    """

    ready = Signal(int)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._made: OrderedDict[int, QPixmap] = OrderedDict()
        self._wanted: OrderedDict[int, Path] = OrderedDict()
        self._busy = False
        self._epoch = 0

    def clear(self) -> None:
        """Forget all, because the ids mean other pictures now."""
        self._made.clear()
        self._wanted.clear()
        self._epoch += 1

    def get(self, number: int, path: Path) -> QPixmap | None:
        """Return the thumbnail of a picture if it is there, else have it made."""
        pixmap = self._made.get(number)
        if pixmap is not None:
            self._made.move_to_end(number)
            return pixmap
        self._wanted[number] = path
        self._wanted.move_to_end(number)
        if len(self._wanted) > WAITING:
            self._wanted.popitem(last=False)
        self._make()
        return None

    def _make(self) -> None:
        if self._busy or not self._wanted:
            return
        batch = [self._wanted.popitem() for _ in range(min(AT_ONCE, len(self._wanted)))]
        epoch, self._busy = self._epoch, True

        def work() -> Iterator[tuple[int, int, QImage]]:
            for number, path in batch:
                yield epoch, number, thumbnail(path)

        job = self._jobs.start(work)
        job.item.connect(self._keep)
        for ended in (job.done, job.cancelled, job.failed):
            ended.connect(self._go_on)

    def _keep(self, made: tuple[int, int, QImage]) -> None:
        epoch, number, image = made
        if epoch != self._epoch:
            return
        self._made[number] = QPixmap.fromImage(image)
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        self.ready.emit(number)

    def _go_on(self, *_: object) -> None:
        self._busy = False
        self._make()


def thumbnail(path: Path) -> QImage:
    """Return a picture file in the middle of `WIDTH` x `HEIGHT` pixels; those are clear if it can't be read."""
    canvas = Image.new("RGBA", (WIDTH, HEIGHT))
    try:
        image = read_image(path, (HEIGHT, WIDTH)).image
    except UserError:
        return to_qimage(canvas)
    image.thumbnail((WIDTH, HEIGHT), Image.Resampling.BOX)
    canvas.paste(image, ((WIDTH - image.width) // 2, (HEIGHT - image.height) // 2))
    return to_qimage(canvas)
