"""An LSTM of one unit over a few inputs, with gates that can be held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rnnexplorer.measures.arithmetic import Arithmetic, Gate
from rnnexplorer.measures.distribution import Array

#: The columns of the weights, in PyTorch's order.
GATES = ("i", "f", "g", "o")


def read(
    inputs: Sequence[float],
    weights: Array,
    h: float = 0.0,
    c: float = 0.0,
    held: Mapping[str, float] | None = None,
    since: int = 0,
) -> list[Arithmetic]:
    """Every number of every step.

    i, f, o = σ(x w_x + h₋ w_h + b), g = tanh(…);  C = f C₋ + i g;  h = o tanh C (Hochreiter &
    Schmidhuber 1997; Gers et al. 2000).

    Args:
        inputs: x of each step, T numbers.
        weights: [3, 4]: what x, h₋ and the constant 1 bring to i, f, g and o.
        h: the hidden state before the first step.
        c: the cell state before the first step.
        held: gates by key and the values that they are held at.
        since: the first step at which they are, from 0.

    Returns:
        T steps.

    Raises:
        ValueError: the weights have another shape, or a held gate is none of this cell.
    """
    if weights.shape != (3, len(GATES)):
        raise ValueError(f"the weights are {weights.shape}; three rows of four gates are needed")
    wrong = set(held or {}) - set(GATES)
    if wrong:
        raise ValueError(f"an LSTM has no gate {min(wrong)!r} to be held; it has i, f, g and o")
    steps = []
    for t, x in enumerate(inputs):
        made = _step(x, h, c, weights, (held or {}) if t >= since else {})
        h, c = made.after["h"], made.after["c"]
        steps.append(made)
    return steps


def _step(x: float, h: float, c: float, weights: Array, held: Mapping[str, float]) -> Arithmetic:
    gates = {}
    for column, key in enumerate(GATES):
        from_input, from_state, bias = (float(part) for part in weights[:, column] * (x, h, 1.0))
        total = from_input + from_state + bias
        squashed = np.tanh(total) if key == "g" else 0.5 * (1.0 + np.tanh(0.5 * total))
        gates[key] = Gate(
            key, from_input, from_state, bias, total, float(squashed), held.get(key)
        )  # fmt: skip
    kept, written = gates["f"].used * c, gates["i"].used * gates["g"].used
    after_c = kept + written
    after_h = gates["o"].used * float(np.tanh(after_c))
    return Arithmetic("lstm", gates, {"h": h, "c": c}, kept, written, {"h": after_h, "c": after_c})


def rows(steps: Sequence[Arithmetic]) -> dict[str, Array]:
    """Each gate as it is used, and each state, over the steps: [T] by key."""
    gates = {key: np.array([step.gates[key].used for step in steps]) for key in GATES}
    states = {key: np.array([step.after[key] for step in steps]) for key in ("c", "h")}
    return gates | states
