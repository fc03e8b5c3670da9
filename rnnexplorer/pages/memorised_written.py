"""What a network writes from all over its training text, kept; written while a bar moves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rnnexplorer import reciting, runs
from rnnexplorer.measures.distribution import Ids
from rnnexplorer.pages import reading, working
from rnnexplorer.pages.texts import Texts


def written(
    run: runs.Run, found: Texts, asked: Sequence[tuple[int, float]]
) -> list[list[Ids]] | None:
    """What `reciting.written` gives for epochs and temperatures, in their order.

    Args:
        run: the run.
        found: its text.
        asked: epochs, each with a temperature.

    Returns:
        None where somebody cancelled, see `working.in_pieces`.
    """
    pieces = {
        (reading.stamp(run, epoch), epoch, heat): partial(reciting.written, run, epoch, found, heat)
        for epoch, heat in asked
    }
    made = working.in_pieces(
        f"written_{run.name}",
        str(run.path),
        pieces,
        lambda piece: f"epoch {piece[1]} writes at temperature {piece[2]:g}",
    )
    return None if made is None else list(made.values())
