"""A range of words and the units that are on over it."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.components import words as strip
from rnnexplorer.figures import View, describe_panels, panels, sequential, theme_of
from rnnexplorer.figures import matching as figures
from rnnexplorer.measures import patterns
from rnnexplorer.measures.patterns import Pattern
from rnnexplorer.pages import charts, find_matches, frame, prompt, reading, states
from rnnexplorer.signals import Signal
from rnnexplorer.traces import Trace

#: Most words of a pattern: with more of them hardly any unit is on over all.
LONGEST = 20
#: Words of the pattern that a new text begins with.
FIRST_LENGTH = 3
#: Words before and after the range in the small picture.
AROUND = 3
CHART = "find_states"


def draw(run: runs.Run) -> None:
    """The words to take a pattern from, then everything that a click changes."""
    trace = prompt.traced(run)
    if trace is None:
        return
    _look(run, trace)


@st.fragment
def _look(run: runs.Run, trace: Trace) -> None:
    frame.still_there(run)
    span = _span(run, trace)
    with st.container(key="find-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with right:
        signal, layer, pattern = _controls(trace, span)
        _small_picture(trace, span, pattern, signal, layer)
    with left:
        _text(run, trace, span, pattern, signal, layer)
    find_matches.draw(run, trace, span, pattern, signal, layer)
    frame.show_address()


# --- the range -----------------------------------------------------------------------------------


def _span(run: runs.Run, trace: Trace) -> tuple[int, int]:
    """First and last step of the pattern; brought into the text, which may be another by now."""
    chosen = frame.current().span
    if chosen is None:
        step = frame.current().step
        last = reading.words_given(trace, run) - 1 if step is None else step
        return max(0, last - FIRST_LENGTH + 1), last
    first, last = (int(step) for step in chosen.split("-"))
    fitting = min(first, len(trace) - 1), min(last, len(trace) - 1)
    fitting = fitting[0], min(fitting[1], fitting[0] + LONGEST - 1)
    step = frame.current().step
    if step is None or not fitting[0] <= step <= fitting[1]:
        frame.look(step=fitting[1])  # of a long text the part around the pattern is shown
    if fitting != (first, last):
        st.warning(
            f"The words {first} to {last} are not a pattern of this text: it has {len(trace)}"
            f" words, counted from 0, and a pattern has at most {LONGEST}.",
            icon=":material/link_off:",
        )
        frame.look(span=f"{fitting[0]}-{fitting[1]}")
    return fitting


def next_span(span: tuple[int, int], step: int, *, begun: bool) -> tuple[tuple[int, int], bool]:
    """What a click makes of a range: the first click begins a new one, the second ends it.

    Args:
        span: the range, both ends included.
        step: that was clicked.
        begun: only the first of two clicks was made so far.

    Returns:
        The range, and whether it is only begun.
    """
    if begun and span[0] < step < span[0] + LONGEST:
        return (span[0], step), False
    return (step, step), not (begun and step == span[0])


def _clicked(span: tuple[int, int], pick: strip.Pick) -> None:
    begun = bool(st.session_state.get("find_begun", False))
    (first, last), st.session_state.find_begun = next_span(span, pick.step, begun=begun)
    unit = {} if pick.unit is None else {"unit": pick.unit}
    frame.look(span=f"{first}-{last}", step=pick.step, **unit)


def _range_slider(trace: Trace, span: tuple[int, int], steps: range) -> None:
    """The same by two handles, one column of the heatmap a word; a keyboard reaches them."""
    low, high = steps.start, steps.stop - 1
    st.session_state.find_span = tuple(min(max(step, low), high) for step in span)

    def take() -> None:
        first, last = st.session_state.find_span
        last = min(last, first + LONGEST - 1)
        st.session_state.find_begun = False
        frame.look(span=f"{first}-{last}", step=last)

    if len(steps) > 1:
        with st.container(key="find-range"):
            st.html(f"<style>.st-key-find-range {{ --columns: {len(steps)} }}</style>")
            st.slider(
                "Steps of the pattern",
                low,
                high,
                key="find_span",
                on_change=take,
                label_visibility="collapsed",
            )


# --- controls ------------------------------------------------------------------------------------


def _controls(trace: Trace, span: tuple[int, int]) -> tuple[Signal, int, Pattern]:
    """Which signal, from where on a unit is on, and whether it has to be off around the range."""
    signal = states.choose_signal(
        trace.cell, "Signal", "find_signal", trace.cell.memory, narrow=True
    )
    layer = states.choose_layer(trace.layers)
    st.session_state.find_threshold = frame.current().threshold

    def take() -> None:
        frame.look(threshold=round(st.session_state.find_threshold, 2))

    sizes = {"signed": f"|{signal.symbol}|", "unbounded": f"|tanh {signal.symbol}|"}
    size = sizes.get(signal.kind)
    what = signal.symbol if size is None else f"{signal.symbol} keeps its sign and {size}"
    st.slider(
        f"A unit is on where {what} is at least", 0.0, 1.0, step=0.05, key="find_threshold",
        on_change=take,
    )  # fmt: skip
    before, after = _off()
    pattern = patterns.on_units(
        trace.signals[signal.key][layer], span, frame.current().threshold, signal.kind,
        before_off=before, after_off=after,
    )  # fmt: skip
    return signal, layer, pattern


def _off() -> tuple[bool, bool]:
    """Whether the units have to be off at the word before, and at the word after."""
    shown = frame.current().off
    st.session_state.find_before = shown in ("before", "both")
    st.session_state.find_after = shown in ("after", "both")

    def take() -> None:
        before, after = st.session_state.find_before, st.session_state.find_after
        frame.look(off={(1, 0): "before", (0, 1): "after", (1, 1): "both"}.get((before, after)))

    st.toggle("Off at the word before", key="find_before", on_change=take)
    st.toggle("Off at the word after", key="find_after", on_change=take)
    return bool(st.session_state.find_before), bool(st.session_state.find_after)


def _small_picture(
    trace: Trace, span: tuple[int, int], pattern: Pattern, signal: Signal, layer: int
) -> None:
    if not len(pattern.units):
        return
    part = slice(max(0, span[0] - AROUND), min(len(trace), span[1] + 1 + AROUND))
    inside = trace.words[span[0] : span[1] + 1]
    charts.draw(
        figures.unit_pattern(
            trace.signals[signal.key][layer, part],
            trace.words[part],
            part.start,
            span,
            pattern,
            signal,
            frame.theme(),
        ),
        "find_pattern",
        figures.describe_unit_pattern(inside, pattern, signal, trace.units),
    )


# --- the text ------------------------------------------------------------------------------------


def _text(
    run: runs.Run, trace: Trace, span: tuple[int, int], pattern: Pattern, signal: Signal,
    layer: int,
) -> None:  # fmt: skip
    """The words, shaded by how many of the units are on, and the signal under them."""
    with st.container(key="find-block"):
        words_place, chart_place = st.container(), st.container()
        start, stop = states.steps_shown(run, trace)
        view = View(
            keys=(signal.key,), layer=layer, start=start, stop=stop, next_words=0,
            units=states.rows(reading.at_last_epoch(trace, run), layer),
        )  # fmt: skip
        with words_place:
            _strip(run, trace, span, pattern, view, signal)
        with chart_place:
            figure, alt = _kept_panel(reading.key_of(run, trace), view, span, frame.theme(), trace)
            charts.draw(figure, CHART, alt)
            _range_slider(trace, span, range(start, stop))
    st.caption(
        f"One row is one unit ({states.units_shown(trace, view)}), one column one word. The"
        " frame is the pattern; its two handles move it. The smaller picture has the units that are"
        " on over all of it."
    )


def _strip(
    run: runs.Run, trace: Trace, span: tuple[int, int], pattern: Pattern, view: View,
    signal: Signal,
) -> None:  # fmt: skip
    theme, count = frame.theme(), len(pattern.units)
    shown = view.steps(trace)
    part = slice(shown.start, shown.stop)
    on = patterns.is_on(trace.signals[signal.key][view.layer, part], pattern).sum(axis=1)
    scale = sequential(theme_of(theme), signal.key, high=max(count, 1))
    readings = [f"{number} of {count} units on" for number in on.tolist()]
    strip.words(
        strip.shaded(
            trace.words[part], on.tolist(), scale, readings,
            reading.words_given(trace, run) - view.start, theme,
        ),
        key="find_words",
        charts=[CHART],
        selected=span[0] if st.session_state.get("find_begun") and span[0] in shown else None,
        first_step=view.start,
        caption="Click the first word of a pattern, then its last. The fuller the shade, the more"
        f" of the pattern's units are on.{reading.underlined(trace, run)}",
        theme=theme,
        on_pick=lambda pick: _clicked(span, pick),
    )  # fmt: skip


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_panel(
    key: object, view: View, span: tuple[int, int], theme: str, _trace: Trace
) -> tuple[go.Figure, str]:
    figure = panels(_trace, view, theme)
    figure.add_shape(figures.span_frame(span, theme_of(theme)))
    return figure, describe_panels(_trace, view)
