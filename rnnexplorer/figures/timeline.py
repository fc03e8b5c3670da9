"""A training as it went: curves over its epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnexplorer.figures.axis import band_title, spaced
from rnnexplorer.figures.style import Theme, base_layout, theme_of
from rnnexplorer.signals import Cell
from rnnexplorer.timeline import Moment

#: Pixels.
ROW, GAP = 104, 34
MARGIN = {"l": 62, "r": 150, "t": 34, "b": 48}

#: A curve that is zero throughout has a range all the same.
SMALLEST_RANGE = 1e-9

#: An axis of shares goes up to 1 % at least: less would be drawn large beside ticks that read 0 %.
LEAST_SHARE = 0.01

#: Of a band's range, beyond its highest curve and, where it does not begin at 0, its lowest.
MARGIN_OF_RANGE = 0.06
#: Pixels from one name to the next, and from the plot to the names.
NAME, BESIDE = 14, 22


def over_epochs(
    cell: Cell,
    moments: Sequence[Moment],
    metrics: pd.DataFrame,
    over_fits_from: int | None,
    chosen: int,
    theme: str = "light",
    layers: int = 1,
) -> go.Figure:
    """Curves below each other on one axis of epochs, names beside their ends.

    Args:
        cell: of the network.
        moments: of its checkpoints, by rising epoch.
        metrics: columns epoch, loss, held_out_loss.
        over_fits_from: the epoch of the lowest held-out loss; None where it does not over-fit.
        chosen: the epoch looked at, in amber.
        theme: `light` or `dark`.
        layers: of the network; of several the radius is that of the first.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    bands = _bands(cell, moments, metrics, layers, colors)
    plot = ROW * len(bands) + GAP * (len(bands) - 1)
    last = max(int(moments[-1].epoch), int(metrics["epoch"].max()) if len(metrics) else 0)
    layout = base_layout(colors) | {
        "height": plot + MARGIN["t"] + MARGIN["b"],
        "margin": MARGIN,
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "annotations": [],
        "shapes": _marks(over_fits_from, chosen, colors),
        "xaxis": {
            "anchor": f"y{len(bands)}", "range": [-0.02 * last, 1.02 * last], "fixedrange": True,
            "title": {"text": "epoch"}, "showgrid": False, "zeroline": False,
            "unifiedhovertitle": {"text": "epoch %{x}"},
        },
    }  # fmt: skip
    drawn: list[go.Scatter] = []
    for number, band in enumerate(bands, start=1):
        axis = "" if number == 1 else str(number)
        top = plot - (number - 1) * (ROW + GAP)
        domain = (top - ROW) / plot, top / plot
        layout[f"yaxis{axis}"] = _value_axis(domain, band, colors)
        layout["annotations"] += [band_title(band.title, domain[1], colors), *_names(band, axis)]
        drawn += [_curve(curve, axis, percent=band.percent) for curve in band.curves]
    if over_fits_from is not None:
        layout["annotations"].append(_over_fits(over_fits_from, colors))
    return go.Figure(drawn, layout)


class _Curve(NamedTuple):
    name: str
    x: Sequence[float]
    y: Sequence[float]
    color: str


class _Band(NamedTuple):
    """Curves on one axis; a share begins at 0, a loss where its values do."""

    title: str
    percent: bool
    curves: list[_Curve]
    from_zero: bool = True

    def range(self) -> tuple[float, float]:
        """Lower and upper end of the axis."""
        values = [value for curve in self.curves for value in curve.y]
        low, high = 0.0 if self.from_zero else min(values), max(values)
        high = max(high, LEAST_SHARE) if self.percent else high
        room = max(MARGIN_OF_RANGE * (high - low), SMALLEST_RANGE)
        return low if self.from_zero else low - room, high + room


def _value_axis(domain: tuple[float, float], band: _Band, theme: Theme) -> dict[str, Any]:
    return {
        "domain": domain, "anchor": "x", "fixedrange": True,
        "range": list(band.range()),
        "nticks": 4, "gridcolor": theme.rule, "zeroline": False,
        "tickfont": {"size": 11, "color": theme.quiet},
        "tickformat": "~%" if band.percent else "",
    }  # fmt: skip


def _over_fits(epoch: int, theme: Theme) -> dict[str, Any]:
    """From where on the held-out loss rises again."""
    return {
        "text": f"over-fits from epoch {epoch} on", "x": epoch, "xanchor": "left", "xshift": 6,
        "yref": "paper", "y": 1, "yanchor": "top", "showarrow": False,
        "font": {"size": 12, "color": theme.quiet},
    }  # fmt: skip


