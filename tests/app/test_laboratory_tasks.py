"""Small tasks on the page: trained when asked for, cancelled, gone on with, and looked into."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest
import streamlit as st
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import exercises
from rnnexplorer.exercise_data import EXERCISES
from rnnexplorer.pages import exercise_compare, exercise_example, exercise_kind, working

LABORATORY = "rnnexplorer/pages/laboratory.py"
SMALL = "longest=4;units=4;steps=100"

pytestmark = pytest.mark.usefixtures("no_runs", "small")


@pytest.fixture
def small(monkeypatch):
    """One training of each cell, few questions: the page is the same."""
    monkeypatch.setattr(exercise_compare, "SEEDS", 1)
    monkeypatch.setattr(exercise_compare, "EXAMPLES", 20)


def tasks(settings=SMALL):
    return opened(LABORATORY, tab="tasks", settings=settings)


def trained(settings=SMALL):
    """The page when all is trained; what another test trained is kept, as for any visitor."""
    at = tasks(settings)
    at.button(key="tasks_train").click().run()
    assert not at.exception
    return at


def headline(at):
    return next(m.value for m in at.markdown if m.value.startswith("#### "))


def labels(at):
    """Of the buttons of the page itself."""
    return [button.label for button in at.button if button.key != "frame_share"]


def test_nothing_is_trained_unasked_and_the_task_has_an_example():
    at = tasks()
    assert labels(at) == ["Train the four cells"]
    assert not charts(at)
    assert "which letter was the first? For example `" in said(at.markdown)
    assert "The model on the left plays no part." in said(at.caption)


def test_who_wanted_three_of_the_cells_in_a_lesson_gets_the_fourth_without_asking():
    at = tasks()
    assert "Train the four cells" in labels(at)
    asked = ("recall", 4, 4, 100, 1)  # task, longest distance, units, steps, first seed
    at.session_state.tasks_wanted = {(asked, "rnn", "matched", "lstm")}
    at.run()
    assert not at.exception
    assert "Train the four cells" not in labels(at)
    assert len(charts(at)) == 3


@pytest.mark.parametrize("task", ["recall", "brackets", "copy"])
def test_every_task_has_a_headline_its_curves_and_the_inside_of_a_network(task):
    at = trained(f"task={task};{SMALL}")
    told = headline(at).casefold()
    cells = ("simplernn", "matched simplernn", "gru", "lstm")
    assert all(name in told for name in cells) or "all cells" in told
    assert "Over all distances the LSTM gets" in said(at.markdown)
    names = [trace["name"] for trace in charts(at)[0]["data"]]
    assert names == ["rnn 1", "matched 1", "gru 1", "lstm 1", "rnn", "matched", "gru", "lstm"]
    assert len(charts(at)) == 3
    assert all(charts_alt(at))
    assert [t["name"] for t in charts(at)[2]["data"][:3]] == ["h", "c", "p"]


def test_the_curves_are_what_the_networks_answer():
    at = trained()
    curve = next(t for t in charts(at)[0]["data"] if t["name"] == "gru")
    training = exercises.train(exercises.Setup("recall", "gru", 4, 4), 100)
    right = [exercises.right_answers(training, distance, 20) for distance in (1, 2, 3, 4)]
    assert decoded(curve["y"]) == pytest.approx([share / 20 for share in right])


def decoded(sent):
    """Plotly sends arrays as base64."""
    return np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"]).tolist()


def states_of(at):
    """h of the drawn example, [H, T]."""
    sent = next(d["z"] for d in charts(at)[1]["data"] if d["name"] == "h")
    return np.array(decoded(sent)).reshape([int(n) for n in sent["shape"].split(",")])


def test_a_cancel_keeps_what_is_done_and_go_on_does_the_rest(monkeypatch):
    whole, begun = exercises.go_on, []

    def stopped_at_the_third(training, until):
        begun.append(training.setup.cell)
        if len(begun) == 3:
            st.stop()  # as a press on Cancel does, at the next `st.` call
        return whole(training, until)

    monkeypatch.setattr(exercises, "go_on", stopped_at_the_third)
    at = trained(f"{SMALL};seed=77")
    assert labels(at) == ["Cancel"]
    at.button(key="tasks_cancel").click().run()
    assert "Cancelled with 2 of 4 parts done" in said(at.markdown)
    assert not charts(at)
    at.button(key="tasks_go_on").click().run()
    assert not at.exception
    assert begun == ["rnn", "rnn", "gru", "gru", "lstm"]  # the first two were not done again
    assert len(charts(at)) == 3


def test_what_another_trained_is_there_at_once_once_it_is_asked_for(monkeypatch):
    trained()
    monkeypatch.setattr(exercises, "go_on", None)  # nothing is trained again
    at = tasks()
    assert not charts(at)
    at.button(key="tasks_train").click().run()
    assert not at.exception
    assert len(charts(at)) == 3


def test_another_network_another_example_and_another_step_show_another_inside():
    at = trained()
    before = charts(at)[2]
    at.segmented_control(key="knob_cell").set_value("gru").run()
    assert [t["name"] for t in charts(at)[2]["data"][:2]] == ["h", "p"]
    assert "cell=gru" in at.session_state.address.settings
    at.segmented_control(key="knob_cell").set_value("lstm").run()
    next(b for b in at.button if b.label == "Another example").click().run()
    assert charts(at)[2] != before
    at = trained(f"{SMALL};at=0")
    assert "nothing is asked" in said(at.markdown)


def test_an_example_farther_than_the_training_says_so():
    at = trained(f"{SMALL};distance=9")
    assert "farther than the 4 it was trained on" in said(at.caption)


def test_other_seeds_train_the_next_ones():
    at = trained()
    next(b for b in at.button if b.label == "Other seeds").click().run()
    assert "seed=2" in at.session_state.address.settings
    assert [t["name"] for t in charts(at)[0]["data"]][:2] == ["rnn 2", "matched 2"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ("task=juggle", "must be one of recall, brackets, copy"),
        ("longest=1000", "must be a number between 4 and 60"),
        ("units=2.5", "must be a number between 4 and 48"),
        ("colour=red", "There is no setting 'colour' here"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named_and_the_page_opens(settings, sentence):
    at = tasks(settings)
    assert sentence in said(at.warning)
    assert "Train the four cells" in labels(at)


# --- four wirings --------------------------------------------------------------------------------


def kind(settings):
    return opened(LABORATORY, tab="wirings", settings=settings)


@pytest.mark.parametrize("name", exercise_kind.NAMES)
def test_every_wiring_is_drawn_and_run(name):
    at = kind(f"kind={name};stage=400")
    told = headline(at)
    assert told.startswith("#### After 400 steps: ")
    right = re.search(r"(\d+) of (\d+) right|(\d+)% of", told)
    assert (int(right[3]) if right[3] else 100 * int(right[1]) / int(right[2])) > 90
    assert len(charts(at)) == 3  # the wiring, the states, the loss
    assert all(charts_alt(at))


def test_before_training_it_guesses_and_the_slider_goes_through_it():
    at = kind("kind=one-to-many")
    assert headline(at) == "#### Before any training: 0 of 10 right"
    assert len(charts(at)) == 2  # there is no loss yet
    at.select_slider(key="kind_stage").set_value(100).run()
    assert headline(at) == "#### After 100 steps: 10 of 10 right"
    assert "stage=100" in at.session_state.address.settings
    assert len(decoded(charts(at)[2]["data"][0]["y"])) == 100  # and none of what comes later
    assert "Out: t h r e e .; right is t h r e e ." in charts_alt(at)[0]


def test_an_unseen_word_is_marked_and_counted_apart():
    at = kind("kind=many-to-one;stage=100;example=48")
    assert "(never trained on)" in at.selectbox(key="kind_example").options[48]
    assert "of 12 words it was never trained on" in headline(at)
    at.selectbox(key="kind_example").set_value(0).run()
    assert "Read: o n e." in charts_alt(at)[1]


def test_a_stage_between_two_is_the_one_before_it_and_a_wrong_one_is_named():
    assert headline(kind("kind=one-to-one;stage=45")).startswith("#### After 30 steps")
    at = kind("kind=one-to-one;stage=-1;cell=cnn;units=3")
    assert "must be a number between 0 and 400" in said(at.warning)
    assert "must be one of rnn, lstm, gru" in said(at.warning)
    assert "must be a number between 4 and 48" in said(at.warning)


def test_a_wiring_has_as_many_units_as_it_is_given_and_another_seed_is_another_network():
    few = kind("kind=one-to-many;stage=100;units=5")
    states = states_of(few)
    setup = exercises.Setup("spell", "rnn", 5)
    trace = exercises.read(exercises.train(setup, 100), EXERCISES["spell"].examples[3].given)
    np.testing.assert_allclose(states, trace.signals["h"][0].T, atol=1e-6)
    press = next(button for button in few.button if button.label == "Another seed")
    press.click().run()
    assert "seed=2" in few.session_state.address.settings
    assert np.abs(states_of(few) - states).max() > 0.1


def test_every_step_of_an_example_can_be_taken_away():
    spell = EXERCISES["spell"]
    training, three = exercises.train(exercises.Setup("spell", "rnn", 24), 100), spell.examples[3]
    trace = exercises.read(training, three.given)
    table = exercise_example.steps(trace, three)
    assert list(table["read"]) == ["3", *"·····"]
    assert list(table["answered"]) == list(table["wanted"]) == list("three.")
    logits = trace.logits[0].astype(float)
    p = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    assert table["p_wanted"][0] == pytest.approx(p[spell.symbols.index("t")], rel=1e-5)


def test_a_training_of_a_wiring_can_be_cancelled(monkeypatch):
    whole = exercises.go_on

    def stopped(training, until):
        if until == 20 and working.CANCELLED not in st.session_state:
            st.stop()
        return whole(training, until)

    monkeypatch.setattr(exercises, "go_on", stopped)
    at = kind("kind=one-to-many;units=4")
    at.button(key="kind_cancel").click().run()
    assert "Cancelled with" in said(at.markdown)
    assert not charts(at)
    at.button(key="kind_go_on").click().run()
    assert headline(at).startswith("#### Before any training")
