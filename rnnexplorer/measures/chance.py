"""How many places of a text would match a pattern if its units had nothing to do with each other.

The control shifts the on and off of each unit along the text, each by a random distance of its own.
Every unit keeps how often and for how long it is on; that several are on together is left to
chance. At each word the number of units that are on is then a sum of independent draws with the
units' own shares (Poisson binomial).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnexplorer.measures.distribution import Array


def at_least(shares: Array) -> Array:
    """[K + 1]: the probability that at least n of K independent units are on (Poisson binomial)."""
    exactly = np.zeros(len(shares) + 1)
    exactly[0] = 1.0
    for share in shares:
        exactly[1:] = exactly[1:] * (1.0 - share) + exactly[:-1] * share
        exactly[0] *= 1.0 - share
    return np.cumsum(exactly[::-1])[::-1]


def by_chance(worth: float, length: int, expected: Mapping[int, Array]) -> float:
    """Expected number of starts whose n · min / max reaches `worth`, over all lengths."""
    total = 0.0
    for m, tail in expected.items():
        reached = np.arange(len(tail)) * min(m, length) / max(m, length) >= worth
        if reached.any():
            total += float(tail[int(reached.argmax())])
    return total
