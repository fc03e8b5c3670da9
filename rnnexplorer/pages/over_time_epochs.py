"""What is known of every checkpoint of a run, looked at once and kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import pandas as pd

from rnnexplorer import runs, timeline
from rnnexplorer.pages import reading, working
from rnnexplorer.pages.texts import Texts
from rnnexplorer.timeline import Moment

T = TypeVar("T")


def moments(run: runs.Run, found: Texts) -> list[Moment] | None:
    """The few numbers of every checkpoint, by rising epoch; None where the work was cancelled."""
    every = _each("moments", run, lambda epoch: timeline.moment(run, epoch, found))
    return None if every is None else list(every.values())


def unit_tables(run: runs.Run, found: Texts) -> dict[int, list[pd.DataFrame]] | None:
    """By epoch the health of every unit over the same words, a table per layer; None as above."""
    return _each(
        "unit_tables", run,
        lambda epoch: timeline.unit_tables(
            timeline.reading(run, epoch, found.training, found.held_out)
        ),
    )  # fmt: skip


def _each(name: str, run: runs.Run, look_at: Callable[[int], T]) -> dict[int, T] | None:
    """What is found at every checkpoint, in pieces that can be cancelled."""
    pieces = {
        (epoch, reading.stamp(run, epoch)): partial(look_at, epoch)
        for epoch in runs.checkpoints(run)
    }
    found = working.in_pieces(
        name, str(run.path), pieces, lambda piece: f"looking at epoch {piece[0]}"
    )
    return None if found is None else {epoch: value for (epoch, _), value in found.items()}
