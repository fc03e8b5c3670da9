"""How long a unit remembers: from its gate, and from what becomes of a push."""

from __future__ import annotations

import numpy as np

from rnnexplorer.measures.blocks import blocks
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.lag import crossing

#: A gate at 1 would keep for ever; in half precision the largest value below it is this.
LARGEST_GATE = 1.0 - 2.0**-11


def from_gate(keep: Array) -> Array:
    """Steps after which half of what a cell held is left, if only its keeping gate acts.

    C_t = f_t C_{t-1} + … shrinks by ∏ f, so the half-life is ln ½ over the mean of ln f. For the
    GRU the gate is z. What comes back of it through h, its own and that of other units, is not in
    it; a push hears that too, see `from_curve`.

    Args:
        keep: f or z over a text, [T, H], 0…1.

    Returns:
        [H], steps; from near 0 to at most 1,419, which half precision cannot tell from for ever.
    """
    total = np.zeros(keep.shape[1])
    for block in blocks(keep):
        # A gate shut to zero by rounding would give minus infinity.
        total += np.log(np.clip(block, 1e-7, LARGEST_GATE)).sum(axis=0)
    result: Array = np.log(0.5) / (total / len(keep))
    return result


def from_curve(curve: Array) -> Array:
    """The step at which a curve of what is left first falls to a half, between two steps.

    Args:
        curve: [K + 1, H]; row 0 is 1, row k what is left k steps after the push.

    Returns:
        [H], steps; infinite where it never falls so far within K.
    """
    return np.array([crossing(left, 0.5, 1.0) for left in curve.T])
