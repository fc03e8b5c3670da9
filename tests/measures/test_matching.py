"""Patterns of units against a triple loop over starts, lengths and units, and against shifts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rnnexplorer.measures import chance, matching, patterns
from rnnexplorer.measures.matching import Match
from rnnexplorer.measures.patterns import Pattern


def drifting(words: int, units: int, seed: int) -> np.ndarray:
    """Values that stay high or low for some words, as states do, in half precision."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(words, units))
    for t in range(1, words):
        values[t] += 0.7 * values[t - 1]
    return np.tanh(values).astype(np.float16)


def pattern_of(
    units: list[int], signs: list[int], length: int, level: float, *,
    before: list[int] | None = None, after: list[int] | None = None,
    before_off: bool = False, after_off: bool = False,
) -> Pattern:  # fmt: skip
    """A pattern; `before` and `after` say which units are on there, none if left out."""
    around = [np.array([unit in (side or []) for unit in units]) for side in (before, after)]
    return Pattern(
        np.array(units, int), np.array(signs, int), length, level, *around, before_off, after_off
    )


# --- which units are on --------------------------------------------------------------------------


def test_a_gate_is_on_where_it_reaches_the_threshold_at_every_step() -> None:
    values = np.array([[0.9, 0.9, 0.2], [0.8, 0.5, 0.2], [0.7, 0.9, 0.9]])
    found = patterns.on_units(values, (0, 2), 0.6, "gate")
    assert found.units.tolist() == [0]
    assert (found.length, found.level) == (3, 0.6)


def test_a_signed_unit_is_on_by_size_and_has_to_keep_its_sign() -> None:
    values = np.array([[0.9, -0.9, 0.9, -0.4], [0.5, -0.5, -0.9, 0.4]])
    found = patterns.on_units(values, (0, 1), 0.4, "signed")
    assert found.units.tolist() == [0, 1]
    assert found.signs.tolist() == [1, -1]


def test_c_is_on_where_tanh_c_is() -> None:
    values = np.array([[0.3, 0.31, -2.0, -0.2]])
    found = patterns.on_units(values, (0, 0), 0.3, "unbounded")
    assert found.units.tolist() == np.flatnonzero(np.abs(np.tanh(values[0])) >= 0.3).tolist()
    assert patterns.on_units(values, (0, 0), 1.0, "unbounded").units.tolist() == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(False, False, [0, 1, 2, 3]), (True, False, [2, 3]), (False, True, [1, 3]), (True, True, [3])],
)
def test_units_that_are_on_around_the_range_are_left_out_on_request(
    before: bool, after: bool, expected: list[int]
) -> None:
    values = np.array([[1, 1, 0, 0], [1, 1, 1, 1], [1, 0, 1, 0]], float)
    found = patterns.on_units(values, (1, 1), 0.5, "gate", before_off=before, after_off=after)
    assert found.units.tolist() == expected
    assert found.on_before.tolist() == [unit in (0, 1) for unit in expected]
    assert found.on_after.tolist() == [unit in (0, 2) for unit in expected]


def test_before_the_first_step_and_after_the_last_nothing_is_on() -> None:
    values = np.array([[1.0], [1.0]])
    found = patterns.on_units(values, (0, 1), 0.5, "gate", before_off=True, after_off=True)
    assert found.units.tolist() == [0]


@pytest.mark.parametrize("span", [(-1, 0), (2, 1), (0, 3)])
def test_a_range_outside_of_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="the text has steps 0 to 2"):
        patterns.on_units(np.zeros((3, 2)), span, 0.5, "gate")


def test_a_threshold_outside_of_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"threshold is 1\.5"):
        patterns.on_units(np.zeros((3, 2)), (0, 0), 1.5, "gate")


# --- places, against loops -----------------------------------------------------------------------


