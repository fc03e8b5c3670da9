"""Reading against writing: what each step costs, and how soon the two ways part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.axis import MARGIN_LEFT, word_axis, word_labels
from rnnexplorer.figures.style import Theme, base_layout, theme_of
from rnnexplorer.measures.paths import Paths, Shares

#: Pixels.
STEPS_HEIGHT = 316
SHARES_HEIGHT = 330
#: Bits that fill the axis of surprisal at least: a text known by heart surprises by less than one.
LEAST_BITS = 4.0
SHADE = 0.14
READING, WRITING = "reading the book, its guess is right", "writing, its word is the book's"


def steps(found: Paths, theme: str = "light") -> go.Figure:
    """Two rows of bars over the book's words: their surprisal, and the divergence.

    Args:
        found: of one place.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    x = range(len(found.book))
    bits = max(LEAST_BITS, 1.05 * float(found.surprisal.max()))
    rows = (
        ("surprisal", found.surprisal, "y", (0.55, 1.0), bits, "<b>surprise</b><br>book's word"),
        ("divergence", found.divergence, "y2", (0.0, 0.42), 1.0, "<b>distance</b><br>of the two"),
    )
    layout = base_layout(colors) | {
        "height": STEPS_HEIGHT,
        "margin": {"l": MARGIN_LEFT, "r": 44, "t": 22, "b": 72},
        "hovermode": "x unified",
        "hoversubplots": "axis",
        "bargap": 0.25,
        "xaxis": word_axis(found.book, x, colors, below="y2"),
        "annotations": word_labels(found.book, x, colors),
        "shapes": [],
    }
    bars = []
    for name, values, axis, domain, top, label in rows:
        bars.append(
            go.Bar(
                x=np.array(x), y=values, name=name, xaxis="x", yaxis=axis,
                marker={"color": colors.hue("p"), "line": {"width": 0}},
                hovertemplate="%{y:.2f} bits<extra>" + name + "</extra>",
            )
        )  # fmt: skip
        layout["yaxis" + axis[1:]] = _bits_axis(domain, top, colors)
        layout["annotations"].append(_row_label(label, sum(domain) / 2, colors))
    if found.parted is not None:
        layout["shapes"].append(
            {"type": "line", "xref": "x", "yref": "paper", "x0": found.parted - 0.5,
             "x1": found.parted - 0.5, "y0": 0, "y1": 1,
             "line": {"color": colors.ink, "width": 1.5, "dash": "dot"}}
        )  # fmt: skip
        layout["annotations"].append(
            {"text": "they part here", "xref": "x", "yref": "paper", "x": found.parted - 0.5,
             "y": 1, "yanchor": "bottom", "xanchor": "left", "showarrow": False,
             "font": {"size": 12, "color": colors.ink}}
        )  # fmt: skip
    return go.Figure(bars, layout)


def describe_steps(found: Paths) -> str:
    """The same in two sentences."""
    most = int(found.divergence.argmax())
    parted = (
        "What is written is the book to the end."
        if found.parted is None
        else f"What is written leaves the book at word {found.parted + 1}."
    )
    return (
        f"{parted} The book's words surprise by {found.surprisal.mean():.1f} bits on average; the"
        f" two expectations lie farthest apart, {found.divergence[most]:.2f} bits, at word"
        f" {most + 1}."
    )


