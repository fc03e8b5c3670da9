"""Who remembers longer: cells trained on a task, each several times, asked and drawn.

A page puts `SETTINGS` into its own table of settings and hands over its values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from rnnexplorer import exercise_data
from rnnexplorer.exercise_data import MEMORY, Exercise
from rnnexplorer.figures import exercises as figures
from rnnexplorer.measures import exercise_results as results
from rnnexplorer.measures.exercise_results import CELLS, Score
from rnnexplorer.pages import charts, downloads, exercise_training, frame, knobs, working
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

#: How many are trained, on the button that asks for it.
COUNTED = {3: "three", 4: "four"}

SETTINGS: Kinds = {
    "task": Choice(MEMORY),
    "longest": Whole(4, 60, 30),
    "units": Whole(4, 48, 24),
    "steps": Whole(100, 2000, 400),
    "seed": Whole(1, LAST_SEED, 1),
}


# --- training ------------------------------------------------------------------------------------


def setups_of(values: dict[str, Any], cells: Sequence[str]) -> dict[str, list[Setup]]:
    """The trainings of each cell, one for each seed, by the key of the cell.

    Args:
        values: see `compare`.
        cells: keys in `CELLS`.
    """
    from rnnexplorer import exercises  # imports torch

    lstm = exercises.Setup(values["task"], "lstm", values["units"], values["longest"])
    first = exercises.compared(lstm)
    seeds = range(values["seed"], values["seed"] + SEEDS)
    return {key: [replace(first[key], seed=seed) for seed in seeds] for key in cells}


def compare(
    values: dict[str, Any], cells: Sequence[str] = tuple(CELLS)
) -> tuple[dict[str, list[Training]], list[Score]] | None:
    """The cells trained and asked, once somebody wants it; None before and after a Cancel.

    Args:
        values: of `task`, `longest`, `units`, `steps` and `seed`, see `SETTINGS`.
        cells: keys in `CELLS`, three or all; `rnn`, `matched` and `lstm` among them. What is
            trained for fewer is not trained again for more.
    """
    setups, stage = setups_of(values, cells), values["steps"]
    called = {setup: CELLS[key] for key, group in setups.items() for setup in group}
    called = {setup: f"{name}, seed {setup.seed}" for setup, name in called.items()}
    key = _key(values)
    if not _wanted(key, values, cells):
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


def _wanted(key: tuple[Any, ...], values: dict[str, Any], cells: Sequence[str]) -> bool:
    """Asked for in this session: half a minute of two cores is nothing to begin unasked.

    What another session trained is there at once, but it is not for it to say that this one is
    done. Who wanted some of the cells and now looks at more of them wants these too.
    """
    if any(wanted == key for wanted, *_ in _asked_for()):
        return True

    def want() -> None:
        _asked_for().add((key, *cells))

    last = values["seed"] + SEEDS - 1
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        label = f"Train the {COUNTED[len(cells)]} cells"
        st.button(label, type="primary", key="tasks_train", on_click=want)
        st.caption(
            f"{SEEDS} times each, with seeds {values['seed']} to {last}: about"
            f" {_seconds(values, cells)} seconds."
            + ("" if frame.bare() else " The model on the left plays no part."),
            width="content",
        )
    return False


def _asked_for() -> set[tuple[Any, ...]]:
    """Comparisons that this session wanted, by their key and cells."""
    wanted: set[tuple[Any, ...]] = st.session_state.setdefault("tasks_wanted", set())
    return wanted


def _seconds(values: dict[str, Any], cells: Sequence[str]) -> int:
    """A rough guess, to ten seconds."""
    a_step = sum(SECONDS[key] for key in cells) * (int(values["longest"]) + 4)
    return max(10, round(SEEDS * int(values["steps"]) * a_step / 10) * 10)


def for_example(exercise: Exercise) -> str:
    """One example in a line: what is read, and the last answer."""
    example = exercise.drawn(1, 3, 4)  # a telling one: other letters, other brackets
    wanted = " ".join(symbol for symbol in example.wanted if symbol)
    return f"For example `{' '.join(example.given)}` → `{wanted}`."


# --- what comes of it ----------------------------------------------------------------------------


def draw_scores(
    kinds: Kinds,
    values: dict[str, Any],
    scores: list[Score],
    trainings: dict[str, list[Training]],
) -> None:
    """Who remembers longer, in a sentence and as curves, with the losses below.

    Args:
        kinds: the table of settings of the page, with those of `SETTINGS` in it.
        values: of that table.
        scores: of `compare`.
        trainings: of `compare`.
    """
    exercise = exercise_data.find(values["task"])
    by_key = {score.key: score for score in scores}
    plain, matched, lstm = (by_key[key] for key in ("rnn", "matched", "lstm"))
    st.markdown(f"#### {results.headline(scores, exercise.between)}")
    st.markdown(results.does_size_explain(plain, matched, lstm))
    accuracy, loss = _kept_figures(
        (_key(values), *by_key), frame.theme(), exercise, scores, trainings
    )  # fmt: skip
    _chart(accuracy, "tasks_accuracy")
    last = values["seed"] + SEEDS - 1
    st.caption(
        f"Share of answers of which every symbol is right, among {EXAMPLES} new examples at each"
        f" distance. Thin: single trainings (seeds {values['seed']} to {last}); thick: their mean,"
        " with its 95% interval."
        " The bars say how well these networks were measured, the spread of the thin lines how much"
        f" another seed changes. “Right” above means a mean of {results.RIGHT:.0%} or more. Behind"
        f" each name its units: the matched SimpleRNN has {matched.parameters:,} weights, the LSTM"
        f" {lstm.parameters:,}, the small SimpleRNN {plain.parameters:,}."
    )
    _chart(loss, "tasks_losses")
    st.caption(
        f"The loss of every training, in the same colours, mean of {figures.SMOOTHED} steps. A"
        " curve that still falls is not done learning"
        + (": give it more steps." if "steps" in kinds else ".")
    )
    _foot(kinds, values, scores)


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
    charts.draw(figure, key, alt)


def _foot(kinds: Kinds, values: dict[str, Any], scores: list[Score]) -> None:
    following = values["seed"] + SEEDS
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if following <= LAST_SEED:
            st.button(
                "Other seeds", icon=":material/casino:", on_click=_take_seeds,
                args=(kinds, {**values, "seed": following}, [score.key for score in scores]),
                help="The same again from other initial weights and with other examples.",
            )  # fmt: skip
        downloads.data(
            "Every cell, seed and distance", results.table(scores), f"{values['task']}-accuracy"
        )


def _take_seeds(kinds: Kinds, values: dict[str, Any], cells: Sequence[str]) -> None:
    knobs.turn(kinds, seed=values["seed"])
    _asked_for().add((_key(values), *cells))
