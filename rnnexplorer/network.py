"""A whole network: input look-up, recurrent layers, output layer, and drawing a word.

The weights are a plain mapping from the names that checkpoints use to tensors:
`embedding` [V, E] (only with an embedding), for each layer k from 0 `W_xh.lk` [X, G·H],
`W_hh.lk` [H, G·H], `b.lk` [G·H] (and the GRU's `b_hn.lk` [H]), then `W_hy` [H, V] and `b_y` [V].
While a network with a tied output is trained it has no `W_hy`: the embedding transposed serves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from rnnexplorer import signals
from rnnexplorer.cells import Recurrence, Values, unroll
from rnnexplorer.recipe import Recipe

#: Of an embedding that is the output matrix too. With Keras' ±0.05 both the input and the logits
#: are so small that thirty epochs of Alice do not catch up.
TIED_DEVIATION = 0.2

#: The states of all layers, lowest first.
States = list[Values]

#: An intervention: layer, step, key of a signal and its value [B, H] in, the value to go on with.
Change = Callable[[int, int, str, Tensor], Tensor]

#: Dropout as a function of [T, B, X], so that a network needs to know nothing of random numbers.
Drop = Callable[[Tensor], Tensor]


def keep_all(x: Tensor) -> Tensor:
    """The dropout that drops nothing."""
    return x


def dropout(share: float, generator: torch.Generator) -> Drop:
    """Dropout with one mask for all timesteps (Gal & Ghahramani 2016).

    Noise that changed at every word would drown what the state carries.

    Args:
        share: of the values set to zero, 0…1; the rest is scaled so that the expectation stays.
        generator: of the masks, on the device of the values.
    """
    if share == 0.0:
        return keep_all

    def drop(x: Tensor) -> Tensor:
        mask = torch.rand(x.shape[1:], generator=generator, device=x.device) >= share
        return x * (mask.to(x.dtype) / (1.0 - share))

    return drop


@dataclass(frozen=True, eq=False)
class Network:
    """A cell and its weights.

    Attributes:
        cell: which equations the layers follow.
        weights: tensors by checkpoint name.
    """

    cell: signals.Cell
    weights: Mapping[str, Tensor]

    @property
    def layers(self) -> int:
        """Number of recurrent layers L."""
        return sum(name.startswith("W_hh.") for name in self.weights)

    @property
    def units(self) -> int:
        """Units per layer H."""
        return self.weights["W_hh.l0"].shape[0]

    @property
    def vocabulary(self) -> int:
        """Number of words V."""
        return self.weights["b_y"].shape[0]

    @property
    def W_hy(self) -> Tensor:
        """The output matrix, [H, V]."""
        if "W_hy" in self.weights:
            return self.weights["W_hy"]
        return self.weights["embedding"].t()

    def recurrence(self, layer: int) -> Recurrence:
        """The weights of a layer that act between timesteps."""
        return Recurrence(self.weights[f"W_hh.l{layer}"], self.weights.get(f"b_hn.l{layer}"))

    def zero_states(self, batch: int) -> States:
        """The state before the first word: all zero, [B, H] each."""
        zero = self.weights["b_y"].new_zeros(batch, self.units)
        return [dict.fromkeys(self.cell.states, zero) for _ in range(self.layers)]


# --- forward -------------------------------------------------------------------------------------


def input_products(network: Network, ids: Tensor, drop: Drop, *, sparse: bool = False) -> Tensor:
    """What the words bring to the first layer, u = x W_xh + b, for all of them at once.

    A one-hot row times W_xh is a row of W_xh, so it is looked up, not multiplied.

    Args:
        network: the network.
        ids: vocabulary indices, [T, B].
        drop: applied to the embedding.
        sparse: the gradient of a looked-up W_xh names only the rows that were read.

    Returns:
        [T, B, G·H].
    """
    weights = network.weights
    if "embedding" not in weights:
        return functional.embedding(ids, weights["W_xh.l0"], sparse=sparse).add_(weights["b.l0"])
    x = drop(functional.embedding(ids, weights["embedding"]))  # [T, B, E]
    return x @ weights["W_xh.l0"] + weights["b.l0"]


def run(
    network: Network,
    ids: Tensor,
    states: States | None = None,
    drop: Drop = keep_all,
    *,
    only: Collection[str] | None = None,
    sparse: bool = False,
    change: Change | None = None,
) -> list[Values]:
    """The signals of every layer over a text.

    Args:
        network: the network.
        ids: vocabulary indices, [T, B].
        states: before the first word; None is the zero state.
        drop: applied to what enters each layer (an embedding, or h of the layer below); the
            recurrence itself is spared (Zaremba et al. 2014).
        only: the signals to give, `h` among them; None is all.
        sparse: see `input_products`.
        change: an intervention in any signal; the layers above and the steps after see its effect.

    Returns:
        For each layer its signals, each [T, B, H].
    """
    u = input_products(network, ids, drop, sparse=sparse)
    return run_on(network, u, states, drop, only=only, change=change)


def run_on(
    network: Network,
    u: Tensor,
    states: States | None = None,
    drop: Drop = keep_all,
    *,
    only: Collection[str] | None = None,
    change: Change | None = None,
) -> list[Values]:
    """The same from what the words bring to the first layer, see `run` and `input_products`.

    Args:
        network: the network.
        u: [T, B, G·H]. With `only` it may be overwritten.
        states: as in `run`.
        drop: as in `run`.
        only: as in `run`.
        change: as in `run`.
    """
    states = states or network.zero_states(u.shape[1])
    found: list[Values] = []
    for layer in range(network.layers):
        if layer > 0:
            h_below, weights = drop(found[-1]["h"]), network.weights
            u = h_below @ weights[f"W_xh.l{layer}"] + weights[f"b.l{layer}"]
        within = None if change is None else partial(change, layer)
        recurrence = network.recurrence(layer)
        found.append(unroll(network.cell.key, u, states[layer], recurrence, only, within))
    return found


def last_states(network: Network, found: list[Values]) -> States:
    """The states after the last word of a pass, cut from its gradient."""
    return [{key: values[key][-1].detach() for key in network.cell.states} for values in found]


def logits_of(network: Network, h: Tensor) -> Tensor:
    """Scores of the next word, h W_hy + b_y: [N, H] -> [N, V]."""
    return torch.addmm(network.weights["b_y"], h, network.W_hy)


# --- initial weights -----------------------------------------------------------------------------


def initialise(recipe: Recipe, vocabulary: int, generator: torch.Generator) -> Network:
    """A network as Keras initialises it.

    Input and output matrices Glorot-uniform (Glorot & Bengio 2010), recurrent matrix orthogonal
    (Saxe et al. 2014), biases zero, forget bias as the recipe says. Keras draws one orthogonal
    [H, G·H] matrix for all gates together, and so do we. Embedding: uniform in ±0.05;
    tied to the output, normal with a deviation of 0.2.

    Args:
        recipe: cell, sizes and forget bias.
        vocabulary: number of words V.
        generator: of the random numbers, on the CPU.
    """
    cell, hidden = signals.cell(recipe.cell), recipe.hidden
    blocks = len(cell.gates)
    weights: dict[str, Tensor] = {}
    if recipe.input == "embedding":
        embedding = torch.empty(vocabulary, recipe.embedding)
        if recipe.tied:
            weights["embedding"] = embedding.normal_(0.0, TIED_DEVIATION, generator=generator)
        else:
            weights["embedding"] = embedding.uniform_(-0.05, 0.05, generator=generator)
    inputs = recipe.input_size(vocabulary)
    for layer in range(recipe.layers):
        weights[f"W_xh.l{layer}"] = _glorot_uniform(inputs, blocks * hidden, generator)
        recurrent = torch.empty(hidden, blocks * hidden)
        weights[f"W_hh.l{layer}"] = torch.nn.init.orthogonal_(recurrent, generator=generator)
        bias = torch.zeros(blocks, hidden)
        if "f" in cell.gates:
            bias[cell.gates.index("f")] = recipe.forget_bias
        weights[f"b.l{layer}"] = bias.flatten()
        if cell.key == "gru":
            weights[f"b_hn.l{layer}"] = torch.zeros(hidden)
        inputs = hidden
    if not recipe.tied:
        weights["W_hy"] = _glorot_uniform(hidden, vocabulary, generator)
    weights["b_y"] = torch.zeros(vocabulary)
    return Network(cell, weights)


def _glorot_uniform(rows: int, columns: int, generator: torch.Generator) -> Tensor:
    bound = math.sqrt(6.0 / (rows + columns))
    return torch.empty(rows, columns).uniform_(-bound, bound, generator=generator)
