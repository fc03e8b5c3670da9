"""Why an LSTM forgets less: what is left of a small change, by its gates alone and besides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import address, runs, signals
from rnnexplorer.components import words as strip
from rnnexplorer.figures import View
from rnnexplorer.figures import forgetting as figures
from rnnexplorer.figures.forgetting import Drawn
from rnnexplorer.figures.scales import sequential
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import forgetting_report
from rnnexplorer.measures.arithmetic import short
from rnnexplorer.measures.forgetting import Split
from rnnexplorer.pages import (
    downloads,
    frame,
    influence_models,
    influence_paths,
    knobs,
    prompt,
    reading,
    states,
)
from rnnexplorer.pages.influence_paths import Left
from rnnexplorer.settings import Choice
from rnnexplorer.traces import Trace

#: Whose change is followed.
KNOBS = {"whose": Choice(("all", "one"))}
WHOSE = {"all": "all units", "one": "one unit"}

#: Units listed beside the picture.
LISTED = 6

CHART = "forgetting"
QUIET = {"displayModeBar": False}


@dataclass(frozen=True, eq=False)
class Other:
    """The network held against the one that is looked at."""

    run: runs.Run
    left: Left


def draw(run: runs.Run) -> None:
    """The words, and what is left of the state of each at the chosen one."""
    trace = prompt.traced(run)
    if trace is not None:
        _why(run, trace)


@st.fragment
def _why(run: runs.Run, trace: Trace) -> None:
    """Everything that a click on a word changes."""
    frame.still_there(run)
    whose = str(knobs.values(KNOBS)["whose"])
    with st.container(key="forgetting-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with right:
        knobs.choice(KNOBS, "whose", "Whose", WHOSE)
        layer = states.choose_layer(trace.layers)
        unit_place = st.container()
        other_run = _choose_other(run)
        facts_place = st.container()
    with left:
        headline_place, words_place, work_place = st.empty(), st.container(), st.container()
        start, stop = states.steps_shown(run, trace)
    picked = states.picked(run, trace, View(layer=layer, start=start, stop=stop))
    with work_place:
        own = influence_paths.left(run, trace, picked.step, layer, "forgetting")
    if own is None:  # cancelled
        frame.show_address()
        return
    unit = None
    if whose == "one":
        unit = _unit(own)
        with unit_place:
            states.choose_unit(unit, trace.units, "forgetting_unit")
    with words_place:
        _words(run, trace, own, unit, picked.step, range(start, stop))
    with work_place:
        other = _other(other_run, trace, picked.step, layer)
        _picture(own, other, unit)
        with headline_place:
            st.markdown(f"#### {_headline(own, other, unit)}")
        st.caption(_how_to_read(own, unit))
        with st.container(horizontal=True, vertical_alignment="center"):
            _data(run, own, other, unit)
            influence_models.offer_average()
    with facts_place:
        _facts(own, other, unit)
    frame.show_address()


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


def _other(other: runs.Run | None, trace: Trace, step: int, layer: int) -> Other | None:
    """The same words read by the other network; None after saying why it cannot."""
    if other is None:
        return None
    look = frame.current()
    epoch = look.other_epoch if look.other == other.name else None
    read = reading.same_words(trace, other, epoch)
    if read is None:
        return None
    layer = min(layer, read.layers - 1)
    found = influence_paths.left(other, read, step, layer, "forgetting_other")
    return None if found is None else Other(other, found)


def _unit(own: Left) -> int:
    """The chosen unit; at first the one of which most is left."""
    unit = frame.current().unit
    return _lasting(own.found)[0] if unit is None else min(unit, own.found.total.shape[1] - 1)


def _lasting(found: Split) -> list[int]:
    """Units of which most is left where the sentence looks, by their gates alone or at all."""
    lengths = found.total if found.path is None else found.path
    k = forgetting_report.told_back(found)
    return [int(unit) for unit in np.argsort(-lengths[k], kind="stable")]


def _of(own: Left, unit: int | None) -> Split:
    return own.found.together() if unit is None else own.found.of(unit)


# --- drawn ---------------------------------------------------------------------------------------


def _words(
    run: runs.Run, trace: Trace, own: Left, unit: int | None, step: int, steps: range
) -> None:
    """The strip: each earlier word shaded by how much of a change made there is left."""
    theme = theme_of(frame.theme())
    found, part = _of(own, unit), slice(steps.start, steps.stop)
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


def _picture(own: Left, other: Other | None, unit: int | None) -> None:
    key = (own.key, None if other is None else other.left.key, unit, frame.theme())
    figure, alt = _kept_picture(key, own, other, unit)
    st.plotly_chart(figure, theme=None, key=CHART, alt=alt, config=QUIET)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_picture(
    key: object, _own: Left, _other: Other | None, _unit: int | None
) -> tuple[go.Figure, str]:
    whole = _unit is None
    first = Drawn(
        _own.cell, _of(_own, _unit),
        _own.values if whole else None, _own.weights if whole else None,
    )  # fmt: skip
    second = None
    longest = _own
    if _other is not None:
        second = Drawn(_other.left.cell, _other.left.found.together())
        longest = max(_own, _other.left, key=lambda one: len(one.words))
    return (
        figures.left_over(first, second, longest.words, frame.theme()),
        figures.describe_left_over(first, second),
    )


def _headline(own: Left, other: Other | None, unit: int | None) -> str:
    found = _of(own, unit)
    k = forgetting_report.told_back(found)
    if k == 0:
        return (
            f"“{own.words[-1]}” is the first word that is read: there is nothing to look back to."
        )
    if unit is not None:
        return forgetting_report.sentence_of_unit(own.cell, found, unit)
    told = forgetting_report.sentence(own.cell, found, own.weights)
    if other is None:
        return told
    name, left = _name(other.run), other.left
    return (
        f"{told} {forgetting_report.sentence_of_other(name, left.cell, left.found.together(), k)}"
    )


def _name(run: runs.Run) -> str:
    cell = signals.cell(run.recipe.cell)
    return f"The {cell.title}" if run.shipped else run.name


def _facts(own: Left, other: Other | None, unit: int | None) -> None:
    """Half distances, what there is to say of a SimpleRNN's matrix, and the lasting units."""
    st.markdown(forgetting_report.halves(_of(own, unit)))
    if other is not None:
        told = forgetting_report.halves(other.left.found.together())
        st.caption(f"{address.label(other.run)}: {told}")
    for left in (own, None if other is None else other.left):
        if left is not None and left.recurrent is not None:
            told = forgetting_report.recurrent_sentence(left.recurrent)
            st.caption(f"{left.cell.title}: {told}")
    k = forgetting_report.told_back(own.found)
    if k == 0:
        return
    gate = own.cell.keeper
    by = "" if gate is None else f" by {own.cell.signal(gate).symbol}"
    st.markdown(f"##### lasting longest, {k} back")
    lengths = own.found.total if own.found.path is None else own.found.path
    with st.container(gap=None):
        for one in _lasting(own.found)[:LISTED]:
            st.button(
                f"unit {one}: {short(float(lengths[k, one]))}{by}",
                key=f"forgetting_unit_{one}", type="tertiary", on_click=_look_at, args=(one,),
            )  # fmt: skip
    if unit is not None:
        frame.offer(
            "units", "What does this unit do?", ":material/search_insights:",
            unit=unit, layer=own.layer, tab="unit",
        )  # fmt: skip


