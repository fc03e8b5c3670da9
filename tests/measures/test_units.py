"""Responses, contexts, pushes and half-lives against loops and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnnexplorer.measures import contexts, contribution, half_life, response


def test_the_response_to_a_word_is_the_mean_change_over_its_occurrences() -> None:
    random = np.random.default_rng(0)
    states, ids = random.normal(size=(60, 3)), random.integers(0, 7, 60)
    ids[ids == 6] = 2
    ids[31] = 6  # read once
    starts = (0, 40)
    found = response.response(states, ids, starts)
    changes: dict[int, list[np.ndarray]] = {}
    for t, word in enumerate(ids.tolist()):
        before = np.zeros(3) if t in starts else states[t - 1]
        changes.setdefault(word, []).append(states[t] - before)
    assert found.ids.tolist() == sorted(changes)
    for column, word in enumerate(found.ids.tolist()):
        rows = np.array(changes[word])
        assert found.counts[column] == len(rows)
        np.testing.assert_allclose(found.change[:, column], rows.mean(axis=0), atol=1e-5)
        if len(rows) > 1:
            error = rows.std(axis=0, ddof=1) / np.sqrt(len(rows))
            np.testing.assert_allclose(found.error[:, column], error, atol=1e-4)
    assert np.isnan(found.error[:, found.ids.tolist().index(6)]).all()


def test_the_most_frequent_words_come_first() -> None:
    ids = np.array([4, 1, 1, 3, 3, 3])
    found = response.most_frequent(response.response(np.ones((6, 1)), ids, (0,)), 2)
    assert found.ids.tolist() == [3, 1]
    assert found.counts.tolist() == [3, 2]


def test_rows_that_respond_alike_lie_together_and_still_ones_last() -> None:
    random = np.random.default_rng(3)
    kinds = random.normal(size=(3, 20))
    family = np.array([0, 1, 2] * 4 + [-1])
    rows = np.array([kinds[k] + 0.05 * random.normal(size=20) if k >= 0 else 0 * kinds[0]
                     for k in family])  # fmt: skip
    order = response.clustered(rows)
    assert sorted(order.tolist()) == list(range(13))
    families = family[order].tolist()
    assert families[-1] == -1
    runs = [one for one, other in zip(families, families[1:], strict=False) if one != other]
    assert len(runs) == 3  # each family in one piece


def test_the_strongest_places_are_apart_and_their_words_differ() -> None:
    ids = np.arange(200)
    values = np.zeros(200)
    values[[50, 52, 100, 150]] = [5.0, 4.9, 4.0, 3.0]
    ids[98:101] = ids[48:51] = [7, 8, 9]  # the refrain of place 50
    found = contexts.strongest(values, ids, 2)
    assert [place.at for place in found] == [50, 150]
    assert found[0].value == 5.0
    values[17] = -9.0
    assert contexts.strongest(values, ids, 1, lowest=True)[0] == contexts.Place(17, -9.0)


def test_of_places_that_end_in_the_same_two_words_two_are_shown() -> None:
    ids = np.arange(300)
    values = np.linspace(0, 0.1, 300)
    for rank, at in enumerate((200, 40, 120, 160)):
        ids[at - 1 : at + 1] = [7, 8]  # each after another word
        values[at] = 5 - rank
    found = contexts.strongest(values, ids, 4)
    assert [place.at for place in found] == [200, 40, 299, 291]


def test_the_first_words_after_a_fresh_start_are_left_out() -> None:
    ids, values = np.arange(200), np.full(200, -1.0)
    values[[0, 7, 100, 107]] = 2.0
    values[[8, 99, 108]] = 1.0
    found = contexts.strongest(values, ids, 3, starts=(0, 100))
    assert [place.at for place in found] == [8, 99, 108]
    assert values[0] == 2.0  # the caller's own are left as they are
    lowest = contexts.strongest(-values, ids, 3, lowest=True, starts=(0, 100))
    assert [(place.at, place.value) for place in lowest] == [(8, -1.0), (99, -1.0), (108, -1.0)]
    assert not contexts.strongest(values[:5], ids[:5], 3, starts=(0,))


def test_what_all_units_push_sums_to_the_logits_of_torch_less_a_constant_of_the_step() -> None:
    torch.manual_seed(0)
    output = torch.nn.Linear(6, 11, dtype=torch.float64)
    h = torch.randn(4, 6, dtype=torch.float64)
    weights = {"W_hy": output.weight.detach().T.numpy(), "b_y": output.bias.detach().numpy()}
    tied = {"embedding": weights["W_hy"].T, "b_y": weights["b_y"]}
    logits = output(h).detach()
    for named in (weights, tied):
        drawn = np.zeros((6, 11))
        for unit in range(6):
            up, _ = contribution.pushed(named, unit, 11)
            drawn[unit, up.ids] = up.weight
        summed = h.numpy() @ drawn + weights["b_y"]
        missing = logits.numpy() - summed
        assert np.abs(missing).max() > 0.01  # it is not the logit itself
        np.testing.assert_allclose(missing, np.tile(missing[:, :1], 11), atol=1e-12)
        np.testing.assert_allclose(
            torch.softmax(torch.from_numpy(summed), 1), torch.softmax(logits, 1), atol=1e-12
        )


def test_the_words_that_a_unit_pushes_are_those_whose_probability_rises_most() -> None:
    # Promoted most, relative to all others: the derivative of log p along h_u.
    torch.manual_seed(1)
    W = torch.randn(5, 9, dtype=torch.float64)
    h = torch.zeros(5, dtype=torch.float64, requires_grad=True)
    log_p = torch.log_softmax(h @ W, dim=0)
    slopes = np.array([torch.autograd.grad(log_p[v], h, retain_graph=True)[0][2] for v in range(9)])
    up, down = contribution.pushed({"W_hy": W.numpy()}, 2, 3)
    assert up.ids.tolist() == np.argsort(-slopes)[:3].tolist()
    assert down.ids.tolist() == np.argsort(slopes)[:3].tolist()
    np.testing.assert_allclose(up.weight, slopes[up.ids], atol=1e-12)  # all p equal at h = 0


def test_a_constant_gate_halves_the_cell_after_its_half_life() -> None:
    for steps in (0.5, 1.0, 7.0, 300.0):
        gate = 0.5 ** (1.0 / steps)
        found = half_life.from_gate(np.full((10, 2), gate))
        np.testing.assert_allclose(found, steps, rtol=1e-9)
        assert gate**steps == pytest.approx(0.5)


def test_a_gate_that_is_always_open_in_half_precision_has_a_finite_half_life() -> None:
    assert half_life.from_gate(np.ones((5, 1), dtype=np.float16))[0] == pytest.approx(1419, abs=1)


def test_the_half_life_of_a_curve_lies_between_two_steps() -> None:
    curve = np.array([[1.0, 1.0, 1.0], [0.8, 0.4, 0.9], [0.4, 0.1, 0.8]])
    found = half_life.from_curve(curve)
    assert found[0] == pytest.approx(1.75)  # 0.8 → 0.4 passes 0.5 at three quarters
    assert found[1] == pytest.approx(1 - 0.1 / 0.6)  # 1.0 → 0.4 passes 0.5 at five sixths
    assert np.isinf(found[2])
