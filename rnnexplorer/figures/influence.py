"""Which earlier words a word hangs on: its bars, and the triangle of all words against all."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.axis import short
from rnnexplorer.figures.ledger_axes import MARGIN_BOTTOM, layout_over, line_above
from rnnexplorer.figures.scales import Scale, diverging, sequential
from rnnexplorer.figures.style import Theme, plain, theme_of
from rnnexplorer.measures.arithmetic import short as short_number
from rnnexplorer.measures.influence import SIGNED, SYMBOLS, Row
from rnnexplorer.traces import Array

#: Pixels.
BARS_HEIGHT, SMALLEST_ROW, LARGEST_ROW, HEIGHT = 110, 4, 22, 440
BARS_BOTTOM = 8

#: Pixels between the words and the rows: the peg of the chosen row stands there.
STANDOFF = 8

#: Of a column; what it is held against is a mark across it.
WIDTH, MARK = 0.6, 11

#: Words written beside the rows at most.
MOST_LABELS = 34

#: A limit taken from data leaves out this share of the largest values.
OUTLIERS = 0.01
SMALLEST_LIMIT = 1e-9


def hue_of(kind: str) -> str:
    """The hue of a kind: of a state its own; of a word that of h, by way of which it acts."""
    return "c" if kind == "c" else "h"


def scale(kind: str, limit: float, theme: Theme) -> Scale:
    """Sizes from nothing up, by their square root, so that the small are seen; signed to ±limit."""
    limit = max(limit, SMALLEST_LIMIT)
    if kind in SIGNED:
        return diverging(theme, hue_of(kind), limit)
    return sequential(theme, hue_of(kind), limit, root=2)


def bars(
    row: Row,
    words: Sequence[str],
    steps: range,
    kind: str,
    against: Row | None = None,
    average: Row | None = None,
    theme: str = "light",
) -> go.Figure:
    """What one word hangs on, a bar under each earlier word.

    Args:
        row: of the kind.
        words: of the whole text.
        steps: the columns that are drawn.
        kind: one of `measures.influence.KINDS`.
        against: another row of the same target, drawn as marks.
        average: what words hang on at these distances on average, drawn as a dotted line.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    hue = colors.hue(hue_of(kind))
    x, values = np.arange(steps.start, steps.stop), _on_columns(row, steps)
    layout = layout_over(words, steps, BARS_HEIGHT, colors)
    layout["height"] -= MARGIN_BOTTOM - BARS_BOTTOM
    layout["margin"]["b"] = BARS_BOTTOM
    layout["xaxis"]["showticklabels"] = False
    layout["yaxis"]["nticks"] = 4
    legend = f"<span style='color:{hue}'>■</span> {SYMBOLS[kind]} of “{plain(words[row.target])}”"
    drawn: list[Any] = [
        go.Bar(
            x=x, y=values, width=WIDTH, name=kind, meta={"signal": kind}, showlegend=False,
            marker={"color": np.where(values < 0, colors.slate, hue), "line": {"width": 0}},
            hovertemplate=f"{SYMBOLS[kind]} %{{y:.3g}}<extra></extra>",
        )
    ]  # fmt: skip
    if against is not None:
        drawn.append(
            go.Scatter(
                x=x, y=_on_columns(against, steps), mode="markers", name="against",
                meta={"signal": kind},
                marker={"symbol": "line-ew-open", "size": MARK, "color": colors.ink,
                        "line": {"width": 2}},
                hovertemplate=f"{SYMBOLS['signed']} %{{y:.3g}}<extra></extra>",
            )
        )  # fmt: skip
        legend += f"   ━ {SYMBOLS['signed']}, the local answer"
    if average is not None:
        alone = len(average.amounts) == 1  # a line needs two
        drawn.append(
            go.Scatter(
                x=x, y=_on_columns(average, steps), mode="markers" if alone else "lines",
                name="average", meta={"signal": kind}, marker={"color": colors.ink, "size": 5},
                line={"color": colors.ink, "width": 1.5, "dash": "dot"},
                hovertemplate="on average %{y:.3g}<extra></extra>",
            )
        )  # fmt: skip
        legend += "   ┄ on average over the text"
    layout["annotations"] = [line_above(legend)]
    return go.Figure(drawn, layout)


def describe_bars(row: Row, words: Sequence[str], kind: str) -> str:
    """The largest bars in a sentence."""
    order = np.argsort(-np.abs(row.amounts), kind="stable")[:4].tolist()
    if not order:
        return f"Nothing came before {words[row.target]}."
    told = ", ".join(f"{words[row.first + k]} {short_number(float(row.amounts[k]))}" for k in order)
    return f"{SYMBOLS[kind]} of {words[row.target]}, largest first: {told}."


