"""Laboratory: small experiments on how a recurrent network remembers, with numbers of one's own."""

from __future__ import annotations

from rnnexplorer.pages import (
    frame,
    laboratory_recurrence,
    laboratory_tasks,
    laboratory_wirings,
)

VIEWS = {
    "recurrence": "The laboratory of U",
    "tasks": "Small tasks",
    "wirings": "Four wirings",
}
DRAWN = {
    "recurrence": laboratory_recurrence.draw,
    "tasks": laboratory_tasks.draw,
    "wirings": laboratory_wirings.draw,
}

DRAWN[frame.choose_tab(VIEWS, "laboratory_tab")](frame.chosen_run())
frame.show_address()
