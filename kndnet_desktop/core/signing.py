"""The key that signs reports, and the signature: PAdES (ETSI EN 319 142-1), over every byte of the file."""

import io
import os
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

from asn1crypto import cms, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject
from pyhanko.pdf_utils.generic import NameObject as _name  # noqa: N813 - short, in a place that is all names
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import sha256_of, write_whole

KEY_BITS = 3072  # as strong as 128 bits (NIST SP 800-57), enough beyond 2030
YEARS = 30  # a report is read long after it was issued
KEY_FILE = "key.pem"
CERTIFICATE_FILE = "certificate.pem"
TRUSTED_FOLDER = "trusted"
FIELD = "KNDNetSignature"
SERVICE = "KNDNet Desktop report signature"
_SPACE = 16384  # hexadecimal digits that the file reserves for the signature, a certificate of any usual size included

_Result = TypeVar("_Result")


class PassphraseNeededError(UserError):
    """The passphrase of the signing key is not known, and nobody was there to be asked.

    Args:
        new: Whether a key is to be made, so that a new passphrase is to be chosen.
    """

    def __init__(self, *, new: bool) -> None:
        super().__init__(
            "There is no passphrase for the signing key: this computer has no keyring that keeps it.",
            "Set KNDNET_PASSPHRASE, or make the report without a signature.",
        )
        self.new = new


class Keyring(Protocol):
    """Where the system keeps passwords; the module `keyring` is one."""

    def get_password(self, service_name: str, username: str) -> str | None:
        """Return a password, or None."""

    def set_password(self, service_name: str, username: str, password: str) -> None:
        """Keep a password."""


@dataclass(frozen=True, slots=True, eq=False)
class Signer:
    """A key ready to sign.

    Attributes:
        engine: pyHanko's signer.
        certificate: The certificate that goes with every signature, DER.
    """

    engine: signers.Signer
    certificate: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, 64 hexadecimal digits."""
        return sha256_of(self.certificate)

    def sign(self, pdf: bytes, reason: str) -> bytes:
        """Sign a PDF, so that any later change of any byte shows.

        Args:
            pdf: A whole PDF.
            reason: Why, for the reader's signature panel.

        Returns:
            The PDF with one signature.
        """
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        fields.append_signature_field(writer, fields.SigFieldSpec(FIELD, readable_field_name=reason))
        _tag_field(writer)
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            reason=reason,
            name=self.engine.subject_name,
        )
        engine = signers.PdfSigner(metadata, self.engine, timestamper=None)
        out = run(engine.async_sign_pdf(writer, bytes_reserved=_SPACE))
        return bytes(out.getbuffer())


class _Engine(signers.Signer):
    """Signs with a key that is unlocked already; pyHanko's own would check the key again each time, for 0.2 s."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        super().__init__(signing_cert=certificate, cert_registry=SimpleCertificateStore())
        self._key = key

    async def signed_attrs(self, data_digest: bytes, digest_algorithm: str, *_: object, **__: object) -> Any:  # noqa: ARG002 - its place is pyHanko's
        """Return the three attributes that PAdES asks for; pyHanko's own way to them needs an event loop."""
        certificate = as_signing_certificate_v2(self.signing_cert)
        return cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "data"),
                simple_cms_attribute("message_digest", data_digest),
                simple_cms_attribute("signing_certificate_v2", certificate),
            ]
        )

    async def unsigned_attrs(self, *_: object, **__: object) -> None:
        """Return nothing: what a signature does not cover has no place in it."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Sign as PKCS #1 v1.5, which every reader of PDF knows."""
        if dry_run:
            return bytes(self._key.key_size // 8)
        return self._key.sign(data, padding.PKCS1v15(), getattr(hashes, digest_algorithm.upper())())


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
                self._make()
            encrypted = (self._folder / KEY_FILE).read_bytes()
            certificate = (self._folder / CERTIFICATE_FILE).read_bytes()
        except OSError as error:
            raise UserError(
                f"The signing key in “{self._folder}” can't be used: {_reason(error)}.",
                "Ask for the right to write there, or save the report without a signature.",
            ) from error
        try:
            # Our own file, encrypted with its own checksum: testing the primes again would take 0.2 s.
            key = serialization.load_pem_private_key(
                encrypted, self._passphrase(new=False).encode(), unsafe_skip_rsa_key_validation=True
            )
            return _signer(key, certificates.load_pem_x509_certificate(certificate))
        except (ValueError, TypeError) as error:
            raise UserError(
                "The signing key can't be unlocked: the passphrase is wrong or the key is damaged.",
                f"Try again, or move “{self._folder}” away: a new key is made then.",
            ) from error

    def known(self) -> frozenset[str]:
        """Return the fingerprints of this computer's certificate and of all in the folder ``trusted``."""
        found = [self._folder / CERTIFICATE_FILE, *sorted((self._folder / TRUSTED_FOLDER).glob("*.pem"))]
        prints = set()
        for path in found:
            try:
                for certificate in certificates.load_pem_x509_certificates(path.read_bytes()):
                    prints.add(certificate.fingerprint(hashes.SHA256()).hex())
            except (OSError, ValueError):
                continue  # a file that is no certificate trusts nobody
        return frozenset(prints)

    def _make(self) -> None:
        passphrase = self._passphrase(new=True)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = rsa.generate_private_key(65537, KEY_BITS)
        name = certificates.Name(
            [
                certificates.NameAttribute(NameOID.COMMON_NAME, "KNDNet Desktop on one computer"),
                certificates.NameAttribute(NameOID.SERIAL_NUMBER, secrets.token_hex(8)),
            ]
        )
        start = datetime.now(UTC) - timedelta(days=1)  # clocks differ
        usage = certificates.KeyUsage(
            digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        certificate = (
            certificates.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(certificates.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=365 * YEARS))
            .add_extension(certificates.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .sign(key, hashes.SHA256())
        )
        encrypted = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase.encode()),
        )
        write_whole(self._folder / CERTIFICATE_FILE, certificate.public_bytes(serialization.Encoding.PEM))
        # The key last: where it is, its certificate is.
        write_whole(self._folder / KEY_FILE, encrypted)
        (self._folder / KEY_FILE).chmod(0o600)

    def _passphrase(self, *, new: bool) -> str:
        user = str(self._folder)
        if self._keyring is not None:
            try:
                kept = None if new else self._keyring.get_password(SERVICE, user)
                if new:
                    kept = secrets.token_urlsafe(32)
                    self._keyring.set_password(SERVICE, user, kept)
                if kept:
                    return kept
            except Exception:  # noqa: S110 - every backend raises its own; then a person is asked
                pass
        given = self._ask(new) if self._ask else ""
        if not given:
            raise PassphraseNeededError(new=new)
        return given


