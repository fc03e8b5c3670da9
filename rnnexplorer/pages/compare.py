"""Compare: two networks, or two epochs of one, over the same words and in the same colours."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.figures import (
    View,
    describe_difference,
    difference_bars,
    shared_c_limit,
)
from rnnexplorer.measures import comparison, epochs
from rnnexplorer.pages import charts, downloads, frame, prompt, reading, side, states
from rnnexplorer.traces import Trace

#: How many words are offered to two networks that know different ones.
SHARED_WORDS = 12


def _choose_other(run: runs.Run, known: dict[str, runs.Run]) -> runs.Run:
    """The second run and its epoch; SimpleRNN against LSTM is what is offered first."""
    ready = [name for name, other in known.items() if runs.checkpoints(other)]
    look = frame.current()
    name = (
        look.other
        if look.other in ready
        else address.counterpart(run, {n: known[n] for n in ready}) or run.name
    )
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    st.session_state.compare_other = name

    def choose() -> None:
        frame.look(other=st.session_state.compare_other, other_epoch=None)

    left.selectbox(
        "Compared with",
        ready,
        key="compare_other",
        on_change=choose,
        format_func=lambda n: address.label(known[n]),
    )
    other = known[name]
    kept = runs.checkpoints(other)
    st.session_state.compare_epoch = look.other_epoch if look.other_epoch in kept else kept[-1]

    def choose_epoch() -> None:
        picked = st.session_state.compare_epoch
        frame.look(other=name, other_epoch=None if picked == kept[-1] else picked)

    if len(kept) > 1:
        right.select_slider(
            "its epoch",
            kept,
            key="compare_epoch",
            on_change=choose_epoch,
            format_func=epochs.short_name,
        )
    return other


@st.fragment
def _side_by_side(first: runs.Run, a: Trace, second: runs.Run, b: Trace) -> None:
    frame.still_there(first, second)
    with st.container(key="compare-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with left, st.container(key="compare-block"):
        words = st.container()
        key = _signal(a, b)
        view_a, view_b = _views(first, a, b, key)
        picked = states.picked(first, a, view_a)
        with words:
            states.draw_words(first, a, view_a, picked, ["compare-a", "compare-b", "compare-p"])
        for name, run, trace, view in (
            ("compare-a", first, a, view_a),
            ("compare-b", second, b, view_b),
        ):
            st.markdown(f"**{_title(run, trace)}**")
            states.draw_panels(run, trace, view, name)
        _difference(a, b, view_a)
        downloads.draw_two(first, a, second, b)
    with right:
        for run, trace, name in ((first, a, "next-a"), (second, b, "next-b")):
            st.caption(_title(run, trace))
            side.draw_step(trace, picked.step, key=name)
    frame.show_address()


def _title(run: runs.Run, trace: Trace) -> str:
    memory = (
        "state carried on"
        if trace.origin.memory == "stateful"
        else f"window of {trace.origin.window}"
    )
    return f"{address.label(run)} · {epochs.name(trace.origin.epoch)} · {memory}"


def _signal(a: Trace, b: Trace) -> str:
    """A signal that both have: a SimpleRNN has only h."""
    common = [s.key for s in a.cell.signals if s.key in {t.key for t in b.cell.signals}]
    common.sort(key=lambda key: key != "h")
    if len(common) == 1:
        return common[0]
    picked = st.segmented_control(
        "Signal",
        common,
        default="h",
        key=f"compare_signal_{'_'.join(common)}",
        format_func=lambda key: f"{a.cell.signal(key).symbol} {a.cell.signal(key).name}",
        required=True,
    )
    return picked or "h"


def _views(run: runs.Run, a: Trace, b: Trace, key: str) -> tuple[View, View]:
    """The same steps, the same scale; each network's most active units, or the same ones."""
    start, stop = states.steps_shown(run, a)
    layer = states.choose_layer(max(a.layers, b.layers))
    bare = [
        View(keys=(key,), layer=min(layer, trace.layers - 1), start=start, stop=stop)
        for trace in (a, b)
    ]
    limit = shared_c_limit((a, bare[0]), (b, bare[1]))
    same = _same_units(a, b)
    views = [
        View(
            keys=(key,),
            layer=min(layer, trace.layers - 1),
            start=start,
            stop=stop,
            units=states.rows(a if same else trace, min(layer, trace.layers - 1)),
            c_limit=limit,
        )
        for trace in (a, b)
    ]
    return views[0], views[1]


def _same_units(a: Trace, b: Trace) -> bool:
    """Two epochs of one run have the same units; two networks have nothing in common."""
    return a.origin.run == b.origin.run


def _difference(a: Trace, b: Trace, view: View) -> None:
    """How far the two next-word distributions lie apart at each step."""
    bits, shared = comparison.divergence(a, b)
    steps = view.steps(a)
    part = bits[steps.start : steps.stop]
    name = "divergence"
    charts.draw(
        difference_bars(part, a.words, steps.start, name, frame.theme()),
        "compare-p",
        describe_difference(part, a.words, steps.start, name),
    )
    units = "the same units in each row" if _same_units(a, b) else "each network's own units"
    text = (
        f"How to read this: the same words, the same colours, {units}. The bars say how differently"
        " the two would go on after each word (Jensen–Shannon divergence): 0 bits is the same"
        " distribution, 1 bit is two distributions without a word in common."
    )
    if shared < max(len(a.vocabulary), len(b.vocabulary)):
        text += f" Compared over the {shared:,} words that both know, rescaled to sum to 1."
    st.caption(text)


def _offer_shared_words(run: runs.Run, other: runs.Run) -> None:
    """A way out when the second network does not know the words: some that both know."""
    known = runs.vocabulary(other).index
    seeds = [word for sample in runs.samples(run) for word in sample.seed_words]
    shared = [word for word in seeds if word in known][:SHARED_WORDS]
    if not shared:
        return

    def use() -> None:
        frame.look(text=" ".join(shared), write=0, step=None)

    st.button("Use words that both know", on_click=use, icon=":material/undo:")


def _compare(run: runs.Run, known: dict[str, runs.Run]) -> None:
    prompt.draw(run)
    other = _choose_other(run, known)
    a = reading.trace_of(frame.current(), run)
    if a is None:
        prompt.offer_known_words(run)
        return
    epoch = frame.current().other_epoch
    b = reading.same_words(a, other, epoch if epoch in runs.checkpoints(other) else None)
    if b is None:
        _offer_shared_words(run, other)
    else:
        _side_by_side(run, a, other, b)


every = frame.known_runs()
chosen = frame.with_weights("There is nothing to compare yet")
if chosen is not None:
    _compare(chosen, every)
frame.show_address()
