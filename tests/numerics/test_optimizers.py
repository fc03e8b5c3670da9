from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnexplorer.optimizers import RMSprop, clip_gradients, optimizer_of
from rnnexplorer.recipe import Recipe

ROWS, COLUMNS, STEPS = 7, 3, 30


def start(dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(ROWS, COLUMNS, generator=generator, dtype=dtype).requires_grad_()


def dense_gradients() -> list[Tensor]:
    generator = torch.Generator().manual_seed(2)
    return [
        torch.randn(ROWS, COLUMNS, generator=generator, dtype=torch.float64) for _ in range(STEPS)
    ]


def rmsprop(weights: list[Tensor], *, inside: bool = False, decay: float = 0.9) -> RMSprop:
    return RMSprop(weights, learning_rate=0.01, decay=decay, epsilon=1e-3, epsilon_inside=inside)


def descend(optimizer: torch.optim.Optimizer, weight: Tensor, gradients: list[Tensor]) -> Tensor:
    for gradient in gradients:
        weight.grad = gradient.to(weight.dtype)
        optimizer.step()
    return weight.detach()


# --- RMSprop -------------------------------------------------------------------------------------


@pytest.mark.parametrize("decay", [0.0, 0.9, 0.9999])
def test_with_epsilon_beside_the_root_it_is_torchs_rmsprop(decay: float) -> None:
    ours, theirs = start(), start()
    reference = torch.optim.RMSprop([theirs], lr=0.01, alpha=decay, eps=1e-3)
    found = descend(rmsprop([ours], decay=decay), ours, dense_gradients())
    expected = descend(reference, theirs, dense_gradients())
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-13)


def test_with_epsilon_inside_the_root_it_is_the_formula() -> None:
    # Keras 3: v ← ρ v + (1 - ρ) g²,  w ← w - η g / √(v + ε).
    weight = start()
    w, v = weight.detach().numpy().copy(), np.zeros((ROWS, COLUMNS))
    for gradient in dense_gradients():
        g = gradient.numpy()
        v = 0.9 * v + (1 - 0.9) * g**2
        w = w - 0.01 * g / np.sqrt(v + 1e-3)
    found = descend(rmsprop([weight], inside=True), weight, dense_gradients())
    np.testing.assert_allclose(found.numpy(), w, rtol=0, atol=1e-13)


@pytest.mark.parametrize(("inside", "moved"), [(False, 1.58e-3), (True, 1.0e-6)])
def test_the_place_of_epsilon_decides_how_far_a_rare_word_moves(inside: bool, moved: float) -> None:
    # Keras' constants and a gradient g = √10·1e-7, so that √v = √(0.1·g²) = 1e-7 = ε. Beside the
    # root: 1e-3·√10·1e-7 / 2e-7. Inside: 1e-3·√10·1e-7 / √(1e-14 + 1e-7).
    weight = torch.zeros(1, 1, dtype=torch.float64)
    optimizer = RMSprop(
        [weight], learning_rate=1e-3, decay=0.9, epsilon=1e-7, epsilon_inside=inside
    )
    gradient = torch.full((1, 1), math.sqrt(10) * 1e-7, dtype=torch.float64)
    descend(optimizer, weight, [gradient])
    assert -weight.item() == pytest.approx(moved, rel=0.01)


def sparse(rows: list[int], values: Tensor) -> Tensor:
    with torch.sparse.check_sparse_tensor_invariants():
        return torch.sparse_coo_tensor(torch.tensor([rows]), values, (ROWS, COLUMNS))


def some_rows() -> list[tuple[list[int], Tensor]]:
    """Gradients of a look-up: rows named repeatedly, row 3 only in the first and last step."""
    rng = np.random.default_rng(3)
    found = []
    for step in range(STEPS):
        rows = rng.choice([0, 1, 2, 4, 5], 4).tolist()  # 6 never
        rows += [3, 3] if step in (0, STEPS - 1) else []
        found.append((rows, torch.from_numpy(rng.normal(size=(len(rows), COLUMNS)))))
    return found


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("decay", [0.0, 0.9])
def test_rows_updated_when_read_equal_rows_updated_at_every_step(
    inside: bool, decay: float
) -> None:
    lazy, dense = start(), start()
    lazily, densely = (rmsprop([w], inside=inside, decay=decay) for w in (lazy, dense))
    for rows, values in some_rows():
        descend(lazily, lazy, [sparse(rows, values)])
        descend(densely, dense, [sparse(rows, values).to_dense()])
        # The missed decays are one power, taken in float32: v is right to 6e-8 of itself.
        torch.testing.assert_close(lazy, dense, rtol=0, atol=1e-8)
    assert torch.equal(lazy[6], start()[6])


def test_in_float32_lazy_rows_stay_within_rounding_of_dense_ones() -> None:
    lazy, dense = start(torch.float32), start(torch.float32)
    lazily, densely = rmsprop([lazy]), rmsprop([dense])
    for rows, values in some_rows():
        descend(lazily, lazy, [sparse(rows, values.float())])
        descend(densely, dense, [sparse(rows, values.float()).to_dense()])
    torch.testing.assert_close(lazy, dense, rtol=0, atol=1e-6)


