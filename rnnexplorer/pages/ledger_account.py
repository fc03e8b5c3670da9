"""What the ledger's page is about, and the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.measures import ledger
from rnnexplorer.measures.ledger import Items, Ledger
from rnnexplorer.pages import frame, reading
from rnnexplorer.pages.states import Picked
from rnnexplorer.traces import Array, Trace


@dataclass(frozen=True, eq=False)
class Asked:
    """What the page is about: a trace, the part of it that is shown, and whose account it is.

    Attributes:
        run: that made the trace.
        trace: the whole text.
        passage: the words that the state at the step was made from, read in one pass.
        first: the step of the text at which the passage begins.
        steps: the columns that are shown.
        picked: layer, step and unit.
        unit: whose account is drawn; None is all units together.
    """

    run: runs.Run
    trace: Trace
    passage: Trace
    first: int
    steps: range
    picked: Picked
    unit: int | None

    @property
    def key(self) -> tuple[object, ...]:
        """Everything that the pictures depend on but the chosen step."""
        key = reading.key_of(self.run, self.trace)
        return (key, self.picked.layer, self.steps, self.unit, frame.theme())


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept(key: object, layer: int, _trace: Trace) -> Ledger:
    return ledger.ledger(_trace, layer)


def account_of_all(asked: Asked) -> Ledger:
    """Of every unit of the layer, [T, H]."""
    return _kept(reading.key_of(asked.run, asked.trace), asked.picked.layer, asked.trace)


def account(asked: Asked) -> Ledger:
    """Of the unit, or of all units together, [T]."""
    book = account_of_all(asked)
    return book.together() if asked.unit is None else book.of(asked.unit)


def items_of_all(asked: Asked) -> Items:
    """What every unit holds at the chosen step, by the step that wrote it."""
    step = asked.picked.step - asked.first
    return ledger.itemised(asked.passage, asked.picked.layer, step, asked.first)


def items_of(asked: Asked) -> Items:
    """What the unit holds at the chosen step, or all units together."""
    items = items_of_all(asked)
    return items.together() if asked.unit is None else items.of(asked.unit)


def grid_of(asked: Asked) -> tuple[range, Array]:
    """The steps of the passage that are shown, and what was written at each of them and stays.

    In window memory the passage is the reading of the chosen word, and ends there.
    """
    stateful = asked.trace.origin.window is None
    first, end = asked.first, len(asked.trace) if stateful else asked.picked.step + 1
    columns = range(max(asked.steps.start, first), min(asked.steps.stop, end))
    own = range(columns.start - first, columns.stop - first)
    grid = ledger.still_there(asked.passage, asked.picked.layer, own)
    if asked.unit is None:
        return columns, ledger.towards(grid, grid.sum(axis=0))
    return columns, grid[:, :, asked.unit]
