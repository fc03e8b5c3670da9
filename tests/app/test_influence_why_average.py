"""What is kept, on average over places of the text: over small runs of the tale."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import streamlit as st
from test_influence_lag_page import decoded
from test_influence_page import headline
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import cli, keeping, reciting, remembering, runs
from rnnexplorer.measures.arithmetic import short
from rnnexplorer.pages import influence_paths, texts, working
from rnnexplorer.remembering import Places

INFLUENCE = "rnnexplorer/pages/influence.py"
#: Distances at which there is something left of any of these networks to be drawn.
NEAR = 13
#: A network of another text: it is not averaged beside one, and costs nothing.
ALONE = "alice-rnn-book"


def average(**query):
    return opened(INFLUENCE, **{"run": "tale-lstm", "tab": "why", "view": "average"} | query)


def lines(at):
    """The curves of the picture, by name."""
    return {d["name"]: decoded(d["y"]) for d in charts(at)[0]["data"]}


def from_command(capsys, line):
    """The distances that the command gives."""
    assert cli.main(["forgetting", *line.split(), "--json"]) == 0
    return json.loads(capsys.readouterr().out)["distances"]


@pytest.mark.usefixtures("own_runs", "fresh_caches")
@pytest.mark.parametrize(
    ("name", "layer", "state", "gate"),
    [("tale-lstm", 0, "C", "forget"), ("tale-gru", 1, "h", "update"), ("tale-rnn", 0, "h", None)],
)
def test_picture_and_headline_are_those_of_the_command(capsys, name, layer, state, gate):
    at = average(run=name, layer=str(layer), other=ALONE)
    rows = from_command(capsys, f"{name} --places 20 --layer {layer + 1}")
    curves = lines(at)
    second = ("path", f"path: {gate} gates alone")
    if gate is None:
        second = ("singular_0", "largest singular value")
    for column, curve in (("total", f"all that is left in {state}"), second):
        np.testing.assert_allclose(
            curves[curve][:NEAR], [row[column] for row in rows[:NEAR]], rtol=1e-5
        )
        np.testing.assert_allclose(
            curves[f"{curve}, band"][:NEAR],
            [row[f"{column}_high"] for row in rows[:NEAR]],
            rtol=1e-5,
        )
    told = f"On average 10 words back, {short(rows[10]['total'])} of a small change of {state} is"
    assert told in headline(at)
    ends = " to ".join(short(rows[10][f"total_{end}"]) for end in ("low", "high"))
    assert f"10 words back the band (95%) is {ends}" in said(at.caption)
    assert "geometric mean over 20 places of the training text, one in each of 20" in said(
        at.caption
    )
    assert all("on average" in text for text in charts_alt(at))
    assert not at.get("text_input"), "no words are asked for"


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_the_other_network_is_averaged_over_the_same_places(capsys):
    at = average(other="tale-rnn")
    rows = from_command(capsys, "tale-rnn --places 20")
    dashed = lines(at)["SimpleRNN: all that is left"]
    expected = [row["total"] for row in rows[:NEAR]]
    np.testing.assert_allclose(dashed[:NEAR], expected, rtol=1e-5)
    assert "SimpleRNN: W_hh has spectral radius" in said(at.caption)
    assert f"has {short(rows[10]['total'])} of its h left" in headline(at)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_a_network_of_another_text_is_left_out_with_a_sentence():
    at = average(other=ALONE)
    assert "was not trained on the same text with the same part held out" in said(at.caption)
    assert not any("SimpleRNN" in name for name in lines(at))


@pytest.mark.usefixtures("fresh_caches")
def test_a_network_that_lost_the_epoch_is_left_out_with_a_sentence(own_runs):
    at = average(other="tale-rnn", other_epoch="1")
    assert "SimpleRNN: all that is left" in lines(at)
    (own_runs / "tale-rnn" / "checkpoints" / "epoch-0001.safetensors").unlink()
    at.run()
    assert not at.exception
    assert "kept no weights of epoch 1 and is left out" in said(at.caption)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_one_unit_is_averaged_too(capsys):
    at = average(settings="whose=one", unit="3", other=ALONE)
    rows = from_command(capsys, "tale-lstm --places 20 --unit 3")
    assert headline(at).startswith(
        "#### On average a small change of C 10 words back moves unit 3 by"
        f" {short(rows[10]['total'])} of its length at most; its forget gate alone"
    )
    np.testing.assert_allclose(
        lines(at)["all that is left in C"], [row["total"] for row in rows], rtol=1e-5
    )
    other = next(b for b in at.button if b.label.startswith("unit ") and " 3:" not in b.label)
    other.click().run()
    assert not at.exception
    unit = int(re.match(r"unit (\d+)", other.label)[1])
    assert f"moves unit {unit} by" in headline(at)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_it_is_turned_on_by_its_control_and_stands_in_the_address():
    at = average(view="", text="the keeper", write="0", step="1", run="tale-rnn", other=ALONE)
    assert "One word back" in headline(at)
    at.segmented_control(key="why_view").set_value("average").run()
    assert headline(at).startswith("#### On average 10 words back")
    assert at.session_state.address.view == "average"
    at.segmented_control(key="why_view").set_value("word").run()
    assert "One word back" in headline(at)
    assert not at.exception


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_each_place_is_a_piece_of_work_that_is_done_once(monkeypatch):
    done = []
    whole = keeping.at_place
    monkeypatch.setattr(keeping, "at_place", lambda *a, **k: done.append(a[3]) or whole(*a, **k))
    average(run="tale-rnn", other=ALONE)
    assert done == list(range(20))
    average(run="tale-rnn", other="tale-lstm")
    assert done == 2 * list(range(20)), "the other's alone"


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_after_cancel_there_is_no_picture(monkeypatch):
    monkeypatch.setattr(working, "in_pieces", lambda *a: st.markdown("Cancelled") and None)
    at = average()
    assert not at.exception
    assert "Cancelled" in said(at.markdown)
    assert not charts(at)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_a_missing_or_short_text_gets_a_sentence(monkeypatch):
    def short_text(found, *, without=()):
        raise ValueError("90 words are too few")

    with monkeypatch.context() as patch:
        patch.setattr(remembering, "places", short_text)
        at = average()
    assert "90 words are too few." in said(at.info)
    assert not charts(at)

    def gone(run):
        raise ValueError("the text of 'tale' has changed")

    monkeypatch.setattr(texts, "of", gone)
    assert "The text of 'tale' has changed" in said(average().warning)


@pytest.mark.usefixtures("own_runs", "fresh_caches")
def test_the_average_over_other_places_is_another():
    run = runs.find("tale-rnn")
    every = remembering.places(reciting.texts_of(run))
    last = slice(len(every) - 20, None)
    some = (
        keeping.some(every),
        Places(every.ids[:, last], every.targets[last], every.others[last], every.part),
    )
    one, other = (influence_paths.on_average(run, [(run, 2)], found, 0)[0] for found in some)
    assert one.key != other.key
    assert one.of(None).total[5] != other.of(None).total[5]
