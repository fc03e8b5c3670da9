"""One word of a text changed: what becomes of states and expectations, word after word.

A gradient says what an infinitely small push would do; here a word is really another one. Many
passages are read side by side, each in several versions that differ in the word at one place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnexplorer import runs
from rnnexplorer.cells import Values
from rnnexplorer.network import Network, last_states, logits_of
from rnnexplorer.network import run as unroll
from rnnexplorer.tracing import load_network

Array = NDArray[np.floating[Any]]
Ids = NDArray[np.int64]

LN2 = float(np.log(2.0))


class Apart(NamedTuple):
    """How far two versions of N passages lie apart, from the changed word on, at K steps.

    Attributes:
        states: for each state ‖state' - state‖ in each layer, [L, N, K].
        bits: D(untouched ‖ changed) of the next word, [N, K].
        untouched: for each state its values where the word is changed, untouched, [L, N, H].
    """

    states: dict[str, Array]
    bits: Array
    untouched: dict[str, Array]


@torch.inference_mode()
def follow(
    network: Network, ids: Tensor, at: int, others: Tensor, window: int | None = None
) -> Apart:
    """Change one word of every passage and read on.

    Args:
        network: the network.
        ids: the passages as vocabulary indices, each read from the zero state, [T, N].
        at: the place of the word that is changed.
        others: what stands there in the changed versions, [N].
        window: words of memory; None is stateful. In window memory a word has no say once it has
            left the window.

    Returns:
        At K = T - `at` steps.

    Raises:
        ValueError: there is no such place.
    """
    _check(ids, at)
    places, steps = ids.shape[1], len(ids) - at
    layers, keys = range(network.layers), network.cell.states
    states = {key: np.zeros((network.layers, places, steps), np.float32) for key in keys}
    bits = np.zeros((places, steps))
    untouched: dict[str, Array] = {}
    versions = torch.stack((ids[at], others))
    for k, found in enumerate(_steps(network, ids, at, versions, window)):
        for key in keys:
            pairs = [torch.split(found[layer][key], places) for layer in layers]
            for layer, (plain, changed) in zip(layers, pairs, strict=True):
                states[key][layer, :, k] = (changed - plain).norm(dim=1).numpy()
            if k == 0:
                untouched[key] = torch.stack([plain for plain, _ in pairs]).numpy()
        p, q = torch.split(_log_probabilities(network, found), places)
        bits[:, k] = ((p.exp() * (p - q)).sum(dim=1) / LN2).clamp(min=0.0).numpy()
    return Apart(states, bits, untouched)


@torch.inference_mode()
def answered(
    network: Network, ids: Tensor, at: int, cues: Tensor, answer: int, window: int | None = None
) -> Array:
    """How probable one word is after every further word, with one cue or another before.

    Args:
        network: the network.
        ids: the passages as vocabulary indices, each read from the zero state, [T, N].
        at: the place of the cue.
        cues: the words that stand there by turns, [R].
        answer: the word whose probability is asked for.
        window: words of memory; None is stateful.

    Returns:
        log2 p(answer) of what comes next, [R, N, K] at K = T - `at` steps, the first right after
        the cue.

    Raises:
        ValueError: there is no such place.
    """
    _check(ids, at)
    places = ids.shape[1]
    versions = cues[:, None].expand(-1, places)
    found = [
        _log_probabilities(network, layers)[:, answer].view(len(cues), places) / LN2
        for layers in _steps(network, ids, at, versions, window)
    ]
    result: Array = torch.stack(found, dim=2).numpy()
    return result


# --- of a run ------------------------------------------------------------------------------------


def at_places(run: runs.Run, epoch: int, ids: Ids, at: int, others: Ids) -> Apart:
    """The same by the network of a run, in the memory that it was trained for; see `follow`."""
    network, _ = load_network(run, epoch)
    words, changed = torch.from_numpy(ids), torch.from_numpy(others)
    return follow(network, words, at, changed, _window(run))


def with_cues(
    run: runs.Run, epoch: int, ids: Ids, at: int, cues: Sequence[int], answer: int
) -> Array:
    """The same by the network of a run, in the memory that it was trained for; see `answered`."""
    network, _ = load_network(run, epoch)
    words, put = torch.from_numpy(ids), torch.tensor(cues)
    return answered(network, words, at, put, answer, _window(run))


def _window(run: runs.Run) -> int | None:
    return run.recipe.window if run.recipe.memory == "window" else None


# --- reading in versions -------------------------------------------------------------------------


def _check(ids: Tensor, at: int) -> None:
    if not 0 <= at < len(ids):
        raise ValueError(f"there is no word {at} to change; there are words 0 to {len(ids) - 1}")


def _log_probabilities(network: Network, layers: list[Values]) -> Tensor:
    """Ln p of the next word, [B, V]; in double precision, because small differences matter."""
    return torch.log_softmax(logits_of(network, layers[-1]["h"]).double(), dim=1)


def _steps(
    network: Network, ids: Tensor, at: int, versions: Tensor, window: int | None
) -> Iterator[list[Values]]:
    """The states at each step from the changed word on, [R·N, H], version after version.

    Args:
        network: the network.
        ids: [T, N].
        at: the place of the word.
        versions: what stands there, [R, N].
        window: words of memory; None is stateful.
    """
    full = len(ids) if window is None else window
    # Up to the first full window both memories agree; from there on each word has its own start.
    stop = min(full, len(ids))
    if at < stop:
        layers = _pass(network, ids[:stop], at, versions)
        for k in range(stop - at):
            yield [{key: values[k] for key, values in layer.items()} for layer in layers]
    for last in range(max(at, stop), len(ids)):
        start = last - full + 1
        layers = _pass(network, ids[start : last + 1], at - start, versions)
        yield [{key: values[-1] for key, values in layer.items()} for layer in layers]


def _pass(network: Network, ids: Tensor, at: int, versions: Tensor) -> list[Values]:
    """From the zero state; what comes before the changed word is read once for all versions.

    Returns:
        The states from that word on, each [K, R·N, H]; a word before the passage is in none.
    """
    keys, rows = network.cell.states, len(versions)
    states = network.zero_states(ids.shape[1])
    if at > 0:
        states = last_states(network, unroll(network, ids[:at], only=keys))
    words = ids[max(at, 0) :].repeat(1, rows)
    if at >= 0:
        words[0] = versions.flatten()
    wide = [{key: value.repeat(rows, 1) for key, value in layer.items()} for layer in states]
    return unroll(network, words, wide, only=keys)
