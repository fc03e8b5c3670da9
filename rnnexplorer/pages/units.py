"""Units: are the gates in working order, which words move which unit, and what one unit does."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.index import Index
from rnnexplorer.pages import frame, indexing_panel, states, unit_atlas, unit_card, unit_health

VIEWS = {
    "atlas": "Atlas: which word moves which unit",
    "unit": "One unit",
    "health": "Health of all gates",
}


def _draw(run: runs.Run, made: Index) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        tab = frame.choose_tab(VIEWS, "units_tab")
        layer = states.choose_layer(made.layers)
    if (frame.current().unit or 0) >= made.units:
        frame.look(unit=made.units - 1)
    {"atlas": unit_atlas.draw, "unit": unit_card.draw, "health": unit_health.draw}[tab](
        run, made, layer
    )


chosen = frame.with_weights("There are no units to look at yet")
if chosen is not None:
    index_ = indexing_panel.ready(chosen, frame.current().epoch)
    if index_ is not None:
        _draw(chosen, index_)
frame.show_address()
