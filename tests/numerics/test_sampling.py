from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.draws import Sampling, draw

LOGITS = np.array([0.3, 2.0, -1.0, 1.2, 0.0, -0.5, 1.9, 0.7], dtype=np.float32)
FREE = Sampling(temperature=1.0)


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    scores = np.exp(logits.astype(np.float64) / temperature)
    return scores / scores.sum()


def counts_on_a_grid(sampling: Sampling, draws: int = 1000) -> np.ndarray:
    """How often each word is drawn by evenly spaced random numbers."""
    words = [draw(LOGITS, sampling, (k + 0.5) / draws) for k in range(draws)]
    return np.bincount(words, minlength=len(LOGITS))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_each_word_owns_as_much_of_the_unit_interval_as_its_probability(
    temperature: float,
) -> None:
    counts = counts_on_a_grid(Sampling(temperature=temperature))
    # The interval of a word holds n·p of n evenly spaced points, or one more or less.
    assert np.abs(counts - 1000 * softmax(LOGITS, temperature)).max() <= 1.0


def test_the_frequencies_of_random_draws_follow_the_softmax() -> None:
    draws = 4000
    uniforms = np.random.default_rng(11).random(draws)
    counts = np.bincount([draw(LOGITS, FREE, u) for u in uniforms], minlength=len(LOGITS))
    expected = draws * softmax(LOGITS)
    chi_square = float(((counts - expected) ** 2 / expected).sum())
    # 8 words, 7 degrees of freedom: P(χ² > 24.3) = 0.001 (any table of the χ² distribution).
    assert chi_square < 24.3


@pytest.mark.parametrize("top_k", [1, 2, 3, 8, 100])
def test_top_k_draws_all_of_the_k_most_probable_words_and_no_other(top_k: int) -> None:
    counts = counts_on_a_grid(Sampling(temperature=2.0, top_k=top_k))
    best = np.argsort(-LOGITS)[:top_k]
    assert set(np.flatnonzero(counts)) == set(best)
    kept = softmax(LOGITS, 2.0)[best]
    assert np.abs(counts[best] - 1000 * kept / kept.sum()).max() <= 1.0


@pytest.mark.parametrize(
    ("top_p", "kept"),
    [(0.01, 1), (0.49, 1), (0.51, 2), (0.79, 2), (0.81, 3), (0.94, 3), (0.96, 4), (1.0, 4)],
)
def test_top_p_draws_the_fewest_words_that_hold_the_share(top_p: float, kept: int) -> None:
    probs = np.array([0.05, 0.5, 0.15, 0.3])
    order = [1, 3, 2, 0]
    sampling = Sampling(temperature=1.0, top_p=top_p)
    found = {draw(np.log(probs), sampling, u) for u in np.linspace(0, 1, 200, endpoint=False)}
    assert found == set(order[:kept])


def test_top_k_and_top_p_both_hold() -> None:
    wide_p = counts_on_a_grid(Sampling(temperature=1.0, top_k=2, top_p=0.99))
    wide_k = counts_on_a_grid(Sampling(temperature=1.0, top_k=8, top_p=0.01))
    assert set(np.flatnonzero(wide_p)) == {1, 6}
    assert set(np.flatnonzero(wide_k)) == {1}


@pytest.mark.parametrize("uniform", [0.0, 0.5, 0.999999])
def test_temperature_zero_takes_the_most_probable_word(uniform: float) -> None:
    assert draw(LOGITS, Sampling(temperature=0.0), uniform) == 1


@pytest.mark.parametrize("uniform", [0.0, 0.5, 0.999999])
def test_a_very_low_temperature_takes_the_most_probable_word(uniform: float) -> None:
    assert draw(LOGITS, Sampling(temperature=1e-6), uniform) == 1


def test_of_equally_probable_words_the_first_in_the_vocabulary_is_the_most_probable() -> None:
    tie = np.array([0.0, 1.0, 1.0])
    assert draw(tie, Sampling(), 0.0) == 1
    assert draw(tie, Sampling(temperature=1.0, top_k=1), 0.9) == 1


def test_the_same_random_number_picks_the_same_place_of_the_ranking() -> None:
    mirrored = np.flip(LOGITS)
    for uniform in np.linspace(0, 1, 50, endpoint=False):
        assert draw(mirrored, FREE, uniform) == len(LOGITS) - 1 - draw(LOGITS, FREE, uniform)


def test_a_higher_temperature_never_moves_the_same_draw_to_a_more_probable_word() -> None:
    places = {word: place for place, word in enumerate(np.argsort(-LOGITS))}
    for uniform in np.linspace(0, 1, 50, endpoint=False):
        found = [
            places[draw(LOGITS, Sampling(temperature=heat), uniform)] for heat in (0.5, 1.0, 2.0)
        ]
        assert found == sorted(found)


@pytest.mark.parametrize("uniform", [0.0, 1.0 - 2**-53])
def test_the_ends_of_the_interval_draw_a_word_that_may_be_drawn(uniform: float) -> None:
    far = np.array([0.0, -2000.0, 5.0])  # the probability of word 1 underflows to zero
    assert draw(far, FREE, uniform) in (0, 2)


def test_large_logits_do_not_overflow() -> None:
    assert draw(np.array([1e30, 0.0, -1e30]), FREE, 0.7) == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"temperature": -0.1}, "temperature is -0.1"),
        ({"temperature": 11.0}, "temperature is 11"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"top_k": 0}, "top_k is 0"),
        ({"top_p": 0.0}, "top_p is 0"),
        ({"top_p": 1.5}, "top_p is 1.5"),
        ({"seed": -3}, "seed is -3"),
    ],
)
def test_a_sampling_out_of_bounds_is_named_with_its_value(
    changes: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Sampling(**changes)
