"""Dose–response curves: against scipy, by hand, and against differences."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.stats import entropy
from toy import toy

from rnnexplorer import signals
from rnnexplorer.dosing import Response
from rnnexplorer.edits import Edit
from rnnexplorer.measures import dose

WORDS = tuple("abcdefg")


def softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)


@pytest.fixture
def swept() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    return np.linspace(-1, 1, 5), random.normal(size=(5, 7)), random.normal(size=7)


def test_the_curves_are_those_of_the_words_that_move_most(swept) -> None:  # noqa: ANN001
    doses, logits, without = swept
    found = dose.curves(doses, logits, without, WORDS)
    p, q = softmax(logits), softmax(without)
    moves = {w: max(abs(p[d, k] - q[k]) for d in range(5)) for k, w in enumerate(WORDS)}
    assert list(found.words) == sorted(moves, key=moves.__getitem__, reverse=True)[:5]
    for column, word in enumerate(found.words):
        np.testing.assert_allclose(found.p[:, column], p[:, WORDS.index(word)], atol=1e-12)
        assert found.p_without[column] == pytest.approx(q[WORDS.index(word)], abs=1e-12)
    np.testing.assert_allclose(found.kl, [entropy(q, row, base=2) for row in p], atol=1e-10)


@pytest.mark.parametrize(
    ("key", "layer", "units", "stop", "told"),
    [("f", 0, (2,), 2, [2, 2, 2]), ("h", 0, (2,), 2, [None, 2, 2]),
     ("h", 0, (1,), 3, [None, None, 1]), ("h", 1, (2,), None, [None] * 3),
     ("f", 0, (1, 2), 2, [None] * 3), ("f", 0, None, 2, [None] * 3)],
)  # fmt: skip
def test_each_step_has_its_curves_and_the_units_own_h_where_it_is_not_what_is_swept(
    key, layer, units, stop, told
) -> None:  # noqa: ANN001
    random = np.random.default_rng(2)
    trace, _ = toy(layers=2)
    doses, logits, h = np.arange(4.0), random.normal(size=(3, 4, 5)), random.normal(size=(3, 4, 4))
    without, own = random.normal(size=(3, 5)), random.normal(size=(3, 4))
    edit = Edit(key, layer, units, 1, stop, "set")
    every = dose.of_response(Response(edit, doses, logits, h, without, own), trace, 0.5)
    assert len(every) == 3
    for k, found in enumerate(every):
        p = softmax(logits[k])
        for column, word in enumerate(found.words):
            np.testing.assert_allclose(found.p[:, column], p[:, trace.vocabulary.index(word)])
        expected = [entropy(softmax(without[k]), row, base=2) for row in p]
        np.testing.assert_allclose(found.kl, expected, atol=1e-10)
        assert found.natural == 0.5
        if told[k] is None:
            assert found.h is None
            assert found.h_without is None
        else:
            np.testing.assert_array_equal(found.h, h[k, :, told[k]])
            assert found.h_without == own[k, told[k]]


def test_doses_in_a_text_go_as_far_as_the_signal_does_there() -> None:
    trace, _ = toy("lstm", steps=6)
    c = trace.signals["c"].copy()
    c[0, 3, 1] = -4.0
    trace = dataclasses.replace(trace, signals={**trace.signals, "c": c})
    found, natural = dose.doses_in(trace, Edit("c", 0, (1,), 2, 3, "set"))
    assert (found[0], found[-1]) == (-4.0, 4.0)
    assert natural == trace.signals["c"][0, 2, 1]
    assert natural in found
    assert dose.doses_in(trace, Edit("c", 0, None, 2, 3, "set"))[1] is None


def test_no_number_is_the_untouched_one_where_a_later_edit_acts_on_what_is_set() -> None:
    # What the trace holds at step 2 is made by the later edit, and not what C would be set to.
    trace, _ = toy("lstm", steps=6)
    swept, doubled = Edit("c", 0, (1,), 2, 3, "set"), Edit("c", 0, None, 1, None, "scale", 2.0)
    assert dose.doses_in(trace, swept, [doubled])[1] is None
    elsewhere = Edit("c", 0, None, 3, None, "scale", 2.0)
    assert dose.doses_in(trace, swept, [elsewhere])[1] == trace.signals["c"][0, 2, 1]


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("word", [1, 6])
def test_the_largest_shift_is_that_of_all_doses_and_all_words(swept, at, word) -> None:  # noqa: ANN001
    doses, logits, without = swept
    logits[at, word] += 9
    moves = np.abs(softmax(logits) - softmax(without))
    assert np.unravel_index(moves.argmax(), moves.shape) == (at, word)
    most = dose.largest_shift(dose.curves(doses, logits, without, WORDS))
    assert (most.dose, most.word) == (doses[at], WORDS[word])
    assert most.before == pytest.approx(softmax(without)[word])
    assert most.after == pytest.approx(softmax(logits)[at, word])


@pytest.mark.parametrize(
    ("action", "values", "expected"),
    [("set", [0.3], 0.3), ("set", [[0.3, 0.4]], None), ("add", [[1.0, 2.0]], 0.0),
     ("scale", [0.3], 1.0)],
)  # fmt: skip
def test_the_dose_that_changes_nothing(action, values, expected) -> None:  # noqa: ANN001
    assert dose.natural_dose(Edit("h", 0, (1,), 2, 3, action), np.array(values)) == expected


@pytest.mark.parametrize(
    ("action", "key", "largest", "ends"),
    [("set", "f", 0.9, (0, 1)), ("set", "h", 0.9, (-1, 1)), ("set", "c", 3.5, (-3.5, 3.5)),
     ("set", "c", 0.2, (-1, 1)), ("add", "f", 0.9, (-1, 1)), ("add", "c", 3.5, (-3.5, 3.5)),
     ("scale", "c", 3.5, (0, 2))],
)  # fmt: skip
def test_doses_cover_the_range_and_hold_the_natural_one(action, key, largest, ends) -> None:  # noqa: ANN001
    found = dose.doses(action, signals.LSTM.signal(key), largest, 0.1234)
    assert (found[0], found[-1]) == ends
    assert 0.1234 in found
    assert found == sorted(found)
    assert len(found) == dose.DOSES + 1
    found.remove(0.1234)
    np.testing.assert_allclose(np.diff(found), (ends[1] - ends[0]) / 40)


def test_the_most_telling_unit_is_the_one_whose_shift_costs_most() -> None:
    random = np.random.default_rng(1)
    W_hy, h = random.normal(size=(6, 9)), np.zeros(6)
    logits, tiny = random.normal(size=9), 1e-3
    p = softmax(logits)
    cost = [entropy(p, softmax(logits + tiny * row)) / tiny**2 for row in W_hy]
    assert dose.most_telling(p, W_hy, h, 6) == np.argsort(cost)[::-1].tolist()


def test_the_table_has_a_row_a_dose(swept) -> None:  # noqa: ANN001
    found = dose.curves(*swept, WORDS, natural=0.0, h=np.arange(5.0), h_without=2.0)
    table = dose.table(found)
    words = [f"p_{word}" for word in found.words]
    assert list(table) == ["dose", "kl_bits", "own_h", *words, "temperature"]
    assert len(table) == 5
    assert set(table["temperature"]) == {1.0}
