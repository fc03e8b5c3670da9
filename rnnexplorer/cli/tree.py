"""`tree`: the ways in which a network may go on, with their probabilities."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator

from rnnexplorer import runs
from rnnexplorer.address import Address
from rnnexplorer.address_fields import LEAVES
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import (
    Commands,
    add_memory,
    add_run,
    add_temperature,
    add_truncation,
    command,
)
from rnnexplorer.draws import Sampling
from rnnexplorer.tree import Tree


def add(commands: Commands) -> None:
    """The command `tree`."""
    parser = command(commands, "tree", "show the ways in which a network may go on", tree)
    add_run(parser)
    parser.add_argument("--text", required=True)
    for name, default, told in (
        ("--depth", Address.depth, "words ahead"),
        ("--breadth", Address.breadth, "words at each place"),
        ("--leaves", LEAVES, "most ends"),
    ):
        parser.add_argument(name, type=int, default=default, help=f"{told} (default: {default})")
    add_memory(parser)
    add_temperature(parser)
    add_truncation(parser)


def tree(options: argparse.Namespace) -> int:
    """Grow the tree of continuations of a text, and write it down."""
    from rnnexplorer import branching

    run = runs.find(options.name)
    epoch = runs.kept_epoch(run, options.epoch)
    memory = options.memory or run.recipe.memory
    sampling = Sampling(options.temperature, options.top_k, options.top_p)
    found = branching.continuations(
        run, options.text, depth=options.depth, breadth=options.breadth, leaves=options.leaves,
        epoch=epoch, memory=memory, sampling=sampling,
    )  # fmt: skip
    if options.json:
        output.write_json(
            {
                "run": run.name,
                "epoch": epoch,
                "memory": memory,
                "temperature": sampling.temperature,
                "top_k": sampling.top_k,
                "top_p": sampling.top_p,
                "given": list(found.given),
                "nodes": [dataclasses.asdict(node) for node in found.nodes],
            }
        )
        return DONE
    output.say(
        options,
        f"{run.name}, epoch {epoch}, temperature {sampling.temperature:g}: after"
        f" “{found.given[-1]}”; beside each word its probability there, and that of the whole way",
    )
    for line in _lines(found, 0, ""):
        output.say(options, line)
    return DONE


def _lines(found: Tree, number: int, indent: str) -> Iterator[str]:
    """The branches after a node, one a line, each with all that follows it."""
    node, children = found.nodes[number], found.children(number)
    others = node.other is not None and node.others > 0
    for child in children:
        last = child == children[-1] and not others
        ahead = found.nodes[child]
        way = "" if ahead.depth == 1 else f", {ahead.reached:.2g}"
        yield f"{indent}{'└' if last else '├'}─ {ahead.word}  {ahead.p:.1%}{way}"
        yield from _lines(found, child, indent + ("   " if last else "│  "))
    if others and node.other is not None:
        yield f"{indent}└─ {node.others:,} other words  {node.other / node.reached:.1%}"
