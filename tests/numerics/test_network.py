from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch_reference import by_hand, twin

from rnnexplorer import network as net
from rnnexplorer import signals
from rnnexplorer.recipe import Recipe

CELLS = tuple(signals.CELLS)
STEPS, BATCH = 40, 3
#: For h, the gates and the logits, absolute; c has no bound and is compared relatively.
TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}
RELATIVE_C = {torch.float32: 1e-5, torch.float64: 1e-12}

every_network = pytest.mark.parametrize(
    ("cell", "layers", "embedding", "dtype"),
    [
        (cell, layers, embedding, dtype)
        for cell in CELLS
        for layers in (1, 2, 3)
        for embedding in (None, 5)
        for dtype in (torch.float32, torch.float64)
    ],
)


def some_words(vocabulary: int = 11, steps: int = STEPS, batch: int = BATCH) -> torch.Tensor:
    rng = np.random.default_rng(1)
    return torch.from_numpy(rng.integers(0, vocabulary, (steps, batch)))


def largest_gap(ours: torch.Tensor, reference: torch.Tensor | np.ndarray) -> float:
    return float((ours.double() - torch.as_tensor(reference).double()).abs().max())


# --- against torch.nn ----------------------------------------------------------------------------


@every_network
def test_h_and_logits_equal_torch_nn(
    cell: str, layers: int, embedding: int | None, dtype: torch.dtype
) -> None:
    pair = twin(cell, layers=layers, embedding=embedding, dtype=dtype)
    ids = some_words()
    h = net.run(pair.network, ids)[-1]["h"]
    assert h.dtype == dtype
    assert largest_gap(h, pair.h(ids)) < TOLERANCE[dtype]
    with torch.no_grad():
        expected = pair.output(pair.h(ids)).flatten(0, 1)
    assert largest_gap(net.logits_of(pair.network, h.flatten(0, 1)), expected) < TOLERANCE[dtype]


@pytest.mark.parametrize("cell", CELLS)
def test_the_formulas_in_numpy_are_those_of_torch_nn(cell: str) -> None:
    # What the next test compares the gates with.
    pair = twin(cell, layers=3, dtype=torch.float64)
    ids = some_words()
    found = by_hand(cell, pair.recurrent, pair.inputs(ids).numpy())
    np.testing.assert_allclose(found[-1]["h"], pair.h(ids).numpy(), rtol=0, atol=1e-14)


@every_network
def test_every_signal_of_every_layer_equals_the_formulas(
    cell: str, layers: int, embedding: int | None, dtype: torch.dtype
) -> None:
    pair = twin(cell, layers=layers, embedding=embedding, dtype=dtype)
    ids = some_words()
    found = net.run(pair.network, ids)
    expected = by_hand(cell, pair.recurrent, pair.inputs(ids).numpy())
    assert len(found) == len(expected) == layers
    for ours, reference in zip(found, expected, strict=True):
        assert set(ours) == set(reference)
        for key in set(reference) - {"c"}:
            assert largest_gap(ours[key], reference[key]) < TOLERANCE[dtype], key
        if "c" in reference:
            np.testing.assert_allclose(
                ours["c"].numpy(), reference["c"], rtol=RELATIVE_C[dtype], atol=TOLERANCE[dtype] / 4
            )


@pytest.mark.parametrize("cell", CELLS)
def test_the_last_states_of_all_layers_equal_torch_nn(cell: str) -> None:
    pair = twin(cell, layers=3, dtype=torch.float64)
    ids = some_words()
    states = net.last_states(pair.network, net.run(pair.network, ids))
    with torch.no_grad():
        last = pair.recurrent(pair.inputs(ids))[1]
    expected = dict(zip(("h", "c"), last if cell == "lstm" else (last,), strict=False))
    assert set(expected) == set(states[0])
    for layer, state in enumerate(states):
        for key, value in state.items():
            assert largest_gap(value, expected[key][layer]) < 1e-12


@pytest.mark.parametrize("cell", CELLS)
def test_a_text_read_on_from_given_states_equals_torch_nn(cell: str) -> None:
    pair = twin(cell, layers=2, dtype=torch.float64)
    generator = torch.Generator().manual_seed(5)
    start = {
        key: torch.randn(2, BATCH, 8, generator=generator, dtype=torch.float64)
        for key in pair.network.cell.states
    }
    states = [{key: value[layer] for key, value in start.items()} for layer in range(2)]
    ids = some_words()
    with torch.no_grad():
        given = (start["h"], start["c"]) if cell == "lstm" else start["h"]
        expected = pair.recurrent(pair.inputs(ids), given)[0]
    assert largest_gap(net.run(pair.network, ids, states)[-1]["h"], expected) < 1e-12


