"""What is left of a small change of the state against how long ago it was made, on a log axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.axis import TICK_ANGLE, spaced
from rnnexplorer.figures.style import Theme, base_layout, plain, theme_of, with_alpha
from rnnexplorer.measures.arithmetic import short
from rnnexplorer.measures.forgetting import Averaged, Split
from rnnexplorer.measures.lag import Curve
from rnnexplorer.signals import Cell
from rnnexplorer.traces import Array

#: Pixels.
HEIGHT = 400
MARGIN = {"l": 76, "r": 188, "t": 16, "b": 108}
NAME_HEIGHT = 19
#: The margin below where no words stand at the axis.
NO_WORDS = 56

#: Of the bands; of the other network's.
SHADE, FAINTER = 0.2, 0.1

#: No smaller length is drawn: far below it there is nothing left that a number of 32 bits tells
#: from nothing.
SMALLEST = 1e-8
#: No band on a logarithmic axis can reach nothing.
TINY = 1e-15

#: Distances that have room for a word each, on a narrow window too.
MOST_TICKS = 22
#: Apart are the numbers alone.
ROUND = 5

#: Lines of a fan of singular values, evenly spread over them from the largest to the smallest.
FAN = 25
FAINT = 0.3


@dataclass(frozen=True, eq=False)
class Drawn:
    """The curves of one network.

    Attributes:
        cell: its cell.
        found: of one unit or of all together, [K + 1].
        values: of a SimpleRNN, the singular values, [K + 1, H]; None leaves them out.
        weights: of a SimpleRNN, what its weights alone would keep, [K + 1]; None leaves it out.
        average: the bands, where `found` is an average over places; None is one place.
        largest: of a SimpleRNN on average, the largest singular value; None leaves it out.
    """

    cell: Cell
    found: Split
    values: Array | None = None
    weights: Array | None = None
    average: Averaged | None = None
    largest: Curve | None = None


@dataclass(frozen=True, eq=False)
class _Line:
    name: str
    y: Array
    color: str
    width: float = 1.8
    dash: str = "solid"
    band: Curve | None = None


def left_over(
    own: Drawn, other: Drawn | None, words: Sequence[str], theme: str = "light"
) -> go.Figure:
    """Length against distance: all of it, the gates alone, the rest; another network dashed.

    Args:
        own: the network that is looked at.
        other: held against it.
        words: the last K + 1 words of the longer curve, in reading order; none of an average.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    lines = _lines(own, colors) + ([] if other is None else _lines_of_other(other, colors))
    back = max(len(line.y) for line in lines) - 1
    low, high = _decades(lines)
    layout: dict[str, Any] = base_layout(colors) | {
        "height": HEIGHT + MARGIN["t"] + (MARGIN["b"] if words else NO_WORDS),
        "margin": MARGIN | ({} if words else {"b": NO_WORDS}),
        "hovermode": "x unified",
        "annotations": _names(lines, (low, high)),
        "shapes": [_half(colors)],
        "xaxis": _distances(words, back, colors),
        "yaxis": {
            "type": "log", "range": [low, high], **_decade_ticks(low, high),
            "tickfont": {"size": 11, "color": colors.quiet}, "gridcolor": colors.rule,
            "zeroline": False, "fixedrange": True,
            "title": {"text": "left of a small change", "font": {"size": 13}},
        },
    }  # fmt: skip
    curves = [_band(line) for line in lines if line.band is not None]
    curves += [_curve(line, words) for line in lines]
    if own.values is not None:
        curves.insert(0, _fan(own.values, own.cell, colors))
    return go.Figure(curves, layout)


