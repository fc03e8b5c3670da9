"""Bags of words beside states, and the count of weights of every kind of network."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer import runs, signals
from rnnexplorer.measures import bag, sizes
from rnnexplorer.measures.sizes import Sizes
from rnnexplorer.recipe import Recipe


def test_an_order_is_lost_in_the_bag_and_kept_in_the_state():
    one, two = ["this", "is", "an"], ["an", "is", "this"]
    vocabulary = bag.vocabulary_of(one, two)
    assert vocabulary == ("an", "is", "this")
    assert bag.bag(one, vocabulary).tolist() == bag.bag(two, vocabulary).tolist() == [1, 1, 1]
    first, second = (bag.tiny_states(words, vocabulary)[-1] for words in (one, two))
    assert np.abs(first - second).max() > 0.3


def test_a_repeated_word_counts_twice():
    assert bag.bag(["a", "b", "a"], ("a", "b", "c")).tolist() == [2, 1, 0]


def test_a_text_has_the_same_states_whatever_the_other_one_says():
    one, small, large = ["she", "was"], ("she", "was"), ("a", "not", "she", "was")
    np.testing.assert_array_equal(bag.tiny_states(one, small), bag.tiny_states(one, large))
    other = bag.tiny_states(["an", "is"], ("an", "is"))
    assert not np.allclose(bag.tiny_states(one, small), other)


def test_the_tiny_network_reads_a_common_beginning_alike():
    vocabulary = ("a", "b", "c")
    one, two = (bag.tiny_states(words, vocabulary) for words in (["a", "b", "c"], ["a", "b", "a"]))
    np.testing.assert_array_equal(one[:2], two[:2])
    assert one.shape == (3, bag.UNITS)
    assert np.abs(one).max() < 1


def test_a_word_outside_the_vocabulary_is_named():
    with pytest.raises(ValueError, match="'z' is not one of the words a, b"):
        bag.bag(["z"], ("a", "b"))


def test_the_chapters_network_has_its_807301_weights():
    # 128 units, 3,077 words, one-hot: (3,077·128 + 128² + 128) + (128·3,077 + 3,077)
    made = Sizes(signals.RNN, 3077, 128)
    assert sizes.total(made) == 410_368 + 396_933 == 807_301


@pytest.mark.parametrize("cell", signals.CELLS)
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("wide", [{}, {"input": "embedding", "embedding": 16, "tied": True}])
def test_all_weights_are_those_that_a_training_counts(cell, layers, wide):
    recipe = Recipe(cell=cell, layers=layers, hidden=16, **{"input": "one-hot"} | wide)
    embedding = 16 if wide else 0
    made = Sizes(signals.cell(cell), 50, 16, layers, embedding, tied=bool(wide))
    assert sizes.total(made) == recipe.parameter_count(50)


def test_the_shapes_are_those_of_the_shipped_weights():
    run = runs.find("alice-rnn-book")
    words = len(runs.vocabulary(run).words)
    made = Sizes(signals.RNN, words, run.recipe.hidden, 1, run.recipe.embedding, run.recipe.tied)
    stored = runs.weights(run, runs.checkpoints(run)[-1])
    shapes = {part.name: part.shape for part in sizes.parts(made)}
    assert shapes["E"] == stored["embedding"].shape
    for name in ("W_xh", "W_hh"):
        assert shapes[name] == stored[f"{name}.l0"].shape
    assert sizes.total(made) == run.parameters
