"""Over time: curves of all checkpoints, and a signal that plays."""

from __future__ import annotations

import shutil

import pytest
from test_pages import charts, charts_alt, opened, said

from rnnexplorer import tracing

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
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels == ["Every checkpoint (.csv)", "Loss of every epoch (.csv)"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_a_signal_has_a_frame_for_every_checkpoint(name):
    at = opened(OVER_TIME, run=name, tab="play")
    (figure,) = charts(at)
    assert [frame["name"] for frame in figure["frames"]] == ["0", "1", "2"]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("played", ["gates", "next"])
def test_gates_and_next_words_play_from_the_epoch_of_the_frame(name, played):
    at = opened(OVER_TIME, run=name, tab="play", played=played, epoch="1", unit="3", step="4")
    (figure,) = charts(at)
    assert [frame["name"] for frame in figure["frames"]] == ["0", "1", "2"]
    assert figure["layout"]["sliders"][0]["active"] == 1
    first = figure["frames"][1]["data"][0]
    drawn = figure["data"][figure["frames"][1]["traces"][0]]
    assert first["x"] == drawn["x"]
    assert "Playing the epochs 0, 1, 2." in charts_alt(at)[0]


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize("name", NAMES)
def test_two_epochs_stand_beside_each_other_and_change_places(name):
    at = opened(OVER_TIME, run=name, tab="pair", epoch="0", other=name, other_epoch="1",
                text="the keeper of the long bridge", write="0")  # fmt: skip
    assert "They differ most after" in said(at.markdown)
    panels = charts(at)[0]
    assert len(panels["data"]) == 3
    told = " ".join(note["text"] for note in panels["layout"]["annotations"])
    assert "A, untrained" in told
    assert "B, epoch 1" in told
    columns = ["word", "untrained", "epoch 1", "points"]
    assert columns in [list(frame.value) for frame in at.dataframe]
    assert "epoch 1 minus untrained" in said(at.caption)
    assert "In the difference, epoch 1 − untrained, a colour is where the later" in said(at.caption)
    (swap,) = [button for button in at.button if button.label == "A⇄B"]
    swap.click().run()
    assert (at.select_slider(key="pair_a").value, at.select_slider(key="pair_b").value) == (1, 0)
    assert at.select_slider(key="frame_epoch").value == 1
    swapped = charts(at)[0]["data"]
    assert swapped[0]["z"] == panels["data"][1]["z"]
    assert swapped[1]["z"] == panels["data"][0]["z"]
    assert swapped[2]["z"] == panels["data"][2]["z"]
    assert columns in [list(frame.value) for frame in at.dataframe]


@pytest.mark.usefixtures("own_runs")
def test_of_several_layers_it_is_said_which_one_is_meant():
    how = {"text": "the keeper of the long bridge", "write": "0", "layer": "1"}
    for name, said_so in (("tale-gru", True), ("tale-lstm", False)):
        at = opened(OVER_TIME, run=name, tab="pair", **how)
        (headline,) = [text for text in said(at.markdown).splitlines() if "lies furthest" in text]
        assert (" of layer 2 lies furthest" in headline) == said_so
        at = opened(OVER_TIME, run=name)
        titles = [note["text"] for note in charts(at)[0]["layout"]["annotations"]]
        assert ("spectral radius of the recurrent weights, layer 1" in titles) == said_so
        assert ("saturation over all layers" in said(at.caption)) == said_so


@pytest.mark.usefixtures("own_runs")
def test_b_is_the_checkpoint_before_a_until_another_is_chosen():
    at = opened(OVER_TIME, run="tale-lstm", tab="pair", other="tale-rnn", other_epoch="0")
    assert (at.select_slider(key="pair_a").value, at.select_slider(key="pair_b").value) == (2, 1)
    at.select_slider(key="pair_b").set_value(2).run()
    assert "same epoch" in said(at.info)
    at = opened(OVER_TIME, run="tale-lstm", tab="pair", epoch="0")
    assert at.select_slider(key="pair_b").value == 1


@pytest.mark.usefixtures("own_runs")
@pytest.mark.parametrize(
    "how", [{"tab": "play"}, {"tab": "play", "played": "next"}, {"tab": "pair"}]
)
def test_unknown_words_get_a_sentence(how):
    at = opened(OVER_TIME, run="tale-lstm", text="xylophone", **how)
    assert "xylophone" in said(at.warning)


@pytest.mark.usefixtures("own_runs")
def test_more_epochs_than_single_traces_are_kept_are_read_once(own_runs, monkeypatch):
    """Walked in a cycle, a store of the last 16 traces would never have the next one."""
    folder = own_runs / "tale-rnn" / "checkpoints"
    for epoch in range(3, 20):
        shutil.copy(folder / "epoch-0002.safetensors", folder / f"epoch-{epoch:04d}.safetensors")
    read = []
    whole = tracing.trace
    monkeypatch.setattr(tracing, "trace", lambda *a, **k: read.append(k["epoch"]) or whole(*a, **k))
    at = opened(OVER_TIME, run="tale-rnn", tab="play", played="next", text="the long bridge")
    assert set(read) == set(range(20))
    read.clear()
    at.session_state.address = at.session_state.address.changed(step=1)
    at.run()
    assert not at.exception
    assert "after “long”" in said(at.markdown)
    # The text's own trace was driven out by those of all epochs, and comes back alone.
    assert len(read) <= 1
