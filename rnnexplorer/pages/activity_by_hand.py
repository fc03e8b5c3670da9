"""What lesson 3 is done with: the chapter's worked example, every number, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import streamlit as st

from rnnexplorer.figures.style import percent
from rnnexplorer.measures import bag, by_hand
from rnnexplorer.measures.arithmetic import SMALLEST, number, raised
from rnnexplorer.measures.by_hand import Gradients, Guess, Steps, Weights
from rnnexplorer.measures.distribution import Array
from rnnexplorer.pages import by_hand_blocks as pictures
from rnnexplorer.pages import knobs, lesson_form, lesson_pictures, lesson_runs
from rnnexplorer.pages.lesson import Way
from rnnexplorer.settings import Choice, Kinds, Matrix, Number, Value

WORDS, TARGET = ("this", "is", "an"), "example"
VOCABULARY = (*WORDS, TARGET)
UNITS = ("unit 0", "unit 1", "unit 2")
TRUTH = bag.one_hot([TARGET], VOCABULARY)[0]
MATRICES = {
    "Wxh": Matrix(((0.5, -0.3, 0.8), (-0.6, 0.9, 0.2), (0.4, 0.7, -0.5), (0.1, -0.2, 0.3)), 10.0),
    "Whh": Matrix(((0.3, -0.4, 0.1), (0.2, 0.5, -0.6), (-0.3, 0.1, 0.4)), 10.0),
    "Why": Matrix(((0.6, -0.2, 0.3, -0.5), (-0.4, 0.5, -0.1, 0.2), (0.1, 0.3, -0.6, 0.4)), 10.0),
}
STAGES = {
    "this": "1 this", "is": "2 is", "an": "3 an", "loss": "4 loss",
    "back": "5 back", "gradients": "6 gradients", "step": "7 step",
}  # fmt: skip
KINDS: Kinds = {"stage": Choice(tuple(STAGES)), "rate": Number(0.0, 2.0, 0.5), **MATRICES}


def draw(values: dict[str, Any]) -> Iterator[str]:
    """One stage of the example at a time; every matrix can be changed."""
    weights = Weights(*(np.array(values[name]) for name in MATRICES))
    steps, made = _forward(weights)
    found = by_hand.back(steps, made, weights)
    knobs.choice(KINDS, "stage", "Stage", STAGES)
    _edit()
    stage = values["stage"]
    yield from {"an", "loss", "back"} & {stage}
    if stage == "step" and made.probs @ made.target > 0.5:
        yield "half"
    if stage in WORDS:
        _word(steps, weights, WORDS.index(stage))
    elif stage == "loss":
        _loss(steps, made, weights)
    elif stage == "back":
        _back(made, found, weights)
    elif stage == "gradients":
        _gradients(steps, found)
    else:
        _step(weights, found, made, values["rate"])


def _forward(weights: Weights) -> tuple[Steps, Guess]:
    steps = by_hand.read(bag.one_hot(WORDS, VOCABULARY), weights.W_xh, weights.W_hh)
    return steps, by_hand.guess(steps.h[-1], weights.W_hy, TRUTH)


def _edit() -> None:
    with st.expander("Change the weights", icon=":material/edit:"), st.container(horizontal=True):
        knobs.matrix(KINDS, "Wxh", "**W_xh**, 4 × 3: a row per word", VOCABULARY, UNITS)
        knobs.matrix(KINDS, "Whh", "**W_hh**, 3 × 3: from state to state", UNITS, UNITS)
        knobs.matrix(KINDS, "Why", "**W_hy**, 3 × 4: a column per word", UNITS, VOCABULARY)
        st.button(
            "The first numbers again", icon=":material/undo:", on_click=_turn,
            args=(Weights(*(np.array(kind.default) for kind in MATRICES.values())),),
        )  # fmt: skip


def _turn(weights: Weights) -> None:
    matrices = (weights.W_xh, weights.W_hh, weights.W_hy)
    changes: dict[str, Value] = {
        name: tuple(tuple(map(float, row)) for row in np.clip(matrix, -kind.bound, kind.bound))
        for (name, kind), matrix in zip(MATRICES.items(), matrices, strict=True)
    }
    knobs.turn(KINDS, **changes)


# --- the stages ----------------------------------------------------------------------------------


def _word(steps: Steps, weights: Weights, t: int) -> None:
    st.markdown(f"#### “{WORDS[t]}” comes in, and the state becomes {_vector(steps.h[t])}")
    carried = (
        "There is no state yet, so only the word speaks."
        if t == 0
        else f"The state after “{WORDS[t - 1]}” goes through W_hh, the same one at every word."
    )
    lesson_pictures.matrices(
        pictures.word(
            steps, by_hand.guess(steps.h[t], weights.W_hy, TRUTH), weights, t, VOCABULARY, UNITS
        ),
        "lesson_by_hand",
        f"The 1 of the word picks its row of W_xh (amber). {carried} The two are added, and tanh"
        " brings every sum into −1…1. The last line is what this state would expect next; here the"
        " network is asked after the last word only.",
    )


def _loss(steps: Steps, made: Guess, weights: Weights) -> None:
    p = float(made.probs @ made.target)
    st.markdown(f"#### “{TARGET}” gets {percent(p)}: the loss is {_loss_of(p, made.loss)}")
    lesson_pictures.matrices(
        pictures.loss(steps, made, weights, VOCABULARY, UNITS),
        "lesson_by_hand",
        "The last state alone decides. exp makes every logit positive, dividing by the sum"
        f" ({number(float(made.exps.sum()))}) makes shares of them: the softmax. The loss is small"
        " when the right word (amber) has a large share; knowing nothing of 4 words, it is ln 4 ="
        " 1.39.",
    )


def _loss_of(p: float, loss: float) -> str:
    """−ln p, with enough digits of p to check its logarithm with, however small it is."""
    shown = f"{p:.4g}"
    if p < SMALLEST:
        digits, exponent = f"{p:.3e}".split("e")
        shown = f"({digits}·10{raised(int(exponent))})"
    return f"−ln {shown} ≈ {loss:.2f}"


def _back(made: Guess, found: Gradients, weights: Weights) -> None:
    lengths = np.linalg.norm(found.total, axis=1)
    st.markdown(
        f"#### The gradient goes back: ‖∂loss/∂z‖ is {number(lengths[-1])} at “{WORDS[-1]}”,"
        f" {number(lengths[0])} at “{WORDS[0]}”"
    )
    lesson_pictures.matrices(
        pictures.back(made, found, weights, WORDS, VOCABULARY, UNITS),
        "lesson_by_hand",
        "A gradient says how much the loss would grow with each number. It starts as p minus the"
        " truth. z is the sum before tanh. The third line has a row per word, to be filled from the"
        " last word up: tanh lets 1 − h² of ∂loss/∂h through to ∂loss/∂z; and W_hhᵀ, in the lines"
        " below, carries ∂loss/∂z of a word to ∂loss/∂h of the word before.",
    )


def _gradients(steps: Steps, found: Gradients) -> None:
    st.markdown("#### One matrix, used at every word: its gradient is a sum over the words")
    lesson_pictures.matrices(
        pictures.gradients(found, WORDS, VOCABULARY, UNITS),
        "lesson_by_hand",
        "Each word adds its part, the input of the step times ∂loss/∂z. In W_xh that is one row,"
        " since all other inputs are 0. In W_hh the first word adds nothing: no state came before."
        " W_hy was used once, at the end.",
    )


def _step(weights: Weights, found: Gradients, made: Guess, rate: float) -> None:
    after = by_hand.updated(weights, found, rate)
    _, then = _forward(after)
    p, q = (float(one.probs @ one.target) for one in (made, then))
    fate = "falls" if then.loss < made.loss else "does not fall"
    st.markdown(f"#### The loss {fate}: {made.loss:.3f} before the step, {then.loss:.3f} after")
    with st.container(horizontal=True, vertical_alignment="bottom", width=lesson_form.PROSE):
        knobs.slider(KINDS, "rate", "Learning rate", step=0.05)
        st.button("Take the step", type="primary", on_click=_turn, args=(after,))
    st.markdown(f"“{TARGET}” goes from {percent(p)} to {percent(q)}.")
    lesson_pictures.matrices(
        pictures.step(weights, found, after, rate, VOCABULARY, UNITS),
        "lesson_by_hand",
        "Every number moves against its gradient, by the learning rate times it. Take the step"
        " again and again: the network learns its one sentence by heart.",
    )


def _vector(values: Array) -> str:
    return "(" + ", ".join(map(number, values.tolist())) + ")"


def explore() -> Way:
    """The same words in a trained SimpleRNN, at the word that is looked at."""
    stage = knobs.now(KINDS)["stage"]
    step = WORDS.index(stage) if stage in WORDS else len(WORDS) - 1
    return Way(
        "explore",
        "The same arithmetic in a trained network, unit by unit",
        {"text": " ".join(WORDS), "write": 0, "step": step, "memory": None,
         **lesson_runs.looked_at("rnn")},
    )  # fmt: skip
