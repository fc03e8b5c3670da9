"""The path of a text through the space of states, in three of its principal components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

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

#: Pixels.
HEIGHT = 620

#: Words written along a path in three dimensions, where nothing keeps them apart.
WORDS = 16

#: From where the three dimensions are seen first; far enough for the titles of the axes.
CAMERA = {"eye": {"x": 1.15, "y": 1.15, "z": 0.75}, "center": {"x": 0, "y": 0, "z": -0.12}}


def solid(
    signal: Signal,
    shares: Array,
    paths: Sequence[Path],
    cloud: Array,
    chosen: int | None = None,
    theme: str = "light",
) -> go.Figure:
    """One path or two in three components, to be turned with the mouse.

    Drawn as by `space.flat`, over the states of a whole text.

    Args:
        signal: of the states.
        shares: of the variance, of all components.
        paths: one or two, of three coordinates.
        cloud: states of the whole text, [N, 3].
        chosen: step with a mark in amber.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    drawn: list[Any] = [
        go.Scatter3d(
            x=cloud[:, 0], y=cloud[:, 1], z=cloud[:, 2], mode="markers", hoverinfo="skip",
            name="cloud", showlegend=False,
            marker={"size": 1.6, "color": colors.quiet, "opacity": 0.25},
        )
    ]  # fmt: skip
    for number, path in enumerate(paths):
        every = -(-len(path.words) // WORDS)
        ends = (0, len(path.words) - 1, path.row(chosen))
        shown = {k: "top center" for k in range(len(path.words)) if k in ends or k % every == 0}
        color = color_of(signal, number, colors)
        x, y, z = path.points[:, :3].T
        drawn.append(
            go.Scatter3d(
                x=x, y=y, z=z, mode="lines+markers+text", text=written(path, shown, chosen)[0],
                line={"color": color, "width": 3, "dash": DASHES[number]},
                marker={"size": 3.5, "color": color, "symbol": symbols_of(path, number)},
                textfont={"family": SERIF, "size": 13, "color": word_color(number, colors)},
                **hovered(path),
            )
        )  # fmt: skip
        row = path.row(chosen if path.clickable else None)
        if row is not None:
            drawn.append(
                go.Scatter3d(
                    x=[x[row]], y=[y[row]], z=[z[row]], mode="markers", hoverinfo="skip",
                    name="chosen", showlegend=False,
                    marker={"size": 8, "color": colors.selection, "symbol": "circle"},
                )
            )  # fmt: skip
    scene: dict[str, Any] = {
        f"{name}axis": _scene_axis(k, shares, colors) for k, name in enumerate("xyz")
    }
    layout = base_layout(colors) | {
        "height": HEIGHT,
        "margin": MARGIN | {"l": 0, "r": 0, "b": 0},
        "dragmode": "orbit",
        "scene": scene | {"aspectmode": "data", "camera": CAMERA},
        **names_above(paths, colors),
    }
    return go.Figure(drawn, layout)


def _scene_axis(number: int, shares: Array, theme: Theme) -> dict[str, Any]:
    return {
        # short, so that it stays whole on a narrow page
        "title": {"text": axis_title(number, shares).removesuffix(" of the variance"),
                  "font": {"size": 12, "color": theme.quiet}},
        "showticklabels": False,
        "showbackground": False,
        "showspikes": False,
        "gridcolor": theme.rule,
        "zerolinecolor": theme.rule,
        "nticks": 4,
    }  # fmt: skip
