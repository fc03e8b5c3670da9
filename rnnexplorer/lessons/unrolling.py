"""Lesson 2: one network, drawn once with its loop and once per step; its weights are the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from rnnexplorer import address, runs, signals
from rnnexplorer.figures import unrolled as figures
from rnnexplorer.measures import sizes
from rnnexplorer.measures.sizes import Sizes
from rnnexplorer.pages import downloads, frame, knobs, lesson_form, lesson_pictures
from rnnexplorer.pages.lesson import Lesson, Prediction, Way
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


def activity(values: dict[str, Any]) -> Collection[str]:
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
    st.markdown(f"#### {sizes.total(made):,} weights, used at each of {steps:,} steps")
    lesson_pictures.whole(
        figures.unrolled(made, steps, frame.theme()),
        "lesson_unrolled",
        figures.describe_unrolled(made, steps),
    )
    _explain(made)
    _count(made, steps)
    found = {"longer"} if steps >= LONG else set()
    taken = chosen is not None and made == _made(chosen[1])
    if taken or chosen is None:
        found.add("real")
    if values["hidden"] >= WIDE and not taken:
        found.add("wider")
    return found


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
    st.dataframe(table, hide_index=True, width=lesson_form.PROSE)
    st.caption(
        f"Together {sizes.total(made):,}. T is in none of the shapes: with matrices of its own for"
        f" each of {steps:,} steps it would be {steps * sizes.total(made):,}, and nothing learned"
        " about a word at one place would be known at another.",
        width=lesson_form.PROSE,
    )
    with st.popover("Data", icon=":material/download:"):
        downloads.csv("Matrices and their shapes", table, "lesson-unrolling")


def explore() -> Way:
    """The states of the chosen network, one column per unrolled step."""
    return Way(
        "explore",
        "A trained network unrolled: one column of states per word",
        {"step": 0, "shade": "probability"},
    )


LESSON = Lesson(
    number=2,
    key="unrolling",
    title="Unrolling",
    minutes=4,
    question="A recurrent network is drawn with a loop, or as a long chain with one link per word."
    " Is the chain another, larger network?",
    prediction=Prediction(
        "A network reads a text of 3 words, then one of 30. How many weights does it need for the"
        " longer one?",
        (
            "Ten times as many",
            "More, but only in W_hh",
            "As many as for the short one",
            "It cannot read the longer one",
        ),
        right=2,
    ),
    tasks={
        "longer": f"Let it read {LONG} words or more. Watch the count of weights.",
        "wider": f"Now give it {WIDE} units or more. What grows, and how fast?",
        "real": "Take the sizes of the chosen model.",
    },
    activity=activity,
    why="Unrolling draws one network several times, once per word; at every step the same W_xh,"
    " W_hh and W_hy are used, only x and h differ. So the text may have any length, and what is"
    " learned about a word holds wherever it stands. The weights follow from the sizes: W_hh grows"
    " with H², W_xh and W_hy with V·H, and V is large. Unrolled is also how it learns: the chain is"
    " a deep network with one layer per word, the gradient goes back through it, and what each"
    " step finds for the shared matrices is added up.",
    explore=explore,
    kinds=KINDS,
)
