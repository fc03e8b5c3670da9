"""`index`: read all of a run's text and keep every signal of it."""

from __future__ import annotations

import argparse

from rnnexplorer import index, planning, runs, surveying, tasks, worker
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE, STOPPED


def make_index(options: argparse.Namespace) -> int:
    """Index a checkpoint, then study its units."""
    run = runs.find(options.name)
    epoch = runs.kept_epoch(run, options.epoch)
    corpus = planning.corpus_of(run)
    worker.give_way()
    try:
        with tasks.telling(run, epoch) as tell:
            made = surveying.survey(run, corpus, epoch, tell)
    except tasks.Cancelled:
        output.say(options, f"{run.name}: cancelled")
        return STOPPED
    folder = index.folder(run, epoch)
    if options.json:
        output.write_json(
            {"run": run.name, "epoch": epoch, "words": len(made), "folder": str(folder)}
        )
    else:
        output.say(options, f"{run.name}, epoch {epoch}: {len(made):,} words in {folder}")
    return DONE