def _bands(
    cell: Cell, moments: Sequence[Moment], metrics: pd.DataFrame, layers: int, theme: Theme
) -> list[_Band]:
    """From the top down."""
    epochs = [float(m.epoch) for m in moments]
    losses: list[_Curve] = []
    for column, name, color in (
        ("loss", "training", theme.quiet), ("held_out_loss", "held out", theme.ink),
    ):  # fmt: skip
        known = metrics[np.isfinite(metrics[column].to_numpy(dtype=float))]
        if len(known):
            losses.append(_Curve(name, known["epoch"].tolist(), known[column].tolist(), color))
    radii: list[_Curve] = [
        _Curve(cell.signal(key).symbol, epochs, [m.radius[key] for m in moments], theme.hue(key))
        for key in moments[0].radius
    ]
    ink = theme.hue("p")
    text: list[_Curve] = [
        _Curve("memorised", epochs, [m.memorised for m in moments], theme.hue("c")),
        _Curve("in a loop", epochs, [m.looped for m in moments], theme.quiet),
    ]
    entropy = [_Curve("entropy", epochs, [m.entropy for m in moments], ink)]
    saturated = [_Curve("saturated", epochs, [m.saturated for m in moments], ink)]
    what = "gates" if cell.key != "rnn" else "states"
    of_layer = ", layer 1" * (layers > 1)
    return [
        *([_Band("loss, nats a word", False, losses, from_zero=False)] if losses else []),
        _Band("share of what it writes by itself", True, text),
        _Band("entropy of its expectation, bits", False, entropy),
        _Band(f"saturated {what}", True, saturated),
        _Band(f"spectral radius of the recurrent weights{of_layer}", False, radii),
    ]


def _curve(curve: _Curve, axis: str, *, percent: bool) -> go.Scatter:
    shown = "%{y:.0%}" if percent else "%{y:.2f}"
    # Between checkpoints that were not kept side by side nothing was measured: no solid line.
    measured = all(b - a <= 1 for a, b in zip(curve.x[:-1], curve.x[1:], strict=True))
    line = {"color": curve.color, "width": 2.2 if measured else 1.4}
    return go.Scatter(
        x=curve.x, y=curve.y, name=curve.name, xaxis="x", yaxis=f"y{axis}",
        mode="lines+markers" if len(curve.x) <= 40 else "lines",
        line=line | {"dash": "solid" if measured else "dot"}, marker={"size": 6},
        hovertemplate=f"{curve.name} {shown}<extra></extra>",
    )  # fmt: skip


def _names(band: _Band, axis: str) -> list[dict[str, Any]]:
    """The name of each curve beside its end, apart from the others, and a thin line to it."""
    low, high = band.range()
    pixels = ROW / (high - low)
    ends = [float(curve.y[-1]) for curve in band.curves]
    names = spaced(ends, NAME / pixels)
    return [
        {
            "text": curve.name, "xref": "paper", "x": 1, "xanchor": "left", "ax": BESIDE,
            "yref": f"y{axis}", "y": end, "ay": (end - name) * pixels, "showarrow": True,
            "arrowhead": 0, "arrowwidth": 1, "arrowcolor": curve.color,
            "font": {"size": 12, "color": curve.color},
        }
        for curve, end, name in zip(band.curves, ends, names, strict=True)
    ]  # fmt: skip


def _marks(over_fits_from: int | None, chosen: int, theme: Theme) -> list[dict[str, Any]]:
    line = {"type": "line", "yref": "paper", "y0": 0, "y1": 1}
    marks = [line | {"x0": chosen, "x1": chosen, "line": {"color": theme.selection, "width": 2}}]
    if over_fits_from is not None:
        dotted = {"color": theme.quiet, "width": 1, "dash": "dot"}
        marks.append(line | {"x0": over_fits_from, "x1": over_fits_from, "line": dotted})
    return marks


def describe_over_epochs(moments: Sequence[Moment], best: int | None) -> str:
    """The same in a sentence or two."""
    first, last = moments[0], moments[-1]
    text = (
        f"From epoch {first.epoch} to {last.epoch} the memorised share goes from"
        f" {first.memorised:.0%} to {last.memorised:.0%}, the entropy from {first.entropy:.1f} to"
        f" {last.entropy:.1f} bits, saturation from {first.saturated:.0%} to {last.saturated:.0%}."
    )
    return text + (f" Held-out loss is lowest at epoch {best}." if best is not None else "")
