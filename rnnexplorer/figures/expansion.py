"""The expansion drawn: what is left of each input in the last state, and the gradient below it."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures import gain_axis
from rnnexplorer.figures.axis import band_title
from rnnexplorer.figures.gain_axis import GainLine, gain_curve, reach_of, regions
from rnnexplorer.figures.style import Theme, base_layout, theme_of, with_alpha
from rnnexplorer.measures.arithmetic import short
from rnnexplorer.measures.expansion import Expansion
from rnnexplorer.measures.expansion_sentences import lowered

#: Pixels.
BARS, GRADIENT, GAP = 170, 230, 72
MARGIN = {"l": 74, "r": 52, "t": 34, "b": 44}

#: Room for a number above and below the bars, as a share of their range.
NUMBER_ROOM = 0.22

#: Up to so many columns each bar has its number; beyond, the first one alone.
MOST_NUMBERS = 12

#: Column names are written at so many places at most.
MOST_NAMES = 13

#: Scalars whose powers are drawn beside the curve: one of each kind.
BESIDE = (0.8, 1.2)

#: Of the bars that are not the first.
PALE = 0.4


def expansion_picture(found: Expansion, theme: str = "light") -> go.Figure:
    """A bar under each input, and on the same columns the gradient on a logarithmic axis.

    Args:
        found: the expansion.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors, depth = theme_of(theme), found.setup.depth
    columns = np.arange(1.0, depth + 1)
    lines = _lines(found, colors)
    reach = reach_of(lines)
    plot = BARS + GAP + GRADIENT
    upper, lower = [1 - BARS / plot, 1.0], [0.0, GRADIENT / plot]
    last = f"h<sub>{depth}</sub>"
    marks = regions("y2", lower, reach, colors)
    layout = base_layout(colors) | {
        "height": plot + MARGIN["t"] + MARGIN["b"],
        "margin": MARGIN,
        "hovermode": "x",
        "bargap": 0.3,
        "xaxis": _columns(depth, "x", "y", colors),
        "xaxis2": _columns(depth, "h", "y2", colors),
        "yaxis": _bar_axis(found, upper, colors),
        "yaxis2": gain_axis.gain_axis(reach, colors) | {"domain": lower, "anchor": "x2"},
        "shapes": marks["shapes"],
        "annotations": [
            band_title(_title(found, last), upper[1], colors),
            band_title(
                f"‖∂{last}/∂h<sub>t</sub>‖, the gradient on its way back to each step",
                lower[1], colors,
            ),
            *gain_axis.names(lines, "y2", reach, GRADIENT, colors),
            *marks["annotations"],
        ],
    }  # fmt: skip
    curves = [
        gain_curve(
            line, columns, ("x2", "y2"),
            f"∂{last}/∂h<sub>%{{x}}</sub>: %{{y:.3g}}<extra></extra>" if number == 0 else "",
        )
        for number, line in enumerate(lines)
    ]  # fmt: skip
    return go.Figure([_bars(found, columns, colors), *curves[::-1]], layout)


def _title(found: Expansion, last: str) -> str:
    if found.setup.activation != "none":
        return f"what {last} would lose without each input" + (
            ", as a length" if found.setup.size > 1 else ""
        )
    term = "U<sup>k</sup>W x"
    return f"what is left of each input in {last}: " + (
        f"‖{term}‖" if found.setup.size > 1 else term
    )


def _lines(found: Expansion, theme: Theme) -> list[GainLine]:
    """The gradient, and beside it one that vanishes and one that explodes."""
    back = np.arange(found.setup.depth - 1, -1, -1)
    setup = found.setup
    power = setup.size == 1 and setup.activation == "none" and setup.u > 0
    return [
        GainLine(
            f"<b>{setup.u:g}<sup>k</sup></b>" if power else "‖∂h<sub>T</sub>/∂h<sub>t</sub>‖",
            found.gains,
            theme.hue("h"),
        ),
        *(GainLine(f"{u:g}<sup>k</sup>", u**back, theme.quiet, 1.2, "dot") for u in BESIDE),
    ]


def _bars(found: Expansion, columns: np.ndarray, theme: Theme) -> go.Bar:
    """The first input, which it is all about, in full strength."""
    sizes, hue = found.sizes, theme.hue("h")
    numbers = [short(float(size)) for size in sizes]
    if len(sizes) > MOST_NUMBERS:
        numbers[1:] = [""] * (len(sizes) - 1)
    return go.Bar(
        x=columns, y=sizes, name="left", xaxis="x", yaxis="y",
        marker={"color": [hue] + [with_alpha(hue, PALE)] * (len(sizes) - 1), "line": {"width": 0}},
        text=numbers, textposition="outside", cliponaxis=False, textangle=0,
        textfont={"size": 12, "color": theme.ink}, constraintext="none",
        customdata=found.shares,
        hovertemplate="x<sub>%{x}</sub>: %{y:.3g}, %{customdata:.1%} of all<extra></extra>",
    )  # fmt: skip


def _bar_axis(found: Expansion, domain: list[float], theme: Theme) -> dict[str, Any]:
    low, high = min(float(found.sizes.min()), 0.0), max(float(found.sizes.max()), 0.0)
    room = NUMBER_ROOM * ((high - low) or 1.0)
    return {
        "domain": domain, "anchor": "x", "range": [low - room * (low < 0), high + room],
        "side": "right", "nticks": 4, "tickfont": {"size": 11, "color": theme.quiet},
        "gridcolor": theme.rule, "zerolinecolor": theme.quiet, "zerolinewidth": 1,
        "fixedrange": True, "exponentformat": "power",
    }  # fmt: skip


def _columns(depth: int, letter: str, below: str, theme: Theme) -> dict[str, Any]:
    """One column a step, the first and the last always named."""
    apart = ceil(depth / MOST_NAMES)
    named = sorted({1, *range(depth, 1 + apart // 2, -apart)})
    return {
        "anchor": below, "range": [0.4, depth + 0.6], "tickmode": "array", "tickvals": named,
        "ticktext": [
            f"<b>{letter}<sub>{t}</sub></b>" if t == 1 else f"{letter}<sub>{t}</sub>"
            for t in named
        ],
        "tickfont": {"size": 14, "color": theme.ink}, "ticks": "", "showgrid": False,
        "zeroline": False, "fixedrange": True,
    }  # fmt: skip


def describe_expansion(found: Expansion) -> str:
    """The same in two sentences: the bars from the newest back, and where the gradient ends."""
    depth = found.setup.depth
    shown = min(depth, MOST_NUMBERS)
    told = ", ".join(
        f"x{lowered(depth - back)} {short(float(found.sizes[-1 - back]))}" for back in range(shown)
    )
    more = "" if shown == depth else f" … x₁ {short(float(found.sizes[0]))}"
    return (
        f"Left of each input in h{lowered(depth)}, newest first: {told}{more}. The gradient is 1 at"
        f" h{lowered(depth)} and {short(float(found.gains[0]))} at h₁."
    )
