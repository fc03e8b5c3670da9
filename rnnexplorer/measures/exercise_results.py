"""Who remembers longer: share of right answers against distance, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnexplorer import signals
from rnnexplorer.measures.distribution import Array

Distances = NDArray[np.int64]

#: Of intervals.
CONFIDENCE = 0.95

#: A cell "still gets it right" at a distance while so many of all its answers are.
RIGHT = 0.9

#: A smaller difference of mean shares is none; from these shares of it on, size explains all of it
#: or a part. They choose the words of a sentence that gives the numbers too.
NO_ADVANTAGE = 0.05
ALL_OF_IT, PART_OF_IT = 0.9, 0.25


#: What is compared, and what it is called on the screen; `exercises.compared` makes them.
CELLS = {
    "rnn": signals.RNN.title,
    "matched": f"matched {signals.RNN.title}",
    "gru": signals.GRU.title,
    "lstm": signals.LSTM.title,
}


@dataclass(frozen=True, eq=False)
class Score:
    """What the trainings of one cell came to.

    Attributes:
        key: tells the cells of a comparison apart.
        name: of the cell on the screen.
        units: H.
        parameters: number of its weights.
        seeds: one for each training, [S].
        distances: rising, [D].
        right: right answers of each training at each distance, [S, D].
        examples: asked at each distance.
    """

    key: str
    name: str
    units: int
    parameters: int
    seeds: tuple[int, ...]
    distances: Distances
    right: NDArray[np.int64]
    examples: int

    @property
    def shares(self) -> Array:
        """[S, D]: share of right answers."""
        return self.right / self.examples

    @property
    def mean(self) -> Array:
        """[D]: over the trainings."""
        mean: Array = self.shares.mean(axis=0)
        return mean

    @property
    def interval(self) -> tuple[Array, Array]:
        """[D] and [D]: of the mean share, all examples of all trainings taken together.

        It tells how exactly these networks were measured, and nothing of other seeds.
        """
        return wilson(self.right.sum(axis=0), self.examples * len(self.seeds))

    @property
    def reach(self) -> int | None:
        """The farthest distance up to which the mean share is `RIGHT` or more; None if none."""
        failed = np.flatnonzero(self.mean < RIGHT)
        last = int(failed[0]) - 1 if len(failed) else len(self.distances) - 1
        return None if last < 0 else int(self.distances[last])


def wilson(right: Array | NDArray[np.int64], examples: int) -> tuple[Array, Array]:
    """The score interval of a share, at 95 % confidence (Wilson 1927).

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), with p = right / n.

    Args:
        right: how often, 0…examples, any shape.
        examples: n, above 0.

    Returns:
        Its lower and its upper end, 0…1.
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    p = np.asarray(right, dtype=float) / examples
    middle = p + z * z / (2 * examples)
    half = z * np.sqrt(p * (1 - p) / examples + z * z / (4 * examples**2))
    scale = 1 + z * z / examples
    return np.maximum((middle - half) / scale, 0.0), np.minimum((middle + half) / scale, 1.0)


def tested(distances: Distances, most: int) -> Distances:
    """At most so many of the distances, the nearest and the farthest among them, evenly spread."""
    if len(distances) <= most:
        return distances
    chosen: Distances = distances[np.linspace(0, len(distances) - 1, most).round().astype(int)]
    return chosen


def headline(scores: Sequence[Score], between: str) -> str:
    """Who still gets it right at which distance, in a sentence.

    Args:
        scores: of the cells, in the order in which they are told.
        between: what lies between, in the plural.
    """
    farthest = int(scores[0].distances[-1])
    whole = [score.name for score in scores if score.reach == farthest]
    if len(whole) == len(scores):
        return f"All cells get {RIGHT:.0%} right or more up to {farthest} {between}, the farthest."
    parts = [f"{_listed(whole)} up to {farthest} {between}, the farthest"] if whole else []
    for score in scores:
        if score.reach == farthest:
            continue
        nearest = f"not even across {int(score.distances[0])}"
        parts.append(f"{score.name} {nearest if score.reach is None else f'up to {score.reach}'}")
    return f"{RIGHT:.0%} right or more: {'; '.join(parts)}."


def does_size_explain(plain: Score, matched: Score, gated: Score) -> str:
    """Whether a SimpleRNN of the LSTM's size does as well, by the mean over all distances.

    With the spread of the single trainings: another seed may say otherwise.

    Args:
        plain: the SimpleRNN with as many units.
        matched: the SimpleRNN with as many weights.
        gated: the LSTM.
    """
    small, large, lstm = (float(score.mean.mean()) for score in (plain, matched, gated))
    count = len(gated.seeds)
    told = (
        f"Over all distances the {gated.name} gets {lstm:.0%} right{_spread(gated)}, the"
        f" {plain.name} with as many units {small:.0%}{_spread(plain)}, the one with as many"
        f" weights ({matched.units} units) {large:.0%}{_spread(matched)}. As far as {count}"
        f" training{'s' * (count != 1)} of each can tell,"
    )
    if lstm - small < NO_ADVANTAGE:
        return f"{told} there is no advantage of the {gated.name} to explain here."
    closed = (large - small) / (lstm - small)
    if closed >= ALL_OF_IT:
        return f"{told} its size explains the {gated.name}'s advantage here."
    if closed >= PART_OF_IT:
        return f"{told} its size explains a part of the {gated.name}'s advantage."
    return f"{told} its size does not explain the {gated.name}'s advantage."


def _spread(score: Score) -> str:
    """What the single trainings get, where there are several: " (95% to 98%)"."""
    single = score.shares.mean(axis=1)
    return f" ({single.min():.0%} to {single.max():.0%})" if len(single) > 1 else ""


def table(scores: Sequence[Score]) -> pd.DataFrame:
    """A row for each cell, training and distance, with the interval of its share."""
    rows = []
    for score in scores:
        low, high = wilson(score.right, score.examples)
        for s, seed in enumerate(score.seeds):
            for d, distance in enumerate(score.distances):
                rows.append(
                    {
                        "cell": score.key, "units": score.units, "parameters": score.parameters,
                        "seed": seed, "distance": int(distance), "right": int(score.right[s, d]),
                        "examples": score.examples, "share": float(score.shares[s, d]),
                        "low": float(low[s, d]), "high": float(high[s, d]),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
