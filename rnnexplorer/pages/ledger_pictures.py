"""The words of the ledger's page and the two pictures under them, linked by the step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer.components import words as strip
from rnnexplorer.figures import ledger as figures
from rnnexplorer.figures import still_there
from rnnexplorer.figures.scales import diverging
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.arithmetic import number
from rnnexplorer.measures.ledger import Items, Ledger
from rnnexplorer.pages import charts, frame, reading
from rnnexplorer.pages.ledger_account import Asked, account_of_all, grid_of

BARS, ITEMS = "ledger_bars", "ledger_items"
BACK = {"step": "at the chosen word", "every": "at every word"}


def draw_words(asked: Asked, items: Items) -> None:
    """The strip: each word shaded by how much of what is held now it wrote.

    In the direction of what is held: the hue is what made it, slate what worked against it.
    """
    theme, steps, cell = frame.theme(), asked.steps, asked.trace.cell
    values = np.full(len(asked.trace), np.nan)
    values[items.first : items.first + len(items.parts)] = items.parts
    readings = ["" if np.isnan(v) else f"{number(v)} of it" for v in values]
    values *= np.sign(float(items.total))
    scale = diverging(theme_of(theme), cell.candidate, max(float(np.abs(items.parts).max()), 1e-6))
    part = slice(steps.start, steps.stop)
    who = f"unit {asked.unit} holds" if asked.unit is not None else "all units hold"
    strip.words(
        strip.shaded(
            asked.trace.words[part], values[part].tolist(), scale, readings[part],
            reading.words_given(asked.trace, asked.run) - steps.start, theme,
        ),
        key="ledger_words",
        charts=[BARS, ITEMS],
        selected=asked.picked.step,
        first_step=steps.start,
        caption=f"Shaded: which word wrote what {who} at"
        f" “{asked.trace.words[asked.picked.step]}”; slate worked against it."
        f"{reading.underlined(asked.trace, asked.run)}",
        theme=theme,
        on_pick=lambda pick: frame.look(step=pick.step),
    )  # fmt: skip


def draw_bars(asked: Asked, book: Ledger) -> None:
    """What every step kept and wrote."""
    figure, alt = _kept_bars(asked.key, asked, book)
    charts.draw(figure, BARS, alt)


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept_bars(key: object, _asked: Asked, _book: Ledger) -> tuple[go.Figure, str]:
    """Made once for each choice: the same figure lets the chart stay in place."""
    words, steps = _asked.trace.words, _asked.steps
    figure = figures.kept_and_written(
        _book, _asked.trace.cell, words, steps, _asked.unit, frame.theme()
    )
    each = _book if _asked.unit is not None else account_of_all(_asked)
    return figure, figures.describe_kept_and_written(_book, each, words, steps)


def draw_back(asked: Asked, items: Items) -> None:
    """Back through time: which word wrote what is in the cell at one word, or at every word."""
    how = frame.choose_view("Which word wrote what is there", BACK, "ledger_back", quiet=False)
    if how == "step":
        figure, alt = _kept_items((asked.key, asked.picked.step), asked, items)
    else:
        step = None if asked.trace.origin.window is None else asked.picked.step
        figure, alt = _kept_grid((asked.key, step), asked)
    charts.draw(figure, ITEMS, alt)
    st.caption(_how_to_read(asked, how))


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_items(key: object, _asked: Asked, _items: Items) -> tuple[go.Figure, str]:
    words = _asked.trace.words
    figure = figures.written_when(
        _items, _asked.trace.cell, words, _asked.steps, _asked.unit, frame.theme()
    )
    return figure, figures.describe_written_when(_items, words)


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept_grid(key: object, _asked: Asked) -> tuple[go.Figure, str]:
    columns, grid = grid_of(_asked)
    words = _asked.trace.words
    figure = still_there.still_there(
        grid, _asked.trace.cell, words, _asked.steps, columns, _asked.unit, frame.theme()
    )
    return figure, still_there.describe_still_there(grid, words, columns)


def _how_to_read(asked: Asked, how: str) -> str:
    lstm = asked.trace.cell.key == "lstm"
    symbol, equation = ("C", "C = f·C₋ + i·g") if lstm else ("h", "h = z·h₋ + (1−z)·n")
    told = (
        f"This is the sentence **{equation}** read over time. Above: the wide bar is what was kept"
        f" of the old content, the narrow one begins at its end and is what this word wrote; where"
        f" it ends is {symbol}."
    )
    if how == "step":
        told += f" Below: what is in {symbol} at the chosen word, each part under the word that"
        told += " wrote it; the bars sum to it exactly."
    else:
        told += " Below: a row begins where its word wrote and fades as the gate lets go, slate is"
        told += f" negative; a column sums to {symbol} at its word."
    told += (
        " What a word writes depends on the state that it meets, too: it can be about older words."
    )
    if asked.unit is None:
        told += (
            " The sign of a unit is arbitrary, and plain sums over units would cancel: each unit"
            " counts in the direction of what it holds at that word, so that the sum is that of all"
            " sizes, and a negative bar worked against what is held."
        )
    if asked.trace.origin.memory == "window":
        dash = "" if asked.unit is None else "; the grey dash is what its last step started from"
        told += (
            f" Each word is read with a fresh start over the last {asked.trace.origin.window}"
            f" words{dash}. Nothing older can be in it, and below is this reading of the chosen"
            " word."
        )
    return told
