"""The curves of forgetting hold what was measured, on a log axis, and end in their names."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer import signals
from rnnexplorer.figures import forgetting as figures
from rnnexplorer.figures.forgetting import Drawn
from rnnexplorer.figures.style import LIGHT
from rnnexplorer.measures.forgetting import Averaged, Split
from rnnexplorer.measures.lag import Curve

WORDS = ["a", "b", "c", "<d>"]
CURVE = 0.1 ** np.arange(4)
LSTM = Drawn(signals.LSTM, Split(CURVE, CURVE / 2, CURVE * 0.7 * (CURVE < 1)))
RNN = Drawn(
    signals.RNN, Split(CURVE**2), values=np.outer(CURVE, [2.0, 1.0, 1e-7]), weights=2 * CURVE
)


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_total_path_and_rest_are_drawn_in_the_hues_of_state_and_gate():
    figure = figures.left_over(LSTM, None, WORDS)
    total, path = named(figure, "all that is left in C"), named(figure, "path: forget gates alone")
    np.testing.assert_allclose(total.y, CURVE)
    np.testing.assert_allclose(path.y, CURVE / 2)
    assert (total.line.color, path.line.color) == (LIGHT.hue("c"), LIGHT.hue("f"))
    rest = np.array(named(figure, "everything else").y, dtype=float)
    assert np.isnan(rest[0]), "no rest at the word itself, and no logarithm of 0"
    np.testing.assert_allclose(rest[1:], 0.7 * CURVE[1:])
    assert figure.layout.yaxis.type == "log"
    assert list(total.customdata[1]) == ["0.10", "c"]


def test_a_word_stands_at_its_distance():
    figure = figures.left_over(LSTM, None, WORDS)
    assert list(figure.layout.xaxis.ticktext) == ["0 &lt;d&gt;", "1 c", "2 b", "3 a"]
    long = Drawn(signals.LSTM, Split(*[0.9 ** np.arange(41)] * 3))
    figure = figures.left_over(long, None, [f"w{k}" for k in range(41)])
    assert list(figure.layout.xaxis.ticktext)[:2] == ["0 w40", "2 w38"]


@pytest.mark.parametrize(("own", "other"), [(LSTM, RNN), (RNN, LSTM)])
def test_the_other_network_is_dashed_in_the_same_picture(own, other):
    figure = figures.left_over(own, other, WORDS)
    dashed = [trace for trace in figure.data if trace.line.dash == "dash"]
    names = [f"{other.cell.title}: all that is left"]
    names += [f"{other.cell.title}: path"] * (other is LSTM)
    assert [trace.name for trace in dashed] == names
    np.testing.assert_allclose(dashed[0].y, other.found.total)


def test_each_faint_line_is_a_singular_value_and_ends_where_nothing_is_left():
    figure = figures.left_over(RNN, None, WORDS)
    fan = np.array(named(figure, "singular values").y, dtype=float).reshape(3, 5)
    np.testing.assert_allclose(fan[0, :4], 2 * CURVE)
    assert np.isnan(fan[:, 4]).all(), "a gap between two lines"
    assert np.isnan(fan[2, 2:]).all(), "below 1e-8 nothing is drawn"
    assert named(figure, "W_hh alone, without tanh").line.dash == "dot"


def test_of_many_units_some_singular_values_are_drawn_the_largest_and_smallest_among_them():
    values = np.tile(np.linspace(2, 1, 300), (4, 1))
    figure = figures.left_over(Drawn(signals.RNN, Split(CURVE), values), None, WORDS)
    first = np.array(named(figure, "singular values").y, dtype=float).reshape(-1, 5)[:, 0]
    assert len(first) == figures.FAN
    assert (first.max(), first.min()) == (2.0, 1.0)


def test_the_axis_holds_all_lines_and_the_names_keep_apart():
    figure = figures.left_over(LSTM, RNN, WORDS)
    low, high = figure.layout.yaxis.range
    assert low <= -6
    assert high > 0
    places = sorted(note.y for note in figure.layout.annotations)
    apart = np.diff(places) * figures.HEIGHT
    assert (apart > figures.NAME_HEIGHT - 0.01).all()
    assert places[0] >= 0


def test_one_word_is_drawn():
    one = Drawn(signals.GRU, Split(np.ones(1), np.ones(1), np.zeros(1)))
    figure = figures.left_over(one, None, ["a"])
    assert named(figure, "all that is left in h").mode == "markers"


def test_the_description_has_the_ends_of_the_curves():
    assert figures.describe_left_over(LSTM, RNN) == (
        "3 words back 0.0010 of a small change of C of the LSTM is left, by its gates alone"
        " 5.0·10⁻⁴; 3 words back 10⁻⁶ of a small change of h of the SimpleRNN is left."
    )


# --- on average ----------------------------------------------------------------------------------

LOW_AND_HIGH = [CURVE, CURVE / 2, CURVE * 2]
REST = [end * (CURVE < 1) for end in LOW_AND_HIGH]
BANDS = Averaged(Curve(*LOW_AND_HIGH), Curve(*LOW_AND_HIGH), Curve(*REST))
AVERAGE = Drawn(signals.LSTM, BANDS.mean, average=BANDS)
AVERAGE_RNN = Drawn(
    signals.RNN, Split(CURVE), weights=CURVE, average=Averaged(BANDS.total), largest=BANDS.total
)


def test_an_average_has_a_band_around_every_line_and_tells_it():
    figure = figures.left_over(AVERAGE, AVERAGE_RNN, ())
    for name in (
        "all that is left in C",
        "path: forget gates alone",
        "SimpleRNN: all that is left",
    ):
        band, line = named(figure, f"{name}, band"), named(figure, name)
        np.testing.assert_allclose(band.y[:4], 2 * CURVE)
        np.testing.assert_allclose(band.y[4:], CURVE[::-1] / 2)
        assert list(line.customdata[1]) == ["0.10", "0.050 to 0.20"]
    assert list(named(figure, "everything else, band").x) == [1, 2, 3, 3, 2, 1]
    assert figure.layout.yaxis.range[0] <= np.log10(CURVE[-1] / 2), "the bands are in the picture"


def test_an_average_stands_over_numbers_of_words_and_no_word():
    figure = figures.left_over(AVERAGE, None, ())
    assert list(figure.layout.xaxis.ticktext) == ["0", "1", "2", "3"]
    long = Drawn(signals.RNN, Split(0.9 ** np.arange(41)))
    ticks = list(figures.left_over(long, None, ()).layout.xaxis.ticktext)
    assert ticks == [str(k) for k in range(0, 41, 5)]


def test_the_largest_singular_value_is_one_line_on_average():
    figure = figures.left_over(AVERAGE_RNN, None, ())
    np.testing.assert_allclose(named(figure, "largest singular value").y, CURVE)
    assert "singular values" not in [trace.name for trace in figure.data]
    assert "is left on average." in figures.describe_left_over(AVERAGE_RNN, None)
