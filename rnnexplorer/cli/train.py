"""`train`: make a run or go on with one, and show how it goes."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rnnexplorer import corpus as corpora
from rnnexplorer import planning, runs, worker
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import EXIT_CODES, FAILED
from rnnexplorer.cli.manage import described
from rnnexplorer.cli.options import RECIPE_OPTIONS


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
