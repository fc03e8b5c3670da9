"""The way back through a trained network, on the axis of the laboratory."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.fading import Fading
from rnnexplorer.figures import gain_axis
from rnnexplorer.figures.axis import MARGIN_RIGHT, band_title, word_axis, word_labels
from rnnexplorer.figures.gain_axis import GainLine, gain_curve, reach_of, regions
from rnnexplorer.figures.style import Theme, base_layout, plain, theme_of
from rnnexplorer.measures.arithmetic import short
from rnnexplorer.measures.distribution import Array

#: Pixels.
HEIGHT = 260
MARGIN = {"l": 120, "r": MARGIN_RIGHT, "t": 34, "b": 84}


def fading_picture(found: Fading, laboratory: Array, setup: str, theme: str = "light") -> go.Figure:
    """What of a push at each word arrives at the last: a curve per state.

    Args:
        found: of the network.
        laboratory: the curve of the laboratory over as many steps, [T].
        setup: what it stands for, a few words.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors, steps = theme_of(theme), range(len(found.words))
    lines = _lines(found, laboratory, setup, colors)
    reach = reach_of(lines[:-1])  # the laboratory may leave the picture
    marks = regions("y", (0.0, 1.0), reach, colors)
    layout = base_layout(colors) | {
        "height": HEIGHT + MARGIN["t"] + MARGIN["b"],
        "margin": MARGIN,
        "hovermode": "x unified",
        "xaxis": word_axis(found.words, steps, colors, below="y"),
        "yaxis": gain_axis.gain_axis(reach, colors),
        "shapes": marks["shapes"],
        "annotations": [
            *word_labels(found.words, steps, colors),
            *gain_axis.names(lines, "y", reach, HEIGHT, colors),
            *marks["annotations"],
            band_title(
                f"what of a small push at each word arrives at “{plain(found.words[-1])}”",
                1.0, colors,
            ),
        ],
    }  # fmt: skip
    columns = np.arange(float(len(found.words)))
    curves = [
        gain_curve(line, columns, ("x", "y"), f"{line.name} %{{y:.3g}}<extra></extra>")
        for line in lines
    ]
    return go.Figure(curves, layout)


def _lines(found: Fading, laboratory: Array, setup: str, theme: Theme) -> list[GainLine]:
    back = np.arange(len(found.words) - 1, -1, -1)
    symbols = {state: found.cell.signal(state).symbol for state in found.gains}
    return [
        *(
            GainLine(f"‖∂{symbols[state]}/∂{symbols[state]}‖", gains, theme.hue(state))
            for state, gains in found.gains.items()
        ),
        GainLine(f"radius {found.radius:.2f}<sup>k</sup>", found.radius**back, theme.quiet, 1.4,
                 "dot"),
        GainLine(setup, laboratory, theme.quiet, 1.4, "dash"),
    ]  # fmt: skip


def describe_fading(found: Fading) -> str:
    """The ends of the curves in a sentence."""
    told = " and ".join(
        f"{found.cell.signal(state).symbol} {short(float(gains[0]))}"
        for state, gains in found.gains.items()
    )
    return (
        f"Of a small push at “{found.words[0]}”, {len(found.words) - 1} words back, arrives at"
        f" “{found.words[-1]}”, in times its length: {told}. The spectral radius is"
        f" {found.radius:.2f}."
    )
