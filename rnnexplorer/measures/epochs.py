"""The same words read by several epochs of one network, as numbers side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array, probabilities
from rnnexplorer.traces import Trace

#: Words followed through the epochs, besides the word that came.
WORDS = 12


def name(epoch: int) -> str:
    """An epoch within a sentence: "epoch 3", or "untrained" for 0."""
    return "untrained" if epoch == 0 else f"epoch {epoch}"


def short_name(epoch: int) -> str:
    """An epoch where it is plain that epochs are meant: "3", or "untrained" for 0."""
    return "untrained" if epoch == 0 else str(epoch)


def in_order(a: Trace, b: Trace) -> tuple[Trace, Trace]:
    """Two traces of one network, that of the earlier epoch first: what follows was learned."""
    return (a, b) if a.origin.epoch <= b.origin.epoch else (b, a)


def difference_name(a: Trace, b: Trace) -> str:
    """What is subtracted from what: "epoch 18 − epoch 3", the later minus the earlier."""
    earlier, later = in_order(a, b)
    return f"{name(later.origin.epoch)} − {name(earlier.origin.epoch)}"


@dataclass(frozen=True, eq=False)
class Following:
    """What may come after one word, at each epoch.

    Attributes:
        ids: vocabulary indices, those that were likeliest at any epoch first, [K].
        words: their texts.
        came: the row of the word that came; None at the end of the text.
        probs: by epoch, [K], not summing to 1: the other words are left out.
    """

    ids: NDArray[np.int64]
    words: tuple[str, ...]
    came: int | None
    probs: Mapping[int, Array]

    def table(self) -> pd.DataFrame:
        """A row per word, a column per epoch."""
        columns = {f"epoch_{epoch}": self.probs[epoch] for epoch in sorted(self.probs)}
        return pd.DataFrame({"word": self.words, **columns})


def following(traces: Mapping[int, Trace], step: int, count: int = WORDS) -> Following:
    """The words that were likeliest at any epoch, with their probability at every one.

    Words are ranked by max over the epochs of p; the word that came is added if it is not among
    them.

    Args:
        traces: by epoch, over the same words.
        step: the word that was read last, from 0.
        count: words, besides the one that came.

    Raises:
        ValueError: the traces have no such step.
    """
    last = traces[max(traces)]
    if not 0 <= step < len(last):
        raise ValueError(f"the text has steps 0 to {len(last) - 1}, not {step}")
    every = {epoch: probabilities(t.logits[step : step + 1])[0] for epoch, t in traces.items()}
    largest = np.max(list(every.values()), axis=0)
    ids = np.argsort(-largest, kind="stable")[:count]
    came = None
    if step + 1 < len(last):
        word = last.vocabulary.index(last.words[step + 1])
        ids = ids if word in ids else np.append(ids, word)
        came = int(np.flatnonzero(ids == word)[0])
    words = tuple(last.vocabulary[k] for k in ids.tolist())
    return Following(ids, words, came, {epoch: p[ids] for epoch, p in every.items()})


def signal_table(
    traces: Mapping[int, Trace], key: str, layer: int, steps: range, units: Sequence[int]
) -> pd.DataFrame:
    """One signal at every epoch, a row per epoch, step and unit.

    Args:
        traces: by epoch, over the same words.
        key: of the signal.
        layer: from 0.
        steps: a part of the text.
        units: from 0.
    """
    epochs = sorted(traces)
    values = np.stack(
        [traces[e].signals[key][layer, steps.start : steps.stop][:, list(units)] for e in epochs]
    )  # [epoch, step, unit]
    epoch, step, unit = (
        axis.ravel() for axis in np.meshgrid(epochs, steps, list(units), indexing="ij")
    )
    words = np.array(traces[epochs[-1]].words)
    return pd.DataFrame(
        {"epoch": epoch, "step": step, "word": words[step], "unit": unit, key: values.ravel()}
    )
