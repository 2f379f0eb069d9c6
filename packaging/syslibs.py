"""Which shared libraries Qt wants from a Linux distribution, and how each distribution names them."""

from __future__ import annotations

import ctypes
import shutil
from collections.abc import Callable
from typing import NamedTuple


class Library(NamedTuple):
    """A shared library and the package that holds it, by package manager."""

    soname: str
    apt: str
    dnf: str
    pacman: str
    zypper: str


# Needed even without a display: `import PySide6.QtGui` fails without them.
ALWAYS = (
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd", "libglvnd"),
    Library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd", "libglvnd"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig", "libfontconfig1"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
)

# Needed to open a window under X11. The other XCB parts come with these as dependencies.
DISPLAY = (
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1"),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0"),
    Library(
        "libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11", "libxkbcommon-x11-0"
    ),
)

MANAGERS = {
    "apt": ("apt-get", "apt-get install --yes --no-install-recommends"),
    "dnf": ("dnf", "dnf install --assumeyes"),
    "pacman": ("pacman", "pacman -S --needed --noconfirm"),
    "zypper": ("zypper", "zypper --non-interactive install"),
}


def loads(soname: str) -> bool:
    """True when the system's loader finds the shared library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_libraries(*, display: bool, loads: Callable[[str], bool] = loads) -> list[Library]:
    """Lists the libraries that the loader does not find.

    Args:
        display: True to ask for what a window under X11 needs as well.
        loads: says whether the loader finds a library of that name.
    """
    wanted = ALWAYS + DISPLAY if display else ALWAYS
    return [library for library in wanted if not loads(library.soname)]


def install_command(missing: list[Library], *, root: bool, which: Callable[[str], str | None] = shutil.which) -> str:
    """The exact command that installs the libraries here; an empty string when no known package manager is found."""
    for name, (program, install) in MANAGERS.items():
        if which(program):
            packages = sorted({getattr(library, name) for library in missing})
            return " ".join([*([] if root else ["sudo"]), install, *packages])
    return ""
