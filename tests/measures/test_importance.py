"""Activity against removal: by hand, and Spearman's formula."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.measures.importance import IDLE, TELLING, Importance, below, importance, table


def test_means_over_the_words_written_out():
    h = np.array([[0.5, -0.9], [-0.1, 0.7]])
    removal = np.array([[0.2, 0.4], [0.0, 0.1]])
    found = importance(h, removal)
    np.testing.assert_allclose(found.activity, [0.3, 0.8])
    np.testing.assert_allclose(found.effect, [0.3, 0.05])
    assert found.middle == pytest.approx((0.55, 0.175))
    assert found.corner(IDLE).tolist() == [False, True]
    assert found.corner(TELLING).tolist() == [True, False]
    assert table(found)["removal_bits"].tolist() == pytest.approx([0.3, 0.05])


def test_units_and_words_must_be_the_same():
    with pytest.raises(ValueError, match=r"\(3, 2\), removal units and words \(3, 2\)"):
        importance(np.zeros((3, 2)), np.zeros((3, 2)))


def test_the_agreement_is_spearmans():
    random = np.random.default_rng(3)
    activity, effect = random.permutation(30.0 * np.arange(9)), random.uniform(size=9)
    rank = [[int((values < value).sum()) for value in values] for values in (activity, effect)]
    d = np.subtract(*rank)
    expected = 1 - 6 * (d**2).sum() / (9 * (81 - 1))  # no two are equal
    assert Importance(activity, effect).agreement == pytest.approx(expected)
    assert Importance(activity, np.exp(activity / 100)).agreement == pytest.approx(1.0)
    assert np.isnan(Importance(activity, np.ones(9)).agreement)


def test_the_clearest_case_of_a_corner_has_the_ranks_furthest_apart():
    activity = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    effect = np.array([3.0, 6.0, 2.0, 4.0, 5.0, 1.0])
    found = Importance(activity, effect)  # medians 0.35 and 3.5
    assert np.flatnonzero(found.corner(IDLE)).tolist() == [5]
    assert np.flatnonzero(found.corner(TELLING)).tolist() == [1]
    assert (found.most(IDLE), found.most(TELLING)) == (5, 1)
    agreeing = Importance(activity, activity)
    assert (agreeing.most(IDLE), agreeing.most(TELLING)) == (None, None)
    with pytest.raises(ValueError, match="no corner 'loud'"):
        found.corner("loud")


def test_the_share_below_counts_the_others_only():
    values = np.array([1.0, 2.0, 2.0, 5.0])
    assert [below(values, unit) for unit in range(4)] == pytest.approx([0, 1 / 3, 1 / 3, 1])
    assert below(np.array([1.0]), 0) == 0.0
