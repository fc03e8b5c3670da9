"""Which earlier words a word hangs on: gradients on the user's own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnexplorer import runs
from rnnexplorer.figures.style import percent
from rnnexplorer.measures import influence, ledger
from rnnexplorer.measures.arithmetic import short_signed
from rnnexplorer.measures.distribution import probabilities
from rnnexplorer.measures.influence import MOST_WORDS, SIGNED, Row, Triangle
from rnnexplorer.pages import (
    downloads,
    frame,
    influence_average,
    influence_models,
    influence_pictures,
    knobs,
    prompt,
    reading,
    states,
    working,
)
from rnnexplorer.pages.influence_average import Average
from rnnexplorer.pages.influence_pictures import Asked
from rnnexplorer.settings import Choice
from rnnexplorer.traces import Array, Trace

if TYPE_CHECKING:
    from rnnexplorer.influencing import Part, Rows  # imports torch

#: What y is.
KNOBS = {"y": Choice(("loss", "logit"))}
OF = {"loss": "its log-probability", "logit": "its logit"}

#: What can be moved, by the names on the screen.
KINDS = {
    "words": "a word, how much",
    "signed": "a word, for or against",
    "integrated": "a word, from nothing on",
    "h": "the state h",
    "c": "the cell C",
}

#: Rows of the triangle in one piece of work, for networks of up to so many units; fewer for larger.
ROWS, UNITS = 25, 256

#: Words listed beside the pictures.
LISTED = 8


@dataclass(frozen=True, eq=False)
class Found:
    """What was asked for, and what integrated gradients should sum to, where they were."""

    triangle: Triangle
    row: Row
    difference: float | None = None


def draw(run: runs.Run) -> None:
    """The words and what each hangs on."""
    trace = prompt.traced(run)
    if trace is not None:
        average = _average(run, trace)
        ready = average is None or average.work.is_done
        working.part_of_page(_flow, run, trace, quick=ready)


def _flow(run: runs.Run, trace: Trace) -> None:
    """Everything that a click on a word changes."""
    frame.still_there(run)
    of = str(knobs.values(KNOBS)["y"])
    with st.container(key="influence-zones"):
        left, right = st.columns([3.1, 1], gap="large")
    with right:
        with st.container(key="controls-flow"):
            kind, layer = _asked_about(trace)
        list_place = st.container()
    with left:
        headline_place, block = st.empty(), st.container(key="influence-block")
    with block:
        words_place, work_place = st.container(), st.container()
        start, stop = states.steps_shown(run, trace, most=MOST_WORDS)
    asked = Asked(run, trace, range(start, stop), _target(run, trace, start, stop), kind, layer, of)
    with work_place:
        triangle = _triangle(asked)
    if triangle is None:  # cancelled; a click on a word or on Go on leads on
        with words_place:
            influence_pictures.draw_words(asked, None)
        frame.show_address()
        return
    found = _found(asked, triangle)
    headline_place.markdown(f"#### {influence.sentence(found.row, trace.words, kind)}")
    with words_place:
        influence_pictures.draw_words(asked, found.row)
    with list_place:
        _beside(asked, found)
    with work_place:
        _pictures(asked, found, left, list_place)
    frame.show_address()


def _pictures(asked: Asked, found: Found, left: DeltaGenerator, beside: DeltaGenerator) -> None:
    """Bars and triangle; the average joins them when it is there, and what is under them last."""
    average = _average(asked.run, asked.trace)
    known = average.by_lag(asked) if average is not None and average.work.is_done else None
    bars_place = st.empty()
    with bars_place:
        _bars(asked, found, known)
    if found.difference is not None:
        st.markdown(influence.integrated_sentence(found.row, found.difference))
    influence_pictures.draw_triangle(asked, found.triangle)
    st.caption(_how_to_read(asked, averaged=average is not None))
    foot = left.container(horizontal=True, vertical_alignment="center")
    if average is not None and known is None:
        with left:
            known = average.by_lag(asked)
        if influence_average.under(known, asked) is not None:
            with bars_place:
                _bars(asked, found, known)
    if average is not None and known is not None:
        beside.caption(average.sentence(known))
    with foot:
        _data(asked, found, influence_average.under(known, asked))
        influence_models.offer_average()


def _average(run: runs.Run, trace: Trace) -> Average | None:
    """The average beside the own words; of amounts with a sign, which cancel out, none."""
    if frame.current().view in SIGNED:
        return None
    return influence_average.of(run, trace, str(knobs.values(KNOBS)["y"]))


def _asked_about(trace: Trace) -> tuple[str, int]:
    """What is moved, of which layer, and what of the word is asked; y is a knob."""
    kinds = {key: name for key, name in KINDS.items() if key != "c" or "c" in trace.cell.states}
    kind = frame.choose_view(
        "What would be moved", kinds, "influence_kind", quiet=False, stacked=True
    )
    layer = states.choose_layer(trace.layers) if kind in trace.cell.states else 0
    knobs.choice(
        KNOBS, "y", "What of the chosen word, y", OF,
        help="The log-probability ln p is minus its loss. The logit is its score alone, before the"
        " other words' scores count.",
    )  # fmt: skip
    return kind, layer


def _target(run: runs.Run, trace: Trace, start: int, stop: int) -> int:
    """The word that is asked about; at first the last that was given, if any came before it."""
    step = frame.current().step
    if step is None:
        step = min(max(reading.words_given(trace, run) - 1, 1), len(trace) - 1)
    return min(max(step, start), stop - 1)


# --- the numbers ---------------------------------------------------------------------------------


def _triangle(asked: Asked) -> Triangle | None:
    """Gradients of every word that is shown, piece by piece; None after Cancel."""
    size = max(2, ROWS * UNITS // max(asked.trace.units, UNITS))
    steps = asked.steps
    parts = [
        range(first, min(first + size, steps.stop))
        for first in range(steps.start, steps.stop, size)
    ]
    pieces = working.in_pieces(
        "influence", (asked.reading_key, steps, asked.of), _work(asked, parts),
        _told,
    )  # fmt: skip
    return None if pieces is None else influence.joined(list(pieces.values()))


def _told(part: range) -> str:
    return f"Gradients of the words {part.start} to {part.stop - 1}"


def _work(asked: Asked, parts: list[range]) -> dict[range, Callable[[], Rows]]:
    """The rows of each part; the network is loaded once, by the first that is not done yet."""

    @cache
    def words_read() -> Part:
        from rnnexplorer import influencing

        return influencing.part_of(
            asked.run, asked.trace.words, asked.steps,
            epoch=asked.trace.origin.epoch, memory=asked.trace.origin.memory,
        )  # fmt: skip

    def rows(part: range) -> Rows:
        from rnnexplorer import influencing

        return influencing.flow(words_read(), part, asked.of)

    return {part: partial(rows, part) for part in parts}


def _found(asked: Asked, triangle: Triangle) -> Found:
    if asked.kind != "integrated":
        return Found(triangle, triangle.row(asked.kind, asked.layer, asked.target))
    steps = ledger.reach(asked.trace, asked.target - 1) if asked.target else range(0)
    back = min(len(steps), asked.target - asked.steps.start)
    if back == 0:
        return Found(triangle, triangle.row("signed", 0, asked.target))
    key = (asked.reading_key, asked.target, back, asked.of)
    values, difference = _integrated(key, asked, steps, back)
    return Found(triangle, Row(asked.target, asked.target - back, values), difference)


@st.cache_resource(max_entries=64, show_spinner="Gradients along the way from no words …")
def _integrated(key: object, _asked: Asked, _steps: range, _back: int) -> tuple[Array, float]:
    from rnnexplorer import influencing

    words = _asked.trace.words
    return influencing.integrated(
        _asked.run, words[_steps.start : _steps.stop], _back, words[_asked.target], _asked.of,
        epoch=_asked.trace.origin.epoch,
    )  # fmt: skip


# --- drawn ---------------------------------------------------------------------------------------


def _bars(asked: Asked, found: Found, average: Array | None) -> None:
    local = asked.kind == "integrated"
    against = found.triangle.row("signed", 0, asked.target) if local else None
    usual = influence_average.under(average, asked)
    influence_pictures.draw_bars(asked, found.row, against, usual)


def _how_to_read(asked: Asked, *, averaged: bool) -> str:
    y = "ln p" if asked.of == "loss" else "the logit"
    what = {
        "words": f"the length of ∂y/∂x: how far {y} of the word that came could be moved by a small"
        " change of an earlier word's vector, in the direction that moves it most",
        "signed": f"x · ∂y/∂x, the gradient along the word's own vector. Blue spoke for the word"
        f" that came (it raises {y}), slate against it",
        "integrated": "x times the gradient averaged along the way from no word (x = 0) to the word"
        " itself. Blue spoke for the word that came, slate against it",
        "h": f"the length of ∂y/∂h: how far a small change of the state after an earlier word could"
        f" move {y} of the word that came",
        "c": f"the length of ∂y/∂C: how far a small change of the cell after an earlier word could"
        f" move {y} of the word that came",
    }[asked.kind]
    told = f"y is {y} of the chosen word, read off before it comes. Shown is {what}."
    if asked.kind == "integrated":
        told += (
            " Unlike a gradient these parts sum to a difference of the real network: y with the"
            " words minus y without them. The triangle shows the local answer, x · ∂y/∂x, for every"
            " word; the integral is taken for the chosen one."
        )
    else:
        told += (
            " A gradient is a local answer: what a tiny change would do, not what y would be"
            " without the word. Integrated gradients go all the way from nothing."
        )
    told += " Down its column the chosen word is a source: what it did to the words after it."
    if averaged:
        told += (
            " Dotted is the same by how far back, on average: the geometric mean over places of the"
            " text of the model."
        )
    if asked.kind not in SIGNED:
        told += " Shades go by the square root, so that the faint ones are seen."
    if asked.trace.origin.window is not None:
        told += f" In window memory only the {asked.trace.origin.window} words before it can act."
    elif asked.steps.start:
        told += " Words before those shown acted too; they are not counted here."
    return told


def _beside(asked: Asked, found: Found) -> None:
    """The probability of the chosen word, and the words that mattered most."""
    words, target = asked.trace.words, asked.target
    st.markdown(f"#### “{words[target]}”")
    if not target:
        return
    probs = probabilities(asked.trace.logits[target - 1])
    share = float(probs[asked.trace.vocabulary.index(words[target])])
    st.caption(f"step {target} · expected with {percent(share)} after “{words[target - 1]}”")
    row = found.row
    order = np.argsort(-np.abs(row.amounts), kind="stable")[:LISTED].tolist()
    with st.container(gap=None):
        for at in order:
            if not row.amounts[at]:
                continue
            step, value = row.first + at, float(row.amounts[at])
            number = (
                short_signed(value)
                if asked.kind in SIGNED
                else f"{row.shares[at]:.0%} of the total"
            )
            st.button(
                f"{words[step]}, {target - step} back: {number}",
                key=f"influence_of_{step}", type="tertiary", on_click=frame.look,
                kwargs={"step": step},
                help=f"What “{words[step]}” hangs on itself. Here: {value:.3g}",
            )  # fmt: skip
    frame.offer("explore", "The states at this word", ":material/grid_on:", step=target)


def _data(asked: Asked, found: Found, average: Row | None) -> None:
    words, name = asked.trace.words, f"{asked.run.name}-epoch{asked.trace.origin.epoch}"
    rows = {
        kind: found.triangle.row(kind, asked.layer, asked.target)
        for kind in ("words", "signed", *asked.trace.cell.states)
    }
    if found.difference is not None:
        rows["integrated"] = found.row
    if average is not None:
        rows[f"{asked.kind}_on_average"] = average
    with st.popover("Data", icon=":material/download:"):
        table = influence.table(rows, words)
        downloads.csv("The chosen word", table, f"{name}-step{asked.target}-influence")
        values = found.triangle.of(asked.local_kind, asked.layer)
        whole = influence.triangle_table(values, words, asked.steps)
        downloads.csv("The triangle", whole, f"{name}-{asked.local_kind}-triangle")
        st.dataframe(table, height=260, hide_index=True)
