"""What the command line writes, in one place: results to stdout, progress to stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def say(options: argparse.Namespace, line: str) -> None:
    """A line for a person; a program that asked for JSON gets none."""
    if not options.json:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def write_json(value: object) -> None:
    """A value, for a program."""
    json.dump(value, sys.stdout, indent=2)
    sys.stdout.write("\n")


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table for JSON; what is infinite or not a number becomes null."""
    found: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return found


def aligned(table: pd.DataFrame) -> str:
    """A table for a person, three digits after the point."""
    return table.to_string(index=False, float_format="{:.3f}".format)


def banded(mean: float, low: float, high: float) -> str:
    """A number with its band, for a person."""
    return f"{mean:.3g} [{low:.3g} {high:.3g}]"


def bar(description: str, unit: str) -> Callable[[int, int], None] | None:
    """A progress bar for a download, on a terminal."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm

    bar = tqdm(desc=description, unit=unit, unit_scale=True)

    def progress(done: int, total: int) -> None:
        bar.total, bar.n = total, done
        bar.refresh()

    return progress
