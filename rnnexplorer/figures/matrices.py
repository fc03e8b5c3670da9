"""Small matrices with their numbers, side by side, as an equation is written: x · W = u."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnnexplorer.figures.scales import Scale, colors_of, diverging, pale, sequential
from rnnexplorer.figures.style import Theme, base_layout, plain, theme_of
from rnnexplorer.measures.arithmetic import number, signed
from rnnexplorer.measures.distribution import Array

#: Pixels: a cell; the room of an operator, of title and labels above a matrix; between lines, and
#: between lines that go on without titles; of a letter.
CELL_WIDTH, CELL_HEIGHT = 44, 25
OPERATOR = 26
TITLE, LABELS, BETWEEN, TIGHT = 22, 17, 20, 4
LETTER = 7.0
#: Letters of a word above a column; a longer one ends in dots.
LONGEST = 7


@dataclass(frozen=True, eq=False)
class Block:
    """One matrix.

    Attributes:
        title: what it is, such as "x₁ · one-hot"; empty where the names of the rows say it.
        entries: [R, C].
        key: the signal whose hue shades it, see `style.Theme.hue`.
        rows: what each row belongs to; empty where there is nothing to say.
        columns: what each column belongs to; empty where there is nothing to say.
        operator: written before it, such as "·" or "=".
        limit: the size of a value that gets the full hue; None is its own largest.
        gate: its values lie in 0…1, and none is negative.
        row: one that is marked as chosen.
        column: one that is marked as chosen.
        decimals: of its numbers.
    """

    title: str
    entries: Array
    key: str = "h"
    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    operator: str = ""
    limit: float | None = None
    gate: bool = False
    row: int | None = None
    column: int | None = None
    decimals: int = 2

    @property
    def size(self) -> tuple[float, float]:
        """Width with operator and row labels, height with title and column labels, in pixels."""
        rows, columns = self.entries.shape
        width = self.before + max(columns * CELL_WIDTH, LETTER * len(self.title))
        return width, self.above + rows * CELL_HEIGHT

    @property
    def before(self) -> float:
        """Pixels to the left of the first cell."""
        names = LETTER * max((len(name) for name in self.rows), default=0)
        return (OPERATOR if self.operator else 0) + names + (8 if self.rows else 0)

    @property
    def above(self) -> float:
        """Pixels above the first cell."""
        return (TITLE if self.title else 0) + (LABELS if self.columns else 0)

    def told(self, entry: float) -> str:
        """A number as it stands in its cell."""
        return number(entry) if self.decimals == 2 else signed(entry, self.decimals).lstrip("+")

    def scale(self, theme: Theme) -> Scale:
        """From a value to a shade; pale enough for the numbers on it."""
        own = max(float(np.abs(self.entries).max(initial=0.0)), 1e-6)
        limit = own if self.limit is None else self.limit
        if self.gate:
            return pale(sequential(theme, self.key, limit if self.limit else 1.0))
        return pale(diverging(theme, self.key, limit))


def matrices(lines: Sequence[Sequence[Block]], theme: str = "light") -> go.Figure:
    """Lines of matrices, each a heatmap named by its title, with the numbers in the cells.

    The layout's width is what they need; in less room they are drawn narrower.

    Args:
        lines: from the top, each from the left.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    placed = list(_placed(lines))
    width = max(x + block.size[0] for block, x, _ in placed)
    height = max(y + block.size[1] for block, _, y in placed)
    layout = base_layout(colors) | {
        "width": width + 4,
        "height": height + 4,
        "margin": {"l": 2, "r": 2, "t": 2, "b": 2},
        "xaxis": {"visible": False, "range": [0, width], "fixedrange": True},
        "yaxis": {"visible": False, "range": [height, 0], "fixedrange": True},
        "annotations": [],
        "shapes": [],
    }
    traces: list[go.Heatmap | go.Scatter] = []
    for block, x, y in placed:
        traces += _cells(block, x + block.before, y + block.above, colors)
        layout["annotations"] += _written(block, x, y, colors)
        layout["shapes"] += _frames(block, x + block.before, y + block.above, colors)
    return go.Figure(traces, layout)


def describe_matrices(lines: Sequence[Sequence[Block]]) -> str:
    """The same in sentences, a matrix each, row by row."""
    return " ".join(
        f"{block.operator} {block.title}: "
        + "; ".join(" ".join(block.told(entry) for entry in row) for row in block.entries.tolist())
        + "."
        for line in lines
        for block in line
    ).strip()


