"""Two epochs of one training, A and B, over the same words; and the difference."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.components import words as strip
from rnnexplorer.figures import (
    View,
    describe_difference,
    difference_bars,
    sequential,
    theme_of,
)
from rnnexplorer.figures import pair as figures
from rnnexplorer.figures.effect import describe_change
from rnnexplorer.figures.style import percent
from rnnexplorer.measures import comparison, distribution, epochs
from rnnexplorer.measures.distribution import Array
from rnnexplorer.pages import charts, downloads, frame, prompt, reading, side, states
from rnnexplorer.pages.over_time_play import view_of
from rnnexplorer.traces import Trace

PANELS, BARS = "pair-panels", "pair-bars"
#: Bits; a smaller divergence is rounding.
SEEN = 1e-6


def draw(run: runs.Run) -> None:
    """Which two epochs, which words, and what lies between."""
    kept = runs.checkpoints(run)
    if len(kept) < 2:
        st.info(f"{run.name} kept one checkpoint only; two epochs need two.")
        return
    prompt.draw(run)
    first, second = _choose(run, kept)
    a = reading.trace_of(frame.current(), run)
    b = None if a is None else reading.same_words(a, run, second)
    if a is None or b is None:
        prompt.offer_known_words(run)
        return
    frame.fit(a)
    if first == second:
        st.info("A and B are the same epoch; choose another one for either.")
        return
    _side_by_side(run, a, b)


def epochs_of(run: runs.Run, kept: tuple[int, ...]) -> tuple[int, int]:
    """The epochs A and B of the address; B is the checkpoint before A where none was chosen."""
    look = frame.current()
    first = runs.kept_epoch(run, look.epoch)
    if look.other == run.name:
        return first, runs.kept_epoch(run, look.other_epoch)
    return first, kept[max(kept.index(first) - 1, 0)] if first != kept[0] else kept[1]


def _choose(run: runs.Run, kept: tuple[int, ...]) -> tuple[int, int]:
    """Two sliders and a button that swaps them; A is the epoch of the frame."""
    first, second = epochs_of(run, kept)
    st.session_state.pair_a, st.session_state.pair_b = first, second

    def look(a: int, b: int) -> None:
        frame.look(epoch=_field(a, kept), other=run.name, other_epoch=_field(b, kept))

    def take() -> None:
        look(st.session_state.pair_a, st.session_state.pair_b)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.select_slider("A, the epoch chosen on the left", kept, key="pair_a", on_change=take,
                         format_func=epochs.short_name)  # fmt: skip
        st.button("A⇄B", on_click=look, args=(second, first), help="Swap A and B.", width="content")
        st.select_slider("B", kept, key="pair_b", on_change=take, format_func=epochs.short_name)
    return first, second


def _field(epoch: int, kept: tuple[int, ...]) -> int | None:
    """An epoch as the address has it: the last one is None."""
    return None if epoch == kept[-1] else epoch


@st.fragment
def _side_by_side(run: runs.Run, a: Trace, b: Trace) -> None:
    frame.still_there(run)
    with st.container(key="compare-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with left:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            key = states.choose_signal(a.cell, "Signal", "over_time_signal").key
            layer = states.choose_layer(a.layers)
        view = view_of(run, [a, b], key, layer)
        bits, figure, alt = _found(
            (reading.key_of(run, a), reading.key_of(run, b)), view, frame.theme(), a, b
        )
        shown, steps = frame.current().step, view.steps(a)
        most = steps.start + int(bits[steps.start : steps.stop].argmax())
        step = min(max(most if shown is None else shown, view.start), steps.stop - 1)
        st.markdown(f"#### {headline(a, b, bits, key, layer)}")
        _pictures(run, (a, b), view, bits, step, (figure, alt))
    with right:
        names = {t.origin.epoch: f"{name} · {epochs.name(t.origin.epoch)}"
                 for name, t in (("A", a), ("B", b))}  # fmt: skip
        both = {names[t.origin.epoch]: t for t in epochs.in_order(a, b)}
        columns = [epochs.name(t.origin.epoch) for t in both.values()]
        side.draw_two_steps(both, (columns[0], columns[1]), step, "pair_next")
    frame.show_address()


def headline(a: Trace, b: Trace, bits: Array, key: str, layer: int) -> str:
    """Which expectation and which unit differ most, in words."""
    if bits.max() < SEEN:
        return "The two expect the same words throughout."
    most = int(bits.argmax())
    told = [
        f"{name} expects “{trace.vocabulary[int(p.argmax())]}” ({percent(float(p.max()))})"
        for name, trace in (("A", a), ("B", b))
        for p in (distribution.probabilities(trace.logits[most : most + 1])[0],)
    ]
    apart = comparison.unit_changes(a, b, key, layer)
    unit = int(apart.argmax())
    where = f" of layer {layer + 1}" if a.layers > 1 else ""
    return (
        f"They differ most after “{a.words[most]}”, by {bits[most]:.2f} bits: {', '.join(told)}."
        f" In {a.cell.signal(key).symbol} unit {unit}{where} lies furthest apart,"
        f" {apart[unit]:.2f} on average."
    )


def _pictures(
    run: runs.Run,
    traces: tuple[Trace, Trace],
    view: View,
    bits: Array,
    step: int,
    drawn: tuple[go.Figure, str],
) -> None:
    """The words, what A and B make of them, and how far their expectations lie apart."""
    a, b = traces
    steps, measure = view.steps(a), "divergence"
    part = bits[steps.start : steps.stop]
    with st.container(key="pair-block"):
        _words(run, a, steps, bits, step)
        charts.draw(drawn[0], PANELS, drawn[1])
        charts.draw(
            difference_bars(part, a.words, steps.start, measure, frame.theme()),
            BARS,
            describe_difference(part, a.words, steps.start, measure),
        )
    st.caption(
        f"The same unit in the same row of all three ({states.units_shown(a, view)}), A and B in"
        f" the same shades. In the difference, {epochs.difference_name(a, b)}, a colour is where"
        " the later epoch is higher, slate where it is lower. The bars say how differently the two"
        " would go on after each word (Jensen–Shannon divergence): 0 bits is the same distribution,"
        " 1 bit is two without a word in common."
    )
    downloads.draw_two(run, a, run, b)


def _words(run: runs.Run, trace: Trace, steps: range, bits: Array, step: int) -> None:
    """The clickable words, shaded by the divergence after each."""
    theme, part = frame.theme(), slice(steps.start, steps.stop)
    strip.words(
        strip.shaded(
            trace.words[part],
            bits[part].tolist(),
            sequential(theme_of(theme), "p", high=max(float(bits.max()), 1e-3)),
            [f"{value:.2f} bits" for value in bits[part]],
            reading.words_given(trace, run) - steps.start,
            theme,
        ),
        key="pair_words",
        charts=[PANELS, BARS],
        selected=step,
        unit=frame.current().unit,
        first_step=steps.start,
        caption="Shaded: how far the two expectations of what follows lie apart. Underlined:"
        " written by the last epoch.",
        theme=theme,
        on_pick=states.take,
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _found(
    keys: object, view: View, theme: str, _a: Trace, _b: Trace
) -> tuple[Array, go.Figure, str]:
    """The divergence at each step of the whole text; the picture, and what it shows in words."""
    bits, _ = comparison.divergence(_a, _b)
    return bits, figures.pair(_a, _b, view, theme), describe_change(*epochs.in_order(_a, _b), view)
