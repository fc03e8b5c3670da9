"""The page of the state space, over small runs of each cell."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import corpus, index, indexing, planning, runs, tracing, training
from rnnexplorer.measures import space

MEMORY = "rnnexplorer/pages/memory.py"
NAMES = ("tale-lstm", "tale-rnn", "tale-gru")

pytestmark = pytest.mark.usefixtures("fresh_caches")


def space_of(at, **query):
    page = opened(MEMORY, tab="space", **query) if at is None else at
    drawn = [
        chart for chart in charts(page) if any(t.get("name") == "areas" for t in chart["data"])
    ]
    return page, drawn[0]


def paths(chart):
    return [trace for trace in chart["data"] if trace.get("mode") == "markers+text"]


def numbers(packed):
    """An array as Plotly writes it."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(MEMORY)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


@pytest.mark.usefixtures("own_runs")
def test_without_an_index_it_is_offered():
    at = opened(MEMORY, run="tale-lstm", tab="space")
    assert "Read the whole text" in [button.label for button in at.button]


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("name", "signal", "layer"),
    [("tale-lstm", "h", 0), ("tale-lstm", "c", 0), ("tale-rnn", "h", 0), ("tale-gru", "h", 1)],
)
def test_the_points_are_the_states_on_the_axes_of_the_whole_text(name, signal, layer):
    text = "the keeper of the bridge"
    at, chart = space_of(None, run=name, signal=signal, layer=str(layer), text=text, write="0")
    run = runs.find(name)
    states = index.open_index(run).signals[signal][layer].astype(float)
    _, sizes, vectors = np.linalg.svd(states - states.mean(axis=0), full_matrices=False)
    trace = tracing.trace(run, text)
    expected = (trace.signals[signal][layer] - states.mean(axis=0)) @ vectors[:2].T
    (path,) = paths(chart)
    np.testing.assert_allclose(np.abs(numbers(path["x"])), np.abs(expected[:, 0]), atol=1e-5)
    np.testing.assert_allclose(np.abs(numbers(path["y"])), np.abs(expected[:, 1]), atol=1e-5)
    share = sizes[0] ** 2 / (sizes**2).sum()
    assert f"{share:.1%}" in chart["layout"]["xaxis"]["title"]["text"]
    jumps = np.linalg.norm(np.diff(trace.signals[signal][layer], axis=0), axis=1)
    step = int(jumps.argmax()) + 1
    assert f"“{trace.words[step]}” (step {step}), {jumps.max():.2f} against" in said(at.markdown)
    assert any("principal components" in alt for alt in charts_alt(at))


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("text", ["the", "the bridge"])
@pytest.mark.parametrize("dimensions", ["2", "3"])
def test_one_word_and_two_can_be_drawn(text, dimensions):
    at = opened(MEMORY, run="tale-lstm", tab="space", text=text, write="0", dimensions=dimensions)
    told = said(at.markdown)
    assert "One word is one point." in told if text == "the" else "(step 1)" in told
    assert len(charts(at)) == 2
    at = opened(MEMORY, run="tale-lstm", tab="space", text=text, write="0", other="tale-rnn")
    assert "it cannot be told whether that is more than chance; it takes 21" in said(at.caption)


