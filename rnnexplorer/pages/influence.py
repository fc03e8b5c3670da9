"""Influence: what an earlier word, or an earlier state, does to what comes later."""

from __future__ import annotations

from rnnexplorer.pages import (
    frame,
    influence_change,
    influence_flow,
    influence_lag,
    influence_why,
)

VIEWS = {
    "flow": "Which words mattered",
    "change": "Change one word",
    "lag": "How far back, on average",
    "why": "What is kept, and why",
}
DRAWN = {
    "flow": influence_flow.draw,
    "change": influence_change.draw,
    "lag": influence_lag.draw,
    "why": influence_why.draw,
}

chosen_run = frame.with_weights("There is no influence to look into yet")
if chosen_run is not None:
    DRAWN[frame.choose_tab(VIEWS, "influence_tab")](chosen_run)
frame.show_address()
