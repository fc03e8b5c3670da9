"""A text as a bag of words, and the same text as the states of a tiny network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnexplorer.measures import by_hand
from rnnexplorer.measures.distribution import Array

#: Units of the tiny network, and the seed of its weights.
UNITS, SEED = 3, 7
#: Weights of this size use the middle of tanh, and keep states apart.
WEIGHT = 0.8


def vocabulary_of(*texts: Sequence[str]) -> tuple[str, ...]:
    """The words of some texts, each once, in the order of the alphabet."""
    return tuple(sorted({word for text in texts for word in text}))


def one_hot(words: Sequence[str], vocabulary: Sequence[str]) -> Array:
    """[T, V]: a row per word, 1 in the column of that word.

    Raises:
        ValueError: a word is not in the vocabulary.
    """
    places = {word: column for column, word in enumerate(vocabulary)}
    missing = [word for word in words if word not in places]
    if missing:
        raise ValueError(f"{missing[0]!r} is not one of the words {', '.join(vocabulary)}")
    rows = np.zeros((len(words), len(vocabulary)))
    rows[np.arange(len(words)), [places[word] for word in words]] = 1.0
    return rows


def bag(words: Sequence[str], vocabulary: Sequence[str]) -> Array:
    """How often each word occurs: the sum of the one-hot rows, [V].

    Raises:
        ValueError: a word is not in the vocabulary.
    """
    counts: Array = one_hot(words, vocabulary).sum(axis=0)
    return counts


def tiny_states(words: Sequence[str], vocabulary: Sequence[str]) -> Array:
    """The states of a network with `UNITS` units that nobody trained, [T, UNITS].

    A word has its own row of W_xh, whatever the other words are: another word in one text leaves
    the states of the other text as they were.

    Raises:
        ValueError: a word is not in the vocabulary.
    """
    W_hh = WEIGHT * np.random.default_rng(SEED).standard_normal((UNITS, UNITS))
    rows = [np.random.default_rng([SEED, *word.encode()]) for word in vocabulary]
    W_xh = WEIGHT * np.array([row.standard_normal(UNITS) for row in rows])
    return by_hand.read(one_hot(words, vocabulary), W_xh, W_hh).h