def _look_at(unit: int) -> None:
    frame.look(unit=unit)
    knobs.turn(KNOBS, whose="one")


def _how_to_read(own: Left, unit: int | None) -> str:
    cell = own.cell
    symbol = cell.signal(cell.memory).symbol
    if cell.key == "rnn":
        told = (
            f"J = ∂{symbol} here / ∂{symbol} some words back = ∏ diag(1 − h²) W_hhᵀ: every step"
            " multiplies by the same matrix and by the slope of tanh, and no part of the change"
            " passes untouched."
        )
        if unit is None:
            told += (
                " Each faint line is one singular value of J: how much of a change in one direction"
                " is left. No step can stretch more than the largest singular value of W_hh; below"
                " a spectral radius of 1 the weights alone let every change die out in the end."
            )
    else:
        gate = cell.signal(str(cell.keeper))
        told = (
            f"J = ∂{symbol} here / ∂{symbol} some words back is the sum of two matrices: a path"
            f" that only the {gate.name}s touch, ∏ {gate.symbol} on the diagonal, and everything"
            " else, which leads through h and the gates. Entry by entry they sum to J; their"
            " lengths do not, since they may point to different sides."
        )
    if unit is None:
        told += (
            " Length is the Frobenius norm over √H: what is left, by root mean square, of a change"
            " of length 1 in a random direction. It is 1 at the word itself for networks of any"
            " size."
        )
    else:
        told += (
            f" For one unit it is the length of its row of J: how far a change of length 1 of all"
            f" {symbol} can move it at most. Dashed are all units of the other network."
        )
    told += (
        " The scale is one of powers of ten: a straight line loses the same share at every word."
    )
    if own.window is not None:
        told += f" In window memory nothing reaches further than {own.window} words."
    return told


def _data(run: runs.Run, own: Left, other: Other | None, unit: int | None) -> None:
    with st.popover("Data", icon=":material/download:"):
        whose = "all-units" if unit is None else f"unit{unit}"
        values = own.values if unit is None else None
        table = forgetting_report.table(_of(own, unit), own.words, values)
        name = f"{run.name}-epoch{own.epoch}"
        downloads.csv("Left against distance", table, f"{name}-{whose}-forgetting")
        if other is not None:
            left = other.left
            second = forgetting_report.table(left.found.together(), left.words, left.values)
            downloads.csv(
                f"The same of {address.label(other.run)}", second,
                f"{other.run.name}-epoch{left.epoch}-all-units-forgetting",
            )  # fmt: skip
        st.dataframe(table, height=260, hide_index=True)
