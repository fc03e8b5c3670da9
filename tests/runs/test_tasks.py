"""A task outside the server: its progress, its end, a wish to stop, and a process that is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rnnexplorer import index, tasks
from rnnexplorer.runs import Run

EPOCH = 3


def task_file(run: Run) -> Path:
    (file,) = index.folder(run, EPOCH).parent.glob("*-task.json")
    return file


@pytest.fixture
def run(make: object) -> Run:
    return make()  # type: ignore[operator, no-any-return]


def test_a_task_tells_how_far_it_is_and_is_forgotten_when_done(run: Run) -> None:
    with tasks.telling(run, EPOCH) as tell:
        tell("reading", 0, 8)
        assert tasks.progress(run, EPOCH) == tasks.Progress("reading", 0, 8)
        tell("reading", 8, 8)
        found = tasks.progress(run, EPOCH)
        assert found is not None
        assert found.share == 1.0
    assert tasks.progress(run, EPOCH) is None


def test_a_wish_to_stop_ends_it_at_its_next_step(run: Run) -> None:
    def work() -> None:
        with tasks.telling(run, EPOCH) as tell:
            tell("reading", 0, 8)
            tasks.cancel(run, EPOCH)
            tell("reading", 1, 8)

    with pytest.raises(tasks.Cancelled):
        work()
    assert tasks.progress(run, EPOCH) is None
    with tasks.telling(run, EPOCH) as tell:  # the wish went with the task it was for
        tell("reading", 1, 8)


def test_why_it_gave_up_is_told_until_it_is_forgotten(run: Run) -> None:
    with pytest.raises(ValueError, match="no book"), tasks.telling(run, EPOCH):
        raise ValueError("there is no book")
    found = tasks.progress(run, EPOCH)
    assert found is not None
    assert found.error == "there is no book"
    tasks.forget(run, EPOCH)
    assert tasks.progress(run, EPOCH) is None


def test_the_same_work_is_not_done_twice_at_a_time(run: Run) -> None:
    with tasks.telling(run, EPOCH) as tell:
        tell("reading", 0, 2)
        with (
            pytest.raises(tasks.Busy, match="by another process already"),
            tasks.telling(run, EPOCH),
        ):
            pass
        assert tasks.progress(run, EPOCH) == tasks.Progress("reading", 0, 2)


#: A task that says one word and is killed, or goes on without another.
SILENT = """
import sys
from rnnexplorer import runs, tasks
with tasks.telling(runs.find(sys.argv[1]), 3) as tell:
    tell("reading", 1, 2)
    print("told", flush=True)
    sys.stdin.read()
"""


def test_a_silent_task_is_gone_when_its_process_is(run: Run) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SILENT, run.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        assert process.stdout.readline() == b"told\n"
        long_ago = time.time() - 2 * tasks.SILENT_SECONDS
        os.utime(task_file(run), (long_ago, long_ago))
        for _ in range(3):  # looking takes nothing from it
            assert tasks.progress(run, EPOCH) == tasks.Progress("reading", 1, 2)
        process.kill()
        process.wait()
    found = tasks.progress(run, EPOCH)
    assert found is not None
    assert "its process is gone" in found.error
    with tasks.telling(run, EPOCH) as tell:
        tell("reading", 1, 2)


def test_a_damaged_file_is_no_task(run: Run) -> None:
    with tasks.telling(run, EPOCH) as tell:
        tell("reading", 1, 2)
        task_file(run).write_text(json.dumps({"phase": 1}))
        assert tasks.progress(run, EPOCH) is None
