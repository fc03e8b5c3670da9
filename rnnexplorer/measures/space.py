"""The space of states: its principal axes, the path of a text in it, and two paths held together.

A state is a point with as many coordinates as a layer has units. The principal axes are the
directions in which the states of a whole text vary most (Pearson 1901; Hotelling 1933): the first
two or three of them give the flat picture that loses least. Distances that are told in numbers are
those of the full space, not those of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rnnexplorer.measures.blocks import blocks, parts
from rnnexplorer.measures.distribution import Array

#: States that axes are fitted on at most, every so manieth of a longer text: a share is then known
#: to about a hundredth of itself.
MOST_STATES = 50_000

#: The agreement of two paths is held against so many shifts at least: with fewer even the best of
#: all comes by chance more often than `LEVEL`.
LEAST_SHIFTS = 20

#: Share of the shifts that may agree as well where a path is called more alike than chance.
LEVEL = 0.05

#: A path returns only after so many words: the next word is near by nature.
RETURN_AFTER = 4


@dataclass(frozen=True, eq=False)
class Axes:
    """Where the states of a text lie.

    Attributes:
        mean: the average state, [H]; the origin of the picture.
        directions: unit vectors, the direction of most variance first, [K, H].
        shares: of the whole variance, for all components, falling, [H]; they sum to 1, or are all
            0 where nothing varies.
        fitted: how many states they were fitted on.
        spread: root mean square distance of a state from the mean.
    """

    mean: Array
    directions: Array
    shares: Array
    fitted: int
    spread: float


def principal_axes(states: Array, count: int) -> Axes:
    """Principal components of states, from the eigenvectors of their covariance.

    S = 1/N sum_n (x_n - m)(x_n - m)ᵀ, S v_k = s_k v_k, share_k = s_k / sum_j s_j. An eigenvector
    has no sign of its own: it is turned so that its entry of the largest size is positive. The
    states are read in blocks, so that a memory map of any length can be given; of more than
    `MOST_STATES` every so manieth is taken. Sources: Pearson (1901), Hotelling (1933).

    Args:
        states: [N, H], of any precision.
        count: how many directions are kept, from 1 to H.

    Raises:
        ValueError: there are no states, or fewer units than directions.
    """
    size, units = states.shape
    if not size:
        raise ValueError("there are no states to fit axes on")
    if not 1 <= count <= units:
        raise ValueError(f"{units} units have 1 to {units} principal axes, not {count}")
    taken = sample(states)
    mean = sum((block.sum(axis=0) for block in blocks(taken)), np.zeros(units)) / len(taken)
    covariance = np.zeros((units, units))
    for block in blocks(taken):
        block -= mean
        covariance += block.T @ block
    covariance /= len(taken)
    variances, vectors = np.linalg.eigh(covariance)
    variances = np.clip(variances[::-1], 0.0, None)  # rounding leaves a zero a little below zero
    directions = vectors[:, ::-1].T[:count]
    largest = np.abs(directions).argmax(axis=1)
    signs = np.where(directions[np.arange(count), largest] < 0, -1.0, 1.0)
    total = float(variances.sum())
    return Axes(
        mean=mean,
        directions=directions * signs[:, None],
        shares=variances / total if total > 0 else np.zeros(units),
        fitted=len(taken),
        spread=float(np.sqrt(total)),
    )


def first_of(axes: Axes, count: int) -> Axes:
    """The same axes with the first directions only."""
    return replace(axes, directions=axes.directions[:count])


def sample(states: Array) -> Array:
    """At most `MOST_STATES` states, evenly through the text: all, every second, and so on."""
    return states[:: -(-len(states) // MOST_STATES)]


def project(states: Array, axes: Axes) -> Array:
    """Coordinates of states on principal axes: (x - m) · v_k.

    Args:
        states: [N, H].
        axes: of K directions.

    Returns:
        [N, K], in the units of the states.

    Raises:
        ValueError: the states have another number of units.
    """
    if states.shape[1] != len(axes.mean):
        raise ValueError(f"the axes are of {len(axes.mean)} units, the states of {states.shape[1]}")
    found = [(block - axes.mean) @ axes.directions.T for block in blocks(states)]
    return np.concatenate(found) if found else np.zeros((0, len(axes.directions)))


def seen(states: Array, axes: Axes) -> float:
    """Which share of a path's own variance, about its own mean, its projection keeps.

    The picture of a path whose share is small hides most of its movement.

    Returns:
        From 0 to 1; 1 for a path that does not move.
    """
    centred = states - states.mean(axis=0, dtype=np.float64)
    whole = float((centred**2).sum())
    return float(((centred @ axes.directions.T) ** 2).sum()) / whole if whole > 0 else 1.0


# --- two networks --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Turned:
    """A path turned onto another one.

    Attributes:
        path: the second path after the turn, [T, K].
        turn: the rotation, with a reflection where that fits better, [K, K].
        residual: what the turn leaves, see `turned`, from 0 (the same path) to 1 (nothing alike).
        shifted: the same where the second path is shifted against the words, each with a turn of
            its own, [T - 1]; empty for fewer than `LEAST_SHIFTS` shifts.
    """

    path: Array
    turn: Array
    residual: float
    shifted: Array

    @property
    def p(self) -> float | None:
        """How often a shifted path agrees as well, the path itself counted; None of no shifts."""
        if not len(self.shifted):
            return None
        return float((1 + (self.shifted <= self.residual).sum()) / (1 + len(self.shifted)))

    @property
    def alike(self) -> bool | None:
        """Whether the paths are more alike than chance; None where it cannot be told."""
        return None if self.p is None else self.p <= LEVEL


def turned(second: Array, first: Array) -> Turned:
    """The second path, turned about the origin onto the first: rotation and reflection, no scaling.

    Units of two networks have nothing in common, so the axes of each are its own, and only a turn
    can bring the two pictures together. R = U Vᵀ from BᵀA = U S Vᵀ minimises ‖B R - A‖ (orthogonal
    Procrustes, Schönemann 1966). Told is ‖B R - A‖² / (‖A‖² + ‖B‖²): 0 if the paths are the same,
    1 if the best turn finds nothing in common.

    A turn fits any two paths somewhat, and any two smooth ones well. How much is told by the same
    number where the second path is shifted against the words, the end put before the beginning: it
    keeps its own smoothness and loses its place (as labels do in `tracking`). All shifts count,
    the near ones too: they agree nearly as well as the path itself where it is smooth, and without
    them its own place would look better than it is. Of two unrelated paths that change evenly
    about one in twenty is then called alike, more in a short text of slow paths.

    Args:
        second: B, coordinates of the same T words in the other space, [T, K].
        first: A, [T, K].

    Raises:
        ValueError: the two differ in shape.
    """
    if second.shape != first.shape:
        raise ValueError(
            f"the paths have the shapes {second.shape} and {first.shape}; a turn needs the same"
            " words and as many components"
        )
    left, _, right = np.linalg.svd(second.T @ first)
    turn = left @ right
    shifts = range(len(first) if len(first) > LEAST_SHIFTS else 1)
    left_over = _residuals(np.array([np.roll(second, k, axis=0).T @ first for k in shifts]),
                           float((first**2).sum() + (second**2).sum()))  # fmt: skip
    return Turned(second @ turn, turn, float(left_over[0]), left_over[1:])


def _residuals(products: Array, size: float) -> Array:
    """‖B R - A‖² / size = 1 - 2 sum_k S_k / size at the best R, of each BᵀA, [N, K, K]."""
    common = np.linalg.svd(products, compute_uv=False).sum(axis=1)
    return np.clip(1.0 - 2.0 * common / size, 0.0, 1.0) if size > 0 else np.zeros(len(products))


# --- one path ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Movement:
    """How a path moves in the full space; distances are Euclidean.

    Attributes:
        jumps: from the state before, [T]; NaN at the first word.
        back: two steps, earlier and later, at least `RETURN_AFTER` apart, whose states are
            nearest to each other; None for a path too short.
        apart: their distance; NaN without them.
        typical: median distance of two steps of the path so far apart; NaN without any.
    """

    jumps: Array
    back: tuple[int, int] | None
    apart: float
    typical: float


def jumps(states: Array) -> Array:
    """How far each state lies from the one before, in the full space.

    Args:
        states: [T, H], T at least 1.

    Returns:
        [T]; NaN at the first word.
    """
    moves = np.diff(states.astype(np.float64), axis=0)
    return np.concatenate(([np.nan], np.linalg.norm(moves, axis=1)))


def movement(states: Array) -> Movement:
    """Jumps of a path, and where it comes back to a similar state.

    Args:
        states: [T, H], T at least 1.
    """
    steps, states = jumps(states), states.astype(np.float64)
    earlier, later = np.triu_indices(len(states), RETURN_AFTER)
    if not len(earlier):
        return Movement(steps, None, np.nan, np.nan)
    squares = (states**2).sum(axis=1)
    between = squares[:, None] + squares - 2 * states @ states.T
    distances = np.sqrt(np.clip(between[earlier, later], 0.0, None))
    nearest = int(distances.argmin())
    back = int(earlier[nearest]), int(later[nearest])
    return Movement(steps, back, float(distances[nearest]), float(np.median(distances)))


def distances(states: Array, state: Array) -> Array:
    """Euclidean distance of every state of a text from one state, in the full space.

    Args:
        states: [N, H], read in blocks.
        state: [H].

    Returns:
        [N].
    """
    found = []
    for part in parts(len(states)):
        # single precision is finer than what is on disk, and twice as fast
        away = states[part].astype(np.float32) - state.astype(np.float32)
        found.append(np.sqrt(np.einsum("nh,nh->n", away, away)))
    return np.concatenate(found) if found else np.zeros(0)


def nearness(away: Array) -> tuple[float, Array]:
    """How near the states of a text are to one, measured by how far a state usually is.

    Args:
        away: their distances, see `distances`, [N].

    Returns:
        The mean distance, and for each state 1 less its share of that: 1 at the state itself, 0
        from the mean distance on, [N].
    """
    usual = float(away.mean())
    return usual, np.clip(1.0 - away / max(usual, 1e-6), 0.0, 1.0)


def table(words: tuple[str, ...], states: Array, coordinates: Array) -> pd.DataFrame:
    """A row per word: its coordinates, and how far its state lies from the one before."""
    components = {f"component_{k + 1}": column for k, column in enumerate(coordinates.T)}
    steps = np.arange(len(words))
    return pd.DataFrame({"step": steps, "word": words, **components,
                         "jump": jumps(states)})  # fmt: skip


# --- the states of the whole text, as regions ----------------------------------------------------


def regions(points: Array, cells: int) -> tuple[Array, Array, Array]:
    """How much of a cloud of points lies where it is denser than here.

    A histogram, smoothed by a Gaussian of one and a half cells, is read from its densest cell
    down: a cell gets the share of all points in it and in the denser ones (the highest density
    region it borders, Hyndman 1996). So the cells up to 0.5 are the smallest area that holds half.

    Args:
        points: [N, 2].
        cells: along each axis, at least 11, the width of the smoothing.

    Returns:
        Middles of the columns [`cells`] and of the rows [`cells`], and the shares
        [`cells` (rows), `cells` (columns)], from above 0 to 1.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.maximum(0.06 * (high - low), 1e-6)  # room for the smoothing, also of one point
    edges = [np.linspace(a, b, cells + 1) for a, b in zip(low - margin, high + margin, strict=True)]
    counts, _, _ = np.histogram2d(points[:, 0], points[:, 1], edges)
    offsets = np.arange(-5, 6)
    kernel = np.exp(-0.5 * (offsets / 1.5) ** 2)
    for axis in (0, 1):
        counts = np.apply_along_axis(np.convolve, axis, counts, kernel / kernel.sum(), "same")
    order = np.argsort(-counts, axis=None, kind="stable")
    held = np.empty(counts.size)
    held[order] = np.cumsum(counts.ravel()[order]) / counts.sum()
    x, y = ((edge[:-1] + edge[1:]) / 2 for edge in edges)
    return x, y, np.clip(held.reshape(counts.shape).T, 0.0, 1.0)
