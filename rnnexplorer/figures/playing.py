"""What plays through the epochs of a training: a signal, the gates of all units, the next word.

The frames are drawn in the browser: nothing is fetched and nothing flickers while they play.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnexplorer.figures.bars import Bar, chart
from rnnexplorer.figures.health import saturation_scatter
from rnnexplorer.figures.panels import panels
from rnnexplorer.figures.style import Theme, theme_of
from rnnexplorer.figures.view import View
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.epochs import Following
from rnnexplorer.signals import Cell
from rnnexplorer.traces import Trace

#: Milliseconds that an epoch is shown for, and of which dots and bars move.
FRAME, MOVE = 900, 500

#: Pixels under a picture that the button and the slider take, and between them and what is above.
CONTROLS, GAP = 96, 12

#: Of the width, where the slider begins: on a window of 900 pixels the buttons end just before it.
BESIDE = 0.36


def signal(traces: Mapping[int, Trace], view: View, shown: int, theme: str = "light") -> go.Figure:
    """One signal over the same words, epoch after epoch.

    Args:
        traces: by epoch, over the same words.
        view: of one signal, without next words.
        shown: the epoch that is drawn until it plays.
        theme: `light` or `dark`.

    Raises:
        ValueError: the view does not fit the traces, or there is no such theme.
    """
    (drawn,) = view.signals(traces[shown])
    figure = panels(traces[shown], view, theme)
    frames = {
        epoch: [{"type": "heatmap", "z": view.values(trace, drawn)}]
        for epoch, trace in traces.items()
    }
    return _played(figure, frames, shown, theme, moving=False)


def gates(
    cell: Cell,
    tables: Mapping[int, pd.DataFrame],
    shown: int,
    unit: int | None = None,
    theme: str = "light",
) -> go.Figure:
    """How often each gate of each unit is shut and open, epoch after epoch; a dot stays a unit.

    Args:
        cell: of the network.
        tables: by epoch, of `measures.health.unit_table`.
        shown: the epoch that is drawn until it plays.
        unit: the chosen one, in amber.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    figure = saturation_scatter(cell, tables[shown], unit, theme)
    # The line of what is impossible is the only trace without markers; it stays.
    moving = [k for k, trace in enumerate(figure.data) if trace.mode == "markers"]
    frames = {}
    for epoch, table in tables.items():
        drawn = saturation_scatter(cell, table, unit, theme).data
        frames[epoch] = [_differing(drawn[k]) for k in moving]
    return _played(figure, frames, shown, theme, moving=True, traces=moving)


def _differing(dots: go.Scatter) -> dict[str, Any]:
    """What of a unit's dot may be another at another epoch."""
    every = dots.to_plotly_json()
    return {key: every[key] for key in ("type", "x", "y", "text", "marker") if key in every}


def following(found: Following, shown: int, theme: str = "light") -> go.Figure:
    """What may come after one word, epoch after epoch: the same words in the same rows.

    Args:
        found: of `measures.epochs.following`; the word that came is in amber.
        shown: the epoch that is drawn until it plays.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    now = found.probs[shown]
    bars = [
        Bar(word, float(p), row + 1, row == found.came)
        for row, (word, p) in enumerate(zip(found.words, now, strict=True))
    ]
    longest = float(max(probs.max() for probs in found.probs.values()))
    figure = chart(bars, _shares(now), longest, theme)
    figure.update_layout(margin={"b": 2 * GAP}, height=figure.layout.height + 2 * GAP)
    frames = {
        epoch: [{"type": "bar", "x": probs.astype(np.float32), "text": _shares(probs)}]
        for epoch, probs in found.probs.items()
    }
    return _played(figure, frames, shown, theme, moving=True)


def describe_following(found: Following) -> str:
    """The likeliest word of every epoch, in a sentence."""
    told = [
        f"{found.words[int(probs.argmax())]} {probs.max():.1%} at epoch {epoch}"
        for epoch, probs in sorted(found.probs.items())
    ]
    return f"The likeliest next word: {', '.join(told)}."


def _shares(values: Array) -> list[str]:
    return [f"{p:.1%}" for p in values]


def _played(
    figure: go.Figure,
    frames: Mapping[int, list[dict[str, Any]]],
    shown: int,
    theme: str,
    *,
    moving: bool,
    traces: list[int] | None = None,
) -> go.Figure:
    """A figure of one epoch with a frame for each, a button and a slider under it.

    Args:
        figure: is changed and returned.
        frames: by epoch, the data that differ.
        shown: the epoch of the figure.
        theme: `light` or `dark`.
        moving: what is drawn goes from place to place; a heatmap is drawn anew instead.
        traces: the traces that a frame changes; None is the first.
    """
    colors, epochs = theme_of(theme), sorted(frames)
    under = figure.layout.margin.b
    figure.frames = [
        go.Frame(name=str(epoch), data=frames[epoch], traces=traces or [0]) for epoch in epochs
    ]
    how = {
        "mode": "immediate",
        "frame": {"duration": FRAME, "redraw": not moving},
        "transition": {"duration": MOVE if moving else 0, "easing": "cubic-in-out"},
    }
    figure.update_layout(
        height=figure.layout.height + CONTROLS,
        margin={"b": under + CONTROLS},
        updatemenus=[_buttons(how, under, colors)],
        sliders=[_slider(epochs, shown, how, under, colors)],
    )
    return figure


def _buttons(how: dict[str, Any], under: float, theme: Theme) -> dict[str, Any]:
    """Play and pause, so many pixels under the picture."""
    return {
        "type": "buttons", "direction": "left", "x": 0, "xanchor": "left", "y": 0,
        "yanchor": "top", "pad": {"t": under + GAP}, "showactive": False,
        "font": {"size": 13, "color": theme.ink},
        "bgcolor": theme.surface, "bordercolor": theme.rule,
        "buttons": [
            {"label": "▶ Play", "method": "animate", "args": [None, how | {"fromcurrent": True}]},
            {"label": "❚❚ Pause", "method": "animate", "args": [[None], how]},
        ],
    }  # fmt: skip


def _slider(
    epochs: Sequence[int], shown: int, how: dict[str, Any], under: float, theme: Theme
) -> dict[str, Any]:
    """A place for every epoch, beside the buttons."""
    return {
        "active": epochs.index(shown), "x": BESIDE, "len": 1 - BESIDE, "y": 0,
        "yanchor": "top", "pad": {"t": under - 2},
        "font": {"size": 12, "color": theme.quiet},
        "bgcolor": theme.rule, "activebgcolor": theme.selection,
        "currentvalue": {
            "prefix": "epoch ", "xanchor": "right", "font": {"size": 13, "color": theme.ink}
        },
        "steps": [
            {"label": str(epoch), "method": "animate", "args": [[str(epoch)], how]}
            for epoch in epochs
        ],
    }  # fmt: skip
