"""Stored views: the teachers' answers to some tens of views of each picture, paid for once.

A view is stored as its numbers, and rendered for the student exactly as the teachers saw it, only at the student's
size ("a good teacher is patient and consistent", Beyer et al. 2022). The store is made round by round, one view of
every picture each, so an interrupted run goes on where it stopped; recipes that differ only in the student, the loss
or the schedule share one store. In a blended round every view is laid over that of another picture in the same round.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from kndnet_desktop.core.card import MODEL_FILE, InputRule
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import sha256_of, write_whole
from kndnet_desktop.core.images import Pixels
from training import networks
from training.augment import ASPECTS, VIEW_SIZE, draw_view, view_shape
from training.batches import Answer, Layer, Layers, render_layers
from training.config import Recipe, load
from training.data import Pictures, digest
from training.fit import settled
from training.joined import Joined
from training.student import Student
from training.teacher import Teacher

Floats = NDArray[np.float32]

#: Stands for no picture's index in the seeds of chance.
NO_PICTURE = 1_000_000


@dataclass(frozen=True)
class Round:
    """One view, or blend of views, of every picture.

    Attributes:
        shape: index into `ASPECTS`.
        views: float32 [N, 18].
        partners: row [N] of the picture that each one is blended with; None in a plain round.
        shares: weight [N] of that picture, at most one half.
    """

    shape: int
    views: Floats
    partners: NDArray[np.int64] | None = None
    shares: Floats | None = None

    def layers(self, row: int, chosen: NDArray[np.int64]) -> Layers:
        """What the sample of `row` is made of; `chosen` are the pictures' indices [N]."""
        own = Layer(int(chosen[row]), self.views[row])
        if self.partners is None or self.shares is None:
            return (own,)
        other, share = int(self.partners[row]), float(self.shares[row])
        return replace(own, weight=1 - share), Layer(int(chosen[other]), self.views[other], share)


@dataclass(frozen=True)
class Asked:
    """A teacher that can be asked.

    Attributes:
        name: of its run.
        mark: tells its weights from others.
        rule: its input.
        answer: logits [N, classes] and pooled features [N, D] of inputs, uint8 [N, H, W, 3].
    """

    name: str
    mark: str
    rule: InputRule
    answer: Callable[[Pixels], tuple[Floats, Floats]]


class StoredViews:
    """Views with the teachers' answers, as `batches.Views` wants them.

    Args:
        chosen: indices [N] of the pictures.
        rounds: of views.
        answers: the teachers' mean log-probabilities, float32 [rounds, N, classes].
        features: the teachers' features side by side, float32 [rounds, N, components].
    """

    def __init__(self, chosen: NDArray[np.int64], rounds: list[Round], answers: Floats, features: Floats) -> None:
        self._chosen, self._rounds, self._answers, self._features = chosen, rounds, answers, features
        self._rows = {int(picture): row for row, picture in enumerate(chosen)}
        shapes = np.array([each.shape for each in rounds])
        self._of_shape = [np.flatnonzero(shapes == shape) for shape in range(len(ASPECTS))]

    def take(self, rng: np.random.Generator, picture: int, shape: int) -> tuple[Layers, Answer]:
        """Choose one of the picture's stored views in this shape, or a mirror image of it.

        A lesion's mirror image is the same lesion, and so the teachers' answer stands for it too: four views for the
        price of one.
        """
        chosen = rng.choice(self._of_shape[shape])
        row = self._rows[picture]
        mirror = 1 - 2 * rng.integers(2, size=2)
        layers = self._rounds[chosen].layers(row, self._chosen)
        answer = Answer(self._answers[chosen, row], self._features[chosen, row])
        return tuple(replace(layer, view=mirrored(layer.view, mirror)) for layer in layers), answer


def mirrored(view: Floats, signs: NDArray[np.int64]) -> Floats:
    """The view with its axes [2] turned about, where a sign is -1."""
    turned = view.copy()
    turned[:6].reshape(2, 3)[:, :2] *= signs
    return turned


