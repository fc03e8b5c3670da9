"""Experiments on units against the same experiments with torch.nn, one unit and word at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tiny import MakeRun
from torch_reference import twin

from rnnexplorer import index, planning, runs, signals, studies, studying, surveying
from rnnexplorer.corpus import Corpus
from rnnexplorer.measures import units

every_cell = pytest.mark.parametrize("cell", tuple(signals.CELLS))
WINDOW = 5
#: Of a run in window memory.
WINDOWS = {"objective": "last", "carry": False}


def some_ids(length: int, vocabulary: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(5).integers(0, vocabulary, length))


def losses_without(pair: object, ids: torch.Tensor, layer: int, unit: int) -> torch.Tensor:
    """Losses of words 1… with one unit held at 0, from cells of torch.nn, word by word."""
    recurrent, network = pair.recurrent, pair.network  # type: ignore[attr-defined]
    kinds = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}
    cell = network.cell.key
    cells = []
    for k in range(network.layers):
        one = kinds[cell](getattr(recurrent, f"weight_ih_l{k}").shape[1], network.units).double()
        with torch.no_grad():
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                getattr(one, name).copy_(getattr(recurrent, f"{name}_l{k}"))
        cells.append(one)
    states: list[object] = [None] * network.layers
    found = []
    with torch.no_grad():
        for t in range(len(ids) - 1):
            x = pair.inputs(ids[t : t + 1])  # type: ignore[attr-defined]
            for k, one in enumerate(cells):
                state = one(x, states[k])
                h = (state[0] if cell == "lstm" else state).clone()
                if k == layer:
                    h[:, unit] = 0.0
                states[k] = (h, state[1]) if cell == "lstm" else h
                x = h
            scores = x @ network.W_hy + network.weights["b_y"]
            found.append(-torch.log_softmax(scores, dim=1)[0, ids[t + 1]])
    return torch.stack(found)


@every_cell
@pytest.mark.parametrize("layer", [0, 1])
def test_the_cost_of_a_unit_is_what_torch_measures_without_it(
    cell: str, layer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studying, "ROWS", 3)
    monkeypatch.setattr(studying, "WORDS_AT_ONCE", 7)
    pair = twin(cell, layers=2, dtype=torch.float64)
    network = pair.network
    ids = some_ids(40, network.vocabulary)
    found = studying.worth(network, ids.numpy(), None, layer)
    whole = losses_without(pair, ids, layer=9, unit=0)
    assert found.loss == pytest.approx(float(whole.mean()), abs=1e-6)
    for unit in range(network.units):
        rise = losses_without(pair, ids, layer, unit) - whole
        assert found.cost[unit] == pytest.approx(float(rise.mean()), abs=1e-6)
        error = float(rise.std()) / len(rise) ** 0.5
        assert found.error[unit] == pytest.approx(error, abs=1e-6)


@pytest.mark.parametrize(("units", "window", "tried"), [(8, None, 2200), (1024, None, 700)])
def test_a_large_network_tries_fewer_words(units: int, window: int | None, tried: int) -> None:
    """LSTM(1024) and 2,600 words: 1024 · (1024 · 4096 + 1024 · 2600) products a word."""
    network = twin("lstm", units=units, vocabulary=2600).network
    by_hand = 5e12 / (units * units * (4 * units + 2600))
    assert studying.words_tried(network, window) == min(2200, int(by_hand))
    assert studying.words_tried(network, window) == pytest.approx(tried, rel=0.02)
    assert studying.words_tried(network, 500) >= 500 + 300  # the first window predicts nothing


def test_a_long_window_is_followed_by_words_that_are_predicted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(studying, "MOST_PRODUCTS", 0.0)  # as a network too large for its time
    monkeypatch.setattr(studying, "STEPS_AT_ONCE", 35_100)
    pair = twin("gru", layers=1, dtype=torch.float64)
    ids = some_ids(700, pair.network.vocabulary)
    found = studying.worth(pair.network, ids.numpy(), 350, 0)
    assert found.words == 300
    x = ids[:650].unfold(0, 351, 1)
    with torch.no_grad():
        scores = pair.h(x[:, :-1].t())[-1] @ pair.network.W_hy + pair.network.weights["b_y"]
    losses = torch.nn.functional.cross_entropy(scores, x[:, -1])
    assert found.loss == pytest.approx(float(losses), abs=1e-6)
    assert np.isfinite(found.error).all()
    left = studying.remembered(pair.network, ids.numpy(), 350, 0, np.ones(8))
    assert left.shape == (studying.FOLLOWED + 1, 8)
    assert np.isfinite(left).all()


@pytest.mark.parametrize(
    ("words", "window", "needed"),
    [(300, 350, 380), (100, 350, 380), (2, 10, 40), (351, 350, 380), (379, 350, 380),
     (30, None, 31), (0, None, 31)],
)  # fmt: skip
def test_a_text_too_short_to_try_units_on_is_refused(
    words: int, window: int | None, needed: int
) -> None:
    network = twin("rnn").network
    ids = some_ids(words, network.vocabulary).numpy()
    with pytest.raises(ValueError, match=f"^{words} words, .* it takes at least {needed}$"):
        studying.worth(network, ids, window, 0)
    with pytest.raises(ValueError, match=f"^{words} words, .* it takes at least {needed}$"):
        studying.remembered(network, ids, window, 0, np.ones(8))


def test_the_fewest_words_are_enough() -> None:
    network = twin("rnn").network
    found = studying.worth(network, some_ids(40, network.vocabulary).numpy(), 10, 0)
    assert found.words == 30
    assert np.isfinite(found.error).all()


def test_long_experiments_tell_how_far_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studying, "ROWS", 4)
    monkeypatch.setattr(studying, "WORDS_AT_ONCE", 7)
    network = twin("gru").network
    ids = some_ids(40, network.vocabulary).numpy()
    told: list[tuple[int, int]] = []
    studying.worth(network, ids, None, 0, lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (8, 8)
    assert len(told) > 10  # 2 halves of the units, 6 pieces of the text each, and the end


@every_cell
def test_in_window_memory_every_word_loses_the_unit_in_its_own_window(cell: str) -> None:
    pair = twin(cell, layers=1, dtype=torch.float64)
    ids = some_ids(40, pair.network.vocabulary)
    found = studying.worth(pair.network, ids.numpy(), WINDOW, 0)
    rises = []
    for start in range(len(ids) - WINDOW):
        piece = ids[start : start + WINDOW + 1]
        rises.append(losses_without(pair, piece, 0, 2)[-1] - losses_without(pair, piece, 9, 2)[-1])
    assert found.cost[2] == pytest.approx(float(torch.stack(rises).mean()), abs=1e-6)


def left_by_torch(
    pair: Any, ids: torch.Tensor, place: int, layer: int, unit: int, push: float
) -> float:
    """What is left in a unit at the last of some words of a push given before the word `place`."""
    cell, x = pair.network.cell.key, pair.inputs(ids[:, None])
    with torch.no_grad():
        _, before = pair.recurrent(x[:place])
        memory = (before[1] if cell == "lstm" else before).clone()
        memory[layer, 0, unit] += push
        _, plain = pair.recurrent(x[place:], before)
        _, pushed = pair.recurrent(x[place:], (before[0], memory) if cell == "lstm" else memory)
    one, other = (s[1] if cell == "lstm" else s for s in (plain, pushed))
    return float((other - one)[layer, 0, unit].abs() / push)


def lower_median(values: list[float]) -> float:
    """torch's, of an even number of places."""
    return sorted(values)[(len(values) - 1) // 2]


@every_cell
@pytest.mark.parametrize("layer", [0, 1])
def test_a_push_is_followed_as_torch_follows_it(cell: str, layer: int) -> None:
    pair = twin(cell, layers=2, dtype=torch.float64)
    network = pair.network
    ids = some_ids(80, network.vocabulary)
    spread = torch.linspace(0.01, 0.3, network.units, dtype=torch.float64)
    curve = studying.remembered(network, ids.numpy(), None, layer, spread.numpy())
    assert curve.shape == (studying.FOLLOWED + 1, network.units)
    np.testing.assert_array_equal(curve[0], 1.0)
    places = np.linspace(1, len(ids) - 61, 16).astype(int).tolist()
    for lag in (1, 3, 20, studying.FOLLOWED):
        left = [left_by_torch(pair, ids[: p + lag], p, layer, 3, float(spread[3])) for p in places]
        assert curve[lag, 3] == pytest.approx(lower_median(left), abs=1e-9)


@every_cell
def test_in_window_memory_a_push_is_what_a_later_word_finds_in_its_own_window(cell: str) -> None:
    pair = twin(cell, layers=2, dtype=torch.float64)
    network, window = pair.network, 8
    ids = some_ids(60, network.vocabulary)
    spread = torch.linspace(0.01, 0.3, network.units, dtype=torch.float64)
    curve = studying.remembered(network, ids.numpy(), window, 1, spread.numpy())
    assert curve.shape == (window, network.units)
    np.testing.assert_array_equal(curve[0], 1.0)
    places = np.linspace(1, len(ids) - window, 16).astype(int).tolist()
    for lag in (1, 3, window - 1):
        left = []
        for place in places:
            first = max(0, place + lag - window)  # of the window of the word `lag` words on
            read = ids[first : place + lag]
            left.append(left_by_torch(pair, read, place - first, 1, 3, float(spread[3])))
        assert curve[lag, 3] == pytest.approx(lower_median(left), abs=1e-9)


def test_a_push_to_the_only_unit_comes_back_through_its_own_h() -> None:
    """After one word the forget gate alone tells what is left; after two h has moved as well."""
    pair = twin("lstm", units=1, dtype=torch.float64)
    one, ids = pair.recurrent, some_ids(80, pair.network.vocabulary)
    left = studying.remembered(pair.network, ids.numpy(), None, 0, np.array([0.1]))[:, 0]
    x = pair.inputs(ids)
    with torch.no_grad():
        h = torch.cat((torch.zeros(1, 1, dtype=torch.float64), one(x[:, None])[0][:-1, 0]))
        gates = (
            x @ one.weight_ih_l0.t() + h @ one.weight_hh_l0.t() + one.bias_ih_l0 + one.bias_hh_l0
        )
        forget = torch.sigmoid(gates[:, 1])
    places = np.linspace(1, len(ids) - 61, 16).astype(int)
    assert left[1] == pytest.approx(lower_median(forget[places].tolist()), abs=1e-9)
    alone = lower_median((forget[places] * forget[places + 1]).tolist())
    assert abs(left[2] - alone) > 1e-3


def test_a_large_network_with_windows_is_pushed_at_fewer_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = twin("rnn").network
    ids, told = some_ids(60, network.vocabulary).numpy(), []
    # 8 units in 8 rows, and 1 + 2 + 3 + 4 words of each of five places
    monkeypatch.setattr(studying, "MOST_PRODUCTS", 5 * 8 * 8 * 8 * 10)
    studying.remembered(network, ids, 5, 0, np.ones(8), lambda *how: told.append(how))
    assert told[-1] == ((5 * 4 - 1) * 8, 5 * 4 * 8)
    monkeypatch.setattr(studying, "MOST_PRODUCTS", 0)
    studying.remembered(network, ids, 5, 0, np.ones(8), lambda *how: told.append(how))
    assert told[-1][1] == studying.LEAST_PLACES * 4 * 8


def test_a_survey_is_kept_beside_the_index_and_read_back(
    corpus: Corpus, trained: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained(layers=2)
    epoch = runs.kept_epoch(run)
    phases: list[str] = []
    made = surveying.survey(run, corpus, epoch, lambda phase, *_: phases.append(phase))
    study = studies.load(run, epoch)
    assert study is not None
    assert study.cost.shape == (2, made.units)
    assert study.score.shape == (2, made.units, len(study.features))
    assert "reading the text" in phases
    assert "switching units off, one by one in layer 2" in phases
    with monkeypatch.context() as later:
        later.setattr(studies, "FORMAT", studies.FORMAT + 1)
        assert studies.load(run, epoch) is None  # an older one is made again
    phases.clear()
    surveying.survey(run, corpus, epoch, lambda phase, *_: phases.append(phase))
    assert phases == []  # nothing is done twice
    index.remove(run, epoch)
    assert studies.load(run, epoch) is None


@pytest.mark.parametrize(
    ("changes", "part", "words"),
    [
        ({"objective": "every"}, "held out", 31),  # stateful: every word but the first
        ({"window": 2, **WINDOWS}, "held out", 30),
        ({"window": 6, **WINDOWS}, "training", 291),
        ({"window": 40, **WINDOWS}, "training", 257),
        ({"held_out": "none", "objective": "every"}, "training", 328),
    ],
)
def test_units_are_tried_on_the_training_text_where_too_little_is_held_out(
    corpus: Corpus, trained: MakeRun, changes: dict[str, object], part: str, words: int
) -> None:
    """329 words, 32 of them held out."""
    run = trained(cell="rnn", epochs=1, **changes)
    surveying.survey(run, corpus, 1)
    study = studies.load(run, 1)
    assert study is not None
    assert study.part.tolist() == [part]
    assert study.words.tolist() == [words]
    assert np.isfinite(study.error).all()
    assert units.worth(study, 0, 0).part == part


def test_a_text_too_short_for_the_window_is_indexed_and_not_studied(
    corpus: Corpus, trained: MakeRun
) -> None:
    run = trained(cell="rnn", epochs=1, window=280, **WINDOWS)
    with pytest.raises(ValueError, match="297 words, read by a network that sees 280, are too few"):
        surveying.survey(run, corpus, 1)
    assert index.is_made(run, 1)
    assert studies.load(run, 1) is None


def test_labels_belong_to_the_words_of_the_index(corpus: Corpus, trained: MakeRun) -> None:
    run = trained()
    made = surveying.survey(run, corpus, runs.kept_epoch(run))
    labels = surveying.labels_of(made, corpus)
    words = made.words()
    assert [len(word) for word in words] == labels["length of the word"].tolist()
    assert [word in ("the", "a") for word in words] == labels["article"].tolist()
    training, held_out = planning.texts_of(run, corpus)
    first = labels["progress through the book"][len(training)]
    assert first == pytest.approx(1 - len(held_out) / len(corpus.words))
