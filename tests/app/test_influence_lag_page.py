"""How far back, on average, and one word changed: over small runs of the tale."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pytest
import streamlit as st
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import cli, reciting, remembering, runs, tracing
from rnnexplorer.components import words as strip
from rnnexplorer.measures import change, lag, probe
from rnnexplorer.measures.distribution import kl_divergence
from rnnexplorer.pages import influence_models, texts, working
from rnnexplorer.runs import find

INFLUENCE = "rnnexplorer/pages/influence.py"
NAMES = ("tale-lstm", "tale-rnn", "tale-gru")
TEXT = "the keeper of the bridge rang the bell"


def lag_page(**query):
    return opened(INFLUENCE, **{"run": "tale-lstm", "tab": "lag"} | query)


def change_page(**query):
    asked = {"run": "tale-lstm", "tab": "change", "text": TEXT, "write": "0", "step": "1"}
    return opened(INFLUENCE, **asked | query)


def headline(at):
    return next(m.value for m in at.markdown if m.value.startswith("#### "))


def decoded(values):
    """Numbers of a figure as it was sent: a list, or bytes with their type."""
    if isinstance(values, dict):
        import base64

        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array(values)


def lines(at):
    """The curves of the first chart, by name."""
    drawn = [d for d in charts(at)[0]["data"] if d.get("showlegend", True)]
    return {d["name"]: decoded(d["y"]) for d in drawn}


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(INFLUENCE)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


# --- on average ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize("view", ["gradient", "distance", "bits"])
def test_every_network_of_the_text_has_a_curve_and_stands_in_the_headline(view):
    at = lag_page(view=view)
    curves = lines(at)
    assert set(curves) == {"LSTM(8)", "SimpleRNN(8)", "GRU(8)"}
    for name, values in curves.items():
        assert f"{name} {lag.crossing(values, 0.5):.1f} and" in headline(at)
    assert "200 places of the training text" in said(at.caption)
    assert all(charts_alt(at))


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_the_curve_is_that_of_the_measure():
    run = find("tale-lstm")
    found = remembering.places(reciting.texts_of(run))
    parts = [remembering.gradients(run, 2, found, part) for part in remembering.pieces(found)]
    for state, key in (("memory", "c"), ("h", "h")):
        expected = remembering.gradient_curve(parts, key, absolute=False).mean
        shown = lines(lag_page(settings=f"models=-;state={state}"))
        assert list(shown) == ["LSTM(8)"]
        np.testing.assert_allclose(shown["LSTM(8)"], expected, rtol=1e-5)
    absolute = lines(lag_page(settings="models=-;scale=absolute"))["LSTM(8)"]
    norms = remembering.gradient_curve(parts, "c", absolute=True).mean
    np.testing.assert_allclose(absolute, norms, rtol=1e-5)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_the_chosen_epoch_is_drawn_and_named_and_the_others_are_at_their_last():
    at = lag_page(epoch="1", settings="models=tale-rnn")
    assert set(lines(at)) == {"LSTM(8) (epoch 1)", "SimpleRNN(8)"}


def from_command(capsys, line):
    """The curves of the gradient, by name, as the command `lag` gives them."""
    assert cli.main(shlex.split(line)) == 0
    rows = json.loads(capsys.readouterr().out)["curves"]["gradient"]
    names = dict.fromkeys(row["model"] for row in rows)
    return {name: [row["mean"] for row in rows if row["model"] == name] for name in names}


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize("others", ["last", "same"])
def test_at_an_earlier_epoch_the_curves_are_those_of_the_command(capsys, others):
    at = lag_page(epoch="1", settings="models=tale-rnn,tale-gru")
    control = at.segmented_control(key="knob_others")
    if others == "same":
        control.set_value("same").run()
        assert at.session_state.address.settings == "models=tale-rnn,tale-gru;others=same"
    curves = lines(at)
    after = " (epoch 1)" * (others == "same")
    assert set(curves) == {"LSTM(8) (epoch 1)", f"SimpleRNN(8){after}", f"GRU(8){after}"}
    asked = f"lag tale-lstm tale-rnn tale-gru --epoch 1 --others {others} --json"
    expected = from_command(capsys, asked)
    assert set(expected) == set(curves)
    for name, values in curves.items():
        # JSON has 15 digits after the point, and the last lags are 1e-11
        np.testing.assert_allclose(values, expected[name], rtol=1e-5, atol=1e-15)
        assert name in headline(at)


@pytest.mark.usefixtures("fresh_caches")
def test_a_network_that_did_not_keep_the_epoch_is_left_out_and_said_so(own_runs):
    (own_runs / "tale-gru" / "checkpoints" / "epoch-0001.safetensors").unlink()
    at = lag_page(epoch="1", settings="models=tale-rnn,tale-gru;others=same")
    assert set(lines(at)) == {"LSTM(8) (epoch 1)", "SimpleRNN(8) (epoch 1)"}
    sentence = "tale-gru kept no weights of epoch 1 and is left out; it has 0, 2."
    assert sentence in said(at.caption)
    at = probe_page(epoch="1", settings="models=tale-rnn,tale-gru;others=same")
    assert set(lines(at)) == {"LSTM(8) (epoch 1)", "SimpleRNN(8) (epoch 1)"}
    assert sentence in said(at.caption)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize("query", [{}, {"epoch": "2"}, {"epoch": "1", "settings": "models=-"}])
def test_the_epoch_of_the_others_is_asked_for_only_where_it_could_be_another(query):
    at = lag_page(**query)
    assert "knob_others" not in {c.key for c in at.get("button_group")}
    at = lag_page(epoch="2", settings="others=same")
    assert set(lines(at)) == {"LSTM(8)", "SimpleRNN(8)", "GRU(8)"}


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_networks_can_be_taken_away_and_brought_back():
    at = lag_page(view="bits")
    at.multiselect(key="influence_models").set_value(["tale-gru"]).run()
    assert set(lines(at)) == {"LSTM(8)", "GRU(8)"}
    assert at.session_state.address.settings == "models=tale-gru"
    at.multiselect(key="influence_models").set_value([]).run()
    assert set(lines(at)) == {"LSTM(8)"}
    assert at.session_state.address.settings == "models=-"
    assert not at.exception


def test_as_many_networks_as_may_be_picked_fit_into_the_address():
    names = ",".join(f"{k:048d}" for k in range(influence_models.MOST - 1))
    kind = influence_models.MODELS["models"]
    assert kind.read(names) == kind.text(names) == names


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_what_h_of_an_lstm_is_for_is_told_in_full():
    (state,) = [c for c in lag_page().get("button_group") if c.key == "knob_state"]
    for part in ("gates", "candidate", "output", "layer above"):
        assert part in state.help


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_a_simple_rnn_alone_is_not_asked_which_state():
    keys = {control.key for control in lag_page(run="tale-rnn", settings="models=-").get(
        "segmented_control")}  # fmt: skip
    assert "knob_state" not in keys
    keys = {control.key for control in lag_page().get("segmented_control")}
    assert {"knob_state", "knob_scale", "lag_view"} <= keys


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_what_was_read_is_not_read_again(monkeypatch):
    read = []
    whole = remembering.apart
    monkeypatch.setattr(remembering, "apart", lambda *a: read.append(1) or whole(*a))
    at = lag_page(view="bits", settings="models=-")
    assert len(read) == 4  # two hundred places in parts of fifty
    at.segmented_control(key="lag_view").set_value("distance").run()
    lag_page(view="bits", settings="models=-")
    assert len(read) == 4
    lag_page(view="bits", settings="models=tale-rnn")
    assert len(read) == 8


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_a_cancelled_reading_offers_to_go_on(monkeypatch):
    monkeypatch.setattr(working, "in_pieces", lambda *a: st.markdown("Cancelled") and None)
    for at in (lag_page(), lag_page(view="bits"), change_page(), probe_page()):
        assert not at.exception
        assert "Cancelled" in said(at.markdown)
        assert not charts(at)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_a_missing_or_short_text_gets_a_sentence(monkeypatch):
    def short(found, *, without=()):
        raise ValueError("90 words are too few")

    monkeypatch.setattr(remembering, "places", short)
    at = lag_page()
    assert "90 words are too few." in said(at.info)
    assert not charts(at)

    def gone(run):
        raise ValueError("the text of 'tale' has changed")

    monkeypatch.setattr(texts, "of", gone)
    at = lag_page()
    assert "averaged over the run's text. The text of 'tale' has changed" in said(at.warning)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_a_bad_setting_is_named():
    at = lag_page(settings="scale=cubic;models=tale-rnn")
    assert "it must be one of share, absolute" in said(at.warning)
    assert set(lines(at)) == {"LSTM(8)", "SimpleRNN(8)"}


# --- one word ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("memory", ["stateful", "window"])
def test_the_headline_and_the_bars_are_those_of_two_traces(name, memory):
    at = change_page(run=name, memory=memory, settings="word=bell")
    run = find(name)
    plain, changed = (
        tracing.trace(run, TEXT, memory=memory, edits=edits) for edits in ("", "word@1=bell")
    )
    bits = kl_divergence(plain.logits[1:], changed.logits[1:])
    assert f"“bell” in place of “keeper” moves what is expected next by {bits[0]:.2f} bits" in (
        headline(at)
    )
    first = charts(at)[0]["data"][0]
    np.testing.assert_allclose(decoded(first["y"]), bits, atol=1e-6)
    usual = [d for d in charts(at)[0]["data"] if d["name"] == "on average"]
    trained_for = run.recipe.memory
    assert bool(usual) == (memory == trained_for)
    assert ("fresh start" in said(at.caption)) == (memory == "window")


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_without_a_word_it_is_the_one_most_expected_there_and_others_are_offered():
    at = change_page()
    trace = tracing.trace(find("tale-lstm"), TEXT)
    order = [trace.vocabulary[k] for k in np.argsort(-trace.logits[0])]
    likely = [word for word in order if word != "keeper"]
    assert f"“{likely[0]}” in place of “keeper”" in headline(at)
    pills = at.get("button_group")
    (offered,) = [p for p in pills if p.key == "change_instead"]
    offered.set_value(likely[1]).run()
    assert f"“{likely[1]}” in place of “keeper”" in headline(at)
    assert at.session_state.address.settings == f"word={likely[1]}"


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize(
    ("word", "where", "sentence"),
    [
        ("keeper", "info", "“keeper” stands there already"),
        ("zebra", "warning", '"zebra"'),
        ("two words", "warning", "“two words” is not one word"),
    ],
)
def test_a_word_that_cannot_stand_there_is_told_why(word, where, sentence):
    at = change_page()
    at.text_input(key="change_word").set_value(word).run()
    assert not at.exception
    assert sentence in said(getattr(at, where))
    assert not charts(at)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_a_network_that_knows_one_word_only_says_so(monkeypatch):
    monkeypatch.setattr(change, "alternatives", lambda *a: [])
    at = change_page()
    assert not at.exception
    assert "“keeper” is the only word that this network knows" in said(at.info)
    assert not charts(at)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_a_click_chooses_the_word_that_is_changed(monkeypatch):
    shown = []
    whole = strip.words
    monkeypatch.setattr(strip, "words", lambda *a, **k: shown.append(k) or whole(*a, **k))
    change_page(settings="word=bell")
    assert shown[-1]["selected"] == 1
    assert "with “bell” in place of “keeper”" in shown[-1]["caption"]
    at = change_page(step="4", settings="word=bell")
    assert "“bell” in place of “bridge”" in headline(at)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_one_word_alone_and_an_untrained_network_are_read():
    at = change_page(text="the", step="0", epoch="0", settings="word=bell")
    assert "“bell” in place of “the”" in headline(at)
    assert headline(at).endswith("bits.")
    assert not at.exception


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_without_its_text_the_words_are_read_all_the_same(monkeypatch):
    def gone(run):
        raise ValueError("gone")

    monkeypatch.setattr(texts, "of", gone)
    at = change_page(settings="word=bell")
    assert "at two words of this text" in said(at.caption)
    assert "Dotted" not in said(at.caption)
    assert len(charts(at)[0]["data"]) == 2


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_from_the_word_one_comes_to_the_average_and_back():
    at = change_page(settings="word=bell")
    (button,) = [b for b in at.button if b.label.startswith("On average")]
    button.click().run()
    assert at.session_state.address.tab == "lag"
    assert set(lines(at)) == {"LSTM(8)", "SimpleRNN(8)", "GRU(8)"}
    (button,) = [b for b in at.button if b.label == "One word of your own"]
    button.click().run()
    assert "in place of" in headline(at)
    assert not at.exception


# --- probes --------------------------------------------------------------------------------------


def probe_page(**query):
    return opened(INFLUENCE, **{"run": "tale-lstm", "tab": "change", "view": "probe"} | query)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_the_strongest_ready_probe_is_drawn_first_and_another_can_be_chosen():
    run = find("tale-lstm")
    words = runs.vocabulary(run).words
    ready = probe.ready(reciting.texts_of(run).training, len(words), remembering.READY)
    at = probe_page()
    (pills,) = [p for p in at.get("button_group") if p.key == "probe_ready"]
    assert len(pills.options) == len(ready) >= 2
    for number in (0, 1):
        cue, contrast, answer = (
            words[k] for k in (ready[number].probe.cue, ready[number].probe.contrast,
                               ready[number].probe.answer)
        )  # fmt: skip
        if number:
            pills.set_value(f"{cue} → {answer} (or {contrast})").run()
        assert f"“{cue}” makes “{answer}”" in headline(at)
        assert at.text_input(key="probe_contrast").value == contrast
        assert not at.exception


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_the_curve_is_the_mean_over_the_fillers():
    run = find("tale-lstm")
    asked = remembering.probe_of(runs.vocabulary(run), "bridge", "bell", "keeper")
    without = (asked.cue, asked.contrast, asked.answer)
    found = remembering.places(reciting.texts_of(run), without=without)
    parts = [remembering.answered(run, 2, found, part, asked) for part in remembering.pieces(found)]
    expected = remembering.probe_curve(parts).mean
    at = probe_page(settings="models=-;cue=bridge;contrast=bell;answer=keeper")
    np.testing.assert_allclose(lines(at)["LSTM(8)"], expected, atol=1e-6)
    assert f"{len(found)} of its passages that have none of the three words between." in (
        said(at.caption)
    )


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize(
    ("settings", "where", "sentence"),
    [
        ("cue=bridge;contrast=bridge;answer=bell", "info", "Cue and contrast are both “bridge”"),
        ("cue=bridge", "info", "A probe needs three words"),
        ("cue=zebra;contrast=bridge;answer=bell", "warning", '"zebra"'),
    ],
)
def test_a_probe_that_makes_no_sense_is_told_why(settings, where, sentence):
    at = probe_page(settings=settings)
    assert not at.exception
    assert sentence in said(getattr(at, where))
    assert not charts(at)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_own_words_are_taken_from_the_fields():
    at = probe_page(settings="cue=bridge;contrast=bell;answer=keeper;models=-")
    at.text_input(key="probe_answer").set_value("river").run()
    assert not at.exception
    assert "“bridge” makes “river”" in headline(at)
    assert "answer=river" in at.session_state.address.settings


@pytest.mark.usefixtures("own_runs")
def test_the_states_of_a_changed_word_are_those_of_the_layer_that_is_looked_at():
    """The picture of one layer is kept; the next layer has its own."""
    one, other = (charts(change_page(run="tale-gru", layer=layer))[0]["data"] for layer in "01")
    assert one != other


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_from_a_word_of_ones_own_to_the_probes_no_setting_is_carried_along():
    at = change_page(settings="word=bell")
    at.segmented_control(key="change_view").set_value("probe").run()
    assert not at.exception
    assert "There is no setting" not in said(at.warning)
    assert at.session_state.address.settings is None
