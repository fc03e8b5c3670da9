"""Exercises with a distance: something is read, and asked for later."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.exercise_data.exercise import ASK, BLANK, NOT_ASKED, Batch, Exercise, Ints

_LETTERS = tuple("abcdefgh")


def recall(rng: np.random.Generator, distances: Ints) -> Batch:
    """The first letter is asked for after so many others: `a f c e ?` → `a` (distance 3).

    Args:
        rng: of the letters.
        distances: letters in between, [B].

    Returns:
        T is the largest distance and 2; behind its question an example goes on unasked.
    """
    columns = np.arange(len(distances))
    inputs = rng.integers(len(_LETTERS), size=(int(distances.max()) + 2, len(distances)))
    inputs[distances + 1, columns] = len(_LETTERS)
    targets = np.full_like(inputs, NOT_ASKED)
    targets[distances + 1, columns] = inputs[0]
    return Batch(inputs, targets)


#: Opening brackets, then the closing ones in the same order.
_BRACKETS = tuple("([{)]}")
_PAIRS = len(_BRACKETS) // 2


def brackets(rng: np.random.Generator, distances: Ints) -> Batch:
    """After each bracket: which one closes the innermost that is open? `( [ ]` → `) ] )`.

    The first bracket stays open and everything behind it is balanced, so that the last answer of a
    sequence is the partner of its first bracket.

    Args:
        rng: of the brackets.
        distances: brackets between the first one and the last question, [B], even. All examples
            are as long as the farthest: their answers on the way have every smaller distance.

    Returns:
        T is the largest distance and 1.
    """
    steps, size = int(distances.max()) + 1, len(distances)
    opens = np.vstack([np.ones((1, size), dtype=bool), balanced(rng, steps - 1, size)])
    kinds = rng.integers(_PAIRS, size=(steps, size))
    inputs, targets = np.empty((2, steps, size), dtype=np.int64)
    stack, depth = np.zeros((steps + 1, size), dtype=np.int64), np.zeros(size, dtype=np.int64)
    columns = np.arange(size)
    for t in range(steps):
        inputs[t] = np.where(opens[t], kinds[t], _PAIRS + stack[depth, columns])
        depth += np.where(opens[t], 1, -1)
        stack[depth[opens[t]], columns[opens[t]]] = kinds[t][opens[t]]
        targets[t] = _PAIRS + stack[depth, columns]
    return Batch(inputs, targets)


def balanced(rng: np.random.Generator, length: int, size: int) -> NDArray[np.bool_]:
    """[length, size]: balanced strings, each as probable as any other; True opens, False closes.

    With r places left and h brackets open the next one opens with probability
    (r - h)(h + 2) / (2r(h + 1)) (Arnold & Sleep 1980).
    """
    opens, height = np.empty((length, size), dtype=bool), np.zeros(size)
    for t in range(length):
        left = length - t
        share = (left - height) * (height + 2) / (2 * left * (height + 1))
        opens[t] = rng.random(size) < share
        height += np.where(opens[t], 1, -1)
    return opens


_COPIED = tuple("abcd")
#: Letters that are copied.
COPIED = 3


def copy(rng: np.random.Generator, distances: Ints) -> Batch:
    """Three letters are repeated after a gap: `a c b · · ? ? ?` → `a c b` (distance 2).

    Args:
        rng: of the letters.
        distances: blanks in between, [B].

    Returns:
        T is the largest distance and 6; behind its answer an example has blanks.
    """
    columns = np.arange(len(distances))
    letters = rng.integers(len(_COPIED), size=(COPIED, len(distances)))
    inputs = np.full((int(distances.max()) + 2 * COPIED, len(distances)), len(_COPIED))
    inputs[:COPIED] = letters
    targets = np.full_like(inputs, NOT_ASKED)
    for place in range(COPIED):
        inputs[COPIED + distances + place, columns] = len(_COPIED) + 1
        targets[COPIED + distances + place, columns] = letters[place]
    return Batch(inputs, targets)


DISTANT = (
    Exercise(
        "recall", "many-to-one", "Recall the first letter",
        "A letter, then others. At the question mark: which letter was the first?",
        (*_LETTERS, ASK), recall, 1 / len(_LETTERS), "letters", nearest=1,
    ),
    Exercise(
        "brackets", "many-to-many", "Match brackets",
        "Brackets open and close. After each one: which bracket closes the innermost that is still"
        " open?",
        _BRACKETS, brackets, 1 / _PAIRS, "brackets", every=2, scored=1,
    ),
    Exercise(
        "copy", "many-to-many", "Copy after a gap",
        "Three letters, then nothing for a while. At the question marks: the three letters again,"
        " in order.",
        (*_COPIED, BLANK, ASK), copy, len(_COPIED) ** -COPIED, "blanks", nearest=1,
    ),
)  # fmt: skip
