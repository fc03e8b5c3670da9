"""How much of its text a network recites: what the page Memorised and its command tell.

The same beginnings, words and orders for every run, so that the numbers of two runs compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnexplorer import planning, runs
from rnnexplorer.corpus import Corpus
from rnnexplorer.measures import memorised, paths, searching
from rnnexplorer.measures.distribution import Array, Ids
from rnnexplorer.measures.memorised import TextIndex
from rnnexplorer.measures.ngrams import InterpolatedKneserNey, Unigram
from rnnexplorer.measures.paths import Shares

#: Texts that a network writes, words of each, and words of the training text before each.
PROMPTS, WORDS, GIVEN = 12, 40, 10
#: A run of so many words is hardly chance: of the author's own text that the network has not seen,
#: few words end such a run.
LONG = 5
#: Words of the author's text that are looked for in the training text.
AUTHOR_WORDS = 2000
#: The n of n-grams, and the one of curves over temperature and epochs: longer ones are nearly all
#: new.
ORDERS = tuple(range(1, 9))
ORDER = 4
TEMPERATURES = (0.0, 0.3, 0.5, 0.7, 0.85, 1.0, 1.3)
#: Models that count, by the words they look at.
COUNTING = {1: "unigram", 2: "Kneser–Ney bigram", 3: "Kneser–Ney trigram"}
#: Places at which reading is held against writing, words read before and words compared.
PLACES, BEFORE, AFTER = 48, 10, 30


@dataclass(frozen=True, eq=False)
class Texts:
    """What a run was trained on and what it was not.

    Attributes:
        corpus: the whole text.
        training: vocabulary indices, [N].
        held_out: vocabulary indices, [M]; empty if nothing was held out.
        vocabulary: number of words V that the network knows; not all need stand in the text.
        index: of the training text.
    """

    corpus: Corpus
    training: NDArray[np.int64]
    held_out: NDArray[np.int64]
    vocabulary: int
    index: TextIndex

    @cached_property
    def author_long_share(self) -> float | None:
        """`long_share` of the author's text that was not trained on; None if there is none."""
        if not len(self.held_out):
            return None
        return memorised.spans(self.index, self.held_out[:AUTHOR_WORDS], 0).share(0, LONG)

    @cached_property
    def author_novelty(self) -> Array | None:
        """`novelty` of the same text, [order]; None if there is too little of it."""
        if len(self.held_out) < WORDS:
            return None
        row: Array = memorised.novelty(self.index, [self.held_out], ORDERS)[0]
        return row

    def place(self, word: int) -> str:
        """Where a word of the text stands, for people."""
        return searching.told_place(*searching.in_chapter(self.corpus.chapters, word))

    def passage(self, start: int, length: int, around: int) -> tuple[str, str, str]:
        """A run of the training text with the words before and after it."""
        words = self.corpus.words
        before, after = max(0, start - around), start + length
        return (
            " ".join(words[before:start]),
            " ".join(words[start:after]),
            " ".join(words[after : after + around]),
        )


def texts_of(run: runs.Run) -> Texts:
    """The text of a run.

    Raises:
        CorpusError: it is not there any more.
        ValueError: it is not the text that the run began with.
    """
    corpus = planning.corpus_of(run)
    training, held_out = planning.texts_of(run, corpus)
    size = len(runs.vocabulary(run))
    return Texts(corpus, training, held_out, size, TextIndex.of(training))


# --- what it writes ------------------------------------------------------------------------------


def written(run: runs.Run, epoch: int, texts: Texts, temperature: float) -> list[Ids]:
    """What a network writes after beginnings from all over its training text.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        texts: of the run.
        temperature: of the draws; 0 takes the most probable word.

    Returns:
        At most PROMPTS texts, [WORDS] each.
    """
    from rnnexplorer import memorising  # torch

    beginnings = memorising.prompts(texts.training[:-WORDS], PROMPTS, GIVEN)
    return memorising.written(run, epoch, beginnings, WORDS, temperature)


def long_share(texts: Texts, written: Sequence[Ids]) -> float:
    """Share of written words that end a run of LONG or more words of the training text.

    Counted from the first written word: the author's own text, which it is held against, has no
    given words to begin a run either.
    """
    return float(np.mean([memorised.spans(texts.index, ids, 0).share(0, LONG) for ids in written]))


def novelty(texts: Texts, written: Sequence[Ids]) -> Array:
    """Share of the n-grams of each text that the training text does not have, [text, order]."""
    return memorised.novelty(texts.index, written, ORDERS)


def loops(written: Sequence[Ids]) -> float:
    """Share of the ORDER-grams that repeat an earlier one of the same text."""
    return float(np.mean([memorised.repeated(ids, ORDER) for ids in written]))


# --- against counting ----------------------------------------------------------------------------


def network_losses(run: runs.Run, epoch: int, texts: Texts) -> Array:
    """Of the network for every held-out word but the first, nats, [M - 1]."""
    from rnnexplorer import memorising  # torch

    return memorising.losses(run, epoch, texts.held_out)


def counting_losses(texts: Texts, order: int) -> Array:
    """Of a model that counted the training text, on the same words, nats, [M - 1].

    Args:
        texts: of a run.
        order: a key of COUNTING.
    """
    if order == 1:
        return -Unigram.fit(texts.training, texts.vocabulary).log_probabilities(texts.held_out)
    model = InterpolatedKneserNey.fit(texts.training, texts.vocabulary, order)
    return -model.log_probabilities(texts.held_out)


# --- reading against writing ---------------------------------------------------------------------


def passages(text: Ids) -> list[Ids]:
    """The places of a text at which reading is held against writing, [BEFORE + AFTER] each."""
    from rnnexplorer import memorising  # torch

    return memorising.prompts(text, PLACES, BEFORE + AFTER)


def shares(
    run: runs.Run, epoch: int, found: Sequence[Ids], temperature: float = 0.0, seed: int = 1
) -> Shares:
    """How long what a network writes is the text, and how often it is right while it reads it.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        found: some of `passages`.
        temperature: of what is written; the guesses are always the most probable word.
        seed: of the first draws; each next passage has the next seed.

    Raises:
        ValueError: there are no passages.
    """
    from rnnexplorer import memorising  # torch

    beginnings = [passage[:BEFORE] for passage in found]
    return paths.shares(
        [passage[BEFORE:] for passage in found],
        memorising.guessed(run, epoch, found, BEFORE),
        memorising.written(run, epoch, beginnings, AFTER, temperature, seed),
    )


def words_kept(found: Shares) -> str:
    """How many words are written, in the middle of all places, before the text is left."""
    return words_told(float(np.median(found.kept)))


def words_told(kept: float) -> str:
    """A number of words that were written before the text was left; see `words_kept`."""
    if kept >= AFTER:
        return f"{AFTER} words or more"
    return f"{kept:g} word{'s' * (kept != 1)}"