def describe_left_over(own: Drawn, other: Drawn | None) -> str:
    """The ends of the curves in a sentence."""
    told = []
    for drawn in (own, other):
        if drawn is None:
            continue
        found, symbol = drawn.found, drawn.cell.signal(drawn.cell.memory).symbol
        line = (
            f"{len(found.total) - 1} words back {short(float(found.total[-1]))} of a small change"
            f" of {symbol} of the {drawn.cell.title} is left"
            f"{' on average' * (drawn.average is not None)}"
        )
        if found.path is not None:
            line += f", by its gates alone {short(float(found.path[-1]))}"
        told.append(line)
    return "; ".join(told) + "."


# --- pieces --------------------------------------------------------------------------------------


def _lines(drawn: Drawn, theme: Theme) -> list[_Line]:
    """The curves of the network that is looked at."""
    state, bands = drawn.cell.signal(drawn.cell.memory), _bands(drawn)
    lines = [
        _Line(f"all that is left in {state.symbol}", drawn.found.total, theme.hue(state.key), 3.0,
              band=bands.get("total"))
    ]  # fmt: skip
    if drawn.found.path is not None and drawn.found.rest is not None:
        gate = str(drawn.cell.keeper)
        lines += [
            _Line(f"path: {drawn.cell.signal(gate).name}s alone", drawn.found.path,
                  theme.hue(gate), 2.4, band=bands.get("path")),
            _Line("everything else", drawn.found.rest, theme.quiet, band=bands.get("rest")),
        ]  # fmt: skip
    if drawn.largest is not None:
        lines.append(
            _Line("largest singular value", drawn.largest.mean, theme.hue(state.key), 1.2,
                  band=drawn.largest)
        )  # fmt: skip
    if drawn.weights is not None:
        lines.append(_Line("W_hh alone, without tanh", drawn.weights, theme.quiet, dash="dot"))
    return lines


def _lines_of_other(drawn: Drawn, theme: Theme) -> list[_Line]:
    """Of the other network: what is left, and what its gates alone would keep."""
    cell, title, bands = drawn.cell, drawn.cell.title, _bands(drawn)
    lines = [
        _Line(f"{title}: all that is left", drawn.found.total, theme.hue(cell.memory), dash="dash",
              band=bands.get("total"))
    ]  # fmt: skip
    if drawn.found.path is not None:
        lines.append(
            _Line(f"{title}: path", drawn.found.path, theme.hue(str(cell.keeper)), dash="dash",
                  band=bands.get("path"))
        )  # fmt: skip
    return lines


def _bands(drawn: Drawn) -> Mapping[str, Curve]:
    return {} if drawn.average is None else drawn.average.parts


def _shown(y: Array) -> Array:
    """Nothing cannot be drawn on a log axis: the line ends there."""
    return np.where(y >= SMALLEST, y, np.nan)


def _curve(line: _Line, words: Sequence[str]) -> go.Scatter:
    told = [[short(float(y)), _note(line, words, k)] for k, y in enumerate(line.y)]
    value = f"{line.name}: %{{customdata[0]}}"
    if line.band is not None:
        value += " (%{customdata[1]})"
    elif words:
        value = f"{line.name}, from “%{{customdata[1]}}”: %{{customdata[0]}}"
    return go.Scatter(
        x=np.arange(len(line.y)), y=_shown(line.y), name=line.name,
        mode="lines" if len(line.y) > 1 else "markers",
        line={"color": line.color, "width": line.width, "dash": line.dash},
        marker={"color": line.color}, customdata=told,
        hovertemplate=f"{value}<extra></extra>",
    )  # fmt: skip


def _note(line: _Line, words: Sequence[str], back: int) -> str:
    """Beside a length: its band, or the word that it is from."""
    if line.band is not None:
        return f"{short(float(line.band.low[back]))} to {short(float(line.band.high[back]))}"
    return plain(words[-1 - back]) if words else ""


