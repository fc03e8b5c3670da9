from __future__ import annotations

from pathlib import Path

import pytest

from rnnexplorer import runs
from rnnexplorer.recipe import Recipe


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A runs folder of its own for every test."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def make():
    def create(name="one", **recipe):
        return runs.create(
            Recipe(cell="rnn", corpus="tale", hidden=4, **recipe),
            vocabulary=("the", "bridge", "bell"),
            corpus_name="tale",
            corpus_sha256="0" * 64,
            corpus_path=Path("tale.txt"),
            training_words=100,
            name=name,
        )

    return create
