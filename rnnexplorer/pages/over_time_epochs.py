"""What is known of every checkpoint of a run, looked at once and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pandas as pd
import streamlit as st

from rnnexplorer import runs, timeline
from rnnexplorer.pages import reading
from rnnexplorer.pages.texts import Texts
from rnnexplorer.timeline import Moment

T = TypeVar("T")


def moments(run: runs.Run, found: Texts) -> list[Moment]:
    """The few numbers of every checkpoint, by rising epoch."""
    every = _each(run, lambda epoch: _moment(_key(run, epoch), run, epoch, found))
    return list(every.values())


def unit_tables(run: runs.Run, found: Texts) -> dict[int, list[pd.DataFrame]]:
    """By epoch the health of every unit over the same words, a table per layer."""
    return _each(run, lambda epoch: _tables(_key(run, epoch), run, epoch, found))


def _each(run: runs.Run, look_at: Callable[[int], T]) -> dict[int, T]:
    """What is found at every checkpoint, with a bar while they are looked at for the first time."""
    kept = runs.checkpoints(run)
    place, found = st.empty(), {}
    for number, epoch in enumerate(kept):
        place.progress(number / len(kept), f"looking at epoch {epoch}")
        found[epoch] = look_at(epoch)
    place.empty()
    return found


def _key(run: runs.Run, epoch: int) -> tuple[object, ...]:
    return str(run.path), reading.stamp(run, epoch), epoch


@st.cache_resource(max_entries=256, show_spinner=False)
def _moment(key: object, _run: runs.Run, _epoch: int, _found: Texts) -> Moment:
    return timeline.moment(_run, _epoch, _found.training, _found.held_out, _found.index)


@st.cache_resource(max_entries=256, show_spinner=False)
def _tables(key: object, _run: runs.Run, _epoch: int, _found: Texts) -> list[pd.DataFrame]:
    return timeline.unit_tables(timeline.reading(_run, _epoch, _found.training, _found.held_out))