def _band(line: _Line) -> go.Scatter:
    """The band of a line, as far as the line is drawn."""
    assert line.band is not None  # noqa: S101 - for the type checker
    x = np.flatnonzero(line.y >= SMALLEST)
    low, high = np.maximum(line.band.low[x], TINY), line.band.high[x]
    return go.Scatter(
        x=np.concatenate((x, x[::-1])), y=np.concatenate((high, low[::-1])), fill="toself",
        fillcolor=with_alpha(line.color, FAINTER if line.dash == "dash" else SHADE),
        line={"width": 0}, mode="lines", hoverinfo="skip", name=f"{line.name}, band",
    )  # fmt: skip


def _fan(values: Array, cell: Cell, theme: Theme) -> go.Scatter:
    """Singular values as faint lines, one for every so manieth direction."""
    directions = values.shape[1]
    chosen = np.unique(np.linspace(0, directions - 1, min(FAN, directions)).round().astype(int))
    x = np.append(np.arange(len(values), dtype=float), np.nan)
    y = np.concatenate([np.append(_shown(values[:, k]), np.nan) for k in chosen])
    return go.Scatter(
        x=np.tile(x, len(chosen)), y=y, name="singular values", mode="lines", hoverinfo="skip",
        line={"color": with_alpha(theme.hue(cell.memory), FAINT), "width": 1},
    )  # fmt: skip


def _decades(lines: Sequence[_Line]) -> tuple[float, float]:
    """The axis, in powers of ten: whole decades around all lines, at least one below 1."""
    lows = [line.band.low for line in lines if line.band is not None]
    values = np.concatenate([line.y for line in lines] + lows)
    values = values[values >= SMALLEST]
    low, high = np.log10(values.min()), np.log10(values.max())
    return min(float(np.floor(low)), -1.0), max(float(np.ceil(high * 10) / 10) + 0.05, 0.1)


def _decade_ticks(low: float, high: float) -> dict[str, Any]:
    """A tick for every power of ten."""
    powers = range(int(np.ceil(low)), int(np.floor(high)) + 1)
    return {
        "tickvals": [10.0**power for power in powers],
        "ticktext": [f"{10.0**power:g}" if power >= -3 else f"10<sup>{power}</sup>"
                     for power in powers],
    }  # fmt: skip


def _distances(words: Sequence[str], back: int, theme: Theme) -> dict[str, Any]:
    """How many words back, and which word stands there, of one place."""
    apart = 1 + back // MOST_TICKS if words else ROUND if back > 2 * ROUND else 1
    every = range(0, back + 1, apart)
    return {
        "range": [-0.3, max(back, 1) + 0.1], "fixedrange": True, "showgrid": False,
        "zeroline": False, "tickvals": list(every),
        "ticktext": [f"{k} {plain(words[-1 - k])}" if words else str(k) for k in every],
        "tickangle": TICK_ANGLE if words else 0, "tickfont": {"size": 12}, "showticklabels": True,
        "title": {"text": "words back", "font": {"size": 13}},
        "linecolor": theme.rule, "showline": True,
    }  # fmt: skip


def _half(theme: Theme) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5,
        "line": {"color": theme.quiet, "width": 1, "dash": "dot"}, "layer": "below",
        "label": {"text": "half", "textposition": "end", "yanchor": "bottom",
                  "font": {"size": 11, "color": theme.quiet}},
    }  # fmt: skip


def _names(lines: Sequence[_Line], decades: tuple[float, float]) -> list[dict[str, Any]]:
    """Beside the right edge; where a line ends below the axis its name stands at the bottom."""
    low, high = decades
    ends = [float(np.log10(max(line.y[-1], 10**low))) for line in lines]
    apart = NAME_HEIGHT * (high - low) / HEIGHT
    places = spaced(ends, apart)
    lift = max(0.0, low + apart / 2 - min(places))
    return [
        {
            "text": plain(line.name), "xref": "paper", "x": 1, "xanchor": "left", "xshift": 8,
            "yref": "paper", "y": (place + lift - low) / (high - low), "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 13, "color": line.color}, "align": "left",
        }
        for line, place in zip(lines, places, strict=True)
    ]  # fmt: skip
