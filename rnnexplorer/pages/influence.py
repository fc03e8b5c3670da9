"""Influence: what an earlier word, or an earlier state, does to what comes later."""

from __future__ import annotations

from rnnexplorer.pages import frame, influence_flow, influence_why

VIEWS = {
    "flow": "Which words mattered",
    "why": "Why an LSTM forgets less",
}
DRAWN = {
    "flow": influence_flow.draw,
    "why": influence_why.draw,
}

chosen_run = frame.with_weights("There is no influence to look into yet")
if chosen_run is not None:
    DRAWN[frame.choose_tab(VIEWS, "influence_tab")](chosen_run)
frame.show_address()
