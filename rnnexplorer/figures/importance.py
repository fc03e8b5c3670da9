"""How active each unit is against what its removal changes: a dot per unit."""

from __future__ import annotations

from math import log10
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.style import Theme, base_layout, theme_of
from rnnexplorer.measures.importance import IDLE, TELLING, Importance

#: Pixels.
HEIGHT = 420
MARGIN = {"l": 70, "r": 16, "t": 12, "b": 48}

#: Bits; less is rounding, and an axis of powers has no 0.
SMALLEST = 1e-7

#: Of the axis of powers, beyond the outermost dots.
ROOM = 0.06

#: What the corners are in which the two disagree: a few words, and where they stand.
CORNERS = {
    IDLE: ("lights up, changes little", {"x": 1, "xanchor": "right", "y": 0, "yanchor": "bottom"}),
    TELLING: ("quiet, changes much", {"x": 0, "xanchor": "left", "y": 1, "yanchor": "top"}),
}


def importance_scatter(found: Importance, unit: int | None, theme: str = "light") -> go.Figure:
    """Mean |h| across, bits that the removal changes up, on an axis of powers of ten.

    Every dot's `customdata` is its unit, so that a click can choose it; the chosen one has a ring
    in amber. Lines are the medians.

    Args:
        found: of the layer.
        unit: the chosen one; None is none.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    effect = np.maximum(found.effect, SMALLEST)
    dots = go.Scatter(
        x=found.activity,
        y=effect,
        customdata=np.arange(len(effect)),
        mode="markers",
        name="units",
        marker={"size": 8, "color": colors.hue("h"), "opacity": 0.55},
        hovertemplate="<b>unit %{customdata}</b><br>mean |h| %{x:.2f}, without it"
        " %{y:.2g} bits<extra></extra>",
    )
    layout = _layout(found, effect, colors)
    if unit is None:
        return go.Figure(dots, layout)
    ring = go.Scatter(
        x=[found.activity[unit]],
        y=[effect[unit]],
        customdata=[unit],
        mode="markers+text",
        name="chosen",
        text=[f"unit {unit}"],
        textposition="top center",
        textfont={"size": 14, "color": colors.ink},
        cliponaxis=False,
        hoverinfo="skip",
        marker={
            "symbol": "circle-open",
            "size": 15,
            "color": colors.selection,
            "line": {"width": 3},
        },
    )
    return go.Figure([dots, ring], layout)


def _layout(found: Importance, effect: np.ndarray, theme: Theme) -> dict[str, Any]:
    low, high = log10(effect.min()), log10(effect.max())
    room = max(ROOM * (high - low), 0.1)
    activity, middle = found.middle
    line = {"type": "line", "layer": "below", "line": {"color": theme.quiet, "width": 1}}
    common = {"tickfont": {"size": 12, "color": theme.quiet}, "zeroline": False,
              "gridcolor": theme.rule, "fixedrange": True}  # fmt: skip
    y = max(middle, SMALLEST)
    return base_layout(theme) | {
        "height": HEIGHT,
        "margin": MARGIN,
        "hovermode": "closest",
        "xaxis": common | {
            "title": {"text": "how active: mean |h| over the words"}, "nticks": 8,
            "range": [0.0, 1.05 * float(found.activity.max()) or 1.0],
        },
        "yaxis": common | {
            "type": "log", "range": [low - room, high + 2 * room], "dtick": 1,
            "exponentformat": "power",
            "title": {"text": "what its removal changes, bits a word"},
        },
        "shapes": [
            line | {"x0": activity, "x1": activity, "yref": "paper", "y0": 0, "y1": 1},
            line | {"y0": y, "y1": y, "xref": "paper", "x0": 0, "x1": 1},
        ],
        "annotations": [
            {"text": text, "xref": "paper", "yref": "paper", "showarrow": False,
             "font": {"size": 13, "color": theme.quiet}, "bgcolor": theme.background, **place}
            for text, place in CORNERS.values()
        ],
    }  # fmt: skip


def describe_importance(found: Importance, unit: int | None) -> str:
    """The same in a sentence or two."""
    activity, effect = found.activity, found.effect
    most = int(activity.argmax())
    text = (
        f"{len(activity)} units. The most active, unit {most}, has mean |h| {activity[most]:.2f};"
        f" its removal changes {effect[most]:.2g} bits a word."
    )
    if unit is None:
        return text
    return f"{text} Unit {unit} is chosen: {activity[unit]:.2f} and {effect[unit]:.2g} bits."
