"""The ledger against loops and hand calculation: every item is there, and they sum to the state."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from toy import _layer, toy

from rnnexplorer.measures import ledger, ledger_report
from rnnexplorer.traces import Trace

GATED = pytest.mark.parametrize("cell", ["lstm", "gru"])
#: Of the largest value: a few roundings of float32.
TOLERANCE = 1e-6


def state_of(trace: Trace, layer: int = 0) -> np.ndarray:
    return trace.signals["c" if trace.cell.key == "lstm" else "h"][layer]


def by_hand(trace: Trace, layer: int, unit: int, step: int) -> list[float]:
    """The items of one unit, carried forward one by one, in plain Python."""
    items: list[float] = []
    for t in range(step + 1):
        value = {key: float(array[layer, t, unit]) for key, array in trace.signals.items()}
        if trace.cell.key == "lstm":
            gate, new = value["f"], value["i"] * value["g"]
        else:
            gate, new = value["z"], (1 - value["z"]) * value["n"]
        items = [gate * item for item in items] + [new]
    return items


def made_of(trace: Trace, **signals: float) -> Trace:
    """The trace with gates of constant value, its cell worked out again by the equation."""
    found = {key: array.astype(np.float64) for key, array in trace.signals.items()}
    found |= {key: np.full_like(found[key], value) for key, value in signals.items()}
    c = np.zeros_like(found["c"])
    for t in range(len(trace)):
        old = c[:, t - 1] if t else 0.0
        c[:, t] = found["f"][:, t] * old + found["i"][:, t] * found["g"][:, t]
    before = np.concatenate((np.zeros_like(c[:, :1]), c[:, :-1]), axis=1)
    return dataclasses.replace(
        trace, signals={**found, "c": c}, before={**trace.before, "c": before}
    )


@GATED
def test_kept_and_written_sum_to_the_state_of_every_step(cell: str) -> None:
    trace, _ = toy(cell, layers=2)
    for layer in (0, 1):
        book = ledger.ledger(trace, layer)
        np.testing.assert_allclose(book.kept + book.written, state_of(trace, layer), atol=TOLERANCE)
        assert np.array_equal(book.state, book.kept + book.written)
        assert not book.intervened.any()
        assert not book.kept[0].any(), "before the first word there is nothing to keep"


def test_a_step_worked_out_by_hand() -> None:
    """C₋ = 2, f = 0.75, i = 0.5, g = −1: 1.5 kept, 0.5 taken away, 1 is left."""
    trace, _ = toy(steps=1, units=1)
    values = {"f": 0.75, "i": 0.5, "g": -1.0, "c": 1.0}
    signals = {k: np.full_like(a, values.get(k, 0.0)) for k, a in trace.signals.items()}
    before = {**trace.before, "c": np.full_like(trace.before["c"], 2.0)}
    book = ledger.ledger(dataclasses.replace(trace, signals=signals, before=before), 0)
    found = [float(x[0, 0]) for x in (book.before, book.kept, book.written, book.state)]
    assert found == [2.0, 1.5, -0.5, 1.0]


@GATED
@pytest.mark.parametrize("step", [0, 1, 5])
def test_the_items_are_those_of_a_loop_and_sum_to_the_state(cell: str, step: int) -> None:
    trace, _ = toy(cell, layers=2)
    for layer in (0, 1):
        items = ledger.itemised(trace, layer, step)
        assert items.parts.shape == (step + 1, trace.units)
        for unit in range(trace.units):
            expected = by_hand(trace, layer, unit, step)
            np.testing.assert_allclose(items.parts[:, unit], expected, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(items.total, state_of(trace, layer)[step], atol=TOLERANCE)


def test_the_items_sum_to_the_state_after_two_thousand_words() -> None:
    trace, _ = toy(steps=2000)
    items, c = ledger.itemised(trace, 0, 1999), state_of(trace)[1999]
    np.testing.assert_allclose(items.total, c, atol=TOLERANCE * np.abs(c).max())


def test_a_closed_forget_gate_erases_all_earlier_items() -> None:
    trace, _ = toy()
    f = trace.signals["f"].copy()
    f[0, 3, 1] = 0.0
    items = ledger.itemised(dataclasses.replace(trace, signals={**trace.signals, "f": f}), 0, 5)
    assert not items.parts[:3, 1].any()
    assert items.parts[3:, 1].all()
    assert items.parts[:, 0].all()


def test_an_open_forget_gate_keeps_items_as_they_were_written() -> None:
    trace = made_of(toy()[0], f=1.0)
    book = ledger.ledger(trace, 0)
    np.testing.assert_allclose(ledger.itemised(trace, 0, 5).parts, book.written[:6], rtol=1e-12)


def test_closed_input_and_open_forget_gate_leave_the_initial_state() -> None:
    trace = made_of(toy()[0], f=1.0, i=0.0)
    held = np.full_like(trace.before["c"], 2.5)
    trace = dataclasses.replace(
        trace, signals={**trace.signals, "c": held}, before={**trace.before, "c": held}
    )
    items = ledger.itemised(trace, 0, 4)
    assert not items.parts.any()
    assert items.start.tolist() == items.total.tolist() == [2.5] * trace.units


@GATED
def test_what_is_still_there_has_the_items_of_each_step_as_a_column(cell: str) -> None:
    trace, _ = toy(cell)
    whole, part = (ledger.still_there(trace, 0, steps) for steps in (range(6), range(2, 5)))
    for t in range(6):
        items = ledger.itemised(trace, 0, t)
        np.testing.assert_allclose(whole[1 : t + 2, t], items.parts, rtol=1e-12)
        assert not whole[t + 2 :, t].any()
    for column, t in enumerate(range(2, 5)):
        np.testing.assert_allclose(part[:, column].sum(axis=0), state_of(trace)[t], atol=1e-6)
        older = ledger.itemised(trace, 0, t).parts[:2].sum(axis=0)
        np.testing.assert_allclose(part[0, column], older, atol=TOLERANCE)


# --- units taken together ------------------------------------------------------------------------


@GATED
def test_units_together_sum_to_the_magnitude_of_the_state(cell: str) -> None:
    trace, _ = toy(cell, units=7)
    book = ledger.ledger(trace, 0).together()
    size = np.abs(state_of(trace)).sum(axis=1)
    np.testing.assert_allclose(book.kept + book.written, size, atol=1e-5)
    items = ledger.itemised(trace, 0, 5).together()
    assert float(items.total) == pytest.approx(size[5], abs=1e-5)
    assert items.parts.sum() == pytest.approx(size[5], abs=1e-5)


def test_turning_the_sign_of_a_unit_changes_nothing_together() -> None:
    """(g, C, C₋) → −(g, C, C₋) is the same network; a plain sum would not be the same."""
    trace, _ = toy()
    turn = np.array([1, -1, 1, 1])
    other = dataclasses.replace(
        trace,
        signals={k: a * turn if k in "gc" else a for k, a in trace.signals.items()},
        before={k: a * turn if k == "c" else a for k, a in trace.before.items()},
    )
    one, two = (ledger.ledger(t, 0).together() for t in (trace, other))
    np.testing.assert_allclose(one.written, two.written, rtol=1e-12)
    np.testing.assert_allclose(one.kept, two.kept, rtol=1e-12)
    plain = [ledger.ledger(t, 0).written.sum(axis=1) for t in (trace, other)]
    assert not np.allclose(*plain)


def test_what_works_against_the_state_counts_as_negative() -> None:
    """Units at 3 = 4 − 1 and −2 = 1 − 3: together 5, of which 3 were kept and 2 written."""
    kept, written = np.array([[4.0, 1.0]]), np.array([[-1.0, -3.0]])
    book = ledger.Ledger(kept, kept, written, np.zeros((1, 2))).together()
    assert (book.kept[0], book.written[0], book.state[0]) == (3.0, 2.0, 5.0)


# --- window memory -------------------------------------------------------------------------------


def windowed(trace: Trace, window: int, cell: str) -> Trace:
    """The trace as in window memory: each row from a pass of its own over the last words."""
    passes = [
        toy_over(trace, range(max(0, t + 1 - window), t + 1), cell) for t in range(len(trace))
    ]
    signals = {
        k: np.stack([p[0][k] for p in passes])[None].astype(np.float32) for k in passes[0][0]
    }
    before = {k: np.stack([p[1][k] for p in passes])[None].astype(np.float32) for k in passes[0][1]}
    origin = dataclasses.replace(trace.origin, memory="window", window=window)
    return dataclasses.replace(trace, signals=signals, before=before, origin=origin)


def toy_over(trace: Trace, steps: range, cell: str) -> tuple[dict, dict]:
    """Signals and starting states of the last step of a pass over some words."""
    one = part_of(trace, steps, cell)
    last = len(steps) - 1
    return ({k: a[0, last] for k, a in one.signals.items()},
            {k: a[0, last] for k, a in one.before.items()})  # fmt: skip


def part_of(trace: Trace, steps: range, cell: str) -> Trace:
    """The toy's network over some of its words, the state carried on."""
    _, weights = toy(cell)
    rows = np.eye(len(trace.vocabulary))[[trace.vocabulary.index(trace.words[t]) for t in steps]]
    signals, before = _layer(cell, rows, weights, 0, trace.units)
    return dataclasses.replace(
        trace,
        words=tuple(trace.words[t] for t in steps),
        signals={k: a[None].astype(np.float32) for k, a in signals.items()},
        before={k: a[None].astype(np.float32) for k, a in before.items()},
        logits=trace.logits[: len(steps)],
    )


