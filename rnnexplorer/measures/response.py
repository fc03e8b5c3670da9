"""What reading a word does to each unit: the change of state, averaged over its occurrences.

The change and not the state (Ming et al. 2017, RNNVis): a unit that is always high responds to
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster import hierarchy
from scipy.spatial import distance

from rnnexplorer.measures.distribution import Array


@dataclass(frozen=True, eq=False)
class Response:
    """Units × words.

    Attributes:
        ids: the words, as vocabulary indices, [W].
        counts: how often each was read, [W].
        change: mean change of the state on reading the word, [H, W].
        error: standard error of that mean, [H, W]; NaN for a word that was read once.
    """

    ids: NDArray[np.int64]
    counts: NDArray[np.int64]
    change: Array
    error: Array


def response(states: Array, ids: NDArray[np.integer], starts: tuple[int, ...]) -> Response:
    """Average over all occurrences of each word that was read.

    Args:
        states: h or C of a layer over a text that was read stateful or in windows, [N, H].
        ids: the words, [N].
        starts: where a part of the text begins, from the zero state; rising, the first is 0.
    """
    change = np.diff(states.astype(np.float32), axis=0, prepend=np.float32(0.0))
    for start in starts:
        change[start] = states[start]  # from the zero state
    order = np.argsort(ids, kind="stable")
    sorted_ids = np.asarray(ids)[order]
    first = np.flatnonzero(np.r_[True, sorted_ids[1:] != sorted_ids[:-1]])
    counts = np.diff(np.r_[first, len(sorted_ids)])
    change = change[order]
    sums = np.add.reduceat(change, first, axis=0, dtype=np.float64)
    squares = np.add.reduceat(change * change, first, axis=0, dtype=np.float64)
    mean = sums / counts[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (squares - counts[:, None] * mean**2) / (counts[:, None] - 1)
        error = np.sqrt(np.maximum(variance, 0.0) / counts[:, None])
    error[counts == 1] = np.nan
    return Response(sorted_ids[first].astype(np.int64), counts, mean.T, error.T)


def most_frequent(found: Response, count: int) -> Response:
    """The part about the words that were read most often, most frequent first."""
    return part(found, np.argsort(-found.counts, kind="stable")[:count])


def part(found: Response, chosen: NDArray[np.int64]) -> Response:
    """The chosen words, in the order of the choice."""
    return Response(
        found.ids[chosen], found.counts[chosen], found.change[:, chosen], found.error[:, chosen]
    )


def clustered(rows: Array) -> NDArray[np.int64]:
    """An order in which rows that respond alike lie together.

    Average linkage on one minus the cosine of two rows, leaves flipped so that neighbours are
    alike (Bar-Joseph et al. 2001). Rows without any response come last.

    Args:
        rows: [K, M].

    Returns:
        [K].
    """
    lengths = np.linalg.norm(rows, axis=1)
    moving = np.flatnonzero(lengths > 1e-9)
    still = np.flatnonzero(lengths <= 1e-9)
    if len(moving) < 3:
        return np.concatenate((moving, still))
    # Rounding may leave the distance of two equal rows a hair below zero.
    apart = np.maximum(distance.pdist(rows[moving], "cosine"), 0.0)
    tree = hierarchy.linkage(apart, "average", optimal_ordering=len(moving) <= LARGEST_ORDERED)
    return np.concatenate((moving[hierarchy.leaves_list(tree)], still))


#: Flipping the leaves takes the cube of their number: a second for some hundred.
LARGEST_ORDERED = 300
