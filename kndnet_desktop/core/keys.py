"""The key that signs this computer's reports, and the certificates of others that it trusts."""

import contextlib
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from kndnet_desktop.core.errors import UserError, reason
from kndnet_desktop.core.files import unused, write_whole
from kndnet_desktop.core.signing import Signer

KEY_BITS = 3072  # as strong as 128 bits (NIST SP 800-57), enough beyond 2030
YEARS = 30  # a report is read long after it was issued
KEY_FILE = "key.pem"
CERTIFICATE_FILE = "certificate.pem"
LOCK_FILE = "making.lock"
TRUSTED_FOLDER = "trusted"
SERVICE = "KNDNet Desktop report signature"
_LOCKED = "The signing key can't be unlocked: the passphrase is wrong or the key is damaged."


class PassphraseNeededError(UserError):
    """The passphrase of the signing key is not known, and nobody was there to be asked.

    Args:
        new: Whether a key is to be made, so that a new passphrase is to be chosen.
        tried: Whether the system's keyring keeps one, which does not fit.
    """

    def __init__(self, *, new: bool, tried: bool = False) -> None:
        super().__init__(
            _LOCKED
            if tried
            else "There is no passphrase for the signing key: this computer has no keyring that keeps it.",
            "Set KNDNET_PASSPHRASE, or make the report without a signature.",
        )
        self.new = new


class Keyring(Protocol):
    """Where the system keeps passwords; the module `keyring` is one."""

    def get_password(self, service_name: str, username: str) -> str | None:
        """Return a password, or None."""

    def set_password(self, service_name: str, username: str, password: str) -> None:
        """Keep a password."""


