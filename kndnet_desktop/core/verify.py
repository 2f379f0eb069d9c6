"""Proves that a report is the one that was issued.

What the signature proves: since it was made, no byte of the file has changed. What it does not prove: who made it,
unless its key is known; anybody can make a key. And it knows nothing of paper.
"""

import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Literal

from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models, examine
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.images import Picture, read_image
from kndnet_desktop.core.report import RECORD, SCHEMA
from kndnet_desktop.core.rules import rules_of
from kndnet_desktop.core.signing import FIELD, run
from kndnet_desktop.core.trust import prediction_set, referrals

SAME = 1e-3  # largest difference of a probability that another computer's arithmetic makes
State = Literal["reproduced", "intact", "other-model", "unreproduced", "unsigned", "altered", "no-report"]
INTACT = frozenset(("reproduced", "intact", "other-model"))

_SENTENCES: Mapping[State, str] = {
    "reproduced": (
        "Intact and reproduced: no byte has changed since it was signed, and the photo gives the same answer here."
    ),
    "intact": "Intact: no byte has changed since it was signed.",
    "other-model": "Intact but not reproducible here: the report comes from another version of the model.",
    "unreproduced": "Not reproduced: the signature is intact, but the photo does not give this report's answer.",
    "unsigned": "Not signed: whether anything was changed can't be told.",
    "altered": "Altered: this is not the file that was signed.",
    "no-report": "This is not a report of KNDNet Desktop.",
}
_FIELD = FIELD.encode()
_TRACES = (b"/ByteRange", b"/ETSI.CAdES.detached", _FIELD)  # of a signature; a changed byte hides one only
_UNKNOWN = (
    "The key that signed it is unknown here. That proves integrity, not authorship: nothing has changed since somebody "
    "signed it, but anybody can make such a key."
)
_KNOWN = "It was signed with a key that this computer knows."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a report.

    Attributes:
        state: The main finding.
        sentences: The same for people, the main one first.
        fingerprint: SHA-256 of the signer's certificate, or empty.
        known: Whether the signer's key is one of the known ones.
        record: The attached data, if the file is intact.
    """

    state: State
    sentences: tuple[str, ...]
    fingerprint: str = ""
    known: bool = False
    record: Mapping[str, Any] | None = None

    @property
    def intact(self) -> bool:
        """Whether nothing speaks against the report."""
        return self.state in INTACT


class _AlteredError(Exception):
    """The file is not as it was signed; says in which way, in a sentence."""


def verify(
    pdf: bytes,
    known: frozenset[str],
    images: Mapping[str, bytes] | None = None,
    load: Callable[[str], Models] | None = None,
) -> Verdict:
    """Check a report.

    Args:
        pdf: The file.
        known: Fingerprints of the certificates that are known here.
        images: Name to bytes of photos that the report is about; their answers are then computed again.
        load: Loads the installed models with the given role, ``student`` or ``teacher``, as the main one; needed if
            there are images.

    Returns:
        The verdict; a file that can't be read gets one too.
    """
    # pyHanko tells its log what is wrong with a file; the verdict tells it better.
    logging.getLogger("pyhanko").addHandler(logging.NullHandler())
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        if reader.encrypted:
            return _verdict("no-report", "It is protected with a password, which reports are not.")
        signatures = reader.embedded_signatures
        record = _record(reader)
    except Exception:  # a changed byte may break any part of the file, and its parser in any way
        if pdf.startswith(b"%PDF-") or _was_signed(pdf):
            return _verdict("altered", "It can't be read as a PDF any more.")
        return _verdict("no-report")
    if record is None and _FIELD not in pdf:  # no change of one byte takes both from a report
        return _verdict("no-report")
    if not signatures:
        # Where our signature is in the file but not found, the way to it was cut.
        state: State = "altered" if _was_signed(pdf) else "unsigned" if record else "no-report"
        return _verdict(state)
    try:
        fingerprint = _check(pdf, signatures)
    except _AlteredError as error:
        return _verdict("altered", str(error))
    except Exception:  # likewise
        return _verdict("altered", "The signature can't be read.")
    if record is None:
        return _verdict("no-report", "It is signed, and unchanged since then.")
    state, remarks = "intact", ["Give the photo too, and the answer is computed again."]
    if images and load:
        try:
            state, remarks = _reproduce(record, images, load)
        except (LookupError, ArithmeticError, TypeError, ValueError, AttributeError):
            state, remarks = "unreproduced", ["The attached data are not complete."]
    is_known = fingerprint in known
    return Verdict(
        state, (_SENTENCES[state], *remarks, _KNOWN if is_known else _UNKNOWN), fingerprint, is_known, record
    )


def _was_signed(pdf: bytes) -> bool:
    return any(trace in pdf for trace in _TRACES)


def _verdict(state: State, *more: str) -> Verdict:
    return Verdict(state, (_SENTENCES[state], *more))


def _record(reader: PdfFileReader) -> Mapping[str, Any] | None:
    """Return the attached data, or None where this is no report of ours."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        attached = {str(names[index]): names[index + 1] for index in range(0, len(names), 2)}
        record = json.loads(attached[RECORD]["/EF"]["/F"].data)
    except (KeyError, ValueError, TypeError, IndexError):
        return None
    return record if isinstance(record, dict) and record.get("schema") == SCHEMA else None


