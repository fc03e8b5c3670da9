"""The picture of a pattern: the right units in the right rows, the range in the frame."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer import signals
from rnnexplorer.figures import matching as figures
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.patterns import Pattern, on_units

WORDS = ("by", "her", "sister", "on", "<b>the</b>")
VALUES = np.array(
    [
        [0.1, -0.8, 0.9, 0.0],
        [0.8, -0.9, 0.5, 0.0],
        [0.6, -0.7, 0.1, 0.0],
        [0.9, 0.2, 0.3, 0.0],
        [0.0, 0.1, 0.2, 0.0],
    ]
)
H = signals.LSTM.signal("h")


def pattern_of(units, signs):
    off = np.zeros(len(units), bool)
    return Pattern(np.array(units, int), np.array(signs, int), 1, 0.4, off, off)


PATTERN = on_units(VALUES, (1, 2), 0.4, "signed")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_row_is_a_unit_of_the_pattern_those_upwards_on_top(theme):
    figure = figures.unit_pattern(VALUES, WORDS, 7, (8, 9), PATTERN, H, theme)
    (heatmap,) = figure.data
    assert heatmap.meta == {"signal": "h", "units": [0, 1]}
    np.testing.assert_allclose(heatmap.z, VALUES[:, [0, 1]].T, atol=1e-6)
    assert list(heatmap.x) == [7, 8, 9, 10, 11]
    assert list(figure.layout.yaxis.ticktext) == ["0", "1"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # row 0 on top
    assert (heatmap.zmin, heatmap.zmax) == (-1.0, 1.0)


def test_units_that_are_on_downwards_stand_below():
    pattern = pattern_of([1, 2], [-1, 1])
    figure = figures.unit_pattern(VALUES, WORDS, 0, (0, 0), pattern, H)
    assert figure.data[0].meta["units"] == [2, 1]


def test_of_a_thousand_units_the_strongest_over_the_range_are_drawn():
    values = np.random.default_rng(3).uniform(0.5, 1.0, (5, 1024))
    values[2, :500] = 0.95  # strong at one word of the range, and weak at the other
    values[3, :500] = 0.50
    figure = figures.unit_pattern(
        values, WORDS, 7, (9, 10), on_units(values, (2, 3), 0.4, "gate"), signals.LSTM.signal("f")
    )
    drawn = figure.data[0].meta["units"]
    assert len(drawn) == figures.MOST_UNITS
    means = (values[2] + values[3]) / 2
    assert set(drawn) == set(np.argsort(-means)[: figures.MOST_UNITS].tolist())
    assert figure.layout.yaxis.title.text == "the 98 strongest of 1024 units"
    assert figure.layout.height < 300


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_frame_holds_the_range_and_nothing_else_is_amber(theme):
    figure = figures.unit_pattern(VALUES, WORDS, 7, (8, 9), PATTERN, H, theme)
    (frame,) = figure.layout.shapes
    assert (frame.x0, frame.x1) == (7.5, 9.5)
    amber = theme_of(theme).selection
    assert frame.line.color == amber
    assert figure.to_json().count(amber) == 1


def test_a_word_is_text_and_never_markup():
    figure = figures.unit_pattern(VALUES, WORDS, 0, (1, 2), PATTERN, H)
    assert list(figure.layout.xaxis.ticktext)[-1] == "&lt;b&gt;the&lt;/b&gt;"
    assert figure.data[0].text[0][4] == "unit 0 at “&lt;b&gt;the&lt;/b&gt;”"


@pytest.mark.parametrize("units", [1, 14, 98, 1024])
def test_any_number_of_units_fits_and_no_row_is_swallowed(units):
    count = min(units, figures.MOST_UNITS)
    pattern = pattern_of(range(units), [1] * units)
    figure = figures.unit_pattern(np.ones((3, units)), WORDS[:3], 0, (1, 1), pattern, H)
    plot = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    assert plot >= 2 * count
    assert plot % count == 0
    shown = len(figure.layout.yaxis.ticktext)
    assert shown in (0, count)
    if shown:  # the numbers do not touch
        assert plot / count > figure.layout.yaxis.tickfont.size


def test_c_takes_its_range_from_what_is_drawn():
    pattern = pattern_of([0], [1])
    figure = figures.unit_pattern(4 * VALUES, WORDS, 0, (1, 1), pattern, signals.LSTM.signal("c"))
    assert figure.data[0].zmax == pytest.approx(3.6)


def test_without_units_there_is_nothing_to_draw():
    nothing = pattern_of([], [])
    with pytest.raises(ValueError, match="no unit is on"):
        figures.unit_pattern(VALUES, WORDS, 0, (1, 1), nothing, H)


def test_the_text_alternative_names_the_units_and_their_direction():
    assert figures.describe_unit_pattern(("her", "sister"), PATTERN, H, 4) == (
        "2 of 4 units have h on over “her sister”; upwards: 0; downwards: 1."
    )
