"""The one training loop: supervised or distilled, student or teacher, one process or many, always resumable."""

from __future__ import annotations

import csv
import io
import json
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from timm.utils.model_ema import ModelEmaV3
from torch import nn
from tqdm import tqdm

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import write_whole
from kndnet_desktop.core.trust import softmax
from training import metrics, networks
from training.batches import DrawnViews, TrainingBatches, Views, load, whole_inputs
from training.config import Recipe, differences, dump
from training.config import load as load_recipe
from training.data import CODES, Pictures, prepare
from training.losses import Loss, class_weights, feature_distance
from training.student import DESIGNS, Imitator, Student, count_parameters
from training.teacher import read_file

Floats = NDArray[np.float64]


@dataclass
class State:
    """All that changes while training, and is saved after each epoch."""

    model: nn.Module
    ema: ModelEmaV3
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.OneCycleLR
    epoch: int = 0
    best: float = -1.0

    def save(self, path: Path) -> None:
        """Write everything whole."""
        parts = (self.model, self.ema.module, self.optimiser, self.schedule)
        write_torch(path, {"parts": [part.state_dict() for part in parts], "epoch": self.epoch, "best": self.best})

    def restore(self, path: Path) -> None:
        """Go back to where `save` was called."""
        tree = torch.load(path, map_location="cpu", weights_only=True)
        for part, saved in zip(
            (self.model, self.ema.module, self.optimiser, self.schedule), tree["parts"], strict=True
        ):
            part.load_state_dict(saved)
        self.epoch, self.best = tree["epoch"], tree["best"]


