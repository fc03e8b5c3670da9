"""`train`: make a run or go on with one, and show how it goes."""

from __future__ import annotations

import argparse
import dataclasses
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rnnexplorer import corpus as corpora
from rnnexplorer import planning, recipe, runs, worker
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import EXIT_CODES, FAILED
from rnnexplorer.cli.manage import described
from rnnexplorer.cli.options import RECIPE_OPTIONS, Commands, command


def add(commands: Commands) -> None:
    """The command `train`."""
    parser = command(commands, "train", "train a network, or go on with a run", train)
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


def train(options: argparse.Namespace) -> int:
    """Train a new run, or go on with one."""
    if options.resume:
        _refuse_changes(options)
        run = runs.find(options.resume)
    else:
        name = options.corpus or "alice"
        corpus = corpora.load(name, progress=output.bar("downloading the book", "B"))
        cell, preset = options.cell or "lstm", options.preset or "quick"
        plan = planning.plan(cell, corpus, preset, **_changes(options))
        worker.check_device(plan.recipe)
        run = planning.start(plan, options.name)
        output.say(options, f"{run.name}: {plan.parameters:,} weights, {plan.training:,} words")
    runs.check_writable(run)
    worker.give_way()
    meter = _EpochMeter(run, options.json)
    with _interrupts_stop(run):
        status = worker.train(run, on_wait=meter.waiting, report=meter)
    meter.close()
    if options.json:
        output.write_json(described(run))
    elif status.state == "failed":
        sys.stderr.write(f"rnnexplorer: {run.name} failed: {status.message}\n")
    else:
        output.say(
            options, f"{run.name}: {status.state} after epoch {status.epoch} of {status.epochs}"
        )
    return EXIT_CODES.get(status.state, FAILED)


@contextmanager
def _interrupts_stop(run: runs.Run) -> Iterator[None]:
    """Ctrl-C asks the training to stop, so that what was reached is kept; twice breaks it off."""

    def ask(signal_number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        runs.request_stop(run)
        sys.stderr.write("\nstopping; press Ctrl-C again to break off at once\n")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _changes(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of the recipe that were given on the command line."""
    return {name: getattr(options, name) for name in RECIPE_OPTIONS if name in options}


def _refuse_changes(options: argparse.Namespace) -> None:
    """A run goes on as it began: what it is asked for cannot be asked differently half-way."""
    named = [name for name in ("cell", "corpus", "preset", "name") if getattr(options, name)]
    given = [*named, *_changes(options)]
    if given:
        option = "--" + given[0].replace("_", "-")
        raise ValueError(f"{option} cannot change a run that goes on; leave it out, or start anew")


class _EpochMeter:
    """Progress of a training: a bar on a terminal, a line an epoch elsewhere."""

    def __init__(self, run: runs.Run, quiet: bool) -> None:
        from tqdm import tqdm

        self.terminal = sys.stderr.isatty() and not quiet
        self.quiet, self.seen = quiet, -1
        self.bar = tqdm(
            total=run.recipe.epochs, unit="epoch", disable=not self.terminal, dynamic_ncols=True
        )

    def waiting(self, ahead: runs.Run | None) -> None:
        """Another training has the turn."""
        name = f" for {ahead.name}" if ahead else ""
        if self.terminal:
            self.bar.set_description(f"waiting{name}")

    def __call__(self, report: Any) -> None:
        """An epoch or a part of one is done."""
        if report.loss is None or report.epoch == self.seen:
            return
        self.seen = report.epoch
        losses = {"loss": f"{report.loss:.3f}"}
        if report.held_out_loss is not None:
            losses["held out"] = f"{report.held_out_loss:.3f}"
        self.bar.set_description("training")
        self.bar.set_postfix(losses)
        self.bar.n = report.epoch
        self.bar.refresh()
        if not self.terminal and not self.quiet:
            numbers = ", ".join(f"{name} {value}" for name, value in losses.items())
            sys.stderr.write(f"epoch {report.epoch}/{report.epochs}: {numbers}\n")

    def close(self) -> None:
        """Leave the terminal as it was."""
        self.bar.close()
