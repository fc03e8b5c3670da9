"""The dose–response tab of What if: for every cell, from a link, and with bad input."""

from __future__ import annotations

import numpy as np
import pytest
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import address, runs, tracing
from rnnexplorer.measures.distribution import probabilities

WHAT_IF = "rnnexplorer/pages/what_if.py"


def dose(**query):
    return opened(WHAT_IF, tab="dose", **query)


def values(array):
    """An array as Plotly sends it."""
    if isinstance(array, dict):
        import base64

        return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])
    return np.array(array)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", ["tale-lstm", "tale-rnn", "tale-gru"])
@pytest.mark.parametrize("memory", ["stateful", "window"])
def test_every_cell_has_curves_in_both_memories(name, memory):
    at = dose(run=name, memory=memory)
    (alt,) = charts_alt(at)
    assert alt.startswith("While h of unit ")
    assert "at “" in said(at.markdown)
    assert not at.warning


@pytest.mark.usefixtures("own_runs")
def test_the_ends_of_the_curves_are_the_traces_with_those_edits():
    at = dose(run="tale-gru", unit="3", layer="1", signal="z", step="2", later="1", write="0",
              text="the keeper of the bridge")  # fmt: skip
    (chart,) = charts(at)
    run = runs.find("tale-gru")
    for end, value in ((0, "0"), (-1, "1")):
        trace = tracing.trace(run, "the keeper of the bridge", edits=f"z.2[3]@2={value}")
        p = probabilities(trace.logits[3])
        for line in chart["data"][:5]:
            expected = p[trace.vocabulary.index(line["name"])]
            assert values(line["y"])[end] == pytest.approx(expected, abs=1e-6)
    assert "after “the”, step 3" in said(at.markdown) or "no next word" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
def test_signal_unit_and_dose_are_chosen_on_the_page():
    at = dose(run="tale-lstm", step="2")
    at.segmented_control(key="dose_signal").set_value("c").run()
    at.number_input(key="dose_unit").set_value(6).run()
    at.segmented_control(key="dose_dose").set_value("add").run()
    assert not at.exception
    assert charts_alt(at)[0].startswith("While added to C of unit 6 at “")
    offered = at.pills(key="dose_telling").options
    at.pills(key="dose_telling").set_value(int(offered[1])).run()
    assert f"C of unit {offered[1]} at" in charts_alt(at)[0]


@pytest.mark.usefixtures("own_runs")
def test_the_last_number_of_the_link_is_swept_and_one_unit_instead():
    at = dose(run="tale-lstm", edits="word@1=bell;f[2,4]@2-4=0;h@5=hold")
    assert "Swept is the number of your last change, `f[2,4]@2-4=0`" in said(at.markdown)
    assert "`word@1=bell;h@5=hold`" in said(at.caption)
    (chart,) = charts(at)
    assert "shapes" not in chart["layout"] or not chart["layout"]["shapes"]  # no single value
    (one,) = [button for button in at.button if button.label == "One unit instead"]
    one.click().run()
    assert charts_alt(at)[0].startswith("While f of unit 2 at “")
    (back,) = [button for button in at.button if button.label.startswith("Sweep your change")]
    back.click().run()
    assert "f of 2 units at steps 2 to 4" in charts_alt(at)[0]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("memory", ["stateful", "window"])
def test_the_swept_change_keeps_its_place_before_those_that_come_after_it(memory):
    text = "the keeper of the bridge"
    at = dose(run="tale-lstm", text=text, write="0", memory=memory,
              edits="c@4=2;h@4=(the river);c@4=(the river)")  # fmt: skip
    assert "Swept is the number of your last change, `c@4=2`" in said(at.markdown)
    (chart,) = charts(at)
    edits = "h@4=(the river);c@4=(the river)"
    trace = tracing.trace(runs.find("tale-lstm"), text, edits=edits, memory=memory)
    p = probabilities(trace.logits[-1])
    for line in chart["data"][:5]:  # what comes after takes all of it away
        expected = p[trace.vocabulary.index(line["name"])]
        assert values(line["y"]) == pytest.approx(expected, abs=1e-6)
    assert "no next word moves" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"edits": "nonsense"}, "is no intervention; write it as"),
        ({"edits": "f[99]@1=1"}, "the network has units 0 to 7"),
        ({"edits": "f@900=1"}, "f@900=1 changes nothing: the text has"),
        ({"edits": "h@2=(zzyzx)"}, 'does not know "zzyzx"'),
    ],
)
def test_what_cannot_be_swept_is_said(query, sentence):
    at = dose(run="tale-lstm", **query)
    assert not at.exception
    assert sentence in said(at.warning)
    assert len(charts(at)) == 1  # one unit is swept all the same


@pytest.mark.usefixtures("own_runs")
def test_a_link_beyond_the_network_and_the_text_shows_their_last():
    at = dose(run="tale-lstm", unit="900", step="900", text="the keeper", write="0")
    assert charts_alt(at)[0].startswith("While h of unit 7 at “keeper”")


@pytest.mark.usefixtures("own_runs")
def test_one_word_is_enough_and_a_later_step_beyond_the_text_is_its_last():
    at = dose(run="tale-rnn", text="the", write="0", later="7", epoch="0")
    assert len(charts(at)) == 1
    assert "No word follows in this text" in said(at.caption)
    text = address.default_text(runs.find("tale-rnn"))
    at = dose(run="tale-rnn", text=text, write="0", step="1", later="1000")
    assert f"after “{text.split()[-1]}”" in said(at.caption)
