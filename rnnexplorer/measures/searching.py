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
from rnnexplorer.measures import expressions

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


@dataclass(frozen=True)
class Compared:
    """What a unit does at some places of a text, against what it does anywhere.

    Attributes:
        here: its mean at the places.
        anywhere: its mean over the whole text.
        spread: standard deviation of one word's value over the whole text.
    """

    here: float
    anywhere: float
    spread: float


def compared(here: NDArray[np.floating], values: NDArray[np.floating]) -> Compared:
    """The values of a unit at some places, held against all of its values.

    Args:
        here: at the places, [M], M at least 1.
        values: at every word of the text, [N].
    """
    exact = values.astype(np.float64)
    return Compared(float(here.mean(dtype=np.float64)), float(exact.mean()), float(exact.std()))


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
    """The places of a regular expression over whole words, see `search` and `expressions`."""
    words = [vocabulary[k] for k in np.asarray(ids).tolist()]
    found = expressions.find(expression, words, starts)
    return Places(found[:, 0], found[:, 1])


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


def told_place(chapter: int | None, word: int) -> str:
    """What `in_chapter` found, for people."""
    return f"word {word:,}" if chapter is None else f"chapter {chapter}, word {word:,}"


def word_ids(words: Sequence[str], vocabulary: Mapping[str, int]) -> NDArray[np.int64]:
    """Words as vocabulary indices; -1 for one that is not in it."""
    return np.array([vocabulary.get(word, -1) for word in words], np.int64)
