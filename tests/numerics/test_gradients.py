"""Gradients through time, against finite differences, torch.nn under autograd, and closed forms."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch_reference import Twin, twin

from rnnexplorer import gradients
from rnnexplorer.network import (
    Network,
    input_products,
    keep_all,
    last_states,
    logits_of,
    run,
    run_on,
)

CELLS = ("rnn", "lstm", "gru")
DOUBLE = torch.float64


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.tensor([3, 1, 4, 1, 5, 9, 2])


def targets(ids: torch.Tensor) -> torch.Tensor:
    return torch.roll(ids, -1)


def of_nn(made: Twin, ids: torch.Tensor, t: int, target: int, of: str) -> torch.Tensor:
    """The gradient of one step's score with respect to its inputs x, by torch.nn, [t + 1, X]."""
    x = made.inputs(ids[: t + 1, None]).clone().requires_grad_()
    logits = made.output(made.recurrent(x)[0][-1, 0])
    score = logits[target] if of == "logit" else -torch.log_softmax(logits, 0)[target]
    return torch.autograd.grad(score, x)[0][:, 0]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("embedding", [None, 5])
@pytest.mark.parametrize("of", ["loss", "logit"])
def test_the_connectivity_of_words_is_that_of_torch_nn(cell, layers, embedding, of, ids):
    made = twin(cell, layers=layers, embedding=embedding, dtype=DOUBLE)
    found = gradients.flow(made.network, ids, targets(ids), None, of)
    for t in range(len(ids)):
        expected = of_nn(made, ids, t, int(targets(ids)[t]), of)
        inputs = made.inputs(ids[: t + 1])
        np.testing.assert_allclose(found.inputs[t, : t + 1], expected.norm(dim=1), rtol=1e-5)
        products = (expected * inputs).sum(dim=1)
        np.testing.assert_allclose(found.signed[t, : t + 1], products, rtol=1e-4, atol=1e-7)
        assert not found.inputs[t, t + 1 :].any()


def pushed(
    network: Network, ids: torch.Tensor, layer: int, key: str, s: int, by: torch.Tensor, t: int
) -> torch.Tensor:
    """The logits at step t with a state at step s pushed."""

    def change(at: int, step: int, name: str, value: torch.Tensor) -> torch.Tensor:
        return value + by if (at, step, name) == (layer, s, key) else value

    found = run(network, ids[:, None], change=change)
    return logits_of(network, found[-1]["h"][t])[0]


