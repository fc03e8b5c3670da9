"""The path of a text through the space of states, in two of its principal components.

Both axes have one scale, so that what is near in the picture is near in the plane that is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.labels import placed
from rnnexplorer.figures.space_path import (
    DASHES,
    MARGIN,
    Path,
    axis_title,
    color_of,
    hovered,
    names_above,
    symbols_of,
    word_color,
    written,
)
from rnnexplorer.figures.style import SERIF, Theme, base_layout, theme_of
from rnnexplorer.measures.distribution import Array
from rnnexplorer.signals import Signal

#: Pixels. The words are placed for a plot this wide; on a wider one they lie further apart.
HEIGHT, SCREE_HEIGHT = 560, 150
NARROW = 560

#: The areas that hold these shares of all states are shaded, the smallest darkest.
HOLDING = (0.5, 0.9, 0.99)
SHADES = {"light": ("#F4F5F6", "#E9EBEE", "#DCDFE4"), "dark": ("#191C21", "#20242A", "#2A2F37")}

#: Of the first and the second path: the words are read first, then the line.
LINE_OPACITY = (0.55, 0.45)

#: Components in the small picture of the explained variance.
SCREE = 10


def flat(
    signal: Signal,
    shares: Array,
    paths: Sequence[Path],
    regions: tuple[Array, Array, Array],
    chosen: int | None = None,
    theme: str = "light",
) -> go.Figure:
    """One path or two in the plane of two components, over the areas where a whole text goes.

    The first path has the hue of its signal, the second is dashed ink with diamonds. A point's
    `customdata` is its step; the first word is an open mark, the chosen step a ring in amber.

    Args:
        signal: of the states.
        shares: of the variance, of all components.
        paths: one or two, of two coordinates or more.
        regions: of `measures.space.regions`.
        chosen: step with a ring.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    limits = _limits(paths, regions)
    sides = _sides(paths, limits, chosen)
    drawn: list[Any] = [_areas(regions, colors), _origin(colors)]
    drawn += [
        go.Scatter(
            x=path.points[:, 0], y=path.points[:, 1], mode="lines", hoverinfo="skip",
            opacity=LINE_OPACITY[number], name=path.name,
            line={"color": color_of(signal, number, colors), "width": 1.5, "dash": DASHES[number]},
        )
        for number, path in enumerate(paths)
    ]  # fmt: skip
    drawn += [
        _ring(path.points[row], colors)
        for path in paths
        if (row := path.row(chosen if path.clickable else None)) is not None
    ]
    for number, path in enumerate(paths):
        text, side = written(path, sides[number], chosen)
        drawn.append(
            go.Scatter(
                x=path.points[:, 0], y=path.points[:, 1], mode="markers+text",
                text=text, textposition=side,
                marker={"size": 7, "opacity": 1, "color": color_of(signal, number, colors),
                        "symbol": symbols_of(path, number),
                        "line": {"width": 1, "color": colors.background}},
                textfont={"family": SERIF, "size": 14, "color": word_color(number, colors),
                          "shadow": _halo(colors)},
                # Plotly would fade all points but the clicked one.
                selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
                showlegend=False, **hovered(path),
            )
        )  # fmt: skip
    layout = base_layout(colors) | {
        "height": HEIGHT,
        "margin": MARGIN,
        "hovermode": "closest",
        "xaxis": _axis(0, shares, limits[0], colors),
        "yaxis": _axis(1, shares, limits[1], colors) | {"scaleanchor": "x"},
        **names_above(paths, colors),
    }
    return go.Figure(drawn, layout)


