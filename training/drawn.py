"""Drawn pictures of seven kinds, in the layout of HAM10000: enough to run the whole chain without any patient's data.

They resemble lesions no more than their names say; nothing that is learned from them is of use on skin.
"""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np

from kndnet_desktop.core.images import Pixels
from training.data import CODES

#: Colour of the blob, its count and whether it has a rim: what tells the kinds apart.
_KINDS = {
    "akiec": ((200, 120, 110), 6, False),
    "bcc": ((225, 150, 160), 1, True),
    "bkl": ((150, 110, 70), 4, False),
    "df": ((190, 150, 120), 1, True),
    "mel": ((50, 35, 35), 3, True),
    "nv": ((120, 70, 45), 1, False),
    "vasc": ((150, 20, 40), 2, False),
}


def draw(code: str, seed: int, height: int = 96, width: int = 128) -> Pixels:
    """Draw one picture of a kind: uint8 [height, width, 3]."""
    rng = np.random.default_rng((seed, CODES.index(code)))
    colour, count, rim = _KINDS[code]
    image = np.full((height, width, 3), (225, 185, 165), np.uint8)
    for _ in range(count):
        centre = (int(width * rng.uniform(0.35, 0.65)), int(height * rng.uniform(0.35, 0.65)))
        axes = (int(width * rng.uniform(0.1, 0.2)), int(height * rng.uniform(0.12, 0.22)))
        shade = tuple(int(np.clip(value + rng.integers(-12, 13), 0, 255)) for value in colour)
        cv2.ellipse(image, centre, axes, float(rng.uniform(0, 180)), 0, 360, shade, -1, cv2.LINE_AA)
        if rim:
            cv2.ellipse(image, centre, axes, 0, 0, 360, (90, 60, 60), 2, cv2.LINE_AA)
    noisy = cv2.GaussianBlur(image, (5, 5), 0) + rng.normal(0, 4, image.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def write_data_set(root: Path, lesions: int = 12, height: int = 96, width: int = 128) -> None:
    """Write a data set in the Kaggle layout, with its own table of folds.

    Args:
        root: folder to make.
        lesions: per kind; every third has two pictures.
        height: of the pictures, in pixels.
        width: of the pictures, in pixels.
    """
    folder = root / "HAM10000_images_part_1"
    folder.mkdir(parents=True, exist_ok=True)
    lines, folds = [], []
    for code in CODES:
        for lesion in range(lesions):
            for view in range(2 if lesion % 3 == 0 else 1):
                name = f"DRAWN_{code}_{lesion:03}_{view}"
                pixels = draw(code, 10 * lesion + view, height, width)
                cv2.imwrite(str(folder / f"{name}.jpg"), pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
                lines.append({"lesion_id": f"{code}_{lesion:03}", "image_id": name, "dx": code})
                folds.append({"image_id": name, "fold": lesion % 5, "inner": int(lesion % 5 == 1)})
    for path, rows in ((root / "HAM10000_metadata.csv", lines), (root / "splits.csv", folds)):
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
