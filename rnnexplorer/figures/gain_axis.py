"""The axis of gradients on the way back: 1 in the middle, where they vanish and where they explode.

Curves of the laboratory and of trained networks stand on it alike. It is logarithmic: Plotly takes
its range and the heights of annotations as powers of ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.axis import spaced
from rnnexplorer.figures.style import Theme
from rnnexplorer.measures.arithmetic import raised
from rnnexplorer.measures.distribution import Array

#: Powers of ten on either side of 1 that are shown at least and at most.
LEAST, MOST = 0.8, 60.0
#: Room above the highest curve, as a share.
PADDING = 0.08
#: Ticks on either side of 1.
TICKS = 4
#: Pixels between two names.
NAME_HEIGHT = 17


@dataclass(frozen=True)
class GainLine:
    """A curve on the axis.

    Attributes:
        name: a few words, written at its left end.
        gains: [T], the last is 1; 0 cannot be drawn and leaves a gap.
        color: of the line and its name.
        width: of the line, pixels.
        dash: as Plotly names it.
        x: where it begins, among the columns.
    """

    name: str
    gains: Array
    color: str
    width: float = 2.4
    dash: str = "solid"
    x: int = 0


def reach_of(lines: Sequence[GainLine]) -> float:
    """Powers of ten on either side of 1 that hold the curves."""
    every = np.concatenate([line.gains for line in lines])
    powers = np.abs(np.log10(every[(every > 0) & np.isfinite(every)]))
    return float(np.clip(powers.max(initial=0.0) * (1 + PADDING), LEAST, MOST))


def gain_axis(reach: float, theme: Theme) -> dict[str, Any]:
    """The axis itself, as far down as up."""
    apart = max(1, ceil(reach / TICKS))
    powers = range(-int(reach // apart) * apart, int(reach // apart) * apart + 1, apart)
    return {
        "type": "log",
        "range": [-reach, reach],
        "side": "right",
        "tickmode": "array",
        "tickvals": [10.0**power for power in (powers if reach >= 1 else _within_ten(reach))],
        "ticktext": [_tick(power) for power in (powers if reach >= 1 else _within_ten(reach))],
        "tickfont": {"size": 11, "color": theme.quiet},
        "gridcolor": theme.rule,
        "zeroline": False,
        "fixedrange": True,
    }


def _within_ten(reach: float) -> list[float]:
    """Where less than ten times either way is shown: a fifth, a half, 1, 2 and 5."""
    powers = np.log10([0.2, 0.5, 1.0, 2.0, 5.0])
    return [float(power) for power in powers if abs(power) <= reach]


def _tick(power: float) -> str:
    return f"{10.0**power:g}" if -3 <= power <= 3 else f"10{raised(int(power))}"


def regions(axis: str, domain: Sequence[float], reach: float, theme: Theme) -> dict[str, Any]:
    """Shapes and annotations: above 1 it explodes, below it vanishes.

    All curves end at 1 on the right, so that the names have the corners there to themselves.

    Args:
        axis: of the gains, `y` or `y2`.
        domain: its lower and upper edge, as shares of the plot.
        reach: see `reach_of`.
        theme: its colours.
    """
    low, high = domain
    middle = (low + high) / 2
    place = {"xref": "paper", "x": 1, "xanchor": "right", "xshift": -8, "yref": axis,
             "showarrow": False, "font": {"size": 14, "color": theme.quiet}}  # fmt: skip
    return {
        "shapes": [
            {
                "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "paper", "y0": low,
                "y1": middle, "fillcolor": theme.surface, "line": {"width": 0}, "layer": "below",
            },
            {
                "type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "paper", "y0": middle,
                "y1": middle, "line": {"color": theme.quiet, "width": 1}, "layer": "below",
            },
        ],
        "annotations": [
            place | {"text": "above 1: explodes", "y": reach, "yanchor": "top"},
            place | {"text": "below 1: vanishes", "y": -reach, "yanchor": "bottom"},
        ],
    }  # fmt: skip


def gain_curve(line: GainLine, columns: Array, axes: tuple[str, str], hover: str) -> go.Scatter:
    """A line over its columns."""
    shown = np.where(line.gains > 0, line.gains, np.nan)
    return go.Scatter(
        x=columns[line.x :], y=shown, name=line.name, xaxis=axes[0], yaxis=axes[1],
        mode="lines+markers" if line.dash == "solid" else "lines",
        line={"color": line.color, "width": line.width, "dash": line.dash},
        marker={"size": 5}, hovertemplate=hover, hoverinfo=None if hover else "skip",
    )  # fmt: skip


def names(
    lines: Sequence[GainLine], axis: str, reach: float, height: float, theme: Theme
) -> list[dict[str, Any]]:
    """The name of each curve beside its left end; of one that has left the picture, at its edge.

    Args:
        lines: the curves.
        axis: of the gains.
        reach: see `reach_of`.
        height: of the picture, pixels.
        theme: its colours.
    """
    ends = [_left_end(line, reach) for line in lines]
    places = spaced(ends, 2 * reach * NAME_HEIGHT / height)
    over = max(places) - reach
    shift = -over if over > 0 else max(-reach - min(places), 0.0)
    return [
        {
            "text": line.name, "xref": "paper", "x": 0, "xanchor": "right", "xshift": -6,
            "yref": axis, "y": place + shift, "showarrow": False,
            "font": {"size": 13, "color": line.color},
        }
        for line, place in zip(lines, places, strict=True)
    ]  # fmt: skip


def _left_end(line: GainLine, reach: float) -> float:
    """The power of ten at which a curve meets the left edge, within the picture."""
    first = float(line.gains[0])
    if first <= 0:
        return -reach
    return float(np.clip(np.log10(first), -reach, reach))
