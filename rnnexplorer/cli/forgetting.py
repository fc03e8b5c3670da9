"""`forgetting`: what is left of a small change of the state, and by way of what."""

from __future__ import annotations

import argparse
from dataclasses import asdict

import pandas as pd

from rnnexplorer import keeping, reciting, remembering, runs, signals
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.lag import over
from rnnexplorer.cli.options import Commands, add_layer, add_memory, add_run, command, positive
from rnnexplorer.measures import forgetting as measure
from rnnexplorer.measures import forgetting_report, lag, ledger
from rnnexplorer.measures.forgetting import MOST_BACK, Averaged, Split
from rnnexplorer.measures.lag import Curve
from rnnexplorer.traces import Array, Trace, check_layer, check_unit


def add(commands: Commands) -> None:
    """The command `forgetting`."""
    parser = command(
        commands, "forgetting", "show what is left of a small change of the state, and why",
        forgetting,
    )  # fmt: skip
    add_run(parser)
    parser.add_argument("--text", help="looked at at one word")
    parser.add_argument(
        "--places", type=positive, metavar="N",
        help=f"in its stead the average over so many places of the run's text, from {keeping.READ}",
    )  # fmt: skip
    parser.add_argument("--step", type=int, help="looked back from (default: the last)")
    parser.add_argument("--unit", type=int, help="from 0 (default: all units together)")
    add_layer(parser)
    add_memory(parser)


def forgetting(options: argparse.Namespace) -> int:
    """Split the Jacobian of a state into the gates' path and the rest; multiply a SimpleRNN's.

    Raises:
        ValueError: text and places are both given, or neither; or what is asked for is not there.
    """
    run = runs.find(options.name)
    if (options.text is None) == (options.places is None):
        raise ValueError(
            "give either --text, to look back from one word, or --places, to average over so many"
            " places of the run's text"
        )
    return _on_average(run, options) if options.text is None else _at_a_word(run, options)


def _at_a_word(run: runs.Run, options: argparse.Namespace) -> int:
    from rnnexplorer import tracing

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
    if back == 0:
        output.say(options, forgetting_report.first_word(words[-1]))
        return DONE
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
    if passage.cell.keeper is None:
        h = passage.signals["h"][layer, :steps]
        W_hh = runs.weights(run, passage.origin.epoch)[f"W_hh.l{layer}"]
        found = measure.stretched(h, W_hh, range(back + 1))
        facts = asdict(measure.recurrent(W_hh, h[-max(back, 1) :]))
        return Split(found.lengths), measure.weights_alone(W_hh, back), found.singular, facts
    every = [
        keeping.gated(run, passage, steps, back, layer, units)
        for units in keeping.blocks(passage.cell, passage.units, passage.layers)
    ]
    return measure.joined(every), None, None, {}


def _on_average(run: runs.Run, options: argparse.Namespace) -> int:
    if options.step is not None or options.memory is not None:
        raise ValueError(
            "--step and --memory are about a text; at places it is looked back from the last word,"
            " in the memory that the run was trained for"
        )
    if options.unit is not None:
        check_unit(options.unit, run.recipe.hidden)
    epoch, cell = runs.kept_epoch(run, options.epoch), signals.cell(run.recipe.cell)
    places = keeping.some(remembering.places(reciting.texts_of(run)), options.places)
    blocks = keeping.blocks(cell, run.recipe.hidden, run.recipe.layers)
    kept = [
        keeping.joined(
            [keeping.at_place(run, epoch, places, k, options.layer, units) for units in blocks]
        )
        for k in range(len(places))
    ]
    average = keeping.average(run, epoch, options.layer, kept)
    found = average.of(options.unit)
    largest = average.largest if options.unit is None else None
    table = forgetting_report.table_of_places(found, largest)
    if options.json:
        output.write_json(
            {
                "run": run.name,
                "epoch": epoch,
                "memory": run.recipe.memory,
                "state": cell.memory,
                "layer": options.layer,
                "unit": options.unit,
                "text": places.part,
                "places": len(places),
                "confidence": lag.CONFIDENCE,
                **({} if average.recurrent is None else asdict(average.recurrent)),
                "distances": output.records(table),
            }
        )
        return DONE
    output.say(options, f"{run.name}, epoch {epoch}; {over(places)}")
    output.say(options, _banded(found, largest))
    if options.unit is None:
        told = forgetting_report.sentence(cell, found.mean, average.weights)
    else:
        told = forgetting_report.sentence_of_unit(cell, found.mean, options.unit)
    output.say(options, forgetting_report.on_average(told))
    output.say(options, forgetting_report.band_sentence(cell, found))
    output.say(options, forgetting_report.halves(found.mean))
    return DONE


def _banded(found: Averaged, largest: Curve | None) -> str:
    """A table for a person: at each distance every part with its band in one column."""
    parts = found.parts | ({} if largest is None else {"singular_0": largest})
    ends = {name: zip(one.mean, one.low, one.high, strict=True) for name, one in parts.items()}
    told = {name: [output.banded(*values) for values in rows] for name, rows in ends.items()}
    shown = pd.DataFrame({"words_back": range(len(found.total.mean)), **told})
    return str(shown.to_string(index=False))
