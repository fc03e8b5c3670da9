from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer import figures
from rnnexplorer.figures import DARK, LIGHT, View, describe_panels, panels, shared_c_limit
from rnnexplorer.figures.panel import row_height
from rnnexplorer.measures.distribution import probabilities


def heatmaps(figure):
    return {trace.name: trace for trace in figure.data if trace.type == "heatmap"}


@pytest.mark.parametrize(("cell", "keys"), [("rnn", "hp"), ("lstm", "hcfigop"), ("gru", "hzrnp")])
def test_every_signal_of_a_cell_has_a_panel(make_trace, cell, keys):
    assert list(heatmaps(figures.gates(make_trace(cell)))) == list(keys)


def test_a_cell_of_a_panel_is_the_value_of_its_unit_at_its_step(make_trace):
    trace = make_trace(layers=2)
    view = View(keys=("f", "c"), layer=1, start=3, stop=9, units=(4, 0, 2))
    for key, panel in heatmaps(panels(trace, view)).items():
        if key == "p":
            continue
        for row, unit in enumerate(panel.meta["units"]):
            for column, step in enumerate(panel.x):
                assert panel.z[row][column] == trace.signals[key][1, step, unit]


def test_values_travel_as_typed_arrays_of_32_bits(make_trace):
    for panel in heatmaps(figures.gates(make_trace())).values():
        assert isinstance(panel.z, np.ndarray)
        assert panel.z.dtype == np.float32


def test_all_panels_share_one_axis_and_one_hover(make_trace):
    figure = figures.gates(make_trace())
    assert {trace.xaxis for trace in figure.data} == {"x"}
    assert figure.layout.hovermode == "x unified"
    assert figure.layout.hoversubplots == "axis"
    assert list(figure.layout.xaxis.ticktext) == list(make_trace().words)


def test_panels_lie_above_each_other_and_every_row_is_a_whole_number_of_pixels(make_trace):
    figure = figures.gates(make_trace(units=48))
    margin = figure.layout.margin
    plot = figure.layout.height - margin.t - margin.b
    below = 1.0 + 1e-9
    for number, panel in enumerate(heatmaps(figure).values(), start=1):
        axis = figure.layout[f"yaxis{'' if number == 1 else number}"]
        low, high = axis.domain
        assert high < below
        pixels = (high - low) * plot / len(panel.z)
        assert pixels == pytest.approx(round(pixels), abs=1e-6)
        assert pixels >= 2
        below = low
    assert low == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("units", "panels", "pixels"),
    [(1, 6, 14), (8, 6, 14), (48, 6, 2), (48, 1, 4), (128, 6, 2), (1024, 1, 1)],
)
def test_a_unit_keeps_a_whole_number_of_pixels(units, panels, pixels):
    assert row_height(units, panels) == pixels


def test_the_first_unit_is_the_top_row(make_trace):
    low, high = figures.gates(make_trace()).layout.yaxis.range
    assert low > high


def test_gates_and_signed_signals_have_their_fixed_range(make_trace):
    drawn = heatmaps(figures.gates(make_trace()))
    assert {key: (drawn[key].zmin, drawn[key].zmax) for key in "figoh"} == {
        "f": (0, 1), "i": (0, 1), "o": (0, 1), "g": (-1, 1), "h": (-1, 1),
    }  # fmt: skip


def test_the_cell_state_has_a_symmetric_range_that_is_written_beside_it(make_trace):
    trace = make_trace()
    figure = figures.gates(trace)
    state = heatmaps(figure)["c"]
    assert state.zmin == -state.zmax
    assert state.zmax == pytest.approx(np.quantile(np.abs(trace.signals["c"]), 0.99))
    notes = [annotation.text for annotation in figure.layout.annotations]
    assert any(note.startswith(f"±{state.zmax:.2g}") for note in notes)


def test_two_traces_can_share_the_range_of_the_cell_state(make_trace):
    one, other = make_trace(seed=1), make_trace(seed=2)
    limit = shared_c_limit((one, View()), (other, View()))
    drawn = [heatmaps(panels(trace, View(c_limit=limit)))["c"] for trace in (one, other)]
    assert [panel.zmax for panel in drawn] == [limit, limit]
    assert limit == max(panels(t).data[1].zmax for t in (one, other))


def test_a_cell_without_a_cell_state_shares_a_range_of_one(make_trace):
    assert shared_c_limit((make_trace("rnn"), View())) == 1.0


def test_the_deviation_is_the_value_minus_the_mean_of_the_unit(make_trace):
    trace = make_trace()
    panel = heatmaps(panels(trace, View(deviation=True)))["f"]
    values = trace.signals["f"][0].T
    np.testing.assert_allclose(panel.z, values - values.mean(1, keepdims=True), atol=1e-6)
    assert panel.zmin == -panel.zmax < 0
    assert panel.colorscale[0][1] == LIGHT.slate


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_hue_and_background_come_from_the_theme(make_trace, theme):
    figure = figures.gates(make_trace(), theme=theme.name)
    assert figure.layout.paper_bgcolor == theme.background
    for key, panel in heatmaps(figure).items():
        assert panel.colorscale[-1][1] == theme.hue(key)
        assert panel.showscale is False


