"""What each command does: read the recipe, call one module, say where the result lies."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from kndnet_desktop.core.card import MODEL_FILE, Calibration, ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.evidence import Quality, Trust
from kndnet_desktop.core.files import write_whole
from training import config, data, gate, networks, others, quality, results, trust
from training.calibrate import calibrate as fit_calibration
from training.compare import Measured, compare, comparison, measure_model, measure_run
from training.config import Recipe
from training.distill import store
from training.drawn import write_data_set
from training.evaluate import RESULTS, SETS
from training.evaluate import evaluate as measure
from training.export import check_parity, parity_pictures
from training.export import export as write_model
from training.export import install as install_model
from training.fit import brought, describe, fit, predict, refuse_another_recipe, settled, write_weights
from training.quantise import footprint
from training.quantise import quantise as write_int8
from training.student import DESIGNS

#: The calibration mode of a model folder that is exported and not calibrated.
RAW = "uncalibrated"

#: The student that the app has.
STUDENT = Path("resources/models/student")

#: The recipes of the networks that the app has.
RECIPE, TEACHER_RECIPE = Path("training/configs/student.yaml"), Path("training/configs/teacher.yaml")

#: Folder below the run folders for pictures that are not from a dermatoscope.
OTHERS = "others"


def run(
    command: str,
    recipe: Path | None,
    runs: Path,
    release: bool = False,
    against: Path | None = None,
    to: Path | None = None,
    seeds: Sequence[int] = (),
) -> None:
    """Run one command, as the command line gives it.

    Args:
        command: its name.
        recipe: a file; only `results`, `others` and `judge` need none.
        runs: folder of the run folders.
        release: for `evaluate`, `compare`, `quantise` and `judge`, the test pictures instead of the inner validation.
        against: for `compare`, the recipe of the other run.
        to: for `install`, the destination.
        seeds: for `distill` and `compare`, the seeds of the recipe's runs; the recipe's own run if there are none.

    Raises:
        UserError: something a person can mend.
    """
    part = "test" if release else "inner"
    if command == "results":
        print(f"Written: {results.write()}")
        return
    if command == "others":
        print(f"Gathered: {sum(source['files'] for source in others.collect(runs / OTHERS).values())} pictures")
        return
    if command == "judge":
        judge(runs, part)
        return
    if recipe is None:
        raise UserError(f"The command {command} needs a recipe.", "Choose one of training/configs/.")
    chosen = config.load(recipe)
    folder = runs / chosen.name
    match command:
        case "prepare":
            print(f"{len(data.prepare(chosen.data))} pictures are ready in {chosen.data.cache}.")
        case "train" | "teacher":
            print(f"Trained: {train(chosen, runs)}")
        case "distill":
            for one in seeded(chosen, seeds):
                print(f"Trained: {learn(one, runs) if seeds else distill(one, runs)}")
        case "calibrate":
            calibrate(chosen, runs)
        case "export":
            export(folder)
        case "evaluate":
            evaluate(chosen, runs, part)
        case "compare":
            if against is None:
                raise UserError("The command compare needs two recipes.", "Name the other one with --against.")
            contrast((chosen, config.load(against)), runs, part, seeds)
        case "quantise":
            quantise(chosen, runs, part)
        case "install":
            _calibrated(folder / "model")
            destination = to or Path("resources/models") / ModelCard.load(folder / "model").role
            install_model(folder / "model", destination)
            print(f"Installed: {destination}")
        case "reproduce":
            reproduce(chosen, runs)


def train(recipe: Recipe, runs: Path) -> Path:
    """Train on the labels; a network of branches is joined from them, each trained as its own recipe says.

    Raises:
        UserError: a branch has learned from the inner validation, and the recipe does not say so.
    """
    if not recipe.model.branches:
        return fit(recipe, runs)
    folder = runs / recipe.name
    refuse_another_recipe(recipe, folder)
    branches = [config.load(Path(path)) for path in recipe.model.branches]
    for branch in branches:
        if branch.data.refit_of and not recipe.data.refit_of:
            raise UserError(
                f"The branch {branch.name} has learned from the inner validation, which would measure this network.",
                "Give the recipe data: refit_of too, the recipe of its twin.",
            )
    for branch in branches:
        if not brought(runs / branch.name):
            learn(branch, runs)
    network = networks.join(recipe, runs)
    folder.mkdir(parents=True, exist_ok=True)
    describe(recipe, network, folder, 0)
    write_weights(folder / "best.pt", recipe, network.state_dict())
    return folder


def learn(recipe: Recipe, runs: Path) -> Path:
    """Train as the recipe says, on teachers' answers if it names any, as one step of several.

    Where several processes train, each of them runs the whole command line: so it is one of its own, that ends there.

    Raises:
        UserError: that command ended with a fault.
    """
    if recipe.fit.devices * recipe.fit.nodes > 1:
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "recipe.yaml"
            path.write_text(config.dump(recipe), encoding="utf-8")
            command = "distill" if recipe.distill.teachers else "train"
            words = [sys.executable, "-m", "training", command, str(path), "--runs", str(runs)]
            if subprocess.run(words, check=False).returncode:
                raise UserError(f"The training of {recipe.name} ended with a fault.", "What it said stands above.")
        return runs / recipe.name
    return distill(recipe, runs) if recipe.distill.teachers else train(recipe, runs)


def distill(recipe: Recipe, runs: Path, pause_after: int | None = None) -> Path:
    """Ask the teachers, then train the student on their answers; both go on where they stopped."""
    pictures = data.prepare(recipe.data)
    views = store(recipe, runs, pictures, np.unique(pictures.learned(recipe.data)))
    return fit(recipe, runs, views, pause_after)


def seeded(recipe: Recipe, seeds: Sequence[int]) -> list[Recipe]:
    """The recipe once for each seed, under names of their own; as it is if there are none."""
    if not seeds:
        return [recipe]
    return [replace(recipe, name=f"{recipe.name}-{seed}", fit=replace(recipe.fit, seed=seed)) for seed in seeds]


def contrast(pair: tuple[Recipe, Recipe], runs: Path, part: str, seeds: Sequence[int]) -> None:
    """Compare the runs of two recipes, say by how much they differ and write it for RESULTS.md."""
    for recipe in pair:
        _unseen(recipe, "inner")  # which also calibrates, whatever the part
    sides = [[measure_run(runs / one.name, part) for one in seeded(recipe, seeds)] for recipe in pair]
    results = runs / pair[0].name if pair[0].data.drawn else RESULTS
    _tell_difference((pair[0].name, pair[1].name), part, sides, results)


def _tell_difference(names: tuple[str, str], part: str, sides: Sequence[Sequence[Measured]], results: Path) -> None:
    found = compare(*sides)
    for each in found:
        print(f"{each.name}: {each.value:+.4f} ({each.low:+.4f} to {each.high:+.4f}), p {each.p:.4f}")
    path = results / f"compare_{names[0]}_{names[1]}_{part}.json"
    tree = comparison(names, part, len(sides[0]), found)
    write_whole(path, (json.dumps(tree, indent=1) + "\n").encode())
    print(f"Written: {path}")


def reproduce(recipe: Recipe, runs: Path) -> None:
    """The whole chain: data, teachers, distillation, calibration, export with its parity check, measurement.

    Every step that is done already is passed over by the step itself, so an interrupted chain goes on. A run that
    learns from the inner validation too comes after the whole chain of the one that it is the twin of, and is not
    measured: only a release can.
    """
    if recipe.data.refit_of:
        reproduce(config.load(Path(recipe.data.refit_of)), runs)
    if recipe.data.drawn and not Path(recipe.data.ham10000).exists():
        write_data_set(Path(recipe.data.ham10000), recipe.data.drawn)
    data.prepare(recipe.data)
    for path in recipe.distill.teachers:
        teacher = config.load(Path(path))
        # Weights that were trained elsewhere, or a shipped network, may stand in for its run.
        if not (brought(runs / teacher.name) or (runs / teacher.name / "model").exists()):
            learn(teacher, runs)
    learn(recipe, runs)
    export(runs / recipe.name)
    if not recipe.data.drawn and not (runs / OTHERS / "sources.json").exists():
        others.collect(runs / OTHERS)
    if recipe.model.kind in DESIGNS and not recipe.data.drawn and not _is_calibrated(weighed(runs)):
        reproduce(honest_teacher(), runs)
    calibrate(recipe, runs)
    if not recipe.data.refit_of:
        evaluate(recipe, runs, "inner")


def evaluate(recipe: Recipe, runs: Path, part: str) -> None:
    """Measure a run's model folder and say the main figures.

    Raises:
        UserError: the run is not calibrated, or has learned from the pictures that it would be measured on.
    """
    folder = runs / recipe.name / "model"
    _calibrated(folder)
    _unseen(recipe, part)
    # Drawn pictures prove that the chain works; their figures are nobody's results.
    results = folder.parent if recipe.data.drawn else RESULTS
    groups = data.read_groups(recipe.data)
    print(f"Written: {measure(folder, data.read_records(recipe.data), part, recipe, results, groups=groups)}")
    for metric in ModelCard.load(folder).metrics:
        print(f"{metric.data}, {metric.mode}: {metric.name} {metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})")


def quantise(recipe: Recipe, runs: Path, part: str) -> None:
    """Write an int8 copy of a run's network, RUN/int8/model, measure it as RUN_int8, and say what int8 costs.

    It sees each picture once, and is held against the float network that does so too, RUN/single/model.
    """
    folder = runs / recipe.name
    _finished(folder / "best.pt", "train")
    _unseen(recipe, part)
    _, network = networks.from_run(folder)
    single = replace(recipe, model=replace(recipe.model, looks=1))
    pictures = data.prepare(recipe.data)
    inner, chosen = pictures.part("inner", "ham10000"), pictures.part("train")
    if recipe.data.refit_of:  # its answers there are too sure to be calibrated by
        calibration = ModelCard.load(folder / "model").calibration
    else:
        calibration = fit_calibration(predict(network, pictures, inner, single), pictures.labels[inner])
    write_model(single, network, calibration, folder / "single" / "model")
    ranges = [pictures[int(index)] for index in chosen[:: max(1, len(chosen) // 128)]]
    write_int8(folder / "single" / "model", ranges, folder / "int8" / "model")
    needs = footprint(folder / "single" / "model")
    results = folder if recipe.data.drawn else RESULTS
    named = replace(single, name=f"{recipe.name}_int8")
    records, groups = data.read_records(recipe.data), data.read_groups(recipe.data)
    path = measure(folder / "int8" / "model", records, part, named, results, asdict(needs), groups)
    size = (folder / "int8" / "model" / MODEL_FILE).stat().st_size
    print(f"Written: {path}; {size:,} bytes; flash {needs.flash:,}, memory {needs.memory:,} bytes")
    asked = [record for record in records if record.part == part and record.source == "ham10000"]
    sides = [
        [measure_model(model, asked, model.parent / f"answers-{part}-ham10000.npz")]
        for model in (folder / "int8" / "model", folder / "single" / "model")
    ]
    _tell_difference((named.name, f"{recipe.name}_single"), part, sides, results)


def export(folder: Path) -> None:
    """Write a run's model folder, `RUN/model`, hold it against torch, and leave its calibration to `calibrate`."""
    _finished(folder / "best.pt", "train")
    recipe, trained = networks.from_run(folder)
    settled(recipe, folder)
    network = networks.deployed(trained, recipe.model)
    write_model(recipe, network, Calibration(1.0, {RAW: (0.0,) * len(data.CODES)}, RAW), folder / "model")
    parity = check_parity(folder / "model", network, parity_pictures(data.prepare(recipe.data)))
    write_whole(folder / "parity.json", (json.dumps(asdict(parity), indent=2) + "\n").encode())
    parity.check()
    print(f"Exported: {folder / 'model'}; {parity}")


