"""Ways a text may go on, from left to right: a river that parts at every word."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.ribbon import ribbon
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
from rnnexplorer.tree import Tree

#: Pixels.
ROW = 24
MARGIN = {"l": 8, "r": 26, "t": 42, "b": 8}
#: Rows that a probability of 1 is thick.
THICKNESS = 4.5
#: Rows: a word needs one; what is drawn of all others after it; air around a thick branch.
OTHERS_ROWS, AIR = 0.62, 0.3
#: Rows: a thinner branch carries its word on top, so much above its edge.
INSIDE, ABOVE = 0.85, 0.36
#: Of a level's width: the word itself, the way to the stub of all others, and past the last word.
WORD, STUB, LAST = 0.46, 0.2, 0.78
#: Others as improbable as this, counted from the word before, have no stub.
SMALLEST_STUB = 0.005
#: Below it a number says nothing more.
RAREST = 1e-6
CLEAR, FAINT, AMBER = 0.22, 0.08, 0.55
#: What is asked after a word, above its level.
LEVELS = ("", "next word", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
          "ninth", "tenth", "eleventh", "twelfth")  # fmt: skip

Band = tuple[float, float]


def tree(found: Tree, taken: Collection[int] = (), theme: str = "light") -> go.Figure:
    """The tree with branches as thick as they are probable.

    The traces `branches` and `taken` hold a closed outline per branch, in the order of the nodes;
    `others` the stubs of all words without a node. Every point of `places` is a node, the root
    left out, with `customdata` its number, so that a click can go there.

    Args:
        found: of `branching.continuations`.
        taken: the nodes that the written text goes through; amber.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors, rows = theme_of(theme), _rows(found)
    depth = max(node.depth for node in found.nodes)
    middles = [(low + high) / 2 for low, high in rows]
    branches, stubs = _bands(found, rows, middles)
    layout = base_layout(colors) | {
        "height": MARGIN["t"] + round(ROW * rows[0][1]) + MARGIN["b"],
        "margin": MARGIN,
        "hovermode": "closest",
        "hoverdistance": 30,
        "annotations": _level_names(depth, colors),
        "xaxis": {"range": [0, depth + LAST], "visible": False, "fixedrange": True},
        "yaxis": {"range": [rows[0][1], rows[0][0]], "visible": False, "fixedrange": True},
    }
    normal = [k for k in range(len(found.nodes)) if k not in taken and k != 0]
    return go.Figure(
        [
            _filled("others", stubs, list(stubs), with_alpha(colors.hue("p"), FAINT)),
            _filled("branches", branches, normal, with_alpha(colors.hue("p"), CLEAR)),
            _filled("taken", branches, sorted(taken), with_alpha(colors.selection, AMBER)),
            _filled("root", branches, [0], with_alpha(colors.hue("p"), CLEAR)),
            _other_labels(found, stubs, colors),
            _labels(found, middles, taken, colors),
            _places(found, middles),
        ],
        layout,
    )


def describe_tree(found: Tree, taken: Collection[int] = ()) -> str:
    """The most probable ways in a sentence, and the one that was taken."""
    ends = [k for k in range(1, len(found.nodes)) if not found.children(k)]
    best = sorted(ends, key=lambda k: -found.nodes[k].reached)[:3]
    told = "; ".join(f"{' '.join(found.words(k))} {chance(found.nodes[k].reached)}" for k in best)
    text = f"A tree of {len(found.nodes) - 1} words after {found.given[-1]}. Most probable: {told}."
    if taken:
        last = max(taken)
        text += f" The text goes on with {' '.join(found.words(last))}"
        text += f" ({chance(found.nodes[last].reached)})."
    return text


# --- where things lie ----------------------------------------------------------------------------


def _rows(found: Tree) -> list[Band]:
    """From where to where a node and all that comes after it lie, in rows from the top."""
    heights = [0.0] * len(found.nodes)
    for k in reversed(range(len(found.nodes))):  # children before their parents
        own = max(1.0, THICKNESS * found.nodes[k].reached + AIR)
        heights[k] = max(own, _inner(found, heights, k))
    bands: list[Band] = [(0.0, heights[0])] * len(found.nodes)
    for k in range(len(found.nodes)):
        top = (bands[k][0] + bands[k][1] - _inner(found, heights, k)) / 2
        for child in found.children(k):
            bands[child] = (top, top + heights[child])
            top += heights[child]
    return bands


def _inner(found: Tree, heights: Sequence[float], number: int) -> float:
    """Rows of everything after a node."""
    return sum(heights[child] for child in found.children(number)) + _stub_rows(found, number)


def _stub_rows(found: Tree, number: int) -> float:
    """Rows of what is drawn of the words without a node."""
    node = found.nodes[number]
    if node.other is None or node.other < SMALLEST_STUB * node.reached:
        return 0.0
    return max(OTHERS_ROWS, THICKNESS * node.other + AIR)


