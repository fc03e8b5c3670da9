"""Small exercises for a recurrent network, made by rule: what is read, and what is to be answered.

Each exercise is a row of a table, `EXERCISES`; adding one adds a row. Its examples are sequences of
symbols, drawn from random numbers that are handed in, or few enough to be written down. Those of
`MEMORY` have a distance: how far back lies what must be remembered. The others show the ways in
which a network can be wired, from one input to one output up to sequence to sequence.

Recalling after distractors follows Bengio, Simard & Frasconi (1994) and Hochreiter & Schmidhuber
(1997), copying after a gap Arjovsky, Shah & Bengio (2016), brackets the Dyck languages of Gers &
Schmidhuber (2001), reversing Sutskever, Vinyals & Le (2014).
"""

from __future__ import annotations

from types import MappingProxyType

from rnnexplorer.exercise_data.distant import DISTANT
from rnnexplorer.exercise_data.exercise import (
    ASK,
    BLANK,
    END,
    NOT_ASKED,
    Batch,
    Example,
    Exercise,
    Ints,
    Kind,
    side_by_side,
)
from rnnexplorer.exercise_data.wirings import WIRINGS

__all__ = [
    "ASK",
    "BLANK",
    "END",
    "EXERCISES",
    "MEMORY",
    "NOT_ASKED",
    "Batch",
    "Example",
    "Exercise",
    "Ints",
    "Kind",
    "find",
    "side_by_side",
]

EXERCISES = MappingProxyType({exercise.key: exercise for exercise in (*DISTANT, *WIRINGS)})

#: Those with a distance: who remembers longer?
MEMORY = tuple(exercise.key for exercise in DISTANT)


def find(key: str) -> Exercise:
    """The exercise of that key.

    Raises:
        ValueError: there is none.
    """
    if key not in EXERCISES:
        raise ValueError(f"no exercise is called {key!r}; there are {', '.join(EXERCISES)}")
    return EXERCISES[key]
