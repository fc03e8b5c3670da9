"""The training loop: from a run's recipe and a corpus to its checkpoints and metrics.

The loop writes to the run's folder and reports; others draw. All randomness of an epoch comes from
the seed and the epoch's number, so a training that was stopped goes on bit for bit as if it had not
been.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rnnexplorer import runs
from rnnexplorer.corpus import Corpus
from rnnexplorer.draws import Sampling
from rnnexplorer.epoch import TrainingFailed, train_epoch
from rnnexplorer.generation import word_losses, write_on
from rnnexplorer.network import Network, initialise
from rnnexplorer.optimizers import optimizer_of
from rnnexplorer.planning import texts_of
from rnnexplorer.recipe import Recipe, checkpoint_epochs, steps_per_epoch

SEED_WORDS = 10  # of the text, before each sample, as in the chapter
SAMPLE_WORDS = 20
STATUS_SECONDS = 0.5  # between two reports within an epoch
WORSE_THAN_A_GUESS = 1.0  # nats; a loss so far above ln V has diverged
SAVE_SECONDS = 5.0  # epochs shorter than this do not each write the optimizer's state


@dataclass(frozen=True)
class Report:
    """How far a training has come.

    Attributes:
        epoch: epochs finished.
        epochs: epochs asked for.
        step: optimizer steps of the epoch in progress.
        steps: optimizer steps per epoch.
        loss: training loss of the last finished epoch, nats per word; None before the first.
        held_out_loss: the same on the held-out text; None where nothing is held out.
    """

    epoch: int
    epochs: int
    step: int
    steps: int
    loss: float | None
    held_out_loss: float | None


def train(
    run: runs.Run, corpus: Corpus, *, report: Callable[[Report], None] | None = None
) -> runs.Status:
    """Train a run to its last epoch, or go on where it stopped.

    Args:
        run: a run's folder, new or begun.
        corpus: the text named in it.
        report: called a few times a second and after each epoch.

    Returns:
        The status in which it ended: finished, stopped or failed.

    Raises:
        ValueError: the corpus is not the text that the run began with.
    """
    training, held_out = map(torch.from_numpy, texts_of(run, corpus))
    session = _Session(run, training, held_out, report or (lambda _: None))
    try:
        session.go_on()
    except TrainingFailed as failure:
        session.write_status("failed", str(failure))
    except torch.OutOfMemoryError:
        session.write_status("failed", "out of memory; choose fewer units or a smaller batch")
    return runs.status(run, time.time())


def device_of(recipe: Recipe) -> torch.device:
    """CUDA where there is one and it is wanted, else the CPU.

    Raises:
        ValueError: CUDA was asked for and there is none.
    """
    if recipe.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("device is 'cuda', but no CUDA device is found; use 'auto' or 'cpu'")
    return torch.device(
        "cpu" if recipe.device == "cpu" or not torch.cuda.is_available() else "cuda"
    )


class _Stopped(Exception):
    """Somebody asked the training to stop in the middle of an epoch."""


class _Session:
    """One process's work on a run."""

    def __init__(
        self,
        run: runs.Run,
        training: Tensor,
        held_out: Tensor,
        report: Callable[[Report], None],
    ) -> None:
        self.run, self.recipe, self.report = run, run.recipe, report
        torch.set_num_threads(self.recipe.threads)
        device = device_of(self.recipe)
        self.training, self.held_out = training.to(device), held_out.to(device)
        generator = torch.Generator().manual_seed(self.recipe.seed)
        fresh = initialise(self.recipe, len(runs.vocabulary(run).words), generator)
        weights = {
            name: weight.to(device).requires_grad_() for name, weight in fresh.weights.items()
        }
        self.network = Network(fresh.cell, weights)
        self.optimizer = optimizer_of(self.recipe, list(weights.values()))
        self.kept = set(checkpoint_epochs(self.recipe.epochs))
        self.steps = steps_per_epoch(self.recipe, len(training))
        self.epoch, self.step = 0, 0
        self.loss: float | None = None
        self.held_out_loss: float | None = None
        self.epoch_seconds = math.inf
        self.saved_at = self.told_at = -math.inf

    def go_on(self) -> None:
        """Train from where the folder stands to the last epoch, or until asked to stop."""
        if self._resume():
            runs.truncate_after(self.run, self.epoch)
        else:
            self._keep()
            self._sample()
            self._save()
        self.write_status("running")
        while self.epoch < self.recipe.epochs:
            if runs.stop_requested(self.run):
                self._keep()  # what was reached can be looked at, whatever its epoch
                self._save()
                break
            try:
                self._one_epoch()
            except _Stopped:
                self._resume()  # what the broken epoch changed is dropped
                self.step = 0
        done = self.epoch >= self.recipe.epochs
        runs.clear_stop(self.run)
        self.write_status("finished" if done else "stopped", self._verdict())

    def _verdict(self) -> str:
        """A sentence about a training that went astray without ending as no number."""
        guess = math.log(self.network.vocabulary)
        if self.loss is None or self.loss < guess + WORSE_THAN_A_GUESS:
            return ""
        return (
            f"Diverged: the loss, {self.loss:.1f} nats a word, is above that of a blind guess,"
            f" {guess:.1f}. Lower learning_rate (now {self.recipe.learning_rate:g}) or clip"
            " gradients, in a new run."
        )

    def _one_epoch(self) -> None:
        started = time.perf_counter()
        result = train_epoch(
            self.network, self.optimizer, self.recipe, self.training, self.epoch + 1, self._on_step
        )
        self.epoch_seconds = time.perf_counter() - started
        self.epoch, self.step = self.epoch + 1, 0
        self.loss, self.held_out_loss = result.loss, self._score()
        if self.epoch in self.kept:
            self._keep()
        runs.append_metrics(
            self.run,
            {
                "epoch": self.epoch,
                "loss": result.loss,
                "held_out_loss": self.held_out_loss,
                "gradient_norm": result.gradient_norm,
                "seconds": self.epoch_seconds,
            },
        )
        self._sample()
        last = self.epoch == self.recipe.epochs
        if last or time.monotonic() - self.saved_at > SAVE_SECONDS:
            self._save()
        self._tell()

    def _score(self) -> float | None:
        """Mean loss on the held-out text, nats a word."""
        window = self.recipe.window if self.recipe.memory == "window" else None
        if len(self.held_out) <= (window or 1):
            return None
        return float(word_losses(self.network, self.held_out, window).mean())

    def _on_step(self, step: int) -> None:
        self.step = step
        # A short epoch is finished first, so that stopping loses nothing.
        if self.epoch_seconds > SAVE_SECONDS and runs.stop_requested(self.run):
            raise _Stopped
        if time.monotonic() - self.told_at > STATUS_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self.told_at = time.monotonic()
        self.write_status("running")
        self.report(
            Report(
                self.epoch, self.recipe.epochs, self.step, self.steps, self.loss, self.held_out_loss
            )
        )

    def write_status(self, state: str, message: str = "") -> None:
        """Say in the folder how far the training is."""
        runs.write_status(
            self.run, state, message=message, epoch=self.epoch, step=self.step, steps=self.steps
        )

    def _sample(self) -> None:
        """What the network now writes after ten words of the text, as the chapter shows it."""
        place = np.random.default_rng([self.recipe.seed, self.epoch, 1])
        start = int(place.integers(0, max(1, len(self.training) - SEED_WORDS)))
        seed = self.training[start : start + SEED_WORDS]
        window = self.recipe.window if self.recipe.memory == "window" else None
        ids = write_on(self.network, seed, SAMPLE_WORDS, window, Sampling())
        words = runs.vocabulary(self.run).decode(ids.tolist())
        runs.append_sample(
            self.run, runs.Sample(self.epoch, words[: len(seed)], words[len(seed) :])
        )

    def _keep(self) -> None:
        """Write the weights as a checkpoint."""
        # A tied output matrix is written out, so that every checkpoint can be read in one way.
        weights = {**self.network.weights, "W_hy": self.network.W_hy}
        arrays = {name: w.detach().cpu().contiguous().numpy() for name, w in weights.items()}
        runs.write_checkpoint(self.run, self.epoch, arrays)

    # Going on after a stop needs the optimizer's state too. torch's file format is used for it,
    # read back with weights_only, so that no code can hide in it.

    def _save(self) -> None:
        self.saved_at = time.monotonic()
        path = _state_path(self.run)
        path.parent.mkdir(exist_ok=True)
        state = {
            "epoch": self.epoch,
            "weights": {name: w.detach() for name, w in self.network.weights.items()},
            "optimizer": self.optimizer.state_dict(),
        }
        temporary = path.with_suffix(".new")
        torch.save(state, temporary)
        temporary.replace(path)

    def _resume(self) -> bool:
        path = _state_path(self.run)
        if not path.exists():
            return False
        state = torch.load(path, weights_only=True, map_location=self.training.device)
        with torch.no_grad():
            for name, weight in self.network.weights.items():
                weight.copy_(state["weights"][name])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch = state["epoch"]
        return True


def _state_path(run: runs.Run) -> Path:
    return run.path / "resume" / "latest.pt"
