"""A standard PDF signature, PAdES (ETSI EN 319 142-1), over every byte of a file."""

import io
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from asn1crypto import cms, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject
from pyhanko.pdf_utils.generic import NameObject as _name  # noqa: N813 - short, in a place that is all names
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko_certvalidator.registry import SimpleCertificateStore

from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.files import sha256_of

FIELD = "KNDNetSignature"
_SPACE = 16384  # hexadecimal digits that the file reserves for the signature, a certificate of any usual size included

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, eq=False)
class Signer:
    """A key ready to sign.

    Attributes:
        engine: pyHanko's signer.
        certificate: The certificate that goes with every signature, DER.
    """

    engine: signers.Signer
    certificate: bytes

    @classmethod
    def of(cls, key: object, certificate: certificates.Certificate) -> Self:
        """Return the signer with this key and its certificate.

        Raises:
            UserError: If the key is not an RSA key.
        """
        if not isinstance(key, rsa.RSAPrivateKey):
            raise UserError("Only RSA keys can sign reports.", "Use another certificate.")
        der = certificate.public_bytes(serialization.Encoding.DER)
        return cls(_Engine(key, x509.Certificate.load(der)), der)

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