def test_last_states_are_cut_from_the_gradient() -> None:
    pair = twin("lstm")
    weights = {name: w.clone().requires_grad_() for name, w in pair.network.weights.items()}
    network = net.Network(pair.network.cell, weights)
    found = net.run(network, some_words())
    assert found[0]["c"].requires_grad
    assert not any(v.requires_grad for s in net.last_states(network, found) for v in s.values())


# --- gradients -----------------------------------------------------------------------------------


def loss_of(network: net.Network, ids: torch.Tensor, *, sparse: bool = False) -> torch.Tensor:
    h = net.run(network, ids[:-1], sparse=sparse)[-1]["h"].flatten(0, 1)
    return torch.nn.functional.cross_entropy(net.logits_of(network, h), ids[1:].flatten())


def trainable(network: net.Network) -> net.Network:
    weights = {name: w.contiguous().clone().requires_grad_() for name, w in network.weights.items()}
    return net.Network(network.cell, weights)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("embedding", [None, 2])
def test_every_gradient_equals_finite_differences(cell: str, embedding: int | None) -> None:
    small = twin(
        cell, layers=2, vocabulary=4, units=2, embedding=embedding, dtype=torch.float64, seed=2
    )
    network = trainable(small.network)
    ids = some_words(vocabulary=4, steps=6, batch=2)
    loss_of(network, ids).backward()
    step = 1e-6  # the central difference errs by step² and by 1e-16 / step
    for name, weight in network.weights.items():
        flat = weight.detach().view(-1)  # writes into the weight
        for place in range(flat.numel()):
            original = flat[place].item()
            losses = []
            for moved in (original + step, original - step):
                flat[place] = moved
                with torch.no_grad():
                    losses.append(loss_of(network, ids).item())
            flat[place] = original
            numeric = (losses[0] - losses[1]) / (2 * step)
            assert weight.grad.view(-1)[place].item() == pytest.approx(numeric, abs=2e-9), name


@pytest.mark.parametrize("cell", CELLS)
def test_the_sparse_gradient_of_a_look_up_is_the_dense_one(cell: str) -> None:
    pair = twin(cell, layers=2, embedding=None, dtype=torch.float64)
    dense, sparse = trainable(pair.network), trainable(pair.network)
    ids = some_words(vocabulary=6)  # rows 6 to 10 are never read
    loss_of(dense, ids).backward()
    loss_of(sparse, ids, sparse=True).backward()
    gradient = sparse.weights["W_xh.l0"].grad
    assert gradient.is_sparse
    assert set(gradient.coalesce().indices()[0].tolist()) <= set(range(6))
    assert largest_gap(gradient.to_dense(), dense.weights["W_xh.l0"].grad) < 1e-15
    for name in set(dense.weights) - {"W_xh.l0"}:
        assert largest_gap(sparse.weights[name].grad, dense.weights[name].grad) < 1e-15


def test_a_tied_embedding_learns_from_being_read_and_from_being_predicted() -> None:
    recipe = Recipe(input="embedding", embedding=6, hidden=6, tied=True)
    tied = net.initialise(recipe, 9, torch.Generator().manual_seed(1))
    assert "W_hy" not in tied.weights
    apart = net.Network(tied.cell, {**tied.weights, "W_hy": tied.W_hy.clone()})
    tied, apart = trainable(tied), trainable(apart)
    ids = some_words(vocabulary=9)
    loss_of(tied, ids).backward()
    loss_of(apart, ids).backward()
    read, predicted = apart.weights["embedding"].grad, apart.weights["W_hy"].grad.t()
    assert largest_gap(tied.weights["embedding"].grad, read + predicted) < 1e-7


# --- dropout -------------------------------------------------------------------------------------


def test_dropout_keeps_the_expectation() -> None:
    share, masks = 0.3, 4000
    drop = net.dropout(share, torch.Generator().manual_seed(1))
    mean = torch.stack([drop(torch.ones(1, 5, 4)) for _ in range(masks)]).mean(0)
    # The deviation of a mean of so many masks is √(share / (1 - share) / masks) = 0.010.
    assert largest_gap(mean, torch.ones(1, 5, 4)) < 4 * math.sqrt(share / (1 - share) / masks)


def test_dropout_uses_one_mask_for_all_timesteps_and_one_for_each_text() -> None:
    drop = net.dropout(0.5, torch.Generator().manual_seed(1))
    dropped = drop(torch.ones(7, 5, 40))
    assert largest_gap(dropped, dropped[:1].expand(7, -1, -1)) == 0.0
    assert set(dropped.unique().tolist()) == {0.0, 2.0}
    assert len({tuple(row.tolist()) for row in dropped[0]}) == 5


