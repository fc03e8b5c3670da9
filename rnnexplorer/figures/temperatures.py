"""The same random number at several temperatures: one line of words each, one mark through all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from rnnexplorer.figures.ribbon import ribbon
from rnnexplorer.figures.scales import readable_on, sequential
from rnnexplorer.figures.style import (
    SERIF,
    Theme,
    base_layout,
    percent,
    plain,
    small,
    theme_of,
    with_alpha,
)
from rnnexplorer.measures.sampling import Stages

#: Words with a piece of the line of their own; all others share the last piece.
WORDS = 40
#: Pixels.
ROW = 46
MARGIN = {"l": 62, "r": 168, "t": 30, "b": 26}
#: Of a row, the height of its line.
LINE_SHARE = 0.58
#: A piece shorter than this, as a share of the line, is not drawn by itself.
SHORTEST = 0.003
#: Letters; a word that would need smaller ones is left out.
WORD_SIZE, SMALLEST_WORD = 15, 13
#: Shades of the most probable word and of the last that differ.
FULLEST, PALEST, SHADES = 0.85, 0.16, 10
#: Words whose way from one temperature to the next is drawn.
FOLLOWED = 12
FAINT, AMBER = 0.1, 0.5


def temperatures(
    rows: Sequence[Stages], vocabulary: Sequence[str], chosen: float, theme: str = "light"
) -> go.Figure:
    """A line of words from 0 to 1 for each temperature, and where u falls into it.

    The bars of `line` hold a piece per word, the most probable first: `base` where it begins, `x`
    how long it is, `customdata` the temperature and the rank, 0 for the words that share a piece.

    Args:
        rows: of `measures.sampling.at_temperatures`, all with the same u.
        vocabulary: the V words.
        chosen: the temperature of the draw that is looked at.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    layout = base_layout(colors) | {
        "height": MARGIN["t"] + ROW * len(rows) + MARGIN["b"],
        "margin": MARGIN,
        "hovermode": "closest",
        "barmode": "overlay",
        "uniformtext": {"mode": "hide", "minsize": SMALLEST_WORD},
        "annotations": [
            *_drawn_words(rows, vocabulary, colors), *_heads(rows, colors),
        ],
        "xaxis": {
            "range": [0, 1], "tickvals": [0, 0.25, 0.5, 0.75, 1], "showgrid": False,
            "zeroline": False, "fixedrange": True, "tickfont": {"size": 12, "color": colors.quiet},
        },
        "yaxis": _temperature_axis(rows, chosen),
    }  # fmt: skip
    return go.Figure(
        [_ways(rows, colors), _lines(rows, vocabulary, colors), _mark(rows, colors)], layout
    )


def describe_temperatures(rows: Sequence[Stages], vocabulary: Sequence[str]) -> str:
    """The same in a sentence."""
    told = ", ".join(
        f"{vocabulary[row.word]} at {row.sampling.temperature:g} ({row.probs[row.place]:.1%})"
        for row in rows
    )
    return f"The random number {rows[0].uniform:.2f} draws {told}."


@dataclass(frozen=True)
class _Piece:
    """A part of a line: one word, or the words that share it, from the rank `first` on."""

    y: int
    row: Stages
    first: int
    last: int
    alone: bool

    @property
    def start(self) -> float:
        return float(self.row.cumulated[self.first - 1]) if self.first else 0.0

    @property
    def length(self) -> float:
        return float(self.row.cumulated[self.last]) - self.start

    def word(self, vocabulary: Sequence[str]) -> str:
        if self.alone:
            return plain(vocabulary[self.row.order[self.first]])
        return f"{self.last - self.first + 1:,} more"


def _pieces(y: int, row: Stages) -> list[_Piece]:
    """The pieces of one line; a drawn word far down it has one between the others'."""
    named = _named(row)
    alone = sorted({*range(named), row.place})
    found: list[_Piece] = []
    following = 0
    for rank in [*alone, row.kept]:
        if rank > following:
            found.append(_Piece(y, row, following, rank - 1, alone=False))
        if rank < row.kept:
            found.append(_Piece(y, row, rank, rank, alone=True))
        following = rank + 1
    return found


