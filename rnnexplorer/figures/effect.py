"""A signal to be brushed, and what an intervention changed in it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.panels import panels
from rnnexplorer.figures.scales import diverging
from rnnexplorer.figures.style import theme_of
from rnnexplorer.figures.view import View
from rnnexplorer.traces import Trace


def brush(trace: Trace, view: View, theme: str = "light") -> go.Figure:
    """The panel of one signal, in which a rectangle can be drawn.

    Args:
        trace: what is drawn.
        view: of one signal.
        theme: `light` or `dark`.
    """
    figure = panels(trace, view, theme)
    amber = theme_of(theme).selection
    figure.update_layout(
        dragmode="select",
        selectdirection="any",
        newselection={"line": {"color": amber, "width": 2, "dash": "solid"}},
        activeselection={"fillcolor": amber, "opacity": 0.15},
    )
    return figure


def difference(untouched: Trace, changed: Trace, view: View, theme: str = "light") -> go.Figure:
    """Changed minus untouched, in the rows and columns of `panels`.

    Args:
        untouched: a trace.
        changed: of the same run.
        view: of one signal; its steps must lie in both traces.
        theme: `light` or `dark`.
    """
    (signal,) = view.signals(changed)
    z = view.values(changed, signal) - view.values(untouched, signal)
    limit = max(float(np.abs(z).max()), 1e-6)
    scale = diverging(theme_of(theme), signal.key, limit)
    figure = panels(changed, view, theme)
    figure.update_traces(
        z=z,
        zmin=scale.low,
        zmax=scale.high,
        colorscale=scale.colorscale(),
        hovertemplate=f"unit %{{y}}<br>Δ{signal.symbol} %{{z:+.2f}}<extra></extra>",
        selector={"type": "heatmap", "name": signal.key},
    )
    title, note = figure.layout.annotations[:2]
    title.text = f"<b style='font-size:19px'>Δ{signal.symbol}</b><br>changed<br>− untouched"
    note.text = f"±{limit:.2g}"
    return figure


def describe_change(untouched: Trace, changed: Trace, view: View) -> str:
    """The largest difference in a sentence."""
    (signal,) = view.signals(changed)
    z = view.values(changed, signal) - view.values(untouched, signal)
    row, column = np.unravel_index(np.abs(z).argmax(), z.shape)
    unit, step = view.rows(changed)[int(row)], view.steps(changed)[int(column)]
    return (
        f"{signal.name.capitalize()} changes most in unit {unit} at step {step}, by"
        f" {z[row, column]:+.2f}."
    )
