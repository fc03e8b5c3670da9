"""The axis that all pictures of a text share: one column per step, its words as ticks."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
from scipy.optimize import isotonic_regression

from rnnexplorer.figures.style import Theme, plain

#: Pixels beside the plot; the same in every picture over a text, so that their columns align.
MARGIN_LEFT = 104
MARGIN_RIGHT = 60

#: More words than this would run into each other even on a wide screen; then so many are written.
MOST_TICKS = 60
THINNED_TICKS = 30

#: Letters of a word beside a row; a longer one is cut.
LONGEST_LABEL = 13

#: Degrees: steep enough for neighbours, flat enough to read.
TICK_ANGLE = -60


def word_axis(words: Sequence[str], steps: range, theme: Theme, below: str) -> dict[str, Any]:
    """The axis itself: a column per step, every word as a tick.

    Where the words would run into each other the labels are left out, and `word_labels` writes
    some of them; a hover still names them all.

    Args:
        words: of the whole trace.
        steps: the columns that are drawn.
        theme: of the figure.
        below: the y axis that it is drawn under.
    """
    return {
        "anchor": below,
        "range": [steps.start - 0.5, steps.stop - 0.5],
        "tickmode": "array",
        "tickvals": np.arange(steps.start, steps.stop),
        "ticktext": [plain(words[step]) for step in steps],
        "tickangle": TICK_ANGLE,
        "tickfont": {"size": 12, "color": theme.ink},
        "showticklabels": len(steps) <= MOST_TICKS,
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
        "showspikes": False,
        "fixedrange": True,
    }


def word_labels(words: Sequence[str], steps: range, theme: Theme) -> list[dict[str, Any]]:
    """Every so manieth word as an annotation, for more steps than there is room for ticks."""
    if len(steps) <= MOST_TICKS:
        return []
    return [
        {
            "text": plain(words[step]),
            "x": step,
            "xref": "x",
            "xanchor": "right",
            "y": 0,
            "yref": "paper",
            "yanchor": "top",
            "yshift": -2,
            "textangle": TICK_ANGLE,
            "showarrow": False,
            "font": {"size": 12, "color": theme.ink},
        }
        for step in steps[:: ceil(len(steps) / THINNED_TICKS)]
    ]


def short(word: str) -> str:
    """A word for the label of a row."""
    return plain(word if len(word) <= LONGEST_LABEL else word[: LONGEST_LABEL - 1] + "…")


def spaced(ends: Sequence[float], apart: float) -> list[float]:
    """Where the names at the ends of lines stand, so that they do not lie on each other.

    Args:
        ends: the last value of each line.
        apart: the least distance between two names, in the same unit.
    """
    order = np.argsort(ends, kind="stable")
    # Positions that stay `apart` and move least, by squares: without the gaps they need only rise.
    gaps = apart * np.arange(len(ends))
    placed = np.empty(len(ends))
    placed[order] = isotonic_regression(np.asarray(ends)[order] - gaps).x + gaps
    return [float(place) for place in placed]


def band_title(text: str, y: float, theme: Theme) -> dict[str, Any]:
    """What one of several bands of curves shows, above it.

    Args:
        text: a few words.
        y: upper edge of the band, as a share of the plot.
        theme: its colours.
    """
    return {
        "text": text, "xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "y": y,
        "yanchor": "bottom", "yshift": 2, "showarrow": False,
        "font": {"size": 13, "color": theme.ink},
    }  # fmt: skip
