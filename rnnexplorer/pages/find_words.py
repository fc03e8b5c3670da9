"""Words looked for in the text, and what one unit does at each of their places."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from rnnexplorer import address, runs
from rnnexplorer.address_fields import LONGEST_TEXT
from rnnexplorer.components.concordance import concordance
from rnnexplorer.figures import scale_of, theme_of
from rnnexplorer.index import Array, Index
from rnnexplorer.measures import searching
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.searching import Places
from rnnexplorer.pages import downloads, find_places, frame, indexing_panel, reading, states
from rnnexplorer.signals import Signal

#: Rows of the table on the page; the file has all.
TABLED = 1000
ORDERS = {"text": "in the text's order", "high": "highest first", "low": "lowest first"}


def draw(run: runs.Run) -> None:
    """The box, the controls of the unit, the places."""
    made = indexing_panel.ready(run, frame.current().epoch)
    if made is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="find-row"):
        sought = _box(run)
        signal, layer, unit, order = _controls(run, made)
    _results(run, made, sought, signal, layer, unit, order)


def _box(run: runs.Run) -> str:
    """What is looked for; the first words of the run's own text until somebody says."""
    first = " ".join(address.default_text(run).split()[:2])
    shown = frame.current().sought
    st.session_state.find_sought = first if shown is None else shown

    def take() -> None:
        frame.look(sought=st.session_state.find_sought[:LONGEST_TEXT])

    st.text_input(
        "Words to look for",
        key="find_sought",
        on_change=take,
        help=r"A sequence of words; * stands for any one word. Between slashes a regular expression"
        r" over whole words, such as /(white|march) \w+/.",
    )
    return str(st.session_state.find_sought)


def _controls(run: runs.Run, made: Index) -> tuple[Signal, int, int, str]:
    """The unit whose value shades the words, and the order of the places."""
    signal = states.choose_signal(made.cell, "Signal", "find_signal", made.cell.memory)
    layer = states.choose_layer(made.layers)
    unit = frame.current().unit
    unit = reading.first_unit(run, layer) if unit is None else min(unit, made.units - 1)
    states.choose_unit(unit, made.units, "find_unit")
    return signal, layer, unit, _order()


def _order() -> str:
    """In which order the places are listed: the view of the address, at first the text's."""
    first = next(iter(ORDERS))
    shown = frame.current().view
    st.session_state.page_views |= set(ORDERS)
    st.session_state.find_order = shown if shown in ORDERS else first

    def take() -> None:
        picked = st.session_state.find_order
        frame.look(view=None if picked == first else picked)

    st.selectbox(
        "Places", list(ORDERS), format_func=ORDERS.__getitem__, key="find_order", on_change=take,
        width=170,
    )  # fmt: skip
    return str(st.session_state.find_order)


def _results(
    run: runs.Run, made: Index, sought: str, signal: Signal, layer: int, unit: int, order: str
) -> None:
    try:
        found = _found(reading.index_key(run, made), sought, made)
    except ValueError as error:
        st.warning(f"{str(error)[0].upper()}{str(error)[1:]}.", icon=":material/search_off:")
        return
    if not len(found):
        st.markdown("#### It stands nowhere in the text")
        return
    values = _values(reading.index_key(run, made), layer, unit, signal.key, made)
    at = values[found.starts + found.lengths - 1]
    ranked = ranking(at, order)
    shown = ranked[: find_places.SHOWN]
    places = f"{len(found):,} places" if len(found) > 1 else "1 place"
    first = f", {len(shown)} shown" if len(shown) < len(found) else ""
    st.markdown(f"#### {places}{first}")
    limit = float(np.abs(values).max()) if signal.limits is None else 1.0
    lines = []
    for k in shown.tolist():
        start, length = int(found.starts[k]), int(found.lengths[k])
        part = find_places.span_of(made, start, length)
        note = number(float(at[k]))
        lines.append(find_places.line(run, made, start, length, values[part].tolist(), note, unit))
    with st.container(key="find-places"):
        concordance(lines, scale_of(signal, theme_of(frame.theme()), limit), frame.theme())
    st.caption(_how_to_read(signal, unit, at, values))
    with st.popover("Data", icon=":material/download:"):
        table = _table(reading.index_key(run, made), sought, found, run, made)
        table = table.assign(value_at_last_word=at)
        downloads.csv("Every place", table, f"{run.name}-epoch{made.epoch}-places")
        st.dataframe(table.head(TABLED), height=260, hide_index=True)


def ranking(at: Array, order: str) -> NDArray[np.int64]:
    """The places in the order of ORDERS; equal values in the text's."""
    if order == "text":
        return np.arange(len(at))
    return np.argsort(-at if order == "high" else at, kind="stable")


def _how_to_read(signal: Signal, unit: int, at: Array, values: Array) -> str:
    told = searching.compared(at, values)
    return (
        f"Words are shaded by **{signal.symbol}** of unit {unit}; the number on the right is its"
        " value at the last word in the frame, and opens the place in Explore. There it is"
        f" {number(told.here)} on average, over the whole text {number(told.anywhere)} (one word's"
        f" spread is ±{told.spread:.2f})."
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _found(key: object, sought: str, _made: Index) -> Places:
    return searching.search(sought, _made.vocabulary, _made.ids, _made.starts)


@st.cache_resource(max_entries=64, show_spinner=False)
def _values(run_key: object, layer: int, unit: int, key: str, _made: Index) -> Array:
    found: Array = _made.signals[key][layer, :, unit].astype(np.float32)
    return found


@st.cache_resource(max_entries=16, show_spinner=False)
def _table(
    run_key: object, sought: str, _found: Places, _run: runs.Run, _made: Index
) -> pd.DataFrame:
    return places_table(_run, _made, _found)


def places_table(run: runs.Run, made: Index, found: Places) -> pd.DataFrame:
    """One row a place, in the text's order."""
    words = [made.corpus_word(start) for start in found.starts.tolist()]
    chapters = find_places.chapters(run)
    pairs = zip(found.starts.tolist(), found.lengths.tolist(), strict=True)
    return pd.DataFrame(
        {
            "word": words,
            "chapter": [searching.in_chapter(chapters, word)[0] for word in words],
            "length": found.lengths,
            "words": [" ".join(made.words(start, start + length)) for start, length in pairs],
        }
    )
