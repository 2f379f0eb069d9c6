"""The photos that the arrow keys walk through."""

from dataclasses import dataclass, replace
from pathlib import Path


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
