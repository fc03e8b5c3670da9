"""Saturation counted by hand, troubles made on purpose, spectra known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.measures import health
from rnnexplorer.signals import GRU, LSTM, RNN


def test_shares_of_shut_and_open_steps_counted_by_hand() -> None:
    gate = np.array([[0.05, 0.95], [0.5, 0.95], [0.95, 0.95], [0.0, 0.1]], dtype=np.float32)
    found = health.saturation(gate)
    assert found.shut.tolist() == [0.5, 0.0]  # 0.1 itself is not below 0.1
    assert found.open.tolist() == [0.25, 0.75]
    np.testing.assert_allclose(found.mean, [0.375, 0.7375], atol=1e-6)


def test_a_signed_signal_is_shut_near_minus_one() -> None:
    h = np.array([[-0.95], [0.0], [0.95], [0.91]], dtype=np.float32)
    found = health.saturation(h, signed=True)
    assert found.shut.tolist() == [0.25]
    assert found.open.tolist() == [0.5]


def test_half_precision_counts_as_full_precision_does() -> None:
    gate = np.random.default_rng(0).random((500, 7))
    gate = np.abs(gate - 0.1).clip(0.002, 0.7) + 0.1  # nothing within rounding of a limit
    full, half = health.saturation(gate), health.saturation(gate.astype(np.float16))
    assert full.shut.tolist() == half.shut.tolist()
    assert full.open.tolist() == half.open.tolist()


def healthy(units: int = 4, steps: int = 200) -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    signals = {key: random.uniform(0.2, 0.8, (steps, units)) for key in "ifo"}
    signals |= {key: random.uniform(-0.8, 0.8, (steps, units)) for key in "ghc"}
    return signals


def test_a_healthy_layer_has_no_trouble() -> None:
    table = health.unit_table(LSTM, healthy())
    assert (table["trouble"] == "").all()
    assert health.summary(table) == "All 4 units work: none is dead, stuck or exploding."


def test_each_trouble_is_found_where_it_was_made_and_named() -> None:
    signals = healthy()
    signals["h"][:, 0] = 0.3
    signals["f"][:, 1] = 0.97
    signals["o"][:, 1] = 0.01
    signals["c"][7, 2] = -23.0
    table = health.unit_table(LSTM, signals)
    assert table["trouble"].tolist() == [
        "dead: its h hardly moves",
        "forget gate stuck open; output gate stuck shut",
        "exploding: |C| reaches 23; beyond 5 tanh C is flat and h no longer changes",
        "",
    ]
    assert health.summary(table) == (
        "Of 4 units: 1 dead (h hardly moves), 1 with a gate stuck 99% of the time, 1 exploding"
        " (|C| goes beyond 5, where tanh C is flat)."
    )


@pytest.mark.parametrize(("cell", "gates"), [(RNN, ("h",)), (LSTM, ("f", "i", "o")), (GRU, "rz")])
def test_the_gates_of_each_cell(cell: object, gates: object) -> None:
    assert set(health.gates_of(cell)) == set(gates)  # type: ignore[arg-type, call-overload]


def test_a_saturated_simple_unit_is_stuck_at_its_end() -> None:
    h = np.random.default_rng(2).uniform(-0.5, 0.5, (300, 2))
    h[:, 1] = -0.93 + 0.02 * np.sign(h[:, 1])
    table = health.unit_table(RNN, {"h": h})
    assert table["trouble"].tolist() == ["", "hidden state stuck at −1"]


def test_the_spectrum_of_a_scaled_rotation_and_of_a_diagonal() -> None:
    angle, scale = 0.7, 1.3
    rotation = scale * np.array(
        [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], dtype=np.float32
    )
    diagonal = np.diag([0.2, -0.9]).astype(np.float32)
    zero = np.zeros((2, 2), dtype=np.float32)
    weights = {
        "W_hh.l0": np.hstack((rotation, diagonal, zero, zero)),
        "W_xh.l0": np.ones((3, 8), dtype=np.float32),
        "b.l0": np.arange(8, dtype=np.float32),
    }
    blocks = health.blocks(LSTM, weights, 0)
    assert [block.key for block in blocks] == ["i", "f", "g", "o"]
    assert blocks[0].radius == pytest.approx(scale, abs=1e-6)
    np.testing.assert_allclose(np.abs(np.angle(blocks[0].eigenvalues)), angle, atol=1e-6)
    np.testing.assert_allclose(blocks[1].eigenvalues, [-0.9, 0.2], atol=1e-6)
    assert blocks[2].radius == 0.0
    assert blocks[1].norms["W_xh"] == pytest.approx(np.sqrt(6.0))
    assert blocks[3].norms["b"] == pytest.approx(np.sqrt(6**2 + 7**2))
