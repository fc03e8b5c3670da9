"""Texts written on purpose, to be held against the training text; texts read with guesses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnexplorer import runs, tracing
from rnnexplorer.draws import Sampling, draw, uniforms
from rnnexplorer.generation import word_losses
from rnnexplorer.network import Network, last_states, logits_of
from rnnexplorer.network import run as unroll

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

    All are written side by side: a step costs little more for many texts than for one.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        beginnings: vocabulary indices, [T] each, T ≥ 1, all of one length.
        words: how many it writes after each.
        temperature: of the draws; 0 takes the most probable word.
        seed: of the first text's draws; each next text has the next seed.

    Returns:
        The texts without their beginnings, [words] each.
    """
    if not beginnings:
        return []
    samplings = [Sampling(temperature, seed=seed + number) for number in range(len(beginnings))]
    numbers = np.stack([uniforms(one.seed, words) for one in samplings])

    def drawn(step: int, logits: Tensor) -> Tensor:
        if temperature == 0.0:
            return logits.argmax(dim=1)
        rows = zip(logits.numpy(), samplings, numbers[:, step].tolist(), strict=True)
        return torch.tensor([draw(row, sampling, uniform) for row, sampling, uniform in rows])

    return list(_gone_on(run, epoch, np.stack(beginnings), words, drawn))


def guessed(run: runs.Run, epoch: int, passages: Sequence[Ids], given: int) -> list[Ids]:
    """The most probable word at each step of texts that the network reads as they are.

    The same pass as `written`, but each next word is the text's own (teacher forcing: Williams &
    Zipser 1989).

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        passages: vocabulary indices, [T] each, all of one length.
        given: words read before the first guess, from 1 to T - 1.

    Returns:
        The guesses of words `given` … T - 1, [T - given] for each passage.
    """
    if not passages:
        return []
    texts = torch.from_numpy(np.stack(passages))
    guesses: list[Tensor] = []

    def forced(step: int, logits: Tensor) -> Tensor:
        guesses.append(logits.argmax(dim=1))
        return texts[:, given + step]

    _gone_on(run, epoch, texts[:, :given].numpy(), texts.shape[1] - given, forced)
    return list(torch.stack(guesses, dim=1).numpy())


@torch.inference_mode()
def losses(run: runs.Run, epoch: int, ids: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """How badly each word of a text but the first is predicted, in the run's own memory.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        ids: vocabulary indices, [N], N ≥ 2.

    Returns:
        Nats, [N - 1].
    """
    network, window = _loaded(run, epoch)
    text = torch.from_numpy(np.asarray(ids, dtype=np.int64))
    if window is None or len(text) <= window:
        found = word_losses(network, text, None)
    else:  # up to the first full window both memories agree
        first = word_losses(network, text[:window], None)
        found = torch.cat((first, word_losses(network, text, window)))
    return found.double().numpy()


def _loaded(run: runs.Run, epoch: int) -> tuple[Network, int | None]:
    """The network of a checkpoint and the words of its memory; None is stateful."""
    network, _ = tracing.load_network(run, epoch)
    return network, run.recipe.window if run.recipe.memory == "window" else None


@torch.inference_mode()
def _gone_on(
    run: runs.Run,
    epoch: int,
    beginnings: Ids,
    count: int,
    next_words: Callable[[int, Tensor], Tensor],
) -> Ids:
    """Texts that are gone on with side by side, a word of each at a time.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        beginnings: [P, T].
        count: words after each.
        next_words: the step and the logits [P, V] in, the words that are read next [P] out.

    Returns:
        The words after the beginnings, [P, count].
    """
    network, window = _loaded(run, epoch)
    ids, states = torch.from_numpy(beginnings), None
    unread = ids if window is None else ids[:, -window:]
    for step in range(count):
        layers = unroll(network, unread.t(), states, only=network.cell.states)
        words = next_words(step, logits_of(network, layers[-1]["h"][-1]))[:, None]
        ids = torch.cat((ids, words), dim=1)
        if window is None:
            states, unread = last_states(network, layers), words
        else:
            unread = ids[:, -window:]
    after: Ids = ids[:, beginnings.shape[1] :].numpy()
    return after