def calibrate(recipe: Recipe, runs: Path) -> None:
    """Fit everything of a model folder's card that is fitted to its answers on the inner validation.

    Args:
        recipe: of the run.
        runs: folder of the run folders.

    Raises:
        UserError: the run is not exported yet, the run that lends its own is not calibrated yet, or no pictures without
            a dermatoscope have been gathered.
    """
    folder = runs / recipe.name
    _finished(folder / "model", "export")
    if recipe.data.refit_of:
        twin = runs / config.load(Path(recipe.data.refit_of)).name / "model"
        _calibrated(twin)
        lent = ModelCard.load(twin)
        card = ModelCard.load(folder / "model")
        trusted = replace(lent.trust, reliability=None)  # measured on the inner validation, of the twin's answers
        replace(card, calibration=lent.calibration, trust=trusted, metrics=()).save(folder / "model")
        print(f"Calibrated as {twin}: {folder / 'model'}")
        return
    records = [record for record in data.read_records(recipe.data) if record.part == "inner"]
    inner = [record for record in records if record.source == "ham10000"]
    name = SETS["inner"]["ham10000"]
    classifier = OnnxClassifier(folder / "model")
    student = classifier.card.role == "student"
    answers = trust.ask(classifier, inner, folder / "answers-inner-ham10000.npz", steady=student)
    card = replace(classifier.card, calibration=fit_calibration(answers.logits.astype(float), answers.labels))
    fitted = Trust(sets=trust.fit_sets(card, answers), referral=trust.fit_referral(card, answers, name))
    if student:
        fitted = replace(fitted, stability=trust.fit_stability(card, answers, name))
    if student and not recipe.data.drawn:
        teacher = weighed(runs)
        if _is_calibrated(teacher):
            other = OnnxClassifier(teacher)
            theirs = trust.ask(other, inner, folder / "answers-teacher.npz")
            card = replace(card, trust=fitted)
            fitted = replace(fitted, disagreement=trust.fit_disagreement(card, answers, other.card, theirs))
        else:
            print(f"Not weighed: the teacher's disagreement, for {teacher} is not calibrated yet.")
    if not recipe.data.drawn:  # drawn pictures have no quality and need no gate
        pictures = data.prepare(recipe.data)
        fitted = replace(fitted, quality=Quality(quality.fit(pictures)), gate=gate.fit(pictures, runs / OTHERS))
    replace(card, trust=fitted, metrics=()).save(folder / "model")
    print(f"Calibrated: {folder / 'model'}")


