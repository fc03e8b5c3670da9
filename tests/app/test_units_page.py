"""The page of units over small runs of each cell: index offered, made, and every view drawn."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import address, corpus, index, runs, studies, surveying, tasks, tracing
from rnnexplorer.measures import units

UNITS = "rnnexplorer/pages/units.py"
EXPLORE = "rnnexplorer/pages/explore.py"
FIND = "rnnexplorer/pages/find.py"
MEMORY = "rnnexplorer/pages/memory.py"
NAMES = ("tale-lstm", "tale-rnn", "tale-gru")


@pytest.fixture(scope="module")
def surveyed(trained, tmp_path_factory):
    """The small runs, each with its index and study."""
    home = tmp_path_factory.mktemp("surveyed") / "runs"
    shutil.copytree(trained, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNEXPLORER_RUNS", str(home))
        for name in NAMES:
            run = runs.find(name)
            surveying.survey(run, corpus.load("tale"), runs.kept_epoch(run))
    return home


@pytest.fixture
def indexed(surveyed, monkeypatch):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(surveyed))
    return surveyed


def button(at: AppTest, label: str):
    (found,) = [one for one in at.button if one.label == label]
    return found


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(UNITS)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


@pytest.mark.usefixtures("own_runs")
def test_without_an_index_the_page_offers_to_make_it(monkeypatch):
    begun = []
    monkeypatch.setattr(tasks, "start", lambda run, epoch: begun.append((run.name, epoch)))
    at = opened(UNITS, run="tale-rnn")
    assert "has to read it once" in said(at.markdown)
    button(at, "Read the whole text").click().run()
    assert begun == [("tale-rnn", 2)]


@pytest.mark.usefixtures("own_runs")
def test_a_task_that_gave_up_says_why_and_can_be_started_again(monkeypatch):
    monkeypatch.setattr(
        tasks, "progress", lambda run, epoch: tasks.Progress("", 0, 1, "the book is not here")
    )
    at = opened(UNITS, run="tale-rnn")
    assert "the book is not here" in said(at.warning)
    assert button(at, "Read the whole text")


@pytest.mark.usefixtures("own_runs")
def test_a_wish_to_cancel_is_said_until_the_task_ends(monkeypatch):
    monkeypatch.setattr(tasks, "progress", lambda run, epoch: tasks.Progress("starting", 0, 1))
    wished = []
    monkeypatch.setattr(tasks, "cancel", lambda run, epoch: wished.append(epoch))
    monkeypatch.setattr(tasks, "is_cancelled", lambda run, epoch: bool(wished))
    at = opened(UNITS, run="tale-rnn")
    button(at, "Cancel").click().run()
    assert len(wished) == 1
    assert button(at, "Cancelling …").disabled


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("name", NAMES)
def test_the_atlas_has_a_row_for_every_unit(name):
    at = opened(UNITS, run=name)
    (atlas,) = charts(at)
    assert sorted(atlas["data"][0]["meta"]["units"]) == list(range(8))
    assert "strongest mean response" in charts_alt(at)[0]


def test_the_atlas_is_arranged_alike_at_every_epoch(surveyed, monkeypatch, tmp_path):
    shutil.copytree(surveyed, tmp_path / "runs")
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(tmp_path / "runs"))
    run = runs.find("tale-lstm")
    surveying.survey(run, corpus.load("tale"), 0)
    drawn = []
    for epoch in ({}, {"epoch": "0"}):
        at = opened(UNITS, run=run.name, **epoch)
        drawn.append(charts(at)[0]["data"][0])
    last, first = drawn
    for key in ("meta", "zmax"):
        assert first[key] == last[key]
    assert first["z"] != last["z"]
    assert "arranged as at epoch" in said(at.caption)


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("name", NAMES)
def test_health_has_a_dot_for_every_unit_and_gate(name):
    at = opened(UNITS, run=name, tab="health")
    gates = {"tale-lstm": "fio", "tale-rnn": "h", "tale-gru": "rz"}[name]
    dots = [trace for trace in charts(at)[0]["data"] if trace.get("name")]
    assert {trace["name"] for trace in dots} == set(gates)
    assert "8 units" in said(at.markdown)


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("name", NAMES)
def test_one_unit_says_what_it_costs_to_switch_it_off(name):
    at = opened(UNITS, run=name, tab="unit", unit="3", layer="0")
    run = runs.find(name)
    study = studies.load(run, 2)
    text = said(at.markdown)
    assert "Switched off" in text
    assert f"{study.cost[0, 3]:+.4f}".replace("-", "−") in text
    if name == "tale-gru":  # two layers: the first does not reach the output
        assert "Only units of the last layer" in said(at.caption)
    assert any("Half of a push" in alt for alt in charts_alt(at))
    best = units.tracks(study, 0, 3).iloc[0]
    assert f"±\u00a0{best['by_chance_spread']:.2f} |" in text
    for feature in np.argsort(-study.score[0, 3], kind="stable")[:5]:
        end = "high h" if study.sign[0, 3, feature] > 0 else "low h"
        assert f"| {study.features[feature]}, {end} |" in text
    assert "its sign turned for low h" in said(at.caption)
    assert "measured in its own standard deviations" in said(at.caption)


@pytest.mark.usefixtures("indexed")
def test_a_push_that_never_halves_is_told_in_words(monkeypatch):
    monkeypatch.setattr(units, "half_lives_by_push", lambda *_: np.array([np.inf]))
    at = opened(UNITS, run="tale-lstm", tab="unit", unit="3")
    told = "Half of a push is left after more words than were followed."
    assert told in charts_alt(at)
    assert "up to a constant that is the same for every word" in said(at.caption)


@pytest.mark.usefixtures("indexed")
def test_without_a_study_the_unit_page_offers_the_experiments():
    run = runs.find("tale-lstm")
    path = studies.path(run, 2)
    hidden = path.rename(path.with_suffix(".hidden"))
    try:
        at = opened(UNITS, run="tale-lstm", tab="unit")
        assert button(at, "Experiment on all units")
        assert "are not done yet" in said(at.caption)
    finally:
        hidden.rename(path)


@pytest.mark.usefixtures("indexed")
def test_a_unit_that_does_not_exist_is_brought_into_range():
    at = opened(UNITS, run="tale-lstm", tab="unit", unit="999")
    assert at.number_input(key="card_unit").value == 7


@pytest.mark.usefixtures("indexed")
def test_every_signal_and_both_ends_have_their_places():
    for signal in "figcoh":
        at = opened(UNITS, run="tale-lstm", tab="unit", unit="1", signal=signal)
        assert f"**{'C' if signal == 'c' else signal}** of unit 1 is highest" in said(at.caption)


@pytest.mark.usefixtures("indexed")
def test_an_index_of_another_epoch_is_another_index():
    run = runs.find("tale-lstm")
    assert not index.is_made(run, 1)
    at = opened(UNITS, run="tale-lstm", epoch="1")
    assert "at epoch 1" in said(at.markdown)


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("name", NAMES)
def test_without_a_choice_every_page_is_about_the_same_unit(name):
    trace = tracing.trace(run := runs.find(name), address.default_text(run))
    signals = {key: value[0].astype(float) for key, value in trace.signals.items()}
    before = trace.before["c" if name == "tale-lstm" else "h"][0].astype(float)
    kept = {
        "tale-lstm": lambda: signals["f"] * before,
        "tale-gru": lambda: signals["z"] * before,
        "tale-rnn": lambda: signals["h"],
    }[name]()
    expected = int(kept.std(axis=0).argmax())
    asked = [(EXPLORE, "side_unit", {}), (UNITS, "card_unit", {"tab": "unit"})]
    asked.append((FIND, "find_unit", {"tab": "words", "sought": "the"}))
    if name != "tale-rnn":
        asked.append((MEMORY, "side_unit", {"tab": "ledger"}))
    for page, key, where in asked:
        at = opened(page, run=name, **where)
        assert at.number_input(key=key).value == expected, page
