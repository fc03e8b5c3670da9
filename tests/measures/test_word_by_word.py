"""Gains against counting, by hand."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from rnnexplorer.measures import word_by_word


def test_a_halved_probability_costs_one_bit() -> None:
    network = -np.log([0.5, 0.25, 0.1])
    counting = -np.log([0.25, 0.5, 0.1])
    np.testing.assert_allclose(word_by_word.gains(network, counting), [1.0, -1.0, 0.0], atol=1e-12)


def test_groups_are_by_how_often_a_word_was_seen() -> None:
    training = np.array([0] * 100 + [1] * 10 + [2] * 2 + [3])
    words = np.array([0, 1, 1, 2, 3, 4, 4, 0])
    seen = word_by_word.times_seen(words, training)
    assert seen.tolist() == [100, 10, 10, 2, 1, 0, 0, 100]
    gain = np.array([1.0, 2.0, 4.0, 5.0, 6.0, -1.0, -3.0, 3.0])
    table = word_by_word.by_frequency(gain, seen).set_index("group")
    assert table["words"].tolist() == [2, 1, 1, 2, 2]
    assert table["gain"].tolist() == [-2.0, 6.0, 5.0, 3.0, 2.0]
    assert table.loc["never seen", "error"] == pytest.approx(np.sqrt(2) / np.sqrt(2))
    assert np.isnan(table.loc["seen once", "error"])
    assert (table["words"] * table["gain"]).sum() == pytest.approx(gain.sum())


def test_a_group_without_words_has_no_row() -> None:
    table = word_by_word.by_frequency(np.ones(3), np.zeros(3, int))
    assert table["group"].tolist() == ["never seen"]


def test_the_extremes_come_most_first() -> None:
    assert word_by_word.extremes(np.array([0.0, 5.0, -2.0, 3.0]), 2) == ([1, 3], [2, 0])


def test_the_verdict_is_that_of_the_paired_losses() -> None:
    random = np.random.default_rng(4)
    network, counting = random.gamma(2.0, 2.0, size=(2, 50))
    found = word_by_word.verdict(network, counting)
    bits = [(c - n) / np.log(2) for n, c in zip(network, counting, strict=True)]
    assert found.network == pytest.approx(np.prod(np.exp(network)) ** (1 / 50))
    assert found.counting == pytest.approx(np.prod(np.exp(counting)) ** (1 / 50))
    assert found.gain == pytest.approx(statistics.mean(bits))
    assert found.error == pytest.approx(statistics.stdev(bits) / 50**0.5)


def test_a_gain_is_certain_from_two_standard_errors_on() -> None:
    losses = np.zeros(4)
    spread = np.array([1.0, -1.0, 1.0, -1.0]) * np.log(2)  # a standard error of 1 / √3 bits
    assert word_by_word.verdict(losses, losses + spread + 1.2 * np.log(2)).certain
    assert word_by_word.verdict(losses + spread + 1.2 * np.log(2), losses).certain
    assert not word_by_word.verdict(losses, losses + spread + 1.1 * np.log(2)).certain
    assert not word_by_word.verdict(np.ones(1), np.zeros(1)).certain
