"""Where in a text a unit is strongest, each place a different context."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array

#: Words between two places: a unit that stays on for a sentence is on at one place.
APART = 8

#: Two places whose last so many words are the same are one context: a refrain is shown once.
SAME_WORDS = 3

#: So many times as many candidates as places are looked at; refrains use them up.
CANDIDATES = 40


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
    values: Array, ids: NDArray[np.integer], count: int, *, lowest: bool = False
) -> list[Place]:
    """The places where a unit is highest, or lowest, over a text; distinct ones only.

    Args:
        values: of one unit, [N].
        ids: the words, [N].
        count: how many places; fewer where the text has no more distinct contexts.
        lowest: the most negative values instead.
    """
    signed = -values if lowest else values
    wanted = min(len(values), count * CANDIDATES)
    candidates = np.argpartition(-signed, wanted - 1)[:wanted]
    candidates = candidates[np.lexsort((candidates, -signed[candidates]))]
    found: list[Place] = []
    seen: set[tuple[int, ...]] = set()
    for at in candidates.tolist():
        words = tuple(ids[max(0, at - SAME_WORDS + 1) : at + 1].tolist())
        if words in seen or any(abs(at - place.at) < APART for place in found):
            continue
        seen.add(words)
        found.append(Place(at, float(values[at])))
        if len(found) == count:
            break
    return found