@pytest.mark.usefixtures("indexed")
def test_the_longest_text_is_drawn_in_part():
    words = corpus.load("tale").words
    text = " ".join((words * (2000 // len(words) + 1))[:2000])
    at, chart = space_of(None, run="tale-gru", text=text, write="0", step="1999")
    (path,) = paths(chart)
    assert list(numbers(path["customdata"])) == list(range(1960, 2000))
    assert not at.exception


@pytest.mark.usefixtures("indexed")
def test_another_network_is_turned_onto_the_first_and_held_against_chance():
    text = " ".join(corpus.load("tale").words[:21])
    at, chart = space_of(None, run="tale-lstm", text=text, write="0", other="tale-rnn")
    assert [path["name"] for path in paths(chart)] == ["tale-lstm · epoch 2", "tale-rnn · epoch 2"]
    told = said(at.caption)
    assert "orthogonal Procrustes" in told
    assert "of 20 shifts: the paths are" in told
    at = opened(MEMORY, run="tale-lstm", tab="space", text=text, signal="c", other="tale-rnn")
    assert "A SimpleRNN has no C; its h is drawn." in said(at.caption)


@pytest.mark.usefixtures("indexed")
def test_another_epoch_lies_on_the_same_axes():
    at, chart = space_of(None, run="tale-lstm", write="0", other="tale-lstm", other_epoch="0")
    assert [path["name"] for path in paths(chart)] == ["epoch 2", "untrained"]
    assert "on the axes of epoch 2" in said(at.caption)
    at, _ = space_of(None, run="tale-lstm", write="0", other="tale-lstm")
    assert "Both paths are the same" in said(at.caption)
    at, _ = space_of(None, run="tale-lstm", write="0", other="tale-rnn")
    at.selectbox(key="space_other").set_value("tale-lstm").run()
    epochs = runs.checkpoints(runs.find("tale-lstm"))
    assert at.session_state.address.other_epoch == epochs[-2]


@pytest.mark.usefixtures("indexed")
def test_other_words_begin_with_the_same_ones_in_reverse():
    at = opened(MEMORY, run="tale-gru", tab="space", text="the keeper of the bridge", write="0")
    at.selectbox(key="space_second").set_value("words").run()
    assert not at.exception
    assert at.text_area(key="space_other_words").value == "bridge the of keeper the"
    _, chart = space_of(at)
    assert len(paths(chart)) == 2
    assert "customdata" not in paths(chart)[1]
    at.selectbox(key="space_second").set_value("none").run()
    assert at.session_state.address.other_text is None
    assert len(paths(space_of(at)[1])) == 1


@pytest.mark.usefixtures("indexed")
def test_an_unknown_other_word_is_named_and_nothing_is_lost():
    at, chart = space_of(None, run="tale-lstm", write="0", other_text="the unheardof bridge")
    assert "unheardof" in said(at.warning)
    assert at.text_area(key="space_other_words").value == "the unheardof bridge"
    assert len(paths(chart)) == 1


@pytest.mark.usefixtures("own_runs")
def test_a_run_of_another_vocabulary_says_so_and_nothing_is_lost(own_runs, tmp_path):
    file = tmp_path / "other.txt"
    file.write_text("one two three four five six seven eight nine ten. " * 60, encoding="utf-8")
    text = corpus.read_text_file(file)
    plan = planning.plan("rnn", text, "quick", hidden=4, embedding=4, epochs=1, batch=4)
    training.train(planning.start(plan, "counting"), text)
    indexing.make(runs.find("tale-lstm"), corpus.load("tale"))
    at, chart = space_of(None, run="tale-lstm", write="0", other="counting")
    assert "counting cannot read this" in said(at.warning)
    assert at.selectbox(key="space_other").value == "counting"
    assert len(paths(chart)) == 1


@pytest.mark.usefixtures("own_runs")
def test_a_second_run_without_an_index_offers_to_make_it():
    indexing.make(runs.find("tale-lstm"), corpus.load("tale"))
    at, chart = space_of(None, run="tale-lstm", write="0", other="tale-gru")
    assert "Read the whole text" in [button.label for button in at.button]
    assert "**tale-gru has not read the whole text yet.**" in said(at.markdown)
    assert "at epoch 2" in said(at.markdown)
    assert "Until then the second path is missing." in said(at.caption)
    assert len(paths(chart)) == 1


@pytest.mark.usefixtures("indexed")
def test_a_bad_link_still_opens_something():
    at = opened(MEMORY, run="tale-rnn", tab="space", dimensions="9", other="nobody", write="0")
    assert at.session_state.address.dimensions == 2
    assert at.session_state.address.other is None
    at.session_state.address = at.session_state.address.changed(signal="f", layer=2, step=900)
    at.run()
    assert not at.exception
    for part in ("no layer 3", "no step 900"):
        assert part in said(at.warning)
    assert len(paths(space_of(at)[1])) == 1


@pytest.mark.usefixtures("indexed")
def test_the_nearest_place_of_a_text_from_the_corpus_is_its_own():
    text = " ".join(corpus.load("tale").words[:12])
    at = opened(MEMORY, run="tale-lstm", tab="space", text=text, write="0", step="9")
    (markup,) = [e.proto.body for e in at.get("html") if 'class="concordance"' in e.proto.body]
    assert markup.count("this very place") == 1
    assert "0.00 · this very place" in markup


@pytest.mark.usefixtures("indexed")
def test_the_other_memory_is_said():
    at = opened(MEMORY, run="tale-lstm", tab="space", memory="window", write="0")
    assert "Each word has a fresh start" in said(at.caption)
    at = opened(MEMORY, run="tale-lstm", tab="space", memory="stateful", write="0")
    assert "carried on" in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_a_second_run_that_was_deleted_meanwhile_is_dropped_and_said():
    indexing.make(runs.find("tale-lstm"), corpus.load("tale"))
    at, _ = space_of(None, run="tale-lstm", write="0", other="tale-rnn", other_epoch="1")
    runs.delete(runs.find("tale-rnn"))
    at.run()
    assert not at.exception
    assert "The second run, 'tale-rnn', is gone" in said(at.warning)
    look = at.session_state.address
    assert (look.run, look.other, look.other_epoch) == ("tale-lstm", None, None)
    assert len(paths(space_of(at)[1])) == 1


@pytest.mark.usefixtures("own_runs")
def test_a_second_run_without_weights_can_be_left_again():
    indexing.make(runs.find("tale-lstm"), corpus.load("tale"))
    plan = planning.plan("rnn", corpus.load("tale"), "quick", hidden=4, embedding=4)
    planning.start(plan, "waiting")
    at, chart = space_of(None, run="tale-lstm", write="0", other="waiting")
    assert at.selectbox(key="space_other").value == "waiting"
    assert "waiting has no weights yet" in said(at.caption)
    assert len(paths(chart)) == 1
    at.selectbox(key="space_other").set_value("tale-lstm").run()
    assert not at.exception
    assert "waiting" not in at.selectbox(key="space_other").options


@pytest.mark.usefixtures("indexed")
def test_all_words_are_held_together_once_for_each_text(monkeypatch):
    asked = []
    whole = space.movement
    monkeypatch.setattr(space, "movement", lambda states: asked.append(1) or whole(states))
    at = opened(MEMORY, run="tale-lstm", tab="space", write="0", other="tale-rnn")
    at.session_state.address = at.session_state.address.changed(step=3)
    at.run()
    assert not at.exception
    assert len(asked) == 1


@pytest.mark.usefixtures("indexed")
def test_of_a_long_text_the_headline_is_about_the_words_that_are_drawn():
    text = " ".join(corpus.load("tale").words[:200])
    at, chart = space_of(None, run="tale-lstm", text=text, write="0", step="120")
    drawn = list(numbers(paths(chart)[0]["customdata"]))
    (told,) = [m.value for m in at.markdown if "jumps farthest" in m.value]
    states = tracing.trace(runs.find("tale-lstm"), text).signals["h"][0].astype(float)
    jumps = np.linalg.norm(np.diff(states, axis=0), axis=1)  # at step k + 1
    inside = drawn[0] + 1 + int(jumps[drawn[0] : drawn[-1]].argmax())
    assert inside != 1 + int(jumps.argmax())  # or the test would tell nothing
    steps = [int(step) for step in re.findall(r"step (\d+)", told)]
    assert steps[0] == inside
    assert set(steps) <= set(drawn)
    assert f"{jumps[inside - 1]:.2f} against {jumps.mean():.2f} on average over all" in told
    assert "the first of those shown is open, its word bold" in said(at.caption)


@pytest.mark.usefixtures("indexed")
def test_all_words_of_a_second_text_stand_in_its_box():
    at, chart = space_of(None, run="tale-lstm", write="5", other_text="the bridge of the keeper")
    words = at.text_area(key="space_other_words").value.split()
    assert [len(path["text"]) for path in paths(chart)][1] == len(words)
