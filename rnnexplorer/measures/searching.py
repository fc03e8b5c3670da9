r"""Words and regular expressions looked for in a text.

`the white *` is a sequence of words, * any one word; `/(white|march) \w+/` between slashes is a
regular expression over whole words, see `expressions`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.corpus import split_words
from rnnexplorer.measures.expressions import NOTHING, Machine

#: Longest match of an expression, in words: a repetition must not run over the whole text.
MOST_WORDS = 20

#: Longest sequence of words looked for.
MOST_SOUGHT = 40

#: Stands for any one word.
ANY_WORD = "*"


@dataclass(frozen=True, eq=False)
class Places:
    """Where something was found.

    Attributes:
        starts: the first word of each place, rising, [M].
        lengths: in words, [M].
    """

    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of places M."""
        return len(self.starts)


def search(
    sought: str,
    vocabulary: Sequence[str],
    ids: NDArray[np.integer],
    starts: Sequence[int],
) -> Places:
    """Every place of a text where something stands; none reaches from one part into the next.

    Args:
        sought: words, or an expression between slashes.
        vocabulary: the V words.
        ids: the text as vocabulary indices, [N].
        starts: where a part of the text begins; rising, the first is 0.

    Raises:
        ValueError: it cannot be looked for; the sentence says why.
    """
    sought = sought.strip()
    if len(sought) > 1 and sought.startswith("/") and sought.endswith("/"):
        return by_expression(sought[1:-1].strip(), vocabulary, ids, starts)
    return by_words(sought, vocabulary, ids, starts)


def by_words(
    query: str, vocabulary: Sequence[str], ids: NDArray[np.integer], starts: Sequence[int]
) -> Places:
    """Every place of a sequence of words; places may overlap. See `search`."""
    words = _words_of(query)
    index = {word: k for k, word in enumerate(vocabulary)}
    missing = [word for word in words if word != ANY_WORD and word not in index]
    if missing:
        raise ValueError(f"the text has no word “{missing[0]}”")
    places = len(ids) - len(words) + 1
    if places < 1:
        return Places(np.zeros(0, np.int64), np.zeros(0, np.int64))
    same = np.ones(places, np.bool_)
    for offset, word in enumerate(words):
        if word != ANY_WORD:
            same &= ids[offset : offset + places] == index[word]
    for start in starts[1:]:
        same[max(0, start - len(words) + 1) : start] = False
    found = np.flatnonzero(same)
    return Places(found, np.full(len(found), len(words), np.int64))


def _words_of(query: str) -> list[str]:
    words: list[str] = []
    for token in query.split():
        if token == ANY_WORD:
            words.append(ANY_WORD)
        elif ANY_WORD in token:
            raise ValueError(
                f"“{token}”: * stands for one whole word; for parts of words write an expression"
                r" between slashes, such as /rab\w*/"
            )
        else:
            words += split_words(token)
    if not set(words) - {ANY_WORD}:
        raise ValueError("there are no words to look for; write some, such as: the white *")
    if len(words) > MOST_SOUGHT:
        raise ValueError(f"these are {len(words)} words; at most {MOST_SOUGHT} are looked for")
    return words


def by_expression(
    expression: str, vocabulary: Sequence[str], ids: NDArray[np.integer], starts: Sequence[int]
) -> Places:
    """The places of a regular expression over whole words, from left to right, see `search`.

    From each word on, the longest match of at most `MOST_WORDS` words counts; the next is looked
    for after its end. The time is bounded by the number of words times `MOST_WORDS`: what is left
    of the expression after a word is looked up, not worked out again.
    """
    machine = Machine(expression)
    steps = _Steps(machine, vocabulary)
    begins = np.array([steps.reaches(machine.start, k) for k in range(len(vocabulary))])
    candidates = np.flatnonzero(begins[ids])
    ends = np.array([*starts[1:], len(ids)])[np.searchsorted(starts, candidates, "right") - 1]
    words = np.asarray(ids)
    found: list[tuple[int, int]] = []
    free = 0
    for start, end in zip(candidates.tolist(), ends.tolist(), strict=True):
        if start >= free:
            length = steps.longest(words[start : min(end, start + MOST_WORDS)].tolist())
            if length:
                found.append((start, length))
                free = start + length
    table = np.array(found, np.int64).reshape(-1, 2)
    return Places(table[:, 0], table[:, 1])


class _Steps:
    """An expression word by word; what follows a word in a state is worked out once."""

    def __init__(self, machine: Machine, vocabulary: Sequence[str]) -> None:
        self._machine, self._vocabulary = machine, vocabulary
        # By state and word: whether the match may end here, and the state at the next word.
        self._known: list[dict[int, tuple[bool, int]]] = []

    def reaches(self, state: int, word: int) -> bool:
        """Whether a match can end at a word or go on after it."""
        ends, state = self._step(state, word)
        return ends or state != NOTHING

    def longest(self, words: Sequence[int]) -> int:
        """How many of the words the longest match takes; 0 if there is none."""
        length, state = 0, self._machine.start
        known = self._known
        for place, word in enumerate(words, 1):
            found = known[state].get(word) if state < len(known) else None
            ends, state = self._step(state, word) if found is None else found
            if ends:
                length = place
            if state == NOTHING:
                break
        return length

    def _step(self, state: int, word: int) -> tuple[bool, int]:
        while len(self._known) <= state:
            self._known.append({})
        after = self._machine.after(state, self._vocabulary[word])
        found = self._machine.accepts(after), self._machine.after(after, " ")
        self._known[state][word] = found
        return found


def in_chapter(chapters: Sequence[int], word: int) -> tuple[int | None, int]:
    """Where a word of a corpus lies: its chapter, from 1, and its number in the chapter, from 0.

    Before the first chapter, or where there is none, the chapter is None and the number counts
    from the beginning.

    Args:
        chapters: first word of each chapter, rising.
        word: its number in the corpus.
    """
    number = int(np.searchsorted(np.asarray(chapters, np.int64), word, "right"))
    return (number, word - chapters[number - 1]) if number else (None, word)


def word_ids(words: Sequence[str], vocabulary: Mapping[str, int]) -> NDArray[np.int64]:
    """Words as vocabulary indices; -1 for one that is not in it."""
    return np.array([vocabulary.get(word, -1) for word in words], np.int64)
