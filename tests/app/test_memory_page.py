"""The ledger on the page: of gated cells, in either memory, and what a SimpleRNN has instead."""

from __future__ import annotations

import re

import pytest
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import tracing
from rnnexplorer.components import words as strip
from rnnexplorer.runs import find

MEMORY = "rnnexplorer/pages/memory.py"
TEXT = "the keeper of the bridge"


def memory(**query):
    return opened(MEMORY, **{"run": "tale-lstm", "text": TEXT, "write": "0"} | query)


def headline(at):
    return next(m.value for m in at.markdown if m.value.startswith("#### At “"))


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(MEMORY)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("name", "layer", "key"), [("tale-lstm", 0, "c"), ("tale-gru", 0, "h"), ("tale-gru", 1, "h")]
)
def test_the_headline_has_the_state_of_the_trace_and_its_account(name, layer, key):
    at = memory(run=name, layer=str(layer), unit="5", step="3")
    trace = tracing.trace(find(name), TEXT)
    found = re.search(r"“the” unit 5 holds (\S+): (\S+) kept, (\S+) written", headline(at))
    state, kept, written = (number(text) for text in found.groups())
    assert state == pytest.approx(float(trace.signals[key][layer, 3, 5]), abs=0.006)
    assert kept + written == pytest.approx(state, abs=0.016)
    assert len(charts(at)) == 2
    assert all(charts_alt(at))
    assert len(at.latex) == 1


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", ["tale-lstm", "tale-gru"])
def test_all_units_together_lead_to_the_one_that_holds_most(name):
    at = memory(run=name, units="all", step="4")
    assert "all 8 units, sizes summed, hold" in headline(at)
    (first, *_) = [b for b in at.button if b.label.startswith("unit ")]
    trace = tracing.trace(find(name), TEXT)
    state = trace.signals["c" if name == "tale-lstm" else "h"][0, 4]
    unit = int(abs(state).argmax())
    assert first.label.startswith(f"unit {unit}: ")
    first.click().run()
    assert not at.exception
    assert f"“bridge” unit {unit} holds" in headline(at)
    assert at.session_state.address.units == "one"


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("units", ["one", "all"])
@pytest.mark.parametrize("mode", ["stateful", "window"])
def test_a_long_text_is_split_in_either_memory_at_every_part_of_it(units, mode):
    text = " ".join([TEXT] * 13)
    for step in ("64", "3"):
        at = memory(text=text, memory=mode, units=units, step=step)
        at.segmented_control(key="ledger_back").set_value("every").run()
        assert not at.exception
        assert charts(at)[1]["data"][0]["type"] == "heatmap"
        assert ("fresh start" in said(at.caption)) == (mode == "window")


@pytest.mark.usefixtures("own_runs")
def test_another_unit_and_another_word_change_what_is_told():
    at = memory(unit="1", step="2")
    at.number_input(key="side_unit").set_value(6).run()
    assert "“of” unit 6 holds" in headline(at)
    at.segmented_control(key="ledger_whose").set_value("all").run()
    assert "all 8 units" in headline(at)
    assert at.session_state.address.units == "all"


@pytest.mark.usefixtures("own_runs")
def test_one_word_and_an_untrained_network_have_a_ledger():
    at = memory(text="the", epoch="0")
    assert "“the” unit" in headline(at)
    assert ": 0.00 kept" in headline(at)
    assert "All of it was written here." in headline(at)


@pytest.mark.usefixtures("own_runs")
def test_edits_of_what_if_do_not_act_here():
    assert headline(memory(unit="2", edits="c@1-=5")) == headline(memory(unit="2"))


@pytest.mark.usefixtures("own_runs")
def test_a_simple_rnn_is_told_why_and_where_to_go():
    at = memory(run="tale-rnn")
    assert "makes the whole state anew" in said(at.markdown)
    assert not charts(at)
    (other,) = [b for b in at.button if b.label.startswith("The ledger of ")]
    other.click().run()
    assert not at.exception
    assert at.session_state.address.run in ("tale-lstm", "tale-gru")
    assert headline(at)


@pytest.mark.usefixtures("own_runs")
def test_an_unknown_word_is_named():
    at = memory(text="the zebra")
    assert '"zebra"' in said(at.warning)
    assert not charts(at)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(("run", "offered"), [("tale-lstm", True), ("tale-rnn", False)])
def test_explore_leads_to_the_ledger_of_its_unit_where_there_is_one(run, offered):
    at = opened(run=run, text=TEXT, unit="4", write="0")
    labels = [link.proto.label for link in at.get("page_link")]
    assert ("What was written when?" in labels) == offered


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("page", "query"),
    [
        (MEMORY, {"tab": "ledger"}),
        ("rnnexplorer/pages/find.py", {"tab": "pattern"}),
        ("rnnexplorer/pages/explore.py", {}),
    ],
)
def test_who_wrote_the_underlined_words_is_said(page, query, monkeypatch):
    """At an earlier epoch the words are still those of the last one."""
    captions = []
    whole = strip.words
    monkeypatch.setattr(
        strip, "words", lambda *a, **k: captions.append(k["caption"]) or whole(*a, **k)
    )
    for more, told in (
        ({"epoch": "1"}, "Underlined: written by its last epoch, 2."),
        ({}, "Underlined: written by the model."),
        ({"epoch": "1", "write": "0", "text": "the keeper"}, ""),
    ):
        captions.clear()
        opened(page, run="tale-lstm", **query, **more)
        assert captions[-1].endswith(told)  # those before are the first page's
        assert told or "Underlined" not in captions[-1]
