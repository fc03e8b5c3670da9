"""The cells against Keras' published values, finite differences, and their limits by hand.

Keras' values are those that its own tests assert for layers with constant weights (kernel 0.01,
recurrent kernel 0.02, bias 0.03): keras-team/keras, keras/src/layers/rnn/simple_rnn_test.py,
lstm_test.py and gru_test.py, the test named in each row. They were computed by another library.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import Tensor

from rnnexplorer import cells, signals
from rnnexplorer.cells import Recurrence

KERNEL, RECURRENT, BIAS = 0.01, 0.02, 0.03
#: Keras writes seven or eight digits and itself allows 1e-5 (its assertAllClose: 1e-6).
TOLERANCE = 1e-6


class Golden(NamedTuple):
    test: str  # in Keras' file of that cell
    cell: str
    shape: tuple[int, int, int]  # of the input, numpy.arange: [batch, time, features]
    units: int
    expected: list[list[float]]  # h after the last step, [batch, unit] (one value: all units)
    bias: float = BIAS
    forget_bias: float = 1.0  # Keras: unit_forget_bias=True puts 1, not 1 + BIAS
    backwards: bool = False
    passes: int = 1  # stateful: the sequence is read again from where it ended
    state: tuple[int, int] | None = None  # shape of the initial state, numpy.arange


GOLDEN = [
    Golden("test_correctness", "rnn", (2, 3, 4), 4, [[0.405432], [0.73605347]]),
    Golden("test_correctness (go_backwards)", "rnn", (2, 3, 4), 4,
           [[0.11144729], [0.5528889]], backwards=True),
    Golden("test_statefulness", "rnn", (2, 3, 4), 4, [[0.40559256], [0.7361247]], passes=2),
    Golden("test_pass_initial_state", "rnn", (2, 4, 3), 4,
           [[0.33621645], [0.6262637]], state=(2, 4)),
    Golden("test_pass_initial_state (go_backwards)", "rnn", (2, 4, 3), 4,
           [[0.07344437], [0.43043602]], state=(2, 4), backwards=True),
    Golden("test_correctness", "lstm", (3, 6, 4), 3, [[0.6288687], [0.86899155], [0.9460773]]),
    Golden("test_correctness (go_backwards)", "lstm", (3, 6, 4), 3,
           [[0.35622165], [0.74789524], [0.8872726]], backwards=True),
    Golden("test_correctness (unit_forget_bias=False)", "lstm", (3, 6, 4), 3,
           [[0.57019705], [0.8661914], [0.9459622]], forget_bias=BIAS),
    Golden("test_correctness (use_bias=False)", "lstm", (3, 6, 4), 3,
           [[0.54986924], [0.86226785], [0.9443936]], bias=0.0, forget_bias=0.0),
    Golden("test_statefulness", "lstm", (2, 3, 4), 4, [[0.3124785], [0.6863672]], passes=2),
    Golden("test_pass_initial_state", "lstm", (2, 4, 3), 2,
           [[0.20574439, 0.3558822], [0.64930826, 0.66276]], state=(2, 2)),
    Golden("test_pass_initial_state (go_backwards)", "lstm", (2, 4, 3), 2,
           [[0.13281618, 0.2790356], [0.5839337, 0.5992567]], state=(2, 2), backwards=True),
    # reset_after=True, Keras' default, is our variant; its bias stands on both sides of the reset.
    Golden("test_correctness", "gru", (3, 6, 4), 3, [[0.5217289], [0.6371659], [0.39384964]]),
    Golden("test_correctness (go_backwards)", "gru", (3, 6, 4), 3,
           [[0.24406259], [0.611516], [0.3928808]], backwards=True),
    Golden("test_correctness (use_bias=False)", "gru", (3, 6, 4), 3,
           [[0.49988455], [0.64701194], [0.4103359]], bias=0.0),
    Golden("test_statefulness", "gru", (2, 3, 4), 4, [[0.29542392], [0.5885018]], passes=2),
    Golden("test_pass_initial_state", "gru", (2, 4, 3), 2,
           [[0.23774096, 0.33508456], [0.83659905, 1.0227708]], state=(2, 2)),
    Golden("test_pass_initial_state (go_backwards)", "gru", (2, 4, 3), 2,
           [[0.13486053, 0.23261218], [0.78257304, 0.9691353]], state=(2, 2), backwards=True),
]  # fmt: skip


def constant_layer(
    cell: str, inputs: int, units: int, bias: float = BIAS, forget_bias: float = 1.0
) -> tuple[Tensor, Tensor, Recurrence]:
    """W_xh, b and the recurrence of a layer with Keras' constant weights."""
    blocks = len(signals.cell(cell).gates)
    b = torch.full((blocks, units), bias)
    if cell == "lstm":
        b[1] = forget_bias
    if cell == "gru":
        b[:2] = 2 * bias  # r and z: Keras' input bias and recurrent bias together
    W_hh = torch.full((units, blocks * units), RECURRENT)
    b_hn = torch.full((units,), bias) if cell == "gru" else None
    return torch.full((inputs, blocks * units), KERNEL), b.flatten(), Recurrence(W_hh, b_hn)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: f"{golden.cell}-{golden.test}")
