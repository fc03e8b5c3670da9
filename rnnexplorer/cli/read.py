"""`generate` and `trace`: what a trained network writes, and everything it computes."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any

from rnnexplorer import runs
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import (
    Commands,
    add_edits,
    add_memory,
    add_run,
    add_temperature,
    add_truncation,
    command,
)


def add(commands: Commands) -> None:
    """The commands `generate` and `trace`."""
    _add_generate(commands)
    _add_trace(commands)


def _add_generate(commands: Commands) -> None:
    parser = command(commands, "generate", "write on after a prompt", generate)
    add_run(parser)
    parser.add_argument("--prompt", required=True)
    parser.add_argument("--words", type=int, default=20, help="how many to write (default: 20)")
    _add_reading(parser)


def _add_trace(commands: Commands) -> None:
    parser = command(commands, "trace", "save every signal over a text as .npz", trace)
    add_run(parser)
    parser.add_argument("--text", required=True)
    parser.add_argument("--out", required=True, help="file to write, .npz")
    parser.add_argument(
        "--words", type=int, default=0, help="how many the network writes after it (default: 0)"
    )
    _add_reading(parser)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    add_memory(parser)
    add_temperature(parser)
    add_truncation(parser)
    parser.add_argument("--seed", type=int, default=1)
    add_edits(parser)


def _traced(options: argparse.Namespace, text: str, write: int) -> Any:
    from rnnexplorer import tracing

    return tracing.trace(
        runs.find(options.name),
        text,
        epoch=options.epoch,
        continue_words=write,
        memory=options.memory,
        temperature=options.temperature,
        top_k=options.top_k,
        top_p=options.top_p,
        seed=options.seed,
        edits=options.edits,
    )


def generate(options: argparse.Namespace) -> int:
    """Write on after a prompt."""
    trace = _traced(options, options.prompt, options.words)
    prompt = trace.origin.prompt
    if options.json:
        output.write_json(
            {
                **dataclasses.asdict(trace.origin),
                "prompt": list(trace.words[:prompt]),
                "continuation": list(trace.words[prompt:]),
            }
        )
    else:
        sys.stdout.write(" ".join(trace.words) + "\n")
    return DONE


def trace(options: argparse.Namespace) -> int:
    """Save every signal over a text."""
    from rnnexplorer import traces

    out = Path(options.out)
    if out.suffix != ".npz":
        raise ValueError(f"--out is {options.out!r}; a trace is written as .npz")
    trace = _traced(options, options.text, options.words)
    traces.save(trace, out)
    names = ", ".join(trace.signals)
    if options.json:
        arrays = {key: list(value.shape) for key, value in traces.as_arrays(trace).items()}
        output.write_json({"out": str(out), "arrays": arrays})
    else:
        output.say(
            options, f"{out}: {len(trace)} words; {names} [L, T, H] of {trace.layers} layer(s)"
        )
    return DONE
