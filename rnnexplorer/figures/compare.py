"""How far two next-word distributions lie apart, step by step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnexplorer.figures.axis import MARGIN_LEFT, MARGIN_RIGHT, word_axis, word_labels
from rnnexplorer.figures.style import base_layout, theme_of

#: Pixels.
HEIGHT = 110
MARGIN_TOP = 8
MARGIN_BOTTOM = 84


def difference_bars(
    bits: NDArray[np.floating],
    words: Sequence[str],
    start: int = 0,
    measure: str = "divergence",
    theme: str = "light",
) -> go.Figure:
    """A bar per step, on the same columns as `panels`.

    Args:
        bits: [step], how far the two distributions lie apart; not negative.
        words: of the whole trace.
        start: the step of the first bar.
        measure: its name, written beside the axis.
        theme: `light` or `dark`.

    Raises:
        ValueError: there are more bars than words, or there is no such theme.
    """
    colors = theme_of(theme)
    steps = range(start, start + len(bits))
    if steps.stop > len(words):
        raise ValueError(f"{len(bits)} bars from step {start} on do not fit {len(words)} words")
    layout = base_layout(colors) | {
        "height": HEIGHT + MARGIN_TOP + MARGIN_BOTTOM,
        "margin": {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": MARGIN_TOP, "b": MARGIN_BOTTOM},
        "hovermode": "x unified",
        "bargap": 0.25,
        "xaxis": word_axis(words, steps, colors, below="y"),
        "yaxis": {
            "rangemode": "tozero",
            "nticks": 4,
            "tickfont": {"size": 11, "color": colors.quiet},
            "gridcolor": colors.rule,
            "zerolinecolor": colors.rule,
            "side": "right",
            "fixedrange": True,
        },
        "annotations": [
            *word_labels(words, steps, colors),
            {
                "text": f"<b style='font-size:19px'>Δp</b><br>{measure}<br>in bits",
                "xref": "paper",
                "yref": "paper",
                "x": 0,
                "xshift": -10,
                "xanchor": "right",
                "y": 0.5,
                "yanchor": "middle",
                "align": "right",
                "showarrow": False,
                "font": {"size": 13, "color": colors.hue("p")},
            },
        ],
    }
    bars = go.Bar(
        x=np.arange(steps.start, steps.stop),
        y=np.asarray(bits, dtype=np.float32),
        name="difference",
        meta={"signal": "p"},
        marker={"color": colors.hue("p"), "line": {"width": 0}},
        hovertemplate="%{y:.2f} bits<extra></extra>",
    )
    return go.Figure(bars, layout)


def describe_difference(
    bits: NDArray[np.floating], words: Sequence[str], start: int = 0, measure: str = "divergence"
) -> str:
    """The same in a sentence."""
    largest = int(np.argmax(bits))
    return (
        f"The {measure} of the two next-word distributions over {len(bits)} steps is"
        f" {float(np.mean(bits)):.2f} bits on average and largest, {float(bits[largest]):.2f} bits,"
        f" after {words[start + largest]} (step {start + largest})."
    )