def _check(pdf: bytes, signatures: list[EmbeddedPdfSignature]) -> str:
    """Return the fingerprint of the certificate that signed the whole file, or raise _AlteredError."""
    if len(signatures) != 1:
        raise _AlteredError("It was signed again after it was issued.")
    (signature,) = signatures
    start, length, rest, tail = (int(number) for number in signature.byte_range)
    # By itself: the library adds up lengths, to which what was added later may contribute.
    if start or rest + tail != len(pdf):
        raise _AlteredError("Something was added after it was signed.")
    certificate = signature.signer_cert
    # Its own certificate is its root: who it belongs to is decided by its fingerprint, in `verify`.
    context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
    status = run(async_validate_pdf_signature(signature, signer_validation_context=context, skip_diff=True))
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise _AlteredError("Something was added after it was signed.")
    if not (status.intact and status.valid):
        raise _AlteredError("What it shows or holds was changed.")
    _check_exact(pdf[start + length : rest], signature)
    return sha256_of(certificate.dump())


def _check_exact(gap: bytes, signature: EmbeddedPdfSignature) -> None:
    """Hold the bytes of the signature itself, which it can't cover, to the one way in which they were written."""
    certificate, signer = signature.signer_cert, signature.signer_info
    algorithm = {"algorithm": "sha256"}
    rebuilt = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [algorithm],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": [certificate],
                    "signer_infos": [
                        {
                            "version": "v1",
                            "sid": cms.SignerIdentifier(
                                "issuer_and_serial_number",
                                {"issuer": certificate.issuer, "serial_number": certificate.serial_number},
                            ),
                            "digest_algorithm": algorithm,
                            "signature_algorithm": {"algorithm": "sha256_rsa"},
                            "signed_attrs": signer["signed_attrs"],
                            "signature": signer["signature"].native,
                        }
                    ],
                }
            ),
        }
    )
    written = rebuilt.dump().hex().upper().encode()
    if gap != b"<" + written.ljust(len(gap) - 2, b"0") + b">":
        raise _AlteredError("The signature was changed.")


