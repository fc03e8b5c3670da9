"""Texts written on purpose are those that a trace writes."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import MakeRun

from rnnexplorer import memorising, planning, runs, tracing
from rnnexplorer.corpus import Corpus


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
