"""Shared runs of words against a search through all places, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.measures import memorised
from rnnexplorer.measures.memorised import Span, TextIndex


def stands_in(run: list[int], text: list[int]) -> bool:
    return any(text[k : k + len(run)] == run for k in range(len(text) - len(run) + 1))


@pytest.mark.parametrize("seed", range(8))
def test_the_suffixes_are_in_alphabetical_order(seed: int) -> None:
    ids = np.random.default_rng(seed).integers(0, 3, 60)
    expected = sorted(range(60), key=lambda k: ids[k:].tolist())
    assert memorised.suffix_array(ids).tolist() == expected


@pytest.mark.parametrize("ids", [[5], [1, 1, 1, 1, 1], [1, 2] * 9])
def test_the_suffixes_of_texts_that_repeat(ids: list[int]) -> None:
    expected = sorted(range(len(ids)), key=lambda k: ids[k:])
    assert memorised.suffix_array(np.array(ids)).tolist() == expected


@pytest.mark.parametrize("seed", range(10))
def test_every_word_has_its_longest_run_by_a_search_through_all_places(seed: int) -> None:
    random = np.random.default_rng(seed)
    training, text = random.integers(0, 4, 80), random.integers(0, 5, 40)
    text[10:22] = training[30:42]
    prompt = 6
    found = memorised.spans(TextIndex.of(training), text, prompt)
    words, book = text.tolist(), training.tolist()
    for t in range(len(words)):
        longest = max(
            (t - s + 1 for s in range(t + 1) if stands_in(words[s : t + 1], book)), default=0
        )
        assert found.length[t] == longest
    maximal = [
        (s, e)
        for s in range(len(words))
        for e in range(s + 1, len(words) + 1)
        if stands_in(words[s:e], book)
        and not (e < len(words) and stands_in(words[s : e + 1], book))
        and not (s > 0 and stands_in(words[s - 1 : e], book))
        and e > prompt
    ]
    assert [(span.start, span.start + span.length) for span in found.spans] == maximal
    for span in found.spans:
        run = words[span.start : span.start + span.length]
        assert book[span.place : span.place + span.length] == run
        assert span.written == span.length - max(0, prompt - span.start)


def test_a_copy_and_an_unknown_word_by_hand() -> None:
    training = np.array([1, 2, 3, 4, 5, 6])
    found = memorised.spans(TextIndex.of(training), np.array([3, 4, 5, 9, 1, 2]), 2)
    assert found.length.tolist() == [1, 2, 3, 0, 1, 2]
    assert found.spans == (Span(0, 3, 2, 1), Span(4, 2, 0, 2))
    assert found.share(2, 3) == pytest.approx(1 / 4)
    assert np.isnan(found.share(6, 1))


def test_novel_shares_by_hand() -> None:
    training = np.array([1, 2, 3, 1, 2])
    table = memorised.novelty(
        TextIndex.of(training), [np.array([1, 2, 3, 4]), np.array([2])], (1, 2, 3)
    )
    np.testing.assert_allclose(table, [[1 / 4, 1 / 3, 1 / 2], [0.0, np.nan, np.nan]])


def test_a_loop_is_told_apart_from_new_text() -> None:
    assert memorised.repeated(np.array([1, 2, 3, 1, 2, 3, 1, 2]), 2) == pytest.approx(4 / 7)
    assert memorised.repeated(np.arange(9), 3) == 0.0
    assert np.isnan(memorised.repeated(np.array([1]), 2))


def test_the_error_of_a_mean_counts_the_texts_that_have_the_share() -> None:
    shares = np.array([[0.1, np.nan, np.nan], [0.3, 0.5, np.nan], [0.8, 0.7, 0.4]])
    mean, error = memorised.mean_of_texts(shares)
    np.testing.assert_allclose(mean, [0.4, 0.6, 0.4])
    # 0.13 = (0.09 + 0.01 + 0.16) / 2 of three texts; 0.02 of two; one text tells no error
    np.testing.assert_allclose(error, [np.sqrt(0.13 / 3), np.sqrt(0.02 / 2), np.nan])
    alone, _ = memorised.mean_of_texts(np.array([np.nan, np.nan]))
    assert np.isnan(alone)
