"""A run over many computers, through Dask: the same run folder, written by the computer that began it.

The workers need this package with its extra ``cluster`` and see the folder of pictures under the same path. They get
the models from here, so that all compute with the same bytes. A worker that is lost loses nothing: Dask gives its
pictures to another.
"""

import queue
import secrets
import tempfile
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path

import distributed

from kndnet_desktop.core.card import CARD_FILE, MODEL_FILE
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.journal import Entry
from kndnet_desktop.core.picture_work import Found, PictureWork
from kndnet_desktop.core.runs import Engine
from kndnet_desktop.core.threads import TICK

AT_ONCE = 8  # pictures in one task: what a task costs on its way is then little beside them
AHEAD = 2  # tasks for each thread of the cluster that may be under way
PATIENCE = 10  # seconds in which the scheduler must answer


class OnWorker(distributed.WorkerPlugin):  # type: ignore[misc]  # Dask has no types
    """What each worker keeps for a run; Dask hands it to those that join later too.

    Args:
        models: Card and model of the main model and of the teacher, if it is asked, as the bytes of their files.
        folder: The folder of pictures.
        mode: Calibration mode.
        heat_maps: The folder to which heat maps go, or None.
        steady: Whether to find out how far each answer moves under small changes.
    """

    def __init__(
        self,
        models: Sequence[tuple[bytes, bytes]],
        folder: Path,
        mode: str,
        heat_maps: Path | None,
        steady: bool,
    ) -> None:
        self._models, self._folder, self._mode, self._heat_maps = tuple(models), folder, mode, heat_maps
        self._steady = steady
        self._work: PictureWork | None = None

    def setup(self, worker: distributed.Worker) -> None:  # noqa: ARG002 - Dask's own form
        """Load the models; called by Dask in the worker."""
        models = Models(*map(_load, self._models))
        painter = HeatPainter() if self._heat_maps else None
        device = self._folder.stat().st_dev
        self._work = PictureWork(
            self._folder, models, self._mode, self._heat_maps, device, painter=painter, steady=self._steady
        )

    def do(self, entries: Sequence[Entry]) -> list[Found]:
        """Do these pictures."""
        assert self._work, "Dask calls setup first"
        return [self._work(entry) for entry in entries]


def over_cluster(address: str, model_folders: Sequence[Path]) -> Engine:
    """Return the engine that uses a Dask cluster. Each of several files with equal bytes is computed on its own.

    Args:
        address: The scheduler's, for example ``tcp://192.168.0.5:8786``.
        model_folders: Folders of the main model and of the teacher, if it is asked.
    """
    models = [((folder / CARD_FILE).read_bytes(), (folder / MODEL_FILE).read_bytes()) for folder in model_folders]

    def engine(tasks: Iterable[Entry | None], work: PictureWork) -> Generator[Found | None]:
        try:
            client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UserError(
                f"No Dask scheduler answers at “{address}”.", "Start one with “dask scheduler”, then its workers."
            ) from error
        name = f"kndnet-{secrets.token_hex(8)}"
        with client:
            try:
                client.register_plugin(OnWorker(models, work.folder, work.mode, work.heat_maps, work.steady), name=name)
            except OSError as error:
                raise UserError(
                    f"A worker of the cluster can't see the folder “{work.folder.name}”.",
                    "Every worker must reach it under the same path.",
                ) from error
            try:
                yield from _spread(client, tasks, name)
            finally:
                client.unregister_worker_plugin(name)

    return engine


def _spread(client: distributed.Client, tasks: Iterable[Entry | None], name: str) -> Generator[Found | None]:
    """Hand out pictures a few at a time, however many there are, and take what comes back."""
    ended: queue.SimpleQueue[distributed.Future] = queue.SimpleQueue()
    under_way: set[distributed.Future] = set()  # a future that nobody holds is forgotten by Dask
    source, more = iter(tasks), True
    while more or under_way:
        while more and len(under_way) < AHEAD * max(1, sum(client.nthreads().values())):
            entries: list[Entry] = []
            while len(entries) < AT_ONCE:
                try:
                    entry = next(source)
                except StopIteration:
                    more = False
                    break
                if entry is None:
                    break
                entries.append(entry)
            if not entries:
                break
            future = client.submit(_do, name, entries, pure=False)
            under_way.add(future)
            future.add_done_callback(ended.put)
        if not (more or under_way):
            break
        try:
            future = ended.get(timeout=TICK)
        except queue.Empty:
            yield None
            continue
        under_way.discard(future)
        yield from future.result()


def _do(name: str, entries: Sequence[Entry]) -> list[Found]:
    plugin = distributed.get_worker().plugins[name]
    assert isinstance(plugin, OnWorker)
    return plugin.do(entries)


def _load(files: tuple[bytes, bytes]) -> OnnxClassifier:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in zip((CARD_FILE, MODEL_FILE), files, strict=True):
            (Path(folder) / name).write_bytes(data)
        return OnnxClassifier(Path(folder))
