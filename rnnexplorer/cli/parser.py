"""The commands, in the order in which their help lists them."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from rnnexplorer import jobs
from rnnexplorer.cli import (
    dose,
    exercise,
    expansion,
    find,
    forgetting,
    index,
    influence,
    lag,
    ledger,
    manage,
    memorised,
    over_time,
    probe,
    read,
    space,
    train,
    tree,
    units,
)
from rnnexplorer.cli.options import command

#: Every module of a command or two; each adds its own.
MODULES = (
    train, manage, read, index, units, find, ledger, space, influence, forgetting, lag, probe, dose,
    tree, memorised, over_time, expansion, exercise,
)  # fmt: skip


def parser_of_commands() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="python -m rnnexplorer",
        description="Train recurrent networks on a text and look inside them.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in MODULES:
        module.add(commands)
    app = command(commands, "app", "open the app in a browser", _app, machine=False)
    app.add_argument("--port", type=int, help="of the server (default: Streamlit's)")
    return parser


def _app(options: argparse.Namespace) -> int:
    app = Path(__file__).resolve().parents[2] / "app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    if options.port:
        command += ["--server.port", str(options.port)]
    return subprocess.call(command, cwd=app.parent, env=jobs.environment())
