"""Learned or memorised, over small runs of the tale."""

from __future__ import annotations

import pytest
from test_pages import charts, opened, said
from test_units_page import indexed, surveyed  # noqa: F401

from rnnexplorer import corpus, runs

MEMORISED = "rnnexplorer/pages/memorised.py"
NAMES = ("tale-lstm", "tale-rnn", "tale-gru")


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(MEMORISED)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_the_page_counts_the_runs_of_the_text(name):
    at = opened(MEMORISED, run=name)
    assert "written words continue a run of 5 or more words" in said(at.markdown)
    labels = [metric.label for metric in at.metric]
    assert "The chosen model writes" in labels
    assert "The author, not trained on" in labels


@pytest.mark.usefixtures("own_runs")
def test_given_words_of_the_text_are_found_at_their_place():
    words = corpus.load("tale").words[40:52]
    at = opened(MEMORISED, run="tale-lstm", text=" ".join(words), write="1", temperature="0")
    assert "chapter 1" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
def test_nothing_written_is_said():
    at = opened(MEMORISED, run="tale-lstm", write="0")
    assert "Nothing was written" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("by", ["n", "temperature", "epoch"])
def test_novelty_is_drawn_over_each_choice(by):
    at = opened(MEMORISED, run="tale-rnn", tab="novelty")
    at.session_state["novelty_by"] = by
    at.run()
    assert not at.exception
    (figure,) = charts(at)
    points = {"n": 8, "temperature": 7, "epoch": len(runs.checkpoints(runs.find("tale-rnn")))}
    assert any(len(trace["x"]) == points[by] for trace in figure["data"] if "x" in trace)


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_network_is_held_against_counting(order):
    at = opened(MEMORISED, run="tale-gru", tab="counts")
    at.session_state["counts_order"] = order
    at.run()
    assert not at.exception
    assert {1: "unigram", 2: "bigram", 3: "trigram"}[order] in said(at.markdown)
    assert len(charts(at)) == 1


@pytest.mark.usefixtures("own_runs")
def test_without_its_text_the_page_says_so(monkeypatch):
    def gone(run):
        raise corpus.CorpusError("the text is not here; put it into data/")

    monkeypatch.setattr("rnnexplorer.planning.corpus_of", gone)
    at = opened(MEMORISED, run="tale-lstm")
    assert "the text is not here" in said(at.warning)
