"""Beside the panels: the chosen step and what may come next; the chosen unit and its arithmetic."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.figures import (
    describe_next_words,
    describe_unit_lines,
    equations,
    next_words,
    unit_lines,
)
from rnnexplorer.figures.style import tenths
from rnnexplorer.measures import arithmetic, distribution, effect, ledger
from rnnexplorer.measures.arithmetic import signed
from rnnexplorer.pages import charts, frame, reading
from rnnexplorer.pages.states import Picked
from rnnexplorer.traces import Array, Trace

#: Words listed whose probability differs most between two traces.
SHIFTED = 8


def draw(run: runs.Run, trace: Trace, picked: Picked) -> None:
    """The step above, the unit below."""
    draw_step(trace, picked.step, key="next")
    _unit(run, trace, picked)


def draw_step(trace: Trace, step: int, key: str) -> None:
    """The next-word distribution at a step."""
    st.markdown(f"#### after “{trace.words[step]}”", help=None)
    st.caption(f"step {step} · what may come next")
    probs = distribution.probabilities(trace.logits[step : step + 1])[0]
    came = trace.words[step + 1] if step + 1 < len(trace) else None
    charts.draw(
        next_words(trace.vocabulary, probs, came, frame.theme()),
        key,
        describe_next_words(trace.vocabulary, probs, came),
    )
    st.caption(_what_came(trace, step))


def draw_two_steps(traces: dict[str, Trace], columns: tuple[str, str], step: int, key: str) -> None:
    """What two traces expect after a step, and the words whose probability differs most.

    Args:
        traces: two of the same vocabulary, by their names on the screen.
        columns: the heads of their columns in the table.
        step: that both have.
        key: of the charts.
    """
    for number, (name, trace) in enumerate(traces.items()):
        st.caption(name)
        draw_step(trace, step, key=f"{key}_{number}")
    first, second = traces.values()
    shifts = effect.largest_shifts(first, second, step, SHIFTED)
    table = pd.DataFrame(
        {
            "word": shifts["word"],
            columns[0]: shifts["before"].map(tenths),
            columns[1]: shifts["after"].map(tenths),
            "points": [signed(100 * change, 1) for change in shifts["change"]],
        }
    )
    st.dataframe(table, hide_index=True)
    st.caption(f"points: {columns[1]} minus {columns[0]}, in percentage points.")


def _what_came(trace: Trace, step: int) -> str:
    if step + 1 == len(trace):
        return "The text ends here."
    logits = trace.logits[step : step + 1]
    target = trace.targets()[step : step + 1]
    bits = float(distribution.surprisal(logits, target)[0])
    share = 2.0**-bits
    heat = trace.origin.temperature
    plain = "" if heat == 1 else " · the network's own, as at temperature 1"
    came = f"came: **{trace.words[step + 1]}** ({tenths(share)}) · surprisal {bits:.1f} bits"
    return came + plain


def _unit(run: runs.Run, trace: Trace, picked: Picked) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### unit", width="content")
        choose_unit(trace, picked)
    st.caption(f"at step {picked.step}, while it reads “{trace.words[picked.step]}”")
    numbers = _arithmetic(run, trace, picked)
    with st.container(key="arithmetic"):
        for block in equations(numbers, frame.theme()):
            st.latex(block)
    if len(numbers.gates) > 1:
        st.caption("In brackets: what the word brings, what the state brings, the bias.")
    st.markdown(arithmetic.sentence(numbers))
    charts.draw(
        unit_lines(trace, picked.layer, picked.unit, picked.step, frame.theme()),
        "unit",
        describe_unit_lines(trace, picked.layer, picked.unit, picked.step),
    )
    st.caption(f"Unit {picked.unit} over these words; the line is the chosen step.")
    offer_unit_page(picked)
    if ledger.has_ledger(trace.cell):
        frame.offer(
            "memory", "What was written when?", ":material/account_balance:",
            unit=picked.unit, layer=picked.layer, units="one", tab="ledger",
        )  # fmt: skip


def offer_unit_page(picked: Picked) -> None:
    """A link to the page of the unit."""
    frame.offer(
        "units", "What does this unit do?", ":material/search_insights:",
        unit=picked.unit, layer=picked.layer, tab="unit",
    )  # fmt: skip


def draw_state(run: runs.Run, trace: Trace, picked: Picked) -> None:
    """What becomes of a unit's state at a step: the equation with its numbers."""
    numbers = _arithmetic(run, trace, picked)
    with st.container(key="arithmetic"):
        st.latex(equations(numbers, frame.theme())[-1])
    st.markdown(arithmetic.sentence(numbers))


def _arithmetic(run: runs.Run, trace: Trace, picked: Picked) -> arithmetic.Arithmetic:
    epoch = trace.origin.epoch
    weights = _weights(str(run.path), epoch, reading.stamp(run, epoch), run)
    return arithmetic.arithmetic(
        trace, weights, layer=picked.layer, step=picked.step, unit=picked.unit
    )


def choose_unit(trace: Trace, picked: Picked) -> None:
    """By number too: heatmaps cannot be reached with a keyboard."""
    st.session_state.side_unit = picked.unit

    def take() -> None:
        frame.look(unit=int(st.session_state.side_unit))

    st.number_input(
        "Unit",
        0,
        trace.units - 1,
        key="side_unit",
        on_change=take,
        label_visibility="collapsed",
        width=96,
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _weights(path: str, epoch: int, stamp: int, _run: runs.Run) -> dict[str, Array]:
    return runs.weights(_run, epoch)