def triangle(
    values: Array, words: Sequence[str], steps: range, kind: str, theme: str = "light"
) -> go.Figure:
    """All words against all: a row for the word that came, a column for a word before it.

    Args:
        values: [n, n], see `measures.influence.Triangle`.
        words: of the whole text.
        steps: the n steps.
        kind: one of `measures.influence.KINDS`.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors, n = theme_of(theme), len(steps)
    limit = _limit(values)
    shades = scale(kind, limit, colors)
    z = np.where(np.tri(n, k=-1, dtype=bool), values, np.nan).astype(np.float32)
    height = min(max(HEIGHT // n, SMALLEST_ROW), LARGEST_ROW) * n
    layout = layout_over(words, steps, height, colors) | {"hovermode": "closest"}
    layout["xaxis"] |= {"showline": True, "mirror": True, "linecolor": colors.rule}
    layout["yaxis"] = _targets_axis(words, steps, colors)
    layout["annotations"] += [
        line_above(f"Row: the word that came. Column: a word before it. Shade: {SYMBOLS[kind]}"),
        _limit_beside(limit, kind, colors),
        *_targets_beside(words, steps, colors),
    ]
    heatmap = go.Heatmap(
        z=z, x=np.arange(steps.start, steps.stop), y=np.arange(n), name=kind, yaxis="y",
        zmin=shades.low, zmax=shades.high, colorscale=shades.colorscale(), showscale=False,
        hoverongaps=False, meta={"signal": kind, "rows": list(steps)},
        hovertemplate="“%{x}” for “%{y}”: %{z:.3g}<extra></extra>",
    )  # fmt: skip
    return go.Figure(heatmap, layout)


def describe_triangle(values: Array, words: Sequence[str], steps: range, kind: str) -> str:
    """The same in a sentence: the strongest pair, and how near the diagonal all lies."""
    sizes = np.abs(values)
    if not sizes.any():
        return "Nothing matters for any of these words."
    target, source = divmod(int(sizes.argmax()), len(steps))
    pair = f"{words[steps[source]]} for {words[steps[target]]}"
    near = float(np.trace(sizes, offset=-1) / sizes.sum())
    return (
        f"{SYMBOLS[kind]} of {len(steps)} words against the words before them; the largest is"
        f" that of {pair}. {near:.0%} of all lies with the word right before."
    )


# --- pieces --------------------------------------------------------------------------------------


def _on_columns(row: Row, steps: range) -> Array:
    """The values of the steps that are drawn; not a number where there is none."""
    values = np.full(len(steps), np.nan)
    numbers = np.arange(row.first, row.first + len(row.amounts))
    inside = (numbers >= steps.start) & (numbers < steps.stop)
    values[numbers[inside] - steps.start] = row.amounts[inside]
    return values


def _limit(values: Array) -> float:
    """What gets the full hue: nearly the largest of the values that are not 0."""
    sizes = np.abs(values[values != 0])
    return float(np.quantile(sizes, 1 - OUTLIERS)) if len(sizes) else SMALLEST_LIMIT


def _targets_axis(words: Sequence[str], steps: range, theme: Theme) -> dict[str, Any]:
    """The words that came, from the top; a hover names them all, see `_targets_beside`."""
    return {
        "range": [len(steps) - 0.5, -0.5], "tickvals": np.arange(len(steps)),
        "ticktext": [short(words[step]) for step in steps],
        "showticklabels": len(steps) <= MOST_LABELS,
        "tickfont": {"size": 11, "color": theme.ink}, "ticks": "", "showgrid": False,
        "ticklabelstandoff": STANDOFF,
        "zeroline": False, "fixedrange": True, "showline": True, "mirror": True,
        "linecolor": theme.rule,
    }  # fmt: skip


def _targets_beside(words: Sequence[str], steps: range, theme: Theme) -> list[dict[str, Any]]:
    """Every so manieth of them as an annotation, for more rows than there is room for ticks."""
    if len(steps) <= MOST_LABELS:
        return []
    return [
        {
            "text": short(words[steps[k]]), "x": 0, "xref": "paper", "xanchor": "right",
            "xshift": -STANDOFF - 2, "y": k, "yref": "y", "yanchor": "middle", "showarrow": False,
            "font": {"size": 11, "color": theme.ink},
        }
        for k in range(0, len(steps), ceil(len(steps) / MOST_LABELS))
    ]  # fmt: skip


def _limit_beside(limit: float, kind: str, theme: Theme) -> dict[str, Any]:
    """What the fullest shade stands for, beside the triangle."""
    sign = "±" if kind in SIGNED else ""
    return {
        "text": f"{sign}{limit:.2g}", "xref": "paper", "yref": "paper", "x": 1, "xshift": 6,
        "y": 1, "xanchor": "left", "yanchor": "top", "showarrow": False,
        "font": {"size": 11, "color": theme.quiet},
    }  # fmt: skip
