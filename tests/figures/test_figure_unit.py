from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.figures import DARK, LIGHT, describe_unit_lines, unit_lines
from rnnexplorer.traces import Trace


def axes(figure):
    return {line.name: line.yaxis for line in figure.data}


@pytest.mark.parametrize(("cell", "keys"), [("rnn", "h"), ("lstm", "fiohgc"), ("gru", "zrhn")])
def test_every_signal_of_a_unit_is_a_line(make_trace, cell, keys):
    trace = make_trace(cell, layers=2)
    figure = unit_lines(trace, 1, 4)
    assert sorted(line.name for line in figure.data) == sorted(keys)
    for line in figure.data:
        np.testing.assert_array_equal(line.y, trace.signals[line.name][1, :, 4])
        assert line.meta == {"signal": line.name, "units": [4]}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_line_has_the_hue_of_its_signal(make_trace, theme):
    for line in unit_lines(make_trace(), 0, 0, theme=theme.name).data:
        assert line.line.color == theme.hue(line.name)


def test_gates_have_a_band_of_their_own_from_0_to_1(make_trace):
    figure = unit_lines(make_trace(), 0, 0)
    places = axes(figure)
    assert places["f"] == places["i"] == places["o"] != places["h"] == places["g"]
    low, high = figure.layout.yaxis.range
    assert -0.1 < low < 0
    assert 1 < high < 1.1


def test_a_cell_state_that_outgrew_tanh_has_a_band_of_its_own(make_trace):
    places = axes(unit_lines(make_trace(), 0, 0))
    assert places["c"] not in (places["h"], places["f"])


def test_a_small_cell_state_is_drawn_with_the_hidden_state(make_trace):
    trace = make_trace()
    small = Trace(
        words=trace.words,
        vocabulary=trace.vocabulary,
        signals={**trace.signals, "c": trace.signals["c"] / 10},
        before=trace.before,
        initial=trace.initial,
        logits=trace.logits,
        origin=trace.origin,
    )
    places = axes(unit_lines(small, 0, 0))
    assert places["c"] == places["h"]


def test_the_selected_step_is_marked_in_amber(make_trace):
    (line,) = unit_lines(make_trace(), 0, 0, step=5).layout.shapes
    assert (line.x0, line.x1, line.line.color) == (5, 5, LIGHT.selection)
    assert not unit_lines(make_trace(), 0, 0).layout.shapes


def test_one_step_is_drawn_as_dots(make_trace):
    assert {line.mode for line in unit_lines(make_trace(steps=1), 0, 0).data} == {"markers"}


@pytest.mark.parametrize(
    ("layer", "unit", "step", "quoted"), [(1, 0, 0, "not 1"), (0, 6, 0, "not 6"), (0, 0, 12, "12")]
)
def test_what_the_trace_does_not_have_is_quoted(make_trace, layer, unit, step, quoted):
    with pytest.raises(ValueError, match=quoted):
        unit_lines(make_trace(), layer, unit, step)


def test_the_text_alternative_has_ranges_and_the_value_at_the_step(make_trace):
    trace = make_trace()
    f = trace.signals["f"][0, :, 2]
    text = describe_unit_lines(trace, 0, 2, 3)
    assert "Unit 2 of layer 1 over 12 words, at step 3 (to)" in text
    assert f"forget gate {f.min():.2f} to {f.max():.2f} (here {f[3]:.2f})" in text
