"""The stack of heatmaps: every signal of a layer over the same words, and what may come next.

One column is one word, one row of a panel is one unit. All panels share one literal x axis, which
is what lets a hover in one of them speak for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.axis import MARGIN_LEFT, MARGIN_RIGHT, word_axis, word_labels
from rnnexplorer.figures.following import Following, following
from rnnexplorer.figures.panel import Panel, rank_panel, signal_panel
from rnnexplorer.figures.style import Theme, base_layout, theme_of
from rnnexplorer.figures.view import View
from rnnexplorer.traces import Trace

#: Pixels.
GAP = 16
MARGIN_TOP = 8
MARGIN_BOTTOM = 84

#: Pixels of a square on the word that came; all of them together take at most this width.
SMALLEST_MARK, LARGEST_MARK = 3, 7
MARKS_WIDTH = 500


def panels(trace: Trace, view: View | None = None, theme: str = "light") -> go.Figure:
    """Heatmaps of the signals of one layer, above each other, with the words as ticks.

    Every heatmap is named by its signal key; its `meta` holds `signal` and `units` (the unit of
    each row from the top), and its x are steps of the trace, so that a cell is (signal, unit,
    step). The last panel, `p`, has a row per rank of the next-word distribution and a square on
    the word that came.

    Args:
        trace: what is drawn.
        view: which part of it, and how; None is all of the first layer.
        theme: `light` or `dark`.

    Raises:
        ValueError: the view does not fit the trace, or there is no such theme.
    """
    view, colors = view or View(), theme_of(theme)
    steps = view.steps(trace)
    stack = [signal_panel(trace, view, signal, colors) for signal in view.signals(trace)]
    if not view.next_words:
        return stacked(stack, trace.words, steps, colors)
    table = following(trace, steps, view.next_words)
    stack.append(rank_panel(table, colors))
    figure = stacked(stack, trace.words, steps, colors)
    return figure.add_traces(_came_marks(table, steps, _axis(len(stack)), colors))


def stacked(stack: Sequence[Panel], words: Sequence[str], steps: range, theme: Theme) -> go.Figure:
    """Any heatmaps above each other on one axis of words.

    Args:
        stack: from the top.
        words: of the whole trace.
        steps: the columns of every panel.
        theme: of the figure.
    """
    layout = _stacked(stack, theme)
    layout["xaxis"] = word_axis(words, steps, theme, below=_axis(len(stack)))
    layout["annotations"] += word_labels(words, steps, theme)
    heatmaps = [
        _heatmap(panel, steps, _axis(number), first=number == 1)
        for number, panel in enumerate(stack, start=1)
    ]
    return go.Figure(data=heatmaps, layout=layout)


def _axis(number: int) -> str:
    """Plotly's name of the y axis of that panel, counted from 1."""
    return "y" if number == 1 else f"y{number}"


def _stacked(stack: Sequence[Panel], theme: Theme) -> dict[str, Any]:
    """The layout that gives every panel its height to the pixel."""
    plot = sum(panel.height for panel in stack) + GAP * (len(stack) - 1)
    layout = base_layout(theme) | {
        "height": plot + MARGIN_TOP + MARGIN_BOTTOM,
        "margin": {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": MARGIN_TOP, "b": MARGIN_BOTTOM},
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "annotations": [],
        "shapes": [],
    }
    top = plot
    for number, panel in enumerate(stack, start=1):
        low, high = (top - panel.height) / plot, top / plot
        layout[f"yaxis{_axis(number)[1:]}"] = _rows_axis(panel, (low, high))
        layout["annotations"] += panel.labels((low, high), theme)
        layout["shapes"].append(_frame(low, high, theme))
        top -= panel.height + GAP
    return layout


def _heatmap(panel: Panel, steps: range, axis: str, *, first: bool) -> go.Heatmap:
    """One panel; the first one also tells a hover which unit the row is."""
    unit = "unit %{y}<br>" if first and "units" in panel.meta else ""
    return go.Heatmap(
        z=panel.z,
        x=np.arange(steps.start, steps.stop),
        y=panel.y,
        name=panel.key,
        meta=panel.meta,
        xaxis="x",
        yaxis=axis,
        zmin=panel.scale.low,
        zmax=panel.scale.high,
        colorscale=panel.scale.colorscale(),
        showscale=False,
        text=panel.text,
        hovertemplate=f"{unit}{panel.hover}<extra></extra>",
        hoverongaps=False,
    )


def _came_marks(table: Following, steps: range, axis: str, theme: Theme) -> list[go.Scatter]:
    """Squares on the words that came: ink within a rim of background, seen on any shade."""
    columns = np.flatnonzero(table.came >= 0)
    size = min(max(MARKS_WIDTH / len(steps), SMALLEST_MARK), LARGEST_MARK)
    return [
        go.Scatter(
            x=columns + steps.start,
            y=-1 - table.came[columns],
            name=name,
            xaxis="x",
            yaxis=axis,
            mode="markers",
            marker={
                "symbol": "square-open",
                "size": size,
                "color": color,
                "line": {"width": width * size / LARGEST_MARK},
            },
            hoverinfo="skip",
        )
        for name, color, width in (("rim", theme.background, 3.5), ("came", theme.ink, 1.5))
    ]


def _rows_axis(panel: Panel, domain: tuple[float, float]) -> dict[str, Any]:
    """An axis without labels; its ticks tell a hover the unit of a row."""
    top, bottom = float(panel.y[0]), float(panel.y[-1])
    half = 0.5 if bottom >= top else -0.5
    units = panel.meta.get("units")
    ticks = {} if units is None else {"tickvals": panel.y, "ticktext": [str(u) for u in units]}
    return {
        "domain": domain,
        "anchor": "x",
        "range": [bottom + half, top - half],
        "tickmode": "array",
        "showticklabels": False,
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        **ticks,
    }


def _frame(low: float, high: float, theme: Theme) -> dict[str, Any]:
    """A thin border, because cells near zero have the colour of the page."""
    return {
        "type": "rect",
        "xref": "paper",
        "yref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": low,
        "y1": high,
        "line": {"width": 1, "color": theme.rule},
    }