def store(recipe: Recipe, runs: Path, pictures: Pictures, chosen: NDArray[np.int64]) -> StoredViews:
    """Ask the teachers about every view that they have not answered yet, and return all of them.

    Each round of views and each teacher's answers to it is a file of its own: more rounds, and other mixtures of
    teachers, use what is there.

    Args:
        recipe: the student's recipe; `distill.teachers` are recipes of finished runs.
        runs: folder of the run folders.
        pictures: the decoded pictures.
        chosen: indices of the pictures to learn from.

    Raises:
        UserError: the recipe names no teacher, or one that is not trained or has learned what chooses this student, or
            too few views.
    """
    recipes = [load(Path(path)) for path in recipe.distill.teachers]
    for teacher_recipe in recipes:
        if teacher_recipe.data.refit_of and not recipe.data.refit_of:
            raise UserError(
                f"The teacher {teacher_recipe.name} has learned from the inner validation, which chooses this student.",
                f"Learn from {teacher_recipe.data.refit_of}, or give the student data: refit_of too.",
            )
    teachers = [find_teacher(runs / each.name) for each in recipes]
    if not teachers:
        raise UserError(f"The recipe {recipe.name} names no teachers.", "Add `distill: {teachers: [...]}`.")
    names = [pictures.records[int(index)].image_id for index in chosen]
    key = json.dumps([names, asdict(recipe.augment), recipe.distill.seed])
    folder = Path(recipe.data.cache) / f"views-{digest(key)[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    shapes = share_out(recipe.distill.views, recipe.augment.shapes)
    rounds = []
    for number, (shape, blended) in enumerate(zip(shapes, blends(shapes, recipe.distill.blended), strict=True)):
        path = folder / f"views-{number:03}.npy"
        if not path.exists():
            _write(path, draw_views(recipe, number, ASPECTS[shape], pictures, chosen))
        plain = Round(shape, np.load(path))
        rounds.append(blend(plain, recipe.distill.seed, number) if blended else plain)
    answers, features = [], [np.zeros((len(rounds), len(chosen), 0), np.float32)]
    for teacher in teachers:
        ends = [
            f"{number:03}{'-blended' if each.partners is not None else ''}-{teacher.mark}.npy"
            for number, each in enumerate(rounds)
        ]
        answer_paths, feature_paths = ([folder / f"{kind}-{end}" for end in ends] for kind in ("answers", "features"))
        wanted = (answer_paths, feature_paths) if recipe.distill.features else (answer_paths,)
        missing = [number for number in range(len(rounds)) if not all(paths[number].exists() for paths in wanted)]
        for number in tqdm(missing, f"asking {teacher.name}", disable=not missing):
            samples = [rounds[number].layers(row, chosen) for row in range(len(chosen))]
            logits, pooled = ask(teacher, pictures, samples, ASPECTS[shapes[number]])
            _write(answer_paths[number], logits)
            if recipe.distill.features:
                _write(feature_paths[number], pooled)
        answers.append(np.stack([np.load(path) for path in answer_paths]))
        if recipe.distill.features:
            features.append(principal((np.load(path) for path in feature_paths), recipe.distill.features))
    return StoredViews(
        chosen, rounds, np.asarray(np.mean(answers, 0), np.float32), np.concatenate(features, 2) / len(teachers) ** 0.5
    )


def draw_views(recipe: Recipe, number: int, aspect: float, pictures: Pictures, chosen: NDArray[np.int64]) -> Floats:
    """Draw one view of each picture, float32 [N, 18]; the round's number and the recipe's seed decide which."""
    views = np.zeros((len(chosen), VIEW_SIZE), np.float32)
    for row, index in enumerate(chosen):
        rng = np.random.default_rng((recipe.distill.seed, number, int(index)))
        height, width = pictures[int(index)].shape[:2]
        views[row] = draw_view(rng, height, width, aspect, recipe.augment)
    return views