@pytest.mark.parametrize(
    ("cell", "key"), [("rnn", "h"), ("lstm", "h"), ("lstm", "c"), ("gru", "h")]
)
@pytest.mark.parametrize("layer", [0, 1])
def test_the_gradient_of_a_state_is_what_finite_differences_give(cell, key, layer, ids):
    network = twin(cell, layers=2, units=4, dtype=DOUBLE).network
    found = gradients.flow(network, ids, targets(ids), None, "logit")
    step, t = 1e-5, 5
    target = int(targets(ids)[t])
    for s in (0, 3, 5):
        slopes = []
        for unit in range(4):
            by = step * torch.eye(4, dtype=DOUBLE)[unit]
            up, down = (pushed(network, ids, layer, key, s, sign * by, t) for sign in (1, -1))
            slopes.append(float(up[target] - down[target]) / (2 * step))
        assert found.states[key][layer, t, s] == pytest.approx(np.linalg.norm(slopes), rel=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_in_window_memory_nothing_reaches_further_than_the_window(cell, ids):
    network = twin(cell, dtype=DOUBLE).network
    found = gradients.flow(network, ids, targets(ids), 3, "loss")
    t = 6
    alone = gradients.flow(network, ids[t - 2 :], targets(ids)[t - 2 :], None, "loss")
    np.testing.assert_allclose(found.inputs[t, t - 2 :], alone.inputs[2], rtol=1e-6)
    assert not found.inputs[t, : t - 2].any()
    whole = gradients.flow(network, ids, targets(ids), None, "loss")
    np.testing.assert_allclose(found.inputs[:3], whole.inputs[:3], rtol=1e-6)


@pytest.mark.parametrize("window", [None, 4])
def test_a_long_text_is_read_in_parts_without_a_seam(window, monkeypatch, ids):
    network = twin("lstm", dtype=DOUBLE).network
    whole = gradients.flow(network, ids, targets(ids), window, "loss")
    monkeypatch.setattr(gradients, "ROWS_AT_ONCE", 2)
    parts = gradients.flow(network, ids, targets(ids), window, "loss")
    np.testing.assert_allclose(parts.states["c"], whole.states["c"], rtol=1e-6)
    np.testing.assert_allclose(parts.scores, whole.scores, rtol=1e-6)


def test_the_loss_of_a_linear_network_fades_by_the_power_of_its_recurrent_weight():
    """The chapter's h = W x + U h: small values keep tanh linear, and ∂h_t/∂h_s = U^(t-s)."""
    made = twin("rnn", units=1, vocabulary=2, embedding=None, dtype=DOUBLE)
    weights = dict(made.network.weights)
    weights["W_xh.l0"] = torch.full((2, 1), 1e-6, dtype=DOUBLE)
    weights["W_hh.l0"], weights["b.l0"] = (
        torch.tensor([[0.5]], dtype=DOUBLE),
        torch.zeros(1).double(),
    )
    weights["W_hy"] = torch.tensor([[1.0, 0.0]], dtype=DOUBLE)
    network = dataclasses.replace(made.network, weights=weights)
    ids = torch.zeros(5, dtype=torch.int64)
    found = gradients.flow(network, ids, ids, None, "logit").states["h"][0, 4]
    np.testing.assert_allclose(found, [0.5**4, 0.5**3, 0.5**2, 0.5, 1.0], rtol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("of", ["loss", "logit"])
def test_integrated_gradients_sum_to_the_difference_from_no_words_at_all(cell, of, ids):
    network = twin(cell, layers=2, dtype=DOUBLE).network
    words, difference = gradients.integrated(network, ids, 3, of, points=256)
    u = input_products(network, ids[:, None], keep_all)
    nothing = network.weights["b.l0"].expand_as(u)
    scores = []
    for brought in (u, nothing):
        logits = logits_of(network, run_on(network, brought)[-1]["h"][-1])[0]
        scores.append(float(logits[3] if of == "logit" else -torch.log_softmax(logits, 0)[3]))
    assert difference == pytest.approx(scores[0] - scores[1], abs=1e-9)
    assert words.sum() == pytest.approx(difference, abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("embedding", [None, 5])
@pytest.mark.parametrize("of", ["loss", "logit"])
def test_integrated_gradients_of_each_word_are_torch_nns_averaged_on_the_way(
    cell, embedding, of, ids
):
    """x_s · the mean of ∂y/∂x_s at αx, α in the middle of sixteen parts of 0 … 1."""
    made, target = twin(cell, layers=2, embedding=embedding, dtype=DOUBLE), 3
    x = made.inputs(ids[:, None])
    on_the_way = []
    for alpha in (np.arange(16) + 0.5) / 16:
        nearer = (x * alpha).detach().requires_grad_()
        logits = made.output(made.recurrent(nearer)[0][-1, 0])
        score = logits[target] if of == "logit" else -torch.log_softmax(logits, 0)[target]
        on_the_way.append(torch.autograd.grad(score, nearer)[0])
    expected = (x * torch.stack(on_the_way).mean(dim=0)).sum(dim=2)[:, 0]
    words, _ = gradients.integrated(made.network, ids, target, of, points=16)
    np.testing.assert_allclose(words, expected.detach(), rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("cell", CELLS)
def test_gradient_against_lag_is_the_flow_of_each_place(cell, ids):
    network = twin(cell, layers=2, dtype=DOUBLE).network
    places = torch.stack([ids, ids.flip(0)], dim=1)
    found = gradients.by_lag(network, places, torch.tensor([2, 8]), 4, "loss")
    for n, target in ((0, 2), (1, 8)):
        wanted = torch.full((len(ids),), target)
        whole = gradients.flow(network, places[:, n], wanted, None, "loss")
        for key in network.cell.states:
            expected = whole.states[key][:, -1, ::-1][:, :5]
            np.testing.assert_allclose(found.states[key][:, n], expected, rtol=1e-5)
        np.testing.assert_allclose(found.inputs[n], whole.inputs[-1, ::-1][:5], rtol=1e-5)
    with pytest.raises(ValueError, match="do not reach 7 words back"):
        gradients.by_lag(network, places, torch.tensor([2, 8]), 7, "loss")


@pytest.mark.parametrize(("cell", "key"), [("rnn", "h"), ("lstm", "c"), ("gru", "h")])
def test_jacobians_are_what_finite_differences_give(cell, key, ids):
    network = twin(cell, units=4, dtype=DOUBLE).network
    found = gradients.jacobians(network, ids, 0, key)
    np.testing.assert_allclose(found[-1], np.eye(4), atol=1e-7)
    step, s = 1e-5, 2

    def last(by: torch.Tensor) -> torch.Tensor:
        def change(_: int, t: int, name: str, value: torch.Tensor) -> torch.Tensor:
            return value + by if (t, name) == (s, key) else value

        return run(network, ids[:, None], change=change)[0][key][-1, 0]

    for k in range(4):
        by = step * torch.eye(4, dtype=DOUBLE)[k]
        slope = (last(by) - last(-by)) / (2 * step)
        np.testing.assert_allclose(found[s, :, k], slope, rtol=1e-4, atol=1e-8)


def test_the_jacobian_of_a_simple_rnn_is_a_product_of_its_steps(ids):
    """∂h_t/∂h_{t-1} = diag(1 - h_t²) W_hhᵀ (Pascanu et al. 2013, eq. 5), multiplied up."""
    network = twin("rnn", units=4, dtype=DOUBLE).network
    h = run(network, ids[:, None])[0]["h"][:, 0].numpy()
    W_hh = network.weights["W_hh.l0"].detach().numpy()
    expected = np.eye(4)
    found = gradients.jacobians(network, ids, 0, "h")
    for s in reversed(range(len(ids) - 1)):
        expected = expected @ (np.diag(1 - h[s + 1] ** 2) @ W_hh.T)
        np.testing.assert_allclose(found[s], expected, rtol=1e-5, atol=1e-9)


def test_what_cannot_be_asked_is_refused(ids):
    network = twin("rnn").network
    with pytest.raises(ValueError, match="not of 'probability'"):
        gradients.flow(network, ids, ids, None, "probability")
    with pytest.raises(ValueError, match="no words"):
        gradients.flow(network, ids[:0], ids[:0], None, "loss")
    with pytest.raises(ValueError, match="no words"):
        gradients.integrated(network, ids[:0], 0, "loss")
    with pytest.raises(ValueError, match="no state 'c'"):
        gradients.jacobians(network, ids, 0, "c")


@pytest.mark.parametrize("cell", CELLS)
def test_a_later_part_has_the_gradients_of_the_whole_text(cell, ids):
    """From the state that the words before left; and the rows that are wanted are those rows."""
    network = twin(cell, layers=2, dtype=DOUBLE).network
    whole = gradients.flow(network, ids, targets(ids), None, "loss")
    initial = last_states(network, run(network, ids[:3, None]))
    wanted = range(1, 4)
    part = gradients.flow(network, ids[3:], targets(ids)[3:], None, "loss", initial, wanted)
    np.testing.assert_allclose(part.inputs, whole.inputs[4:, 3:], rtol=1e-6)
    np.testing.assert_allclose(part.signed, whole.signed[4:, 3:], rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(part.states["h"], whole.states["h"][:, 4:, 3:], rtol=1e-6)
    np.testing.assert_allclose(part.scores, whole.scores[4:], rtol=1e-6)
    J = gradients.jacobians(network, ids, 1, "h")
    rows = gradients.jacobians(network, ids[3:], 1, "h", initial, range(2, 5))
    np.testing.assert_allclose(rows, J[3:, 2:5], rtol=1e-6)


@pytest.mark.parametrize("wanted", [range(2), range(2, 5), range(5, 7)])
def test_rows_in_window_memory_are_those_of_the_whole(wanted, ids):
    network = twin("gru", dtype=DOUBLE).network
    whole = gradients.flow(network, ids, targets(ids), 3, "logit")
    rows = gradients.flow(network, ids, targets(ids), 3, "logit", None, wanted)
    np.testing.assert_allclose(rows.inputs, whole.inputs[wanted.start : wanted.stop], rtol=1e-6)
    np.testing.assert_allclose(rows.scores, whole.scores[wanted.start : wanted.stop], rtol=1e-6)
