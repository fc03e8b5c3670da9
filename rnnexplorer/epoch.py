"""One pass over the training text: batches, loss, gradient, step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rnnexplorer import network as net
from rnnexplorer.network import Network
from rnnexplorer.optimizers import clip_gradients
from rnnexplorer.recipe import Recipe, streams


class TrainingFailed(RuntimeError):
    """The training cannot go on; the message says why and what to change."""


def batches(
    recipe: Recipe, ids: Tensor, order: np.random.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """The inputs and targets of one epoch.

    Yields:
        Inputs [window, B] and targets: [B], the word after each window (`last`), or [window, B],
        the word after each word (`every`).
    """
    if recipe.objective == "last":
        windows = ids.unfold(0, recipe.window + 1, 1)  # [N - window, window + 1]
        shuffled = torch.from_numpy(order.permutation(len(windows))).to(ids.device)
        for some in torch.split(shuffled, recipe.batch):
            chosen = windows[some]
            yield chosen[:, :-1].t(), chosen[:, -1]
        return
    width = streams(recipe, len(ids))
    length = (len(ids) - 1) // width
    inputs = ids[: width * length].view(width, length).t()  # [length, B]
    targets = ids[1 : width * length + 1].view(width, length).t()
    yield from zip(
        torch.split(inputs, recipe.window), torch.split(targets, recipe.window), strict=True
    )


@dataclass(frozen=True)
class EpochResult:
    """What one pass over the training text measured.

    Attributes:
        loss: mean over the words that were scored, nats.
        gradient_norm: mean over the steps, before clipping.
    """

    loss: float
    gradient_norm: float


def train_epoch(
    network: Network,
    optimizer: torch.optim.Optimizer,
    recipe: Recipe,
    ids: Tensor,
    epoch: int,
    on_step: Callable[[int], None] = lambda _: None,
) -> EpochResult:
    """One pass over the training text.

    Args:
        network: its weights are changed in place.
        optimizer: over those weights.
        recipe: objective, batch, window, dropout, clipping, seed.
        ids: the training text, [N], on the device of the weights.
        epoch: its number, from 1; with the seed it fixes order and dropout.
        on_step: called with the number of the step that is done; may raise to end the training.

    Raises:
        TrainingFailed: the loss or a weight is not a number any more.
    """
    # Two independent streams of random numbers for each epoch: the order and the dropout.
    order_seed, drop_seed = np.random.SeedSequence([recipe.seed, epoch]).spawn(2)
    generator = torch.Generator(ids.device)
    generator.manual_seed(int(drop_seed.generate_state(1)[0]))
    drop = net.dropout(recipe.dropout, generator)
    sparse = recipe.optimizer == "rmsprop" and recipe.input == "one-hot"
    weights = list(network.weights.values())
    states = None
    total, scored, norms, step = 0.0, 0, 0.0, 0
    for inputs, targets in batches(recipe, ids, np.random.default_rng(order_seed)):
        layers = net.run(network, inputs, states, drop, only=network.cell.states, sparse=sparse)
        h = drop(layers[-1]["h"])
        h = h[-1] if recipe.objective == "last" else h.flatten(0, 1)
        loss = functional.cross_entropy(net.logits_of(network, h), targets.flatten())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norms += clip_gradients(weights, recipe.clip)
        value = loss.item()
        if not math.isfinite(value):
            raise TrainingFailed(_advice(recipe, epoch))
        optimizer.step()
        states = net.last_states(network, layers) if recipe.carry else None
        total, scored, step = total + value * targets.numel(), scored + targets.numel(), step + 1
        on_step(step)
    # The last step's update is not seen by any loss of this epoch. One weight that is not a number
    # makes the sum no number, in one pass where isfinite() takes four.
    if not all(math.isfinite(float(weight.detach().sum())) for weight in weights):
        raise TrainingFailed(_advice(recipe, epoch))
    return EpochResult(total / scored, norms / step)


def _advice(recipe: Recipe, epoch: int) -> str:
    clip = "clip gradients (clip=1)" if recipe.clip is None else f"lower clip (now {recipe.clip:g})"
    return (
        f"the loss is not a number any more in epoch {epoch}: the weights have grown without bound."
        f" Lower learning_rate (now {recipe.learning_rate:g}) or {clip}, in a new run."
        " The last good checkpoint is kept"
    )
