"""Which shared libraries Qt wants from a Linux distribution, and how each distribution names them."""

from __future__ import annotations

import platform
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


def missing_libraries(display: bool, loads: Callable[[str], bool]) -> list[Library]:
    """Lists the libraries that the loader does not find.

    Args:
        display: True to ask for what a window under X11 needs as well.
        loads: says whether the loader finds a library of that name.
    """
    wanted = ALWAYS + DISPLAY if display else ALWAYS
    return [library for library in wanted if not loads(library.soname)]


def install_missing(
    *,
    display: bool,
    loads: Callable[[str], bool],
    allowed: bool,
    which: Callable[[str], str | None],
    call: Callable[..., int],
    quiet: Callable[..., bool],
    say: Callable[[str], None],
    root: bool,
) -> str:
    """Installs what is missing where that is allowed and simple (apt as root or with sudo that asks nothing).

    Returns:
        An empty string when nothing is missing any more, else one sentence with the exact command to type.
    """
    missing = missing_libraries(display, loads)
    if not missing:
        return ""
    manager = next((name for name, (program, _) in MANAGERS.items() if which(program)), None)
    if manager is None:
        names = ", ".join(library.soname for library in missing)
        return f"Qt needs shared libraries that {platform.system()} does not have here: {names}."
    packages = sorted({getattr(library, manager) for library in missing})
    install = f"{MANAGERS[manager][1]} {' '.join(packages)}"
    prefix = [] if root else ["sudo"]
    by_hand = " ".join([*prefix, install])
    if manager == "apt" and allowed and (root or (which("sudo") and quiet("sudo", "--non-interactive", "true"))):
        say(f"Qt needs {len(packages)} packages of the system; running: {by_hand}")
        environment = {"DEBIAN_FRONTEND": "noninteractive"}
        call(*prefix, "apt-get", "update", "--quiet", "--quiet", **environment)
        call(*prefix, *install.split(), "--quiet", "--quiet", **environment)
        if not missing_libraries(display, loads):
            return ""
    return f"Qt needs a few libraries of the system; install them with this command and run this again: {by_hand}"
