"""The picture of a draw: what is drawn are the stages, and the mark lies on the drawn word."""

from __future__ import annotations

import numpy as np
import pytest

from rnnexplorer.draws import Sampling
from rnnexplorer.figures import sampling as figures
from rnnexplorer.figures.ribbon import POINTS, ribbon
from rnnexplorer.figures.style import percent, theme_of
from rnnexplorer.figures.temperatures import describe_temperatures, temperatures
from rnnexplorer.measures import sampling

VOCABULARY = tuple(f"w{k}" for k in range(300))
LOGITS = np.random.default_rng(2).normal(0, 3, 300)


def drawn(uniform=0.5, **asked):  # noqa: ANN001, ANN003, ANN202
    return sampling.stages(LOGITS, Sampling(**{"temperature": 1.0, **asked}), uniform)


def traces(figure, name):  # noqa: ANN001, ANN202
    return [trace for trace in figure.data if trace.name == name]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("asked", "uniform"),
    [({}, 0.5), ({}, 0.999), ({"top_k": 8, "top_p": 0.7}, 0.9), ({"temperature": 0.0}, 0.2),
     ({"top_k": 1}, 0.5), ({"temperature": 10.0}, 0.97), ({"top_p": 0.01}, 0.0)],
)  # fmt: skip
def test_the_segments_fill_the_line_and_u_lies_in_the_amber_one(
    asked: dict, uniform: float, theme: str
) -> None:
    one = drawn(uniform, **asked)
    figure = figures.pipeline(one, VOCABULARY, theme)
    segments = traces(figure, "segment")
    assert segments[0].meta["from"] == 0.0
    assert segments[-1].meta["to"] == pytest.approx(1.0)
    for before, after in zip(segments, segments[1:], strict=False):
        assert before.meta["to"] == after.meta["from"]
    red, green, blue = (int(theme_of(theme).selection[k : k + 2], 16) for k in (1, 3, 5))
    (amber,) = [s for s in segments if s.fillcolor.startswith(f"rgba({red},{green},{blue},")]
    assert amber.meta["from"] <= uniform < amber.meta["to"]
    (mark,) = traces(figure, "u")
    assert min(amber.y) <= mark.y[0] <= max(amber.y)
    rows = figures.rows_of(one, VOCABULARY)
    assert rows[amber.meta["row"]].label == VOCABULARY[one.word]


def test_the_bars_are_the_probabilities_and_every_word_is_in_one_row() -> None:
    one = drawn(0.95, top_k=40, top_p=0.9)
    rows = figures.rows_of(one, VOCABULARY)
    assert [row.start for row in rows[1:]] == [row.stop for row in rows[:-1]]
    assert (rows[0].start, rows[-1].stop) == (0, 300)
    figure = figures.pipeline(one, VOCABULARY)
    for name, values in (("softmax", one.softmax), ("kept", one.probs)):
        (bars,) = traces(figure, name)
        np.testing.assert_allclose(bars.x, [values[r.start : r.stop].sum() for r in rows])
        assert sum(bars.x) == pytest.approx(1.0)


def test_no_row_holds_kept_words_and_cut_ones_and_what_cut_them_is_said() -> None:
    one = drawn(0.1, top_k=40, top_p=0.9)
    rows = figures.rows_of(one, VOCABULARY)
    assert all(row.stop <= one.kept or row.start >= one.kept for row in rows)
    (kept,) = traces(figures.pipeline(one, VOCABULARY), "kept")
    said = dict(zip([row.start for row in rows], kept.text, strict=True))
    assert said[one.kept] == "cut: top-p"
    assert said[40] == "cut: top-k"
    struck = figures.pipeline(drawn(0.1, top_k=5), VOCABULARY).layout.yaxis.ticktext
    assert [text.count("<s>") for text in struck[:13]] == [0] * 5 + [1] * 8


def test_half_the_temperature_doubles_the_distances_of_the_dots() -> None:
    figure = figures.pipeline(drawn(0.1, temperature=0.5), VOCABULARY)
    (logit,), (scaled,) = traces(figure, "logit"), traces(figure, "scaled")
    ranks = np.sort(LOGITS)[::-1][:13]
    np.testing.assert_allclose(logit.x, ranks)
    np.testing.assert_allclose(scaled.customdata, 2 * ranks)
    widths = [np.ptp(figure.layout[axis].range) for axis in ("xaxis", "xaxis2")]
    assert widths[0] == pytest.approx(widths[1])
    far = np.array(scaled.customdata) < figure.layout.xaxis2.range[0]
    assert [symbol == "triangle-left" for symbol in scaled.marker.symbol] == far.tolist()
    assert far.any()


