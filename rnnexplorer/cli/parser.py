"""The commands, their options and their help."""

from __future__ import annotations

import argparse
import dataclasses
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnnexplorer import jobs, recipe
from rnnexplorer.address import TEMPERATURE, WORDS_WRITTEN
from rnnexplorer.cli import (
    dose,
    find,
    index,
    ledger,
    manage,
    memorised,
    over_time,
    read,
    space,
    units,
)
from rnnexplorer.cli.options import RECIPE_OPTIONS
from rnnexplorer.cli.train import train
from rnnexplorer.cli.tree import tree
from rnnexplorer.measures.dose import DOSES
from rnnexplorer.traces import MEMORIES


def parser_of_commands() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="python -m rnnexplorer",
        description="Train recurrent networks on a text and look inside them.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_train(commands)
    _add_runs(commands)
    _add_generate(commands)
    _add_trace(commands)
    _add_tree(commands)
    _add_index(commands)
    _add_units(commands)
    _add_find(commands)
    _add_over_time(commands)
    _add_dose(commands)
    _add_ledger(commands)
    _add_memorised(commands)
    _add_space(commands)
    app = _command(commands, "app", "open the app in a browser", _app, machine=False)
    app.add_argument("--port", type=int, help="of the server (default: Streamlit's)")
    return parser


def _command(
    commands: Any,
    name: str,
    help_text: str,
    function: Callable[[argparse.Namespace], int],
    *,
    machine: bool = True,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=help_text[0].upper() + help_text[1:] + "."
    )
    parser.set_defaults(command=function, json=False)
    if machine:
        parser.add_argument("--json", action="store_true", help="write JSON to standard output")
    return parser


def _add_train(commands: Any) -> None:
    parser = _command(commands, "train", "train a network, or go on with a run", train)
    parser.add_argument("--cell", choices=recipe.CHOICES["cell"], help="default: lstm")
    parser.add_argument("--corpus", help="alice, tale or the path of a text file (default: alice)")
    parser.add_argument("--preset", choices=list(recipe.PRESETS), help="default: quick")
    parser.add_argument("--name", help="of the run (default: made from corpus, cell and preset)")
    parser.add_argument("--resume", metavar="NAME", help="go on with this run where it stopped")
    group = parser.add_argument_group("recipe", "what differs from the preset")
    for field in dataclasses.fields(recipe.Recipe):
        if field.name in RECIPE_OPTIONS:
            _add_recipe_option(group, field)


def _add_recipe_option(group: Any, field: dataclasses.Field[Any]) -> None:
    kind = str(field.type)
    option = "--" + field.name.replace("_", "-")
    # What is not given is not there: `None` is a value of some fields.
    default = argparse.SUPPRESS
    if kind == "bool":
        group.add_argument(option, action=argparse.BooleanOptionalAction, default=default)
    elif field.name in recipe.CHOICES:
        group.add_argument(option, choices=recipe.CHOICES[field.name], default=default)
    else:
        low, high = recipe.BOUNDS[field.name]
        optional = " | None" in kind
        hint = f"{low:g} to {high:g}" + (", or none" if optional else "")
        read = _number(int if kind.startswith("int") else float, optional)
        group.add_argument(option, type=read, help=hint, default=default, metavar="N")


def _number(kind: Callable[[str], float], optional: bool) -> Callable[[str], float | None]:
    def number(text: str) -> float | None:
        return None if optional and text == "none" else kind(text)

    return number  # argparse names it in "invalid number value"


def _add_runs(commands: Any) -> None:
    parser = commands.add_parser("runs", help="list, show, stop, rename or delete runs")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    _command(actions, "list", "list all runs", manage.list_all)
    for name, help_text, function in (
        ("show", "show one run", manage.show_run),
        ("stop", "stop a waiting or running training", manage.stop_run),
        ("rename", "give a run another name", manage.rename_run),
        ("delete", "delete a run and its checkpoints", manage.delete_run),
    ):
        action = _command(actions, name, help_text, function)
        action.add_argument("name")
        if name == "rename":
            action.add_argument("new_name")


def _add_generate(commands: Any) -> None:
    parser = _command(commands, "generate", "write on after a prompt", read.generate)
    parser.add_argument("name", help="of the run")
    parser.add_argument("--prompt", required=True)
    parser.add_argument("--words", type=int, default=20, help="how many to write (default: 20)")
    _add_reading(parser)


def _add_trace(commands: Any) -> None:
    parser = _command(commands, "trace", "save every signal over a text as .npz", read.trace)
    parser.add_argument("name", help="of the run")
    parser.add_argument("--text", required=True)
    parser.add_argument("--out", required=True, help="file to write, .npz")
    parser.add_argument(
        "--words", type=int, default=0, help="how many the network writes after it (default: 0)"
    )
    _add_reading(parser)


def _add_tree(commands: Any) -> None:
    parser = _command(commands, "tree", "show the ways in which a network may go on", tree)
    parser.add_argument("name", help="of the run")
    parser.add_argument("--text", required=True)
    parser.add_argument("--depth", type=int, default=3, help="words ahead (default: 3)")
    parser.add_argument("--breadth", type=int, default=3, help="words at each place (default: 3)")
    parser.add_argument("--leaves", type=int, default=20, help="most ends (default: 20)")
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")
    parser.add_argument("--memory", choices=MEMORIES, help="default: what the run was trained for")
    parser.add_argument(
        "--temperature", type=float, default=1.0, help="1, the default, is the network's own"
    )
    parser.add_argument("--top-k", type=int)
    parser.add_argument("--top-p", type=float)


