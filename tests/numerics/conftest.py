"""A tiny text, runs on it in a folder of their own, and one thread for torch."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny import MakeRun, start_tiny_run, write_text

from rnnexplorer import planning, training
from rnnexplorer.corpus import Corpus
from rnnexplorer.runs import Run


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    # Two cores are shared with other work; a second thread would only wait.
    torch.set_num_threads(1)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """329 words, 25 of them different, no chapters; the last tenth are 32."""
    return write_text(tmp_path)


@pytest.fixture
def make_run(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeRun:
    """`make_run(cell=…, epochs=…)`: a new run on the tiny text, with a tiny network."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(tmp_path / "runs"))
    return functools.partial(start_tiny_run, corpus)


@pytest.fixture
def trained(make_run: MakeRun, corpus: Corpus) -> MakeRun:
    """`trained(cell=…)`: the same, trained to its last epoch."""

    def train(**changes: Any) -> Run:
        run = make_run(**changes)
        training.train(run, corpus)
        return run

    return train


@pytest.fixture(scope="session", params=["rnn", "lstm", "gru"])
def trained_run(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Run]:
    """A finished run of each cell, two layers; not to be changed."""
    folder = tmp_path_factory.mktemp(request.param)
    corpus = write_text(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNEXPLORER_RUNS", str(folder / "runs"))
        plan = planning.plan(
            request.param,
            corpus,
            "quick",
            layers=2,
            hidden=6,
            embedding=4,
            tied=False,
            window=5,
            epochs=3,
        )
        run = planning.start(plan, "trained")
        training.train(run, corpus)
        yield run