class Keys:
    """This computer's own key, made on first use, and the certificates of others that it trusts.

    The key lies in a file that is encrypted with a passphrase; the passphrase lies in the system's keyring, or, where
    there is none, in somebody's head.

    Args:
        folder: Where key and certificates lie; made on first use.
        keyring: The system's keyring, or None.
        ask: Asks a person for the passphrase; called with True where a new one is to be chosen. None where nobody is
            there to be asked.
    """

    def __init__(self, folder: Path, keyring: Keyring | None, ask: Callable[[bool], str] | None = None) -> None:
        self._folder, self._keyring, self._ask = folder, keyring, ask

    def own(self) -> Signer:
        """Return this computer's signer; make its key if there is none.

        Raises:
            UserError: If the key can't be read, unlocked or made.
        """
        try:
            if not (self._folder / KEY_FILE).exists():
                self._make_once()
            encrypted = (self._folder / KEY_FILE).read_bytes()
            pem = (self._folder / CERTIFICATE_FILE).read_bytes()
        except OSError as error:
            raise UserError(
                f"The signing key in “{self._folder}” can't be used: {reason(error)}.",
                "Ask for the right to write there, or save the report without a signature.",
            ) from error
        hint = f"Try again, or move “{self._folder}” away: a new key is made then."
        try:
            certificate = x509.load_pem_x509_certificate(pem)
        except ValueError as error:
            raise UserError(_LOCKED, hint) from error
        for passphrase in self._passphrases(certificate.serial_number):
            with contextlib.suppress(ValueError, TypeError):  # it is another one
                # Our own file, encrypted with its own checksum: testing the primes again would take 0.2 s.
                key = serialization.load_pem_private_key(
                    encrypted, passphrase.encode(), unsafe_skip_rsa_key_validation=True
                )
                return Signer.of(key, certificate)
        raise UserError(_LOCKED, hint)

    def known(self) -> frozenset[str]:
        """Return the fingerprints of this computer's certificate and of all in the folder ``trusted``."""
        found = [self._folder / CERTIFICATE_FILE, *sorted((self._folder / TRUSTED_FOLDER).glob("*.pem"))]
        prints = set()
        for path in found:
            try:
                for certificate in x509.load_pem_x509_certificates(path.read_bytes()):
                    prints.add(certificate.fingerprint(hashes.SHA256()).hex())
            except (OSError, ValueError):
                continue  # a file that is no certificate trusts nobody
        return frozenset(prints)

    def _make_once(self) -> None:
        """Make the key unless another window or program just does: two keys would share one passphrase."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.ExitStack() as stack:
            try:
                lock = sqlite3.connect(self._folder / LOCK_FILE, timeout=60, isolation_level=None)
                stack.enter_context(contextlib.closing(lock))
                lock.execute("BEGIN EXCLUSIVE")  # ends with the process, on every system
            except sqlite3.OperationalError as error:
                raise OSError(0, str(error)) from error
            if not (self._folder / KEY_FILE).exists():
                self._make()

    def _make(self) -> None:
        serial = x509.random_serial_number()
        passphrase = self._new_passphrase(serial)
        key = rsa.generate_private_key(65537, KEY_BITS)
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, "KNDNet Desktop on one computer"),
                x509.NameAttribute(NameOID.SERIAL_NUMBER, secrets.token_hex(8)),
            ]
        )
        start = datetime.now(UTC) - timedelta(days=1)  # clocks differ
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=365 * YEARS))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .sign(key, hashes.SHA256())
        )
        try:
            encrypted = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(passphrase.encode()),
            )
        except ValueError as error:
            raise UserError(
                "This passphrase can't be used: it is too long, or not all of it is text.", "Choose another one."
            ) from error
        if (self._folder / CERTIFICATE_FILE).exists():  # its key is gone, the reports that it signed are not
            (self._folder / TRUSTED_FOLDER).mkdir(exist_ok=True)
            (self._folder / CERTIFICATE_FILE).rename(unused(self._folder / TRUSTED_FOLDER, "certificate", ".pem"))
        write_whole(self._folder / CERTIFICATE_FILE, certificate.public_bytes(serialization.Encoding.PEM))
        # The key last: where it is, its certificate is.
        write_whole(self._folder / KEY_FILE, encrypted)
        (self._folder / KEY_FILE).chmod(0o600)

    def _passphrases(self, serial: int) -> Iterator[str]:
        """Yield what may unlock the key whose certificate has this number: what the keyring keeps, then what is known.

        Raises:
            PassphraseNeededError: If nobody names one.
        """
        tried = False
        # Keys of earlier versions are kept under the folder alone, where another key may have taken their place.
        for user in (self._user(serial), str(self._folder)):
            if kept := self._kept(user):
                tried = True
                yield kept
        given = self._ask(False) if self._ask else ""
        if not given:
            raise PassphraseNeededError(new=False, tried=tried)
        yield given

    def _new_passphrase(self, serial: int) -> str:
        if self._keyring is not None:
            with contextlib.suppress(Exception):  # every backend raises its own; then a person is asked
                kept = secrets.token_urlsafe(32)
                self._keyring.set_password(SERVICE, self._user(serial), kept)
                return kept
        given = self._ask(True) if self._ask else ""
        if not given:
            raise PassphraseNeededError(new=True)
        return given

    def _kept(self, user: str) -> str | None:
        with contextlib.suppress(Exception):  # every backend raises its own
            return self._keyring.get_password(SERVICE, user) if self._keyring else None
        return None

    def _user(self, serial: int) -> str:
        """Return under which name the keyring keeps the passphrase of the key whose certificate has this number."""
        return f"{self._folder} {serial:x}"


def load_pkcs12(path: Path, passphrase: str) -> Signer:
    """Read a clinic's own key and certificate.

    Args:
        path: A ``.p12`` or ``.pfx`` file.
        passphrase: What it is encrypted with; may be empty.

    Raises:
        UserError: If it can't be read or unlocked, or holds no key that can and may sign today.
    """
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase.encode() or None)
    except OSError as error:
        raise UserError(f"The certificate “{path.name}” can't be read: {reason(error)}.") from error
    except ValueError as error:
        raise UserError(
            f"The certificate “{path.name}” can't be unlocked.", "Check the passphrase; the file must be PKCS #12."
        ) from error
    if key is None or certificate is None:
        raise UserError(f"The file “{path.name}” does not hold both a key and its certificate.")
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not start <= datetime.now(UTC) <= end:
        raise UserError(
            f"The certificate “{path.name}” is valid from {start:%Y-%m-%d} to {end:%Y-%m-%d} only.",
            "Use a certificate that is valid today.",
        )
    with contextlib.suppress(x509.ExtensionNotFound):  # then it may be used for anything
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            raise UserError(f"The certificate “{path.name}” is not for signatures.", "Use another certificate.")
    return Signer.of(key, certificate)
