"""Tracking: a planted unit is found with its sign, and chance finds nothing."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.measures import blocks, features, tracking


def slow(random: np.random.Generator, steps: int, columns: int) -> np.ndarray:
    """Noise with a memory of some twenty steps, as states and labels have it."""
    noise = random.normal(size=(steps, columns))
    for t in range(1, steps):
        noise[t] += 0.95 * noise[t - 1]
    return noise


def parts(seed: int, planted: float) -> tuple[tuple[np.ndarray, ...], tuple[dict, dict]]:
    random = np.random.default_rng(seed)
    states = [slow(random, steps, 12) for steps in (3000, 1000)]
    labels = [{"a": slow(random, s, 1)[:, 0], "b": slow(random, s, 1)[:, 0]} for s in (3000, 1000)]
    for values, named in zip(states, labels, strict=True):
        values[:, 5] -= planted * named["b"]
    return tuple(states), tuple(labels)  # type: ignore[return-value]


def test_the_score_is_the_held_out_correlation_with_the_sign_of_training() -> None:
    states, labels = parts(0, planted=0.5)
    found = tracking.tracking(states, labels, 10, np.random.default_rng(1))  # type: ignore[arg-type]
    assert found.features == ("a", "b")
    for unit in range(12):
        for column, name in enumerate("ab"):
            first, second = (
                np.corrcoef(values[:, unit], named[name])[0, 1]
                for values, named in zip(states, labels, strict=True)
            )
            assert found.score[unit, column] == pytest.approx(second * np.sign(first), abs=1e-5)
            assert found.sign[unit, column] == np.sign(first)


def test_a_long_text_is_read_in_blocks_and_every_block_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[int, int]] = []
    states, labels = parts(0, planted=0.0)
    whole = tracking.tracking(states, labels, 19, np.random.default_rng(1))  # type: ignore[arg-type]
    monkeypatch.setattr(blocks, "AT_ONCE", 900)
    found = tracking.tracking(
        states,
        labels,
        19,
        np.random.default_rng(1),
        lambda *how: told.append(how),  # type: ignore[arg-type]
    )
    assert told == [(n, 4000) for n in (0, 900, 1800, 2700, 3000, 3900)]
    np.testing.assert_allclose(found.score, whole.score, atol=1e-6)
    np.testing.assert_allclose(found.shuffled, whole.shuffled, atol=1e-6)
    np.testing.assert_array_equal(found.p, whole.p)


def test_shifted_labels_come_back_at_the_beginning() -> None:
    states, labels = parts(0, planted=0.5)
    found = tracking.tracking(states, labels, 5, np.random.default_rng(1))  # type: ignore[arg-type]
    generator, scores = np.random.default_rng(1), []
    for _ in range(5):
        first, second = (
            np.corrcoef(values.T, np.roll(named["b"], generator.integers(n // 20, n - n // 20)))
            for values, named, n in zip(states, labels, (3000, 1000), strict=True)
        )
        scores.append(second[-1, :-1] * np.sign(first[-1, :-1]))
    np.testing.assert_allclose(found.shuffled[:, 1], np.mean(scores, axis=0), atol=1e-5)
    np.testing.assert_allclose(found.spread[:, 1], np.std(scores, axis=0), atol=1e-5)


def test_a_planted_unit_stands_out_and_no_other() -> None:
    states, labels = parts(2, planted=2.0)
    found = tracking.tracking(states, labels, 199, np.random.default_rng(3))  # type: ignore[arg-type]
    assert np.argwhere(found.p < 0.05).tolist() == [[5, 1]]
    assert found.sign[5, 1] == -1.0
    assert found.p[5, 1] == pytest.approx(1 / 200)


def test_chance_alone_is_called_significant_no_more_often_than_promised() -> None:
    # Forty texts without any relation: at 5 % two are expected to show one somewhere; 7 or more
    # would come by chance in less than one of 300 such tests (binomial).
    alarms = 0
    for seed in range(40):
        states, labels = parts(100 + seed, planted=0.0)
        found = tracking.tracking(states, labels, 39, np.random.default_rng(seed))  # type: ignore[arg-type]
        alarms += int((found.p <= 0.05).any())
    assert alarms < 7


def test_words_shuffled_one_by_one_would_have_raised_false_alarms() -> None:
    # Why the labels are shifted: against single shuffled words, slow noise looks meaningful.
    states, labels = parts(100, planted=0.0)
    random = np.random.default_rng(0)
    score = np.abs(np.corrcoef(states[1].T, labels[1]["a"])[-1, :-1]).max()
    chance = [
        np.abs(np.corrcoef(states[1].T, random.permutation(labels[1]["a"]))[-1, :-1]).max()
        for _ in range(50)
    ]
    assert score > max(chance)


def test_a_unit_or_label_that_does_not_move_scores_nothing() -> None:
    states, labels = parts(4, planted=1.0)
    for values, named in zip(states, labels, strict=True):
        values[:, 0] = 3.0
        named["a"][:] = 1.0
    found = tracking.tracking(states, labels, 5, np.random.default_rng(0))  # type: ignore[arg-type]
    assert not found.score[0].any()
    assert not found.score[:, 0].any()


def test_a_part_too_short_to_shift_is_refused() -> None:
    tiny = (np.zeros((19, 2)), np.zeros((50, 2)))
    labels = ({"a": np.zeros(19)}, {"a": np.zeros(50)})
    with pytest.raises(ValueError, match="fewer than 20 words"):
        tracking.tracking(tiny, labels, 1, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("word", "expected"),
    [("the", "article"), ("she", "pronoun"), ("upon", "preposition"), ("and", "conjunction"),
     ("couldnt", "auxiliary"), ("running", "-ing form"), ("king", "other"), ("looked", "-ed form"),
     ("red", "other"), ("slowly", "-ly adverb"), ("fly", "other"), ("rabbit", "other")],
)  # fmt: skip
def test_the_class_of_a_word(word: str, expected: str) -> None:
    assert features.word_class(word) == expected


def test_every_feature_has_a_number_for_every_word() -> None:
    words = ["the", "dog", "ran", "slowly"]
    found = features.features(
        words, np.array([9, 1, 0, 1]), np.array([0, 1, 2, 3]),
        np.array([True, False, False, True]), np.linspace(0, 1, 4),
    )  # fmt: skip
    assert all(len(values) == 4 for values in found.values())
    assert found["article"].tolist() == [True, False, False, False]
    assert found["first word of a sentence"].tolist() == [True, False, False, False]
    assert found["length of the word"].tolist() == [3, 3, 3, 6]
    np.testing.assert_allclose(found["frequency of the word"], np.log([10, 2, 1, 2]))
