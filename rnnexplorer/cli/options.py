"""Options that several commands share, each spelled and explained once."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from typing import Any

from rnnexplorer import recipe
from rnnexplorer.address import TEMPERATURE
from rnnexplorer.traces import MEMORIES

#: Fields of the recipe with an option of their own; cell, corpus and preset are asked for by name.
RECIPE_OPTIONS = tuple(
    field.name
    for field in dataclasses.fields(recipe.Recipe)
    if field.name not in ("cell", "corpus", "preset")
)

#: What argparse hands out: the place where a command is added.
Commands = Any


def command(
    commands: Commands,
    name: str,
    help_text: str,
    function: Callable[[argparse.Namespace], int],
    *,
    machine: bool = True,
) -> argparse.ArgumentParser:
    """A new command.

    Args:
        commands: where it is added.
        name: as it is typed.
        help_text: what it does, beginning with a verb in small letters.
        function: what it does; returns the exit code.
        machine: whether it can write JSON.
    """
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=help_text[0].upper() + help_text[1:] + "."
    )
    parser.set_defaults(command=function, json=False)
    if machine:
        parser.add_argument("--json", action="store_true", help="write JSON to standard output")
    return parser


def add_run(parser: argparse.ArgumentParser, about: str = "") -> None:
    """The run, and which of its checkpoints."""
    parser.add_argument("name", help=f"of the run{about}")
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")


#: After "of the run": what needs the signals of the whole text.
INDEXED = "; it needs an index, see `index`"


def add_layer(parser: argparse.ArgumentParser) -> None:
    """The layer, which people count from 1."""
    parser.add_argument("--layer", type=_layer, default=0, help="from 1, the default")


def _layer(text: str) -> int:
    return int(text) - 1


def positive(text: str) -> int:
    """A whole number above 0."""
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"it is {text!r}; it must be a whole number from 1 on")
    return number


def add_memory(parser: argparse.ArgumentParser) -> None:
    """In which memory a text is read."""
    parser.add_argument("--memory", choices=MEMORIES, help="default: what the run was trained for")


def add_edits(parser: argparse.ArgumentParser) -> None:
    """Interventions that act while the text is read."""
    parser.add_argument(
        "--edits", default="", help="interventions, such as 'f@4-9=1;h[3]@5*0.5' (see the README)"
    )


def add_temperature(parser: argparse.ArgumentParser) -> None:
    """How warm the draws are: as on the pages, where nothing else is asked for."""
    parser.add_argument(
        "--temperature", type=float, default=TEMPERATURE,
        help=f"of the draws; 0 takes the most probable word each time (default: {TEMPERATURE:g})",
    )  # fmt: skip


def add_truncation(parser: argparse.ArgumentParser) -> None:
    """Which words are drawn from."""
    parser.add_argument("--top-k", type=int, help="only so many most probable words")
    parser.add_argument("--top-p", type=float, help="only the fewest words holding this share")
