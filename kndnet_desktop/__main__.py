"""The window's door: ``kndnet-desktop`` or ``python -m kndnet_desktop``."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kndnet_desktop import __version__, paths


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the program.

    Args:
        arguments: The words after the program's name; those of the process if None.

    Returns:
        The process's exit code.
    """
    options = _parser().parse_args(arguments)
    if options.self_test:
        from kndnet_desktop.selftest import run_self_test

        return 0 if run_self_test() else 1
    if sys.platform == "win32":
        # Loaded after Qt, its DLL has failed to initialise there (microsoft/onnxruntime#26127). Elsewhere the window
        # comes first and the models follow in a thread.
        import onnxruntime  # noqa: F401
    if _no_display():
        print(
            "kndnet-desktop: There is no display here, so the window can't be shown. "
            "Use “kndnet classify” in the terminal.",
            file=sys.stderr,
        )
        return 2
    from kndnet_desktop.app import App

    settings = options.settings or paths.settings_file()
    pictures = [Path(path).absolute() for path in options.paths]
    if options.screenshot:
        from kndnet_desktop.screenshot import take

        with tempfile.TemporaryDirectory() as runs:
            app = App(sys.argv[:1], settings, Path(runs), options.theme)
            return take(app, pictures, options.screenshot, options.show)
    return App(sys.argv[:1], settings, paths.runs_folder(), options.theme).run(pictures)


def _no_display() -> bool:
    """Return whether Qt would abort for want of a screen, which it does with ten lines and a core dump."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform == "linux" and not any(os.environ.get(name) for name in named)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kndnet-desktop", description="Look at dermatoscope photos in a window.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="photos or folders to open")
    parser.add_argument("--version", action="version", version=f"KNDNet Desktop {__version__}")
    parser.add_argument("--theme", choices=("system", "light", "dark"), help="theme for this run only")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="keep the settings in this file")
    parser.add_argument("--self-test", action="store_true", help="check everything on this computer and leave")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save a picture of the window and leave")
    parser.add_argument(
        "--show",
        choices=("answer", "frame", "batch", "about"),
        default="answer",
        help="what the screenshot shows (default: answer)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
