"""Learned or memorised, over small runs of the tale."""

from __future__ import annotations

import dataclasses
import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import streamlit as st
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import corpus, planning, reciting, runs, training
from rnnexplorer.measures import paths
from rnnexplorer.pages import memorised_paths, memorised_spans, memorised_written, texts, working

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
    assert any(label.startswith("This ") for label in labels)
    assert "The author, not trained on" in labels
    assert "of the words that it writes end a run of 5 or more" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
def test_the_model_shown_first_is_said_to_be_another_one(monkeypatch):
    monkeypatch.setattr(memorised_spans, "CHAPTER", "tale-rnn")
    first = "The chapter's SimpleRNN"
    at = opened(MEMORISED, run="tale-lstm")
    assert f"{first} (tale-rnn, another model), trained on" in said(at.markdown)
    at = opened(MEMORISED, run="tale-rnn")
    assert f"{first}, trained on" in said(at.markdown)
    folder = runs.find("tale-rnn").path
    recipe = json.loads((folder / "recipe.json").read_text())
    recipe["corpus"]["sha256"] = "0" * 64  # of a text that is on this machine under another name
    (folder / "recipe.json").write_text(json.dumps(recipe))
    other = runs.find("tale-rnn")
    told = memorised_spans._which(other, runs.find("tale-lstm"))
    assert told == " (tale-rnn, another model of another text)"


@pytest.mark.usefixtures("own_runs")
def test_a_network_that_goes_round_in_a_loop_is_said_to(monkeypatch):
    grams = [[1, 2] * 20] * 12  # 37 4-grams of each, 2 of them new
    monkeypatch.setattr(memorised_written, "written", lambda *_: [[np.array(g) for g in grams]])
    at = opened(MEMORISED, run="tale-lstm")
    assert f"in a loop: {35 / 37:.0%} of its 4-grams repeat an earlier one" in said(at.caption)
    monkeypatch.setattr(memorised_written, "written", lambda *_: [[np.arange(40)] * 12])
    at = opened(MEMORISED, run="tale-lstm")
    assert "in a loop" not in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_given_words_of_the_text_are_found_at_their_place():
    words = corpus.load("tale").words[40:52]
    at = opened(MEMORISED, run="tale-lstm", text=" ".join(words), write="1", temperature="0")
    assert "chapter 1" in said(at.markdown)
    (link,) = re.findall(r'href="([^"]+)"', said(at.markdown))
    query = parse_qs(urlsplit(unescape(link)).query)
    assert urlsplit(link).path == "/find"
    assert query["tab"] == ["words"]
    place, sought = int(query["place"][0]), query["sought"][0].split()
    assert list(corpus.load("tale").words[place : place + len(sought)]) == sought


@pytest.mark.usefixtures("own_runs")
def test_nothing_written_is_said():
    at = opened(MEMORISED, run="tale-lstm", write="0")
    assert "Nothing was written" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("by", ["n", "temperature", "epoch"])
def test_novelty_is_drawn_over_each_choice(by):
    at = opened(MEMORISED, run="tale-rnn", tab="novelty", view=by)
    (figure,) = charts(at)
    points = {"n": 8, "temperature": 7, "epoch": len(runs.checkpoints(runs.find("tale-rnn")))}
    assert any(len(trace["x"]) == points[by] for trace in figure["data"] if "x" in trace)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_network_is_held_against_counting(order):
    at = opened(MEMORISED, run="tale-gru", tab="counts", view=str(order))
    assert {1: "unigram", 2: "bigram", 3: "trigram"}[order] in said(at.markdown)
    (figure,) = charts(at)
    (table,) = [frame.value for frame in at.dataframe if "gain_bits" in frame.value]
    assert len(table[table["seen_in_training"] == 1]) > 0
    training = corpus.load("tale").words[: -len(table) - 1]
    counts = [training.count(word) for word in table["word"]]
    assert table["seen_in_training"].tolist() == counts
    assert 0 in counts
    assert "training only ever pushed their probability down" in said(at.caption)


@pytest.mark.parametrize(
    ("parted", "told"),
    [(0, "at once, with the first written word: the book goes on “a”, the network writes “x”"),
     (1, "after one word: the book goes on “b”"), (2, "after 2 words: the book goes on “c”")],
)  # fmt: skip
def test_where_the_two_part_is_told_by_the_words_they_share(parted, told):
    both = paths.Paths(
        book=("a", "b", "c"), written=tuple("xxx"), guessed=tuple("xxx"), parted=parted,
        probability=np.zeros(3), right=np.zeros(3, bool), same=np.zeros(3, bool),
        surprisal=np.zeros(3), divergence=np.zeros(3),
    )  # fmt: skip
    assert memorised_paths.headline(both).startswith(f"They part {told}")


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_reading_is_held_against_writing_at_a_place_and_at_many(name):
    at = opened(MEMORISED, run=name, tab="paths")
    told = said(at.markdown)
    assert re.search(r"They (part (at once|after (one|\d+) words?)|never part)", told)
    assert "How long it writes the book's own words, median:" in told
    assert len(charts(at)) == 2
    assert any("surprise by" in alt for alt in charts_alt(at))
    place = at.session_state["address"].place
    assert place is None
    (another,) = [button for button in at.button if button.label == "Another place"]
    another.click().run()
    assert not at.exception
    assert at.session_state["address"].place is not None
    at.segmented_control(key="paths_writes").set_value("drawn").run()
    assert not at.exception
    assert at.session_state["address"].view == "drawn"


