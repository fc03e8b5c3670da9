import math

import numpy as np
import pytest

from rnnexplorer import corpus
from rnnexplorer.measures.ngrams import InterpolatedKneserNey, Unigram


def test_a_unigram_counts_with_one_added():
    model = Unigram.fit(np.array([0, 0, 1]), 3)
    assert model.probs == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert model.perplexity(np.array([2, 0])) == pytest.approx(2.0)


def test_a_bigram_by_hand():
    # a b a b a c: bigrams ab 2, ba 2, ac 1; one counted once, two counted twice: D = 1/(1 + 2*2).
    # Continuations: ab, ba, ac stand for b, a, c once each; n1 = 3, n2 = 0: D1 = 3/3 = 1.
    model = InterpolatedKneserNey.fit(np.array([0, 1, 0, 1, 0, 2]), 4, 2)
    lower = (max(1 - 1, 0) + 1 * 3 * 0.25) / 3  # each of a, b, c; and the unseen d too
    assert model.probability((), 1) == pytest.approx(lower)
    assert model.probability((0,), 1) == pytest.approx((2 - 0.2 + 0.2 * 2 * lower) / 3)
    assert model.probability((0,), 3) == pytest.approx(0.2 * 2 * lower / 3)
    assert model.probability((3,), 1) == pytest.approx(lower)  # d was never seen before anything


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_probabilities_of_all_words_sum_to_one_after_any_context(order):
    random = np.random.default_rng(order)
    ids = random.zipf(1.5, 400) % 12
    model = InterpolatedKneserNey.fit(ids, 15, order)
    for _ in range(50):
        context = tuple(int(word) for word in random.integers(0, 15, 3))
        total = sum(model.probability(context, word) for word in range(15))
        assert total == pytest.approx(1.0)
        assert min(model.probability(context, word) for word in range(15)) > 0


def test_only_the_last_words_of_a_context_count():
    ids = np.random.default_rng(0).integers(0, 5, 200)
    model = InterpolatedKneserNey.fit(ids, 5, 3)
    assert model.probability((4, 1, 2), 3) == model.probability((1, 2), 3)


def test_perplexity_is_the_inverse_geometric_mean_of_the_probabilities():
    ids = np.random.default_rng(1).integers(0, 5, 100)
    model = InterpolatedKneserNey.fit(ids, 5, 2)
    asked = ids[:20]
    product = math.prod(
        model.probability((int(a),), int(b)) for a, b in zip(asked, asked[1:], strict=False)
    )
    assert model.perplexity(asked) == pytest.approx(product ** (-1 / 19))


def test_more_context_predicts_the_tale_better():
    tale = corpus.load("tale")
    training, held_out = tale.split("last-chapter")
    words = tale.vocabulary()
    ids, asked = words.encode(training), words.encode(held_out)
    one = Unigram.fit(ids, len(words)).perplexity(asked)
    two = InterpolatedKneserNey.fit(ids, len(words), 2).perplexity(asked)
    assert two < one < len(words)


def test_an_order_longer_than_the_text_is_refused():
    with pytest.raises(ValueError, match="order of 3"):
        InterpolatedKneserNey.fit(np.array([0, 1]), 2, 3)
