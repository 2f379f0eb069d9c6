"""The proof: what was issued is found intact, and whatever was changed afterwards is found altered."""

import io
import json
import random
import shutil
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import onnx
import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import CertificateBuilder, KeyUsage, Name, NameAttribute, load_der_x509_certificate
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import NameObject, Reference, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter, copy_into_new_writer
from pyhanko.sign import signers
from pyhanko.sign.validation import SignatureCoverageLevel

from kndnet_desktop.core import verify as verifying
from kndnet_desktop.core.batch import Case, classify
from kndnet_desktop.core.card import ModelCard
from kndnet_desktop.core.classifier import OnnxClassifier
from kndnet_desktop.core.errors import UserError
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.files import sha256_of
from kndnet_desktop.core.keys import (
    KEY_FILE,
    LOCK_FILE,
    SERVICE,
    TRUSTED_FOLDER,
    Keys,
    PassphraseNeededError,
    load_pkcs12,
)
from kndnet_desktop.core.report import Reporter
from kndnet_desktop.core.report_parts import Form, Program, photo
from kndnet_desktop.core.signing import Signer
from kndnet_desktop.core.translation import Catalogue
from kndnet_desktop.core.verify import Verdict, verify
from kndnet_desktop.reporting import load_installed

SAMPLE = "drawn-veil.jpg"


