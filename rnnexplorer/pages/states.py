"""The words and, on the same time axis, everything the network computes while it reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.components import words as strip
from rnnexplorer.figures import (
    View,
    describe_panels,
    panels,
    scale_of,
    sequential,
    theme_of,
)
from rnnexplorer.measures import word_values
from rnnexplorer.pages import charts, downloads, frame, reading
from rnnexplorer.pages.states_controls import (
    STEPS_SHOWN,
    UNITS_SHOWN,
    choose_layer,
    choose_signal,
    choose_unit,
    choose_unit_count,
    choose_view,
    rows,
    shade_of,
    steps_shown,
    units_shown,
)
from rnnexplorer.signals import PANEL_ORDER
from rnnexplorer.traces import Trace

CHART = "states"

__all__ = [
    "CHART",
    "STEPS_SHOWN",
    "UNITS_SHOWN",
    "Picked",
    "choose_layer",
    "choose_signal",
    "choose_unit",
    "choose_unit_count",
    "draw",
    "draw_panels",
    "draw_words",
    "picked",
    "rows",
    "steps_shown",
    "take",
    "units_shown",
]


@dataclass(frozen=True)
class Picked:
    """The layer, step and unit that everything beside the panels is about."""

    layer: int
    step: int
    unit: int


def draw(run: runs.Run, trace: Trace) -> Picked:
    """Words, panels and their controls; returns what is picked."""
    with st.container(key="states-block"):
        words_place = st.container()
        panels_place = st.container()
        view = choose_view(run, trace)
        chosen = picked(run, trace, view)
        with words_place:
            draw_words(run, trace, view, chosen, [CHART])
        with panels_place:
            draw_panels(run, trace, view, CHART)
    st.caption(_how_to_read(trace, view))
    with st.container(horizontal=True, gap="small"):
        _legend(trace)
        downloads.draw(run, trace)
    return chosen


def draw_panels(run: runs.Run, trace: Trace, view: View, key: str) -> None:
    """The heatmaps with their text alternative."""
    figure, alt = _kept_panels(reading.key_of(run, trace), view, frame.theme(), trace)
    charts.draw(figure, key, alt)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_panels(key: object, view: View, theme: str, _trace: Trace) -> tuple[go.Figure, str]:
    """Made once for each choice: the same figure lets the chart stay in place."""
    return panels(_trace, view, theme), describe_panels(_trace, view)


def picked(run: runs.Run, trace: Trace, view: View) -> Picked:
    """The step and the unit of the address, brought into the part that is shown."""
    look = frame.current()
    step = reading.words_given(trace, run) - 1 if look.step is None else look.step
    steps = view.steps(trace)
    step = min(max(step, steps.start), steps.stop - 1)
    if look.unit is not None:
        return Picked(view.layer, step, min(look.unit, trace.units - 1))
    unit, rows = reading.first_unit(run, view.layer), view.rows(trace)
    return Picked(view.layer, step, unit if unit in rows else rows[0])


# --- the strip -----------------------------------------------------------------------------------


def take(pick: strip.Pick) -> None:
    """A click in the strip or in a chart becomes the step, and the unit, of the address."""
    frame.look(step=pick.step, **({} if pick.unit is None else {"unit": pick.unit}))


def draw_words(
    run: runs.Run,
    trace: Trace,
    view: View,
    picked: Picked,
    charts: list[str],
    on_pick: Callable[[strip.Pick], None] = take,
) -> None:
    """The clickable words of the steps that are shown, linked to the charts below them."""
    shade, theme = shade_of(trace), frame.theme()
    values = word_values.of(trace, shade, layer=picked.layer, unit=picked.unit)
    if values.signal is None:
        scale = sequential(theme_of(theme), "p", high=values.high)
    else:
        scale = scale_of(trace.cell.signal(values.signal), theme_of(theme), values.high)
    steps, given = view.steps(trace), reading.words_given(trace, run)
    part = slice(steps.start, steps.stop)
    strip.words(
        strip.shaded(
            trace.words[part],
            values.values[part].tolist(),
            scale,
            values.readings()[part],
            given - steps.start,
            theme,
        ),
        key="words",
        charts=charts,
        selected=picked.step,
        unit=picked.unit,
        first_step=steps.start,
        caption=f"{values.explanation}{reading.underlined(trace, run)}",
        theme=theme,
        on_pick=on_pick,
    )


# --- words under it ------------------------------------------------------------------------------


def _legend(trace: Trace) -> None:
    """What each panel shows, and the equation behind it."""
    with st.popover("What is what", icon=":material/menu_book:"):
        for key in (key for key in PANEL_ORDER if key in trace.signals):
            signal = trace.cell.signal(key)
            near = "Large" if signal.limits is None else "Near 1"
            st.markdown(f"**{signal.symbol}**, {signal.name}. {near}: {signal.high}.")
            st.latex(signal.latex)


def _how_to_read(trace: Trace, view: View) -> str:
    shown = units_shown(trace, view)
    text = f"One column is one word, one row of a panel is one unit ({shown})."
    if view.deviation:
        return text + " Coloured is the difference from the unit's own mean over these words."
    sentences = {
        "f": "A full row in **f** is a unit that keeps its memory; a gap is where it lets go.",
        "i": "A full cell in **i** is a unit that writes.",
        "z": "A full row in **z** is a unit that keeps its state.",
        "h": "Colour in **h** is what the unit tells the rest of the network, slate is minus.",
    }
    keys = [signal.key for signal in view.signals(trace)]
    told = [sentences[key] for key in ("f", "i", "z", "h") if key in keys and key in sentences]
    memory = (
        "The state is carried on from word to word."
        if trace.origin.memory == "stateful"
        else f"Each word has a fresh start: the state over the last {trace.origin.window} words."
    )
    return " ".join([text, *told[:2], "The square in **p** marks the word that came.", memory])
