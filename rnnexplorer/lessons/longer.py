"""Lesson 7: a SimpleRNN, one as large as an LSTM, and that LSTM, on the same two tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from rnnexplorer import exercise_data, settings
from rnnexplorer.pages import exercise_compare, knobs, laboratory_tasks
from rnnexplorer.pages.lesson import Lesson, Prediction, Way
from rnnexplorer.settings import Choice, Kinds

#: Large enough to tell the cells apart, small enough for half a minute of training.
SIZES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "copy": {"longest": 16, "units": 24, "steps": 500},
        "recall": {"longest": 24, "units": 12, "steps": 400},
    }
)
KINDS: Kinds = {"task": Choice(tuple(SIZES)), "seed": exercise_compare.SETTINGS["seed"]}
CELLS = ("rnn", "matched", "lstm")


def activity(values: dict[str, Any]) -> Iterator[str]:
    """The task, the three trainings of each cell, and how far each remembers."""
    titles = {key: exercise_data.find(key).title for key in SIZES}
    knobs.choice(KINDS, "task", "Task", titles)
    exercise = exercise_data.find(values["task"])
    st.markdown(f"{exercise.told} {exercise_compare.for_example(exercise)}")
    sized = _sized(values)
    compared = exercise_compare.compare(sized, CELLS)
    if compared is None:
        return
    yield values["task"]
    trainings, scores = compared
    exercise_compare.draw_scores(KINDS, sized, scores, trainings)


def _sized(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, **SIZES[values["task"]]}


def explore() -> Way:
    """The same trainings in the laboratory."""
    table = laboratory_tasks.KINDS
    set_to = {name: kind.default for name, kind in table.items()} | _sized(knobs.now(KINDS))
    return Way(
        "laboratory",
        "The same in the laboratory: other distances, sizes and tasks, a GRU, and each from inside",
        {"tab": "tasks", "settings": settings.written(set_to, table)},
    )


LESSON = Lesson(
    number=7,
    key="longer",
    title="Who remembers longer?",
    minutes=6,
    question="An LSTM's recurrent layer has four times the weights of a SimpleRNN's of as many"
    " units. So does it remember longer because of its gates, or because it is bigger? The third"
    " network here is a *matched* SimpleRNN: more units, until it has as many weights as the LSTM.",
    prediction=Prediction(
        "All three are trained alike, on two tasks: to copy three letters after a gap, and to"
        " recall one letter after many others. Is the LSTM better only because it is bigger?",
        (
            "Yes: as large as the LSTM, the SimpleRNN remembers as long on both tasks",
            "No: more weights do not help the SimpleRNN on either task",
            "In part: on one task more weights help it much, on the other it stays far behind",
            "The LSTM is not better on either task",
        ),
        right=2,
    ),
    tasks={
        "copy": "Train them to copy after a gap. What do more weights bring the SimpleRNN?",
        "recall": "Train them to recall the first letter. Is the answer the same?",
    },
    activity=activity,
    why="On recalling, more weights help the SimpleRNN much, about as much near as far: it lacks"
    " room, not only reach. On copying it stays far behind an LSTM of as many weights: three"
    " letters must be held apart, in their order, across every blank. So size is a part of the"
    " answer, and the task decides how large a part. The rest is how easily it is learnt. A"
    " SimpleRNN puts its whole state through W_hh and tanh at every step, and what is to be known"
    " 16 steps later must come through 16 times; so must the gradient that teaches it (lesson 5)."
    " The cell state C of an LSTM is only multiplied by f, which can stay near 1, and added to"
    " (lesson 6). That the SimpleRNN did not learn it here does not show that it cannot, nor are"
    " small tasks a law: another seed, gap, size or amount of training moves the curves. Try it in"
    " the laboratory.",
    explore=explore,
    kinds=KINDS,
    alone=True,
)
