"""The health of all gates: a dot per unit, and what the weights look like."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.figures import health as figures
from rnnexplorer.index import Index
from rnnexplorer.measures import health
from rnnexplorer.pages import downloads, frame, reading

#: Equal steps of a gate's range in the picture of its spread.
BINS = 40


def draw(run: runs.Run, made: Index, layer: int) -> None:
    """Shares of shut and open steps over the held-out text."""
    cell = made.cell
    table, counts = _measured(_key(run, made), layer, made)
    st.markdown(f"#### {health.summary(table)}")
    shown = frame.current().unit
    event = st.plotly_chart(
        figures.saturation_scatter(cell, table, shown, frame.theme()),
        theme=None,
        key="health_dots",
        on_select="rerun",
        selection_mode="points",
        alt=figures.describe_saturation(cell, table),
        config={"displayModeBar": False},
    )
    _open(event)
    st.plotly_chart(
        figures.gate_spread(cell, counts, frame.theme()),
        theme=None,
        key="health_spread",
        alt="How the values of each gate are spread.",
        config={"displayModeBar": False},
    )
    st.caption(_how_to_read(made))
    _troubles(table)
    _weights(run, made, layer)
    with st.popover("Data", icon=":material/download:"):
        downloads.csv("Every unit", table, f"{run.name}-epoch{made.epoch}-units")
        st.dataframe(table, height=260, hide_index=True)


def _open(event: Any) -> None:
    """A dot that was clicked opens its unit."""
    points = event["selection"]["points"]
    if points and "customdata" in points[0]:
        unit = points[0]["customdata"]
        frame.look(unit=int(unit[0] if isinstance(unit, list) else unit), tab="unit")
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
        f"{text} A dot at the top left is a gate that is always open, at the bottom right one that"
        " is always shut; on the left below it is a gate that works in between. Click a dot to"
        " open the unit."
    )


def _troubles(table: pd.DataFrame) -> None:
    ill = table[table["trouble"] != ""]
    if len(ill):
        with st.expander(f"{len(ill)} unit{'s' * (len(ill) != 1)} in trouble"):
            st.dataframe(ill[["unit", "trouble"]], hide_index=True)


def _weights(run: runs.Run, made: Index, layer: int) -> None:
    with st.expander("Recurrent weights: eigenvalues and norms"):
        blocks = _blocks(_key(run, made), layer, run, made)
        st.plotly_chart(
            figures.spectrum(made.cell, blocks, frame.theme()),
            theme=None,
            key="health_spectrum",
            alt=figures.describe_spectrum(made.cell, blocks),
            config={"displayModeBar": False},
        )
        told = (
            "Inside the unit circle the linear part of the recurrence shrinks what it carries,"
            " outside it makes it grow."
            if made.cell.key == "rnn"
            else "Each gate has a recurrent matrix of its own. What a cell keeps is decided by the"
            " gate's value, not by these circles."
        )
        st.caption(told)
        norms = pd.DataFrame(
            [{"gate": made.cell.signal(b.key).name, "spectral radius": b.radius,
              **{f"‖{name}‖": value for name, value in b.norms.items()}} for b in blocks]
        )  # fmt: skip
        st.dataframe(norms.round(3), hide_index=True)


def _key(run: runs.Run, made: Index) -> tuple[object, ...]:
    return str(run.path), made.epoch, reading.stamp(run, made.epoch)


@st.cache_resource(max_entries=32, show_spinner=False)
def _measured(key: object, layer: int, _made: Index) -> tuple[pd.DataFrame, dict[str, Any]]:
    part = _made.part("held out")
    signals = {key: values[layer, part] for key, values in _made.signals.items()}
    counts = {}
    for gate in health.gates_of(_made.cell):
        limits = _made.cell.signal(gate).limits
        counts[gate] = np.histogram(signals[gate].astype(np.float32), BINS, limits)[0]
    return health.unit_table(_made.cell, signals), counts


@st.cache_resource(max_entries=32, show_spinner=False)
def _blocks(key: object, layer: int, _run: runs.Run, _made: Index) -> list[health.Block]:
    return health.blocks(_made.cell, runs.weights(_run, _made.epoch), layer)
