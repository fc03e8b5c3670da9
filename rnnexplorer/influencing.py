"""What acted on what while a run read a text: its gradients, piece by piece.

A word is expected by the step before it, so what mattered for a word is the gradient of that step.
The pieces are small enough to be shown as they are done; `gradients` does the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnexplorer import gradients, runs
from rnnexplorer.gradients import ByLag
from rnnexplorer.network import Network, States, last_states
from rnnexplorer.network import run as unroll
from rnnexplorer.traces import Array, check_layer, chosen_memory
from rnnexplorer.tracing import load_network

Ids = NDArray[np.int64]

#: What a gradient can be of: ln p of the word that came, which is minus its loss, or its logit.
OF = ("loss", "logit")

#: Units times H² times layers whose Jacobians are one piece of work: about a second of one core.
WORK = 2**25

#: Of a midpoint rule along the way from no words to the words.
POINTS = 64


@dataclass(frozen=True, eq=False)
class Part:
    """Some words of a text and the network that reads them, ready to be differentiated.

    Attributes:
        network: the network.
        steps: of the text, those that are asked about.
        ids: their words, after those before them that window memory reads along, [N].
        window: words of memory; None is stateful.
        initial: what the words before `ids` left; None is the zero state.
    """

    network: Network
    steps: range
    ids: Tensor
    window: int | None
    initial: States | None

    @property
    def first(self) -> int:
        """The step of the first of `ids`."""
        return self.steps.stop - len(self.ids)


@dataclass(frozen=True, eq=False)
class Rows:
    """What some words of a part hang on; row a target, column a source, 0 from the target on.

    y is ln p of the target (minus its loss), or its logit.

    Attributes:
        targets: the words that y is about, R of them.
        steps: of the part, n of them.
        states: for each state ‖∂y/∂state_s‖ of each layer, [L, R, n].
        inputs: ‖∂y/∂x_s‖, [R, n].
        signed: x_s · ∂y/∂x_s, above 0 for the target, [R, n].
    """

    targets: range
    steps: range
    states: dict[str, Array]
    inputs: Array
    signed: Array


def part_of(
    run: runs.Run,
    words: Sequence[str],
    steps: range,
    *,
    epoch: int | None = None,
    memory: str | None = None,
) -> Part:
    """Some steps of a text, with what the words before them left.

    Args:
        run: the run.
        words: of the whole text.
        steps: those that are asked about.
        epoch: which checkpoint; None is the last.
        memory: `stateful` or `window`; None is what the run was trained for.

    Raises:
        ValueError: an unknown word, or no such epoch or memory.
    """
    memory = chosen_memory(memory, run.recipe.memory)
    network, _ = load_network(run, epoch)
    ids = torch.from_numpy(runs.vocabulary(run).encode(words[: steps.stop]))
    if memory == "stateful":
        before, ids = ids[: steps.start], ids[steps.start :]
        return Part(network, steps, ids, None, _left_by(network, before))
    along = min(steps.start, run.recipe.window - 1)
    return Part(network, steps, ids[steps.start - along :], run.recipe.window, None)


def flow(part: Part, targets: range, of: str) -> Rows:
    """What some words of a part hang on.

    Args:
        part: the words.
        targets: steps of the text, among those of the part.
        of: one of OF.

    Raises:
        ValueError: `of` is neither.
    """
    shape = len(targets), len(part.steps)
    network = part.network
    states = {key: np.zeros((network.layers, *shape), np.float32) for key in network.cell.states}
    inputs, signed = np.zeros((2, *shape), np.float32)
    found_at = range(max(targets.start, part.first + 1), targets.stop)
    if len(found_at):
        rows = range(found_at.start - 1 - part.first, found_at.stop - 1 - part.first)
        found = gradients.flow(
            network, part.ids[:-1], part.ids[1:], part.window, of, part.initial, rows
        )
        own, columns = slice(found_at.start - targets.start, None), part.steps.start - part.first
        for key, values in states.items():
            values[:, own, :-1] = found.states[key][:, :, columns:]
        inputs[own, :-1] = found.inputs[:, columns:]
        signed[own, :-1] = _toward(of) * found.signed[:, columns:]
    return Rows(targets, part.steps, states, inputs, signed)


def _toward(of: str) -> int:
    """The loss is minus ln p: what raises it speaks against the word."""
    return -1 if of == "loss" else 1


def integrated(
    run: runs.Run,
    words: Sequence[str],
    back: int,
    target: str,
    of: str,
    *,
    epoch: int | None = None,
) -> tuple[Array, float]:
    """Integrated gradients of the last words for what is expected after them.

    Args:
        run: the run.
        words: that lead to the target, read in one pass from the zero state: in window memory
            those of its window.
        back: how many of them fade in; what those before left stays as it is.
        target: the word that came.
        of: one of OF; as in `Rows`, of a loss it is ln p that is split.
        epoch: which checkpoint; None is the last.

    Returns:
        [back], and y(words) - y(none of them), computed directly.
    """
    network, _ = load_network(run, epoch)
    ids = torch.from_numpy(runs.vocabulary(run).encode([*words, target]))
    before, own = ids[: len(words) - back], ids[len(words) - back : -1]
    initial = _left_by(network, before)
    parts, difference = gradients.integrated(network, own, int(ids[-1]), of, POINTS, initial)
    return _toward(of) * parts, _toward(of) * difference


def blocks(units: int, layers: int) -> list[range]:
    """The units of a layer of so many, in parts whose `jacobians` are one piece of work."""
    size = min(units, max(4, WORK // (units**2 * layers)))
    return [range(first, min(first + size, units)) for first in range(0, units, size)]


def jacobians(
    run: runs.Run,
    words: Sequence[str],
    back: int,
    layer: int,
    key: str,
    units: range,
    *,
    epoch: int | None = None,
) -> Array:
    """How some units of the last state depend on the same state some words before.

    Args:
        run: the run.
        words: read in one pass from the zero state: in window memory those of the window.
        back: how far to look back, less than there are words.
        layer: from 0.
        key: of the state, `h` or `c`.
        units: whose rows are asked for, U of them.
        epoch: which checkpoint; None is the last.

    Returns:
        ∂state_t[u] / ∂state_{t-k}[j] for k = 0 … `back`, [back + 1, U, H].

    Raises:
        ValueError: no such layer, or the cell has no such state.
    """
    network, _ = load_network(run, epoch)
    check_layer(layer, network.layers)
    ids = torch.from_numpy(runs.vocabulary(run).encode(words))
    first = len(words) - 1 - back
    initial = _left_by(network, ids[:first])
    return gradients.jacobians(network, ids[first:], layer, key, initial, units)[::-1]


def at_places(
    run: runs.Run, epoch: int, ids: Ids, targets: Ids, lags: int, of: str = "loss"
) -> ByLag:  # fmt: skip
    """`gradients.by_lag` of a run's network.

    Args:
        run: the run.
        epoch: a checkpoint that exists.
        ids: at each place the words that lead to it, [T, N]; in window memory its window is read.
        targets: the word after each, [N].
        lags: how far to look back.
        of: one of OF.
    """
    network, _ = load_network(run, epoch)
    words = ids if run.recipe.memory == "stateful" else ids[-run.recipe.window :]
    return gradients.by_lag(network, torch.from_numpy(words), torch.from_numpy(targets), lags, of)


def _left_by(network: Network, ids: Tensor) -> States | None:
    """The state after some words, cut from its gradient; None is the zero state."""
    if len(ids) == 0:
        return None
    with torch.no_grad():
        return last_states(network, unroll(network, ids[:, None], only=network.cell.states))
