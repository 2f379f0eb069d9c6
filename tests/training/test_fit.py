import csv
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from kndnet_desktop.core.errors import UserError
from training import config, networks
from training.config import FitConfig, Recipe
from training.fit import fit, input_scale


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    return networks.from_run(folder)[1].state_dict()


def _last(folder: Path) -> dict[str, object]:
    saved: dict[str, object] = torch.load(folder / "last.pt", weights_only=True)
    return saved


def _same(one: object, other: object) -> bool:
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other


def test_an_interrupted_run_ends_bit_for_bit_as_an_uninterrupted_one(recipe: Recipe, tmp_path: Path) -> None:
    whole = fit(recipe, tmp_path / "whole")
    stopped = fit(recipe, tmp_path / "stopped", pause_after=1)
    assert _last(stopped)["epoch"] == 1
    resumed = fit(recipe, tmp_path / "stopped")
    assert _same(_last(whole), _last(resumed))
    assert (whole / "epochs.csv").read_bytes() == (resumed / "epochs.csv").read_bytes()


def test_a_run_folder_tells_what_was_run(recipe: Recipe, tmp_path: Path) -> None:
    folder = fit(replace(recipe, fit=replace(recipe.fit, epochs=1)), tmp_path)
    assert config.load(folder / "recipe.yaml").model == recipe.model
    run = json.loads((folder / "run.json").read_text())
    (start,) = run["starts"]
    assert start["from epoch"] == 0
    assert start["packages"]["torch"] == torch.__version__.split("+")[0]
    assert run["parameters"] == 145738
    with (folder / "epochs.csv").open(newline="") as file:
        (line,) = csv.DictReader(file)
    assert {"epoch", "loss", "kept", "accuracy", "macro-F1", "melanoma AUC"} <= line.keys()
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_it_learns_what_is_drawn(recipe: Recipe, tmp_path: Path) -> None:
    longer = replace(
        recipe,
        model=replace(recipe.model, dropout=0.0),
        fit=FitConfig(epochs=12, batch=8, rate=3e-3, workers=0, ema=0.7),
    )
    folder = fit(longer, tmp_path)
    with (folder / "epochs.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert float(lines[-1]["loss"]) < 0.8 * float(lines[0]["loss"])
    assert max(float(line["accuracy"]) for line in lines) > 2 / 7  # chance is one in seven


def test_a_run_keeps_the_mixture_of_weights_that_its_recipe_wants(recipe: Recipe, tmp_path: Path) -> None:
    first = fit(replace(recipe, fit=replace(recipe.fit, epochs=1)), tmp_path / "first")
    model = replace(recipe.model, weights=str(first / "best.pt"))
    further = replace(recipe, model=model, fit=replace(recipe.fit, epochs=2, average=(0.25, 0.0, 0.75)))
    second = fit(further, tmp_path / "second")
    sets = [networks.read_weights(first / "best.pt"), torch.load(second / "last.pt", weights_only=True)["parts"][1]]
    kept = _weights(second)
    for name, tensor in kept.items():
        if tensor.is_floating_point():
            assert torch.allclose(tensor, 0.25 * sets[0][name] + 0.75 * sets[1][name], atol=1e-6), name
    assert not torch.equal(kept["classifier.weight"], networks.read_weights(second / "best.pt")["classifier.weight"])
    (second / "averaged.pt").unlink()  # stopped between the last epoch and the mixture
    assert _same(_weights(fit(further, tmp_path / "second")), kept)
    with pytest.raises(UserError, match="three shares"):
        fit(replace(recipe, fit=replace(recipe.fit, epochs=1, average=(1.0,))), tmp_path / "third")
    torch.save({"stem": torch.zeros(1)}, tmp_path / "imagenet.pth")
    other = replace(recipe.model, weights=str(tmp_path / "imagenet.pth"))
    with pytest.raises(UserError, match="not of a run"):
        fit(replace(further, model=other), tmp_path / "fourth")


def test_no_run_that_is_to_be_chosen_begins_from_what_knows_the_inner_validation(
    recipe: Recipe, tmp_path: Path
) -> None:
    knows = replace(recipe, name="knows", data=replace(recipe.data, refit_of="tiny.yaml"))
    learned = fit(replace(knows, fit=replace(recipe.fit, epochs=1)), tmp_path) / "best.pt"
    begun = replace(recipe, name="begun", model=replace(recipe.model, weights=str(learned)))
    with pytest.raises(UserError, match="have learned from the inner validation"):
        fit(begun, tmp_path)
    assert not (tmp_path / "begun").exists()
    fit(replace(begun, data=knows.data), tmp_path, pause_after=1)


def test_the_input_grows_to_its_full_size_at_half_time() -> None:
    scales = [input_scale(epoch, 10, 0.5) for epoch in range(10)]
    assert scales[0] == 0.5
    assert scales[:6] == sorted(scales[:6])
    assert scales[5:] == [1.0] * 5
    assert input_scale(0, 1, 1.0) == 1.0


def test_a_run_is_not_gone_on_with_by_another_recipe(recipe: Recipe, tmp_path: Path) -> None:
    fit(replace(recipe, name="begun"), tmp_path, pause_after=1)
    changed = replace(recipe, name="begun", fit=replace(recipe.fit, rate=0.1, workers=1))
    with pytest.raises(UserError, match=r"another recipe: fit\.rate: 0\.1, not 0\.002\."):
        fit(changed, tmp_path)


@pytest.mark.slow
def test_two_processes_train_what_one_does(recipe: Recipe, tmp_path: Path) -> None:
    # No dropout: each process draws its own. One shape and batch, so that only batch norm sees fewer samples.
    alone = replace(
        recipe,
        name="alone",
        model=replace(recipe.model, dropout=0.0),
        fit=FitConfig(epochs=2, batch=32, rate=1e-3, workers=0),
    )
    pair = replace(alone, name="pair", fit=replace(alone.fit, devices=2))
    (tmp_path / "pair.yaml").write_text(config.dump(pair), encoding="utf-8")
    command = [sys.executable, "-m", "training", "train", str(tmp_path / "pair.yaml"), "--runs", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    one, two = _weights(fit(alone, tmp_path)), _weights(tmp_path / "pair")
    first = _weights(fit(replace(alone, name="other", fit=replace(alone.fit, seed=2)), tmp_path))
    gap = sum(float((one[name] - two[name]).square().sum()) for name in one if one[name].ndim > 1)
    other = sum(float((one[name] - first[name]).square().sum()) for name in one if one[name].ndim > 1)
    assert gap < 0.02 * other
