"""Four wirings: one network wired from one-to-one to many-to-many, trained while one looks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.pages import downloads, exercise_example, exercise_kind, knobs
from rnnexplorer.pages.exercise_kind import Shown
from rnnexplorer.settings import Choice, Kinds, Whole

LAST_SEED = 9999

KINDS: Kinds = {
    "kind": Choice(tuple(exercise_kind.NAMES)),
    **exercise_kind.SETTINGS,
    "units": Whole(4, 48, exercise_kind.UNITS),
    "seed": Whole(1, LAST_SEED, 1),
}
#: What begins anew with another wiring.
FIRST = {name: KINDS[name].default for name in ("stage", "example", "at")}


def draw(run: runs.Run | None) -> None:
    """The wiring and its size, then its training and what it answers.

    Args:
        run: the model on the left, which plays no part here.
    """
    values = knobs.values(KINDS)
    row = st.container(
        horizontal=True, vertical_alignment="bottom", gap="medium", key="controls-wirings"
    )
    with row:
        knobs.choice(KINDS, "kind", "Inputs to outputs", exercise_kind.NAMES, resets=FIRST)
        with st.container(width=220):
            knobs.slider(KINDS, "units", "Units of each network")
        if values["seed"] < LAST_SEED:
            st.button(
                "Another seed", icon=":material/casino:", on_click=knobs.turn, args=(KINDS,),
                kwargs={"seed": values["seed"] + 1},
                help="The same again from other initial weights and with other examples.",
            )  # fmt: skip
    shown = exercise_kind.choose(values["kind"], KINDS, values)
    if shown is None:
        return
    exercise_kind.draw(shown, KINDS, values["at"])
    _data(shown)


def _data(shown: Shown) -> None:
    setup = shown.training.setup
    name = f"{setup.exercise}-{setup.cell}{setup.units}-seed{setup.seed}"
    with st.popover("Data", icon=":material/download:"):
        exercise_example.data(shown.training, shown.example, name)
        losses = pd.DataFrame({"step": np.arange(len(shown.losses)) + 1, "loss": shown.losses})
        downloads.csv("The loss at every step of training", losses, f"{name}-losses")
