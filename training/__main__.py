"""The command line: `python -m training COMMAND RECIPE`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kndnet_desktop.core.errors import UserError


def main() -> int:
    """Run one command; 0 if all went well, 2 where a person has to mend something."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("command", choices=["prepare", "train"])
    parser.add_argument("recipe", type=Path, help="a file of training/configs/")
    options = parser.parse_args()
    try:
        # Imported late: torch takes seconds, and --help should not.
        from training import config, data, fit

        recipe = config.load(options.recipe)
        if options.command == "prepare":
            pictures = data.prepare(recipe.data)
            print(f"{len(pictures)} pictures are ready in {recipe.data.cache}.")
        elif options.command == "train":
            print(f"Trained: {fit.fit(recipe)}")
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
