"""How trainings on an exercise went, and how far back each cell remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.axis import spaced
from rnnexplorer.figures.style import Theme, base_layout, percent, theme_of, with_alpha
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.exercise_results import Score

#: What a cell of a comparison is drawn in: the hue of the signal that carries its memory, and the
#: dash. A SimpleRNN of another size has the hue of the SimpleRNN.
LOOKS = MappingProxyType(
    {"rnn": ("h", "solid"), "matched": ("h", "dot"), "gru": ("n", "solid"), "lstm": ("c", "solid")}
)

#: Pixels.
HEIGHT, LOSS_HEIGHT = 340, 220
MARGIN = {"l": 56, "r": 158, "t": 12, "b": 52}
NAME_HEIGHT = 17

#: How much a single training shows through behind the mean.
FAINT = 0.35

#: Losses are drawn as the mean of so many steps: each step has other examples.
SMOOTHED = 20


def accuracy(
    scores: Sequence[Score], chance: float, between: str, theme: str = "light"
) -> go.Figure:
    """Share of right answers against distance: thin a training each, thick their mean.

    Bars are the interval of the mean, see `Score.interval`. The traces are named by the key of
    their cell; the trace of a single training by the key and its seed.

    Args:
        scores: of the cells.
        chance: share that is right by guessing, drawn as a dotted line.
        between: what lies between, in the plural.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    distances, names = scores[0].distances, _names(scores, colors)
    top = max(1.04, *(note["y"] + 0.03 for note in names))  # names at 100% need room above it
    room = max(0.02 * float(distances[-1] - distances[0]), 0.5)
    layout: dict[str, Any] = base_layout(colors) | {
        "height": HEIGHT,
        "margin": MARGIN,
        "hovermode": "x unified",
        "xaxis": _axis(f"{between} in between", colors)
        | {"range": [float(distances[0]) - room, float(distances[-1]) + room]},
        "yaxis": _axis("right answers", colors)
        | {"range": [-0.03, top], "tickformat": ".0%", "dtick": 0.25, "gridcolor": colors.rule,
           "showgrid": True},
        "annotations": [*names, _chance_name(chance, colors)],
        "shapes": [_chance_line(chance, colors)],
    }  # fmt: skip
    thin = [line for score in scores for line in _each_training(score, colors)]
    return go.Figure([*thin, *(_mean(score, colors) for score in scores)], layout)


def losses(curves: Mapping[str, Array], last: int | None = None, theme: str = "light") -> go.Figure:
    """Loss over the steps of training, one line a training, each the mean of its last steps.

    Args:
        curves: [S, steps] of each cell, by its key in `LOOKS`.
        last: the step at which the axis ends; None is where the curves do.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    drawn = [
        go.Scatter(
            x=np.arange(1, len(row) + 1), y=smoothed(row), name=key, mode="lines",
            line={"color": colors.hue(LOOKS[key][0]), "dash": LOOKS[key][1],
                  "width": 2.0 if len(rows) == 1 else 1.3},
            hovertemplate="%{y:.3f} nats<extra></extra>" if len(curves) == 1 else None,
            hoverinfo=None if len(curves) == 1 else "skip",
        )
        for key, rows in curves.items()
        for row in rows
    ]  # fmt: skip
    layout: dict[str, Any] = base_layout(colors) | {
        "height": LOSS_HEIGHT,
        "margin": MARGIN,
        "hovermode": "x unified",
        "xaxis": _axis("steps of training", colors)
        | {"rangemode": "tozero"}
        | ({} if last is None else {"range": [0, last]}),
        "yaxis": _axis("loss, nats per answer", colors)
        | {"rangemode": "tozero", "gridcolor": colors.rule, "showgrid": True},
    }
    return go.Figure(drawn, layout)


def smoothed(values: Array) -> Array:
    """[steps]: the mean of each value and up to `SMOOTHED` - 1 before it."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - SMOOTHED, 0)
    mean: Array = (total[ends] - total[starts]) / (ends - starts)
    return mean


def describe_accuracy(scores: Sequence[Score], between: str) -> str:
    """The ends of the curves in a sentence."""
    first, last = scores[0].distances[0], scores[0].distances[-1]
    told = ", ".join(
        f"{s.name} {percent(float(s.mean[0]))} and {percent(float(s.mean[-1]))}" for s in scores
    )
    return f"Right answers with {first} and with {last} {between} in between: {told}."


def describe_losses(curves: Mapping[str, Array]) -> str:
    """Where the curves begin and end."""
    told = ", ".join(
        f"{key} from {np.mean([smoothed(row)[0] for row in rows]):.2f}"
        f" to {np.mean([smoothed(row)[-1] for row in rows]):.2f}"
        for key, rows in curves.items()
    )
    return f"Loss over training, mean of all seeds, nats per answer: {told}."


def _each_training(score: Score, theme: Theme) -> list[go.Scatter]:
    color = with_alpha(theme.hue(LOOKS[score.key][0]), FAINT)
    return [
        go.Scatter(
            x=score.distances, y=row, name=f"{score.key} {seed}", mode="lines",
            line={"color": color, "dash": LOOKS[score.key][1], "width": 1.2}, hoverinfo="skip",
        )
        for seed, row in zip(score.seeds, score.shares, strict=True)
    ]  # fmt: skip


def _mean(score: Score, theme: Theme) -> go.Scatter:
    key, dash = LOOKS[score.key]
    low, high = score.interval
    return go.Scatter(
        x=score.distances, y=score.mean, name=score.key, mode="lines+markers",
        line={"color": theme.hue(key), "dash": dash, "width": 2.6}, marker={"size": 5},
        error_y={"type": "data", "symmetric": False, "array": high - score.mean,
                 "arrayminus": score.mean - low, "thickness": 1.2, "width": 3},
        customdata=np.stack([low, high], axis=1),
        hovertemplate=f"{score.name} %{{y:.1%}} (%{{customdata[0]:.1%}} to"
        " %{customdata[1]:.1%})<extra></extra>",
    )  # fmt: skip


def _names(scores: Sequence[Score], theme: Theme) -> list[dict[str, Any]]:
    """Beside the right end of each curve."""
    plot = HEIGHT - MARGIN["t"] - MARGIN["b"]
    places = spaced([float(score.mean[-1]) for score in scores], NAME_HEIGHT * 1.07 / plot)
    return [
        {
            "text": f"{score.name}, {score.units}", "xref": "paper", "x": 1, "xanchor": "left",
            "xshift": 8, "y": place, "yanchor": "middle", "showarrow": False,
            "font": {"size": 13, "color": theme.hue(LOOKS[score.key][0])},
        }
        for score, place in zip(scores, places, strict=True)
    ]  # fmt: skip


def _chance_line(chance: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": chance, "y1": chance,
        "line": {"color": theme.quiet, "width": 1, "dash": "dot"}, "layer": "below",
    }  # fmt: skip


def _chance_name(chance: float, theme: Theme) -> dict[str, Any]:
    return {
        "text": f"guessing: {chance:.1%}", "xref": "paper", "x": 0, "xanchor": "left",
        "xshift": 4, "y": chance, "yanchor": "bottom", "showarrow": False,
        "font": {"size": 12, "color": theme.quiet},
    }  # fmt: skip


def _axis(title: str, theme: Theme) -> dict[str, Any]:
    return {
        "title": {"text": title, "font": {"size": 13, "color": theme.quiet}},
        "tickfont": {"size": 12, "color": theme.quiet}, "nticks": 7, "showgrid": False,
        "zeroline": False, "fixedrange": True,
    }  # fmt: skip
