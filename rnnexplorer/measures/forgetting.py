"""What is left of a small change of the state, some words later: through the gates and besides.

J_k = ∂state_t / ∂state_{t-k}, [H, H]. In an LSTM the change of C has one way that only its forget
gates touch, the path diag(f_t ⊙ … ⊙ f_{t-k+1}) (the carousel of Hochreiter & Schmidhuber 1997, with
the gate of Gers et al. 2000), and all others, which lead through h and the gates:

    J_k = path_k + rest_k

an identity of matrices, entry by entry; lengths do not add up, since path and rest may point to
different sides. The GRU's h has the same path with z. A SimpleRNN has no such path:
J_k = ∏ diag(1 - h²) W_hhᵀ (Pascanu et al. 2013, eq. 5).

The length used throughout is ‖J‖_F / √H, the root mean square over the units of the length of their
rows. It is what is left, by root mean square, of a change of length 1 in a random direction (for
such v, E‖J v‖² = ‖J‖_F² / H), it is 1 at k = 0 whatever H, and of one unit it is the length of its
row. The spectral norm would tell of the best direction alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rnnexplorer.measures import lag, stretch
from rnnexplorer.measures.distribution import Array
from rnnexplorer.measures.lag import Curve

#: Words looked back; a change is mostly gone by then, and the work grows with them.
MOST_BACK = 40


@dataclass(frozen=True, eq=False)
class Split:
    """Lengths of J_k and of its two parts, for k = 0 … K.

    Each [K + 1, U] for U units t, or [K + 1] for one unit or all together.

    Attributes:
        total: of the rows of J_k.
        path: what the gates alone keep, ∏ f or ∏ z; None for a SimpleRNN.
        rest: of the rows of J_k - path_k; None for a SimpleRNN.
    """

    total: Array
    path: Array | None = None
    rest: Array | None = None

    def of(self, unit: int) -> Split:
        """Of one unit t."""
        return self._each(lambda part: part[:, unit])

    def together(self) -> Split:
        """Of all units: the root mean square over them."""
        return self._each(stretch.of_rows)

    def single(self) -> Split:
        """In single precision: half the room, where many are kept."""
        return self._each(lambda part: part.astype(np.float32))

    def _each(self, act: Callable[[Array], Array]) -> Split:
        if self.path is None or self.rest is None:
            return Split(act(self.total))
        return Split(act(self.total), act(self.path), act(self.rest))


def kept_by_gates(gates: Array, back: int) -> Array:
    """What gates alone keep of a state over k steps, ∏_{s=t-k+1…t} f_s, for k = 0 … `back`.

    Args:
        gates: f or z at the steps up to t, [T, H], more than `back` of them.
        back: how far to look back.

    Returns:
        [back + 1, H]; row 0 is 1.
    """
    newest = gates[::-1][:back].astype(np.float64)
    return np.concatenate([np.ones((1, gates.shape[1])), newest.cumprod(axis=0)])


def split(jacobians: Array, path: Array, units: range) -> Split:
    """Lengths of the rows of J_k of a gated cell, of its path and of the rest.

    Args:
        jacobians: rows of J_k for some units, [K + 1, U, H].
        path: of all units, [K + 1, H].
        units: the U units.
    """
    rest = jacobians.astype(np.float64)
    total = np.linalg.norm(rest, axis=2)
    own, at = path[:, units.start : units.stop], np.arange(len(units))
    rest[:, at, at + units.start] -= own
    return Split(total, own, np.linalg.norm(rest, axis=2))


def joined(pieces: Sequence[Split]) -> Split:
    """The split of all units of a gated cell from those of some of them, in their order."""
    return Split(
        np.concatenate([piece.total for piece in pieces], axis=1),
        np.concatenate([piece.path for piece in pieces if piece.path is not None], axis=1),
        np.concatenate([piece.rest for piece in pieces if piece.rest is not None], axis=1),
    )


# --- on average ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Averaged:
    """A `Split` on average over places of a text, with its bands.

    Attributes:
        total: [K + 1, U], or [K + 1] for one unit or all together.
        path: the same; None for a SimpleRNN.
        rest: the same.
    """

    total: Curve
    path: Curve | None = None
    rest: Curve | None = None

    @property
    def mean(self) -> Split:
        """The averages alone."""
        if self.path is None or self.rest is None:
            return Split(self.total.mean)
        return Split(self.total.mean, self.path.mean, self.rest.mean)

    @property
    def parts(self) -> dict[str, Curve]:
        """Those that there are, by their names."""
        every = {"total": self.total, "path": self.path, "rest": self.rest}
        return {name: curve for name, curve in every.items() if curve is not None}

    def of(self, unit: int) -> Averaged:
        """Of one unit t."""
        return Averaged(*(
            Curve(curve.mean[:, unit], curve.low[:, unit], curve.high[:, unit])
            for curve in self.parts.values()
        ))  # fmt: skip


def averaged(places: Sequence[Split], stretches: int) -> Averaged:
    """The geometric mean of each length over places, with bands, as `lag.geometric` makes them.

    Args:
        places: in the order of the text, all of the same shape.
        stretches: see `lag.arithmetic`.

    Raises:
        ValueError: there are fewer places than stretches.
    """
    parts = [[place.total for place in places]]
    if places[0].path is not None:
        parts.append([place.path for place in places if place.path is not None])
        parts.append([place.rest for place in places if place.rest is not None])
    return Averaged(*(lengths(np.stack(part), stretches) for part in parts))


def lengths(values: Array, stretches: int) -> Curve:
    """The geometric mean of lengths; 0 where there is nothing at any place, as of a rest at k = 0.

    Args:
        values: from 0, [N, K, …].
        stretches: see `lag.arithmetic`.
    """
    found = lag.geometric(np.maximum(values, lag.SMALLEST_NORM), stretches)
    some = (values > 0.0).any(axis=0)
    return Curve(*(np.where(some, end, 0.0) for end in (found.mean, found.low, found.high)))


# --- the SimpleRNN -------------------------------------------------------------------------------


def products(
    h: Array, W_hh: Array, back: int, begin: tuple[int, Array] | None = None
) -> Iterator[Array]:
    """J_k of a SimpleRNN for k = 0 … `back`, one after the other, [H, H].

    J_k = D_t Wᵀ D_{t-1} Wᵀ … D_{t-k+1} Wᵀ with D = diag(1 - h²), the slope of tanh.

    Args:
        h: at the steps up to t, [T, H], more than `back` of them.
        W_hh: [H, H], from row to column.
        back: how far to look back.
        begin: a distance to begin at in place of 0, and J of it.
    """
    transposed = W_hh.astype(np.float64).T
    first, product = (0, np.eye(len(W_hh))) if begin is None else begin
    yield product
    for k in range(first, back):
        slope = 1.0 - h[len(h) - 1 - k].astype(np.float64) ** 2
        product = (product * slope) @ transposed
        yield product


@dataclass(frozen=True, eq=False)
class Stretched:
    """Products of a SimpleRNN's steps at K neighbouring distances.

    Attributes:
        lengths: of the rows of each J_k, [K, H].
        singular: its singular values, largest first, [K, H].
        last: the last distance and its J, where the next ones can begin.
    """

    lengths: Array
    singular: Array
    last: tuple[int, Array]


def stretched(
    h: Array, W_hh: Array, distances: range, begin: tuple[int, Array] | None = None
) -> Stretched:
    """Lengths of the rows of J_k of a SimpleRNN, and its singular values.

    Args:
        h: at the steps up to t, [T, H].
        W_hh: [H, H].
        distances: the k that are asked for, K of them, less than T.
        begin: see `products`; no farther than the first of them.
    """
    lengths, values = [], []
    first = 0 if begin is None else begin[0]
    for k, product in enumerate(products(h, W_hh, distances.stop - 1, begin), first):
        if k in distances:
            lengths.append(np.linalg.norm(product, axis=1))
            values.append(stretch.singular_values(product))
    return Stretched(np.stack(lengths), np.stack(values), (distances.stop - 1, product))


def weights_alone(W_hh: Array, back: int) -> Array:
    """‖W^k‖_F / √H for k = 0 … `back`: what would be left if tanh had slope 1 everywhere."""
    zero = np.zeros((back + 1, len(W_hh)))
    return np.array([stretch.gain(product) for product in products(zero, W_hh, back)])


@dataclass(frozen=True)
class Recurrent:
    """A SimpleRNN's step in three numbers.

    Attributes:
        radius: spectral radius of W_hh, the largest |eigenvalue|: above 1 a change could grow for
            ever if tanh did not flatten it; below 1 it dies out in the end.
        stretch: largest singular value of W_hh: the most that one step can stretch a change.
        slope: mean of 1 - h² over the steps: what tanh lets through of it.
    """

    radius: float
    stretch: float
    slope: float


def recurrent(W_hh: Array, h: Array) -> Recurrent:
    """The three numbers.

    Args:
        W_hh: [H, H].
        h: [T, H].
    """
    matrix = W_hh.astype(np.float64)
    return Recurrent(
        radius=stretch.radius(stretch.eigenvalues(matrix)),
        stretch=float(stretch.singular_values(matrix)[0]),
        slope=float((1.0 - h.astype(np.float64) ** 2).mean()),
    )