def _add_index(commands: Any) -> None:
    parser = _command(
        commands, "index", "read all of a run's text and keep every signal", index.make_index
    )
    parser.add_argument("name", help="of the run")
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")
    parser.add_argument(
        "--every-epoch", action="store_true", help="all checkpoints, that of --epoch first"
    )


def _add_units(commands: Any) -> None:
    parser = _command(commands, "units", "show what each unit does and is worth", units.show_units)
    parser.add_argument("name", help="of the run; it needs an index, see `index`")
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")
    parser.add_argument("--layer", type=_layer, default=0, help="from 1, the default")
    parser.add_argument("--unit", type=int, help="everything about this one, counted from 0")


def _add_over_time(commands: Any) -> None:
    parser = _command(
        commands, "over-time", "show every checkpoint in a few numbers", over_time.over_time
    )
    parser.add_argument("name", help="of the run")


def _add_find(commands: Any) -> None:
    parser = _command(
        commands, "find", "find where else the same units are on, or some words", find.find
    )
    parser.add_argument("name", help="of the run; it needs an index, see `index`")
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")
    parser.add_argument("--text", help="words to take the pattern from")
    parser.add_argument("--span", help="its steps, such as 4-9 (default: all of the text)")
    parser.add_argument("--signal", help="default: what the cell carries on, C or h")
    parser.add_argument("--layer", type=_layer, default=0, help="from 1, the default")
    parser.add_argument(
        "--threshold", type=float, default=0.3, help="from where on a unit is on (default: 0.3)"
    )
    parser.add_argument("--off-before", action="store_true", help="off at the word before")
    parser.add_argument("--off-after", action="store_true", help="off at the word after")
    parser.add_argument("--sought", help="words instead, * for any one, or /an expression/")
    parser.add_argument("--count", type=int, default=20, help="places shown (default: 20)")


def _add_dose(commands: Any) -> None:
    parser = _command(
        commands, "dose", "sweep one signal of one unit and see what the next word does", dose.dose
    )
    parser.add_argument("name", help="of the run")
    parser.add_argument("--text", required=True)
    parser.add_argument("--unit", type=int, required=True)
    parser.add_argument("--signal", default="h", help="default: h")
    parser.add_argument("--step", type=int, help="from 0 (default: the last word)")
    parser.add_argument("--layer", type=_layer, default=0, help="from 1, the default")
    parser.add_argument("--add", action="store_true", help="add the dose; without, it is the value")
    parser.add_argument("--from", dest="low", type=float, help="default: the signal's own range")
    parser.add_argument("--to", dest="high", type=float)
    parser.add_argument("--doses", type=int, default=DOSES, help=f"how many (default: {DOSES})")
    parser.add_argument(
        "--later", type=int, default=0, help="read the response so many words later (default: 0)"
    )
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")
    parser.add_argument("--memory", choices=MEMORIES, help="default: what the run was trained for")
    parser.add_argument("--edits", default="", help="interventions that act throughout")


def _add_ledger(commands: Any) -> None:
    parser = _command(
        commands, "ledger", "show what each word kept and wrote in the cell", ledger.ledger
    )
    parser.add_argument("name", help="of the run, an LSTM or a GRU")
    parser.add_argument("--text", required=True)
    parser.add_argument("--unit", type=int, help="from 0 (default: all units together)")
    parser.add_argument("--layer", type=_layer, default=0, help="from 1, the default")
    parser.add_argument(
        "--step", type=int, help="whose content is split by the word that wrote it (default: last)"
    )
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")
    parser.add_argument("--memory", choices=MEMORIES, help="default: what the run was trained for")


def _add_memorised(commands: Any) -> None:
    parser = _command(
        commands, "memorised", "tell how much of its text a network recites", memorised.memorised
    )
    parser.add_argument("name", help="of the run")
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")
    parser.add_argument(
        "--temperature", type=float, default=TEMPERATURE,
        help=f"of the texts that may be new (default: {TEMPERATURE:g})",
    )  # fmt: skip
    parser.add_argument("--text", help="words to go on from, and to look for in the training text")
    parser.add_argument(
        "--words", type=int, default=WORDS_WRITTEN,
        help=f"how many it writes after them (default: {WORDS_WRITTEN})",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1, help="of the words after --text")


def _add_space(commands: Any) -> None:
    parser = _command(
        commands, "space", "find where the words of a text lie in the space of states", space.walk
    )
    parser.add_argument("name", help="of the run; it needs an index, see `index`")
    parser.add_argument("--text", required=True)
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")
    parser.add_argument("--signal", default="h", help="h, the default, or c of an LSTM")
    parser.add_argument("--layer", type=_layer, default=0, help="from 1, the default")
    parser.add_argument("--dimensions", type=int, choices=(2, 3), default=2, help="default: 2")
    parser.add_argument("--other", metavar="RUN", help="a second run, turned onto the first")
    parser.add_argument("--other-epoch", type=int, help="its checkpoint (default: the last)")
    parser.add_argument("--other-text", help="a second text, on the same axes")


def _layer(text: str) -> int:
    """Counted from 1 for people."""
    return int(text) - 1


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--epoch", type=int, help="checkpoint (default: the last)")
    parser.add_argument("--memory", choices=MEMORIES, help="default: what the run was trained for")
    parser.add_argument("--temperature", type=float, default=0.0, help="0 is greedy (default)")
    parser.add_argument("--top-k", type=int)
    parser.add_argument("--top-p", type=float)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--edits", default="", help="interventions, such as 'f@4-9=1;h[3]@5*0.5' (see the README)"
    )


def _app(options: argparse.Namespace) -> int:
    app = Path(__file__).resolve().parents[2] / "app.py"
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    if options.port:
        command += ["--server.port", str(options.port)]
    return subprocess.call(command, cwd=app.parent, env=jobs.environment())
