"""Where a run stands: every ending, a killed process included."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from rnnexplorer import runs


def state(run, later=0.0):
    return runs.status(run, time.time() + later).state


def test_a_new_run_waits_and_without_a_worker_it_is_lost(make):
    run = make()
    assert state(run) == "waiting"
    assert state(run, runs.LOST_SECONDS + 1) == "lost"


@pytest.mark.parametrize("ending", ["finished", "stopped", "failed"])
def test_an_ending_stays_however_late_it_is(make, ending):
    run = make()
    runs.write_status(run, ending, message="because")
    assert state(run, 1e9) == ending
    assert runs.status(run, 0.0).message == "because"


def test_progress_is_told(make):
    run = make(epochs=9)
    runs.write_status(run, "running", epoch=3, step=5, steps=24)
    status = runs.status(run, time.time())
    assert (status.epoch, status.epochs, status.step, status.steps) == (3, 9, 5, 24)


def test_a_running_run_without_a_sign_of_life_is_lost_and_with_one_it_is_not(make):
    run = make()
    runs.write_status(run, "running")
    assert state(run, runs.LOST_SECONDS - 1) == "running"
    assert state(run, runs.LOST_SECONDS + 1) == "lost"
    os.utime(run.path / "heartbeat", (time.time() + 100, time.time() + 100))
    assert state(run, runs.LOST_SECONDS + 1) == "running"


def test_the_heartbeat_of_a_killed_process_stops(make):
    run = make()
    runs.write_status(run, "running")
    code = f"""
from rnnexplorer import jobs, runs
with jobs.heartbeat(runs.find({run.name!r})):
    print("beating", flush=True)
    input()
"""
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    with child:
        assert child.stdout.readline() == b"beating\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert state(run, runs.LOST_SECONDS + 1) == "lost"


@pytest.mark.parametrize("content", ["", "{", '{"state": "dancing"}', "[]"])
def test_a_status_that_cannot_be_read_is_lost_with_a_reason(make, content):
    run = make()
    (run.path / "status.json").write_text(content)
    assert state(run) == "lost"
    assert runs.status(run, time.time()).message == "its status cannot be read"


def test_an_unknown_state_is_not_written(make):
    with pytest.raises(ValueError, match="'dancing'"):
        runs.write_status(make(), "dancing")


def test_a_wish_to_stop_can_be_made_and_taken_back(make):
    run = make()
    assert not runs.stop_requested(run)
    runs.request_stop(run)
    assert runs.stop_requested(run)
    runs.clear_stop(run)
    runs.clear_stop(run)
    assert not runs.stop_requested(run)
