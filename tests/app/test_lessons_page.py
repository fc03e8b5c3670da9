"""The lessons: predicted, done, answered, begun again; and links that set and hide things."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
import streamlit as st
from lesson_steps import (
    LESSONS,
    lesson,
    lesson_of,
    link,
    predict,
    predicted,
    press,
    set_to,
    ticks,
    told_and_begun_again,
)
from test_more_lessons import WAYS as MORE_WAYS
from test_pages import EXPLORE, opened, said

from rnnexplorer import address, runs, tracing
from rnnexplorer.pages import lesson as shared
from rnnexplorer.pages import lesson_progress
from rnnexplorer.pages.lesson import Prediction, every

MEMORY = "rnnexplorer/pages/memory.py"
KEYS = [lesson.key for lesson in every()]

#: Settings under which each task of a lesson is fulfilled, in the order of its tasks.
WAYS = {
    "order": ["one=a red king;two=king red a", "one=a red king;two=king red the"],
    "unrolling": ["steps=10", "hidden=6", None],
    "byhand": ["stage=an", "stage=loss", "stage=back", "stage=step;Why=0,0,0,9/0,0,0,9/0,0,0,9"],
    "lstm": ["f=1;i=0", "f=0", "o=0"],
}


def take_sizes(at):
    (button,) = [button for button in at.button if button.label.startswith("Sizes of")]
    button.click().run()
    assert not at.exception
    return at


def fulfil(at, key):
    """Do every task of a lesson; returns the ticks after each."""
    return [
        ticks(take_sizes(at) if settings is None else set_to(at, settings))
        for settings in WAYS[key]
    ]


def test_every_lesson_is_done_by_doing_in_some_test():
    trained = {"kinds", "longer"}  # by training, in test_training_lessons
    assert {*WAYS, *MORE_WAYS} | trained == set(KEYS)


def test_keys_and_numbers_of_the_lessons_are_their_own():
    assert len(set(KEYS)) == len(KEYS)
    numbers = [lesson.number for lesson in every()]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("options", [("one",), ("one", "two")])
def test_of_a_prediction_something_must_be_right(options):
    with pytest.raises(ValueError, match="cannot be right"):
        Prediction("?", options, right=2)


@pytest.mark.usefixtures("own_runs")
def test_the_list_leads_to_every_lesson_and_shows_its_question():
    at = opened(LESSONS)
    for one in every():
        assert one.question in said(at.caption)
    for one in every():
        press(at, f"{one.number} · {one.title}")
        assert at.session_state.address.lesson == one.key
        assert f"### {one.title}" in said(at.markdown)
        press(at, "All lessons")


@pytest.mark.usefixtures("own_runs")
def test_every_lesson_but_the_last_leads_to_the_next_in_its_first_state():
    at = opened(LESSONS, lesson="order", settings="one=a")
    press(at, "Show without predicting")
    press(at, f"Next: {every()[1].title}")
    assert (at.session_state.address.lesson, at.session_state.address.settings) == (
        every()[1].key,
        None,
    )
    last = lesson(every()[-1].key)
    assert not [button.label for button in last.button if button.label.startswith("Next")]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("key", KEYS)
def test_nothing_is_shown_before_a_prediction(key):
    at = opened(LESSONS, lesson=key)
    assert "Find out" not in said(at.markdown)
    assert not at.get("plotly_chart")
    assert lesson_of(key).why not in said(at.markdown)
    press(at, "Show without predicting")
    assert not at.exception
    assert "Find out" in said(at.markdown)
    assert not at.radio


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("key", WAYS)
@pytest.mark.parametrize("right", [True, False])
def test_a_lesson_is_completed_by_doing_and_says_whether_the_prediction_was_right(key, right):
    at, picked = predicted(key, right=right, run="alice-rnn-book")
    assert lesson_of(key).why not in said(at.markdown)
    done = fulfil(at, key)
    assert done[:-1] == list(range(1, len(done)))
    at = set_to(at, None)  # what was done stays done
    told_and_begun_again(at, key, picked, right=right)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("key", KEYS)
def test_a_setting_that_makes_no_sense_is_said_and_the_lesson_goes_on(key):
    at = opened(LESSONS, lesson=key, settings="nonsense=1")
    assert "no setting 'nonsense'" in said(at.warning)
    press(at, "Show without predicting")
    assert "Find out" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("key", "settings", "sentence"),
    [
        ("order", "one=!?", "needs one to 6 words"),
        ("order", "one=a b c d e f g", "needs one to 6 words; these have 7 and 3"),
        ("unrolling", "steps=0", "a number between 1 and 100"),
        ("byhand", "Whh=1,2", "3 rows of 3 numbers"),
        ("byhand", "rate=nan", "a number between 0 and 2"),
        ("lstm", "f=half", "one of free, 0, 1"),
        ("lstm", "w=1/2/3", "3 rows of 4 numbers"),
    ],
)
def test_bad_input_gets_a_sentence(key, settings, sentence):
    at = lesson(key)
    set_to(at, settings)
    assert not at.exception
    assert sentence in said(at.warning)


@pytest.mark.usefixtures("own_runs")
def test_a_lesson_that_there_is_not_leaves_the_list():
    at = opened(LESSONS, lesson="nonsense")
    assert "no lesson called 'nonsense'" in said(at.warning)
    assert "### Lessons" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
def test_progress_survives_other_pages_and_is_handed_in_as_a_table():
    at = opened(LESSONS, lesson="lstm")
    predict(at, "lstm", 0)
    at.text_area(key="lesson_lstm_answer").set_value("it keeps").run()
    fulfil(at, "lstm")
    at.switch_page(EXPLORE).run()
    at.switch_page(LESSONS).run()
    assert "Done: 1 of" in said(at.markdown)
    kept = at.session_state.lesson_progress["lstm"]
    assert (kept.predicted, kept.answer, len(kept.did)) == (0, "it keeps", 3)


def test_the_table_says_what_was_predicted_done_and_written():
    one = lesson_of("lstm")
    made = lesson_progress.Progress(predicted=2, did={"keep", "gone"}, answer="f = 1, keep; i = 0")
    whole = lesson_progress.Progress(predicted=0, did=set(lesson_of("order").tasks), answer="=1+1")
    kept = [(one, made), (lesson_of("order"), whole), (every()[1], lesson_progress.Progress())]
    row, done, other = lesson_progress.table(kept, "Ada").to_dict("records")
    assert row["predicted"] == one.prediction.options[2]
    assert (row["tasks_done"], row["tasks"], row["done"]) == (1, 3, False)
    assert row["in_own_words"] == "f = 1, keep; i = 0"
    assert {row["name"], done["name"], other["name"]} == {"Ada"}
    # the truth is told by the lesson, not by the file
    assert [pd.isna(r["true"]) for r in (row, done, other)] == [True, False, True]
    assert [pd.isna(r["right"]) for r in (row, done, other)] == [True, False, True]
    assert done["right"] is False
    assert done["true"] == lesson_of("order").prediction.options[1]
    assert done["in_own_words"] == "'=1+1"
    assert pd.isna(other["predicted"])


@pytest.mark.usefixtures("own_runs")
def test_one_lesson_or_all_of_them_are_begun_again():
    at = opened(LESSONS, lesson="byhand", settings="stage=loss")
    predict(at, "byhand", 1)
    press(at, "Start this lesson again")
    assert "Find out" not in said(at.markdown)
    assert at.radio[0].value is None
    assert at.session_state.address.settings is None
    predict(at, "byhand", 1)
    fulfil(at, "byhand")
    at.session_state.address = at.session_state.address.changed(lesson=None)
    at.session_state.looked = True
    at.run()
    assert "Done: 1 of" in said(at.markdown)
    press(at, "Start all lessons again")
    assert "Done: 0 of" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
def test_the_step_of_learning_can_be_taken_again_and_again():
    at = lesson("byhand", settings="stage=step")
    losses = []
    for _ in range(4):
        (told,) = [m.value for m in at.markdown if "before the step" in m.value]
        losses.append(float(told.split(": ")[1].split()[0]))
        press(at, "Take the step")
        assert not at.exception
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.5 * losses[0]
    press(at, "The first numbers again")
    assert at.session_state.address.settings == "stage=step"


@pytest.mark.usefixtures("no_runs")
@pytest.mark.parametrize("key", WAYS)
def test_a_lesson_needs_no_trained_network(key):
    at = lesson(key)
    assert "Find out" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
def test_the_trained_network_is_the_chosen_one_of_that_cell():
    at = lesson("order", run="tale-rnn", settings="one=the keeper;two=keeper the")
    assert "tale-rnn expects" in said(at.caption)
    set_to(at, "one=zyzzyva;two=the")
    assert "tale-rnn does not know “zyzzyva”" in said(at.caption)


@pytest.mark.usefixtures("own_runs")
def test_the_trained_network_is_shown_at_the_epoch_that_is_looked_at():
    run = runs.find("tale-rnn")
    first, last = runs.checkpoints(run)[0], runs.checkpoints(run)[-1]
    differ = []
    for epoch in (first, last):
        at = opened(
            LESSONS, lesson="order", run=run.name, epoch=str(epoch),
            settings="one=the keeper;two=keeper the",
        )  # fmt: skip
        press(at, "Show without predicting")
        one, two = (
            tracing.trace(run, text, epoch=epoch).signals["h"][-1, -1].astype(float)
            for text in ("the keeper", "keeper the")
        )
        differ.append(f"differ by {abs(one - two).mean():.2f} a unit")
        assert differ[-1] in said(at.caption)
    assert differ[0] != differ[1]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", ["tale-lstm", "tale-gru", "alice-rnn-book"])
def test_the_sizes_of_the_chosen_model_have_its_count_of_weights(name):
    at = lesson("unrolling", run=name)
    take_sizes(at)
    assert f"{runs.find(name).parameters:,} weights" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("steps", [2, 15])
def test_from_the_unrolled_network_one_goes_to_as_many_columns_of_states(steps):
    at = lesson("unrolling", run="tale-lstm")
    for settings in ("steps=10", "hidden=6"):
        set_to(at, settings)
    take_sizes(at)
    set_to(at, f"steps={steps}")
    query = link(at, f"{address.label(runs.find('tale-lstm'))} unrolled over {steps} words")
    given = address.default_text(runs.find("tale-lstm")).split()[:steps]
    assert f"text={'+'.join(given)}&" in f"{query}&"
    assert len(given) + int(query.split("write=")[1].split("&")[0]) == steps


@pytest.mark.usefixtures("own_runs")
def test_tied_sizes_stay_those_of_a_network_that_can_be_built():
    at = lesson("unrolling", run="alice-lstm-book")
    take_sizes(at)
    at.number_input(key="knob_hidden").set_value(300).run()
    recipe = replace(runs.find("alice-lstm-book").recipe, hidden=300, embedding=300)
    words = len(runs.vocabulary(runs.find("alice-lstm-book")))
    assert f"{recipe.parameter_count(words):,} weights" in said(at.markdown)
    table = at.dataframe[0].value.set_index("")
    assert table.loc["E", "shape"] == f"{words:,} × 300"


@pytest.mark.usefixtures("own_runs")
def test_without_an_embedding_nothing_is_tied():
    at = lesson("unrolling", settings="tied=yes")
    # V = 4, H = 3: W_xh, W_hh, b, W_hy and b_y
    assert f"{4 * 3 + 3 * 3 + 3 + 3 * 4 + 4} weights" in said(at.markdown)
    assert "shared with E" not in at.dataframe[0].value["weights"].tolist()


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(("key", "alone"), [("byhand", True), ("unrolling", False)])
def test_a_lesson_without_the_chosen_model_says_so(key, alone):
    told = "the model on the left plays no part"
    assert (told in said(lesson(key).caption)) == alone
    assert told not in said(lesson(key, controls="none").caption)


@pytest.mark.usefixtures("no_runs")
def test_unrolling_can_be_done_where_no_model_is_there_to_take_sizes_of():
    at = opened(LESSONS, lesson="unrolling")
    predict(at, "unrolling", 0)
    assert "There is no model here whose sizes could be taken" in said(at.caption)
    set_to(at, "steps=10;hidden=6")
    assert lesson_of("unrolling").why in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    "why",
    [None, "0,0,0,9/0,0,0,9/0,0,0,9", "0,9,0,-9/0,9,0,-9/0,9,0,-9", "0,0,0,1/0,0,0,1/0,0,0,1"],
)
def test_the_loss_can_be_checked_with_the_share_that_is_shown(why):
    at = lesson("byhand", settings="stage=loss" + (f";Why={why}" if why else ""))
    (told,) = [m.value for m in at.markdown if "the loss is −ln " in m.value]
    p, loss = told.split("−ln ")[1].split(" ≈ ")
    digits, _, raised = p.strip("()").partition("·10")
    exponent = raised.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    share = float(digits) * 10.0 ** int(exponent or 0)
    assert share > 0
    assert f"{-math.log(share):.2f}" == loss


# --- for a class ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("page", [EXPLORE, MEMORY, "rnnexplorer/pages/what_if.py", LESSONS])
def test_without_controls_a_page_has_no_frame_no_words_and_no_tabs(page):
    at = opened(page, run="tale-lstm", controls="none")
    assert not at.sidebar.selectbox
    assert not [box for box in at.text_input if box.label == "Words to read"]
    assert not [group for group in at.segmented_control if group.label == "View"]
    assert any("stSidebar" in block.value for block in at.get("html"))
    press(at, "Show the controls")
    assert at.sidebar.selectbox[0].value == "tale-lstm"
    assert at.session_state.address.controls == "all"


@pytest.mark.usefixtures("own_runs")
def test_the_link_for_a_class_opens_this_view_without_controls():
    at = opened(LESSONS, lesson="lstm", settings="f=1")
    press(at, "Link for a class")
    (link,) = [block.value for block in at.code if "controls=none" in block.value]
    assert "lesson=lstm" in link
    assert "settings=f%3D1" in link


@pytest.mark.usefixtures("own_runs")
def test_controls_that_there_are_not_are_named():
    assert "it must be one of all, none" in said(opened(controls="some").warning)


def test_a_task_stays_done_when_a_control_is_used_before_its_picture_is_drawn(monkeypatch):
    first, *others = every()

    def interrupted(_values):
        yield "own"
        st.stop()  # as the next run of the page does to this one

    lessons = (replace(first, activity=interrupted), *others)
    monkeypatch.setattr(shared, "every", lambda: lessons)
    at = predict(opened(LESSONS, lesson=first.key), first.key, 0)
    assert at.session_state.lesson_progress[first.key].did == {"own"}


@pytest.mark.parametrize(("runs_folder", "page"), [("own_runs", "Explore"), ("indexed", "Memory")])
def test_order_leads_to_two_paths_where_the_text_is_read_and_to_the_words_where_not(
    runs_folder, page, request
):
    request.getfixturevalue(runs_folder)
    at = lesson("order", run="tale-rnn")
    for settings in (
        "one=the sea keeper;two=keeper sea the",
        "one=the sea keeper;two=keeper sea a",
    ):
        set_to(at, settings)
    if page == "Memory":
        assert "other_text=keeper+sea+a" in link(at, "“the sea keeper” and “keeper sea a”")
    else:
        assert "text=the+sea+keeper" in link(at, "“the sea keeper” in tale-rnn")
    set_to(at, "one=;two=")  # there is nothing to be read
    words = address.default_text(runs.find("tale-rnn")).split()[:3]
    assert f"text={'+'.join(words)}" in link(at, f"“{' '.join(words)}”")
