"""N-gram models: what can be predicted by counting, to hold a network's perplexity against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnnexplorer.measures.distribution import Array, Ids

Context = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Unigram:
    """Each word by how often it stands in the text, whatever came before.

    p(w) = (n_w + 1) / (N + V), Laplace's rule of succession: no word is impossible.

    Attributes:
        probs: [V], summing to 1.
    """

    probs: Array

    @classmethod
    def fit(cls, ids: Ids, vocabulary: int) -> Unigram:
        """Count the words of a text, given as indices [N]."""
        counts = np.bincount(ids, minlength=vocabulary) + 1.0
        return cls(counts / counts.sum())

    def log_probabilities(self, ids: Ids) -> Array:
        """Natural logarithms for each word of a text but the first, [N - 1]."""
        result: Array = np.log(self.probs[ids[1:]])
        return result

    def perplexity(self, ids: Ids) -> float:
        """E to the mean negative log probability."""
        return float(np.exp(-self.log_probabilities(ids).mean()))


@dataclass(frozen=True, eq=False)
class _Level:
    """Counts of one order: of a word after a context, of a context, of its different followers."""

    pairs: Mapping[tuple[Context, int], int]
    totals: Mapping[Context, int]
    followers: Mapping[Context, int]
    discount: float


@dataclass(frozen=True, eq=False)
class InterpolatedKneserNey:
    """Interpolated Kneser–Ney smoothing (Kneser & Ney 1995; Chen & Goodman 1998, eq. 21).

    p(w | c) = max(n(c w) - D, 0) / n(c) + D followers(c) / n(c) · p(w | shorter c). The highest
    order counts occurrences, each lower one in how many different contexts a word occurs; below
    the unigrams lies the uniform distribution over the closed vocabulary, so that unseen words
    are possible. D = n1 / (n1 + 2 n2) for each order, with n1, n2 the numbers of sequences counted
    once and twice.

    Attributes:
        order: words in a sequence; 3 is a trigram model.
        vocabulary: number of words V.
        levels: counts, unigrams first.
    """

    order: int
    vocabulary: int
    levels: tuple[_Level, ...]

    @classmethod
    def fit(cls, ids: Ids, vocabulary: int, order: int) -> InterpolatedKneserNey:
        """Count the sequences of a text.

        Args:
            ids: the text, [N].
            vocabulary: number of words V.
            order: words in a sequence, from 1.

        Raises:
            ValueError: the order is below 1, or the text is shorter than it.
        """
        if order < 1 or len(ids) < order:
            raise ValueError(f"an order of {order} needs a text of as many words, not {len(ids)}")
        words = [int(word) for word in ids]
        counts: Counter[Context] = Counter(
            tuple(words[k : k + order]) for k in range(len(words) - order + 1)
        )
        levels = [_level(counts)]
        for _ in range(order - 1):
            # A shorter sequence counts once for every different word that stands before it.
            counts = Counter(sequence[1:] for sequence in counts)
            levels.append(_level(counts))
        return cls(order, vocabulary, tuple(reversed(levels)))

    def probability(self, context: Context, word: int) -> float:
        """P(word | context); of the context the last `order - 1` words count."""
        p = 1.0 / self.vocabulary
        for length, level in enumerate(self.levels):
            if length > len(context):
                break
            seen = tuple(context[len(context) - length :])
            total = level.totals.get(seen, 0)
            if total == 0:
                break  # a context never seen says nothing; nor does a longer one
            count = level.pairs.get((seen, word), 0)
            spared = level.discount * level.followers[seen]
            p = (max(count - level.discount, 0.0) + spared * p) / total
        return p

    def log_probabilities(self, ids: Ids) -> Array:
        """Natural logarithms for each word of a text but the first, [N - 1]."""
        words = [int(word) for word in ids]
        return np.log(
            [
                self.probability(tuple(words[max(0, k - self.order + 1) : k]), words[k])
                for k in range(1, len(words))
            ]
        )

    def perplexity(self, ids: Ids) -> float:
        """E to the mean negative log probability."""
        return float(np.exp(-self.log_probabilities(ids).mean()))


def _level(counts: Counter[Context]) -> _Level:
    pairs: dict[tuple[Context, int], int] = {}
    totals: defaultdict[Context, int] = defaultdict(int)
    followers: defaultdict[Context, int] = defaultdict(int)
    for sequence, count in counts.items():
        context, word = sequence[:-1], sequence[-1]
        pairs[context, word] = count
        totals[context] += count
        followers[context] += 1
    once = sum(count == 1 for count in counts.values())
    twice = sum(count == 2 for count in counts.values())
    # Without sequences counted once there is nothing to estimate D from; Ney et al. take a half.
    discount = once / (once + 2 * twice) if once else 0.5
    return _Level(pairs, dict(totals), dict(followers), discount)
