"""The page of influence: which words mattered, and what is left of a change, for every cell."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from test_influence_lag_page import decoded
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import gradients, reciting, remembering, runs, tracing
from rnnexplorer.components import words as strip
from rnnexplorer.corpus import CorpusError
from rnnexplorer.pages import influence_average, influence_flow, working

INFLUENCE = "rnnexplorer/pages/influence.py"
TEXT = "the keeper of the bridge"
CELLS = pytest.mark.parametrize("name", ["tale-lstm", "tale-rnn", "tale-gru"])


def influence(**query):
    return opened(INFLUENCE, **{"run": "tale-lstm", "text": TEXT, "write": "0"} | query)


def headline(at):
    return next(m.value for m in at.markdown if m.value.startswith("#### "))


def numbers(text):
    return [float(found.replace("−", "-")) for found in re.findall(r"[−\d.]+\d", text)]


def flow_of(name, of="loss"):
    run = runs.find(name)
    network, _ = tracing.load_network(run)
    ids = torch.from_numpy(runs.vocabulary(run).encode(TEXT.split()))
    return gradients.flow(network, ids[:-1], ids[1:], None, of)


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(INFLUENCE)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


# --- which words mattered ------------------------------------------------------------------------


@pytest.mark.usefixtures("own_runs")
@CELLS
@pytest.mark.parametrize("view", ["words", "signed", "h"])
def test_the_headline_names_the_word_of_the_largest_gradient(name, view):
    at = influence(run=name, step="4", view=view, memory="stateful")
    found = flow_of(name)
    row = {"words": found.inputs, "signed": found.signed, "h": found.states["h"][0]}[view][3]
    most = int(np.abs(row).argmax())
    where = "the word before it" if most == 3 else f"{4 - most} words before it"
    assert f"“{TEXT.split()[most]}”, {where}" in headline(at)
    assert "“bridge”" in headline(at)
    assert len(charts(at)) == 2
    assert all(charts_alt(at))
    assert "local answer" in said(at.caption)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("of", ["loss", "logit"])
def test_integrated_gradients_say_what_they_sum_to_and_what_is_missed(of):
    at = influence(step="3", view="integrated", settings=f"y={of}")
    told = next(m.value for m in at.markdown if m.value.startswith("They sum to"))
    found, expected, missed = numbers(told)
    assert found == pytest.approx(expected, abs=0.02)
    assert found - expected == pytest.approx(missed, abs=0.002)
    assert "averaged along the way" in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_what_speaks_for_a_word_raises_its_log_probability():
    """Of the loss the sign is turned: the headline's number is minus that of the loss."""
    at = influence(step="2", view="signed", memory="stateful")
    row = flow_of("tale-lstm").signed[1, :2]
    most = row[np.abs(row).argmax()]
    (value,) = numbers(re.search(r"\((.*)\)", headline(at))[1])
    assert value == pytest.approx(-most, abs=0.006)
    assert ("for “of”" in headline(at)) == (most < 0)


@pytest.mark.usefixtures("own_runs")
def test_a_simple_rnn_is_not_asked_about_a_cell_it_does_not_have():
    at = influence(run="tale-rnn", view="c")
    assert "the cell C" not in at.radio(key="influence_kind").options
    assert "hangs most on “" in headline(at)


@pytest.mark.usefixtures("own_runs")
def test_another_kind_another_layer_and_the_logit_stand_in_the_address():
    at = influence(run="tale-gru", step="4")
    at.radio(key="influence_kind").set_value("h").run()
    first = headline(at)
    at.radio(key="states_layer").set_value(1).run()
    at.segmented_control(key="knob_y").set_value("logit").run()
    assert not at.exception
    shown = at.session_state.address
    assert (shown.view, shown.layer, shown.settings) == ("h", 1, "y=logit")
    assert "the logit of the word that came" in said(at.caption)
    assert first.startswith("#### “bridge” hangs most on the state h after")


@pytest.mark.usefixtures("own_runs")
def test_the_strip_is_shaded_before_the_chosen_word_and_not_after(monkeypatch):
    drawn = []
    monkeypatch.setattr(strip, "words", lambda words, **k: drawn.append((words, k)))
    influence(step="3")
    words, told = drawn[-1]
    assert [bool(word.reading) for word in words] == [True, True, True, False, False]
    shares = [float(word.reading.split("%")[0]) for word in words[:3]]
    assert sum(shares) == pytest.approx(100, abs=0.3)
    assert told["selected"] == 3
    assert {"influence_bars_averaged", "influence_triangle"} <= set(told["charts"])


@pytest.mark.usefixtures("own_runs")
def test_a_word_of_the_list_leads_to_what_it_hangs_on_itself():
    at = influence(step="4")
    first = next(b for b in at.button if b.label.startswith("the, 1 back"))
    first.click().run()
    assert not at.exception
    assert at.session_state.address.step == 3


