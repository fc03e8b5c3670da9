"""Interventions on the page: asked for by a click, by text, by a link; and undone."""

from __future__ import annotations

import pytest
from test_pages import charts, charts_alt, opened, said

from rnnexplorer.pages.brushing import EXAMPLES, between

WHAT_IF = "rnnexplorer/pages/what_if.py"
NAMES = {"tale-lstm": "lstm", "tale-rnn": "rnn", "tale-gru": "gru"}


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(WHAT_IF)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_every_example_changes_the_text_and_can_be_undone(name):
    for label, text in EXAMPLES[NAMES[name]].items():
        at = opened(WHAT_IF, run=name)
        assert len(charts(at)) == 1
        (example,) = [button for button in at.button if button.label == label]
        example.click().run()
        assert not at.exception
        assert at.text_area(key="what_if_text").value == text
        assert "expectation shifts most" in said(at.markdown)
        assert any("KL divergence" in alt for alt in charts_alt(at))
        (undo,) = [button for button in at.button if button.label == "Undo all"]
        undo.click().run()
        assert at.text_area(key="what_if_text").value == ""
        assert len(charts(at)) == 1


@pytest.mark.usefixtures("own_runs")
def test_the_form_changes_the_chosen_step_of_the_chosen_signal():
    at = opened(WHAT_IF, run="tale-lstm", signal="o", step="3")
    at.number_input(key="what_if_value").set_value(0.5).run()
    for expected in ("o@3=0.5", "o@3=0.5;o@3=0.5"):
        (change,) = [button for button in at.button if button.label == "Change it"]
        change.click().run()
        assert at.text_area(key="what_if_text").value == expected
    assert not at.exception


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [("nonsense", "is no intervention; write it as"), ("z@1=1", "has no signal 'z'"),
     ("h[99]@1=1", "the network has units 0 to 7"), ("h.3@1=1", "about layer 3")],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_nothing_is_lost(text, sentence):
    at = opened(WHAT_IF, run="tale-lstm", edits=text)
    assert sentence in said(at.warning)
    assert at.text_area(key="what_if_text").value == text
    assert len(charts(at)) == 1


@pytest.mark.usefixtures("own_runs")
def test_an_edit_without_effect_says_so():
    at = opened(WHAT_IF, run="tale-rnn", edits="h@900=1")
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
