"""A text that goes round: the loop into which greedy writing falls."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

#: A stretch is a loop when it stands so often in a row, and fills so many words.
ROUNDS, WORDS = 3, 8


@dataclass(frozen=True)
class Loop:
    """The end of a text, in which one stretch of words comes again and again.

    Attributes:
        start: its first word, from 0.
        period: words of the stretch.
        length: words from `start` to the end of the text; the last round may be unfinished.
    """

    start: int
    period: int
    length: int

    @property
    def rounds(self) -> int:
        """How often the whole stretch stands there."""
        return self.length // self.period


def loop(words: Sequence[Hashable]) -> Loop | None:
    """The shortest stretch that a text repeats up to its end.

    The smallest p such that w_t = w_{t-p} from some word on to the last, over at least ROUNDS
    times p and WORDS words.

    Args:
        words: the text, as words or as vocabulary indices.

    Returns:
        None where it does not end in a loop.
    """
    size = len(words)
    for period in range(1, size // ROUNDS + 1):
        same = 0
        while same < size - period and words[size - 1 - same] == words[size - 1 - same - period]:
            same += 1
        if same + period >= max(ROUNDS * period, WORDS):
            return Loop(size - same - period, period, same + period)
    return None
