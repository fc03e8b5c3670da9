"""Pictures that several lessons draw."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnnexplorer.figures import bars
from rnnexplorer.figures import matrices as figures
from rnnexplorer.figures.bars import Bar
from rnnexplorer.figures.matrices import Block
from rnnexplorer.measures import distribution
from rnnexplorer.pages import downloads, frame, lesson_form
from rnnexplorer.traces import Trace

QUIET = {"displayModeBar": False}


def matrices(lines: Sequence[Sequence[Block]], key: str, caption: str) -> None:
    """Matrices with their numbers, what to look for in them, and the numbers to take away.

    Args:
        lines: from the top.
        key: of the chart, and the name of its file.
        caption: one or two sentences.
    """
    st.plotly_chart(
        figures.matrices(lines, frame.theme()), theme=None, key=key, width="content",
        alt=figures.describe_matrices(lines), config=QUIET,
    )  # fmt: skip
    st.caption(caption, width=lesson_form.PROSE)
    with st.popover("Data", icon=":material/download:"):
        table = figures.table(lines)
        downloads.csv("Every number", table, key.replace("_", "-"))
        st.dataframe(table, height=260, hide_index=True)


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
            st.plotly_chart(
                bars.chart(shown, [bars.number(bar, count) for bar in shown], longest,
                           frame.theme()),
                theme=None, key=f"{key}_{number}", config=QUIET,
                alt=bars.describe_next_words(trace.vocabulary, row, None, count),
            )  # fmt: skip
