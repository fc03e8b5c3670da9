"""From a rectangle on a heatmap to steps and units; and interventions to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rnnexplorer import edits
from rnnexplorer.edits import Edit, Intervention, WordEdit
from rnnexplorer.figures import View
from rnnexplorer.signals import Cell
from rnnexplorer.traces import Trace

#: Words to read in another's place, and texts to take a state from: of them the first that a model
#: knows is offered.
WORDS = ("queen", "king", "bell", "river")
TEXTS = ("the queen of hearts", "the keeper of the bridge")

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


def examples(trace: Trace, given: int) -> dict[str, str]:
    """The examples of a cell, and two that are made of words the model knows.

    Args:
        trace: the untouched text.
        given: how many of its words were given; the last of them is changed.
    """
    known, last = set(trace.vocabulary), given - 1
    found = dict(EXAMPLES[trace.cell.key])
    spare = (word for word in trace.vocabulary if word != trace.words[last])
    word = next((w for w in WORDS if w in known and w != trace.words[last]), next(spare, None))
    if word is not None:
        found[f"Read “{word}” instead of “{trace.words[last]}”"] = str(WordEdit(last, word))
    texts = (tuple(text.split()) for text in TEXTS)
    text = next((t for t in texts if known.issuperset(t)), trace.vocabulary[:3])
    taken = whole_state(trace.cell, trace.layers, last, last + 1, text)
    found[f"The state after “{' '.join(text)}”"] = edits.written(taken)
    return found


def whole_state(
    cell: Cell, layers: int, start: int, stop: int, donor: tuple[str, ...]
) -> tuple[Edit, ...]:
    """Everything that the network carries on, of all layers, taken from another text."""
    return tuple(
        Edit(state, layer, None, start, stop, "take", donor=donor)
        for layer in range(layers)
        for state in reversed(cell.states)  # C before the h that is made of it
    )


def last_numeric(asked: Sequence[Intervention]) -> tuple[int, Edit] | None:
    """The last intervention with a number that could be more or less, after its place."""
    numeric = [
        (place, edit)
        for place, edit in enumerate(asked)
        if isinstance(edit, Edit) and edit.action in edits.NUMERIC
    ]
    return numeric[-1] if numeric else None


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
