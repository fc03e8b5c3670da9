"""What of a trace is drawn: the layer, the steps, the units and how their values are shaded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.signals import PANEL_ORDER, Signal
from rnnexplorer.traces import Trace

#: A limit taken from data leaves out this share of the largest values: one unit that counts far
#: up would otherwise turn all others into background.
OUTLIERS = 0.01

#: A limit is never smaller, so that a panel of zeros has a scale too.
SMALLEST_LIMIT = 1e-6


@dataclass(frozen=True)
class View:
    """A choice of what to draw; it is hashable, so that a drawn figure can be kept by it.

    Attributes:
        keys: the signals, in order from the top; None is all of the cell.
        layer: which layer, from 0.
        start: first step.
        stop: one past the last step; None is the end of the text.
        units: the units, one row each, in order from the top; None is all by index.
        next_words: ranks in the panel of the softmax; 0 leaves the panel out.
        deviation: shade each unit's difference from its own mean over the steps that are drawn.
        c_limit: the cell state is drawn from -`c_limit` to `c_limit`, so that two traces compare;
            None takes it from the data.
    """

    keys: tuple[str, ...] | None = None
    layer: int = 0
    start: int = 0
    stop: int | None = None
    units: tuple[int, ...] | None = None
    next_words: int = 10
    deviation: bool = False
    c_limit: float | None = None

    def steps(self, trace: Trace) -> range:
        """The steps that are drawn.

        Raises:
            ValueError: the trace has no such steps.
        """
        stop = len(trace) if self.stop is None else self.stop
        if not 0 <= self.start < stop <= len(trace):
            raise ValueError(
                f"the trace has steps 0 to {len(trace) - 1}; {self.start} up to {stop} is not"
                " a part of it"
            )
        return range(self.start, stop)

    def rows(self, trace: Trace) -> tuple[int, ...]:
        """The unit of each row, from the top.

        Raises:
            ValueError: the trace has no such units.
        """
        if self.units is None:
            return tuple(range(trace.units))
        wrong = [unit for unit in self.units if not 0 <= unit < trace.units]
        if wrong or not self.units:
            raise ValueError(f"the trace has units 0 to {trace.units - 1}; no rows for {wrong}")
        return self.units

    def signals(self, trace: Trace) -> tuple[Signal, ...]:
        """The signals that are drawn, from the top.

        Raises:
            ValueError: the cell has no such signal.
        """
        known = {signal.key for signal in trace.cell.signals}
        keys = [key for key in PANEL_ORDER if key in known] if self.keys is None else self.keys
        return tuple(trace.cell.signal(key) for key in keys)

    def values(self, trace: Trace, signal: Signal) -> NDArray[np.float32]:
        """[unit, step]: what is shaded.

        Raises:
            ValueError: the trace has no such layer, step or unit.
        """
        if not 0 <= self.layer < trace.layers:
            raise ValueError(f"the trace has layers 0 to {trace.layers - 1}, not {self.layer}")
        steps = self.steps(trace)
        drawn = trace.signals[signal.key][self.layer, steps.start : steps.stop]
        shaded = np.ascontiguousarray(drawn[:, list(self.rows(trace))].T, dtype=np.float32)
        if self.deviation:
            shaded -= shaded.mean(axis=1, keepdims=True)
        return shaded

    def limit(self, trace: Trace, signal: Signal) -> float:
        """The value that gets the full hue: what the equation guarantees, or the data's own."""
        if not self.deviation:
            if signal.limits is not None:
                return signal.limits[1]
            if self.c_limit is not None:
                return self.c_limit
        sizes = np.abs(self.values(trace, signal))
        return max(float(np.quantile(sizes, 1 - OUTLIERS)), SMALLEST_LIMIT)


def shared_c_limit(*choices: tuple[Trace, View]) -> float:
    """The limit under which the cell states of several traces can be compared.

    Returns:
        The largest of their own limits; 1 where no trace has a cell state.
    """
    limits = [
        View.limit(view, trace, signal)
        for trace, view in choices
        for signal in trace.cell.signals
        if signal.kind == "unbounded"
    ]
    return max(limits, default=1.0)
