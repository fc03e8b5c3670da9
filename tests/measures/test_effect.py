"""Two traces held together, against scipy and by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.stats import entropy
from toy import toy

from rnnexplorer.measures import effect


def changed_copy(trace, words=None, seed=5):  # noqa: ANN001, ANN202
    logits = trace.logits + np.random.default_rng(seed).normal(size=trace.logits.shape)
    return dataclasses.replace(trace, logits=logits, words=words or trace.words)


def test_the_divergence_is_that_of_scipy() -> None:
    one = toy()[0]
    other = changed_copy(one)
    found = effect.effect(one, other)
    p, q = (np.exp(t.logits) / np.exp(t.logits).sum(axis=1, keepdims=True) for t in (one, other))
    np.testing.assert_allclose(found.kl, entropy(p, q, base=2, axis=1), rtol=1e-5)
    assert (found.other_read, found.parted) == (None, None)


def test_a_word_that_becomes_all_but_impossible_costs_many_bits_and_not_infinitely_many() -> None:
    one = toy()[0]
    logits = np.zeros_like(one.logits)
    logits[:, 0] = 2000.0  # four of five words get e^-2000, which no float holds
    found = effect.effect(
        dataclasses.replace(one, logits=np.zeros_like(logits)),
        dataclasses.replace(one, logits=logits),
    )
    nats = -np.log(5) + 4 / 5 * 2000
    np.testing.assert_allclose(found.kl, nats / np.log(2), rtol=1e-12)


def test_a_trace_has_no_effect_on_itself() -> None:
    one = toy()[0]
    assert not effect.effect(one, one).kl.any()


def test_a_word_that_was_asked_for_does_not_part_the_texts() -> None:
    one = toy()[0]
    words = tuple(one.vocabulary[(one.vocabulary.index(word) + 1) % 5] for word in one.words)
    asked = ";".join(f"word@{step}={words[step]}" for step in (0, 2, 3))
    other = dataclasses.replace(
        changed_copy(one, (words[0], one.words[1], *words[2:])),
        origin=dataclasses.replace(one.origin, edits=asked),
    )
    assert effect.effect(one, other).parted == 4
    assert effect.effect(one, other).other_read == 0
    same = dataclasses.replace(changed_copy(one, (words[0], *one.words[1:])), origin=other.origin)
    found = effect.effect(one, same)
    assert (found.other_read, found.parted) == (0, None)


def test_texts_part_at_their_first_other_word() -> None:
    one = toy()[0]
    words = (*one.words[:2], one.vocabulary[0] if one.words[2] != one.vocabulary[0]
             else one.vocabulary[1], *one.words[3:])  # fmt: skip
    found = effect.effect(one, changed_copy(one, words))
    assert (found.other_read, found.parted) == (2, 2)


def test_the_largest_shifts_come_first_and_are_differences_of_probabilities() -> None:
    one = toy()[0]
    other = changed_copy(one)
    table = effect.largest_shifts(one, other, 1, 3)
    p, q = (np.exp(t.logits[1]) / np.exp(t.logits[1]).sum() for t in (one, other))
    expected = sorted(np.abs(q - p), reverse=True)[:3]
    np.testing.assert_allclose(table["change"].abs(), expected, rtol=1e-5)
    np.testing.assert_allclose(table["after"] - table["before"], table["change"])
    first = one.vocabulary.index(table["word"][0])
    assert table["before"][0] == pytest.approx(p[first], rel=1e-5)


def test_the_table_has_both_words_of_every_step() -> None:
    one = toy()[0]
    table = effect.table(one, changed_copy(one))
    assert list(table["word"]) == list(table["word_changed"]) == list(one.words)
    top = [one.vocabulary[k] for k in one.logits.argmax(axis=1)]
    assert list(table["likeliest_next"]) == top


def test_two_vocabularies_are_refused() -> None:
    one = toy()[0]
    other = dataclasses.replace(one, vocabulary=tuple(reversed(one.vocabulary)))
    with pytest.raises(ValueError, match="different vocabularies"):
        effect.effect(one, other)


def test_a_value_out_of_the_range_of_its_signal_is_told_whatever_brought_it_there() -> None:
    one = toy()[0]
    assert effect.beyond_range(one) == []
    signals = {key: values.copy() for key, values in one.signals.items()}
    signals["f"][0, 3, 1] = 1.94
    signals["f"][0, 4, 2] = 1.5
    signals["h"][0, 2, 0] = -1.25
    signals["i"][0, 2, 0] = 1.0001
    signals["c"][0, 2, 0] = 40.0
    told = effect.beyond_range(dataclasses.replace(one, signals=signals))
    assert len(told) == 2
    assert "f of unit 1 is 1.94 at step 3, beyond what the forget gate can be by itself" in told[0]
    assert told[0].endswith("0 to 1.")
    assert "h of unit 0 is −1.25 at step 2" in told[1]
