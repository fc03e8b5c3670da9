"""Units: are the gates in working order, which words move which unit, and what one unit does."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.pages import frame, indexing_panel, states, unit_atlas, unit_card, unit_health

VIEWS = {
    "atlas": "Atlas: which word moves which unit",
    "unit": "One unit",
    "health": "Health of all gates",
}


DRAWN = {"atlas": unit_atlas.draw, "unit": unit_card.draw, "health": unit_health.draw}


def _draw(run: runs.Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        tab = frame.choose_tab(VIEWS, "units_tab")
        layer = states.choose_layer(run.recipe.layers)
    frame.fit_units(run)
    made = indexing_panel.ready(run, frame.current().epoch)
    if made is not None:
        DRAWN[tab](run, made, layer)


chosen = frame.with_weights("There are no units to look at yet")
if chosen is not None:
    _draw(chosen)
frame.show_address()
