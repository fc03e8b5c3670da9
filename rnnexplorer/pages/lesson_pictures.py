"""Pictures that several lessons draw."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from rnnexplorer.components import words as strip
from rnnexplorer.figures import bars, sequential, theme_of
from rnnexplorer.figures import matrices as figures
from rnnexplorer.figures.bars import Bar
from rnnexplorer.figures.matrices import Block
from rnnexplorer.measures import distribution
from rnnexplorer.measures.loops import Loop
from rnnexplorer.pages import charts, downloads, frame, lesson_form
from rnnexplorer.traces import Trace

#: Of the hue, one round of a loop and the next.
ROUNDS = (0.7, 0.3)


def matrices(lines: Sequence[Sequence[Block]], key: str, caption: str) -> None:
    """Matrices with their numbers, what to look for in them, and the numbers to take away.

    Args:
        lines: from the top.
        key: of the chart, and the name of its file.
        caption: one or two sentences.
    """
    figure = figures.matrices(lines, frame.theme())
    whole(figure, key, figures.describe_matrices(lines))
    st.caption(caption, width=lesson_form.PROSE)
    downloads.data("Every number", figures.table(lines), key.replace("_", "-"))


def whole(figure: go.Figure, key: str, alt: str) -> None:
    """A chart at its own width; in less room it scrolls, since its words would overlap.

    Args:
        figure: with a width.
        key: of the chart.
        alt: what it shows, in sentences.
    """
    with st.container(key=f"whole-{key}"):
        charts.draw(figure, key, alt, int(figure.layout.width))


def expected(traces: Sequence[Trace], key: str, count: int) -> None:
    """The next words after some texts, side by side on one scale.

    Args:
        traces: of the texts.
        key: of the charts, each with its number.
        count: words after each.
    """
    probs = [distribution.probabilities(trace.logits[-1:])[0] for trace in traces]
    longest = max(float(row.max()) for row in probs)
    for number, column in enumerate(st.columns(len(traces), width=lesson_form.PROSE)):
        trace, row = traces[number], probs[number]
        ranked = distribution.top_words(row, trace.vocabulary, count)
        shown = [Bar(word, p, rank, came=False) for rank, (word, p) in enumerate(ranked, start=1)]
        with column:
            st.markdown(f"after “{' '.join(trace.words)}”")
            charts.draw(
                bars.chart(
                    shown, [bars.number(bar, count) for bar in shown], longest, frame.theme()
                ),
                f"{key}_{number}",
                bars.describe_next_words(trace.vocabulary, row, None, count),
            )


def looping(trace: Trace, found: Loop | None, key: str) -> None:
    """The words of a text that was written, the rounds of its loop in two shades.

    Args:
        trace: given and written words.
        found: in the written ones; None where they fall into none.
        key: of the strip.
    """
    given, blank = trace.origin.prompt, float("nan")
    shades, readings = [blank] * len(trace), [""] * len(trace)
    if found is not None:
        for place in range(found.length):
            step, number = given + found.start + place, place // found.period
            shades[step], readings[step] = ROUNDS[number % 2], f"round {number + 1}"
    theme = frame.theme()
    scale = sequential(theme_of(theme), "p")
    strip.words(
        strip.shaded(trace.words, shades, scale, readings, given, theme),
        key=key,
        charts=[],
        caption="Underlined: written by the network."
        + ("" if found is None else " Shaded: the rounds of its loop, one after the other."),
        theme=theme,
    )
