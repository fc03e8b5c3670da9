"""The worked example, held to autograd, to torch's cells and to a calculation on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from rnnexplorer import cells
from rnnexplorer.measures import by_hand, lstm_by_hand
from rnnexplorer.measures.by_hand import Weights


def random_weights(rng, V, H):
    return Weights(*(rng.normal(size=shape) for shape in ((V, H), (H, H), (H, V))))


def one_hot(ids, V):
    return np.eye(V)[ids]


def forward(x, target, weights):
    steps = by_hand.read(x, weights.W_xh, weights.W_hh)
    return steps, by_hand.guess(steps.h[-1], weights.W_hy, target)


def test_two_steps_of_one_unit_as_on_paper():
    weights = Weights(np.array([[0.5], [-1.0]]), np.array([[2.0]]), np.array([[1.0, -1.0]]))
    x, target = one_hot([0, 1], 2), np.array([0.0, 1.0])
    steps, made = forward(x, target, weights)
    h1 = math.tanh(0.5)  # 0.46212
    h2 = math.tanh(-1.0 + 2.0 * h1)  # tanh(-0.07577) = -0.07562
    assert steps.h.ravel() == pytest.approx([h1, h2], abs=1e-12)
    assert h2 == pytest.approx(-0.07562, abs=1e-5)
    p = math.exp(-h2) / (math.exp(h2) + math.exp(-h2))
    assert made.loss == pytest.approx(-math.log(p), abs=1e-12)

    found = by_hand.back(steps, made, weights)
    # dl = (1-p, p-1); dh2 = dl·(1, -1); dz2 = dh2(1-h2²); dh1 = 2 dz2; dz1 = dh1(1-h1²)
    dh2 = 2 * (1 - p)
    dz2 = dh2 * (1 - h2**2)
    dz1 = 2.0 * dz2 * (1 - h1**2)
    assert found.total.ravel() == pytest.approx([dz1, dz2], abs=1e-12)
    assert found.W_xh.ravel() == pytest.approx([dz1, dz2], abs=1e-12)  # each word its own row
    assert found.W_hh.item() == pytest.approx(h1 * dz2, abs=1e-12)
    assert found.W_hy.ravel() == pytest.approx([h2 * (1 - p), h2 * (p - 1)], abs=1e-12)
    assert by_hand.updated(weights, found, 0.1).W_hh.item() == pytest.approx(2 - 0.1 * h1 * dz2)


@pytest.mark.parametrize(("V", "H", "T"), [(4, 3, 3), (7, 5, 1), (3, 8, 6)])
def test_gradients_are_autograds(V, H, T):
    rng = np.random.default_rng(V)
    weights, x = random_weights(rng, V, H), one_hot(rng.integers(V, size=T), V)
    target = one_hot([int(rng.integers(V))], V)[0]
    steps, made = forward(x, target, weights)
    found = by_hand.back(steps, made, weights)

    W_xh, W_hh, W_hy = (
        torch.tensor(matrix, requires_grad=True)
        for matrix in (weights.W_xh, weights.W_hh, weights.W_hy)
    )
    h, states, sums = torch.zeros(H, dtype=torch.float64), [], []
    for x_t in torch.tensor(x):
        z = x_t @ W_xh + h @ W_hh
        z.retain_grad()
        h = torch.tanh(z)
        h.retain_grad()
        sums.append(z)
        states.append(h)
    logits = h @ W_hy
    loss = torch.nn.functional.cross_entropy(logits[None], torch.tensor(target[None]))
    loss.backward()

    assert made.loss == pytest.approx(loss.item(), abs=1e-12)
    close = {"rtol": 0, "atol": 1e-12}
    np.testing.assert_allclose(made.probs, torch.softmax(logits, 0).detach(), **close)
    np.testing.assert_allclose(made.exps / made.exps.sum(), made.probs, rtol=1e-12)
    np.testing.assert_allclose(found.h, [s.grad for s in states], **close)
    np.testing.assert_allclose(found.total, [s.grad for s in sums], **close)
    for mine, theirs in ((found.W_xh, W_xh), (found.W_hh, W_hh), (found.W_hy, W_hy)):
        np.testing.assert_allclose(mine, theirs.grad, **close)


def test_the_states_are_those_of_the_core():
    rng = np.random.default_rng(0)
    weights, x = random_weights(rng, 4, 3), one_hot([0, 1, 2], 4)
    u = torch.tensor(x @ weights.W_xh)[:, None]
    initial = {"h": torch.zeros(1, 3, dtype=torch.float64)}
    theirs = cells.unroll("rnn", u, initial, cells.Recurrence(torch.tensor(weights.W_hh)))
    mine = by_hand.read(x, weights.W_xh, weights.W_hh).h
    np.testing.assert_allclose(mine, theirs["h"][:, 0], rtol=0, atol=1e-12)


def test_the_largest_weights_that_can_be_typed_give_finite_numbers():
    weights = Weights(np.full((4, 3), 10.0), np.full((3, 3), 10.0), np.full((3, 4), 10.0))
    weights.W_hy[:, 0] = -100.0
    steps, made = forward(one_hot([0, 1, 2], 4), one_hot([0], 4)[0], weights)
    found = by_hand.back(steps, made, weights)
    assert made.loss == pytest.approx(330 + math.log(3), abs=1e-9)
    for matrix in (made.probs, found.W_xh, found.W_hh, found.W_hy):
        assert np.isfinite(matrix).all()


# --- the LSTM ------------------------------------------------------------------------------------

INPUTS = (1.0, -0.5, 0.25, 2.0)


def lstm_weights(seed=1):
    return np.random.default_rng(seed).normal(size=(3, 4))


def test_each_step_is_that_of_torch_and_of_the_core():
    W, (h, c) = lstm_weights(), (0.3, -0.7)
    steps = lstm_by_hand.read(INPUTS, W, h, c)
    cell = torch.nn.LSTMCell(1, 1, dtype=torch.float64)  # its blocks: i, f, g, o
    with torch.no_grad():
        cell.weight_ih.copy_(torch.tensor(W[0])[:, None])
        cell.weight_hh.copy_(torch.tensor(W[1])[:, None])
        cell.bias_ih.copy_(torch.tensor(W[2]))
        cell.bias_hh.zero_()
        state = tuple(torch.tensor([[value]], dtype=torch.float64) for value in (h, c))
        own = {"h": state[0], "c": state[1]}
        recurrence = cells.Recurrence(torch.tensor(W[1])[None])
        for x, step in zip(INPUTS, steps, strict=True):
            state = cell(torch.tensor([[x]], dtype=torch.float64), state)
            u = torch.tensor(x * W[0] + W[2])[None]
            own = cells.lstm_step(u, own, recurrence)
            assert step.after["h"] == pytest.approx(state[0].item(), abs=1e-12)
            assert step.after["c"] == pytest.approx(state[1].item(), abs=1e-12)
            for key in "ifgo":
                assert step.gates[key].value == pytest.approx(own[key].item(), abs=1e-12)


def test_held_gates_are_those_of_an_edit_in_the_core():
    W, held = lstm_weights(2), {"f": 1.0, "i": 0.0, "o": 0.5}
    steps = lstm_by_hand.read(INPUTS, W, 0.0, 0.4, held, since=1)

    def change(t, key, value):
        return torch.full_like(value, held[key]) if t >= 1 and key in held else value

    u = torch.tensor(np.outer(INPUTS, W[0]) + W[2])[:, None]
    initial = {key: torch.tensor([[v]], dtype=torch.float64) for key, v in (("h", 0.0), ("c", 0.4))}
    recurrence = cells.Recurrence(torch.tensor(W[1])[None])
    theirs = cells.unroll("lstm", u, initial, recurrence, change=change)
    for key, row in lstm_by_hand.rows(steps).items():
        np.testing.assert_allclose(row, theirs[key][:, 0, 0], rtol=0, atol=1e-12)


def test_a_forget_gate_of_one_and_an_input_gate_of_zero_keep_the_memory_exactly():
    steps = lstm_by_hand.read(INPUTS, lstm_weights(3), 0.1, 0.9, {"f": 1.0, "i": 0.0})
    assert [step.after["c"] for step in steps] == [0.9] * 4
    assert all(step.written == 0 for step in steps)


def test_a_forget_gate_of_zero_erases_and_an_output_gate_of_zero_only_hides():
    weights = lstm_weights(4)
    erased = lstm_by_hand.read(INPUTS, weights, 0.0, 5.0, {"f": 0.0})
    assert all(step.after["c"] == step.written for step in erased)
    hidden = lstm_by_hand.read(INPUTS, weights, 0.0, 5.0, {"o": 0.0, "f": 1.0, "i": 0.0})
    assert [step.after["h"] for step in hidden] == [0.0] * 4
    assert hidden[-1].after["c"] == 5.0


def test_what_a_held_gate_would_have_been_is_still_known():
    (step,) = lstm_by_hand.read([1.0], lstm_weights(), held={"f": 1.0})
    gate = step.gates["f"]
    assert gate.used == 1.0
    assert gate.value == pytest.approx(1 / (1 + math.exp(-gate.total)), abs=1e-12)
    assert step.gates["i"].used == step.gates["i"].value


@pytest.mark.parametrize(
    ("weights", "held", "reason"),
    [(np.zeros((2, 4)), {}, "three rows of four gates"), (np.zeros((3, 4)), {"z": 1.0}, "no gate")],
)
def test_what_is_no_such_lstm_is_said(weights, held, reason):
    with pytest.raises(ValueError, match=reason):
        lstm_by_hand.read([1.0], weights, held=held)