@GATED
def test_in_window_memory_a_step_is_made_from_the_last_words_alone(cell: str) -> None:
    trace = windowed(toy(cell)[0], 3, cell)
    book = ledger.ledger(trace, 0)
    np.testing.assert_allclose(book.state, state_of(trace), atol=TOLERANCE)
    assert [ledger.reach(trace, t) for t in (0, 2, 5)] == [range(1), range(3), range(3, 6)]
    for step in range(6):
        steps = ledger.reach(trace, step)
        part = part_of(trace, steps, cell)
        items = ledger.itemised(part, 0, len(part) - 1, steps.start)
        np.testing.assert_allclose(items.total, state_of(trace)[step], atol=TOLERANCE)
        assert items.first + len(items.parts) == step + 1


def test_rows_of_different_windows_are_not_taken_for_one_pass() -> None:
    trace = windowed(toy()[0], 3, "lstm")
    assert ledger.itemised(trace, 0, 2).parts.shape == (3, 4)
    with pytest.raises(ValueError, match="up to step 3 each word was read with a fresh start"):
        ledger.itemised(trace, 0, 3)
    with pytest.raises(ValueError, match="fresh start"):
        ledger.still_there(trace, 0, range(2, 6))


# --- interventions -------------------------------------------------------------------------------


def test_an_edit_of_the_state_is_an_item_of_its_own_and_all_still_sums() -> None:
    """C of unit 2 set to 5 at step 3; what follows is worked out by the equation."""
    trace, _ = toy()
    found = {key: array.astype(np.float64) for key, array in trace.signals.items()}
    c = found["c"].copy()
    c[0, 3, 2] = 5.0
    for t in (4, 5):
        c[0, t] = found["f"][0, t] * c[0, t - 1] + found["i"][0, t] * found["g"][0, t]
    before = np.concatenate((np.zeros_like(c[:, :1]), c[:, :-1]), axis=1)
    edited = dataclasses.replace(
        trace, signals={**found, "c": c}, before={**trace.before, "c": before},
        origin=dataclasses.replace(trace.origin, edits="c[2]@3=5"),
    )  # fmt: skip
    book = ledger.ledger(edited, 0)
    np.testing.assert_allclose(book.state, c[0], atol=TOLERANCE)
    untouched = found["c"][0, 3, 2]
    assert book.intervened[3, 2] == pytest.approx(5.0 - untouched, abs=TOLERANCE)
    assert np.count_nonzero(book.intervened) == 1
    items = ledger.itemised(edited, 0, 5)
    np.testing.assert_allclose(items.total, c[0, 5], atol=TOLERANCE)
    told = ledger_report.account(book.of(2), trace.words, 3, "unit 2 holds")
    assert "unit 2 holds 5.00" in told
    assert "put there by an intervention" in told