def blend(plain: Round, seed: int, number: int) -> Round:
    """Lay each picture's view of a round over another picture's, in shares that chance draws."""
    rng = np.random.default_rng((seed, number, NO_PICTURE))
    count = len(plain.views)
    return replace(plain, partners=rng.permutation(count), shares=rng.uniform(0, 0.5, count).astype(np.float32))


def blends(shapes: list[int], share: float) -> list[bool]:
    """Which of the rounds are blended: the same share of those of each shape, the last of every few."""
    seen = [0] * len(ASPECTS)
    chosen = []
    for shape in shapes:
        seen[shape] += 1
        chosen.append(int(seen[shape] * share) > int((seen[shape] - 1) * share))
    return chosen


def find_teacher(run: Path) -> Asked:
    """Return the teacher of a run: its averaged weights or, where only that is left, its exported model folder.

    Raises:
        UserError: there is neither, or its training has not come to the end that it needs.
    """
    if (run / "best.pt").exists():
        recipe, network = networks.from_run(run)
        settled(recipe, run)
        mark = sha256_of(networks.kept(run).read_bytes())[:16]
        network = network.to(memory_format=torch.channels_last)  # as it was trained
        half = recipe.fit.precision == "bf16-mixed"
        return Asked(run.name, mark, networks.rule(recipe.model), lambda images: _ask_torch(network, images, half))
    if (run / "model" / MODEL_FILE).exists():
        classifier = OnnxClassifier(run / "model", threads=torch.get_num_threads())
        card = classifier.card
        return Asked(run.name, card.sha256[:16], card.input, lambda images: _ask_onnx(classifier, images))
    raise UserError(
        f"The teacher {run.name} is not trained yet.",
        f"Run the command `teacher` first, or copy its model folder to {run / 'model'}.",
    )


def ask(
    teacher: Asked, pictures: Pictures, samples: Sequence[Layers], aspect: float, size: int = 32
) -> tuple[Floats, NDArray[np.float16]]:
    """Ask a teacher about `samples` of this aspect, seen at the teacher's own size.

    Returns:
        Log-probabilities [N, classes] and pooled features [N, D].
    """
    height, width = view_shape(teacher.rule, aspect)
    answers, features = [], []
    for start in range(0, len(samples), size):
        images = np.stack([render_layers(pictures, layers, height, width) for layers in samples[start : start + size]])
        logits, pooled = teacher.answer(images)
        answers.append(torch.log_softmax(torch.from_numpy(logits), 1).numpy())
        features.append(pooled.astype(np.float16))
    return np.concatenate(answers), np.concatenate(features)


def principal(rounds: Iterable[NDArray[np.float16]], components: int) -> Floats:
    """Describe features by their principal components, those of the first round.

    Args:
        rounds: pooled features [N, D] of each round.
        components: number to keep.

    Returns:
        [rounds, N, components], scaled so that the first round's mean squared length is 1.

    Raises:
        UserError: the teacher has fewer features.
    """
    result: list[Floats] = []
    axes = mean = np.zeros(0)
    for features in rounds:
        values = features.astype(np.float32)
        if not result:
            if components > values.shape[1]:
                raise UserError(
                    f"A teacher has {values.shape[1]} features, fewer than {components}.", "Lower `distill: features`."
                )
            mean = values.mean(0)
            variances, vectors = np.linalg.eigh(np.cov(values, rowvar=False))
            axes = vectors[:, -components:] / np.sqrt(variances[-components:].sum())
        result.append(np.asarray((values - mean) @ axes, np.float32))
    return np.stack(result)


def _ask_onnx(classifier: OnnxClassifier, images: Pixels) -> tuple[Floats, Floats]:
    outputs = classifier.run(images)
    return outputs.logits, outputs.embedding


def _ask_torch(network: Student | Teacher | Joined, images: Pixels, half: bool) -> tuple[Floats, Floats]:
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=half):
        logits, _, pooled = network.maps(torch.from_numpy(images))
    return logits.float().numpy(), pooled.float().numpy()


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


def _write(path: Path, values: NDArray[Any]) -> None:
    buffer = io.BytesIO()
    np.save(buffer, values)
    write_whole(path, buffer.getvalue())
