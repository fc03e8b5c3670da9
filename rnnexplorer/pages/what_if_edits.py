"""Interventions: hold a gate open, erase a memory, push a unit; the text is written again."""

from __future__ import annotations

import dataclasses

import numpy as np
import streamlit as st

from rnnexplorer import edits, runs
from rnnexplorer.components import words as strip
from rnnexplorer.figures import View, describe_difference, describe_panels, difference_bars, panels
from rnnexplorer.figures import effect as figures
from rnnexplorer.figures.scales import sequential
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import effect
from rnnexplorer.pages import (
    brushing,
    charts,
    downloads,
    frame,
    prompt,
    reading,
    side,
    states,
    what_if_form,
)
from rnnexplorer.traces import Trace

#: What the second picture of the signal can show.
PICTURES = {"difference": "changed − untouched", "changed": "changed"}
#: Bits; a smaller divergence is rounding.
SEEN = 1e-6
BRUSH, CHANGED, DIVERGENCE = "brush", "changed", "kl"


def draw(run: runs.Run) -> None:
    """Controls, the signal to brush, and what came of it."""
    untouched = prompt.written(run)
    if untouched is None:
        return
    look = frame.current()
    acting = what_if_form.draw_list(look.edits or "", untouched)
    changed = reading.written(look, run, edits.written(acting)) if acting else None
    for remark in [] if changed is None else effect.beyond_range(changed):
        st.info(remark, icon=":material/info:")
    found = None if changed is None else effect.effect(untouched, changed)
    step = _step(run, untouched, found)
    with st.container(key="what-if-zones"):
        left, right = st.columns([3.1, 1], gap="large") if changed else (st.container(), None)
    with left:
        if changed is not None and found is not None:
            st.markdown(f"#### {_headline(found, untouched, changed)}")
        view = _view(run, untouched, step)
        with st.container(key="brush-block"):
            _words("Untouched", untouched, found, view, run, step, [_brush_key()])
            _brush(untouched, view, step)
        if changed is None or found is None:
            _examples(untouched, run)
        else:
            _changed(run, untouched, changed, found, view, step)
    if changed is not None and right is not None:
        with right:
            _beside(untouched, changed, step)


# --- what is edited ------------------------------------------------------------------------------


def _step(run: runs.Run, untouched: Trace, found: effect.Effect | None) -> int:
    """What the form, the marks and the pictures beside are about: the step of the address.

    Without one the step after which a change tells most, or the last of the given words.
    """
    chosen = frame.current().step
    if chosen is not None:
        return chosen
    return reading.words_given(untouched, run) - 1 if found is None else _telling_step(found)


