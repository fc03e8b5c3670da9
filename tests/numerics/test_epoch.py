from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch_reference import named_weights, twin

from rnnexplorer import signals
from rnnexplorer.epoch import TrainingFailed, batches, train_epoch
from rnnexplorer.generation import word_losses
from rnnexplorer.network import Network, initialise
from rnnexplorer.optimizers import optimizer_of
from rnnexplorer.recipe import Recipe, steps_per_epoch

CELLS = tuple(signals.CELLS)
every_cell = pytest.mark.parametrize("cell", CELLS)
SIZES = [(13, 3, 4), (50, 7, 5), (50, 2, 100), (101, 10, 10), (37, 35, 8), (12, 10, 1)]
sizes = pytest.mark.parametrize(("words", "window", "batch"), SIZES)

#: Every word is its own number, so that a batch shows which words it holds.
COUNTED = {words: torch.arange(words) for words, _, _ in SIZES}


def some_batches(recipe: Recipe, ids: Tensor, seed: int = 1) -> list[tuple[Tensor, Tensor]]:
    return list(batches(recipe, ids, np.random.default_rng(seed)))


def text(length: int, vocabulary: int = 11) -> Tensor:
    return torch.from_numpy(np.random.default_rng(2).integers(0, vocabulary, length))


def trainable(network: Network) -> Network:
    weights = {
        name: w.detach().contiguous().clone().requires_grad_()
        for name, w in network.weights.items()
    }
    return Network(network.cell, weights)


def motionless(network: Network) -> torch.optim.Optimizer:
    """An optimizer that changes nothing, to measure what an epoch measures."""
    return torch.optim.SGD(network.weights.values(), lr=0.0)


# --- batches -------------------------------------------------------------------------------------


@sizes
def test_every_window_comes_exactly_once_with_the_word_after_it(
    words: int, window: int, batch: int
) -> None:
    recipe = Recipe(objective="last", window=window, batch=batch)
    found = some_batches(recipe, COUNTED[words])
    starts = []
    for inputs, targets in found:
        assert inputs.shape == (window, targets.shape[0])
        assert targets.shape[0] <= batch
        assert torch.equal(inputs, inputs[0] + torch.arange(window).unsqueeze(1))
        assert torch.equal(targets, inputs[-1] + 1)
        starts += inputs[0].tolist()
    assert sorted(starts) == list(range(words - window))
    assert len(found) == steps_per_epoch(recipe, words)


@sizes
def test_streams_read_the_text_once_in_order_and_predict_the_next_word(
    words: int, window: int, batch: int
) -> None:
    recipe = Recipe(objective="every", window=window, batch=batch)
    found = some_batches(recipe, COUNTED[words])
    for inputs, targets in found:
        assert inputs.shape == targets.shape
        assert inputs.shape[0] <= window
        assert torch.equal(targets, inputs + 1)
    whole = torch.cat([inputs for inputs, _ in found])  # [length, B]
    assert torch.equal(whole, whole[0] + torch.arange(len(whole)).unsqueeze(1))
    # Laid end to end the streams are the text; less than one word a stream is left over.
    joined = whole.t().flatten()
    assert torch.equal(joined, torch.arange(len(joined)))
    assert words - 1 - len(joined) < whole.shape[1]
    assert len(found) == steps_per_epoch(recipe, words)


def test_the_order_of_windows_is_the_seeds_and_streams_have_none() -> None:
    last, every = Recipe(window=3, batch=4), Recipe(objective="every", window=3, batch=4)
    ids = torch.arange(60)
    first, again, other = (some_batches(last, ids, seed) for seed in (1, 1, 2))
    assert all(torch.equal(a[0], b[0]) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a[0], b[0]) for a, b in zip(first, other, strict=True))
    for one, same in zip(some_batches(every, ids, 1), some_batches(every, ids, 2), strict=True):
        assert torch.equal(one[0], same[0])


# --- what an epoch measures ----------------------------------------------------------------------


@every_cell
def test_with_a_carried_state_the_loss_is_that_of_one_reading_of_the_text(cell: str) -> None:
    # One stream: windows joined by the carried state must be one pass from the zero state.
    network = trainable(twin(cell, layers=2, dtype=torch.float64).network)
    ids = text(60)
    recipe = Recipe(cell=cell, objective="every", carry=True, window=7, batch=1)
    result = train_epoch(network, motionless(network), recipe, ids, 1)
    expected = word_losses(network, ids, None).mean().item()
    assert result.loss == pytest.approx(expected, rel=1e-12)


@every_cell
def test_without_a_carried_state_every_window_starts_from_zero(cell: str) -> None:
    network = trainable(twin(cell, dtype=torch.float64).network)
    ids = text(60)
    recipe = Recipe(cell=cell, objective="every", carry=False, window=7, batch=1)
    result = train_epoch(network, motionless(network), recipe, ids, 1)
    windows = [word_losses(network, ids[k : min(k + 8, 60)], None) for k in range(0, 59, 7)]
    assert result.loss == pytest.approx(torch.cat(windows).mean().item(), rel=1e-12)


