"""Training a small network on an exercise, and reading what became of it.

The house's own cells and network, from the same initial weights as any other training; Adam on
fresh examples at every step. A training is a value: going on with one gives another and leaves the
first as it was, so that every stage of it can be kept and looked at.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from rnnexplorer import exercise_data, signals
from rnnexplorer import network as net
from rnnexplorer.exercise_data import NOT_ASKED, Batch, Example, Exercise
from rnnexplorer.network import Network, States
from rnnexplorer.optimizers import clip_gradients
from rnnexplorer.recipe import Recipe, matched_hidden
from rnnexplorer.traces import Origin, Trace

#: Examples in one step of the optimizer, its step size, and the largest gradient norm.
BATCH = 64
LEARNING_RATE = 1e-2
CLIP = 1.0

#: Streams of random numbers: what is asked in a test is not what was just trained on.
_TRAINING, _TEST = 0, 1


@dataclass(frozen=True)
class Setup:
    """What is trained on what; with the number of steps it determines every weight.

    Attributes:
        exercise: its key.
        cell: `rnn`, `lstm` or `gru`.
        units: H.
        longest: distances from the nearest to this one are drawn, all equally often; without
            meaning where the exercise has no distance.
        seed: of the initial weights and of the examples.
    """

    exercise: str
    cell: str
    units: int
    longest: int = 0
    seed: int = 1

    @property
    def row(self) -> Exercise:
        """The exercise itself."""
        return exercise_data.find(self.exercise)

    @property
    def recipe(self) -> Recipe:
        """Cell and size as every other network of the house states them."""
        return Recipe(cell=self.cell, hidden=self.units, input="one-hot")

    @property
    def parameters(self) -> int:
        """Number of trained weights; an encoder has no output layer."""
        vocabulary = len(self.row.symbols)
        count = self.recipe.parameter_count(vocabulary)
        if self.row.handed_over is not None:
            count += signals.cell(self.cell).weight_count(vocabulary, self.units)
        return count


def matched(setup: Setup) -> Setup:
    """The SimpleRNN whose number of weights is nearest to that of a setup."""

    def sized(units: int) -> Setup:
        return replace(setup, cell="rnn", units=units)

    return sized(matched_hidden(lambda units: sized(units).parameters, setup.parameters))


def compared(lstm: Setup) -> dict[str, Setup]:
    """What is held against an LSTM on the same exercise, by the keys of `exercise_results.CELLS`.

    All have its number of units, but for `matched`, which has its number of weights.
    """
    return {
        "rnn": replace(lstm, cell="rnn"),
        "matched": matched(lstm),
        "gru": replace(lstm, cell="gru"),
        "lstm": lstm,
    }


@dataclass(frozen=True, eq=False)
class Training:
    """A training after some steps.

    Attributes:
        setup: what is trained on what.
        networks: one, or encoder and decoder.
        losses: cross-entropy of each step so far, nats per answer, [steps].
        adam: the state of the optimizer.
    """

    setup: Setup
    networks: tuple[Network, ...]
    losses: NDArray[np.float64]
    adam: dict[str, Any]

    @property
    def steps(self) -> int:
        """Steps of the optimizer so far."""
        return len(self.losses)


def begin(setup: Setup) -> Training:
    """Initial weights as Keras draws them, see `network.initialise`; no step taken.

    Raises:
        ValueError: no such exercise or cell, or sizes out of bounds.
    """
    exercise = setup.row
    if exercise.between and setup.longest < exercise.nearest:
        raise ValueError(
            f"the longest distance is {setup.longest}; {exercise.title!r} needs"
            f" {exercise.nearest} or more"
        )
    generator = torch.Generator()
    generator.manual_seed(setup.seed)
    parts = 1 if exercise.handed_over is None else 2
    networks = tuple(
        net.initialise(setup.recipe, len(exercise.symbols), generator) for _ in range(parts)
    )
    return Training(setup, networks, np.empty(0), {})


def go_on(training: Training, until: int) -> Training:
    """The same training after more steps.

    Args:
        training: left as it is.
        until: steps in all; a training that is there already is given back.

    Raises:
        ValueError: the loss is not a number any more.
    """
    if until <= training.steps:
        return training
    setup = training.setup
    networks = tuple(_copied(network) for network in training.networks)
    weights = _trained(networks)
    adam = torch.optim.Adam(weights, lr=LEARNING_RATE)
    if training.adam:
        adam.load_state_dict(copy.deepcopy(training.adam))
    losses = []
    for step in range(training.steps, until):
        batch = training_batch(setup, step)
        logits = _logits(setup.row, networks, batch)
        asked = torch.from_numpy(batch.targets != NOT_ASKED)
        loss = functional.cross_entropy(logits[asked], torch.from_numpy(batch.targets)[asked])
        adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        clip_gradients(weights, CLIP)
        adam.step()
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            raise ValueError(f"the loss is not a number any more at step {step + 1}")
    done = np.concatenate([training.losses, losses])
    return Training(setup, tuple(map(_cut, networks)), done, adam.state_dict())


def train(setup: Setup, steps: int) -> Training:
    """A whole training at once."""
    return go_on(begin(setup), steps)


def training_batch(setup: Setup, step: int) -> Batch:
    """The examples of a step: of the seed and its number alone, so that going on changes nothing.

    Where there are distances they are mixed within a batch: short ones show the way to long ones.
    """
    rng = np.random.default_rng([_TRAINING, setup.seed, step])
    return setup.row.draw(rng, rng.choice(setup.row.distances(setup.longest), size=BATCH))


def right_answers(training: Training, distance: int, examples: int) -> int:
    """How many of so many new examples of a distance come out right, each of them once.

    An answer is the most probable symbol; all asked answers of an example must be right, or as many
    of the last ones as the exercise says.

    Raises:
        ValueError: the exercise has its examples written down; there are no new ones.
    """
    exercise = training.setup.row
    if exercise.examples:
        raise ValueError(f"{exercise.title!r} has no examples but those it is trained on")
    rng = np.random.default_rng([_TEST, distance])
    batch = exercise.draw(rng, np.full(examples, distance, dtype=np.int64))
    return int(_all_right(training, batch).sum())


def right_of(training: Training, examples: Sequence[Example]) -> list[bool]:
    """Whether each of some written-down examples comes out right."""
    batch = exercise_data.side_by_side(examples, training.setup.row.symbols)
    return [bool(right) for right in _all_right(training, batch)]


def read(training: Training, given: Sequence[str]) -> Trace:
    """One example with all its signals; row t of the logits is the answer after symbol t.

    Of an encoder and a decoder both are read, one after the other, as one text. While the encoder
    reads nothing is answered: its logits are 0.

    Raises:
        ValueError: a symbol that the exercise does not have, or nothing to read.
    """
    exercise = training.setup.row
    if not given:
        raise ValueError("nothing is given to read")
    ids = exercise.numbers(given)[:, None]
    with torch.no_grad():
        passes = _passes(exercise, training.networks, torch.from_numpy(ids), signals_too=True)
    logits = np.zeros((len(given), len(exercise.symbols)), np.float32)
    logits[len(given) - len(passes[-1].logits) :] = passes[-1].logits[:, 0].numpy()
    cell = signals.cell(training.setup.cell)
    arrays = {
        signal.key: torch.cat([part.values[signal.key] for part in passes]).transpose(0, 1).numpy()
        for signal in cell.signals
    }
    initial = {key: np.zeros((1, training.setup.units), np.float32) for key in cell.states}
    before = {
        key: np.concatenate([initial[key][:, None], arrays[key][:, :-1]], axis=1)
        for key in cell.states
    }
    origin = Origin(
        exercise.key, cell.key, training.steps, "read", "stateful", None, len(given),
        seed=training.setup.seed,
    )  # fmt: skip
    return Trace(tuple(given), exercise.symbols, arrays, before, initial, logits, origin)


# --- within --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Pass:
    """What one network made of its part: signals [T, B, H], and logits [T, B, V]."""

    values: dict[str, Tensor]
    logits: Tensor


def _passes(
    exercise: Exercise, networks: Sequence[Network], ids: Tensor, *, signals_too: bool
) -> list[_Pass]:
    """Every network over its part, each from the state in which the one before it ended."""
    cut = exercise.handed_over
    parts = [ids] if cut is None else [ids[:cut], ids[cut:]]
    states: States | None = None
    found = []
    for network, part in zip(networks, parts, strict=True):
        if not len(part):
            break
        only = None if signals_too else network.cell.states
        (values,) = net.run(network, part, states, only=only)
        states = [{key: values[key][-1] for key in network.cell.states}]
        logits = net.logits_of(network, values["h"].flatten(0, 1)).view(*part.shape, -1)
        found.append(_Pass(values, logits))
    return found


def _logits(exercise: Exercise, networks: Sequence[Network], batch: Batch) -> Tensor:
    """[T, B, V]; nothing is asked while the encoder reads, and zeros stand there."""
    ids = torch.from_numpy(batch.inputs)
    answers = _passes(exercise, networks, ids, signals_too=False)[-1].logits
    missing = len(ids) - len(answers)
    return answers if not missing else functional.pad(answers, (0, 0, 0, 0, missing, 0))


def _all_right(training: Training, batch: Batch) -> NDArray[np.bool_]:
    exercise = training.setup.row
    with torch.no_grad():
        answers = _logits(exercise, training.networks, batch).argmax(-1).numpy()
    counts = batch.targets != NOT_ASKED
    if exercise.scored is not None:
        counts &= counts[::-1].cumsum(axis=0)[::-1] <= exercise.scored
    right: NDArray[np.bool_] = ((answers == batch.targets) | ~counts).all(axis=0)
    return right


def _copied(network: Network) -> Network:
    weights = {name: w.clone().requires_grad_() for name, w in network.weights.items()}
    return Network(network.cell, weights)


def _cut(network: Network) -> Network:
    """Free of gradients."""
    return Network(network.cell, {name: w.detach() for name, w in network.weights.items()})


def _trained(networks: Sequence[Network]) -> list[Tensor]:
    """All weights but the output layer of an encoder, which nobody reads."""
    last = networks[-1]
    return [
        weight
        for network in networks
        for name, weight in network.weights.items()
        if network is last or name not in ("W_hy", "b_y")
    ]
