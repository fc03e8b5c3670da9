"""Looking back in a trained network: its numbers against a trace and powers written out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from tiny import MakeRun

from rnnexplorer import fading, runs, tracing

WORDS = ("the", "cat", "and", "the", "dog")
KEEPERS = {"rnn": None, "lstm": "f", "gru": "z"}


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("layer", [0, 1])
def test_what_a_step_passes_on_is_the_mean_over_the_steps_that_were_taken(
    trained: MakeRun, cell, layer
):
    """∂state_T/∂state_1 is a product over the steps 2 … T: the gate of the first is not in it."""
    run = trained(cell=cell, layers=2)
    found = fading.fading(run, WORDS, None, layer)
    signals = tracing.trace(run, WORDS, memory="stateful").signals
    kept = KEEPERS[cell]
    taken = 1 - signals["h"][layer] ** 2 if kept is None else signals[kept][layer]
    assert found.passed == pytest.approx(taken[1:].mean(dtype=float), rel=1e-6)
    assert found.passed != pytest.approx(taken.mean(dtype=float), rel=1e-6)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_same_u_at_every_word_leaves_as_much_of_the_first(trained: MakeRun, cell):
    """Five words are four steps: U⁴ = g₀."""
    found = fading.fading(trained(cell=cell), WORDS, None, 0)
    for state, gains in found.gains.items():
        assert len(gains) == 5
        assert gains[-1] == pytest.approx(1.0)
        assert found.per_word(state) ** 4 == pytest.approx(gains[0], rel=1e-9)
        assert found.per_word(state) == pytest.approx(np.exp(np.log(gains[0]) / 4), rel=1e-9)


def test_the_gains_are_those_of_the_product_of_jacobians_in_whatever_parts_they_are_made(
    trained: MakeRun,
):
    """∂h_t/∂h_{t-1} = diag(1 - h_t²) W_hhᵀ, with h as a column."""
    run = trained(cell="rnn")
    h = tracing.trace(run, WORDS, memory="stateful").signals["h"][0].astype(float)
    W_hh = runs.weights(run, runs.kept_epoch(run))["W_hh.l0"].astype(float)
    J, expected = np.eye(len(W_hh)), [1.0]
    for t in (4, 3, 2, 1):
        J = J @ (np.diag(1 - h[t] ** 2) @ W_hh.T)
        expected.append(np.linalg.norm(J) / np.sqrt(len(W_hh)))
    units = run.recipe.hidden
    for cuts in ([0, units], [0, 3, 4, units]):
        parts = [fading.rows(run, WORDS, None, 0, range(*ends)) for ends in pairwise(cuts)]
        found = fading.joined(run, WORDS, None, 0, parts)
        np.testing.assert_allclose(found.gains["h"], expected[::-1], rtol=1e-5)


def test_a_gain_of_a_sixteenth_after_four_steps_is_a_half_per_word(trained: MakeRun):
    found = fading.fading(trained(cell="rnn"), WORDS, None, 0)
    found.gains["h"] = np.array([0.0625, 0.2, 0.3, 0.6, 1.0])
    assert found.per_word("h") == pytest.approx(0.5)
