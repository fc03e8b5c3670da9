"""The atlas: what reading each word does to each unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnexplorer.figures.axis import MARGIN_LEFT, MARGIN_RIGHT, word_axis, word_labels
from rnnexplorer.figures.panel import row_height
from rnnexplorer.figures.scales import diverging
from rnnexplorer.figures.style import base_layout, theme_of
from rnnexplorer.measures.arithmetic import signed
from rnnexplorer.measures.response import Response
from rnnexplorer.signals import Signal

#: Pixels.
MARGIN_TOP, MARGIN_BOTTOM = 8, 92

#: Larger changes than of this share of all cells get the full hue.
STRONG = 0.995


def atlas(
    found: Response,
    words: Sequence[str],
    order: NDArray[np.int64],
    signal: Signal,
    limit: float,
    theme: str = "light",
) -> go.Figure:
    """A heatmap: a row per unit, a column per word, shaded by the mean change of state.

    Its `meta` holds `signal` and `units` (the unit of each row from the top), and its x are
    columns, as in `panels`, so that a cell is (unit, word).

    Args:
        found: of the words that are drawn, in the order of the columns.
        words: their texts.
        order: the units, from the top.
        signal: whose change it is.
        limit: the change that has the full hue, see `limit`.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    change = found.change[order]
    scale = diverging(colors, signal.key, limit)
    columns = range(len(words))
    height = len(order) * row_height(len(order), 1)
    counts = np.broadcast_to(found.counts, change.shape)
    heatmap = go.Heatmap(
        z=change.astype(np.float32),
        x=np.arange(len(words)),
        y=np.arange(len(order)),
        customdata=np.stack([counts, found.error[order]], axis=-1),
        name=signal.key,
        meta={"signal": signal.key, "units": order.tolist()},
        zmin=scale.low,
        zmax=scale.high,
        colorscale=scale.colorscale(),
        showscale=False,
        hovertemplate=f"unit %{{y}}: Δ{signal.symbol} %{{z:.2f}} ± %{{customdata[1]:.2f}},"
        " read %{customdata[0]} times<extra></extra>",
    )
    small = {"size": 11, "color": colors.quiet}
    return go.Figure(
        heatmap,
        base_layout(colors)
        | {
            "height": height + MARGIN_TOP + MARGIN_BOTTOM,
            "margin": {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": MARGIN_TOP, "b": MARGIN_BOTTOM},
            "hovermode": "closest",
            "xaxis": word_axis(words, columns, colors, below="y"),
            "yaxis": {
                "range": [len(order) - 0.5, -0.5],
                "tickmode": "array",
                "tickvals": np.arange(len(order)),
                "ticktext": [str(unit) for unit in order.tolist()],
                "showticklabels": False,
                "ticks": "",
                "showgrid": False,
                "zeroline": False,
                "fixedrange": True,
            },
            "annotations": [
                *word_labels(words, columns, colors),
                {
                    "xref": "paper", "yref": "paper", "x": 0, "xshift": -10, "xanchor": "right",
                    "y": 0.5, "showarrow": False, "align": "right",
                    "text": f"<b style='font-size:19px'>Δ{signal.symbol}</b><br>{len(order)} units,"
                    "<br>alike ones<br>together",
                    "font": {"size": 13, "color": colors.hue(signal.key)},
                },
                {
                    "xref": "paper", "yref": "paper", "x": 1, "xshift": 6, "xanchor": "left",
                    "y": 1, "yanchor": "top", "showarrow": False, "text": f"±{limit:.2g}",
                    "font": small,
                },
            ],
        },
    )  # fmt: skip


def limit(found: Response) -> float:
    """The change that gets the full hue: all but the strongest 0.5 % lie below it."""
    return max(float(np.quantile(np.abs(found.change), STRONG)), 1e-6)


def describe_atlas(found: Response, words: Sequence[str], signal: Signal) -> str:
    """The strongest response in a sentence."""
    unit, column = np.unravel_index(np.abs(found.change).argmax(), found.change.shape)
    return (
        f"The strongest mean response is that of unit {unit} to “{words[int(column)]}”:"
        f" {signal.symbol} changes by {signed(found.change[unit, column])}."
    )
