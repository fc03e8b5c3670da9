"""Path and rest against autograd and written-out derivatives; products against NumPy's algebra."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch_reference import by_hand, twin

from rnnexplorer import gradients, signals
from rnnexplorer.measures import forgetting, forgetting_report
from rnnexplorer.measures.forgetting import Averaged, Split
from rnnexplorer.measures.lag import Curve

DOUBLE = torch.float64
IDS = torch.tensor([3, 1, 4, 1, 5, 9, 2])
BACK = len(IDS) - 1


def measured(cell, made, units=8):
    """The split of a twin's last step, its Jacobians by distance, and its signals by hand."""
    key = signals.cell(cell).memory
    J = gradients.jacobians(made.network, IDS, 0, key)[::-1]
    found = by_hand(cell, made.recurrent, made.inputs(IDS[:, None]).detach().numpy())[0]
    found = {name: values[:, 0] for name, values in found.items()}
    path = forgetting.kept_by_gates(found[str(signals.cell(cell).keeper)], BACK)
    return forgetting.split(J, path, range(units)), J, found


def without_recurrence(cell):
    """A network whose gates and candidate do not hear the state."""
    made = twin(cell, dtype=DOUBLE)
    weights = dict(made.network.weights)
    weights["W_hh.l0"] = torch.zeros_like(weights["W_hh.l0"])
    with torch.no_grad():
        made.recurrent.weight_hh_l0.zero_()
    return made._replace(network=dataclasses.replace(made.network, weights=weights))


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_where_the_state_is_not_heard_the_path_is_all_there_is(cell):
    """∂state_t/∂state_s of autograd is ∏ of the gate on the diagonal, and nothing else."""
    found, J, _ = measured(cell, without_recurrence(cell))
    np.testing.assert_allclose(found.rest, 0.0, atol=1e-6)
    np.testing.assert_allclose(found.total, found.path, rtol=1e-5)
    for k in range(BACK + 1):
        np.testing.assert_allclose(J[k], np.diag(found.path[k]), atol=1e-6)


def test_path_and_rest_one_word_back_are_the_two_terms_of_the_chain_rule():
    """∂C_t/∂C_{t-1} = diag f + (∂C_t/∂h_{t-1}) diag(o (1 - tanh² C_{t-1})), written out."""
    made = twin("lstm", dtype=DOUBLE)
    found, J, s = measured("lstm", made)
    i, f, g = (s[key][-1] for key in "ifg")
    o, c = s["o"][-2], s["c"][-2]
    W_i, W_f, W_g, _ = np.split(made.network.weights["W_hh.l0"].detach().numpy(), 4, axis=1)
    through_h = (
        np.diag(c * f * (1 - f)) @ W_f.T
        + np.diag(g * i * (1 - i)) @ W_i.T
        + np.diag(i * (1 - g**2)) @ W_g.T
    )
    rest = through_h @ np.diag(o * (1 - np.tanh(c) ** 2))
    np.testing.assert_allclose(J[1], np.diag(f) + rest, atol=1e-6)
    np.testing.assert_allclose(found.path[1], f, rtol=1e-9)
    np.testing.assert_allclose(found.rest[1], np.linalg.norm(rest, axis=1), atol=1e-6)
    np.testing.assert_allclose(found.total[1], np.linalg.norm(J[1], axis=1), rtol=1e-6)


def test_two_units_by_hand():
    """J = [[0.5, 3], [4, 0.25]], path (0.5, 0.25): rest [[0, 3], [4, 0]]; √(½ Σ J²)."""
    J = np.array([np.eye(2), [[0.5, 3.0], [4.0, 0.25]]])
    path = forgetting.kept_by_gates(np.array([[0.5, 0.25]]), 1)
    found = forgetting.split(J, path, range(2))
    np.testing.assert_allclose(found.rest[1], [3.0, 4.0])
    np.testing.assert_allclose(found.path[1], [0.5, 0.25])
    whole = found.together()
    assert whole.total[0] == whole.path[0] == 1.0
    assert whole.rest[0] == 0.0
    assert whole.total[1] == pytest.approx(np.sqrt((0.25 + 9 + 16 + 0.0625) / 2))
    assert whole.rest[1] == pytest.approx(np.sqrt(25 / 2))
    assert whole.path[1] == pytest.approx(np.sqrt((0.25 + 0.0625) / 2))
    one = found.of(1)
    assert one.total[1] == pytest.approx(np.sqrt(16.0625))
    # matrices add up; lengths need not
    assert whole.total[1] < whole.path[1] + whole.rest[1]


