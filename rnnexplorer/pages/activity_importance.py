"""What lesson 10 is done with: each unit's activity against what its removal changes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from rnnexplorer import address, runs
from rnnexplorer.components import words as strip
from rnnexplorer.edits import Edit
from rnnexplorer.figures import importance as figures
from rnnexplorer.figures import scale_of, theme_of
from rnnexplorer.measures import importance as measure
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.importance import IDLE, TELLING, Importance
from rnnexplorer.pages import (
    charts,
    downloads,
    frame,
    knobs,
    lesson_form,
    lesson_runs,
    reading,
    states,
    working,
)
from rnnexplorer.pages.lesson import Way
from rnnexplorer.settings import Kinds, Text, Whole
from rnnexplorer.traces import Trace

#: No unit is chosen yet.
NONE = -1
NETS = {"chapter": "alice-rnn-chapter", "book": "alice-lstm-book"}
KINDS: Kinds = {
    "net": lesson_runs.among(NETS),
    "text": Text(address.FIRST_WORDS),
    "unit": Whole(NONE, 1023, NONE),
}
CHART = "lesson_importance"
#: Words that the network writes after those given, the likeliest each time: too few tell little.
WRITTEN = 22
#: Units that are removed side by side, in less than a second each time.
AT_ONCE = 64


def draw(values: dict[str, Any]) -> Iterator[str]:
    """All units of a layer, and one of them over the words."""
    run = lesson_runs.choose(KINDS, "net", NETS, "There are no units to remove", {"unit": NONE})
    if run is None:
        return
    knobs.text(KINDS, "text", f"Words to read; the network writes {WRITTEN} more")
    trace = reading.trace_of(_look(run), run)
    if trace is None:
        lesson_runs.offer_known_words(KINDS, run)
        return
    layer = states.choose_layer(trace.layers)
    removal = _removal(run, trace, layer)
    if removal is None:
        return
    found = measure.importance(trace.signals["h"][layer], removal)
    unit = _unit(found)
    yield from _fulfilled(found, unit, knobs.now(KINDS)["net"])
    st.markdown(f"#### {_headline(found, unit)}")
    _scatter(run, found, unit)
    if unit is not None:
        _words(trace, layer, unit, removal[unit])
        frame.offer(
            "units", f"What does unit {unit} do?", ":material/search_insights:", tab="unit",
            **lesson_runs.at(run) | {"layer": layer, "unit": unit},
        )  # fmt: skip


def _look(run: runs.Run) -> address.Address:
    text = knobs.now(KINDS)["text"]
    return frame.current().changed(
        **lesson_runs.at(run), text=text, write=WRITTEN, temperature=0.0, top_k=None, top_p=None,
        memory=None, edits=None,
    )  # fmt: skip


def _removal(run: runs.Run, trace: Trace, layer: int) -> Array | None:
    """Bits after each word without each unit, [H, T]; None while it is cancelled."""
    from rnnexplorer import removing  # torch

    epoch = trace.origin.epoch
    pieces = {
        start: partial(
            removing.removed, run, trace.words, layer,
            range(start, min(start + AT_ONCE, trace.units)), epoch, trace.origin.memory,
        )
        for start in range(0, trace.units, AT_ONCE)
    }  # fmt: skip
    found = working.in_pieces(
        "lesson_importance", (reading.key_of(run, trace), layer), pieces,
        lambda start: f"removing unit {start} and those after it",
    )  # fmt: skip
    return None if found is None else np.concatenate(list(found.values()))


def _unit(found: Importance) -> int | None:
    """The chosen unit, with a field: dots cannot be reached with a keyboard."""
    units, asked = len(found.activity), int(knobs.now(KINDS)["unit"])
    unit = None if asked == NONE else min(asked, units - 1)
    st.session_state.lesson_importance_unit = unit

    def take() -> None:
        typed = st.session_state.lesson_importance_unit
        knobs.turn(KINDS, unit=NONE if typed is None else int(typed))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            "Unit", 0, units - 1, value=None, key="lesson_importance_unit", on_change=take,
            placeholder="none", width=150,
        )  # fmt: skip
        _hint(found, unit)
    return unit


def _hint(found: Importance, unit: int | None) -> None:
    """The clearest case of either corner, the other one where the first is looked at."""
    cases = [case for corner in (IDLE, TELLING) if (case := found.most(corner)) is not None]
    others = [case for case in cases if case != unit]
    if others:
        st.button(
            "Show me one", icon=":material/lightbulb:", on_click=knobs.turn, args=(KINDS,),
            kwargs={"unit": others[0]},
            help="A unit whose ranks in the two lie furthest apart, of either kind.",
        )  # fmt: skip


def _headline(found: Importance, unit: int | None) -> str:
    if unit is None:
        units = len(found.activity)
        return f"{units} unit{'s' * (units != 1)}: how active each is, and what its removal changes"
    if len(found.activity) == 1:
        return f"Unit {unit} is the only one: removed, it changes {found.effect[0]:.2g} bits a word"
    active, telling = (
        _others(measure.below(values, unit)) for values in (found.activity, found.effect)
    )
    return (
        f"Unit {unit} is more active than {active}; its removal changes more than that of {telling}"
    )


def _others(share: float) -> str:
    if share in (0.0, 1.0):
        return "all others" if share else "none of the others"
    return f"{min(max(share, 0.01), 0.99):.0%} of the others"


# --- the pictures --------------------------------------------------------------------------------


def _scatter(run: runs.Run, found: Importance, unit: int | None) -> None:
    event = charts.selectable(
        figures.importance_scatter(found, unit, frame.theme()),
        CHART,
        figures.describe_importance(found, unit),
        "points",
    )
    _choose(event)
    st.caption(
        f"A dot is a unit; click one. Rank correlation of the two: {found.agreement:.2f}"
        " (1: the more active, the more its removal changes; 0: one says nothing of the other)."
        " Lines: the middle of all units. Removed means held at 0 at every word; what changes is"
        " the expectation of the next word, as a divergence in bits.".replace(
            "-", "\N{MINUS SIGN}"
        ),
        width=lesson_form.PROSE,
    )
    downloads.data("Every unit", measure.table(found), f"{run.name}-activity-and-removal")


def _choose(event: Any) -> None:
    """A dot that was clicked is the chosen unit."""
    unit = charts.clicked(event)
    if unit is not None:
        knobs.turn(KINDS, unit=int(unit))
        del st.session_state[CHART]
        st.rerun()


def _words(trace: Trace, layer: int, unit: int, bits: Array) -> None:
    """The unit's h at every word, and what its removal changes there."""
    h, theme = trace.signals["h"][layer][:, unit], frame.theme()
    readings = [
        f"h {value:.2f}, without it {cost:.2f} bits".replace("-", "\N{MINUS SIGN}")
        for value, cost in zip(h.tolist(), bits.tolist(), strict=True)
    ]
    strip.words(
        strip.shaded(
            trace.words, h.tolist(), scale_of(trace.cell.signal("h"), theme_of(theme)), readings,
            theme=theme,
        ),
        key="lesson_importance_words",
        charts=[],
        selected=int(bits.argmax()),
        caption=f"Shaded: h of unit {unit}. In amber the word after which its removal changes most,"
        f" {bits.max():.2f} bits.",
        theme=theme,
    )  # fmt: skip


