"""What lesson 2 is done with: a network drawn once with its loop, and once per step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from rnnexplorer import address, runs, signals
from rnnexplorer.corpus import split_words
from rnnexplorer.figures import unrolled as figures
from rnnexplorer.measures import sizes
from rnnexplorer.measures.sizes import Sizes
from rnnexplorer.pages import downloads, frame, knobs, lesson_form, lesson_pictures
from rnnexplorer.pages.lesson import Way
from rnnexplorer.settings import Choice, Kinds, Value, Whole

CELLS = {key: cell.title for key, cell in signals.CELLS.items()}
KINDS: Kinds = {
    "cell": Choice(tuple(CELLS)),
    "steps": Whole(1, 100, 3),
    "words": Whole(2, 100_000, 4),
    "hidden": Whole(1, 1024, 3),
    "layers": Whole(1, 3, 1),
    "embedding": Whole(0, 1024, 0),
    "tied": Choice(("no", "yes")),
}
#: From here on a text is long, and a network is wide.
LONG, WIDE = 10, 6


def draw(values: dict[str, Any]) -> Iterator[str]:
    """The network rolled and unrolled, and its weights counted."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        knobs.choice(KINDS, "cell", "Cell", CELLS)
        knobs.slider(KINDS, "steps", "T, words read")
        knobs.slider(KINDS, "layers", "Layers")
        knobs.box(KINDS, "words", "V, words known")
        knobs.box(KINDS, "hidden", "H, units of a layer")
        chosen = _sizes_of_chosen()
        if chosen is not None:
            _offer(*chosen)
    if chosen is None:
        st.caption("There is no model here whose sizes could be taken; that task counts as done.")
    made = _made(values)
    steps = values["steps"]
    taken = chosen is not None and made == _made(chosen[1])
    if steps >= LONG:
        yield "longer"
    if taken or chosen is None:
        yield "real"
    if values["hidden"] >= WIDE and not taken:
        yield "wider"
    st.markdown(f"#### {sizes.total(made):,} weights, used at each of {steps:,} steps")
    lesson_pictures.whole(
        figures.unrolled(made, steps, frame.theme()),
        "lesson_unrolled",
        figures.describe_unrolled(made, steps),
    )
    _explain(made)
    _count(made, steps)


def _made(values: Mapping[str, Any]) -> Sizes:
    """A network that can be built: a tied embedding is as wide as the layers that it is read by."""
    tied = values["tied"] == "yes" and values["embedding"] > 0
    return Sizes(
        signals.cell(values["cell"]), values["words"], values["hidden"], values["layers"],
        values["hidden"] if tied else values["embedding"], tied,
    )  # fmt: skip


def _sizes_of_chosen() -> tuple[runs.Run, dict[str, Value]] | None:
    run = frame.chosen_run()
    if run is None:
        return None
    recipe = run.recipe
    return run, {
        "cell": recipe.cell,
        "words": len(runs.vocabulary(run).words),
        "hidden": recipe.hidden,
        "layers": recipe.layers,
        "embedding": recipe.embedding if recipe.input == "embedding" else 0,
        "tied": "yes" if recipe.tied else "no",
    }


def _offer(run: runs.Run, changes: dict[str, Value]) -> None:
    def take() -> None:
        knobs.turn(KINDS, **changes)

    st.button(f"Sizes of {address.label(run)}", on_click=take, icon=":material/straighten:")


def _explain(made: Sizes) -> None:
    gates = ""
    if made.blocks > 1:
        names = ", ".join(made.cell.gates)
        gates = (
            f" W_xh and W_hh of the {made.cell.title} are {made.blocks} matrices side by side, for"
            f" {names}: hence {made.blocks}·H columns."
        )
    if "c" in made.cell.states:
        gates += " The second arrow is C, which no matrix touches on its way."
    if made.layers > 1:
        gates += " In brackets the layer: each has matrices of its own."
    if made.tied:
        gates += " W_hy is E turned round (tied), so a word is looked up as H numbers."
    comes_in = (
        f"x is a word, looked up as {made.embedding} numbers"
        if made.embedding
        else f"x is a word, one-hot: 1 × {made.vocabulary:,}"
    )
    st.caption(
        f"{comes_in}; h is the state, 1 × {made.hidden:,}; y a logit per word, 1 ×"
        f" {made.vocabulary:,}. Often they are called W (W_xh), U (W_hh) and V (W_hy). Left the"
        " network, right the same network at every step: each W_hh is the same matrix, not a copy."
        + gates,
        width=lesson_form.PROSE,
    )


def _count(made: Sizes, steps: int) -> None:
    table = pd.DataFrame(
        [
            {
                "": part.name, "shape": f"{part.shape[0]:,} × {part.shape[1]:,}",
                "weights": f"{part.count:,}" if not part.shared else "shared with E",
                "what it does": part.does,
            }
            for part in sizes.parts(made)
        ]
    )  # fmt: skip
    st.dataframe(table, hide_index=True, width=lesson_form.PROSE, height="content")
    st.caption(
        f"Together {sizes.total(made):,}. T is in none of the shapes: with matrices of its own for"
        f" each of {steps:,} steps it would be {steps * sizes.total(made):,}, and nothing learned"
        " about a word at one place would be known at another.",
        width=lesson_form.PROSE,
    )
    with st.popover("Data", icon=":material/download:"):
        downloads.csv("Matrices and their shapes", table, "lesson-unrolling")


def explore() -> Way:
    """The states of the chosen network, one column for each of as many words as were read."""
    run, steps = frame.chosen_run(), int(knobs.now(KINDS)["steps"])
    if run is None:
        return Way("explore", "A trained network unrolled: one column of states per word")
    words = split_words(address.default_text(run))[:steps]
    return Way(
        "explore",
        f"{address.label(run)} unrolled over {steps} word{'s' * (steps != 1)}: a column of states"
        " for each",
        {"text": " ".join(words), "write": steps - len(words), "step": 0, "shade": "probability"},
    )
