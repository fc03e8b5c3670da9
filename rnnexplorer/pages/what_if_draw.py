"""The sampling bench: one draw of the text, taken apart, and drawn otherwise on the same logits."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.components.words import Pick
from rnnexplorer.draws import Sampling
from rnnexplorer.figures import View
from rnnexplorer.figures import sampling as figures
from rnnexplorer.figures import temperatures as strips
from rnnexplorer.measures import sampling
from rnnexplorer.measures.sampling import TEMPERATURES, Stages
from rnnexplorer.pages import charts, downloads, frame, prompt, reading, states
from rnnexplorer.traces import Trace

#: The sliders' upper ends, unless the address asks for more.
HOT = 2.5
SMALLEST_P = 0.05
STRIPS = "bench_strips"
#: Of the address: what makes this draw another than the text's.
AS_WRITTEN = dict.fromkeys(("bench_temperature", "bench_top_k", "bench_top_p", "bench_u"))


def draw(run: runs.Run) -> None:
    """The words, one of their draws, and the same draw at other temperatures."""
    trace = prompt.written(run)
    if trace is None:
        return
    _bench(run, trace)


@st.fragment
def _bench(run: runs.Run, trace: Trace) -> None:
    """Everything that a click on a word and a slider change; no network runs for it."""
    frame.still_there(run)
    start, stop = states.steps_shown(run, trace)
    view = View(start=start, stop=stop)
    picked = states.picked(run, trace, view)
    states.draw_words(run, trace, view, picked, [], _take)
    step = picked.step
    asked, uniform = _asked(trace, step)
    controls = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    drawn = sampling.stages(trace.logits[step], asked, uniform)
    with controls:
        _controls(trace, asked, uniform)
    _headline(trace, step, drawn)
    _buttons(trace, step, drawn)
    _pictures(run, trace, step, drawn)
    frame.show_address()


def _take(pick: Pick) -> None:
    """Another word has a random number of its own; temperature and truncation stay."""
    frame.look(step=pick.step, bench_u=None)


# --- what is asked -------------------------------------------------------------------------------


def _asked(trace: Trace, step: int) -> tuple[Sampling, float]:
    """How the draw is made: as the text was written, but for what the bench changes."""
    look, origin = frame.current(), trace.origin
    heat = origin.temperature if look.bench_temperature is None else look.bench_temperature
    top_k = origin.top_k if look.bench_top_k is None else look.bench_top_k
    top_p = origin.top_p if look.bench_top_p is None else look.bench_top_p
    everything_k = top_k is None or top_k >= len(trace.vocabulary)
    everything_p = top_p is None or top_p == 1.0
    asked = Sampling(heat, None if everything_k else top_k, None if everything_p else top_p)
    uniform = sampling.uniform_after(trace, step)[0] if look.bench_u is None else look.bench_u
    return asked, uniform


def _controls(trace: Trace, asked: Sampling, uniform: float) -> None:
    """Temperature, truncation and random number of this one draw."""
    words = len(trace.vocabulary)
    _slider("Temperature of this draw", "bench_temperature", asked.temperature,
            trace.origin.temperature, 0.0, max(HOT, asked.temperature))  # fmt: skip
    st.session_state.bench_top_k = asked.top_k or words

    def take_k() -> None:
        count = st.session_state.bench_top_k
        frame.look(bench_top_k=None if count == (trace.origin.top_k or words) else count)

    st.number_input(
        "top-k", 1, words, key="bench_top_k", on_change=take_k, width=130,
        help=f"Only so many most probable words can be drawn; {words:,} is all.",
    )  # fmt: skip
    lowest = min(SMALLEST_P, asked.top_p or 1.0)
    _slider("top-p", "bench_top_p", asked.top_p or 1.0, trace.origin.top_p or 1.0, lowest, 1.0,
            "Only the fewest words that hold this share of the probability.")  # fmt: skip
    _slider("Random number u", "bench_u", uniform, None, 0.0, 1.0,
            "All words that can be drawn lie in a line from 0 to 1; u points at one.")  # fmt: skip


def _slider(
    label: str, field: str, value: float, written: float | None, low: float, high: float,
    told: str | None = None,
) -> None:  # fmt: skip
    """A number of the bench; what the text was written with is no change."""
    st.session_state[field] = float(value)

    def take() -> None:
        moved = round(float(st.session_state[field]), 2)
        frame.look(**{field: None if moved == written else moved})

    st.slider(label, low, high, key=field, step=0.01, on_change=take, help=told, width=190)


# --- what came of it -----------------------------------------------------------------------------


def _headline(trace: Trace, step: int, drawn: Stages) -> None:
    word = trace.vocabulary[drawn.word]
    came = trace.words[step + 1] if step + 1 < len(trace) else None
    told = f"After “{trace.words[step]}”: "
    if drawn.sampling.temperature == 0:
        told += f"at temperature 0 the most probable word comes, “{word}”"
    else:
        told += f"u = {drawn.uniform:.2f} falls on “{word}”"
    if came is not None and came != word:
        told += f"; the text has “{came}”"
    st.markdown(f"#### {told}")
    st.caption(_whose_number(trace, step))


def _whose_number(trace: Trace, step: int) -> str:
    """Where the random number comes from."""
    uniform, k = sampling.uniform_after(trace, step)
    number = f"number {k} of seed {trace.origin.seed}, u = {uniform:.2f}"
    if frame.current().bench_u is not None:
        return f"u is set by hand. The draw of this place has {number}."
    if step + 1 == len(trace):
        return f"The text ends here. One word more would be drawn with {number}."
    if step + 1 < trace.origin.prompt:
        return (
            f"“{trace.words[step + 1]}” was given, not drawn. Shown is what would be drawn here"
            f" with {number}, which the first written word has."
        )
    if trace.origin.temperature == 0:
        return f"The text was written at temperature 0; {number} had no part in it."
    return f"“{trace.words[step + 1]}” was drawn with {number}."


def _buttons(trace: Trace, step: int, drawn: Stages) -> None:
    """Take what the bench shows into the text; a fragment must ask for the rest of the page."""
    look, asked = frame.current(), drawn.sampling
    word, came = trace.vocabulary[drawn.word], trace.words[step + 1 : step + 2]
    changed = any(getattr(look, field) is not None for field in AS_WRITTEN)
    as_written = Sampling(trace.origin.temperature, trace.origin.top_k, trace.origin.top_p)
    with st.container(horizontal=True, gap="small"):
        if st.button(
            "As the text was written",
            icon=":material/undo:",
            disabled=not changed,
            key="bench_undo",
        ):
            frame.look(**AS_WRITTEN)
            st.rerun()
        if st.button(
            "Write the text with these settings", icon=":material/edit:", key="bench_write",
            disabled=asked == as_written,
            help="Temperature, top-k and top-p become those of the whole text.",
        ):  # fmt: skip
            frame.look(temperature=asked.temperature, top_k=asked.top_k, top_p=asked.top_p,
                       **AS_WRITTEN)  # fmt: skip
            st.rerun()
        if (word,) != came and st.button(
            f"Go on from “{word}”", icon=":material/arrow_forward:", key="bench_go",
            help="The text up to here and this word become the words to read.",
        ):  # fmt: skip
            frame.look(text=" ".join((*trace.words[: step + 1], word)), step=None, bench_u=None)
            st.rerun()


def _pictures(run: runs.Run, trace: Trace, step: int, drawn: Stages) -> None:
    theme, vocabulary = frame.theme(), trace.vocabulary
    key = (reading.key_of(run, trace), step, drawn.sampling, drawn.uniform)
    charts.draw(
        _kept_pipeline(key, theme, drawn, vocabulary),
        "bench_pipeline",
        figures.describe_draw(drawn, vocabulary),
    )
    st.caption(
        "From left to right: the network's scores, as they are and divided by the temperature, on"
        " scales of the same unit; the probabilities; those of the words that can be drawn; and"
        " these in a line from 0 to 1, where u, in amber, picks the word it falls on. Struck out:"
        " cut off."
    )
    st.markdown("##### The same u at other temperatures")
    rows = _kept_rows(key, drawn, trace.logits[step])
    event = charts.selectable(
        _kept_strips(key, theme, rows, vocabulary),
        STRIPS,
        strips.describe_temperatures(rows, vocabulary),
        "points",
    )
    _take_temperature(event, trace)
    st.caption(
        "Each line is the whole distribution at one temperature, the most probable word first. The"
        " order of the words never changes, only their shares do; so a colder draw with the same"
        " u can only move to a more probable word. Click a line to take its temperature."
    )
    with st.popover("Data", icon=":material/download:"):
        table = sampling.table(drawn, vocabulary)
        downloads.csv("Every word, stage by stage", table, f"{run.name}-draw-{step}")
        hot = sampling.temperature_table(rows, vocabulary)
        downloads.csv("The same u at each temperature", hot, f"{run.name}-temperatures-{step}")
        st.dataframe(hot, height=260, hide_index=True)


def _take_temperature(event: Any, trace: Trace) -> None:
    """A line that was clicked gives the draw its temperature."""
    heat = charts.clicked(event)
    if heat is not None:
        frame.look(bench_temperature=None if heat == trace.origin.temperature else heat)
        del st.session_state[STRIPS]
        st.rerun(scope="fragment")


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_pipeline(
    key: object, theme: str, _drawn: Stages, _vocabulary: tuple[str, ...]
) -> go.Figure:
    return figures.pipeline(_drawn, _vocabulary, theme)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_rows(key: object, _drawn: Stages, _logits: Any) -> list[Stages]:
    heats = sorted({*TEMPERATURES, _drawn.sampling.temperature})
    return sampling.at_temperatures(_logits, _drawn.sampling, _drawn.uniform, heats)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_strips(
    key: tuple[Any, ...], theme: str, _rows: list[Stages], _vocabulary: tuple[str, ...]
) -> go.Figure:
    return strips.temperatures(_rows, _vocabulary, key[2].temperature, theme)
