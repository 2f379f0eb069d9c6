"""Watching a folder that a camera writes to: each picture once, when it is complete.

By looking again and again and not by the system's notifications, because those do not come from network drives and do
not tell when a file is complete.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.images import read_bytes
from kndnet_desktop.core.journal import Journal, Stamp
from kndnet_desktop.core.listing import list_pictures

SETTLE = 1.0  # seconds in which a file that is complete does not change
BREATH = 0.05  # seconds after which whoever waits is let in between
SHARE = 0.2  # of the time that may go into looking, however large the folder


class Watch:
    """Adds pictures to a journal as they appear.

    Args:
        folder: The folder of the run.
        recursive: Watch sub-folders too.
        leave_out: A folder that is not entered.
        journal: Where pictures are added.
        settle: Seconds for which a file must not have changed.
    """

    def __init__(
        self, folder: Path, recursive: bool, leave_out: Path, journal: Journal, settle: float = SETTLE
    ) -> None:
        self._folder, self._recursive, self._leave_out = folder, recursive, leave_out
        self._journal, self._settle = journal, settle
        self._seen: dict[Path, tuple[Stamp, float]] = {}

    def look(self) -> Iterator[bytes | None]:
        """Look once, add what is complete, and rest.

        Yields:
            None now and then; the SHA-256 that a row answered for until now, where its file has become another.
        """
        began = breath = time.monotonic()
        still: dict[Path, tuple[Stamp, float]] = {}
        for path in list_pictures(self._folder, recursive=self._recursive, leave_out=self._leave_out):
            if time.monotonic() - breath > BREATH:
                yield None
                breath = time.monotonic()
            try:
                stamp = Stamp.of(path)
            except OSError:  # gone again, or a link to nothing: it may come to be something
                continue
            name = path.relative_to(self._folder)
            known = self._journal.known(name)
            if known and (known.status is None or known.stamp == stamp):
                continue
            before, since = self._seen.get(path, (None, 0.0))
            if stamp != before:
                still[path] = stamp, time.monotonic()
            elif time.monotonic() - since < self._settle:
                still[path] = stamp, since
            elif known is None:
                self._journal.add([name])
            elif known.status != "ok":
                yield bytes.fromhex(known.sha256) if known.sha256 else None
                self._journal.wait_again(known.id)
            elif _hash(path) == known.sha256:
                self._journal.restamp(known.id, stamp)
            else:
                self._journal.add([name])  # another photo under the same name: its own row, the old answer stays
        self._seen = still
        self._journal.commit(now=True)
        now = time.monotonic()
        rested = now + max(self._settle / 2, (now - began) / SHARE)
        while time.monotonic() < rested:
            yield None


def _hash(path: Path) -> str:
    try:
        return sha256_of(read_bytes(path))
    except UserError:
        return ""
