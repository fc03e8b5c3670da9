"""What the metrics of a training say: perplexity, and how long it will still take."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd

#: Epochs that the estimate of the time left looks back on.
RECENT = 5

#: Nats a word, 1 % of perplexity: a training is said to over-fit where its last held-out loss lies
#: at least so far above its lowest. Epochs go up and down by less without any over-fitting.
OVER_FITTED = math.log(1.01)

#: Nats above which e^loss is no float any more.
LARGEST_LOSS = math.log(sys.float_info.max)


def last_perplexity(metrics: pd.DataFrame, epoch: int | None = None) -> float | None:
    """Perplexity on the held-out text, e^loss, after an epoch; None where it was not measured.

    Args:
        metrics: columns epoch and held_out_loss (nats a word).
        epoch: None is the last.
    """
    rows = metrics if epoch is None else metrics[metrics["epoch"] == epoch]
    if rows.empty:
        return None
    loss = float(rows["held_out_loss"].iloc[-1])
    if math.isnan(loss):
        return None
    # Weights without bound can cost thousands of nats a word.
    return math.exp(loss) if loss < LARGEST_LOSS else math.inf


def time_left(metrics: pd.DataFrame, epochs: int) -> float | None:
    """Seconds until the last epoch, from the median of the latest ones; None before the first.

    Args:
        metrics: columns epoch and seconds.
        epochs: epochs asked for.
    """
    known = metrics["seconds"].dropna()
    if known.empty:
        return None
    done = int(metrics["epoch"].iloc[-1])
    return float(known.tail(RECENT).median()) * max(0, epochs - done)


def lowest_loss(metrics: pd.DataFrame) -> tuple[int, float, str] | None:
    """The epoch of the lowest held-out loss, or of the lowest training loss if none was held out.

    Args:
        metrics: columns epoch, held_out_loss and loss (nats a word).

    Returns:
        Epoch, loss and the name of the curve, `held-out` or `training`; None before the first loss.
    """
    for column, name in (("held_out_loss", "held-out"), ("loss", "training")):
        known = metrics[np.isfinite(metrics[column].to_numpy(dtype=float))]
        if len(known):
            row = known.loc[known[column].idxmin()]
            return int(row["epoch"]), float(row[column]), name
    return None


@dataclass(frozen=True)
class HeldOut:
    """How the loss on the held-out text went.

    Attributes:
        lowest: the epoch where it is lowest.
        last: the last epoch it was measured at.
        rise: from the one to the other, nats a word; 0 or more.
    """

    lowest: int
    last: int
    rise: float

    @property
    def over_fits_from(self) -> int | None:
        """The epoch after which it over-fits; None where it rises by less than `OVER_FITTED`."""
        return self.lowest if self.rise >= OVER_FITTED else None


def held_out(metrics: pd.DataFrame) -> HeldOut | None:
    """How the held-out loss went; None where it was never measured.

    Args:
        metrics: columns epoch and held_out_loss (nats a word).
    """
    known = metrics[np.isfinite(metrics["held_out_loss"].to_numpy(dtype=float))]
    if known.empty:
        return None
    lowest, last = known.loc[known["held_out_loss"].idxmin()], known.iloc[-1]
    rise = float(last["held_out_loss"] - lowest["held_out_loss"])
    return HeldOut(int(lowest["epoch"]), int(last["epoch"]), rise)
