"""The picture of activity against removal: every unit where it belongs."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.figures.importance import SMALLEST, describe_importance, importance_scatter
from rnnexplorer.figures.style import DARK, LIGHT
from rnnexplorer.measures.importance import Importance

FOUND = Importance(np.array([0.1, 0.8, 0.4]), np.array([0.2, 0.002, 0.0]))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_dot_per_unit_and_a_ring_in_amber_for_the_chosen_one(theme):
    dots, ring = importance_scatter(FOUND, 1, theme.name).data
    np.testing.assert_allclose(dots.x, [0.1, 0.8, 0.4])
    np.testing.assert_allclose(dots.y, [0.2, 0.002, SMALLEST])  # powers of ten have no 0
    assert dots.customdata.tolist() == [0, 1, 2]
    assert (ring.x[0], ring.y[0]) == (0.8, 0.002)
    assert ring.marker.color == theme.selection
    assert dots.marker.color == theme.hue("h")


def test_without_a_chosen_unit_there_is_no_ring():
    assert len(importance_scatter(FOUND, None).data) == 1
    assert "chosen" not in describe_importance(FOUND, None)


def test_lines_are_the_medians_and_the_axis_holds_every_dot():
    layout = importance_scatter(FOUND, 0).layout
    upright, level = layout.shapes
    assert upright.x0 == upright.x1 == 0.4
    assert level.y0 == level.y1 == 0.002
    low, high = layout.yaxis.range
    assert low < np.log10(SMALLEST)
    assert high > np.log10(0.2)
    assert layout.xaxis.range[1] > 0.8


def test_all_units_alike_is_a_picture_too():
    layout = importance_scatter(Importance(np.zeros(2), np.zeros(2)), 0).layout
    assert layout.xaxis.range[1] > 0
    assert layout.yaxis.range[0] < layout.yaxis.range[1]


def test_it_is_told_in_words():
    told = describe_importance(FOUND, 0)
    assert "The most active, unit 1, has mean |h| 0.80; its removal changes 0.002 bits" in told
    assert "Unit 0 is chosen: 0.10 and 0.2 bits." in told