def test_the_last_panel_shades_the_probability_of_each_rank(make_trace):
    trace = make_trace()
    panel = heatmaps(panels(trace, View(next_words=3)))["p"]
    expected = -np.sort(-probabilities(trace.logits), axis=1)[:, :3].T
    np.testing.assert_allclose(panel.z[:3], expected, atol=1e-6)
    best = trace.vocabulary[int(np.argmax(trace.logits[0]))]
    assert panel.text[0][0] == f"{best} {expected[0, 0]:.1%}"


def test_a_square_marks_the_word_that_came(make_trace):
    trace = make_trace()
    figure = panels(trace, View(next_words=3))
    marks = next(trace for trace in figure.data if trace.name == "came")
    text = heatmaps(figure)["p"].text
    assert list(marks.x) == list(range(len(trace) - 1))  # nothing follows the last word
    for step, y in zip(marks.x, marks.y, strict=True):
        assert text[-1 - y][step].split()[0] == trace.words[step + 1]


def test_a_word_that_was_not_expected_is_in_the_last_row_with_its_rank(make_trace):
    trace = make_trace()
    panel = heatmaps(panels(trace, View(next_words=1)))["p"]
    for step in range(len(trace) - 1):
        probs = probabilities(trace.logits)[step]
        rank = 1 + int((probs > probs[trace.targets()[step]]).sum())
        if rank == 1:
            assert np.isnan(panel.z[1][step])
        else:
            assert panel.text[1][step].endswith(f"number {rank}")


def test_ranks_and_units_have_no_row_in_common(make_trace):
    """Or a hover on a word would quote the unit in the same row of the other panels."""
    drawn = heatmaps(figures.gates(make_trace()))
    assert max(drawn["p"].y) < 0 <= min(drawn["h"].y)


@pytest.mark.parametrize("steps", [1, 2, 60])
def test_short_texts_have_every_word_as_a_tick(make_trace, steps):
    axis = figures.gates(make_trace(steps=steps)).layout.xaxis
    assert axis.showticklabels
    assert len(axis.ticktext) == steps


@pytest.mark.parametrize("steps", [61, 2000])
def test_long_texts_have_some_words_below_and_all_in_the_hover(make_trace, steps):
    trace = make_trace(steps=steps, units=2)
    figure = figures.gates(trace)
    assert list(figure.layout.xaxis.ticktext) == list(trace.words)
    assert not figure.layout.xaxis.showticklabels
    labels = [note for note in figure.layout.annotations if note.textangle == -60]
    assert 10 <= len(labels) <= 30
    assert all(note.text == trace.words[int(note.x)] for note in labels)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_layer_of_1024_units_can_be_drawn(make_trace, cell):
    figure = figures.gates(make_trace(cell, steps=2, units=1024))
    assert heatmaps(figure)["h"].z.shape == (1024, 2)


def test_a_panel_of_zeros_can_be_drawn(make_trace):
    trace = make_trace(steps=1)
    panel = heatmaps(panels(trace, View(deviation=True)))["h"]
    assert panel.zmax > panel.zmin


def test_the_panel_of_words_can_be_left_out(make_trace):
    assert "p" not in heatmaps(panels(make_trace(), View(next_words=0)))


@pytest.mark.parametrize(
    ("view", "quoted"),
    [
        (View(layer=3), "not 3"),
        (View(start=5, stop=5), "5 up to 5"),
        (View(stop=99), "up to 99"),
        (View(units=(0, 77)), "77"),
        (View(keys=("z",)), "'z'"),
    ],
)
def test_a_view_that_does_not_fit_is_quoted(make_trace, view, quoted):
    with pytest.raises(ValueError, match=quoted):
        panels(make_trace(), view)


def test_the_same_view_is_one_key_of_a_cache():
    assert {View(units=(1, 2)): "drawn"}[View(units=(1, 2))] == "drawn"


def test_the_text_alternative_has_the_words_and_the_numbers(make_trace):
    trace = make_trace()
    text = describe_panels(trace, View(start=1, stop=6))
    assert "5 words, from was (step 1) to very (step 5)" in text
    f = trace.signals["f"][0, 1:6]
    assert f"Forget gate f from {f.min():.2f} to {f.max():.2f}" in text
    assert f"open (above 0.9) in {np.mean(f > 0.9):.0%}" in text
    assert "of 5 words that came" in text


def test_the_text_alternative_says_that_it_is_the_deviation(make_trace):
    assert "minus its mean" in describe_panels(make_trace(), View(deviation=True))
