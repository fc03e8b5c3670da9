"""One way to wire a recurrent network, drawn and run: from one-to-one to many-to-many.

A page puts `SETTINGS` into its own table of settings, calls `choose`, and draws what it gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from rnnexplorer import signals
from rnnexplorer.exercise_data import BLANK, EXERCISES, Example, Exercise, Kind
from rnnexplorer.figures import exercise_reading, wiring
from rnnexplorer.figures import exercises as figures
from rnnexplorer.pages import charts, exercise_example, exercise_training, frame, knobs
from rnnexplorer.settings import Choice, Kinds, Whole

if TYPE_CHECKING:
    from rnnexplorer.exercises import Training

#: Their names on the screen.
NAMES: Mapping[str, str] = {
    "one-to-one": "One to one",
    "one-to-many": "One to many",
    "many-to-one": "Many to one",
    "many-to-many": "Many to many",
}

#: Steps of training at which the network can be looked at; most is learnt early.
STAGES = (0, 5, 10, 20, 30, 50, 100, 200, 400)

#: Units, and the seed of weights and examples, where a page has no settings for them.
UNITS, SEED = 24, 1

#: Examples to choose from, and examples asked, where new ones are drawn.
OFFERED, ASKED = 12, 200

SETTINGS: Kinds = {
    "cell": Choice(("rnn", "lstm", "gru")),
    "order": Choice(("reverse", "repeat")),
    "stage": Whole(0, STAGES[-1], 0),
    "example": Whole(0, 99, 3),
    "at": Whole(0, 99, 99),
}


@dataclass(frozen=True, eq=False)
class Shown:
    """A network of a kind, as it is shown.

    Attributes:
        exercise: that it is trained on.
        example: that goes in.
        training: at the chosen stage.
        losses: of the whole training, see `exercises.Training`.
        right: share of the examples trained on, or of new ones where they are drawn, 0…1.
    """

    exercise: Exercise
    example: Example
    training: Training
    losses: NDArray[np.float64]
    right: float


def choose(kind: Kind, kinds: Kinds, values: Mapping[str, Any]) -> Shown | None:
    """Controls of a wiring, the training in pieces, and a headline: how many come out right.

    Args:
        kind: which wiring.
        kinds: the table of settings of the page, with those of `SETTINGS` in it.
        values: of that table; it may have `units` and `seed` too.

    Returns:
        What is shown; None while nothing is trained.
    """
    exercise = _exercise(kind, values)
    st.markdown(f"**{exercise.title}**  \n{exercise.told}")  # two blanks break the line
    stage = max(s for s in STAGES if s <= values["stage"])
    number = values["example"] % (len(_examples(exercise)))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if kind == "many-to-many":
            knobs.choice(kinds, "order", "Written", {"reverse": "backwards", "repeat": "in order"})
        if kind != "one-to-one":
            names = {key: signals.cell(key).title for key in ("rnn", "lstm", "gru")}
            knobs.choice(kinds, "cell", "Cell", names)
        _choose_example(kinds, exercise, number)
    cell = "rnn" if kind == "one-to-one" else values["cell"]
    training = _trained(exercise, cell, values.get("units", UNITS), values.get("seed", SEED))
    if training is None:
        return None
    _choose_stage(kinds, stage)
    right = _told(exercise, training[stage])
    losses = training[STAGES[-1]].losses
    return Shown(exercise, _examples(exercise)[number], training[stage], losses, right)


def draw(shown: Shown, kinds: Kinds, at: int) -> None:
    """The wiring with its answers, the states at a step, the loss.

    Args:
        shown: what `choose` gave.
        kinds: the table of settings of the page.
        at: the step whose state is looked at; after the last it is the last.
    """
    training, example = shown.training, shown.example
    _wiring(shown.exercise, training, example)
    st.caption(_how_to_read(shown.exercise.kind))
    step = min(at, len(example.given) - 1)
    exercise_example.draw("kind", training, example, step, lambda at: knobs.turn(kinds, at=at))
    if not training.steps:
        st.caption("Add steps of training, and the loss appears here.")
        return
    curves = {training.setup.cell: shown.losses[None, : training.steps]}
    charts.draw(
        figures.losses(curves, STAGES[-1], frame.theme()),
        "kind_losses",
        figures.describe_losses(curves),
    )
    st.caption(f"The loss up to here, mean of {figures.SMOOTHED} steps.")


def _exercise(kind: Kind, values: Mapping[str, Any]) -> Exercise:
    """The exercise of a kind that is small enough for a lesson."""
    if kind == "many-to-many":
        return EXERCISES[values["order"]]
    return next(e for e in EXERCISES.values() if e.kind == kind and not e.between)


def _examples(exercise: Exercise) -> tuple[Example, ...]:
    """All that are written down, or some that are drawn."""
    if exercise.examples:
        return exercise.examples + exercise.unseen
    return tuple(exercise.drawn(1, number) for number in range(OFFERED))


def _choose_example(kinds: Kinds, exercise: Exercise, number: int) -> None:
    examples, key = _examples(exercise), "kind_example"
    known = len(exercise.examples)
    frame.show(key, number)

    def name(k: int) -> str:
        joined = "".join(s for s in examples[k].given if s != BLANK)
        return f"{joined} (never trained on)" if known and k >= known else joined

    def take() -> None:
        knobs.turn(kinds, example=st.session_state[key], at=SETTINGS["at"].default)

    with st.container(width=260):
        st.selectbox("Goes in", range(len(examples)), format_func=name, key=key, on_change=take)


def _choose_stage(kinds: Kinds, stage: int) -> None:
    frame.show("kind_stage", stage)

    def take() -> None:
        knobs.turn(kinds, stage=st.session_state.kind_stage)

    st.select_slider(
        "Steps of training", STAGES, key="kind_stage", on_change=take,
        help="The same network after so many steps. At 0 it has its random initial weights.",
    )  # fmt: skip


def _trained(
    exercise: Exercise, cell: str, units: int, seed: int
) -> dict[int, Training] | None:  # fmt: skip
    """The network at every stage; trained in a second or two if it was not before."""
    from rnnexplorer import exercises  # imports torch

    setup = exercises.Setup(exercise.key, cell, units, seed=seed)
    called = f"{signals.cell(cell).title}, {units} units"
    found = exercise_training.trained("kind", (setup,), {setup: called}, STAGES)
    if found is None:
        return None
    return {stage: found[setup, stage] for stage in STAGES}


def _told(exercise: Exercise, training: Training) -> float:
    """How many examples come out right, in a headline."""
    from rnnexplorer import exercises  # imports torch

    when = f"After {training.steps} steps" if training.steps else "Before any training"
    if exercise.examples:
        right, total = sum(exercises.right_of(training, exercise.examples)), len(exercise.examples)
        told = f"{when}: {right} of {total} right"
        if exercise.unseen:
            unseen = sum(exercises.right_of(training, exercise.unseen))
            told += f", and {unseen} of {len(exercise.unseen)} words it was never trained on"
    else:
        right, total = exercises.right_answers(training, 0, ASKED), ASKED
        told = f"{when}: {right / total:.0%} of {total} new sequences right"
    st.markdown(f"#### {told}")
    return right / total


def _wiring(exercise: Exercise, training: Training, example: Example) -> None:
    from rnnexplorer import exercises  # imports torch

    trace = exercises.read(training, example.given)
    answers = [symbol for symbol, _ in exercise_reading.answers(trace, example)]
    charts.draw(
        wiring.wiring(example, exercise.handed_over, answers, frame.theme()),
        "kind_wiring",
        wiring.describe(example, exercise.handed_over, answers),
    )


def _how_to_read(kind: Kind) -> str:
    told = {
        "one-to-one": "One step: the state starts from zero and is used once. This is a plain"
        " network with one hidden layer; nothing in it is recurrent. Before training it may answer"
        " with a digit; the panel p shows the two answers that can be right.",
        "one-to-many": "One input, then a blank, ·, the same at every step: what differs from step"
        " to step is the state alone."
        " An arrow to the right is the same W_hh at every step. Ten digits and ten names are all"
        " there is: this is learnt by heart.",
        "many-to-one": "Every letter changes the state; only the last state is asked. The words"
        " trained on are learnt by heart; on new ones it can only go by their letters.",
        "many-to-many": "Blue reads, purple writes: two networks with weights of their own. All"
        " that the decoder knows of the digits is the one state handed over to it.",
    }
    return f"{told[kind]} A dashed box is a wrong answer."
