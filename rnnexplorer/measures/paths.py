"""Reading against writing: the book's own words and the network's own, from the same beginning.

Teacher-forced, a network reads the text as it is and guesses each next word; free-running, it reads
what it wrote itself (Williams & Zipser 1989). It was trained the first way and is used the second:
after its first other word it reads a history that nobody showed it, which is called exposure bias
(Bengio et al. 2015, scheduled sampling; Ranzato et al. 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array, Ids, jensen_shannon, probabilities, surprisal
from rnnexplorer.traces import Trace

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Paths:
    """Two ways on from the same n words, S words each; step k is the k-th word after them.

    Attributes:
        book: the text's own words.
        guessed: what the network holds most probable at each step while it reads the book.
        written: what it writes while it reads itself.
        probability: of the book's word, while it reads the book, [S].
        surprisal: of the same, bits, [S].
        divergence: between its two next-word distributions, Jensen–Shannon, bits, [S]; 0 where it
            expects the same, 1 where it expects nothing in common.
        right: the guess is the book's word, [S].
        same: the written word is the book's word, [S].
        parted: the first step at which what is written is not the book; None if there is none.
    """

    book: tuple[str, ...]
    guessed: tuple[str, ...]
    written: tuple[str, ...]
    probability: Array
    surprisal: Array
    divergence: Array
    right: Flags
    same: Flags
    parted: int | None


def paths(forced: Trace, free: Trace) -> Paths:
    """Hold the reading of a text and a text written from its beginning together.

    Args:
        forced: over the beginning and the words that the book goes on with.
        free: over the same beginning and what the network wrote after it, `origin.prompt` words
            and S more.

    Raises:
        ValueError: the two are not of one vocabulary, length and beginning, or nothing follows it.
    """
    given = free.origin.prompt
    if forced.vocabulary != free.vocabulary:
        raise ValueError("the two traces are of different vocabularies; compare two of one run")
    if len(forced) != len(free) or forced.words[:given] != free.words[:given] or given == len(free):
        raise ValueError(
            f"one trace has {len(forced)} words, the other {len(free)} of which {given} were given;"
            " both need the same given words and as many words after them"
        )
    expecting = slice(given - 1, len(forced) - 1)  # row t scores the word at t + 1
    p, q = probabilities(forced.logits[expecting]), probabilities(free.logits[expecting])
    truth = np.asarray(forced.targets()[given - 1 :], dtype=np.int64)
    likeliest = p.argmax(axis=1)
    written = free.words[given:]
    same = np.array([a == b for a, b in zip(forced.words[given:], written, strict=True)])
    return Paths(
        book=forced.words[given:],
        guessed=tuple(forced.vocabulary[k] for k in likeliest.tolist()),
        written=written,
        probability=p[np.arange(len(truth)), truth],
        surprisal=surprisal(forced.logits[expecting], truth),
        divergence=jensen_shannon(p, q),
        right=likeliest == truth,
        same=same,
        parted=None if same.all() else int(same.argmin()),
    )


def table(found: Paths) -> pd.DataFrame:
    """A row per step, counted from 1."""
    return pd.DataFrame(
        {
            "step": np.arange(1, len(found.book) + 1),
            "book": found.book,
            "guessed_reading_the_book": found.guessed,
            "written": found.written,
            "guess_is_right": found.right,
            "written_is_the_book": found.same,
            "probability_of_the_book": found.probability,
            "surprisal_of_the_book_bits": found.surprisal,
            "divergence_bits": found.divergence,
        }
    )


@dataclass(frozen=True, eq=False)
class Shares:
    """The same over P places of a text.

    Attributes:
        kept: words written before the first that is not the book's, [P]; S where there is none.
        right: share of places at which the guess of each step is right, [S].
        same: share of places at which the written word of each step is the book's, [S].
    """

    kept: Ids
    right: Array
    same: Array

    @property
    def right_error(self) -> Array:
        """Standard error of `right`, of places that are independent of each other, [S]."""
        return _error_of_a_share(self.right, len(self.kept))

    @property
    def same_error(self) -> Array:
        """Standard error of `same`, of places that are independent of each other, [S]."""
        return _error_of_a_share(self.same, len(self.kept))


def _error_of_a_share(share: Array, places: int) -> Array:
    result: Array = np.sqrt(share * (1 - share) / places)
    return result


def shares(book: Sequence[Ids], guessed: Sequence[Ids], written: Sequence[Ids]) -> Shares:
    """How soon the two part, and how often each is right, step by step.

    Args:
        book: the text's own words after each beginning, [S] each.
        guessed: the most probable words while it is read, [S] each.
        written: what the network wrote instead, [S] each.

    Raises:
        ValueError: there are no places.
    """
    if not len(book):
        raise ValueError("there is no place to begin at; the text is too short")
    same = np.stack(written) == np.stack(book)
    kept = np.where(same.all(axis=1), same.shape[1], same.argmin(axis=1))
    right = np.stack(guessed) == np.stack(book)
    return Shares(kept.astype(np.int64), right.mean(axis=0), same.mean(axis=0))


def joined(parts: Sequence[Shares]) -> Shares:
    """The shares of all places together, each part weighted by its places."""
    weights = np.array([len(part.kept) for part in parts], dtype=float)
    return Shares(
        np.concatenate([part.kept for part in parts]),
        np.average([part.right for part in parts], axis=0, weights=weights),
        np.average([part.same for part in parts], axis=0, weights=weights),
    )


def commonest(training: NDArray[np.integer], text: NDArray[np.integer]) -> tuple[int, float]:
    """What always guessing the most common training word would get right.

    Args:
        training: vocabulary indices, [N], N ≥ 1.
        text: in which it is guessed, [M], M ≥ 1.

    Returns:
        That word, and its share of the text.
    """
    word = int(np.bincount(training).argmax())
    return word, float(np.mean(np.asarray(text) == word))
