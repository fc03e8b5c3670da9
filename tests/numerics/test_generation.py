from __future__ import annotations

import numpy as np
import pytest
import torch
from torch_reference import Twin, twin

from rnnexplorer import signals
from rnnexplorer.draws import Sampling
from rnnexplorer.generation import WINDOWS_AT_ONCE, read, word_losses, write_on

CELLS = tuple(signals.CELLS)
WINDOW = 7
GREEDY = Sampling()

every_cell = pytest.mark.parametrize("cell", CELLS)
both_memories = pytest.mark.parametrize("window", [None, WINDOW])


def text(length: int, vocabulary: int = 11) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(2).integers(0, vocabulary, length))


def chaotic() -> Twin:
    """A SimpleRNN whose state still depends on what it read long ago."""
    pair = twin("rnn", dtype=torch.float64)
    pair.network.weights["W_hh.l0"].mul_(6.0)
    with torch.no_grad():
        pair.recurrent.weight_hh_l0.mul_(6.0)
    return pair


def fresh_run(pair: Twin, ids: torch.Tensor, t: int, window: int) -> torch.Tensor:
    """h of torch.nn at word t, started from zero so many words before, [H]."""
    some = ids[max(0, t + 1 - window) : t + 1]
    return pair.h(some.unsqueeze(1))[-1, 0]


# --- reading -------------------------------------------------------------------------------------


@every_cell
def test_stateful_reading_equals_one_pass_of_torch_nn(cell: str) -> None:
    pair = twin(cell, layers=2, dtype=torch.float64)
    ids = text(30)
    h = read(pair.network, ids, None).signals[-1]["h"]
    torch.testing.assert_close(h, pair.h(ids.unsqueeze(1))[:, 0], rtol=0, atol=1e-12)


@every_cell
@pytest.mark.parametrize("length", [1, WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOWS_AT_ONCE + 9])
def test_window_memory_at_a_word_is_a_fresh_run_over_the_last_words(cell: str, length: int) -> None:
    pair = twin(cell, layers=2, dtype=torch.float64)
    ids = text(length)
    h = read(pair.network, ids, WINDOW).signals[-1]["h"]
    expected = torch.stack([fresh_run(pair, ids, t, WINDOW) for t in range(length)])
    torch.testing.assert_close(h, expected, rtol=0, atol=1e-12)


@every_cell
def test_both_memories_agree_up_to_the_first_full_window_and_differ_after_it(cell: str) -> None:
    network = twin(cell, layers=2).network
    ids = text(3 * WINDOW)
    stateful, window = read(network, ids, None), read(network, ids, WINDOW)
    for one, other in zip(stateful.signals, window.signals, strict=True):
        for key in one:
            torch.testing.assert_close(one[key][:WINDOW], other[key][:WINDOW], rtol=0, atol=1e-6)
            assert not torch.allclose(one[key][WINDOW:], other[key][WINDOW:])


@every_cell
@both_memories
def test_every_step_follows_from_the_state_it_is_said_to_start_from(
    cell: str, window: int | None
) -> None:
    # One step of torch.nn from `before` must give the signals of that step, in every layer.
    pair = twin(cell, layers=2, dtype=torch.float64)
    ids = text(4 * WINDOW)
    signals_read, before = read(pair.network, ids, window)
    assert set(before[0]) == set(pair.network.cell.states)
    starts = {
        key: torch.stack([layer[key] for layer in before])  # [L, T, H]: words side by side
        for key in before[0]
    }
    with torch.no_grad():
        given = (starts["h"], starts["c"]) if cell == "lstm" else starts["h"]
        _, after = pair.recurrent(pair.inputs(ids).unsqueeze(0), given)
    h, *c = after if cell == "lstm" else (after,)
    for layer, found in enumerate(signals_read):
        torch.testing.assert_close(found["h"], h[layer], rtol=0, atol=1e-12)
        if c:
            torch.testing.assert_close(found["c"], c[0][layer], rtol=0, atol=1e-12)


