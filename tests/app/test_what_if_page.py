"""Interventions on the page: asked for by a click, by text, by a link; and undone."""

from __future__ import annotations

import pytest
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import address, runs, tracing
from rnnexplorer.components import words as strip
from rnnexplorer.pages.brushing import EXAMPLES, between, examples

WHAT_IF = "rnnexplorer/pages/what_if.py"
NAMES = {"tale-lstm": "lstm", "tale-rnn": "rnn", "tale-gru": "gru"}


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(WHAT_IF)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


def press(at, label):
    (button,) = [button for button in at.button if button.label == label]
    return button.click().run()


def labels(at):
    return [button.label for button in at.button]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_every_example_changes_the_text_and_can_be_undone(name):
    run = runs.find(name)
    text = address.default_text(run)
    offered = examples(tracing.trace(run, text), len(text.split()))
    assert offered.items() > EXAMPLES[NAMES[name]].items()
    for label, asked in offered.items():
        at = opened(WHAT_IF, run=name)
        assert len(charts(at)) == 1
        press(at, label)
        assert not at.exception
        assert at.text_input(key="what_if_text").value == asked
        assert "expectation shifts most" in said(at.markdown)
        assert any("KL divergence" in alt for alt in charts_alt(at))
        while at.text_input(key="what_if_text").value:  # one after the other
            at.button(key="what_if_remove_0").click().run()
        assert len(charts(at)) == 1


@pytest.mark.usefixtures("own_runs")
def test_interventions_are_removed_one_by_one_or_all_at_once():
    at = opened(WHAT_IF, run="tale-lstm", edits="f@1=1;h[3]@2*0.5;word@3=bell")
    at.button(key="what_if_remove_1").click().run()
    assert at.text_input(key="what_if_text").value == "f@1=1;word@3=bell"
    press(at, "Undo all")
    assert at.text_input(key="what_if_text").value == ""
    assert not any("Undo all" in label for label in labels(at))


@pytest.mark.usefixtures("own_runs")
def test_the_form_changes_the_chosen_step_of_the_chosen_signal():
    at = opened(WHAT_IF, run="tale-lstm", signal="o", step="3")
    at.number_input(key="what_if_value").set_value(0.5).run()
    for expected in ("o@3=0.5", "o@3=0.5;o@3=0.5"):
        press(at, "Change it")
        assert at.text_input(key="what_if_text").value == expected
    assert not at.exception


@pytest.fixture
def marked(monkeypatch):
    """The steps that the strips of the pages drawn from here on mark, in their order."""
    steps, draw = [], strip.words

    def words(*args, **fields):
        steps.append(fields["selected"])
        return draw(*args, **fields)

    monkeypatch.setattr(strip, "words", words)
    return steps


@pytest.mark.usefixtures("own_runs")
def test_the_step_that_the_form_is_about_is_marked_before_any_is_chosen(marked):
    at = opened(WHAT_IF, run="tale-lstm", text="the keeper of the bridge", signal="f")
    assert "at step 4:" in said(at.markdown)
    assert marked[-1] == 4
    at = opened(WHAT_IF, run="tale-lstm", text="the keeper of the bridge", edits="f[2]@1=1")
    assert marked[-2] == marked[-1]  # over the untouched text and over the changed one
    assert f"at step {marked[-1]}:" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("asked", ["f@3=2", "f@3*3", "f@3+1.5"])
def test_a_gate_beyond_its_range_is_remarked_however_it_got_there(asked):
    at = opened(WHAT_IF, run="tale-lstm", edits=asked)
    assert "beyond what the forget gate can be by itself, 0 to 1" in said(at.info)
    at = opened(WHAT_IF, run="tale-lstm", edits="f@3*0.5;c@3+4")
    assert "by itself" not in said(at.info)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [("nonsense", "is no intervention; write it as"), ("z@1=1", "has no signal 'z'"),
     ("h[99]@1=1", "the network has units 0 to 7"), ("h.3@1=1", "about layer 3")],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_is_lost(text, sentence):
    at = opened(WHAT_IF, run="tale-lstm", edits=text)
    assert sentence in said(at.warning)
    assert at.text_input(key="what_if_text").value == text
    assert len(charts(at)) == 1
    at = opened(WHAT_IF, run="tale-lstm", edits=f"f@1=1;{text};h@2*0.5")
    assert sentence in said(at.warning)
    assert len(charts(at)) > 1  # the others act
    assert [label for label in labels(at) if label.startswith("`")] == [
        "`f@1=1`", f"`{text}`", "`h@2*0.5`"
    ]  # fmt: skip
    at.button(key="what_if_remove_1").click().run()
    assert at.text_input(key="what_if_text").value == "f@1=1;h@2*0.5"
    assert not at.warning


