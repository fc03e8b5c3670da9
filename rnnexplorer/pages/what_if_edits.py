"""Interventions: hold a gate open, erase a memory, push a unit; the text is written again."""

from __future__ import annotations

import streamlit as st

from rnnexplorer import edits, runs
from rnnexplorer.components import words as strip
from rnnexplorer.edits import Action, Edit
from rnnexplorer.figures import View, describe_difference, describe_panels, difference_bars
from rnnexplorer.figures import effect as figures
from rnnexplorer.figures.scales import sequential
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import effect, ordering
from rnnexplorer.pages import brushing, downloads, frame, prompt, reading, side, states
from rnnexplorer.signals import PANEL_ORDER
from rnnexplorer.traces import Trace

ACTIONS: dict[Action, str] = {
    "set": "set it to",
    "add": "add",
    "scale": "multiply it by",
    "hold": "hold it where it was",
}
#: Bits; a smaller divergence is rounding.
SEEN = 1e-6
BRUSH, CHANGED, DIVERGENCE = "brush", "changed", "kl"
QUIET = {"displayModeBar": False}


def draw(run: runs.Run) -> None:
    """Controls, the signal to brush, and what came of it."""
    prompt.draw(run)
    look = frame.current()
    untouched = reading.written(look, run)
    if untouched is None:
        prompt.offer_known_words(run)
        return
    frame.fit(untouched)
    changed = reading.written(look, run, look.edits) if look.edits else None
    with st.container(key="what-if-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with right:
        _list(look.edits or "", run)
    with left:
        view = _view(untouched)
        _brush(untouched, view)
        if changed is None:
            _examples(untouched)
        else:
            _both(run, untouched, changed, view)
    if changed is not None:
        with right:
            _beside(untouched, changed)


# --- what is edited ------------------------------------------------------------------------------


def _view(trace: Trace) -> View:
    """The signal, the part of the text and the units that the pictures show."""
    keys = [key for key in PANEL_ORDER if key in trace.signals]
    shown = frame.current().signal
    st.session_state.what_if_signal = shown if shown in keys else keys[-1 if len(keys) < 3 else 2]

    def take() -> None:
        frame.look(signal=st.session_state.what_if_signal)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.segmented_control(
            "Change which signal?", keys, key="what_if_signal", on_change=take, required=True,
            format_func=lambda key: trace.cell.signal(key).symbol,
        )  # fmt: skip
        layer = states.choose_layer(trace.layers)
    chosen = ordering.most_active(trace.signals["h"][layer], states.UNITS_SHOWN)
    units = chosen[ordering.order(trace.signals["h"][layer][:, chosen], "similarity")]
    start = max(0, min(len(trace) - states.STEPS_SHOWN, st.session_state.get("what_if_start", 0)))
    if len(trace) > states.STEPS_SHOWN:
        most = len(trace) - states.STEPS_SHOWN
        start = st.slider(f"Words shown, {states.STEPS_SHOWN} of {len(trace)}, from", 0, most,
                          key="what_if_start")  # fmt: skip
    return View(
        keys=(str(st.session_state.what_if_signal),),
        layer=layer,
        start=start,
        stop=min(len(trace), start + states.STEPS_SHOWN),
        units=tuple(int(unit) for unit in units),
        next_words=0,
    )


def _brush(trace: Trace, view: View) -> None:
    """The untouched signal; a rectangle drawn in it becomes an edit."""
    event = st.plotly_chart(
        figures.brush(trace, view, frame.theme()),
        theme=None,
        key=BRUSH,
        on_select="rerun",
        selection_mode="box",
        alt=describe_panels(trace, view),
        config=QUIET,
    )
    boxes = event["selection"]["box"]
    steps, rows = brushing.brushed(boxes[-1], view, trace) if boxes else (None, None)
    st.caption(
        "The untouched text. Draw a rectangle over the words and units that you want to change, say"
        " what becomes of them, and the text is written again with the same random numbers."
    )
    _form(trace, view, steps, rows)


def _form(
    trace: Trace, view: View, steps: tuple[int, int] | None, units: tuple[int, ...] | None
) -> None:
    """What becomes of the brushed part; without a brush, of the chosen step and all units."""
    signal = trace.cell.signal(view.keys[0] if view.keys else "h")
    step = frame.current().step or 0
    first, last = steps or (step, step)
    st.session_state.setdefault("what_if_action", "set")
    told = f"steps {first} to {last}" if last > first else f"step {first}"
    whose = "all units" if units is None or len(units) == trace.units else f"{len(units)} units"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="edit-form"):
        st.markdown(f"**{signal.symbol}** of {whose} at {told}:", width="content")
        action: Action = st.selectbox(
            "What", list(ACTIONS), format_func=ACTIONS.__getitem__, key="what_if_action",
            label_visibility="collapsed", width=190,
        )  # fmt: skip
        value = 0.0
        if action != "hold":
            value = st.number_input(
                "Value", -edits.LARGEST_VALUE, edits.LARGEST_VALUE, value=1.0, step=0.1,
                key="what_if_value", label_visibility="collapsed", width=130,
            )  # fmt: skip
        everyone = units is None or len(units) == trace.units
        edit = Edit(signal.key, view.layer, None if everyone else units, first, last + 1, action,
                    value)  # fmt: skip
        st.button("Change it", type="primary", icon=":material/edit:", on_click=_add, args=(edit,))


