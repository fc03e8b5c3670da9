"""`runs`: list, show, stop, rename, delete."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from rnnexplorer import runs
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, command


def add(commands: Commands) -> None:
    """The command `runs` and its actions."""
    parser = commands.add_parser("runs", help="list, show, stop, rename or delete runs")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    command(actions, "list", "list all runs", list_all)
    for name, help_text, function in (
        ("show", "show one run", show_run),
        ("stop", "stop a waiting or running training", stop_run),
        ("rename", "give a run another name", rename_run),
        ("delete", "delete a run and its checkpoints", delete_run),
    ):
        action = command(actions, name, help_text, function)
        action.add_argument("name")
        if name == "rename":
            action.add_argument("new_name")


def list_all(options: argparse.Namespace) -> int:
    """All runs, one line each."""
    found = [described(run) for run in runs.list_runs()]
    if options.json:
        output.write_json(found)
        return DONE
    for row in found:
        loss = "" if row["loss"] is None else f"loss {row['loss']:.3f}"
        progress = f"{row['epoch']}/{row['epochs']}"
        sys.stdout.write(f"{row['name']:<32} {row['state']:<9} {progress:>9}  {loss}\n")
    return DONE


def show_run(options: argparse.Namespace) -> int:
    """One run: its state, its recipe, and what it writes now."""
    run = runs.find(options.name)
    row = described(run)
    if options.json:
        output.write_json({**row, "recipe": run.recipe.as_dict()})
        return DONE
    for key, value in {**row, **run.recipe.as_dict()}.items():
        sys.stdout.write(f"{key:<16} {value}\n")
    samples = runs.samples(run)
    if samples:
        written = " ".join(samples[-1].continuation)
        sys.stdout.write(f"\nafter epoch {samples[-1].epoch} it writes: {written}\n")
    return DONE


def stop_run(options: argparse.Namespace) -> int:
    """Ask a training to stop; it ends after the epoch it is in."""
    run = runs.find(options.name)
    state = runs.status(run, time.time()).state
    if state not in ("waiting", "running"):
        raise ValueError(
            f"{run.name} is {state}; only a waiting or running training can be stopped"
        )
    runs.request_stop(run)
    output.say(options, f"{run.name}: asked to stop")
    return DONE


def rename_run(options: argparse.Namespace) -> int:
    """Give a run another name."""
    run = runs.rename(runs.find(options.name), options.new_name)
    output.say(options, f"{options.name} is now {run.name}")
    return DONE


def delete_run(options: argparse.Namespace) -> int:
    """Delete a run and its checkpoints."""
    runs.delete(runs.find(options.name))
    output.say(options, f"{options.name}: deleted")
    return DONE


def described(run: runs.Run) -> dict[str, Any]:
    """One run as plain values."""
    status, metrics = runs.status(run, time.time()), runs.metrics(run)
    last = {} if metrics.empty else metrics.iloc[-1].to_dict()

    def number(name: str) -> float | None:
        value = last.get(name)
        return None if value is None or value != value else float(value)

    return {
        "name": run.name,
        "state": status.state,
        "message": status.message,
        "epoch": status.epoch,
        "epochs": status.epochs,
        "loss": number("loss"),
        "held_out_loss": number("held_out_loss"),
        "cell": run.recipe.cell,
        "corpus": run.corpus_name,
        "preset": run.recipe.preset,
        "parameters": run.parameters,
        "checkpoints": list(runs.checkpoints(run)),
        "shipped": run.shipped,
        "path": str(run.path),
    }
