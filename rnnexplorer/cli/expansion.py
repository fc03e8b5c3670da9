"""`expansion`: the laboratory of U in numbers, and the same curve of a trained network."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pandas as pd

from rnnexplorer import fading, runs, settings
from rnnexplorer.address import default_text
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, add_layer, add_memory, command
from rnnexplorer.corpus import split_words
from rnnexplorer.fading import Fading
from rnnexplorer.measures import expansion as measure
from rnnexplorer.measures import expansion_sentences as told
from rnnexplorer.measures import stretch
from rnnexplorer.measures.expansion import Expansion
from rnnexplorer.traces import chosen_memory


def add(commands: Commands) -> None:
    """The command `expansion`."""
    parser = command(
        commands, "expansion", "show what a recurrence leaves of an early input", expansion
    )
    parser.add_argument(
        "settings", nargs="?", default="",
        help="as in a link to the laboratory, such as 'u=1.3;depth=20;activation=tanh'; there are "
        + ", ".join(measure.KINDS),
    )  # fmt: skip
    parser.add_argument("--run", help="a trained network whose gradient is shown as well")
    parser.add_argument("--epoch", type=int, help="checkpoint of the run (default: the last)")
    parser.add_argument("--text", help="words for the network (default: as on the page)")
    add_layer(parser)
    add_memory(parser)


def expansion(options: argparse.Namespace) -> int:
    """Expand the recurrence that the settings describe, and look back through a network."""
    values, complaints = settings.read(options.settings, measure.KINDS)
    if complaints:
        raise ValueError(" ".join(complaints))
    found = measure.expand(measure.setup_of(values))
    limit = float(str(values["limit"])) if values["clip"] == "on" else None
    network = None if options.run is None else _network(options)
    if options.json:
        output.write_json(_numbers(values, found, limit, network))
        return DONE
    output.say(options, told.headline(found))
    output.say(options, told.gradient(found))
    output.say(options, _aligned(measure.table(found)))
    output.say(options, told.step(found, limit))
    if network is not None:
        output.say(options, f"\n{options.run}: {fading.headline(network)}")
        output.say(options, f"spectral radius {network.radius:.2f}")
        output.say(options, _aligned(fading.table(network)))
    return DONE


def _aligned(table: pd.DataFrame) -> str:
    """A table whose numbers span many powers of ten."""
    return str(table.to_string(index=False, float_format="{:.3g}".format))


def _network(options: argparse.Namespace) -> Fading:
    run = runs.find(options.run)
    memory = chosen_memory(options.memory, run.recipe.memory)
    text = default_text(run) if options.text is None else options.text
    words = fading.words_of(split_words(text), run.recipe.window if memory == "window" else None)
    return fading.fading(run, words, options.epoch, options.layer)


def _numbers(
    values: dict[str, settings.Value], found: Expansion, limit: float | None,
    network: Fading | None,
) -> dict[str, Any]:  # fmt: skip
    taken = found.gradient if limit is None else measure.clipped(found.gradient, limit)
    numbers = {
        "settings": values,
        "left": found.left,
        "spectral_radius": stretch.radius(stretch.eigenvalues(found.U)),
        "inputs": output.records(measure.table(found)),
        "gradient_of_U": {
            "length": float(np.linalg.norm(found.gradient)),
            "taken": float(np.linalg.norm(taken)),
        },
    }
    if found.setup.size == 1:
        numbers["states"] = found.h[:, 0].tolist()
    if network is not None:
        numbers["network"] = {
            "cell": network.cell.key,
            "spectral_radius": network.radius,
            "passed_on_average": network.passed,
            "words": output.records(fading.table(network)),
        }
    return numbers
