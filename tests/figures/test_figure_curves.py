from __future__ import annotations

from math import exp, log

import numpy as np
import pandas as pd
import pytest

from rnnexplorer.figures import (
    describe_gradient_norm,
    describe_loss_curves,
    gradient_norm,
    loss_curves,
)
from rnnexplorer.figures.style import DARK, LIGHT
from rnnexplorer.measures import learning


def metrics(loss, held_out=None, norm=None):
    missing = [float("nan")] * len(loss)
    return pd.DataFrame(
        {
            "epoch": np.arange(len(loss)),
            "loss": loss,
            "held_out_loss": missing if held_out is None else held_out,
            "gradient_norm": missing if norm is None else norm,
            "seconds": 1.0,
        }
    )


NAN = float("nan")
COURSE = metrics([NAN, 5.0, 3.0, 2.0], [7.0, 5.5, 5.0, 5.2], [NAN, 2.0, 1.0, 1.5])


def curve(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_both_losses_are_drawn_against_the_epoch():
    figure = loss_curves(COURSE)
    np.testing.assert_allclose(curve(figure, "held out").y, COURSE["held_out_loss"], rtol=1e-6)
    np.testing.assert_array_equal(curve(figure, "training").x, COURSE["epoch"])
    assert np.isnan(curve(figure, "training").y[0])


def test_the_best_epoch_is_the_one_of_the_lowest_held_out_loss():
    assert learning.lowest_loss(COURSE) == (2, 5.0, "held-out")
    ring = next(
        trace for trace in loss_curves(COURSE).data if (trace.name or "").startswith("best")
    )
    assert (ring.x[0], ring.y[0]) == (2, 5.0)
    assert ring.name == "best: epoch 2, 5.00 (perplexity 148)"


def test_without_a_held_out_text_the_lowest_training_loss_counts():
    assert learning.lowest_loss(metrics([NAN, 3.0, 1.0])) == (2, 1.0, "training")
    assert [t.name for t in loss_curves(metrics([NAN, 3.0])).data][0] == "training"


def test_the_right_axis_reads_the_same_heights_as_perplexity():
    layout = loss_curves(COURSE).layout
    assert layout.yaxis.range == layout.yaxis2.range
    for height, text in zip(layout.yaxis2.tickvals, layout.yaxis2.ticktext, strict=True):
        assert exp(height) == pytest.approx(float(text.replace(",", "")))


def test_baselines_are_lines_with_their_name_and_inside_the_picture():
    layout = loss_curves(COURSE, {"unigram": log(500)}).layout
    low, high = layout.yaxis.range
    assert low < layout.shapes[0].y0 == log(500) < high
    assert layout.annotations[0].text == "unigram: 6.21"


@pytest.mark.parametrize("epochs", [1, 2, 40])
def test_few_epochs_are_dots_so_that_one_is_seen(epochs):
    figure = loss_curves(metrics(list(np.linspace(5, 2, epochs))))
    assert curve(figure, "training").mode == "lines+markers"


def test_a_thousand_epochs_are_a_line_and_few_ticks():
    figure = loss_curves(metrics(list(np.linspace(5, 2, 1000))))
    assert curve(figure, "training").mode == "lines"
    assert figure.layout.xaxis.dtick is None


@pytest.mark.parametrize("values", [[], [NAN], [NAN, 1e30]])
def test_a_training_without_a_number_yet_or_gone_wild_can_be_drawn(values):
    loss_curves(metrics(values))
    gradient_norm(metrics(values, norm=values))


def test_the_gradient_is_logarithmic_only_where_it_spans_far():
    near, far = (gradient_norm(metrics([1.0, 1.0], norm=n)) for n in ([1.0, 2.0], [0.01, 20.0]))
    assert (near.layout.yaxis.type, far.layout.yaxis.type) == (None, "log")
    np.testing.assert_allclose(far.data[0].y, [0.01, 20.0], rtol=1e-6)


def test_the_text_alternatives_have_the_numbers():
    assert describe_loss_curves(COURSE) == (
        "Training loss 2.00 after epoch 3, from 5.00 after epoch 1."
        " The lowest held-out loss is 5.00 (perplexity 148) at epoch 2."
    )
    assert describe_gradient_norm(COURSE) == "Gradient norm from 1 to 2, now 1.5."
    assert describe_loss_curves(metrics([NAN])) == "No epoch is finished yet."
    assert describe_gradient_norm(metrics([NAN])) == "No gradient was measured yet."


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_chosen_epoch_is_a_line_in_amber_within_the_picture(theme):
    course = metrics([5.0, 3.0], [5.5, 5.0]).assign(epoch=[1, 2])
    figure = loss_curves(course, theme=theme.name, chosen=0)
    (line,) = [shape for shape in figure.layout.shapes if shape.line.color == theme.selection]
    assert line.x0 == line.x1 == 0
    assert figure.layout.xaxis.range[0] < 0
    assert not any(
        shape.line.color == theme.selection
        for shape in loss_curves(course, theme=theme.name).layout.shapes
    )
