"""How active a unit is, and what its removal changes: two different questions about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from rnnexplorer.measures.distribution import Array

#: The corners of the picture in which the two disagree.
IDLE, TELLING = "idle", "telling"


@dataclass(frozen=True, eq=False)
class Importance:
    """Every unit of a layer over one text.

    Attributes:
        activity: mean |h| over the words, 0…1, [H].
        effect: mean divergence of the next word when the unit is held at 0, bits, [H].
    """

    activity: Array
    effect: Array

    @property
    def middle(self) -> tuple[float, float]:
        """Median activity and median effect: half of the units lie on either side of each."""
        return float(np.median(self.activity)), float(np.median(self.effect))

    @property
    def agreement(self) -> float:
        """Spearman's rank correlation of the two, -1…1; NaN where either is the same for all."""
        active, telling = rankdata(self.activity), rankdata(self.effect)
        if np.ptp(active) == 0 or np.ptp(telling) == 0:
            return float("nan")
        return float(np.corrcoef(active, telling)[0, 1])

    def corner(self, name: str) -> NDArray[np.bool_]:
        """Which units lie in a corner, [H].

        Args:
            name: `idle`, more active than the middle and of less effect; or `telling`, less active
                and of more effect.

        Raises:
            ValueError: there is no such corner.
        """
        if name not in (IDLE, TELLING):
            raise ValueError(f"there is no corner {name!r}; there are {IDLE} and {TELLING}")
        activity, effect = self.middle
        sign = 1.0 if name == IDLE else -1.0
        found: NDArray[np.bool_] = (sign * (self.activity - activity) > 0) & (
            sign * (self.effect - effect) < 0
        )
        return found

    def most(self, name: str) -> int | None:
        """The unit of a corner whose ranks in the two lie furthest apart; None if it is empty."""
        inside = self.corner(name)
        apart = np.abs(rankdata(self.activity) - rankdata(self.effect))
        return int(np.where(inside, apart, -1.0).argmax()) if inside.any() else None


def importance(h: Array, removal: Array) -> Importance:
    """Hold activity and effect together.

    Args:
        h: of a layer, [T, H].
        removal: bits after each word without each unit, [H, T].

    Raises:
        ValueError: they are not of the same units and words.
    """
    if h.T.shape != removal.shape:
        raise ValueError(
            f"h has words and units {h.shape}, removal units and words {removal.shape}"
        )
    return Importance(np.abs(h).mean(axis=0, dtype=np.float64), removal.mean(axis=1))


def below(values: Array, unit: int) -> float:
    """The share of all other units that have less, 0…1; 0 where there are no others."""
    return float(np.mean(np.delete(values, unit) < values[unit])) if len(values) > 1 else 0.0


def table(found: Importance) -> pd.DataFrame:
    """A row per unit."""
    return pd.DataFrame(
        {
            "unit": np.arange(len(found.activity)),
            "mean_abs_h": found.activity,
            "removal_bits": found.effect,
        }
    )
