"""RMSprop with either place for epsilon, and rows of a look-up table updated only when read.

torch has RMSprop, but with epsilon beside the root only, and it goes over all of W_xh at every
step although a batch reads a few hundred of its rows. The rest of the optimizers come from torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from rnnexplorer.recipe import Recipe


class RMSprop(torch.optim.Optimizer):
    """v ← ρ v + (1 - ρ) g²,  w ← w - η g / (√v + ε)   (Tieleman & Hinton 2012).

    With `epsilon_inside` the divisor is √(v + ε), as in Keras 3. The difference is large: a weight
    whose gradient is far below √ε (a rare word's) moves by about η a step with epsilon beside the
    root, and by η g/√ε, next to nothing, with epsilon under it.

    Sparse gradients (of a look-up) update only their rows, exactly: a row without gradient does
    not move and its v decays by ρ, so the missed decays are applied when it is next read.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        *,
        learning_rate: float,
        decay: float,
        epsilon: float,
        epsilon_inside: bool,
    ) -> None:
        """Take the tensors to train and the constants η, ρ, ε."""
        defaults = {"lr": learning_rate, "decay": decay, "epsilon": epsilon}
        super().__init__(params, {**defaults, "epsilon_inside": epsilon_inside})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Apply the gradients that the tensors hold."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if not state:
                    state["steps"] = 0
                    state["square"] = torch.zeros_like(weight)
                    state["read_at"] = torch.zeros(weight.shape[0], device=weight.device)
                state["steps"] += 1
                if weight.grad.is_sparse:
                    self._update_rows(weight, state, group)
                else:
                    _descend(weight, weight.grad, state["square"], group)

    def _update_rows(
        self, weight: Tensor, state: dict[str, Tensor], group: dict[str, float]
    ) -> None:
        gradient = weight.grad.coalesce()  # type: ignore[union-attr]
        rows, values = gradient.indices()[0], gradient.values()
        missed = state["steps"] - 1 - state["read_at"][rows]
        square = state["square"].index_select(0, rows) * (group["decay"] ** missed).unsqueeze(1)
        updated = weight.index_select(0, rows)
        _descend(updated, values, square, group)
        weight[rows] = updated
        state["square"][rows] = square
        state["read_at"][rows] = float(state["steps"])


def _descend(weight: Tensor, gradient: Tensor, square: Tensor, group: dict[str, Any]) -> None:
    square.mul_(group["decay"]).addcmul_(gradient, gradient, value=1.0 - group["decay"])
    if group["epsilon_inside"]:
        divisor = (square + group["epsilon"]).sqrt_()
    else:
        divisor = square.sqrt().add_(group["epsilon"])
    weight.addcdiv_(gradient, divisor, value=-group["lr"])


def optimizer_of(recipe: Recipe, weights: Sequence[Tensor]) -> torch.optim.Optimizer:
    """The optimizer that a recipe asks for."""
    if recipe.optimizer == "rmsprop":
        return RMSprop(
            weights,
            learning_rate=recipe.learning_rate,
            decay=recipe.decay,
            epsilon=recipe.epsilon,
            epsilon_inside=recipe.epsilon_inside,
        )
    return torch.optim.AdamW(
        weights,
        lr=recipe.learning_rate,
        eps=recipe.epsilon,
        weight_decay=recipe.weight_decay,
        fused=True,  # one pass over each tensor; CPU and CUDA
    )


def clip_gradients(weights: Sequence[Tensor], limit: float | None) -> float:
    """The norm of all gradients together; above the limit all are scaled down to it.

    One exploding step would wipe out what the long texts taught (Pascanu et al. 2013).

    Returns:
        The norm before clipping.
    """
    # A sparse gradient lists a row once for each time it was read; coalescing adds these up.
    for weight in weights:
        if weight.grad is not None and weight.grad.is_sparse:
            weight.grad = weight.grad.coalesce()
    values = [
        w.grad.values() if w.grad.is_sparse else w.grad for w in weights if w.grad is not None
    ]
    norms = torch._foreach_norm(values)
    norm = torch.linalg.vector_norm(torch.stack(norms))
    if limit is not None and norm > limit:
        torch._foreach_mul_(values, limit / (norm + 1e-6))
    return float(norm)
