"""Stored views: the teachers' answers to some tens of views of each picture, paid for once.

A view is stored as its numbers, and rendered for the student exactly as the teachers saw it, only at the student's
size ("a good teacher is patient and consistent", Beyer et al. 2022). The store is made round by round, one view of
every picture each, so an interrupted run goes on where it stopped; recipes that differ only in the student, the loss
or the schedule share one store.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from tqdm import tqdm

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import sha256_of, write_whole
from training import networks
from training.augment import ASPECTS, VIEW_SIZE, View, draw_view, render, view_shape
from training.config import Recipe, load
from training.data import CODES, Pictures, digest

Floats = NDArray[np.float32]


class StoredViews:
    """Views with the teachers' logits, as `batches.Views` wants them.

    Args:
        folder: what `store` returned.
        chosen: indices of the pictures, in the order of the store's rows.
    """

    def __init__(self, folder: Path, chosen: NDArray[np.int64]) -> None:
        rounds = [dict(np.load(path)) for path in sorted(folder.glob("round-*.npz"))]
        self._rows = {int(picture): row for row, picture in enumerate(chosen)}
        self._views = np.stack([entry["views"] for entry in rounds])
        self._logits = np.stack([entry["logits"] for entry in rounds])
        shapes = np.array([int(entry["shape"]) for entry in rounds])
        self._of_shape = [np.flatnonzero(shapes == shape) for shape in range(len(ASPECTS))]

    def take(self, rng: np.random.Generator, picture: int, shape: int) -> tuple[View, Floats]:
        """Choose one of the picture's stored views in this shape."""
        chosen = rng.choice(self._of_shape[shape])
        row = self._rows[picture]
        return self._views[chosen, row], self._logits[chosen, row]


def store(recipe: Recipe, runs: Path, pictures: Pictures, chosen: NDArray[np.int64]) -> Path:
    """Ask the teachers about every view that is not yet stored.

    Args:
        recipe: the student's recipe; `distill.teachers` are recipes of finished runs.
        runs: folder of the run folders.
        pictures: the decoded pictures.
        chosen: indices of the pictures to learn from.

    Returns:
        The folder of the store.

    Raises:
        UserError: the recipe names no teacher, or one that is not trained.
    """
    teachers = [(runs / load(Path(path)).name) for path in recipe.distill.teachers]
    if not teachers:
        raise UserError(f"The recipe {recipe.name} names no teachers.", "Add `distill: {teachers: [...]}`.")
    for teacher in teachers:
        if not (teacher / "best.pt").exists():
            raise UserError(f"The teacher {teacher.name} is not trained yet.", "Run the command `teacher` first.")
    hashes = [sha256_of((teacher / "best.pt").read_bytes()) for teacher in teachers]
    names = [pictures.records[int(index)].image_id for index in chosen]
    key = json.dumps([hashes, names, asdict(recipe.augment), recipe.distill.views, recipe.fit.seed])
    folder = Path(recipe.data.cache) / f"views-{digest(key)[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    shapes = share_out(recipe.distill.views, recipe.augment.shapes)
    missing = [number for number in range(len(shapes)) if not (folder / f"round-{number:03}.npz").exists()]
    if not missing:
        return folder
    loaded = [networks.from_run(teacher) for teacher in teachers]
    for number in tqdm(missing, "asking the teachers"):
        views = np.zeros((len(chosen), VIEW_SIZE), np.float32)
        for row, index in enumerate(chosen):
            rng = np.random.default_rng((recipe.fit.seed, number, int(index)))
            height, width = pictures[int(index)].shape[:2]
            views[row] = draw_view(rng, height, width, ASPECTS[shapes[number]], recipe.augment)
        answers = [
            ask(network, teacher, pictures, chosen, views, ASPECTS[shapes[number]]) for teacher, network in loaded
        ]
        buffer = io.BytesIO()
        np.savez(buffer, views=views, logits=np.mean(answers, 0).astype(np.float32), shape=shapes[number])
        write_whole(folder / f"round-{number:03}.npz", buffer.getvalue())
    return folder


def ask(
    network: nn.Module,
    recipe: Recipe,
    pictures: Pictures,
    chosen: NDArray[np.int64],
    views: Floats,
    aspect: float,
    size: int = 32,
) -> Floats:
    """Log-probabilities [N, classes] of a teacher for one view of each picture, seen at the teacher's own size."""
    height, width = view_shape(networks.rule(recipe.model), aspect)
    answers = np.zeros((len(chosen), len(CODES)), np.float32)
    half = recipe.fit.precision == "bf16-mixed"
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half):
        for start in range(0, len(chosen), size):
            rows = range(start, min(start + size, len(chosen)))
            images = np.stack([render(pictures[int(chosen[row])], views[row], height, width) for row in rows])
            logits = network(torch.from_numpy(images)).float()
            answers[start : start + size] = torch.log_softmax(logits, 1).numpy()
    return answers


def share_out(count: int, shares: tuple[float, ...]) -> list[int]:
    """A shape for each of `count` rounds, in the given shares and evenly mixed.

    Returns:
        Indices into `ASPECTS`.

    Raises:
        UserError: there are too few rounds for a shape to get one.
    """
    given = [0] * len(shares)
    order = []
    for _ in range(count):
        shape = max(range(len(shares)), key=lambda s: (shares[s] / (given[s] + 1), -s))
        given[shape] += 1
        order.append(shape)
    if any(share > 0 and number == 0 for share, number in zip(shares, given, strict=True)):
        raise UserError(f"{count} stored views are too few for the shapes of the recipe.", "Raise `distill: views`.")
    return order
