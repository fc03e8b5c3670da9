"""The laboratory of U: a recurrence with numbers of one's own, and a trained network beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from rnnexplorer import address, fading, runs
from rnnexplorer.fading import Fading
from rnnexplorer.figures import expansion as figures
from rnnexplorer.figures.expansion_equations import expansion_equations
from rnnexplorer.figures.fading import describe_fading, fading_picture
from rnnexplorer.measures import expansion_sentences as told
from rnnexplorer.measures.expansion import (
    KINDS,
    LARGEST_U,
    Expansion,
    expand,
    setup_of,
    table,
)
from rnnexplorer.pages import (
    charts,
    downloads,
    frame,
    knobs,
    prompt,
    reading,
    states,
    working,
)
from rnnexplorer.settings import Kinds, Value

#: What is worth a look first, by its name on the button.
PRESETS: dict[str, dict[str, Value]] = {
    "fades": {"u": 0.5, "activation": "none"},
    "keeps": {"u": 1.0, "activation": "none"},
    "explodes": {"u": 1.3, "activation": "none"},
    "saturates": {"u": 1.3, "activation": "tanh"},
}

ACTIVATIONS = {"none": "none", "tanh": "tanh", "relu": "relu"}
INPUTS = {"each": "all 1", "first": "only x₁", "alternating": "1, −1 …"}
MATRICES = {"orthogonal": "orthogonal", "gaussian": "Gaussian"}
CLIPPING = {"off": "off", "on": "on"}


def draw(run: runs.Run | None) -> None:
    """The experiment, and under it the network that is looked at."""
    values = knobs.values(KINDS)
    draw_activity(KINDS, values)
    st.divider()
    st.markdown("#### The same picture of a trained network")
    if run is not None and runs.checkpoints(run):
        _network(run, values)
    else:
        frame.with_weights("There is no trained network to look back through yet")


def draw_activity(kinds: Kinds, values: dict[str, Any]) -> None:
    """The controls and the picture, for this page and for a lesson.

    Args:
        kinds: as `measures.expansion.KINDS`, with defaults of one's own or with some names left
            out: these have no control and stay at the defaults of `Setup`.
        values: what they are set to.
    """
    found = expand(setup_of(values))
    with st.container(key="laboratory-zones"):
        left, right = st.columns([1, 3], gap="large")
    with left:
        _controls(kinds, values)
    with right:
        st.markdown(f"#### {told.headline(found)}")
        st.markdown(told.gradient(found))
        charts.draw(
            figures.expansion_picture(found, frame.theme()),
            "laboratory_expansion",
            figures.describe_expansion(found),
        )
        st.caption(_how_to_read(found))
        with st.container(key="wide-arithmetic"):
            for block in expansion_equations(found, frame.theme()):
                st.latex(block)
        _step(kinds, values, found)
        _data(found)


# --- the experiment ------------------------------------------------------------------------------


def _controls(kinds: Kinds, values: dict[str, Any]) -> None:
    _presets(kinds)
    scalar = values.get("size", 1) == 1
    if "u" in kinds:
        knobs.slider(
            kinds, "u", "U, hidden → hidden" if scalar else "U, its spectral radius", 0.05,
            "Every step multiplies what is in the state by U. It is W_hh elsewhere in this app."
            " Beyond 1, or below −1, it grows what it carries.",
        )  # fmt: skip
    if "depth" in kinds:
        knobs.slider(kinds, "depth", "Depth, steps", help="How many inputs are read.")
    if "activation" in kinds:
        knobs.choice(
            kinds, "activation", "Activation", ACTIVATIONS,
            "h = φ(U·h₋ + W·x). The chapter's expansion leaves it out; a SimpleRNN has tanh.",
        )  # fmt: skip
    if "inputs" in kinds:
        knobs.choice(kinds, "inputs", "Inputs x", INPUTS)
    if "size" in kinds:
        knobs.slider(
            kinds, "size", "Size of the state",
            help="1: U is a number. More: U is a matrix, drawn at random and scaled so that its"
            " largest eigenvalue is what the slider says.",
        )  # fmt: skip
    if not scalar:
        if "matrix" in kinds:
            knobs.choice(
                kinds, "matrix", "Kind of matrix", MATRICES,
                "An orthogonal matrix turns and scales all directions alike. A Gaussian one"
                " stretches some and shrinks others.",
            )  # fmt: skip
        if "seed" in kinds:
            knobs.slider(kinds, "seed", "Seed of U and W")
    st.button(
        "Reset", icon=":material/restart_alt:", key="laboratory_reset", on_click=frame.look,
        kwargs={"settings": None}, disabled=frame.current().settings is None,
    )  # fmt: skip


def _presets(kinds: Kinds) -> None:
    """Buttons that set U and the activation, and leave the rest."""
    offered = {name: set_to for name, set_to in PRESETS.items() if set_to.keys() <= kinds.keys()}
    with st.container(horizontal=True, gap="small"):
        for name, set_to in offered.items():
            phi = "" if set_to["activation"] == "none" else f" and {set_to['activation']}"
            st.button(
                name, key=f"laboratory_{name}", help=f"U = {set_to['u']:g}{phi}",
                on_click=knobs.turn, args=(kinds,), kwargs=set_to,
            )  # fmt: skip


def _how_to_read(found: Expansion) -> str:
    last = f"h{told.lowered(found.setup.depth)}"
    if found.setup.size == 1:
        sizes = "W, input → hidden, is 1 here."
    else:
        sizes = (
            "W, input → hidden, has length 1. ‖J‖ is how long a push of length 1 is afterwards, in"
            " root mean square over all directions."
        )
    above = (
        f"Above, what each input has put into {last}; the oldest, x₁, on the left."
        if found.setup.activation == "none"
        else f"Above, by how much {last} would differ had that input been 0, since"
        f" {found.setup.activation} makes no sum that could be taken apart; what is left of x₁ is"
        " this over h₁."
    )
    return (
        f"{above} Below, how much {last} moves when the state at that step is moved a little: what"
        " a training can learn from so far back. Dotted, a U that vanishes and one that explodes."
        f" {sizes}"
    )


def _step(kinds: Kinds, values: dict[str, Any], found: Expansion) -> None:
    """What a training step would do to U, with its gradient as it is or clipped."""
    if "clip" not in kinds or "limit" not in kinds:
        return
    st.markdown("##### One step of training")
    clip = values["clip"] == "on"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=140):
            knobs.choice(
                kinds, "clip", "Clip the gradient", CLIPPING,
                "A gradient longer than the limit is shortened to it and keeps its direction.",
            )  # fmt: skip
        if clip:
            with st.container(width=260):
                knobs.slider(kinds, "limit", "Longest gradient", 0.1)
    st.markdown(told.step(found, values["limit"] if clip else None))


def _data(found: Expansion) -> None:
    downloads.data("Every input", table(found), "expansion")


# --- the trained network -------------------------------------------------------------------------


def _network(run: runs.Run, values: dict[str, Any]) -> None:
    trace = prompt.traced(run)
    if trace is None:
        return
    layer = states.choose_layer(trace.layers)
    words = fading.words_of(trace.words, trace.origin.window)
    if len(words) < 2:
        st.info("One word alone has nothing to look back to. Give two words or more.")
        return
    epoch = trace.origin.epoch
    key = (str(run.path), epoch, reading.stamp(run, epoch))
    from rnnexplorer import influencing  # imports torch

    pieces = working.in_pieces(
        "looking_back",
        (key, words, layer),
        {
            part: partial(fading.rows, run, words, epoch, layer, part)
            for part in influencing.blocks(run.recipe.hidden, run.recipe.layers)
        },
        lambda part: f"Looking back from units {part.start} to {part.stop - 1} of the last word",
    )
    if pieces is None:  # cancelled
        return
    found = _looked_back(key, words, layer, run, epoch, list(pieces.values()))
    st.markdown(f"#### {address.label(run)}: {fading.headline(found)}")
    laboratory = expand(replace(setup_of(values), depth=len(words)))
    charts.draw(
        fading_picture(found, laboratory.gains, "laboratory", frame.theme()),
        "laboratory_network",
        describe_fading(found),
    )
    st.caption(_how_to_read_network(found, laboratory, trace.origin.window))
    st.markdown(fading.why(found))
    with st.container(horizontal=True):
        _take_over(found)
        downloads.data("Every word", fading.table(found), f"{run.name}-epoch{epoch}-looking-back")


@st.cache_resource(max_entries=16, show_spinner=False)
def _looked_back(
    key: object,
    words: tuple[str, ...],
    layer: int,
    _run: runs.Run,
    _epoch: int,
    _rows: list[fading.Lengths],
) -> Fading:
    return fading.joined(_run, words, _epoch, layer, _rows)


def _how_to_read_network(found: Fading, laboratory: Expansion, window: int | None) -> str:
    cell, block = found.cell, "W_hh"
    if cell.keeper is not None:
        new = cell.signal(cell.candidate)
        block = f"the block of W_hh that makes the {new.name} {new.symbol}"
    text = (
        "Each curve: how long a push of length 1 to the state at that word is when it arrives at"
        " the last word, in root mean square over all directions; 1 is as long as it was. Dotted,"
        f" what the powers of the spectral radius of {block} would give; dashed, the laboratory"
        f" above ({told.what(laboratory)})."
    )
    if len(found.words) == fading.MOST_WORDS:
        text += f" These are the last {fading.MOST_WORDS} words, read from the zero state."
    if window is not None:
        text += f" In window memory nothing reaches further back than its {window} words."
    return text


def _take_over(found: Fading) -> None:
    """The U that would do the same, set in the laboratory above."""
    for state in found.gains:
        u = round(min(found.per_word(state), LARGEST_U), 2)
        symbol = found.cell.signal(state).symbol
        st.button(
            f"Set U to that of {symbol}: {u:.2f}", key=f"laboratory_take_{state}",
            icon=":material/arrow_upward:", on_click=knobs.turn, args=(KINDS,),
            kwargs={"u": u, "size": 1, "activation": "none",
                    "depth": len(found.words)},
        )  # fmt: skip
