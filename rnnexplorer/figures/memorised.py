"""Learned or memorised: how new the text is, and where the network beats counting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnexplorer.figures.style import base_layout, theme_of, with_alpha
from rnnexplorer.measures.arithmetic import signed
from rnnexplorer.measures.distribution import Array

#: Pixels.
HEIGHT = 340
ROW = 54
SHADE = 0.14


def novelty(
    orders: Sequence[int], written: Array, real: Array | None, theme: str = "light"
) -> go.Figure:
    """Share of n-grams that the training text does not have, against n.

    Args:
        orders: the n.
        written: of several texts by the network, [text, order]; their mean is drawn, and where the
            middle half of them lies.
        real: of text by the author that was not trained on, [order]; None if there is none.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    mean = np.nanmean(written, axis=0)
    low, high = np.nanquantile(written, [0.25, 0.75], axis=0)
    x = list(orders)
    band = go.Scatter(
        x=[*x, *x[::-1]], y=[*high, *low[::-1]], fill="toself", hoverinfo="skip",
        line={"width": 0}, fillcolor=with_alpha(colors.hue("p"), SHADE), mode="lines",
        showlegend=False,
    )  # fmt: skip
    drawn = [band, _line(x, mean, "written by the network", colors.hue("p"))]
    if real is not None:
        drawn.append(_line(x, real, "the author, not trained on", colors.quiet, dash="dot"))
    return go.Figure(
        drawn,
        base_layout(colors)
        | {
            "height": HEIGHT,
            "margin": {"l": 60, "r": 24, "t": 36, "b": 52},
            "hovermode": "x unified",
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {
                "title": {"text": "n, words in a row"}, "dtick": 1, "fixedrange": True,
                "showgrid": False, "zeroline": False, "range": [x[0] - 0.2, x[-1] + 0.2],
            },
            "yaxis": {
                "title": {"text": "share that is new"}, "range": [-0.03, 1.05],
                "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1], "fixedrange": True,
                "gridcolor": colors.rule, "zeroline": False,
            },
        },
    )  # fmt: skip


def describe_novelty(orders: Sequence[int], written: Array, real: Array | None) -> str:
    """The same in a sentence, for the n in the middle."""
    middle = len(orders) // 2
    text = (
        f"Of {orders[middle]} words in a row, {np.nanmean(written[:, middle]):.0%} are new in what"
        " the network writes"
    )
    return text + (f"; {real[middle]:.0%} in the author's own text." if real is not None else ".")


def novelty_by(
    axis: str, table: pd.DataFrame, real: float | None, order: int, theme: str = "light"
) -> go.Figure:
    """Share of new n-grams for one n, over temperatures or epochs.

    Args:
        axis: what is varied, in words.
        table: a row for each of its values: a column of that name, `new_{order}_grams`, the mean
            share of several texts, and `error`, its standard error.
        real: of the author's own text; None if there is none.
        order: the n.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    x = table[axis].tolist()
    line = _line(x, table[f"new_{order}_grams"].to_numpy(), f"new {order}-grams", colors.hue("p"))
    line.error_y = {"array": 2 * table["error"], "thickness": 1.2, "color": colors.hue("p")}
    figure = go.Figure(
        line,
        base_layout(colors)
        | {
            "height": HEIGHT - 60,
            "margin": {"l": 60, "r": 24, "t": 16, "b": 52},
            "xaxis": {
                "title": {"text": axis}, "tickvals": x, "fixedrange": True, "showgrid": False,
                "zeroline": False,
            },
            "yaxis": {
                "title": {"text": f"new {order}-grams"}, "range": [-0.03, 1.05],
                "tickformat": ".0%", "tickvals": [0, 0.5, 1], "fixedrange": True,
                "gridcolor": colors.rule, "zeroline": False,
            },
        },
    )  # fmt: skip
    if real is not None:
        figure.add_hline(
            y=real, line={"color": colors.quiet, "dash": "dot", "width": 1.5},
            annotation={"text": "the author, not trained on", "font": {"color": colors.quiet},
                        "xanchor": "left", "x": 0, "yanchor": "bottom"},
        )  # fmt: skip
    return figure


def wins_and_losses(table: pd.DataFrame, against: str, theme: str = "light") -> go.Figure:
    """Bars: bits saved against counting, by how often the word was seen in training.

    Args:
        table: of `measures.word_by_word.by_frequency`.
        against: the name of the n-gram model.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    rows = np.arange(len(table))
    gain = table["gain"].to_numpy()
    reach = 1.35 * float(np.nanmax(np.abs(gain) + 2 * table["error"].fillna(0).to_numpy()))
    names = [f"{g}<br>{n:,} words" for g, n in zip(table["group"], table["words"], strict=True)]
    return go.Figure(
        go.Bar(
            x=gain,
            y=rows,
            orientation="h",
            error_x={"array": 2 * table["error"], "color": colors.ink, "thickness": 1.2},
            marker={"color": [colors.hue("h") if g > 0 else colors.slate for g in gain]},
            hovertemplate="%{x:+.2f} bits a word<extra></extra>",
        ),
        base_layout(colors)
        | {
            "height": ROW * len(table) + 80,
            "margin": {"l": 140, "r": 24, "t": 34, "b": 46},
            "bargap": 0.35,
            "xaxis": {
                "range": [-reach, reach], "zeroline": True, "zerolinecolor": colors.quiet,
                "gridcolor": colors.rule, "fixedrange": True,
                "title": {"text": "bits a word"},
            },
            "yaxis": {
                "tickvals": rows, "ticktext": names, "range": [len(table) - 0.5, -0.5],
                "showgrid": False, "fixedrange": True, "zeroline": False,
            },
            "annotations": [
                _side(f"← the {against} is better", 0.0, "left", colors.quiet),
                _side("the network is better →", 1.0, "right", colors.hue("h")),
            ],
        },
    )  # fmt: skip


def describe_wins(table: pd.DataFrame, against: str) -> str:
    """The same in a sentence."""
    told = ", ".join(
        f"{group} {signed(gain)}" for group, gain in zip(table["group"], table["gain"], strict=True)
    )
    return f"Bits a word that the network saves against the {against}: {told}."


def _side(text: str, x: float, anchor: str, color: str) -> dict[str, object]:
    return {
        "xref": "paper", "yref": "paper", "x": x, "y": 1, "yanchor": "bottom", "xanchor": anchor,
        "showarrow": False, "text": text, "font": {"size": 13, "color": color},
    }  # fmt: skip


def _line(
    x: Sequence[float], y: Array, name: str, color: str, dash: str | None = None
) -> go.Scatter:
    return go.Scatter(
        x=x, y=y, name=name, mode="lines+markers", marker={"size": 7},
        line={"color": color, "width": 2.5, "dash": dash},
        hovertemplate=f"{name}: %{{y:.1%}}<extra></extra>",
    )  # fmt: skip