@pytest.mark.usefixtures("own_runs")
def test_a_place_of_a_link_is_the_first_word_that_is_compared():
    words = corpus.load("tale").words
    at = opened(MEMORISED, run="tale-lstm", tab="paths", place="50")
    assert f"both begin with “… {' '.join(words[40:50])}”" in said(at.markdown)
    assert at.session_state["paths_part"] == "training text"
    held = len(reciting.texts_of(runs.find("tale-lstm")).held_out)
    at = opened(MEMORISED, run="tale-lstm", tab="paths", place=str(len(words) - held + 12))
    start = len(words) - held + 2
    assert f"both begin with “… {' '.join(words[start : start + 10])}”" in said(at.markdown)
    assert at.session_state["paths_part"] == "held-out text"


@pytest.mark.usefixtures("own_runs")
def test_a_place_is_a_word_of_the_corpus_where_only_a_part_of_it_was_trained_on(monkeypatch):
    words, whole = corpus.load("tale").words, texts.of(runs.find("tale-lstm"))
    part = dataclasses.replace(whole, training=whole.training[:300])
    monkeypatch.setattr(texts, "of", lambda run: part)
    place = len(words) - len(whole.held_out) + 12
    at = opened(MEMORISED, run="tale-lstm", tab="paths", place=str(place))
    assert f"both begin with “… {' '.join(words[place - 10 : place])}”" in said(at.markdown)
    assert at.session_state["paths_part"] == "held-out text"
    assert at.session_state["address"].place == place


@pytest.mark.usefixtures("own_runs")
def test_a_place_too_near_the_end_is_moved_and_said():
    at = opened(MEMORISED, run="tale-lstm", tab="paths", place="3")
    assert "word 3 has not" in said(at.warning)
    assert at.session_state["address"].place == 10


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("query", "key"),
    [({"tab": "paths"}, "paths"), ({"tab": "novelty"}, "written_tale-rnn"),
     pytest.param({}, "written_alice-rnn-chapter", marks=pytest.mark.book),
     ({"tab": "counts"}, "losses")],
)  # fmt: skip
def test_cancelled_work_says_so_and_goes_on(monkeypatch, request, query, key):
    if "chapter" in key:  # the chapter's model is shown where its text is
        request.getfixturevalue("book_path")
    st.cache_resource.clear()
    whole = working.in_pieces

    def cancelled(name, keyed, pieces, told):
        monkeypatch.setattr(working, "in_pieces", whole)  # once
        st.session_state[working.CANCELLED] = {name: (keyed, tuple(pieces))}
        return whole(name, keyed, pieces, told)

    monkeypatch.setattr(working, "in_pieces", cancelled)
    at = opened(MEMORISED, run="tale-rnn", **query)
    assert "They are kept." in said(at.markdown)
    before = len(charts(at))
    at.button(key=f"{key}_go_on").click().run()
    assert not at.exception
    assert "They are kept." not in said(at.markdown)
    assert len(charts(at)) > before or at.metric


@pytest.mark.usefixtures("own_runs")
def test_without_its_text_the_page_says_so(monkeypatch):
    def gone(run):
        raise corpus.CorpusError("the text is not here; put it into data/")

    monkeypatch.setattr("rnnexplorer.planning.corpus_of", gone)
    at = opened(MEMORISED, run="tale-lstm")
    assert "the text is not here" in said(at.warning)


@pytest.mark.usefixtures("own_runs")
def test_a_run_that_takes_the_name_of_another_has_its_own_text_and_losses():
    tale = corpus.load("tale")
    small = {"hidden": 4, "embedding": 4, "epochs": 1, "batch": 8}

    def losses(**recipe):
        plan = planning.plan("rnn", tale, "quick", **small, **recipe)
        assert training.train(planning.start(plan, "mine"), tale).state == "finished"
        run, at = runs.find("mine"), opened(MEMORISED, run="mine", tab="counts")
        found = texts.of(run)
        # The page's headline: the counting model's perplexity over the held-out words but the first
        told = re.search(r"against ([\d,]+) of the [^:]*trigram", said(at.markdown))
        assert told is not None
        counted = np.exp(reciting.counting_losses(reciting.texts_of(run), 3).mean())
        assert int(told[1].replace(",", "")) == round(float(counted))
        runs.delete(run)
        return len(found.training), len(found.held_out)

    first = losses()
    shorter = losses(words=500)
    assert shorter == (500, first[1]) != first
    plan = planning.plan("rnn", tale, "quick", **small, words=500, held_out="none")
    found = texts.of(planning.start(plan, "mine"))
    assert (len(found.training), len(found.held_out)) == (500, 0)


@pytest.mark.usefixtures("own_runs")
def test_a_column_opens_in_explore_in_the_memory_in_which_it_was_read():
    at = opened(MEMORISED, run="tale-lstm", tab="paths", memory="window")
    links = re.findall(r'href="(/\?[^"]+)"', " ".join(e.proto.body for e in at.get("html")))
    assert links
    assert all("memory" not in parse_qs(urlsplit(unescape(link)).query) for link in links)
