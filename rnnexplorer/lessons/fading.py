"""Lesson 5: what a recurrence leaves of an early input, and of its gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rnnexplorer import settings
from rnnexplorer.measures import expansion
from rnnexplorer.pages import knobs, laboratory_recurrence, lesson_runs
from rnnexplorer.pages.lesson import Lesson, Prediction, Way
from rnnexplorer.settings import Kinds, Number, Whole

#: h₂₁ holds U²⁰·W·x₁: twenty steps lie between the first word and the last.
KINDS: Kinds = {
    "u": Number(-expansion.LARGEST_U, expansion.LARGEST_U, 1.0),
    "depth": Whole(2, 50, 21),
    "activation": expansion.KINDS["activation"],
}

#: The two of the prediction.
BELOW, ABOVE = 0.9, 1.1


def activity(values: dict[str, Any]) -> Iterator[str]:
    """The laboratory of U, with the scalar alone."""
    size, activation = abs(values["u"]), values["activation"]
    if activation == "none" and round(size, 2) == BELOW:
        yield "below"
    if activation == "none" and round(size, 2) == ABOVE:
        yield "above"
    if activation == "tanh" and size > 1:
        yield "tanh"
    laboratory_recurrence.draw_activity(KINDS, values)


def explore() -> Way:
    """The same numbers in the laboratory, and under them the curve of a trained network."""
    set_to: dict[str, Any] = {name: kind.default for name, kind in expansion.KINDS.items()}
    return Way(
        "laboratory",
        "The same in the laboratory, where U can be a matrix; below it, a trained network",
        {"tab": "recurrence", **lesson_runs.looked_at("rnn"),
         "settings": settings.written(set_to | knobs.now(KINDS), expansion.KINDS)},
    )  # fmt: skip


LESSON = Lesson(
    number=5,
    key="fading",
    title="Fading and exploding",
    minutes=5,
    question="Leave tanh out, and every step multiplies the state by U and adds the next word:"
    " h = U·h₋ + W·x. What is left of the first word twenty steps later?",
    prediction=Prediction(
        "The first word has put 1 into the state. How much of it is there 20 steps later, with"
        " U = 0.9 and with U = 1.1?",
        (
            "0.9 and 1.1: a step changes little",
            "About 0.1 and about 7",
            "0 and 1: it is lost, or it is kept",
            "About 0.5 and about 2",
        ),
        right=1,
    ),
    tasks={
        "below": f"Set U to {BELOW}, without an activation. What is left of x₁?",
        "above": f"Set U to {ABOVE}. What becomes of x₁, and of the gradient?",
        "tanh": "Leave U above 1 and choose tanh. What becomes of the state, and of the gradient?",
    },
    activity=activity,
    why="After 20 steps the first word is multiplied by U²⁰: 0.9²⁰ = 0.12, 1.1²⁰ = 6.7. Only U = 1"
    " keeps it, and U = −1 its size. The gradient takes the same way back and is multiplied by the"
    " same numbers: it **vanishes** or it **explodes**. tanh keeps the *state* within ±1; the"
    " gradient is then multiplied by its slope 1 − h² too, which is nearly 0 where the state is"
    " near ±1, as here with U above 1: it vanishes all the same. In a network U is a matrix, and"
    " in the long run its eigenvalue largest in size does what U does here; where most states stay"
    " away from ±1, the gradient can explode in spite of tanh (with seed 1 of the laboratory, a"
    " Gaussian matrix of size 32 with U = 1.5, 21 steps and only x₁ as input makes it 19 times as"
    " long). An exploding gradient can be shortened (clipping); a vanished one cannot be brought"
    " back, so a SimpleRNN hardly learns from far away. The LSTM's way out is a state that is"
    " multiplied by a gate, f, which can be 1.",
    explore=explore,
    kinds=KINDS,
    alone=True,
)
