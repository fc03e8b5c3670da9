"""How one word is drawn from stored logits, stage by stage; no network is run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rnnexplorer.draws import Sampling, place, rank, uniforms
from rnnexplorer.measures.distribution import Array, Ids, entropy
from rnnexplorer.traces import Trace

#: A row of temperatures from none to one that hardly prefers any word.
TEMPERATURES = (0.0, 0.3, 0.5, 0.7, 1.0, 1.3, 1.7, 2.5)


@dataclass(frozen=True, eq=False)
class Stages:
    """One draw. Every array is in order of probability, the most probable word first.

    Attributes:
        sampling: temperature and truncation.
        uniform: the random number u, 0…1.
        order: [V], vocabulary index of the word of each rank.
        logits: [V], as the network gave them.
        scaled: [V], logits / temperature; at temperature 0 its limit, 0 for the most probable word
            and minus infinity for all others.
        softmax: [V], e^scaled / Σ e^scaled.
        by_k: how many words top-k leaves.
        kept: how many words top-p leaves of those; the draw is among them.
        probs: [V], what is drawn from: the softmax of the words kept, divided by its sum; else 0.
        cumulated: [V], sum of probs up to each word; 1 from the last word kept on.
        place: rank of the drawn word, from 0.
    """

    sampling: Sampling
    uniform: float
    order: Ids
    logits: Array
    scaled: Array
    softmax: Array
    by_k: int
    kept: int
    probs: Array
    cumulated: Array
    place: int

    @property
    def word(self) -> int:
        """Vocabulary index of the drawn word."""
        return int(self.order[self.place])

    @property
    def bits(self) -> float:
        """Entropy of what is drawn from, in bits; 2 to that power is as many equal choices."""
        return float(entropy(self.probs[None])[0])


def stages(logits: Array, sampling: Sampling, uniform: float) -> Stages:
    """Draw a word from a row of logits, keeping every stage.

    The stages are those of `draws.rank` and `draws.place`, with which every text is written; what
    is kept is divided by its sum.

    Args:
        logits: [V].
        sampling: temperature and truncation; its seed has no part in this.
        uniform: the random number u, 0…1.

    Raises:
        ValueError: u does not lie between 0 and 1.
    """
    if not 0.0 <= uniform <= 1.0:
        raise ValueError(f"the random number is {uniform:g}; it must lie between 0 and 1")
    ranking = rank(logits, sampling)
    shares = ranking.shares()
    total = float(shares.sum())
    return Stages(
        sampling=sampling,
        uniform=uniform,
        order=ranking.order,
        logits=np.asarray(logits, dtype=np.float64)[ranking.order],
        scaled=ranking.scaled,
        softmax=ranking.softmax,
        by_k=ranking.by_k,
        kept=int(ranking.kept),
        probs=shares / total,
        cumulated=shares.cumsum() / total,
        place=place(shares, uniform),
    )


def at_temperatures(
    logits: Array, sampling: Sampling, uniform: float, temperatures: Sequence[float] = TEMPERATURES
) -> list[Stages]:
    """The draw with the same random number at each of some temperatures, all else equal.

    Dividing by a temperature leaves the order of the words as it is, so u falls into the same line
    of words every time; only their shares of the line change.

    Raises:
        ValueError: u does not lie between 0 and 1, or a temperature is out of bounds.
    """
    return [stages(logits, replace(sampling, temperature=t), uniform) for t in temperatures]


def uniform_after(trace: Trace, step: int) -> tuple[float, int]:
    """The random number with which the word after a step was drawn.

    The k-th written word has the k-th number of the seed. After a step inside the given words
    nothing was drawn: it gets the number of the first word that was. The last step gets the number
    that one word more would have.

    Args:
        trace: holds the seed and how many words were given.
        step: from 0.

    Returns:
        The number u, and its place k among the seed's numbers, from 1.

    Raises:
        ValueError: the trace has no such step.
    """
    if not 0 <= step < len(trace):
        raise ValueError(f"step {step} does not exist; the trace has {len(trace)}")
    k = max(1, step + 2 - trace.origin.prompt)
    return float(uniforms(trace.origin.seed, k)[-1]), k


def table(drawn: Stages, vocabulary: Sequence[str]) -> pd.DataFrame:
    """A row per word, the most probable first, with every stage."""
    ranks = np.arange(len(drawn.order))
    return pd.DataFrame(
        {
            "rank": ranks + 1,
            "word": [vocabulary[k] for k in drawn.order.tolist()],
            "logit": drawn.logits,
            "divided_by_temperature": drawn.scaled,
            "softmax": drawn.softmax,
            "left_by_top_k": ranks < drawn.by_k,
            "kept": ranks < drawn.kept,
            "drawn_with_probability": drawn.probs,
            "cumulated": drawn.cumulated,
            "drawn": ranks == drawn.place,
        }
    )


def temperature_table(rows: Sequence[Stages], vocabulary: Sequence[str]) -> pd.DataFrame:
    """A row per temperature: the word that u draws, and what it is drawn from."""
    return pd.DataFrame(
        {
            "temperature": [row.sampling.temperature for row in rows],
            "u": [row.uniform for row in rows],
            "word": [vocabulary[row.word] for row in rows],
            "probability": [float(row.probs[row.place]) for row in rows],
            "rank": [row.place + 1 for row in rows],
            "entropy_bits": [row.bits for row in rows],
            "words_kept": [row.kept for row in rows],
        }
    )
