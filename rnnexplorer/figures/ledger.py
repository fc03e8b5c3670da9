"""The ledger drawn: kept and written add up to the state; which word wrote what is in it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.ledger_axes import clicked, layout_over, line_above
from rnnexplorer.figures.scales import pale, sequential
from rnnexplorer.figures.style import Theme, plain, theme_of
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.ledger import Items, Ledger
from rnnexplorer.signals import Cell
from rnnexplorer.traces import Array

#: Pixels.
HEIGHT, ITEMS_HEIGHT = 250, 150

#: Of a column. What is written is the narrower bar: where it works against what was kept it lies
#: over it, and both stay visible.
KEPT_WIDTH, WRITTEN_WIDTH = 0.78, 0.4

KEPT = {"lstm": "f·C₋", "gru": "z·h₋"}
WRITTEN = {"lstm": "i·g", "gru": "(1−z)·n"}


def kept_and_written(
    book: Ledger,
    cell: Cell,
    words: Sequence[str],
    steps: range,
    unit: int | None,
    theme: str = "light",
) -> go.Figure:
    """At every step a bar for what was kept and, from its end on, one for what was written.

    The second bar ends at the state, which is the line. Where a step did not start from the line
    of the step before (window memory), a dash marks what it started from.

    Args:
        book: of one unit or of units taken together, [T].
        cell: that it belongs to.
        words: of the whole trace.
        steps: the columns that are drawn.
        unit: whose it is; None is all units together.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    part = slice(steps.start, steps.stop)
    before, kept, written, intervened, state = (
        values[part]
        for values in (book.before, book.kept, book.written, book.intervened, book.state)
    )
    state_key, new_key = cell.memory, cell.candidate
    light = pale(sequential(colors, state_key)).stops[-1]
    x, meta = np.arange(steps.start, steps.stop), clicked(state_key, unit)
    drawn: list[Any] = [
        _bars("kept", x, 0 * kept, kept, KEPT_WIDTH, light, meta),
        _bars("written", x, kept, written, WRITTEN_WIDTH, colors.hue(new_key), meta),
    ]
    if intervened.any():
        drawn.append(
            _bars("intervened", x, kept + written, intervened, WRITTEN_WIDTH, colors.slate, meta)
        )
    if unit is not None and not np.allclose(before[1:], state[:-1]):
        drawn.append(_dashes(x, before, colors, meta))
    drawn.append(_state_line(cell, x, book, part, colors, meta))
    symbol = cell.signal(state_key).symbol
    layout = layout_over(words, steps, HEIGHT, colors)
    layout["annotations"] += [
        line_above(
            f"<span style='color:{light}'>■</span> kept, {KEPT[cell.key]}"
            f"   <span style='color:{colors.hue(new_key)}'>■</span> written, {WRITTEN[cell.key]}"
            f"   <span style='color:{colors.hue(state_key)}'><b>━</b></span> their sum, {symbol}"
        ),
        _beside(symbol, _whose(cell, unit), colors.hue(state_key)),
    ]
    return go.Figure(drawn, layout)


def describe_kept_and_written(
    book: Ledger, each: Ledger, words: Sequence[str], steps: range
) -> str:
    """The same in a sentence: how much was kept, and where most was written.

    Args:
        book: of one unit or of units taken together, [T].
        each: of that unit, [T], or of each of them, [T, H]. Taken together they count toward what
            is held after the step; what was held before has to be counted unit by unit.
        words: of the whole trace.
        steps: the columns that are drawn.
    """
    part = slice(steps.start, steps.stop)
    most = steps.start + int(np.abs(book.written[part]).argmax())
    held = np.abs(each.before[part]).sum()
    share = np.abs(each.kept[part]).sum() / held if held else 0.0
    over = f"{len(steps)} words" if len(steps) > 1 else "one word"
    return (
        f"Over {over} {share:.0%} of what was held before each is kept on average; most"
        f" is written at {words[most]} (step {most}), {number(book.written[most])}. At the last"
        f" word {number(book.state[steps.stop - 1])} is held."
    )