def _view(run: runs.Run, trace: Trace, step: int) -> View:
    """The signal, the part of the text and the units that the pictures show."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="controls"):
        signal = states.choose_signal(
            trace.cell, "Change which signal?", "what_if_signal", trace.cell.keeper or "h"
        )
        layer = states.choose_layer(trace.layers)
        count = states.choose_unit_count(trace)
    start, stop = states.steps_shown(run, trace, step)
    return View(
        keys=(signal.key,),
        layer=layer,
        start=start,
        stop=stop,
        units=states.rows(trace, layer, count=count),
        next_words=0,
    )


def _brush_key() -> str:
    """Of the chart to draw in; another key is a chart without a rectangle."""
    return f"{BRUSH}-{st.session_state.get('what_if_brushes', 0)}"


def _take(pick: strip.Pick) -> None:
    """A click chooses the step, and takes the rectangle that was drawn before it away."""
    chart = st.session_state.get(_brush_key())
    if chart is not None and chart["selection"]["box"]:
        st.session_state.what_if_brushes = st.session_state.get("what_if_brushes", 0) + 1
    frame.look(step=pick.step)


def _brush(trace: Trace, view: View, step: int) -> None:
    """The untouched signal; a rectangle drawn in it becomes an edit."""
    event = charts.selectable(
        figures.brush(trace, view, frame.theme()), _brush_key(), describe_panels(trace, view), "box"
    )
    boxes = event["selection"]["box"]
    steps, rows = brushing.brushed(boxes[-1], view, trace) if boxes else (None, None)
    shown = f"The untouched text, {states.units_shown(trace, view)}."
    if frame.bare():  # a rectangle would ask for the form, which is hidden
        st.caption(shown)
        return
    st.caption(
        f"{shown} Draw a rectangle over the words"
        " and units that you want to change, or click a word, and say what becomes of it; the text"
        " is written again with the same random numbers."
    )
    what_if_form.draw(
        trace, view.keys[0] if view.keys else "h", view.layer, steps or (step, step), rows
    )


def _examples(trace: Trace, run: runs.Run) -> None:
    st.markdown("##### Or begin with one of these")
    with st.container(horizontal=True):
        for label, text in brushing.examples(trace, reading.words_given(trace, run)).items():
            st.button(label, on_click=frame.look, kwargs={"edits": text})


def _words(
    name: str,
    trace: Trace,
    found: effect.Effect | None,
    view: View,
    run: runs.Run,
    step: int,
    charts: list[str],
) -> None:
    """The words of a text over its pictures, shaded by how far the two expectations lie apart."""
    theme, part = frame.theme(), slice(view.start, view.stop)
    bits = np.full(len(trace), np.nan) if found is None else found.kl
    high = 1.0 if found is None else max(float(found.kl.max()), 1e-3)
    told = f"Click a word to choose its step.{reading.underlined(trace, run)}"
    if found is not None:
        told = f"{name}. Shaded: how far the two expectations of the next word lie apart."
    strip.words(
        strip.shaded(
            trace.words[part],
            bits[part].tolist(),
            sequential(theme_of(theme), "p", high=high),
            ["" if np.isnan(value) else f"{value:.2f} bits" for value in bits[part]],
            reading.words_given(trace, run) - view.start,
            theme,
        ),
        key=f"what_if_{name}",
        charts=charts,
        selected=step if step in view.steps(trace) else None,
        first_step=view.start,
        caption=told,
        theme=theme,
        on_pick=_take,
    )


# --- what came of it -----------------------------------------------------------------------------


def _changed(
    run: runs.Run,
    untouched: Trace,
    changed: Trace,
    found: effect.Effect,
    view: View,
    step: int,
) -> None:
    """The words of the changed text, the divergence, and what became of the signal."""
    theme, part = frame.theme(), slice(view.start, view.stop)
    with st.container(key="changed-block"):
        _words("Changed", changed, found, view, run, step, [CHANGED, DIVERGENCE])
        charts.draw(
            difference_bars(found.kl[part], changed.words, view.start, "KL divergence", theme),
            DIVERGENCE,
            describe_difference(found.kl[part], changed.words, view.start, "KL divergence"),
        )
        signal = changed.cell.signal(view.signals(changed)[0].key)
        pictures = {key: f"{signal.symbol}: {told}" for key, told in PICTURES.items()}
        shown = frame.choose_view("Shown below", pictures, "what_if_picture")
        if shown == "difference":
            figure = figures.difference(untouched, changed, view, theme)
            alt = figures.describe_change(untouched, changed, view)
        else:
            # Shaded as the untouched one above, so that the two compare.
            same = dataclasses.replace(view, c_limit=view.limit(untouched, signal))
            figure, alt = panels(changed, same, theme), describe_panels(changed, same)
        charts.draw(figure, CHANGED, alt)
    st.caption(
        "Above, how many bits the changed network's expectation costs at each word; below, what the"
        " change did to the signal. After the first other word the two read different texts, and"
        " both differences tell of that too."
    )
    with st.container(horizontal=True, gap="small"):
        downloads.data(
            "Both texts, step by step", effect.table(untouched, changed), f"{run.name}-what-if"
        )
        if brushing.last_numeric(edits.parse(changed.origin.edits)) is not None:
            st.button(
                "How much of it?", icon=":material/tune:", on_click=frame.look,
                kwargs={"tab": "dose", "unit": None, "later": 0},
                help="Sweep the number of the last change over its range.",
            )  # fmt: skip


def _headline(found: effect.Effect, untouched: Trace, changed: Trace) -> str:
    if found.kl.max() < SEEN:
        return "This changes nothing that can be seen in the predictions."
    most = _telling_step(found)
    shift = f"shifts most after “{changed.words[most]}”: {found.kl[most]:.2f} bits."
    if found.other_read is None:
        return f"The expectation {shift} The words stay the same."
    read = f"“{changed.words[found.other_read]}” is read instead of"
    read += f" “{untouched.words[found.other_read]}”"
    if found.parted is None:
        return (
            f"At step {found.other_read} {read}. The expectation {shift} What is written stays the"
            " same."
        )
    other = f"“{changed.words[found.parted]}” instead of “{untouched.words[found.parted]}”"
    if found.other_read == found.parted:
        return (
            f"While both read the same words, the expectation {shift} From step {found.parted} on"
            f" the words differ, {other}, and the bars tell of both."
        )
    return (
        f"At step {found.other_read} {read}. Until other words are written, the expectation {shift}"
        f" From step {found.parted} on other words are written, {other}, and the bars tell of both."
    )


def _telling_step(found: effect.Effect) -> int:
    """Where the intervention alone shifts the expectation most: before the texts part."""
    return int(found.kl[: found.parted].argmax())


def _beside(untouched: Trace, changed: Trace, step: int) -> None:
    """What both expect after the chosen step."""
    step = min(step, len(untouched) - 1, len(changed) - 1)
    both = {"untouched": untouched, "changed": changed}
    side.draw_two_steps(both, ("before", "after"), step, "what_if_next")
