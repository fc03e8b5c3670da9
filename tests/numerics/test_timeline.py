"""The numbers of a checkpoint against traces and loops."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tiny import MakeRun

from rnnexplorer import memorising, planning, runs, signals, timeline, tracing
from rnnexplorer.corpus import Corpus
from rnnexplorer.measures.memorised import TextIndex


@pytest.mark.parametrize("cell", tuple(signals.CELLS))
def test_a_moment_is_what_traces_and_texts_of_its_epoch_say(
    cell: str, corpus: Corpus, trained: MakeRun
) -> None:
    run = trained(cell=cell, layers=2)
    training, held_out = planning.texts_of(run, corpus)
    found = timeline.moment(run, 1, training, held_out, TextIndex.of(training))
    words = runs.vocabulary(run).decode(training[: timeline.READ])  # too little is held out
    trace = tracing.trace(run, words, epoch=1)
    gates = {"rnn": ["h"], "lstm": ["f", "i", "o"], "gru": ["r", "z"]}[cell]
    values = np.stack([trace.signals[gate] for gate in gates])
    low = -0.9 if cell == "rnn" else 0.1
    assert found.saturated == pytest.approx(float(np.mean((values < low) | (values > 0.9))))
    bits = torch.distributions.Categorical(
        logits=torch.from_numpy(trace.logits.copy())
    ).entropy().mean() / np.log(2)
    assert found.entropy == pytest.approx(float(bits), abs=1e-4)
    W = runs.weights(run, 1)["W_hh.l0"]
    first = np.abs(np.linalg.eigvals(W[:, : W.shape[0]])).max()
    assert found.radius[signals.cell(cell).gates[0]] == pytest.approx(float(first), rel=1e-5)


def test_the_memorised_share_counts_words_that_end_long_runs(
    corpus: Corpus, trained: MakeRun
) -> None:
    run = trained()
    training, held_out = planning.texts_of(run, corpus)
    found = timeline.moment(run, 3, training, held_out, TextIndex.of(training))
    texts = memorising.written(run, 3, memorising.prompts(training, 8, 10), 40, 0.0)
    book = " ".join(map(str, training.tolist())) + " "
    shares, loops = [], []
    for ids in texts:
        words = ids.tolist()
        ends = [
            k >= 4 and f"{' '.join(map(str, words[k - 4 : k + 1]))} " in book
            for k in range(len(words))
        ]
        shares.append(np.mean(ends))
        grams = [tuple(words[k : k + 4]) for k in range(len(words) - 3)]
        loops.append(np.mean([gram in grams[:k] for k, gram in enumerate(grams)]))
    assert found.memorised == pytest.approx(np.mean(shares))
    assert found.looped == pytest.approx(np.mean(loops))
