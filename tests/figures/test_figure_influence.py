"""The pictures of influence hold the numbers of their rows, at the columns of their words."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.figures import influence as figures
from rnnexplorer.figures.style import DARK, LIGHT
from rnnexplorer.measures.influence import KINDS, Row

WORDS = ["zero", "one", "two", "three", "four", "<i>five</i>"]


def texts(figure):
    return " ".join(note.text for note in figure.layout.annotations)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_bar_stands_under_each_earlier_word_and_under_no_other(theme):
    row = Row(4, 2, np.array([0.5, -2.0]))
    figure = figures.bars(row, WORDS, range(1, 6), "signed", theme=theme)
    (bars,) = figure.data
    assert list(bars.x) == [1, 2, 3, 4, 5]
    np.testing.assert_array_equal(bars.y, [np.nan, 0.5, -2.0, np.nan, np.nan])
    colors = {"light": LIGHT, "dark": DARK}[theme]
    assert list(bars.marker.color)[1:3] == [colors.hue("h"), colors.slate]
    assert bars.meta == {"signal": "signed"}
    assert "of “four”" in texts(figure)


def test_the_local_answer_is_marked_beside_the_integral():
    row, local = Row(3, 1, np.array([1.0, 2.0])), Row(3, 0, np.array([9.0, 0.5, 0.25]))
    figure = figures.bars(row, WORDS, range(6), "integrated", local)
    marks = figure.data[1]
    np.testing.assert_array_equal(marks.y[:3], [9.0, 0.5, 0.25])
    assert np.isnan(marks.y[3:].astype(float)).all()
    assert "the local answer" in texts(figure)


def test_the_average_is_dotted_over_the_bars_of_the_same_distances():
    row, usual = Row(4, 0, np.arange(4.0)), Row(4, 2, np.array([0.25, 0.5]))
    figure = figures.bars(row, WORDS, range(6), "h", average=usual)
    line = figure.data[1]
    np.testing.assert_array_equal(line.y[2:4], [0.25, 0.5])
    assert np.isnan(np.delete(line.y, [2, 3]).astype(float)).all()
    assert line.line.dash == "dot"
    assert "on average" in texts(figure)
    one = figures.bars(row, WORDS, range(6), "h", average=Row(4, 3, np.array([0.5])))
    assert one.data[1].mode == "markers"  # a line of one point is none


def test_a_word_with_markup_is_written_as_it_is():
    figure = figures.bars(Row(5, 0, np.ones(5)), WORDS, range(6), "words")
    assert "&lt;i&gt;five&lt;/i&gt;" in texts(figure)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "integrated"])
def test_the_triangle_is_empty_from_the_diagonal_on_and_knows_the_step_of_each_row(kind):
    values = np.arange(16.0).reshape(4, 4)
    figure = figures.triangle(values, WORDS, range(2, 6), kind)
    (heatmap,) = figure.data
    z = np.array(heatmap.z)
    for target in range(4):
        np.testing.assert_array_equal(z[target, :target], values[target, :target])
        assert np.isnan(z[target, target:]).all()
    assert heatmap.meta == {"signal": kind, "rows": [2, 3, 4, 5]}
    assert list(heatmap.x) == [2, 3, 4, 5]
    assert list(figure.layout.yaxis.ticktext)[:2] == ["two", "three"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1], "the first word on top"
    assert (heatmap.zmin < 0) == (kind == "signed")


def test_faint_sizes_are_seen_and_signed_values_are_shaded_evenly():
    """A hundredth of the limit is a tenth of the way up by the square root."""
    sizes, signed = figures.scale("words", 4.0, LIGHT), figures.scale("signed", 4.0, LIGHT)
    white, full = sizes.rgb([0.0, 4.0])
    tenth = sizes.rgb([0.04])[0]
    assert np.abs(tenth - white).sum() > 0.05 * np.abs(full - white).sum()
    assert (signed.low, signed.high) == (-4.0, 4.0)


def test_of_a_hundred_words_some_are_written_beside_the_rows_and_all_can_be_hovered():
    words = [f"w{k}" for k in range(100)]
    figure = figures.triangle(np.ones((100, 100)), words, range(100), "h")
    assert not figure.layout.yaxis.showticklabels
    assert len(figure.layout.yaxis.ticktext) == 100
    beside = [note.text for note in figure.layout.annotations if note.yref == "y"]
    assert beside[:2] == ["w0", "w3"]
    assert len(beside) <= figures.MOST_LABELS


@pytest.mark.parametrize("n", [1, 2])
def test_a_text_of_one_or_two_words_is_drawn(n):
    figure = figures.triangle(np.zeros((n, n)), WORDS, range(n), "words")
    assert np.array(figure.data[0].z).shape == (n, n)
    assert figures.bars(Row(0, 0, np.zeros(0)), WORDS, range(n), "words").data


def test_the_descriptions_name_the_strongest():
    told = figures.describe_bars(Row(3, 0, np.array([1.0, -4.0, 2.0])), WORDS, "signed")
    assert told.endswith("of three, largest first: one −4.00, two 2.00, zero 1.00.")
    assert figures.describe_bars(Row(0, 0, np.zeros(0)), WORDS, "words") == (
        "Nothing came before zero."
    )
    values = np.zeros((3, 3))
    values[1, 0], values[2, 0], values[2, 1] = 1.0, 2.0, 1.0
    told = figures.describe_triangle(values, WORDS, range(3), "words")
    assert "the largest is that of zero for two. 50% of all lies" in told
    assert "Nothing matters" in figures.describe_triangle(0 * values, WORDS, range(3), "h")
