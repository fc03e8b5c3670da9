"""The health of all gates: a dot per unit, and what the weights look like."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.figures import health as figures
from rnnexplorer.index import Index
from rnnexplorer.measures import health, units
from rnnexplorer.pages import charts, downloads, frame, reading

#: Equal steps of a gate's range in the picture of its spread.
BINS = 40


def draw(run: runs.Run, made: Index, layer: int) -> None:
    """Shares of shut and open steps over the held-out text."""
    cell = made.cell
    table, _ = _measured(reading.index_key(run, made), layer, made)
    st.markdown(f"#### {health.summary(table)}")
    shown = frame.current().unit
    event = charts.selectable(
        _dots(reading.index_key(run, made), layer, shown, frame.theme(), made),
        "health_dots",
        figures.describe_saturation(cell, table),
        "points",
    )
    _open(event)
    charts.draw(
        _spread(reading.index_key(run, made), layer, frame.theme(), made),
        "health_spread",
        "How the values of each gate are spread.",
    )
    st.caption(_how_to_read(made))
    _troubles(table)
    _weights(run, made, layer)
    downloads.data("Every unit", table, f"{run.name}-epoch{made.epoch}-units")


def _open(event: Any) -> None:
    """A dot that was clicked opens its unit."""
    unit = charts.clicked(event)
    if unit is not None:
        frame.look(unit=int(unit), tab="unit")
        del st.session_state["health_dots"]
        st.rerun()


def _how_to_read(made: Index) -> str:
    what = "held out" if len(made.sections) > 1 else "trained on"
    count = made.part("held out")
    text = f"One dot is one unit, over the {count.stop - count.start:,} words {what}."
    if made.cell.key == "rnn":
        return (
            f"{text} To the right it often sits at −1, to the top at 1: there tanh is flat and"
            " passes no gradient on. Click a dot to open the unit."
        )
    return (
        f"{text} Open is above 0.9, shut below 0.1. A dot at the top left is a gate that is always"
        " open, at the bottom right one that is always shut, at the bottom left one that is mostly"
        " in between. Click a dot to open the unit."
    )


def _troubles(table: pd.DataFrame) -> None:
    ill = table[table["trouble"] != ""]
    if len(ill):
        with st.expander(f"{len(ill)} unit{'s' * (len(ill) != 1)} in trouble"):
            st.dataframe(ill[["unit", "trouble"]], hide_index=True)


def _weights(run: runs.Run, made: Index, layer: int) -> None:
    """The spectra are computed, sent and drawn only for those who open them."""
    opened = st.expander(
        "Recurrent weights: eigenvalues and norms", key="health_weights", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        blocks, figure = _spectrum(reading.index_key(run, made), layer, frame.theme(), run, made)
        charts.draw(figure, "health_spectrum", figures.describe_spectrum(made.cell, blocks))
        told = (
            "Inside the unit circle the linear part of the recurrence shrinks what it carries,"
            " outside it makes it grow."
            if made.cell.key == "rnn"
            else "Each gate has a recurrent matrix of its own; its radius and norm say how strongly"
            " the old state moves that gate. They are no verdict on memory: what a cell keeps is"
            " decided by the gate's value, not by these circles."
        )
        st.caption(told)
        norms = pd.DataFrame(
            [{"gate": made.cell.signal(b.key).name, "spectral radius": b.radius,
              **{f"‖{name}‖": value for name, value in b.norms.items()}} for b in blocks]
        )  # fmt: skip
        st.dataframe(norms.round(3), hide_index=True)


@st.cache_resource(max_entries=32, show_spinner=False)
def _measured(key: object, layer: int, _made: Index) -> tuple[pd.DataFrame, dict[str, Any]]:
    part = _made.part("held out")
    counts = {}
    for gate in health.gates_of(_made.cell):
        values = _made.signals[gate][layer, part].astype(np.float32)
        counts[gate] = np.histogram(values, BINS, _made.cell.signal(gate).limits)[0]
    return units.habits(_made, layer), counts


@st.cache_resource(max_entries=64, show_spinner=False)
def _dots(key: object, layer: int, unit: int | None, theme: str, _made: Index) -> go.Figure:
    table, _ = _measured(key, layer, _made)
    return figures.saturation_scatter(_made.cell, table, unit, theme)


@st.cache_resource(max_entries=32, show_spinner=False)
def _spread(key: object, layer: int, theme: str, _made: Index) -> go.Figure:
    _, counts = _measured(key, layer, _made)
    return figures.gate_spread(_made.cell, counts, theme)


@st.cache_resource(max_entries=32, show_spinner=False)
def _spectrum(
    key: object, layer: int, theme: str, _run: runs.Run, _made: Index
) -> tuple[list[health.Block], go.Figure]:
    blocks = health.blocks(_made.cell, runs.weights(_run, _made.epoch), layer)
    return blocks, figures.spectrum(_made.cell, blocks, theme)
