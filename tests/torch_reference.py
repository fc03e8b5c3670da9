"""The references that our numerics are compared with: `torch.nn`, and its formulas in NumPy.

`torch.nn.RNN`, `LSTM` and `GRU` return h of the last layer and the last states, no gates. The gates
are therefore computed here by the formulas of their documentation, in NumPy, from the same weights;
`test_network.py` shows first that these formulas give the h of `torch.nn`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rnnexplorer import signals
from rnnexplorer.network import Network

Array = NDArray[np.floating[Any]]

MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


class Twin(NamedTuple):
    """One set of weights, twice."""

    network: Network
    recurrent: torch.nn.RNNBase
    output: torch.nn.Linear
    embedding: Tensor  # [V, X]; the identity for one-hot

    def inputs(self, ids: Tensor) -> Tensor:
        """x_t of each word, [T, B] -> [T, B, X]."""
        return self.embedding[ids]

    def h(self, ids: Tensor) -> Tensor:
        """h of the last layer by torch.nn, [T, B] -> [T, B, H]."""
        with torch.no_grad():
            return self.recurrent(self.inputs(ids))[0]

    def logits(self, ids: Tensor) -> Tensor:
        """[T] -> [T, V], by torch.nn alone."""
        with torch.no_grad():
            return self.output(self.h(ids.unsqueeze(1)))[:, 0]


def twin(
    cell: str, *, layers: int = 1, vocabulary: int = 11, units: int = 8, embedding: int | None = 5,
    dtype: torch.dtype = torch.float32, seed: int = 0,
) -> Twin:  # fmt: skip
    """Random weights (torch's own initialisation) in torch.nn and in a `Network`."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        inputs = vocabulary if embedding is None else embedding
        recurrent = MODULES[cell](inputs, units, layers, dtype=dtype)
        output = torch.nn.Linear(units, vocabulary, dtype=dtype)
        table = (
            torch.eye(vocabulary, dtype=dtype)
            if embedding is None
            else torch.randn(vocabulary, embedding, dtype=dtype)
        )
    weights = named_weights(cell, recurrent)
    weights["W_hy"], weights["b_y"] = output.weight.detach().t(), output.bias.detach()
    if embedding is not None:
        weights["embedding"] = table
    return Twin(Network(signals.cell(cell), weights), recurrent, output, table)


def named_weights(cell: str, recurrent: torch.nn.RNNBase) -> dict[str, Tensor]:
    """Our names for the weights of a torch.nn module, which has columns for rows and two biases."""
    weights, units = {}, recurrent.hidden_size
    for k in range(recurrent.num_layers):
        W_ih, W_hh, b_ih, b_hh = (
            getattr(recurrent, f"{name}_l{k}").detach().clone()
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        b = b_ih + b_hh
        if cell == "gru":
            # The last block's two biases stay apart: the reset gate scales one of them.
            b[2 * units :] = b_ih[2 * units :]
            weights[f"b_hn.l{k}"] = b_hh[2 * units :]
        weights |= {f"W_xh.l{k}": W_ih.t(), f"W_hh.l{k}": W_hh.t(), f"b.l{k}": b}
    return weights


def module_of(cell: str, arrays: dict[str, Array]) -> Twin:
    """torch.nn with the weights of a checkpoint."""
    weights = {name: torch.from_numpy(array) for name, array in arrays.items()}
    network = Network(signals.cell(cell), weights)
    table = weights.get("embedding", torch.eye(network.vocabulary))
    recurrent = MODULES[cell](table.shape[1], network.units, network.layers)
    output = torch.nn.Linear(network.units, network.vocabulary)
    with torch.no_grad():
        for k in range(network.layers):
            b_hh = getattr(recurrent, f"bias_hh_l{k}").zero_()
            if cell == "gru":
                b_hh[2 * network.units :] = weights[f"b_hn.l{k}"]
            getattr(recurrent, f"weight_ih_l{k}").copy_(weights[f"W_xh.l{k}"].t())
            getattr(recurrent, f"weight_hh_l{k}").copy_(weights[f"W_hh.l{k}"].t())
            getattr(recurrent, f"bias_ih_l{k}").copy_(weights[f"b.l{k}"])
        output.weight.copy_(weights["W_hy"].t())
        output.bias.copy_(weights["b_y"])
    return Twin(network, recurrent, output, table)


# --- the formulas of torch's documentation, in NumPy ------------------------------------------


def sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


def by_hand(cell: str, recurrent: torch.nn.RNNBase, x: Array) -> list[dict[str, Array]]:
    """Every signal of every layer, [T, B, X] -> each [T, B, H], from the zero state, in float64."""
    layers, below = [], x.astype(np.float64)
    for k in range(recurrent.num_layers):
        W_ih, W_hh, b_ih, b_hh = (
            getattr(recurrent, f"{name}_l{k}").detach().double().numpy()
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        h = c = np.zeros((x.shape[1], recurrent.hidden_size))
        steps = []
        for x_t in below:
            a, p = x_t @ W_ih.T + b_ih, h @ W_hh.T + b_hh
            if cell == "rnn":
                found = {"h": np.tanh(a + p)}
            elif cell == "lstm":
                i, f, g, o = np.split(a + p, 4, axis=1)
                i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
                c = f * c + i * g
                found = {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * np.tanh(c)}
            else:
                (a_r, a_z, a_n), (p_r, p_z, p_n) = np.split(a, 3, axis=1), np.split(p, 3, axis=1)
                r, z = sigmoid(a_r + p_r), sigmoid(a_z + p_z)
                n = np.tanh(a_n + r * p_n)
                found = {"r": r, "z": z, "n": n, "h": (1.0 - z) * n + z * h}
            h = found["h"]
            steps.append(found)
        layers.append({key: np.stack([step[key] for step in steps]) for key in steps[0]})
        below = layers[-1]["h"]
    return layers
