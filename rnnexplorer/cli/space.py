"""`space`: where each word of a text lies in the space of states."""

from __future__ import annotations

import argparse
from typing import Any

from rnnexplorer import index, runs
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import INDEXED, Commands, add_layer, add_run, command
from rnnexplorer.measures import space
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.space import Axes
from rnnexplorer.traces import Trace, check_layer


def add(commands: Commands) -> None:
    """The command `space`."""
    parser = command(
        commands, "space", "find where the words of a text lie in the space of states", walk
    )
    add_run(parser, INDEXED)
    parser.add_argument("--text", required=True)
    parser.add_argument("--signal", default="h", help="h, the default, or c of an LSTM")
    add_layer(parser)
    parser.add_argument("--dimensions", type=int, choices=(2, 3), default=2, help="default: 2")
    parser.add_argument("--other", metavar="RUN", help="a second run, turned onto the first")
    parser.add_argument("--other-epoch", type=int, help="its checkpoint (default: the last)")
    parser.add_argument("--other-text", help="a second text, on the same axes")


def walk(options: argparse.Namespace) -> int:
    """Coordinates of the words of a text on the principal axes of the whole text."""
    if options.other and options.other_text:
        raise ValueError("give either --other, a second run, or --other-text, a second text")
    if options.other_epoch is not None and not options.other:
        raise ValueError("--other-epoch is of the run given by --other")
    run = runs.find(options.name)
    trace, states, axes = _path(run, options.text, options.epoch, options)
    points = space.project(states, axes)
    found = {**_facts(trace, axes, options), "words": _words(trace, states, points)}
    if options.other_text:
        other, states = _read(run, options.other_text, options.epoch, options)
        at = space.project(states, axes)
        found["second"] = {"told": "on the same axes", "words": _words(other, states, at)}
    if options.other:
        found["second"] = _other(runs.find(options.other), run, axes, points, options)
    if options.json:
        output.write_json(found)
        return DONE
    _say(options, found)
    return DONE


def _path(
    run: runs.Run, text: str, epoch: int | None, options: argparse.Namespace
) -> tuple[Trace, Array, Axes]:
    """A text as a run reads it, its states, and the axes of the run's own text."""
    trace, states = _read(run, text, epoch, options)
    made = index.open_index(run, trace.origin.epoch)
    return trace, states, space.principal_axes(
        made.signals[options.signal][options.layer], options.dimensions
    )  # fmt: skip


def _read(
    run: runs.Run, text: str, epoch: int | None, options: argparse.Namespace
) -> tuple[Trace, Array]:
    from rnnexplorer import tracing

    trace = tracing.trace(run, text, epoch=epoch)
    if options.signal not in trace.cell.states:
        trace.cell.signal(options.signal)  # says which ones there are
        raise ValueError(
            f"{options.signal} is not carried from word to word; the {trace.cell.title} carries"
            f" {', '.join(trace.cell.states)}"
        )
    check_layer(options.layer, trace.layers)
    return trace, trace.signals[options.signal][options.layer]


def _other(
    other: runs.Run, run: runs.Run, axes: Axes, points: Array, options: argparse.Namespace
) -> dict[str, Any]:
    """Another epoch on the same axes; another network on axes of its own, turned."""
    if other.name == run.name:
        trace, states = _read(other, options.text, options.other_epoch, options)
        at = space.project(states, axes)
        return {"run": other.name, "epoch": trace.origin.epoch, "told": "on the same axes",
                "words": _words(trace, states, at)}  # fmt: skip
    trace, states, own = _path(other, options.text, options.other_epoch, options)
    found = space.turned(space.project(states, own), points)
    told = f"turned onto the first, {found.residual:.2f} left"
    chance: dict[str, float | None] = {"mean": None, "least": None, "p": found.p}
    if found.alike is None:
        told += f" (more than chance? It takes {space.LEAST_SHIFTS + 1} words to tell)"
    else:
        chance |= {"mean": float(found.shifted.mean()), "least": float(found.shifted.min())}
        told += f" (shifted against the words: {chance['mean']:.2f}, least {chance['least']:.2f};"
        told += f" {'more' if found.alike else 'no more'} alike than chance, p {found.p:.2f})"
    return {
        **_facts(trace, own, options),
        "told": told,
        "residual": found.residual,
        "residual_by_chance": chance,
        "alike": found.alike,
        "words": _words(trace, states, found.path),
    }


def _facts(trace: Trace, axes: Axes, options: argparse.Namespace) -> dict[str, Any]:
    return {
        "run": trace.origin.run,
        "epoch": trace.origin.epoch,
        "signal": options.signal,
        "layer": options.layer,
        "fitted_on_states": axes.fitted,
        "explained_variance": axes.shares[: options.dimensions].tolist(),
    }


def _words(trace: Trace, states: Array, points: Array) -> list[dict[str, Any]]:
    jumps = space.jumps(states).tolist()
    return [
        {"step": step, "word": word, "at": at, "jump": None if step == 0 else jumps[step]}
        for step, (word, at) in enumerate(zip(trace.words, points.tolist(), strict=True))
    ]


def _say(options: argparse.Namespace, found: dict[str, Any]) -> None:
    shares = " + ".join(f"{share:.1%}" for share in found["explained_variance"])
    output.say(
        options,
        f"{found['run']}, epoch {found['epoch']}: {found['signal']} on components that hold"
        f" {shares} of the variance of {found['fitted_on_states']:,} states",
    )
    _lines(options, found["words"])
    if "second" in found:
        second = found["second"]
        whose = f"{second['run']}, epoch {second['epoch']}: " if "run" in second else ""
        output.say(options, f"{whose}{second['told']}")
        _lines(options, second["words"])


def _lines(options: argparse.Namespace, words: list[dict[str, Any]]) -> None:
    for word in words:
        at = "  ".join(f"{value:8.3f}" for value in word["at"])
        jump = "" if word["jump"] is None else f"  jump {word['jump']:.2f}"
        output.say(options, f"{word['step']:4}  {word['word']:<16}{at}{jump}")