@pytest.mark.usefixtures("own_runs")
def test_all_that_cannot_be_done_is_named_in_one_warning_and_the_rest_acts():
    text, good = "the keeper of the bridge", "f@1-2=1;h[3]@2*0.5"
    at = opened(WHAT_IF, run="tale-lstm", text=text, write="0",
                edits="f@1-2=1;zz@3=1;word@99=bell;h@2=nan;c@1=(the zzyzx);h[3]@2*0.5")  # fmt: skip
    (warning,) = at.warning
    for told in ("'zz@3=1' is no intervention", "word@99=bell changes nothing: the text has 5 words"
                 ", steps 0 to 4", "'h@2=nan' asks for nan", 'does not know "zzyzx"'):  # fmt: skip
        assert told in warning.value
    alone = opened(WHAT_IF, run="tale-lstm", text=text, write="0", edits=good)
    assert not alone.warning
    assert charts(at)[1]["data"] == charts(alone)[1]["data"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ("f@1-3=1;f[2,4]@3-=0", "f[2,4]@3-=0"),
        ("word@2=bell;word@2=river", "word@2=river"),
        ("c[1]@2=hold;c@2=(the river)", "c@2=(the river)"),
        ("f@1-3=1;f@4=0", None),  # other steps
        ("f[1]@1=1;f[2]@1=0", None),  # other units
        ("f@1=1;f@1=1", None),  # the same value
        ("f@1=1;f@1+0.5", None),  # the second changes what the first has set
        ("f@1=1;i@1=0", None),
    ],
)
def test_of_two_that_meet_it_is_said_which_one_counts(asked, counts):
    at = opened(WHAT_IF, run="tale-lstm", edits=asked)
    told = said(at.info)
    assert (f"the later one, {counts}, counts." in told) == (counts is not None)
    assert ("counts" in told) == (counts is not None)
    if counts and "word" not in asked:
        trace = tracing.trace(runs.find("tale-lstm"), address.default_text(runs.find("tale-lstm")),
                              edits=asked)  # fmt: skip
        last = tracing.trace(runs.find("tale-lstm"), trace.words, edits=counts)
        key, unit, step = ("f", 2, 3) if asked[0] == "f" else ("c", 1, 2)
        assert trace.signals[key][0, step, unit] == last.signals[key][0, step, unit]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("name", "action", "words", "expected"),
    [
        ("tale-lstm", "take", "The long bridge;", "o@3=(the long bridge)"),
        ("tale-lstm", "state", "the river", "c@3=(the river);h@3=(the river)"),
        ("tale-gru", "state", "the river", "h@3=(the river);h.2@3=(the river)"),
        ("tale-rnn", "word", "Bell", "word@3=bell"),
        ("tale-lstm", "hold", None, "o@3=hold"),
    ],
)
def test_the_form_takes_words(name, action, words, expected):
    signal = {"signal": "o"} if name == "tale-lstm" else {}
    at = opened(WHAT_IF, run=name, step="3", **signal)
    at.selectbox(key="what_if_action").set_value(action).run()
    if words is not None:
        at.text_input(key="what_if_words").set_value(words)
    press(at, "Change it")
    assert not at.exception
    assert at.text_input(key="what_if_text").value == expected
    assert "expectation shifts most" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("action", "words", "sentence"),
    [("word", "zzyzx", "the model does not know “zzyzx”"), ("take", "", "give 1 to 200"),
     ("word", "the bell", "2 words stand there; one word is read at a step"),
     ("state", "the " * 201, "has 201 words")],
)  # fmt: skip
def test_words_that_cannot_be_used_are_said_and_nothing_is_changed(action, words, sentence):
    at = opened(WHAT_IF, run="tale-lstm", step="3")
    at.selectbox(key="what_if_action").set_value(action).run()
    at.text_input(key="what_if_words").set_value(words)
    press(at, "Change it")
    assert sentence in said(at.warning)
    assert at.text_input(key="what_if_text").value == ""


@pytest.mark.usefixtures("own_runs")
def test_an_unknown_word_in_a_link_is_named():
    at = opened(WHAT_IF, run="tale-lstm", edits="c@1=(the zzyzx)")
    assert 'does not know "zzyzx"' in said(at.warning)


