"""Over time: curves of all checkpoints, and a signal that plays."""

from __future__ import annotations

import pytest
from test_pages import charts, charts_alt, opened, said

OVER_TIME = "rnnexplorer/pages/over_time.py"
NAMES = ("tale-lstm", "tale-rnn", "tale-gru")


@pytest.mark.usefixtures("no_runs")
def test_without_any_run_the_page_says_what_to_do():
    at = opened(OVER_TIME)
    assert [link.proto.label for link in at.get("page_link")] == ["Train a network"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_every_checkpoint_is_a_point_of_the_curves(name):
    at = opened(OVER_TIME, run=name)
    (figure,) = charts(at)
    (memorised,) = [trace for trace in figure["data"] if trace["name"] == "memorised"]
    assert list(memorised["x"]) == [0, 1, 2]
    assert "memorised share goes from" in charts_alt(at)[0]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_a_signal_has_a_frame_for_every_checkpoint(name):
    at = opened(OVER_TIME, run=name, tab="play")
    (figure,) = charts(at)
    assert [frame["name"] for frame in figure["frames"]] == ["0", "1", "2"]


@pytest.mark.usefixtures("own_runs")
def test_unknown_words_get_a_sentence():
    at = opened(OVER_TIME, run="tale-lstm", tab="play", text="xylophone")
    assert "xylophone" in said(at.warning)
