"""Change one word: of one's own text, or as a probe; how far it is felt."""

from __future__ import annotations

from rnnexplorer import runs
from rnnexplorer.pages import frame, influence_probe, influence_words

VIEWS = {"words": "your words", "probe": "probes"}
DRAWN = {"words": influence_words.draw, "probe": influence_probe.draw}


def draw(run: runs.Run) -> None:
    """Which of the two, and that."""
    shown = frame.choose_view("What is changed", VIEWS, "change_view", settings_too=True)
    DRAWN[shown](run)