def _bands(
    found: Tree, rows: Sequence[Band], middles: Sequence[float]
) -> tuple[dict[int, tuple[Any, Any]], dict[int, tuple[Any, Any]]]:
    """Outlines: of every branch with its word; and of the stub after every node that has one."""
    branches, stubs = {0: _word_box(found, 0, middles[0])}, {}
    for number, node in enumerate(found.nodes):
        edge = middles[number] - THICKNESS * node.reached / 2
        for child in found.children(number):
            thick = THICKNESS * found.nodes[child].reached
            middle = middles[child]
            way = ribbon(
                (node.depth + WORD, node.depth + 1.0),
                (edge, edge + thick),
                (middle - thick / 2, middle + thick / 2),
            )
            box = _word_box(found, child, middle)
            half = len(way[0]) // 2  # out along one edge, around the word, back along the other
            branches[child] = (
                [*way[0][:half], *box[0][1:3], *way[0][half:]],
                [*way[1][:half], *box[1][1:3], *way[1][half:]],
            )
            edge += thick
        if room := _stub_rows(found, number):
            thick = THICKNESS * (node.other or 0.0)
            middle = rows[found.children(number)[-1]][1] + room / 2  # under the last branch
            stubs[number] = ribbon(
                (node.depth + WORD, node.depth + WORD + STUB),
                (edge, edge + thick),
                (middle - thick / 2, middle + thick / 2),
            )
    return branches, stubs


def _word_box(found: Tree, number: int, middle: float) -> tuple[list[float], list[float]]:
    """The part of a branch that its word is written on."""
    node = found.nodes[number]
    half = THICKNESS * node.reached / 2
    x = (float(node.depth), node.depth + WORD)
    return [x[0], x[1], x[1], x[0]], [middle - half, middle - half, middle + half, middle + half]


# --- what is drawn -------------------------------------------------------------------------------


def _filled(
    name: str, outlines: dict[int, tuple[Any, Any]], numbers: Sequence[int], color: str
) -> go.Scatter:
    """Outlines as one trace; a line of a pixel keeps the thinnest branch in sight."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for number in numbers:
        x, y = outlines[number]
        xs += [*np.asarray(x, dtype=float).tolist(), None]
        ys += [*np.asarray(y, dtype=float).tolist(), None]
    return go.Scatter(
        x=xs, y=ys, name=name, mode="lines", fill="toself", fillcolor=color, hoverinfo="skip",
        line={"width": 1, "color": color},
    )  # fmt: skip


def _labels(
    found: Tree, middles: Sequence[float], taken: Collection[int], theme: Theme
) -> go.Scatter:
    def text(number: int) -> str:
        node = found.nodes[number]
        word = plain(node.word)
        if number == 0:
            return f"<b>{word}</b>"
        word = f"<b>{word}</b>" if number in taken else word
        return f"{word} {small(percent(node.p), theme)}"

    def height(number: int) -> float:
        """Within a thick branch, on top of a thin one: a line through a word would strike it."""
        half = THICKNESS * found.nodes[number].reached / 2
        return middles[number] - (half + ABOVE if 2 * half < INSIDE else 0.0)

    numbers = range(len(found.nodes))
    return go.Scatter(
        x=[found.nodes[k].depth + 0.02 for k in numbers], y=[height(k) for k in numbers],
        name="words",
        mode="text", text=[text(k) for k in numbers], textposition="middle right",
        textfont={"family": SERIF, "size": 16, "color": theme.ink}, hoverinfo="skip",
        cliponaxis=False,
    )  # fmt: skip


def _other_labels(found: Tree, stubs: dict[int, tuple[Any, Any]], theme: Theme) -> go.Scatter:
    shares = [(found.nodes[k].other or 0.0) / found.nodes[k].reached for k in stubs]
    ends = [outline[1][len(outline[1]) // 2 - 1 : len(outline[1]) // 2 + 1] for outline in
            stubs.values()]  # fmt: skip
    return go.Scatter(
        x=[found.nodes[k].depth + WORD + STUB + 0.01 for k in stubs],
        y=[float(np.mean(end)) for end in ends], name="other words", mode="text",
        text=[f"… {percent(share)}" for share in shares], textposition="middle right",
        textfont={"size": 11, "color": theme.quiet}, hoverinfo="skip",
        customdata=list(stubs),
    )  # fmt: skip


def _places(found: Tree, middles: Sequence[float]) -> go.Scatter:
    """Where a click goes on from a node: on its word."""
    numbers = range(1, len(found.nodes))
    nodes = [found.nodes[k] for k in numbers]
    clear = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=[node.depth + WORD / 3 for node in nodes], y=[middles[k] for k in numbers],
        name="places", mode="markers", marker={"size": 22, "opacity": 0},
        selected=clear, unselected=clear,
        customdata=list(numbers),
        text=[
            f"<b>{plain(node.word)}</b>, no. {node.rank:,} here: {node.p:.1%}<br>“… "
            f"{plain(' '.join(found.words(k)))}”: {chance(node.reached)}<br>Click to go on from"
            " here"
            for k, node in zip(numbers, nodes, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _level_names(depth: int, theme: Theme) -> list[dict[str, Any]]:
    return [
        {
            "x": level + 0.02, "y": 1, "yref": "paper", "yshift": 8, "yanchor": "bottom",
            "xanchor": "left", "showarrow": False, "text": LEVELS[level],
            "font": {"size": 12, "color": theme.quiet},
        }
        for level in range(1, depth + 1)
    ]  # fmt: skip


def chance(p: float) -> str:
    """A small probability as people say it: 12%, or 1 in 340,000."""
    if p >= 0.0005:
        return percent(p)
    if p < RAREST:
        return "less than 1 in a million"
    return f"1 in {float(f'{1 / p:.2g}'):,.0f}"