@every_cell
def test_the_loss_of_an_epoch_weighs_every_window_equally(cell: str) -> None:
    # 53 windows in batches of 8: the last batch holds five.
    network = trainable(twin(cell, dtype=torch.float64).network)
    ids = text(60)
    recipe = Recipe(cell=cell, objective="last", window=7, batch=8)
    result = train_epoch(network, motionless(network), recipe, ids, 1)
    assert result.loss == pytest.approx(word_losses(network, ids, 7).mean().item(), rel=1e-12)


def norm_by_torch(inputs: Tensor, targets: Tensor) -> float:
    """Norm of all gradients of one batch, with nn modules and their weights of seed 0."""
    pair = twin("rnn", dtype=torch.float64)
    table = pair.embedding.requires_grad_()
    scores = pair.output(pair.recurrent(table[inputs])[0])
    torch.nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten()).backward()
    named = (*pair.recurrent.named_parameters(), *pair.output.named_parameters())
    # torch has the bias twice; ours is their sum, and its gradient is that of either.
    gradients = [table.grad, *(p.grad for name, p in named if "bias_hh" not in name)]
    return math.sqrt(sum(float((gradient**2).sum()) for gradient in gradients))


@pytest.mark.parametrize("clip", [None, 1e-3])
def test_the_gradient_norm_is_the_mean_over_the_steps_before_clipping(clip: float | None) -> None:
    network = trainable(twin("rnn", dtype=torch.float64).network)
    ids = text(60)
    recipe = Recipe(cell="rnn", objective="every", window=7, batch=4, clip=clip)
    result = train_epoch(network, motionless(network), recipe, ids, 1)
    by_step = [norm_by_torch(inputs, targets) for inputs, targets in some_batches(recipe, ids)]
    assert result.gradient_norm == pytest.approx(np.mean(by_step), rel=1e-9)


def test_steps_are_told_from_one_to_the_last() -> None:
    network = trainable(twin("rnn").network)
    recipe = Recipe(cell="rnn", window=7, batch=8)
    told: list[int] = []
    train_epoch(network, motionless(network), recipe, text(60), 1, told.append)
    assert told == list(range(1, steps_per_epoch(recipe, 60) + 1))


# --- training against torch.nn -------------------------------------------------------------------


@every_cell
@pytest.mark.parametrize("carry", [True, False])
def test_two_epochs_of_adam_end_in_the_weights_that_plain_torch_reaches(
    cell: str, carry: bool
) -> None:
    pair = twin(cell, layers=2, embedding=None, dtype=torch.float64)
    network, ids = trainable(pair.network), text(60)
    recipe = Recipe(
        cell=cell, layers=2, objective="every", carry=carry, window=7, batch=4, clip=0.5,
        optimizer="adam", learning_rate=0.01, epsilon=1e-8,
    )  # fmt: skip
    optimizer = optimizer_of(recipe, list(network.weights.values()))
    losses = [train_epoch(network, optimizer, recipe, ids, epoch).loss for epoch in (1, 2)]

    # The same with nn modules. torch has two biases where we have one: the second is held at
    # zero, but for the GRU's inner bias, which we have too.
    parameters = [*pair.recurrent.parameters(), *pair.output.parameters()]
    inner = {id(p) for name, p in pair.recurrent.named_parameters() if "bias_hh" in name}
    with torch.no_grad():
        for k in range(2):
            b_ih, b_hh = (getattr(pair.recurrent, f"bias_{s}_l{k}") for s in ("ih", "hh"))
            keep = 16 if cell == "gru" else len(b_hh)
            b_ih[:keep] += b_hh[:keep]
            b_hh[:keep] = 0.0
    theirs = torch.optim.AdamW(parameters, lr=0.01, eps=1e-8, weight_decay=0.0)
    for expected in losses:
        total, words, state = 0.0, 0, None
        for inputs, targets in some_batches(recipe, ids):
            h, state = pair.recurrent(pair.inputs(inputs), state)
            loss = torch.nn.functional.cross_entropy(
                pair.output(h).flatten(0, 1), targets.flatten()
            )
            theirs.zero_grad()
            loss.backward()
            for p in parameters:
                if id(p) in inner:
                    p.grad[: 16 if cell == "gru" else len(p)] = 0.0
            torch.nn.utils.clip_grad_norm_(parameters, 0.5)
            theirs.step()
            total, words = total + loss.item() * targets.numel(), words + targets.numel()
            if not carry:
                state = None
            elif cell == "lstm":
                state = tuple(s.detach() for s in state)
            else:
                state = state.detach()
        assert expected == pytest.approx(total / words, rel=1e-9)
    reached = named_weights(cell, pair.recurrent)
    reached |= {"W_hy": pair.output.weight.t(), "b_y": pair.output.bias}
    for name, weight in reached.items():
        torch.testing.assert_close(network.weights[name], weight, rtol=0, atol=1e-8)


