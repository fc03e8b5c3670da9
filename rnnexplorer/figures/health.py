"""Gate health: how often gates are shut and open, how their values spread, and their spectra."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnexplorer.figures.style import Theme, base_layout, theme_of
from rnnexplorer.measures.health import Block, gates_of
from rnnexplorer.signals import Cell

#: Pixels.
HEIGHT = 380
MARGIN = {"l": 56, "r": 16, "t": 40, "b": 48}
SPECTRUM_HEIGHT = 300
SPREAD_HEIGHT = 170

#: Of the width of all panels, between two of them.
GAP = 0.06

#: Shares a little beyond 0 and 1, so that a dot on the edge is whole.
SHARES = (-0.04, 1.04)


def saturation_scatter(
    cell: Cell, table: pd.DataFrame, unit: int | None = None, theme: str = "light"
) -> go.Figure:
    """A dot per unit and gate: how often it is shut (across) and how often open (up).

    Every dot's `customdata` is its unit, so that a click can open it; the chosen unit is amber.

    Args:
        cell: of the network.
        table: of `measures.health.unit_table`.
        unit: the chosen one.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors, gates = theme_of(theme), gates_of(cell)
    layout = base_layout(colors) | {"height": HEIGHT, "margin": MARGIN, "annotations": []}
    drawn: list[Any] = []
    for number, gate in enumerate(gates):
        axis = "" if number == 0 else str(number + 1)
        low, high = _columns(number, len(gates))
        layout[f"xaxis{axis}"] = _share_axis(colors, "y" + axis) | {
            "domain": [low, high],
            "title": {
                "text": "share of steps shut" if gate != "h" else "share of steps near −1",
                "standoff": 4,
            },
        }
        layout[f"yaxis{axis}"] = _share_axis(colors, "x" + axis)
        layout["annotations"] += _corner_words(cell, gate, axis, colors)
        drawn += [_impossible(axis, colors), *_dots(cell, table, gate, axis, unit, colors)]
    up = "share of steps open" if gates != ("h",) else "share of steps near 1"
    layout["yaxis"]["title"] = {"text": up}
    return go.Figure(drawn, layout)


def _columns(number: int, count: int) -> tuple[float, float]:
    """Where a panel begins and ends, of the width; a single one does not fill it."""
    if count == 1:
        return 0.0, 0.45
    width = (1.0 - GAP * (count - 1)) / count
    return number * (width + GAP), number * (width + GAP) + width


def _share_axis(theme: Theme, anchor: str) -> dict[str, Any]:
    return {
        "anchor": anchor,
        "range": list(SHARES),
        "tickvals": [0, 0.5, 1],
        "tickformat": ".0%",
        "tickfont": {"size": 11, "color": theme.quiet},
        "gridcolor": theme.rule,
        "zeroline": False,
        "fixedrange": True,
    }


def _impossible(axis: str, theme: Theme) -> go.Scatter:
    """No gate is shut and open at more than all steps together."""
    return go.Scatter(
        x=[0, 1], y=[1, 0], xaxis="x" + axis, yaxis="y" + axis, mode="lines", hoverinfo="skip",
        line={"color": theme.rule, "width": 1},
    )  # fmt: skip


def _dots(
    cell: Cell, table: pd.DataFrame, gate: str, axis: str, unit: int | None, theme: Theme
) -> list[go.Scatter]:
    units = table["unit"].to_numpy()
    shut, opened = table[f"{gate}_shut"].to_numpy(), table[f"{gate}_open"].to_numpy()
    trouble = [f"<br>{text}" if text else "" for text in table["trouble"]]
    common = {"xaxis": "x" + axis, "yaxis": "y" + axis, "mode": "markers"}
    dots = go.Scatter(
        x=shut,
        y=opened,
        customdata=units,
        text=trouble,
        name=gate,
        marker={
            "size": 8,
            "color": theme.hue(gate),
            "opacity": 0.55,
            "line": {"width": np.where(table["trouble"] != "", 1.5, 0), "color": theme.ink},
        },
        hovertemplate="<b>unit %{customdata}</b><br>"
        + f"{cell.signal(gate).name}: shut %{{x:.0%}}, open %{{y:.0%}}%{{text}}<extra></extra>",
        **common,
    )
    if unit is None or unit >= len(units):
        return [dots]
    ring = go.Scatter(
        x=shut[[unit]],
        y=opened[[unit]],
        hoverinfo="skip",
        marker={
            "symbol": "circle-open",
            "size": 15,
            "color": theme.selection,
            "line": {"width": 3},
        },
        **common,
    )
    return [dots, ring]


def _corner_words(cell: Cell, gate: str, axis: str, theme: Theme) -> list[dict[str, Any]]:
    signal = cell.signal(gate)
    words = ("always shut", "always open", "in between")
    if signal.kind == "signed":
        words = ("always −1", "always 1", "in between")
    place = {"xref": "x" + axis, "yref": "y" + axis, "showarrow": False}
    quiet = {"font": {"size": 11, "color": theme.quiet}}
    return [
        {"x": 1.0, "y": 0.0, "yshift": 13, "xanchor": "right", "text": words[0]} | place | quiet,
        {"x": 0.0, "y": 1.0, "yshift": 13, "xanchor": "left", "text": words[1]} | place | quiet,
        {"x": 0.3, "y": 0.3, "xanchor": "center", "text": words[2]} | place | quiet,
        place
        | {
            "x": 0.5,
            "y": 1.0,
            "yshift": 30,
            "text": f"<b>{signal.symbol}</b> {signal.name}",
            "font": {"size": 15, "color": theme.hue(gate)},
        },
    ]