@pytest.mark.usefixtures("own_runs")
def test_the_first_word_hangs_on_nothing():
    for query in ({"step": "0"}, {"text": "the"}, {"step": "0", "view": "integrated"}):
        assert "is the first word" in headline(influence(**query))


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("mode", ["stateful", "window"])
def test_of_a_long_text_a_hundred_words_are_shown(mode):
    text = " ".join([TEXT] * 26)
    at = influence(text=text, memory=mode, step="100")
    heatmap = charts(at)[1]["data"][0]
    assert len(heatmap["meta"]["rows"]) == 100
    assert 100 in heatmap["meta"]["rows"]
    earlier = "Words before those shown acted too"
    assert (earlier in said(at.caption)) == (mode == "stateful")
    assert ("In window memory" in said(at.caption)) == (mode == "window")
    assert not influence(text=text, memory=mode, step="100", view="integrated").exception


@pytest.mark.usefixtures("own_runs")
def test_work_is_cancelled_and_gone_on_with(monkeypatch):
    monkeypatch.setattr(influence_flow, "ROWS", 2)
    with monkeypatch.context() as patch:
        patch.setattr(working, "in_pieces", lambda *a: None)  # as after Cancel
        at = influence()
    assert not charts(at)
    at.run()
    assert len(charts(at)) == 2


def average_of(name, key, of):
    """What the measure gives by how far back, the nearest word first."""
    run = runs.find(name)
    found = remembering.places(reciting.texts_of(run))
    every = [remembering.gradients(run, 2, found, part, of) for part in remembering.pieces(found)]
    return remembering.gradient_curve(every, key, absolute=True).mean


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize(("view", "of"), [("words", "loss"), ("c", "logit"), ("h", "loss")])
def test_beside_one_word_stands_the_average_over_places(view, of):
    at = influence(step="4", view=view, settings=f"y={of}")
    line = decoded(next(d for c in charts(at) for d in c["data"] if d["name"] == "average")["y"])
    expected = average_of("tale-lstm", view, of)[:4][::-1]
    np.testing.assert_allclose(line[:4], expected, rtol=1e-4)
    assert "On average over 200 places of the training text, half of the total" in said(at.caption)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize("query", [{"view": "signed"}, {"memory": "window"}])
def test_there_is_no_average_of_signs_or_of_another_memory(query):
    at = influence(**{"step": "4"} | query)
    assert not at.exception
    assert "average" not in [d["name"] for c in charts(at) for d in c["data"]]
    assert "On average" not in said(at.caption)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_before_the_first_word_of_the_text_or_of_what_is_shown_the_average_has_no_line():
    def no_line(at):
        assert not at.exception
        assert "average" not in [d["name"] for c in charts(at) for d in c["data"]]

    for _ in range(2):  # taken now, and found
        no_line(influence(step="0"))
    at = influence(text=" ".join([TEXT] * 26), step="100")
    first = next(s for s in at.slider if s.key == "states_start").value
    assert first > 0
    at.session_state.address = at.session_state.address.changed(step=first)
    at.session_state.looked = True
    no_line(at.run())


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_the_half_of_the_average_does_not_depend_on_how_many_words_are_shown():
    told = {
        next(c.value for c in influence(step=step).caption if c.value.startswith("On average"))
        for step in "14"
    }
    assert len(told) == 1
    by_lag = average_of("tale-lstm", "words", "loss")
    half = int(np.argmax(by_lag.cumsum() >= by_lag.sum() / 2)) + 1
    assert (f"last {half} words" if half > 1 else "last word alone") in told.pop()


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_while_the_average_is_taken_the_page_is_drawn_as_one_so_that_cancel_is_heard(monkeypatch):
    asked = []
    whole = working.part_of_page

    def noted(*a, quick):
        asked.append(quick)
        return whole(*a, quick=quick)

    monkeypatch.setattr(working, "part_of_page", noted)
    at = influence(step="4")
    at.run()
    assert asked == [False, True]


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_without_the_text_or_after_a_cancel_the_own_words_are_there_all_the_same(monkeypatch):
    def missing(run):
        raise CorpusError("the text is gone")

    with monkeypatch.context() as patch:
        patch.setattr(influence_average.texts, "of", missing)
        assert len(charts(influence(step="4"))) == 2
    do = working.in_pieces

    def cancelled(name, *rest):
        return None if name == "lag_gradients" else do(name, *rest)

    monkeypatch.setattr(working, "in_pieces", cancelled)
    at = influence(step="4")
    assert len(charts(at)) == 2
    assert "On average" not in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_unknown_words_and_settings_are_named():
    at = influence(text="the zebra")
    assert '"zebra"' in said(at.warning)
    at = influence(settings="y=chance")
    assert "must be one of loss, logit" in said(at.warning)
    assert charts(at)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("tab", ["flow", "why"])
def test_from_one_word_a_button_leads_to_the_average(tab):
    at = influence(tab=tab, view="signed" if tab == "flow" else "average", step="3")
    next(b for b in at.button if b.label == "Gradient against lag, on average").click().run()
    assert not at.exception
    shown = at.session_state.address
    assert (shown.tab, shown.run, shown.step) == ("lag", "tale-lstm", 3)
    assert shown.view is shown.settings is None
    assert headline(at).startswith("#### Words until the gradient is down to half")


