"""The exercises: what is wanted is what a person would answer."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer import exercise_data as data
from rnnexplorer.exercise_data import BLANK, EXERCISES, MEMORY, NOT_ASKED
from rnnexplorer.exercise_data.distant import balanced

CLOSES = {"(": ")", "[": "]", "{": "}"}


def batch_of(key, distances, seed=0):
    distances = np.array(distances)
    return EXERCISES[key].draw(np.random.default_rng(seed), distances)


def columns(key, distances, seed=0):
    """Each example of a batch in symbols: what is read, what is wanted."""
    symbols, batch = EXERCISES[key].symbols, batch_of(key, distances, seed)
    for given, wanted in zip(batch.inputs.T, batch.targets.T, strict=True):
        yield (
            [symbols[k] for k in given],
            ["" if k == NOT_ASKED else symbols[k] for k in wanted],
        )


def test_recall_asks_once_for_the_first_letter_after_so_many_others():
    for distance, (given, wanted) in zip([1, 3, 7], columns("recall", [1, 3, 7]), strict=True):
        (asked,) = [t for t, symbol in enumerate(wanted) if symbol]
        assert asked == distance + 1
        assert given[asked] == "?"
        assert given.count("?") == 1
        assert wanted[asked] == given[0]


def test_every_answer_of_recall_is_as_probable_as_any_other():
    batch = batch_of("recall", np.full(8000, 2))
    counts = np.bincount(batch.targets[-1], minlength=8)
    # 1,000 each with a deviation of 30: five deviations are never seen by chance
    assert np.abs(counts - 1000).max() < 150


def test_brackets_want_what_a_stack_says():
    for given, wanted in columns("brackets", [0, 4, 12, 12, 12, 6], seed=3):
        stack = []
        for bracket, answer in zip(given, wanted, strict=True):
            if bracket in CLOSES:
                stack.append(bracket)
            else:
                assert CLOSES[stack.pop()] == bracket
            assert answer == CLOSES[stack[-1]]
        assert len(stack) == 1  # the first is still open: the last answer is its partner
        assert wanted[-1] == CLOSES[given[0]]


def test_balanced_strings_are_all_as_probable():
    """Of length 6 there are five (Catalan number C_3); each has a fifth."""
    strings, counts = np.unique(
        balanced(np.random.default_rng(0), 6, 10_000), axis=1, return_counts=True
    )
    assert strings.shape[1] == 5
    height = np.cumsum(np.where(strings, 1, -1), axis=0)
    assert (height >= 0).all()
    assert (height[-1] == 0).all()
    assert np.abs(counts - 2000).max() < 200  # a deviation is 40


def test_copying_wants_the_letters_in_order_behind_the_gap():
    for gap, (given, wanted) in zip([1, 5, 2], columns("copy", [1, 5, 2]), strict=True):
        assert given[3 : 3 + gap] == [BLANK] * gap
        assert given[3 + gap : 6 + gap] == ["?"] * 3
        assert wanted[3 + gap : 6 + gap] == given[:3]
        assert [t for t, symbol in enumerate(wanted) if symbol] == [3 + gap, 4 + gap, 5 + gap]


@pytest.mark.parametrize(("key", "turn"), [("repeat", 1), ("reverse", -1)])
def test_digits_are_wanted_in_order_or_backwards(key, turn):
    for given, wanted in columns(key, [0] * 20):
        assert given[4:] == [BLANK] * 4
        assert wanted == [""] * 4 + given[:4][::turn]


def test_the_written_down_ones_by_hand():
    assert EXERCISES["parity"].drawn(1, 7) == (("7",), ("odd",))
    assert EXERCISES["spell"].drawn(1, 6) == (
        ("6", BLANK, BLANK, BLANK), ("s", "i", "x", ".")
    )  # fmt: skip
    cat = next(e for e in EXERCISES["class"].examples if "".join(e.given) == "cat")
    assert cat.wanted == ("", "", "animal")


def test_no_word_is_both_trained_on_and_unseen_or_of_two_classes():
    row = EXERCISES["class"]
    words = ["".join(e.given) for e in row.examples + row.unseen]
    assert len(set(words)) == len(words) == 48 + 12


def test_short_examples_are_filled_up_unasked():
    row = EXERCISES["class"]
    batch = row.draw(np.random.default_rng(0), np.zeros(3))
    longest = max(len(e.given) for e in row.examples)
    assert batch.inputs.shape == (longest, 48)
    assert ((batch.targets != NOT_ASKED).sum(axis=0) == 1).all()


@pytest.mark.parametrize("key", EXERCISES)
def test_the_same_numbers_give_the_same_example_and_its_symbols_are_known(key):
    row = EXERCISES[key]
    assert row.drawn(5, 2, 4) == row.drawn(5, 2, 4)
    given, wanted = row.drawn(5, 2, 4)
    assert len(given) == len(wanted)
    assert {*given, *filter(None, wanted)} <= set(row.symbols)
    assert len(set(row.symbols)) == len(row.symbols)


def test_distances_run_from_the_nearest_in_steps():
    assert EXERCISES["recall"].distances(4).tolist() == [1, 2, 3, 4]
    assert EXERCISES["brackets"].distances(5).tolist() == [0, 2, 4]
    assert EXERCISES["spell"].distances(5).tolist() == [0]
    assert MEMORY == ("recall", "brackets", "copy")


def test_what_there_is_not_is_named():
    with pytest.raises(ValueError, match="no exercise is called 'juggle'; there are recall"):
        data.find("juggle")
    with pytest.raises(ValueError, match="no symbol 'z'"):
        EXERCISES["recall"].numbers(["a", "z"])
