"""One example of an exercise as a trained network reads it, step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer.components import words as strip
from rnnexplorer.exercise_data import BLANK, Example
from rnnexplorer.figures import exercise_reading as figures
from rnnexplorer.figures.scales import probability
from rnnexplorer.figures.style import percent, theme_of
from rnnexplorer.measures.distribution import Array, probabilities
from rnnexplorer.pages import charts, downloads, frame
from rnnexplorer.traces import Trace

if TYPE_CHECKING:
    from rnnexplorer.exercises import Training


#: A picture of fewer steps is not drawn over the whole page: its cells would be stripes. Pixels of
#: a column then, and of what stands beside the columns.
FEW, COLUMN, SIDES = 5, 120, 220


def draw(
    name: str, training: Training, example: Example, step: int, on_step: Callable[[int], None]
) -> None:
    """What is read, the states and the answers, and the answer at one step in a sentence.

    Args:
        name: part of the keys of what is drawn.
        training: whose network reads.
        example: what is read.
        step: that is looked at.
        on_step: is called with the step of a click.
    """
    chart, theme = f"{name}_states", frame.theme()
    trace, figure = _kept((training.setup, training.steps), example, theme, training)
    with st.container(key=f"{name}-block"):
        _words(name, chart, trace, example, step, on_step)
        st.markdown(answer_at(trace, example, step))
        narrow = len(trace) < FEW
        charts.draw(
            figure, chart, figures.describe(trace, example),
            SIDES + COLUMN * len(trace) if narrow else "stretch",
        )  # fmt: skip


@st.cache_resource(max_entries=128, show_spinner=False)
def _kept(
    key: object, example: Example, theme: str, _training: Training
) -> tuple[Trace, go.Figure]:
    """Made once for each choice: the same figure lets the chart stay in place."""
    from rnnexplorer import exercises  # imports torch

    trace = exercises.read(_training, example.given)
    return trace, figures.states_and_answers(trace, _training.setup.row, example, theme)


def _words(
    name: str,
    chart: str,
    trace: Trace,
    example: Example,
    step: int,
    on_step: Callable[[int], None],
) -> None:
    """The symbols that are read, shaded by how probable the right answer is where one is asked."""
    right = right_share(trace, example)
    theme = frame.theme()
    strip.words(
        strip.shaded(
            example.given, right.tolist(), probability(theme_of(theme)),
            ["" if np.isnan(p) else f"right answer {percent(p)}" for p in right], theme=theme,
        ),
        key=f"{name}_words",
        charts=[chart],
        selected=step,
        caption="Shaded: how probable the network thinks the right answer, where one is asked."
        " Click a step, or use the arrow keys.",
        theme=theme,
        on_pick=lambda pick: on_step(pick.step),
    )  # fmt: skip


def data(training: Training, example: Example, name: str) -> None:
    """What was read and answered at every step, and every signal, to be saved.

    Args:
        training: whose network reads.
        example: what is read.
        name: of the files, without what tells the example.
    """
    trace, _ = _kept((training.setup, training.steps), example, frame.theme(), training)
    read = "".join(symbol for symbol in example.given if symbol != BLANK)
    table = steps(trace, example)
    name = f"{name}-{training.steps}steps-{read}"
    downloads.csv("Every step", table, name)
    downloads.arrays("Every signal", trace, name)
    st.dataframe(table, height=260, hide_index=True)


def steps(trace: Trace, example: Example) -> pd.DataFrame:
    """A row per step: what was read, wanted and answered, and how probable the right answer was."""
    answered = [symbol for symbol, _ in figures.answers(trace, example)]
    return pd.DataFrame(
        {
            "step": np.arange(len(trace)),
            "read": list(example.given),
            "wanted": list(example.wanted),
            "answered": answered,
            "p_wanted": right_share(trace, example),
        }
    )


def right_share(trace: Trace, example: Example) -> Array:
    """[T]: probability of the right answer, NaN where none is asked."""
    probs = probabilities(trace.logits)
    index = {symbol: number for number, symbol in enumerate(trace.vocabulary)}
    return np.array([probs[t, index[s]] if s else np.nan for t, s in enumerate(example.wanted)])


def answer_at(trace: Trace, example: Example, step: int) -> str:
    """What the network answers at a step, and what would be right, as Markdown."""
    read = f"Step {step}, after `{example.given[step]}`: "
    wanted = example.wanted[step]
    if not wanted:
        return f"{read}nothing is asked."
    probs = probabilities(trace.logits[step])
    best = np.argsort(-probs, kind="stable")[:3]
    told = ", ".join(f"`{trace.vocabulary[k]}` {percent(float(probs[k]))}" for k in best)
    verdict = "right" if trace.vocabulary[best[0]] == wanted else f"wrong, right is `{wanted}`"
    return f"{read}**{verdict}**. It answers {told}."
