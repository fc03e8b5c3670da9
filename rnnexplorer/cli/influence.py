"""`influence`: which earlier words, and states, a word of a text hangs on."""

from __future__ import annotations

import argparse

from rnnexplorer import runs
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, add_layer, add_memory, add_run, command
from rnnexplorer.measures import influence as measure
from rnnexplorer.measures import ledger
from rnnexplorer.measures.influence import MOST_WORDS, Row
from rnnexplorer.traces import Trace, check_layer


def add(commands: Commands) -> None:
    """The command `influence`."""
    parser = command(
        commands, "influence", "show which earlier words a word of a text hangs on", influence
    )
    add_run(parser)
    parser.add_argument("--text", required=True)
    parser.add_argument(
        "--target", type=int, help="step of the word that is asked about (default: the last)"
    )
    parser.add_argument(
        "--of",
        choices=("loss", "logit"),
        default="loss",
        help="of its log-probability, which is minus its loss (default), or of its logit",
    )
    add_layer(parser)
    add_memory(parser)


def influence(options: argparse.Namespace) -> int:
    """Differentiate what was expected before a word, with respect to all that was read."""
    from rnnexplorer import influencing, tracing

    run = runs.find(options.name)
    trace = tracing.trace(run, options.text, epoch=options.epoch, memory=options.memory)
    check_layer(options.layer, trace.layers)
    target = len(trace) - 1 if options.target is None else options.target
    if not 0 < target < len(trace):
        raise ValueError(
            f"there is no word {target} with a word before it; the text has steps 0 to"
            f" {len(trace) - 1}"
        )
    steps = range(max(0, target + 1 - MOST_WORDS), target + 1)
    epoch, memory = trace.origin.epoch, trace.origin.memory
    part = influencing.part_of(run, trace.words, steps, epoch=epoch, memory=memory)
    found = influencing.flow(part, range(target, target + 1), options.of)
    rows = {
        "words": Row(target, steps.start, found.inputs[0, :-1]),
        "signed": Row(target, steps.start, found.signed[0, :-1]),
    }
    for key, norms in found.states.items():
        rows[key] = Row(target, steps.start, norms[options.layer, 0, :-1])
    rows["integrated"], difference = _integrated(run, trace, target, options.of)
    table = measure.table(rows, trace.words)
    if options.json:
        output.write_json(
            {
                "run": run.name,
                "epoch": epoch,
                "memory": memory,
                "layer": options.layer,
                "of": options.of,
                "target": target,
                "word": trace.words[target],
                "integrated_difference": difference,
                "half_within": rows["words"].newest_half() if rows["words"].total else None,
                "sources": output.records(table),
            }
        )
        return DONE
    output.say(options, f"{run.name}, epoch {epoch}, {memory} memory")
    output.say(options, output.aligned(table))
    output.say(options, measure.sentence(rows["words"], trace.words, "words"))
    told = measure.integrated_sentence(rows["integrated"], difference)
    output.say(options, f"Integrated gradients: {told[0].lower()}{told[1:]}")
    return DONE


def _integrated(run: runs.Run, trace: Trace, target: int, of: str) -> tuple[Row, float]:
    """Integrated gradients of the last words before the target."""
    from rnnexplorer import influencing

    steps = ledger.reach(trace, target - 1)
    back = min(len(steps), MOST_WORDS - 1)
    parts, difference = influencing.integrated(
        run, trace.words[steps.start : steps.stop], back, trace.words[target], of,
        epoch=trace.origin.epoch,
    )  # fmt: skip
    return Row(target, target - back, parts), difference