def test_units_in_pieces_are_the_units_of_the_whole():
    found, J, s = measured("lstm", twin("lstm", dtype=DOUBLE))
    path = forgetting.kept_by_gates(s["f"], BACK)
    parts = [forgetting.split(J[:, part], path, range(part.start, part.stop))
             for part in (slice(0, 3), slice(3, 8))]  # fmt: skip
    joined = forgetting.joined(parts)
    for name in ("total", "path", "rest"):
        np.testing.assert_allclose(getattr(joined, name), getattr(found, name), rtol=1e-12)


def test_the_length_is_what_is_left_of_a_random_direction_by_root_mean_square():
    rng = np.random.default_rng(1)
    J = rng.normal(size=(6, 6))
    v = rng.normal(size=(6, 40_000))
    v /= np.linalg.norm(v, axis=0)
    expected = np.sqrt((np.linalg.norm(J @ v, axis=0) ** 2).mean())
    length = Split(np.linalg.norm(J, axis=1)[None]).together().total[0]
    assert length == pytest.approx(expected, rel=0.01)
    assert length == pytest.approx(np.linalg.norm(J) / np.sqrt(6))


# --- on average ----------------------------------------------------------------------------------


def test_an_average_is_geometric_and_nothing_at_every_place_stays_nothing():
    """√(0.1 · 0.4) = 0.2 by hand; over two places the band goes t₁(0.975) = 12.7 errors far."""
    places = [
        Split(np.array([1.0, left]), np.array([1.0, left / 2]), np.array([0.0, 0.3]))
        for left in (0.1, 0.4)
    ]
    found = forgetting.averaged(places, 2)
    np.testing.assert_allclose(found.mean.total, [1.0, 0.2])
    np.testing.assert_allclose(found.mean.path, [1.0, 0.1])
    np.testing.assert_allclose(found.mean.rest, [0.0, 0.3])
    np.testing.assert_array_equal([found.rest.low[0], found.rest.high[0]], 0.0)
    reach = 12.706 * np.log(4) / 2  # s / √2 of two logarithms is half their difference
    np.testing.assert_allclose(found.total.high[1], 0.2 * np.exp(reach), rtol=1e-3)
    np.testing.assert_allclose(found.total.low[1], 0.2 * np.exp(-reach), rtol=1e-3)
    with pytest.raises(ValueError, match="2 places do not make 3 stretches"):
        forgetting.averaged(places, 3)


def test_an_average_is_told_with_its_band():
    ends = (np.array([1.0, 0.5]), np.array([1.0, 0.25]), np.array([1.0, 0.75]))
    found = Averaged(*[Curve(*ends)] * 3)
    assert forgetting_report.band_sentence(signals.GRU, found) == (
        "One word back the band (95%) is 0.25 to 0.75; by the update gates alone 0.25 to 0.75."
    )
    told = forgetting_report.on_average("One word back, 0.50 is left.")
    assert told == "On average one word back, 0.50 is left."
    table = forgetting_report.table_of_places(Averaged(found.total), found.rest)
    assert list(table.columns) == [
        "words_back", "total", "total_low", "total_high",
        "singular_0", "singular_0_low", "singular_0_high",
    ]  # fmt: skip
    assert table.iloc[1].tolist() == [1, 0.5, 0.25, 0.75, 0.5, 0.25, 0.75]


# --- the SimpleRNN -------------------------------------------------------------------------------


def rnn():
    made = twin("rnn", units=4, dtype=DOUBLE)
    h = by_hand("rnn", made.recurrent, made.inputs(IDS[:, None]).detach().numpy())[0]["h"][:, 0]
    return made.network, h, made.network.weights["W_hh.l0"].detach().numpy()


def test_the_product_of_steps_is_the_jacobian_of_autograd():
    network, h, W_hh = rnn()
    J = gradients.jacobians(network, IDS, 0, "h")[::-1]
    for k, product in enumerate(forgetting.products(h, W_hh, BACK)):
        np.testing.assert_allclose(product, J[k], rtol=1e-4, atol=1e-8)


def test_lengths_and_singular_values_at_some_distances_are_those_of_the_products():
    """σ² are the eigenvalues of JᵀJ, and their mean is the square of the length."""
    _, h, W_hh = rnn()
    found = forgetting.stretched(h, W_hh, range(2, 5))
    lengths, values = found.lengths, found.singular
    J = list(forgetting.products(h, W_hh, 4))[2:]
    for row, product in enumerate(J):
        squares = np.linalg.eigvalsh(product.T @ product)[::-1]
        np.testing.assert_allclose(values[row] ** 2, squares, rtol=1e-6, atol=1e-12)
        np.testing.assert_allclose(lengths[row] ** 2, (product**2).sum(axis=1))
    whole = Split(lengths).together().total
    np.testing.assert_allclose(whole**2, (values**2).mean(axis=1))


