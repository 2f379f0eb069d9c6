"""The photos that the arrow keys walk through."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from kndnet_desktop.core.files import is_folder
from kndnet_desktop.core.images import find_images
from kndnet_desktop.ui.jobs import Jobs
from kndnet_desktop.ui.translator import tr


@dataclass(frozen=True, slots=True)
class Album:
    """Some files and the one of them that is open.

    Attributes:
        files: In the order in which they are walked through; empty for a picture that has no file.
        index: Which one is open.
    """

    files: tuple[Path, ...] = ()
    index: int = 0

    @property
    def current(self) -> Path:
        """The file that is open.

        Raises:
            IndexError: If the album is empty.
        """
        return self.files[self.index]

    @property
    def place(self) -> tuple[int, int]:
        """The place of the open file, from 1, and the number of files; (0, 0) if there are none."""
        return (self.index + 1, len(self.files)) if self.files else (0, 0)

    def stepped(self, by: int) -> "Album":
        """Return the album further on or back, no further than its ends."""
        return replace(self, index=max(0, min(self.index + by, len(self.files) - 1)))

    def among(self, neighbours: tuple[Path, ...]) -> "Album":
        """Return the open file among the files of its folder, or this album if it is none of them."""
        names = [file.name for file in neighbours]
        if self.current.name not in names:
            return self
        return Album(neighbours, names.index(self.current.name))


class Walk(QObject):
    """Walks through an album, and lists what is in its folder meanwhile.

    Args:
        jobs: Where folders are listed.
        parent: Owner.

    Signals:
        reached: Another file is the open one; carries its path.
        listed: What is in a folder is known.
        said: A short message for the status line.
        broke: Listing met a bug; carries the exception.
    """

    reached = Signal(object)
    listed = Signal()
    said = Signal(str)
    broke = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._album = Album()
        self._listing = 0
        self._request = 0  # the newest; what is listed for an older one opens nothing any more

    @property
    def place(self) -> tuple[int, int]:
        """The place of the open file in its album, from 1, and the album's size; (0, 0) for none."""
        return self._album.place

    @property
    def busy(self) -> bool:
        """Whether the list of what is in a folder is on its way."""
        return self._listing > 0

    def open_paths(self, paths: list[Path]) -> None:
        """Open files, or the pictures in folders, or one file with its neighbours to walk through."""
        alone = paths[0] if len(paths) == 1 and not is_folder(paths[0]) else None
        if alone:
            self._go_to(Album((alone,)))
        self._listing += 1
        self._request += 1
        request = self._request
        job = self._jobs.start(lambda: iter([tuple(find_images([alone.parent] if alone else paths))]))
        job.item.connect(lambda files: self._on_listed(files, alone, request))
        job.failed.connect(self.broke)

    def leave(self) -> None:
        """Have no album: what is open now has no file."""
        self._request += 1
        self._album = Album()

    def step(self, by: int) -> None:
        """Go forward or back; nothing happens at the ends."""
        stepped = self._album.stepped(by)
        if stepped != self._album:
            self._go_to(stepped)

    def _go_to(self, album: Album) -> None:
        self._album = album
        self.reached.emit(album.current)

    def _on_listed(self, files: tuple[Path, ...], alone: Path | None, request: int) -> None:
        self._listing -= 1
        if alone is None and request == self._request:
            if files:
                self._go_to(Album(files))
            else:
                self.said.emit(tr("There is no picture in this folder."))
        elif alone and self._album == Album((alone,)):  # else something else was opened meanwhile
            self._album = self._album.among(files)
        self.listed.emit()
