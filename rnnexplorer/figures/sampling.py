"""One draw as a picture: from the logits to the word, from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.ribbon import ribbon
from rnnexplorer.figures.style import SERIF, Theme, base_layout, plain, small, theme_of, with_alpha
from rnnexplorer.measures.sampling import Stages

#: Words with a row of their own; all others share one or two.
WORDS = 13
#: Pixels.
ROW = 27
HEAD = 74
FOOT = 10
MARGIN_LEFT, MARGIN_RIGHT = 112, 92
BAR_SHARE = 0.6
#: Parts of the width: logit, divided, softmax, kept, the way to the line.
COLUMNS = ((0.0, 0.145), (0.185, 0.33), (0.37, 0.54), (0.585, 0.755), (0.765, 1.0))
#: Of the longest bar, room for its number.
NUMBER_ROOM = 1.3
#: Of the spread of the drawn logits, room beside the dots.
DOT_ROOM = (0.12, 0.75)
#: Of the last column, where the line of all words stands.
LINE = (0.66, 0.9)
FAINT, CLEAR, AMBER = 0.13, 0.3, 0.5


@dataclass(frozen=True)
class Row:
    """A word, or several that are too improbable for a row of their own.

    Attributes:
        start: rank of the first word, from 0.
        stop: one past the last.
        label: the word, or how many there are.
    """

    start: int
    stop: int
    label: str

    @property
    def single(self) -> bool:
        """It is one word."""
        return self.stop - self.start == 1


def rows_of(drawn: Stages, vocabulary: Sequence[str]) -> list[Row]:
    """The most probable words and the drawn one; what lies between and after them in groups.

    A group holds words of one fate only: kept, cut by top-p, or cut by top-k.
    """
    size = len(drawn.order)
    alone = {*range(min(WORDS, size)), drawn.place}
    starts = {rank for k in alone for rank in (k, k + 1)} | {drawn.kept, drawn.by_k}
    edges = [*sorted(rank for rank in starts if rank < size), size]
    rows = []
    for start, stop in pairwise(edges):
        count = f"{stop - start:,} {'more' if stop == size else 'words'}"
        single = stop - start == 1  # one word in a gap needs no number
        rows.append(Row(start, stop, vocabulary[drawn.order[start]] if single else count))
    return rows


def pipeline(drawn: Stages, vocabulary: Sequence[str], theme: str = "light") -> go.Figure:
    """The stages of a draw in five columns, one row a word.

    The traces are named by their stage: `logit`, `scaled`, `softmax`, `kept`; one trace `segment`
    per row is its part of the line from 0 to 1, `u` the random number. Dots of `logit` and `scaled`
    lie on scales of the same unit, so that a temperature is seen to spread or to squeeze them.

    Args:
        drawn: of `measures.sampling.stages`.
        vocabulary: the V words.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors, rows = theme_of(theme), rows_of(drawn, vocabulary)
    layout = base_layout(colors) | {
        "height": HEAD + ROW * len(rows) + FOOT,
        "margin": {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": HEAD, "b": FOOT},
        "hovermode": "closest",
        "annotations": [*_heads(drawn, colors), *_line_labels(drawn, vocabulary, rows, colors)],
        "yaxis": _word_axis(drawn, rows, colors),
        **_column_axes(drawn, rows),
    }
    return go.Figure(
        [
            *_dots(drawn, rows, "logit", drawn.logits, "x", colors),
            *_dots(drawn, rows, "scaled", drawn.scaled, "x2", colors),
            _bars(drawn, rows, "softmax", drawn.softmax, "x3", colors),
            _bars(drawn, rows, "kept", drawn.probs, "x4", colors),
            *_line(drawn, rows, colors),
            _random_number(drawn, rows, colors),
        ],
        layout,
    )


def describe_draw(drawn: Stages, vocabulary: Sequence[str]) -> str:
    """The same in a few sentences."""
    best = ", ".join(
        f"{vocabulary[k]} {p:.1%}"
        for k, p in zip(drawn.order[:5].tolist(), drawn.softmax[:5], strict=True)
    )
    return (
        f"At temperature {drawn.sampling.temperature:g} the most probable words are {best}."
        f" {drawn.kept:,} of {len(drawn.order):,} words are kept. The random number"
        f" {drawn.uniform:.2f} falls on {vocabulary[drawn.word]}, number {drawn.place + 1}, which"
        f" has {drawn.probs[drawn.place]:.1%} of what is kept."
    )


# --- columns -------------------------------------------------------------------------------------


def _dots(
    drawn: Stages, rows: Sequence[Row], name: str, values: np.ndarray, axis: str, theme: Theme
) -> list[go.Scatter]:
    """The scores of the single words; those that lie too far to the left are an arrow."""
    ranks = [row.start for row in rows if row.single and np.isfinite(values[row.start])]
    places = [k for k, row in enumerate(rows) if row.start in ranks and row.single]
    x = values[ranks]
    low = _dot_range(drawn, rows, values)[0]
    far = x < low
    numbers = name == "logit" or drawn.sampling.temperature > 0  # nothing is divided by 0
    return [
        go.Scatter(
            x=np.where(far, low, x), y=places, xaxis=axis, yaxis="y", name=name, cliponaxis=False,
            mode="lines+markers+text", line={"color": theme.rule, "width": 1.5},
            marker={
                "size": 9,
                "symbol": ["triangle-left" if out else "circle" for out in far],
                "color": [_color(drawn, rank, theme) for rank in ranks],
                "opacity": 1,
            },
            text=[f"  {_number(value)}" if numbers else "" for value in x],
            textposition="middle right",
            textfont={"size": 12, "color": theme.quiet},
            customdata=x, hoverinfo="skip",
        )
    ]  # fmt: skip


def _bars(
    drawn: Stages, rows: Sequence[Row], name: str, values: np.ndarray, axis: str, theme: Theme
) -> go.Bar:
    """Probabilities, in one row those of all the words it stands for."""
    sums = np.array([values[row.start : row.stop].sum() for row in rows])
    return go.Bar(
        x=sums, y=np.arange(len(rows)), orientation="h", width=BAR_SHARE, xaxis=axis, yaxis="y",
        name=name, cliponaxis=False, hoverinfo="skip",
        marker={
            "color": [
                _color(drawn, row.start, theme) if row.single else
                with_alpha(theme.hue("p"), CLEAR) if row.start < drawn.kept else theme.rule
                for row in rows
            ],
            "line": {"width": 0}, "cornerradius": 3,
        },
        text=[
            _cut(drawn, row) if name == "kept" and row.start >= drawn.kept else f"{p:.1%}"
            for row, p in zip(rows, sums, strict=True)
        ],
        textposition="outside", textfont={"size": 12, "color": theme.quiet},
    )  # fmt: skip


def _line(drawn: Stages, rows: Sequence[Row], theme: Theme) -> list[go.Scatter]:
    """The kept words in a line from 0 (top) to 1, each as long as it is probable."""
    found: list[go.Scatter] = []
    for place, row in enumerate(rows):
        start = float(drawn.cumulated[row.start - 1]) if row.start else 0.0
        stop = float(drawn.cumulated[row.stop - 1])
        if row.start >= drawn.kept:
            continue
        chosen = row.start <= drawn.place < row.stop
        hue = theme.selection if chosen else theme.hue("p")
        ends = (_height(start, rows), _height(stop, rows))
        band = ribbon((0.0, LINE[0]), (place - BAR_SHARE / 2, place + BAR_SHARE / 2), ends)
        block = ([LINE[0], LINE[1], LINE[1], LINE[0]], [ends[0], ends[0], ends[1], ends[1]])
        for (x, y), name, alpha in (
            (band, "ribbon", CLEAR if chosen else FAINT),
            (block, "segment", AMBER if chosen else (CLEAR, 0.55)[place % 2]),
        ):
            found.append(
                go.Scatter(
                    x=x, y=y, xaxis="x5", yaxis="y", mode="lines", fill="toself", name=name,
                    fillcolor=with_alpha(hue, alpha), line={"width": 0}, hoveron="fills",
                    text=f"{plain(row.label)}: {start:.2f} to {stop:.2f}", hoverinfo="text",
                    meta={"row": place, "from": start, "to": stop},
                )
            )  # fmt: skip
    return found


def _random_number(drawn: Stages, rows: Sequence[Row], theme: Theme) -> go.Scatter:
    y = _height(drawn.uniform, rows)
    return go.Scatter(
        x=[LINE[0] - 0.06, 1.0], y=[y, y], xaxis="x5", yaxis="y", mode="lines", name="u",
        line={"color": theme.selection, "width": 3}, hoverinfo="skip", cliponaxis=False,
        meta={"u": drawn.uniform},
    )  # fmt: skip


def _color(drawn: Stages, rank: int, theme: Theme) -> str:
    if rank == drawn.place:
        return theme.selection
    return theme.hue("p") if rank < drawn.kept else theme.rule


def _cut(drawn: Stages, row: Row) -> str:
    """What cut a row's words; without truncation only a low temperature can, by underflow."""
    if row.start >= drawn.by_k:
        return "cut: top-k"
    return "0.0%" if drawn.sampling.top_p is None else "cut: top-p"


def _height(share: float, rows: Sequence[Row]) -> float:
    """Where a share of the line lies among the rows."""
    return share * len(rows) - 0.5


# --- axes and words ------------------------------------------------------------------------------


def _dot_range(drawn: Stages, rows: Sequence[Row], values: np.ndarray) -> tuple[float, float]:
    """Both scales have the spread of the logits as their unit, and end at their largest value."""
    single = [row.start for row in rows if row.single]
    spread = max(float(drawn.logits[single[0]] - drawn.logits[single[-1]]), 1e-3)
    largest = float(values[0])
    return largest - (1 + DOT_ROOM[0]) * spread, largest + DOT_ROOM[1] * spread


def _column_axes(drawn: Stages, rows: Sequence[Row]) -> dict[str, Any]:
    sums = [
        max(float(values[row.start : row.stop].sum()) for row in rows)
        for values in (drawn.softmax, drawn.probs)
    ]
    ranges = (
        _dot_range(drawn, rows, drawn.logits),
        _dot_range(drawn, rows, drawn.scaled),
        *((0.0, longest * (1 + NUMBER_ROOM)) for longest in sums),
        (0.0, 1.0),
    )
    return {
        f"xaxis{number if number > 1 else ''}": {
            "domain": domain, "range": limits, "visible": False, "fixedrange": True, "anchor": "y",
        }
        for number, (domain, limits) in enumerate(zip(COLUMNS, ranges, strict=True), start=1)
    }  # fmt: skip


def _word_axis(drawn: Stages, rows: Sequence[Row], theme: Theme) -> dict[str, Any]:
    def written(row: Row) -> str:
        if not row.single:
            return small(row.label, theme)
        if row.start == drawn.place:
            return f"<b>{plain(row.label)}</b>"
        if row.start >= drawn.kept:
            return f"<span style='color:{theme.quiet}'><s>{plain(row.label)}</s></span>"
        return plain(row.label)

    return {
        "range": [len(rows) - 0.5, -0.5],
        "tickvals": list(range(len(rows))),
        "ticktext": [written(row) for row in rows],
        "tickfont": {"family": SERIF, "size": 16},
        "ticks": "",
        "ticklabelstandoff": 8,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }


def _heads(drawn: Stages, theme: Theme) -> list[dict[str, Any]]:
    """What each column is, above it."""
    asked, words = drawn.sampling, len(drawn.order)
    limits = [] if asked.top_k is None else [f"top-k {asked.top_k:,}"]
    limits += [] if asked.top_p is None else [f"top-p {asked.top_p:g}"]
    heat = asked.temperature
    count = f"all {words:,}<br>words" if drawn.kept == words else f"{drawn.kept:,} of<br>{words:,}"
    # Each in two short lines: on a narrow window a column has little room.
    apart = "closer<br>together" if heat > 1 else "further<br>apart" if heat < 1 else "the same"
    titles = (
        ("logit", "score of<br>each word"),
        (f"÷ T = {heat:g}", "the largest<br>alone" if heat == 0 else apart),
        ("softmax", "probability"),
        ("kept", "<br>".join(limits) or count),
        ("draw", "kept words<br>in a line"),
    )
    return [
        {
            "xref": "paper", "yref": "paper", "x": domain[0], "y": 1, "yshift": HEAD - 6,
            "xanchor": "left", "yanchor": "top", "showarrow": False, "align": "left",
            "text": f"<b>{title}</b><br>{small(told, theme)}",
            "font": {"size": 15, "color": theme.ink},
        }
        for (title, told), domain in zip(titles, COLUMNS, strict=True)
    ]  # fmt: skip


def _line_labels(
    drawn: Stages, vocabulary: Sequence[str], rows: Sequence[Row], theme: Theme
) -> list[dict[str, Any]]:
    """The ends of the line, and what the random number points at."""
    place = {"xref": "x5", "yref": "y", "xanchor": "left", "showarrow": False, "align": "left"}
    u, low = drawn.uniform, _height(drawn.uniform, rows)
    ends = [
        place | {"x": LINE[1], "xshift": 5, "y": _height(share, rows), "text": str(int(share)),
                 "font": {"size": 12, "color": theme.quiet}}
        for share in (0.0, 1.0) if abs(share - u) > 0.08
    ]  # fmt: skip
    face = SERIF.replace('"', "'")  # its own quotes would end the attribute
    word = plain(vocabulary[drawn.word])
    told = f'u = {u:.2f}<br><b style="font-family:{face};font-size:16px">{word}</b>'
    anchor = "top" if u < 0.08 else "bottom" if u > 0.92 else "middle"
    mark = place | {"x": 1.0, "xshift": 6, "y": low, "yanchor": anchor, "text": told,
                    "font": {"size": 14, "color": theme.ink}}  # fmt: skip
    return [*ends, mark]


def _number(value: float) -> str:
    """One decimal, with a real minus sign."""
    return f"{value:.1f}".replace("-0.0", "0.0").replace("-", "\N{MINUS SIGN}")
