"""Drawing a word and ways to go on, on the page: what is shown is what was drawn."""

from __future__ import annotations

import numpy as np
import pytest
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import runs, tracing
from rnnexplorer.pages import frame

WHAT_IF = "rnnexplorer/pages/what_if.py"
NAMES = ("tale-lstm", "tale-rnn", "tale-gru")
TEXT = "the keeper of the bridge"


def bench(**query):
    return opened(WHAT_IF, tab="draw", **{"text": TEXT, **query})


def tree(**query):
    return opened(WHAT_IF, tab="tree", **{"text": TEXT, **query})


def marked(figure):
    """The random number of a drawn pipeline."""
    (mark,) = [trace for trace in figure["data"] if trace["name"] == "u"]
    return mark["meta"]["u"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_the_bench_draws_the_word_that_the_text_has_with_the_number_it_had(name):
    numbers = np.random.default_rng(3).random(5)
    words = tracing.trace(
        runs.find(name), TEXT, continue_words=20, temperature=0.9, seed=3
    ).words  # the address's own number of words
    for k in range(5):
        at = bench(run=name, seed="3", temperature="0.9", step=str(4 + k))
        assert f"falls on “{words[5 + k]}”" in said(at.markdown)
        assert "; the text has" not in said(at.markdown)
        assert f"was drawn with number {k + 1} of seed 3" in said(at.caption)
        assert marked(charts(at)[0]) == numbers[k]
        assert len(charts(at)) == 2


@pytest.mark.usefixtures("own_runs")
def test_moving_the_temperature_changes_the_draw_and_not_the_text():
    at = bench(run="tale-lstm", step="6")
    before = at.session_state.address
    at.slider(key="bench_temperature").set_value(0.0).run()
    assert at.session_state.address == before.changed(bench_temperature=0.0)
    assert "at temperature 0 the most probable word comes" in said(at.markdown)
    logits = tracing.trace(runs.find("tale-lstm"), TEXT, continue_words=20, temperature=0.7).logits[
        6
    ]
    best = runs.vocabulary(runs.find("tale-lstm")).words[int(logits.argmax())]
    assert f"“{best}”" in said(at.markdown)
    at.slider(key="bench_temperature").set_value(before.temperature).run()
    assert at.session_state.address == before


@pytest.mark.usefixtures("own_runs")
def test_truncation_and_number_can_be_set_and_undone_and_taken_into_the_text():
    at = bench(run="tale-lstm", step="6")
    at.number_input(key="bench_top_k").set_value(4).run()
    at.slider(key="bench_top_p").set_value(0.5).run()
    at.slider(key="bench_u").set_value(0.99).run()
    look = at.session_state.address
    assert (look.bench_top_k, look.bench_top_p, look.bench_u) == (4, 0.5, 0.99)
    assert "u is set by hand" in said(at.caption)
    at.button(key="bench_undo").click().run()
    look = at.session_state.address
    assert (look.bench_top_k, look.bench_top_p, look.bench_u) == (None, None, None)
    at.number_input(key="bench_top_k").set_value(4).run()
    at.button(key="bench_write").click().run()
    look = at.session_state.address
    assert (look.top_k, look.bench_top_k, look.step) == (4, None, 6)
    assert at.number_input(key="bench_top_k").value == 4
    assert at.button(key="bench_write").disabled
    assert not at.exception


@pytest.mark.usefixtures("own_runs")
def test_a_word_drawn_otherwise_is_a_place_to_go_on_from():
    at = bench(run="tale-lstm", step="5", temperature="0.7", bench_temperature="2.4",
               bench_u="0.97")  # fmt: skip
    go = at.button(key="bench_go")
    word = go.label.split("“")[1].rstrip("”")
    go.click().run()
    look = at.session_state.address
    assert look.text.split()[:5] == TEXT.split()
    assert look.text.split()[6] == word
    assert len(look.text.split()) == 7
    assert look.step is None


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [({"step": "1"}, "was given, not drawn"), ({"step": "24"}, "The text ends here"),
     ({"write": "0", "step": "4"}, "One word more would be drawn with number 1 of seed 1"),
     ({"temperature": "0"}, "had no part in it")],
)  # fmt: skip
def test_where_nothing_was_drawn_it_says_so(query, sentence):
    assert sentence in said(bench(run="tale-gru", **query).caption)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    "query",
    [{"text": "the", "write": "0"}, {"bench_top_k": "1"}, {"bench_top_p": "0.01"},
     {"bench_temperature": "10"}, {"bench_u": "1"}, {"bench_u": "0"}, {"epoch": "0"},
     {"text": "the " * 2000, "write": "0", "step": "1999"}],
)  # fmt: skip
@pytest.mark.parametrize("tab", ["draw", "tree"])
def test_extremes_are_shown(query, tab):
    at = opened(WHAT_IF, tab=tab, run="tale-gru", **query)
    assert not at.warning
    assert all(charts_alt(at))
    assert len(charts(at)) == (2 if tab == "draw" else 1)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("tab", ["draw", "tree"])
