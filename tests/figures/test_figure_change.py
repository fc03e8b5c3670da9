"""One word replaced: bars are the two measures, dots the average, at the steps they belong to."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer import signals
from rnnexplorer.figures import change as figures
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.change import Change

WORDS = ("the", "<i>", "grey", "cat", "sat", "on", "the", "stone")
FOUND = Change(2, "grey", "old", "c", np.linspace(3, 0.5, 6), np.linspace(4, 1, 6))
AVERAGE = (np.array([2.0, 0.2, 0.1]), np.array([0.7, 0.5, 0.3]))
LSTM = signals.cell("lstm")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_stand_at_the_steps_from_the_changed_word_on(theme):
    bits, usual, distance, usual_distance = figures.words_apart(
        FOUND, LSTM, WORDS, range(0, 8), 2.0, AVERAGE, theme
    ).data
    np.testing.assert_allclose(bits.x, np.arange(2, 8))
    np.testing.assert_allclose(bits.y, FOUND.bits)
    np.testing.assert_allclose(distance.y, FOUND.distance / 2.0)
    np.testing.assert_allclose(usual.x, [2, 3, 4])
    np.testing.assert_allclose(usual.y, AVERAGE[0])
    np.testing.assert_allclose(usual_distance.y, AVERAGE[1])
    assert distance.marker.color == theme_of(theme).hue("c")
    assert [bar.meta["signal"] for bar in (bits, distance)] == ["p", "c"]


def test_only_the_steps_that_are_shown_are_drawn():
    bits, usual, *_ = figures.words_apart(FOUND, LSTM, WORDS, range(3, 6), 2.0, AVERAGE).data
    np.testing.assert_allclose(bits.x, [3, 4, 5])
    np.testing.assert_allclose(bits.y, FOUND.bits[1:4])
    np.testing.assert_allclose(usual.x, [3, 4])


def test_without_a_text_there_is_no_average_and_a_word_is_no_markup():
    figure = figures.words_apart(FOUND, LSTM, WORDS, range(0, 8), 2.0, None)
    assert [drawn.type for drawn in figure.data] == ["bar", "bar"]
    assert figure.layout.xaxis.ticktext[1] == "&lt;i&gt;"


def test_the_axes_hold_the_bars_and_the_average():
    layout = figures.words_apart(FOUND, LSTM, WORDS, range(0, 8), 10.0, AVERAGE).layout
    assert layout.yaxis.range[1] > 3.0
    assert layout.yaxis2.range[1] > 0.7
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]


def test_the_text_alternative_has_the_first_steps():
    text = figures.describe_words_apart(FOUND, WORDS, 2.0)
    assert "With old in place of grey (step 2)" in text
    assert "3.00 after grey" in text
    assert "The states are 2.00 of the distance of unrelated ones apart" in text
