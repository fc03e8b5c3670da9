"""What one unit does to the output: its share of every logit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnexplorer.measures.distribution import Array


def output_matrix(weights: Mapping[str, Array]) -> Array:
    """W_hy, [H, V]; with a tied output the embedding transposed."""
    return weights["W_hy"] if "W_hy" in weights else weights["embedding"].T


@dataclass(frozen=True, eq=False)
class Push:
    """The words that a unit moves most when it is on.

    Attributes:
        ids: vocabulary indices, [K].
        weight: W_hy of the unit for that word, less its mean over all words, [K]: a constant added
            to all logits changes no probability.
    """

    ids: NDArray[np.int64]
    weight: Array


def pushed(weights: Mapping[str, Array], unit: int, count: int) -> tuple[Push, Push]:
    """The words that a positive h of a unit of the last layer promotes most, and suppresses most.

    A negative h does the opposite, in proportion. The output layer is linear: h times the weights,
    summed over the units, plus b_y, is the logits less a constant of the step ("direct logit
    attribution", nostalgebraist 2020).
    """
    row = output_matrix(weights)[unit].astype(np.float64)
    row = row - row.mean()
    rising = np.argsort(row, kind="stable")
    up, down = rising[::-1][:count], rising[:count]
    return Push(up, row[up]), Push(down, row[down])
