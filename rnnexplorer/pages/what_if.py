"""What if: the same text under interventions in the network that writes it."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.pages import frame, what_if_dose, what_if_edits

VIEWS = {
    "edits": "Change a signal",
    "dose": "How much of it?",
}
DRAWN_BY = {
    "edits": what_if_edits.draw,
    "dose": what_if_dose.draw,
}

chosen_run = frame.chosen_run()
if chosen_run is None or not runs.checkpoints(chosen_run):
    st.info("There is nothing to change yet: the chosen model has no weights.")
    st.page_link("rnnexplorer/pages/train.py", label="Train a network", icon=":material/school:")
else:
    DRAWN_BY[frame.choose_tab(VIEWS, "what_if_tab")](chosen_run)
frame.show_address()
