import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.images import read_image, to_input
from kndnet_desktop.core.trust import probabilities
from training import commands, config, networks
from training.__main__ import main
from training.batches import TrainingBatches
from training.data import prepare
from training.distill import ask, blends, find_teacher, mirrored, principal, share_out, store
from training.fit import fit
from training.networks import rule
from training.student import count_parameters

CONFIGS = Path(__file__).parents[2] / "training" / "configs"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # torch's exporter uses what torch deprecates
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of its own with the smoke recipes, where the chain has been stopped after the student's first epoch."""
    place = tmp_path_factory.mktemp("chain")
    configs = place / "training" / "configs"
    configs.mkdir(parents=True)
    for path in CONFIGS.glob("smoke*.yaml"):
        shutil.copy(path, configs)
    return place


def test_the_whole_chain_is_interrupted_resumed_and_ends_in_a_model_the_app_loads(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    smoke = Path("training/configs/smoke.yaml")
    recipe = config.load(smoke)
    complete = commands.fit

    def interrupted(*arguments, **options):  # type: ignore[no-untyped-def]
        if arguments[0].name == "smoke":
            complete(*arguments[:3], pause_after=1)
            raise KeyboardInterrupt
        return complete(*arguments, **options)

    monkeypatch.setattr(commands, "fit", interrupted)
    assert main(["reproduce", str(smoke)]) == 130
    assert "goes on" in capsys.readouterr().err
    run = Path("runs/smoke")
    assert torch.load(run / "last.pt", weights_only=True)["epoch"] == 1
    views = {path: path.stat().st_mtime_ns for path in Path("runs/cache").glob("views-*/answers-*.npy")}
    assert len(views) == recipe.distill.views

    monkeypatch.setattr(commands, "fit", complete)
    assert main(["reproduce", str(smoke)]) == 0
    assert {path: path.stat().st_mtime_ns for path in views} == views  # the teacher is paid for once
    assert torch.load(run / "last.pt", weights_only=True)["epoch"] == recipe.fit.epochs
    rows = (run / "epochs.csv").read_text().splitlines()
    assert len(rows) == 1 + recipe.fit.epochs
    assert all(float(row.split(",")[4]) == 1 for row in rows[1:])  # without a mask every sample is kept

    classifier = OnnxClassifier(run / "model")
    picture = next(Path("runs/drawn").rglob("*_mel_*.jpg"))
    image, _ = to_input(read_image(picture).image, classifier.card.input)
    answer = probabilities(classifier.run(image[None]).logits, classifier.card.calibration)
    assert answer.sum() == pytest.approx(1)
    names = {metric.name for metric in classifier.card.metrics}
    assert {"accuracy", "macro-F1", "balanced accuracy", "melanoma AUC", "ECE", "recall df"} <= names
    assert {metric.data for metric in classifier.card.metrics} == {"HAM10000 inner validation"}
    assert json.loads((run / "parity.json").read_text())["same_top"]

    assert main(["install", str(smoke), "--to", str(place / "installed")]) == 0
    assert OnnxClassifier(place / "installed").card == classifier.card


def test_a_run_that_learns_from_the_inner_validation_too_is_calibrated_as_its_twin_and_measured_in_a_release(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    smoke = Path("training/configs/smoke.yaml")
    recipe = config.load(smoke)
    again = replace(recipe, name="again", data=replace(recipe.data, refit_of=str(smoke)))
    path = Path("again.yaml")
    path.write_text(config.dump(again))
    assert main(["reproduce", str(path)]) == 0
    run = Path("runs/again")
    assert torch.load(run / "best.pt", weights_only=True)["epoch"] == recipe.fit.epochs, "nothing can choose an epoch"
    assert "accuracy" not in (run / "epochs.csv").read_text()
    card, twin = ModelCard.load(run / "model"), ModelCard.load(Path("runs/smoke/model"))
    assert card.sha256 != twin.sha256
    assert card.metrics == ()
    assert "a twin" in card.split
    assert "a twin" not in twin.split
    assert (card.calibration, card.trust.sets, card.trust.stability) == (
        twin.calibration,
        twin.trust.sets,
        twin.trust.stability,
    )
    capsys.readouterr()
    for words in (["evaluate", str(path)], ["compare", str(path), "--against", str(smoke)]):
        assert main(words) == 2
        assert "has learned from the inner validation" in capsys.readouterr().err
    assert main(["evaluate", str(path), "--release"]) == 0
    card = ModelCard.load(run / "model")
    assert {metric.data for metric in card.metrics} == {"HAM10000 fold 0"}
    assert {point.data for point in card.trust.referral} == {"HAM10000 fold 0"}


def test_a_teacher_that_was_trained_elsewhere_is_used_as_it_is(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    there = Path("elsewhere/smoke_teacher")
    there.mkdir(parents=True)
    for name in ("best.pt", "recipe.yaml"):
        shutil.copy(Path("runs/smoke_teacher") / name, there)
    assert main(["reproduce", "training/configs/smoke.yaml", "--runs", "elsewhere"]) == 0
    assert {path.name for path in there.iterdir()} == {"best.pt", "recipe.yaml"}


def test_a_run_that_was_stopped_is_told_and_one_that_keeps_its_last_epoch_is_not_exported(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    smoke = config.load(Path("training/configs/smoke.yaml"))
    stopped = replace(smoke, name="stopped", distill=config.DistillConfig(), loss=replace(smoke.loss, soft=0, hard=1))
    knows = replace(stopped, name="half", data=replace(smoke.data, refit_of="training/configs/smoke.yaml"))
    for recipe, code in ((stopped, 0), (knows, 2)):
        fit(recipe, Path("runs"), pause_after=1)
        Path("one.yaml").write_text(config.dump(recipe))
        capsys.readouterr()
        assert main(["export", "one.yaml"]) == code
        assert f"runs/{recipe.name} was stopped after epoch 1 of {smoke.fit.epochs}" in capsys.readouterr().err
    with pytest.raises(UserError, match="was stopped after epoch 1"):
        find_teacher(Path("runs/half"))


def test_where_two_processes_train_one_does_all_that_follows(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    smoke = config.load(Path("training/configs/smoke.yaml"))
    Path("two.yaml").write_text(config.dump(replace(smoke, name="two", fit=replace(smoke.fit, devices=2))))
    words = [sys.executable, "-m", "training", "reproduce", "two.yaml"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(CONFIGS.parents[1])}
    done = subprocess.run(words, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    steps = [line.split(":")[0] for line in done.stdout.splitlines() if ": runs" in line]
    assert [step for step in steps if step != "Trained"] == ["Exported", "Calibrated", "Written"]
    assert len(ModelCard.load(Path("runs/two/model")).metrics) > 0


def test_a_network_of_branches_is_joined_from_what_each_recipe_trains(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    one = config.load(Path("training/configs/smoke_teacher.yaml"))
    other = replace(one, name="other", fit=replace(one.fit, epochs=1, seed=2))
    Path("other.yaml").write_text(config.dump(other))
    branches = ("training/configs/smoke_teacher.yaml", "other.yaml")
    pair = replace(one, name="pair", model=replace(one.model, branches=branches))
    Path("pair.yaml").write_text(config.dump(pair))
    assert main(["reproduce", "pair.yaml"]) == 0
    assert torch.load("runs/other/last.pt", weights_only=True)["epoch"] == 1
    assert main(["export", "other.yaml"]) == 0
    assert main(["export", "training/configs/smoke_teacher.yaml"]) == 0
    picture, _ = to_input(read_image(next(Path("runs/drawn").rglob("*_mel_*.jpg"))).image, networks.rule(one.model))
    answers = [
        OnnxClassifier(Path("runs") / name / "model").run(picture[None]).logits
        for name in ("smoke_teacher", "other", "pair")
    ]
    assert np.allclose(answers[2], (answers[0] + answers[1]) / 2, atol=0.01)

    kept = Path("runs/other/best.pt").read_bytes()
    for name in ("last.pt", "epochs.csv"):  # as if the weights had come from elsewhere: they are used, and not lost
        Path("runs/other", name).unlink()
    assert main(["train", "pair.yaml"]) == 0
    assert main(["train", "other.yaml"]) == 2
    assert "were trained elsewhere" in capsys.readouterr().err
    assert Path("runs/other/best.pt").read_bytes() == kept

    Path("other.yaml").write_text(config.dump(replace(other, data=replace(other.data, refit_of="pair.yaml"))))
    assert main(["train", "pair.yaml"]) == 2
    assert "has learned from the inner validation" in capsys.readouterr().err
    Path("other.yaml").write_text(config.dump(other))
    Path("pair.yaml").write_text(config.dump(replace(pair, model=replace(pair.model, kind="tf_efficientnet_lite0"))))
    assert main(["train", "pair.yaml"]) == 2
    assert "is not a recipe of a tf_efficientnet_lite0" in capsys.readouterr().err


def test_no_student_is_chosen_on_pictures_that_its_teacher_has_learned(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    teacher = config.load(Path("training/configs/smoke_teacher.yaml"))
    knows = replace(teacher, name="knows", data=replace(teacher.data, refit_of="training/configs/smoke_teacher.yaml"))
    Path("knows.yaml").write_text(config.dump(knows))
    student = config.load(Path("training/configs/smoke.yaml"))
    taught = replace(student, name="taught", distill=replace(student.distill, teachers=("knows.yaml",)))
    Path("taught.yaml").write_text(config.dump(taught))
    assert main(["distill", "taught.yaml"]) == 2
    assert "has learned from the inner validation" in capsys.readouterr().err


def test_stored_answers_are_the_teachers_for_exactly_those_pixels(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    recipe = config.load(Path("training/configs/smoke.yaml"))
    pictures = prepare(recipe.data)
    chosen = pictures.part("train")
    teacher = find_teacher(Path("runs/smoke_teacher"))
    views = store(recipe, Path("runs"), pictures, chosen)
    rng = np.random.default_rng(0)
    kinds = set()
    for picture in chosen[:5]:
        for _ in range(4):
            layers, (logits, features) = views.take(rng, int(picture), 0)
            assert features.shape == (0,), "they were not asked for"
            assert layers[0].picture == picture
            assert sum(layer.weight for layer in layers) == pytest.approx(1)
            kinds.add(len(layers))
            again = []
            for mirror in ((1, 1), (1, -1), (-1, 1), (-1, -1)):  # the answer is to the view or to a mirror image of it
                turned = tuple(replace(layer, view=mirrored(layer.view, np.array(mirror))) for layer in layers)
                again.append(ask(teacher, pictures, [turned], 4 / 3)[0][0])
            assert any(np.allclose(answer, logits, atol=1e-4) for answer in again)
    assert kinds == {1, 2}, "plain views and blends"
    left = Path("runs/left/model")
    shutil.copytree("runs/smoke/model", left)
    images = np.stack([pictures[int(picture)] for picture in chosen[:3]])
    whole, exported = find_teacher(Path("runs/smoke")), find_teacher(left.parent)
    for mine, theirs in zip(whole.answer(images), exported.answer(images), strict=True):
        assert np.allclose(mine, theirs, atol=1e-4), "only the model folder is left"
    with pytest.raises(UserError, match="not trained yet"):
        find_teacher(Path("runs/nobody"))
    batches = TrainingBatches(pictures, chosen, views, rule(recipe.model), 1.0, (0.4, 0.4, 0.2), 8, (0, 0))
    batch = batches[0]
    assert batch.teacher is not None
    assert batch.teacher.shape == (8, 7)
    assert torch.equal(batch.images, batches[0].images)
    assert -1 in batch.labels, "a blend has no label"
    twice = TrainingBatches(pictures, np.repeat(chosen[:1], 8), views, rule(recipe.model), 1.0, (1, 0, 0), 8, (0, 0))
    assert len(twice[0].images.unique(dim=0)) > 1, "a picture that is shown more often is shown in other views"


def test_a_student_learns_the_teachers_features_too(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    smoke = config.load(Path("training/configs/smoke.yaml"))
    recipe = replace(
        smoke,
        name="imitating",
        loss=replace(smoke.loss, features=0.5),
        distill=replace(smoke.distill, features=6),
        fit=replace(smoke.fit, epochs=6, rate=1e-2),
    )
    commands.distill(recipe, Path("runs"), pause_after=2)  # and go on: the added layer is resumed too
    run = commands.distill(recipe, Path("runs"))
    lines = [line.split(",") for line in (run / "epochs.csv").read_text().splitlines()]
    distances = [float(line[lines[0].index("features")]) for line in lines[1:]]
    assert distances[0] > 0.5, "what it makes of its own features is nothing at first"
    assert distances[-1] < 0.8 * distances[0]
    assert json.loads((run / "run.json").read_text())["parameters"] == count_parameters(networks.build(recipe.model))
    networks.from_run(run)  # raises if anything but the student were kept
    pictures = prepare(recipe.data)
    views = store(recipe, Path("runs"), pictures, pictures.part("train"))
    _, answer = views.take(np.random.default_rng(0), int(pictures.part("train")[0]), 0)
    assert answer.features.shape == (6,)
    with pytest.raises(UserError, match="wants distill: features"):
        fit(recipe, Path("runs"))
    with pytest.raises(UserError, match="fewer than"):
        store(
            replace(recipe, distill=replace(recipe.distill, features=9_999)),
            Path("runs"),
            pictures,
            pictures.part("train"),
        )


def test_a_run_is_held_against_itself(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    smoke = "training/configs/smoke.yaml"
    assert main(["compare", smoke, "--against", smoke]) == 0
    found = json.loads(Path("runs/smoke/compare_smoke_smoke_inner.json").read_text())
    assert found["seeds"] == 1
    assert {each["name"] for each in found["differences"]} >= {"accuracy", "macro-F1", "balanced accuracy"}
    assert all(each["value"] == 0 and each["first"] > 0 for each in found["differences"])


def test_principal_components_keep_distances_and_have_unit_length() -> None:
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(400, 3))
    features = (hidden @ rng.normal(size=(3, 20)) + 5).astype(np.float16)
    first, second = principal([features, features[::-1]], 3)
    assert np.square(first).sum(1).mean() == pytest.approx(1, abs=0.01)
    assert np.allclose(first[::-1], second, atol=1e-5), "one set of axes for all rounds"
    distances = [np.linalg.norm(values - values[:1], axis=1) for values in (features.astype(float), first)]
    assert np.corrcoef(distances)[0, 1] > 0.999


def test_rounds_are_shared_out_evenly() -> None:
    assert blends([0, 1, 2, 0, 1, 0], 0.5) == [False, False, False, True, True, False]
    assert not any(blends([0, 1, 2, 0], 0.0))
    assert sorted(share_out(10, (0.4, 0.4, 0.2))) == [0] * 4 + [1] * 4 + [2] * 2
    assert share_out(3, (1.0, 0.0, 0.0)) == [0, 0, 0]
    with pytest.raises(UserError, match="too few"):
        share_out(3, (0.4, 0.4, 0.2))


def test_steps_out_of_order_are_one_sentence(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    smoke = str(place / "training" / "configs" / "smoke.yaml")
    for command in ("calibrate", "export", "evaluate", "install"):
        assert main([command, smoke, "--runs", str(tmp_path)]) == 2
        error = capsys.readouterr().err
        assert "is not there yet" in error
        assert error.count("\n") == 1
    assert main(["train", str(tmp_path / "none.yaml")]) == 2
    with pytest.raises(UserError, match="needs a recipe"):
        commands.run("train", None, tmp_path)
    with pytest.raises(UserError, match="needs two recipes"):
        commands.run("compare", Path(smoke), tmp_path)


def test_an_int8_copy_is_measured_and_held_against_the_float_network(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    assert main(["quantise", "training/configs/smoke.yaml"]) == 0
    assert "macro-F1: " in capsys.readouterr().out
    run = Path("runs/smoke")
    small, whole = (json.loads((run / f"{name}.json").read_text()) for name in ("smoke_int8-inner", "smoke-inner"))
    assert small["bytes"] < whole["bytes"]
    found = json.loads((run / "compare_smoke_int8_smoke_single_inner.json").read_text())
    figures = {each["name"]: each for each in found["differences"]}
    shown = {metric["name"]: metric["value"] for metric in small["metrics"] if metric["mode"] == "accuracy"}
    assert figures["macro-F1"]["first"] == pytest.approx(shown["macro-F1"], abs=1e-4)
    assert abs(figures["log loss"]["value"]) < 0.2