def scree(signal: Signal, shares: Array, drawn: int, theme: str = "light") -> go.Figure:
    """How much of the variance each of the first components holds; those drawn have the hue.

    Args:
        signal: of the states.
        shares: of all components.
        drawn: how many the large picture shows.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    first = shares[:SCREE]
    numbers = np.arange(1, len(first) + 1)
    bars = go.Bar(
        x=numbers, y=first, name="shares",
        marker={"color": [colors.hue(signal.key) if k < drawn else colors.rule
                          for k in range(len(first))]},
        hovertemplate="component %{x}: %{y:.1%} of the variance<extra></extra>",
    )  # fmt: skip
    quiet = {"tickfont": {"size": 11, "color": colors.quiet}, "fixedrange": True}
    layout = base_layout(colors) | {
        "height": SCREE_HEIGHT,
        "margin": {"l": 40, "r": 4, "t": 6, "b": 34},
        "bargap": 0.35,
        "xaxis": {"tickvals": numbers, "title": {"text": "component", "standoff": 4,
                  "font": {"size": 11, "color": colors.quiet}}, **quiet},
        "yaxis": {"tickformat": ".0%", "nticks": 4, "rangemode": "tozero",
                  "gridcolor": colors.rule, "zeroline": False, **quiet},
    }  # fmt: skip
    return go.Figure(bars, layout)


def describe(signal: Signal, shares: Array, paths: Sequence[Path], dimensions: int) -> str:
    """What is drawn, in two sentences."""
    parts = ", ".join(f"{share:.1%}" for share in shares[:dimensions])
    told = " and ".join(
        f"{path.name}: {len(path.words)} word{'s' * (len(path.words) != 1)} from"
        f" {path.words[0]} to {path.words[-1]}"
        for path in paths
    )
    return (
        f"The path of {signal.name} {signal.symbol} through the first {dimensions} principal"
        f" components, which hold {parts} of the variance. {told}."
    )


def describe_scree(shares: Array) -> str:
    """The shares of the first components in a sentence."""
    first = shares[:SCREE]
    return (
        f"The first {len(first)} components hold {first.sum():.0%} of the variance, the first of"
        f" them {first[0]:.1%}."
    )


# --- parts ---------------------------------------------------------------------------------------


def _origin(theme: Theme) -> go.Scatter:
    """The average state."""
    return go.Scatter(
        x=[0], y=[0], mode="markers", name="average", showlegend=False,
        marker={"symbol": "cross-thin", "size": 10, "line": {"width": 1.5, "color": theme.quiet}},
        hovertemplate="the average state of the whole text<extra></extra>",
    )  # fmt: skip


def _ring(point: Array, theme: Theme) -> go.Scatter:
    """The chosen step."""
    return go.Scatter(
        x=point[[0]], y=point[[1]], mode="markers", hoverinfo="skip", name="chosen",
        showlegend=False,
        marker={"symbol": "circle-open", "size": 17, "color": theme.selection,
                "line": {"width": 3}},
    )  # fmt: skip


def _halo(theme: Theme) -> str:
    """Background around the letters, so that a line does not cross them out."""
    return ", ".join([f"0 0 2px {theme.background}"] * 4)


def _limits(paths: Sequence[Path], regions: tuple[Array, Array, Array]) -> Array:
    """[axis, end]: the paths and the area that holds 99 % of the states, with a margin."""
    x, y, held = regions
    inside = held <= HOLDING[-1]
    cloud = np.array(
        [[x[inside.any(axis=0)][k], y[inside.any(axis=1)][k]] for k in (0, -1)]
        if inside.any()
        else np.zeros((0, 2))
    )
    points = np.concatenate([cloud, *(path.points[:, :2] for path in paths)])
    ends = np.stack((points.min(axis=0), points.max(axis=0)), axis=1)
    margin = np.maximum(0.05 * (ends[:, 1] - ends[:, 0]), 1e-3)
    return np.asarray(ends + margin[:, None] * [-1, 1])


def _sides(paths: Sequence[Path], limits: Array, chosen: int | None) -> list[dict[int, str]]:
    """For each path the words that are written and where; first and chosen ones in any case."""
    plot = NARROW, HEIGHT - MARGIN["t"] - MARGIN["b"]
    scale = min(size / (high - low) for size, (low, high) in zip(plot, limits, strict=True))
    offsets = np.cumsum([0, *(len(path.words) for path in paths)]).tolist()
    first, rest = [], []
    for path, offset in zip(paths, offsets, strict=False):
        row = path.row(chosen if path.clickable else None)
        first += [offset + k for k in dict.fromkeys((row, 0)) if k is not None]
        last = len(path.words) - 1
        rest += [offset + k for k in (last, *range(1, last)) if offset + k not in first]
    points = np.concatenate([path.points[:, :2] for path in paths]) * [scale, -scale]
    found = placed(points, [w for path in paths for w in path.words], first + rest, len(first))
    return [
        {k - start: side for k, side in found.items() if start <= k < stop}
        for start, stop in zip(offsets[:-1], offsets[1:], strict=True)
    ]


def _areas(regions: tuple[Array, Array, Array], theme: Theme) -> go.Contour:
    """Where the states of the whole text are: the areas of HOLDING."""
    x, y, held = regions
    levels = np.interp(held, [0.0, *HOLDING, 1.0], [4.0, 3.0, 2.0, 1.0, 0.0])
    stops = (theme.background, *SHADES[theme.name])
    return go.Contour(
        x=x, y=y, z=levels, name="areas", hoverinfo="skip", showscale=False, zmin=0, zmax=4,
        autocontour=False, contours={"start": 1, "end": 3, "size": 1, "coloring": "fill"},
        colorscale=[(k / 4 + half, stop) for k, stop in enumerate(stops) for half in (0.0, 0.25)],
        line={"width": 0}, showlegend=False,
    )  # fmt: skip


def _axis(number: int, shares: Array, limits: Array, theme: Theme) -> dict[str, Any]:
    return {
        "title": {"text": axis_title(number, shares), "standoff": 8, "font": {"size": 12}},
        "range": limits.tolist(),
        "nticks": 6,
        "tickfont": {"size": 11, "color": theme.quiet},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
