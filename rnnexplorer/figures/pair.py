"""Two readings of the same words by two epochs of a network, and what lies between them."""

from __future__ import annotations

import dataclasses

import plotly.graph_objects as go

from rnnexplorer.figures.effect import difference_panel
from rnnexplorer.figures.panel import signal_panel
from rnnexplorer.figures.panels import stacked
from rnnexplorer.figures.style import theme_of
from rnnexplorer.figures.view import View
from rnnexplorer.measures import epochs
from rnnexplorer.traces import Trace


def pair(a: Trace, b: Trace, view: View, theme: str = "light") -> go.Figure:
    """One signal at A, at B, and the later epoch minus the earlier, over the same words and units.

    A and B share their shades; the difference has its own limit, written beside it.

    Args:
        a: a trace.
        b: of another epoch of the same run, over the same words.
        view: of one signal, without next words.
        theme: `light` or `dark`.

    Raises:
        ValueError: the traces are over different words, the view does not fit them, or there is no
            such theme.
    """
    if a.words != b.words:
        raise ValueError("the two traces are over different words; read the same words with both")
    colors, (signal,) = theme_of(theme), view.signals(a)
    stack = [
        dataclasses.replace(
            signal_panel(trace, view, signal, colors),
            title=f"<b style='font-size:19px'>{signal.symbol}</b><br>{name},"
            f" {epochs.name(trace.origin.epoch)}",
            hover=f"<b>{name}</b> {signal.symbol} %{{z:.2f}}",
        )
        for name, trace in (("A", a), ("B", b))
    ]
    told = epochs.difference_name(a, b).replace(" − ", "<br>− ")
    stack.append(difference_panel(*epochs.in_order(a, b), view, told, colors))
    return stacked(stack, a.words, view.steps(a), colors)
