"""Reading held against writing: traces written by hand, scipy's divergence, counts of one's own."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from toy import WORDS, toy

from rnnexplorer.measures import paths

GIVEN = 2


def read(words: str, expecting: str, seed: int = 0, prompt: int = GIVEN):  # noqa: ANN201
    """A trace over words that expects, after each, the word below it; surely where seed is 0."""
    trace = toy(steps=len(words))[0]
    logits = 50.0 * np.eye(len(WORDS))[[WORDS.index(word) for word in expecting]]
    logits += np.random.default_rng(seed).normal(size=logits.shape) if seed else 0.0
    origin = dataclasses.replace(trace.origin, prompt=prompt)
    return dataclasses.replace(trace, words=tuple(words), logits=logits, origin=origin)


def test_a_text_known_by_heart_is_never_left() -> None:
    known = read("abcdea", "bcdeab")
    found = paths.paths(known, known)
    assert found.parted is None
    assert found.book == found.guessed == found.written == ("c", "d", "e", "a")
    assert found.right.all()
    assert found.same.all()
    np.testing.assert_allclose(found.surprisal, 0.0, atol=1e-9)
    np.testing.assert_array_equal(found.divergence, 0.0)


def test_the_two_part_at_the_first_other_word_and_the_guesses_go_on_in_the_book() -> None:
    book = read("abcdea", "bceeab")  # after “c” it expects e, where the book goes on with d
    wrote = read("abceab", "bceabc")
    found = paths.paths(book, wrote)
    assert found.book == ("c", "d", "e", "a")
    assert found.guessed == ("c", "e", "e", "a")
    assert found.written == ("c", "e", "a", "b")
    assert found.right.tolist() == [True, False, True, True]
    assert found.same.tolist() == [True, False, False, False]
    assert found.parted == 1
    np.testing.assert_allclose(found.probability, [1, 0, 1, 1], atol=1e-9)
    np.testing.assert_allclose(found.surprisal[1], 50 / np.log(2), rtol=1e-9)
    # The same until something else was read; then e against a, and a against b: nothing in common.
    np.testing.assert_allclose(found.divergence, [0, 0, 1, 1], atol=1e-9)


def test_the_divergence_is_that_of_scipy() -> None:
    one, other = read("abcde", "bcdea"), read("abdce", "bdcea")
    random = np.random.default_rng(3)
    one = dataclasses.replace(one, logits=random.normal(size=one.logits.shape))
    other = dataclasses.replace(other, logits=random.normal(size=one.logits.shape))
    found = paths.paths(one, other)
    for step in range(3):
        p, q = (np.exp(t.logits[GIVEN - 1 + step]) for t in (one, other))
        expected = jensenshannon(p / p.sum(), q / q.sum(), base=2) ** 2
        assert found.divergence[step] == pytest.approx(expected, abs=1e-9)
        truth = WORDS.index(one.words[GIVEN + step])
        assert found.probability[step] == pytest.approx(p[truth] / p.sum())


def test_the_table_has_a_row_a_step() -> None:
    table = paths.table(paths.paths(read("abcdea", "bceeab"), read("abceab", "bceabc")))
    assert table["step"].tolist() == [1, 2, 3, 4]
    assert table["written"].tolist() == ["c", "e", "a", "b"]
    assert table["guess_is_right"].tolist() == [True, False, True, True]


@pytest.mark.parametrize(
    ("other", "sentence"),
    [(read("abcd", "bcde"), "one trace has 6 words, the other 4"),
     (read("bbcdea", "bcdeab"), "the same given words"),
     (read("abcdea", "bcdeab", prompt=6), "of which 6 were given")],
)  # fmt: skip
def test_what_cannot_be_held_together_is_refused(other, sentence) -> None:  # noqa: ANN001
    with pytest.raises(ValueError, match=sentence):
        paths.paths(read("abcdea", "bcdeab"), other)


def test_two_vocabularies_are_refused() -> None:
    one = read("abcdea", "bcdeab")
    other = dataclasses.replace(one, vocabulary=tuple(reversed(one.vocabulary)))
    with pytest.raises(ValueError, match="different vocabularies"):
        paths.paths(one, other)


def test_shares_over_places_by_hand() -> None:
    book = [np.array([1, 2, 3]), np.array([4, 5, 6])]
    guessed = [np.array([1, 0, 3]), np.array([4, 5, 0])]
    written = [np.array([1, 0, 3]), np.array([4, 5, 6])]
    found = paths.shares(book, guessed, written)
    assert found.kept.tolist() == [1, 3]
    np.testing.assert_allclose(found.right, [1, 1 / 2, 1 / 2])
    np.testing.assert_allclose(found.same, [1, 1 / 2, 1])
    with pytest.raises(ValueError, match="no place"):
        paths.shares([], [], [])


@pytest.mark.parametrize("cut", [1, 2, 4])
def test_pieces_joined_are_the_whole(cut: int) -> None:
    random = np.random.default_rng(cut)
    book, guessed, written = (list(random.integers(0, 3, (5, 8))) for _ in range(3))
    whole = paths.shares(book, guessed, written)
    parts = [
        paths.shares(book[part], guessed[part], written[part])
        for part in (slice(0, cut), slice(cut, 5))
    ]
    found = paths.joined(parts)
    np.testing.assert_array_equal(found.kept, whole.kept)
    np.testing.assert_allclose(found.right, whole.right)
    np.testing.assert_allclose(found.same, whole.same)


def test_the_commonest_word_is_that_of_the_training_text() -> None:
    assert paths.commonest(np.array([2, 1, 2, 0]), np.array([2, 1, 1, 1])) == (2, 0.25)


def test_the_error_of_a_share_is_that_of_so_many_throws() -> None:
    found = paths.Shares(np.zeros(4, np.int64), np.array([1.0, 0.5]), np.array([0.75, 0.25]))
    np.testing.assert_allclose(found.right_error, [0.0, 0.25])
    for share, error in zip(found.same, found.same_error, strict=True):
        throws = [True] * round(4 * share) + [False] * round(4 * (1 - share))
        assert error == pytest.approx(np.std(throws) / np.sqrt(4))