def test_going_on_from_a_saved_state_changes_nothing() -> None:
    whole, first = start(torch.float32), start(torch.float32)
    steps = [sparse(rows, values.float()) for rows, values in some_rows()]
    descend(rmsprop([whole]), whole, steps)
    begun = rmsprop([first])
    descend(begun, first, steps[:11])
    second = first.detach().clone().requires_grad_()
    resumed = rmsprop([second])
    resumed.load_state_dict(begun.state_dict())
    descend(resumed, second, steps[11:])
    assert torch.equal(second, whole)


# --- which optimizer -----------------------------------------------------------------------------


def test_the_recipe_gives_rmsprop_its_constants() -> None:
    recipe = Recipe(learning_rate=0.02, decay=0.8, epsilon=1e-4, epsilon_inside=True)
    weight = torch.zeros(1, 1, dtype=torch.float64)
    descend(optimizer_of(recipe, [weight]), weight, [torch.full((1, 1), 0.5)])
    assert -weight.item() == pytest.approx(0.02 * 0.5 / math.sqrt(0.2 * 0.25 + 1e-4), rel=1e-12)


def test_adam_is_adam_with_decoupled_weight_decay() -> None:
    # Loshchilov & Hutter (2019), algorithm 2, with Adam's usual β₁ = 0.9 and β₂ = 0.999.
    rate, epsilon, shrink = 0.01, 1e-4, 0.1
    recipe = Recipe(optimizer="adam", learning_rate=rate, epsilon=epsilon, weight_decay=shrink)
    weight = start()
    w, m, v = weight.detach().numpy().copy(), 0.0, 0.0
    for t, gradient in enumerate(dense_gradients(), start=1):
        g = gradient.numpy()
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - rate * shrink * w
        w = w - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + epsilon)
    found = descend(optimizer_of(recipe, [weight]), weight, dense_gradients())
    np.testing.assert_allclose(found.numpy(), w, rtol=0, atol=1e-12)


# --- clipping ------------------------------------------------------------------------------------


def two_weights(scale: float) -> list[Tensor]:
    generator = torch.Generator().manual_seed(4)
    weights = [torch.zeros(4, 3), torch.zeros(5)]
    for weight in weights:
        weight.grad = scale * torch.randn(weight.shape, generator=generator)
    return weights


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("limit", [0.5, 1.0])
def test_clipping_is_torchs(scale: float, limit: float) -> None:
    ours, theirs = two_weights(scale), two_weights(scale)
    norm = clip_gradients(ours, limit)
    assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_(theirs, limit).item(), rel=1e-6)
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one.grad, other.grad, rtol=1e-6, atol=0)


def test_without_a_limit_the_norm_is_measured_and_nothing_is_changed() -> None:
    weights, untouched = two_weights(100.0), two_weights(100.0)
    squares = sum(float((weight.grad**2).sum()) for weight in untouched)
    assert clip_gradients(weights, None) == pytest.approx(math.sqrt(squares), rel=1e-6)
    assert all(torch.equal(a.grad, b.grad) for a, b in zip(weights, untouched, strict=True))


def test_a_row_that_was_read_twice_counts_once_with_both_gradients() -> None:
    # 3 + 1 in one place: the norm of the gradient is 4, not √(9 + 1).
    weight = torch.zeros(ROWS, COLUMNS)
    values = torch.zeros(2, COLUMNS)
    values[0, 0], values[1, 0] = 3.0, 1.0
    weight.grad = sparse([2, 2], values)
    assert clip_gradients([weight], 1.0) == pytest.approx(4.0)
    clipped = torch.zeros(ROWS, COLUMNS)
    clipped[2, 0] = 1.0
    torch.testing.assert_close(weight.grad.to_dense(), clipped, rtol=0, atol=1e-6)


def test_sparse_and_dense_gradients_are_clipped_together() -> None:
    rows, values = some_rows()[0]
    mixed, dense = two_weights(1.0), two_weights(1.0)
    mixed.append(torch.zeros(ROWS, COLUMNS))
    dense.append(torch.zeros(ROWS, COLUMNS))
    mixed[2].grad = sparse(rows, values.float())
    dense[2].grad = sparse(rows, values.float()).to_dense()
    norm = clip_gradients(mixed, 0.5)
    assert norm == pytest.approx(torch.nn.utils.clip_grad_norm_(dense, 0.5).item(), rel=1e-6)
    for one, other in zip(mixed, dense, strict=True):
        torch.testing.assert_close(one.grad.to_dense(), other.grad, rtol=1e-6, atol=1e-9)


def test_weights_without_a_gradient_are_passed_over() -> None:
    weights = [*two_weights(1.0), torch.zeros(2)]
    assert clip_gradients(weights, 0.1) > 0.1
    assert weights[2].grad is None
