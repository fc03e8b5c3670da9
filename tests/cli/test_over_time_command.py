"""`over-time` gives the numbers of the curves without the page."""

from __future__ import annotations

import argparse
import json

import pytest
from streamlit.testing.v1 import AppTest

from rnnexplorer import runs
from rnnexplorer.cli.over_time import over_time
from rnnexplorer.runs.folder import REPOSITORY


@pytest.fixture
def own(home, demo, monkeypatch):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    return demo


def test_every_checkpoint_has_the_numbers_that_the_page_draws(own, capsys):
    assert over_time(argparse.Namespace(name=own, json=True)) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["epoch"] for one in found["checkpoints"]] == [0, 1, 2]
    at = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    at.query_params["run"] = own
    at.run()
    at.switch_page("rnnexplorer/pages/over_time.py").run()
    curves = {
        curve["name"]: curve["y"]
        for curve in json.loads(at.get("plotly_chart")[0].proto.spec)["data"]
    }
    for name, field in (("memorised", "memorised"), ("entropy", "entropy"),
                        ("saturated", "saturated"), ("in a loop", "looped")):  # fmt: skip
        assert curves[name] == [one[field] for one in found["checkpoints"]]
    assert curves["f"] == [one["radius"]["f"] for one in found["checkpoints"]]


def test_a_person_gets_a_line_for_every_checkpoint(own, capsys):
    assert over_time(argparse.Namespace(name=own, json=False)) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split()[:2] == ["epoch", "saturated"]
    assert [row.split()[0] for row in rows[:3]] == ["0", "1", "2"]
    assert rows[-1].startswith("demo: The held-out loss still falls at the last epoch, 2.")


def test_a_run_without_weights_gets_a_sentence(own):
    run = runs.find(own)
    hidden = (run.path / "checkpoints").rename(run.path / "hidden")
    try:
        with pytest.raises(ValueError, match="has no checkpoint yet"):
            over_time(argparse.Namespace(name=own, json=True))
    finally:
        hidden.rename(run.path / "checkpoints")
