"""What both doors need to issue reports: where templates, languages and keys lie, and how a report is saved."""

import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import platformdirs

from kndnet_desktop import __version__, paths
from kndnet_desktop.core.batch import classify
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError, reason
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.files import sha256_of, write_whole
from kndnet_desktop.core.images import read_bytes
from kndnet_desktop.core.keys import Keyring, Keys
from kndnet_desktop.core.patient import Patient
from kndnet_desktop.core.report import Document, Reporter
from kndnet_desktop.core.report_parts import Form, Photo, Program, photo
from kndnet_desktop.core.signing import Signer
from kndnet_desktop.core.translation import Catalogue
from kndnet_desktop.core.verify import Verdict, verify


def languages_folder() -> Path:
    """Return the folder of the catalogues."""
    return paths.resources() / "i18n"


def signing_folder() -> Path:
    """Return the folder of this computer's signing key and of the certificates it trusts; it need not exist."""
    return Path(platformdirs.user_data_dir(paths.APP_NAME, appauthor=False)) / "signing"


def program() -> Program:
    """Return the running program with the SHA-256 of its code."""
    if getattr(sys, "frozen", False):
        return Program(paths.APP_NAME, __version__, sha256_of(Path(sys.executable).read_bytes()))
    package = Path(__file__).resolve().parent
    files = sorted(package.rglob("*.py"), key=lambda path: path.relative_to(package).as_posix())
    listed = "".join(f"{path.relative_to(package).as_posix()} {sha256_of(path.read_bytes())}\n" for path in files)
    return Program(paths.APP_NAME, __version__, sha256_of(listed.encode()))


def make_reporter(language: str, painter: HeatPainter) -> Reporter:
    """Return what makes reports in a language.

    Raises:
        UserError: If there is no such language.
    """
    catalogue = Catalogue.load(languages_folder(), language)
    return Reporter(paths.resources() / "report", catalogue, program(), painter)


def make_keys(ask: Callable[[bool], str] | None) -> Keys:
    """Return this computer's keys.

    Args:
        ask: Asks a person for the passphrase where the system has no keyring, see `Keys`.
    """
    return Keys(signing_folder(), _system_keyring(), ask)


def issue(document: Document, signer: Signer | None, target: Path) -> None:
    """Set a report, sign it and save it, whole or not at all.

    Args:
        document: The report.
        signer: Who signs it; None leaves it unsigned.
        target: The file to create or replace.

    Raises:
        UserError: If it can't be saved; a file that was there is untouched.
    """
    pdf = document.pdf()
    if signer:
        pdf = signer.sign(pdf, f"Issued by {paths.APP_NAME} {__version__}")
    try:
        write_whole(target, pdf)
    except OSError as error:
        raise UserError(
            f"The report can't be saved as “{target.name}”: {reason(error)}.", "Choose another place or name."
        ) from error


class ReportOffice:
    """Makes, issues and checks reports for the window.

    Args:
        load: Loads the installed models with the given role as the main one, to compute answers again.
    """

    def __init__(self, load: Callable[[str], Models]) -> None:
        self._load = load
        self._painter = HeatPainter()
        self._reporters: dict[str, Reporter] = {}

    def draw(
        self, photos: Sequence[Photo], cards: Sequence[ModelCard], form: Form, language: str, made: datetime
    ) -> Document:
        """Make the report of one lesion.

        Raises:
            UserError: If there is no such language or the logo is no picture.
        """
        return self._reporter(language).lesion(photos, cards, form, made)

    def draw_batch(
        self, photos: Sequence[Photo], cards: Sequence[ModelCard], form: Form, language: str, made: datetime
    ) -> Document:
        """Make the report of many photos, which were made with `LIST_SIDE`.

        Raises:
            UserError: If there is no such language or the logo is no picture.
        """
        return self._reporter(language).batch(photos, cards, form, made)

    def issue(self, document: Document, target: Path, *, sign: bool, passphrase: str = "") -> None:
        """Set, sign and save a report.

        Raises:
            PassphraseNeededError: If it is to be signed and the key's passphrase is needed.
            UserError: If it can't be signed or saved.
        """
        signer = make_keys((lambda _new: passphrase) if passphrase else None).own() if sign else None
        issue(document, signer, target)

    def _reporter(self, language: str) -> Reporter:
        if language not in self._reporters:
            self._reporters[language] = make_reporter(language, self._painter)
        return self._reporters[language]

    def verify(self, report: Path, image: Path | None = None) -> Verdict:
        """Check a report, and compute its answer again if a photo is given.

        Raises:
            UserError: If a file can't be read.
        """
        images = {image.name: read_bytes(image)} if image else {}
        return verify(read_bytes(report), make_keys(None).known(), images, self._load)


def load_installed(role: str) -> Models:
    """Load the installed model of the role that a report names, and the teacher beside the student.

    Raises:
        UserError: If there is no such model.
    """
    if role not in ("student", "teacher"):
        raise UserError(f"There is no model called “{role[:20]}” here.")
    main = OnnxClassifier(paths.model_folder(role))
    return Models(main, OnnxClassifier.if_installed(paths.model_folder("teacher")) if role == "student" else None)


def check_reports(models: Models, sample: Path) -> str:
    """Make a report, sign it with a key for this once, change it and find that out, for the self-test.

    Returns:
        What was done, in a few words.

    Raises:
        RuntimeError: If it does not work on this computer.
    """
    case = next(classify([sample], models, full_size=True, steady=True))
    painter, card = HeatPainter(), models.main.card
    shot = photo(case.result, case.picture, case.examination, card, painter)
    name = "Ωμέγα Щука 测试 한글 سلام"  # every font is there, or setting fails
    document = make_reporter("de", painter).lesion(
        [shot], [card], Form(patient=Patient(name=name)), datetime.now().astimezone()
    )
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys(Path(folder) / "signing", None, lambda _new: "self-test")
        pdf = keys.own().sign(document.pdf(), "self-test")
        found = verify(pdf, keys.known(), {sample.name: sample.read_bytes()}, lambda _role: models)
        changed = verify(pdf[:5000] + bytes([pdf[5000] ^ 1]) + pdf[5001:], keys.known())
    if document.substituted or (found.state, found.known, changed.state) != ("reproduced", True, "altered"):
        raise RuntimeError(f"report {found.state}, changed report {changed.state}, missing {document.substituted}")
    return f"one page signed and reproduced, {len(pdf) // 1024} kB; a changed byte is found"


def _system_keyring() -> Keyring | None:
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    return None if isinstance(backend, fail.Keyring | null.Keyring) else backend
