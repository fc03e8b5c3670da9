"""Averages over places: against formulas by hand, and the coverage of their bands."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from rnnexplorer.measures import lag
from rnnexplorer.measures.lag import Curve


def curve_of(*values: float, reach: float = 0.0) -> Curve:
    mean = np.array(values)
    return Curve(mean, mean - reach, mean + reach)


def test_the_band_is_the_t_interval_over_stretches_by_hand():
    """Stretches (1, 2) and (3, 6): means 1.5 and 4.5, s/√2 = 1.5, t of one degree 12.706."""
    found = lag.arithmetic(np.array([[1.0], [2.0], [3.0], [6.0]]), 2)
    assert found.mean[0] == pytest.approx(3.0)
    assert found.low[0] == pytest.approx(3.0 - 1.5 * 12.7062, abs=1e-3)
    assert found.high[0] == pytest.approx(3.0 + 1.5 * 12.7062, abs=1e-3)


def test_the_mean_is_that_of_the_places_where_stretches_are_not_alike_long():
    """Of three places in two stretches the first has two: its places count no less."""
    assert lag.arithmetic(np.array([[1.0], [3.0], [8.0]]), 2).mean[0] == pytest.approx(4.0)


def test_the_band_covers_the_truth_where_neighbouring_places_are_alike():
    """An autoregression, r = 0.5: a place tells of the next, as overlapping passages do."""
    random = np.random.default_rng(0)
    noise = random.normal(size=(1000, 260))
    series = np.zeros_like(noise)
    for k in range(1, noise.shape[1]):
        series[:, k] = 0.5 * series[:, k - 1] + noise[:, k]
    places = series[:, 60:].T  # [200, 1000]: a thousand texts side by side
    found = lag.arithmetic(places, 20)
    covered = float(np.mean((found.low <= 0) & (found.high >= 0)))
    assert 0.91 < covered < 0.97
    naive = 1.97 * places.std(axis=0, ddof=1) / math.sqrt(200)
    assert float(np.mean(np.abs(places.mean(axis=0)) <= naive)) < 0.8


def test_the_geometric_mean_of_shares_is_the_share_of_geometric_means():
    norms = np.exp(np.random.default_rng(1).normal(size=(40, 5)))
    of_shares = lag.geometric(lag.shares(norms), 4).mean
    means = lag.geometric(norms, 4).mean
    np.testing.assert_allclose(of_shares, means / means[0], rtol=1e-9)
    by_hand = np.prod(norms, axis=0) ** (1 / 40)
    np.testing.assert_allclose(means, by_hand, rtol=1e-9)


def test_a_gradient_that_is_nothing_in_single_precision_is_a_smallest_share():
    shares = lag.shares(np.array([[2.0, 0.0], [0.0, 0.0]]))
    assert shares[0].tolist() == [1.0, lag.SMALLEST_SHARE]
    assert np.isfinite(np.log(shares)).all()


def test_too_few_places_are_refused():
    with pytest.raises(ValueError, match="3 places do not make 4 stretches"):
        lag.arithmetic(np.zeros((3, 2)), 4)


def test_unrelated_states_are_as_far_apart_as_all_pairs_are():
    states = np.random.default_rng(2).normal(size=(30, 7)).astype(np.float32)
    assert lag.unrelated(states) == pytest.approx(pdist(states).mean(), rel=1e-6)


def test_a_half_life_lies_on_the_line_between_two_lags():
    assert lag.crossing(np.array([1.0, 0.8, 0.4, 0.1]), 0.5) == pytest.approx(1.75)
    assert lag.crossing(np.array([2.0, 1.0]), 0.5) == pytest.approx(1.0)
    assert lag.crossing(np.array([1.0, 0.9]), 0.5) == math.inf


def test_a_curve_that_begins_with_nothing_has_no_half_life():
    """Half of nothing is nowhere; what begins below half of the whole is there at once."""
    for values in (np.zeros(4), np.array([-1.0, 2.0, -3.0])):
        assert math.isnan(lag.crossing(values, 0.5))
        curve = Curve(values, values, values)
        assert lag.headline("it", {"A": curve}).endswith("1%: A nothing to begin with.")
        assert math.isnan(lag.summary({"A": curve}, [])["half_low"][0])
    assert lag.words_told(math.nan, 4) == "–"
    assert lag.crossing(np.array([0.4, 0.3]), 0.5, 1.0) == 0.0


def test_the_ends_of_the_band_fall_to_half_of_what_the_mean_begins_with():
    """Half is 1: the mean 1.4 … 0.9 crosses at 1.8, 0.7 of it at 20/21, 1.3 of it at 2 + 17/52."""
    mean = np.array([2.0, 1.4, 0.9, 0.5])
    row = lag.summary({"A": Curve(mean, 0.7 * mean, 1.3 * mean)}, []).iloc[0]
    assert row["half"] == pytest.approx(1.8)
    assert row["half_low"] == pytest.approx(0.4 / 0.42)
    assert row["half_high"] == pytest.approx(2 + 0.17 / 0.52)


def test_the_headline_has_both_lags_of_every_network():
    curves = {
        "A": curve_of(1.0, 0.5, 0.01),
        "B": curve_of(1.0, 0.8, 0.6),
        "C": curve_of(1.0, 0.4, 0.2),
        "D": curve_of(1.0, 4.0, 28.0),
    }
    assert lag.headline("the gradient", curves) == (
        "Words until the gradient is down to half, and to 1%: A 1.0 and 2.0, B neither within 2,"
        " C 0.8 and not within 2, D neither within 2: 28 times as much 2 words back."
    )


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(3.0, 5.0, "4 times the share that B keeps (3 to 5)."),
     (0.5, 9.0, "(0.5 to 9): no difference that is more than chance.")],
)  # fmt: skip
def test_a_ratio_whose_band_holds_one_is_chance(low, high, told):
    ratio = Curve(np.array([1.0, 4.0]), np.array([1.0, low]), np.array([1.0, high]))
    sentence = lag.against(ratio, 1, "A", "B")
    assert sentence.startswith("1 word back A keeps 4 times")
    assert sentence.endswith(told)


def test_tables_hold_every_lag_and_the_lags_that_are_told():
    curves = {"A": curve_of(1.0, 0.5, 0.25, reach=0.05), "B": curve_of(1.0, 0.9)}
    table = lag.table(curves)
    assert table["model"].tolist() == ["A"] * 3 + ["B"] * 2
    assert table["lag"].tolist() == [0, 1, 2, 0, 1]
    summary = lag.summary(curves, [1, 2])
    assert summary["half"].tolist() == [1.0, math.inf]
    assert summary["lag_2"].tolist()[0] == 0.25
    assert math.isnan(summary["lag_2"][1])
    assert summary["lag_1_low"][0] == pytest.approx(0.45)
