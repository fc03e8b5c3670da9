"""What a training process does around the loop: wait for its turn, stay alive, end in a state.

Both doors lead here: `python -m rnnexplorer train …` typed by a person, and the same command
started by the app.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from rnnexplorer import jobs, runs
from rnnexplorer.planning import corpus_of

if TYPE_CHECKING:
    from rnnexplorer.recipe import Recipe
    from rnnexplorer.training import Report

NICENESS = 10


def train(
    run: runs.Run,
    *,
    on_wait: Callable[[runs.Run | None], None] | None = None,
    report: Callable[[Report], None] | None = None,
) -> runs.Status:
    """Train a run in this process when its turn comes.

    Args:
        run: new, stopped, failed or lost.
        on_wait: called while another training has the turn, with that run.
        report: called with the progress.

    Returns:
        The status in which the training ended.

    Raises:
        ValueError: the run is shipped, is being trained by another process, or its text is gone.
    """
    runs.check_writable(run)
    try:
        with jobs.turn(run, on_wait=on_wait) as granted:
            if not granted:  # stopped while it waited
                return jobs.status_now(run)
            return _train(run, report)
    except KeyboardInterrupt:
        _ended(run, "stopped", "interrupted; it can go on from its last saved epoch")
        raise


def _train(run: runs.Run, report: Callable[[Report], None] | None) -> runs.Status:
    try:
        corpus = corpus_of(run)
        # torch takes two seconds and 200 MB to import; waiting runs need not pay that.
        from rnnexplorer import training

        return training.train(run, corpus, report=report)
    except Exception as error:
        _ended(run, "failed", str(error) or type(error).__name__)
        raise


def check_device(recipe: Recipe) -> None:
    """Refuse a recipe for a device that is not there, before a run is made of it.

    Raises:
        ValueError: CUDA was asked for and there is none.
    """
    if recipe.device == "cuda":
        from rnnexplorer import training

        training.device_of(recipe)


def _ended(run: runs.Run, state: str, message: str) -> None:
    runs.write_status(run, state, message=message, epoch=jobs.status_now(run).epoch)


def give_way() -> None:
    """Let whatever else the machine does go first: the app stays quick beside a training."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
