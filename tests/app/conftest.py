"""Small trained runs of the tale, a runs folder for every test, one server for all journeys."""

from __future__ import annotations

import shutil

import pytest
import streamlit as st
from browser import APP

from rnnexplorer import corpus, indexing, planning, runs, training

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
def fresh_caches():
    """What one test's pages kept must not answer the next one's."""
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def with_index(trained, tmp_path_factory):
    """The small runs, each with its index; not to be changed."""
    home = tmp_path_factory.mktemp("indexed") / "runs"
    shutil.copytree(trained, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNEXPLORER_RUNS", str(home))
        for run in runs.list_runs():
            if not run.shipped:
                indexing.make(run, corpus.load("tale"))
    return home


@pytest.fixture
def indexed(with_index, monkeypatch):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(with_index))
    return with_index


@pytest.fixture(scope="session")
def expect():
    """Playwright's assertions, which wait."""
    waiting = pytest.importorskip("playwright.sync_api").expect
    waiting.set_options(timeout=20_000)  # the other tests run beside these
    return waiting


@pytest.fixture(scope="session")
def url(serve, trained, tmp_path_factory):
    """One server for all journeys, with the small runs and a runs folder that it may fill."""
    home = tmp_path_factory.mktemp("journeys") / "runs"
    shutil.copytree(trained, home)
    return serve(APP, {"RNNEXPLORER_RUNS": str(home)})


@pytest.fixture
def no_runs(tmp_path, monkeypatch):
    """Neither runs of one's own nor shipped ones."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(tmp_path / "none"))
    monkeypatch.setattr(runs.folder, "models_folder", lambda: tmp_path / "no-models")
