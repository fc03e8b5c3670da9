"""One example of an exercise as a network reads it: its states, and its answers."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from rnnexplorer.exercise_data import Example, Exercise
from rnnexplorer.figures.panel import Panel, signal_panel
from rnnexplorer.figures.panels import MARGIN_BOTTOM, stacked
from rnnexplorer.figures.scales import probability
from rnnexplorer.figures.style import Theme, percent, plain, theme_of
from rnnexplorer.figures.view import View
from rnnexplorer.measures.distribution import probabilities
from rnnexplorer.traces import Trace

#: Pixels: a row of answers, and the room for the symbols below.
ANSWER_ROW, FOOT = 16, 36


def states_and_answers(
    trace: Trace, exercise: Exercise, example: Example, theme: str = "light"
) -> go.Figure:
    """The states of every unit above, below them the probability of each answer where one is asked.

    Heatmaps are named by their signal, `p` for the answers; the square `right` marks the right
    answer. Where an encoder hands over to a decoder there is a line.

    Args:
        trace: of `exercises.read`, of that example.
        exercise: whose example it is.
        example: what is read and wanted.
        theme: `light` or `dark`.

    Raises:
        ValueError: there is no such theme.
    """
    colors = theme_of(theme)
    keys = trace.cell.states
    view = View(keys=keys, next_words=0)
    symbols = possible_answers(exercise)
    stack = [signal_panel(trace, view, trace.cell.signal(key), colors) for key in keys]
    stack.append(_answers(trace, exercise, example, colors))
    figure = stacked(stack, trace.words, range(len(trace)), colors)
    figure.add_traces(_right(example, symbols, f"y{len(stack)}", colors))
    for row, symbol in enumerate(symbols):
        figure.add_annotation(
            text=plain(symbol), xref="paper", x=1, xanchor="left", xshift=6, y=-1 - row,
            yref=f"y{len(stack)}", yanchor="middle", showarrow=False,
            font={"size": 12, "color": colors.ink},
        )  # fmt: skip
    # Symbols are short: they stand upright, and need no room for words.
    figure.update_xaxes(tickangle=0, tickfont_size=14)
    figure.update_layout(height=figure.layout.height - MARGIN_BOTTOM + FOOT, margin_b=FOOT)
    if exercise.handed_over is not None:
        cut = exercise.handed_over - 0.5
        figure.add_shape(
            type="line", x0=cut, x1=cut, yref="paper", y0=0, y1=1,
            line={"color": colors.ink, "width": 1.5, "dash": "dot"},
        )  # fmt: skip
    return figure


def possible_answers(exercise: Exercise) -> list[str]:
    """The symbols that are ever right, in the order of the exercise."""
    if exercise.examples:
        wanted = {symbol for example in exercise.examples for symbol in example.wanted}
    else:  # drawn ones ask for any of their symbols sooner or later
        some = (exercise.drawn(1, number, exercise.nearest) for number in range(100))
        wanted = {symbol for example in some for symbol in example.wanted}
    return [symbol for symbol in exercise.symbols if symbol in wanted]


def answers(trace: Trace, example: Example) -> list[tuple[str, float]]:
    """The most probable symbol and its probability after each step; "" and 0 where none is asked.

    Args:
        trace: of `exercises.read`.
        example: of that trace.
    """
    probs = probabilities(trace.logits)
    best = probs.argmax(axis=1)
    return [
        (trace.vocabulary[best[t]], float(probs[t, best[t]])) if wanted else ("", 0.0)
        for t, wanted in enumerate(example.wanted)
    ]


def describe(trace: Trace, example: Example) -> str:
    """What is read, what is answered and what would be right."""
    told = "; ".join(
        f"step {t}: {symbol} ({percent(p)}), right is {example.wanted[t]}"
        for t, (symbol, p) in enumerate(answers(trace, example))
        if symbol
    )
    return f"Read: {' '.join(example.given)}. Answers: {told}."


def _answers(trace: Trace, exercise: Exercise, example: Example, theme: Theme) -> Panel:
    symbols = possible_answers(exercise)
    rows = exercise.numbers(symbols)
    probs = probabilities(trace.logits)[:, rows].T.astype(np.float32)
    asked = np.array([bool(wanted) for wanted in example.wanted])
    probs[:, ~asked] = np.nan
    text = np.array(
        [
            [f"{plain(symbol)} {percent(float(p))}" if p == p else "" for p in row]
            for symbol, row in zip(symbols, probs, strict=True)
        ]
    )
    return Panel(
        key="p",
        title="<b style='font-size:19px'>p</b><br>answer",
        note="",
        z=probs,
        y=-1 - np.arange(len(symbols)),
        scale=probability(theme),
        row_height=ANSWER_ROW,
        hover="<b>p</b> %{text}",
        meta={"signal": "p"},
        text=text,
    )


def _right(example: Example, symbols: list[str], axis: str, theme: Theme) -> list[go.Scatter]:
    """Squares on the right answers: ink within a rim of background, seen on any shade."""
    places = [(t, -1 - symbols.index(s)) for t, s in enumerate(example.wanted) if s]
    return [
        go.Scatter(
            x=[t for t, _ in places], y=[row for _, row in places], name=name, xaxis="x",
            yaxis=axis, mode="markers", hoverinfo="skip",
            marker={"symbol": "square-open", "size": 9, "color": color, "line": {"width": width}},
        )
        for name, color, width in (("rim", theme.background, 3.5), ("right", theme.ink, 1.5))
    ]  # fmt: skip
