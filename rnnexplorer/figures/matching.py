"""The pattern that is looked for: which units are on over a range of words, and how strongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnexplorer.figures.axis import TICK_ANGLE
from rnnexplorer.figures.scales import scale_of
from rnnexplorer.figures.style import Theme, base_layout, plain, theme_of
from rnnexplorer.measures.patterns import Pattern
from rnnexplorer.signals import Signal

#: Pixels of a unit's row: as high as its number where there are few, and never thinner than two.
ROW, SMALLEST_ROW = 14, 2
LARGEST_PLOT = 196
#: Units that are drawn at most.
MOST_UNITS = LARGEST_PLOT // SMALLEST_ROW
MARGIN = {"l": 44, "r": 8, "t": 6, "b": 84}


def unit_pattern(
    values: NDArray[np.floating[Any]],
    words: Sequence[str],
    first_step: int,
    span: tuple[int, int],
    pattern: Pattern,
    signal: Signal,
    theme: str = "light",
) -> go.Figure:
    """The units of a pattern as rows, the words around it as columns, the range in a frame.

    Units that are on upwards stand above those that are on downwards. Of more than MOST_UNITS
    those are drawn that are strongest over the range on average.

    Args:
        values: of the signal at these words, all units of the layer, [S, H].
        words: the S words.
        first_step: step of the first of them.
        span: first and last step of the pattern.
        pattern: the K units, at least one.
        signal: what the values are.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme, or the pattern has no units.
    """
    colors = theme_of(theme)
    if not len(pattern.units):
        raise ValueError("no unit is on over these words; there is no pattern to draw")
    inside = np.asarray(values, np.float32)[span[0] - first_step : span[1] + 1 - first_step]
    strength = np.abs(inside[:, pattern.units]).mean(axis=0)
    drawn = np.sort(np.argsort(-strength, kind="stable")[:MOST_UNITS])
    order = drawn[np.argsort(-pattern.signs[drawn], kind="stable")]
    units = pattern.units[order]
    z = np.asarray(values, np.float32)[:, units].T
    limit = 1.0 if signal.limits else max(float(np.abs(z).max()), pattern.level)
    scale = scale_of(signal, colors, limit)
    row = min(ROW, max(LARGEST_PLOT // len(units), SMALLEST_ROW))
    heatmap = go.Heatmap(
        z=z,
        x=np.arange(first_step, first_step + len(words)),
        y=np.arange(len(units)),
        name=signal.key,
        meta={"signal": signal.key, "units": units.tolist()},
        zmin=scale.low,
        zmax=scale.high,
        colorscale=scale.colorscale(),
        showscale=False,
        text=[[f"unit {unit} at “{plain(word)}”" for word in words] for unit in units.tolist()],
        hovertemplate=f"%{{text}}<br><b>{signal.symbol}</b> %{{z:.2f}}<extra></extra>",
    )
    return go.Figure(
        data=[heatmap],
        layout=base_layout(colors)
        | {
            "height": row * len(units) + MARGIN["t"] + MARGIN["b"],
            "margin": MARGIN,
            "xaxis": _word_axis(words, first_step, colors),
            "yaxis": _unit_axis(units, len(pattern.units), colors),
            "shapes": [span_frame(span, colors)],
        },
    )


def span_frame(span: tuple[int, int], theme: Theme) -> dict[str, Any]:
    """A frame around a range of steps, over the whole height of a figure."""
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": span[0] - 0.5,
        "x1": span[1] + 0.5,
        "y0": 0,
        "y1": 1,
        "line": {"width": 3, "color": theme.selection},
    }


def describe_unit_pattern(
    words: Sequence[str], pattern: Pattern, signal: Signal, of_units: int
) -> str:
    """The same in a sentence: how many units, which way, and which.

    Args:
        words: of the pattern's range.
        pattern: the units.
        signal: in which they are on.
        of_units: units of the layer.
    """
    up, down = (pattern.units[pattern.signs == sign].tolist() for sign in (1, -1))
    told = f"{len(pattern.units)} of {of_units} units have {signal.symbol} on over “"
    told += " ".join(words) + "”"
    listed = []
    if up:
        listed.append(f"upwards: {', '.join(map(str, up))}")
    if down:
        listed.append(f"downwards: {', '.join(map(str, down))}")
    return f"{told}; {'; '.join(listed)}." if listed else f"{told}."


def _word_axis(words: Sequence[str], first_step: int, theme: Theme) -> dict[str, Any]:
    return {
        "tickvals": np.arange(first_step, first_step + len(words)),
        "ticktext": [plain(word) for word in words],
        "tickangle": TICK_ANGLE,
        "tickfont": {"size": 12, "color": theme.ink},
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def _unit_axis(units: NDArray[np.int64], of_units: int, theme: Theme) -> dict[str, Any]:
    title = "unit" if len(units) == of_units else f"the {len(units)} strongest of {of_units} units"
    numbers = len(units) * ROW <= LARGEST_PLOT
    return {
        "title": {"text": title, "font": {"size": 12, "color": theme.quiet}, "standoff": 4},
        "range": [len(units) - 0.5, -0.5],
        "tickvals": np.arange(len(units)) if numbers else [],
        "ticktext": [str(unit) for unit in units.tolist()] if numbers else [],
        "tickfont": {"size": 10, "color": theme.quiet},
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
