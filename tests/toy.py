"""Small random networks worked out in NumPy, step by step, apart from the package's core."""

from __future__ import annotations

import numpy as np

from rnnexplorer.traces import Origin, Trace

WORDS = ("a", "b", "c", "d", "e")
GATES = {"rnn": 1, "lstm": 4, "gru": 3}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def toy(cell="lstm", steps=6, units=4, layers=1, embedding=None, seed=0):
    """A trace over random words, and the weights behind it."""
    random = np.random.default_rng(seed)
    size = embedding or len(WORDS)
    weights = {} if embedding is None else {"embedding": random.normal(size=(len(WORDS), size))}
    for layer in range(layers):
        blocks = GATES[cell] * units
        weights[f"W_xh.l{layer}"] = random.normal(size=(size, blocks))
        weights[f"W_hh.l{layer}"] = random.normal(size=(units, blocks))
        weights[f"b.l{layer}"] = random.normal(size=blocks)
        if cell == "gru":
            weights[f"b_hn.l{layer}"] = random.normal(size=units)
        size = units
    weights["W_hy"] = random.normal(size=(units, len(WORDS)))
    weights["b_y"] = random.normal(size=len(WORDS))
    ids = random.integers(0, len(WORDS), steps)
    rows = weights["embedding"][ids] if embedding else np.eye(len(WORDS))[ids]
    found, starts = [], []
    for layer in range(layers):
        signals, before = _layer(cell, rows, weights, layer, units)
        found.append(signals)
        starts.append(before)
        rows = signals["h"]
    states = list(starts[0])
    trace = Trace(
        words=tuple(WORDS[k] for k in ids),
        vocabulary=WORDS,
        signals={k: np.stack([f[k] for f in found]).astype(np.float32) for k in found[0]},
        before={k: np.stack([s[k] for s in starts]).astype(np.float32) for k in states},
        initial={k: np.zeros((layers, units), np.float32) for k in states},
        logits=(rows @ weights["W_hy"] + weights["b_y"]).astype(np.float32),
        origin=Origin("toy", cell, 1, "read", "stateful", None, steps),
    )
    return trace, {name: array.astype(np.float32) for name, array in weights.items()}


def _layer(cell, rows, weights, layer, units):
    states = {"h": np.zeros(units)} | ({"c": np.zeros(units)} if cell == "lstm" else {})
    signals, before = [], []
    for x in rows:
        before.append(states)
        u = x @ weights[f"W_xh.l{layer}"] + weights[f"b.l{layer}"]
        p = states["h"] @ weights[f"W_hh.l{layer}"]
        if cell == "rnn":
            now = {"h": np.tanh(u + p)}
        elif cell == "lstm":
            i, f, g, o = np.split(u + p, 4)
            i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
            c = f * states["c"] + i * g
            now = {"i": i, "f": f, "g": g, "o": o, "c": c, "h": o * np.tanh(c)}
        else:
            (ur, uz, un), (pr, pz, pn) = np.split(u, 3), np.split(p, 3)
            r, z = sigmoid(ur + pr), sigmoid(uz + pz)
            n = np.tanh(un + r * (pn + weights[f"b_hn.l{layer}"]))
            now = {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * states["h"]}
        signals.append(now)
        states = {key: now[key] for key in states}
    return (
        {key: np.stack([s[key] for s in signals]) for key in signals[0]},
        {key: np.stack([s[key] for s in before]) for key in before[0]},
    )
