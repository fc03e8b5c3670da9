"""Why an LSTM forgets less: what is left of a small change, by its gates alone and besides."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnexplorer import address, beside, keeping, runs
from rnnexplorer.components import words as strip
from rnnexplorer.figures import View
from rnnexplorer.figures.scales import sequential
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.arithmetic import short
from rnnexplorer.pages import (
    frame,
    influence_kept,
    influence_models,
    influence_paths,
    knobs,
    prompt,
    reading,
    states,
    working,
)
from rnnexplorer.pages.influence_kept import KNOBS, WHOSE, Other
from rnnexplorer.pages.influence_paths import Left
from rnnexplorer.traces import Trace

VIEWS = {
    "word": "at the chosen word",
    "average": f"on average over {keeping.READ} places of the text",
}


class Controls(NamedTuple):
    """What the column beside the picture asks, and its places for what comes of it."""

    whose: str
    layer: int
    other: runs.Run | None
    unit_place: DeltaGenerator
    facts_place: DeltaGenerator


def draw(run: runs.Run) -> None:
    """What is left of the state at one word, or on average."""
    with st.container(key="controls-where"):
        where = frame.choose_view("Where", VIEWS, "why_view")
    if where == "average":
        _average(run)
        return
    trace = prompt.traced(run)
    if trace is not None:
        working.part_of_page(_why, run, trace)


def _why(run: runs.Run, trace: Trace) -> None:
    """Everything that a click on a word changes."""
    frame.still_there(run)
    left, asked = _zones(run)
    with left:
        headline_place, words_place, work_place = st.empty(), st.container(), st.container()
        start, stop = states.steps_shown(run, trace)
    picked = states.picked(run, trace, View(layer=asked.layer, start=start, stop=stop))
    with work_place:
        own = influence_paths.left(run, trace, picked.step, asked.layer, "forgetting")
    if own is None:  # cancelled
        frame.show_address()
        return
    unit = _unit(asked, own)
    with words_place:
        _words(run, trace, own, unit, picked.step, range(start, stop))
    with work_place:
        other = _other(run, asked.other, trace, picked.step, asked.layer)
        influence_kept.draw(run, own, other, unit, headline_place)
    with asked.facts_place:
        influence_kept.facts(run, own, other, unit)
    frame.show_address()


def _average(run: runs.Run) -> None:
    """The same on average over places of the run's text.

    No fragment: from within one, Cancel would wait for the page that draws it to end.
    """
    frame.fit_units(run)
    left, asked = _zones(run)
    with left:
        headline_place, work_place = st.empty(), st.container()
    with work_place:
        found = _at_places(run, asked)
    if found is None:  # no text, or cancelled
        return
    own, other = found
    unit = _unit(asked, own)
    with work_place:
        influence_kept.draw(run, own, other, unit, headline_place)
    with asked.facts_place:
        influence_kept.facts(run, own, other, unit)


# --- asked ---------------------------------------------------------------------------------------


def _zones(run: runs.Run) -> tuple[DeltaGenerator, Controls]:
    """The wide column, and what the narrow one asks."""
    whose = str(knobs.values(KNOBS)["whose"])
    with st.container(key="forgetting-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with right:
        with st.container(key="controls-why"):
            knobs.choice(KNOBS, "whose", "Whose", WHOSE)
            layer = states.choose_layer(run.recipe.layers)
            unit_place = st.container()
            other = _choose_other(run)
        return left, Controls(whose, layer, other, unit_place, st.container())


def _choose_other(run: runs.Run) -> runs.Run | None:
    """What it is held against: the natural counterpart is offered first."""
    known = frame.known_runs()
    ready = {name: other for name, other in known.items() if runs.checkpoints(other)}
    ready.pop(run.name, None)
    if not ready:
        return None
    look = frame.current()
    name = look.other if look.other in ready else address.counterpart(run, ready)
    st.session_state.forgetting_other = name

    def take() -> None:
        frame.look(other=st.session_state.forgetting_other, other_epoch=None)

    st.selectbox(
        "Held against, dashed", list(ready), key="forgetting_other", on_change=take,
        format_func=lambda key: address.label(ready[key]),
    )  # fmt: skip
    return ready[str(name)]


def _epoch_of(run: runs.Run, other: runs.Run) -> int | None:
    """That of the address, else that of the run where the other kept it; None is the last."""
    look = frame.current()
    if look.other == other.name and look.other_epoch is not None:
        return look.other_epoch
    same = runs.kept_epoch(run, look.epoch)
    return same if same != runs.kept_epoch(run) and same in runs.checkpoints(other) else None


def _other(
    run: runs.Run, other: runs.Run | None, trace: Trace, step: int, layer: int
) -> Other | None:
    """The same words read by the other network; None after saying why it cannot."""
    if other is None:
        return None
    read = reading.same_words(trace, other, _epoch_of(run, other))
    if read is None:
        return None
    layer = min(layer, read.layers - 1)
    found = influence_paths.left(other, read, step, layer, "forgetting_other")
    return None if found is None else Other(other, found)


def _at_places(run: runs.Run, asked: Controls) -> tuple[Left, Other | None] | None:
    """The averages of both networks at the same places; None after saying why there are none."""
    found = influence_models.text_of(run)
    every = None if found is None else influence_models.places_of(run, found)
    if every is None:
        return None
    drawn = [(run, runs.kept_epoch(run, frame.current().epoch))]
    if asked.other is not None:
        drawn += _comparable(run, asked.other)
    lefts = influence_paths.on_average(run, drawn, keeping.some(every), asked.layer)
    if lefts is None:
        return None
    return lefts[0], Other(drawn[1][0], lefts[1]) if len(lefts) > 1 else None


def _comparable(run: runs.Run, other: runs.Run) -> list[beside.Drawn]:
    """The other network and its epoch; none after saying why it is left out."""
    if not beside.comparable(run, {other.name: other}):
        st.caption(
            f"{address.label(other)} was not trained on the same text with the same part held out:"
            " it cannot be averaged over the same places and is left out."
        )
        return []
    epoch = _epoch_of(run, other)
    if epoch is not None and epoch not in runs.checkpoints(other):
        st.caption(beside.left_out(address.label(other), other, epoch))
        return []
    return [(other, runs.kept_epoch(other, epoch))]


def _unit(asked: Controls, own: Left) -> int | None:
    """The chosen unit, at first the one of which most is left, with its control; None is all."""
    if asked.whose == "all":
        return None
    unit, units = frame.current().unit, own.found.total.shape[1]
    unit = influence_kept.lasting(own.found)[0] if unit is None else min(unit, units - 1)
    with asked.unit_place:
        states.choose_unit(unit, units, "forgetting_unit")
    return unit


def _words(
    run: runs.Run, trace: Trace, own: Left, unit: int | None, step: int, steps: range
) -> None:
    """The strip: each earlier word shaded by how much of a change made there is left."""
    theme = theme_of(frame.theme())
    found, part = own.of(unit), slice(steps.start, steps.stop)
    values, readings = np.full(len(trace), np.nan), [""] * len(trace)
    for k, value in enumerate(found.total.tolist()):
        values[step - k], readings[step - k] = value, f"{short(value)} is left"
    high = max(1.0, float(found.total.max()))
    symbol = own.cell.signal(own.cell.memory).symbol
    strip.words(
        strip.shaded(
            trace.words[part], values[part].tolist(),
            sequential(theme, own.cell.memory, high, root=3), readings[part],
            reading.words_given(trace, run) - steps.start, theme.name,
        ),
        key="forgetting_words",
        charts=[],
        selected=step,
        first_step=steps.start,
        caption=f"Click a word to look back from it. Shaded: what is left at “{trace.words[step]}”"
        f" of a small change of {symbol} made at each word."
        f"{reading.underlined(trace, run)}",
        theme=theme.name,
        on_pick=lambda pick: frame.look(step=pick.step),
    )  # fmt: skip
