"""What a checkpoint is like, in a few numbers: lined up they tell what a training did."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnexplorer import runs
from rnnexplorer.measures import distribution, health, memorised
from rnnexplorer.measures.memorised import TextIndex
from rnnexplorer.traces import Trace

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
    from rnnexplorer import memorising  # torch

    trace = reading(run, epoch, training, held_out)
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


def reading(
    run: runs.Run, epoch: int, training: NDArray[np.integer], held_out: NDArray[np.integer]
) -> Trace:
    """The words that a checkpoint is judged by: the first `READ` held out, or of the training text.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        training: what it was trained on, vocabulary indices, [N].
        held_out: what it was not trained on, [M]; may be empty.
    """
    from rnnexplorer import tracing  # torch

    read = (held_out if len(held_out) >= READ else training)[:READ]
    return tracing.trace(run, runs.vocabulary(run).decode(read), epoch=epoch)


def unit_tables(trace: Trace) -> list[pd.DataFrame]:
    """The health of every unit over a reading, a table per layer; see `health.unit_table`."""
    return [
        health.unit_table(trace.cell, {key: values[layer] for key, values in trace.signals.items()})
        for layer in range(trace.layers)
    ]


def table(moments: Sequence[Moment]) -> pd.DataFrame:
    """A row per checkpoint: the fields of a moment, the radius of each gate in a column."""
    rows = pd.DataFrame([dataclasses.asdict(moment) for moment in moments])
    radii = pd.DataFrame(rows.pop("radius").tolist()).add_prefix("radius_")
    return pd.concat([rows, radii], axis=1)