def table(lines: Sequence[Sequence[Block]]) -> pd.DataFrame:
    """Every number with its place, one a row."""
    return pd.DataFrame(
        [
            {"matrix": block.title, "row": r, "row_name": _name(block.rows, r), "column": c,
             "column_name": _name(block.columns, c), "value": block.entries[r, c]}
            for line in lines
            for block in line
            for r, c in np.ndindex(block.entries.shape)
        ]
    )  # fmt: skip


def _placed(lines: Sequence[Sequence[Block]]) -> Iterator[tuple[Block, float, float]]:
    """Each matrix with the left and the top of its room; those of a line share their middle."""
    top, names = 0.0, max((line[0].before for line in lines if not line[0].title), default=0.0)
    for place, line in enumerate(lines):
        if place:
            top += BETWEEN if any(block.title for block in line) else TIGHT
        # titles and labels stand above, so that it is the cells that are level
        above = max(block.above for block in line)
        below = max(block.size[1] - block.above for block in line)
        # the cells of lines without titles stand under each other, as rows of one table
        left = 0.0 if line[0].title else names - line[0].before
        for block in line:
            cells = block.size[1] - block.above
            yield block, left, top + above - block.above + (below - cells) / 2
            left += block.size[0] + 6
        top += above + below


def _cells(block: Block, x: float, y: float, theme: Theme) -> list[go.Heatmap | go.Scatter]:
    rows, columns = block.entries.shape
    across = x + CELL_WIDTH * np.arange(columns + 1)
    down = y + CELL_HEIGHT * np.arange(rows + 1)
    scale = block.scale(theme)
    _, inks = colors_of(block.entries.ravel(), scale, theme)
    heat = go.Heatmap(
        x=across, y=down, z=block.entries, name=block.title, zmin=scale.low, zmax=scale.high,
        colorscale=scale.colorscale(), showscale=False, hoverinfo="skip",
    )  # fmt: skip
    middles = np.meshgrid((across[:-1] + across[1:]) / 2, (down[:-1] + down[1:]) / 2)
    numbers = go.Scatter(
        x=middles[0].ravel(), y=middles[1].ravel(), mode="text", hoverinfo="skip",
        text=[block.told(entry) for entry in block.entries.ravel().tolist()],
        textfont={"size": 12, "color": inks}, name=f"numbers of {block.title}",
    )  # fmt: skip
    return [heat, numbers]


def _written(block: Block, x: float, y: float, theme: Theme) -> list[dict[str, object]]:
    """Operator, title, and what rows and columns belong to."""
    rows, columns = block.entries.shape
    left, top = x + block.before, y + block.above
    hue = theme.hue(block.key)
    found = [_label(block.title, left, y + TITLE / 2, hue, 13, "left")] if block.title else []
    if block.operator:
        middle = top + rows * CELL_HEIGHT / 2
        found.append(_label(block.operator, x + OPERATOR / 2, middle, theme.ink, 17, "center"))
    for k, name in enumerate(block.rows):
        at = top + (k + 0.5) * CELL_HEIGHT
        ink = hue if not block.title else theme.ink if k == block.row else theme.quiet
        found.append(_label(plain(name), left - 5, at, ink, 12, "right"))
    for k, name in enumerate(block.columns):
        at = left + (k + 0.5) * CELL_WIDTH
        ink = theme.ink if k == block.column else theme.quiet
        found.append(_label(plain(_short(name)), at, top - LABELS / 2, ink, 12, "center"))
    return found


def _label(text: str, x: float, y: float, color: str, size: int, anchor: str) -> dict[str, object]:
    return {
        "text": text, "x": x, "y": y, "showarrow": False, "xanchor": anchor, "yanchor": "middle",
        "font": {"size": size, "color": color}, "borderpad": 0,
    }  # fmt: skip


def _frames(block: Block, x: float, y: float, theme: Theme) -> list[dict[str, object]]:
    """A thin border, since cells near zero have the colour of the page; amber on what is chosen."""
    rows, columns = block.entries.shape
    right, bottom = x + columns * CELL_WIDTH, y + rows * CELL_HEIGHT
    found = [_frame(x, y, right, bottom, theme.rule, 1)]
    if block.row is not None:
        top = y + block.row * CELL_HEIGHT
        found.append(_frame(x, top, right, top + CELL_HEIGHT, theme.selection, 2))
    if block.column is not None:
        left = x + block.column * CELL_WIDTH
        found.append(_frame(left, y, left + CELL_WIDTH, bottom, theme.selection, 2))
    return found


def _frame(x0: float, y0: float, x1: float, y1: float, color: str, width: int) -> dict[str, object]:
    return {
        "type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1,
        "line": {"color": color, "width": width},
    }  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _name(names: Sequence[str], place: int) -> str:
    return names[place] if names else ""
