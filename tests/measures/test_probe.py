"""Probes: the rule that finds them, on a text made for it, and what is said of a curve."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnexplorer.measures import probe
from rnnexplorer.measures.lag import Curve

CUE, ANSWER, OTHER, PHRASE, END = 0, 1, 2, 3, 4
FILLERS = np.arange(5, 25)


def text() -> np.ndarray:
    """Cue … answer with two words between, thirty times; a set phrase; a word as frequent."""
    random = np.random.default_rng(3)

    def some(count: int) -> list[int]:
        return random.choice(FILLERS, count).tolist()

    parts: list[int] = []
    for _ in range(30):
        parts += [CUE, *some(2), ANSWER, *some(12), PHRASE, END, *some(12), OTHER, *some(12)]
    return np.array(parts)


def test_the_pair_that_goes_together_over_other_words_is_found_with_its_numbers():
    ids = text()
    (first, *_) = probe.ready(ids, 25, 3)
    assert (first.probe.cue, first.probe.answer) == (CUE, ANSWER)
    assert first.together == 30
    # By hand: n_ab N / (n_a n_b D) = 30 · N / (30 · 30 · 9).
    assert first.bits == pytest.approx(math.log2(30 * len(ids) / (30 * 30 * 9)))


def test_the_contrast_is_as_frequent_and_does_not_go_with_the_answer():
    (first, *_) = probe.ready(text(), 25, 1)
    assert first.probe.contrast in (OTHER, PHRASE, END)


def test_a_word_that_the_answer_follows_as_well_is_no_contrast():
    """Two cues as frequent as each other and as a third word: the third is the contrast."""
    random, parts = np.random.default_rng(4), list[int]()
    cue, twin, other, answer = range(4)

    def some(count: int) -> list[int]:
        return random.integers(4, 24, count).tolist()

    for _ in range(30):
        parts += [cue, *some(2), answer, *some(12), twin, *some(3), answer, *some(12), other]
        parts += some(12)
    (first, *_) = probe.ready(np.array(parts), 24, 1)
    assert first.probe.cue in (cue, twin)
    assert (first.probe.contrast, first.probe.answer) == (other, answer)


def test_neighbours_alone_are_no_probe_and_rare_words_neither():
    found = probe.ready(text(), 25, 20)
    assert (PHRASE, END) not in [(one.probe.cue, one.probe.answer) for one in found]
    rare = np.array([CUE, 5, ANSWER, 6, 7, 8, 9] * (probe.LEAST_WORD - 1))
    assert probe.ready(rare, 25, 5) == []
    assert probe.ready(np.zeros(0, dtype=np.int64), 25, 5) == []


def test_no_word_is_the_cue_or_the_answer_twice():
    found = probe.ready(text(), 25, 20)
    for words in ([f.probe.cue for f in found], [f.probe.answer for f in found]):
        assert len(set(words)) == len(words)
    assert [f.bits for f in found] == sorted((f.bits for f in found), reverse=True)


def test_the_curve_is_the_mean_difference_of_the_logarithms():
    answered = np.random.default_rng(5).normal(size=(2, 12, 4))
    found = probe.curve(answered, 3)
    np.testing.assert_allclose(found.mean, (answered[0] - answered[1]).mean(axis=0))


def curve(*mean: float, reach: float = 0.01) -> Curve:
    return Curve(np.array(mean), np.array(mean) - reach, np.array(mean) + reach)


@pytest.mark.parametrize(
    ("found", "gone", "told"),
    [
        (curve(3.0, 1.0, 0.5, 0.02), 3, "makes “c” 2.00 times as likely as “b” does; with 3, the"),
        (curve(3.0, -1.0, -0.5), 3, "makes “c” 0.50 times as likely as “b” does; with 2, still"),
        (curve(3.0, 0.0, 0.5, 0.0), 3, "makes “c” 1.00 times as likely"),
        (curve(3.0, 0.3, 0.2, reach=0.4), 1, "no more and no less likely than “b” does."),
    ],
)
def test_gone_is_a_band_that_holds_nothing_or_less_than_is_worth_a_word(found, gone, told):
    assert probe.lasts(found) == gone
    assert told in probe.told(found, "a", "b", "c")
