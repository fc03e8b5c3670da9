"""A dose–response curve: what the next word does while one number of an edit is swept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from rnnexplorer.figures.axis import band_title, spaced
from rnnexplorer.figures.style import SERIF, Theme, base_layout, plain, theme_of
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.dose import Curves, largest_shift

#: Pixels.
TALL, LOW, GAP = 250, 104, 44
MARGIN = {"l": 62, "r": 120, "t": 44, "b": 56}

#: Room above the highest curve, as a share of its range.
PADDING = 0.06

#: Pixels between two names at the ends of lines.
NAME_HEIGHT = 18

#: A curve that is zero throughout has a range all the same: so many bits are not seen.
SMALLEST_RANGE = 1e-6


@dataclass(frozen=True)
class _Line:
    name: str
    y: Array
    color: str
    width: float


@dataclass(frozen=True)
class _Band:
    """One picture of the stack: its lines, and how its axis is written."""

    title: str
    lines: list[_Line]
    height: int
    limits: tuple[float, float]
    tick_format: str
    hover: str
    named: bool = False


def dose_curves(found: Curves, what: str, theme: str = "light") -> go.Figure:
    """Probabilities above, divergence below, on one axis of doses; names at the ends of lines.

    Args:
        found: the response.
        what: the axis of doses in words, such as "h of unit 41 at “sister”".
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    bands = _bands(found, colors)
    plot = sum(band.height for band in bands) + GAP * (len(bands) - 1)
    low, high = float(found.doses[0]), float(found.doses[-1])
    layout: dict[str, Any] = base_layout(colors) | {
        "height": plot + MARGIN["t"] + MARGIN["b"],
        "margin": MARGIN,
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "annotations": [],
        "shapes": [],
        "xaxis": {
            "anchor": f"y{len(bands)}", "range": [low, high], "fixedrange": True,
            "title": {"text": what, "font": {"size": 14}}, "nticks": 9, "showgrid": False,
            "zeroline": False, "unifiedhovertitle": {"text": "%{x:.2f}"},
        },
    }  # fmt: skip
    drawn: list[go.Scatter] = []
    top = float(plot)
    for place, band in enumerate(bands, start=1):
        axis = f"y{place}" if place > 1 else "y"
        layout[f"yaxis{axis[1:]}"] = {
            "domain": [max((top - band.height) / plot, 0.0), top / plot], "anchor": "x",
            "range": list(band.limits), "nticks": 5, "tickformat": band.tick_format,
            "tickfont": {"size": 11, "color": colors.quiet}, "gridcolor": colors.rule,
            "zeroline": False, "fixedrange": True,
        }  # fmt: skip
        layout["annotations"].append(band_title(band.title, top / plot, colors))
        if band.named:
            layout["annotations"] += _names(band, axis)
        drawn += [_curve(line, found.doses, band, axis) for line in band.lines]
        top -= band.height + GAP
    if found.natural is not None:
        layout["shapes"].append(_mark(found.natural, colors))
        layout["annotations"].append(_mark_name(found.natural, low, high, colors))
    return go.Figure(drawn, layout)


def _bands(found: Curves, theme: Theme) -> list[_Band]:
    hue = theme.hue("p")
    most = largest_shift(found).word
    words = [
        _Line(
            word, p, theme.ink if word == most else hue, 2.6 if word == most else 1.6
        )
        for word, p in zip(found.words, found.p.T, strict=True)
    ]  # fmt: skip
    bands = [
        _Band("probability of the next word, at temperature 1", words, TALL, _from_zero(found.p),
              ".0%", "%{y:.1%}", named=True),
        _Band("KL divergence from the untouched, bits", [_Line("KL", found.kl, hue, 2.0)], LOW,
              _from_zero(found.kl), "", "%{y:.2f} bits"),
    ]  # fmt: skip
    if found.h is not None:
        room = 2 * PADDING
        bands.append(
            _Band("h of the unit itself", [_Line("h", found.h, theme.hue("h"), 2.0)], LOW,
                  (-1.0 - room, 1.0 + room), "", "%{y:.2f}")
        )  # fmt: skip
    return bands


def _from_zero(values: Array) -> tuple[float, float]:
    """The limits of an axis that begins at nothing."""
    high = max(float(values.max()), SMALLEST_RANGE)
    return -high * PADDING / 2, high * (1 + PADDING)


def _curve(line: _Line, doses: Array, band: _Band, axis: str) -> go.Scatter:
    return go.Scatter(
        x=doses, y=line.y, name=line.name, xaxis="x", yaxis=axis, mode="lines",
        line={"color": line.color, "width": line.width},
        hovertemplate=f"{plain(line.name)} {band.hover}<extra></extra>",
    )  # fmt: skip


def _names(band: _Band, axis: str) -> list[dict[str, Any]]:
    """Beside the right end of each line."""
    apart = NAME_HEIGHT * (band.limits[1] - band.limits[0]) / band.height
    places = spaced([float(line.y[-1]) for line in band.lines], apart)
    return [
        {
            "text": plain(line.name), "xref": "paper", "x": 1, "xanchor": "left", "xshift": 8,
            "yref": axis, "y": place, "showarrow": False,
            "font": {"family": SERIF, "size": 15, "color": line.color},
        }
        for line, place in zip(band.lines, places, strict=True)
    ]  # fmt: skip


def _mark(natural: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line", "x0": natural, "x1": natural, "yref": "paper", "y0": 0, "y1": 1,
        "line": {"color": theme.selection, "width": 2}, "layer": "below",
    }  # fmt: skip


def _mark_name(natural: float, low: float, high: float, theme: Theme) -> dict[str, Any]:
    """What amber means, above the stack and away from the nearer edge of the picture."""
    right = natural > (low + high) / 2
    return {
        "text": f"untouched: {number(natural)}", "x": natural, "yref": "paper",
        "y": 1, "xanchor": "right" if right else "left", "yanchor": "bottom", "yshift": 20,
        "showarrow": False, "font": {"size": 12, "color": theme.quiet},
    }  # fmt: skip


def describe_dose_curves(found: Curves, what: str) -> str:
    """The ends of the curves in two sentences."""
    told = ", ".join(
        f"{word} from {p[0]:.1%} to {p[-1]:.1%}"
        for word, p in zip(found.words, found.p.T, strict=True)
    )
    most = int(found.kl.argmax())
    return (
        f"While {what} goes from {number(found.doses[0])} to {number(found.doses[-1])}, the"
        f" probability of the next word goes, of {told}. The divergence from the untouched is"
        f" largest at {number(found.doses[most])}: {found.kl[most]:.2f} bits."
    )
