"""What is left after so many words: a curve with its band for each of several networks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.style import Theme, base_layout, plain, theme_of, with_alpha
from rnnexplorer.measures.lag import Curve

#: Pixels.
HEIGHT = 430
MARGIN = {"l": 76, "r": 24, "t": 44, "b": 56}
SHADE = 0.16
#: Of the lines; that of the first network, under the others, is seen where one of them lies on it.
WIDTH, FIRST = 2.2, 5.0

#: A network has the hue of what its cell is known by; more of one cell are told apart by the line.
HUES = {"rnn": "h", "lstm": "c", "gru": "n"}
DASHES = ("solid", "dash", "dot", "dashdot")

#: A logarithmic axis ends where so small a part of its top is left: below nothing is seen.
LOWEST = 1e-5
#: No band on a logarithmic axis can reach nothing.
TINY = 1e-15


@dataclass(frozen=True)
class Axes:
    """How a picture of curves is written.

    Attributes:
        across: the axis of lags, in words.
        up: the axis of values.
        form: of a value, as d3 writes it.
        ticks: of the values on the axis.
        unit: after a value in the hover, with its space.
        logarithmic: whether the values are drawn by their powers of ten.
        marks: lines across, each with its name.
    """

    across: str
    up: str
    form: str
    ticks: str
    unit: str = ""
    logarithmic: bool = True
    marks: tuple[tuple[str, float], ...] = ()


#: The gradient, as a share of its own at the word and as it is; states; expectations; a probe.
SHARE = Axes(
    "words back", "gradient, 100% at the word itself", ".2p", "~p",
    marks=(("half", 0.5), ("1%", 0.01)),
)  # fmt: skip
NORM = Axes("words back", "gradient norm", ".2~g", "~g")
DISTANCE = Axes("words later", "distance, 1 = unrelated states", ".2~g", "~g")
BITS = Axes("words later", "next word, bits apart", ".2~g", "~g", " bits")
PROBE = Axes("words between", "bits more for the answer", ".2f", "", " bits", logarithmic=False,
             marks=(("nothing", 0.0),))  # fmt: skip


def by_lag(
    curves: Mapping[str, Curve], cells: Sequence[str], axes: Axes, theme: str = "light"
) -> go.Figure:
    """A line and a band for every network, the first of them a broad line under the others.

    Args:
        curves: by the name of the network.
        cells: of each, `rnn`, `lstm` or `gru`.
        axes: see `Axes`.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    longest = max(len(curve.mean) for curve in curves.values())
    drawn: list[go.Scatter] = []
    for place, ((name, curve), cell) in enumerate(zip(curves.items(), cells, strict=True)):
        dash = DASHES[cells[:place].count(cell) % len(DASHES)]
        first = place == 0 and len(curves) > 1
        drawn += _drawn(name, curve, colors.hue(HUES[cell]), dash, FIRST if first else WIDTH, axes)
    layout: dict[str, Any] = base_layout(colors) | {
        "height": HEIGHT,
        "margin": MARGIN,
        "hovermode": "x unified",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom",
                   "font": {"size": 14}, "itemclick": False, "itemdoubleclick": False},
        "shapes": [_across(value, colors) for _, value in axes.marks],
        "annotations": [_named(name, value, axes, colors) for name, value in axes.marks],
        "xaxis": {
            "title": {"text": axes.across}, "range": [-0.01 * longest, longest - 1],
            "nticks": 12, "showgrid": False, "zeroline": False, "fixedrange": True,
            "tickfont": {"size": 12, "color": colors.quiet},
            "unifiedhovertitle": {"text": f"%{{x}} {axes.across}"},
        },
        "yaxis": _value_axis(curves, axes, colors),
    }  # fmt: skip
    return go.Figure(drawn, layout)


def _drawn(
    name: str, curve: Curve, color: str, dash: str, width: float, axes: Axes
) -> list[go.Scatter]:  # fmt: skip
    """The band, and the line over it."""
    x = np.arange(len(curve.mean))
    low, high = curve.low, curve.high
    if axes.logarithmic:
        low, high = np.maximum(low, TINY), np.maximum(high, TINY)
    band = go.Scatter(
        x=np.concatenate((x, x[::-1])), y=np.concatenate((high, low[::-1])), fill="toself",
        fillcolor=with_alpha(color, SHADE), line={"width": 0}, mode="lines", hoverinfo="skip",
        showlegend=False, name=f"{name}, band",
    )  # fmt: skip
    line = go.Scatter(
        x=x, y=curve.mean, name=plain(name), mode="lines",
        line={"color": color, "width": width, "dash": dash},
        customdata=np.stack((curve.low, curve.high), axis=1),
        hovertemplate=f"{plain(name)} <b>%{{y:{axes.form}}}</b>{axes.unit}"
        f" (%{{customdata[0]:{axes.form}}} to %{{customdata[1]:{axes.form}}})<extra></extra>",
    )  # fmt: skip
    return [band, line]


def _value_axis(curves: Mapping[str, Curve], axes: Axes, theme: Theme) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "title": {"text": axes.up}, "gridcolor": theme.rule, "zeroline": False, "fixedrange": True,
        "tickfont": {"size": 12, "color": theme.quiet}, "tickformat": axes.ticks,
    }  # fmt: skip
    if not axes.logarithmic:
        return axis
    top = max(float(curve.high.max()) for curve in curves.values())
    least = min(float(curve.mean.min()) for curve in curves.values())
    top, bottom = max(top, TINY), max(least, LOWEST * top, TINY)
    room = 0.04 * (math.log10(top) - math.log10(bottom))
    return axis | {
        "type": "log", "dtick": 1, "minor": {"showgrid": False},
        "range": [math.log10(bottom) - room, math.log10(top) + room],
    }  # fmt: skip


def _across(value: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value,
        "line": {"color": theme.quiet, "width": 1, "dash": "dot"}, "layer": "below",
    }  # fmt: skip


def _named(name: str, value: float, axes: Axes, theme: Theme) -> dict[str, Any]:
    return {
        "text": name, "xref": "paper", "x": 1, "xanchor": "right",
        "y": math.log10(value) if axes.logarithmic else value, "yanchor": "bottom",
        "showarrow": False, "font": {"size": 12, "color": theme.quiet},
    }  # fmt: skip


def describe_by_lag(curves: Mapping[str, Curve], axes: Axes) -> str:
    """The curves at some lags, one sentence a network."""
    told = []
    for name, curve in curves.items():
        at = [k for k in (0, 1, 2, 5, 10, 20, 40) if k < len(curve.mean)]
        values = ", ".join(f"{curve.mean[k]:.3g} at {k}" for k in at)
        told.append(f"{name}: {values}.")
    return f"{axes.up} against {axes.across}. {' '.join(told)}"
