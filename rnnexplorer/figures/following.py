"""The most probable next words of each step, and which of them came, as rows of a panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.figures.style import plain
from rnnexplorer.measures.distribution import probabilities, rank_of, top_words
from rnnexplorer.traces import Trace


@dataclass(frozen=True, eq=False)
class Following:
    """The next-word distributions of some steps, from the most probable word down.

    The last row is for the words that came although they are not among the most probable.

    Attributes:
        probs: [rank + 1, step], NaN where the last row is not needed.
        labels: [rank + 1, step], the word of each cell with its probability.
        came: [step], the row of the word that came; -1 at a step that nothing follows.
    """

    probs: NDArray[np.float32]
    labels: NDArray[np.str_]
    came: NDArray[np.int64]


def following(trace: Trace, steps: range, ranks: int) -> Following:
    """Tabulate the next-word distributions of some steps.

    Args:
        trace: holds the logits and the words.
        steps: the columns.
        ranks: how many words; a smaller vocabulary gives fewer.
    """
    ranks = min(ranks, len(trace.vocabulary))
    probs = probabilities(trace.logits[steps.start : steps.stop])
    targets = trace.targets()[steps.start : steps.stop]
    cells = np.full((ranks + 1, len(steps)), np.nan, dtype=np.float32)
    labels = np.full((ranks + 1, len(steps)), "", dtype=object)
    came = np.full(len(steps), -1, dtype=np.int64)
    for column, row in enumerate(probs):
        for rank, (word, p) in enumerate(top_words(row, trace.vocabulary, ranks)):
            cells[rank, column] = p
            labels[rank, column] = f"{plain(word)} {p:.1%}"
        if column < len(targets):
            target = int(targets[column])
            place = rank_of(row, target)
            came[column] = min(place, ranks + 1) - 1
            if place > ranks:
                cells[ranks, column] = row[target]
                labels[ranks, column] = (
                    f"{plain(trace.vocabulary[target])} {row[target]:.1%}, number {place}"
                )
    return Following(cells, labels.astype(np.str_), came)
