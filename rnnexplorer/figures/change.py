"""One word replaced: two bands under the words, expectations and states apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.axis import MARGIN_LEFT, MARGIN_RIGHT, word_axis, word_labels
from rnnexplorer.figures.style import Theme, base_layout, theme_of
from rnnexplorer.measures.change import Change
from rnnexplorer.measures.distribution import Array, Ids
from rnnexplorer.signals import Cell

#: Pixels.
HEIGHT, GAP = 170, 26
MARGIN_TOP, MARGIN_BOTTOM = 14, 84
#: Smallest upper end of each axis: less is not worth a picture.
LEAST_BITS, LEAST_DISTANCE = 0.05, 0.05


def words_apart(
    found: Change,
    cell: Cell,
    words: Sequence[str],
    steps: range,
    whole: float,
    average: tuple[Array, Array] | None,
    theme: str = "light",
) -> go.Figure:
    """Bars at every step from the changed word on, over those of the average change.

    Args:
        found: the change.
        cell: of the network.
        words: of the text.
        steps: the columns that are drawn.
        whole: the distance that counts as 1.
        average: bits and relative distance of changes all over the text, by the words later; None
            where there is no text.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    plot = 2 * HEIGHT + GAP
    bands = (
        ("p", "Δp", "next word<br>in bits", found.bits, LEAST_BITS),
        (found.key, f"Δ{cell.signal(found.key).symbol}", "states, 1 =<br>unrelated",
         found.distance / whole, LEAST_DISTANCE),
    )  # fmt: skip
    layout: dict[str, Any] = base_layout(colors) | {
        "height": plot + MARGIN_TOP + MARGIN_BOTTOM,
        "margin": {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": MARGIN_TOP, "b": MARGIN_BOTTOM},
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "hoverdistance": -1,
        "bargap": 0.3,
        "xaxis": word_axis(words, steps, colors, below="y2"),
        "annotations": word_labels(words, steps, colors),
    }
    drawn: list[Any] = []
    for place, (key, symbol, name, values, least) in enumerate(bands):
        number = "" if place == 0 else "2"
        top = 1.0 - place * (HEIGHT + GAP) / plot
        usual = None if average is None else average[place]
        high = max(least, *values, *([] if usual is None else usual))
        layout[f"yaxis{number}"] = _axis((max(top - HEIGHT / plot, 0.0), top), high, colors)
        layout["annotations"].append(_beside(symbol, name, top - HEIGHT / plot / 2, key, colors))
        x = np.arange(found.step, found.step + len(values))
        inside = (x >= steps.start) & (x < steps.stop)
        drawn.append(_bars(x[inside], values[inside], key, number, colors))
        if usual is not None:
            drawn.append(_usual(found.step, usual, steps, key, number, colors))
    return go.Figure(drawn, layout)


def _axis(domain: tuple[float, float], high: float, theme: Theme) -> dict[str, Any]:
    return {
        "domain": domain, "anchor": "x", "range": [0.0, 1.06 * float(high)], "nticks": 4,
        "side": "right", "tickfont": {"size": 11, "color": theme.quiet}, "gridcolor": theme.rule,
        "zerolinecolor": theme.rule, "fixedrange": True,
    }  # fmt: skip


def _bars(x: Ids, values: Array, key: str, axis: str, theme: Theme) -> go.Bar:
    unit = " bits" if key == "p" else " of unrelated"
    return go.Bar(
        x=x, y=values, xaxis="x", yaxis=f"y{axis}", name="here", meta={"signal": key},
        marker={"color": theme.hue(key), "line": {"width": 0}},
        hovertemplate=f"here %{{y:.2f}}{unit}<extra></extra>",
    )  # fmt: skip


def _usual(
    step: int, usual: Array, steps: range, key: str, axis: str, theme: Theme
) -> go.Scatter:  # fmt: skip
    """What a change does on average so many words later."""
    x = np.arange(step, step + len(usual))
    inside = (x >= steps.start) & (x < steps.stop)
    return go.Scatter(
        x=x[inside], y=usual[inside], xaxis="x", yaxis=f"y{axis}", name="on average",
        mode="lines+markers", marker={"size": 5, "color": theme.ink},
        line={"color": theme.ink, "width": 1.5, "dash": "dot"}, meta={"signal": key},
        hovertemplate="on average %{y:.2f}<extra></extra>",
    )  # fmt: skip


def _beside(symbol: str, name: str, y: float, key: str, theme: Theme) -> dict[str, Any]:
    return {
        "text": f"<b style='font-size:17px'>{symbol}</b><br>{name}", "xref": "paper",
        "yref": "paper", "x": 0, "xshift": -10, "xanchor": "right", "y": y, "yanchor": "middle",
        "align": "right", "showarrow": False, "font": {"size": 13, "color": theme.hue(key)},
    }  # fmt: skip


def describe_words_apart(found: Change, words: Sequence[str], whole: float) -> str:
    """The first steps in a sentence."""
    shown = range(min(6, len(found.bits)))
    bits = ", ".join(f"{found.bits[k]:.2f} after {words[found.step + k]}" for k in shown)
    return (
        f"With {found.other} in place of {found.word} (step {found.step}) the next word is expected"
        f" so many bits differently: {bits}. The states are {found.distance[0] / whole:.2f} of the"
        f" distance of unrelated ones apart, at the last word {found.distance[-1] / whole:.2f}."
    )