def _add(edit: Edit) -> None:
    before = frame.current().edits
    frame.look(edits=f"{before};{edit}" if before else str(edit))


def _examples(trace: Trace) -> None:
    st.markdown("##### Or begin with one of these")
    with st.container(horizontal=True):
        for label, text in brushing.EXAMPLES[trace.cell.key].items():
            st.button(label, on_click=frame.look, kwargs={"edits": text})


def _list(text: str, run: runs.Run) -> None:
    """The interventions as text, to be changed, removed or copied."""
    st.markdown("#### interventions")
    st.session_state.what_if_text = text

    def take() -> None:
        frame.look(edits=st.session_state.what_if_text.strip() or None)

    st.text_area(
        "As text", key="what_if_text", on_change=take, height=90, placeholder="none yet",
        help="`f@4-9=1` sets f of all units to 1 from step 4 to 9; `h[3]@5*0.5` halves h of unit 3"
        " at step 5; `i@2+0.1` adds; `c@5-=hold` holds C from step 5 on. Separate several by `;`."
        " The same text works on the command line, after `--edits`.",
    )  # fmt: skip
    if text:
        st.button("Undo all", icon=":material/undo:", on_click=frame.look, kwargs={"edits": None})


# --- what came of it -----------------------------------------------------------------------------


def _both(run: runs.Run, untouched: Trace, changed: Trace, view: View) -> None:
    found = effect.effect(untouched, changed)
    st.markdown(f"#### {_headline(found, untouched, changed)}")
    theme, chosen = frame.theme(), frame.current().step
    part = slice(view.start, view.stop)
    with st.container(key="changed-block"):
        for name, trace, charts in (
            ("Untouched", untouched, []), ("Changed", changed, [CHANGED, DIVERGENCE]),
        ):  # fmt: skip
            bits = found.kl[part]
            scale = sequential(theme_of(theme), "p", high=max(float(found.kl.max()), 1e-3))
            given = reading.words_given(trace, run)
            readings = [f"{value:.2f} bits" for value in bits]
            strip.words(
                strip.shaded(trace.words[part], bits.tolist(), scale, readings,
                             given - view.start, theme),
                key=f"what_if_{name}",
                charts=charts,
                selected=chosen if chosen in view.steps(trace) else None,
                first_step=view.start,
                caption=f"{name}. Shaded: how far the two expectations of the next word lie apart.",
                theme=theme,
                on_pick=lambda pick: frame.look(step=pick.step),
            )  # fmt: skip
        st.plotly_chart(
            difference_bars(found.kl[part], changed.words, view.start, "KL divergence", theme),
            theme=None, key=DIVERGENCE, config=QUIET,
            alt=describe_difference(found.kl[part], changed.words, view.start, "KL divergence"),
        )  # fmt: skip
        st.plotly_chart(
            figures.difference(untouched, changed, view, theme),
            theme=None, key=CHANGED, config=QUIET,
            alt=figures.describe_change(untouched, changed, view),
        )  # fmt: skip
    st.caption(
        "Above, how many bits the changed network's expectation costs at each word; below, what the"
        " change did to the signal. After the first other word the two read different texts, and"
        " both differences tell of that too."
    )
    with st.popover("Data", icon=":material/download:"):
        table = effect.table(untouched, changed)
        downloads.csv("Both texts, step by step", table, f"{run.name}-what-if")
        st.dataframe(table, height=260, hide_index=True)


def _headline(found: effect.Effect, untouched: Trace, changed: Trace) -> str:
    if found.kl.max() < SEEN:
        return "This changes nothing that can be seen in the predictions."
    most = _telling_step(found)
    told = f"The expectation shifts most after “{changed.words[most]}”: {found.kl[most]:.2f} bits."
    if found.parted is None:
        return f"{told} The words stay the same."
    other = f"“{changed.words[found.parted]}” instead of “{untouched.words[found.parted]}”"
    return f"{told} From step {found.parted} on the words differ: {other}."


def _telling_step(found: effect.Effect) -> int:
    """Where the intervention alone shifts the expectation most: before the texts part."""
    return int(found.kl[: found.parted].argmax())


def _beside(untouched: Trace, changed: Trace) -> None:
    """What both expect after the chosen step."""
    chosen = frame.current().step
    step = _telling_step(effect.effect(untouched, changed)) if chosen is None else chosen
    step = min(step, len(untouched) - 1, len(changed) - 1)
    both = {"untouched": untouched, "changed": changed}
    side.draw_two_steps(both, ("before", "after"), step, "what_if_next")
