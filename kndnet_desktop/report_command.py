"""``kndnet report`` and ``kndnet verify``: a report out, and the proof that it is the one that was issued."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.files import is_folder, same_file, unused
from kndnet_desktop.core.images import find_images, read_bytes
from kndnet_desktop.core.journal import readable
from kndnet_desktop.core.patient import Clinic, Patient

# What sets and signs PDF takes a second to import, which the other commands need not wait for.
if TYPE_CHECKING:
    from kndnet_desktop.core.report_parts import Photo
    from kndnet_desktop.core.signing import Signer

PASSPHRASE = "KNDNET_PASSPHRASE"  # noqa: S105 - the name of the variable


def add_report_arguments(command: argparse.ArgumentParser) -> None:
    """Add what ``kndnet report`` takes, beside ``--model`` and ``--mode``."""
    command.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="photos of one lesion, or a folder of photos of many"
    )
    command.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="the report, or a folder for it")
    command.add_argument("--batch", action="store_true", help="the photos show different lesions")
    command.add_argument(
        "--patient", type=Path, metavar="FILE.json", help="patient, lesion and assessment; for many photos notes only"
    )
    command.add_argument("--clinic", type=Path, metavar="FILE.json", help="name and address of the clinic")
    command.add_argument("--logo", type=Path, metavar="FILE", help="the clinic's logo, PNG or JPEG")
    command.add_argument("--lang", default="en", metavar="CODE", help="language of the report, en or de (default: en)")
    command.add_argument("--paper", choices=("a4", "letter"), default="a4", help="size of the paper (default: a4)")
    sign = command.add_mutually_exclusive_group()
    sign.add_argument("--certificate", type=Path, metavar="FILE.p12", help="sign with this key and certificate")
    sign.add_argument("--unsigned", action="store_true", help="do not sign")


def add_verify_arguments(command: argparse.ArgumentParser) -> None:
    """Add what ``kndnet verify`` takes."""
    command.add_argument("file", type=Path, metavar="FILE.pdf", help="the report")
    command.add_argument(
        "--image", type=Path, action="append", default=[], metavar="PHOTO", help="compute the photo's answer again"
    )
    command.add_argument("--json", action="store_true", help="print the verdict as one JSON object")


def report(options: argparse.Namespace, models: Models) -> int:
    """Run ``kndnet report``.

    Returns:
        0 if all is well, 1 if a photo has no answer.

    Raises:
        UserError: If there is nothing that can be done.
    """
    from kndnet_desktop import reporting
    from kndnet_desktop.core.report_parts import LIST_SIDE, MAX_PHOTOS, PRINT_SIDE, Form, file_name, photo

    batch = options.batch or any(path.is_dir() for path in options.paths)
    files = list(find_images(options.paths))
    if not files:
        raise UserError("There is no picture in this folder.")
    if len(files) > MAX_PHOTOS:
        raise UserError(f"These are {len(files)} photos; one report takes up to {MAX_PHOTOS}.", "Make several.")
    if any(same_file(options.out, file) for file in files):
        raise UserError("The report would replace one of the photos.", "Choose another name.")
    form = Form(
        Clinic.from_json(_read_json(options.clinic)) if options.clinic else Clinic(),
        Patient.from_json(_read_json(options.patient)) if options.patient else Patient(),
        read_bytes(options.logo) if options.logo else None,
        options.paper,
        options.sensitivity / 100,
    )
    if batch and form.patient != Patient(notes=form.patient.notes):
        raise UserError(
            "A report on many photos is of no single patient and lesion.", "Give notes only, or make one for each."
        )
    painter = HeatPainter()
    reporter = reporting.make_reporter(options.lang, painter)
    signer = _signer(options)
    made = datetime.now().astimezone()
    card = models.main.card
    cards = [card, *([models.teacher.card] if models.teacher else [])]
    side = LIST_SIDE if batch else PRINT_SIDE

    def photos() -> "Iterator[Photo]":
        hidden = not sys.stderr.isatty() or len(files) < 2
        # How far an answer moves is asked for one lesion, not for hundreds: it takes some twenty times as long.
        cases = classify(files, models, options.mode, full_size=not batch, steady=not batch)
        for case in tqdm(cases, total=len(files), unit="photo", file=sys.stderr, disable=hidden):
            yield photo(case.result, case.picture, case.examination, card, painter, side=side)

    found = list(photos())
    failed = [each for each in found if each.result.status != "ok"]
    if all(each.result.status == "error" for each in found) and not batch:
        raise UserError(f"{readable(failed[0].result.path)}: {failed[0].result.message}")
    make = reporter.batch if batch else reporter.lesion
    document = make(found, cards, form, made)
    target = options.out
    if target.is_dir():  # nobody has named a report there to be replaced
        name = Path(file_name(found, made))
        target = unused(target, name.stem, name.suffix)
    reporting.issue(document, signer, target)
    for each in failed:
        print(f"{readable(each.result.path)}: {each.result.message}", file=sys.stderr)
    if document.substituted:
        print(f"kndnet: no font has {' '.join(f'U+{ord(sign):04X}' for sign in document.substituted)}", file=sys.stderr)
    print(readable(str(target)))
    return int(bool(failed))


def verify(options: argparse.Namespace) -> int:
    """Run ``kndnet verify``.

    Returns:
        0 if the report is intact, 1 if it is not.

    Raises:
        UserError: If a file can't be read.
    """
    from kndnet_desktop import reporting
    from kndnet_desktop.core.verify import verify as check

    if is_folder(options.file):
        raise UserError("This is a folder.", "Name the report in it.")
    images: dict[str, bytes] = {}
    for path in options.image:
        name = readable(str(path))
        while name in images:  # the same one again, or one that is written alike
            name += " (again)"
        images[name] = read_bytes(path)
    verdict = check(read_bytes(options.file), reporting.make_keys(None).known(), images, reporting.load_installed)
    if options.json:
        answer = {"state": verdict.state, "intact": verdict.intact, "key": verdict.fingerprint, "known": verdict.known}
        print(json.dumps(answer | {"sentences": verdict.sentences, "record": verdict.record}, ensure_ascii=False))
    else:
        print("\n".join(verdict.sentences))
        if verdict.fingerprint:
            print(f"Key: {verdict.fingerprint}")
    return 0 if verdict.intact else 1


def _signer(options: argparse.Namespace) -> "Signer | None":
    from kndnet_desktop import reporting
    from kndnet_desktop.core.keys import load_pkcs12

    if options.unsigned:
        return None
    if options.certificate:
        return load_pkcs12(options.certificate, _ask(new=False))
    return reporting.make_keys(lambda new: _ask(new=new)).own()


def _ask(*, new: bool) -> str:
    """Take the passphrase from the environment or, at a terminal, from the person there."""
    if PASSPHRASE in os.environ or not sys.stdin.isatty():
        return os.environ.get(PASSPHRASE, "")
    first = getpass.getpass("Choose a passphrase for the signing key: " if new else "Passphrase of the signing key: ")
    if new and first != getpass.getpass("Once more: "):
        raise UserError("The two passphrases differ.")
    return first


def _read_json(path: Path) -> object:
    try:
        return json.loads(read_bytes(path))
    except UserError as error:
        raise UserError(f"“{path.name}”: {error.sentence}", error.hint) from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"“{path.name}” is not JSON.") from error
