"""What acted on what in a run's text, against torch.nn under autograd."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch_reference import by_hand, module_of

from rnnexplorer import influencing, runs

WINDOW = "alice-lstm-chapter"  # one-hot, windows of ten words
CARRIED = "alice-rnn-book"  # embedding, the state carried on


def text_of(run: runs.Run, count: int) -> list[str]:
    """Words that the run knows, in no order that any book has."""
    return list(runs.vocabulary(run).words[40 : 40 + 7 * count : 7])


def twin_of(run: runs.Run):
    return module_of(run.recipe.cell, runs.weights(run, runs.kept_epoch(run)))


def ids_of(run: runs.Run, words: list[str]) -> torch.Tensor:
    return torch.from_numpy(runs.vocabulary(run).encode(words))


def gradient(made, x: torch.Tensor, target: int, of: str) -> torch.Tensor:
    """∂y/∂x by torch.nn: y is ln p of the target after these inputs, or its logit."""
    x = x.clone().requires_grad_()
    logits = made.output(made.recurrent(x[:, None])[0][-1, 0])
    y = logits[target] if of == "logit" else torch.log_softmax(logits, 0)[target]
    return torch.autograd.grad(y, x)[0]


@pytest.mark.parametrize("name", [WINDOW, CARRIED])
@pytest.mark.parametrize("of", influencing.OF)
@pytest.mark.parametrize("target", [1, 6, 13])
def test_a_word_hangs_on_the_words_before_it_as_torch_nn_says(name, of, target):
    run = runs.find(name)
    words, made = text_of(run, 14), twin_of(run)
    part = influencing.part_of(run, words, range(14))
    rows = influencing.flow(part, range(target, target + 1), of)
    ids = ids_of(run, words)
    first = max(0, target - 10) if name == WINDOW else 0
    x = made.inputs(ids[first:target])
    expected = gradient(made, x, int(ids[target]), of)
    np.testing.assert_allclose(
        rows.inputs[0, first:target], expected.norm(dim=1), rtol=2e-3, atol=1e-5
    )
    products = (expected * x).sum(dim=1).detach()
    np.testing.assert_allclose(rows.signed[0, first:target], products, rtol=2e-3, atol=1e-5)
    assert not rows.inputs[0, target:].any()
    assert not rows.inputs[0, :first].any()


@pytest.mark.parametrize("name", [WINDOW, CARRIED])
@pytest.mark.parametrize("start", [1, 5, 12])
def test_a_part_of_a_text_is_that_part_of_the_whole_triangle(name, start):
    run = runs.find(name)
    words = text_of(run, 20)
    for memory in ("stateful", "window"):
        whole = influencing.part_of(run, words, range(20), memory=memory)
        every = influencing.flow(whole, range(20), "loss")
        part = influencing.part_of(run, words, range(start, 20), memory=memory)
        pieces = [
            influencing.flow(part, targets, "loss")
            for targets in (range(start, start + 3), range(start + 3, 20))
        ]
        inputs = np.concatenate([piece.inputs for piece in pieces])
        np.testing.assert_allclose(inputs, every.inputs[start:, start:], rtol=1e-3, atol=1e-6)
        h = np.concatenate([piece.states["h"] for piece in pieces], axis=1)
        np.testing.assert_allclose(h, every.states["h"][:, start:, start:], rtol=1e-3, atol=1e-6)


def test_the_first_word_of_a_part_hangs_on_nothing_in_it():
    run = runs.find(CARRIED)
    words = text_of(run, 6)
    for steps in (range(6), range(4, 6), range(5, 6)):
        part = influencing.part_of(run, words, steps)
        assert not influencing.flow(part, steps, "loss").inputs[0].any()


@pytest.mark.parametrize("of", influencing.OF)
def test_integrated_gradients_sum_to_what_the_last_words_change(of):
    """The words before keep acting; "no word" is the input 0 of torch.nn."""
    run = runs.find(CARRIED)
    words, made, back = text_of(run, 9), twin_of(run), 5
    *read, target = words
    parts, difference = influencing.integrated(run, read, back, target, of)
    assert parts.shape == (back,)
    x, k = made.inputs(ids_of(run, read)), int(ids_of(run, [target])[0])

    def y(inputs: torch.Tensor) -> float:
        logits = made.output(made.recurrent(inputs[:, None])[0][-1, 0]).detach()
        return float(logits[k] if of == "logit" else torch.log_softmax(logits, 0)[k])

    without = x.clone()
    without[-back:] = 0.0
    assert difference == pytest.approx(y(x) - y(without), abs=1e-4)
    assert parts.sum() == pytest.approx(difference, abs=1e-2)


@pytest.mark.parametrize("back", [1, 3])
def test_jacobians_of_the_cell_are_those_of_torch_nn(back):
    """The cell is a leaf: it acts on the next step, and through o·tanh(C) = h at once."""
    run = runs.find(WINDOW)
    words, made = text_of(run, 8), twin_of(run)
    x = made.inputs(ids_of(run, words))
    found = influencing.jacobians(run, words, back, 0, "c", range(3, 6))
    first = by_hand("lstm", made.recurrent, x[: len(words) - back, None].numpy())[0]
    o = torch.tensor(first["o"][-1, 0], dtype=torch.float32)
    c = torch.tensor(first["c"][-1, 0], dtype=torch.float32, requires_grad=True)
    h = o * torch.tanh(c)
    _, (_, last) = made.recurrent(x[len(words) - back :, None], (h[None, None], c[None, None]))
    for row, unit in enumerate(range(3, 6)):
        (expected,) = torch.autograd.grad(last[0, 0, unit], c, retain_graph=True)
        np.testing.assert_allclose(found[back, row], expected, rtol=1e-3, atol=1e-6)
        np.testing.assert_allclose(found[0, row], np.eye(run.recipe.hidden)[unit], atol=1e-7)


def test_what_a_network_does_not_have_is_refused():
    run = runs.find(CARRIED)
    words = text_of(run, 4)
    with pytest.raises(ValueError, match="no layer 2; there are 1 to 1"):
        influencing.jacobians(run, words, 2, 1, "h", range(2))
    with pytest.raises(ValueError, match="no state 'c'"):
        influencing.jacobians(run, words, 2, 0, "c", range(2))
    with pytest.raises(ValueError, match="not of 'chance'"):
        influencing.flow(influencing.part_of(run, words, range(4)), range(4), "chance")