def test_constant_weights_give_the_values_that_keras_publishes(golden: Golden) -> None:
    batch, time, inputs = golden.shape
    x = torch.arange(batch * time * inputs, dtype=torch.float32).reshape(golden.shape)
    x = x.transpose(0, 1)  # [T, B, X]
    x = x.flip(0) if golden.backwards else x
    W_xh, b, recurrence = constant_layer(
        golden.cell, inputs, golden.units, golden.bias, golden.forget_bias
    )
    start = torch.zeros(batch, golden.units)
    if golden.state is not None:
        start = torch.arange(batch * golden.units, dtype=torch.float32).reshape(golden.state)
    state = dict.fromkeys(signals.cell(golden.cell).states, start)
    for _ in range(golden.passes):
        found = cells.unroll(golden.cell, x @ W_xh + b, state, recurrence)
        state = {key: found[key][-1] for key in state}
    expected = np.broadcast_to(np.array(golden.expected), (batch, golden.units))
    np.testing.assert_allclose(state["h"].numpy(), expected, atol=TOLERANCE, rtol=TOLERANCE)


#: return_sequences=True in Keras' test_masking, up to the first masked step.
SEQUENCES = {
    "rnn": [0.0599281, 0.15122814],
    "lstm": [0.01588910, 0.05552048, 0.11755939],
    "gru": [0.03606692, 0.09497581],
}


@pytest.mark.parametrize("cell", SEQUENCES)
def test_every_step_of_a_sequence_has_the_value_that_keras_publishes(cell: str) -> None:
    x = torch.arange(12, dtype=torch.float32).reshape(4, 1, 3)[: len(SEQUENCES[cell])]
    W_xh, b, recurrence = constant_layer(cell, 3, 2)
    zero = dict.fromkeys(signals.cell(cell).states, torch.zeros(1, 2))
    h = cells.unroll(cell, x @ W_xh + b, zero, recurrence)["h"]
    expected = np.repeat(np.array(SEQUENCES[cell])[:, None], 2, axis=1)
    np.testing.assert_allclose(h[:, 0].numpy(), expected, atol=TOLERANCE, rtol=TOLERANCE)


# --- what gates do, at their limits --------------------------------------------------------------

UNITS = 3
BEFORE = {"h": torch.tensor([[0.3, -0.2, 0.9]]), "c": torch.tensor([[2.0, -5.0, 0.1]])}
#: Through a sigmoid or tanh in float32 this is 0 or 1, -1 or 1.
FAR = 200.0


def lstm_step_with(i: float, f: float, g: float, o: float) -> cells.Values:
    """One step with each gate pushed to a pre-activation by its bias alone."""
    u_t = torch.tensor([[a] * UNITS for a in (i, f, g, o)]).flatten().unsqueeze(0)
    return cells.lstm_step(u_t, BEFORE, Recurrence(torch.zeros(UNITS, 4 * UNITS)))


def test_an_open_forget_gate_and_a_closed_input_gate_keep_the_cell() -> None:
    after = lstm_step_with(i=-FAR, f=FAR, g=FAR, o=FAR)
    torch.testing.assert_close(after["c"], BEFORE["c"], rtol=0, atol=0)
    torch.testing.assert_close(after["h"], torch.tanh(BEFORE["c"]), rtol=0, atol=0)


def test_a_closed_forget_gate_erases_the_cell() -> None:
    after = lstm_step_with(i=-FAR, f=-FAR, g=FAR, o=FAR)
    assert not after["c"].any()


