"""What the metrics of a training say: perplexity, and how long it will still take."""

from __future__ import annotations

import math
import sys

import numpy as np
import pandas as pd

#: Epochs that the estimate of the time left looks back on.
RECENT = 5

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


def lowest_held_out(metrics: pd.DataFrame) -> int | None:
    """The epoch of the lowest held-out loss, after which over-fitting sets in; None if unknown."""
    found = lowest_loss(metrics)
    return found[0] if found is not None and found[2] == "held-out" else None
