"""The expansion of a recurrence, by hand, under autograd and against finite differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnnexplorer import settings
from rnnexplorer.measures import expansion
from rnnexplorer.measures import expansion_sentences as told
from rnnexplorer.measures.arithmetic import short
from rnnexplorer.measures.expansion import KINDS, Setup, expand

MATRIX = Setup(u=0.8, size=5, depth=7, matrix="gaussian", seed=3)


def states(U, W, x, phi=np.tanh):
    """h_t = φ(U h_{t-1} + W x_t), written out."""
    h, found = np.zeros(len(W)), []
    for x_t in x:
        h = phi(U @ h + W * x_t)
        found.append(h)
    return np.array(found)


# --- the chapter's example, by hand --------------------------------------------------------------


def test_with_u_of_two_the_five_terms_are_1_2_4_8_16():
    found = expand(Setup(u=2.0, depth=5))
    np.testing.assert_array_equal(found.sizes, [16, 8, 4, 2, 1])  # of x1 … x5
    np.testing.assert_array_equal(found.h[:, 0], [1, 3, 7, 15, 31])
    np.testing.assert_array_equal(found.gains, [16, 8, 4, 2, 1])
    assert found.left == 16
    np.testing.assert_allclose(found.shares, np.array([16, 8, 4, 2, 1]) / 31)


def test_the_gradient_of_u_is_that_of_its_powers():
    """d/dU (1 + U + U² + U³ + U⁴) = 1 + 2U + 3U² + 4U³: with U = 2 it is 1 + 4 + 12 + 32."""
    assert expand(Setup(u=2.0, depth=5)).gradient[0, 0] == 49
    # Of x1 alone h_5 is U⁴, and its derivative 4U³.
    assert expand(Setup(u=2.0, depth=5, inputs="first")).gradient[0, 0] == 32


def test_inputs_may_alternate_or_come_once():
    found = expand(Setup(u=2.0, depth=4, inputs="alternating"))
    np.testing.assert_array_equal(found.sizes, [8, -4, 2, -1])
    assert found.h[-1, 0] == 5
    np.testing.assert_array_equal(expand(Setup(u=2.0, depth=4, inputs="first")).sizes, [8, 0, 0, 0])


def test_the_smallest_term_is_not_lost_in_the_sum():
    found = expand(Setup(u=0.5, depth=50))
    assert found.left == pytest.approx(0.5**49, rel=1e-12)


# --- any matrix and activation -------------------------------------------------------------------


@pytest.mark.parametrize("matrix", ["orthogonal", "gaussian"])
@pytest.mark.parametrize("u", [0.7, -1.2])
@pytest.mark.parametrize("size", [2, 9, 64])
def test_a_drawn_matrix_has_the_spectral_radius(matrix, u, size):
    U = expand(Setup(u=u, size=size, depth=2, matrix=matrix)).U
    assert np.abs(np.linalg.eigvals(U)).max() == pytest.approx(abs(u), rel=1e-9)
    if matrix == "orthogonal":
        np.testing.assert_allclose(U @ U.T, u * u * np.eye(size), atol=1e-12)


def test_a_seed_draws_the_same_matrix_and_another_another():
    one, again, other = (expand(replace(MATRIX, seed=seed)).U for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.allclose(one, other)


def test_the_terms_of_a_matrix_sum_to_its_last_state():
    found = expand(MATRIX)
    for t in range(7):
        term = np.linalg.matrix_power(found.U, 6 - t) @ found.W
        np.testing.assert_allclose(found.effects[t], term, rtol=1e-10, atol=1e-14)
        assert found.sizes[t] == pytest.approx(np.linalg.norm(term))
    np.testing.assert_allclose(found.effects.sum(axis=0), found.h[-1], rtol=1e-10)


def test_powers_of_an_orthogonal_matrix_have_the_gains_of_the_scalar():
    matrix = expand(Setup(u=0.9, size=16, depth=20))
    np.testing.assert_allclose(matrix.gains, expand(Setup(u=0.9, depth=20)).gains, rtol=1e-10)


@pytest.mark.parametrize("activation", ["none", "tanh", "relu"])
@pytest.mark.parametrize("size", [1, 5])
def test_states_and_gradients_are_those_of_autograd(activation, size):
    phi = {"none": lambda a: a, "tanh": torch.tanh, "relu": torch.relu}[activation]
    setup = replace(MATRIX, size=size, activation=activation, inputs="alternating")
    found = expand(setup)
    U = torch.tensor(found.U, requires_grad=True)
    W, h, kept = torch.tensor(found.W), torch.zeros(size, dtype=torch.float64), []
    for x in found.x:
        h = phi(U @ h + W * float(x))
        kept.append(h)
    np.testing.assert_allclose(found.h, torch.stack(kept).detach(), rtol=1e-12, atol=1e-14)
    (expected,) = torch.autograd.grad(h.sum() / size**0.5, U, retain_graph=True)
    np.testing.assert_allclose(found.gradient, expected, rtol=1e-9, atol=1e-13)
    for t, earlier in enumerate(kept):
        rows = [torch.autograd.grad(h[j], earlier, retain_graph=True)[0] for j in range(size)]
        norm = float(torch.stack(rows).norm()) / size**0.5
        assert found.gains[t] == pytest.approx(norm, rel=1e-9, abs=1e-14)


def test_the_gradient_through_tanh_is_what_finite_differences_give():
    found, step = expand(replace(MATRIX, activation="tanh")), 1e-6
    columns = []
    for k in range(5):  # push h_3, of seven steps, along each unit
        ends = []
        for sign in (1, -1):
            h = found.h[2] + sign * step * np.eye(5)[k]
            for x_t in found.x[3:]:
                h = np.tanh(found.U @ h + found.W * x_t)
            ends.append(h)
        columns.append((ends[0] - ends[1]) / (2 * step))
    norm = np.linalg.norm(columns) / np.sqrt(5)
    assert found.gains[2] == pytest.approx(norm, rel=1e-7)


def test_the_gradient_of_u_is_what_finite_differences_give():
    setup, step = Setup(u=0.7, depth=9, activation="tanh"), 1e-6
    up, down = (expand(replace(setup, u=0.7 + by)).h[-1, 0] for by in (step, -step))
    assert expand(setup).gradient[0, 0] == pytest.approx((up - down) / (2 * step), rel=1e-7)


def test_under_tanh_an_effect_is_what_the_last_state_loses():
    found = expand(replace(MATRIX, activation="tanh"))
    for t in range(7):
        x = found.x.copy()
        x[t] = 0.0
        lost = found.h[-1] - states(found.U, found.W, x)[-1]
        np.testing.assert_allclose(found.effects[t], lost, atol=1e-12)
    first = np.linalg.norm(found.effects[0]) / np.linalg.norm(found.h[0])
    assert found.left == pytest.approx(first)


def test_what_drowns_in_rounding_counts_as_nothing():
    found = expand(Setup(u=1.3, depth=40, activation="tanh"))
    assert found.left == 0
    assert 0 < found.gains[0] < 1e-40
    assert "less than 10⁻¹² of x₁ is left in h₄₀" in told.headline(found)


def test_a_relu_that_is_shut_lets_nothing_through():
    """h_1 = 1, h_2 = relu(-2 + 1) = 0, h_3 = relu(1) = 1."""
    found = expand(Setup(u=-2.0, depth=3, activation="relu"))
    np.testing.assert_array_equal(found.h[:, 0], [1, 0, 1])
    np.testing.assert_array_equal(found.gains, [0, 2 * 1, 1])
    assert told.gradient(found) == "Nothing of a small push to h₁ arrives in h₃."


# --- clipping ------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [0.5, 1e3])
def test_clipping_is_that_of_torch(limit):
    gradient = expand(replace(MATRIX, u=1.5)).gradient
    weight = torch.nn.Parameter(torch.zeros(5, 5, dtype=torch.float64))
    weight.grad = torch.tensor(gradient)
    torch.nn.utils.clip_grad_norm_([weight], limit)
    np.testing.assert_allclose(expansion.clipped(gradient, limit), weight.grad, rtol=1e-5)


# --- in sentences --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setup", "sentence"),
    [
        (Setup(), "With U = 0.9, 0.9⁴ = 0.66 of x₁ is left in h₅, and 0.0057 in h₅₀."),
        (
            Setup(u=1.3),
            "With U = 1.3, x₁ counts 1.3⁴ = 2.86 times in h₅, and 3.8·10⁵ times in h₅₀.",
        ),
        (Setup(u=-1.0, depth=50), "With U = −1, (−1)⁴⁹ = −1.00 of x₁ is left in h₅₀."),
        (
            Setup(u=0.5, size=4, depth=3),
            "With a 4 × 4 U of spectral radius 0.5 (orthogonal), 0.25 of x₁ is left in h₃, and"
            " 1.8·10⁻¹⁵ in h₅₀.",
        ),
    ],
)  # fmt: skip
def test_the_headline_has_the_numbers(setup, sentence):
    assert told.headline(expand(setup)) == sentence


def test_a_step_moves_u_as_far_as_its_clipped_gradient_says():
    found = expand(Setup(u=1.3, depth=5))  # 1 + 2.6 + 5.07 + 8.788 = 17.458
    assert told.step(found, None) == (
        "dh₅/dU is 17.46. A step at learning rate 0.1 down this slope takes U from 1.3 to −0.4458."
    )
    clipped = told.step(found, 1.0)
    assert "Clipped to 1" in clipped
    assert clipped.endswith("takes U from 1.3 to 1.2.")
    assert "clipping leaves it alone" in told.step(found, 100.0)
    moved = told.step(expand(MATRIX), 0.5)
    own = float(np.linalg.norm(expand(MATRIX).U))
    assert moved.endswith(f"moves U by {short(0.1 * 0.5 / own)} times its own length.")
    nothing = expand(Setup(u=0.0, size=3, depth=2))
    length = 0.1 * float(np.linalg.norm(nothing.gradient))
    assert length > 0
    assert told.step(nothing, None).endswith(f"0 everywhere, by a length of {short(length)}.")


def test_settings_describe_a_setup():
    values, complaints = settings.read("u=1.5;size=8;matrix=gaussian;clip=on", KINDS)
    assert not complaints
    assert expansion.setup_of(values) == Setup(u=1.5, size=8, matrix="gaussian")
    assert expansion.setup_of(settings.read(None, KINDS)[0]) == Setup()
    assert expansion.setup_of({"u": 2.0}) == Setup(u=2.0)  # a lesson may offer less


def test_the_table_has_a_row_per_input():
    table = expansion.table(expand(Setup(u=2.0, depth=3)))
    assert table["steps_back"].tolist() == [2, 1, 0]
    assert table["left_in_last_state"].tolist() == [4, 2, 1]
    assert table["gradient_norm"].tolist() == [4, 2, 1]
