"""What each unit is worth and how long it remembers: experiments on the network itself.

All units are tried side by side, one per row of a batch, on the held-out text: a network of 200
units is read once with 200 rows instead of 200 times. Where too little is held out for that, they
are tried on the text that was trained on, see `enough`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from rnnexplorer.generation import word_losses
from rnnexplorer.network import Change, Network, States, last_states, logits_of, run

Array = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]

#: Rows read side by side. 256 rows of 64 words and 2,600 logits each are 170 MB.
ROWS = 256
WORDS_AT_ONCE = 64
#: Words of windows read side by side, between two reports.
STEPS_AT_ONCE = 32_768

#: Words of the text that switching off is tried on; more would only narrow the error.
WORDS_TRIED = 2200
#: A large network tries fewer: so many multiplications a layer take two or three minutes on a core.
MOST_PRODUCTS = 5e12
#: …but never fewer than these, after the first window, that an error can well be told from.
LEAST_TRIED = 300
#: A text with fewer predicted words is too short to try units on.
FEWEST_PREDICTED = 30

#: Steps that a push is followed for, and places where it is given. Each step of a window takes a
#: pass of its own: a large network is pushed at fewer places, see `MOST_PRODUCTS`.
FOLLOWED = 60
PLACES, LEAST_PLACES = 16, 3

#: A unit that never moves is pushed by so much all the same.
SMALLEST_PUSH = 1e-6

#: Told what is done and how much there is; may raise to give up.
Report = Callable[[int, int], None]


class Ablation(NamedTuple):
    """What switching a unit off costs, in nats a word.

    Attributes:
        cost: mean rise of the loss, [H]; below 0 the network does better without the unit.
        error: standard error of that mean over the words, [H].
        loss: of the untouched network on the same words.
        words: how many words were predicted.
    """

    cost: Array
    error: Array
    loss: float
    words: int


def switched_off(layer: int, units: Tensor) -> Change:
    """The intervention that holds h of one unit at 0: row r of the batch loses `units[r]`."""

    def change(at_layer: int, step: int, key: str, value: Tensor) -> Tensor:
        if at_layer != layer or key != "h":
            return value
        return value.scatter(1, units[:, None], 0.0)

    return change


def enough(words: int, window: int | None) -> bool:
    """Whether so many words are enough to try units on: the first window predicts nothing."""
    return words - (window or 1) >= FEWEST_PREDICTED


def _held_to(words: int, window: int | None) -> None:
    if not enough(words, window):
        memory = "" if window is None else f" by a network that sees {window}"
        raise ValueError(
            f"{words} words, read{memory}, are too few to try units on; it takes at least"
            f" {(window or 1) + FEWEST_PREDICTED}"
        )


@torch.inference_mode()
def worth(
    network: Network, text: Ids, window: int | None, layer: int, report: Report = lambda *_: None
) -> Ablation:
    """Switch every unit of a layer off in turn and read on.

    Args:
        network: the network.
        text: as vocabulary indices, [N]; better words that it was not trained on.
        window: words of memory; None is stateful.
        layer: whose units, from 0.
        report: see `Report`.

    Raises:
        ValueError: the text is too short, see `enough`.
    """
    _held_to(len(text), window)
    count = words_tried(network, window)
    ids = torch.from_numpy(np.asarray(text[:count], dtype=np.int64))
    whole = word_losses(network, ids, window)
    costs, errors = [], []
    for units in torch.split(torch.arange(network.units), ROWS):
        change = switched_off(layer, units)
        done = int(units[0])

        def part(share: float, done: int = done, size: int = len(units)) -> None:
            report(done + round(share * size), network.units)

        losses = (
            _stateful_losses(network, ids, len(units), change, part)
            if window is None
            else _window_losses(network, ids, window, layer, units, part)
        )
        rise = losses - whole  # [rows, words]
        costs.append(rise.mean(dim=1))
        errors.append(rise.std(dim=1) / rise.shape[1] ** 0.5)
    report(network.units, network.units)
    return Ablation(
        torch.cat(costs).numpy(), torch.cat(errors).numpy(), float(whole.mean()), len(whole)
    )


def words_tried(network: Network, window: int | None) -> int:
    """How many words switching off is tried on: fewer for a large network.

    A word costs each unit's row the recurrent product (of every word of its window, where there is
    one), the products between layers and the one to the logits.
    """
    within = (window or 1) * _products_within(network)
    products = network.units * (within + network.W_hy.numel())
    return int(min(WORDS_TRIED, max(MOST_PRODUCTS // products, (window or 0) + LEAST_TRIED)))


def _products_within(network: Network) -> int:
    """Multiplications that a word costs in a row, but for the logits."""
    weights = network.weights.items()
    inner = ("W_hh.", "W_xh.l1", "W_xh.l2")
    return sum(w.numel() for name, w in weights if name.startswith(inner))


def _stateful_losses(
    network: Network, ids: Tensor, rows: int, change: Change, part: Callable[[float], None]
) -> Tensor:
    """Loss of every word but the first under an intervention, a batch of rows: [rows, N - 1].

    `part` is told which share is done.
    """
    states: States | None = None
    # Filled in place: small results kept between large ones that are dropped would hold the heap.
    losses, at = network.weights["b_y"].new_empty(rows, len(ids) - 1), 0
    for start in range(0, len(ids) - 1, WORDS_AT_ONCE):
        part(start / len(ids))
        words = ids[start : min(start + WORDS_AT_ONCE, len(ids) - 1)]
        layers = run(network, words[:, None].expand(-1, rows), states, change=change)
        states = last_states(network, layers)
        for h in layers[-1]["h"]:
            # The logits of one word in all rows: those of all words at once would not fit.
            scores, at = logits_of(network, h), at + 1
            torch.sub(scores.logsumexp(dim=1), scores[:, ids[at]], out=losses[:, at - 1])
    return losses


def _window_losses(
    network: Network,
    ids: Tensor,
    window: int,
    layer: int,
    units: Tensor,
    part: Callable[[float], None],
) -> Tensor:
    """The same where every word has a fresh start: unit after unit, windows side by side."""
    windows = ids.unfold(0, window + 1, 1)  # [W, window + 1]
    pieces = torch.split(windows, max(1, STEPS_AT_ONCE // window))
    found = windows.new_empty(len(units), len(windows), dtype=network.weights["b_y"].dtype)
    for number, unit in enumerate(units):
        at = 0
        for piece in pieces:
            part((number + at / len(windows)) / len(units))
            change = switched_off(layer, unit.expand(len(piece)))
            layers = run(network, piece[:, :-1].t(), only=network.cell.states, change=change)
            scores = logits_of(network, layers[-1]["h"][-1])
            losses = functional.cross_entropy(scores, piece[:, -1], reduction="none")
            found[number, at : at + len(piece)] = losses
            at += len(piece)
    return found


@torch.inference_mode()
def remembered(
    network: Network,
    text: Ids,
    window: int | None,
    layer: int,
    spread: Array,
    report: Report = lambda *_: None,
) -> Array:
    """What is left of a push to each unit, step by step.

    At some places of the text the unit's memory (C of an LSTM, h of the others) is raised by its
    own standard deviation; the same words are read with and without the push, and what is left is
    |difference in that unit| now over |difference| at the push, the median over the places. This
    hears what comes back through the rest of the network, which a gate alone does not tell.

    Where every word has a window of its own, what is left after k words is what the last of them
    finds in its window: W words that end with it, the push given before the last k.

    Args:
        network: the network.
        text: as vocabulary indices, [N].
        window: words of memory W; a push is followed for W - 1 words at most. None is stateful.
        layer: whose units, from 0.
        spread: standard deviation of each unit's memory, [H].
        report: see `Report`.

    Returns:
        [K + 1, H], 1 in row 0.

    Raises:
        ValueError: the text is too short, see `enough`.
    """
    _held_to(len(text), window)
    ids = torch.from_numpy(np.asarray(text, dtype=np.int64))
    size = torch.from_numpy(np.maximum(spread, SMALLEST_PUSH)).to(network.weights["b_y"].dtype)
    steps = min(FOLLOWED, len(ids) - 2 if window is None else window - 1)
    last = len(ids) - steps - 1
    places = np.linspace(1, last, min(_places(network, window, steps), last)).astype(int).tolist()
    passes = (
        _stateful_passes(network, ids, places, steps)
        if window is None
        else _window_passes(network, ids, places, steps, window)
    )
    rows_kept, count = (steps, len(places)) if window is None else (1, len(places) * steps)
    left = []
    for number, (states, words) in enumerate(passes):
        parts = []
        for units in torch.split(torch.arange(network.units), ROWS // 2):
            report(number * network.units + int(units[0]), count * network.units)
            parts.append(_left_of_a_push(network, words, states, layer, units, size))
        left.append(torch.cat(parts, dim=1)[-rows_kept:])
    median = torch.cat(left).reshape(len(places), steps, -1).median(dim=0).values
    curve: Array = torch.cat((median.new_ones(1, network.units), median)).numpy()
    return curve


def _places(network: Network, window: int | None, steps: int) -> int:
    """How many places a push is given at: fewer for a large network with windows."""
    if window is None:
        return PLACES
    products = network.units * _products_within(network) * steps * (steps + 1) // 2
    return int(min(PLACES, max(MOST_PRODUCTS // products, LEAST_PLACES)))


def _stateful_passes(
    network: Network, ids: Tensor, places: list[int], steps: int
) -> Iterator[tuple[States, Tensor]]:
    """At each place, rising from 1 on, the states it is read from, [1, H] each, and the words."""
    states, read = network.zero_states(1), 0
    for place in places:
        states, read = _states_after(network, ids[read:place], states), place
        yield states, ids[place : place + steps]


def _window_passes(
    network: Network, ids: Tensor, places: list[int], steps: int, window: int
) -> Iterator[tuple[States, Tensor]]:
    """The same at each place for 1 … `steps` words, each time in the window of the last of them."""
    for place in places:
        for stop in range(place + 1, place + steps + 1):
            before = ids[max(0, stop - window) : place]
            yield _states_after(network, before, network.zero_states(1)), ids[place:stop]


def _states_after(network: Network, ids: Tensor, states: States) -> States:
    only = network.cell.states
    for words in torch.split(ids, WORDS_AT_ONCE):
        states = last_states(network, run(network, words[:, None], states, only=only))
    return states


def _left_of_a_push(
    network: Network,
    words: Tensor,
    states: States,
    layer: int,
    units: Tensor,
    size: Tensor,
) -> Tensor:
    """[K + 1, rows]: row 0 is the push itself; row r of the batch had `units[r]` pushed."""
    rows, key = len(units), network.cell.states[-1]
    push = size.new_zeros(rows, network.units)
    push[torch.arange(rows), units] = size[units]
    start = [
        {
            k: v + (push if at == layer and k == key else size.new_zeros(rows, 1))
            for k, v in s.items()
        }
        for at, s in enumerate(states)
    ]
    only = network.cell.states
    pushed = run(network, words[:, None].expand(-1, rows), start, only=only)[layer][key]
    plain = run(network, words[:, None], states, only=only)[layer][key]
    difference = (pushed - plain)[:, torch.arange(rows), units].abs()  # [K, rows]
    return torch.cat((size.new_ones(1, rows), difference / size[units]))