def test_an_edit_of_a_gate_leaves_the_account_as_it_is() -> None:
    trace, _ = toy()
    edited = dataclasses.replace(
        trace, origin=dataclasses.replace(trace.origin, edits="f@0-=1;h@2=0;c.2@1=3")
    )
    assert not ledger.ledger(edited, 0).intervened.any()


# --- what cannot be asked ------------------------------------------------------------------------


def test_what_has_no_ledger_or_does_not_exist_gets_a_sentence() -> None:
    with pytest.raises(ValueError, match="the SimpleRNN has no ledger"):
        ledger.ledger(toy("rnn")[0], 0)
    trace, _ = toy("gru")
    with pytest.raises(ValueError, match="no layer 2; there are 1 to 1"):
        ledger.ledger(trace, 1)
    for ask in (lambda: ledger.itemised(trace, 0, 6), lambda: ledger.reach(trace, 6)):
        with pytest.raises(ValueError, match="no step 6; there are 0 to 5"):
            ask()


# --- told ----------------------------------------------------------------------------------------


def test_the_sentence_names_the_largest_item_in_the_direction_of_the_state() -> None:
    """−3 = 2 − 4 − 1: the largest part is the −4, not the 2."""
    items = ledger.Items(10, np.array([2.0, -4.0, -1.0]), np.float64(0.0))
    zero = np.zeros(13)
    kept, written = zero.copy(), zero.copy()
    kept[12], written[12] = -2.0, -1.0
    book = ledger.Ledger(zero, kept, written, zero)
    words = [f"w{k}" for k in range(13)]
    assert items.largest() == 11
    assert ledger_report.account(book, words, 12, "unit 7 holds") == (
        "At “w12” unit 7 holds −3.00: −2.00 kept, −1.00 written here."
    )
    assert ledger_report.largest_part(items, words) == (
        "The largest part, −4.00, was written at “w11”, one word before."
    )
    newest = ledger.Items(10, np.array([-1.7, -1.66, -0.76][::-1]), np.float64(0.0))
    assert ledger_report.largest_part(newest, words) == (  # though more of it was kept
        "No other word wrote as much of it as this one."
    )
    alone = ledger.Items(0, np.array([-0.76]), np.float64(0.0))
    assert ledger_report.largest_part(alone, words) == "All of it was written here."
    table = ledger_report.items_table(items, words)
    assert table["share"].tolist() == pytest.approx([-2 / 3, 4 / 3, 1 / 3])
    assert table["step"].tolist() == [10, 11, 12]


