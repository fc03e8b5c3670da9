"""What a training process does around the loop, through the doors that people use."""

from __future__ import annotations

import os
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


@pytest.fixture(autouse=True)
def no_worker_survives():
    yield
    for child in jobs._children:
        child.kill()
        child.wait()


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


def until(process, beginning):
    """Read what a training says until a line begins so; fail when it ends without."""
    for line in process.stderr:
        if line.startswith(beginning):
            return
    raise AssertionError(f"ended without {beginning!r}")


def stop_by_request(run, process):
    runs.request_stop(run)


def stop_by_keyboard(run, process):
    process.send_signal(signal.SIGINT)


@pytest.mark.parametrize("stop", [stop_by_request, stop_by_keyboard])
def test_what_was_reached_is_kept_and_gone_on_from(start, resumed, stop):
    run = start(epochs=5000)
    first = resumed(run)
    until(first, "epoch 4/")
    stop(run, first)
    first.communicate(timeout=60)
    assert first.returncode == 3
    reached = jobs.status_now(run)
    assert reached.state == "stopped"
    assert reached.epoch >= 4
    assert runs.checkpoints(run)[-1] == reached.epoch
    second = resumed(run)
    until(second, f"epoch {reached.epoch + 1}/")
    runs.request_stop(run)
    second.communicate(timeout=60)
    assert runs.metrics(run)["epoch"].tolist() == list(range(1, jobs.status_now(run).epoch + 1))


def test_an_interrupt_while_waiting_stops_too(start, resumed):
    first, second = start("first", epochs=5000), start("second", epochs=5000)
    ahead = resumed(first)
    until(ahead, "epoch 1/")
    waiting = resumed(second)
    while not (second.path / "queued").exists():
        assert waiting.poll() is None
    waiting.send_signal(signal.SIGINT)
    waiting.communicate(timeout=60)
    assert waiting.returncode == 3
    assert state_of(second) == "stopped"
    assert state_of(first) == "running"


def test_an_old_stop_of_one_that_died_in_the_queue_is_void(start, resumed):
    run = start(epochs=2)
    runs.write_status(run, "waiting")
    runs.request_stop(run)
    os.utime(run.path / "heartbeat", (0, 0))
    assert state_of(run) == "lost"
    out, _ = resumed(run).communicate(timeout=120)
    assert out.strip() == "one: finished after epoch 2 of 2"


def test_a_deleted_run_is_not_renamed_into_a_ghost(start):
    run = start()
    runs.write_status(run, "stopped")
    runs.delete(run)
    with pytest.raises(ValueError, match="one is gone"):
        runs.rename(run, "ghost")
    assert runs.unreadable() == []
    assert not run.path.exists()


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
