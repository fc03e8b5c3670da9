"""Matrices with their numbers, and a network drawn rolled and unrolled."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer import signals
from rnnexplorer.figures import matrices as figures
from rnnexplorer.figures import scales, style
from rnnexplorer.figures.matrices import CELL_HEIGHT, CELL_WIDTH, Block
from rnnexplorer.figures.unrolled import describe_unrolled, unrolled
from rnnexplorer.measures.sizes import Sizes

X = Block("x", np.array([[0.0, 1.0]]), "p", columns=("a", "b"), gate=True, decimals=0)
W = Block("W", np.array([[0.5, -0.25], [-1.0, 0.75]]), rows=("a", "b"), operator="·", row=1)


def heatmaps(figure):
    return {trace.name: trace for trace in figure.data if trace.type == "heatmap"}


def test_every_number_stands_in_its_cell():
    figure = figures.matrices([[X, W]])
    heat = heatmaps(figure)["W"]
    np.testing.assert_array_equal(heat.z, W.entries)
    assert np.diff(heat.x) == pytest.approx(CELL_WIDTH)
    assert np.diff(heat.y) == pytest.approx(CELL_HEIGHT)
    (numbers,) = [trace for trace in figure.data if trace.name == "numbers of W"]
    assert list(numbers.text) == ["0.50", "−0.25", "−1.00", "0.75"]
    for x, y, k in zip(numbers.x, numbers.y, range(4), strict=True):
        assert heat.x[k % 2] < x < heat.x[k % 2 + 1]
        assert heat.y[k // 2] < y < heat.y[k // 2 + 1]


def test_matrices_of_a_line_do_not_touch_and_lie_level():
    figure = figures.matrices([[X, W], [W, X]])
    one, other = heatmaps(figure)["x"], heatmaps(figure)["W"]
    assert figure.layout.width > 0
    first, second = figure.data[0], figure.data[2]
    assert max(first.x) < min(second.x)
    assert (max(first.y) + min(first.y)) / 2 == pytest.approx((max(second.y) + min(second.y)) / 2)
    assert one.name != other.name
    right = max(max(trace.x) for trace in figure.data)
    assert right <= figure.layout.xaxis.range[1]


def test_whole_numbers_have_no_decimals():
    (numbers,) = [t for t in figures.matrices([[X]]).data if t.name == "numbers of x"]
    assert list(numbers.text) == ["0", "1"]


@pytest.mark.parametrize("theme", style.THEMES)
def test_numbers_can_be_read_on_their_shade(theme):
    figure = figures.matrices([[X, W]], theme)
    colors = style.theme_of(theme)
    for block in (X, W):
        backgrounds, _ = scales.colors_of(block.entries.ravel(), block.scale(colors), colors)
        (numbers,) = [t for t in figure.data if t.name == f"numbers of {block.title}"]
        for ink, ground in zip(numbers.textfont.color, backgrounds, strict=True):
            assert scales.contrast(ink, ground) >= 4.5


def test_the_chosen_row_is_amber_and_nothing_else():
    figure = figures.matrices([[X, W]])
    amber = [s for s in figure.layout.shapes if s.line.color == style.LIGHT.selection]
    assert len(amber) == 1
    heat = heatmaps(figure)["W"]
    assert (amber[0].y0, amber[0].y1) == (heat.y[1], heat.y[2])


def test_rows_without_titles_stand_under_each_other():
    lines = [[Block("", np.ones((1, 3)), "f", [name])] for name in ("f", "a longer name")]
    first, _, second, _ = figures.matrices(lines).data
    np.testing.assert_array_equal(first.x, second.x)


def test_the_table_and_the_description_hold_every_number():
    table = figures.table([[X, W]])
    assert table["value"].tolist() == [0.0, 1.0, 0.5, -0.25, -1.0, 0.75]
    assert table.loc[4, ["matrix", "row_name", "column"]].tolist() == ["W", "b", 0]
    assert figures.describe_matrices([[X, W]]) == "x: 0 1. · W: 0.50 −0.25; −1.00 0.75."


# --- unrolled ------------------------------------------------------------------------------------


def labels(figure):
    return [note.text for note in figure.layout.annotations if note.text]


@pytest.mark.parametrize("steps", [1, 3, 6])
def test_the_same_matrices_stand_at_every_step(steps):
    written = labels(unrolled(Sizes(signals.RNN, 4, 3), steps))
    assert written.count("W_xh") == written.count("W_hy") == steps
    assert written.count("W_hh") == steps - 1  # the first state is 0
    assert "W_xh  4 × 3" in written
    assert "W_hh  3 × 3" in written
    assert "W_hy  3 × 4" in written


def test_a_long_text_is_drawn_by_its_first_steps_and_its_last():
    written = labels(unrolled(Sizes(signals.RNN, 4, 3), 100))
    assert "x₁₀₀" in written
    assert "…" in written
    assert written.count("W_xh") == 5


def test_an_lstm_has_a_second_arrow_and_four_matrices_side_by_side():
    lstm, rnn = (unrolled(Sizes(cell, 4, 3), 3) for cell in (signals.LSTM, signals.RNN))
    green = style.LIGHT.hue("c")
    assert sum(note.arrowcolor == green for note in lstm.layout.annotations) == 3
    assert not any(note.arrowcolor == green for note in rnn.layout.annotations)
    assert "W_hh  3 × 12" in labels(lstm)


def test_each_layer_has_its_own_matrices():
    written = labels(unrolled(Sizes(signals.GRU, 4, 3, layers=2), 2))
    assert written.count("W_xh (1)") == written.count("W_xh (2)") == 2
    assert "W_xh (2)  3 × 9" in written


def test_nothing_is_drawn_outside():
    figure = unrolled(Sizes(signals.LSTM, 100_000, 1024, layers=3), 100)
    right = figure.layout.xaxis.range[1]
    assert all(0 <= note.x <= right for note in figure.layout.annotations)
    assert all(shape.x1 is None or shape.x1 <= right for shape in figure.layout.shapes)


def test_the_description_tells_shapes_and_steps():
    told = describe_unrolled(Sizes(signals.LSTM, 4, 3, layers=2), 5)
    assert "W_hh of 3 by 12" in told
    assert "5 times" in told
    assert "2 layers" in told