class MemoryKeyring:
    """A keyring that forgets everything with the test."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service_name: str, username: str) -> str | None:
        return self.kept.get((service_name, username))

    def set_password(self, service_name: str, username: str, password: str) -> None:
        self.kept[service_name, username] = password


class BrokenKeyring:
    def get_password(self, service_name: str, username: str) -> str | None:
        raise RuntimeError("the wallet is locked")

    def set_password(self, service_name: str, username: str, password: str) -> None:
        raise RuntimeError("the wallet is locked")


@dataclass(frozen=True)
class Issued:
    """A signed report and what it came from."""

    pdf: bytes
    unsigned: bytes
    keys: Keys
    signer: Signer
    models: Models
    sample: bytes

    def check(self, pdf: bytes, **images: bytes) -> Verdict:
        return verify(pdf, self.keys.known(), images, lambda _role: self.models)


@pytest.fixture(scope="module")
def models(student_folder: Path) -> Models:
    return Models(OnnxClassifier(student_folder))


@pytest.fixture(scope="module")
def case(models: Models, samples: Path) -> Case:
    return next(classify([samples / SAMPLE], models, full_size=True))


@pytest.fixture(scope="module")
def issued(root: Path, models: Models, case: Case, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    painter = HeatPainter()
    reporter = Reporter(
        root / "resources" / "report", Catalogue(), Program("KNDNet Desktop", "0.1.0", "0" * 64), painter
    )
    shot = photo(case.result, case.picture, case.examination, models.main.card, painter)
    unsigned = reporter.lesion([shot], [models.main.card], Form(), datetime.now(UTC)).pdf()
    keys = Keys(tmp_path_factory.mktemp("keys") / "signing", MemoryKeyring())
    signer = keys.own()
    return Issued(signer.sign(unsigned, "Issued"), unsigned, keys, signer, models, (samples / SAMPLE).read_bytes())


def pdfsig(pdf: bytes, tmp_path: Path) -> str:
    program = shutil.which("pdfsig")
    if program is None:
        pytest.skip("poppler's pdfsig is not installed: a second opinion on the signature can't be had")
    path = tmp_path / "signed.pdf"
    path.write_bytes(pdf)
    return subprocess.run([program, "-nocert", path], capture_output=True, text=True, check=False).stdout


def test_what_was_issued_is_intact(issued: Issued) -> None:
    verdict = issued.check(issued.pdf)
    assert (verdict.state, verdict.known, verdict.intact) == ("intact", True, True)
    assert verdict.fingerprint == issued.signer.fingerprint
    assert verdict.record is not None
    assert verdict.record["photos"][0]["path"] == SAMPLE


def test_the_photo_gives_the_same_answer_again(issued: Issued) -> None:
    verdict = issued.check(issued.pdf, photo=issued.sample)
    assert verdict.state == "reproduced"
    assert "Intact and reproduced" in verdict.sentences[0]


def test_a_second_opinion_that_is_not_computed_again_is_told(
    root: Path, issued: Issued, models: Models, samples: Path
) -> None:
    both = Models(models.main, models.main)
    case = next(classify([samples / SAMPLE], both, full_size=True))
    painter, card = HeatPainter(), models.main.card
    reporter = Reporter(
        root / "resources" / "report", Catalogue(), Program("KNDNet Desktop", "0.1.0", "0" * 64), painter
    )
    shot = photo(case.result, case.picture, case.examination, card, painter)
    pdf = issued.signer.sign(reporter.lesion([shot], [card, card], Form(), datetime.now(UTC)).pdf(), "Issued")
    for here, told in ((both, False), (models, True)):
        verdict = verify(pdf, frozenset(), {SAMPLE: issued.sample}, lambda _role, here=here: here)
        assert verdict.state == "reproduced"
        assert any("second opinion was not computed" in sentence for sentence in verdict.sentences) == told


def test_the_window_and_the_command_line_check_with_the_same_models(student_folder: Path) -> None:
    found = load_installed("student")
    assert found.main.card.sha256 == ModelCard.load(student_folder).sha256
    assert found.teacher is not None, "else a report's second opinion would not be checked"
    with pytest.raises(UserError, match="no model"):
        load_installed(str(student_folder))


@pytest.mark.parametrize(
    ("damage", "state"),
    [
        (lambda record: record["photos"][0].update(frame=[0, 0, 0, 0]), "unreproduced"),
        (lambda record: record.update(models=[]), "unreproduced"),
        (lambda record: record["photos"][0].update(status="error"), "intact"),
    ],
    ids=["no frame", "no model", "a photo without an answer"],
)
def test_nothing_is_called_reproduced_that_was_not_computed(
    issued: Issued, monkeypatch: pytest.MonkeyPatch, damage: Callable[[dict[str, Any]], None], state: str
) -> None:
    record = json.loads(json.dumps(issued.check(issued.pdf).record))
    damage(record)
    monkeypatch.setattr(
        verifying, "_record", lambda _reader: record
    )  # anybody may sign such a one with a key of theirs
    assert issued.check(issued.pdf, photo=issued.sample).state == state


def test_another_photo_does_not(issued: Issued, samples: Path) -> None:
    verdict = issued.check(issued.pdf, other=(samples / "drawn-nevus.jpg").read_bytes())
    assert (verdict.state, verdict.intact) == ("unreproduced", False)


def test_another_model_is_named_and_the_report_stays_intact(
    issued: Issued, student_folder: Path, tmp_path: Path
) -> None:
    model = onnx.load(student_folder / "model.onnx")
    model.doc_string = "the same network, another file"
    data = model.SerializeToString()
    (tmp_path / "model.onnx").write_bytes(data)
    card = json.loads((student_folder / "card.json").read_text(encoding="utf-8"))
    (tmp_path / "card.json").write_text(json.dumps(card | {"sha256": sha256_of(data), "name": "Student 2"}))
    other = Models(OnnxClassifier(tmp_path))
    verdict = verify(issued.pdf, issued.keys.known(), {"photo": issued.sample}, lambda _role: other)
    assert (verdict.state, verdict.intact) == ("other-model", True)
    assert "Student 2" in verdict.sentences[1]


def test_an_unknown_key_proves_integrity_and_not_authorship(issued: Issued, tmp_path: Path) -> None:
    stranger = Keys(tmp_path / "stranger", MemoryKeyring()).own()
    verdict = issued.check(stranger.sign(issued.unsigned, "Issued"))
    assert (verdict.state, verdict.known) == ("intact", False)
    assert "integrity, not authorship" in verdict.sentences[-1]


def test_a_trusted_certificate_is_known(issued: Issued, tmp_path: Path) -> None:
    stranger = Keys(tmp_path / "stranger", MemoryKeyring())
    pdf = stranger.own().sign(issued.unsigned, "Issued")
    here = Keys(tmp_path / "here", None)
    trusted = tmp_path / "here" / TRUSTED_FOLDER
    trusted.mkdir(parents=True)
    shutil.copy(tmp_path / "stranger" / "certificate.pem", trusted / "clinic.pem")
    (trusted / "broken.pem").write_text("no certificate")
    assert verify(pdf, here.known()).known


def test_any_changed_byte_is_found(issued: Issued) -> None:
    """All of the signature's own bytes that say anything, and a sample of everything else."""
    pdf = issued.pdf
    start = pdf.rindex(b"/Contents <")
    dice = random.Random(20261123)
    places = [*range(start, start + 3900, 29), *range(len(pdf) - 620, len(pdf), 23), start + 16000, start + 11]
    places += dice.sample(range(len(pdf)), 80)
    for place in places:
        changed = bytearray(pdf)
        changed[place] ^= dice.choice((0x01, 0x20, 0x80, 0xFF))
        assert issued.check(bytes(changed)).state == "altered", f"byte {place}: {pdf[place]:#x} to {changed[place]:#x}"


