"""Curves against lag: lines are the averages, shades their bands, a cell has its hue."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rnnexplorer.figures import lag as figures
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.lag import Curve

MEAN = np.array([1.0, 0.3, 0.02, 1e-9])
CURVE = Curve(MEAN, np.array([0.9, 0.2, -0.1, 0.0]), 2 * MEAN)
SHORT = Curve(MEAN[:2], MEAN[:2] / 2, MEAN[:2] * 2)
CURVES = {"LSTM(8)": CURVE, "<i>(5)": SHORT, "SimpleRNN(9)": CURVE}
CELLS = ["lstm", "rnn", "rnn"]
EVERY = [figures.SHARE, figures.NORM, figures.DISTANCE, figures.BITS, figures.PROBE]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("axes", EVERY)
def test_a_line_is_the_average_and_its_shade_the_band(theme, axes):
    figure = figures.by_lag(CURVES, CELLS, axes, theme)
    for curve, band, line in zip(CURVES.values(), figure.data[::2], figure.data[1::2], strict=True):
        lags = len(curve.mean)
        np.testing.assert_allclose(line.x, np.arange(lags))
        np.testing.assert_allclose(line.y, curve.mean)
        np.testing.assert_allclose(line.customdata, np.stack((curve.low, curve.high), axis=1))
        high, low = np.split(np.asarray(band.y), 2)
        least = figures.TINY if axes.logarithmic else -np.inf
        np.testing.assert_allclose(high, np.maximum(curve.high, least))
        np.testing.assert_allclose(low[::-1], np.maximum(curve.low, least))
    assert figure.layout.yaxis.title.text == axes.up


def test_a_cell_has_its_hue_and_networks_of_one_cell_differ_in_their_line():
    lines = figures.by_lag(CURVES, CELLS, figures.SHARE).data[1::2]
    hues = theme_of("light").hues
    assert [line.line.color for line in lines] == [hues["c"], hues["h"], hues["h"]]
    assert [line.line.dash for line in lines] == ["solid", "solid", "dash"]
    assert lines[1].name == "&lt;i&gt;(5)"


def test_a_logarithmic_axis_ends_where_nothing_is_seen_and_holds_the_top():
    low, high = figures.by_lag(CURVES, CELLS, figures.SHARE).layout.yaxis.range
    assert 10**high > 2.0
    assert low < np.log10(2 * figures.LOWEST) < low + 0.5
    assert figures.by_lag(CURVES, CELLS, figures.PROBE).layout.yaxis.type is None


def test_half_and_a_hundredth_are_marked_where_they_are():
    layout = figures.by_lag(CURVES, CELLS, figures.SHARE).layout
    assert [shape.y0 for shape in layout.shapes] == [0.5, 0.01]
    assert [note.text for note in layout.annotations] == ["half", "1%"]
    np.testing.assert_allclose([note.y for note in layout.annotations], np.log10([0.5, 0.01]))
    flat = figures.by_lag(CURVES, CELLS, dataclasses.replace(figures.PROBE)).layout
    assert [note.y for note in flat.annotations] == [0.0]


def test_the_text_alternative_has_the_values_of_every_network():
    text = figures.describe_by_lag(CURVES, figures.BITS)
    assert "LSTM(8): 1 at 0, 0.3 at 1, 0.02 at 2." in text
    assert "<i>(5): 1 at 0, 0.3 at 1." in text