def test_no_dropout_changes_nothing_and_uses_no_random_number() -> None:
    generator = torch.Generator().manual_seed(1)
    before = generator.get_state()
    x = torch.randn(3, 2, 4)
    assert net.dropout(0.0, generator)(x) is x
    assert torch.equal(generator.get_state(), before)


@pytest.mark.parametrize("cell", CELLS)
def test_dropout_spares_the_recurrence(cell: str) -> None:
    # With all inputs of both layers dropped, a layer still unfolds from its own bias and state:
    # what torch.nn computes for an input of zeros.
    pair = twin(cell, layers=2, dtype=torch.float64)
    found = net.run(pair.network, some_words(), drop=torch.zeros_like)
    zeros = np.zeros((STEPS, BATCH, 5))
    first = by_hand(cell, pair.recurrent, zeros)[0]["h"]
    assert largest_gap(found[0]["h"], first) < 1e-12
    assert found[0]["h"].abs().max() > 0.05
    # The second layer sees zeros too, so every text gives the same (but for the rounding of a
    # product that treats the rows of a batch differently).
    assert largest_gap(found[1]["h"], found[1]["h"][:, :1].expand(-1, BATCH, -1)) < 1e-12


# --- initial weights -----------------------------------------------------------------------------


def fresh(seed: int = 1, **changes: object) -> net.Network:
    recipe = Recipe(**{"hidden": 24, "embedding": 20, **changes})
    return net.initialise(recipe, 60, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("kind", ["one-hot", "embedding", "tied"])
def test_the_parameter_count_counts_the_weights_that_are_made(
    cell: str, layers: int, kind: str
) -> None:
    changes: dict[str, object] = {"cell": cell, "layers": layers, "input": kind}
    if kind == "tied":
        changes |= {"input": "embedding", "tied": True, "embedding": 24}
    recipe = Recipe(**{"hidden": 24, "embedding": 20, **changes})
    network = fresh(**changes)
    assert sum(w.numel() for w in network.weights.values()) == recipe.parameter_count(60)
    assert (network.layers, network.units, network.vocabulary) == (layers, 24, 60)


@pytest.mark.parametrize("cell", CELLS)
def test_recurrent_matrices_begin_orthogonal(cell: str) -> None:
    network = fresh(cell=cell, layers=2)
    for layer in range(2):
        W_hh = network.weights[f"W_hh.l{layer}"].double()
        assert largest_gap(W_hh @ W_hh.t(), torch.eye(24)) < 1e-5


@pytest.mark.parametrize("cell", CELLS)
def test_input_and_output_matrices_begin_glorot_uniform(cell: str) -> None:
    network = fresh(cell=cell, layers=2, input="one-hot")
    for name in ("W_xh.l0", "W_xh.l1", "W_hy"):
        weight = network.weights[name]
        # Glorot & Bengio (2010), eq. 16; the fans are those of the whole matrix, as in Keras.
        bound = math.sqrt(6.0 / sum(weight.shape))
        assert weight.abs().max() <= bound
        # Uniform: the deviation is bound / √3; of n values it is known to about 1 / √(2n).
        assert weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.06)


@pytest.mark.parametrize("forget_bias", [1.0, 0.0, -2.5])
def test_all_biases_begin_at_zero_but_the_forget_gates(forget_bias: float) -> None:
    network = fresh(cell="lstm", layers=2, forget_bias=forget_bias)
    for layer in range(2):
        i, f, g, o = network.weights[f"b.l{layer}"].chunk(4)
        assert f.eq(forget_bias).all()
        assert not torch.cat((i, g, o)).any()
    assert not network.weights["b_y"].any()


@pytest.mark.parametrize("cell", ["rnn", "gru"])
def test_cells_without_a_forget_gate_begin_with_no_bias(cell: str) -> None:
    weights = fresh(cell=cell, forget_bias=1.0).weights
    assert not any(w.any() for name, w in weights.items() if name.startswith("b"))


def test_an_embedding_begins_as_in_keras_and_wider_where_it_is_the_output_too() -> None:
    plain = fresh(input="embedding").weights["embedding"]
    assert 0.045 < plain.abs().max() <= 0.05
    tied = fresh(input="embedding", embedding=24, tied=True).weights["embedding"]
    assert tied.std().item() == pytest.approx(net.TIED_DEVIATION, rel=0.06)


def test_the_seed_decides_every_initial_weight() -> None:
    first, again, other = fresh(seed=1), fresh(seed=1), fresh(seed=2)
    assert all(torch.equal(w, again.weights[name]) for name, w in first.weights.items())
    assert not torch.equal(first.weights["W_hh.l0"], other.weights["W_hh.l0"])
