"""What plays: every frame holds the numbers of its epoch, in the places of the figure."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from toy import toy

from rnnexplorer.figures import View, playing
from rnnexplorer.figures.style import theme_of
from rnnexplorer.measures import epochs, health

TRACES = {epoch: toy(seed=epoch)[0] for epoch in (0, 5, 2)}


def tables(cell="lstm"):
    traces = {epoch: toy(cell, steps=40, seed=epoch)[0] for epoch in (0, 5, 2)}
    found = {
        epoch: health.unit_table(trace.cell, {k: v[0] for k, v in trace.signals.items()})
        for epoch, trace in traces.items()
    }
    return traces, found


def same_words():
    """Epochs that read the same words with other weights."""
    one = toy()[0]
    logits = {e: np.random.default_rng(e).normal(size=one.logits.shape) for e in (0, 2, 5)}
    return {e: dataclasses.replace(one, logits=value) for e, value in logits.items()}


def test_a_frame_of_every_epoch_holds_its_values_in_the_rows_of_the_view() -> None:
    view = View(keys=("f",), next_words=0, units=(3, 1))
    figure = playing.signal(TRACES, view, 2)
    assert [frame.name for frame in figure.frames] == ["0", "2", "5"]
    for frame in figure.frames:
        expected = TRACES[int(frame.name)].signals["f"][0][:, [3, 1]].T
        np.testing.assert_allclose(np.array(frame.data[0].z), expected)
    steps = figure.layout.sliders[0].steps
    assert [step.label for step in steps] == ["0", "2", "5"]
    assert figure.layout.sliders[0].active == 1
    np.testing.assert_allclose(figure.data[0].z, figure.frames[1].data[0].z)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_dot_of_every_frame_is_the_share_of_steps_of_its_unit(cell: str) -> None:
    traces, found = tables(cell)
    figure = playing.gates(traces[0].cell, found, 5, unit=1)
    gates = {"rnn": "h", "lstm": "fio", "gru": "rz"}[cell]
    for frame in figure.frames:
        signals = traces[int(frame.name)].signals
        drawn = dict(zip(frame.traces, frame.data, strict=True))
        assert {figure.data[k].name for k in drawn} - {None} == set(gates)
        for number, dots in drawn.items():
            gate = figure.data[number].name
            if gate is None:  # the ring around the chosen unit
                assert len(dots.x) == 1
                continue
            values = signals[gate][0]
            low = -0.9 if gate == "h" else 0.1
            np.testing.assert_allclose(dots.x, (values < low).mean(axis=0), atol=1e-6)
            np.testing.assert_allclose(dots.y, (values > 0.9).mean(axis=0), atol=1e-6)


def test_the_ring_moves_with_its_unit_and_the_line_stays() -> None:
    traces, found = tables()
    figure = playing.gates(traces[0].cell, found, 0, unit=2)
    moved = set(figure.frames[0].traces)
    assert {k for k, trace in enumerate(figure.data) if trace.mode == "lines"}.isdisjoint(moved)
    for frame in figure.frames:
        drawn = list(frame.data)
        for dots, ring in zip(drawn[::2], drawn[1::2], strict=True):
            assert (ring.x[0], ring.y[0]) == (dots.x[2], dots.y[2])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_keep_their_rows_and_show_the_probability_of_each_epoch(theme: str) -> None:
    traces = same_words()
    figure = playing.following(epochs.following(traces, 1), 5, theme)
    words = [text.replace("<b>", "").replace("</b>", "") for text in figure.layout.yaxis.ticktext]
    for frame in figure.frames:
        logits = traces[int(frame.name)].logits[1]
        p = np.exp(logits) / np.exp(logits).sum()
        expected = [p[traces[0].vocabulary.index(word)] for word in words]
        np.testing.assert_allclose(frame.data[0].x, expected, rtol=1e-5)
        assert list(frame.data[0].text) == [f"{value:.1%}" for value in expected]
        assert max(frame.data[0].x) <= figure.layout.xaxis.range[1]
    came = words.index(traces[0].words[2])
    colors = figure.data[0].marker.color
    assert [k for k, c in enumerate(colors) if c == theme_of(theme).selection] == [came]


def test_only_a_heatmap_is_drawn_anew() -> None:
    view = View(keys=("h",), next_words=0)
    still = playing.signal(TRACES, view, 0).layout.updatemenus[0].buttons[0].args[1]
    moving = playing.following(epochs.following(same_words(), 0), 0)
    told = moving.layout.updatemenus[0].buttons[0].args[1]
    assert (still["frame"]["redraw"], told["frame"]["redraw"]) == (True, False)
    assert told["transition"]["duration"] < told["frame"]["duration"]


def test_the_sentence_names_the_likeliest_word_of_every_epoch() -> None:
    traces = same_words()
    told = playing.describe_following(epochs.following(traces, 0))
    for epoch, trace in traces.items():
        word = trace.vocabulary[int(trace.logits[0].argmax())]
        assert f"{word} " in told
        assert f"at epoch {epoch}" in told
