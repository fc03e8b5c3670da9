"""The brushed panel and the difference: what is drawn is the difference, row by row."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from toy import toy

from rnnexplorer.figures import View, effect
from rnnexplorer.figures.style import theme_of

VIEW = View(keys=("h",), next_words=0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_brush_draws_rectangles_in_amber(theme: str) -> None:
    figure = effect.brush(toy()[0], VIEW, theme)
    assert figure.layout.dragmode == "select"
    # With "any" Plotly widens a thin rectangle to whole rows or columns.
    assert figure.layout.selectdirection == "d"
    assert figure.layout.newselection.line.color == theme_of(theme).selection


def test_the_difference_is_changed_minus_untouched_in_the_rows_of_the_view() -> None:
    one = toy()[0]
    moved = {**one.signals, "h": one.signals["h"] + np.float32(0.25)}
    other = dataclasses.replace(one, signals=moved)
    view = View(keys=("h",), next_words=0, units=(2, 0))
    figure = effect.difference(one, other, view)
    (heatmap,) = [trace for trace in figure.data if trace.type == "heatmap"]
    np.testing.assert_allclose(heatmap.z, 0.25, atol=1e-6)
    assert np.shape(heatmap.z) == (2, len(one))
    assert list(heatmap.meta["units"]) == [2, 0]
    assert heatmap.zmax == pytest.approx(0.25, abs=1e-6)
    assert "by +0.25" in effect.describe_change(one, other, view)