def test_from_a_product_one_goes_on_as_from_the_beginning():
    _, h, W_hh = rnn()
    whole = forgetting.stretched(h, W_hh, range(BACK + 1))
    first = forgetting.stretched(h, W_hh, range(2))
    rest = forgetting.stretched(h, W_hh, range(2, BACK + 1), first.last)
    np.testing.assert_array_equal(np.concatenate([first.lengths, rest.lengths]), whole.lengths)
    np.testing.assert_array_equal(np.concatenate([first.singular, rest.singular]), whole.singular)
    assert rest.last[0] == BACK


def test_no_step_stretches_more_than_the_largest_singular_value():
    _, h, W_hh = rnn()
    stretch = forgetting.recurrent(W_hh, h).stretch
    values = forgetting.stretched(h, W_hh, range(BACK + 1)).singular
    assert (values[:, 0] <= stretch ** np.arange(BACK + 1) + 1e-12).all()


def test_weights_alone_fade_by_the_spectral_radius_in_the_end():
    """Gelfand: ‖W^k‖^(1/k) → ρ(W); and a triangular W has its diagonal as eigenvalues."""
    W_hh = np.array([[0.8, 5.0], [0.0, -0.9]])
    found = forgetting.recurrent(W_hh, np.zeros((3, 2)))
    assert found.radius == pytest.approx(0.9)
    assert found.slope == 1.0
    left = forgetting.weights_alone(W_hh, 400)
    assert left[1] > 1.0, "it grows at first: the largest singular value is above 1"
    assert left[400] / left[399] == pytest.approx(0.9, rel=1e-6)
    np.testing.assert_allclose(left[2], np.linalg.norm(W_hh @ W_hh) / np.sqrt(2))


def test_the_slope_of_tanh_by_hand():
    """h = 0.6 and −0.8: 1 − h² is 0.64 and 0.36, 0.5 on average."""
    assert forgetting.recurrent(np.eye(2), np.array([[0.6, -0.8]])).slope == pytest.approx(0.5)


# --- told ----------------------------------------------------------------------------------------


def test_the_sentences_have_the_numbers_of_ten_words_back():
    curve = 0.5 ** np.arange(13)
    found = Split(curve, curve**2, curve)
    told = forgetting_report.sentence(signals.LSTM, found)
    assert told == (
        "10 words back, 9.8·10⁻⁴ of a small change of C is left;"
        " the forget gates alone would have kept 9.5·10⁻⁷, and more, 9.8·10⁻⁴, comes by way of h"
        " and the gates."
    )
    mostly_kept = forgetting_report.sentence(signals.LSTM, Split(curve, curve, curve**2))
    assert mostly_kept.endswith("would have kept 9.8·10⁻⁴.")
    told = forgetting_report.sentence(signals.RNN, Split(curve[:2]), np.array([1.0, 2.0]))
    assert told == (
        "One word back, 0.50 of a small change of h is left;"
        " its weights alone, without tanh, would have left 2.00."
    )
    told = forgetting_report.sentence_of_other("The GRU", signals.GRU, found, 3)
    assert told == "The GRU has 0.12 of its h left, 0.016 by its update gates alone."
    told = forgetting_report.sentence_of_other("It", signals.RNN, Split(curve[:3]), 9)
    assert told == "It looks 2 words back only."
    assert forgetting_report.halves(found) == (
        "Half is left 1.0 words back; by the gates alone half is left 0.7 words back."
    )
    assert forgetting_report.halves(Split(np.ones(4))) == "More than half is left 3 words back."


def test_a_change_that_grows_is_said_to_grow():
    found = Split(np.array([1.0, 3.0]), np.array([1.0, 0.5]), np.array([0.0, 2.6]))
    assert forgetting_report.sentence(signals.LSTM, found) == (
        "One word back, a small change of C has grown to 3.00 times its length;"
        " the forget gates alone would have kept 0.50, and more, 2.60, comes by way of h and the"
        " gates."
    )
    told = forgetting_report.sentence_of_other("The LSTM", signals.LSTM, found, 1)
    assert told == (
        "The LSTM has made a change of its C 3.00 times as long, 0.50 by its forget gates alone."
    )
    assert forgetting_report.halves(found).startswith("More than half is left one word back;")


def test_the_table_has_a_row_for_every_distance():
    curve = 0.5 ** np.arange(3)
    table = forgetting_report.table(Split(curve, curve, curve), ["a", "b", "c"])
    assert table["word"].tolist() == ["c", "b", "a"]
    assert table["words_back"].tolist() == [0, 1, 2]
    values = np.ones((3, 2))
    table = forgetting_report.table(Split(curve), ["a", "b", "c"], values)
    assert list(table.columns) == ["words_back", "word", "total", "singular_0", "singular_1"]
