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
from rnnexplorer.measures import ordering, word_values
from rnnexplorer.pages import downloads, frame, reading
from rnnexplorer.signals import PANEL_ORDER
from rnnexplorer.traces import Trace

#: Steps side by side. With more, the words under the panels cannot be read.
STEPS_SHOWN = 40
#: Units shown at first, the rest one click away: 128 rows in one panel are thinner than a hair.
UNITS_SHOWN = 48
#: Signals shown at first, the rest one click away.
FIRST_PANELS = ("h", "c", "f", "i", "z", "r")
CHART = "states"

ORDERS = {
    "similarity": "similar ones together",
    "activity": "most active first",
    "peak": "by the time of their peak",
    "index": "by index",
}


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
        view = _controls(run, trace)
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
    st.plotly_chart(figure, theme=None, key=key, alt=alt, config={"displayModeBar": False})


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
    unit = view.rows(trace)[0] if look.unit is None else min(look.unit, trace.units - 1)
    return Picked(view.layer, step, unit)


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
    shade, theme = _shade_of(trace), frame.theme()
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


def _shade_of(trace: Trace) -> str:
    """The shade of the address, if this cell has it: a SimpleRNN has no gates."""
    shade = frame.current().shade
    return shade if shade in _shades(trace) else "probability"


def _shades(trace: Trace) -> list[str]:
    return [*word_values.CHOICES, *(signal.key for signal in trace.cell.signals)]


# --- controls ------------------------------------------------------------------------------------


def _controls(run: runs.Run, trace: Trace) -> View:
    """One row under the panels; what is chosen there is a `View`."""
    start, stop = steps_shown(run, trace)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="controls"):
        _shade(trace)
        keys = _panels(trace)
        count = _unit_count(trace)
        layer = choose_layer(trace.layers)
        with st.popover("Order", icon=":material/sort:", width="content"):
            order, deviation = _order()
    return View(
        keys=keys,
        layer=layer,
        start=start,
        stop=stop,
        units=rows(reading.at_last_epoch(trace, run), layer, order, count),
        deviation=deviation,
    )


def steps_shown(run: runs.Run, trace: Trace) -> tuple[int, int]:
    """The part of a long text that is shown; the chosen step is always in it."""
    length = len(trace)
    if length <= STEPS_SHOWN:
        return 0, length
    look = frame.current()
    step = look.step if look.step is not None else reading.words_given(trace, run) - 1
    step = min(step, length - 1)
    start = st.session_state.get("states_start", 0)
    if not start <= step < start + STEPS_SHOWN:
        start = max(0, step - STEPS_SHOWN // 2)
    st.session_state.states_start = min(start, length - STEPS_SHOWN)

    def move() -> None:
        # The step moves along, or the next run would bring the old part back.
        first = st.session_state.states_start
        kept = frame.current().step
        if kept is None or not first <= kept < first + STEPS_SHOWN:
            frame.look(step=first)

    start = st.slider(
        f"Words shown, {STEPS_SHOWN} of {length}, from",
        0,
        length - STEPS_SHOWN,
        key="states_start",
        on_change=move,
    )
    return start, start + STEPS_SHOWN


def _shade(trace: Trace) -> None:
    st.session_state.states_shade = _shade_of(trace)

    def take() -> None:
        frame.look(shade=st.session_state.states_shade)

    def name(option: str) -> str:
        if option in word_values.CHOICES:
            return word_values.CHOICES[option]
        signal = trace.cell.signal(option)
        return f"{signal.symbol} of the chosen unit"

    st.selectbox(
        "Words shaded by",
        _shades(trace),
        key="states_shade",
        format_func=name,
        on_change=take,
        width=250,
    )


def _order() -> tuple[str, bool]:
    """How the units are lined up, and whether their values or their changes are shaded."""
    order: str = st.radio(
        "Units",
        list(ORDERS),
        format_func=ORDERS.__getitem__,
        key="states_order",
        persist_state="session",
    )
    deviation = st.toggle(
        "Show change only",
        key="states_deviation",
        persist_state="session",
        help="Each unit's difference from its own mean: brings out where a gate that is almost"
        " always open is not.",
    )
    return order, deviation


def _panels(trace: Trace) -> tuple[str, ...]:
    """Which signals have a panel, always in the same order."""
    have = {signal.key for signal in trace.cell.signals}
    keys = [key for key in PANEL_ORDER if key in have]
    if len(keys) == 1:
        return tuple(keys)
    first = [key for key in keys if key in FIRST_PANELS]
    widget = f"states_panels_{trace.cell.key}"

    def keep_one() -> None:
        if not st.session_state[widget]:
            st.session_state[widget] = first[:1]

    picked = st.pills(
        "Panels", keys, selection_mode="multi", default=first, on_change=keep_one,
        format_func=lambda key: trace.cell.signal(key).symbol,
        key=widget, persist_state="session", width="content",
    )  # fmt: skip
    return tuple(key for key in keys if key in picked) or tuple(first[:1])


def _unit_count(trace: Trace) -> int:
    if trace.units <= UNITS_SHOWN:
        return trace.units
    choices = {"few": f"{UNITS_SHOWN} most active", "all": f"all {trace.units}"}
    picked = st.segmented_control(
        "Units", list(choices), default="few", required=True,
        format_func=choices.__getitem__, key="states_units", persist_state="session",
        width="content",
    )  # fmt: skip
    return trace.units if picked == "all" else UNITS_SHOWN


def choose_layer(layers: int) -> int:
    """The layer that is shown, with a control where there are several."""
    layer = min(frame.current().layer, layers - 1)
    if layers == 1:
        return 0
    st.session_state.states_layer = layer

    def take() -> None:
        frame.look(layer=st.session_state.states_layer)

    st.radio(
        "Layer", range(layers), key="states_layer", on_change=take, horizontal=True,
        format_func=lambda k: str(k + 1), width="content",
    )  # fmt: skip
    return layer


def rows(
    trace: Trace, layer: int, order: str = "similarity", count: int = UNITS_SHOWN
) -> tuple[int, ...]:
    """The units of the rows: those that move most, then lined up.

    Give it the trace of the last epoch, so that a row is the same unit at every epoch.

    Args:
        trace: by which units are chosen and lined up.
        layer: from 0.
        order: one of ORDERS.
        count: how many; fewer in a smaller layer.
    """
    states = trace.signals["h"][layer]
    chosen = ordering.most_active(states, count)
    ranks = ordering.order(states[:, chosen], order)
    return tuple(int(unit) for unit in chosen[ranks])


def _legend(trace: Trace) -> None:
    """What each panel shows, and the equation behind it."""
    with st.popover("What is what", icon=":material/menu_book:"):
        for key in (key for key in PANEL_ORDER if key in trace.signals):
            signal = trace.cell.signal(key)
            near = "Large" if signal.limits is None else "Near 1"
            st.markdown(f"**{signal.symbol}**, {signal.name}. {near}: {signal.high}.")
            st.latex(signal.latex)


def _how_to_read(trace: Trace, view: View) -> str:
    rows = len(view.rows(trace))
    shown = f"the {rows} most active" if rows < trace.units else f"all {rows}"
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
