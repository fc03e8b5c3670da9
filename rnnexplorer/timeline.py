"""What a checkpoint is like, in a few numbers: lined up they tell what a training did."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnexplorer import reciting, runs
from rnnexplorer.measures import distribution, health
from rnnexplorer.measures.learning import HeldOut
from rnnexplorer.reciting import Texts
from rnnexplorer.traces import Trace

#: Words that are read for saturation and entropy: of the held-out text, or else of the training's.
READ = 600


@dataclass(frozen=True)
class Moment:
    """A checkpoint.

    Attributes:
        epoch: its number.
        saturated: share of all gate values below 0.1 or above 0.9 (SimpleRNN: |h| above 0.9).
        entropy: of the next-word distribution, mean over the words, bits.
        radius: spectral radius of the recurrent matrix by gate, of the first layer.
        memorised: `reciting.long_share` of what it writes greedily.
        looped: `reciting.loops` of the same texts.
    """

    epoch: int
    saturated: float
    entropy: float
    radius: dict[str, float]
    memorised: float
    looped: float


def moment(run: runs.Run, epoch: int, texts: Texts) -> Moment:
    """Read and write a little with a checkpoint.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        texts: of the run.
    """
    trace = reading(run, epoch, texts.training, texts.held_out)
    shares = []
    for gate in health.gates_of(trace.cell):
        signed = trace.cell.signal(gate).kind == "signed"
        for layer in range(trace.layers):
            found = health.saturation(trace.signals[gate][layer], signed=signed)
            shares.append(float(np.mean(found.shut + found.open)))
    written = reciting.written(run, epoch, texts, 0.0)
    blocks = health.blocks(trace.cell, runs.weights(run, epoch), 0)
    return Moment(
        epoch=epoch,
        saturated=float(np.mean(shares)),
        entropy=float(distribution.entropy(distribution.probabilities(trace.logits)).mean()),
        radius={block.key: block.radius for block in blocks},
        memorised=reciting.long_share(texts, written),
        looped=reciting.loops(written),
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


#: From this share of memorised words on it is said that they are there; the author's own text,
#: held against the same book, stays below it.
NOTICED = 0.05


def told(moments: Sequence[Moment], held_out: HeldOut | None) -> str:
    """What happened, in two sentences: over-fitting, and learning by heart.

    Args:
        moments: of the kept checkpoints, by rising epoch.
        held_out: how the held-out loss went; None if nothing was held out.
    """
    return f"{_fitting(held_out)} {_by_heart(moments)}"


def _fitting(held_out: HeldOut | None) -> str:
    """Whether it over-fits, and from which epoch on."""
    if held_out is None:
        return "Nothing was held out, so over-fitting cannot be seen."
    if held_out.lowest == held_out.last:
        return f"The held-out loss still falls at the last epoch, {held_out.last}."
    lowest = f"The held-out loss is lowest at epoch {held_out.lowest}"
    if held_out.over_fits_from is None:
        return (
            f"{lowest}; at the last, {held_out.last}, it is {held_out.rise:.3f} nats higher, too"
            " little to call it over-fitting."
        )
    return f"{lowest}: from there on it over-fits."


def _by_heart(moments: Sequence[Moment]) -> str:
    """Between which two kept checkpoints words of the book begin to be recited."""
    noticed = [k for k, moment in enumerate(moments) if moment.memorised >= NOTICED]
    if not noticed:
        return "It writes next to nothing by heart."
    first = moments[noticed[0]]
    share = f"{first.memorised:.0%} of what it writes is the book's"
    if noticed[0] == 0:
        return f"At the first kept epoch, {first.epoch}, already {share}."
    before = moments[noticed[0] - 1]
    return (
        f"Learning by heart sets in between epoch {before.epoch} ({before.memorised:.0%}) and"
        f" {first.epoch}: there {share}."
    )
