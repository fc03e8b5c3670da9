"""Memory: what the network carries from word to word, and which word put it there."""

from __future__ import annotations

from rnnexplorer.pages import frame, memory_ledger, memory_space

VIEWS = {
    "ledger": "Ledger: what was kept, what was written",
    "space": "State space: the path of the text",
}
DRAWN = {
    "ledger": memory_ledger.draw,
    "space": memory_space.draw,
}

chosen_run = frame.with_weights("There is no memory to look into yet")
if chosen_run is not None:
    DRAWN[frame.choose_tab(VIEWS, "memory_tab")](chosen_run)
frame.show_address()
