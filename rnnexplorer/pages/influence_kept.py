"""What is left of a small change, told and drawn: at one word, or on average over places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnexplorer import address, runs, signals
from rnnexplorer.figures import forgetting as figures
from rnnexplorer.figures.forgetting import Drawn
from rnnexplorer.measures import epochs, forgetting_report, lag
from rnnexplorer.measures.arithmetic import short
from rnnexplorer.measures.forgetting import Split
from rnnexplorer.pages import charts, downloads, frame, influence_models, knobs
from rnnexplorer.pages.influence_paths import Left
from rnnexplorer.remembering import STRETCHES
from rnnexplorer.settings import Choice

#: Whose change is followed.
KNOBS = {"whose": Choice(("all", "one"))}
WHOSE = {"all": "all units", "one": "one unit"}

#: Units listed beside the picture.
LISTED = 6

CHART = "forgetting"


@dataclass(frozen=True, eq=False)
class Other:
    """The network held against the one that is looked at."""

    run: runs.Run
    left: Left


def draw(
    run: runs.Run, own: Left, other: Other | None, unit: int | None, headline_place: DeltaGenerator
) -> None:
    """The headline, the picture, how to read it, and its data."""
    _picture(own, other, unit)
    headline_place.markdown(f"#### {_headline(run, own, other, unit)}")
    st.caption(_how_to_read(own, other, unit))
    with st.container(horizontal=True, vertical_alignment="center"):
        _data(run, own, other, unit)
        influence_models.offer_average()


def lasting(found: Split) -> list[int]:
    """Units of which most is left where the sentence looks, by their gates alone or at all."""
    lengths = found.total if found.path is None else found.path
    k = forgetting_report.told_back(found)
    return [int(unit) for unit in np.argsort(-lengths[k], kind="stable")]


def _picture(own: Left, other: Other | None, unit: int | None) -> None:
    key = (own.key, None if other is None else other.left.key, unit, frame.theme())
    figure, alt = _kept_picture(key, own, other, unit)
    charts.draw(figure, CHART, alt)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_picture(
    key: object, _own: Left, _other: Other | None, _unit: int | None
) -> tuple[go.Figure, str]:
    first, second, longest = _drawn(_own, _unit), None, _own
    if _other is not None:
        left = _other.left
        bands = None if left.average is None else left.average.whole
        second = Drawn(left.cell, left.of(None), average=bands)
        longest = max(_own, left, key=lambda one: len(one.words))
    return (
        figures.left_over(first, second, longest.words, frame.theme()),
        figures.describe_left_over(first, second),
    )


def _drawn(own: Left, unit: int | None) -> Drawn:
    """The curves of the network that is looked at; all units together have what one has not."""
    average, bands = own.average, None if own.average is None else own.average.of(unit)
    if unit is not None:
        return Drawn(own.cell, own.of(unit), average=bands)
    largest = None if average is None else average.largest
    return Drawn(own.cell, own.of(None), own.singular, own.weights, bands, largest)


def _headline(run: runs.Run, own: Left, other: Other | None, unit: int | None) -> str:
    found = own.of(unit)
    k = forgetting_report.told_back(found)
    if k == 0:
        return forgetting_report.first_word(own.words[-1])
    if unit is not None:
        told = forgetting_report.sentence_of_unit(own.cell, found, unit)
    else:
        told = forgetting_report.sentence(own.cell, found, own.weights)
    if own.average is not None:
        told = forgetting_report.on_average(told)
    if other is None or unit is not None:
        return told
    name, left = _name(run, own, other), other.left
    return f"{told} {forgetting_report.sentence_of_other(name, left.cell, left.of(None), k)}"


def _name(run: runs.Run, own: Left, other: Other) -> str:
    """The other network in a sentence, with its epoch where either is not at its last."""
    cell = signals.cell(other.run.recipe.cell)
    name = f"The {cell.title}" if other.run.shipped else other.run.name
    return f"{name} ({epochs.name(other.left.epoch)})" if _early(run, own, other) else name


def _early(run: runs.Run, own: Left, other: Other) -> bool:
    last = runs.kept_epoch(run), runs.kept_epoch(other.run)
    return (own.epoch, other.left.epoch) != last


def facts(run: runs.Run, own: Left, other: Other | None, unit: int | None) -> None:
    """Half distances, what there is to say of a SimpleRNN's matrix, and the lasting units."""
    st.markdown(forgetting_report.halves(own.of(unit)))
    if own.average is not None:
        st.caption(forgetting_report.band_sentence(own.cell, own.average.of(unit)))
    if other is not None:
        told = forgetting_report.halves(other.left.of(None))
        when = f", {epochs.name(other.left.epoch)}" if _early(run, own, other) else ""
        st.caption(f"{address.label(other.run)}{when}: {told}")
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
        for one in lasting(own.found)[:LISTED]:
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


def _how_to_read(own: Left, other: Other | None, unit: int | None) -> str:
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
                " The thin line is the largest singular value of J: how much of a change in the"
                " direction that lasts longest is left."
                if own.average is not None
                else " Each faint line is one singular value of J: how much of a change in one"
                " direction is left."
            )
            told += (
                " No step can stretch more than the largest singular value of W_hh; below"
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
            f" {symbol} can move it at most."
        )
        if other is not None:
            told += " Dashed are all units of the other network."
    told += (
        " The scale is one of powers of ten: a straight line loses the same share at every word."
    )
    if own.average is not None:
        told += (
            f" Each line is the geometric mean over {own.places}, one in each of {STRETCHES}"
            f" stretches; its band ({lag.CONFIDENCE:.0%}) is a t-interval over these. It is of the"
            " state itself; *How far back, on average* is of the loss, which sees of a state only"
            " what the output uses."
        )
    if own.window is not None:
        told += f" In window memory nothing reaches further than {own.window} words."
    return told


def _data(run: runs.Run, own: Left, other: Other | None, unit: int | None) -> None:
    with st.popover("Data", icon=":material/download:"):
        whose = "all-units" if unit is None else f"unit{unit}"
        table = _table(own, unit)
        name = f"{run.name}-epoch{own.epoch}{'-average' * (own.average is not None)}"
        downloads.csv("Left against distance", table, f"{name}-{whose}-forgetting")
        if other is not None:
            left = other.left
            average = "-average" * (left.average is not None)
            downloads.csv(
                f"The same of {address.label(other.run)}", _table(left, None),
                f"{other.run.name}-epoch{left.epoch}{average}-all-units-forgetting",
            )  # fmt: skip
        st.dataframe(table, height=260, hide_index=True)


def _table(left: Left, unit: int | None) -> pd.DataFrame:
    whole = unit is None
    if left.average is None:
        values = left.singular if whole else None
        return forgetting_report.table(left.of(unit), left.words, values)
    largest = left.average.largest if whole else None
    return forgetting_report.table_of_places(left.average.of(unit), largest)
