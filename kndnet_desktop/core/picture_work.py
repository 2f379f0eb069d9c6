"""What is done with one picture of a run, in whichever thread or on whichever computer."""

import io
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from kndnet_desktop.core.batch import Case, look
from kndnet_desktop.core.errors import UserError, reason
from kndnet_desktop.core.examine import Models
from kndnet_desktop.core.explain import HeatPainter, grad_cam
from kndnet_desktop.core.files import sha256_of, write_whole
from kndnet_desktop.core.images import read_bytes, read_image
from kndnet_desktop.core.journal import Entry, Stamp
from kndnet_desktop.core.records import CaseResult

HEAT_MAP_SIZE = (600, 800)  # height and width in pixels that a saved heat map has at least, if the photo has them
STEADY_TRIES = 3
STEADY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one picture.

    Attributes:
        id: Its row.
        stamp: The file's stamp when it was read, or None if it could not be looked at.
        result: Its result, or None if another picture has the same bytes.
        owner: The row of that other picture.
        digest: The SHA-256 of the bytes that both had when they were read.
    """

    id: int
    stamp: Stamp | None
    result: CaseResult | None
    owner: int | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class PictureWork:
    """Reads and classifies pictures of one folder, and saves their heat maps if that is asked for.

    Attributes:
        folder: The folder of the run.
        models: Who is asked.
        mode: Calibration mode.
        heat_maps: The folder to which heat maps go, or None for none.
        device: Number of the file system that the folder lay on when the run began: where it is another now, the
            drive was lost.
        claims: SHA-256 to the row that answers for those bytes, filled by all who share this object; None where
            each picture is computed on its own.
        painter: Paints heat maps, if there are to be any.
        steady: Whether to find out how far each answer moves under small changes.
    """

    folder: Path
    models: Models
    mode: str
    heat_maps: Path | None
    device: int
    claims: dict[bytes, int] | None = None
    painter: HeatPainter | None = None
    steady: bool = False

    def __call__(self, entry: Entry) -> Found:
        """Do everything for one picture.

        Raises:
            UserError: If the run can't go on at all: the folder of the pictures is gone, or no heat map can be saved.
        """
        start = time.perf_counter()
        path = self.folder / entry.path
        stamp = None
        try:
            stamp = Stamp.of(path)
            data, stamp = _read_steady(path, stamp)
        except (UserError, OSError, ValueError) as error:  # the last for a name that none can have
            self.check_drive()
            sentence = str(error) if isinstance(error, UserError) else str(_why(path))
            milliseconds = round((time.perf_counter() - start) * 1000, 2)
            return Found(entry.id, stamp, CaseResult(str(path), None, "error", sentence, milliseconds=milliseconds))
        if self.claims is not None:
            # One operation, so that of two threads with the same bytes exactly one answers for them.
            digest = sha256_of(data)
            owner = self.claims.setdefault(bytes.fromhex(digest), entry.id)
            if owner != entry.id:
                return Found(entry.id, stamp, None, owner, digest)
        try:
            case = next(look(data, str(path), self.models, self.mode, steady=self.steady))
            if self.heat_maps and self.painter and case.result.prediction:  # a refused photo has none
                self._save_heat_map(case, data, self.heat_maps, self.painter)
            result = case.result
        except UserError:
            raise
        except Exception as error:
            # A night's run must not end for one file, whatever it holds; that we failed it is said, and is a bug.
            sentence = f"The program failed on this picture ({type(error).__name__}). Please report it."
            result = CaseResult(str(path), sha256_of(data), "error", sentence)
        return Found(entry.id, stamp, result)

    def forget(self, digest: bytes) -> None:
        """Let no row answer for these bytes any more, because its file holds others now."""
        if self.claims is not None:
            self.claims.pop(digest, None)

    def check_drive(self) -> None:
        """Make sure that the pictures' folder is still there.

        Raises:
            UserError: If its drive is gone, or another has taken its place.
        """
        try:
            lost = self.folder.stat().st_dev != self.device
        except OSError:
            lost = True
        if lost:
            raise UserError(
                f"The folder “{self.folder.name}” can't be reached any more.",
                "What was done so far is safe; connect the drive again and resume the run.",
            )

    def _save_heat_map(self, case: Case, data: bytes, folder: Path, painter: HeatPainter) -> None:
        assert case.picture, "an examination is of a picture"
        assert case.examination, "there is something to explain"
        seen, picture = case.examination, case.picture
        if picture.image.width < picture.width:
            picture = read_image(data, HEAT_MAP_SIZE)
        scale = picture.image.width / case.picture.image.width, picture.image.height / case.picture.image.height
        left, top, right, bottom = seen.box
        box = left * scale[0], top * scale[1], right * scale[0], bottom * scale[1]
        heat = grad_cam(seen.cams, self.models.main.card.codes.index(seen.prediction.top))
        save_jpeg(painter.blend(picture.image, heat, box), folder / heat_map_name(case.result))


def heat_map_name(result: CaseResult) -> str:
    """Return the file name of a result's heat map: by content, so that equal names from two folders keep one each."""
    assert result.prediction, "only an answer has a heat map"
    return f"{result.sha256}-{result.prediction.top}.jpg"


def save_jpeg(image: Image.Image, path: Path) -> None:
    """Save a picture whole.

    Raises:
        UserError: If it can't be saved.
    """
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    try:
        write_whole(path, buffer.getvalue())
    except OSError as error:
        raise cannot_save(path.parent, reason(error)) from error


def cannot_save(folder: Path, reason: str) -> UserError:
    """Return the error of a folder of results that takes no more."""
    return UserError(
        f"The results can't be saved in “{folder.name}”: {reason.lower()}.",
        "What was done so far is safe; mend that and resume the run.",
    )


def _read_steady(path: Path, before: Stamp) -> tuple[bytes, Stamp]:
    """Read a file that nobody changes meanwhile.

    Raises:
        UserError: If it can't be read or goes on changing.
        OSError: If it vanishes.
    """
    for _ in range(STEADY_TRIES):
        data = read_bytes(path)
        after = Stamp.of(path)
        if after == before and len(data) == after.size:
            return data, after
        before = after
        time.sleep(STEADY_SECONDS)
    raise UserError("This file was being changed while it was read.", "Run it again when it is complete.")


def _why(path: Path) -> UserError:
    """Return the loader's own sentence on a file that can't be looked at."""
    try:
        read_bytes(path)
    except UserError as error:
        return error
    return UserError("This file was replaced while it was read.", "Run it again.")
