"""The words a model knows, numbered; and what to say about a word it does not know."""

from __future__ import annotations

import heapq
import os.path
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

#: Unknown words that get neighbours: looking through a vocabulary takes some hundredths of a
#: second a word, and a message with more suggestions is not read.
MOST_SUGGESTED = 5


class UnknownWords(ValueError):
    """Words that are not in the vocabulary.

    Attributes:
        words: each unknown word once, in order of appearance.
        nearest: known words close to it, for the first `MOST_SUGGESTED` of them.
    """

    def __init__(self, words: Sequence[str], nearest: Mapping[str, Sequence[str]]) -> None:
        """Keep the words and their neighbours; the sentence is made from both."""
        super().__init__(tuple(words), {word: list(near) for word, near in nearest.items()})
        self.words: tuple[str, ...] = self.args[0]
        self.nearest: dict[str, list[str]] = self.args[1]

    def __str__(self) -> str:
        """One sentence: each unknown word with the nearest known ones."""
        shown = self.words[:MOST_SUGGESTED]
        told = [_with_neighbours(word, self.nearest.get(word, [])) for word in shown]
        left = len(self.words) - len(shown)
        if left:
            told.append(f"{left} more {'word' if left == 1 else 'words'}")
        return f"the model does not know {', '.join(told)}"


def _with_neighbours(word: str, neighbours: Sequence[str]) -> str:
    quoted = ", ".join(f'"{neighbour}"' for neighbour in neighbours)
    return f'"{word}" (nearest: {quoted})' if quoted else f'"{word}"'


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Distinct words; the number of a word is its place.

    Attributes:
        words: [V], word v has the number v.

    Raises:
        ValueError: a word is listed twice.
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse a word with two numbers."""
        if len(self.index) != len(self.words):
            twice = Counter(self.words).most_common(1)[0][0]
            raise ValueError(f'"{twice}" is listed twice in the vocabulary; list each word once')

    def __len__(self) -> int:
        """V, the number of words."""
        return len(self.words)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Word to number, from 0 to V - 1."""
        return {word: number for number, word in enumerate(self.words)}

    def encode(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of words.

        Args:
            words: T words.

        Returns:
            [T], from 0 to V - 1.

        Raises:
            UnknownWords: some are not in the vocabulary.
        """
        unknown = tuple(dict.fromkeys(word for word in words if word not in self.index))
        if unknown:
            raise UnknownWords(unknown, {w: self.nearest(w) for w in unknown[:MOST_SUGGESTED]})
        return np.fromiter((self.index[word] for word in words), np.int64, len(words))

    def decode(self, ids: Iterable[int] | NDArray[np.integer]) -> list[str]:
        """The words of numbers.

        Args:
            ids: [T], from 0 to V - 1.

        Raises:
            ValueError: a number has no word.
        """
        numbers = [int(number) for number in ids]
        for number in numbers:
            if not 0 <= number < len(self):
                raise ValueError(f"{number} is no word; numbers go from 0 to {len(self) - 1}")
        return [self.words[number] for number in numbers]

    def nearest(self, word: str, n: int = 3) -> list[str]:
        """The n known words most like a word, best first.

        Likeness is the share of matching letters (difflib's ratio) plus the share of the word that
        both begin with; of equals the one that comes first in the vocabulary, the more frequent.

        Args:
            word: any word; a known one is its own nearest.
            n: how many; fewer come back only if the vocabulary is smaller.
        """
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(word)  # difflib prepares the second sequence once

        def likeness(known: str) -> float:
            matcher.set_seq1(known)
            return matcher.ratio() + len(os.path.commonprefix([known, word])) / max(len(word), 1)

        return heapq.nlargest(n, self.words, key=likeness)
