"""The ledger: what each word kept and wrote in the cell, and which word wrote what is in it now."""

from __future__ import annotations

import numpy as np
import streamlit as st

from rnnexplorer import address, runs, signals
from rnnexplorer.figures import View
from rnnexplorer.measures import ledger, ledger_report
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.ledger import Items, Ledger
from rnnexplorer.pages import downloads, frame, ledger_pictures, prompt, reading, side, states
from rnnexplorer.pages.ledger_account import (
    Asked,
    account,
    account_of_all,
    items_of,
    items_of_all,
)
from rnnexplorer.traces import Trace

WHOSE = {"one": "one unit", "all": "all units"}
#: Units listed beside the account of all units.
LISTED = 8


def draw(run: runs.Run) -> None:
    """The words and their ledger; for a SimpleRNN, why it has none."""
    cell = signals.cell(run.recipe.cell)
    if not ledger.has_ledger(cell):
        _no_ledger(run)
        return
    trace = prompt.traced(run)
    if trace is None:
        return
    _ledger(run, trace)


def _no_ledger(run: runs.Run) -> None:
    """What a SimpleRNN has instead, and where a ledger is to be had."""
    st.markdown("#### A SimpleRNN keeps no ledger")
    st.markdown(
        "A ledger reads **C = f·C₋ + i·g** over time: a gate says how much of the old content is"
        " kept, and what is new is added to it, so that the content is a sum of what each word"
        " wrote. A SimpleRNN has neither: **h = tanh(x·W + h₋·W + b)** makes the whole state anew"
        " at every word, and a sum that went through tanh cannot be taken apart again. What its"
        " state is can be seen on Explore, how long a unit remembers on Units, and what a part of"
        " it does on What if."
    )
    known = frame.known_runs()
    gated = {
        name: other
        for name, other in known.items()
        if ledger.has_ledger(signals.cell(other.recipe.cell)) and runs.checkpoints(other)
    }
    nearest = address.counterpart(run, gated)
    with st.container(horizontal=True):
        if nearest is not None:
            other = gated[nearest]
            st.button(
                f"The ledger of {address.label(other)}", icon=":material/menu_book:",
                on_click=frame.look,
                kwargs={"run": other.name, "epoch": None, "unit": None, "layer": 0},
            )  # fmt: skip
        frame.offer("explore", "The states of this model", ":material/grid_on:")


@st.fragment
def _ledger(run: runs.Run, trace: Trace) -> None:
    """Everything that a click on a word changes."""
    frame.still_there(run)
    with st.container(key="memory-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with right:
        whose_place, beside_place = st.container(), st.container()
    with left:
        headline_place, block = st.empty(), st.container(key="ledger-block")
    with block:
        words_place, bars_place = st.container(), st.container()
        start, stop = states.steps_shown(run, trace)
    with whose_place:
        layer, picked_unit, everyone = _whose(run, trace)
    view = View(layer=layer, start=start, stop=stop, units=(picked_unit,))
    picked = states.picked(run, trace, view)
    passage, first = _passage(run, trace, picked.step)
    asked = Asked(
        run, trace, passage, first, view.steps(trace), picked, None if everyone else picked.unit
    )
    book, items = account(asked), items_of(asked)
    headline_place.markdown(f"#### {_headline(asked, book, items)}")
    with words_place:
        ledger_pictures.draw_words(asked, items)
    with bars_place:
        ledger_pictures.draw_bars(asked, book)
        ledger_pictures.draw_back(asked, items)
    _data(asked, book, items)
    with beside_place:
        _beside(asked)
    frame.show_address()


# --- what is asked -------------------------------------------------------------------------------


def _whose(run: runs.Run, trace: Trace) -> tuple[int, int, bool]:
    """Layer, unit, and whether all units are taken together."""
    whose = frame.choose("Whose ledger", "units", WHOSE, "ledger_whose")
    layer = states.choose_layer(trace.layers)
    unit = frame.current().unit
    if unit is None:
        unit = reading.first_unit(run, layer)
    return layer, unit, whose == "all"


def _passage(run: runs.Run, trace: Trace, step: int) -> tuple[Trace, int]:
    """The words that the state at a step was made from, in one pass, and the step it begins at."""
    steps = ledger.reach(trace, step)
    if steps.start == 0:  # up to the first full window both memories agree
        return trace, 0
    return reading.in_one_pass(run, trace, steps), steps.start


# --- above, beside, below ------------------------------------------------------------------------


def _headline(asked: Asked, book: Ledger, items: Items) -> str:
    step, words = asked.picked.step, asked.trace.words
    if asked.unit is not None:
        told = ledger_report.account(book, words, step, f"unit {asked.unit} holds")
        return f"{told} {ledger_report.largest_part(items, words)}"
    who = f"all {asked.trace.units} units, sizes summed, hold"
    told = ledger_report.account(book, words, step, who)
    return f"{told} {ledger_report.newest_half(items)}"


def _beside(asked: Asked) -> None:
    """Of one unit its equation with the numbers; of all units those that hold most."""
    word = asked.trace.words[asked.picked.step]
    if asked.unit is None:
        st.markdown(f"#### the largest at “{word}”")
        with st.container(gap=None):
            _largest_units(asked)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### unit", width="content")
        side.choose_unit(asked.trace, asked.picked)
    st.caption(f"at step {asked.picked.step}, while it reads “{word}”")
    side.draw_state(asked.run, asked.trace, asked.picked)
    side.offer_unit_page(asked.picked)


def _largest_units(asked: Asked) -> None:
    """The units of the largest content, each with the word that wrote most of it; a way to each."""
    items = items_of_all(asked)
    order = np.argsort(-np.abs(items.total), kind="stable")[:LISTED]
    for unit in order.tolist():
        one = items.of(unit)
        word = asked.trace.words[one.largest()]
        st.button(
            f"unit {unit}: {number(float(one.total))}, mostly from “{word}”",
            key=f"ledger_unit_{unit}",
            type="tertiary",
            on_click=frame.look,
            kwargs={"unit": unit, "units": "one"},
        )


def _data(asked: Asked, book: Ledger, items: Items) -> None:
    words, name = asked.trace.words, f"{asked.run.name}-epoch{asked.trace.origin.epoch}"
    whose = "all-units" if asked.unit is None else f"unit{asked.unit}"
    with st.popover("Data", icon=":material/download:"):
        of_each = book if asked.unit is not None else account_of_all(asked)
        table = ledger_report.table(of_each, words)
        downloads.csv("Kept and written, step by step", table, f"{name}-{whose}-ledger")
        parts = ledger_report.items_table(items, words)
        downloads.csv("Written when", parts, f"{name}-{whose}-step{asked.picked.step}")
        st.dataframe(table, height=260, hide_index=True)
