"""What if: the same text under interventions in the network that writes it."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.pages import frame, what_if_edits

chosen_run = frame.chosen_run()
if chosen_run is None or not runs.checkpoints(chosen_run):
    st.info("There is nothing to change yet: the chosen model has no weights.")
    st.page_link("rnnexplorer/pages/train.py", label="Train a network", icon=":material/school:")
else:
    what_if_edits.draw(chosen_run)
frame.show_address()
