"""Small tasks: who remembers longer? Four cells, three seeds each, trained here and now."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import exercise_data, runs, signals
from rnnexplorer.exercise_data import MEMORY, Exercise
from rnnexplorer.figures import exercises as figures
from rnnexplorer.measures import exercise_results as results
from rnnexplorer.measures.exercise_results import Score
from rnnexplorer.pages import (
    downloads,
    exercise_example,
    exercise_training,
    frame,
    knobs,
    working,
)
from rnnexplorer.settings import Choice, Kinds, Whole

if TYPE_CHECKING:
    from rnnexplorer.exercises import Setup, Training

#: Trainings of each cell: enough to see that one is an accident.
SEEDS = 3

LAST_SEED = 9997

#: New examples asked at each distance, and distances asked.
EXAMPLES, ASKED = 200, 10

#: Of a training step, for each step of its examples, on one slow core; only an estimate rests on
#: them.
SECONDS = {"rnn": 1.3e-4, "matched": 1.5e-4, "gru": 3.5e-4, "lstm": 3.5e-4}

CELLS = {"rnn": "SimpleRNN", "matched": "matched SimpleRNN", "gru": "GRU", "lstm": "LSTM"}

KINDS: Kinds = {
    "task": Choice(MEMORY),
    "longest": Whole(4, 60, 30),
    "units": Whole(4, 48, 24),
    "steps": Whole(100, 2000, 400),
    "seed": Whole(1, LAST_SEED, 1),
    "cell": Choice(("lstm", "gru", "rnn", "matched")),
    "distance": Whole(0, 60, 10),
    "example": Whole(0, 999, 0),
    "at": Whole(0, 99, 99),
}

QUIET = {"displayModeBar": False}


def draw(run: runs.Run | None) -> None:
    """The task and its sizes, then who remembers how long, then the inside of one network.

    Args:
        run: the model on the left, which plays no part here.
    """
    values = knobs.values(KINDS)
    exercise = exercise_data.find(values["task"])
    _controls(exercise)
    compared = compare(values)
    if compared is None:
        return
    trainings, scores = compared
    draw_scores(exercise, values, scores, trainings)
    st.divider()
    _inside(exercise, values, trainings)


def _controls(exercise: Exercise) -> None:
    titles = {key: exercise_data.find(key).title for key in MEMORY}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        knobs.choice(KINDS, "task", "Task", titles)
    st.markdown(f"{exercise.told} {_shown(exercise)}")
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


def _shown(exercise: Exercise) -> str:
    """One example in a line: what is read, and the last answer."""
    example = exercise.drawn(1, 1, 4)
    wanted = " ".join(symbol for symbol in example.wanted if symbol)
    return f"For example `{' '.join(example.given)}` → `{wanted}`."


# --- training ------------------------------------------------------------------------------------


def setups_of(values: dict[str, Any]) -> dict[str, list[Setup]]:
    """The trainings of each cell, one for each seed, by the key of the cell."""
    from rnnexplorer import exercises  # imports torch

    lstm = exercises.Setup(values["task"], "lstm", values["units"], values["longest"])
    first = {
        "rnn": replace(lstm, cell="rnn"),
        "matched": exercises.matched(lstm),
        "gru": replace(lstm, cell="gru"),
        "lstm": lstm,
    }
    seeds = range(values["seed"], values["seed"] + SEEDS)
    return {key: [replace(setup, seed=seed) for seed in seeds] for key, setup in first.items()}


def compare(values: dict[str, Any]) -> tuple[dict[str, list[Training]], list[Score]] | None:
    """All cells trained and asked, once somebody wants it; None before and after a Cancel.

    Args:
        values: of `task`, `longest`, `units`, `steps` and `seed`, see `KINDS`.
    """
    setups, stage = setups_of(values), values["steps"]
    called = {setup: CELLS[key] for key, group in setups.items() for setup in group}
    called = {setup: f"{name}, seed {setup.seed}" for setup, name in called.items()}
    key = _key(values)
    if not _wanted(key, called, stage, values):
        return None
    found = exercise_training.trained("tasks", key, called, [stage])
    if found is None:
        return None
    trainings = {k: [found[setup, stage] for setup in group] for k, group in setups.items()}
    distances = _distances(values)
    right = working.in_pieces(
        "tasks_asked",
        key,
        {
            (k, n): partial(_ask, training, distances)
            for k, group in trainings.items()
            for n, training in enumerate(group)
        },
        lambda piece: f"{CELLS[piece[0]]} is asked {EXAMPLES} times at every distance",
    )
    if right is None:
        return None
    scores = [
        Score(
            k, CELLS[k], group[0].setup.units, group[0].setup.parameters,
            tuple(training.setup.seed for training in group), distances,
            np.array([right[k, n] for n in range(len(group))]), EXAMPLES,
        )
        for k, group in trainings.items()
    ]  # fmt: skip
    return trainings, scores


def _key(values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[name] for name in ("task", "longest", "units", "steps", "seed"))


def _distances(values: dict[str, Any]) -> results.Distances:
    exercise = exercise_data.find(values["task"])
    return results.tested(exercise.distances(values["longest"]), ASKED)


def _ask(training: Training, distances: results.Distances) -> list[int]:
    from rnnexplorer import exercises  # imports torch

    return [exercises.right_answers(training, int(d), EXAMPLES) for d in distances]


def _wanted(
    key: tuple[Any, ...], setups: dict[Setup, str], stage: int, values: dict[str, Any]
) -> bool:
    """Trained already, or asked for now: half a minute of two cores is nothing to begin unasked."""
    if exercise_training.is_trained("tasks", key, setups, [stage]):
        return True
    if st.session_state.get("tasks_wanted") == key:
        return True

    def want() -> None:
        st.session_state.tasks_wanted = key

    last = values["seed"] + SEEDS - 1
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button("Train the four cells", type="primary", key="tasks_train", on_click=want)
        st.caption(
            f"{SEEDS} times each, with seeds {values['seed']} to {last}: about {_seconds(values)}"
            " seconds. The model on the left plays no part.",
            width="content",
        )
    return False


def _seconds(values: dict[str, Any]) -> int:
    """A rough guess, to ten seconds."""
    a_step = sum(SECONDS.values()) * (int(values["longest"]) + 4)
    return max(10, round(SEEDS * int(values["steps"]) * a_step / 10) * 10)


# --- what comes of it ----------------------------------------------------------------------------


def draw_scores(
    exercise: Exercise,
    values: dict[str, Any],
    scores: list[Score],
    trainings: dict[str, list[Training]],
) -> None:
    """Who remembers longer, in a sentence and as curves, with the losses below."""
    plain, matched, _, lstm = scores
    st.markdown(f"#### {results.headline(scores, exercise.between)}")
    st.markdown(results.does_size_explain(plain, matched, lstm))
    accuracy, loss = _kept_figures(_key(values), frame.theme(), exercise, scores, trainings)
    _chart(accuracy, "tasks_accuracy")
    last = values["seed"] + SEEDS - 1
    st.caption(
        f"Share of right answers among {EXAMPLES} new examples at each distance. Thin: single"
        f" trainings (seeds {values['seed']} to {last}); thick: their mean, with its 95% interval."
        " The bars say how well these networks were measured, the spread of the thin lines how much"
        f" another seed changes. “Right” above means a mean of {results.RIGHT:.0%} or more. Behind"
        f" each name its units: the matched SimpleRNN has {matched.parameters:,} weights, the LSTM"
        f" {lstm.parameters:,}, the small SimpleRNN {plain.parameters:,}."
    )
    _chart(loss, "tasks_losses")
    st.caption(
        f"The loss of every training, in the same colours, mean of {figures.SMOOTHED} steps. A"
        " curve that still falls is not done learning: give it more steps."
    )
    _foot(values, scores)


#: A picture and its text alternative.
Drawn = tuple[go.Figure, str]


@st.cache_resource(max_entries=32, show_spinner=False)
def _kept_figures(
    key: object,
    theme: str,
    _exercise: Exercise,
    _scores: list[Score],
    _trainings: dict[str, list[Training]],
) -> tuple[Drawn, Drawn]:
    """Made once for each choice: the same figure lets the chart stay in place."""
    between = _exercise.between
    curves = {key: np.array([t.losses for t in group]) for key, group in _trainings.items()}
    return (
        (
            figures.accuracy(_scores, _exercise.chance, between, theme),
            figures.describe_accuracy(_scores, between),
        ),
        (figures.losses(curves, theme=theme), figures.describe_losses(curves)),
    )


def _chart(drawn: Drawn, key: str) -> None:
    figure, alt = drawn
    st.plotly_chart(figure, theme=None, key=key, alt=alt, config=QUIET)


def _foot(values: dict[str, Any], scores: list[Score]) -> None:
    following = values["seed"] + SEEDS
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if following <= LAST_SEED:
            st.button(
                "Other seeds", icon=":material/casino:", on_click=_take_seeds,
                args=({**values, "seed": following},),
                help="The same again from other initial weights and with other examples.",
            )  # fmt: skip
        with st.popover("Data", icon=":material/download:"):
            table = results.table(scores)
            downloads.csv("Every cell, seed and distance", table, f"{values['task']}-accuracy")
            st.dataframe(table, height=260, hide_index=True)


def _take_seeds(values: dict[str, Any]) -> None:
    knobs.turn(KINDS, seed=values["seed"])
    st.session_state.tasks_wanted = _key(values)


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