def fit(
    recipe: Recipe,
    runs: Path = Path("runs"),
    views: Views | None = None,
    pause_after: int | None = None,
) -> Path:
    """Train the recipe's network, or go on with it where an earlier call stopped.

    Args:
        recipe: what to train.
        runs: folder of the run folders.
        views: where views of the training pictures come from; drawn as they are needed if None.
        pause_after: stop after this many epochs, as an interruption would, with the schedule of all epochs.

    Raises:
        UserError: the run was begun with another recipe or brought from elsewhere, or the recipe contradicts itself.

    Returns:
        The run folder: recipe.yaml, run.json, epochs.csv, curves.png, last.pt, best.pt (best inner validation, or the
        last epoch where the recipe learns from that too) and averaged.pt, if the recipe mixes weights.
    """
    folder = runs / recipe.name
    settings = recipe.fit
    fabric = Fabric(
        accelerator="auto" if torch.cuda.is_available() else "cpu",
        strategy="ddp" if settings.devices * settings.nodes > 1 else "auto",
        devices=settings.devices,
        num_nodes=settings.nodes,
        precision=settings.precision,  # type: ignore[arg-type]
    )
    fabric.launch()
    refuse_another_recipe(recipe, folder)
    if brought(folder):
        hint = "Use them as they are, or delete the folder to begin again."
        raise UserError(f"The run {folder} holds weights that were trained elsewhere.", hint)
    _refuse_mixture(recipe)
    _refuse_features(recipe, views)
    _refuse_learned(recipe)
    if fabric.is_global_zero:
        folder.mkdir(parents=True, exist_ok=True)
        prepare(recipe.data)
    fabric.barrier()
    pictures = prepare(recipe.data)
    chosen = pictures.learned(recipe.data)
    source = views or DrawnViews(pictures, recipe.augment)

    torch.manual_seed(settings.seed)
    # On its device before anything is made from it: averages and an optimiser's moments stay where they were made.
    network = networks.build(recipe.model).to(fabric.device).to(memory_format=torch.channels_last)
    if fabric.device.type == "cpu":
        networks.keep_depthwise_whole(network)
    trained: nn.Module = network
    if recipe.loss.features:
        assert isinstance(network, Student), "a teacher was refused"
        trained = Imitator(network, recipe.distill.features * len(recipe.distill.teachers)).to(fabric.device)
    steps = max(1, len(chosen) // settings.batch)
    optimiser = torch.optim.AdamW(_groups(trained, settings.decay), lr=settings.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.rate, total_steps=settings.epochs * steps + 1, pct_start=settings.warm, final_div_factor=1e3
    )
    ema = ModelEmaV3(network, decay=settings.ema, use_warmup=True)
    state = State(trained, ema, optimiser, schedule)
    last = folder / "last.pt"
    if last.exists():
        state.restore(last)
    if fabric.is_global_zero and state.epoch < settings.epochs:
        describe(recipe, network, folder, state.epoch)
    model, optimiser = fabric.setup(trained, optimiser)
    powers = (recipe.loss.class_power, recipe.loss.soft_power)
    loss = Loss(recipe.loss, *(class_weights(pictures.labels[chosen], len(CODES), power) for power in powers))

    while state.epoch < min(settings.epochs, pause_after or settings.epochs):
        batches = TrainingBatches(
            pictures,
            chosen,
            source,
            networks.rule(recipe.model),
            scale=input_scale(state.epoch, settings.epochs, settings.start_scale, settings.end_scale),
            shares=recipe.augment.shapes,
            size=settings.batch,
            seed=(settings.seed, state.epoch),
            rank=fabric.global_rank,
            world=fabric.world_size,
        )
        # Each process draws dropout of its own, and an epoch the same whether or not it is the first after a stop.
        torch.manual_seed(_seed(settings.seed, state.epoch, fabric.global_rank))
        model.train()
        sums: dict[str, float] = {"loss": 0.0, "hard": 0.0, "soft": 0.0, "kept": 0.0, "features": 0.0}
        title = f"{recipe.name} {state.epoch + 1}/{settings.epochs}"
        loader = load(batches, settings.workers)
        for batch in tqdm(loader, title, len(batches), mininterval=10, disable=not fabric.is_global_zero):
            teacher = None if batch.teacher is None else fabric.to_device(batch.teacher)
            logits, distance = model(fabric.to_device(batch.images)), None
            if recipe.loss.features:
                logits, imitated = logits
                distance = feature_distance(imitated, fabric.to_device(batch.features))
            parts = loss(logits, fabric.to_device(batch.labels), teacher, distance)
            optimiser.zero_grad()
            fabric.backward(parts.total)
            fabric.clip_gradients(model, optimiser, max_norm=2.0)
            optimiser.step()
            schedule.step()
            state.ema.update(network, step=schedule.last_epoch)
            values = (parts.total, parts.hard, parts.soft, parts.kept, parts.features)
            for name, value in zip(sums, values, strict=True):
                sums[name] += float(value.detach()) / len(batches)
        state.epoch += 1
        if fabric.is_global_zero:
            figures: dict[str, float] = dict(sums)
            score = float(state.epoch)  # where the inner validation is learned from, it can choose no epoch
            if not recipe.data.refit_of:
                figures |= validate(state.ema.module, pictures, recipe)
                score = figures["macro-F1"] + figures["balanced accuracy"] + figures["accuracy"]
            log(folder, state.epoch, figures | {"rate": float(schedule.get_last_lr()[0])})
            if score > state.best:
                state.best = score
                write_weights(folder / "best.pt", recipe, state.ema.module.state_dict(), state.epoch)
            state.save(last)
        fabric.barrier()
    if settings.average and state.epoch >= settings.epochs and fabric.is_global_zero:
        _mix(recipe, folder, state.ema.module.cpu())
    fabric.barrier()
    return folder


def brought(folder: Path) -> bool:
    """Whether a run folder holds weights that were trained elsewhere: nothing to go on from, and not to be lost."""
    return (folder / "best.pt").exists() and not ((folder / "last.pt").exists() or (folder / "epochs.csv").exists())


def settled(recipe: Recipe, folder: Path) -> None:
    """Tell of a run that was stopped before its last epoch.

    Raises:
        UserError: it learns from the inner validation too, so that only its last epoch counts.
    """
    if not (folder / "epochs.csv").exists():
        return
    with (folder / "epochs.csv").open(newline="", encoding="utf-8") as file:
        done = int([line["epoch"] for line in csv.DictReader(file)][-1])
    if done < recipe.fit.epochs:
        told = f"The run {folder} was stopped after epoch {done} of {recipe.fit.epochs}."
        if recipe.data.refit_of:
            raise UserError(told, "Only its last epoch counts: go on with the command that began it.")
        print(told, file=sys.stderr)


def input_scale(epoch: int, epochs: int, start: float, end: float = 1.0) -> float:
    """Side of the input in this epoch, as a share: from `start` in a line to `end` at half the epochs."""
    return start + (end - start) * min(1.0, 2 * epoch / max(1, epochs))


def predict(network: nn.Module, pictures: Pictures, chosen: NDArray[np.int64], recipe: Recipe) -> Floats:
    """Logits [N, classes] of whole pictures, scaled as the app does."""
    device = next(network.parameters()).device
    network.eval()
    logits = np.zeros((len(chosen), len(CODES)))
    with torch.inference_mode():
        for positions, inputs in whole_inputs(pictures, chosen, networks.rule(recipe.model)):
            logits[positions] = network(torch.from_numpy(inputs).to(device)).float().cpu().numpy()
    return logits


def validate(network: nn.Module, pictures: Pictures, recipe: Recipe) -> dict[str, float]:
    """Figures on the inner validation: of HAM10000, and of the other clinics' pictures where there are any."""
    melanoma = CODES.index("mel")
    figures: dict[str, float] = {}
    for source, suffix in (("ham10000", ""), ("isic2018", " elsewhere")):
        chosen = pictures.part("inner", source)
        if not len(chosen):
            continue
        labels = pictures.labels[chosen]
        probabilities = softmax(predict(network, pictures, chosen, recipe))
        auc = metrics.ranking(probabilities, labels, melanoma)["melanoma AUC"]
        if source == "ham10000":
            figures |= metrics.summary(probabilities, labels)
        figures["melanoma AUC" + suffix] = auc
    return figures


def describe(recipe: Recipe, network: nn.Module, folder: Path, epoch: int) -> None:
    """Write down what is needed to run this again: the recipe, and for each start or restart its code and packages."""
    write_whole(folder / "recipe.yaml", dump(recipe).encode())
    packages = ("torch", "timm", "lightning-fabric", "numpy", "opencv-python-headless", "pillow", "scikit-learn")
    start = {
        "from epoch": epoch,
        "revision": _git("rev-parse", "HEAD"),
        "uncommitted": bool(_git("status", "--porcelain", "--", "training", "kndnet_desktop")),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in packages},
    }
    path = folder / "run.json"
    starts = json.loads(path.read_text(encoding="utf-8"))["starts"] if path.exists() else []
    run = {
        "parameters": count_parameters(network),
        "starts": [*starts, start],
    }
    write_whole(path, (json.dumps(run, indent=2) + "\n").encode())


