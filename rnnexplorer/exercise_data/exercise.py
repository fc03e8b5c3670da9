"""What an exercise is: its examples, its symbols, and how they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

Kind = Literal["one-to-one", "one-to-many", "many-to-one", "many-to-many"]

#: In place of a target: nothing is asked at this step.
NOT_ASKED = -1

#: Read where there is no input, and written behind the last letter of a word.
BLANK, END = "·", "."

#: Asks for the answer.
ASK = "?"


class Batch(NamedTuple):
    """Examples side by side, as numbers of symbols.

    Attributes:
        inputs: [T, B].
        targets: [T, B], `NOT_ASKED` where no answer is wanted.
    """

    inputs: Ints
    targets: Ints


class Example(NamedTuple):
    """One example in symbols.

    Attributes:
        given: what is read, step by step.
        wanted: the right answer after each step; empty where none is asked.
    """

    given: tuple[str, ...]
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class Exercise:
    """One row of the table.

    Attributes:
        key: its name in files, commands and URLs.
        kind: how inputs and outputs are wired.
        title: its name on the screen.
        told: what is to be done, in a sentence.
        symbols: all that can be read or answered.
        draw: random numbers and a distance for each example, [B], to a batch. Where all examples
            are written down it gives each of them once, whatever it is handed.
        chance: share of examples that come out right by guessing among the possible answers.
        between: what lies between the thing to be remembered and the question, in the plural;
            empty where there is no distance.
        nearest: the smallest distance.
        every: distances are whole multiples of it.
        scored: how many of its last answers must be right for an example to be right; None is all.
        handed_over: steps after which a second network, the decoder, goes on from the state of the
            first, the encoder; None is one network throughout.
        examples: all there are, where they are written down.
        unseen: more of their kind that are never trained on.
    """

    key: str
    kind: Kind
    title: str
    told: str
    symbols: tuple[str, ...]
    draw: Callable[[np.random.Generator, Ints], Batch]
    chance: float
    between: str = ""
    nearest: int = 0
    every: int = 1
    scored: int | None = None
    handed_over: int | None = None
    examples: tuple[Example, ...] = ()
    unseen: tuple[Example, ...] = ()

    def distances(self, longest: int) -> Ints:
        """All distances up to the longest, rising; the one distance 0 where there is none."""
        if not self.between:
            return np.zeros(1, dtype=np.int64)
        return np.arange(self.nearest, longest + 1, self.every, dtype=np.int64)

    def drawn(self, seed: int, number: int, distance: int = 0) -> Example:
        """One example of a distance, always the same for a seed and a number."""
        if self.examples:
            known = self.examples + self.unseen
            return known[number % len(known)]
        rng = np.random.default_rng([seed, number, distance])
        batch = self.draw(rng, np.array([distance], dtype=np.int64))
        return Example(
            tuple(self.symbols[k] for k in batch.inputs[:, 0]),
            tuple("" if k == NOT_ASKED else self.symbols[k] for k in batch.targets[:, 0]),
        )

    def numbers(self, symbols: Sequence[str]) -> Ints:
        """The numbers of some symbols.

        Raises:
            ValueError: a symbol that the exercise does not have.
        """
        unknown = [symbol for symbol in symbols if symbol not in self.symbols]
        if unknown:
            raise ValueError(
                f"{self.title!r} has no symbol {unknown[0]!r}; it has {' '.join(self.symbols)}"
            )
        return np.array([self.symbols.index(symbol) for symbol in symbols], dtype=np.int64)


def side_by_side(examples: Sequence[Example], symbols: Sequence[str]) -> Batch:
    """Written-down examples as one batch; short ones are filled with blanks, unasked.

    Args:
        examples: whose symbols are all in the list.
        symbols: of the exercise.
    """
    steps = max(len(example.given) for example in examples)
    index = {symbol: number for number, symbol in enumerate(symbols)}
    inputs = np.full((steps, len(examples)), index.get(BLANK, 0), dtype=np.int64)
    targets = np.full_like(inputs, NOT_ASKED)
    for column, (given, wanted) in enumerate(examples):
        inputs[: len(given), column] = [index[symbol] for symbol in given]
        targets[: len(wanted), column] = [index[s] if s else NOT_ASKED for s in wanted]
    return Batch(inputs, targets)