def test_an_unknown_word_is_named(tab):
    at = opened(WHAT_IF, tab=tab, run="tale-lstm", text="the zebra")
    assert '"zebra"' in said(at.warning)
    assert not charts(at)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_the_tree_starts_where_the_writing_does_and_marks_the_way_of_the_text(name):
    at = tree(run=name, temperature="1", depth="3")
    words = tracing.trace(runs.find(name), TEXT, continue_words=20, temperature=1.0).words
    assert f"the text goes on with “{' '.join(words[5:8])}”" in said(at.markdown)
    (figure,) = charts(at)
    drawn = {trace["name"]: trace for trace in figure["data"]}
    assert "<b>bridge</b>" in drawn["words"]["text"]
    assert sum(text.startswith("<b>") for text in drawn["words"]["text"]) == 4


@pytest.mark.usefixtures("own_runs")
def test_a_branch_becomes_the_end_of_the_words():
    at = tree(run="tale-lstm", temperature="1", step="2")
    at.selectbox(key="tree_go").select_index(0).run()
    look = at.session_state.address
    assert look.text.startswith("the keeper of ")
    assert len(look.text.split()) >= 4
    assert look.step is None
    assert not at.exception


@pytest.mark.usefixtures("own_runs")
def test_more_words_ahead_make_a_deeper_tree():
    at = tree(run="tale-rnn", temperature="1")
    at.slider(key="tree_depth").set_value(2).run()
    at.slider(key="tree_breadth").set_value(5).run()
    (figure,) = charts(at)
    (places,) = [trace for trace in figure["data"] if trace["name"] == "places"]
    assert len(set(places["x"])) == 2
    assert at.session_state.address.breadth == 5


@pytest.mark.usefixtures("own_runs")
def test_at_temperature_zero_the_page_says_that_there_is_one_way():
    at = tree(run="tale-rnn", temperature="0")
    assert "one way to go on" in said(at.caption)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("page", "tab"), [(WHAT_IF, "draw"), ("rnnexplorer/pages/over_time.py", "pair")]
)
def test_a_run_that_is_deleted_while_its_page_is_drawn_is_left(monkeypatch, page, tab):
    whole = frame.fit

    def deleted(trace):
        """The last thing before the fragment, whose own reruns read no address."""
        monkeypatch.setattr(frame, "fit", whole)  # once
        whole(trace)
        runs.delete(runs.find("tale-rnn"))

    at = opened(page, run="tale-rnn", tab=tab, text=TEXT)
    monkeypatch.setattr(frame, "fit", deleted)
    at.run()
    assert not at.exception
    assert "'tale-rnn' is gone" in said(at.warning)
    assert at.session_state.address.run == "alice-lstm-book"


@pytest.mark.usefixtures("own_runs")
def test_a_tree_grows_no_broader_than_its_slider_says():
    at = tree(run="tale-rnn", temperature="1", breadth="8", depth="1")
    slider = at.slider(key="tree_breadth")
    assert (slider.value, slider.max) == (at.session_state.address.breadth, 6)
    assert tree(run="tale-rnn", breadth="6").slider(key="tree_breadth").value == 6


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("tab", ["draw", "tree"])
def test_the_headline_begins_as_a_sentence_does(tab):
    at = opened(WHAT_IF, run="tale-lstm", tab=tab, text="the keeper of the bridge", write="5")
    assert "#### After “bridge”: " in said(at.markdown)
