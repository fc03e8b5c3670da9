"""What is left of a small change of a network's state, on average over places of its text.

At each place all of `measures.forgetting` is measured as at a word of one's own; the averages and
their bands are those of `remembering`, over some of the same places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnexplorer import remembering, runs
from rnnexplorer.measures import forgetting, stretch
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.forgetting import Averaged, Recurrent, Split
from rnnexplorer.measures.lag import Curve
from rnnexplorer.remembering import STRETCHES, Places
from rnnexplorer.signals import Cell
from rnnexplorer.traces import Trace, check_layer

#: Places that are read: a Jacobian takes its time, so one in each stretch that the bands are over.
READ = STRETCHES


@dataclass(frozen=True, eq=False)
class Kept:
    """What is left at one place.

    Attributes:
        units: of every unit, or of some, in single precision, [K + 1, U].
        largest: of a SimpleRNN, the largest singular value of each product of steps, [K + 1].
        h: of a SimpleRNN, the states at the words that are looked back over, [K, H].
    """

    units: Split
    largest: Array | None = None
    h: Array | None = None

    @cached_property
    def whole(self) -> Split:
        """Of all units together, [K + 1]."""
        return self.units.together()


@dataclass(frozen=True, eq=False)
class Average:
    """What is left on average.

    Attributes:
        whole: of all units together, [K + 1].
        units: of every unit, [K + 1, H].
        largest: of a SimpleRNN, the largest singular value, [K + 1].
        weights: of a SimpleRNN, what its weights alone would leave, [K + 1].
        recurrent: of a SimpleRNN, its step in three numbers.
    """

    whole: Averaged
    units: Averaged
    largest: Curve | None = None
    weights: Array | None = None
    recurrent: Recurrent | None = None

    def of(self, unit: int | None) -> Averaged:
        """Of one unit, or of all together."""
        return self.whole if unit is None else self.units.of(unit)


def some(found: Places, number: int = READ) -> Places:
    """Every so manieth of the places, `number` of them.

    Raises:
        ValueError: there are not so many, or they are too few for a band.
    """
    if not STRETCHES <= number <= len(found):
        raise ValueError(
            f"an average over {number} places cannot be made of this text; it takes"
            f" {STRETCHES} to {len(found)}, one at least in each of the {STRETCHES} stretches that"
            " its bands are over"
        )
    at = np.arange(number) * len(found) // number
    others = None if found.others is None else found.others[at]
    return Places(found.ids[:, at], found.targets[at], others, found.part)


def blocks(cell: Cell, units: int, layers: int) -> list[range]:
    """Units of a layer, of so many, that are one piece of work.

    Of a SimpleRNN all of them: the product of its steps is one matrix.
    """
    from rnnexplorer import influencing  # torch

    return [range(units)] if cell.keeper is None else influencing.blocks(units, layers)


def at_place(
    run: runs.Run, epoch: int, found: Places, place: int, layer: int, units: range
) -> Kept:  # fmt: skip
    """What is left at a place, as far back as `remembering.lags_of` says.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        found: the places.
        place: of them.
        layer: from 0.
        units: one of `blocks`.

    Raises:
        ValueError: there is no such layer.
    """
    from rnnexplorer import tracing  # torch

    back = remembering.lags_of(run)
    ids = found.ids[:, place]
    if run.recipe.memory != "stateful":  # the state was made from the words of its window alone
        ids = ids[-run.recipe.window :]
    words = [runs.vocabulary(run).words[k] for k in ids]
    trace = tracing.trace(run, words, epoch=epoch, memory="stateful")
    check_layer(layer, trace.layers)
    if trace.cell.keeper is not None:
        return Kept(gated(run, trace, len(trace), back, layer, units).single())
    h, W_hh = trace.signals["h"][layer], _recurrent_weights(run, epoch, layer)
    products = list(forgetting.products(h, W_hh, back))
    every = Split(np.stack([np.linalg.norm(product, axis=1) for product in products]))
    largest = np.array([stretch.largest(product) for product in products])
    return Kept(every.single(), largest, h[-max(back, 1) :])


def joined(pieces: Sequence[Kept]) -> Kept:
    """What is left at one place of all units, from every block of them."""
    if len(pieces) == 1:
        return pieces[0]
    return Kept(forgetting.joined([piece.units for piece in pieces]))


def gated(
    run: runs.Run, passage: Trace, steps: int, back: int, layer: int, units: range
) -> Split:  # fmt: skip
    """The split of some units of a cell with a gate that keeps, [back + 1, U].

    Args:
        run: that made the trace.
        passage: read in one pass from the zero state.
        steps: of it that lead to the state that is looked back from, its own among them.
        back: how far to look back, less than `steps`.
        layer: from 0.
        units: one of `blocks`.
    """
    from rnnexplorer import influencing  # torch

    cell, words = passage.cell, passage.words[:steps]
    path = forgetting.kept_by_gates(passage.signals[str(cell.keeper)][layer, :steps], back)
    rows = influencing.jacobians(
        run, words, back, layer, cell.memory, units, epoch=passage.origin.epoch
    )
    return forgetting.split(rows, path, units)


def average(run: runs.Run, epoch: int, layer: int, found: Sequence[Kept]) -> Average:
    """The average over places.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        layer: from 0.
        found: what is left at each, in the order of the text, STRETCHES of them or more.
    """
    whole = forgetting.averaged([one.whole for one in found], STRETCHES)
    units = forgetting.averaged([one.units for one in found], STRETCHES)
    values = [one.largest for one in found if one.largest is not None]
    if not values:
        return Average(whole, units)
    W_hh = _recurrent_weights(run, epoch, layer)
    return Average(
        whole,
        units,
        forgetting.lengths(np.stack(values), STRETCHES),
        forgetting.weights_alone(W_hh, len(values[0]) - 1),
        forgetting.recurrent(W_hh, np.concatenate([one.h for one in found if one.h is not None])),
    )


def _recurrent_weights(run: runs.Run, epoch: int, layer: int) -> Array:
    return runs.weights(run, epoch)[f"W_hh.l{layer}"]
