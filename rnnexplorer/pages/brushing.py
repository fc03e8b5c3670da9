"""From a rectangle on a heatmap to steps and units; and interventions to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rnnexplorer.figures import View
from rnnexplorer.traces import Trace

#: What a newcomer is offered with a click, by cell: what it shows, and the edits.
EXAMPLES = {
    "lstm": {
        "Keep everything: f = 1, i = 0 for four words": "f@8-11=1;i@8-11=0",
        "Forget everything at one word: f = 0": "f@11=0",
        "Never write: i = 0": "i@0-=0",
        "Hide the memory: o = 0 for one word": "o@11=0",
    },
    "gru": {
        "Keep everything: z = 1 for four words": "z@8-11=1",
        "Ignore the old state: r = 0": "r@0-=0",
    },
    "rnn": {
        "Erase the state at one word: h = 0": "h@11=0",
        "Hold the state for four words": "h@8-11=hold",
    },
}


def brushed(
    box: Mapping[str, Any], view: View, trace: Trace
) -> tuple[tuple[int, int] | None, tuple[int, ...] | None]:
    """First and last step, and the units, of a rectangle; None of what it does not touch."""
    rows = view.rows(trace)
    steps = between(box["x"], view.steps(trace))
    touched = between(box["y"], range(len(rows)))
    units = tuple(rows[row] for row in touched)
    return ((steps[0], steps[-1]) if steps else None), units or None


def between(ends: Sequence[float], cells: range) -> list[int]:
    """The cells whose middle lies in a rectangle; of one drawn within a cell, that cell."""
    low, high = sorted(ends)
    inside = [cell for cell in cells if low <= cell <= high]
    middle = round((low + high) / 2)
    return inside or [cell for cell in cells if cell == middle]
