"""The text of a run, kept while it is looked at: words, held-out words, places."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from rnnexplorer import planning, runs
from rnnexplorer.corpus import Corpus, CorpusError, available
from rnnexplorer.measures.memorised import TextIndex


@dataclass(frozen=True, eq=False)
class Texts:
    """What a run was trained on and what it was not.

    Attributes:
        corpus: the whole text.
        training: vocabulary indices, [N].
        held_out: vocabulary indices, [M]; empty if nothing was held out.
        index: of the training text.
    """

    corpus: Corpus
    training: NDArray[np.int64]
    held_out: NDArray[np.int64]
    index: TextIndex

    def place(self, word: int) -> str:
        """Where a word of the training text stands, for people."""
        if not self.corpus.chapters:
            return f"word {word:,}"
        chapter = max(bisect.bisect_right(self.corpus.chapters, word), 1)
        return f"chapter {chapter}, word {word - self.corpus.chapters[chapter - 1]:,}"

    def passage(self, start: int, length: int, around: int) -> tuple[str, str, str]:
        """A run of the training text with the words before and after it."""
        words = self.corpus.words
        before, after = max(0, start - around), start + length
        return (
            " ".join(words[before:start]),
            " ".join(words[start:after]),
            " ".join(words[after : after + around]),
        )


def of(run: runs.Run) -> Texts:
    """The text of a run.

    Raises:
        CorpusError: it is not on this machine.
        ValueError: it is not the text that the run began with.
    """
    return _kept(str(run.path), run.corpus_sha256, run)


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept(path: str, sha256: str, _run: runs.Run) -> Texts:
    # A page must not wait for a download that nobody asked for.
    if any(listing.name == _run.corpus_name and listing.path is None for listing in available()):
        raise CorpusError(
            f"The text of {_run.name} is not on this machine; get it on the Train page, or put its"
            " file into the data folder."
        )
    corpus = planning.corpus_of(_run)
    training, held_out = planning.texts_of(_run, corpus)
    return Texts(corpus, training, held_out, TextIndex.of(training))