def _lines(rows: Sequence[Stages], vocabulary: Sequence[str], theme: Theme) -> go.Bar:
    """All pieces of all lines; Plotly leaves out the words that find no room in theirs.

    Words begin where their piece begins: in its middle the mark would strike many of them out.
    """
    pieces = [piece for y, row in enumerate(rows) for piece in _pieces(y, row)]
    words = [piece.word(vocabulary) for piece in pieces]
    colors = [_shade(piece, theme) for piece in pieces]
    inks = [_ink(piece, color, theme) for piece, color in zip(pieces, colors, strict=True)]
    return go.Bar(
        y=[piece.y for piece in pieces], base=[piece.start for piece in pieces],
        x=[piece.length for piece in pieces], orientation="h", width=LINE_SHARE, name="line",
        customdata=[
            [piece.row.sampling.temperature, piece.first + 1 if piece.alone else 0]
            for piece in pieces
        ],
        text=words, textposition="inside", insidetextanchor="start", textangle=0,
        insidetextfont={"family": SERIF, "size": WORD_SIZE, "color": inks},
        hovertext=[
            f"<b>{word}</b>, no. {piece.first + 1:,}" if piece.alone else f"{word} words"
            for word, piece in zip(words, pieces, strict=True)
        ],
        hovertemplate="%{hovertext}<br>%{x:.1%} at T = %{customdata[0]:g}<extra></extra>",
        marker={"color": colors, "line": {"width": 1, "color": theme.background}, "opacity": 1},
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _ink(piece: _Piece, background: str, theme: Theme) -> str:
    if not piece.alone:
        return theme.quiet
    return theme.ink if piece.first == piece.row.place else readable_on(background, theme)


def _named(row: Stages) -> int:
    """How many of the most probable words have a piece of their own."""
    long_enough = int((row.probs[: min(WORDS, row.kept)] >= SHORTEST).sum())
    return max(1, long_enough)


def _shade(piece: _Piece, theme: Theme) -> str:
    if piece.alone and piece.first == piece.row.place:
        return with_alpha(theme.selection, AMBER)
    paler = FULLEST - (FULLEST - PALEST) * piece.first / SHADES
    share = max(PALEST, paler) if piece.alone else PALEST / 2
    red, green, blue = (round(255 * c) for c in sequential(theme, "p").rgb(share))
    return f"#{red:02X}{green:02X}{blue:02X}"


def _ways(rows: Sequence[Stages], theme: Theme) -> go.Scatter:
    """Every other of the first words as a band from one line to the next."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for y in range(len(rows) - 1):
        above, below = rows[y], rows[y + 1]
        for rank in range(0, min(FOLLOWED, len(above.order)), 2):
            starts = [_ends(above, rank), _ends(below, rank)]
            down, across = ribbon(
                (y + LINE_SHARE / 2, y + 1 - LINE_SHARE / 2), starts[0], starts[1]
            )
            xs += [*across.tolist(), None]
            ys += [*down.tolist(), None]
    return go.Scatter(
        x=xs, y=ys, mode="lines", fill="toself", line={"width": 0}, hoverinfo="skip",
        fillcolor=with_alpha(theme.hue("p"), FAINT), name="ways",
    )  # fmt: skip


def _ends(row: Stages, rank: int) -> tuple[float, float]:
    return float(row.cumulated[rank - 1]) if rank else 0.0, float(row.cumulated[rank])


def _mark(rows: Sequence[Stages], theme: Theme) -> go.Scatter:
    u = rows[0].uniform
    return go.Scatter(
        x=[u, u], y=[-0.5, len(rows) - 0.5], mode="lines", name="u", hoverinfo="skip",
        line={"color": theme.selection, "width": 3}, cliponaxis=False,
    )  # fmt: skip


def _heads(rows: Sequence[Stages], theme: Theme) -> list[dict[str, Any]]:
    """Above the lines: what is to the left of them, and the random number."""
    u = rows[0].uniform
    place = {"yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    return [
        place | {"x": 0, "xref": "paper", "xshift": -10, "xanchor": "right", "text": "T",
                 "font": {"size": 13, "color": theme.quiet}},
        place | {"x": u, "text": f"u = {u:.2f}", "font": {"size": 14, "color": theme.ink},
                 "xanchor": "left" if u < 0.1 else "right" if u > 0.9 else "center"},
    ]  # fmt: skip


def _drawn_words(
    rows: Sequence[Stages], vocabulary: Sequence[str], theme: Theme
) -> list[dict[str, Any]]:
    """To the right of each line, the word that u draws from it."""
    return [
        {
            "xref": "paper", "x": 1, "xshift": 12, "xanchor": "left", "y": y, "align": "left",
            "showarrow": False, "font": {"family": SERIF, "size": 16, "color": theme.ink},
            "text": f"<b>{plain(vocabulary[row.word])}</b><br>" + small(
                f"{percent(row.probs[row.place])} · no. {row.place + 1:,} · {row.bits:.1f} bits",
                theme,
            ),
        }
        for y, row in enumerate(rows)
    ]  # fmt: skip


def _temperature_axis(rows: Sequence[Stages], chosen: float) -> dict[str, Any]:
    heats = [row.sampling.temperature for row in rows]
    return {
        "range": [len(rows) - 0.5, -0.5],
        "tickvals": list(range(len(rows))),
        "ticktext": [f"<b>T = {heat:g}</b>" if heat == chosen else f"{heat:g}" for heat in heats],
        "tickfont": {"size": 14},
        "ticks": "",
        "ticklabelstandoff": 6,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
