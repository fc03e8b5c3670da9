"""What if: the same network under interventions, and the words it might have drawn instead."""

from __future__ import annotations

from rnnexplorer.pages import frame, what_if_dose, what_if_draw, what_if_edits, what_if_tree

VIEWS = {
    "edits": "Change a signal",
    "dose": "How much of it?",
    "draw": "Draw a word",
    "tree": "Ways to go on",
}
DRAWN = {
    "edits": what_if_edits.draw,
    "dose": what_if_dose.draw,
    "draw": what_if_draw.draw,
    "tree": what_if_tree.draw,
}

chosen_run = frame.with_weights("There is nothing to change yet")
if chosen_run is not None:
    DRAWN[frame.choose_tab(VIEWS, "what_if_tab")](chosen_run)
frame.show_address()
