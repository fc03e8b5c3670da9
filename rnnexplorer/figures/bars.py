"""The next-word distribution of one step as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from rnnexplorer.figures.style import SERIF, base_layout, plain, tenths, theme_of
from rnnexplorer.measures.distribution import rank_of, top_words

#: Pixels.
ROW = 26
BAR_SHARE = 0.62

#: Room to the right of the longest bar for its number, as a share of that bar.
NUMBER_ROOM = 0.45


@dataclass(frozen=True)
class Bar:
    """A row: a word, its probability, its rank from 1, and whether it is the one that came."""

    word: str
    p: float
    rank: int
    came: bool


def next_words(
    vocabulary: Sequence[str],
    probs: NDArray[np.floating],
    came: str | None = None,
    theme: str = "light",
    count: int = 8,
) -> go.Figure:
    """Horizontal bars of the most probable next words, from the top down.

    Args:
        vocabulary: the V words.
        probs: [V], sums to 1.
        came: the word that came, in amber; if it is not among the most probable it gets a last
            row of its own with its rank.
        theme: `light` or `dark`.
        count: how many words.

    Raises:
        ValueError: `came` is not in the vocabulary, or there is no such theme.
    """
    bars = _bars(vocabulary, probs, came, count)
    return chart(bars, [number(bar, count) for bar in bars], max(bar.p for bar in bars), theme)


def chart(
    bars: Sequence[Bar], numbers: Sequence[str], longest: float, theme: str = "light"
) -> go.Figure:
    """The bars themselves.

    Args:
        bars: from the top down.
        numbers: what is written behind each.
        longest: the probability that the width is made for.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    layout = base_layout(colors) | {
        "height": ROW * len(bars) + 8,
        "margin": {"l": 8, "r": 8, "t": 4, "b": 4},
        "xaxis": {
            "visible": False,
            "range": [0, longest * (1 + NUMBER_ROOM)],
            "fixedrange": True,
        },
        "yaxis": {
            "range": [len(bars) - 0.5, -0.5],
            "tickvals": np.arange(len(bars)),
            "ticktext": [_label(bar) for bar in bars],
            "tickfont": {"family": SERIF, "size": 15},
            "ticks": "",
            "ticklabelstandoff": 6,
            "showgrid": False,
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
    }
    drawn = go.Bar(
        orientation="h",
        x=np.array([bar.p for bar in bars], dtype=np.float32),
        y=np.arange(len(bars)),
        width=BAR_SHARE,
        marker={
            "color": [colors.selection if bar.came else colors.hue("p") for bar in bars],
            "line": {"width": 0},
            "cornerradius": 3,
        },
        text=list(numbers),
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
        name="p",
    )
    return go.Figure(drawn, layout)


def describe_next_words(
    vocabulary: Sequence[str],
    probs: NDArray[np.floating],
    came: str | None = None,
    count: int = 8,
) -> str:
    """The same in one sentence."""
    bars = _bars(vocabulary, probs, came, count)
    listed = ", ".join(f"{bar.word} {bar.p:.1%}" for bar in bars if bar.rank <= count)
    text = f"The most probable next words: {listed}."
    for bar in bars:
        if bar.came:
            text += f" The word that came, {bar.word}, had {bar.p:.1%} and was number {bar.rank}."
    return text


def _bars(
    vocabulary: Sequence[str], probs: NDArray[np.floating], came: str | None, count: int
) -> list[Bar]:
    bars = [
        Bar(word, p, rank, word == came)
        for rank, (word, p) in enumerate(top_words(probs, vocabulary, count), start=1)
    ]
    if came is not None and not any(bar.came for bar in bars):
        if came not in vocabulary:
            raise ValueError(f"{came!r} is not one of the {len(vocabulary)} words of the model")
        index = list(vocabulary).index(came)
        bars.append(Bar(came, float(probs[index]), rank_of(probs, index), came=True))
    return bars


def _label(bar: Bar) -> str:
    return f"<b>{plain(bar.word)}</b>" if bar.came else plain(bar.word)


def number(bar: Bar, count: int) -> str:
    """A probability, with its rank where the word is not among the `count` likeliest."""
    rank = f"  no. {bar.rank}" if bar.rank > count else ""
    return f"{tenths(bar.p)}{rank}"