def refuse_another_recipe(recipe: Recipe, folder: Path) -> None:
    """Leave a run alone that was begun with another recipe. Raises UserError."""
    if not (folder / "last.pt").exists():
        return
    changed = differences(recipe, load_recipe(folder / "recipe.yaml"))
    if changed:
        raise UserError(
            f"The run {folder} was begun with another recipe: {'; '.join(changed)}.",
            "Give the recipe another name, or delete the run folder to begin again.",
        )


def log(folder: Path, epoch: int, figures: dict[str, float]) -> None:
    """Add a line to epochs.csv (replacing what an interrupted run left of this epoch) and draw the curves anew."""
    path = folder / "epochs.csv"
    lines: list[dict[str, Any]] = []
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            lines = [line for line in csv.DictReader(file) if int(line["epoch"]) < epoch]
    lines.append({"epoch": epoch} | {name: f"{value:.6g}" for name, value in figures.items()})
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[-1]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    write_whole(path, text.getvalue().encode())

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    epochs = [int(line["epoch"]) for line in lines]
    for name in figures:
        axes = left if name in ("loss", "hard", "soft", "kept", "features") else right
        if name != "rate":
            axes.plot(epochs, [float(line[name]) for line in lines], label=name)
    for axes, title in ((left, "training"), (right, "inner validation")):
        axes.set(title=title, xlabel="epoch")
        if axes.lines:
            axes.legend()
        axes.grid(alpha=0.3)
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=90)
    plt.close(figure)
    write_whole(folder / "curves.png", drawn.getvalue())


def write_torch(path: Path, tree: dict[str, Any]) -> None:
    """Save tensors whole."""
    buffer = io.BytesIO()
    torch.save(tree, buffer)
    write_whole(path, buffer.getvalue())


def write_weights(path: Path, recipe: Recipe, weights: Mapping[str, torch.Tensor], epoch: int | None = None) -> None:
    """Save a network's weights whole, with the word whether the inner validation's pictures are in them."""
    write_torch(path, {"model": weights, "epoch": epoch, "refit_of": recipe.data.refit_of})


def _seed(*numbers: int) -> int:
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])


def _groups(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    # Decay would pull batch norm's scales and all biases towards zero for nothing.
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    return [
        {"params": [parameter for parameter in trained if parameter.ndim > 1], "weight_decay": decay},
        {"params": [parameter for parameter in trained if parameter.ndim <= 1], "weight_decay": 0.0},
    ]


def _refuse_mixture(recipe: Recipe) -> None:
    if recipe.fit.average and (len(recipe.fit.average) != 3 or recipe.model.weights is None):
        raise UserError("fit: average wants three shares, and model: weights to start from.", "Correct the recipe.")
    if recipe.fit.average and recipe.model.weights:
        networks.read_weights(Path(recipe.model.weights))  # ImageNet's cannot be mixed: better told now than at the end


def _refuse_features(recipe: Recipe, views: Views | None) -> None:
    if recipe.loss.features and not (views and recipe.distill.features and recipe.model.kind in DESIGNS):
        raise UserError(
            "loss: features is for a student that learns from teachers, and wants distill: features.",
            "Give the number of components to keep, and run `distill`.",
        )


def _refuse_learned(recipe: Recipe) -> None:
    path = recipe.model.weights
    if path and path != "hub" and not recipe.data.refit_of and read_file(Path(path)).get("refit_of"):
        raise UserError(
            f"The weights {path} have learned from the inner validation, which would choose this run.",
            "Begin with others, or give the recipe data: refit_of too.",
        )


def _mix(recipe: Recipe, folder: Path, last: nn.Module) -> None:
    assert recipe.model.weights, "a mixture without a start was refused"
    first, best = networks.read_weights(Path(recipe.model.weights)), networks.read_weights(folder / "best.pt")
    mixture = networks.average([first, best, last.state_dict()], recipe.fit.average)
    write_weights(folder / networks.AVERAGED, recipe, mixture)


def _git(*words: str) -> str:
    try:
        return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