def describe_saturation(cell: Cell, table: pd.DataFrame) -> str:
    """The same in a sentence: the middle unit of every gate."""
    told = [
        f"{cell.signal(gate).name}: shut at {table[f'{gate}_shut'].median():.0%} and open at"
        f" {table[f'{gate}_open'].median():.0%} of the steps"
        for gate in gates_of(cell)
    ]
    return f"For the middle one of {len(table)} units: {'; '.join(told)}."


def gate_spread(
    cell: Cell, counts: dict[str, NDArray[np.integer]], theme: str = "light"
) -> go.Figure:
    """How the values of each gate are spread over all units and steps.

    Args:
        cell: of the network.
        counts: for each gate how many values lie in each of equal steps of its range.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    layout = base_layout(colors) | {
        "height": SPREAD_HEIGHT,
        "margin": MARGIN | {"t": 8, "b": 36},
        "bargap": 0.05,
    }
    drawn = []
    for number, (gate, found) in enumerate(counts.items()):
        axis = "" if number == 0 else str(number + 1)
        low, high = cell.signal(gate).limits or (0.0, 1.0)
        edges = np.linspace(low, high, len(found) + 1)
        drawn.append(
            go.Bar(
                x=(edges[:-1] + edges[1:]) / 2,
                y=found / found.sum(),
                xaxis="x" + axis,
                yaxis="y" + axis,
                marker={"color": colors.hue(gate)},
                hovertemplate="%{y:.1%} of all values near %{x:.2f}<extra></extra>",
            )
        )
        layout[f"xaxis{axis}"] = {
            "anchor": "y" + axis,
            "domain": list(_columns(number, len(counts))),
            "range": [low, high],
            "tickvals": [low, (low + high) / 2, high],
            "tickfont": {"size": 11, "color": colors.quiet},
            "fixedrange": True,
        }
        layout[f"yaxis{axis}"] = {
            "anchor": "x" + axis,
            "rangemode": "tozero",
            "showticklabels": False,
            "showgrid": False,
            "fixedrange": True,
        }
    layout["yaxis"]["title"] = {"text": "how often", "font": {"size": 12}}
    return go.Figure(drawn, layout)


def spectrum(cell: Cell, blocks: Sequence[Block], theme: str = "light") -> go.Figure:
    """The eigenvalues of each gate's recurrent matrix, and the unit circle.

    Args:
        cell: of the network.
        blocks: of `measures.health.blocks`.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    reach = 1.08 * max(1.0, *(block.radius for block in blocks))
    layout = base_layout(colors) | {
        "height": SPECTRUM_HEIGHT,
        "margin": MARGIN,
        "annotations": [],
        "shapes": [],
    }
    drawn = []
    for number, block in enumerate(blocks):
        axis = "" if number == 0 else str(number + 1)
        signal = cell.signal(block.key)
        drawn.append(
            go.Scatter(
                x=block.eigenvalues.real,
                y=block.eigenvalues.imag,
                xaxis="x" + axis,
                yaxis="y" + axis,
                mode="markers",
                marker={"size": 4, "color": colors.hue(block.key), "opacity": 0.7},
                hovertemplate="%{x:.2f} + %{y:.2f}i<extra></extra>",
            )
        )
        plain = {
            "range": [-reach, reach],
            "tickvals": [-1, 0, 1],
            "tickfont": {"size": 11, "color": colors.quiet},
            "gridcolor": colors.rule,
            "zeroline": False,
            "fixedrange": True,
        }
        layout[f"xaxis{axis}"] = plain | {
            "anchor": "y" + axis,
            "domain": list(_columns(number, len(blocks))),
        }
        layout[f"yaxis{axis}"] = plain | {
            "anchor": "x" + axis,
            "scaleanchor": "x" + axis,
            "constrain": "domain",
        }
        layout["shapes"].append(
            {
                "type": "circle",
                "xref": "x" + axis,
                "yref": "y" + axis,
                "x0": -1,
                "x1": 1,
                "y0": -1,
                "y1": 1,
                "line": {"color": colors.quiet, "width": 1},
            }  # fmt: skip
        )
        layout["annotations"].append(
            {
                "xref": "x" + axis,
                "yref": "paper",
                "x": 0,
                "y": 1,
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 13, "color": colors.hue(block.key)},
                "text": f"<b>{signal.symbol}</b> radius {block.radius:.2f}",
            }  # fmt: skip
        )
    return go.Figure(drawn, layout)


def describe_spectrum(cell: Cell, blocks: Sequence[Block]) -> str:
    """The same in a sentence."""
    told = ", ".join(f"{cell.signal(b.key).name} {b.radius:.2f}" for b in blocks)
    return f"Spectral radius of the recurrent weights: {told}."