@pytest.mark.parametrize("end", [1, 100, 5000, 20000])
def test_a_file_cut_short_is_found(issued: Issued, end: int) -> None:
    assert issued.check(issued.pdf[:-end]).state == "altered"


def _swap_picture(writer: IncrementalPdfFileWriter) -> None:
    """Change the first picture that is found."""
    for number in range(1, 400):
        reference = Reference(number, 0, writer.prev)
        try:
            found = writer.prev.get_object(reference)
        except PdfReadError:
            continue
        if isinstance(found, StreamObject) and found.get("/Subtype") == "/Image":
            found._encoded_data = found.encoded_data[:-100] + bytes(100)
            writer.mark_update(reference)
            return
    raise AssertionError("there is a picture in a report")


def _change_probabilities(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    content = page["/Contents"]
    assert b" Tf" in content.data
    content._data, content._encoded_data = content.data.replace(b" Tf", b"0 Tf", 1), None
    writer.update_container(content)


def _attach_another_record(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/Names"][NameObject("/EmbeddedFiles")]
    stream = EmbeddedFileObject.from_file_data(writer, data=b'{"schema": "kndnet-report/1", "photos": []}')
    embed_file(writer, FileSpec("result.json", embedded_data=stream))


@pytest.mark.parametrize("attack", [_swap_picture, _change_probabilities, _attach_another_record])
def test_an_appended_update_is_found(
    issued: Issued, attack: Callable[[IncrementalPdfFileWriter], None], tmp_path: Path
) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(issued.pdf))
    attack(writer)
    out = io.BytesIO()
    writer.write(out)
    altered = out.getvalue()
    assert altered.startswith(issued.pdf)
    PdfFileReader(io.BytesIO(altered))
    verdict = issued.check(altered, photo=issued.sample)
    assert verdict.state == "altered"
    assert "Something was added after it was signed." in verdict.sentences
    assert "Not total document signed" in pdfsig(altered, tmp_path)


def _with_a_stretched_signature(pdf: bytes) -> bytes:
    """Append another record, and the signature once more, padded so that the lengths it tells add up to the file's."""
    reader = PdfFileReader(io.BytesIO(pdf))
    (signature,) = reader.embedded_signatures
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    attached = names[names.index("result.json") + 1]["/EF"].raw_get("/F")
    record = json.loads(attached.get_object().data)
    record["photos"][0]["top"] = "nv" if record["photos"][0]["top"] != "nv" else "mel"
    data = json.dumps(record).encode()
    signed = cms.ContentInfo.load(signature.pkcs7_content).dump()
    for plain, escaped in ((b"\\", b"\\\\"), (b"(", b"\\("), (b")", b"\\)"), (b"\r", b"\\r"), (b"\n", b"\\n")):
        signed = signed.replace(plain, escaped)
    length = len(cms.ContentInfo.load(signature.pkcs7_content).dump())
    limits = b" ".join(b"%d" % int(number) for number in signature.byte_range)
    told = int(signature.byte_range[1]) + int(signature.byte_range[3])
    place = reader.root["/AcroForm"]["/Fields"][0].raw_get("/V").idnum
    before = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])

    def build(padding: int) -> bytes:
        objects = {
            attached.idnum: b"<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream" % (len(data), data),
            place: b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
            b"/ByteRange [%s] /Contents (%s%s) >>" % (limits, signed, b"0" * padding),
        }
        body, table = pdf + b"\n", b"xref\n0 1\n0000000000 65535 f \n"
        for number, text in sorted(objects.items()):
            table += b"%d 1\n%010d 00000 n \n" % (number, len(body))
            body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
        trailer = reader.trailer["/Size"], reader.trailer.raw_get("/Root").idnum, before, len(body)
        return body + table + b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % trailer

    padding = 0
    while (missing := len(build(padding)) - told - 2 * (length + padding) - 2) != 0:
        padding += missing
    return build(padding)


