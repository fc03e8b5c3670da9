"""What the pictures of a ledger share: columns of words, a line above, what a click means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnnexplorer.figures.axis import MARGIN_LEFT, MARGIN_RIGHT, word_axis, word_labels
from rnnexplorer.figures.style import Theme, base_layout

#: Pixels.
MARGIN_TOP, MARGIN_BOTTOM = 34, 84


def layout_over(words: Sequence[str], steps: range, height: int, theme: Theme) -> dict[str, Any]:
    """Columns as in every picture of a text; the numbers of the axis on the right."""
    return base_layout(theme) | {
        "height": height + MARGIN_TOP + MARGIN_BOTTOM,
        "margin": {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": MARGIN_TOP, "b": MARGIN_BOTTOM},
        "hovermode": "x unified",
        "hoverdistance": -1,  # a column of a short text is wider than Plotly looks
        "barmode": "overlay",
        "xaxis": word_axis(words, steps, theme, below="y"),
        "yaxis": {
            "nticks": 6, "tickfont": {"size": 11, "color": theme.quiet}, "gridcolor": theme.rule,
            "zerolinecolor": theme.quiet, "zerolinewidth": 1, "side": "right", "fixedrange": True,
            "rangemode": "tozero",
        },
        "annotations": word_labels(words, steps, theme),
    }  # fmt: skip


def line_above(text: str) -> dict[str, Any]:
    """A line of text above the plot: its legend, or what it shows."""
    return {
        "text": text, "xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "y": 1,
        "yanchor": "bottom", "yshift": 6, "showarrow": False, "align": "left",
    }  # fmt: skip


def clicked(key: str, unit: int | None) -> dict[str, Any]:
    """What a click means to the strip of words."""
    return {"signal": key} | ({} if unit is None else {"units": [unit]})
