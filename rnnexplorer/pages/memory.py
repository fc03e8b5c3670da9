"""Memory: what the network carries from word to word, and which word put it there."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.pages import frame, memory_ledger, memory_space

VIEWS = {
    "ledger": "Ledger: what was kept, what was written",
    "space": "State space: the path of the text",
}
DRAWN = {
    "ledger": memory_ledger.draw,
    "space": memory_space.draw,
}

chosen_run = frame.chosen_run()
if chosen_run is None or not runs.checkpoints(chosen_run):
    st.info("There is no memory to look into yet: the chosen model has no weights.")
    st.page_link("rnnexplorer/pages/train.py", label="Train a network", icon=":material/school:")
else:
    DRAWN[frame.choose_tab(VIEWS, "memory_tab")](chosen_run)
frame.show_address()