def over_places(
    parts: Mapping[str, tuple[Shares, float]], common: str, theme: str = "light"
) -> go.Figure:
    """Curves by step, a panel for each text: right while reading, the book's while writing.

    Args:
        parts: by the name of the text, its shares and the share of its words that are `common`.
        common: the most common word, which could always be guessed.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    layout = base_layout(colors) | {
        "height": SHARES_HEIGHT,
        "margin": {"l": 60, "r": 16, "t": 62, "b": 52},
        "hovermode": "x unified",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.12, "yanchor": "bottom"},
        "annotations": [],
    }
    drawn: list[Any] = []
    width = (1 - 0.08 * (len(parts) - 1)) / len(parts)
    for number, (name, (shares, base)) in enumerate(parts.items()):
        axis = "" if number == 0 else str(number + 1)
        left = number * (width + 0.08)
        layout[f"xaxis{axis}"] = {
            "domain": [left, left + width], "anchor": f"y{axis}", "fixedrange": True,
            "title": {"text": "words after the beginning"}, "showgrid": False, "zeroline": False,
        }  # fmt: skip
        layout[f"yaxis{axis}"] = {
            "anchor": f"x{axis}", "range": [-0.03, 1.05], "tickformat": ".0%", "fixedrange": True,
            "tickvals": [0, 0.25, 0.5, 0.75, 1], "gridcolor": colors.rule, "zeroline": False,
            "showticklabels": number == 0,
        }  # fmt: skip
        layout["annotations"].append(
            {"text": f"<b>{name}</b>", "xref": "paper", "yref": "paper", "x": left, "y": 1,
             "xanchor": "left", "yanchor": "bottom", "showarrow": False}
        )  # fmt: skip
        drawn += _curves(shares, base, common, axis, colors)
    return go.Figure(drawn, layout)


def _curves(shares: Shares, base: float, common: str, axis: str, colors: Theme) -> list[Any]:
    x = np.arange(1, len(shares.right) + 1)
    first = axis == ""
    where = {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}
    found: list[Any] = []
    for name, share, one_error, color, dash in (
        (READING, shares.right, shares.right_error, colors.hue("p"), None),
        (WRITING, shares.same, shares.same_error, colors.hue("h"), "dash"),
    ):
        error = 2 * one_error
        found.append(
            go.Scatter(
                x=[*x, *x[::-1]], y=[*(share + error), *(share - error)[::-1]], fill="toself",
                mode="lines", line={"width": 0}, opacity=SHADE, fillcolor=color, hoverinfo="skip",
                showlegend=False, **where,
            )
        )  # fmt: skip
        found.append(
            go.Scatter(
                x=x, y=share, name=name, mode="lines", legendgroup=name, showlegend=first,
                line={"color": color, "width": 2.5, "dash": dash},
                hovertemplate="%{y:.0%}<extra>" + name + "</extra>", **where,
            )
        )  # fmt: skip
    found.append(
        go.Scatter(
            x=x[[0, -1]], y=[base, base], name=f"always “{common}”", mode="lines",
            legendgroup="base", showlegend=first, hoverinfo="skip",
            line={"color": colors.quiet, "width": 1.5, "dash": "dot"}, **where,
        )
    )  # fmt: skip
    return found


def describe_over_places(parts: Mapping[str, tuple[Shares, float]]) -> str:
    """The same, a sentence for each text."""
    return " ".join(
        f"{name}: {shares.right.mean():.0%} of the guesses are right while it reads;"
        f" {shares.same[0]:.0%} of the first and {shares.same[-1]:.0%} of the last words that it"
        " writes are the book's."
        for name, (shares, _) in parts.items()
    )


def _bits_axis(domain: tuple[float, float], top: float, colors: Theme) -> dict[str, Any]:
    return {
        "domain": list(domain), "anchor": "x", "range": [0, top], "nticks": 4, "side": "right",
        "tickfont": {"size": 11, "color": colors.quiet}, "gridcolor": colors.rule,
        "zerolinecolor": colors.rule, "fixedrange": True,
    }  # fmt: skip


def _row_label(text: str, y: float, colors: Theme) -> dict[str, Any]:
    return {
        "text": f"{text}<br>in bits", "xref": "paper", "yref": "paper", "x": 0, "xshift": -10,
        "xanchor": "right", "y": y, "yanchor": "middle", "align": "right", "showarrow": False,
        "font": {"size": 13, "color": colors.hue("p")},
    }  # fmt: skip
