"""What each word wrote and how long it stays, as a triangle of words against words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.axis import short
from rnnexplorer.figures.ledger_axes import clicked, layout_over, line_above
from rnnexplorer.figures.scales import diverging
from rnnexplorer.figures.style import Theme, theme_of
from rnnexplorer.signals import Cell
from rnnexplorer.traces import Array

#: Pixels.
SMALLEST_ROW, LARGEST_ROW, HEIGHT = 13, 24, 440


def still_there(
    grid: Array,
    cell: Cell,
    words: Sequence[str],
    steps: range,
    columns: range,
    unit: int | None,
    theme: str = "light",
) -> go.Figure:
    """A triangle: a row for the word that wrote, a column for the word at which it is still there.

    Args:
        grid: of `measures.ledger.still_there`, [1 + n, n], for one unit or taken together.
        cell: that it belongs to.
        words: of the whole trace.
        steps: the columns of the axis.
        columns: the n steps of the grid, among `steps`.
        unit: whose it is; None is all units together.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors, new = theme_of(theme), cell.candidate
    labels = ["earlier", *(short(words[step]) for step in columns)]
    rows = 0 if grid[0].any() else 1
    shown, labels = grid[rows:], labels[rows:]
    z = np.where(_is_past(len(columns))[rows:], shown, np.nan).astype(np.float32)
    limit = max(float(np.abs(shown).max()), 1e-6)
    scale = diverging(colors, new, limit)
    height = min(max(HEIGHT // len(shown), SMALLEST_ROW), LARGEST_ROW) * len(shown)
    layout = layout_over(words, steps, height, colors) | {"hovermode": "closest"}
    layout["xaxis"] |= {"showline": True, "mirror": True, "linecolor": colors.rule}
    layout["yaxis"] = _word_axis(labels, colors)
    layout["annotations"] += [
        line_above("Row: the word that wrote. Column: the word at which that much of it is there."),
        _limit(limit, colors),
    ]
    heatmap = go.Heatmap(
        z=z, x=np.arange(columns.start, columns.stop), y=np.arange(len(shown)), name="written",
        zmin=scale.low, zmax=scale.high, colorscale=scale.colorscale(), showscale=False,
        meta=clicked(cell.memory, unit), hoverongaps=False,
        customdata=np.broadcast_to(np.array(labels)[:, None], z.shape),
        hovertemplate="written at “%{customdata}”: %{z:.2f} is still there<extra></extra>",
    )  # fmt: skip
    return go.Figure(heatmap, layout)


def _word_axis(labels: Sequence[str], theme: Theme) -> dict[str, Any]:
    """The words that wrote, from the top."""
    return {
        "range": [len(labels) - 0.5, -0.5], "tickvals": np.arange(len(labels)), "ticktext": labels,
        "tickfont": {"size": 11, "color": theme.ink}, "ticks": "", "showgrid": False,
        "zeroline": False, "fixedrange": True, "showline": True, "mirror": True,
        "linecolor": theme.rule,
    }  # fmt: skip


def _limit(limit: float, theme: Theme) -> dict[str, Any]:
    """What the fullest shade stands for, beside the triangle."""
    return {
        "text": f"±{limit:.2g}", "xref": "paper", "yref": "paper", "x": 1, "xshift": 6, "y": 1,
        "xanchor": "left", "yanchor": "top", "showarrow": False,
        "font": {"size": 11, "color": theme.quiet},
    }  # fmt: skip


def describe_still_there(grid: Array, words: Sequence[str], columns: range) -> str:
    """The same in a sentence: what stays longest of what was written."""
    there = np.abs(grid[1:])
    written = there.diagonal()
    stays = (there >= written[:, None] / 2) & _is_past(len(columns))[1:]
    lasting = int(np.argmax(np.where(written > written.max() / 2, stays.sum(axis=1), 0)))
    return (
        f"Of what is written strongly, that of {words[columns[lasting]]} (step {columns[lasting]})"
        f" lasts longest: half of it or more is there for {int(stays[lasting].sum())} words."
    )


def _is_past(count: int) -> Any:
    """[1 + n, n]: where something written at a row can be there at a column."""
    return np.arange(count)[None, :] >= np.arange(-1, count)[:, None]
