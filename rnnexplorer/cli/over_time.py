"""`over-time`: every checkpoint of a run in a few numbers, those of the curves."""

from __future__ import annotations

import argparse
import dataclasses

from rnnexplorer import reciting, runs, timeline
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, command
from rnnexplorer.measures import learning


def add(commands: Commands) -> None:
    """The command `over-time`."""
    parser = command(commands, "over-time", "show every checkpoint in a few numbers", over_time)
    parser.add_argument("name", help="of the run")


def over_time(options: argparse.Namespace) -> int:
    """Read and write a little with every checkpoint."""
    run = runs.find(options.name)
    runs.kept_epoch(run)  # refuses a run that has none
    texts = reciting.texts_of(run)
    moments = [timeline.moment(run, epoch, texts) for epoch in runs.checkpoints(run)]
    held_out = learning.held_out(runs.metrics(run))
    if options.json:
        output.write_json(
            {
                "run": run.name,
                "lowest_held_out_loss_at_epoch": None if held_out is None else held_out.lowest,
                "checkpoints": [dataclasses.asdict(moment) for moment in moments],
            }
        )
        return DONE
    output.say(options, output.aligned(timeline.table(moments)))
    if run.recipe.layers > 1:
        output.say(options, "radius: of the first layer; saturated: over all layers")
    output.say(options, f"{run.name}: {timeline.told(moments, held_out)}")
    return DONE
