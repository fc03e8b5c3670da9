"""Small tasks: who remembers longer? The task and its sizes, the answer, the inside of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from rnnexplorer import exercise_data, runs, signals
from rnnexplorer.exercise_data import MEMORY, Exercise
from rnnexplorer.measures.exercise_results import CELLS
from rnnexplorer.pages import exercise_compare, exercise_example, knobs
from rnnexplorer.settings import Choice, Kinds, Whole

if TYPE_CHECKING:
    from rnnexplorer.exercises import Training

KINDS: Kinds = {
    **exercise_compare.SETTINGS,
    "cell": Choice(("lstm", "gru", "rnn", "matched")),
    "distance": Whole(0, 60, 10),
    "example": Whole(0, 999, 0),
    "at": Whole(0, 99, 99),
}


def draw(run: runs.Run | None) -> None:
    """The task and its sizes, then who remembers how long, then the inside of one network.

    Args:
        run: the model on the left, which plays no part here.
    """
    values = knobs.values(KINDS)
    exercise = exercise_data.find(values["task"])
    _controls(exercise)
    compared = exercise_compare.compare(values)
    if compared is None:
        return
    trainings, scores = compared
    exercise_compare.draw_scores(KINDS, values, scores, trainings)
    st.divider()
    _inside(exercise, values, trainings)


def _controls(exercise: Exercise) -> None:
    titles = {key: exercise_data.find(key).title for key in MEMORY}
    with st.container(key="controls-task"):
        knobs.choice(KINDS, "task", "Task", titles)
    st.markdown(f"{exercise.told} {exercise_compare.for_example(exercise)}")
    with st.container(key="controls-sizes"):
        columns = st.columns(3, gap="medium")
    with columns[0]:
        knobs.slider(
            KINDS, "longest", "Longest distance",
            help=f"{exercise.between.capitalize()} between what must be remembered and the"
            " question. In training every distance up to this one occurs.",
        )  # fmt: skip
    with columns[1]:
        knobs.slider(
            KINDS, "units", "Units of each cell",
            help="The matched SimpleRNN has more: as many weights as the LSTM.",
        )  # fmt: skip
    with columns[2]:
        knobs.slider(
            KINDS, "steps", "Steps of training", step=100,
            help="Of 64 new examples each. More steps give a slow learner a chance.",
        )  # fmt: skip


# --- the inside of one ---------------------------------------------------------------------------


def _inside(
    exercise: Exercise, values: dict[str, Any], trainings: dict[str, list[Training]]
) -> None:
    """One example as the first network of a cell reads it."""
    st.markdown("##### Inside one of them")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        names = {key: CELLS[key] for key in ("lstm", "gru", "rnn", "matched")}
        knobs.choice(KINDS, "cell", "Network", names)
        with st.container(width=280):
            knobs.slider(KINDS, "distance", f"{exercise.between.capitalize()} in between")
        st.button(
            "Another example", icon=":material/refresh:", on_click=knobs.turn, args=(KINDS,),
            kwargs={"example": (values["example"] + 1) % 1000},
        )  # fmt: skip
    training = trainings[values["cell"]][0]
    distance = int(max(values["distance"] // exercise.every * exercise.every, exercise.nearest))
    example = exercise.drawn(values["seed"], values["example"], distance)
    step = min(values["at"], len(example.given) - 1)
    exercise_example.draw("tasks", training, example, step, lambda at: knobs.turn(KINDS, at=at))
    cell = signals.cell(training.setup.cell)
    st.caption(
        f"The {CELLS[values['cell']]} of seed {values['seed']}, {training.setup.units} units. A"
        " column is a step, a row a unit. What is remembered stays: look for"
        f" rows of {'C' if 'c' in cell.states else 'h'} whose colour runs from the first step to"
        " the question. The square marks the right answer."
        + (
            f" This is farther than the {values['longest']} it was trained on."
            if distance > values["longest"]
            else ""
        )
    )
    with st.popover("Data", icon=":material/download:"):
        exercise_example.data(training, example, f"{values['task']}-{values['cell']}")
