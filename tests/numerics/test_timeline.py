"""The numbers of a checkpoint against traces and loops."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tiny import MakeRun

from rnnexplorer import planning, reciting, runs, signals, timeline, tracing
from rnnexplorer.corpus import Corpus
from rnnexplorer.measures.learning import HeldOut


@pytest.mark.parametrize("cell", tuple(signals.CELLS))
def test_a_moment_is_what_traces_and_texts_of_its_epoch_say(
    cell: str, corpus: Corpus, trained: MakeRun
) -> None:
    run = trained(cell=cell, layers=2)
    training, _ = planning.texts_of(run, corpus)
    found = timeline.moment(run, 1, reciting.texts_of(run))
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


@pytest.mark.parametrize("epoch", [1, 20])
def test_the_memorised_share_counts_words_that_end_long_runs(
    corpus: Corpus, trained: MakeRun, epoch: int
) -> None:
    run = trained(epochs=20, hidden=24, dropout=0.0)
    training, _ = planning.texts_of(run, corpus)
    found = timeline.moment(run, epoch, reciting.texts_of(run))
    # Twelve beginnings of ten words, each with forty words of the text behind it.
    starts = np.linspace(0, len(training) - 40 - 10, 12).astype(int)
    assert starts[-1] + 10 + 40 == len(training)
    given = [training[start : start + 10] for start in starts]
    vocabulary = runs.vocabulary(run)
    texts = [
        vocabulary.encode(
            tracing.trace(run, vocabulary.decode(ids), epoch=epoch, continue_words=40).words[10:]
        )
        for ids in given
    ]
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


def moment_of(epoch: int, memorised: float) -> timeline.Moment:
    return timeline.Moment(epoch, 0.1, 5.0, {"h": 1.0}, memorised, 0.2)


@pytest.mark.parametrize(
    ("shares", "held_out", "sentence"),
    [
        ({0: 0.0, 8: 0.02, 100: 0.8}, HeldOut(1, 100, 3.4),
         "The held-out loss is lowest at epoch 1: from there on it over-fits. Learning by heart"
         " sets in between epoch 8 (2%) and 100: there 80% of what it writes is the book's."),
        ({0: 0.0, 4: 0.01}, HeldOut(3, 4, 0.0034),
         "The held-out loss is lowest at epoch 3; at the last, 4, it is 0.003 nats higher, too"
         " little to call it over-fitting. It writes next to nothing by heart."),
        ({0: 0.0, 18: 0.01}, HeldOut(18, 18, 0.0),
         "The held-out loss still falls at the last epoch, 18."
         " It writes next to nothing by heart."),
        ({100: 0.9}, None,
         "Nothing was held out, so over-fitting cannot be seen. At the first kept epoch, 100,"
         " already 90% of what it writes is the book's."),
    ],
)  # fmt: skip
def test_what_a_training_did_is_told_in_two_sentences(
    shares: dict[int, float], held_out: HeldOut | None, sentence: str
) -> None:
    moments = [moment_of(epoch, share) for epoch, share in shares.items()]
    assert timeline.told(moments, held_out) == sentence
