"""The atlas: units by words, the way in to a unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from rnnexplorer import runs
from rnnexplorer.components import words as strip
from rnnexplorer.figures import atlas as figures
from rnnexplorer.figures.scales import sequential
from rnnexplorer.figures.style import theme_of
from rnnexplorer.index import Index
from rnnexplorer.measures import response
from rnnexplorer.measures.ordering import Order
from rnnexplorer.measures.response import Response
from rnnexplorer.pages import charts, downloads, frame, indexing_panel, reading

#: Most frequent words that have a column.
COLUMNS = 48
CHART = "atlas"


def draw(run: runs.Run, made: Index, layer: int) -> None:
    """What reading each frequent word does to each unit."""
    if st.session_state.pop("atlas_asks", False):
        frame.go("find", tab="words")
    key = _key(made)
    last = indexing_panel.of_last_epoch(run) or made
    model = _measured(reading.index_key(run, last), key, layer, last)
    columns, order = _arranged(reading.index_key(run, last), key, layer, model)
    found = response.part(_measured(reading.index_key(run, made), key, layer, made), columns)
    texts = [made.vocabulary[k] for k in found.ids.tolist()]
    signal, theme = made.cell.signal(key), frame.theme()
    shake = np.abs(found.change).mean(axis=0)
    scale = sequential(theme_of(theme), key, high=float(shake.max()))
    readings = [f"mean |Δ{signal.symbol}| {value:.3f}" for value in shake]
    with st.container(key="atlas-block"):
        strip.words(
            strip.shaded(texts, shake.tolist(), scale, readings, theme=theme),
            key="atlas_words",
            charts=[CHART],
            unit=frame.current().unit,
            caption="The most frequent words; shaded by how much each moves the state. Click a"
            " cell to open its unit, a word to find its places.",
            theme=theme,
            on_pick=lambda pick: _take(pick, texts),
        )
        charts.draw(
            figures.atlas(found, texts, order, signal, figures.limit(model), theme),
            CHART,
            figures.describe_atlas(found, texts, signal),
        )
    st.caption(
        f"One row is one unit, one column one word: coloured where reading the word raises"
        f" **{signal.symbol}**, slate where it lowers it, on average over the whole text. A"
        " pale row is a unit that no word moves, even where its value is always high; a vertical"
        " stripe is a word that moves many."
        f"{_arranged_by(made, last)}"
    )
    downloads.data(
        "Mean changes",
        pd.DataFrame(found.change, columns=texts).rename_axis("unit").reset_index(),
        f"{run.name}-epoch{made.epoch}-atlas-{key}",
    )


def _key(made: Index) -> str:
    """The state whose change is shown; h where there is no other."""
    if "c" not in made.signals:
        return "h"
    return frame.choose_view("Change of", {"h": "change of h", "c": "change of C"}, "atlas_state")


def _arranged_by(made: Index, last: Index) -> str:
    if made.epoch == last.epoch:
        return ""
    return f" Rows, columns and colours are arranged as at epoch {last.epoch}."


def _take(pick: strip.Pick, texts: list[str]) -> None:
    """A cell opens its unit; a word asks where it stands."""
    if pick.unit is not None:
        frame.look(unit=pick.unit, tab="unit")
    else:
        frame.look(sought=texts[pick.step])
        st.session_state.atlas_asks = True  # a callback cannot go to another page


@st.cache_resource(max_entries=16, show_spinner=False)
def _measured(index_key: object, key: str, layer: int, _made: Index) -> Response:
    every = response.response(_made.signals[key][layer], _made.ids, _made.starts)
    return response.most_frequent(every, COLUMNS)


@st.cache_resource(max_entries=16, show_spinner=False)
def _arranged(index_key: object, key: str, layer: int, _found: Response) -> tuple[Order, Order]:
    """Columns and rows as at the last epoch, so that a row is the same unit at every epoch."""
    columns = response.clustered(_found.change.T)
    return columns, response.clustered(_found.change[:, columns])
