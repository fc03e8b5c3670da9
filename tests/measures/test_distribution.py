import math

import numpy as np
import pytest

from rnnexplorer.measures import distribution as d


def test_softmax_of_logarithms_gives_the_probabilities_back():
    assert d.probabilities(np.log([[0.5, 0.3, 0.2]])) == pytest.approx(np.array([[0.5, 0.3, 0.2]]))


def test_softmax_survives_huge_logits():
    assert d.probabilities(np.array([1e4, 0.0, -1e4])).tolist() == [1.0, 0.0, 0.0]


def test_temperature_two_takes_the_square_root_of_the_odds():
    p = d.probabilities(np.log([0.8, 0.2]), temperature=2.0)
    assert p[0] / p[1] == pytest.approx(2.0)


@pytest.mark.parametrize("temperature", [0.0, -1.0])
def test_a_temperature_of_zero_has_no_softmax(temperature):
    with pytest.raises(ValueError, match="above 0"):
        d.probabilities(np.zeros(3), temperature)


def test_entropy_of_a_fair_choice_among_eight_is_three_bits():
    assert d.entropy(np.full((1, 8), 1 / 8)) == pytest.approx([3.0])


def test_entropy_of_certainty_is_zero_and_not_minus_zero():
    value = d.entropy(np.array([[1.0, 0.0]]))[0]
    assert value == 0.0
    assert math.copysign(1, value) == 1


def test_rows_that_are_no_distribution_are_refused_with_their_sum():
    with pytest.raises(ValueError, match=r"sums to 0\.9"):
        d.entropy(np.array([[0.5, 0.4]]))


def test_surprisal_is_the_number_of_halvings():
    logits = np.log(np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]]))
    assert d.surprisal(logits, np.array([1, 0])) == pytest.approx([2.0, 3.0])


def test_perplexity_of_a_uniform_guess_is_the_number_of_words():
    assert d.perplexity(math.log(2600)) == pytest.approx(2600)


def test_ties_are_ranked_by_index():
    ids, probs = d.top_ranks(np.array([[1.0, 3.0, 1.0, 3.0]]), 3)
    assert ids.tolist() == [[1, 3, 0]]
    assert probs[0, 0] == probs[0, 1] > probs[0, 2]
    row = np.array([1.0, 3.0, 1.0, 3.0])
    assert [d.rank_of(row, k) for k in range(4)] == [3, 1, 4, 2]


def test_more_ranks_than_words_gives_all_words():
    assert len(d.top_words(np.array([0.4, 0.6]), ["x", "y"], 10)) == 2


def test_kl_divergence_by_hand():
    p, q = np.array([[0.5, 0.5]]), np.array([[0.75, 0.25]])
    by_hand = 0.5 * math.log2(0.5 / 0.75) + 0.5 * math.log2(0.5 / 0.25)
    assert d.kl_divergence(np.log(p) + 3, np.log(q) - 1) == pytest.approx([by_hand])


def test_kl_divergence_is_finite_where_a_probability_is_too_small_for_a_float():
    # p = (½, ½), q = (1, e^-5000) to a float's last digit: ½ ln ½ + ½ (ln ½ + 5000) nats.
    by_hand = (math.log(0.5) + 2500) / math.log(2)
    even, far = np.array([[7.0, 7.0]]), np.array([[0.0, -5000.0]])
    assert d.kl_divergence(even, far) == pytest.approx([by_hand])
    assert d.kl_divergence(far, even) == pytest.approx([1.0])


def test_jensen_shannon_runs_from_zero_to_one_and_does_not_care_which_is_first():
    p = np.array([[1.0, 0.0], [0.5, 0.5], [0.9, 0.1]])
    q = np.array([[0.0, 1.0], [0.5, 0.5], [0.2, 0.8]])
    js = d.jensen_shannon(p, q)
    assert js[:2] == pytest.approx([1.0, 0.0])
    assert 0 < js[2] < 1
    assert d.jensen_shannon(q, p) == pytest.approx(js)
