"""Which trained network a lesson looks at."""

from __future__ import annotations

from rnnexplorer import runs
from rnnexplorer.pages import frame

SHIPPED = {"rnn": "alice-rnn-book", "lstm": "alice-lstm-book"}


def trained(cell: str) -> runs.Run | None:
    """The chosen run where it has that cell and weights, else the shipped one, else None.

    Args:
        cell: `rnn` or `lstm`.
    """
    for run in (frame.chosen_run(), frame.known_runs().get(SHIPPED[cell])):
        if run is not None and run.recipe.cell == cell and runs.checkpoints(run):
            return run
    return None


def looked_at(cell: str) -> dict[str, object]:
    """The fields of the address that open such a network; none where there is none."""
    run = trained(cell)
    if run is None:
        return {}
    kept = run == frame.chosen_run()
    return {"run": run.name, "epoch": frame.current().epoch if kept else None, "layer": 0,
            "unit": None}  # fmt: skip
