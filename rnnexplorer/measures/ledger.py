"""The ledger of a gated state: what each step kept, what it wrote, and what of that is still there.

A gated cell carries its state on by a product and a sum, C_t = f_t C_{t-1} + i_t g_t (LSTM) and
h_t = z_t h_{t-1} + (1 - z_t) n_t (GRU). So every C_t is a sum over the past, to the last digit:

    C_t = sum_s (i_s g_s) f_{s+1} … f_t  +  C_0 f_1 … f_t

(the products of Hochreiter & Schmidhuber 1997's carousel once Gers et al. 2000 let it forget). A
SimpleRNN squashes the sum at every step, and there is no such account of it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from rnnexplorer import edits
from rnnexplorer.signals import Cell
from rnnexplorer.traces import Array, Trace, check_layer


@dataclass(frozen=True, eq=False)
class Ledger:
    """Each step's account: kept + written + intervened = state.

    All arrays are [T, H] for a layer, [T] for one unit or for units taken together.

    Attributes:
        before: the state that the step started from, C_{t-1} or h_{t-1}.
        kept: what it kept of it, f C_{t-1} or z h_{t-1}.
        written: what it wrote, i g or (1 - z) n.
        intervened: what an edit of the state itself put on top; 0 where there is none.
    """

    before: Array
    kept: Array
    written: Array
    intervened: Array

    @property
    def came_in(self) -> Array:
        """What was not there before: written, or put by an intervention."""
        return self.written + self.intervened

    @property
    def state(self) -> Array:
        """What the step ended with, C_t or h_t."""
        return self.kept + self.came_in

    def of(self, unit: int) -> Ledger:
        """The account of one unit, [T]."""
        return Ledger(*(array[:, unit] for array in self._columns()))

    def together(self) -> Ledger:
        """The account of all its units as one, [T]; its state is the sum of their magnitudes.

        Each unit counts in the direction of what it holds after the step: sum_h sign(C_h) x_h.
        The sign of a unit is arbitrary (turn it and its weights round, and the network is the
        same), so that plain sums cancel; and magnitudes of kept and written do not add up to that
        of the state. What is negative here worked against what is held now.
        """
        return Ledger(*(towards(array, self.state) for array in self._columns()))

    def _columns(self) -> list[Array]:
        return [getattr(self, field.name) for field in fields(self)]


@dataclass(frozen=True, eq=False)
class Items:
    """What a state holds at a step, split by the step that wrote it; they sum to it.

    Attributes:
        first: the step of the first row.
        parts: for each step from `first` to the one looked at what came in there and is left now,
            [S, H]; [S] for one unit or for units taken together.
        start: what is left of the state before `first`, [H] or a number.
    """

    first: int
    parts: Array
    start: Array

    @property
    def total(self) -> Array:
        """What the state holds: the sum of all items."""
        total: Array = self.start + self.parts.sum(axis=0)
        return total

    def of(self, unit: int) -> Items:
        """The items of one unit."""
        return Items(self.first, self.parts[:, unit], self.start[unit])

    def together(self) -> Items:
        """The items of all units as one, as in `Ledger.together`."""
        total = self.total
        return Items(self.first, towards(self.parts, total), towards(self.start, total))

    def largest(self) -> int:
        """The step that wrote most of what is held now; of one unit, or taken together."""
        return self.first + int(np.argmax(self.parts * np.sign(self.total)))

    def newest_half(self) -> int:
        """How many of the last steps wrote at least half of what is held now."""
        total = float(self.total)
        newest = np.cumsum(self.parts[::-1]) * np.sign(total)
        reached = np.flatnonzero(newest >= abs(total) / 2)
        return int(reached[0]) + 1 if len(reached) else len(self.parts)


def towards(values: Array, total: Array) -> Array:
    """Values of units, [..., H], summed in the direction of what each holds, sign(total)."""
    summed: Array = (values * np.sign(total)).sum(axis=-1)
    return summed


def has_ledger(cell: Cell) -> bool:
    """Whether a cell carries a state that is kept by a gate and written by a sum."""
    return cell.keeper is not None


def ledger(trace: Trace, layer: int) -> Ledger:
    """What every step of a trace kept and wrote.

    The signals are float32; the account is made in float64, and its state agrees with the recorded
    one within the rounding of a step.

    Args:
        trace: of a gated cell, in either memory: a step is accounted for from what it started from.
        layer: from 0.

    Returns:
        The account of all units, [T, H].

    Raises:
        ValueError: a SimpleRNN, or no such layer.
    """
    if not has_ledger(trace.cell):
        raise ValueError(
            f"the {trace.cell.title} has no ledger: it makes its state anew at every step, and"
            " nothing in it is kept or written; take an LSTM or a GRU"
        )
    check_layer(layer, trace.layers)
    state = trace.cell.memory

    def of(key: str) -> Array:
        values: Array = trace.signals[key][layer]
        return values.astype(np.float64)

    before = trace.before[state][layer].astype(np.float64)
    kept = _keep(trace, layer) * before
    written = of("i") * of("g") if trace.cell.key == "lstm" else (1.0 - of("z")) * of("n")
    edited = _edited(trace, layer, state)
    return Ledger(before, kept, written, np.where(edited, of(state) - kept - written, 0.0))


def _keep(trace: Trace, layer: int) -> Array:
    """The gate that keeps the state, [T, H]."""
    gate: Array = trace.signals[str(trace.cell.keeper)][layer]
    return gate.astype(np.float64)


def _edited(trace: Trace, layer: int, state: str) -> NDArray[np.bool_]:
    """Where an intervention acted on the state itself, [T, H].

    Those on gates and candidates do not matter: the trace holds what they made of them.
    """
    found = np.zeros((len(trace), trace.units), dtype=bool)
    for edit in edits.parse(trace.origin.edits):
        if isinstance(edit, edits.Edit) and (edit.signal, edit.layer) == (state, layer):
            units = slice(None) if edit.units is None else list(edit.units)
            found[edit.start : edit.stop, units] = True
    return found


# --- back through time ---------------------------------------------------------------------------


def reach(trace: Trace, step: int) -> range:
    """The steps whose words the state at a step was made from.

    In window memory these are the last `window` words. Each word has a fresh start there, so that
    the rows of the trace belong to different passes: read just these words with the state carried
    on, which is the same pass, and split its last state.

    Raises:
        ValueError: the trace has no such step.
    """
    if not 0 <= step < len(trace):
        raise ValueError(f"there is no step {step}; there are 0 to {len(trace) - 1}")
    window = trace.origin.window
    return range(0 if window is None else max(0, step + 1 - window), step + 1)


def itemised(trace: Trace, layer: int, step: int, first: int = 0) -> Items:
    """What the state holds at a step, split by the step that wrote it.

    Args:
        trace: of a gated cell; up to the step each row starts from the row above.
        layer: from 0.
        step: of the trace, from 0.
        first: the number in the text of the first step, for a trace of a part of it (`reach`).

    Returns:
        The items of all units; they sum to the state within the rounding of the trace's float32.

    Raises:
        ValueError: no ledger, no such layer or step, or rows of different passes.
    """
    book = ledger(trace, layer)
    _check_one_pass(trace, layer, step)
    keep = np.ones((step + 1, trace.units))
    keep[:-1] = _keep(trace, layer)[step:0:-1].cumprod(axis=0)[::-1]
    first_kept: Array = book.kept[0] * keep[0]
    return Items(first, book.came_in[: step + 1] * keep, first_kept)


def still_there(trace: Trace, layer: int, steps: range) -> Array:
    """For every two steps what was written at the first and is still there at the second.

    Args:
        trace: of a gated cell; up to the last step each row starts from the row above.
        layer: from 0.
        steps: the steps in question.

    Returns:
        [1 + n, n, H]: row 0 is what was there before the first of the n steps, row 1 + s what came
        in at step s; 0 before that. A column sums to the state at its step.

    Raises:
        ValueError: no ledger, no such layer or step, or rows of different passes.
    """
    book, keep = ledger(trace, layer), _keep(trace, layer)
    _check_one_pass(trace, layer, steps.stop - 1)
    found = np.zeros((1 + len(steps), len(steps), trace.units))
    held = np.zeros((1 + len(steps), trace.units))
    held[0] = book.before[steps.start]
    for column, step in enumerate(steps):
        held *= keep[step]
        held[1 + column] = book.came_in[step]
        found[:, column] = held
    return found


def _check_one_pass(trace: Trace, layer: int, step: int) -> None:
    if not 0 <= step < len(trace):
        raise ValueError(f"there is no step {step}; there are 0 to {len(trace) - 1}")
    state = trace.cell.memory
    before, after = trace.before[state][layer], trace.signals[state][layer]
    if not np.array_equal(before[1 : step + 1], after[:step]):
        raise ValueError(
            f"up to step {step} each word was read with a fresh start, so that no step goes on"
            " where the one before ended; read the last window's words alone, state carried on"
        )
