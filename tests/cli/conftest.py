"""The command line as a person types it: its exit code and what it wrote."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from rnnexplorer import cli, corpus, index, indexing, runs

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A runs folder in which one command finds what another left."""
    return tmp_path_factory.mktemp("cli") / "runs"


@pytest.fixture(scope="session")
def typed(home):
    """`typed("runs list --json")`: `python -m rnnexplorer …`, finished.

    In a process of its own where that matters: a training takes signals and settles threads. The
    others run in this one, which spares each the seconds of importing torch.
    """

    def run(line, *, runs=home, **env):
        env = {"RNNEXPLORER_RUNS": str(runs), **env}
        words = line.split()
        apart = not words or (words[0] == "train" and "--help" not in words)
        return (_in_a_process if apart else _here)(shlex.split(line), env)

    return run


def _in_a_process(words, env):
    return subprocess.run(
        [sys.executable, "-m", "rnnexplorer", *words],
        cwd=REPOSITORY,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def _here(words, env):
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(REPOSITORY)
        for name, value in env.items():
            patch.setenv(name, value)
        try:
            code = cli.main(words)
        except SystemExit as left:  # as after --help
            code = left.code
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


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
