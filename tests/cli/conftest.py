"""The command line as a person types it: a process, its exit code and what it wrote."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from rnnexplorer import corpus, index, indexing, runs

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A runs folder in which one command finds what another left."""
    return tmp_path_factory.mktemp("cli") / "runs"


@pytest.fixture(scope="session")
def typed(home):
    """`typed("runs list --json")`: the finished process of `python -m rnnexplorer …`."""

    def run(line, *, runs=home, **env):
        return subprocess.run(
            [sys.executable, "-m", "rnnexplorer", *shlex.split(line)],
            cwd=REPOSITORY,
            env={**os.environ, "RNNEXPLORER_RUNS": str(runs), **env},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    return run


@pytest.fixture(scope="session")
def done(typed):
    """The same; fails where the command did."""

    def run(line, **how):
        process = typed(line, **how)
        assert process.returncode == 0, process.stderr
        return process

    return run


@pytest.fixture(scope="session")
def demo(done):
    """A small run on the tale, trained through the command line."""
    done("train --cell lstm --corpus tale --preset quick --hidden 8 --epochs 2 --name demo")
    return "demo"


@pytest.fixture
def indexed(home, demo, monkeypatch):
    """That run, with an index of its last epoch and of no other."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    run = runs.find(demo)
    last = runs.kept_epoch(run)
    for epoch in runs.checkpoints(run):
        if epoch != last:
            index.remove(run, epoch)
    if not index.is_made(run, last):
        indexing.make(run, corpus.load("tale"))
    return run
