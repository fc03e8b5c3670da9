"""How much a matrix stretches, against its singular values, its powers and a worked example."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.measures import stretch


def test_a_gain_is_the_root_mean_square_of_the_singular_values():
    J = np.random.default_rng(0).normal(size=(3, 6, 6))
    for found, matrix in zip(stretch.gain(J), J, strict=True):
        values = np.linalg.svd(matrix, compute_uv=False)
        assert found == pytest.approx(np.sqrt((values**2).mean()))
        np.testing.assert_allclose(stretch.singular_values(matrix), values)
        assert stretch.largest(matrix) == pytest.approx(values[0], rel=1e-12)


def test_the_largest_singular_value_of_small_flat_and_empty_matrices():
    """Of a rotation all are 1; of 3 and 4 on a diagonal the largest is 4."""
    assert stretch.largest(np.diag([3.0, -4.0])) == pytest.approx(4.0)
    assert stretch.largest(np.array([[-2.0]])) == 2.0
    assert stretch.largest(np.zeros((5, 5))) == 0.0
    assert stretch.largest(np.eye(7)[::-1]) == pytest.approx(1.0)
    assert stretch.largest(1e200 * np.diag([1.0, 2.0, 3.0, 2.5])) == pytest.approx(3e200)
    assert stretch.largest(1e-200 * np.diag([1.0, 2.0, 3.0, 2.5])) == pytest.approx(3e-200)


def test_the_gain_is_that_of_the_lengths_of_the_rows():
    """Rows of lengths 3 and 4: √((9 + 16) / 2)."""
    assert stretch.gain(np.diag([3.0, 4.0])) == pytest.approx(np.sqrt(12.5))
    np.testing.assert_allclose(stretch.of_rows(np.array([[3.0, 4.0], [1.0, 1.0]])), [12.5**0.5, 1])


def test_powers_grow_by_the_radius_in_the_end():
    """Gelfand 1941: ‖Aᵏ‖^(1/k) → ρ(A); a triangular matrix has its diagonal as eigenvalues."""
    A = np.array([[0.8, 5.0], [0.0, -0.9]])
    found = stretch.eigenvalues(A)
    np.testing.assert_allclose(found, [-0.9, 0.8])
    assert stretch.radius(found) == pytest.approx(0.9)
    powers = [np.linalg.norm(np.linalg.matrix_power(A, k)) for k in (400, 401)]
    assert powers[1] / powers[0] == pytest.approx(stretch.radius(found), rel=1e-6)
