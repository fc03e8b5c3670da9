"""`dose`: what the next word does while one signal of one unit is swept."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from rnnexplorer import edits, runs
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, add_edits, add_layer, add_memory, add_run, command
from rnnexplorer.edits import Action, Edit, Intervention
from rnnexplorer.measures import dose as measures
from rnnexplorer.measures import dose_sentences as told
from rnnexplorer.measures.dose import Curves
from rnnexplorer.traces import Trace, check_layer, check_unit


def add(commands: Commands) -> None:
    """The command `dose`."""
    parser = command(
        commands, "dose", "sweep one signal of one unit and see what the next word does", dose
    )
    add_run(parser)
    parser.add_argument("--text", required=True)
    parser.add_argument("--unit", type=int, required=True)
    parser.add_argument("--signal", default="h", help="default: h")
    parser.add_argument("--step", type=int, help="from 0 (default: the last word)")
    add_layer(parser)
    parser.add_argument("--add", action="store_true", help="add the dose; without, it is the value")
    parser.add_argument("--from", dest="low", type=float, help="default: the signal's own range")
    parser.add_argument("--to", dest="high", type=float)
    parser.add_argument(
        "--doses", type=int, default=measures.DOSES, help=f"how many (default: {measures.DOSES})"
    )
    parser.add_argument(
        "--later", type=int, default=0, help="read the response so many words later (default: 0)"
    )
    add_memory(parser)
    add_edits(parser)


def dose(options: argparse.Namespace) -> int:
    """Sweep a signal of a unit at a step, and say what becomes of the next word."""
    from rnnexplorer import dosing, tracing

    run = runs.find(options.name)
    others = edits.parse(options.edits)
    trace = tracing.trace(
        run, options.text, epoch=options.epoch, memory=options.memory, edits=options.edits
    )
    step = len(trace) - 1 if options.step is None else options.step
    action: Action = "add" if options.add else "set"
    swept = Edit(options.signal, options.layer, (options.unit,), step, step + 1, action)
    check_layer(options.layer, trace.layers)
    check_unit(options.unit, trace.units)
    if not 0 <= step < len(trace):
        raise ValueError(f"there is no step {step}; the text has steps 0 to {len(trace) - 1}")
    if options.later < 0 or step + options.later >= len(trace):
        raise ValueError(f"{options.later} words after step {step} lie outside the text")
    trace.cell.signal(options.signal)  # says which ones there are
    usual, own = measures.doses_in(trace, swept)
    found = dosing.respond(
        run, trace.words, (*others, swept), len(others), _doses(options, usual, own),
        options.later + 1, epoch=options.epoch, memory=options.memory,
    )  # fmt: skip
    curves = measures.of_response(found, trace, own)[options.later]
    _write(options, trace, swept, curves, others)
    return DONE


def _doses(
    options: argparse.Namespace, usual: Sequence[float], own: float | None
) -> Sequence[float]:
    """The range asked for, else that of the signal; among them the one that changes nothing."""
    if options.doses < 2:
        raise ValueError(f"--doses is {options.doses}; a curve needs at least 2")
    low = usual[0] if options.low is None else options.low
    high = usual[-1] if options.high is None else options.high
    if not -edits.LARGEST_VALUE <= low < high <= edits.LARGEST_VALUE:
        raise ValueError(
            f"the doses go from {low:g} to {high:g}; give a lower --from than --to, both within"
            f" ±{edits.LARGEST_VALUE:g}"
        )
    inside = [] if own is None or not low <= own <= high else [own]
    return sorted({*np.linspace(low, high, options.doses).tolist(), *inside})


def _write(
    options: argparse.Namespace,
    trace: Trace,
    swept: Edit,
    found: Curves,
    others: Sequence[Intervention],
) -> None:
    table = measures.table(found)
    if options.json:
        output.write_json(
            {
                "run": trace.origin.run,
                "epoch": trace.origin.epoch,
                "memory": trace.origin.memory,
                "edits": edits.written(others),
                "signal": swept.signal,
                "layer": swept.layer,
                "unit": options.unit,
                "step": swept.start,
                "action": swept.action,
                "later": options.later,
                "natural": found.natural,
                "words": list(found.words),
                "p_without": found.p_without.tolist(),
                "doses": output.records(table),
            }
        )
        return
    output.say(options, told.headline(swept, found, trace, options.later))
    output.say(options, table.to_string(index=False, float_format="{:.4f}".format))
