"""The door of the command line: `python -m rnnexplorer COMMAND`."""

import os
import sys

from rnnexplorer.cli import main
from rnnexplorer.cli.codes import DONE

if __name__ == "__main__":
    # A reader that closes the pipe (`… | head`) is no error of ours.
    try:
        sys.exit(main())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
