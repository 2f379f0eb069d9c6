"""Where the frozen program starts: called as `kndnet` it is the command line, by any other name the window."""

import sys
from pathlib import Path

if Path(sys.argv[0]).stem.lower() == "kndnet":
    from kndnet_desktop.cli import main
else:
    from kndnet_desktop.__main__ import main

sys.exit(main())
