"""What of a text stands, word for word, in the text that a network was trained on.

A run is a row of neighbouring words. The training text is kept as a suffix array (Manber & Myers
1993), its places in the order of the words that follow, so that a run of any length is found by
bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array, Ids

#: Bytes of a word in the index; big-endian, so that bytes compare as words do.
_SIZE = 4


@dataclass(frozen=True, eq=False)
class TextIndex:
    """A training text in which every run of words can be found.

    Attributes:
        starts: [N], the byte at which each place begins, in the order of the words that follow.
        data: the words.
    """

    starts: NDArray[np.int64]
    data: bytes

    @classmethod
    def of(cls, ids: NDArray[np.integer]) -> TextIndex:
        """Index a text.

        Args:
            ids: vocabulary indices, [N], N ≥ 1.

        Raises:
            ValueError: there are no words.
        """
        return cls(suffix_array(ids) * _SIZE, _bytes_of(ids))

    def holds(self, run: bytes) -> bool:
        """Whether a run of words, as bytes, stands anywhere."""
        low = self._first(run)
        return low < len(self.starts) and self.data.startswith(run, int(self.starts[low]))

    def first_place(self, run: bytes) -> int:
        """The first word of the first place at which a run, as bytes, stands; it must stand."""
        data, size, low = self.data, len(run), self._first(run)
        high = bisect_right(self.starts, run, low, key=lambda at: data[at : at + size])
        return int(self.starts[low:high].min()) // _SIZE

    def _first(self, run: bytes) -> int:
        data, size = self.data, len(run)
        return bisect_left(self.starts, run, key=lambda at: data[at : at + size])


def suffix_array(ids: NDArray[np.integer]) -> Ids:
    """The places of a text, in the order of the words from each place on.

    Prefix doubling (Manber & Myers 1993): places in the order of their first k words, each with
    its rank, are brought into the order of their first 2k words by the pairs of the rank here and
    the rank k words on. A text that ends comes before one that goes on.

    Args:
        ids: vocabulary indices, [N], N ≥ 1.

    Returns:
        [N], a permutation of 0 … N - 1.

    Raises:
        ValueError: there are no words.
    """
    size = len(ids)
    if size == 0:
        raise ValueError("a text of no words has no runs; give at least one word")
    ranks = np.unique(ids, return_inverse=True)[1].astype(np.int64) + 1
    width = 1
    while True:
        behind = np.zeros(size, dtype=np.int64)  # 0: the text has ended
        behind[: max(size - width, 0)] = ranks[width:]
        keys = ranks * (size + 1) + behind
        order = np.argsort(keys)
        ordered = keys[order]
        ranks[order] = np.concatenate(([1], 1 + np.cumsum(ordered[1:] != ordered[:-1])))
        if ranks[order[-1]] == size:
            return order
        width *= 2


@dataclass(frozen=True)
class Span:
    """A run of a text that stands in the training text and can be made longer at neither end.

    Attributes:
        start: its first word in the text.
        length: its words.
        place: its first word in the training text, where it stands first.
        written: how many of its words come after the given ones.
    """

    start: int
    length: int
    place: int
    written: int


@dataclass(frozen=True, eq=False)
class Spans:
    """The runs that a text shares with the training text.

    Attributes:
        length: [T], of the longest run that ends with each word and stands in the training text;
            0 for a word that it does not hold.
        spans: those that reach beyond the given words, by their start; they may overlap, but none
            lies within another.
    """

    length: Ids
    spans: tuple[Span, ...]

    def share(self, first: int, at_least: int) -> float:
        """The share of words that end a run of so many words or more.

        Args:
            first: counted from this word on.
            at_least: words of a run.

        Returns:
            0…1; NaN where no words are counted.
        """
        counted = self.length[first:]
        return float(np.mean(counted >= at_least)) if len(counted) else float("nan")


def spans(index: TextIndex, ids: NDArray[np.integer], prompt: int) -> Spans:
    """The runs of a text that stand in the training text.

    A run may begin in the given words: the network goes on with them. `Span.written` says how much
    of it is the network's own.

    Args:
        index: of the training text.
        ids: the text, vocabulary indices, [T].
        prompt: how many of its words were given.
    """
    data, longest = _bytes_of(ids), 0
    length = np.zeros(len(ids), dtype=np.int64)
    for end in range(len(ids)):
        # A run that ends here is one that ended a word before, or the end of it, and this word.
        longest += 1
        while longest and not index.holds(_part(data, end + 1 - longest, end + 1)):
            longest -= 1
        length[end] = longest
    return Spans(length, tuple(_maximal(index, data, length, prompt)))


def _maximal(index: TextIndex, data: bytes, length: Ids, prompt: int) -> list[Span]:
    """Words whose longest runs begin together are one span: it can grow at neither end."""
    ends = np.flatnonzero(length)
    starts = ends + 1 - length[ends]  # never falls: a run that grew shorter begins later
    last = np.append(starts[1:] != starts[:-1], True)[: len(starts)]
    found = []
    for start, stop in zip(starts[last].tolist(), (ends[last] + 1).tolist(), strict=True):
        if stop > prompt:
            place = index.first_place(_part(data, start, stop))
            found.append(Span(start, stop - start, place, stop - max(start, prompt)))
    return found


def novelty(index: TextIndex, texts: Sequence[NDArray[np.integer]], orders: Sequence[int]) -> Array:
    """The share of the n-grams of each text that do not stand in the training text.

    An n-gram is new where the longest run that ends with it is shorter than n. Real text has new
    n-grams too: a share means something beside that of real text only (McCoy et al. 2023).

    Args:
        index: of the training text.
        texts: vocabulary indices, [T] each.
        orders: the n, from 1.

    Returns:
        [text, order], 0…1; NaN where a text has no n-gram of that order.
    """
    shares = np.full((len(texts), len(orders)), np.nan)
    for row, text in enumerate(texts):
        length = spans(index, text, 0).length
        for column, order in enumerate(orders):
            ends = length[order - 1 :]
            if len(ends):
                shares[row, column] = np.mean(ends < order)
    return shares


def mean_of_texts(shares: Array) -> tuple[Array, Array]:
    """The mean of a share over texts, and its standard error.

    Args:
        shares: [text] or [text, order]; NaN where a text has none, which counts for nothing.

    Returns:
        Mean and error, without the first axis; NaN where no text, or for the error no two, have
        the share.
    """
    count = np.sum(~np.isnan(shares), axis=0)
    mean = np.nansum(shares, axis=0) / np.where(count > 0, count, np.nan)
    variance = np.nansum((shares - mean) ** 2, axis=0) / np.where(count > 1, count - 1, np.nan)
    return mean, np.sqrt(variance / np.maximum(count, 1))


def repeated(ids: NDArray[np.integer], order: int) -> float:
    """Share of a text's n-grams that stood in it before: how much of it is a loop.

    A loop over words that the book does not have counts as new in `novelty`; this tells it apart.

    Args:
        ids: the text, [T].
        order: n, from 1.

    Returns:
        0…1; NaN for a text shorter than n.
    """
    grams = [tuple(ids[k : k + order].tolist()) for k in range(len(ids) - order + 1)]
    return 1.0 - len(set(grams)) / len(grams) if grams else float("nan")


def _part(data: bytes, start: int, stop: int) -> bytes:
    return data[start * _SIZE : stop * _SIZE]


def _bytes_of(ids: NDArray[np.integer]) -> bytes:
    return np.asarray(ids).astype(f">u{_SIZE}").tobytes()
