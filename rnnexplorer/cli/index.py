"""`index`: read all of a run's text and keep every signal of it, at one epoch or at all."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from rnnexplorer import index, planning, runs, surveying, tasks, worker
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE, STOPPED
from rnnexplorer.cli.options import Commands, add_run, command
from rnnexplorer.corpus import Corpus
from rnnexplorer.index import Index
from rnnexplorer.surveying import Tell


def add(commands: Commands) -> None:
    """The command `index`."""
    parser = command(
        commands, "index", "read all of a run's text and keep every signal", make_index
    )
    add_run(parser)
    parser.add_argument(
        "--every-epoch", action="store_true", help="all checkpoints, that of --epoch first"
    )


def make_index(options: argparse.Namespace) -> int:
    """Index a checkpoint, or all of them, then study its units."""
    run = runs.find(options.name)
    epoch = runs.kept_epoch(run, options.epoch)
    corpus = planning.corpus_of(run)
    worker.give_way()
    try:
        if options.every_epoch:
            others = [kept for kept in runs.checkpoints(run) if kept != epoch]
            made = _every(run, corpus, [epoch, *others], options)
        else:
            with tasks.telling(run, epoch) as tell:
                made = [surveying.survey(run, corpus, epoch, tell)]
    except tasks.Cancelled:
        output.say(options, f"{run.name}: cancelled")
        return STOPPED
    if options.json:
        told = [_told(run, one) for one in made]
        output.write_json(told if options.every_epoch else told[0])
    for one in made:
        folder = index.folder(run, one.epoch)
        output.say(options, f"{run.name}, epoch {one.epoch}: {len(one):,} words in {folder}")
    return DONE


def _every(
    run: runs.Run, corpus: Corpus, epochs: Sequence[int], options: argparse.Namespace
) -> list[Index]:
    """One checkpoint after the other; both the task of all and that of each tell how far it is.

    One that another process is busy with is left to it, and one that is cancelled alone is left
    out: only who cancels all of them ends the others.
    """
    made = []
    with tasks.telling(run, None) as tell_all:
        for number, epoch in enumerate(epochs):

            def all_of_it(phase: str, done: int, total: int, number: int = number) -> None:
                told = f"epoch {epochs[number]}, {number + 1} of {len(epochs)}: {phase}"
                tell_all(told, number * total + done, len(epochs) * total)

            try:
                made.append(_one(run, corpus, epoch, all_of_it))
            except tasks.Busy as error:
                output.say(options, f"epoch {epoch} is left out: {error}")
            except tasks.Cancelled:
                if tasks.is_cancelled(run, None):
                    raise
                output.say(options, f"epoch {epoch} is left out: cancelled")
    return made


def _one(run: runs.Run, corpus: Corpus, epoch: int, also: Tell) -> Index:
    with tasks.telling(run, epoch) as tell:

        def both(phase: str, done: int, total: int) -> None:
            tell(phase, done, total)
            also(phase, done, total)

        return surveying.survey(run, corpus, epoch, both)


def _told(run: runs.Run, made: Index) -> dict[str, Any]:
    folder = index.folder(run, made.epoch)
    return {"run": run.name, "epoch": made.epoch, "words": len(made), "folder": str(folder)}
