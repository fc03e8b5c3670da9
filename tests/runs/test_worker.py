"""What a training process does around the loop, through the doors that people use."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import rnnexplorer as rx
from rnnexplorer import corpus as corpora
from rnnexplorer import jobs, planning, runs, worker

REPOSITORY = Path(__file__).resolve().parents[2]
TEXT = "the cat sat on the mat and the dog sat on the log. " * 60


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "small.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def start(text):
    """A run on a file of the user's, not yet trained."""

    def started(name="one", **changes):
        plan = planning.plan(
            "rnn", corpora.read_text_file(text), "quick", hidden=4, embedding=4, **changes
        )
        return planning.start(plan, name)

    return started


@pytest.fixture
def resumed():
    """`resumed(run)`: a process of the command line that goes on with a run."""
    processes = []

    def resume(run):
        command = [sys.executable, "-m", "rnnexplorer", "train", "--resume", run.name]
        processes.append(
            subprocess.Popen(
                command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        )
        return processes[-1]

    yield resume
    for process in processes:
        process.kill()
        process.communicate()


def state_of(run):
    return jobs.status_now(run).state


def test_the_door_of_the_package_is_the_one_that_waits_its_turn(start):
    assert rx.train is worker.train
    assert rx.train(start(epochs=1)).state == "finished"


def test_a_stop_left_over_from_an_earlier_training_is_void(start, resumed):
    run = start(epochs=2)
    runs.write_status(run, "stopped")
    runs.request_stop(run)
    out, _ = resumed(run).communicate(timeout=120)
    assert out.strip() == "one: finished after epoch 2 of 2"


def test_a_stop_pressed_while_the_process_starts_is_heard(start):
    run = start(epochs=5000)
    jobs.submit(run)
    runs.request_stop(run)
    jobs._children[-1].wait(120)
    assert state_of(run) == "stopped"
    assert jobs.status_now(run).epoch < 5000


def test_an_interrupt_from_the_keyboard_stops_and_what_was_reached_stays(start, resumed):
    run = start(epochs=5000)
    process = resumed(run)
    for line in process.stderr:
        if line.startswith("epoch 3/"):
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 3
    status = jobs.status_now(run)
    assert status.state == "stopped"
    assert status.epoch >= 3
    assert "interrupted" in status.message


def test_a_text_that_is_gone_is_the_reason_that_is_shown(start, text):
    run = start()
    text.unlink()
    jobs.submit(run)
    jobs._children[-1].wait(120)
    status = jobs.status_now(run)
    assert status.state == "failed"
    assert "small.txt" in status.message


def test_a_runs_folder_named_from_here_is_found_from_elsewhere(start, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RNNEXPLORER_RUNS", "mine")
    run = start(epochs=1)
    jobs.submit(run)
    jobs._children[-1].wait(120)
    assert state_of(run) == "finished"


def test_a_run_whose_worker_is_alive_but_silent_is_not_deleted(start, tmp_path):
    run = start()
    with runs.worker_lock(run):
        runs.write_status(run, "stopped")
        for act in (runs.delete, lambda it: runs.rename(it, "two")):
            with pytest.raises(ValueError, match="is being trained"):
                act(run)
    runs.delete(run)
    assert not run.path.exists()
