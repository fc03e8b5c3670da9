"""The index against torch.nn, against traces, and against the held-out loss of the training."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import MakeRun

from rnnexplorer import index, indexing, planning, runs, signals, tracing
from rnnexplorer.corpus import Corpus

every_cell = pytest.mark.parametrize("cell", tuple(signals.CELLS))

#: Half precision holds eleven bits.
HALF = 2.0**-11


@every_cell
@pytest.mark.parametrize(("objective", "layers"), [("every", 2), ("last", 1)])
def test_every_word_has_the_signals_that_a_trace_of_the_text_has(
    cell: str, objective: str, layers: int, corpus: Corpus, trained: MakeRun,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    # Pieces of 17 words, so that many of them meet at places that are no multiple of a window.
    monkeypatch.setattr(indexing, "AT_ONCE", 17)
    run = trained(cell=cell, layers=layers, objective=objective, carry=objective == "every")
    made = indexing.make(run, corpus)
    assert [s.name for s in made.sections] == ["training", "held out"]
    for section in made.sections:
        words = made.words(section.start, section.stop)
        assert words == list(corpus.words[section.corpus_start :][: len(words)])
        trace = tracing.trace(run, words)
        assert made.memory == trace.origin.memory
        for key, values in trace.signals.items():
            found = made.signals[key][:, section.start : section.stop]
            scale = max(1.0, float(np.abs(values).max()))
            np.testing.assert_allclose(found, values, rtol=0, atol=HALF * scale)
        log_probs = torch.log_softmax(torch.from_numpy(trace.logits.copy()), dim=1)
        expected = -log_probs[torch.arange(len(words) - 1), torch.from_numpy(trace.targets())]
        part = slice(section.start, section.stop)
        np.testing.assert_allclose(made.losses[part][:-1], expected, atol=1e-5)
        assert np.isnan(made.losses[part][-1])
        assert made.likeliest[part].tolist() == log_probs.argmax(dim=1).tolist()
        bits = torch.distributions.Categorical(logits=log_probs).entropy() / np.log(2)
        np.testing.assert_allclose(made.entropy[part], bits, atol=1e-4)


def test_the_held_out_part_has_the_loss_that_the_training_measured(
    corpus: Corpus, trained: MakeRun
) -> None:
    run = trained()
    made = indexing.make(run, corpus)
    measured = runs.metrics(run).set_index("epoch").loc[made.epoch, "held_out_loss"]
    assert np.nanmean(made.losses[made.part("held out")]) == pytest.approx(measured, abs=1e-5)


def test_an_index_of_older_weights_is_void(corpus: Corpus, trained: MakeRun) -> None:
    run = trained()
    epoch = indexing.make(run, corpus).epoch
    assert index.is_made(run, epoch)
    path = runs.checkpoint_path(run, epoch)
    runs.write_checkpoint(run, epoch, runs.weights(run, epoch))
    stamp = path.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(stamp, stamp))
    assert not index.is_made(run, epoch)
    with pytest.raises(ValueError, match="no index of .* yet; make it with"):
        index.open_index(run, epoch)


def test_giving_up_leaves_nothing_behind(corpus: Corpus, trained: MakeRun) -> None:
    run = trained()

    def give_up(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        indexing.make(run, corpus, report=give_up)
    home = index.folder(run, runs.kept_epoch(run)).parent
    assert list(home.iterdir()) == []


def test_a_text_that_would_not_fit_is_indexed_as_far_as_it_does(
    corpus: Corpus, trained: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained()
    training, held_out = planning.texts_of(run, corpus)
    monkeypatch.setattr(index, "MOST_BYTES", 76 * (len(held_out) + 210))
    made = indexing.make(run, corpus)  # 6 signals of 5 units, 2 bytes each, and 16: 76 a word
    assert [s.stop - s.start for s in made.sections] == [210, len(held_out)]
    assert len(training) > 210


def test_another_text_is_refused(corpus: Corpus, trained: MakeRun, tmp_path: Path) -> None:
    other = dataclasses.replace(corpus, sha256="0" * 64)
    with pytest.raises(ValueError, match="has changed since the run"):
        indexing.make(trained(), other)


def test_a_word_of_a_cut_index_has_its_number_in_the_corpus(
    trained: MakeRun, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(epochs=1)
    monkeypatch.setattr(index, "MOST_BYTES", 0)
    monkeypatch.setattr(indexing, "LEAST_WORDS", 100)
    made = indexing.make(run, corpus, 1)
    assert made.sections[0].stop == 100
    places = [0, 99, 100, len(made) - 1]
    assert [corpus.words[made.corpus_word(k)] for k in places] == [made.words()[k] for k in places]
    assert made.corpus_word(len(made) - 1) == len(corpus.words) - 1
    with pytest.raises(ValueError, match="the index has words 0 to"):
        made.corpus_word(len(made))
