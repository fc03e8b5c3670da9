"""Are the gates in working order? How often each is shut or open, and which units are in trouble.

Shares below 0.1 and above 0.9 over a whole text are the saturation plot of Karpathy, Johnson and
Fei-Fei (2015, figure 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnexplorer.measures import stretch
from rnnexplorer.measures.arithmetic import OPEN
from rnnexplorer.measures.blocks import mean_and_spread
from rnnexplorer.measures.distribution import Array
from rnnexplorer.signals import Cell

#: A gate that is shut, or open, at this share of all steps is stuck.
STUCK = 0.99

#: A unit whose h keeps within so much of its mean (standard deviation) says nothing.
DEAD = 0.01

#: tanh differs from 1 by less than 1e-4 beyond it: what a cell adds above cannot be seen in h.
EXPLODING = 5.0


@dataclass(frozen=True, eq=False)
class Saturation:
    """How often a gate of each unit is shut and open.

    Attributes:
        shut: share of the steps below 0.1 (of a signed signal: below -0.9), [H].
        open: share of the steps above 0.9, [H].
        mean: over the steps, [H].
    """

    shut: Array
    open: Array
    mean: Array


def saturation(values: Array, *, signed: bool = False) -> Saturation:
    """Count over a text.

    Args:
        values: of a gate, [T, H], 0…1; or of a signed signal, -1…1.
        signed: whether it is one.
    """
    low = -OPEN if signed else 1.0 - OPEN
    return Saturation(
        shut=(values < np.asarray(low, values.dtype)).mean(axis=0),
        open=(values > np.asarray(OPEN, values.dtype)).mean(axis=0),
        mean=values.mean(axis=0, dtype=np.float64),
    )


def gates_of(cell: Cell) -> tuple[str, ...]:
    """The signals whose saturation says something: the gates, or the SimpleRNN's only signal."""
    return tuple(s.key for s in cell.signals if s.kind == "gate") or ("h",)


def unit_table(cell: Cell, signals: Mapping[str, Array]) -> pd.DataFrame:
    """Every unit of a layer: shares of each gate, spread of its state, and what is wrong with it.

    Args:
        cell: of the network.
        signals: each [T, H], of one layer over a text.

    Returns:
        A row per unit: `unit`; for each gate `{gate}_shut`, `{gate}_open` and `{gate}_mean`;
        `h_spread` (standard deviation over the text); `c_largest` (of |C|, LSTM only);
        `trouble` (in words; empty if there is none).
    """
    columns: dict[str, object] = {"unit": np.arange(signals["h"].shape[1])}
    for gate in gates_of(cell):
        found = saturation(signals[gate], signed=cell.signal(gate).kind == "signed")
        columns[f"{gate}_shut"], columns[f"{gate}_open"] = found.shut, found.open
        columns[f"{gate}_mean"] = found.mean
    columns["h_spread"] = mean_and_spread(signals["h"])[1]
    if "c" in signals:
        columns["c_largest"] = np.abs(signals["c"]).max(axis=0).astype(np.float64)
    table = pd.DataFrame(columns)
    rows = (dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False))
    table["trouble"] = [_trouble(cell, row) for row in rows]
    return table


def _trouble(cell: Cell, row: Mapping[str, float]) -> str:
    """What is wrong with a unit, in words."""
    found = []
    if row["h_spread"] < DEAD:
        found.append("dead: its h hardly moves")
    for gate in gates_of(cell):
        name = cell.signal(gate).name
        if row[f"{gate}_open"] >= STUCK:
            found.append(f"{name} stuck {'open' if gate != 'h' else 'at 1'}")
        if row[f"{gate}_shut"] >= STUCK:
            found.append(f"{name} stuck {'shut' if gate != 'h' else 'at −1'}")
    if row.get("c_largest", 0.0) > EXPLODING:
        found.append(
            f"exploding: |C| reaches {row['c_largest']:.0f}; beyond {EXPLODING:g} tanh C is flat"
            " and h no longer changes"
        )
    return "; ".join(found)


def summary(table: pd.DataFrame) -> str:
    """How many units are in which kind of trouble, in a sentence."""
    kinds = (
        ("dead", "dead (h hardly moves)"),
        ("stuck", f"with a gate stuck {STUCK:.0%} of the time"),
        ("exploding", f"exploding (|C| goes beyond {EXPLODING:g}, where tanh C is flat)"),
    )
    counts = [(table["trouble"].str.contains(word).sum(), told) for word, told in kinds]
    told = [f"{count} {name}" for count, name in counts if count]
    if not told:
        return f"All {len(table)} units work: none is dead, stuck or exploding."
    return f"Of {len(table)} units: {', '.join(told)}."


# --- weights -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Block:
    """One gate's recurrent matrix.

    Attributes:
        key: of the gate.
        eigenvalues: of the [H, H] matrix, complex, by falling magnitude.
        norms: Frobenius norm of each weight of the gate, by checkpoint name.
    """

    key: str
    eigenvalues: NDArray[np.complex128]
    norms: Mapping[str, float]

    @property
    def radius(self) -> float:
        """The largest magnitude, the spectral radius."""
        return stretch.radius(self.eigenvalues)


def blocks(cell: Cell, weights: Mapping[str, Array], layer: int) -> list[Block]:
    """The weights of a layer, gate by gate.

    For a SimpleRNN the radius tells whether the linear part of the recurrence shrinks (< 1) or
    grows (> 1) what it carries (Pascanu et al. 2013); for gated cells it describes one product of
    several and is no such verdict.

    Args:
        cell: of the network.
        weights: by checkpoint name.
        layer: from 0.
    """
    W_hh = weights[f"W_hh.l{layer}"]
    units = W_hh.shape[0]
    found = []
    for number, key in enumerate(cell.gates):
        part = slice(number * units, (number + 1) * units)
        norms = {
            name: float(np.linalg.norm(weights[f"{name}.l{layer}"][..., part]))
            for name in ("W_xh", "W_hh", "b")
        }
        found.append(Block(key, stretch.eigenvalues(W_hh[:, part]), norms))
    return found
