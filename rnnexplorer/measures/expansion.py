"""The chapter's expansion of a recurrence: what is left of an early input, and of its gradient.

    h_t = φ(U h_{t-1} + W x_t),  h_0 = 0
    h_5 = Wx_5 + UWx_4 + U²Wx_3 + U³Wx_2 + U⁴Wx_1        (without an activation φ)

Written with columns, as the expansion is: U is W_hhᵀ of a trained network of this app, which
writes rows. Vanishing and exploding gradients: Bengio, Simard & Frasconi (1994); Pascanu, Mikolov
& Bengio (2013).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.stretch import eigenvalues, gain, radius
from rnnexplorer.settings import Choice, Kinds, Number, Whole

#: On either side of 0.
LARGEST_U = 2.0

#: What can be set, and where it stands at first: the chapter's five steps.
KINDS: Kinds = {
    "u": Number(-LARGEST_U, LARGEST_U, 0.9),
    "depth": Whole(2, 50, 5),
    "activation": Choice(("none", "tanh", "relu")),
    "inputs": Choice(("each", "first", "alternating")),
    "size": Whole(1, 64, 1),
    "matrix": Choice(("orthogonal", "gaussian")),
    "seed": Whole(1, 999, 1),
    "clip": Choice(("off", "on")),
    "limit": Number(0.1, 10.0, 1.0),
}

#: Of the step of gradient descent that is shown, U ← U - η dL/dU.
LEARNING_RATE = 0.1

#: Under an activation an effect is the difference of two states: less than this share of the state
#: is rounding.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Setup:
    """A recurrence and what it reads.

    Attributes:
        u: the scalar U; of a matrix the spectral radius, its sign turning the matrix round.
        depth: T, how many steps.
        activation: φ: `none`, `tanh` or `relu`.
        inputs: x_t is 1 at `each` step, at the `first` only, or `alternating` between 1 and -1.
        size: of the state; 1 is the scalar, with W = 1.
        matrix: of a larger U: `orthogonal` or `gaussian`, scaled to the spectral radius.
        seed: of U and W.
    """

    u: float = 0.9
    depth: int = 5
    activation: str = "none"
    inputs: str = "each"
    size: int = 1
    matrix: str = "orthogonal"
    seed: int = 1


def setup_of(values: Mapping[str, Any]) -> Setup:
    """The setup that some settings describe; what they do not name stays at its default."""
    names = set(Setup.__dataclass_fields__)
    return Setup(**{name: value for name, value in values.items() if name in names})


@dataclass(frozen=True, eq=False)
class Expansion:
    """What a recurrence makes of its inputs. n is the size of the state.

    Attributes:
        setup: of it.
        U: [n, n].
        W: of length 1, [n].
        x: the inputs, [T].
        h: the states, [T, n].
        slopes: φ' at each step and unit, [T, n].
        effects: what h_T would lose without each input, [T, n]. Without an activation these are
            the terms of the expansion, U^(T-t) W x_t, and sum to h_T.
        gains: ‖∂h_T/∂h_t‖ at each step, see `stretch.gain`, [T]; the last is 1.
        gradient: dL/dU of L = v·h_T, which reads the state along one direction v of length 1, the
            same share of every unit; of the scalar it is dh_T/dU. [n, n].
    """

    setup: Setup
    U: Array
    W: Array
    x: Array
    h: Array
    slopes: Array
    effects: Array
    gains: Array
    gradient: Array

    @property
    def sizes(self) -> Array:
        """The effects as one number each, [T]: of the scalar with its sign, of a matrix lengths."""
        if self.setup.size == 1:
            return self.effects[:, 0]
        lengths: Array = np.linalg.norm(self.effects, axis=1)
        return lengths

    @property
    def shares(self) -> Array:
        """How much of the sum of all sizes each input has, 0…1, [T]."""
        sizes = np.abs(self.sizes)
        total = sizes.sum()
        shares: Array = sizes / total if total else sizes
        return shares

    @property
    def left(self) -> float:
        """What is left of the first input: its size in h_T over its size in h_1."""
        at_first = np.linalg.norm(self.h[0])
        return float(np.abs(self.sizes[0]) / at_first) if at_first else 0.0


def expand(setup: Setup) -> Expansion:
    """Read the inputs step by step, and differentiate.

    ∂h_T/∂h_t = ∏_{s=t+1}^{T} diag(φ'(a_s)) U, with a_s = U h_{s-1} + W x_s;
    dL/dU = Σ_t diag(φ'(a_t)) (∂L/∂h_t)ᵀ h_{t-1}ᵀ.
    """
    U, W = _weights(setup)
    x = inputs_of(setup)
    h = _states(U, W, x[None], setup.activation)[:, 0]
    slopes = _slopes(h, setup.activation)
    through = _through(U, slopes)  # [T, n, n]
    read = np.full(setup.size, setup.size**-0.5)
    arriving = (read @ through) * slopes  # ∂L/∂a_t, [T, n]
    return Expansion(
        setup=setup,
        U=U,
        W=W,
        x=x,
        h=h,
        slopes=slopes,
        effects=_effects(U, W, x, h, through, setup.activation),
        gains=gain(through),
        gradient=arriving[1:].T @ h[:-1],
    )


def clipped(gradient: Array, limit: float) -> Array:
    """A gradient shortened to a limit where it is longer (Pascanu et al. 2013, algorithm 1).

    Args:
        gradient: of any shape; its length is that of all its entries together.
        limit: the greatest length.
    """
    length = float(np.linalg.norm(gradient))
    if length <= limit:
        return gradient
    shortened: Array = gradient * (limit / length)
    return shortened


def table(found: Expansion) -> pd.DataFrame:
    """A row per input: its size in h_T, its share, and the gradient at its step."""
    steps = found.setup.depth
    return pd.DataFrame(
        {
            "input": np.arange(1, steps + 1),
            "steps_back": np.arange(steps - 1, -1, -1),
            "x": found.x,
            "left_in_last_state": found.sizes,
            "share": found.shares,
            "gradient_norm": found.gains,
        }
    )


# --- pieces --------------------------------------------------------------------------------------


def inputs_of(setup: Setup) -> Array:
    """The inputs x_t, [T]."""
    x: Array = np.ones(setup.depth)
    if setup.inputs == "first":
        x[1:] = 0.0
    elif setup.inputs == "alternating":
        x[1::2] = -1.0
    return x


def _weights(setup: Setup) -> tuple[Array, Array]:
    """U and W: of the scalar u and 1, of a larger state random ones."""
    if setup.size == 1:
        return np.array([[setup.u]]), np.ones(1)
    random = np.random.default_rng(setup.seed)
    drawn = random.normal(size=(setup.size, setup.size))
    W = random.normal(size=setup.size)
    if setup.matrix == "orthogonal":
        # The signs of R make every rotation and reflection as likely as any other (Mezzadri 2007).
        Q, R = np.linalg.qr(drawn)
        drawn = Q * np.sign(np.diag(R))
    else:
        drawn = drawn / radius(eigenvalues(drawn))
    return setup.u * drawn, W / np.linalg.norm(W)


def _states(U: Array, W: Array, x: Array, activation: str) -> Array:
    """The states of several rows of inputs, [B, T] -> [T, B, n]."""
    h = np.zeros((x.shape[0], len(W)))
    found = []
    for x_t in x.T:
        h = h @ U.T + x_t[:, None] * W
        if activation != "none":
            h = np.tanh(h) if activation == "tanh" else np.maximum(h, 0.0)
        found.append(h)
    return np.stack(found)


def _slopes(h: Array, activation: str) -> Array:
    """φ' written in what φ gave: 1 - h² of tanh; of relu 1 where it lets through."""
    if activation == "none":
        return np.ones_like(h)
    return 1.0 - h**2 if activation == "tanh" else (h > 0.0).astype(np.float64)


def _through(U: Array, slopes: Array) -> Array:
    """∂h_T/∂h_t at every step, [T, n, n]."""
    found = np.empty((len(slopes), *U.shape))
    found[-1] = np.eye(len(U))
    for t in range(len(slopes) - 2, -1, -1):
        found[t] = found[t + 1] @ (slopes[t + 1][:, None] * U)
    return found


def _effects(U: Array, W: Array, x: Array, h: Array, through: Array, activation: str) -> Array:
    """What h_T would lose without each input, [T, n].

    The terms of the expansion are taken as they stand: as differences of large sums the smallest
    would be lost to rounding.
    """
    if activation == "none":
        terms: Array = (through @ W) * x[:, None]
        return terms
    without = np.where(np.eye(len(x), dtype=bool), 0.0, x)
    lost: Array = h[-1] - _states(U, W, without, activation)[-1]
    lost[np.abs(lost) < ROUNDING * np.abs(h[-1]).max()] = 0.0
    return lost
