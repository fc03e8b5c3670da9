"""Two traces over the same words: how far their predictions lie apart."""

from __future__ import annotations

import numpy as np

from rnnexplorer.measures.distribution import Array, jensen_shannon, probabilities
from rnnexplorer.traces import Trace


def aligned(a: Trace, b: Trace) -> tuple[Array, Array, tuple[str, ...]]:
    """The two next-word distributions over the words that both know, each summing to 1 again.

    Args:
        a: a trace.
        b: a trace over the same words.

    Returns:
        Probabilities of a and of b, [T, S] each, and the S shared words in the order of a.

    Raises:
        ValueError: the traces are over different words, or share no vocabulary.
    """
    if a.words != b.words:
        raise ValueError("the two traces are over different words; read the same words with both")
    index = {word: k for k, word in enumerate(b.vocabulary)}
    shared = tuple(word for word in a.vocabulary if word in index)
    if not shared:
        raise ValueError("the two vocabularies have no word in common")
    of_a = {word: k for k, word in enumerate(a.vocabulary)}
    p = probabilities(a.logits[:, [of_a[word] for word in shared]])
    q = probabilities(b.logits[:, [index[word] for word in shared]])
    return p, q, shared


def divergence(a: Trace, b: Trace) -> tuple[Array, int]:
    """Jensen–Shannon divergence of the two predictions at each step, in bits.

    Returns:
        [T], from 0 to 1, and over how many shared words it was taken.

    Raises:
        ValueError: see `aligned`.
    """
    p, q, shared = aligned(a, b)
    return np.asarray(jensen_shannon(p, q)), len(shared)


def unit_changes(a: Trace, b: Trace, key: str, layer: int) -> Array:
    """How far a signal of each unit lies apart in two epochs of one network.

    mean_t |b_t − a_t| over the words.

    Args:
        a: a trace.
        b: of the same network at another epoch, over the same words.
        key: of the signal.
        layer: from 0.

    Returns:
        [H], not negative.

    Raises:
        ValueError: the traces are over different words, or of networks of different cell or size.
    """
    if a.words != b.words:
        raise ValueError("the two traces are over different words; read the same words with both")
    if a.cell != b.cell or a.signals[key].shape != b.signals[key].shape:
        raise ValueError("the two networks differ in cell or size; their units are not the same")
    apart = np.abs(b.signals[key][layer] - a.signals[key][layer])
    return np.asarray(apart.mean(axis=0, dtype=np.float64))
