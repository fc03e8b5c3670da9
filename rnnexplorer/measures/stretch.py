"""How much a matrix stretches what it is multiplied with: on average, at most, in the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import linalg

from rnnexplorer.measures.distribution import Array


def gain(jacobians: Array) -> Array:
    """How long a push of length 1 is after a Jacobian, in root mean square over all directions.

    ‖J‖_F / √n = √(Σ_jk J_jk² / n), the root mean square of its singular values: 1 for the identity,
    |u|ᵏ for the k-th power of the scalar u and of an orthogonal matrix times u, whatever their
    size.

    Args:
        jacobians: [..., n, n].

    Returns:
        [...], from 0.
    """
    return of_rows(np.linalg.norm(jacobians.astype(np.float64), axis=-1))


def of_rows(lengths: Array) -> Array:
    """`gain` of a matrix from the lengths of its rows: their root mean square.

    Args:
        lengths: [..., n].

    Returns:
        [...].
    """
    found: Array = np.sqrt((lengths.astype(np.float64) ** 2).mean(axis=-1))
    return found


def singular_values(matrix: Array) -> Array:
    """How much a matrix stretches each of its n directions, largest first, [n]."""
    found: Array = np.linalg.svd(matrix, compute_uv=False)
    return found


def largest(matrix: Array) -> float:
    """The largest singular value alone, by Lanczos steps: of large matrices in a third of the time.

    Args:
        matrix: [n, n].
    """
    size = float(np.abs(matrix).max(initial=0.0))
    if len(matrix) <= 2 or size == 0.0:  # Lanczos needs a dimension to spare
        return float(singular_values(matrix)[0])
    begin = np.random.default_rng(0).standard_normal(len(matrix))
    scaled = matrix / size  # squares of what is left after many steps would be 0
    return size * float(linalg.svds(scaled, k=1, v0=begin, return_singular_vectors=False)[0])


def eigenvalues(matrix: Array) -> NDArray[np.complex128]:
    """Of a square matrix, by falling magnitude, [n]."""
    found = np.linalg.eigvals(matrix).astype(np.complex128)
    return found[np.argsort(-np.abs(found), kind="stable")]


def radius(found: NDArray[np.complex128]) -> float:
    """The spectral radius, what high powers of a matrix grow by: its largest |eigenvalue|.

    Args:
        found: `eigenvalues` of it.
    """
    return float(np.abs(found[0]))
