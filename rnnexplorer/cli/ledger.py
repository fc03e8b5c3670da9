"""`ledger`: what each word kept and wrote in the cell, and which word wrote what is in it now."""

from __future__ import annotations

import argparse
from typing import Any

import pandas as pd

from rnnexplorer import runs
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, add_edits, add_layer, add_memory, add_run, command
from rnnexplorer.measures import ledger as measure
from rnnexplorer.measures import ledger_report
from rnnexplorer.measures.ledger import Items, Ledger
from rnnexplorer.traces import check_unit

#: Items that a person is shown, largest first; a program gets all.
SHOWN = 10


def add(commands: Commands) -> None:
    """The command `ledger`."""
    parser = command(commands, "ledger", "show what each word kept and wrote in the cell", ledger)
    add_run(parser, ", an LSTM or a GRU")
    parser.add_argument("--text", required=True)
    parser.add_argument("--unit", type=int, help="from 0 (default: all units together)")
    add_layer(parser)
    parser.add_argument(
        "--step", type=int, help="whose content is split by the word that wrote it (default: last)"
    )
    add_memory(parser)
    add_edits(parser)


def ledger(options: argparse.Namespace) -> int:
    """Account for the state of one unit, or of all units together."""
    from rnnexplorer import tracing

    run = runs.find(options.name)
    trace = tracing.trace(
        run, options.text, epoch=options.epoch, memory=options.memory, edits=options.edits
    )
    every = measure.ledger(trace, options.layer)
    if options.unit is not None:
        check_unit(options.unit, trace.units)
    step = len(trace) - 1 if options.step is None else options.step
    steps, part = measure.reach(trace, step), trace
    if steps.start:  # in window memory the step was made from these words alone
        part = tracing.one_pass(run, trace, steps)
    items = measure.itemised(part, options.layer, step - steps.start, steps.start)
    if options.unit is None:
        book, items = every.together(), items.together()
        who = f"all {trace.units} units, sizes summed, hold"
    else:
        book, items = every.of(options.unit), items.of(options.unit)
        who = f"unit {options.unit} holds"
    told = ledger_report.account(book, trace.words, step, who)
    if options.json:
        output.write_json(
            {
                "run": run.name,
                "epoch": trace.origin.epoch,
                "memory": trace.origin.memory,
                "edits": trace.origin.edits,
                "signal": trace.cell.memory,
                "layer": options.layer,
                "unit": options.unit,
                **_numbers(book, items, trace.words, step),
            }
        )
        return DONE
    output.say(options, f"{run.name}, epoch {trace.origin.epoch}, {trace.origin.memory} memory")
    output.say(options, _table(book, trace.words))
    output.say(options, f"{told} {ledger_report.largest_part(items, trace.words)}")
    output.say(options, _largest(items, trace.words))
    return DONE


def _numbers(book: Ledger, items: Items, words: tuple[str, ...], step: int) -> dict[str, Any]:
    steps = _rows(book, words)
    parts = ledger_report.items_table(items, words)
    return {
        "steps": output.records(steps),
        "step": step,
        "word": words[step],
        "state": float(items.total),
        "from_before": float(items.start),
        "written_at": output.records(parts),
    }


def _rows(book: Ledger, words: tuple[str, ...]) -> pd.DataFrame:
    """A row per step; what an intervention put there has a column where there is any."""
    table = ledger_report.table(book, words)
    return table if book.intervened.any() else table.drop(columns="intervened")


def _table(book: Ledger, words: tuple[str, ...]) -> str:
    return str(_rows(book, words).to_string(index=False, float_format="{:.2f}".format))


def _largest(items: Items, words: tuple[str, ...]) -> str:
    """The largest items, one a line."""
    table = ledger_report.items_table(items, words)
    order = table["part"].abs().sort_values(ascending=False, kind="stable").index[:SHOWN]
    shown = table.loc[order].assign(share=table["share"].map("{:.1%}".format))
    return str(shown.to_string(index=False, float_format="{:.2f}".format))
