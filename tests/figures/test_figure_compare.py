from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.figures import View, describe_difference, difference_bars, panels

BITS = np.array([0.1, 0.9, 0.2])


def test_a_bar_per_step_stands_on_the_columns_of_the_panels(make_trace):
    trace = make_trace()
    bars = difference_bars(BITS, trace.words, start=4)
    stack = panels(trace, View(start=4, stop=7))
    np.testing.assert_allclose(bars.data[0].y, BITS)
    assert list(bars.data[0].x) == list(stack.data[0].x) == [4, 5, 6]
    assert bars.layout.xaxis.range == stack.layout.xaxis.range
    assert bars.layout.xaxis.ticktext == stack.layout.xaxis.ticktext
    assert (bars.layout.margin.l, bars.layout.margin.r) == (
        stack.layout.margin.l,
        stack.layout.margin.r,
    )


def test_more_bars_than_words_are_refused():
    with pytest.raises(ValueError, match="3 bars from step 1"):
        difference_bars(BITS, ["the", "cat"], start=1)


def test_the_text_alternative_names_the_step_that_differs_most():
    words = ["the", "cat", "sat", "on"]
    assert describe_difference(BITS, words, start=1, measure="Jensen-Shannon divergence") == (
        "The Jensen-Shannon divergence of the two next-word distributions over 3 steps is 0.40"
        " bits on average and largest, 0.90 bits, after sat (step 2)."
    )
