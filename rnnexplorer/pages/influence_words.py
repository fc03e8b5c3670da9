"""One word of one's own text replaced: how far apart both versions are from there on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import remembering, runs
from rnnexplorer.components import words as strip
from rnnexplorer.corpus import CorpusError, split_words
from rnnexplorer.figures import change as figures
from rnnexplorer.figures.scales import sequential
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import change as measures
from rnnexplorer.measures import lag
from rnnexplorer.measures.change import Change
from rnnexplorer.pages import (
    charts,
    downloads,
    frame,
    influence_models,
    knobs,
    prompt,
    reading,
    states,
    texts,
)
from rnnexplorer.settings import Text
from rnnexplorer.traces import Array, Trace

CHART = "change_apart"
#: Words offered instead.
OFFERED = 5
KINDS = {"word": Text(longest=60)}


@dataclass(frozen=True, eq=False)
class _Usual:
    """What a change does on average over the text of a run.

    Attributes:
        whole: the distance of the states at two unrelated places.
        curves: bits and relative distance by the words later; None without a text.
        told: what `whole` is the distance of.
    """

    whole: float
    curves: tuple[Array, Array] | None
    told: str


def draw(run: runs.Run) -> None:
    """The words, the other word, and what becomes of it."""
    values = knobs.values(KINDS)
    trace = prompt.traced(run)
    if trace is None:
        return
    with st.container(key="change-block"):
        headline_place, words_place = st.empty(), st.container()
        start, stop = states.steps_shown(run, trace)
        step = _step(run, trace, start, stop)
        layer, other = _controls(trace, step, values["word"])
        changed = _changed(run, trace, step, other)
        if changed is None:
            with words_place:
                _text(run, trace, None, step, range(start, stop))
            return
        key = remembering.memory_of(run)
        found = measures.change(trace, changed, step, key, layer)
        usual = _usual(run, trace, key, layer)
        if usual is None:
            return
        headline_place.markdown(f"#### {measures.headline(found)}")
        with words_place:
            _text(run, trace, found, step, range(start, stop))
        _picture(run, trace, found, layer, range(start, stop), usual)
    _below(run, trace, found, usual)


def _step(run: runs.Run, trace: Trace, start: int, stop: int) -> int:
    """The word that is replaced: that of the address, or one in the middle of those given."""
    chosen = frame.current().step
    step = (reading.words_given(trace, run) - 1) // 2 if chosen is None else chosen
    return min(max(step, start), stop - 1)


def _controls(trace: Trace, step: int, typed: str) -> tuple[int, str]:
    """Layer and the other word: the one typed, else what was expected most in its place.

    That is "" where the network knows no other word.
    """
    instead = measures.alternatives(trace, step, OFFERED)
    shown = typed or next(iter(instead), "")
    st.session_state.change_word = shown
    st.session_state.change_instead = shown if shown in instead else None

    def take(key: str) -> None:
        knobs.turn(KINDS, word=st.session_state[key] or "")

    row = st.container(
        horizontal=True, vertical_alignment="bottom", gap="medium", key="controls-change"
    )
    with row:
        st.text_input(
            f"In place of “{trace.words[step]}”", key="change_word", on_change=take,
            args=("change_word",), width=220, help="One word that the network knows.",
        )  # fmt: skip
        if instead:
            st.pills(
                "Expected there" if step else "Expected after it", instead, key="change_instead",
                on_change=take, args=("change_instead",), width="content",
            )  # fmt: skip
        layer = states.choose_layer(trace.layers)
    return layer, shown


def _changed(run: runs.Run, trace: Trace, step: int, typed: str) -> Trace | None:
    """The text with the other word, read by the same network; None after saying why not."""
    if not typed:
        st.info(
            f"“{trace.words[step]}” is the only word that this network knows, so none can stand in"
            " its place. Choose a network of a text with more words."
        )
        return None
    split = split_words(typed)
    if len(split) != 1:
        st.warning(f"“{typed}” is not one word; type one word that the network knows.",
                   icon=":material/info:")  # fmt: skip
        return None
    if split[0] == trace.words[step]:
        st.info(f"“{split[0]}” stands there already; type another word.")
        return None
    return reading.other_words(
        run, trace, (*trace.words[:step], split[0], *trace.words[step + 1 :])
    )


def _usual(run: runs.Run, trace: Trace, key: str, layer: int) -> _Usual | None:
    """Averages over the text of the run, if it is there; None where the work was cancelled.

    The memory that they are of is the one the run was trained for.
    """
    epoch = trace.origin.epoch
    try:
        places = influence_models.places(run, texts.of(run))
        work = influence_models.apart([(run, epoch)], places)
    except (CorpusError, ValueError):
        steps = np.asarray(trace.signals[key][layer])
        whole = lag.unrelated(steps) if len(steps) > 1 else float(np.linalg.norm(steps[0]))
        return _Usual(whole, None, "at two words of this text")
    done = work.done()
    if done is None:
        return None
    parts = done[run.name]
    curves = (
        remembering.bits_curve(parts).mean,
        remembering.distance_curve(parts, key, layer).mean,
    )
    whole = remembering.unrelated(parts, key, layer)
    shown = curves if trace.origin.memory == run.recipe.memory else None
    return _Usual(whole, shown, "at two unrelated places of the text")


# --- pictures ------------------------------------------------------------------------------------


def _text(run: runs.Run, trace: Trace, found: Change | None, step: int, steps: range) -> None:
    """The strip: words shaded by how far the expectation after them has moved."""
    colors, part = theme_of(frame.theme()), slice(steps.start, steps.stop)
    values = np.full(len(trace), np.nan)
    if found is not None:
        values[step:] = found.bits
    readings = ["" if np.isnan(v) else f"{v:.2f} bits" for v in values]
    high = max(float(np.nanmax(values, initial=0.0)), figures.LEAST_BITS)
    instead = "" if found is None else f" with “{found.other}” in place of “{found.word}”"
    strip.words(
        strip.shaded(
            trace.words[part], values[part].tolist(), sequential(colors, "p", high=high),
            readings[part], reading.words_given(trace, run) - steps.start, colors.name,
        ),
        key="change_words",
        charts=[CHART],
        selected=step,
        first_step=steps.start,
        caption="Click the word to replace. Shaded: how far the expectation after each word"
        f" moves{instead}.{reading.underlined(trace, run)}",
        theme=colors.name,
        on_pick=lambda pick: frame.look(step=pick.step),
    )  # fmt: skip


def _picture(
    run: runs.Run, trace: Trace, found: Change, layer: int, steps: range, usual: _Usual
) -> None:
    key = (reading.key_of(run, trace), found.step, found.other, found.key, layer, steps, usual.told)
    figure, alt = _kept((*key, len(found.bits), frame.theme()), trace, found, steps, usual)
    charts.draw(figure, CHART, alt)


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept(
    key: object, _trace: Trace, _found: Change, steps: range, _usual: _Usual
) -> tuple[go.Figure, str]:
    figure = figures.words_apart(
        _found, _trace.cell, _trace.words, steps, _usual.whole, _usual.curves, frame.theme()
    )
    return figure, figures.describe_words_apart(_found, _trace.words, _usual.whole)


def _below(run: runs.Run, trace: Trace, found: Change, usual: _Usual) -> None:
    symbol = trace.cell.signal(found.key).symbol
    text = (
        "Both versions are read word by word; all other words are the same. Above: how far the two"
        " expectations of the next word lie apart, D(untouched ‖ changed). Below: how far their"
        f" {symbol}, 1 being the mean distance of states {usual.told}. At 0 it is forgotten."
    )
    if usual.curves is not None:
        text += " Dotted: the same on average, for words changed all over the text."
    if trace.origin.memory == "window":
        text += (
            f" Each word is read with a fresh start over the last {trace.origin.window} words:"
            " beyond them nothing can be left."
        )
    st.caption(text)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Data", icon=":material/download:"):
            table = measures.table(found, trace.words, usual.whole)
            name = f"{run.name}-epoch{trace.origin.epoch}-step{found.step}-{found.other}"
            downloads.csv("Every later word", table, name)
            st.dataframe(table, height=260, hide_index=True)
        st.button(
            "On average, against other networks", icon=":material/query_stats:",
            on_click=frame.look, kwargs={"tab": "lag", "view": "bits", "settings": None},
        )  # fmt: skip
        frame.offer(
            "what_if", "What it would write then", ":material/alt_route:",
            tab="edits", edits=f"word@{found.step}={found.other}",
        )  # fmt: skip
