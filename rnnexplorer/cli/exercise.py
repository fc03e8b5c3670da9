"""`exercise`: train small networks on an exercise, and see how far back they remember."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rnnexplorer import exercise_data
from rnnexplorer.cli import output
from rnnexplorer.cli.codes import DONE
from rnnexplorer.cli.options import Commands, command
from rnnexplorer.measures import exercise_results as results
from rnnexplorer.measures.exercise_results import CELLS, Score
from rnnexplorer.recipe import BOUNDS

if TYPE_CHECKING:
    from rnnexplorer.exercises import Setup

#: Longest training; the slowest cell takes some minutes for it.
MOST_STEPS, MOST_SEEDS, MOST_EXAMPLES, FARTHEST = 20_000, 20, 100_000, 500


def add(commands: Commands) -> None:
    """The command `exercise`."""
    parser = command(
        commands, "exercise", "train small networks on an exercise: who remembers longer?", exercise
    )
    parser.add_argument("exercise", choices=list(exercise_data.EXERCISES))
    parser.add_argument(
        "--cells", default=",".join(CELLS), help=f"default: {','.join(CELLS)}, all there are"
    )
    parser.add_argument("--units", type=int, default=24, help="of each cell (default: 24)")
    parser.add_argument(
        "--longest", type=int, default=30, help="distance trained on and asked (default: 30)"
    )
    parser.add_argument("--steps", type=int, default=400, help="of training (default: 400)")
    parser.add_argument("--seeds", type=int, default=3, help="trainings of each (default: 3)")
    parser.add_argument("--seed", type=int, default=1, help="the first of them (default: 1)")
    parser.add_argument(
        "--examples", type=int, default=200, help="asked at each distance (default: 200)"
    )


def exercise(options: argparse.Namespace) -> int:
    """Train each cell some times, ask it at every distance, and compare."""
    cells = _checked(options)
    scores = [_score(options, key) for key in cells]
    table = results.table(scores)
    if options.json:
        settings = ("exercise", "units", "longest", "steps", "examples")
        output.write_json(
            {name: getattr(options, name) for name in settings}
            | {"chance": exercise_data.find(options.exercise).chance}
            | {"results": output.records(table)}
        )
        return DONE
    row = exercise_data.find(options.exercise)
    if row.between:
        output.say(options, results.headline(scores, row.between))
    by_key = {score.key: score for score in scores}
    if row.between and {"rnn", "matched", "lstm"} <= set(by_key):
        output.say(
            options,
            results.does_size_explain(by_key["rnn"], by_key["matched"], by_key["lstm"]),
        )
    output.say(options, output.aligned(table))
    return DONE


def _checked(options: argparse.Namespace) -> list[str]:
    """The cells asked for; every number is within its bounds."""
    cells = options.cells.split(",")
    unknown = [cell for cell in cells if cell not in CELLS]
    if unknown:
        raise ValueError(f"no cell is called {unknown[0]!r}; there are {', '.join(CELLS)}")
    bounds: dict[str, tuple[float, float]] = {
        "units": (1, BOUNDS["hidden"][1] // 4), "longest": (1, FARTHEST),
        "steps": (1, MOST_STEPS), "seeds": (1, MOST_SEEDS), "seed": BOUNDS["seed"],
        "examples": (1, MOST_EXAMPLES),
    }  # fmt: skip
    for name, (low, high) in bounds.items():
        if not low <= getattr(options, name) <= high:
            raise ValueError(
                f"--{name} is {getattr(options, name)}; it must lie between {low:g} and {high:g}"
            )
    return list(dict.fromkeys(cells))


def _score(options: argparse.Namespace, key: str) -> Score:
    from rnnexplorer import exercises  # imports torch

    lstm = exercises.Setup(options.exercise, "lstm", options.units, options.longest)
    setup = exercises.compared(lstm)[key]
    distances = setup.row.distances(setup.longest)
    seeds = tuple(range(options.seed, options.seed + options.seeds))
    right = [_right(replace(setup, seed=seed), options, distances) for seed in seeds]
    examples = len(setup.row.examples) or options.examples
    return Score(
        key, CELLS[key], setup.units, setup.parameters, seeds, distances, np.array(right), examples
    )


def _right(setup: Setup, options: argparse.Namespace, distances: results.Distances) -> list[int]:
    from rnnexplorer import exercises  # imports torch

    training = exercises.train(setup, options.steps)
    if setup.row.examples:
        return [sum(exercises.right_of(training, setup.row.examples))]
    return [exercises.right_answers(training, int(d), options.examples) for d in distances]