@every_cell
def test_one_hot_rmsprop_ends_in_the_weights_that_plain_torch_reaches(cell: str) -> None:
    # The chapter's training at small size; one batch holds all windows, so their order is nothing.
    ids = text(60)
    recipe = Recipe(cell=cell, hidden=6, window=7, batch=4096)
    network = trainable(initialise(recipe, 11, torch.Generator().manual_seed(1)))
    pair = twin(cell, units=6, embedding=None)
    with torch.no_grad():
        for name, p in pair.recurrent.named_parameters():
            ours = {"weight_ih_l0": "W_xh.l0", "weight_hh_l0": "W_hh.l0", "bias_ih_l0": "b.l0"}
            p.copy_(network.weights[ours[name]].t() if name in ours else torch.zeros_like(p))
        pair.output.weight.copy_(network.weights["W_hy"].t())
        pair.output.bias.zero_()
    trained = [
        p
        for name, p in (*pair.recurrent.named_parameters(), *pair.output.named_parameters())
        if name != "bias_hh_l0" or cell == "gru"
    ]
    theirs = torch.optim.RMSprop(trained, lr=1e-3, alpha=0.9, eps=1e-7)
    optimizer = optimizer_of(recipe, list(network.weights.values()))
    windows = ids.unfold(0, 8, 1)
    for epoch in range(1, 6):
        result = train_epoch(network, optimizer, recipe, ids, epoch)
        h = pair.recurrent(pair.inputs(windows[:, :-1].t()))[0][-1]
        loss = torch.nn.functional.cross_entropy(pair.output(h), windows[:, -1])
        pair.recurrent.zero_grad()
        pair.output.zero_grad()
        loss.backward()
        if cell == "gru":
            pair.recurrent.bias_hh_l0.grad[:12] = 0.0
        theirs.step()
        assert result.loss == pytest.approx(loss.item(), rel=1e-5)
    torch.testing.assert_close(
        network.weights["W_xh.l0"], pair.recurrent.weight_ih_l0.t(), rtol=0, atol=2e-5
    )
    torch.testing.assert_close(network.weights["W_hy"], pair.output.weight.t(), rtol=0, atol=2e-5)


# --- randomness ----------------------------------------------------------------------------------


def trained_weight(*, seed: int, epoch: int, dropout: float = 0.5) -> Tensor:
    recipe = Recipe(
        cell="lstm", input="embedding", hidden=5, embedding=4, objective="every", window=7, batch=4,
        dropout=dropout, optimizer="adam", seed=seed,
    )  # fmt: skip
    network = trainable(initialise(recipe, 11, torch.Generator().manual_seed(1)))
    optimizer = optimizer_of(recipe, list(network.weights.values()))
    train_epoch(network, optimizer, recipe, text(60), epoch)
    return network.weights["W_hh.l0"].detach()


def test_dropout_is_decided_by_the_seed_and_the_number_of_the_epoch() -> None:
    first = trained_weight(seed=1, epoch=1)
    assert torch.equal(first, trained_weight(seed=1, epoch=1))
    assert not torch.equal(first, trained_weight(seed=2, epoch=1))
    assert not torch.equal(first, trained_weight(seed=1, epoch=2))
    assert not torch.equal(first, trained_weight(seed=1, epoch=1, dropout=0.0))


# --- endings -------------------------------------------------------------------------------------


class Spoiler(torch.optim.Optimizer):
    """Puts a value into one weight at one step."""

    def __init__(self, network: Network, at: int, value: float) -> None:
        super().__init__(network.weights.values(), {})
        self.weight, self.at, self.value, self.steps = network.weights["W_hy"], at, value, 0

    def step(self) -> None:  # type: ignore[override]
        self.steps += 1
        if self.steps == self.at:
            with torch.no_grad():
                self.weight[0, 0] = self.value


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("at", [1, 7])
def test_a_loss_or_weight_that_is_no_number_ends_the_epoch_with_advice(
    at: int, value: float
) -> None:
    # Seven steps: what the last one breaks no loss of this epoch sees.
    network = trainable(twin("rnn").network)
    recipe = Recipe(cell="rnn", window=7, batch=8, learning_rate=0.25)
    assert steps_per_epoch(recipe, 60) == 7
    with pytest.raises(TrainingFailed, match=r"in epoch 3: .*now 0.25\) or clip gradients"):
        train_epoch(network, Spoiler(network, at, value), recipe, text(60), 3)


def test_the_advice_names_the_clip_that_did_not_help() -> None:
    network = trainable(twin("rnn").network)
    recipe = Recipe(cell="rnn", window=7, batch=8, clip=5.0)
    with pytest.raises(TrainingFailed, match=r"lower clip \(now 5\)"):
        train_epoch(network, Spoiler(network, 1, math.nan), recipe, text(60), 1)