def test_half_of_the_content_is_counted_from_the_newest_step() -> None:
    parts = np.array([3.0, 1.0, 1.0, 1.0])
    assert ledger.Items(0, parts, np.float64(0.0)).newest_half() == 3
    told = ledger_report.newest_half(ledger.Items(0, parts, np.float64(0.0)))
    assert told == "Half of it or more was written in the last 3 words."
    assert ledger.Items(0, -parts, np.float64(0.0)).newest_half() == 3
    assert ledger.Items(0, parts[:1], np.float64(0.0)).newest_half() == 1
    assert ledger.Items(0, 0 * parts, np.float64(0.0)).newest_half() == 1


def test_the_table_of_all_units_has_plain_sums_that_add_up_and_magnitudes_that_do_not() -> None:
    trace, _ = toy(units=7)
    book = ledger.ledger(trace, 0)
    table = ledger_report.table(book, trace.words)
    for way in ("sum", "towards"):
        added = table[f"kept_{way}"] + table[f"written_{way}"]
        np.testing.assert_allclose(added, table[f"state_{way}"], atol=1e-12)
    size = np.abs(state_of(trace)).sum(axis=1)
    np.testing.assert_allclose(table["state_size"], size, atol=1e-5)
    assert (table["kept_size"] + table["written_size"] >= table["state_size"] - 1e-9).all()
    one = ledger_report.table(book.of(3), trace.words)
    np.testing.assert_allclose(one["kept"] + one["written"], one["state"], atol=1e-15)
    assert list(one["word"]) == list(trace.words)
