"""The LSTM for training against torch.nn.LSTM, the step under autograd, and finite differences."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rnnexplorer.cells import Recurrence, lstm_step
from rnnexplorer.lstm_states import lstm_states

T, B, H = 6, 3, 5
TOLERANCE = 1e-12


def pieces(seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """u, h_0, c_0 and W_hh in double precision, all to be differentiated by."""
    random = torch.Generator().manual_seed(seed)
    shapes = ((T, B, 4 * H), (B, H), (B, H), (H, 4 * H))
    u, h_0, c_0, W_hh = (
        torch.randn(shape, generator=random, dtype=torch.float64).requires_grad_()
        for shape in shapes
    )
    return u, h_0, c_0, W_hh


def states(u: Tensor, *rest: Tensor) -> tuple[Tensor, Tensor]:
    """`lstm_states` on a copy, since it overwrites u."""
    return lstm_states(u.clone(), *rest)


def by_steps(u: Tensor, h_0: Tensor, c_0: Tensor, W_hh: Tensor) -> tuple[Tensor, Tensor]:
    """The same by repeating the step, which autograd differentiates."""
    state, steps = {"h": h_0, "c": c_0}, []
    for u_t in u:
        state = lstm_step(u_t, state, Recurrence(W_hh))
        steps.append(state)
    return torch.stack([s["h"] for s in steps]), torch.stack([s["c"] for s in steps])


def test_the_states_and_gradients_are_those_of_torch_nn_lstm() -> None:
    u, h_0, c_0, W_hh = pieces()
    reference = torch.nn.LSTM(4 * H, H, bias=False, dtype=torch.float64)
    with torch.no_grad():
        reference.weight_ih_l0.copy_(torch.eye(4 * H))  # so that its input is u itself
        reference.weight_hh_l0.copy_(W_hh.t())
    h, c = states(u, h_0, c_0, W_hh)
    expected, (_, c_last) = reference(u, (h_0.unsqueeze(0), c_0.unsqueeze(0)))
    torch.testing.assert_close(h, expected, rtol=TOLERANCE, atol=TOLERANCE)
    torch.testing.assert_close(c[-1:], c_last, rtol=TOLERANCE, atol=TOLERANCE)
    weight = torch.randn(T, B, H, dtype=torch.float64)
    found = torch.autograd.grad((h * weight).sum(), (u, h_0, c_0, W_hh))
    names = (u, h_0, c_0, reference.weight_hh_l0)
    wanted = torch.autograd.grad((expected * weight).sum(), names)
    for ours, theirs in zip(found[:3], wanted[:3], strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=TOLERANCE)
    torch.testing.assert_close(found[3], wanted[3].t(), rtol=1e-10, atol=TOLERANCE)


@pytest.mark.parametrize("of", ["h", "c", "both", "last h"])
def test_gradients_of_either_state_are_those_of_the_step(of: str) -> None:
    inputs = pieces(seed=1)

    def loss(h: Tensor, c: Tensor) -> Tensor:
        values = {"h": h.square().sum(), "c": c.sin().sum(), "last h": h[-1].square().sum()}
        return values["h"] + values["c"] if of == "both" else values[of]

    found = torch.autograd.grad(loss(*states(*inputs)), inputs)
    expected = torch.autograd.grad(loss(*by_steps(*inputs)), inputs)
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=TOLERANCE)


def test_gradients_agree_with_finite_differences() -> None:
    inputs = pieces(seed=2)
    found = torch.autograd.grad(some_loss(*states(*inputs)), inputs)
    step, values = 1e-6, [x.detach() for x in inputs]
    for x, gradient in zip(values, found, strict=True):
        direction = torch.randn_like(x)
        moved = [
            float(
                some_loss(*states(*(y + sign * step * direction if y is x else y for y in values)))
            )
            for sign in (1.0, -1.0)
        ]
        slope = (moved[0] - moved[1]) / (2 * step)
        assert slope == pytest.approx(float((gradient * direction).sum()), rel=1e-7, abs=1e-7)


def some_loss(h: Tensor, c: Tensor) -> Tensor:
    return h.sum() + (c * c).sum()


def test_a_second_backward_pass_is_refused_rather_than_wrong() -> None:
    inputs = pieces()
    h, _ = states(*inputs)
    loss = h.sum()
    torch.autograd.grad(loss, inputs, retain_graph=True)
    with pytest.raises(RuntimeError, match="one gradient"):
        torch.autograd.grad(loss, inputs)
