"""Batches: which pictures, in which views, in which order. The same seed and epoch always give the same batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from kndnet_desktop.core.card import InputRule
from kndnet_desktop.core.images import Pixels, to_input
from training.augment import ASPECTS, View, draw_view, render, view_shape
from training.config import AugmentConfig
from training.data import Pictures


@dataclass(frozen=True)
class Batch:
    """One step's work.

    Attributes:
        images: uint8 [N, H, W, 3].
        labels: int64 [N]; -1 for a blend of two pictures, which has none.
        teacher: the teacher's logits for exactly these pixels, float32 [N, classes], or None.
        features: what the teacher made of these pixels before, float32 [N, components], or None.
    """

    images: Tensor
    labels: Tensor
    teacher: Tensor | None = None
    features: Tensor | None = None


@dataclass(frozen=True)
class Layer:
    """A view of a picture, or one of two that are laid over each other.

    Attributes:
        picture: its index.
        view: float32 [18] of `draw_view`.
        weight: between 0 and 1; the weights of a sample's layers add up to 1.
    """

    picture: int
    view: View
    weight: float = 1.0


Layers = tuple[Layer, ...]


class Answer(NamedTuple):
    """What a teacher says of a view.

    Attributes:
        logits: float32 [classes].
        features: float32 [components]; none of them where they were not asked for.
    """

    logits: NDArray[np.float32]
    features: NDArray[np.float32]


class Views(Protocol):
    """Where views come from: drawn as they are needed, or stored with a teacher's answers."""

    def take(self, rng: np.random.Generator, picture: int, shape: int) -> tuple[Layers, Answer | None]:
        """Return a view of `picture` in the shape `ASPECTS[shape]`, and the teacher's answer to it, if any.

        The first layer is of `picture` itself.
        """


class DrawnViews:
    """A new view each time, without a teacher."""

    def __init__(self, pictures: Pictures, config: AugmentConfig) -> None:
        self._pictures = pictures
        self._config = config

    def take(self, rng: np.random.Generator, picture: int, shape: int) -> tuple[Layers, None]:
        """Draw a view of `picture`."""
        height, width = self._pictures[picture].shape[:2]
        return (Layer(picture, draw_view(rng, height, width, ASPECTS[shape], self._config)),), None


def render_layers(pictures: Pictures, layers: Layers, height: int, width: int) -> Pixels:
    """Render a view, or a blend of views, uint8 [height, width, 3]."""
    if len(layers) == 1:
        return render(pictures[layers[0].picture], layers[0].view, height, width)
    total = np.zeros((height, width, 3), np.float32)
    for layer in layers:
        total += np.float32(layer.weight) * render(pictures[layer.picture], layer.view, height, width)
    return np.asarray(np.rint(total), np.uint8)


class TrainingBatches(Dataset[Batch]):
    """The batches of one epoch, for one of several processes.

    Args:
        pictures: the decoded pictures.
        chosen: indices of the pictures to learn from; one that stands there twice is seen twice, in views of its own.
        views: where views come from.
        rule: nominal input of the network.
        scale: shrinks the sides of the input.
        shares: probability of each of `ASPECTS`.
        size: pictures in a batch, over all processes.
        seed: seeds of the order and the views: the recipe's and the epoch.
        rank: number of this process.
        world: number of processes; each takes every `world`-th picture of each batch.
    """

    def __init__(
        self,
        pictures: Pictures,
        chosen: NDArray[np.int64],
        views: Views,
        rule: InputRule,
        scale: float,
        shares: Sequence[float],
        size: int,
        seed: tuple[int, int],
        rank: int = 0,
        world: int = 1,
    ) -> None:
        self._pictures, self._views, self._seed = pictures, views, seed
        rng = np.random.default_rng(seed)
        self._order = rng.permutation(chosen)
        count = max(1, len(chosen) // size)
        self._places = [range(step * size, min((step + 1) * size, len(chosen)))[rank::world] for step in range(count)]
        share = np.asarray(shares) / np.sum(shares)
        self._shape = rng.choice(len(ASPECTS), count, p=share)
        self._sizes = [view_shape(rule, aspect, scale) for aspect in ASPECTS]

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, step: int) -> Batch:
        """Render batch `step`."""
        shape = int(self._shape[step])
        height, width = self._sizes[shape]
        images, labels, answers = [], [], []
        for place in self._places[step]:
            picture = int(self._order[place])
            rng = np.random.default_rng((*self._seed, place))
            layers, answer = self._views.take(rng, picture, shape)
            images.append(render_layers(self._pictures, layers, height, width))
            labels.append(self._pictures.records[picture].label if len(layers) == 1 else -1)
            answers.append(answer)
        known = [answer for answer in answers if answer is not None]
        told = [torch.from_numpy(np.stack(parts)) for parts in zip(*known, strict=True)]
        return Batch(torch.from_numpy(np.stack(images)), torch.tensor(labels), *told)


def load(batches: TrainingBatches, workers: int) -> DataLoader[Batch]:
    """Prepare batches in `workers` processes, in order."""
    return DataLoader(batches, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None)


def whole_inputs(
    pictures: Pictures, chosen: NDArray[np.int64], rule: InputRule, size: int = 64
) -> Iterator[tuple[NDArray[np.int64], Pixels]]:
    """Scale whole pictures as the app does, and group them by shape.

    Yields:
        Positions in `chosen` [n] and their inputs, uint8 [n, H, W, 3].
    """
    groups: dict[tuple[int, ...], list[tuple[int, Pixels]]] = defaultdict(list)
    for position, picture in enumerate(chosen):
        pixels, _ = to_input(pictures[int(picture)], rule)
        group = groups[pixels.shape]
        group.append((position, pixels))
        if len(group) == size:
            yield _stack(group)
            group.clear()
    for group in groups.values():
        if group:
            yield _stack(group)


def _stack(group: list[tuple[int, Pixels]]) -> tuple[NDArray[np.int64], Pixels]:
    return np.array([position for position, _ in group]), np.stack([pixels for _, pixels in group])
