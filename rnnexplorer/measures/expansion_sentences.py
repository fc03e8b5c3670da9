"""What an expansion says, in sentences with its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnexplorer.measures.arithmetic import raised, short
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.expansion import LEARNING_RATE, ROUNDING, Expansion, clipped, expand

#: Where the headline looks a second time: as far as the laboratory goes.
FAR = 50

#: Sizes that are spoken with a vowel first: an eight by eight U.
VOWELS = (8, 11, 18)

_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def lowered(whole: int) -> str:
    """A whole number as an index, not negative."""
    return str(whole).translate(_LOWERED)


def what(found: Expansion) -> str:
    """The recurrence in words: "U = 0.9 and tanh"."""
    setup = found.setup
    u = f"{setup.u:g}".replace("-", "\N{MINUS SIGN}")
    told = f"U = {u}"
    if setup.size > 1:
        article = "an" if setup.size in VOWELS else "a"
        told = (
            f"{article} {setup.size} × {setup.size} U of spectral radius {abs(setup.u):g}"
            f" ({'Gaussian' if setup.matrix == 'gaussian' else setup.matrix})"
        )
    return told if setup.activation == "none" else f"{told} and {setup.activation}"


def headline(found: Expansion) -> str:
    """What is left of the first input at the end, and far beyond it."""
    setup, depth = found.setup, found.setup.depth
    last, left = f"h{lowered(depth)}", _left(found)
    if setup.size == 1 and setup.activation == "none":
        left = f"{_power(setup.u, depth - 1)} = {short(setup.u ** (depth - 1))}"
    if found.left > 1 + ROUNDING:
        told = f"With {what(found)}, x₁ counts {left} times in {last}"
        times = " times"
    else:
        told, times = f"With {what(found)}, {left} of x₁ is left in {last}", ""
    if depth == FAR:
        return f"{told}."
    beyond = _left(expand(replace(setup, depth=FAR)))
    return f"{told}, and {beyond}{times} in h{lowered(FAR)}."


def _left(found: Expansion) -> str:
    """What is left of the first input; of the scalar with its sign."""
    if found.left == 0 and found.setup.activation != "none":
        return f"less than {short(ROUNDING)}"
    turned = found.setup.size == 1 and found.sizes[0] < 0
    return short(-found.left if turned else found.left)


def _power(u: float, power: int) -> str:
    """Such as 0.9⁴ or (−0.9)⁴."""
    base = f"{u:g}" if u >= 0 else f"({u:g})".replace("-", "\N{MINUS SIGN}")
    return base + raised(power)


def gradient(found: Expansion) -> str:
    """How much of a push to the first state arrives at the last."""
    depth, gain = found.setup.depth, float(found.gains[0])
    size = "long" if found.setup.size > 1 else "large"
    told = f"A small push to h₁ arrives in h{lowered(depth)} {short(gain)} times as {size}"
    if gain == 0:
        return f"Nothing of a small push to h₁ arrives in h{lowered(depth)}."
    slope = float(found.slopes[1:].mean())
    if found.setup.activation == "tanh":
        return (
            f"{told}: every step multiplies by U and by tanh′ = 1 − h², {short(slope)} on average."
        )
    if found.setup.activation == "relu":
        return f"{told}: relu lets {slope:.0%} of the units through, and stops the rest."
    return f"{told}: every step multiplies by U."


def step(found: Expansion, limit: float | None) -> str:
    """What a step of gradient descent would do to U.

    Args:
        found: the expansion.
        limit: the length to which the gradient is clipped; None leaves it as it is.
    """
    full = found.gradient
    taken = full if limit is None else clipped(full, limit)
    last, size = f"h{lowered(found.setup.depth)}", found.setup.size
    if size == 1:
        lead = f"d{last}/dU is {short(float(full[0, 0]))}."
    else:
        lead = (
            f"The gradient of Σ {last} / √{size}, the sum over all units, with respect to U has"
            f" length {short(float(np.linalg.norm(full)))}."
        )
    cut = taken is not full
    if limit is not None:
        lead += (
            f" Clipped to {limit:g}, its direction stays and its length does not."
            if cut
            else f" It is not longer than {limit:g}: clipping leaves it alone."
        )
    return f"{lead} {_moved(found, taken)}"


def _fine(value: float) -> str:
    """A number of the size of U to four digits, so that a small step can be seen."""
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}") if abs(value) < 100 else short(value)


def _moved(found: Expansion, taken: Array) -> str:
    by = LEARNING_RATE * taken
    if found.setup.size == 1:
        u = found.setup.u
        return (
            f"A step at learning rate {LEARNING_RATE:g} down this slope takes U from"
            f" {_fine(u)} to {_fine(u - float(by[0, 0]))}."
        )
    own, moved = float(np.linalg.norm(found.U)), float(np.linalg.norm(by))
    step = f"A step at learning rate {LEARNING_RATE:g} down this slope moves U"
    if own == 0:
        return f"{step}, which is 0 everywhere, by a length of {short(moved)}."
    return f"{step} by {short(moved / own)} times its own length."