def brute(
    signal: np.ndarray, pattern: Pattern, starts: list[int], count: int
) -> list[tuple[int, int, int, int]]:
    """Start, length, units on and edges of the best places, by the words of `find`."""
    words, size = len(signal), len(pattern.units)
    part = np.searchsorted(starts, np.arange(words), "right")

    def on(t: int, k: int, like: int) -> bool:
        if not 0 <= t < words or part[t] != part[like]:
            return False
        return float(signal[t, pattern.units[k]]) * pattern.signs[k] >= pattern.level

    slack = min(max(1, pattern.length // 4), 4)
    candidates = []
    for s in range(words):
        best = (0.0, 0, 0, 0, 0)
        for m in range(max(1, pattern.length - slack), pattern.length + slack + 1):
            if s + m > words or part[s + m - 1] != part[s]:
                continue
            n = edges = 0
            for k in range(size):
                before, after = on(s - 1, k, s), on(s + m, k, s)
                full = all(on(t, k, s) for t in range(s, s + m))
                full &= not (pattern.before_off and before)
                full &= not (pattern.after_off and after)
                n += full
                edges += full * (before == pattern.on_before[k])
                edges += full * (after == pattern.on_after[k])
            worth = n * min(m, pattern.length) / max(m, pattern.length)
            best = max(best, (worth, -abs(m - pattern.length), -m, n, edges))
        if best[0] > 0:
            candidates.append((-best[0], -best[4], s, -best[2], best[3]))
    chosen: list[tuple[int, int, int, int]] = []
    for _, edges, s, m, n in sorted(candidates):
        gaps = [max(s, other[0]) - min(s + m, other[0] + other[1]) for other in chosen]
        if all(gap >= matching.APART for gap in gaps) and len(chosen) < count:
            chosen.append((s, m, n, -edges))
    return chosen


@pytest.mark.parametrize("length", [1, 3, 5])
@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_places_are_those_of_a_loop_over_starts_lengths_and_units(
    length: int, before: bool, after: bool, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Chunks of 11 words, so that matches reach over many borders; three parts of the text.
    monkeypatch.setattr(matching, "AT_ONCE", 11)
    signal, starts = drifting(130, 9, seed), [0, 40, 43]
    pattern = pattern_of(
        [0, 2, 3, 5, 6, 8], [1, -1, 1, 1, -1, -1], length, 0.3, before=[] if before else [0, 5, 8],
        after=[] if after else [2, 3, 5], before_off=before, after_off=after,
    )  # fmt: skip
    found = matching.find(signal, pattern, starts, 8)
    expected = brute(signal, pattern, starts, 8)
    assert len(expected) > 3
    worth = {place: place[2] * min(place[1], length) / max(place[1], length) for place in expected}
    expected.sort(key=lambda place: (-worth[place], place[0]))  # it chooses by edges as well
    assert [(m.start, m.length, m.on, m.edges) for m in found] == expected
    every = [
        n * min(m, length) / max(m, length) for _, m, n, _ in brute(signal, pattern, starts, 99)
    ]
    for match in found:
        assert match.tied == sum(worth == pytest.approx(match.score * 6) for worth in every)
    for match in found:
        ratio = min(match.length, length) / max(match.length, length)
        assert match.score == pytest.approx(match.on / 6 * ratio)


def test_equal_places_stand_in_the_order_of_the_text_after_the_own_one() -> None:
    signal = np.full((60, 2), -1.0, np.float16)
    signal[10:14] = signal[30:33] = signal[49:52] = 1.0
    signal[48, 0] = 1.0
    pattern = patterns.on_units(signal, (49, 51), 0.5, "gate")
    found = matching.find(signal, pattern, [0], 3)
    assert [(m.start, m.edges) for m in found] == [(11, 3), (30, 3), (49, 4)]
    assert matching.told_ties(found) == ""
    # Of more than are asked for those with the same surroundings are chosen, and the own one.
    assert [m.start for m in matching.find(signal, pattern, [0], 2)] == [11, 49]
    found = matching.find(signal, pattern, [0], 2, own=[30])
    assert [(m.start, m.tied) for m in found] == [(30, 3), (49, 3)]
    assert matching.told_ties(found).startswith("3 places are as good as the last one; of them 2")


def test_more_units_than_a_machine_word_has_bits_are_all_counted() -> None:
    signal = np.full((40, 150), -1.0, np.float16)
    signal[20:23] = 1.0
    whole = pattern_of(list(range(150)), [1] * 150, 3, 0.5)
    (first, *_) = matching.find(signal, whole, [0], 2)
    assert (first.start, first.on) == (20, 150)
    signal[20:23, 149] = -1.0
    signal[35:38, :148] = 1.0
    found = matching.find(signal, whole, [0], 2)
    assert [(m.start, m.on) for m in found] == [(20, 149), (35, 148)]


def test_only_the_columns_of_the_pattern_are_looked_at() -> None:
    signal = drifting(60, 4, 3)
    pattern = pattern_of([1, 3], [1, -1], 2, 0.2)
    other = signal.copy()
    other[:, [0, 2]] = np.nan
    assert matching.find(signal, pattern, [0], 5) == matching.find(other, pattern, [0], 5)


def test_no_units_and_no_words_have_no_places() -> None:
    nothing = pattern_of([], [], 2, 0.3)
    assert matching.find(drifting(20, 3, 0), nothing, [0], 5) == []
    one = pattern_of([0], [1], 9, 0.3)
    assert matching.find(np.zeros((4, 3), np.float16), one, [0], 5) == []


# --- chance --------------------------------------------------------------------------------------


def test_the_chance_of_n_units_is_the_sum_over_all_their_combinations() -> None:
    shares = np.array([0.1, 0.5, 0.7, 0.25])
    expected = np.zeros(5)
    for drawn in itertools.product([0, 1], repeat=4):
        weight = np.prod([p if on else 1 - p for p, on in zip(shares, drawn, strict=True)])
        expected[: sum(drawn) + 1] += weight
    np.testing.assert_allclose(chance.at_least(shares), expected, atol=1e-12)


def test_what_is_expected_by_chance_is_what_shifted_units_give() -> None:
    # A pattern of one word has one length, so nothing is counted twice and the mean is exact.
    signal = drifting(400, 5, 8)
    pattern = pattern_of(list(range(5)), [1] * 5, 1, 0.3)
    (best, *_) = [m for m in matching.find(signal, pattern, [0], 50) if m.on == 4]
    random = np.random.default_rng(4)
    on = signal.astype(float) >= 0.3
    counts = [
        np.sum(np.sum([np.roll(on[:, k], random.integers(400)) for k in range(5)], axis=0) >= 4)
        for _ in range(2000)
    ]
    error = np.std(counts) / np.sqrt(len(counts))
    assert best.by_chance == pytest.approx(np.mean(counts), abs=4 * error)


def test_longer_patterns_err_on_the_high_side() -> None:
    signal = drifting(400, 4, 9)
    pattern = pattern_of(list(range(4)), [1] * 4, 3, 0.2)
    match = matching.find(signal, pattern, [0], 50)[-1]
    random = np.random.default_rng(5)
    reached = []
    for _ in range(100):
        shifted = np.stack([np.roll(signal[:, k], random.integers(400)) for k in range(4)], axis=1)
        again = matching.find(shifted, pattern, [0], 400)
        reached.append(sum(m.score >= match.score for m in again))
    assert match.by_chance >= np.mean(reached)


# --- the place itself ----------------------------------------------------------------------------


def test_the_place_that_the_words_were_taken_from_is_recognised() -> None:
    ids = np.random.default_rng(1).integers(0, 5, 300)
    read = np.concatenate((ids[100:120], [4, 4]))
    assert matching.own_starts(ids, read, (12, 14)).tolist() == [112]
    assert matching.own_starts(ids, read, (1, 2)).tolist() == [101]  # told by the words after it
    assert matching.own_starts(ids, np.array([0, 1, 2, 3, 4] * 2), (7, 8)).tolist() == []
    assert matching.own_starts(ids[:3], read, (12, 14)).tolist() == []


@pytest.mark.parametrize(("start", "own"), [(109, False), (110, True), (114, True), (115, False)])
def test_a_match_that_touches_the_place_lies_on_it(start: int, own: bool) -> None:
    match = Match(start, 3, 5, 10, 1.0, 0.0, 1)
    assert matching.is_own(match, np.array([112]), 3) is own
