"""Epoch after epoch: a signal, the gates of all units, or what may come next, as frames."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import runs, signals, timeline
from rnnexplorer.components import words as strip
from rnnexplorer.corpus import CorpusError
from rnnexplorer.figures import View, describe_panels, playing, sequential, shared_c_limit, theme_of
from rnnexplorer.figures.health import describe_saturation
from rnnexplorer.measures import comparison, epochs
from rnnexplorer.measures.epochs import Following
from rnnexplorer.pages import charts, downloads, frame, prompt, reading, states, texts
from rnnexplorer.pages.over_time_epochs import unit_tables
from rnnexplorer.traces import Trace

KINDS = {"signal": "a signal", "gates": "the health of the gates", "next": "the next word"}


def draw(run: runs.Run) -> None:
    """What plays, and the picture that plays it."""
    kind = frame.choose("Play what?", "played", KINDS, "over_time_played")
    {"signal": _signal, "gates": _gates, "next": _next}[kind](run)


def _shown(run: runs.Run) -> int:
    """The epoch of the frame on the left: it is drawn until the picture plays."""
    return runs.kept_epoch(run, frame.current().epoch)


def _traces(run: runs.Run) -> dict[int, Trace] | None:
    """The last epoch's words as every kept one reads them; None after a sentence."""
    prompt.draw(run)
    last = reading.trace_of(frame.current().changed(epoch=None), run)
    if last is None:
        prompt.offer_known_words(run)
        return None
    frame.fit(last)
    return reading.at_every_epoch(last, run)


def _keys(run: runs.Run, traces: dict[int, Trace]) -> tuple[object, ...]:
    return tuple(reading.key_of(run, trace) for trace in traces.values())


# --- a signal ------------------------------------------------------------------------------------


def _signal(run: runs.Run) -> None:
    traces = _traces(run)
    if traces is None:
        return
    last, shown = traces[max(traces)], _shown(run)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        key = states.choose_signal(last.cell, "Signal", "over_time_signal").key
        layer = states.choose_layer(last.layers)
    view = view_of(run, list(traces.values()), key, layer)
    _words(run, traces[min(traces)], last, (view.start, len(view.steps(last))), ["playing"])
    charts.draw(
        _signal_figure(_keys(run, traces), view, shown, frame.theme(), traces),
        "playing",
        f"Playing the epochs {_listed(traces)}. {describe_panels(traces[shown], view)}",
    )
    st.caption(
        "The words that the last epoch wrote, as every kept epoch reads them; a row is the same"
        f" unit throughout ({states.units_shown(last, view)}). What stays the same while it plays"
        " was there from the start."
    )
    with st.popover("Data", icon=":material/download:"):
        table = _kept_table(_keys(run, traces), view, key, traces)
        downloads.csv("Every epoch, word and unit shown", table, f"{run.name}-{key}-by-epoch")
        st.dataframe(table.head(200), height=260, hide_index=True)


@st.cache_resource(max_entries=16, show_spinner=False)
def _signal_figure(
    key: object, view: View, shown: int, theme: str, _traces: dict[int, Trace]
) -> go.Figure:
    return playing.signal(_traces, view, shown, theme)


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept_table(keys: object, view: View, signal: str, _traces: dict[int, Trace]) -> pd.DataFrame:
    last = _traces[max(_traces)]
    steps = view.steps(last)
    return epochs.signal_table(_traces, signal, view.layer, steps, view.rows(last))


def view_of(run: runs.Run, traces: list[Trace], key: str, layer: int) -> View:
    """One signal over the steps that are shown: the same units, and the same shades, in all."""
    start, stop = states.steps_shown(run, traces[-1])
    view = View(
        keys=(key,),
        layer=layer,
        start=start,
        stop=stop,
        units=states.rows(reading.at_last_epoch(traces[-1], run), layer),
        next_words=0,
    )
    limit = shared_c_limit(*((trace, view) for trace in traces))
    return dataclasses.replace(view, c_limit=limit)


# --- the gates -----------------------------------------------------------------------------------


