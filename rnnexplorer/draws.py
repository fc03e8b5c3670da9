"""How a word is drawn: temperature, truncation, and where the random numbers come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

#: Beyond it nearly every word is as likely as any other.
HOTTEST = 10.0


@dataclass(frozen=True)
class Sampling:
    """How the next word is drawn from its distribution.

    Attributes:
        temperature: divides the logits; 0 takes the most probable word.
        top_k: draw from only so many most probable words; None from all.
        top_p: draw from the fewest words that hold this share of the probability (Holtzman et al.
            2020); None from all.
        seed: of the draws.
    """

    temperature: float = 0.0
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 1

    def __post_init__(self) -> None:
        """Check the bounds."""
        if not 0.0 <= self.temperature <= HOTTEST:
            raise ValueError(
                f"temperature is {self.temperature:g}; it must lie between 0 and {HOTTEST:g}"
            )
        if self.top_k is not None and self.top_k < 1:
            raise ValueError(f"top_k is {self.top_k}; it must be at least 1")
        if self.top_p is not None and not 0.0 < self.top_p <= 1.0:
            raise ValueError(f"top_p is {self.top_p:g}; it must lie above 0 and at most at 1")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; it must not be negative")


def uniforms(seed: int, count: int) -> NDArray[np.float64]:
    """The random numbers of a seed: the k-th written word is drawn with the k-th of them.

    The first numbers are the same however many are asked for, so a longer text begins like a
    shorter one.

    Args:
        seed: of the draws, at least 0.
        count: how many.

    Returns:
        [count], evenly distributed in 0…1, 1 itself excluded.
    """
    return np.random.default_rng(seed).random(count)


class Ranking(NamedTuple):
    """The words of a distribution, the most probable first; ties in order of the vocabulary.

    Attributes:
        order: [..., V], vocabulary index of the word of each rank.
        scaled: [..., V], logits / temperature; at temperature 0 its limit, 0 for the most probable
            word and minus infinity for all others.
        softmax: [..., V], e^scaled / Σ e^scaled.
        by_k: how many words top-k leaves.
        kept: [...], how many of those can be drawn: as top-p says, and as have not underflown to 0.
    """

    order: NDArray[np.int64]
    scaled: Array
    softmax: Array
    by_k: int
    kept: NDArray[np.int64]

    def shares(self) -> Array:
        """What is drawn from: the softmax of the words kept, else 0; not scaled up, [..., V]."""
        return np.where(np.arange(self.order.shape[-1]) < self.kept[..., None], self.softmax, 0.0)


def rank(logits: Array, sampling: Sampling) -> Ranking:
    """Line the words up, and cut off those that cannot be drawn.

    a = logits / T, p = softmax(a); the words are lined up by probability; top-k cuts all but k of
    them, top-p all but the fewest that hold the share p (Holtzman et al. 2020).

    Args:
        logits: [..., V].
        sampling: temperature and truncation; its seed has no part in this.
    """
    scores = np.asarray(logits, dtype=np.float64) / (sampling.temperature or 1.0)
    order = np.argsort(-scores, axis=-1, kind="stable")
    scaled = np.take_along_axis(scores, order, axis=-1)
    ranks = np.arange(order.shape[-1])
    if sampling.temperature == 0.0:
        scaled = np.broadcast_to(np.where(ranks == 0, 0.0, -np.inf), order.shape)
    softmax = np.exp(scaled - scaled[..., :1])
    softmax /= softmax.sum(axis=-1, keepdims=True)
    by_k = len(ranks) if sampling.top_k is None else min(sampling.top_k, len(ranks))
    can_be = (softmax > 0) & (ranks < by_k)  # far down a low temperature underflows to 0
    if sampling.top_p is not None:
        # A word stays while the words before it hold less than top_p; the first always stays.
        can_be &= softmax.cumsum(axis=-1) - softmax < sampling.top_p
    return Ranking(order, scaled, softmax, by_k, can_be.sum(axis=-1))


def place(shares: Array, uniform: float) -> int:
    """The rank whose stretch of the cumulated shares holds the random number.

    So the same number picks from the same place of the ranking whatever the temperature.

    Args:
        shares: of one distribution, see `Ranking.shares`, [V].
        uniform: a random number in 0…1.
    """
    cumulated = shares.cumsum()
    found = int(np.searchsorted(cumulated, uniform * float(cumulated[-1]), side="right"))
    # Rounding may leave the sum a hair under the draw; the last kept word is meant then.
    return min(found, int((shares > 0).sum()) - 1)


def draw(logits: Array, sampling: Sampling, uniform: float) -> int:
    """One word from a row of logits, [V]; see `rank` and `place`."""
    ranking = rank(logits, sampling)
    return int(ranking.order[place(ranking.shares(), uniform)])
