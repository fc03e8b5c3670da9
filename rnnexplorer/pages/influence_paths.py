"""What is left of a small change of a network's state, computed piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from rnnexplorer import keeping, runs, signals
from rnnexplorer.beside import Drawn
from rnnexplorer.keeping import Average, Kept
from rnnexplorer.measures import forgetting, ledger
from rnnexplorer.measures.forgetting import MOST_BACK, Recurrent, Split
from rnnexplorer.pages import influence_models, reading, working
from rnnexplorer.remembering import Places
from rnnexplorer.signals import Cell
from rnnexplorer.traces import Array, Trace

#: Products of matrices with all their singular values in one piece of work, for H units each:
#: a decomposition takes about 10 ms for 200 units, and grows as H³.
SIZED = 200**3 * 100


@dataclass(frozen=True, eq=False)
class Left:
    """What is left at a step of changes made before it, or on average over places of the text.

    Attributes:
        key: tells it from every other.
        cell: of the network.
        epoch: its checkpoint.
        layer: from 0.
        window: words of memory; None is stateful.
        words: the last K + 1 words, in reading order; the last is the step's. On average none.
        found: of every unit, [K + 1, H]; on average the mean.
        singular: of a SimpleRNN, the singular values, [K + 1, H]; on average None.
        weights: of a SimpleRNN, what its weights alone would leave, [K + 1].
        recurrent: of a SimpleRNN, its step in three numbers.
        average: None is one step.
        places: that the average is over, in words.
    """

    key: object
    cell: Cell
    epoch: int
    layer: int
    window: int | None
    words: tuple[str, ...]
    found: Split
    singular: Array | None = None
    weights: Array | None = None
    recurrent: Recurrent | None = None
    average: Average | None = None
    places: str = ""

    def of(self, unit: int | None) -> Split:
        """Of one unit, or of all together, [K + 1]."""
        if self.average is not None:
            return self.average.of(unit).mean
        return self.found.together() if unit is None else self.found.of(unit)


#: A `Left` of which all but the numbers is known.
Made = partial[Left]


def left(run: runs.Run, trace: Trace, step: int, layer: int, name: str) -> Left | None:
    """What is left at a step; None after Cancel.

    Args:
        run: that made the trace.
        trace: of the whole text.
        step: of it.
        layer: from 0.
        name: of the work, unique on the page.
    """
    steps = ledger.reach(trace, step)
    back = min(MOST_BACK, len(steps) - 1)
    key = (reading.key_of(run, trace), step, layer)
    passage = trace
    if steps.start:  # in window memory the state was made from these words alone
        passage = reading.in_one_pass(run, trace, steps)
    made = partial(
        Left, key=key, cell=trace.cell, epoch=trace.origin.epoch, layer=layer,
        window=trace.origin.window, words=trace.words[step - back : step + 1],
    )  # fmt: skip
    if trace.cell.keeper is None:
        h = passage.signals["h"][layer, : len(steps)]
        return _of_rnn(run, trace, h, back, name, made)
    pieces = working.in_pieces(
        name, key,
        {units: partial(keeping.gated, run, passage, len(steps), back, layer, units)
         for units in keeping.blocks(trace.cell, trace.units, trace.layers)},
        lambda units: f"{trace.cell.title}: what units {units.start} to {units.stop - 1} hang on",
    )  # fmt: skip
    return None if pieces is None else made(found=forgetting.joined(list(pieces.values())))


def _of_rnn(run: runs.Run, trace: Trace, h: Array, back: int, name: str, made: Made) -> Left | None:
    """Of a SimpleRNN: the product of its steps, with its singular values."""
    W_hh, key = _matrix(run, trace, made.keywords["layer"]), made.keywords["key"]
    size = max(1, SIZED // len(W_hh) ** 3)
    pieces = working.in_pieces(
        name, key,
        {
            part: partial(_further, key, h, W_hh, part)
            for part in _parts(back + 1, size)
        },
        lambda part: f"{trace.cell.title}: products of {part.start} to {part.stop - 1} steps",
    )  # fmt: skip
    if pieces is None:
        return None
    lengths, values = (np.concatenate(parts) for parts in zip(*pieces.values(), strict=True))
    weights, recurrent = _alone(key, W_hh, h, back)
    return made(found=Split(lengths), singular=values, weights=weights, recurrent=recurrent)


def _further(key: object, h: Array, W_hh: Array, part: range) -> tuple[Array, Array]:
    """Some distances more; from where the products stand, or from the beginning."""
    stands = _products(key)
    begin = stands.get("last")
    if begin is not None and begin[0] > part.start:
        begin = None
    found = forgetting.stretched(h, W_hh, part, begin)
    stands["last"] = found.last
    return found.lengths, found.singular


@st.cache_resource(max_entries=8, show_spinner=False)
def _products(key: object) -> dict[str, tuple[int, Array]]:
    """Where the last product of steps is kept, with its distance; each is a matrix of H × H."""
    return {}


def _parts(number: int, size: int) -> list[range]:
    """So many things, so many at a time."""
    return [range(first, min(first + size, number)) for first in range(0, number, size)]


def _matrix(run: runs.Run, trace: Trace, layer: int) -> Array:
    epoch = trace.origin.epoch
    return _kept_matrix(str(run.path), reading.stamp(run, epoch), epoch, layer, run)


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept_matrix(path: str, stamp: int, epoch: int, layer: int, _run: runs.Run) -> Array:
    return runs.weights(_run, epoch)[f"W_hh.l{layer}"]


@st.cache_resource(max_entries=64, show_spinner="The eigenvalues of W_hh …")
def _alone(key: object, _W_hh: Array, _h: Array, _back: int) -> tuple[Array, Recurrent]:
    steps = _h[-max(_back, 1) :]
    return forgetting.weights_alone(_W_hh, _back), forgetting.recurrent(_W_hh, steps)


# --- on average ----------------------------------------------------------------------------------


def on_average(
    run: runs.Run, drawn: list[Drawn], found: Places, layer: int
) -> list[Left] | None:  # fmt: skip
    """What is left of each of some networks on average over the same places; None after Cancel.

    Args:
        run: the first of them.
        drawn: runs of one text, each with its epoch.
        found: the places.
        layer: from 0; a network of fewer layers is looked at in its last.
    """
    done = influence_models.kept(drawn, found, layer)
    if done is None:
        return None
    return [_averaged(each, epoch, layer, done[each.name], found) for each, epoch in drawn]


def _averaged(run: runs.Run, epoch: int, layer: int, kept: list[Kept], found: Places) -> Left:
    layer = influence_models.layer_of(run, layer)
    key = ("average", str(run.path), epoch, reading.stamp(run, epoch), layer, found.digest)
    places = f"{len(found)} places of the {found.part} text"
    average = _kept_average(key, run, epoch, layer, kept)
    windowed = run.recipe.memory != "stateful"
    return Left(
        key, signals.cell(run.recipe.cell), epoch, layer,
        run.recipe.window if windowed else None, (), average.units.mean,
        weights=average.weights, recurrent=average.recurrent, average=average, places=places,
    )  # fmt: skip


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept_average(
    key: object, _run: runs.Run, _epoch: int, _layer: int, _kept: list[Kept]
) -> Average:  # fmt: skip
    return keeping.average(_run, _epoch, _layer, _kept)