def _fulfilled(found: Importance, unit: int | None, net: object) -> set[str]:
    """A corner that is empty cannot be asked for."""
    corners = {name: found.corner(name) for name in (IDLE, TELLING)}
    done = {
        name
        for name, inside in corners.items()
        if not inside.any() or (unit is not None and inside[unit])
    }
    return done | ({"book"} if net == "book" else set())


def explore() -> Way:
    """The same words, with the chosen unit held at 0 where one is chosen."""
    values, run = knobs.now(KINDS), lesson_runs.now(KINDS, "net", NETS)
    if run is None:
        return Way("what_if", "Remove units of a trained network, and see what changes")
    layer = min(frame.current().layer, run.recipe.layers - 1)
    trace = reading.trace_of(_look(run), run)
    words = values["text"] if trace is None else " ".join(trace.words)
    there = {"tab": "edits", "edits": None, **lesson_runs.at(run), "text": words, "write": 0,
             "memory": None, "layer": layer, "signal": "h", "step": None}  # fmt: skip
    if int(values["unit"]) == NONE:
        return Way("what_if", f"Remove units of {address.label(run)} on these words", there)
    unit = min(int(values["unit"]), run.recipe.hidden - 1)
    held = str(Edit("h", layer, (unit,), 0, None, "set", 0.0))
    return Way(
        "what_if",
        f"Unit {unit} held at 0 on these words: what becomes of the states and the next words",
        {**there, "edits": held, "unit": unit},
    )
