"""`forgetting`: what is left of a small change of the state, and by way of what."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from rnnexplorer import runs
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, add_layer, add_memory, add_run, command
from rnnexplorer.measures import forgetting as measure
from rnnexplorer.measures import forgetting_report, ledger
from rnnexplorer.measures.forgetting import MOST_BACK, Split
from rnnexplorer.traces import Array, Trace, check_layer, check_unit


def add(commands: Commands) -> None:
    """The command `forgetting`."""
    parser = command(
        commands, "forgetting", "show what is left of a small change of the state, and why",
        forgetting,
    )  # fmt: skip
    add_run(parser)
    parser.add_argument("--text", required=True)
    parser.add_argument("--step", type=int, help="looked back from (default: the last)")
    parser.add_argument("--unit", type=int, help="from 0 (default: all units together)")
    add_layer(parser)
    add_memory(parser)


def forgetting(options: argparse.Namespace) -> int:
    """Split the Jacobian of a state into the gates' path and the rest; multiply a SimpleRNN's."""
    from rnnexplorer import tracing

    run = runs.find(options.name)
    trace = tracing.trace(run, options.text, epoch=options.epoch, memory=options.memory)
    check_layer(options.layer, trace.layers)
    if options.unit is not None:
        check_unit(options.unit, trace.units)
    step = len(trace) - 1 if options.step is None else options.step
    steps = ledger.reach(trace, step)
    passage = trace
    if steps.start:  # in window memory the state was made from these words alone
        passage = tracing.trace(
            run, trace.words[steps.start : steps.stop], epoch=options.epoch, memory="stateful"
        )
    back = min(MOST_BACK, len(steps) - 1)
    every, weights, values, facts = _found(run, passage, len(steps), back, options.layer)
    found = every.together() if options.unit is None else every.of(options.unit)
    words = trace.words[step - back : step + 1]
    if options.json:
        table = forgetting_report.table(found, words)
        output.write_json(
            {
                "run": run.name,
                "epoch": trace.origin.epoch,
                "memory": trace.origin.memory,
                "state": trace.cell.memory,
                "layer": options.layer,
                "unit": options.unit,
                "step": step,
                "word": trace.words[step],
                **facts,
                "distances": output.records(table),
                "singular_values": None if values is None else values.tolist(),
            }
        )
        return DONE
    output.say(
        options, f"{run.name}, epoch {trace.origin.epoch}, {trace.origin.memory} memory"
    )  # fmt: skip
    shown = None if values is None else values[:, :1]
    output.say(options, output.aligned(forgetting_report.table(found, words, shown)))
    if options.unit is None:
        output.say(options, forgetting_report.sentence(trace.cell, found, weights))
    else:
        output.say(options, forgetting_report.sentence_of_unit(trace.cell, found, options.unit))
    output.say(options, forgetting_report.halves(found))
    return DONE


def _found(
    run: runs.Run, passage: Trace, steps: int, back: int, layer: int
) -> tuple[Split, Array | None, Array | None, dict[str, float]]:
    """The split of every unit; of a SimpleRNN its weights alone, its values, its step."""
    from rnnexplorer import influencing

    epoch, cell = passage.origin.epoch, passage.cell
    if cell.keeper is None:
        h = passage.signals["h"][layer, :steps]
        W_hh = runs.weights(run, epoch)[f"W_hh.l{layer}"]
        lengths, values = measure.stretched(h, W_hh, range(back + 1))
        facts = asdict(measure.recurrent(W_hh, h[-max(back, 1) :]))
        return Split(lengths), measure.weights_alone(W_hh, back), values, facts
    path = measure.kept_by_gates(passage.signals[cell.keeper][layer, :steps], back)
    units = range(passage.units)
    found = influencing.jacobians(
        run, passage.words[:steps], back, layer, cell.memory, units, epoch=epoch
    )
    return measure.split(found, path, units), None, None, {}
