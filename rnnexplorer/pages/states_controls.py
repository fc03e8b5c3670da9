"""What of a text is shown on one time axis: its steps, signals, layer and units, and the shade."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from rnnexplorer import runs
from rnnexplorer.figures import View
from rnnexplorer.measures import ordering, word_values
from rnnexplorer.pages import frame, reading
from rnnexplorer.signals import PANEL_ORDER, Cell, Signal
from rnnexplorer.traces import Trace

#: Steps side by side. With more, the words under the panels cannot be read.
STEPS_SHOWN = 40
#: Units shown at first, the rest one click away: 128 rows in one panel are thinner than a hair.
UNITS_SHOWN = 48
#: Signals shown at first, the rest one click away.
FIRST_PANELS = ("h", "c", "f", "i", "z", "r")

ORDERS = {
    "similarity": "similar ones together",
    "activity": "most active first",
    "peak": "by the time of their peak",
    "index": "by index",
}


def choose_view(run: runs.Run, trace: Trace) -> View:
    """One row under the panels; what is chosen there is a `View`."""
    start, stop = steps_shown(run, trace)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="controls"):
        _choose_shade(trace)
        keys = _panels(trace)
        count = choose_unit_count(trace)
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


def steps_shown(
    run: runs.Run, trace: Trace, first: int | None = None, most: int = STEPS_SHOWN
) -> tuple[int, int]:
    """The part of a long text that is shown; the chosen step is always in it.

    Args:
        run: that reads the text.
        trace: of the text.
        first: the step in it where the address has none; None is the last of the given words.
        most: so many steps are shown at once.
    """
    length = len(trace)
    if length <= most:
        return 0, length
    look = frame.current()
    unchosen = reading.words_given(trace, run) - 1 if first is None else first
    step = min(unchosen if look.step is None else look.step, length - 1)
    start = st.session_state.get("states_start", 0)
    if not start <= step < start + most:
        start = max(0, step - most // 2)
    st.session_state.states_start = min(start, length - most)

    def move() -> None:
        # The step moves along, or the next run would bring the old part back.
        first = st.session_state.states_start
        kept = frame.current().step
        if kept is None or not first <= kept < first + most:
            frame.look(step=first)

    start = st.slider(
        f"Words shown, {most} of {length}, from",
        0,
        length - most,
        key="states_start",
        on_change=move,
    )
    return start, start + most


def _choose_shade(trace: Trace) -> None:
    st.session_state.states_shade = shade_of(trace)

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


def choose_signal(
    cell: Cell,
    label: str,
    key: str,
    first: str = "h",
    among: Collection[str] | None = None,
    *,
    narrow: bool = False,
) -> Signal:
    """The signal of the address, with a control where there are several.

    Args:
        cell: whose signals.
        label: of the control.
        key: of the control.
        first: the signal, while the address names none of them.
        among: keys of those that can be chosen; None is all of the cell.
        narrow: a list that opens, where six buttons find no room beside each other.
    """
    have = {signal.key for signal in cell.signals} if among is None else among
    keys = [signal for signal in PANEL_ORDER if signal in have]
    shown = frame.current().signal
    chosen = shown if shown in keys else first
    if len(keys) > 1:
        st.session_state[key] = chosen

        def take() -> None:
            frame.look(signal=st.session_state[key])

        if narrow:
            st.selectbox(
                label, keys, key=key, on_change=take,
                format_func=lambda key: f"{cell.signal(key).symbol} · {cell.signal(key).name}",
            )  # fmt: skip
        else:
            st.segmented_control(
                label, keys, key=key, on_change=take, required=True, width="content",
                format_func=lambda key: cell.signal(key).symbol,
            )  # fmt: skip
    return cell.signal(chosen)


def choose_unit_count(trace: Trace) -> int:
    """How many units have a row, with a control where there are many."""
    if trace.units <= UNITS_SHOWN:
        return trace.units
    choices = {"few": f"{UNITS_SHOWN} most active", "all": f"all {trace.units}"}
    picked = frame.choose("Units", "rows", choices, "states_units")
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


def choose_unit(unit: int, units: int, key: str) -> None:
    """A field for the number of a unit.

    Args:
        unit: the one that is shown.
        units: of the layer.
        key: of the control.
    """
    st.session_state[key] = unit

    def take() -> None:
        frame.look(unit=int(st.session_state[key]))

    st.number_input(f"Unit, 0 to {units - 1}", 0, units - 1, key=key, on_change=take, width=150)


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


def units_shown(trace: Trace, view: View) -> str:
    """Which of the units have a row: "the 48 most active of 200 units"."""
    count = len(view.rows(trace))
    if count == trace.units:
        return f"all {count} units"
    return f"the {count} most active of {trace.units} units"


def shade_of(trace: Trace) -> str:
    """The shade of the address, if this cell has it: a SimpleRNN has no gates."""
    shade = frame.current().shade
    return shade if shade in _shades(trace) else "probability"


def _shades(trace: Trace) -> list[str]:
    return [*word_values.CHOICES, *(signal.key for signal in trace.cell.signals)]
