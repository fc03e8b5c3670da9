"""Lessons 4 and 7, which train while one looks: done, cancelled, begun again; and what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
from lesson_steps import (
    lesson,
    lesson_of,
    link,
    predicted,
    press,
    set_to,
    ticks,
    told_and_begun_again,
)
from test_pages import charts, charts_alt, opened, said
from torch import nn

from rnnexplorer import exercises, signals
from rnnexplorer.exercise_data import BLANK, EXERCISES
from rnnexplorer.lessons import longer
from rnnexplorer.pages import (
    exercise_compare,
    exercise_kind,
    laboratory_tasks,
    laboratory_wirings,
)
from rnnexplorer.settings import read

TRAIN = "Train the three cells"

pytestmark = pytest.mark.usefixtures("no_runs", "small")


#: The real ones: a fixture makes them small.
SIZES = longer.SIZES


@pytest.fixture
def small(monkeypatch):
    """One training of each cell, short and small: the page is the same."""
    monkeypatch.setattr(exercise_compare, "SEEDS", 1)
    monkeypatch.setattr(exercise_compare, "EXAMPLES", 20)
    sizes = dict.fromkeys(longer.SIZES, {"longest": 4, "units": 4, "steps": 100})
    monkeypatch.setattr(longer, "SIZES", sizes)


def trained(task):
    """A page of lesson 7 on which the cells are trained; those of another test are kept."""
    at = lesson("longer", f"task={task}")
    return press(at, TRAIN) if TRAIN in labels(at) else at


def labels(at):
    return [button.label for button in at.button]


# --- 4: kinds ------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", [True, False])
def test_a_kind_counts_when_it_is_learnt_and_all_four_make_the_lesson(right):
    at, picked = predicted("kinds", right=right)
    for done, (kind, name) in enumerate(exercise_kind.NAMES.items()):
        at.segmented_control(key="knob_kind").set_value(kind).run()
        assert "#### Before any training: " in said(at.markdown)
        assert ticks(at) == done  # it is not done by looking
        at.select_slider(key="kind_stage").set_value(400).run()
        assert not at.exception, name
        assert len(charts(at)) == 3
        last = done + 1 == len(exercise_kind.NAMES)
        assert ticks(at) == done + 1 + last  # the heading of the reason has a tick as well
    told_and_begun_again(at, "kinds", picked, right=right)


def test_another_kind_begins_before_its_training_with_the_first_example():
    at = lesson("kinds", "stage=100;example=7")
    at.segmented_control(key="knob_kind").set_value("many-to-one").run()
    assert at.session_state.address.settings == "kind=many-to-one"


def test_what_the_prediction_of_the_kinds_says_is_so():
    asked = lesson_of("kinds").prediction
    assert asked.options[asked.right].startswith("A blank")
    three = EXERCISES["spell"].examples[3]
    assert three.given == ("3", *[BLANK] * 5)
    assert "".join(three.wanted) == "three."
    at = lesson("kinds", "kind=one-to-many;stage=400")
    assert "Out: t h r e e ." in charts_alt(at)[0]


@pytest.mark.parametrize(
    ("key", "settings", "sentence"),
    [
        ("kinds", "kind=none-to-many", "one of one-to-one, one-to-many, many-to-one, many-to-many"),
        ("kinds", "stage=1000", "a number between 0 and 400"),
        ("kinds", "cell=cnn", "one of rnn, lstm, gru"),
        ("longer", "task=brackets", "one of copy, recall"),
        ("longer", "seed=0", "a number between 1 and 9997"),
        ("longer", "units=400", "There is no setting 'units' here"),
    ],
)
def test_bad_input_gets_one_sentence(key, settings, sentence):
    at = lesson(key, settings)
    assert said(at.warning).count(sentence) == 1
    assert "Find out" in said(at.markdown)


def stopped_after(pieces, monkeypatch):
    """The script ends in a piece of training, as a press on Cancel ends it."""
    whole, begun = exercises.go_on, []

    def stopped(training, until):
        begun.append(training.setup)
        if len(begun) == pieces + 1:
            st.stop()
        return whole(training, until)

    monkeypatch.setattr(exercises, "go_on", stopped)


def test_the_training_of_a_kind_is_cancelled_and_gone_on_with(monkeypatch):
    monkeypatch.setattr(exercise_kind, "UNITS", 5)
    stopped_after(2, monkeypatch)
    at = lesson("kinds", "stage=400")
    press(at, "Cancel")
    assert "Cancelled with" in said(at.markdown)
    assert ticks(at) == 0
    press(at, "Go on")
    assert len(charts(at)) == 3


def test_the_way_on_from_the_kinds_opens_the_same_network_in_the_laboratory():
    at = lesson("kinds")
    for name in exercise_kind.NAMES:
        set_to(at, f"kind={name};stage=400")
    set_to(at, "kind=many-to-one;stage=50;example=7")
    query = link(at, "The same network")
    assert "tab=wirings" in query
    asked = query.split("settings=")[1].split("&")[0].replace("%3D", "=").replace("%3B", ";")
    found, complaints = read(asked, laboratory_wirings.KINDS)
    assert not complaints
    assert (found["kind"], found["stage"], found["example"]) == ("many-to-one", 50, 7)


# --- 7: longer -----------------------------------------------------------------------------------


@pytest.mark.parametrize("right", [True, False])
def test_both_tasks_make_the_lesson_of_who_remembers_longer(right):
    at, picked = predicted("longer", right=right)
    for done, task in enumerate(longer.SIZES, start=1):
        at.segmented_control(key="knob_task").set_value(task).run()
        if TRAIN in labels(at):  # not trained by a test before
            assert ticks(at) == done - 1
            press(at, TRAIN)
        names = [trace["name"] for trace in charts(at)[0]["data"]]
        assert names == ["rnn 1", "matched 1", "lstm 1", "rnn", "matched", "lstm"]
        assert "the one with as many weights" in said(at.markdown)
        assert ticks(at) == done + (done == len(longer.SIZES))
    told_and_begun_again(at, "longer", picked, right=right)


def test_the_training_of_the_three_is_cancelled_and_gone_on_with(monkeypatch):
    stopped_after(1, monkeypatch)
    at = press(lesson("longer", "seed=50"), TRAIN)
    press(at, "Cancel")
    assert "Cancelled with 1 of 3 parts done" in said(at.markdown)
    assert not charts(at)
    assert ticks(at) == 0
    press(at, "Go on")
    assert ticks(at) == 1


def test_other_seeds_are_the_next_ones_of_the_same_three():
    at = press(trained("copy"), "Other seeds")
    assert at.session_state.address.settings == "seed=2"
    assert [trace["name"] for trace in charts(at)[0]["data"]][:3] == [
        "rnn 2",
        "matched 2",
        "lstm 2",
    ]


def test_the_laboratory_opens_with_these_trainings_and_lacks_the_gru_alone():
    at = trained("copy")
    set_to(at, "task=recall")
    if TRAIN in labels(at):
        press(at, TRAIN)
    query = link(at, "The same in the laboratory")
    assert "tab=tasks" in query
    asked = query.split("settings=")[1].split("&")[0].replace("%3D", "=").replace("%3B", ";")
    found, complaints = read(asked, laboratory_tasks.KINDS)
    assert not complaints
    sizes = {name: found[name] for name in ("task", "longest", "units", "steps")}
    assert sizes == {"task": "recall", **longer.SIZES["recall"]}


def test_what_is_trained_for_three_is_not_trained_again_for_four(monkeypatch):
    trained("copy")
    whole, begun = exercises.go_on, []

    def noted(training, until):
        begun.append(training.setup.cell)
        return whole(training, until)

    monkeypatch.setattr(exercises, "go_on", noted)
    at = opened("rnnexplorer/pages/laboratory.py", tab="tasks",
                settings="task=copy;longest=4;units=4;steps=100")  # fmt: skip
    if "Train the four cells" in labels(at):
        press(at, "Train the four cells")
    assert set(begun) <= {"gru"}
    assert len(charts(at)) == 3


def shares(task, cell, trainings=4):
    """Percent of right answers, near to far: the mean of trainings as a visitor meets them.

    One training alone says little: which seed learns how much differs from processor to processor.
    """
    sizes = SIZES[task]
    setup = exercises.Setup(task, "lstm", sizes["units"], sizes["longest"])
    setup = exercises.matched(setup) if cell == "matched" else replace(setup, cell=cell)
    distances = (1, sizes["longest"] // 2, sizes["longest"])
    every = [
        exercises.train(replace(setup, seed=seed), sizes["steps"])
        for seed in range(1, trainings + 1)
    ]
    return np.mean([[exercises.right_answers(t, d, 100) for d in distances] for t in every], axis=0)


def test_what_the_lesson_says_of_size_is_so():
    more, fewer = shares("recall", "matched"), shares("recall", "rnn")
    assert more.mean() > fewer.mean() + 12
    assert np.ptp(more) < 25  # about as much near as far
    assert np.ptp(more - fewer) < 25
    assert shares("copy", "matched", 2).mean() < shares("copy", "lstm", 2).mean() - 40


def test_the_recurrent_layer_of_an_lstm_has_four_times_the_weights():
    counts = [sum(p.numel() for p in layer(10, 24).parameters()) for layer in (nn.LSTM, nn.RNN)]
    assert counts[0] == 4 * counts[1]
    assert signals.LSTM.weight_count(10, 24) == 4 * signals.RNN.weight_count(10, 24)
    assert "recurrent layer has four times" in lesson_of("longer").question
