"""One word changed: against torch.nn reading both versions one by one, and separate traces."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch_reference import Twin, twin

from rnnexplorer import perturbing, runs, tracing
from rnnexplorer.runs import Run

every_cell = pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
AT, STEPS, PLACES = 3, 8, 4


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(2).integers(0, 11, (STEPS, PLACES)))


def of_nn(made: Twin, words: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """h of the last layer and the next-word probabilities after some words, by torch.nn alone."""
    h = made.h(words[:, None])[-1]
    return h[0].numpy(), torch.softmax(made.output(h)[0].detach(), 0).numpy()


@every_cell
@pytest.mark.parametrize("window", [None, 3, 5])
def test_distances_and_bits_are_those_of_two_readings_by_torch_nn(cell, window, ids):
    made = twin(cell, layers=2, dtype=torch.float64)
    others = (ids[AT] + 1) % 11
    found = perturbing.follow(made.network, ids, AT, others, window)
    for n in range(PLACES):
        changed = ids[:, n].clone()
        changed[AT] = others[n]
        for k in range(STEPS - AT):
            last = AT + k
            words = slice(0 if window is None else max(0, last - window + 1), last + 1)
            h, p = of_nn(made, ids[words, n])
            h_changed, q = of_nn(made, changed[words])
            assert found.states["h"][1, n, k] == pytest.approx(
                np.linalg.norm(h_changed - h), abs=1e-6
            )
            assert found.bits[n, k] == pytest.approx((p * np.log2(p / q)).sum(), abs=1e-9)
            if k == 0:
                np.testing.assert_allclose(found.untouched["h"][1, n], h, atol=1e-12)


def test_in_window_memory_a_word_that_has_left_the_window_has_no_say(ids):
    found = perturbing.follow(twin("lstm").network, ids, AT, (ids[AT] + 1) % 11, 3)
    assert found.bits[:, :3].min() > 0
    assert not found.bits[:, 3:].any()
    assert not found.states["c"][:, :, 3:].any()


@pytest.mark.parametrize("memory", ["stateful", "window"])
def test_many_passages_at_once_are_as_many_traces(trained_run: Run, memory: str) -> None:
    vocabulary = runs.vocabulary(trained_run)
    random = np.random.default_rng(4)
    ids = torch.from_numpy(random.integers(0, len(vocabulary.words), (STEPS, PLACES)))
    others = torch.from_numpy(random.integers(0, len(vocabulary.words), PLACES))
    network, _ = tracing.load_network(trained_run)
    window = trained_run.recipe.window if memory == "window" else None
    found = perturbing.follow(network, ids, AT, others, window)
    for n in range(PLACES):
        words = [vocabulary.words[k] for k in ids[:, n].tolist()]
        other = vocabulary.words[int(others[n])]
        plain = tracing.trace(trained_run, words, memory=memory)
        changed = tracing.trace(trained_run, words, memory=memory, edits=f"word@{AT}={other}")
        for key, distances in found.states.items():
            apart = np.linalg.norm(changed.signals[key] - plain.signals[key], axis=2)
            np.testing.assert_allclose(distances[:, n], apart[:, AT:], atol=1e-5)


@every_cell
@pytest.mark.parametrize("window", [None, 4])
def test_an_answer_is_as_probable_as_torch_nn_says_with_either_cue(cell, window, ids):
    made = twin(cell, dtype=torch.float64)
    found = perturbing.answered(made.network, ids, AT, torch.tensor([2, 7]), 5, window)
    assert found.shape == (2, PLACES, STEPS - AT)
    for row, cue in enumerate((2, 7)):
        for n in range(PLACES):
            words = ids[:, n].clone()
            words[AT] = cue
            for k in range(STEPS - AT):
                start = 0 if window is None else max(0, AT + k - window + 1)
                _, p = of_nn(made, words[start : AT + k + 1])
                assert found[row, n, k] == pytest.approx(np.log2(p[5]), abs=1e-9)


def test_the_same_word_changes_nothing(ids):
    found = perturbing.follow(twin("gru").network, ids, AT, ids[AT])
    assert not found.bits.any()
    assert not found.states["h"].any()


@pytest.mark.parametrize("at", [-1, STEPS])
def test_a_place_outside_the_passage_is_refused(at, ids):
    with pytest.raises(ValueError, match=f"there is no word {at} to change; .* 0 to 7"):
        perturbing.follow(twin("rnn").network, ids, at, ids[0])
