"""Texts written on purpose are those that a trace writes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from tiny import MakeRun

from rnnexplorer import memorising, planning, reciting, runs, tracing
from rnnexplorer.corpus import Corpus
from rnnexplorer.measures import paths
from rnnexplorer.measures.memorised import TextIndex
from rnnexplorer.measures.ngrams import InterpolatedKneserNey


def test_beginnings_are_spread_over_the_text() -> None:
    found = memorising.prompts(np.arange(100), 4, 10)
    assert [(p[0], p[-1]) for p in found] == [(0, 9), (30, 39), (60, 69), (90, 99)]
    assert memorising.prompts(np.arange(5), 4, 10) == []
    assert len(memorising.prompts(np.arange(11), 4, 10)) == 2


@pytest.mark.parametrize("objective", ["every", "last"])
def test_what_is_written_is_what_a_trace_writes(
    objective: str, trained: MakeRun, corpus: Corpus
) -> None:
    run = trained(objective=objective, carry=objective == "every")
    training, _ = planning.texts_of(run, corpus)
    beginnings = memorising.prompts(training, 3, 8)
    texts = memorising.written(run, runs.kept_epoch(run), beginnings, 12, 0.9, seed=5)
    vocabulary = runs.vocabulary(run)
    for number, (beginning, text) in enumerate(zip(beginnings, texts, strict=True)):
        trace = tracing.trace(
            run, vocabulary.decode(beginning), continue_words=12, temperature=0.9, seed=5 + number
        )
        assert vocabulary.decode(text) == list(trace.words[8:])


MEMORIES = pytest.mark.parametrize("objective", ["every", "last"])
CELLS = pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])


@CELLS
@MEMORIES
def test_guesses_and_losses_of_a_text_that_is_read_are_those_of_its_trace(
    cell: str, objective: str, trained: MakeRun, corpus: Corpus
) -> None:
    run = trained(cell=cell, objective=objective, carry=objective == "every")
    training, _ = planning.texts_of(run, corpus)
    passages = memorising.prompts(training, 4, 20)
    guessed = memorising.guessed(run, 2, passages, 7)
    assert [len(row) for row in guessed] == [13] * 4
    for passage, row in zip(passages, guessed, strict=True):
        trace = tracing.trace(run, runs.vocabulary(run).decode(passage), epoch=2)
        np.testing.assert_array_equal(row, trace.logits[6:19].argmax(axis=1))
        logits, targets = torch.from_numpy(trace.logits[:-1].copy()), torch.from_numpy(passage[1:])
        expected = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
        np.testing.assert_allclose(memorising.losses(run, 2, passage), expected, atol=1e-5)


@CELLS
@MEMORIES
def test_what_is_written_is_what_was_guessed_until_a_guess_is_wrong(
    cell: str, objective: str, trained: MakeRun, corpus: Corpus
) -> None:
    run = trained(cell=cell, objective=objective, carry=objective == "every", epochs=8)
    training, _ = planning.texts_of(run, corpus)
    epoch, words = runs.kept_epoch(run), runs.vocabulary(run)
    passages = memorising.prompts(training, 6, 20)
    written = memorising.written(run, epoch, [p[:8] for p in passages], 12, 0.0)
    guessed = memorising.guessed(run, epoch, passages, 8)
    for passage, free, forced in zip(passages, written, guessed, strict=True):
        both = paths.paths(
            tracing.trace(run, words.decode(passage)),
            tracing.trace(run, words.decode(passage[:8]), continue_words=12),
        )
        assert words.decode(free) == list(both.written)
        assert words.decode(forced) == list(both.guessed)
        wrong = np.flatnonzero(~both.right)
        assert both.parted == (int(wrong[0]) if len(wrong) else None)
        shared = len(both.book) if both.parted is None else both.parted + 1
        # The same words were read: the same expectation, whichever way they came.
        np.testing.assert_allclose(both.divergence[:shared], 0.0, atol=1e-6)
        assert both.written[:shared] == both.guessed[:shared]


def test_a_network_never_leaves_a_text_that_it_knows_by_heart(
    trained: MakeRun, corpus: Corpus
) -> None:
    run = trained(
        cell="lstm", hidden=48, embedding=24, epochs=60, words=60, dropout=0.0, held_out="none",
        batch=1,
    )  # fmt: skip
    training, _ = planning.texts_of(run, corpus)
    passages = memorising.prompts(training, 5, reciting.BEFORE + reciting.AFTER)
    guessed = memorising.guessed(run, runs.kept_epoch(run), passages, reciting.BEFORE)
    known = [(g == p[reciting.BEFORE :]).all() for g, p in zip(guessed, passages, strict=True)]
    found = reciting.shares(run, runs.kept_epoch(run), passages)
    assert ((found.kept == reciting.AFTER) == known).all()
    assert any(known)


def test_nothing_to_begin_with_gives_nothing(trained: MakeRun) -> None:
    run = trained(epochs=1)
    assert memorising.written(run, 1, [], 5, 0.0) == []
    assert memorising.guessed(run, 1, [], 5) == []


def test_words_before_the_first_chapter_belong_to_none(trained: MakeRun) -> None:
    texts = reciting.texts_of(trained())
    known = dataclasses.replace(
        texts, corpus=dataclasses.replace(texts.corpus, chapters=(100, 200))
    )
    assert [known.place(word) for word in (5, 99, 100, 250)] == [
        "word 5", "word 99", "chapter 1, word 0", "chapter 2, word 50",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ((3, 4), "3.5 words"),
        ((1,), "1 word"),
        ((0, 1), "0.5 words"),
        ((30, 30), "30 words or more"),
    ],
)
def test_half_a_word_of_a_median_is_told(kept: tuple[int, ...], told: str) -> None:
    curve = np.zeros(30)
    assert reciting.words_kept(paths.Shares(np.array(kept), curve, curve)) == told


def test_counting_reckons_with_words_of_the_network_that_stand_nowhere(corpus: Corpus) -> None:
    """Five words are known and three stand in the texts: the others have a chance as well."""
    training, held_out = np.array([0, 1, 0, 1, 0, 2, 0, 1]), np.array([0, 1, 2])
    texts = reciting.Texts(corpus, training, held_out, 5, TextIndex.of(training))
    for order in (2, 3):
        found = reciting.counting_losses(texts, order)
        expected = -InterpolatedKneserNey.fit(training, 5, order).log_probabilities(held_out)
        np.testing.assert_allclose(found, expected)
        fewer = -InterpolatedKneserNey.fit(training, 3, order).log_probabilities(held_out)
        assert (found > fewer).all()


def test_the_text_of_a_run_knows_the_words_of_its_network(trained: MakeRun, corpus: Corpus) -> None:
    run = trained(epochs=1)
    network, _ = tracing.load_network(run, 1)
    assert reciting.texts_of(run).vocabulary == network.vocabulary
