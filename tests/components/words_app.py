"""A page that is only the strip, the heatmaps and what was picked: for test_strip_browser.py."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnnexplorer import figures, signals
from rnnexplorer.components.words import Pick, shaded, words
from rnnexplorer.traces import Origin, Trace

FIRST, STEPS, UNITS = 3, 20, 20
LARGEST = 160


@st.cache_resource
def make_trace() -> Trace:
    rng = np.random.default_rng(7)
    shape = (1, FIRST + STEPS, UNITS)
    vocabulary = (*(f"word{k}" for k in range(FIRST + STEPS - 1)), "<i>last</i>")
    return Trace(
        words=vocabulary,
        vocabulary=vocabulary,
        signals={s.key: rng.uniform(0, 1, shape).astype(np.float32) for s in signals.LSTM.signals},
        before={key: np.zeros(shape, np.float32) for key in signals.LSTM.states},
        initial={key: np.zeros((1, UNITS), np.float32) for key in signals.LSTM.states},
        logits=rng.normal(size=(shape[1], len(vocabulary))).astype(np.float32),
        origin=Origin("demo", "lstm", 0, "read", "stateful", None, 10),
    )


def remember(pick: Pick) -> None:
    state.pick = pick
    state.picks += 1
    state.step = pick.step
    if pick.unit is not None:
        state.unit = pick.unit


state = st.session_state
state.setdefault("step", 5)
state.setdefault("unit", 2)
state.setdefault("pick", None)
state.setdefault("picks", 0)
trace = make_trace()
theme = st.context.theme.type or "light"

st.set_page_config(layout="wide")
turned = st.toggle("turn the units over", key="turned")
with_strip = st.toggle("strip", value=True, key="strip")
view = figures.View(
    keys=("h", "c", "f"),
    start=FIRST,
    units=tuple(range(UNITS))[:: -1 if turned else 1],
    next_words=4,
)
if with_strip:
    tokens = trace.words[FIRST:]
    values = np.linspace(0, 1, STEPS)
    words(
        shaded(
            tokens,
            values,
            figures.probability(figures.theme_of(theme)),
            [f"value {value:.2f}" for value in values],
            written_from=10,
            theme=theme,
        ),
        key="words",
        charts=["panels", "unit"],
        selected=state.step,
        unit=state.unit,
        first_step=FIRST,
        caption="The darker, the later.",
        theme=theme,
        on_pick=remember,
    )
plain = {"displayModeBar": False}
st.plotly_chart(figures.panels(trace, view, theme), theme=None, key="panels", config=plain)
st.plotly_chart(
    figures.unit_lines(trace, 0, state.unit, theme=theme), theme=None, key="unit", config=plain
)
pick = state.pick
st.text(f"picks {state.picks}")
if pick is not None:
    st.text(f"step {pick.step} signal {pick.signal} unit {pick.unit} chart {pick.chart}")
st.html(f"<div style='height:{LARGEST}vh'>room to scroll</div>")
