"""Epochs side by side, against loops and softmax written out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from toy import toy

from rnnexplorer.measures import comparison, epochs
from rnnexplorer.traces import Trace


def read_by_three() -> dict[int, Trace]:
    """The same words by three networks of the same size."""
    one = toy()[0]
    return {e: dataclasses.replace(toy(seed=e)[0], words=one.words) for e in (0, 1, 4)}


def softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits) / np.exp(logits).sum()


def test_words_are_ranked_by_their_largest_probability_at_any_epoch() -> None:
    traces = read_by_three()
    found = epochs.following(traces, 2, 3)
    largest = {
        word: max(softmax(t.logits[2])[k] for t in traces.values())
        for k, word in enumerate(traces[0].vocabulary)
    }
    expected = sorted(largest, key=lambda word: -largest[word])[:3]
    assert list(found.words[:3]) == expected
    assert found.came is not None
    assert found.words[found.came] == traces[0].words[3]
    for epoch, trace in traces.items():
        p = softmax(trace.logits[2])
        by_hand = [p[trace.vocabulary.index(word)] for word in found.words]
        np.testing.assert_allclose(found.probs[epoch], by_hand, rtol=1e-5)
        np.testing.assert_allclose(found.table()[f"epoch_{epoch}"], by_hand, rtol=1e-5)


def test_after_the_last_word_nothing_came() -> None:
    traces = read_by_three()
    last = len(traces[0]) - 1
    assert epochs.following(traces, last).came is None
    with pytest.raises(ValueError, match=f"steps 0 to {last}, not {last + 1}"):
        epochs.following(traces, last + 1)


def test_the_table_of_a_signal_has_a_row_for_every_epoch_step_and_unit() -> None:
    traces = read_by_three()
    table = epochs.signal_table(traces, "c", 0, range(1, 4), (3, 0))
    assert len(table) == 3 * 3 * 2
    for row in table.itertuples():
        assert row.c == traces[row.epoch].signals["c"][0, row.step, row.unit]
        assert row.word == traces[0].words[row.step]


def test_the_change_of_a_unit_is_its_mean_distance() -> None:
    traces = read_by_three()
    a, b = traces[0], traces[4]
    found = comparison.unit_changes(a, b, "f", 0)
    for unit in range(a.units):
        distances = [abs(float(b.signals["f"][0, t, unit]) - float(a.signals["f"][0, t, unit]))
                     for t in range(len(a))]  # fmt: skip
        assert found[unit] == pytest.approx(np.mean(distances), abs=1e-6)
    assert not comparison.unit_changes(a, a, "h", 0).any()


def test_units_of_two_networks_are_not_the_same_units() -> None:
    a = toy()[0]
    b = dataclasses.replace(toy(units=5)[0], words=a.words)
    with pytest.raises(ValueError, match="differ in cell or size"):
        comparison.unit_changes(a, b, "h", 0)


def test_the_epoch_before_any_training_is_called_untrained() -> None:
    assert [epochs.name(epoch) for epoch in (0, 1, 30)] == ["untrained", "epoch 1", "epoch 30"]
    assert [epochs.short_name(epoch) for epoch in (0, 1, 30)] == ["untrained", "1", "30"]
