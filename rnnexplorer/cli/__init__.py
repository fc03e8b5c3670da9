"""The command line, behind `python -m rnnexplorer`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rnnexplorer.cli.codes import BAD_INPUT, STOPPED
from rnnexplorer.cli.parser import parser_of_commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: of the command line; None takes those of the process.

    Returns:
        The exit code, see `codes`.
    """
    options = parser_of_commands().parse_args(arguments)
    try:
        code: int = options.command(options)
    except BrokenPipeError:
        raise  # a reader that has enough, see `__main__`
    except (ValueError, OSError) as error:
        sys.stderr.write(f"rnnexplorer: {error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        return STOPPED
    return code