def written_when(
    items: Items,
    cell: Cell,
    words: Sequence[str],
    steps: range,
    unit: int | None,
    theme: str = "light",
) -> go.Figure:
    """What the state holds at a step, as a bar at every step that wrote a part of it.

    Args:
        items: of one unit, drawn as they are, or of units taken together, drawn as shares.
        cell: that they belong to.
        words: of the whole trace.
        steps: the columns that are drawn.
        unit: whose they are; None is all units together.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    key, new = cell.memory, cell.candidate
    values, older = _on_columns(items, steps)
    total, form = float(items.total), "%{y:.2f}"
    if unit is None:
        values, older, form = values / (total or 1.0), older / (total or 1.0), "%{y:.1%}"
    layout = layout_over(words, steps, ITEMS_HEIGHT, colors)
    layout["yaxis"] |= {"tickformat": ".0%" if unit is None else "", "nticks": 4}
    layout["annotations"] += [
        line_above(_split_of(items, cell, words, unit, older)),
        _beside(WRITTEN[cell.key], "written here,<br>still there", colors.hue(new)),
    ]
    bars = _bars(
        "written", np.arange(steps.start, steps.stop), 0 * values, values, WRITTEN_WIDTH,
        colors.hue(new), clicked(key, unit),
    )  # fmt: skip
    bars.update(hoverinfo=None, hovertemplate=f"{form} of it was written here<extra></extra>")
    return go.Figure(bars, layout)


def describe_written_when(items: Items, words: Sequence[str]) -> str:
    """The same in a sentence: the largest items first."""
    total = float(items.total)
    order = np.argsort(-np.abs(items.parts), kind="stable")[:4]
    told = ", ".join(f"{words[items.first + k]} {number(items.parts[k])}" for k in order.tolist())
    at = words[items.first + len(items.parts) - 1]
    return f"Of {number(total)} held at {at} the largest parts were written at: {told}."


# --- pieces --------------------------------------------------------------------------------------


def _bars(
    name: str, x: Any, base: Array, values: Array, width: float, color: str, meta: dict[str, Any]
) -> go.Bar:
    return go.Bar(
        x=x, y=values, base=base, width=width, name=name, meta=meta, hoverinfo="skip",
        marker={"color": color, "line": {"width": 0}},
    )  # fmt: skip


def _dashes(x: Any, before: Array, theme: Theme, meta: dict[str, Any]) -> go.Scatter:
    """What each step started from, where that is not the end of the line before it."""
    return go.Scatter(
        x=x, y=before, mode="markers", name="before", meta=meta, hoverinfo="skip",
        marker={"symbol": "line-ew-open", "size": 11, "color": theme.quiet, "line": {"width": 2}},
    )  # fmt: skip


def _state_line(
    cell: Cell, x: Any, book: Ledger, part: slice, theme: Theme, meta: dict[str, Any]
) -> go.Scatter:
    """The state; a hover on its column tells the whole account."""
    key = cell.memory
    symbol = cell.signal(key).symbol
    put = bool(book.intervened[part].any())
    columns = (book.before, book.kept, book.written, book.state, *[book.intervened] * put)
    told = np.array([[number(v) for v in values[part]] for values in columns]).T
    line = "<br>put by an intervention %{customdata[4]}" if put else ""
    return go.Scatter(
        x=x, y=book.state[part], mode="lines" if len(x) > 1 else "markers", name=key, meta=meta,
        line={"color": theme.hue(key), "width": 2.5, "shape": "hvh"}, customdata=told,
        hovertemplate="before %{customdata[0]}<br>kept %{customdata[1]}<br>written"
        f" %{{customdata[2]}}{line}<br><b>{symbol} %{{customdata[3]}}</b><extra></extra>",
    )  # fmt: skip


def _beside(symbol: str, name: str, color: str) -> dict[str, Any]:
    return {
        "text": f"<b style='font-size:17px'>{symbol}</b><br>{name}", "xref": "paper",
        "yref": "paper", "x": 0, "xshift": -10, "xanchor": "right", "y": 0.5, "yanchor": "middle",
        "align": "right", "showarrow": False, "font": {"size": 13, "color": color},
    }  # fmt: skip


def _whose(cell: Cell, unit: int | None) -> str:
    name = cell.signal(cell.memory).name
    return f"{name}<br>of unit {unit}" if unit is not None else f"{name}s<br>of all units,<br>sizes"


def _on_columns(items: Items, steps: range) -> tuple[Array, float]:
    """The items of the steps that are drawn, 0 where there is none; and the sum of the older."""
    values = np.zeros(len(steps))
    numbers = np.arange(items.first, items.first + len(items.parts))
    inside = (numbers >= steps.start) & (numbers < steps.stop)
    values[numbers[inside] - steps.start] = items.parts[inside]
    older = float(items.start) + float(items.parts[numbers < steps.start].sum())
    return values, older


def _split_of(
    items: Items, cell: Cell, words: Sequence[str], unit: int | None, older: float
) -> str:
    """The line above the bars: what is split, and what lies outside the columns."""
    at = plain(words[items.first + len(items.parts) - 1])
    symbol = cell.signal(cell.memory).symbol
    if unit is None:
        told, form = f"All that is held at “{at}”", f"{older:.0%}".replace("-", "−")
    else:
        told, form = (
            f"{symbol} of unit {unit} at “{at}”, {number(float(items.total))}",
            number(older),
        )
    rest = f"; {form} was written before these" if abs(older) > 5e-3 else ""
    return f"{told}, split by the word that wrote it{rest}"
