"""One unit over the text: a line per signal, its hue the same as everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.style import Theme, base_layout, theme_of
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.signals import PANEL_ORDER, Signal
from rnnexplorer.traces import Trace

#: Pixels.
BAND = 92
GAP = 22
MARGIN = {"l": 34, "r": 30, "t": 8, "b": 28}

#: Room above and below a line, as a share of its range.
PADDING = 0.06

#: From here on a state has outgrown the range of tanh and gets a band of its own.
LARGEST_WITH_TANH = 1.2


def unit_lines(
    trace: Trace, layer: int, unit: int, step: int | None = None, theme: str = "light"
) -> go.Figure:
    """All signals of one unit over the text: gates in one band, tanh signals and states below.

    Every line is named by its signal key, and its `meta` holds `signal` and `units`, as in
    `panels`.

    Args:
        trace: what is drawn.
        layer: of the unit, from 0.
        unit: its index.
        step: marked in amber; None marks nothing.
        theme: `light` or `dark`.

    Raises:
        ValueError: the trace has no such layer, unit or step, or there is no such theme.
    """
    colors = theme_of(theme)
    lines = _lines(trace, layer, unit)
    if step is not None and not 0 <= step < len(trace):
        raise ValueError(f"the trace has steps 0 to {len(trace) - 1}, not {step}")
    bands = _bands(lines)
    plot = BAND * len(bands) + GAP * (len(bands) - 1)
    layout: dict[str, Any] = base_layout(colors) | {
        "height": plot + MARGIN["t"] + MARGIN["b"],
        "margin": MARGIN,
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "annotations": [],
        "shapes": [] if step is None else [_selection(step, colors)],
        "xaxis": {
            "anchor": f"y{len(bands)}" if bands[1:] else "y",
            "range": [-0.5, len(trace) - 0.5],
            "showgrid": False,
            "zeroline": False,
            "tickfont": {"size": 11, "color": colors.quiet},
            "nticks": 6,
            "unifiedhovertitle": {"text": "step %{x}"},
            "fixedrange": True,
        },
    }
    drawn = []
    for place, band in enumerate(bands, start=1):
        axis = "" if place == 1 else str(place)
        top = plot - (place - 1) * (BAND + GAP)
        domain = ((top - BAND) / plot, top / plot)
        limits = _limits(band)
        layout[f"yaxis{axis}"] = _value_axis(domain, limits, colors)
        layout["annotations"] += _symbols(band, domain, colors)
        drawn += [_line(signal, values, unit, axis, colors) for signal, values in band]
    return go.Figure(data=drawn, layout=layout)


def describe_unit_lines(trace: Trace, layer: int, unit: int, step: int | None = None) -> str:
    """The same in a sentence: the range of each signal, and its value at the step."""
    ranges = ", ".join(
        f"{signal.name} {number(values.min())} to {number(values.max())}"
        + ("" if step is None else f" (here {number(values[step])})")
        for signal, values in _lines(trace, layer, unit)
    )
    where = "" if step is None else f", at step {step} ({trace.words[step]})"
    return f"Unit {unit} of layer {layer + 1} over {len(trace)} words{where}: {ranges}."


_Line = tuple[Signal, np.ndarray[Any, np.dtype[np.float32]]]


def _lines(trace: Trace, layer: int, unit: int) -> list[_Line]:
    if not 0 <= layer < trace.layers:
        raise ValueError(f"the trace has layers 0 to {trace.layers - 1}, not {layer}")
    if not 0 <= unit < trace.units:
        raise ValueError(f"the trace has units 0 to {trace.units - 1}, not {unit}")
    signals = sorted(trace.cell.signals, key=lambda signal: PANEL_ORDER.index(signal.key))
    return [
        (signal, np.ascontiguousarray(trace.signals[signal.key][layer, :, unit], np.float32))
        for signal in signals
    ]


def _bands(lines: list[_Line]) -> list[list[_Line]]:
    """Gates; then what lies in the range of tanh; then a state that has outgrown it."""
    gates = [line for line in lines if line[0].kind == "gate"]
    large = [
        line
        for line in lines
        if line[0].kind == "unbounded" and np.abs(line[1]).max() > LARGEST_WITH_TANH
    ]
    kept = {line[0].key for line in (*gates, *large)}
    rest = [line for line in lines if line[0].key not in kept]
    return [band for band in (gates, rest, large) if band]


def _limits(band: list[_Line]) -> tuple[float, float]:
    values = np.concatenate([values for _, values in band])
    if band[0][0].kind == "gate":
        return 0.0, 1.0
    if band[0][0].kind == "unbounded":
        return min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    largest = max(1.0, float(np.abs(values).max()))
    return -largest, largest


def _value_axis(
    domain: tuple[float, float], limits: tuple[float, float], theme: Theme
) -> dict[str, Any]:
    low, high = limits
    room = (high - low) * PADDING
    return {
        "domain": domain,
        "anchor": "x",
        "range": [low - room, high + room],
        "nticks": 4,
        "tickfont": {"size": 11, "color": theme.quiet},
        "gridcolor": theme.rule,
        "zerolinecolor": theme.rule,
        "fixedrange": True,
    }


def _line(signal: Signal, values: Any, unit: int, axis: str, theme: Theme) -> go.Scatter:
    return go.Scatter(
        y=values,
        x=np.arange(len(values)),
        name=signal.key,
        meta={"signal": signal.key, "units": [unit]},
        xaxis="x",
        yaxis=f"y{axis}",
        mode="lines" if len(values) > 1 else "markers",
        line={"color": theme.hue(signal.key), "width": 2},
        hovertemplate=f"<b>{signal.symbol}</b> %{{y:.2f}}<extra></extra>",
    )


def _symbols(band: list[_Line], domain: tuple[float, float], theme: Theme) -> list[dict[str, Any]]:
    """The symbols of a band beside it, from the top, each in its hue."""
    text = "<br>".join(
        f"<b style='color:{theme.hue(signal.key)}'>{signal.symbol}</b>" for signal, _ in band
    )
    return [
        {
            "text": text,
            "xref": "paper",
            "yref": "paper",
            "x": 1,
            "xanchor": "left",
            "xshift": 8,
            "y": sum(domain) / 2,
            "yanchor": "middle",
            "align": "left",
            "showarrow": False,
            "font": {"size": 15},
        }
    ]


def _selection(step: int, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": step,
        "x1": step,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": theme.selection, "width": 2},
        "layer": "below",
    }