def _reproduce(
    record: Mapping[str, Any], images: Mapping[str, bytes], load: Callable[[str], Models]
) -> tuple[State, list[str]]:
    """Compute the answers again for those photos of the report that are given."""
    by_hash = {sha256_of(data): (name, data) for name, data in images.items()}
    listed = {photo["sha256"] for photo in record["photos"]}
    photos = {photo["sha256"]: photo for photo in record["photos"] if photo["status"] != "error"}
    strangers = [name for digest, (name, _) in by_hash.items() if digest not in listed]
    if strangers:
        return "unreproduced", [f"“{name}” is not a photo that this report is about." for name in strangers]
    try:
        models = load(record["models"][0]["role"])
    except UserError as error:
        return "other-model", [str(error)]
    issued, card = record["models"][0], models.main.card
    if card.sha256 != issued["sha256"]:
        return "other-model", [f"The report: {issued['name']}. Here: {card.name}."]
    # A report of an earlier version does not name the rules; then only its probabilities are compared.
    rules = {model["rules_sha256"] for model in record["models"] if "rules_sha256" in model}
    if rules and rules_of(card) not in rules:
        return "other-model", ["The network is the same; its card has other thresholds here."]
    seconds = {photo["teacher"]["model_sha256"] for photo in photos.values() if photo.get("teacher")}
    here = {models.teacher.card.sha256} if models.teacher else set()
    for digest, (name, data) in by_hash.items():
        if digest not in photos:
            continue  # it could not be read then, and has no answer to compare
        if not any(_same(photos[digest], image, models, rules) for image in _decoded(data, models)):
            return "unreproduced", [f"“{name}” gives another answer."]
    left = len(photos.keys() - by_hash.keys())
    if left == len(photos):
        return "intact", ["The photo could not be read when the report was made: there is no answer to compute again."]
    remarks = [f"{left} photos of the report were not given, so not computed again."] if left else []
    if left == 1:
        remarks = ["1 photo of the report was not given, so not computed again."]
    if seconds - here:
        remarks.append("The second opinion was not computed again: that model is not here.")
    return "reproduced", remarks


def _decoded(data: bytes, models: Models) -> Iterator[Picture]:
    """Yield the photo as each door of the program reads it: as large as the answer needs, and whole."""
    yield read_image(data, models.enough)
    yield read_image(data)


def _same(photo: Mapping[str, Any], picture: Picture, models: Models, rules: Set[str]) -> bool:
    """Compute one photo again, with the same settings, and compare all that the report says of it."""
    scale = picture.image.width / picture.width
    left, top, right, bottom = photo["frame"] or (0, 0, picture.width, picture.height)
    box = (left * scale, top * scale, right * scale, bottom * scale) if photo["frame"] else None
    spread = photo.get("stability")
    seen = examine(picture, models, box, photo["mode"], steady=spread is not None)
    by_rules = rules_of(models.main.card) in rules
    if by_rules and bool(seen.refusal) != (photo["status"] == "rejected"):
        return False
    if photo["status"] == "rejected":
        return True
    answers = [(seen.prediction, photo)]
    if photo["teacher"] and seen.teacher and seen.teacher.model_sha256 == photo["teacher"]["model_sha256"]:
        answers.append((seen.teacher, photo["teacher"]))
    shares = [(here.probabilities, there["probabilities"]) for here, there in answers]
    if spread and seen.stability:
        found = seen.stability.to_json()
        shares += [(found["low"], spread["low"]), (found["high"], spread["high"])]
        shares += [({"": found["p_malignant"][end]}, {"": spread["p_malignant"][end]}) for end in (0, 1)]
        if abs(found["flips"] - spread["flips"]) > 1.5 / found["views"]:  # one view may lie on the edge of two classes
            return False
    if by_rules:
        shares.append((_bare([each.to_json() for each in seen.cleaned]), _bare(photo["cleaned"])))
    cards = [model.card for model in (models.main, models.teacher) if model]
    decided = all(
        _decided(there, card) for (_, there), card in zip(answers, cards, strict=False) if rules_of(card) in rules
    )
    return decided and all(
        here.keys() == there.keys() and all(abs(here[code] - there[code]) <= SAME for code in here)
        for here, there in shares
    )


def _bare(cleaned: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return every figure of the answers without an artefact, by artefact and class."""
    found = {f"{each['code']} {code}": share for each in cleaned for code, share in each["probabilities"].items()}
    return found | {each["code"]: each["p_malignant"] for each in cleaned}


def _decided(answer: Mapping[str, Any], card: ModelCard) -> bool:
    """Return whether the report's own figures, by the rules of the card, lead to what it concludes.

    Held to the figures of the report and not to those computed here, a probability on the threshold itself is decided
    alike, however another computer rounds it.
    """
    mode, found = answer["mode"], answer["prediction_set"]
    return (
        referrals(answer["p_malignant"], card, mode) == answer["refer"]
        and prediction_set(answer["probabilities"], card, mode) == (None if found is None else tuple(found))
        and abs(
            sum(answer["probabilities"][label.code] for label in card.labels if label.malignant) - answer["p_malignant"]
        )
        <= SAME
    )
