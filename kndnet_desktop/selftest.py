"""Runs every capability on this computer once and says a line about each, in a checkout as in an installed program."""

import io
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

from kndnet_desktop import __version__, paths
from kndnet_desktop.core.batch import classify, look
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter, grad_cam
from kndnet_desktop.core.images import find_images
from kndnet_desktop.core.runs import Run, RunSettings, on_this_computer
from kndnet_desktop.core.verify_run import verify

SAME = 1e-3  # largest difference of a probability that another computer's arithmetic makes


def run_self_test() -> bool:
    """Run all checks, print a line each, and return whether all of them passed."""
    sockets: list[str] = []
    # An audit hook sees every socket that Python code asks for, in the program and in its libraries.
    sys.addaudithook(lambda event, _: sockets.append(event) if event.startswith("socket.") else None)
    print(f"KNDNet Desktop {__version__}")
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("student", lambda: _model("student")),
        ("teacher", lambda: _model("teacher") if paths.model_folder("teacher").is_dir() else "none installed"),
        ("samples", _samples),
        ("answers", lambda: _answers(paths.resources() / "samples" / "answers.jsonl")),
        ("bad file", _bad_file),
        ("other picture", _other_picture),
        ("batch", _batch),
        ("report", _report),
        ("window", _window),
        ("network", lambda: _no_sockets(sockets)),
    )
    results = [_passes(name, check) for name, check in checks]
    print(f"{sum(results)} of {len(results)} checks passed")
    return all(results)


def _passes(name: str, check: Callable[[], str]) -> bool:
    try:
        print(f"ok      {name}: {check()}")
    except Exception as error:  # whatever breaks is what this test is for
        print(f"FAILED  {name}: {error}")
        traceback.print_exc()
        return False
    return True


def _model(role: str) -> str:
    card = OnnxClassifier(paths.model_folder(role)).card
    return f"{card.name}, {card.parameters:,} parameters, SHA-256 {card.sha256[:12]} as on its card"


def _samples() -> str:
    models = Models(OnnxClassifier(paths.model_folder("student")))
    codes, painter = models.main.card.codes, HeatPainter()
    files = _sample_files()
    for case in classify(files, models, full_size=True):
        if case.result.prediction is None or case.examination is None or case.picture is None:
            raise RuntimeError(f"{Path(case.result.path).name}: {case.result.message}")
        total = sum(case.result.prediction.probabilities.values())
        if abs(total - 1) > 1e-5:
            raise RuntimeError(f"probabilities sum to {total}")
        heat = grad_cam(case.examination.cams, codes.index(case.result.prediction.top))
        if painter.blend(case.picture.image, heat, case.examination.box).size != case.picture.image.size:
            raise RuntimeError("a heat map does not fit its photo")
    if not files:
        raise RuntimeError("the drawn samples are missing")
    return f"{len(files)} drawn photos classified and explained"


def _answers(stored: Path) -> str:
    """Hold the answers against those that the source gave when the program was packed."""
    if not stored.is_file():
        return "none stored, as this is no packed program"
    told = [json.loads(line) for line in stored.read_text(encoding="utf-8").splitlines()]
    results = {Path(case.result.path).name: case.result for case in classify(_sample_files(), _models())}
    for answer in told:
        result = results.pop(answer["path"])
        found = result.to_json()
        if found["status"] != answer["status"]:
            raise RuntimeError(f"{answer['path']}: {found['status']} here, {answer['status']} where it was packed")
        if found["model_sha256"] != answer["model_sha256"]:
            raise RuntimeError("the stored answers are another model's")
        if found["status"] != "ok":
            continue
        for one, other in ((found, answer), (found["teacher"], answer["teacher"])):
            if one and any(abs(one["probabilities"][code] - p) > SAME for code, p in other["probabilities"].items()):
                raise RuntimeError(f"{answer['path']}: another answer than the source's")
    if results or not told:
        raise RuntimeError("there are photos without a stored answer")
    return f"{len(told)} photos are answered as the source did"


def _batch() -> str:
    models, samples = _models(), paths.resources() / "samples"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "run"
        with Run.create(target, RunSettings(samples), models, __version__) as run:
            done = [progress.done for progress in run.process(models, on_this_computer())][-1]
            run.finish("finished", xlsx=True)
        tables = sorted(file.name for file in target.glob("results.*"))
        different = [each.name for each in verify(target, samples, models, on_this_computer()) if each.difference]
    if different or done != len(_sample_files()):
        raise RuntimeError(f"{done} photos done; different when computed again: {', '.join(different)}")
    return f"{done} photos into {', '.join(tables)}, and the same when computed again"


def _report() -> str:
    from kndnet_desktop.reporting import check_reports  # takes a second to import, which classifying need not wait for

    return check_reports(_models(), _sample_files()[0])


def _models() -> Models:
    teacher = OnnxClassifier.if_installed(paths.model_folder("teacher"))
    return Models(OnnxClassifier(paths.model_folder("student")), teacher)


def _sample_files() -> list[Path]:
    return list(find_images([paths.resources() / "samples"]))


def _bad_file() -> str:
    models = Models(OnnxClassifier(paths.model_folder("student")))
    sample = _sample_files()[0]
    with tempfile.TemporaryDirectory() as folder:
        cut = Path(folder) / "cut.jpg"
        data = sample.read_bytes()
        cut.write_bytes(data[: len(data) // 2])
        (case,) = classify([cut], models)
    if case.result.status != "error":
        raise RuntimeError("half a photo was classified")
    return f"half a photo is refused: {case.result.message}"


def _other_picture() -> str:
    """Show the program a page of text, which no dermatoscope has ever seen."""
    models = Models(OnnxClassifier(paths.model_folder("student")))
    if not models.main.card.trust.gate:
        return "not checked, as the model's card has no figures for telling what is a dermatoscope photo"
    page = Image.new("RGB", (600, 450), "white")
    draw = ImageDraw.Draw(page)
    for line in range(20, 430, 20):
        draw.text((30, line), "The quick brown fox jumps over the lazy dog, again and again and again. " * 2, "black")
    data = io.BytesIO()
    page.save(data, "PNG")
    result = next(look(data.getvalue(), "page.png", models)).result
    if result.status != "rejected":
        raise RuntimeError("a page of text was answered as if it were a lesion")
    return f"a page of text is not answered: {result.message}"


def _window() -> str:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from kndnet_desktop.app import App
    from kndnet_desktop.screenshot import take

    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "window.png"
        app = App(["kndnet"], Path(folder) / "settings.json", Path(folder))
        if take(app, [paths.resources() / "samples"], target, "answer"):
            raise RuntimeError("no answer appeared in the window")
        size = target.stat().st_size
    return f"drawn with an answer, “{app.window.page.panel.headline}” ({size // 1024} kB)"


def _no_sockets(sockets: list[str]) -> str:
    if sockets:
        raise RuntimeError(f"a socket was asked for: {', '.join(sorted(set(sockets)))}")
    return "no socket was opened"
