"""The next-word distribution: probabilities, surprisal, entropy, ranks, distances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Ids = NDArray[np.int64]

LN2 = float(np.log(2.0))


def log_probabilities(logits: Array, temperature: float = 1.0) -> Array:
    """Natural logarithms of the softmax, log p = a - log Σ e^a with a = logits / temperature.

    The largest logit is taken out first, so that no exponential overflows.

    Args:
        logits: [..., V].
        temperature: above 0; larger is flatter.

    Returns:
        [..., V], at most 0.

    Raises:
        ValueError: the temperature is not above 0.
    """
    if temperature <= 0:
        raise ValueError(f"temperature is {temperature:g}; a softmax needs one above 0")
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled = scaled - scaled.max(axis=-1, keepdims=True)
    result: Array = scaled - np.log(np.exp(scaled).sum(axis=-1, keepdims=True))
    return result


def probabilities(logits: Array, temperature: float = 1.0) -> Array:
    """Softmax, p_v = e^{a_v} / Σ_w e^{a_w} with a = logits / temperature.

    Args:
        logits: [..., V].
        temperature: above 0; larger is flatter.

    Returns:
        [..., V]; each row sums to 1.

    Raises:
        ValueError: the temperature is not above 0.
    """
    result: Array = np.exp(log_probabilities(logits, temperature))
    return result


def entropy(probs: Array) -> Array:
    """Uncertainty of each next-word distribution, in bits.

    H_t = -Σ_v p_tv log2 p_tv, with 0 log 0 = 0 (Cover & Thomas 2006, eq. 2.1).

    Args:
        probs: [T, V], each row sums to 1.

    Returns:
        [T], from 0 to log2 V.

    Raises:
        ValueError: a row does not sum to 1 within 1e-4.
    """
    _check_rows(probs)
    logs = np.log2(probs, out=np.zeros_like(probs, dtype=np.float64), where=probs > 0)
    result: Array = -(probs * logs).sum(axis=-1) + 0.0  # no minus zero
    return result


def surprisal(logits: Array, targets: Ids) -> Array:
    """How surprising each word that came was: -log2 p, in bits (Shannon 1948).

    Args:
        logits: [T, V].
        targets: [T], the vocabulary index of the word that came after each step.

    Returns:
        [T], at least 0.
    """
    logs = log_probabilities(logits)
    result: Array = -logs[np.arange(len(targets)), targets] / LN2
    return result


def perplexity(nats: float) -> float:
    """e^loss: as many equally likely words would surprise as much.

    Args:
        nats: mean loss per word.
    """
    return float(np.exp(nats))


def top_ranks(logits: Array, k: int) -> tuple[Ids, Array]:
    """The k most probable words of each step, most probable first, ties by index.

    Args:
        logits: [T, V].
        k: at most V are returned.

    Returns:
        Indices [T, k] and their probabilities [T, k].
    """
    order = np.argsort(-np.asarray(logits, dtype=np.float64), axis=-1, kind="stable")[:, :k]
    return order, np.take_along_axis(probabilities(logits), order, axis=-1)


def top_words(probs: Array, vocabulary: Sequence[str], k: int) -> list[tuple[str, float]]:
    """The k most probable words of one step with their probabilities, ties by index.

    Args:
        probs: [V].
        vocabulary: the V words.
        k: at most V are returned.
    """
    order = np.argsort(-np.asarray(probs), kind="stable")[:k]
    return [(vocabulary[int(v)], float(probs[v])) for v in order]


def rank_of(row: Array, index: int) -> int:
    """Place of a word in its row, from 1 for the largest; ties by index.

    Args:
        row: [V], probabilities or logits.
        index: the word.
    """
    value = row[index]
    return int(1 + (row > value).sum() + (row[:index] == value).sum())


def kl_divergence(logits: Array, other: Array) -> Array:
    """Bits lost when q stands for p: Σ_v p_v log2(p_v / q_v) (Kullback & Leibler 1951).

    A softmax rules no word out, so this is finite; from logarithms, since probabilities may be too
    small for a float.

    Args:
        logits: of p, [..., V], finite.
        other: of q, of the same shape or one that broadcasts to it.

    Returns:
        [...], at least 0.
    """
    log_p, log_q = log_probabilities(logits), log_probabilities(other)
    terms = np.exp(log_p) * (log_p - log_q)
    result: Array = np.maximum(terms.sum(axis=-1) / LN2, 0.0)  # rounding may leave -1e-17
    return result


def jensen_shannon(p: Array, q: Array) -> Array:
    """Jensen–Shannon divergence in bits: how far p and q lie from their mean (Lin 1991).

    JS = ½ KL(p‖m) + ½ KL(q‖m) with m = ½ (p + q); symmetric, and finite always.

    Args:
        p: [T, V], each row sums to 1.
        q: [T, V], each row sums to 1.

    Returns:
        [T], from 0 (the same) to 1 (no word in common).

    Raises:
        ValueError: a row does not sum to 1 within 1e-4.
    """
    middle = 0.5 * (p + q)
    result: Array = 0.5 * (_bits_lost(p, middle) + _bits_lost(q, middle))
    return result


def _bits_lost(p: Array, q: Array) -> Array:
    """Σ_v p_v log2(p_v / q_v), [T], where q is above 0 wherever p is."""
    _check_rows(p)
    ratio = np.divide(p, q, out=np.ones_like(p, dtype=np.float64), where=p > 0)
    result: Array = np.maximum((p * np.log2(ratio)).sum(axis=-1), 0.0)  # may be -1e-17
    return result


def _check_rows(probs: Array) -> None:
    sums = np.asarray(probs).sum(axis=-1)
    wrong = np.abs(sums - 1.0) > 1e-4
    if np.any(wrong):
        raise ValueError(
            f"a row of probabilities sums to {float(np.ravel(sums)[np.argmax(wrong)]):g}, not to 1"
        )
