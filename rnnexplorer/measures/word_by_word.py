"""The network against counting, word by word: where it wins and where it loses."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnnexplorer.measures.distribution import Array, Ids

#: How often a word was seen in training, in groups: from, to, name.
SEEN = ((0, 0, "never seen"), (1, 1, "seen once"), (2, 9, "2 to 9 times"),
        (10, 99, "10 to 99 times"), (100, None, "100 times or more"))  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """A network against a counting model, over all words of a text.

    Attributes:
        network: perplexity of the network, the exponential of its mean loss in nats.
        counting: perplexity of the counting model.
        gain: bits a word that the network saves on average; below 0 it loses.
        error: standard error of `gain`, as if neighbouring words were independent. They are not: a
            hard passage is hard for many words together, so that the true error is larger.
    """

    network: float
    counting: float
    gain: float
    error: float

    @property
    def certain(self) -> bool:
        """Whether the gain lies more than two of its standard errors from 0."""
        return abs(self.gain) > 2 * self.error


def verdict(network: Array, counting: Array) -> Verdict:
    """Which of the two models predicts a text better, and by how much.

    Args:
        network: losses of the network, nats, [N].
        counting: losses of the n-gram model on the same words, nats, [N].
    """
    gain = gains(network, counting)
    own, other = float(np.exp(network.mean())), float(np.exp(counting.mean()))
    return Verdict(own, other, float(gain.mean()), _standard_error(gain))


def _standard_error(values: Array) -> float:
    """Of the mean of independent values; NaN for a single one."""
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan


def gains(network: Array, counting: Array) -> Array:
    """How many bits the network saves on each word: log₂ p_network - log₂ p_counting.

    Args:
        network: losses of the network, nats, [N].
        counting: losses of the n-gram model on the same words, nats, [N].
    """
    result: Array = (np.asarray(counting) - np.asarray(network)) / np.log(2.0)
    return result


def times_seen(words: Ids, training: Ids) -> Ids:
    """How often each of some words stands in the training text.

    Args:
        words: [N].
        training: the training text.

    Returns:
        [N].
    """
    counts = Counter(np.asarray(training).tolist())
    return np.array([counts[word] for word in np.asarray(words).tolist()], dtype=np.int64)


def by_frequency(gain: Array, seen: Ids) -> pd.DataFrame:
    """Mean gain of the words that were seen never, once, rarely, often in training.

    Args:
        gain: bits, [N].
        seen: of the words that were predicted, see `times_seen`, [N].

    Returns:
        A row per group that has words: `group`, `words` (how many), `gain` and `error` (its
        standard error), bits.
    """
    rows = []
    for low, high, name in SEEN:
        chosen = gain[(seen >= low) & (seen <= (np.inf if high is None else high))]
        if len(chosen):
            rows.append((name, len(chosen), chosen.mean(), _standard_error(chosen)))
    return pd.DataFrame(rows, columns=["group", "words", "gain", "error"])


def extremes(gain: Array, count: int) -> tuple[list[int], list[int]]:
    """The places where the network wins most and loses most, most first."""
    rising = np.argsort(gain, kind="stable")
    return rising[::-1][:count].tolist(), rising[:count].tolist()
