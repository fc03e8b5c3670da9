"""Curves over epochs, and frames: each shows the numbers of its epoch."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from rnnexplorer.figures import timeline
from rnnexplorer.figures.axis import spaced
from rnnexplorer.figures.style import theme_of
from rnnexplorer.signals import LSTM
from rnnexplorer.timeline import Moment

MOMENTS = [
    Moment(epoch, 0.1 * epoch, 9.0 - epoch, dict.fromkeys("ifgo", 1.0 + epoch), 0.2 * epoch, 0.5)
    for epoch in (0, 1, 3)
]
METRICS = pd.DataFrame(
    {"epoch": [1, 2, 3], "loss": [5.0, 4.0, 3.0], "held_out_loss": [6.0, 5.5, 6.5]}
)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_curve_has_a_point_for_every_checkpoint(theme: str) -> None:
    figure = timeline.over_epochs(LSTM, MOMENTS, METRICS, 2, 1, theme)
    curves = {trace.name: trace for trace in figure.data}
    assert list(curves["training"].y) == [5.0, 4.0, 3.0]
    assert list(curves["held out"].y) == [6.0, 5.5, 6.5]
    assert list(curves["memorised"].x) == [0, 1, 3]
    np.testing.assert_allclose(curves["memorised"].y, [0.0, 0.2, 0.6])
    np.testing.assert_allclose(curves["f"].y, [1.0, 2.0, 4.0])
    assert curves["f"].line.color == theme_of(theme).hue("f")
    amber = [s for s in figure.layout.shapes if s.line.color == theme_of(theme).selection]
    assert [shape.x0 for shape in amber] == [1]
    assert any("over-fits from epoch 2 on" in note.text for note in figure.layout.annotations)


@pytest.mark.parametrize(
    ("layers", "title"),
    [(1, "spectral radius of the recurrent weights"),
     (2, "spectral radius of the recurrent weights, layer 1")],
)  # fmt: skip
def test_of_several_layers_the_radius_says_whose_it_is(layers: int, title: str) -> None:
    figure = timeline.over_epochs(LSTM, MOMENTS, METRICS, 2, 1, layers=layers)
    assert title in [note.text for note in figure.layout.annotations]


def test_nothing_is_said_of_over_fitting_before_it_begins() -> None:
    figure = timeline.over_epochs(LSTM, MOMENTS, METRICS, None, 3)
    assert not any("over-fits" in note.text for note in figure.layout.annotations)
    assert not [s for s in figure.layout.shapes if s.line.dash == "dot"]
    told = timeline.describe_over_epochs(MOMENTS, 2)
    assert "from 0% to 60%" in told
    assert "lowest at epoch 2" in told


def test_names_at_the_ends_keep_their_distance() -> None:
    placed = spaced([1.0, 1.01, 0.99, 0.2], 0.1)
    # Three in a heap spread about their middle; the one that stands alone stays.
    assert placed == pytest.approx([1.0, 1.1, 0.9, 0.2])


def test_the_lines_to_the_names_begin_where_the_curves_end() -> None:
    figure = timeline.over_epochs(LSTM, MOMENTS, METRICS, None, 3)  # four equal radii
    ends = {trace.name: (trace.yaxis, trace.y[-1]) for trace in figure.data}
    notes = [note for note in figure.layout.annotations if note.text in ends]
    assert len(notes) == len(ends)
    for note in notes:
        assert (note.yref, note.y) == ends[note.text]
        assert note.showarrow
    radii = sorted(note.ay for note in notes if note.text in "ifgo")
    assert radii == pytest.approx([-21, -7, 7, 21])  # one line of 14 pixels apart, no farther


def test_where_checkpoints_were_left_out_the_line_is_dotted() -> None:
    figure = timeline.over_epochs(LSTM, MOMENTS, METRICS, None, 3)
    dashes = {trace.name: trace.line.dash for trace in figure.data}
    assert dashes["training"] == "solid"  # epochs 1, 2, 3
    assert dashes["memorised"] == "dot"  # epochs 0, 1, 3


def test_a_share_of_next_to_nothing_stays_at_the_bottom_of_its_band() -> None:
    still = [dataclasses.replace(moment, saturated=1e-4) for moment in MOMENTS]
    for moments, highest in ((still, 0.01), (MOMENTS, 0.3)):
        low, high = timeline.over_epochs(LSTM, moments, METRICS, None, 3).layout.yaxis4.range
        assert (low, high) == pytest.approx((0.0, 1.06 * highest))


def test_shares_begin_at_nothing_and_losses_where_they_are() -> None:
    layout = timeline.over_epochs(LSTM, MOMENTS, METRICS, None, 3).layout
    assert 2.5 < layout.yaxis.range[0] < 3.0  # the lowest loss
    assert layout.yaxis2.range[0] == 0.0
