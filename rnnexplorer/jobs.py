"""Trainings outside the server: start one, keep it alive, wait for its turn, see the queue.

A worker is a process of its own. There is no dispatcher: each waiting worker looks for itself
whether it is its turn, so a queue outlives the server that filled it and a worker that dies in the
queue holds nobody up.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from filelock import FileLock, Timeout

from rnnexplorer import runs
from rnnexplorer.runs import Run, Status

#: How often a waiting worker looks whether it is its turn.
LOOK_SECONDS = 0.5

#: Children of this process, kept to be reaped: an unreaped child is a zombie.
_children: list[subprocess.Popen[bytes]] = []


def submit(run: Run) -> None:
    """Start a process that trains a run, or goes on with it.

    The process is detached: it outlives this one.

    Raises:
        ValueError: the run is shipped or has a worker already.
    """
    now = status_now(run)
    runs.check_writable(run)
    if now.state == "running" or (now.state == "waiting" and now.heartbeat is not None):
        raise ValueError(f"{run.name} is {now.state} already")
    runs.clear_stop(run)
    # The state is written here, so that whoever looks next sees it waiting, worker or not.
    runs.write_status(run, "waiting", epoch=now.epoch)
    with (run.path / "log.txt").open("ab") as log:
        detached(["train", "--resume", run.name], log)


def detached(command: Sequence[str], log: IO[bytes]) -> None:
    """Run one of this package's commands in a process that outlives this one.

    Args:
        command: and its options.
        log: for what it writes.
    """
    _children[:] = [child for child in _children if child.poll() is None]
    apart: dict[str, Any] = (
        {"creationflags": 0x00000008}  # DETACHED_PROCESS
        if sys.platform == "win32"
        else {"start_new_session": True}
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "rnnexplorer", *command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=runs.REPOSITORY,
        env=environment(),
        **apart,
    )
    _children.append(child)


def environment() -> dict[str, str]:
    """The environment of a process that works elsewhere and must find the same folders."""
    chosen = {**os.environ, "RNNEXPLORER_RUNS": str(runs.runs_folder())}
    if os.environ.get("RNNEXPLORER_DATA"):
        chosen["RNNEXPLORER_DATA"] = os.path.abspath(os.path.expanduser(chosen["RNNEXPLORER_DATA"]))
    return chosen


def status_now(run: Run) -> Status:
    """Where a run stands now."""
    return runs.status(run, time.time())


def queue() -> list[Run]:
    """The run that is being trained, then those that wait, in their order."""
    active = [
        (status_now(run).state, run)
        for run in runs.list_runs()
        if not run.shipped and status_now(run).state in ("running", "waiting")
    ]
    active.sort(key=lambda pair: (pair[0] != "running", _queued_at(pair[1])))
    return [run for _, run in active]


@contextmanager
def turn(run: Run, *, on_wait: Callable[[Run | None], None] | None = None) -> Iterator[bool]:
    """Hold the one place at which training happens, waiting for it in order.

    Args:
        run: the run of this process.
        on_wait: called again and again while another run has the place, with that run.

    Yields:
        True with the place held; False if the run was stopped while it waited.

    Raises:
        ValueError: another process trains this very run.
    """
    own = runs.worker_lock(run)
    try:
        own.acquire(timeout=0)
    except Timeout as error:
        raise ValueError(f"{run.name} is being trained by another process already") from error
    # A wish to stop that was left over from an earlier training is void; one made since `submit`,
    # while this process was starting, counts. Asked before the heart beats: a worker that died in
    # the queue would seem to wait again.
    if status_now(run).state != "waiting":
        runs.clear_stop(run)
    place = FileLock(runs.runs_folder() / ".training.lock")
    with own, heartbeat(run):
        # Queued now: a run that goes on after a stop lines up behind those that wait.
        (run.path / "queued").touch()
        runs.write_status(run, "waiting", epoch=status_now(run).epoch)
        try:
            if not _wait(run, place, on_wait):
                runs.clear_stop(run)
                epoch = status_now(run).epoch
                done = epoch >= run.recipe.epochs
                runs.write_status(run, "finished" if done else "stopped", epoch=epoch)
                yield False
                return
            yield True
        finally:
            place.release(force=True)
            (run.path / "queued").unlink(missing_ok=True)


def _wait(run: Run, place: FileLock, on_wait: Callable[[Run | None], None] | None) -> bool:
    """Wait until the place is free and nobody queued earlier; False if asked to stop."""
    while True:
        if runs.stop_requested(run):
            return False
        ahead = [other for other in queue() if _is_ahead(other, run)]
        if not ahead:
            try:
                place.acquire(timeout=0)
            except Timeout:
                pass
            else:
                return True
        if on_wait is not None:
            on_wait(ahead[0] if ahead else None)
        time.sleep(LOOK_SECONDS)


def _is_ahead(other: Run, run: Run) -> bool:
    if other.name == run.name:
        return False
    return status_now(other).state == "running" or _queued_at(other) < _queued_at(run)


def _queued_at(run: Run) -> tuple[float, str]:
    """When a run lined up; names break a tie."""
    try:
        return (run.path / "queued").stat().st_mtime, run.name
    except OSError:
        return float("inf"), run.name  # its worker has not lined up yet


@contextmanager
def heartbeat(run: Run) -> Iterator[None]:
    """Give a sign of life every two seconds, whatever else this process does."""
    done = threading.Event()

    def keep_up() -> None:
        while not done.is_set():
            try:
                runs.beat(run)
            except OSError:
                return  # the folder is gone, and with it whom to tell
            done.wait(runs.HEARTBEAT_SECONDS)

    thread = threading.Thread(target=keep_up, name=f"heartbeat {run.name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
