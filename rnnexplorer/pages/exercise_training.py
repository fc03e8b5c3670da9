"""Trainings on an exercise: done in pieces, shown, cancelled, and kept for all visitors."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from rnnexplorer.pages import working

if TYPE_CHECKING:
    from rnnexplorer.exercises import Setup, Training

#: Steps of training between two chances to cancel: about a second for the slowest cell.
PIECE = 100


def trained(
    name: str, key: Hashable, setups: Mapping[Setup, str], stages: Collection[int]
) -> dict[tuple[Setup, int], Training] | None:
    """Every training at every stage; a progress bar and a Cancel button while some are missing.

    Args:
        name: of the work, unique on its page.
        key: under which it is kept beside other work of that name.
        setups: what is trained, and what it is called in the bar.
        stages: steps of training at which each is kept.

    Returns:
        By setup and stage; None where the work was cancelled.
    """
    latest = _latest(name, key)
    done = working.in_pieces(
        name,
        key,
        {
            (setup, until, kept): partial(_further, latest, setup, until, kept=kept)
            for setup, until, kept in _pieces(setups, stages)
        },
        lambda piece: f"{setups[piece[0]]}, step {piece[1]:,}",
    )
    if done is None:
        return None
    return {
        (setup, until): training
        for (setup, until, _), training in done.items()
        if training is not None
    }


def _pieces(
    setups: Mapping[Setup, str], stages: Collection[int]
) -> list[tuple[Setup, int, bool]]:  # fmt: skip
    """How far each goes in a piece, and whether the training is kept there."""
    untils = sorted({*range(PIECE, max(stages), PIECE), *stages})
    return [(setup, until, until in stages) for setup in setups for until in untils]


def _further(
    latest: dict[Setup, Training], setup: Setup, until: int, *, kept: bool
) -> Training | None:
    """One piece: from where the training stands, or from its beginning where that is lost."""
    from rnnexplorer import exercises  # imports torch

    stands = latest.get(setup)
    if stands is None or stands.steps > until:
        stands = exercises.begin(setup)
    made = exercises.go_on(stands, until)
    latest[setup] = made  # other sessions read and write it too: what is handed back is our own
    return made if kept else None


@st.cache_resource(max_entries=64, show_spinner=False)
def _latest(name: str, key: Hashable) -> dict[Setup, Training]:
    """Where every training stands that was begun."""
    return {}