# --- why an LSTM forgets less --------------------------------------------------------------------


def why(**query):
    return influence(**{"tab": "why", "memory": "stateful", "step": "4"} | query)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(("name", "layer"), [("tale-lstm", 0), ("tale-gru", 1)])
def test_the_headline_has_what_autograd_and_the_gates_leave(name, layer):
    at = why(run=name, layer=str(layer))
    run = runs.find(name)
    network, _ = tracing.load_network(run)
    key, gate = ("c", "f") if name == "tale-lstm" else ("h", "z")
    ids = torch.from_numpy(runs.vocabulary(run).encode(TEXT.split()))
    J = gradients.jacobians(network, ids, layer, key)[0]
    gates = tracing.trace(run, TEXT, memory="stateful").signals[gate][layer]
    told = re.search(r"4 words back, (\S+) of .* kept ([\d.·⁻]*\d)", headline(at))
    left, kept = (float(text) for text in told.groups())
    assert left == pytest.approx(np.linalg.norm(J) / np.sqrt(8), rel=0.06)
    assert kept == pytest.approx(np.sqrt((gates[1:].prod(axis=0) ** 2).mean()), rel=0.06)
    (chart,) = charts(at)
    assert all(charts_alt(at))
    dashed = [line["name"] for line in chart["data"] if line["line"].get("dash") == "dash"]
    assert dashed, "the counterpart is in the same picture"
    assert "Entry by entry they sum to J" in said(at.caption)
    assert "their lengths do not" in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_a_simple_rnn_has_its_singular_values_and_the_facts_of_its_matrix():
    at = why(run="tale-rnn", other="tale-lstm")
    names = [line["name"] for line in charts(at)[0]["data"]]
    assert names[0] == "singular values"
    assert "LSTM: path" in names
    W_hh = runs.weights(runs.find("tale-rnn"), 2)["W_hh.l0"]
    radius = np.abs(np.linalg.eigvals(W_hh)).max()
    assert f"spectral radius {radius:.2f}" in said(at.caption)
    assert "without tanh" in headline(at)


@pytest.mark.usefixtures("own_runs")
def test_the_other_network_is_at_the_same_epoch_and_an_epoch_that_is_not_the_last_is_named():
    assert "epoch" not in headline(why(run="tale-lstm", other="tale-rnn"))
    same = headline(why(run="tale-lstm", other="tale-rnn", epoch="1"))
    assert "tale-rnn (epoch 1)" in same
    last = headline(why(run="tale-lstm", other="tale-rnn", epoch="1", other_epoch="2"))
    assert "tale-rnn (epoch 2)" in last
    assert same.split("tale-rnn (epoch 1)")[1] != last.split("tale-rnn (epoch 2)")[1]


@pytest.mark.usefixtures("own_runs")
def test_a_wide_network_whose_work_can_be_cancelled_says_the_same(monkeypatch):
    narrow = headline(why(run="tale-lstm", other="tale-rnn"))
    monkeypatch.setattr(working, "QUICK_UNITS", 1)
    assert headline(why(run="tale-lstm", other="tale-rnn")) == narrow


@pytest.mark.usefixtures("own_runs")
def test_one_unit_is_looked_at_by_its_button():
    at = why()
    first = next(b for b in at.button if b.label.startswith("unit "))
    unit = int(first.label.split()[1].rstrip(":"))
    first.click().run()
    assert not at.exception
    shown = at.session_state.address
    assert (shown.unit, shown.settings) == (unit, "whose=one")
    assert f"moves unit {unit} by" in headline(at)
    at.segmented_control(key="knob_whose").set_value("all").run()
    assert "4 words back" in headline(at)


@pytest.mark.usefixtures("own_runs")
@CELLS
@pytest.mark.parametrize("mode", ["stateful", "window"])
def test_every_cell_is_looked_at_in_either_memory_over_a_long_text(name, mode):
    at = why(run=name, text=" ".join([TEXT] * 20), memory=mode, step="60")
    assert "10 words back" in headline(at)
    assert ("In window memory" in said(at.caption)) == (mode == "window")


@pytest.mark.usefixtures("own_runs")
def test_at_the_first_word_there_is_nothing_to_look_back_to():
    assert "there is nothing to look back to" in headline(why(step="0"))
    assert "there is nothing to look back to" in headline(why(text="the", run="tale-rnn"))


@pytest.mark.usefixtures("own_runs")
def test_words_that_the_other_network_does_not_know_leave_the_own_curves():
    at = why(other="alice-rnn-book")
    assert "alice-rnn-book cannot read this" in said(at.warning)
    assert len(charts(at)) == 1


@pytest.mark.usefixtures("own_runs")
def test_each_tab_forgets_the_settings_of_the_other():
    at = why(settings="whose=one", unit="2")
    at.segmented_control(key="influence_tab").set_value("flow").run()
    assert not at.exception
    assert not at.warning
    assert at.session_state.address.settings is None
