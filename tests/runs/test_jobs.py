"""Workers: one at a time, in order, none lost in the queue."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from rnnexplorer import jobs, runs

WORKER = """
import sys
from rnnexplorer import jobs, runs

def waits(ahead):
    print("waits", ahead.name if ahead else "-", flush=True)

run = runs.find(sys.argv[1])
with jobs.turn(run, on_wait=waits) as mine:
    if mine:
        runs.write_status(run, "running")
    print("has it" if mine else "stopped", flush=True)
    if mine:
        input()
        runs.write_status(run, "finished")
"""


class Worker:
    """A process that takes its turn and holds it until told to end."""

    def __init__(self, run):
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, run.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def says(self, wanted):
        """Read what it prints until it says that; fail when it ends without."""
        return any(line.strip() == wanted for line in self.process.stdout)

    def end(self):
        self.process.communicate("\n", timeout=30)


@pytest.fixture
def worker():
    started = []

    def start(run):
        started.append(Worker(run))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


def test_one_trains_and_the_others_follow_in_the_order_they_came(make, worker):
    a, b, c = make("a"), make("b"), make("c")
    first = worker(a)
    assert first.says("has it")
    second = worker(b)
    assert second.says("waits a")
    third = worker(c)
    assert third.says("waits a")
    assert [run.name for run in jobs.queue()] == ["a", "b", "c"]
    first.end()
    assert second.says("has it")
    assert third.says("waits b")
    second.end()
    assert third.says("has it")
    third.end()
    assert [jobs.status_now(run).state for run in (a, b, c)] == ["finished"] * 3


def test_a_worker_killed_at_work_frees_the_place(make, worker):
    a, b = make("a"), make("b")
    first = worker(a)
    assert first.says("has it")
    second = worker(b)
    assert second.says("waits a")
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    # Its last sign of life is made old, instead of waiting until it is.
    old = time.time() - runs.LOST_SECONDS - 1
    os.utime(a.path / "heartbeat", (old, old))
    assert second.says("has it")
    assert jobs.status_now(a).state == "lost"


def test_a_worker_killed_in_the_queue_holds_nobody_up(make, worker):
    a, b, c = make("a"), make("b"), make("c")
    first = worker(a)
    assert first.says("has it")
    second = worker(b)
    assert second.says("waits a")
    third = worker(c)
    assert third.says("waits a")
    second.process.send_signal(signal.SIGKILL)
    second.process.wait()
    old = time.time() - runs.LOST_SECONDS - 1
    os.utime(b.path / "heartbeat", (old, old))
    first.end()
    assert third.says("has it")


def test_a_waiting_run_that_is_stopped_ends_as_stopped(make, worker):
    a, b = make("a"), make("b")
    first = worker(a)
    assert first.says("has it")
    second = worker(b)
    assert second.says("waits a")
    runs.request_stop(b)
    assert second.says("stopped")
    second.end()
    assert jobs.status_now(b).state == "stopped"
    assert not runs.stop_requested(b)


def test_the_same_run_is_not_trained_twice_at_once(make, worker):
    run = make("a")
    assert worker(run).says("has it")
    with pytest.raises(ValueError, match="another process already"), jobs.turn(run):
        pass
    with pytest.raises(ValueError, match="is running already"):
        jobs.submit(run)


def test_a_shipped_run_is_not_submitted():
    with pytest.raises(ValueError, match="came with rnnexplorer"):
        jobs.submit(runs.find("alice-rnn-book"))