@pytest.mark.usefixtures("own_runs")
def test_the_changed_signal_is_shown_in_the_place_of_the_difference():
    at = opened(WHAT_IF, run="tale-lstm", edits="f@2=0", signal="f", step="2")
    assert any("changes most in unit" in alt for alt in charts_alt(at))
    at.segmented_control(key="what_if_picture").set_value("changed").run()
    assert not at.exception
    assert not any("changes most in unit" in alt for alt in charts_alt(at))
    panels = [c for c in charts(at) if c["data"][0]["type"] == "heatmap"]
    assert len(panels) == 2


@pytest.mark.usefixtures("own_runs")
def test_from_a_change_to_how_much_of_it():
    at = opened(WHAT_IF, run="tale-lstm", edits="f@2-4=0;word@1=bell")
    press(at, "How much of it?")
    assert not at.exception
    assert "Swept is the number of your last change, `f@2-4=0`" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(("write", "parted"), [("0", False), ("20", True)])
def test_a_word_read_instead_is_said_to_be_read_and_not_to_stay_the_same(write, parted):
    text = "the keeper of the bridge"
    edits, run = "word@1=bell;h@6-=0;c@6-=0", runs.find("tale-lstm")
    plain = tracing.trace(run, text, continue_words=int(write))
    changed = tracing.trace(run, text, continue_words=int(write), edits=edits)
    assert (plain.words[2:] != changed.words[2:]) == parted
    at = opened(WHAT_IF, run="tale-lstm", text=text, write=write, edits=edits, temperature="0")
    told = said(at.markdown)
    assert "At step 1 “bell” is read instead of “keeper”." in told
    assert "both read the same words" not in told
    assert "words stay the same" not in told
    assert ("What is written stays the same." in told) != parted
    assert ("on other words are written" in told) == parted


@pytest.mark.usefixtures("own_runs")
def test_there_is_no_adding_beyond_the_most_and_a_way_back_from_too_many():
    most = ";".join(["o@3=0.5"] * 19)
    at = opened(WHAT_IF, run="tale-lstm", signal="o", step="3", edits=most)
    at.number_input(key="what_if_value").set_value(0.5).run()
    press(at, "Change it")
    assert at.text_input(key="what_if_text").value == most + ";o@3=0.5"
    assert not at.warning
    press(at, "Change it")
    assert "with the 20 interventions there are, 1 more would be over 20" in said(at.warning)
    assert at.text_input(key="what_if_text").value == most + ";o@3=0.5"
    assert "Undo all" in labels(at)
    at = opened(WHAT_IF, run="tale-lstm", edits=";".join(["o@3=0.5"] * 21))
    assert "1 after the first 20: that is the most there can be" in said(at.warning)
    at.button(key="what_if_remove_3").click().run()
    assert at.text_input(key="what_if_text").value == ";".join(["o@3=0.5"] * 20)
    assert not at.warning
    press(at, "Undo all")
    assert at.text_input(key="what_if_text").value == ""


@pytest.mark.usefixtures("own_runs")
def test_an_edit_without_effect_says_so():
    at = opened(WHAT_IF, run="tale-rnn", edits="h@2+0")
    assert "changes nothing" in said(at.markdown)


@pytest.mark.usefixtures("own_runs")
def test_one_word_and_an_early_epoch_can_be_edited():
    at = opened(WHAT_IF, run="tale-lstm", epoch="0", text="the", write="0", edits="f@0=0")
    assert not at.exception
    assert len(charts_alt(at)) >= 3


@pytest.mark.parametrize(
    ("ends", "cells"),
    [([1.6, 4.4], [2, 3, 4]), ([4.4, 1.6], [2, 3, 4]), ([2.1, 2.3], [2]), ([-3, -2], []),
     ([-5.0, 0.2], [0])],
)  # fmt: skip
def test_a_rectangle_means_the_cells_whose_middle_it_holds(ends, cells):
    assert between(ends, range(8)) == cells


@pytest.mark.usefixtures("own_runs")
def test_what_both_expect_is_compared_in_percentage_points():
    at = opened(WHAT_IF, run="tale-lstm", edits="f@2=0", step="2")
    (table,) = [frame.value for frame in at.dataframe if "points" in frame.value]
    assert list(table) == ["word", "before", "after", "points"]
    shown = table.map(lambda text: text.replace("−", "-").rstrip("%"))
    known = ~(shown["before"].str.startswith("<") | shown["after"].str.startswith("<"))
    assert known.any()
    change = shown["after"][known].astype(float) - shown["before"][known].astype(float)
    assert (change - shown["points"][known].astype(float)).abs().max() < 0.16  # three roundings
    assert "points: after minus before, in percentage points" in said(at.caption)
