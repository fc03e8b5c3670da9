"""All that is known of the units of a layer: habits, worth, memory, what they track.

An index of the text and a study of the units come in; what the page of one unit, the table of all
of them and the command `units` say comes out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnnexplorer.index import Index
from rnnexplorer.measures import half_life, health
from rnnexplorer.measures.distribution import Array
from rnnexplorer.signals import Cell, Signal
from rnnexplorer.studies import Study

#: The gate that decides how much of its memory a unit keeps.


@dataclass(frozen=True)
class Worth:
    """What switching a unit off costs.

    Attributes:
        cost: rise of the loss, nats a word; below 0 the network does better without the unit.
        error: standard error of `cost` over the words.
        before: perplexity of the untouched network.
        after: perplexity without the unit.
        rank: among the units of its layer, 1 costs most.
        words: that it was tried on.
        part: of the text that they are of, `held out` or `training`.
    """

    cost: float
    error: float
    before: float
    after: float
    rank: int
    words: int
    part: str

    @property
    def sure(self) -> bool:
        """Whether the cost is more than two standard errors from nothing."""
        return abs(self.cost) > 2 * self.error


def habits(made: Index, layer: int) -> pd.DataFrame:
    """`health.unit_table` of a layer over the held-out text."""
    part = made.part("held out")
    return health.unit_table(made.cell, {k: v[layer, part] for k, v in made.signals.items()})


def worth(study: Study, layer: int, unit: int) -> Worth:
    """What switching one unit off costs."""
    cost, loss = float(study.cost[layer, unit]), float(study.loss[0])
    return Worth(
        cost=cost,
        error=float(study.error[layer, unit]),
        before=float(np.exp(loss)),
        after=float(np.exp(loss + cost)),
        rank=int((study.cost[layer] > cost).sum()) + 1,
        words=int(study.words[0]),
        part=str(study.part[0]),
    )


def keeping(cell: Cell) -> Signal | None:
    """The gate that decides what is kept; a SimpleRNN has none."""
    return None if cell.keeper is None else cell.signal(cell.keeper)


def half_lives_by_gate(made: Index, layer: int, units: slice) -> Array | None:
    """`half_life.from_gate` over the whole text, of some units; None for a SimpleRNN."""
    gate = keeping(made.cell)
    if gate is None:
        return None
    return half_life.from_gate(made.signals[gate.key][layer][:, units])


def half_lives_by_push(study: Study, layer: int, units: slice) -> Array:
    """`half_life.from_curve` of what is left of a push, of some units."""
    return half_life.from_curve(study.left[layer][:, units])


def tracks(study: Study, layer: int, unit: int) -> pd.DataFrame:
    """What a unit was held against, best first.

    Returns:
        A row per feature: `feature`; `score`, correlation, see `Study`; `by_chance`, the same with
        the feature shifted to another place; `by_chance_spread`, its standard deviation over the
        shifts; `p`, corrected for all units and features; `direction`, whether high or low h goes
        with it.
    """
    table = pd.DataFrame(
        {
            "feature": study.features,
            "score": study.score[layer, unit],
            "by_chance": study.shuffled[layer, unit],
            "by_chance_spread": study.spread[layer, unit],
            "p": study.p[layer, unit],
            "direction": np.where(study.sign[layer, unit] > 0, "high h", "low h"),
        }
    )
    return table.sort_values("score", ascending=False, kind="stable", ignore_index=True)


def table(made: Index, study: Study, layer: int) -> pd.DataFrame:
    """Every unit of a layer in a row: its habits, its worth, its memory, what it tracks best.

    Returns:
        The columns of `habits`; `cost` and `error`, nats a word; `half_life_by_gate` (not of a
        SimpleRNN) and `half_life_by_push`, words, infinite where it did not fall so far;
        `tracks`, `score`, `by_chance`, `by_chance_spread`, `p` and `direction` of its best feature.
    """
    found = habits(made, layer)
    every = slice(None)
    found["cost"], found["error"] = study.cost[layer], study.error[layer]
    by_gate = half_lives_by_gate(made, layer, every)
    if by_gate is not None:
        found["half_life_by_gate"] = by_gate
    found["half_life_by_push"] = half_lives_by_push(study, layer, every)
    best = pd.concat(
        [tracks(study, layer, unit).head(1) for unit in range(made.units)], ignore_index=True
    )
    return pd.concat([found, best.rename(columns={"feature": "tracks"})], axis=1)
