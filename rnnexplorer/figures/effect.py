"""A signal to be brushed, and what an intervention changed in it."""

from __future__ import annotations

import dataclasses

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.panel import Panel, signal_panel
from rnnexplorer.figures.panels import panels, stacked
from rnnexplorer.figures.scales import diverging
from rnnexplorer.figures.style import Theme, theme_of
from rnnexplorer.figures.view import View
from rnnexplorer.measures.arithmetic import signed
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
        selectdirection="d",  # of a thin rectangle, "any" would take the whole row or column
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
    colors = theme_of(theme)
    panel = difference_panel(untouched, changed, view, "changed<br>− untouched", colors)
    return stacked([panel], changed.words, view.steps(changed), colors)


def difference_panel(first: Trace, second: Trace, view: View, told: str, theme: Theme) -> Panel:
    """The panel of second minus first, with a limit taken from the difference itself.

    Args:
        first: a trace.
        second: of the same cell and size.
        view: of one signal; its steps must lie in both traces.
        told: what is subtracted from what, beside the panel.
        theme: of the figure.
    """
    (signal,) = view.signals(second)
    z = view.values(second, signal) - view.values(first, signal)
    limit = max(float(np.abs(z).max()), 1e-6)
    return dataclasses.replace(
        signal_panel(second, view, signal, theme),
        title=f"<b style='font-size:19px'>Δ{signal.symbol}</b><br>{told}",
        note=f"±{limit:.2g}",
        z=z,
        scale=diverging(theme, signal.key, limit),
        hover=f"<b>Δ{signal.symbol}</b> %{{z:+.2f}}",
    )


def describe_change(untouched: Trace, changed: Trace, view: View) -> str:
    """The largest difference in a sentence."""
    (signal,) = view.signals(changed)
    z = view.values(changed, signal) - view.values(untouched, signal)
    row, column = np.unravel_index(np.abs(z).argmax(), z.shape)
    unit, step = view.rows(changed)[int(row)], view.steps(changed)[int(column)]
    return (
        f"{signal.name.capitalize()} changes most in unit {unit} at step {step}, by"
        f" {signed(float(z[row, column]))}."
    )
