"""Texts written on purpose, to be held against the training text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from rnnexplorer import runs, tracing
from rnnexplorer.draws import Sampling
from rnnexplorer.generation import write_on

Ids = NDArray[np.int64]


def prompts(text: NDArray[np.integer[Any]], count: int, words: int) -> list[Ids]:
    """Beginnings to write on from, spread evenly over a text.

    Args:
        text: [N].
        count: how many; fewer if the text is too short for so many.
        words: of each.
    """
    last = len(text) - words
    if last < 0:
        return []
    starts = np.unique(np.linspace(0, last, count).astype(int))
    return [np.asarray(text[start : start + words], dtype=np.int64) for start in starts.tolist()]


def written(
    run: runs.Run,
    epoch: int,
    beginnings: Sequence[Ids],
    words: int,
    temperature: float,
    seed: int = 1,
) -> list[Ids]:
    """What a run's network writes after each beginning, in the memory that it was trained for.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        beginnings: vocabulary indices, [T] each.
        words: how many it writes after each.
        temperature: of the draws; 0 takes the most probable word.
        seed: of the first text's draws; each next text has the next seed.

    Returns:
        The texts without their beginnings, [words] each.
    """
    network, _ = tracing.load_network(run, epoch)
    window = run.recipe.window if run.recipe.memory == "window" else None
    texts = []
    for number, beginning in enumerate(beginnings):
        sampling = Sampling(temperature=temperature, seed=seed + number)
        ids = write_on(network, torch.from_numpy(beginning), words, window, sampling)
        texts.append(ids[len(beginning) :].numpy())
    return texts
