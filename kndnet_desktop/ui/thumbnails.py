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
        self._made: OrderedDict[int, tuple[QPixmap, str | None]] = OrderedDict()
        self._wanted: OrderedDict[int, tuple[Path, str | None]] = OrderedDict()
        self._busy = False
        self._epoch = 0

    def clear(self) -> None:
        """Forget all, because the ids mean other pictures now."""
        self._made.clear()
        self._wanted.clear()
        self._epoch += 1

    def get(self, number: int, path: Path, sha256: str | None) -> QPixmap | None:
        """Return the thumbnail of a picture if it is there, else have it made.

        Args:
            number: Its id.
            path: Its file.
            sha256: What the file must hold, or the thumbnail is clear; None where that is not known yet.
        """
        pixmap, held = self._made.get(number, (None, None))
        if pixmap is not None and sha256 in (None, held):
            self._made.move_to_end(number)
            return pixmap
        self._wanted[number] = path, sha256
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

        def work() -> Iterator[tuple[int, int, QImage, str | None]]:
            for number, (path, sha256) in batch:
                yield epoch, number, *thumbnail(path, sha256)

        job = self._jobs.start(work)
        job.item.connect(self._keep)
        for ended in (job.done, job.cancelled, job.failed):
            ended.connect(self._go_on)

    def _keep(self, made: tuple[int, int, QImage, str | None]) -> None:
        epoch, number, image, held = made
        if epoch != self._epoch:
            return
        self._made[number] = QPixmap.fromImage(image), held
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        self.ready.emit(number)

    def _go_on(self, *_: object) -> None:
        self._busy = False
        self._make()


def thumbnail(path: Path, sha256: str | None) -> tuple[QImage, str | None]:
    """Draw a picture file in the middle of `WIDTH` x `HEIGHT` pixels.

    Args:
        path: The file.
        sha256: What it must hold; None for anything.

    Returns:
        The thumbnail, clear if the file can't be read or holds something else, and the SHA-256 that it stands for.
    """
    canvas = Image.new("RGBA", (WIDTH, HEIGHT))
    try:
        picture = read_image(path, (HEIGHT, WIDTH))
    except UserError:
        return to_qimage(canvas), sha256
    if sha256 in (None, picture.sha256):
        picture.image.thumbnail((WIDTH, HEIGHT), Image.Resampling.BOX)
        canvas.paste(picture.image, ((WIDTH - picture.image.width) // 2, (HEIGHT - picture.image.height) // 2))
    return to_qimage(canvas), sha256 or picture.sha256
