"""``kndnet batch``: a folder in, a run folder out."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Never

from tqdm import tqdm

from kndnet_desktop import __version__, paths
from kndnet_desktop.core.advice import Advice, not_answered
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.journal import FILE, Journal, readable, reading
from kndnet_desktop.core.listing import check_folder, list_pictures
from kndnet_desktop.core.rows import summarise
from kndnet_desktop.core.runs import Engine, Run, RunSettings, on_this_computer
from kndnet_desktop.core.trust import DEFAULT_TARGET
from kndnet_desktop.core.verify_run import verify


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add what ``kndnet batch`` takes, beside ``--model``, ``--mode`` and ``--sensitivity``."""
    command.add_argument("folder", type=Path, metavar="FOLDER", help="the folder of photos")
    goal = command.add_mutually_exclusive_group(required=True)
    goal.add_argument("--out", type=Path, metavar="DIR", help="the folder for the results, which are never overwritten")
    goal.add_argument("--verify", type=Path, metavar="RUN", help="compute a run again and name every difference")
    command.add_argument(
        "--resume", action="store_true", help="go on with the run in DIR, with the settings with which it was begun"
    )
    command.add_argument("--recursive", action="store_true", help="photos in sub-folders too")
    command.add_argument("--heatmaps", action="store_true", help="save each photo with its heat map too")
    command.add_argument(
        "--stability",
        action="store_true",
        help="find out too how far each answer moves under small changes of the photo: 24 more runs of the network",
    )
    command.add_argument("--xlsx", action="store_true", help="write results.xlsx too")
    command.add_argument(
        "--watch", action="store_true", help="go on with the photos that appear in the folder, until Ctrl+C"
    )
    command.add_argument("--jobs", type=int, metavar="N", help="photos at a time (default: one for each core)")
    command.add_argument(
        "--engine", choices=("local", "dask"), default="local", help="this computer, or a Dask cluster (default: local)"
    )
    command.add_argument("--scheduler", metavar="ADDRESS", help="the cluster's scheduler, as tcp://host:port")


def complete(options: argparse.Namespace) -> None:
    """Choose what was left open: as in the run that is gone on with or verified, whose settings are fixed.

    Raises:
        UserError: If other settings are asked for than those of the run, or what does not go together.
    """
    for name in ("resume", "watch", "xlsx"):
        if options.verify and getattr(options, name):
            raise UserError(f"--verify computes a run again and goes with no --{name}.")
    known = options.verify or (options.out if options.resume else None)
    if known and (known / FILE).is_file():
        with reading(known), Journal(known / FILE) as journal:
            facts = journal.facts()
            roles = [model["role"] for model in facts["models"]]
            options.model = options.model or ("both" if len(roles) > 1 else roles[0])
            others = _others(options, facts)
        if others:
            raise UserError(
                f"The run in “{known.name}” was begun {', '.join(others)}.",
                "Leave these options out, or begin a new run.",
            )
    options.model = options.model or "student"
    options.sensitivity = options.sensitivity or round(DEFAULT_TARGET * 100)


def _others(options: argparse.Namespace, facts: Mapping[str, Any]) -> list[str]:
    """Return the settings of a run that are others than those asked for."""
    flags = {"recursive": "recursive", "heatmaps": "heat_maps", "stability": "stability"}
    others = [f"without --{name}" for name, key in flags.items() if getattr(options, name) and not facts[key]]
    if options.mode and options.mode != facts["mode"]:
        others.append(f"with --mode {facts['mode']}")
    point = facts["advice"]["point"]
    if options.sensitivity and point and options.sensitivity != round(point["target"] * 100):
        others.append(f"with --sensitivity {point['target'] * 100:.0f}")
    return others


def run(options: argparse.Namespace, models: Models) -> int:
    """Run ``kndnet batch``.

    Returns:
        0 if all is well, 1 if a picture failed or a result differs.

    Raises:
        UserError: If there is nothing that can be done.
        KeyboardInterrupt: If it was interrupted; what was done is saved.
    """
    engine = _engine(options, models)
    if options.verify:
        return _verify(options, models, engine)
    if options.resume:
        opened = Run(options.out)
    else:
        check_folder(options.folder)
        if not options.watch and not any(list_pictures(options.folder, recursive=options.recursive)):
            raise UserError("There is no picture in this folder.")
        settings = RunSettings(
            options.folder,
            options.recursive,
            options.mode or "",
            options.heatmaps,
            options.stability,
            options.sensitivity / 100,
        )
        opened = Run.create(options.out, settings, models, __version__)
    with opened as work:
        work.move_to(options.folder)
        stopped = False
        try:
            with _bar() as bar:
                for progress in work.process(models, engine, watch=options.watch):
                    bar.total = progress.total
                    bar.update(progress.done - bar.n)
        except KeyboardInterrupt:
            stopped = True
        work.finish("cancelled" if stopped else "finished", xlsx=options.xlsx)
        summary = summarise(work.journal.connection)
        advice = Advice.of_facts(work.journal.facts())
    untold = not_answered(summary.rejected, summary.unreadable)
    print(f"{summary.done} of {summary.total} photos done{f'; {untold}' if untold else ''}.")
    if advice.point:
        told = "; ".join(f"{words}: {count}" for words, count in advice.tally(summary.advised))
        print(f"  {told}. {advice.figures()}")
    for code, count in summary.classes.items():
        print(f"  {models.main.card.label(code).name}: {count}")
    print(f"The results are in {readable(str(options.out))}")
    if stopped and not options.watch:
        print("kndnet: go on with --resume", file=sys.stderr)
        raise KeyboardInterrupt
    return int(summary.failed > 0 or summary.done < summary.total)


def _engine(options: argparse.Namespace, models: Models) -> Engine:
    if options.jobs is not None and options.jobs < 1:
        raise UserError("--jobs must be 1 or more.")
    if (options.engine == "dask") != bool(options.scheduler):
        raise UserError("--engine dask and --scheduler ADDRESS go together.")
    if options.engine == "local":
        return on_this_computer(options.jobs)
    try:
        from kndnet_desktop.core.cluster import over_cluster
    except ImportError as error:
        raise UserError(
            "The engine for clusters is not installed.", "Install it with: pip install 'kndnet-desktop[cluster]'"
        ) from error
    folders = [paths.model_folder(model.card.role) for model in (models.main, models.teacher) if model]
    return over_cluster(options.scheduler, folders)


def _verify(options: argparse.Namespace, models: Models, engine: Engine) -> int:
    same = different = 0
    with _bar() as bar:
        for verdict in verify(options.verify, options.folder, models, engine):
            bar.total = verdict.total
            bar.update()
            if verdict.difference:
                different += 1
                tqdm.write(f"{verdict.name}: {verdict.difference}", file=sys.stdout)
            else:
                same += 1
    print(f"{same} confirmed, {different} different." if different else f"All {same} confirmed.")
    return int(different > 0)


def _bar() -> "tqdm[Never]":
    return tqdm(unit="photo", file=sys.stderr, disable=not sys.stderr.isatty())
