"""What both doors need to issue reports: where templates, languages and keys lie, and how a report is saved."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import platformdirs

from kndnet_desktop import __version__, paths
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.files import sha256_of, write_whole
from kndnet_desktop.core.report import Document, Reporter
from kndnet_desktop.core.report_parts import Photo, Program
from kndnet_desktop.core.signing import Keyring, Keys, Signer
from kndnet_desktop.core.translation import Catalogue


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


def file_name(photos: list[Photo], made: datetime) -> str:
    """Return a name for a report that tells nothing about the patient, nor what the photo's file is called."""
    digest = sha256_of("".join(photo.result.sha256 or "" for photo in photos).encode())
    return f"lesion-report-{made:%Y-%m-%d}-{digest[:6]}.pdf"


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
        reason = (error.strerror or "unknown reason").lower()
        raise UserError(
            f"The report can't be saved as “{target.name}”: {reason}.", "Choose another place or name."
        ) from error


def _system_keyring() -> Keyring | None:
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    return None if isinstance(backend, fail.Keyring | null.Keyring) else backend
