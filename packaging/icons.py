"""Draws the program's icon in the form that Windows and macOS want."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

SIDES = (16, 24, 32, 48, 64, 128, 256)


def draw_icon(svg: Path, target: Path) -> None:
    """Write an icon.

    Args:
        svg: The drawing, square.
        target: The file, ``.ico`` or ``.icns``.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])  # fonts and painters need it
    image = QImage(1024, 1024, QImage.Format.Format_RGBA8888)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    picture = Image.frombuffer("RGBA", (1024, 1024), bytes(image.constBits()))
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix == ".ico":
        picture.save(target, sizes=[(side, side) for side in SIDES])
    else:
        picture.save(target)
    del application