def _gates(run: runs.Run) -> None:
    try:
        found = texts.of(run)
    except (CorpusError, ValueError) as error:
        st.warning(str(error), icon=":material/menu_book:")
        return
    every = unit_tables(run, found)
    if every is None:
        return
    shown, cell = _shown(run), signals.cell(run.recipe.cell)
    layer = states.choose_layer(len(every[shown]))
    tables = {epoch: layers[layer] for epoch, layers in every.items()}
    unit, theme = frame.current().unit, frame.theme()
    key = str(run.path), tuple((e, reading.stamp(run, e)) for e in tables), layer
    charts.draw(
        _gates_figure((key, cell.key), shown, unit, theme, tables),
        "playing",
        f"Playing the epochs {_listed(tables)}. {describe_saturation(cell, tables[shown])}",
    )
    what = "held out" if len(found.held_out) >= timeline.READ else "of the training text"
    corners = (
        "to the right it often sits at −1, to the top at 1; there tanh is flat"
        if cell.key == "rnn"
        else "at the top left the gate is always open, at the bottom right always shut"
    )
    st.caption(
        f"One dot is one unit, and the same one throughout, over the first {timeline.READ} words"
        f" {what}: {corners}. An untrained network has its dots together; what moves to the edges"
        " was learnt. Outlined: dead, stuck or exploding. Amber is the chosen unit."
    )
    with st.popover("Data", icon=":material/download:"):
        table = pd.concat([t.assign(epoch=e) for e, t in tables.items()], ignore_index=True)
        downloads.csv("Every epoch and unit", table, f"{run.name}-gates-by-epoch")
        st.dataframe(table.head(200), height=260, hide_index=True)


@st.cache_resource(max_entries=16, show_spinner=False)
def _gates_figure(
    key: tuple[object, str],
    shown: int,
    unit: int | None,
    theme: str,
    _tables: dict[int, pd.DataFrame],
) -> go.Figure:
    return playing.gates(signals.cell(key[1]), _tables, shown, unit, theme)


# --- the next word -------------------------------------------------------------------------------


def _next(run: runs.Run) -> None:
    traces = _traces(run)
    if traces is None:
        return
    first, last = traces[min(traces)], traces[max(traces)]
    start, stop = states.steps_shown(run, last)
    step = _words(run, first, last, (start, stop - start), [])
    st.markdown(f"#### after “{last.words[step]}”")
    found, figure = _following(_keys(run, traces), step, _shown(run), frame.theme(), traces)
    charts.draw(
        figure,
        "playing",
        f"Playing the epochs {_listed(traces)}. {playing.describe_following(found)}",
    )
    st.caption(
        "The words that were likeliest at any of the epochs, always in the same rows; the number is"
        " the probability at the epoch that is shown. Amber is the word that came."
    )
    downloads.data("Probabilities by epoch", found.table(), f"{run.name}-next-word-by-epoch")


def _words(
    run: runs.Run, first: Trace, last: Trace, part: tuple[int, int], charts: list[str]
) -> int:
    """The words that play; returns the step of the one that is looked at.

    Args:
        run: the run.
        first: the trace of the first epoch.
        last: that of the last.
        part: the first step shown, and how many are.
        charts: linked to the words.
    """
    start, stop = part[0], part[0] + part[1]
    given = reading.words_given(last, run)
    chosen = frame.current().step
    step = min(max(given - 1 if chosen is None else chosen, start), stop - 1)
    bits = comparison.divergence(first, last)[0][start:stop]
    theme = frame.theme()
    strip.words(
        strip.shaded(
            last.words[start:stop],
            bits.tolist(),
            sequential(theme_of(theme), "p"),
            [f"{value:.2f} bits" for value in bits],
            given - start,
            theme,
        ),
        key="over_time_words",
        charts=charts,
        selected=step,
        first_step=start,
        caption="Click a word. Shaded: how far the first and the last epoch's expectations of what"
        f" follows lie apart. Underlined: written by the last epoch, {last.origin.epoch}.",
        theme=theme,
        on_pick=lambda pick: frame.look(step=pick.step),
    )
    return step


@st.cache_resource(max_entries=32, show_spinner=False)
def _following(
    key: object, step: int, shown: int, theme: str, _traces: dict[int, Trace]
) -> tuple[Following, go.Figure]:
    found = epochs.following(_traces, step)
    return found, playing.following(found, shown, theme)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))
