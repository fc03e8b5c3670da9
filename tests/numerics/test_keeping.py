"""What is left on average, against Jacobians that torch takes of steps written out here."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats
from tiny import MakeRun
from torch.autograd.functional import jacobian

from rnnexplorer import keeping, reciting, remembering, runs, signals
from rnnexplorer.remembering import Places
from rnnexplorer.runs import Run

#: Distances that are held against torch, and the unit that is looked at alone.
BACK, UNIT = (1, 3, 12), 2


def weights_of(run: Run) -> dict[str, torch.Tensor]:
    found = runs.weights(run)
    return {name: torch.from_numpy(array).double() for name, array in found.items()}


def step(cell, w, x, h, c):
    """One step of the first layer: h, C and, of an LSTM, its output gate; of others None."""
    u, p = x @ w["W_xh.l0"] + w["b.l0"], h @ w["W_hh.l0"]
    if cell == "rnn":
        return torch.tanh(u + p), c, None
    if cell == "lstm":
        i, f, g, o = (u + p).chunk(4)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c, o.sigmoid()
    (ur, uz, un), (pr, pz, pn) = u.chunk(3), p.chunk(3)
    z = (uz + pz).sigmoid()
    n = (un + (ur + pr).sigmoid() * (pn + w["b_hn.l0"])).tanh()
    return (1 - z) * n + z * h, c, None


def kept_by_gate(cell, w, x, h):
    """f of an LSTM, z of a GRU, from the state before."""
    gates = (x @ w["W_xh.l0"] + w["b.l0"] + h @ w["W_hh.l0"]).sigmoid()
    return gates.chunk(4)[1] if cell == "lstm" else gates.chunk(3)[1]


def by_hand(run: Run, ids: np.ndarray, distances=BACK):
    """J and the diagonal of the path at some distances from the last word, and h at every word."""
    cell, w = run.recipe.cell, weights_of(run)
    xs = w["embedding"][torch.from_numpy(ids)]
    states, gates = [(torch.zeros(run.recipe.hidden).double(),) * 2 + (None,)], []
    for x in xs:
        if cell != "rnn":
            gates.append(kept_by_gate(cell, w, x, states[-1][0]))
        states.append(step(cell, w, x, *states[-1][:2]))
    found, paths = {}, {}
    for k in distances:
        h, c, o = states[-1 - k]

        def last(state, k=k, h=h, c=c, o=o):
            h, c = (o * state.tanh(), state) if cell == "lstm" else (state, c)
            for x in xs[len(xs) - k :]:
                h, c, _ = step(cell, w, x, h, c)
            return c if cell == "lstm" else h

        found[k] = jacobian(last, c if cell == "lstm" else h).numpy()
        if gates:
            paths[k] = torch.stack(gates[len(gates) - k :]).prod(dim=0).numpy()
    return found, paths, np.stack([state[0].numpy() for state in states[1:]])


def averaged(lengths):
    """The geometric mean over 20 places in a stretch each, and a t-interval of the logarithms."""
    logs = np.log(lengths)
    reach = stats.t.ppf(0.975, 19) * logs.std(ddof=1) / np.sqrt(20)
    return np.exp([logs.mean(), logs.mean() - reach, logs.mean() + reach])


def twenty(run: Run) -> Places:
    return keeping.some(remembering.places(reciting.texts_of(run)))


def measured(run: Run, places: Places):
    epoch = runs.kept_epoch(run)
    every = range(run.recipe.hidden)
    kept = [keeping.at_place(run, epoch, places, k, 0, every) for k in range(len(places))]
    return keeping.average(run, epoch, 0, kept)


def ends(curve, k):
    return [curve.mean[k], curve.low[k], curve.high[k]]


def test_the_average_is_the_geometric_mean_of_jacobians_with_a_t_interval(trained_run: Run):
    places = twenty(trained_run)
    average = measured(trained_run, places)
    every = [by_hand(trained_run, places.ids[:, n]) for n in range(20)]
    root = np.sqrt(trained_run.recipe.hidden)
    gated = signals.cell(trained_run.recipe.cell).keeper is not None
    assert set(average.whole.parts) == ({"total", "path", "rest"} if gated else {"total"})
    for k in BACK:
        J = [found[k] for found, _, _ in every]
        expected = {"total": [np.linalg.norm(j) / root for j in J]}
        of_unit = {"total": [np.linalg.norm(j[UNIT]) for j in J]}
        if gated:
            paths = [np.diag(path[k]) for _, path, _ in every]
            rests = [j - path for j, path in zip(J, paths, strict=True)]
            expected |= {"path": [np.linalg.norm(p) / root for p in paths],
                         "rest": [np.linalg.norm(r) / root for r in rests]}  # fmt: skip
            of_unit |= {"path": [p[UNIT, UNIT] for p in paths],
                        "rest": [np.linalg.norm(r[UNIT]) for r in rests]}  # fmt: skip
        else:
            largest = averaged([np.linalg.svd(j, compute_uv=False)[0] for j in J])
            np.testing.assert_allclose(ends(average.largest, k), largest, rtol=1e-4)
        for unit, lengths in ((None, expected), (UNIT, of_unit)):
            for name, curve in average.of(unit).parts.items():
                np.testing.assert_allclose(ends(curve, k), averaged(lengths[name]), rtol=1e-3)
    if not gated:
        slopes = [1 - h[-remembering.LAGS :] ** 2 for _, _, h in every]
        assert average.recurrent.slope == pytest.approx(np.mean(slopes), rel=1e-5)
        W_hh = weights_of(trained_run)["W_hh.l0"].numpy()
        np.testing.assert_allclose(average.weights[2], np.linalg.norm(W_hh @ W_hh) / root)


def test_at_the_word_itself_all_is_left_and_by_the_path_alone(trained_run: Run):
    average = measured(trained_run, twenty(trained_run))
    assert len(average.whole.total.mean) == remembering.LAGS + 1
    assert ends(average.whole.total, 0) == pytest.approx([1.0] * 3)
    if average.whole.rest is not None:
        assert ends(average.whole.path, 0) == pytest.approx([1.0] * 3)
        assert ends(average.whole.rest, 0) == [0.0] * 3


@pytest.mark.parametrize("cell", ["rnn", "gru"])
def test_of_windows_nothing_before_the_window_is_read(trained: MakeRun, cell):
    run = trained(cell=cell, objective="last", carry=False, epochs=1)
    places = twenty(run)
    kept = keeping.at_place(run, 1, places, 7, 0, range(run.recipe.hidden))
    assert len(kept.whole.total) == run.recipe.window == 6
    found, _, _ = by_hand(run, places.ids[-6:, 7], (5,))
    expected = np.linalg.norm(found[5]) / np.sqrt(run.recipe.hidden)
    assert kept.whole.total[5] == pytest.approx(expected, rel=1e-4)


def test_units_in_blocks_are_the_units_of_the_whole(trained: MakeRun):
    run = trained(cell="lstm", layers=2)
    places, last, H = twenty(run), runs.kept_epoch(run), run.recipe.hidden
    whole, first, rest = (
        keeping.at_place(run, last, places, 0, 1, units)
        for units in (range(H), range(3), range(3, H))
    )
    parts = keeping.joined([first, rest])
    np.testing.assert_allclose(parts.units.total, whole.units.total, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(parts.whole.rest, whole.whole.rest, rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize(
    ("units", "layers", "blocks"), [(8, 1, 1), (512, 1, 4), (1024, 1, 32), (256, 3, 2)]
)
def test_a_wide_layer_is_looked_back_through_in_blocks(units, layers, blocks):
    found = keeping.blocks(signals.cell("lstm"), units, layers)
    assert len(found) == blocks
    assert [unit for block in found for unit in block] == list(range(units))
    assert keeping.blocks(signals.cell("rnn"), units, 1) == [range(units)]


def test_the_places_are_every_so_manieth_of_those_of_the_other_averages():
    ids = np.arange(200)
    found = Places(ids[None], ids, ids, "held-out")
    np.testing.assert_array_equal(keeping.some(found).targets, ids[::10])
    np.testing.assert_array_equal(keeping.some(found, 200).targets, ids)
    assert keeping.some(found).part == "held-out"


@pytest.mark.parametrize("number", [19, 61])
def test_more_places_than_there_are_or_too_few_for_a_band_are_refused(number):
    ids = np.arange(60)
    with pytest.raises(ValueError, match=f"over {number} places .* it takes 20 to 60"):
        keeping.some(Places(ids[None], ids, ids, "training"), number)
