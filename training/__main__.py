"""The command line: `python -m training COMMAND RECIPE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kndnet_desktop.core.errors import UserError

COMMANDS = {
    "prepare": "check the data, decode every picture once",
    "train": "train on the labels",
    "teacher": "the same, for a teacher's recipe",
    "distill": "ask the teachers about stored views, then train the student on their answers",
    "export": "write the model folder and check it against torch",
    "others": "gather pictures that are not from a dermatoscope, for the gate",
    "calibrate": "fit all of the model folder's card that is fitted to answers: temperature, sets, referral, gate ...",
    "evaluate": "measure the model folder",
    "quantise": "write an int8 copy for small devices, and measure it",
    "judge": "measure the gate and the quality flags of the installed student's card",
    "install": "copy the model folder to where the app looks",
    "compare": "say whether the runs of two recipes differ by more than chance",
    "reproduce": "all of it, from the raw data to a measured model folder",
    "results": "write training/RESULTS.md from every measurement so far",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if all went well, 2 where a person has to mend something."""
    listed = "\n".join(f"  {name:10} {text}" for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description="Train, export and measure KNDNet's networks.",
        epilog=f"commands:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=list(COMMANDS), metavar="COMMAND")
    parser.add_argument("recipe", type=Path, nargs="?", help="a file of training/configs/")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of the run folders")
    parser.add_argument(
        "--release", action="store_true", help="evaluate, compare, quantise, judge: look at the test pictures, once"
    )
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[], metavar="N", help="distill, compare: runs NAME-N, one for each seed"
    )
    parser.add_argument("--against", type=Path, help="compare: the recipe of the other run")
    parser.add_argument("--to", type=Path, help="install: the destination, resources/models/ROLE by default")
    options = parser.parse_args(arguments)
    try:
        # Imported late: torch takes seconds, and --help should not.
        from training import commands

        commands.run(**vars(options))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. The same command goes on from the last whole epoch.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