def test_an_update_with_a_stretched_signature_is_found(issued: Issued) -> None:
    forged = _with_a_stretched_signature(issued.pdf)
    (signature,) = PdfFileReader(io.BytesIO(forged)).embedded_signatures
    assert signature.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE, "the library believes it"
    verdict = issued.check(forged, photo=issued.sample)
    assert verdict.state == "altered"
    assert "Something was added after it was signed." in verdict.sentences


def test_a_second_signature_is_found(issued: Issued, tmp_path: Path) -> None:
    stranger = Keys(tmp_path / "stranger", MemoryKeyring()).own()
    writer = IncrementalPdfFileWriter(io.BytesIO(issued.pdf))
    out = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="Again"), stranger.engine)
    assert issued.check(out.getvalue()).state == "altered"


def test_bytes_before_and_after_are_found(issued: Issued) -> None:
    assert issued.check(b"\n" + issued.pdf).state == "altered"
    assert issued.check(issued.pdf + b"\n").state == "altered"


def test_another_reader_agrees(issued: Issued, tmp_path: Path) -> None:
    said = pdfsig(issued.pdf, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    changed = bytearray(issued.pdf)
    changed[len(changed) // 2] ^= 1
    assert "Signature is Valid" not in pdfsig(bytes(changed), tmp_path)


def test_the_signed_file_is_still_sound_and_accessible(issued: Issued, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(issued.pdf)
    outloud = shutil.which("outloud", path=sysconfig.get_path("scripts"))
    assert outloud, "the extra `test` brings it"
    said = subprocess.run([outloud, "--fail-on", "error", path], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        pytest.skip("qpdf is not installed: the file's syntax has been checked by outloud only")
    assert subprocess.run([qpdf, "--check", path], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("pdf", "state"),
    [(b"", "no-report"), (b"hello", "no-report"), (b"%PDF-1.7\nnothing", "altered"), (b"\xff\xd8\xff", "no-report")],
)
def test_what_is_no_report_is_called_that(issued: Issued, pdf: bytes, state: str) -> None:
    assert issued.check(pdf).state == state


@pytest.fixture
def letter() -> bytes:
    """A PDF of somebody else's."""
    writer, pdf = PdfFileWriter(), io.BytesIO()
    writer.insert_page(PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=(0, 0, 9, 9)))
    writer.write(pdf)
    return pdf.getvalue()


def test_another_signed_document_is_no_report_and_not_altered(issued: Issued, letter: bytes) -> None:
    terms = signers.PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha512")
    pdf = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(letter)), terms, issued.signer.engine).getvalue()
    for document in (letter, pdf, pdf + b"\n"):
        assert issued.check(document).state == "no-report"


def test_a_document_with_a_password_is_not_called_altered(issued: Issued, letter: bytes) -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(letter)))
    writer.encrypt(owner_pass="owner", user_pass="user")
    locked = io.BytesIO()
    writer.write(locked)
    verdict = issued.check(locked.getvalue())
    assert verdict.state == "no-report"
    assert "password" in verdict.sentences[1]


