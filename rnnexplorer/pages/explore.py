"""Explore: the text as words, its states on one time axis, one step and one unit beside it."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.pages import frame, prompt, side, states
from rnnexplorer.traces import Trace


def _empty() -> None:
    st.subheader("No model yet", anchor=False)
    st.write(
        "Train one first: on the tale that comes with rnnexplorer it takes under a minute, and its"
        " gates can be looked at from the first epoch on."
    )
    st.page_link("rnnexplorer/pages/train.py", label="Train a network", icon=":material/school:")


def _explore(run: runs.Run) -> None:
    trace = prompt.traced(run)
    if trace is None:
        return
    _look_inside(run, trace)


@st.fragment
def _look_inside(run: runs.Run, trace: Trace) -> None:
    """Everything that a click on a word or a cell changes."""
    frame.still_there(run)
    with st.container(key="explore-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with left:
        picked = states.draw(run, trace)
    with right:
        side.draw(run, trace, picked)
    frame.show_address()


chosen = frame.chosen_run()
if chosen is None:
    _empty()
elif not runs.checkpoints(chosen):
    st.info(f"{chosen.name} has no weights yet; they come with its first epoch.")
    st.page_link("rnnexplorer/pages/train.py", label="Watch it train", icon=":material/school:")
else:
    _explore(chosen)
frame.show_address()
