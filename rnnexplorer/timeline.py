"""What a checkpoint is like, in a few numbers: lined up they tell what a training did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer import runs
from rnnexplorer.measures import distribution, health, memorised
from rnnexplorer.measures.memorised import TextIndex

#: Words that are read for saturation and entropy: of the held-out text, or else of the training's.
READ = 600
#: Greedy texts, words of each, and words of the training text before each.
TEXTS, WORDS, GIVEN = 8, 40, 10
#: A run of so many words is hardly chance.
LONG = 5


@dataclass(frozen=True)
class Moment:
    """A checkpoint.

    Attributes:
        epoch: its number.
        saturated: share of all gate values below 0.1 or above 0.9 (SimpleRNN: |h| above 0.9).
        entropy: of the next-word distribution, mean over the words, bits.
        radius: spectral radius of the recurrent matrix by gate, of the first layer.
        memorised: share of greedily written words that end a run of 5 or more words of the
            training text, counted from the first written word.
        looped: share of the 4-grams in them that repeat an earlier one of the same text.
    """

    epoch: int
    saturated: float
    entropy: float
    radius: dict[str, float]
    memorised: float
    looped: float


def moment(
    run: runs.Run,
    epoch: int,
    training: NDArray[np.integer],
    held_out: NDArray[np.integer],
    index: TextIndex,
) -> Moment:
    """Read and write a little with a checkpoint.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        training: what it was trained on, vocabulary indices, [N].
        held_out: what it was not trained on, [M]; may be empty.
        index: of the training text.
    """
    from rnnexplorer import memorising, tracing  # torch

    vocabulary = runs.vocabulary(run)
    read = (held_out if len(held_out) >= READ else training)[:READ]
    trace = tracing.trace(run, vocabulary.decode(read), epoch=epoch)
    shares = []
    for gate in health.gates_of(trace.cell):
        signed = trace.cell.signal(gate).kind == "signed"
        for layer in range(trace.layers):
            found = health.saturation(trace.signals[gate][layer], signed=signed)
            shares.append(float(np.mean(found.shut + found.open)))
    beginnings = memorising.prompts(training, TEXTS, GIVEN)
    texts = memorising.written(run, epoch, beginnings, WORDS, 0.0)
    blocks = health.blocks(trace.cell, runs.weights(run, epoch), 0)
    return Moment(
        epoch=epoch,
        saturated=float(np.mean(shares)),
        entropy=float(distribution.entropy(distribution.probabilities(trace.logits)).mean()),
        radius={block.key: block.radius for block in blocks},
        memorised=float(np.mean([memorised.spans(index, t, 0).share(0, LONG) for t in texts])),
        looped=float(np.mean([memorised.repeated(text, 4) for text in texts])),
    )