def load_pkcs12(path: Path, passphrase: str) -> Signer:
    """Read a clinic's own key and certificate.

    Args:
        path: A ``.p12`` or ``.pfx`` file.
        passphrase: What it is encrypted with; may be empty.

    Raises:
        UserError: If it can't be read or unlocked, or holds no key that can sign.
    """
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase.encode() or None)
    except OSError as error:
        raise UserError(f"The certificate “{path.name}” can't be read: {_reason(error)}.") from error
    except ValueError as error:
        raise UserError(
            f"The certificate “{path.name}” can't be unlocked.", "Check the passphrase; the file must be PKCS #12."
        ) from error
    if key is None or certificate is None:
        raise UserError(f"The file “{path.name}” does not hold both a key and its certificate.")
    return _signer(key, certificate)


def run(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run a coroutine of pyHanko that has nothing to wait for, since neither time stamps nor revocations are fetched.

    An event loop would do the same but opens a socket to itself, and this program opens none.

    Raises:
        RuntimeError: If it waits for something after all.
    """
    try:
        work.send(None)
    except StopIteration as finished:
        result: _Result = finished.value
        return result
    work.close()
    raise RuntimeError("pyHanko waits for something outside this program")


def _signer(key: object, certificate: certificates.Certificate) -> Signer:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise UserError("Only RSA keys can sign reports.", "Use another certificate.")
    der = certificate.public_bytes(serialization.Encoding.DER)
    return Signer(_Engine(key, x509.Certificate.load(der)), der)


def _tag_field(writer: IncrementalPdfFileWriter) -> None:
    """Put the signature's field into the structure tree, as PDF/UA-1 asks (7.18.1 and 7.18.4)."""
    page_ref, _ = writer.find_page_for_modification(0)
    page = page_ref.get_object()
    field_ref = writer.root["/AcroForm"]["/Fields"].raw_get(0)
    tree = writer.root["/StructTreeRoot"]
    document_ref = tree["/K"].raw_get(0)
    number = tree["/ParentTreeNextKey"]
    leaf = DictionaryObject({_name("/Type"): _name("/OBJR"), _name("/Obj"): field_ref, _name("/Pg"): page_ref})
    form = writer.add_object(
        DictionaryObject({_name("/S"): _name("/Form"), _name("/P"): document_ref, _name("/K"): ArrayObject([leaf])})
    )
    document_ref.get_object()["/K"].append(form)
    tree["/ParentTree"]["/Nums"].extend([number, form])
    tree[_name("/ParentTreeNextKey")] = NumberObject(number + 1)
    field_ref.get_object()[_name("/StructParent")] = number
    page[_name("/Tabs")] = _name("/S")
    for changed in (document_ref.get_object(), tree, field_ref.get_object(), page):
        writer.update_container(changed)


def _reason(error: OSError) -> str:
    return (error.strerror or os.strerror(error.errno or 0)).lower()
