"""Small trained runs of the tale, and a runs folder of its own for every test."""

from __future__ import annotations

import shutil

import pytest

from rnnexplorer import corpus, planning, runs, training

SMALL = {"hidden": 8, "embedding": 8, "epochs": 2, "batch": 8}


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A folder with an LSTM, a SimpleRNN and a two-layer GRU, each of two epochs."""
    home = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNEXPLORER_RUNS", str(home))
        tale = corpus.load("tale")
        for name, cell, layers in (
            ("tale-lstm", "lstm", 1),
            ("tale-rnn", "rnn", 1),
            ("tale-gru", "gru", 2),
        ):
            plan = planning.plan(cell, tale, "quick", layers=layers, **SMALL)
            assert training.train(planning.start(plan, name), tale).state == "finished"
    return home


@pytest.fixture
def own_runs(trained, tmp_path, monkeypatch):
    """A copy of the small runs, to be changed."""
    home = tmp_path / "runs"
    shutil.copytree(trained, home)
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    return home


@pytest.fixture
def no_runs(tmp_path, monkeypatch):
    """Neither runs of one's own nor shipped ones."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(tmp_path / "none"))
    monkeypatch.setattr(runs.folder, "models_folder", lambda: tmp_path / "no-models")
