"""Who remembers longer: intervals, reaches and the sentences that tell them."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.measures import exercise_results as results
from rnnexplorer.measures.exercise_results import Score

DISTANCES = np.array([1, 2, 4, 8])


def score(key, right, name=None, units=24):
    right = np.atleast_2d(right)
    return Score(
        key, name or key, units, 100 * units, tuple(range(1, len(right) + 1)), DISTANCES, right, 100
    )


@pytest.mark.parametrize(
    ("right", "examples", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_the_literature(right, examples, low, high):
    found = results.wilson(np.array(right), examples)
    np.testing.assert_allclose(found, (low, high), atol=5e-5)


def test_the_interval_by_hand_and_at_its_ends():
    # n = 1, none right: 0 to z² / (1 + z²) with z² = 3.8415
    np.testing.assert_allclose(results.wilson(np.array(0), 1), (0.0, 3.8415 / 4.8415), atol=1e-4)
    low, high = results.wilson(np.array([0, 5, 10]), 10)
    np.testing.assert_allclose(low, 1 - high[::-1], atol=1e-12)  # right and wrong change places
    assert high[2] == 1.0


def test_the_end_points_solve_the_equation_that_defines_them():
    """|p - end| = z √(end (1 - end) / n): the share lies just at the edge of what end allows."""
    low, high = results.wilson(np.array([37]), 200)
    for end in (*low, *high):
        assert abs(37 / 200 - end) == pytest.approx(1.959964 * np.sqrt(end * (1 - end) / 200))


@pytest.mark.parametrize(
    ("right", "reach"),
    [
        ([[100, 95, 90, 90]], 8),
        ([[100, 95, 50, 99]], 2),  # what comes after the first failure does not count
        ([[89, 100, 100, 100]], None),
        (
            [[100, 100, 100, 0], [100, 80, 70, 0]],
            2,
        ),  # the mean of the trainings: 90% at 2, 85% at 4
    ],
)
def test_a_reach_ends_before_the_first_distance_at_which_the_mean_fails(right, reach):
    assert score("lstm", right).reach == reach


def test_at_most_so_many_distances_are_asked_and_both_ends_are_among_them():
    assert results.tested(np.arange(1, 31), 10).tolist() == [1, 4, 7, 11, 14, 17, 20, 24, 27, 30]
    assert results.tested(DISTANCES, 10).tolist() == DISTANCES.tolist()


def test_the_headline_names_the_farthest_first_and_then_where_the_others_end():
    scores = [
        score("rnn", [[100, 91, 20, 10]], "SimpleRNN"),
        score("matched", [[50, 50, 50, 50]], "matched SimpleRNN"),
        score("gru", [[100] * 4], "GRU"),
        score("lstm", [[100] * 4], "LSTM"),
    ]
    assert results.headline(scores, "letters") == (
        "90% right or more: GRU and LSTM up to 8 letters, the farthest; SimpleRNN up to 2; matched"
        " SimpleRNN not even across 1."
    )
    assert results.headline(scores[3:], "letters") == (
        "All cells get 90% right or more up to 8 letters, the farthest."
    )
    assert results.headline(scores[:2], "blanks").startswith(
        "90% right or more: SimpleRNN up to 2; matched"
    )


@pytest.mark.parametrize(
    ("plain", "matched", "lstm", "told"),
    [
        (50, 50, 53, "there is no advantage of the LSTM to explain here."),
        (60, 90, 40, "there is no advantage of the LSTM to explain here."),
        (20, 99, 100, "its size explains the LSTM's advantage here."),
        (20, 60, 100, "its size explains a part of the LSTM's advantage."),
        (20, 30, 100, "its size does not explain the LSTM's advantage."),
        (20, 10, 100, "its size does not explain the LSTM's advantage."),
    ],
)
def test_what_size_explains_is_said_with_its_numbers(plain, matched, lstm, told):
    scores = [
        score("rnn", [plain] * 4, "SimpleRNN"),
        score("matched", [matched] * 4, "matched SimpleRNN", units=50),
        score("lstm", [lstm] * 4, "LSTM"),
    ]
    text = results.does_size_explain(*scores)
    assert text.endswith(told)
    assert f"LSTM gets {lstm}% right, the SimpleRNN with as many units {plain}%" in text
    assert f"as many weights (50 units) {matched}%. As far as 1 training of each can tell" in text


def test_beside_a_mean_stands_what_the_single_trainings_get():
    """Of 40 % and 80 % the mean is 60 %."""
    two = score("lstm", [[40] * 4, [80] * 4], "LSTM")
    text = results.does_size_explain(
        score("rnn", [[10] * 4], "R"), score("m", [[10] * 4], "M"), two
    )
    assert "LSTM gets 60% right (40% to 80%)" in text
    assert "As far as 2 trainings of each can tell" in text


def test_the_table_has_a_row_for_every_training_and_distance():
    table = results.table(
        [score("rnn", [[100, 90, 20, 10], [0, 0, 0, 0]]), score("lstm", [[7] * 4])]
    )
    assert len(table) == 12
    row = table[(table["cell"] == "rnn") & (table["seed"] == 1) & (table["distance"] == 4)].iloc[0]
    assert (row["right"], row["examples"], row["share"]) == (20, 100, 0.2)
    assert row["low"] < 0.2 < row["high"]
