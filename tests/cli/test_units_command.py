"""`units` gives the card of a unit and the table of all without the page."""

from __future__ import annotations

import argparse
import json
import re

import numpy as np
import pytest

from rnnexplorer import corpus, index, runs, studies, surveying, tasks
from rnnexplorer.cli.codes import DONE, STOPPED
from rnnexplorer.cli.index import make_index
from rnnexplorer.cli.units import show_units

DEFAULTS = {"name": "demo", "epoch": None, "layer": 0, "unit": None, "json": True}


@pytest.fixture
def surveyed(home, demo, monkeypatch):
    """The small run of the tale, with its index and study."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    run = runs.find(demo)
    surveying.survey(run, corpus.load("tale"), runs.kept_epoch(run))
    return run


def asked(**options):
    return argparse.Namespace(**{**DEFAULTS, **options})


def answer(capsys, **options):
    assert show_units(asked(**options)) == 0
    return json.loads(capsys.readouterr().out)


def test_every_unit_has_its_habits_its_cost_and_what_it_tracks_best(surveyed, capsys):
    found = answer(capsys)["units"]
    study, made = studies.load(surveyed, 2), index.open_index(surveyed, 2)
    part = made.part("held out")
    assert [row["unit"] for row in found] == list(range(8))
    for row in found:
        unit = row["unit"]
        forget = made.signals["f"][0, part, unit].astype(np.float32)
        assert row["f_open"] == pytest.approx((forget > 0.9).mean(), abs=1e-6)
        assert row["f_shut"] == pytest.approx((forget < 0.1).mean(), abs=1e-6)
        assert row["cost"] == pytest.approx(float(study.cost[0, unit]))
        best = int(study.score[0, unit].argmax())
        assert row["tracks"] == study.features[best]
        assert row["p"] == pytest.approx(float(study.p[0, unit, best]))
        whole = made.signals["f"][0, :, unit].astype(np.float64)
        expected = np.log(0.5) / np.mean(np.log(whole))
        assert row["half_life_by_gate"] == pytest.approx(expected, rel=1e-6)


def test_the_card_of_a_unit_names_the_places_where_it_is_strongest(surveyed, capsys):
    card = answer(capsys, unit=3)
    made = index.open_index(surveyed, 2)
    values = made.signals["h"][0, :, 3].astype(np.float64)
    begun = np.arange(8)[:, None] + [section.start for section in made.sections]
    values[begun] = np.nan  # right after the zero state
    words = corpus.load("tale").words
    assert card["highest"][0]["h"] == np.nanmax(values)
    assert card["lowest"][0]["h"] == np.nanmin(values)
    assert words[card["highest"][0]["word"]] == made.words()[int(np.nanargmax(values))]
    weights = runs.weights(surveyed, 2)
    matrix = weights["W_hy"] if "W_hy" in weights else weights["embedding"].T
    row = matrix[3] - matrix[3].mean()
    assert card["promoted"][0]["word"] == made.vocabulary[int(row.argmax())]
    assert card["suppressed"][0]["weight"] == pytest.approx(float(row.min()), rel=1e-4)
    study = studies.load(surveyed, 2)
    off = card["switched_off"]
    assert np.log(off["after"] / off["before"]) == pytest.approx(float(study.cost[0, 3]), rel=1e-6)
    assert off["rank"] == 1 + sum(study.cost[0] > study.cost[0, 3])
    assert len(card["features"]) == len(study.features)


@pytest.mark.usefixtures("surveyed")
def test_the_text_is_read_once_for_a_unit(capsys, monkeypatch):
    read, load = [], corpus.load
    monkeypatch.setattr(corpus, "load", lambda name: read.append(name) or load(name))
    answer(capsys, unit=3)
    assert read == ["tale"]


@pytest.mark.usefixtures("surveyed")
def test_a_person_reads_the_same(capsys):
    assert show_units(asked(json=False)) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + 8 + 1
    assert show_units(asked(json=False, unit=3)) == 0
    text = capsys.readouterr().out
    for told in ("unit 3", "forget gate: open", "held-out words: perplexity", "h is highest:"):
        assert told in text


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"epoch": 1}, "make it with `python -m rnnexplorer index demo --epoch 1`"),
        ({"layer": 1}, "there is no layer 2; there are 1 to 1"),
        ({"unit": 8}, "there is no unit 8; there are 0 to 7"),
    ],
)
def test_what_cannot_be_shown_gets_a_sentence(surveyed, options, sentence):
    index.remove(surveyed, 1)
    with pytest.raises(ValueError, match=re.escape(sentence)):
        show_units(asked(**options))


def test_units_that_were_not_studied_say_how_to_do_it(surveyed):
    studies.path(surveyed, 2).unlink()
    with pytest.raises(ValueError, match="do it with `python -m rnnexplorer index demo"):
        show_units(asked())


def test_every_epoch_is_read_the_wanted_one_first(surveyed, capsys):
    options = argparse.Namespace(name="demo", epoch=1, every_epoch=True, json=True)
    assert make_index(options) == 0
    assert [one["epoch"] for one in json.loads(capsys.readouterr().out)] == [1, 0, 2]
    assert all(studies.load(surveyed, epoch) is not None for epoch in (0, 1, 2))
    assert tasks.progress(surveyed, None) is None


def test_an_epoch_that_another_process_reads_is_left_to_it(surveyed, capsys):
    for epoch in (0, 1):
        index.remove(surveyed, epoch)
    options = argparse.Namespace(name="demo", epoch=None, every_epoch=True, json=False)
    with tasks.telling(surveyed, 0):
        assert make_index(options) == 0
    told = capsys.readouterr().out
    assert "epoch 0 is left out: demo is being indexed by another process already" in told
    assert [index.is_made(surveyed, epoch) for epoch in (0, 1, 2)] == [False, True, True]
    assert "epoch 1: " in told


@pytest.mark.parametrize(
    ("cancelled", "made", "code"),
    [(0, [False, True, True], DONE), (None, [False, False, True], STOPPED)],
)
def test_who_cancels_one_epoch_of_all_ends_no_other(
    surveyed, capsys, monkeypatch, cancelled, made, code
):
    for epoch in (0, 1):
        index.remove(surveyed, epoch)
    survey = surveying.survey

    def cancelled_at_0(run, text, epoch, tell):
        tell("reading the text", 0, 8)
        if epoch == 0:
            tasks.cancel(run, cancelled)
        tell("reading the text", 1, 8)
        return survey(run, text, epoch, tell)

    monkeypatch.setattr(surveying, "survey", cancelled_at_0)
    options = argparse.Namespace(name="demo", epoch=None, every_epoch=True, json=False)
    assert make_index(options) == code
    assert [index.is_made(surveyed, epoch) for epoch in (0, 1, 2)] == made
    told = capsys.readouterr().out
    assert ("epoch 0 is left out: cancelled" in told) == (cancelled == 0)
    assert tasks.progress(surveyed, 0) is None
    assert tasks.progress(surveyed, None) is None
