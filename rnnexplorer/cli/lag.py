"""`lag`: how far back networks remember, on average, in the numbers of the page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

import numpy as np
import pandas as pd

from rnnexplorer import beside, reciting, remembering, runs
from rnnexplorer.beside import Drawn
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, command
from rnnexplorer.measures import lag as measures
from rnnexplorer.measures.lag import Curve
from rnnexplorer.remembering import TOLD, Places

MEASURED = {
    "gradient": "gradient of the loss, share of lag 0",
    "distance": "distance of states, 1 = unrelated",
    "bits": "expectations apart, bits",
}


def add(commands: Commands) -> None:
    """The command `lag`."""
    parser = command(commands, "lag", "measure how far back networks remember, on average", lag)
    add_runs(parser)
    parser.add_argument(
        "--state", choices=("memory", "h"), default="memory",
        help="looked at: C of an LSTM and h of the others, or h of all (default: memory)",
    )  # fmt: skip


def add_runs(parser: argparse.ArgumentParser) -> None:
    """Runs that are compared, and which of their checkpoints."""
    parser.add_argument("names", nargs="+", metavar="NAME", help="of runs on the same text")
    parser.add_argument("--epoch", type=int, help="checkpoint of the first (default: the last)")
    parser.add_argument(
        "--others", choices=("same", "last"), default="same",
        help="the others at the same epoch, where kept, or each at its last (default: same)",
    )  # fmt: skip


def chosen_runs(options: argparse.Namespace) -> list[Drawn]:
    """The runs with their epochs; a line for each that did not keep the epoch of the first.

    Raises:
        ValueError: they are not comparable, or the first did not keep the epoch.
    """
    chosen = [runs.find(name) for name in dict.fromkeys(options.names)]
    first = chosen[0]
    for other in chosen[1:]:
        if not beside.comparable(first, {other.name: other}):
            raise ValueError(
                f"{first.name} and {other.name} were not trained on the same text with the same"
                " part held out; their curves would not compare"
            )
    same = options.others == "same" and options.epoch is not None
    drawn, without = beside.at_epochs(first, options.epoch, chosen[1:], same=same)
    for other in without:
        sys.stderr.write(f"{beside.left_out(other.name, other, drawn[0][1])}\n")
    return drawn


def lag(options: argparse.Namespace) -> int:
    """Gradient, states and expectations against lag, averaged over places of the text."""
    chosen = chosen_runs(options)
    found = remembering.places(reciting.texts_of(chosen[0][0]))
    names = beside.named(chosen)
    curves: dict[str, dict[str, Curve]] = {what: {} for what in MEASURED}
    for run, epoch in chosen:
        key = remembering.memory_of(run) if options.state == "memory" else "h"
        parts = remembering.pieces(found)
        gradients = [remembering.gradients(run, epoch, found, part) for part in parts]
        apart = [remembering.apart(run, epoch, found, part) for part in parts]
        name = names[run.name]
        curves["gradient"][name] = remembering.gradient_curve(gradients, key, absolute=False)
        curves["distance"][name] = remembering.distance_curve(apart, key)
        curves["bits"][name] = remembering.bits_curve(apart)
    if options.json:
        _write(options, chosen, found, curves)
        return DONE
    output.say(options, over(found))
    for what, title in MEASURED.items():
        output.say(options, f"\n{title}")
        output.say(options, _told(curves[what]))
    return DONE


def _write(
    options: argparse.Namespace,
    chosen: list[Drawn],
    found: Places,
    curves: Mapping[str, Mapping[str, Curve]],
) -> None:
    output.write_json(
        {
            "runs": [{"run": run.name, "epoch": epoch} for run, epoch in chosen],
            "state": options.state,
            "text": found.part,
            "places": len(found),
            "confidence": measures.CONFIDENCE,
            "summary": {
                what: output.records(measures.summary(of, TOLD)) for what, of in curves.items()
            },
            "curves": {what: output.records(measures.table(of)) for what, of in curves.items()},
        }
    )


def over(found: Places) -> str:
    """What an average is over."""
    return (
        f"{len(found)} places of the {found.part} text; bands: {measures.CONFIDENCE:.0%} over"
        f" {remembering.STRETCHES} stretches of it"
    )


def _told(curves: Mapping[str, Curve]) -> str:
    """A table for a person: each lag with its band in one column, a dash beyond a curve's end."""
    table = measures.summary(curves, TOLD)
    reaches = [len(curve.mean) - 1 for curve in curves.values()]
    shown = pd.DataFrame({"model": table["model"]})
    for column in ("half", "hundredth"):
        shown[column] = [
            measures.words_told(at, reach) for at, reach in zip(table[column], reaches, strict=True)
        ]
    for k in TOLD:
        shown[f"lag {k}"] = [
            "–" if np.isnan(mean) else output.banded(mean, low, high)
            for mean, low, high in table[[f"lag_{k}", f"lag_{k}_low", f"lag_{k}_high"]].to_numpy()
        ]
    return str(shown.to_string(index=False))
