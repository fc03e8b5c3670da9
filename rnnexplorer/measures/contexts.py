"""Where in a text a unit is strongest, each place a different context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array

#: Words between two places: a unit that stays on for a sentence is on at one place.
APART = 8

#: Two places whose last so many words are the same are one context: a refrain is shown once.
SAME_WORDS = 3

#: And of places whose last words are alike, these so many, only so many are shown.
ALIKE_WORDS, ALIKE = 2, 2

#: Words after a fresh start that are left out: a state that fills up from zero tells of the start.
FRESH = 8

#: So many times as many candidates as places are looked at; refrains use them up.
CANDIDATES = 80


@dataclass(frozen=True)
class Place:
    """A place in a text.

    Attributes:
        at: the word, from 0.
        value: of the unit there.
    """

    at: int
    value: float


def strongest(
    values: Array,
    ids: NDArray[np.integer],
    count: int,
    *,
    lowest: bool = False,
    starts: Sequence[int] = (),
) -> list[Place]:
    """The places where a unit is highest, or lowest, over a text; distinct ones only.

    Args:
        values: of one unit, [N].
        ids: the words, [N].
        count: how many places; fewer where the text has no more distinct contexts.
        lowest: the most negative values instead.
        starts: words at which the network began from the zero state; the `FRESH` words from each on
            are left out.
    """
    signed = -values if lowest else values.copy()
    for start in starts:
        signed[start : start + FRESH] = -np.inf
    wanted = min(len(values), count * CANDIDATES)
    candidates = np.argpartition(-signed, wanted - 1)[:wanted]
    candidates = candidates[np.lexsort((candidates, -signed[candidates]))]
    found: list[Place] = []
    seen: Counter[tuple[int, ...]] = Counter()
    for at in candidates[signed[candidates] > -np.inf].tolist():
        words = tuple(ids[max(0, at - SAME_WORDS + 1) : at + 1].tolist())
        alike = words[-ALIKE_WORDS:]
        if seen[words] or seen[alike] == ALIKE or any(abs(at - p.at) < APART for p in found):
            continue
        seen.update({words, alike})
        found.append(Place(at, float(values[at])))
        if len(found) == count:
            break
    return found