@pytest.mark.parametrize("size", [1, 2, 13, 14, 15])
def test_small_vocabularies_have_a_row_for_every_word(size: int) -> None:
    one = sampling.stages(np.arange(size) / 2, Sampling(1.0), 0.4)
    labels = [row.label for row in figures.rows_of(one, VOCABULARY[:size])]
    assert len(labels) == min(size, 14)
    figures.pipeline(one, VOCABULARY[:size])


def test_the_sentence_says_what_was_drawn() -> None:
    one = drawn(0.95, top_k=40)
    told = figures.describe_draw(one, VOCABULARY)
    assert "40 of 300 words are kept" in told
    assert f"0.95 falls on {VOCABULARY[one.word]}, number {one.place + 1}" in told


def test_a_word_of_markup_is_written_as_it_is() -> None:
    one = sampling.stages(np.array([1.0, 0.0]), Sampling(1.0), 0.1)
    ticks = figures.pipeline(one, ("<i>", "b")).layout.yaxis.ticktext
    assert ticks[0] == "<b>&lt;i&gt;</b>"


# --- temperatures --------------------------------------------------------------------------------


@pytest.mark.parametrize("uniform", [0.0, 0.31, 0.995])
def test_every_line_is_whole_and_u_lies_in_its_drawn_piece(uniform: float) -> None:
    rows = sampling.at_temperatures(LOGITS, Sampling(1.0), uniform)
    figure = temperatures(rows, VOCABULARY, 1.0)
    (line,), (mark,) = traces(figure, "line"), traces(figure, "u")
    assert set(mark.x) == {uniform}
    for y, row in enumerate(rows):
        here = [k for k in range(len(line.y)) if line.y[k] == y]
        ends = [(line.base[k], line.base[k] + line.x[k], line.customdata[k]) for k in here]
        assert ends[0][0] == 0.0
        assert ends[-1][1] == pytest.approx(1.0)
        np.testing.assert_allclose([e[0] for e in ends[1:]], [e[1] for e in ends[:-1]])
        (piece,) = [e for e in ends if e[2][1] == row.place + 1]
        assert piece[0] <= uniform <= piece[1]
        assert piece[1] - piece[0] == pytest.approx(row.probs[row.place])
        assert piece[2][0] == row.sampling.temperature
        shared = [int(line.text[k].split()[0].replace(",", "")) for k in here
                  if line.customdata[k][1] == 0]  # fmt: skip
        assert sum(shared) + len(here) - len(shared) == row.kept
    drawn_words = [a.text for a in figure.layout.annotations][: len(rows)]
    assert all(
        text.startswith(f"<b>{VOCABULARY[row.word]}</b>")
        for text, row in zip(drawn_words, rows, strict=True)
    )


def test_the_chosen_temperature_is_told_from_the_others() -> None:
    rows = sampling.at_temperatures(LOGITS, Sampling(1.0), 0.4)
    ticks = temperatures(rows, VOCABULARY, 0.7).layout.yaxis.ticktext
    assert [text for text in ticks if "<b>" in text] == ["<b>T = 0.7</b>"]
    assert f"{VOCABULARY[rows[0].word]} at 0 (100.0%)" in describe_temperatures(rows, VOCABULARY)


# --- parts ---------------------------------------------------------------------------------------


def test_a_ribbon_starts_and_ends_level_at_its_edges() -> None:
    x, y = ribbon((1.0, 3.0), (0.0, 2.0), (5.0, 6.0))
    assert (x[0], x[POINTS - 1], x[POINTS], x[-1]) == (1.0, 3.0, 3.0, 1.0)
    assert (y[0], y[POINTS - 1], y[POINTS], y[-1]) == (0.0, 5.0, 6.0, 2.0)
    assert abs(y[1] - y[0]) < abs(y[POINTS // 2] - y[POINTS // 2 - 1]) / 3


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (1.0, "100%"),
        (0.126, "13%"),
        (0.05, "5.0%"),
        (0.001, "0.1%"),
        (4e-4, "<0.1%"),
        (0.0, "0.0%"),
    ],
)
def test_what_is_possible_is_never_zero_percent(p: float, text: str) -> None:
    assert percent(p) == text


def test_greedy_one_word_alone_is_said_to_be_kept():
    logits = np.array([1.0, 3.0, 2.0])
    greedy, warm = (
        figures.pipeline(sampling.stages(logits, Sampling(heat), 0.5), ["a", "b", "c"])
        for heat in (0.0, 1.0)
    )
    heads = greedy.layout.annotations
    assert any("kept" in head.text and "1 of" in head.text for head in heads)
    assert any("kept" in head.text and "all 3" in head.text for head in warm.layout.annotations)
