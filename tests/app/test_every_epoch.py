"""The epoch of the frame drives every page; words, step, unit and layer stay where they are."""

from __future__ import annotations

import json
import shutil

import pytest
from test_pages import opened, said

from rnnexplorer import corpus, runs, surveying, tasks

PAGES = {
    "explore": [None],
    "compare": [None],
    "units": ["atlas", "unit", "health"],
    "find": ["pattern", "words"],
    "memory": ["ledger", "space"],
    "what_if": ["edits", "dose", "draw", "tree"],
    "memorised": ["spans", "novelty", "counts", "paths"],
    "over_time": ["curves", "play", "pair"],
}
LOOK = {
    "text": "the keeper of the long bridge",
    "write": "0",
    "step": "2",
    "unit": "5",
    "threshold": "0",
}
#: Places of words are the same at every epoch; of five words read none is written.
NO_CHART = (("find", "words"), ("memorised", "spans"))


@pytest.fixture(scope="module")
def surveyed(trained, tmp_path_factory):
    """The small GRU of two layers with an index of its last two epochs."""
    home = tmp_path_factory.mktemp("every") / "runs"
    shutil.copytree(trained, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNEXPLORER_RUNS", str(home))
        for epoch in (1, 2):
            surveying.survey(runs.find("tale-gru"), corpus.load("tale"), epoch)
    return home


@pytest.fixture(autouse=True)
def own(surveyed, monkeypatch):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(surveyed))


def shown(at):
    charts = [json.loads(chart.proto.spec) for chart in at.get("plotly_chart")]
    told = [chart["layout"].get(key) for chart in charts for key in ("sliders", "shapes")]
    return json.dumps([[chart["data"] for chart in charts], told])


@pytest.mark.parametrize(("page", "tab"), [(p, t) for p, tabs in PAGES.items() for t in tabs])
def test_a_page_follows_the_epoch_and_keeps_what_is_looked_at(page, tab):
    asked = {**LOOK, "run": "tale-gru", "layer": "1", **({} if tab is None else {"tab": tab})}
    at = opened(f"rnnexplorer/pages/{page}.py", **asked, sought="the keeper", edits="h@1=0")
    before = shown(at)
    for epoch in (1, 0, 2):  # 0 has no index
        at.select_slider(key="frame_epoch").set_value(epoch).run()
        assert not at.exception, at.exception[0].message
        look = at.session_state.address
        assert runs.kept_epoch(runs.find("tale-gru"), look.epoch) == epoch
        assert (look.step, look.unit, look.layer) == (2, 5, 1)
        assert (look.text, look.tab) == (LOOK["text"], tab)
        if epoch == 1 and (page, tab) not in NO_CHART:
            assert shown(at) != before, "another epoch gave the same picture"
        if epoch == 0 and page in ("units", "find"):
            assert "at epoch 0" in said(at.markdown)
    assert shown(at) == before


def test_reading_at_every_epoch_is_offered_once_and_watched(monkeypatch):
    begun = []
    monkeypatch.setattr(tasks, "start_every", lambda run, first: begun.append((run.name, first)))
    at = opened("rnnexplorer/pages/units.py", run="tale-lstm", epoch="1")
    (every,) = [one for one in at.button if one.label == "Read it at every epoch, 3 times"]
    every.click().run()
    assert begun == [("tale-lstm", 1)]
    told = tasks.Progress("epoch 1, 1 of 3: reading the text", 1, 3)
    monkeypatch.setattr(tasks, "progress", lambda run, epoch: told if epoch is None else None)
    cancelled = []
    monkeypatch.setattr(tasks, "cancel", lambda run, epoch: cancelled.append(epoch))
    at.run()
    (button,) = at.main.button
    assert button.label == "Cancel"
    button.click().run()
    assert cancelled == [None]
