"""In which order units are lined up in a heatmap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array

Order = NDArray[np.int64]


def by_index(states: Array) -> Order:
    """As the network numbers them."""
    return np.arange(states.shape[1])


def by_activity(states: Array) -> Order:
    """The units that move most first: by standard deviation over time, ties by index."""
    return np.argsort(-np.asarray(states, dtype=np.float64).std(axis=0), kind="stable")


def by_peak(states: Array) -> Order:
    """By the time of the largest magnitude, earliest first, ties by index."""
    return np.argsort(np.abs(states).argmax(axis=0), kind="stable")


def by_similarity(states: Array) -> Order:
    """Similar ones together: a chain from the most active unit to its most correlated neighbour.

    Each next unit is the one not yet placed that correlates most (Pearson, over time) with the
    last. Units that do not move correlate with nothing and come last, by index.

    Args:
        states: [T, H].

    Returns:
        [H], the units in order.
    """
    values = np.asarray(states, dtype=np.float64)
    centred = values - values.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    moving = length > 1e-12
    normal = np.divide(centred, length, out=np.zeros_like(centred), where=moving)
    correlation = normal.T @ normal  # [H, H]
    left = moving.copy()
    chain: list[int] = []
    unit = int(np.argmax(length))
    while left.any():
        chain.append(unit)
        left[unit] = False
        unit = int(np.argmax(np.where(left, correlation[unit], -np.inf)))
    return np.array(chain + np.flatnonzero(~moving).tolist(), dtype=np.int64)


ORDERS: dict[str, Callable[[Array], Order]] = {
    "similarity": by_similarity,
    "activity": by_activity,
    "peak": by_peak,
    "index": by_index,
}


def order(states: NDArray[np.floating[Any]], name: str) -> Order:
    """The units of [T, H] in the order of that name.

    Raises:
        ValueError: there is no such order.
    """
    if name not in ORDERS:
        raise ValueError(f"no order is called {name!r}; there are {', '.join(ORDERS)}")
    return ORDERS[name](states)


def most_active(states: Array, count: int) -> Order:
    """The units that move most over [T, H], most first; at most H."""
    return by_activity(states)[:count]