@both_memories
def test_the_first_step_starts_from_zero(window: int | None) -> None:
    before = read(twin("lstm", layers=2).network, text(20), window).before
    assert not any(value[0].any() for layer in before for value in layer.values())


# --- writing -------------------------------------------------------------------------------------


def greedily(pair: Twin, prompt: torch.Tensor, count: int, window: int | None) -> torch.Tensor:
    """The words that torch.nn writes when it reads the whole prefix again for each of them."""
    ids = prompt
    for _ in range(count):
        some = ids if window is None else ids[-window:]
        ids = torch.cat((ids, pair.logits(some)[-1].argmax().unsqueeze(0)))
    return ids


@every_cell
@both_memories
@pytest.mark.parametrize("prompt", [1, WINDOW, 3 * WINDOW])
def test_writing_greedily_is_reading_the_prefix_again_for_every_word(
    cell: str, window: int | None, prompt: int
) -> None:
    pair = twin(cell, layers=2, dtype=torch.float64)
    written = write_on(pair.network, text(prompt), 20, window, GREEDY)
    assert written.tolist() == greedily(pair, text(prompt), 20, window).tolist()


@both_memories
def test_the_first_word_after_a_long_prompt_has_the_memory_that_was_asked_for(
    window: int | None,
) -> None:
    pair = chaotic()
    ids = text(60)
    for end in range(2 * WINDOW, 60):
        seen = ids[:end] if window is None else ids[end - WINDOW : end]
        expected = pair.logits(seen)[-1].argmax()
        assert write_on(pair.network, ids[:end], 1, window, GREEDY)[-1] == expected


@both_memories
def test_nothing_is_written_where_nothing_is_asked(window: int | None) -> None:
    ids = text(12)
    assert torch.equal(write_on(twin("gru").network, ids, 0, window, GREEDY), ids)


@both_memories
def test_the_seed_decides_the_draws(window: int | None) -> None:
    network = twin("lstm").network

    def written(seed: int, count: int = 40) -> list[int]:
        sampling = Sampling(temperature=1.0, seed=seed)
        return write_on(network, text(5), count, window, sampling).tolist()

    assert written(1) == written(1)
    assert written(1) != written(2)
    # The k-th word uses the k-th random number: a longer text begins with the shorter one.
    assert written(1)[:25] == written(1, 20)


# --- losses --------------------------------------------------------------------------------------


def loss_after(pair: Twin, words: torch.Tensor, target: torch.Tensor) -> float:
    """Minus the log of the probability that torch.nn gives a word after some words."""
    probs = torch.softmax(pair.logits(words)[-1], dim=0)
    return -float(probs[target].log())


@every_cell
@both_memories
def test_the_loss_of_each_word_equals_a_plain_loop(cell: str, window: int | None) -> None:
    pair = twin(cell, layers=2, dtype=torch.float64)
    ids = text(40)
    first = 1 if window is None else window
    expected = [
        loss_after(pair, ids[0 if window is None else t - window : t], ids[t])
        for t in range(first, len(ids))
    ]
    found = word_losses(pair.network, ids, window)
    np.testing.assert_allclose(found.numpy(), expected, rtol=0, atol=1e-12)


@both_memories
def test_the_losses_of_a_long_text_are_not_torn_where_it_is_split(window: int | None) -> None:
    # Losses are computed in parts of 512 words.
    pair = twin("rnn", units=4, dtype=torch.float64)
    ids = text(1200)
    found = word_losses(pair.network, ids, window)
    assert len(found) == 1200 - (window or 1)
    for t in (511, 512, 513, 519, 520, 1023, 1024, 1025, 1199):
        seen = ids[:t] if window is None else ids[t - window : t]
        assert found[t - (window or 1)].item() == pytest.approx(loss_after(pair, seen, ids[t]))