def test_an_unsigned_report_proves_nothing(issued: Issued) -> None:
    verdict = issued.check(issued.unsigned)
    assert (verdict.state, verdict.intact) == ("unsigned", False)


def test_the_key_is_made_once_and_encrypted(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    first = Keys(tmp_path / "signing", keyring).own()
    assert Keys(tmp_path / "signing", keyring).own().fingerprint == first.fingerprint
    pem = (tmp_path / "signing" / KEY_FILE).read_bytes()
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    with pytest.raises(TypeError):
        serialization.load_pem_private_key(pem, None)


def test_two_windows_that_sign_for_the_first_time_make_one_key(tmp_path: Path) -> None:
    keyring, together = MemoryKeyring(), threading.Barrier(2)

    def sign(_: int) -> str:
        together.wait()
        return Keys(tmp_path / "signing", keyring).own().fingerprint

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(sign, range(2))
    assert first == second == Keys(tmp_path / "signing", keyring).own().fingerprint


@pytest.mark.parametrize("keyring", [None, BrokenKeyring()])
def test_without_a_keyring_a_person_is_asked(tmp_path: Path, keyring: BrokenKeyring | None) -> None:
    asked = []

    def ask(new: bool) -> str:
        asked.append(new)
        return "correct horse"

    made = Keys(tmp_path / "signing", keyring, ask).own()
    assert Keys(tmp_path / "signing", keyring, ask).own().fingerprint == made.fingerprint
    assert asked == [True, False, False]
    with pytest.raises(UserError, match="passphrase is wrong"):
        Keys(tmp_path / "signing", keyring, lambda _new: "wrong").own()
    with pytest.raises(UserError, match="no passphrase"):
        Keys(tmp_path / "signing", keyring).own()


@pytest.mark.parametrize("passphrase", ["p\udce4ss", "x" * 1024], ids=["no text", "too long"])
def test_a_passphrase_that_cannot_be_used_is_told(tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(UserError, match="passphrase can't be used"):
        Keys(tmp_path / "signing", None, lambda _new: passphrase).own()
    assert not (tmp_path / "signing" / KEY_FILE).exists()


def test_a_person_is_asked_where_the_kept_passphrase_does_not_fit(tmp_path: Path) -> None:
    folder, keyring = tmp_path / "signing", MemoryKeyring()
    made = Keys(folder, None, lambda _new: "correct horse").own()
    keyring.set_password(SERVICE, str(folder), "of an earlier key")
    with pytest.raises(PassphraseNeededError, match="passphrase is wrong"):
        Keys(folder, keyring).own()
    assert Keys(folder, keyring, lambda _new: "correct horse").own().fingerprint == made.fingerprint


def test_a_key_that_was_moved_away_and_back_is_unlocked(tmp_path: Path) -> None:
    folder, away, keyring = tmp_path / "signing", tmp_path / "away", MemoryKeyring()
    first = Keys(folder, keyring).own()
    folder.rename(away)
    assert Keys(folder, keyring).own().fingerprint != first.fingerprint
    shutil.rmtree(folder)
    away.rename(folder)
    assert Keys(folder, keyring).own().fingerprint == first.fingerprint


def test_the_keyring_s_entry_of_an_earlier_version_still_fits(tmp_path: Path) -> None:
    folder, keyring = tmp_path / "signing", MemoryKeyring()
    made = Keys(folder, keyring).own()
    (passphrase,) = keyring.kept.values()
    keyring.kept = {(SERVICE, str(folder)): passphrase}
    assert Keys(folder, keyring).own().fingerprint == made.fingerprint


def test_reports_of_a_key_that_is_lost_stay_known(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "signing", MemoryKeyring())
    prints = set()
    for _ in range(3):
        prints.add(keys.own().fingerprint)
        (tmp_path / "signing" / KEY_FILE).unlink()
    assert keys.known() == prints


def test_a_folder_that_takes_no_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "signing" / LOCK_FILE).mkdir(parents=True)
    with pytest.raises(UserError, match="can't be used"):
        Keys(tmp_path / "signing", MemoryKeyring()).own()


def test_a_damaged_key_is_told_and_not_replaced(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    Keys(tmp_path / "signing", keyring).own()
    (tmp_path / "signing" / KEY_FILE).write_bytes(b"damaged")
    with pytest.raises(UserError, match="damaged"):
        Keys(tmp_path / "signing", keyring).own()
    assert (tmp_path / "signing" / KEY_FILE).read_bytes() == b"damaged"


def test_a_clinic_signs_with_its_own_certificate(issued: Issued, tmp_path: Path) -> None:
    key = issued.signer.engine._key  # type: ignore[attr-defined]
    certificate = load_der_x509_certificate(issued.signer.certificate)
    locked = serialization.BestAvailableEncryption(b"secret")
    (tmp_path / "clinic.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"c", key, certificate, None, locked))
    signer = load_pkcs12(tmp_path / "clinic.p12", "secret")
    assert issued.check(signer.sign(issued.unsigned, "Issued")).known
    with pytest.raises(UserError, match="can't be unlocked"):
        load_pkcs12(tmp_path / "clinic.p12", "wrong")
    with pytest.raises(UserError, match="can't be read"):
        load_pkcs12(tmp_path / "none.p12", "secret")


@pytest.mark.parametrize(
    ("days", "signs", "sentence"),
    [((-400, -35), True, "is valid from"), ((5, 365), True, "is valid from"), ((-1, 365), False, "not for signatures")],
    ids=["expired", "not yet valid", "of another purpose"],
)
def test_a_certificate_that_may_not_sign_today_is_refused(
    issued: Issued, tmp_path: Path, days: tuple[int, int], signs: bool, sentence: str
) -> None:
    key = issued.signer.engine._key  # type: ignore[attr-defined]
    name = Name([NameAttribute(NameOID.COMMON_NAME, "Clinic")])
    start, end = (datetime.now(UTC) + timedelta(days=each) for each in days)
    usage = KeyUsage(signs, False, not signs, False, False, False, False, False, False)  # signs, or encrypts keys
    builder = CertificateBuilder(name, name, key.public_key(), 1, start, end)
    certificate = builder.add_extension(usage, critical=True).sign(key, SHA256())
    pkcs = pkcs12.serialize_key_and_certificates(b"c", key, certificate, None, serialization.NoEncryption())
    (tmp_path / "clinic.p12").write_bytes(pkcs)
    with pytest.raises(UserError, match=sentence):
        load_pkcs12(tmp_path / "clinic.p12", "")


def test_signing_and_verifying_open_no_socket(issued: Issued, tmp_path: Path) -> None:
    """An event loop would open one, if only to itself; the program promises none."""
    code = """
import sys
sys.addaudithook(lambda event, _: sys.exit(f"{event}") if event.startswith("socket.") else None)
from pathlib import Path
from kndnet_desktop.core.keys import Keys
from kndnet_desktop.core.verify import verify
keys = Keys(Path("signing"), None, lambda new: "correct horse")
signed = keys.own().sign(Path("report.pdf").read_bytes(), "Issued")
assert verify(signed, keys.known()).state == "intact"
"""
    (tmp_path / "report.pdf").write_bytes(issued.unsigned)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