def honest_teacher() -> Recipe:
    """The recipe of the installed teacher or, where that one has learned from the inner validation too, its twin's."""
    teacher = config.load(TEACHER_RECIPE)
    return config.load(Path(teacher.data.refit_of)) if teacher.data.refit_of else teacher


def weighed(runs: Path) -> Path:
    """The model folder whose disagreement with a student is weighed on the inner validation: `honest_teacher`'s."""
    return runs / honest_teacher().name / "model"


def judge(runs: Path, part: str, results: Path = RESULTS) -> None:
    """Measure the gate and the quality flags of the installed student's card; neither depends on a network.

    Args:
        runs: folder of the run folders.
        part: `inner`; or `test` for the gate on fold 0, once per release.
        results: folder for the results.
    """
    card = ModelCard.load(STUDENT)
    pictures = data.prepare(config.load(RECIPE).data)
    found: dict[str, Any] = {}
    if card.trust.gate:
        found[f"gate_{part}.json"] = gate.measure(card.trust.gate, pictures, runs / OTHERS, part)
    if card.trust.quality and part == "inner":
        found["quality-flags.json"] = quality.curves(pictures, card.trust.quality.limits)
        write_whole(results / "quality-flags.png", quality.draw(found["quality-flags.json"]))
    for name, tree in found.items():
        write_whole(results / name, (json.dumps(tree, indent=1) + "\n").encode())
        print(f"Written: {results / name}")


def _unseen(recipe: Recipe, part: str) -> None:
    if part == "inner" and recipe.data.refit_of:
        raise UserError(
            f"{recipe.name} has learned from the inner validation, which can tell nothing of it.",
            f"Measure {recipe.data.refit_of} there, and this one in a release.",
        )


def _calibrated(model: Path) -> None:
    _finished(model, "export")
    if not _is_calibrated(model):
        raise UserError(f"{model} is not calibrated yet.", "Run `python -m training calibrate` with this recipe first.")


def _is_calibrated(model: Path) -> bool:
    return (model / "card.json").exists() and RAW not in ModelCard.load(model).calibration.modes


def _finished(path: Path, command: str) -> None:
    if not path.exists():
        raise UserError(f"{path} is not there yet.", f"Run `python -m training {command}` with this recipe first.")
