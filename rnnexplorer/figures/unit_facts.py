"""Small pictures of one unit: the words it pushes, its values, how long it remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.figures.axis import spaced
from rnnexplorer.figures.style import base_layout, plain, theme_of
from rnnexplorer.measures.arithmetic import signed
from rnnexplorer.measures.contribution import Push
from rnnexplorer.measures.distribution import Array
from rnnexplorer.signals import Signal

#: Pixels.
ROW = 22
HEIGHT = 190
#: Of the memory curve: names stand on the right, one so far below the other.
MEMORY_MARGIN = {"l": 46, "r": 88, "t": 10, "b": 38}
NAME = 15
#: Pixels up to which two ends lie on each other, and what breaks their tie without moving a name.
TOGETHER, TIE = 3, 1e-6
#: Half the width of the bars' axis, in longest bars: a number stands clear of the words beside it.
ROOM = 2.2


def pushed_words(
    up: Push, down: Push, vocabulary: Sequence[str], theme: str = "light"
) -> go.Figure:
    """Bars: the words that a positive h promotes most, above those that it suppresses most.

    Args:
        up: of `measures.contribution.pushed`.
        down: the same, of the suppressed words.
        vocabulary: the V words.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    ids = [*up.ids.tolist(), *down.ids.tolist()[::-1]]
    weights = np.concatenate((up.weight, down.weight[::-1]))
    rows = np.arange(len(ids))
    hues = [colors.hue("h") if weight > 0 else colors.slate for weight in weights]
    bars = go.Bar(
        x=weights,
        y=rows,
        orientation="h",
        marker={"color": hues},
        text=[signed(weight) for weight in weights],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    reach = ROOM * float(np.abs(weights).max())
    return go.Figure(
        bars,
        base_layout(colors)
        | {
            "height": ROW * len(ids) + 40,
            "margin": {"l": 96, "r": 24, "t": 4, "b": 36},
            "bargap": 0.3,
            "xaxis": {
                "range": [-reach, reach], "zeroline": True, "zerolinecolor": colors.quiet,
                "showgrid": False, "showticklabels": False, "fixedrange": True,
                "title": {"text": "added to the logit for h = 1", "font": {"size": 12}},
            },
            "yaxis": {
                "range": [len(ids) - 0.5, -0.5], "tickvals": rows, "fixedrange": True,
                "ticktext": [plain(vocabulary[k]) for k in ids], "showgrid": False,
                "zeroline": False,
            },
        },
    )  # fmt: skip


def describe_pushed(up: Push, down: Push, vocabulary: Sequence[str]) -> str:
    """The same in a sentence."""
    promoted = ", ".join(vocabulary[k] for k in up.ids[:5].tolist())
    suppressed = ", ".join(vocabulary[k] for k in down.ids[:5].tolist())
    return f"A positive h promotes {promoted}; it suppresses {suppressed}."


def value_spread(values: Array, signal: Signal, theme: str = "light") -> go.Figure:
    """How the values of one unit are spread over the whole text.

    Args:
        values: [N].
        signal: whose values they are.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    limits = signal.limits or (-float(np.abs(values).max()), float(np.abs(values).max()))
    counts, edges = np.histogram(values.astype(np.float32), bins=60, range=limits)
    bars = go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts / len(values),
        marker={"color": colors.hue(signal.key)},
        hovertemplate="%{y:.1%} of the words near %{x:.2f}<extra></extra>",
    )
    return go.Figure(
        bars,
        base_layout(colors)
        | {
            "height": HEIGHT,
            "margin": {"l": 40, "r": 12, "t": 6, "b": 38},
            "bargap": 0.05,
            "xaxis": {
                "range": list(limits),
                "fixedrange": True,
                "zeroline": False,
                "tickfont": {"size": 11, "color": colors.quiet},
                "title": {"text": f"{signal.symbol}, {signal.name}", "font": {"size": 12}},
            },
            "yaxis": {
                "showticklabels": False,
                "showgrid": False,
                "fixedrange": True,
                "title": {"text": "how often", "font": {"size": 12}},
            },
        },
    )


def memory_curve(
    left: Array, gate_half_life: float | None, key: str, theme: str = "light"
) -> go.Figure:
    """What is left of a push, step by step, beside what the gate alone would leave.

    Args:
        left: [K + 1], 1 at the push.
        gate_half_life: in steps; None for a cell without a keeping gate.
        key: of the pushed signal.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    steps = np.arange(len(left))
    drawn = [
        go.Scatter(
            x=steps,
            y=left,
            mode="lines+markers",
            marker={"size": 5},
            line={"color": colors.hue(key), "width": 2.5},
            hovertemplate="after %{x} words %{y:.0%} is left<extra></extra>",
        )
    ]
    curves = {"measured": (left, colors.hue(key))}
    if gate_half_life is not None:
        alone = 0.5 ** (steps / max(gate_half_life, 1e-6))
        drawn.append(
            go.Scatter(
                x=steps,
                y=alone,
                mode="lines",
                line={"color": colors.quiet, "width": 1.5, "dash": "dot"},
                hovertemplate="the gate alone: %{y:.0%}<extra></extra>",
            )
        )
        curves["gate alone"] = alone, colors.quiet
    last = _shown_steps(left)
    top = max(1.08, float(left[: last + 1].max()) * 1.08)
    return go.Figure(
        drawn,
        base_layout(colors)
        | {
            "height": HEIGHT,
            "margin": MEMORY_MARGIN,
            "annotations": _names(curves, last, top),
            "shapes": [
                {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5,
                 "line": {"color": colors.rule, "width": 1}}
            ],
            "xaxis": {
                "range": [-0.2, last + 0.2], "fixedrange": True, "showgrid": False,
                "zeroline": False, "tickfont": {"size": 11, "color": colors.quiet},
                "title": {"text": "words after the push", "font": {"size": 12}}, "nticks": 7,
            },
            "yaxis": {
                "range": [0, top],
                "tickvals": [0, 0.5, 1], "tickformat": ".0%", "fixedrange": True,
                "gridcolor": colors.rule, "tickfont": {"size": 11, "color": colors.quiet},
                "title": {"text": "what is left", "font": {"size": 12}},
            },
        },
    )  # fmt: skip


#: The curve is drawn until it stays below this, and for at least so many steps.
FORGOTTEN, LEAST_STEPS = 0.05, 8


def _shown_steps(left: Array) -> int:
    above = np.flatnonzero(left > FORGOTTEN)
    return int(min(max(above[-1] + 2, LEAST_STEPS), len(left) - 1))


def _names(
    curves: Mapping[str, tuple[Array, str]], last: int, top: float
) -> list[dict[str, object]]:
    """The name of each curve beside its end, apart from the other, and a thin line to it.

    Ends that lie on each other have their names in the order of the curves before them.
    """
    pixels = (HEIGHT - MEMORY_MARGIN["t"] - MEMORY_MARGIN["b"]) / top
    ends = [min(float(values[last]), top) for values, _ in curves.values()]
    before = [float(values[: last + 1].mean()) for values, _ in curves.values()]
    middle = sum(ends) / len(ends)
    together = (max(ends) - min(ends)) * pixels < TOGETHER
    beside = spaced([middle + TIE * b for b in before] if together else ends, NAME / pixels)
    return [
        {
            "text": name, "xref": "paper", "x": 1, "xanchor": "left", "ax": 12, "y": end,
            "ay": (end - at) * pixels, "showarrow": True, "arrowhead": 0, "arrowwidth": 1,
            "arrowcolor": color, "font": {"size": 12, "color": color},
        }
        for (name, (_, color)), end, at in zip(curves.items(), ends, beside, strict=True)
    ]  # fmt: skip
