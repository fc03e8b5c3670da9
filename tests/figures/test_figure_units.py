"""Health, atlas and facts of a unit: what is drawn is what was measured."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.figures import atlas, health, unit_facts
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import contribution, response
from rnnexplorer.measures import health as measured
from rnnexplorer.signals import CELLS, LSTM, Cell

both_themes = pytest.mark.parametrize("theme", ["light", "dark"])
every_cell = pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
RANDOM = np.random.default_rng(0)
UNITS, STEPS = 9, 300


def signals_of(cell: Cell) -> dict[str, np.ndarray]:
    found = {}
    for signal in cell.signals:
        low, high = signal.limits or (-3.0, 3.0)
        found[signal.key] = RANDOM.uniform(low, high, (STEPS, UNITS))
    return found


@every_cell
@both_themes
def test_a_dot_of_every_unit_stands_at_its_shares(cell: Cell, theme: str) -> None:
    table = measured.unit_table(cell, signals_of(cell))
    figure = health.saturation_scatter(cell, table, unit=4, theme=theme)
    for gate in measured.gates_of(cell):
        (dots,) = [trace for trace in figure.data if trace.name == gate]
        assert list(dots.x) == table[f"{gate}_shut"].tolist()
        assert list(dots.y) == table[f"{gate}_open"].tolist()
        assert list(dots.customdata) == list(range(UNITS))
        assert dots.marker.color == theme_of(theme).hue(gate)
    rings = [t for t in figure.data if t.marker.color == theme_of(theme).selection]
    assert len(rings) == len(measured.gates_of(cell))
    assert rings[0].x[0] == table[f"{measured.gates_of(cell)[0]}_shut"][4]
    assert cell.signal(measured.gates_of(cell)[0]).name in health.describe_saturation(cell, table)


def test_the_spread_of_a_gate_is_in_shares_of_all_values() -> None:
    figure = health.gate_spread(LSTM, {"f": np.array([1, 3]), "i": np.array([2, 2])})
    assert figure.data[0].y.tolist() == [0.25, 0.75]
    assert figure.data[0].x.tolist() == [0.25, 0.75]


def test_the_spectrum_shows_every_eigenvalue_and_the_unit_circle() -> None:
    weights = {"W_hh.l0": RANDOM.normal(size=(5, 20)), "W_xh.l0": np.ones((3, 20)),
               "b.l0": np.ones(20)}  # fmt: skip
    blocks = measured.blocks(LSTM, weights, 0)
    figure = health.spectrum(LSTM, blocks)
    assert [len(trace.x) for trace in figure.data] == [5] * 4
    circles = [shape for shape in figure.layout.shapes if shape.type == "circle"]
    assert [(c.x0, c.x1, c.y0, c.y1) for c in circles] == [(-1, 1, -1, 1)] * 4
    assert f"{blocks[0].radius:.2f}" in health.describe_spectrum(LSTM, blocks)


@both_themes
def test_a_row_of_the_atlas_is_the_unit_it_says(theme: str) -> None:
    ids = RANDOM.integers(0, 6, 200)
    found = response.response(RANDOM.normal(size=(200, UNITS)), ids, (0,))
    words = [f"w{k}" for k in found.ids]
    order = response.clustered(found.change)
    figure = atlas.atlas(found, words, order, LSTM.signal("h"), 0.5, theme)
    (heatmap,) = figure.data
    assert list(heatmap.meta["units"]) == order.tolist()
    assert (heatmap.zmin, heatmap.zmax) == (-0.5, 0.5)
    np.testing.assert_allclose(heatmap.z[2], found.change[order[2]], atol=1e-6)
    assert list(figure.layout.xaxis.ticktext) == words
    unit, column = np.unravel_index(np.abs(found.change).argmax(), found.change.shape)
    told = atlas.describe_atlas(found, words, LSTM.signal("h"))
    assert f"unit {unit}" in told
    assert words[int(column)] in told


def test_all_but_the_strongest_half_percent_of_changes_lie_below_the_full_hue() -> None:
    change = np.concatenate((np.linspace(-1, 1, 995), np.full(5, 7.0)))[:, None]
    found = response.Response(np.array([0]), np.array([3]), change, change)
    assert atlas.limit(found) == pytest.approx(1.0, abs=0.05)


def test_the_bars_of_pushed_words_go_from_the_most_promoted_to_the_most_suppressed() -> None:
    up, down = contribution.pushed({"W_hy": RANDOM.normal(size=(3, 12))}, 1, 4)
    vocabulary = [f"<{k}>" for k in range(12)]
    figure = unit_facts.pushed_words(up, down, vocabulary)
    weights = list(figure.data[0].x)
    assert weights == sorted(weights, reverse=True)
    assert len(weights) == 8
    assert figure.layout.yaxis.ticktext[0] == f"&lt;{up.ids[0]}&gt;"
    assert vocabulary[up.ids[0]] in unit_facts.describe_pushed(up, down, vocabulary)


def test_the_values_of_a_unit_are_counted_whole() -> None:
    figure = unit_facts.value_spread(RANDOM.uniform(-1, 1, 500), LSTM.signal("h"))
    assert sum(figure.data[0].y) == pytest.approx(1.0)


def test_the_memory_curve_passes_a_half_at_the_half_life_of_the_gate() -> None:
    left = 0.5 ** (np.arange(30) / 4.0)
    figure = unit_facts.memory_curve(left, 2.0, "c")
    measured_curve, gate = figure.data
    assert measured_curve.y[4] == pytest.approx(0.5)
    assert gate.y[2] == pytest.approx(0.5)
    assert len(unit_facts.memory_curve(left, None, "h").data) == 1


def test_where_both_curves_end_at_nothing_the_name_of_the_higher_one_is_above() -> None:
    left = np.array([1.0, 0.6, 0.3, 0.1, *[0.0] * 20])  # at 8 steps below what the gate leaves
    figure = unit_facts.memory_curve(left, 1.0, "c")
    assert figure.data[0].y[8] < figure.data[1].y[8]
    names = {note.text: note.ay for note in figure.layout.annotations}
    assert names["measured"] < names["gate alone"]  # pixels downwards


@pytest.mark.parametrize("half_life", [1.0, 4.0, 20.0])
def test_the_names_of_memory_curves_stand_in_the_order_of_their_ends(half_life: float) -> None:
    figure = unit_facts.memory_curve(0.5 ** (np.arange(30) / 4.0), half_life, "c")
    last = int(figure.layout.xaxis.range[1])
    ends = {"measured": figure.data[0].y[last], "gate alone": figure.data[1].y[last]}
    notes = {note.text: note for note in figure.layout.annotations}
    for name, note in notes.items():
        assert note.y == pytest.approx(ends[name])
    higher, lower = sorted(ends, key=lambda name: -ends[name])
    pixels = 142 / figure.layout.yaxis.range[1]  # of the plot
    at = {name: note.y * pixels - note.ay for name, note in notes.items()}
    if half_life != 4.0:  # the same curve twice
        assert at[higher] > at[lower]
    assert abs(at[higher] - at[lower]) >= 15 - 1e-6
