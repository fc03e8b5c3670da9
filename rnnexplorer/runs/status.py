"""Where a run stands: one pure function of its folder and the clock."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from rnnexplorer.runs import files
from rnnexplorer.runs.folder import Run

COUNTS = ("epoch", "step", "steps")
STATES = ("waiting", "running", "finished", "stopped", "failed", "lost")

#: A living worker touches its heartbeat this often …
HEARTBEAT_SECONDS = 2.0
#: … and one that has not for so long is gone: killed, or the machine was switched off.
LOST_SECONDS = 12.0


@dataclass(frozen=True)
class Status:
    """The state of a run and how far it is.

    Attributes:
        state: waiting, running, finished, stopped, failed, or lost (its process is gone).
        message: why, in a sentence; empty where the state says all.
        heartbeat: when its worker last gave a sign, in seconds since 1970; None for no worker yet.
        epoch: epochs finished.
        epochs: epochs asked for.
        step: optimizer steps of the epoch in progress.
        steps: optimizer steps per epoch.
    """

    state: str
    message: str
    heartbeat: float | None
    epoch: int
    epochs: int
    step: int
    steps: int


def status(run: Run, now: float) -> Status:
    """Where a run stands.

    Args:
        run: the run.
        now: the clock, in seconds since 1970.
    """
    try:
        written = files.read_json(run.path / "status.json")
    except (OSError, ValueError):
        written = {}
    state = written.get("state")
    if state not in STATES or not all(isinstance(written.get(key, 0), int) for key in COUNTS):
        written, state = {"message": "its status cannot be read"}, "lost"
    heartbeat = _heartbeat(run)
    last_sign = run.created if heartbeat is None else heartbeat
    if not run.shipped and state in ("waiting", "running") and now - last_sign > LOST_SECONDS:
        state = "lost"
    return Status(
        state=state,
        message=str(written.get("message", "")),
        heartbeat=heartbeat,
        epoch=written.get("epoch", 0),
        epochs=run.recipe.epochs,
        step=written.get("step", 0),
        steps=written.get("steps", 0),
    )


def write_status(
    run: Run, state: str, *, message: str = "", epoch: int = 0, step: int = 0, steps: int = 0
) -> None:
    """Write down where a run stands, with a sign of life."""
    check_writable(run)
    if state not in STATES:
        raise ValueError(f"no state is called {state!r}; there are {', '.join(STATES)}")
    beat(run)
    described = {"state": state, "message": message, "epoch": epoch, "step": step, "steps": steps}
    files.write_json(run.path / "status.json", described)


# The heartbeat is a file of its own whose time stamp counts: the thread that keeps it up never
# touches the status, so the two cannot overwrite each other.


def beat(run: Run) -> None:
    """Give a sign of life."""
    path = run.path / "heartbeat"
    path.touch()
    now = time.time()
    os.utime(path, (now, now))


def _heartbeat(run: Run) -> float | None:
    try:
        return (run.path / "heartbeat").stat().st_mtime
    except OSError:
        return None


def request_stop(run: Run) -> None:
    """Ask the worker of a run to stop; it looks after every step or epoch."""
    check_writable(run)
    (run.path / "stop").touch()


def stop_requested(run: Run) -> bool:
    """Whether somebody asked the run to stop."""
    return (run.path / "stop").exists()


def clear_stop(run: Run) -> None:
    """Take the wish to stop back."""
    (run.path / "stop").unlink(missing_ok=True)


def check_writable(run: Run) -> None:
    """Refuse to write into a shipped run.

    Raises:
        ValueError: the run is shipped.
    """
    if run.shipped:
        raise ValueError(f"{run.name} came with rnnexplorer and is not changed; train a new run")
