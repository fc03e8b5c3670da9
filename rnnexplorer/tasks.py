"""Computations that take longer than a page may wait: started, watched and cancelled by name.

A task belongs to a checkpoint of a run, or, where the epoch is None, to all of them together. It
works in a process of its own through the command line, writes how far it is into a file beside its
results, and looks for a wish to stop at every step. It outlives the tab that asked for it, and
every tab sees the same progress.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rnnexplorer import index, jobs, runs
from rnnexplorer.runs import files

#: How often a task tells how far it is, in seconds.
TELL_SECONDS = 0.2

#: A task that said nothing for so long is looked after: its process may have been killed.
SILENT_SECONDS = 30.0

#: A task waits so long for its lock: a look at whether somebody holds it takes it for a moment.
LOCK_SECONDS = 0.5


@dataclass(frozen=True)
class Progress:
    """How far a task is.

    Attributes:
        phase: what it does now, in words.
        done: steps done of this phase.
        total: steps of this phase.
        error: why it gave up; empty while it works.
    """

    phase: str
    done: int
    total: int
    error: str = ""

    @property
    def share(self) -> float:
        """Done of total, 0…1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


class Cancelled(Exception):
    """Somebody asked the task to stop."""


class Busy(ValueError):
    """Another process does the same work."""


def start(run: runs.Run, epoch: int) -> None:
    """Begin to index a checkpoint in a process of its own; nothing happens if one does already."""
    _begin(run, epoch, ["--epoch", str(epoch)])


def start_every(run: runs.Run, first: int) -> None:
    """The same of every checkpoint, one after the other, beginning with the one given."""
    _begin(run, None, ["--every-epoch", "--epoch", str(first)])


def _begin(run: runs.Run, epoch: int | None, options: list[str]) -> None:
    if progress(run, epoch) is not None and not _failed(run, epoch):
        return
    file = _file(run, epoch)
    file.parent.mkdir(parents=True, exist_ok=True)
    _wish(run, epoch).unlink(missing_ok=True)
    files.write_json(file, asdict(Progress("starting", 0, 1)))
    with (file.with_suffix(".log")).open("wb") as log:
        jobs.detached(["index", run.name, *options], log)


def progress(run: runs.Run, epoch: int | None) -> Progress | None:
    """How far the task is, or why it gave up; None if there is none."""
    file = _file(run, epoch)
    try:
        found = Progress(**files.read_json(file))
        silent = time.time() - file.stat().st_mtime
    except (OSError, ValueError, TypeError):
        return None
    if not found.error and silent > SILENT_SECONDS and not _alive(file):
        return Progress(found.phase, found.done, found.total, "its process is gone; start it again")
    return found


def _alive(file: Path) -> bool:
    """Whether a process holds the lock of a task: the system lets go of it where one is killed."""
    try:
        with FileLock(file.with_suffix(".lock"), timeout=0):
            return False
    except Timeout:
        return True


def cancel(run: runs.Run, epoch: int | None) -> None:
    """Ask the task to stop; what it has not finished is dropped."""
    if progress(run, epoch) is not None:
        _wish(run, epoch).touch()


def is_cancelled(run: runs.Run, epoch: int | None) -> bool:
    """Whether somebody asked the task to stop, and it has not ended yet."""
    return _wish(run, epoch).exists()


def forget(run: runs.Run, epoch: int | None) -> None:
    """Drop the memory of a task that gave up."""
    _file(run, epoch).unlink(missing_ok=True)


def _failed(run: runs.Run, epoch: int | None) -> bool:
    found = progress(run, epoch)
    return found is not None and bool(found.error)


@contextmanager
def telling(run: runs.Run, epoch: int | None) -> Iterator[Callable[[str, int, int], None]]:
    """Tell how far the work in this block is, and end it if somebody asks.

    Yields:
        A function of phase, steps done and steps in all; it raises `Cancelled`.

    Raises:
        Busy: another process does the same work.
    """
    file, wish = _file(run, epoch), _wish(run, epoch)
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file.with_suffix(".lock"))
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise Busy(f"{run.name} is being indexed by another process already") from error
    told_at = 0.0

    def tell(phase: str, done: int, total: int) -> None:
        nonlocal told_at
        if is_cancelled(run, epoch):
            raise Cancelled
        if time.monotonic() - told_at > TELL_SECONDS or done in (0, total):
            files.write_json(file, asdict(Progress(phase, done, total)))
            told_at = time.monotonic()

    try:
        yield tell
        file.unlink(missing_ok=True)
    except (Cancelled, KeyboardInterrupt):
        file.unlink(missing_ok=True)
        raise
    except Exception as error:
        files.write_json(file, asdict(Progress("", 0, 1, str(error) or type(error).__name__)))
        raise
    finally:
        wish.unlink(missing_ok=True)
        lock.release()


def _file(run: runs.Run, epoch: int | None) -> Path:
    home = index.folder(run, epoch or 0)
    name = "every-epoch" if epoch is None else home.name
    return home.with_name(f".{name}-task.json")


def _wish(run: runs.Run, epoch: int | None) -> Path:
    return _file(run, epoch).with_suffix(".stop")
