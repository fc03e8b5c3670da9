"""Interventions as text, and at work: against loops of torch.nn cells, limits, and autograd."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import MakeRun
from torch import Tensor
from torch_reference import twin

from rnnexplorer import edits, runs, signals, traces, tracing
from rnnexplorer.corpus import UnknownWords, Vocabulary
from rnnexplorer.draws import Sampling, draw
from rnnexplorer.edits import Edit, Intervention, WordEdit
from rnnexplorer.generation import read, write_on
from rnnexplorer.interventions import Interventions
from rnnexplorer.network import Network, logits_of
from rnnexplorer.network import run as unroll

every_cell = pytest.mark.parametrize("cell", tuple(signals.CELLS))
both_memories = pytest.mark.parametrize("window", [None, 4])
STEPS = 11


# --- as text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f@4-9=1", Edit("f", 0, None, 4, 10, "set", 1.0)),
        ("f[12,17]@4-9=1", Edit("f", 0, (12, 17), 4, 10, "set", 1.0)),
        ("c.2[3]@5=0", Edit("c", 1, (3,), 5, 6, "set", 0.0)),
        ("h[3]@0-*2.5", Edit("h", 0, (3,), 0, None, "scale", 2.5)),
        ("i@4-9+0.2", Edit("i", 0, None, 4, 10, "add", 0.2)),
        ("i@4-9+-0.2", Edit("i", 0, None, 4, 10, "add", -0.2)),
        ("c[3]@5-=hold", Edit("c", 0, (3,), 5, None, "hold")),
        ("c@5=(the red king)", Edit("c", 0, None, 5, 6, "take", 0.0, ("the", "red", "king"))),
        ("h.2[3,8]@5-7=(a)", Edit("h", 1, (3, 8), 5, 8, "take", 0.0, ("a",))),
        ("word@7=queen", WordEdit(7, "queen")),
    ],
)
def test_the_text_of_an_edit_is_read_and_written(text: str, expected: Intervention) -> None:
    assert edits.parse(text) == (expected,)
    assert str(expected) == text


def test_any_edits_are_read_back_as_they_were_written() -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        chosen = tuple(_any_edit(random) for _ in range(random.integers(1, 4)))
        assert edits.parse(edits.written(chosen)) == chosen


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.123456789, "0.123456789"), (1 / 3, "0.3333333333333333"), (-1e-12, "-1e-12"),
        (999.9999999, "999.9999999"), (2.0, "2"), (1000.0, "1000"), (-0.0, "-0"), (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"), (5e-324, "5e-324"),
    ],
)  # fmt: skip
def test_a_number_is_kept_to_its_last_digit(value: float, text: str) -> None:
    for action, sign in (("set", "="), ("add", "+"), ("scale", "*")):
        edit = Edit("h", 0, (3,), 2, 3, action, value)  # type: ignore[arg-type]
        assert str(edit) == f"h[3]@2{sign}{text}"
        (again,) = edits.parse(str(edit))
        assert isinstance(again, Edit)
        assert again.value.hex() == value.hex()


def test_another_text_is_read_as_any_text_is_its_semicolons_too() -> None:
    (taken, set_, word) = edits.parse("c@5=( The Queen; of Alice's; );f@1=1; word@3=Queen!")
    assert isinstance(taken, Edit)
    assert taken.donor == ("the", "queen", "of", "alices")
    assert str(taken) == "c@5=(the queen of alices)"
    assert (set_, word) == (Edit("f", 0, None, 1, 2, "set", 1.0), WordEdit(3, "queen"))


def _any_edit(random: np.random.Generator) -> Intervention:
    start = int(random.integers(0, 50))
    if random.integers(6) == 0:
        return WordEdit(start, "queen")
    stop = [None, start + 1, start + int(random.integers(2, 9))][random.integers(3)]
    units = [None, tuple(random.integers(0, 99, 3).tolist())][random.integers(2)]
    action = ["set", "add", "scale", "hold", "take"][random.integers(5)]
    value = 0.0 if action in ("hold", "take") else float(f"{random.normal():.3g}")
    donor = ("a", "red", "king")[: random.integers(1, 4)] if action == "take" else ()
    layer = int(random.integers(0, 3))
    return Edit("fighco"[random.integers(6)], layer, units, start, stop, action, value, donor)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f@4-9", "'f@4-9' is no intervention; write it as"),
        ("f@9-4=1", "ends at step 4, before it begins at 9"),
        ("f.0@1=1", "layers are counted from 1"),
        ("f@1=much", "ends in 'much', which is no number"),
        ("f@1=nan", "use a number up to"),
        ("f@1=1e9", "use a number up to"),
        ("f@1+hold", "ends in 'hold', which is no number"),
        (";".join(["f@1=1"] * 21), "21 interventions are too many"),
        ("c@5=()", "takes from a text without words"),
        ("c@5=(" + "on " * 201 + ")", "takes from a text of 201 words; use at most 200"),
        ("c@5=(the queen", "is no intervention; write it as"),
        ("c@5+(the queen)", "which is no number"),
        ("word@5=", "names 0 words; one word is read at a step"),
        ("word@5=the queen", "names 2 words; one word is read at a step"),
        ("word@5-7=the", "is no intervention; write it as"),
        ("f@2000=1", "'f@2000=1' is about step 2000; a trace has steps 0 to 1,999"),
        ("f@99999999999999999999=1", "step 99999999999999999999; a trace has steps 0 to 1,999"),
        ("f@1-99999999999999999999=1", "step 99999999999999999999; a trace has steps"),
        ("word@99999999999999999999=a", "step 99999999999999999999; a trace has steps"),
        ("f[99999999999999999999]@1=1", "unit 99999999999999999999; a network has at most units"),
        (f"f@{'9' * 5000}=1", "is about step 9{40} …; a trace has steps 0 to 1,999"),
    ],
)
def test_what_cannot_be_read_is_quoted(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        edits.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [("z@1=1", "has no signal 'z'"), ("f.3@1=1", "is about layer 3; the network has 2"),
     ("f[8]@1=1", "is about unit 8; the network has units 0 to 7")],
)  # fmt: skip
def test_edits_are_held_against_the_network(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        edits.check(edits.parse(text), signals.LSTM, 2, 8)


# --- at work -------------------------------------------------------------------------------------


#: Of the networks of `twin`: a word for each of their 11 numbers.
LETTERS = Vocabulary(tuple("abcdefghijk"))


def text_ids(length: int = STEPS) -> Tensor:
    return torch.from_numpy(np.random.default_rng(3).integers(0, 11, length))


def acting(network: Network, text: str, window: int | None = None) -> Interventions:
    found = tracing.resolved(network, edits.parse(text), LETTERS, window)
    return Interventions((), network.cell) if found is None else found


@every_cell
@both_memories
def test_no_edit_changes_no_bit(cell: str, window: int | None) -> None:
    network = twin(cell, layers=2).network
    plain = read(network, text_ids(), window)
    empty = read(network, text_ids(), window, acting(network, ""))
    for one, other in zip(plain.signals, empty.signals, strict=True):
        assert all(torch.equal(one[key], other[key]) for key in one)


@both_memories
def test_an_open_forget_gate_and_a_shut_input_gate_keep_c_exactly(window: int | None) -> None:
    network = twin("lstm", layers=2).network
    edited = read(network, text_ids(), window, acting(network, "f.2@5-8=1;i.2@5-8=0"))
    c, before = edited.signals[1]["c"], edited.before[1]["c"]
    assert torch.equal(c[5:9], before[5:9])
    if window is None:
        assert torch.equal(c[5:9], c[4].expand(4, -1))
    assert not torch.equal(c[9], c[8])


def test_shut_gates_empty_c_exactly() -> None:
    network = twin("lstm").network
    edited = read(network, text_ids(), None, acting(network, "f[2]@3=0;i[2]@3=0"))
    assert edited.signals[0]["c"][3, 2] == 0.0
    assert edited.signals[0]["h"][3, 2] == 0.0


@every_cell
def test_holding_a_state_keeps_it_bit_for_bit(cell: str) -> None:
    network = twin(cell).network
    edited = read(network, text_ids(), None, acting(network, "h[1,4]@6-=hold"))
    h = edited.signals[0]["h"]
    assert torch.equal(h[6:, [1, 4]], h[5, [1, 4]].expand(STEPS - 6, -1))
    assert not torch.equal(h[6, [0, 2]], h[5, [0, 2]])
    from_the_first = read(network, text_ids(), None, acting(network, "h@0-2=hold"))
    assert not from_the_first.signals[0]["h"][:3].any()  # the state before the text is zero


@every_cell
@both_memories
def test_what_is_held_is_the_value_of_the_step_before_in_the_same_memory(
    cell: str, window: int | None
) -> None:
    network = twin(cell, layers=2, dtype=torch.float64).network
    ids, gate = text_ids(), signals.cell(cell).gates[-1]
    earlier = f"h[2]@4*0.5;{gate}.2[1]@5-7+0.2"
    before = read(network, ids, window, acting(network, earlier)).signals
    state = "h" if cell != "lstm" else "c"
    asked = f"{state}[2,3]@7-=hold;{gate}.2[1]@7-9=hold;{earlier}"
    edited = read(network, ids, window, acting(network, asked)).signals
    wanted = before[0][state][6, [2, 3]].expand(STEPS - 7, -1)
    torch.testing.assert_close(edited[0][state][7:, [2, 3]], wanted, rtol=0, atol=1e-12)
    # `+ 0.2` comes after the hold and acts on what is held, at step 7.
    wanted = before[1][gate][6, 1] + torch.tensor([0.2, 0.0, 0.0], dtype=torch.float64)
    torch.testing.assert_close(edited[1][gate][7:10, 1], wanted, rtol=0, atol=1e-12)
    # In each window, what is held stands there as if it had been set to that number.
    set_ = ";".join(f"{state}[{unit}]@7-={float(before[0][state][6, unit])!r}" for unit in (2, 3))
    set_ += f";{gate}.2[1]@7-9={float(before[1][gate][6, 1])!r};{earlier}"
    expected = read(network, ids, window, acting(network, set_)).signals
    for one, other in zip(edited, expected, strict=True):
        for key, value in one.items():
            torch.testing.assert_close(value, other[key], rtol=0, atol=1e-12)


@every_cell
@both_memories
def test_what_is_held_from_a_held_value_on_is_that_value(cell: str, window: int | None) -> None:
    network = twin(cell, layers=2, dtype=torch.float64).network
    held = read(network, text_ids(), window, acting(network, "h.2@8-=hold;h@6-9=hold")).signals
    plain = read(network, text_ids(), window).signals
    torch.testing.assert_close(
        held[0]["h"][6:10], plain[0]["h"][5].expand(4, -1), rtol=0, atol=1e-12
    )
    alone = read(network, text_ids(), window, acting(network, "h@6-9=hold")).signals
    torch.testing.assert_close(
        held[1]["h"][8:], alone[1]["h"][7].expand(STEPS - 8, -1), rtol=0, atol=1e-12
    )


@both_memories
def test_a_gate_held_from_the_first_step_keeps_its_first_value(window: int | None) -> None:
    network = twin("lstm", dtype=torch.float64).network
    held = read(network, text_ids(), window, acting(network, "f@0-=hold")).signals[0]["f"]
    first = read(network, text_ids(), window).signals[0]["f"][0]
    torch.testing.assert_close(held, first.expand(STEPS, -1), rtol=0, atol=1e-12)


@every_cell
@both_memories
def test_words_written_later_are_held_at_the_same_value(cell: str, window: int | None) -> None:
    network = twin(cell, dtype=torch.float64).network
    sampling, asked = Sampling(temperature=1.0, seed=4), "h[0,1,2,3]@6-=hold"
    ids = write_on(network, text_ids(4), 12, window, sampling, acting(network, asked))
    before = read(network, ids[:6], window).signals[0]["h"][5]
    number = ";".join(f"h[{unit}]@6-={float(before[unit])!r}" for unit in range(4))
    again = write_on(network, text_ids(4), 12, window, sampling, acting(network, number))
    assert torch.equal(ids, again)
    free = write_on(network, text_ids(4), 12, window, sampling)
    assert not torch.equal(ids, free)


def lstm_by_hand(network: Network, ids: Tensor, f: float, at: int, unit: int) -> Tensor:
    """h of a one-layer LSTM in NumPy, with one forget gate set at one step."""
    w = {name: value.numpy() for name, value in network.weights.items()}
    x = w["embedding"][ids.numpy()] if "embedding" in w else np.eye(11)[ids.numpy()]
    units = network.units
    h, c, found = np.zeros(units), np.zeros(units), []
    for t, x_t in enumerate(x):
        a = x_t @ w["W_xh.l0"] + h @ w["W_hh.l0"] + w["b.l0"]
        i, forget, g, o = a.reshape(4, units)
        i, forget, o = (1 / (1 + np.exp(-v)) for v in (i, forget, o))
        if t == at:
            forget[unit] = f
        c = forget * c + i * np.tanh(g)
        h = o * np.tanh(c)
        found.append(h)
    return torch.from_numpy(np.array(found))


@pytest.mark.parametrize("value", [0.0, 0.4, 1.0, 3.0])
def test_a_gate_set_at_a_step_does_what_the_equations_say(value: float) -> None:
    network = twin("lstm", dtype=torch.float64).network
    edited = read(network, text_ids(), None, acting(network, f"f[3]@4={value:g}"))
    expected = lstm_by_hand(network, text_ids(), value, 4, 3)
    torch.testing.assert_close(edited.signals[0]["h"], expected, rtol=0, atol=1e-12)


@every_cell
def test_window_memory_edits_each_window_at_the_steps_of_the_text(cell: str) -> None:
    network = twin(cell, layers=2, dtype=torch.float64).network
    ids, window = text_ids(), 4
    gate = {"rnn": "h", "lstm": "f", "gru": "z"}[cell]
    edited = read(network, ids, window, acting(network, f"{gate}[2]@3-6*0.5"))
    for t in range(STEPS):
        start = max(0, t - window + 1)

        def change(layer: int, k: int, key: str, value: Tensor, start: int = start) -> Tensor:
            if layer == 0 and key == gate and 3 <= start + k <= 6:
                value = value.clone()
                value[:, 2] *= 0.5
            return value

        fresh = unroll(network, ids[start : t + 1, None], change=change)
        for layer, values in enumerate(fresh):
            for key, value in values.items():
                torch.testing.assert_close(
                    edited.signals[layer][key][t], value[-1, 0], rtol=0, atol=1e-12
                )


@every_cell
def test_a_change_of_the_last_h_moves_the_logits_by_it_times_the_output_matrix(cell: str) -> None:
    network = twin(cell, dtype=torch.float64).network
    plain = read(network, text_ids(), None).signals[-1]["h"]
    edited = read(network, text_ids(), None, acting(network, f"h[5]@{STEPS - 1}+0.7"))
    moved = logits_of(network, edited.signals[-1]["h"]) - logits_of(network, plain)
    torch.testing.assert_close(moved[-1], 0.7 * network.W_hy[5], rtol=0, atol=1e-12)
    assert not moved[:-1].any()


@every_cell
@pytest.mark.parametrize("action", ["+", "*", "="])
def test_the_derivative_through_an_edit_is_that_of_autograd(cell: str, action: str) -> None:
    # Autograd through a pass with the edit's number as a leaf, against differences of `read`.
    network = twin(cell, layers=2, dtype=torch.float64).network
    ids, key, value, step = text_ids(), signals.cell(cell).gates[0], 0.6, 1e-6

    def loss_with(number: float) -> float:
        h = read(network, ids, None, acting(network, f"{key}[1]@4{action}{number!r}"))
        return float(h.signals[-1]["h"].square().sum())

    number = torch.tensor(value, dtype=torch.float64, requires_grad=True)

    def change(layer: int, t: int, at: str, old: Tensor) -> Tensor:
        if (layer, t, at) != (0, 4, key):
            return old
        new = {"+": old + number, "*": old * number, "=": number.expand_as(old)}[action]
        return torch.where(torch.arange(old.shape[1]) == 1, new, old)

    loss = unroll(network, ids[:, None], change=change)[-1]["h"].square().sum()
    (exact,) = torch.autograd.grad(loss, number)
    assert float(loss.detach()) == pytest.approx(loss_with(value), abs=1e-12)
    slope = (loss_with(value + step) - loss_with(value - step)) / (2 * step)
    assert slope == pytest.approx(float(exact), rel=1e-6, abs=1e-8)


@every_cell
@both_memories
def test_what_is_written_is_edited_as_what_is_read(cell: str, window: int | None) -> None:
    network = twin(cell, layers=2).network
    sampling = Sampling(temperature=1.0, seed=4)
    asked = "h[0,1,2,3]@6-=2;h.2[5]@2-4=hold"
    ids = write_on(network, text_ids(4), 9, window, sampling, acting(network, asked))
    # Each word must be the draw from the edited reading of the words before it.
    h = read(network, ids, window, acting(network, asked)).signals[-1]["h"]
    uniforms = np.random.default_rng(4).random(9)
    drawn = [
        draw(logits_of(network, h[3 + k][None])[0].numpy(), sampling, u)
        for k, u in enumerate(uniforms)
    ]
    assert ids[4:].tolist() == drawn


# --- from another text ---------------------------------------------------------------------------


def ids_of(letters: str) -> Tensor:
    return torch.from_numpy(LETTERS.encode(letters.split()))


def whole_state(cell: str, step: int, donor: str) -> str:
    """The edits that put the state of both layers after a text in place of that at a step."""
    return ";".join(
        f"{state}.{layer}@{step}=({donor})"
        for layer in (1, 2)
        for state in reversed(signals.cell(cell).states)
    )


@every_cell
@pytest.mark.parametrize("window", [None, 20])
def test_with_the_whole_state_of_another_text_it_goes_on_as_after_that_text(
    cell: str, window: int | None
) -> None:
    pair = twin(cell, layers=2, dtype=torch.float64)
    ids, donor = text_ids(), "c a g g e b"
    asked = acting(pair.network, whole_state(cell, 5, donor), window)
    h = read(pair.network, ids, window, asked).signals[-1]["h"]
    other = torch.cat((ids_of(donor), ids[6:]))  # by torch.nn, without any edit
    expected = pair.h(other[:, None])[:, 0]
    torch.testing.assert_close(h[5:], expected[5:], rtol=0, atol=1e-12)
    untouched = pair.h(ids[:, None])[:, 0]
    torch.testing.assert_close(h[:5], untouched[:5], rtol=0, atol=1e-12)
    assert not torch.allclose(h[5:], untouched[5:], atol=1e-3)


@every_cell
@both_memories
def test_some_units_of_a_signal_are_taken_and_the_others_stay(
    cell: str, window: int | None
) -> None:
    network = twin(cell, layers=2, dtype=torch.float64).network
    gate, ids, donor = signals.cell(cell).gates[0], text_ids(), "k a b c d e f"
    edited = read(network, ids, window, acting(network, f"{gate}.2[1,6]@7-8=({donor})", window))
    plain = read(network, ids, window)
    wanted = read(network, ids_of(donor), window).signals[1][gate][-1, [1, 6]]
    assert torch.equal(edited.signals[1][gate][7:9, [1, 6]], wanted.expand(2, -1))
    assert torch.equal(edited.signals[1][gate][7, [0, 2]], plain.signals[1][gate][7, [0, 2]])
    assert torch.equal(edited.signals[0]["h"], plain.signals[0]["h"])  # the layer below


def test_in_a_window_the_other_text_is_read_in_a_window_too() -> None:
    network = twin("lstm").network
    long, short = "k j i h g a b c d", "a b c d"
    taken = [
        read(network, text_ids(), 4, acting(network, f"c@7=({text})", 4)).signals[0]["c"][7]
        for text in (long, short)
    ]
    torch.testing.assert_close(*taken, rtol=0, atol=1e-6)


# --- another word --------------------------------------------------------------------------------


@every_cell
@both_memories
def test_a_replaced_word_is_read_as_if_it_had_stood_there(cell: str, window: int | None) -> None:
    network = twin(cell, layers=2).network
    ids = text_ids()
    other = ids.clone()
    other[5] = LETTERS.index["k"]
    assert ids[5] != other[5]
    edited = read(network, ids, window, acting(network, "word@5=k;word@99=k"))
    plain = read(network, other, window)
    for one, two in zip(edited.signals, plain.signals, strict=True):
        assert all(torch.equal(one[key], two[key]) for key in one)


@every_cell
@both_memories
def test_after_a_replaced_word_each_is_drawn_with_its_own_number(
    cell: str, window: int | None
) -> None:
    network = twin(cell, layers=2).network
    sampling = Sampling(temperature=1.0, seed=4)
    uniforms = np.random.default_rng(4).random(9)
    asked = acting(network, "word@2=k;word@6=k;word@7=a;h[1]@9=1")
    ids = write_on(network, text_ids(4), 9, window, sampling, asked)
    assert [LETTERS.words[k] for k in ids[[2, 6, 7]].tolist()] == ["k", "k", "a"]
    h = read(network, ids, window, acting(network, "h[1]@9=1")).signals[-1]["h"]
    for step in (4, 5, 8, 9, 10, 11, 12):
        uniform = float(uniforms[step - 4])  # the words given are 4
        assert ids[step] == draw(
            logits_of(network, h[step - 1][None])[0].numpy(), sampling, uniform
        )


@both_memories
def test_before_a_replaced_word_nothing_changes_and_the_prompt_is_left_alone(
    window: int | None,
) -> None:
    network = twin("gru").network
    prompt, sampling = text_ids(4), Sampling(temperature=1.0, seed=2)
    given = prompt.clone()
    plain = write_on(network, prompt, 9, window, sampling)
    word = LETTERS.words[(int(plain[8]) + 1) % 11]
    edited = write_on(network, prompt, 9, window, sampling, acting(network, f"word@8={word}"))
    assert torch.equal(plain[:8], edited[:8])
    assert torch.equal(prompt, given)
    beyond = write_on(network, prompt, 9, window, sampling, acting(network, "word@13=a"))
    assert torch.equal(plain, beyond)


@pytest.mark.parametrize("memory", traces.MEMORIES)
def test_a_trace_shows_the_words_really_read_and_replays(
    trained: MakeRun, memory: str, tmp_path: Path
) -> None:
    run = trained()
    vocabulary = runs.vocabulary(run).words
    asked = "word@1=Cat; word@6=dog;c@3=(the grey cat);h@3=(the grey cat)"
    how = {"continue_words": 8, "memory": memory, "temperature": 1.0}
    edited = tracing.trace(run, vocabulary[:4], edits=asked, **how)
    assert (edited.words[1], edited.words[6]) == ("cat", "dog")
    assert edited.origin.prompt == 4
    assert edited.origin.edits == ("word@1=cat;word@6=dog;c@3=(the grey cat);h@3=(the grey cat)")
    traces.save(edited, tmp_path / "edited.npz")
    kept = traces.load(tmp_path / "edited.npz")
    network, _ = tracing.load_network(run)
    for words in (
        kept.words,
        (kept.words[0], "the", *kept.words[2:]),
    ):  # replaced again, if not yet
        ids = torch.from_numpy(runs.vocabulary(run).encode(words))
        again = tracing.trace_of(network, ids, vocabulary, kept.origin)
        assert again.words == edited.words
        np.testing.assert_array_equal(again.logits, edited.logits)


@pytest.mark.parametrize("steps", ["@1999", "@0-1999", "@1999-"])
@pytest.mark.parametrize("memory", traces.MEMORIES)
def test_the_last_step_there_can_be_is_beyond_a_short_text(
    trained: MakeRun, memory: str, steps: str
) -> None:
    run = trained()
    words = runs.vocabulary(run).words[:9]
    asked = f"f[0]{steps}=1;word@1999=the"
    f = tracing.trace(run, words, memory=memory, edits=asked).signals["f"][0, :, 0]
    assert (f == 1.0).all() == (steps == "@0-1999")


@pytest.mark.parametrize("text", ["word@1=zzyzx", "c@1=(the zzyzx)", "h@900=(zzyzx)"])
def test_an_unknown_word_of_an_edit_is_named(trained: MakeRun, text: str) -> None:
    run = trained()
    with pytest.raises(UnknownWords, match='does not know "zzyzx" \\(nearest: '):
        tracing.trace(run, runs.vocabulary(run).words[:4], edits=text)


def test_a_trace_with_edits_says_so_and_can_be_made_again(trained: MakeRun) -> None:
    run = trained()
    words = runs.vocabulary(run).words[:4]
    plain = tracing.trace(run, words, continue_words=6, temperature=1.0)
    asked = "c[1,2]@2-=hold; f@3=1"
    edited = tracing.trace(run, words, continue_words=6, temperature=1.0, edits=asked)
    assert edited.origin.edits == "c[1,2]@2-=hold;f@3=1"
    assert plain.origin.edits == ""
    np.testing.assert_array_equal(edited.signals["f"][0, 3], 1.0)
    np.testing.assert_array_equal(edited.signals["c"][0, 2:, 1], edited.signals["c"][0, 1, 1])
    again = tracing.trace(run, words, continue_words=6, temperature=1.0, edits=edited.origin.edits)
    assert again.words == edited.words
    np.testing.assert_array_equal(again.logits, edited.logits)
    with pytest.raises(ValueError, match="has no signal 'z'"):
        tracing.trace(run, words, edits="z@1=1")