def test_an_open_input_gate_writes_the_candidate() -> None:
    after = lstm_step_with(i=FAR, f=-FAR, g=-FAR, o=FAR)
    torch.testing.assert_close(after["c"], torch.full((1, UNITS), -1.0))


def test_a_closed_output_gate_hides_the_cell_but_leaves_it() -> None:
    after = lstm_step_with(i=-FAR, f=FAR, g=0.0, o=-FAR)
    assert not after["h"].any()
    torch.testing.assert_close(after["c"], BEFORE["c"])


def gru_step_with(
    r: float, z: float, n: float, *, W_hn: float = 0.0, b_hn: float = 0.0
) -> cells.Values:
    u_t = torch.tensor([[a] * UNITS for a in (r, z, n)]).flatten().unsqueeze(0)
    W_hh = torch.zeros(UNITS, 3 * UNITS)
    W_hh[:, 2 * UNITS :] = W_hn * torch.eye(UNITS)
    return cells.gru_step(u_t, BEFORE, Recurrence(W_hh, torch.full((UNITS,), b_hn)))


def test_an_open_update_gate_keeps_the_state() -> None:
    torch.testing.assert_close(gru_step_with(r=0.0, z=FAR, n=1.0)["h"], BEFORE["h"])


def test_a_closed_update_gate_takes_the_candidate() -> None:
    after = gru_step_with(r=0.0, z=-FAR, n=1.0)
    torch.testing.assert_close(after["h"], after["n"])


def test_a_closed_reset_gate_hides_the_old_state_and_its_bias_from_the_candidate() -> None:
    after = gru_step_with(r=-FAR, z=0.0, n=0.4, W_hn=3.0, b_hn=2.0)
    torch.testing.assert_close(after["n"], torch.tanh(torch.full((1, UNITS), 0.4)))


def test_an_open_reset_gate_shows_both_to_the_candidate() -> None:
    after = gru_step_with(r=FAR, z=0.0, n=0.4, W_hn=3.0, b_hn=2.0)
    torch.testing.assert_close(after["n"], torch.tanh(0.4 + 3.0 * BEFORE["h"] + 2.0))


def test_the_chapters_worked_step_by_hand() -> None:
    # One unit: h = tanh(0.5 + 0.25·(-0.4)) = tanh(0.4).
    after = cells.rnn_step(
        torch.tensor([[0.5]]), {"h": torch.tensor([[-0.4]])}, Recurrence(torch.tensor([[0.25]]))
    )
    assert after["h"].item() == pytest.approx(0.3799490)


# --- what the table of signals promises ----------------------------------------------------------


@pytest.mark.parametrize("cell", signals.CELLS)
def test_a_step_computes_the_signals_of_the_table_and_keeps_their_limits(cell: str) -> None:
    table = signals.cell(cell)
    generator = torch.Generator().manual_seed(3)
    blocks = len(table.gates)
    u = 5.0 * torch.randn(12, 4, blocks * UNITS, generator=generator)
    W_hh = 2.0 * torch.randn(UNITS, blocks * UNITS, generator=generator)
    zero = dict.fromkeys(table.states, torch.zeros(4, UNITS))
    found = cells.unroll(cell, u, zero, Recurrence(W_hh, torch.zeros(UNITS)))
    assert set(found) == {signal.key for signal in table.signals}
    for signal in table.signals:
        assert found[signal.key].shape == (12, 4, UNITS)
        if signal.limits is not None:
            low, high = signal.limits
            assert low <= found[signal.key].min()
            assert found[signal.key].max() <= high


@pytest.mark.parametrize("cell", signals.CELLS)
def test_a_text_read_in_two_parts_gives_the_signals_of_the_whole(cell: str) -> None:
    table = signals.cell(cell)
    generator = torch.Generator().manual_seed(4)
    u = torch.randn(9, 2, len(table.gates) * UNITS, generator=generator)
    recurrence = Recurrence(torch.randn(UNITS, len(table.gates) * UNITS, generator=generator))
    zero = dict.fromkeys(table.states, torch.zeros(2, UNITS))
    whole = cells.unroll(cell, u, zero, recurrence)
    first = cells.unroll(cell, u[:4], zero, recurrence)
    second = cells.unroll(cell, u[4:], {key: first[key][-1] for key in table.states}, recurrence)
    for key, values in whole.items():
        torch.testing.assert_close(torch.cat((first[key], second[key])), values, rtol=0, atol=0)
