"""Figures of the exercises: curves are their numbers, boxes are the example's steps."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer import exercises
from rnnexplorer.exercise_data import EXERCISES, Example
from rnnexplorer.exercises import Setup
from rnnexplorer.figures import exercise_reading, wiring
from rnnexplorer.figures import exercises as figures
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures.exercise_results import Score

DISTANCES = np.array([1, 5, 10])
RIGHT = {
    "rnn": [[90, 40, 10], [80, 20, 20]],
    "matched": [[100, 60, 30], [100, 60, 10]],
    "gru": [[100, 100, 100], [100, 100, 100]],
    "lstm": [[100, 100, 100], [100, 100, 100]],
}
SCORES = [
    Score(key, key.upper(), 24, 1000, (1, 2), DISTANCES, np.array(right), 100)
    for key, right in RIGHT.items()
]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_thin_lines_are_trainings_and_thick_ones_their_mean_with_its_interval(theme):
    figure = figures.accuracy(SCORES, 0.125, "letters", theme)
    lines = {line.name: line for line in figure.data}
    np.testing.assert_allclose(lines["rnn 2"].y, [0.8, 0.2, 0.2])
    np.testing.assert_allclose(lines["rnn"].y, [0.85, 0.3, 0.15])
    np.testing.assert_allclose(lines["rnn"].x, DISTANCES)
    assert lines["rnn 1"].line.width < lines["rnn"].line.width
    bars = lines["rnn"].error_y
    # 60 of 200 by hand: (0.3 + 0.009604 ± 1.96 √(0.21 / 200 + 0.000024)) / 1.019208
    assert lines["rnn"].y[1] - bars.arrayminus[1] == pytest.approx(0.2407, abs=2e-4)
    assert lines["rnn"].y[1] + bars.array[1] == pytest.approx(0.3668, abs=2e-4)
    assert figure.layout.xaxis.title.text == "letters in between"
    assert lines["lstm"].line.color == theme_of(theme).hue("c")


def test_chance_is_a_line_with_its_number():
    figure = figures.accuracy(SCORES, 0.125, "letters")
    (line,) = figure.layout.shapes
    assert line.y0 == line.y1 == 0.125
    assert "guessing: 12.5%" in [note.text for note in figure.layout.annotations]


def test_names_at_the_ends_are_apart_and_within_the_picture():
    figure = figures.accuracy(SCORES, 0.125, "letters")
    names = [note for note in figure.layout.annotations if note.text.endswith(", 24")]
    assert len(names) == 4
    low, high = figure.layout.yaxis.range
    places = sorted(name.y for name in names)
    plot = figures.HEIGHT - figures.MARGIN["t"] - figures.MARGIN["b"]
    assert (np.diff(places) / (high - low) * plot >= figures.NAME_HEIGHT * 0.93).all()
    assert low < places[0]
    assert places[-1] < high


def test_losses_are_means_of_the_last_steps_on_an_axis_that_can_be_longer():
    values = np.arange(1.0, 31.0)
    figure = figures.losses({"gru": values[None]}, last=50)
    (line,) = figure.data
    assert line.y[0] == 1.0
    assert line.y[4] == 3.0  # of 1 to 5
    assert line.y[29] == pytest.approx(np.mean(values[-figures.SMOOTHED :]))
    assert tuple(figure.layout.xaxis.range) == (0, 50)
    assert figures.losses({"gru": values[None]}).layout.xaxis.range is None


def test_the_texts_have_the_ends():
    text = figures.describe_accuracy(SCORES, "letters")
    assert "with 1 and with 10 letters in between: RNN 85% and 15%" in text
    told = figures.describe_losses({"gru": np.array([[2.0, 1.0]])})
    assert "gru from 2.00 to 1.50" in told


# --- one example ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reading():
    training = exercises.train(Setup("reverse", "lstm", 5), 2)
    example = EXERCISES["reverse"].drawn(1, 0)
    return exercises.read(training, example.given), example


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_states_lie_above_answers_on_one_axis(reading, theme):
    trace, example = reading
    row = EXERCISES["reverse"]
    figure = exercise_reading.states_and_answers(trace, row, example, theme)
    maps = {data.name: data for data in figure.data if data.type == "heatmap"}
    assert list(maps) == ["h", "c", "p"]
    np.testing.assert_allclose(maps["c"].z, trace.signals["c"][0].T)
    shown = np.exp(trace.logits) / np.exp(trace.logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(maps["p"].z[:, 4:], shown[4:, :10].T, atol=1e-6)
    assert np.isnan(maps["p"].z[:, :4]).all()  # nothing is asked of the encoder
    squares = next(data for data in figure.data if data.name == "right")
    assert list(squares.x) == [4, 5, 6, 7]
    assert [-1 - y for y in squares.y] == [int(digit) for digit in example.wanted[4:]]
    assert any(shape.type == "line" and shape.x0 == 3.5 for shape in figure.layout.shapes)


def test_only_what_can_be_right_has_a_row():
    assert exercise_reading.possible_answers(EXERCISES["brackets"]) == list(")]}")
    assert exercise_reading.possible_answers(EXERCISES["recall"]) == list("abcdefgh")
    assert exercise_reading.possible_answers(EXERCISES["copy"]) == list("abcd")
    assert exercise_reading.possible_answers(EXERCISES["class"]) == ["number", "colour", "animal"]


def test_answers_are_the_most_probable_symbols_where_one_is_asked(reading):
    trace, example = reading
    found = exercise_reading.answers(trace, example)
    assert found[:4] == [("", 0.0)] * 4
    assert found[5][0] == trace.vocabulary[trace.logits[5].argmax()]
    assert f"right is {example.wanted[4]}" in exercise_reading.describe(trace, example)


# --- wiring --------------------------------------------------------------------------------------

THREE = Example(("3", "·", "·"), ("t", "", "."))


def boxes(figure, height):
    return [
        shape for shape in figure.layout.shapes if shape.y0 < height < shape.y1
    ]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_box_stands_where_something_goes_in_is_carried_or_comes_out(theme):
    figure = wiring.wiring(THREE, None, ["t", "", "x"], theme)
    assert [box.x0 + wiring.HALF_WIDTH for box in boxes(figure, wiring.IN)] == [0]
    assert len(boxes(figure, wiring.STATE)) == 3
    out = boxes(figure, wiring.OUT)
    assert [round(box.x0 + wiring.HALF_WIDTH) for box in out] == [0, 2]
    assert [box.line.dash for box in out] == ["solid", "dot"]  # "x" is wrong
    arrows = [note for note in figure.layout.annotations if note.showarrow]
    assert len(arrows) == 1 + 2 + 2  # in, carried on, out


def test_an_encoder_and_a_decoder_have_their_own_hues_and_names():
    example = EXERCISES["reverse"].drawn(1, 0)
    figure = wiring.wiring(example, 4, example.wanted)
    hues = [box.line.color for box in boxes(figure, wiring.STATE)]
    assert len(set(hues[:4])) == len(set(hues[4:])) == 1
    assert hues[0] != hues[4]
    notes = {note.text: note.x for note in figure.layout.annotations}
    assert notes["encoder"] == 1.5
    assert notes["decoder"] == 5.5
    assert "first 4 steps are the encoder" in wiring.describe(example, 4, example.wanted)


def test_answers_must_be_as_many_as_the_steps():
    with pytest.raises(ValueError, match="2 answers do not belong to 3 steps"):
        wiring.wiring(THREE, None, ["t", ""])
