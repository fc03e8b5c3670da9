"""A SimpleRNN of a few numbers, computed as one would by hand."""

from __future__ import annotations

import numpy as np

from rnnexplorer.measures.distribution import Array


def read(x: Array, W_xh: Array, W_hh: Array) -> Array:
    """The hidden states over some inputs, from the zero state and without bias.

    h_t = tanh(x_t W_xh + h_{t-1} W_hh) (Elman 1990).

    Args:
        x: [T, X], an input a row.
        W_xh: [X, H].
        W_hh: [H, H].

    Returns:
        [T, H], in -1…1.
    """
    h = np.zeros((len(x), len(W_hh)))
    before = np.zeros(len(W_hh))
    for t, x_t in enumerate(x):
        h[t] = before = np.tanh(x_t @ W_xh + before @ W_hh)
    return h
