"""The command line, headless twin of the window."""

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tqdm import tqdm

from kndnet_desktop import __version__, batch_command, paths, report_command
from kndnet_desktop.core.batch import Case, classify
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter, grad_cam
from kndnet_desktop.core.files import is_folder, same_file, write_whole
from kndnet_desktop.core.images import find_images
from kndnet_desktop.core.journal import readable
from kndnet_desktop.core.text import describe
from kndnet_desktop.core.trust import DEFAULT_TARGET

OK, SOME_FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``kndnet``.

    Args:
        arguments: The words after the program's name; those of the process if None.

    Returns:
        0 if all is well, 1 if some picture failed (the rest are done), 2 for wrong usage, 130 if interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        # File names may hold any bytes, and a Windows console may know few letters: printing must not fail on either.
        # Line by line, so that a reader sees each answer at once, and one who is gone is noticed here and not at exit.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    options = _parser().parse_args(arguments)
    try:
        code = options.run(options)
    except UserError as error:
        print(f"kndnet: {error}", file=sys.stderr)
        return WRONG_USAGE
    except KeyboardInterrupt:
        print("kndnet: stopped; what is printed above is done.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has seen enough. Python would complain once more when it flushes at exit.
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.close()
        return OK
    except OSError as error:
        # What no command foresaw: a name that is too long for the disk, a full disk behind the output.
        print(f"kndnet: {error.strerror or error}.", file=sys.stderr)
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.close()
        return WRONG_USAGE
    return int(code)


def load_models(choice: str, threads: int = 1) -> Models:
    """Load the models of ``--model``.

    Args:
        choice: ``student``, ``teacher``, or ``both`` for the student with the teacher's second opinion.
        threads: Threads inside one run of a network.

    Raises:
        UserError: If a model that was asked for is not installed or can't be used.
    """
    roles = ("student", "teacher") if choice == "both" else (choice,)
    return Models(*(OnnxClassifier(paths.model_folder(role), threads) for role in roles))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kndnet",
        description="Class probabilities for dermatoscope photos, on this computer only.",
        epilog="For research use: not a medical device and no substitute for a clinician.",
    )
    parser.add_argument("--version", action="version", version=f"KNDNet Desktop {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    command = commands.add_parser("classify", help="classify photos, or the photos directly in folders")
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a photo or a folder of photos")
    _add_models(command)
    command.add_argument("--json", action="store_true", help="print one JSON object per photo, one per line")
    command.add_argument(
        "--heatmaps", type=Path, metavar="DIR", help="save each photo with its heat map to this folder"
    )
    command.add_argument(
        "--stability",
        action="store_true",
        help="find out too how far each answer moves under small changes of the photo: 24 more runs of the network",
    )
    _add_sensitivity(command)
    command.add_argument(
        "--threads", type=_positive, default=1, help="threads inside one run of a network (default: 1)"
    )
    command.set_defaults(run=_classify)

    command = commands.add_parser("batch", help="classify a folder of any size into tables; survives a crash")
    _add_models(command, known=True)
    _add_sensitivity(command, known=True)
    batch_command.add_arguments(command)
    command.set_defaults(run=_batch)

    command = commands.add_parser("report", help="make a signed PDF report of a lesion, or of a folder of photos")
    _add_models(command)
    _add_sensitivity(command)
    report_command.add_report_arguments(command)
    command.set_defaults(run=lambda options: report_command.report(options, _models(options)))

    command = commands.add_parser("verify", help="prove that a report is the one that was issued")
    report_command.add_verify_arguments(command)
    command.set_defaults(run=report_command.verify)

    command = commands.add_parser("self-test", help="check that everything the program does works on this computer")
    command.set_defaults(run=_self_test)
    return parser


def _add_models(command: argparse.ArgumentParser, *, known: bool = False) -> None:
    """Let a command choose the models; `known` if it may know from a run which ones are meant."""
    usual = "those of the run that is resumed or verified, else student" if known else "student"
    command.add_argument(
        "--model",
        choices=("student", "teacher", "both"),
        default=None if known else "student",
        help=f"who is asked; “both” is the student with the teacher's second opinion (default: {usual})",
    )
    command.add_argument("--mode", help="calibration mode named in the model card (default: the card's own choice)")


def _add_sensitivity(command: argparse.ArgumentParser, *, known: bool = False) -> None:
    default = round(DEFAULT_TARGET * 100)
    usual = f"that of the run that is resumed or verified, else {default}" if known else default
    command.add_argument(
        "--sensitivity",
        type=int,
        choices=(85, 90, 95),
        default=None if known else default,
        help="sensitivity in percent of the operating point that the recommendation is worded for (default: "
        f"{usual}); the data hold all of them",
    )


def _models(options: argparse.Namespace, threads: int = 1) -> Models:
    models = load_models(options.model, threads)
    cards = [model.card for model in (models.main, models.teacher) if model]
    known = [mode for mode in cards[0].calibration.modes if all(mode in card.calibration.modes for card in cards)]
    if options.mode and options.mode not in known:
        raise UserError(f"There is no mode “{options.mode}”.", f"Choose one of: {', '.join(known)}.")
    return models


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return int(text)


def _batch(options: argparse.Namespace) -> int:
    batch_command.complete(options)
    return batch_command.run(options, _models(options))


def _classify(options: argparse.Namespace) -> int:
    models = _models(options, options.threads)
    if options.heatmaps:
        _make_folder(options.heatmaps)
        folders = [path if is_folder(path) else path.parent for path in options.paths]
        if any(same_file(folder, options.heatmaps) for folder in folders):
            raise UserError("The heat maps would be taken for photos the next time.", "Choose a folder of their own.")
    files = list(find_images(options.paths))
    if not files:
        raise UserError("There is no picture in this folder.")
    painter = HeatPainter()
    failed = 0
    cases = classify(files, models, options.mode, full_size=options.heatmaps is not None, steady=options.stability)
    for case in _with_progress(cases, len(files)):
        failed += case.result.status != "ok"
        if options.json:
            line = json.dumps(case.result.to_json())
        else:
            name = readable(Path(case.result.path).name or case.result.path)
            line = describe(case.result, models.main.card, name, target=options.sensitivity / 100)
        tqdm.write(line, file=sys.stdout)
        if options.heatmaps:
            _save_heatmap(case, models, painter, options.heatmaps)
    return SOME_FAILED if failed else OK


def _with_progress(cases: Iterable[Case], total: int) -> Iterable[Case]:
    return tqdm(cases, total=total, unit="photo", file=sys.stderr, disable=not sys.stderr.isatty() or total < 2)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder “{folder}” can't be made: {error.strerror}.") from error


def _save_heatmap(case: Case, models: Models, painter: HeatPainter, folder: Path) -> None:
    """Save under a name that holds the file's hash: photos of equal name from two folders keep a picture each."""
    if not (case.result.prediction and case.examination and case.picture and case.result.sha256):
        return
    top = case.result.prediction.top
    heat = grad_cam(case.examination.cams, models.main.card.codes.index(top))
    blended = painter.blend(case.picture.image, heat, case.examination.box)
    buffer = io.BytesIO()
    blended.save(buffer, "PNG")
    stem = Path(case.result.path).stem.encode(errors="ignore")[:100].decode(errors="ignore")  # names are short in bytes
    target = folder / f"{stem}-{case.result.sha256[:8]}-{top}.png"
    try:
        write_whole(target, buffer.getvalue())
    except OSError as error:
        raise UserError(f"The heat map can't be saved: {error.strerror}.", "Choose another folder.") from error


def _self_test(_options: argparse.Namespace) -> int:
    from kndnet_desktop.selftest import run_self_test  # it opens a window, which classifying must not wait for

    return OK if run_self_test() else SOME_FAILED
