"""The words, the bars and the triangle of what each word hangs on, linked by the step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.components import words as strip
from rnnexplorer.figures import influence as figures
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.arithmetic import short_signed
from rnnexplorer.measures.influence import SIGNED, Row, Triangle
from rnnexplorer.pages import charts, frame, reading
from rnnexplorer.traces import Trace

BARS, TRIANGLE = "influence_bars", "influence_triangle"
#: The bars with the average over them: in a run of the page they may follow those without.
AVERAGED = "influence_bars_averaged"


@dataclass(frozen=True, eq=False)
class Asked:
    """What the page is about.

    Attributes:
        run: that made the trace.
        trace: the whole text.
        steps: those that are shown.
        target: the chosen word.
        kind: what is moved, one of `measures.influence.KINDS`.
        layer: of the states.
        of: what y is, `loss` (its log-probability) or `logit`.
    """

    run: runs.Run
    trace: Trace
    steps: range
    target: int
    kind: str
    layer: int
    of: str

    @property
    def reading_key(self) -> tuple[object, ...]:
        """What tells the reading from every other."""
        return reading.key_of(self.run, self.trace)

    @property
    def key(self) -> tuple[object, ...]:
        """Everything that the triangle depends on."""
        return (
            self.reading_key, self.steps, self.local_kind, self.layer, self.of, frame.theme()
        )  # fmt: skip

    @property
    def local_kind(self) -> str:
        """What the triangle shows: integrated gradients are those of one word alone."""
        return "signed" if self.kind == "integrated" else self.kind


def draw_words(asked: Asked, row: Row | None) -> None:
    """The strip: each earlier word shaded by how much the chosen one hangs on it."""
    theme, steps = frame.theme(), asked.steps
    part = slice(steps.start, steps.stop)
    values, readings = np.full(len(asked.trace), np.nan), [""] * len(asked.trace)
    if row is not None:
        for at, value in enumerate(row.amounts.tolist()):
            step = row.first + at
            values[step] = value
            share = f"{row.shares[at]:.1%} of the total"
            readings[step] = f"{short_signed(value)}, {share}" if asked.kind in SIGNED else share
    largest = 0.0 if row is None or not len(row.amounts) else float(np.abs(row.amounts).max())
    strip.words(
        strip.shaded(
            asked.trace.words[part], values[part].tolist(),
            figures.scale(asked.kind, largest, theme_of(theme)), readings[part],
            reading.words_given(asked.trace, asked.run) - steps.start, theme,
        ),
        key="influence_words",
        charts=[BARS, AVERAGED, TRIANGLE],
        selected=asked.target,
        first_step=steps.start,
        caption=f"Click a word to ask about it. Shaded: how much"
        f" “{asked.trace.words[asked.target]}” hangs on each word before it."
        f"{reading.underlined(asked.trace, asked.run)}",
        theme=theme,
        on_pick=lambda pick: frame.look(step=pick.step),
    )  # fmt: skip


def draw_bars(asked: Asked, row: Row, against: Row | None, average: Row | None) -> None:
    """The numbers of the chosen word, under the words."""
    key = (asked.key, asked.kind, asked.target, average is not None)
    figure, alt = _kept_bars(key, asked, row, against, average)
    charts.draw(figure, BARS if average is None else AVERAGED, alt)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_bars(
    key: object, _asked: Asked, _row: Row, _against: Row | None, _average: Row | None
) -> tuple[go.Figure, str]:
    words = _asked.trace.words
    figure = figures.bars(
        _row, words, _asked.steps, _asked.kind, _against, _average, frame.theme()
    )  # fmt: skip
    return figure, figures.describe_bars(_row, words, _asked.kind)


def draw_triangle(asked: Asked, triangle: Triangle) -> None:
    """All words against all; the same figure while only the chosen word changes."""
    figure, alt = _kept_triangle(asked.key, asked, triangle)
    charts.draw(figure, TRIANGLE, alt)


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept_triangle(key: object, _asked: Asked, _triangle: Triangle) -> tuple[go.Figure, str]:
    words, kind = _asked.trace.words, _asked.local_kind
    values = _triangle.of(kind, _asked.layer)
    figure = figures.triangle(values, words, _asked.steps, kind, frame.theme())
    return figure, figures.describe_triangle(values, words, _asked.steps, kind)
