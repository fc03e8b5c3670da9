"""A pattern: the units that are on over a range of words (LSTMVis, Strobelt et al. 2018)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array
from rnnexplorer.signals import Kind


@dataclass(frozen=True, eq=False)
class Pattern:
    """Units that are on over a range of words.

    Attributes:
        units: the K units, rising.
        signs: 1 for a unit that is on upwards, -1 for one that is on downwards, [K].
        length: of the range, in words.
        level: a unit is on where sign · value is at least this.
        on_before: which units are on at the word before the range as well, [K].
        on_after: which units are on at the word after it as well, [K].
        before_off: none may be on at the word before, here or at a match.
        after_off: none may be on at the word after, here or at a match.
    """

    units: NDArray[np.int64]
    signs: NDArray[np.int64]
    length: int
    level: float
    on_before: NDArray[np.bool_]
    on_after: NDArray[np.bool_]
    before_off: bool = False
    after_off: bool = False


def on_units(
    values: Array,
    span: tuple[int, int],
    threshold: float,
    kind: Kind,
    *,
    before_off: bool = False,
    after_off: bool = False,
) -> Pattern:
    """The units that are on over a range of steps.

    A gate is on where it is at least the threshold. A signal that takes both signs is on where
    its size is and its sign is the one it has at the first step of the range: a unit that swings
    from 0.9 to -0.9 does not say one thing throughout. C has no bounds and is measured as tanh C,
    which is what h shows of it.

    Args:
        values: of one signal and layer, [T, H].
        span: first and last step, both included.
        threshold: 0…1.
        kind: of the signal.
        before_off: leave out units that are on at the step before. Before the first step there is
            the zero state, in which no unit is on.
        after_off: leave out units that are on at the step after, if there is one.

    Raises:
        ValueError: there are no such steps, or the threshold is not within 0…1.
    """
    first, last = span
    if not 0 <= first <= last < len(values):
        raise ValueError(f"the text has steps 0 to {len(values) - 1}, not {first} to {last}")
    if not 0.0 <= threshold <= 1.0:
        raise ValueError(f"the threshold is {threshold:g}; it must lie between 0 and 1")
    with np.errstate(divide="ignore"):  # tanh C never reaches 1
        level = float(np.arctanh(threshold)) if kind == "unbounded" else threshold
    signs = np.ones(values.shape[1], np.int64)
    if kind != "gate":
        signs[values[first] < 0] = -1
    on = values * signs >= level  # [T, H]
    nothing = np.zeros(values.shape[1], np.bool_)
    before = on[first - 1] if first > 0 else nothing
    after = on[last + 1] if last + 1 < len(values) else nothing
    chosen = on[first : last + 1].all(axis=0)
    if before_off:
        chosen &= ~before
    if after_off:
        chosen &= ~after
    units = np.flatnonzero(chosen)
    return Pattern(
        units, signs[units], last - first + 1, level, before[units], after[units],
        before_off, after_off,
    )  # fmt: skip


def is_on(values: Array, pattern: Pattern) -> NDArray[np.bool_]:
    """Which units of a pattern are on at each word.

    Args:
        values: of all units of the layer, [N, H]; only the pattern's own are read.
        pattern: the units.

    Returns:
        [N, K].
    """
    chosen = np.take(np.asarray(values), pattern.units, axis=1).astype(np.float32)
    chosen *= pattern.signs.astype(np.float32)
    return np.asarray(chosen >= pattern.level)
