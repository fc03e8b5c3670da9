"""`space` gives the numbers of the page without the page."""

from __future__ import annotations

import argparse
import json
import re

import numpy as np
import pytest

from rnnexplorer import corpus, index, indexing, runs, tracing
from rnnexplorer.cli.space import walk

DEFAULTS = {
    "name": "demo", "text": "the keeper of the bridge", "epoch": None, "signal": "h", "layer": 0,
    "dimensions": 2, "other": None, "other_epoch": None, "other_text": None, "json": True,
}  # fmt: skip


def asked(**options):
    return argparse.Namespace(**{**DEFAULTS, **options})


def told(capsys, **options):
    assert walk(asked(**options)) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("signal", "dimensions"), [("h", 2), ("c", 3)])
def test_coordinates_are_those_of_the_singular_value_decomposition(
    indexed, capsys, signal, dimensions
):
    found = told(capsys, signal=signal, dimensions=dimensions)
    states = index.open_index(indexed).signals[signal][0].astype(float)
    mean = states.mean(axis=0)
    _, sizes, vectors = np.linalg.svd(states - mean, full_matrices=False)
    shares = sizes**2 / (sizes**2).sum()
    np.testing.assert_allclose(found["explained_variance"], shares[:dimensions], rtol=1e-6)
    trace = tracing.trace(indexed, DEFAULTS["text"])
    expected = (trace.signals[signal][0] - mean) @ vectors[:dimensions].T
    points = np.array([word["at"] for word in found["words"]])
    np.testing.assert_allclose(np.abs(points), np.abs(expected), atol=1e-5)
    assert [word["word"] for word in found["words"]] == DEFAULTS["text"].split()
    assert found["words"][0]["jump"] is None
    assert found["fitted_on_states"] == len(states)


@pytest.mark.usefixtures("indexed")
def test_another_text_and_another_epoch_lie_on_the_same_axes(capsys):
    same = told(capsys, other_text=DEFAULTS["text"])
    assert same["second"]["words"] == same["words"]
    epoch = told(capsys, other="demo", other_epoch=0)
    assert epoch["second"]["epoch"] == 0
    assert epoch["second"]["words"] != epoch["words"]
    assert "residual" not in epoch["second"]


@pytest.mark.usefixtures("indexed")
def test_another_run_is_turned_and_held_against_chance(capsys, typed, home):
    if not (home / "twin").exists():
        process = typed(
            "train --cell lstm --corpus tale --preset quick --hidden 8 --epochs 1 --name twin"
        )
        assert process.returncode == 0, process.stderr
        indexing.make(runs.find("twin"), corpus.load("tale"))
    text = " ".join(corpus.load("tale").words[:30])
    second = told(capsys, other="twin", text=text)["second"]
    assert 0 <= second["residual"] <= 1
    chance = second["residual_by_chance"]
    assert 0 < chance["least"] <= chance["mean"]
    assert second["alike"] == (chance["p"] <= 0.05)
    assert told(capsys, other="twin")["second"]["alike"] is None  # five words are too few
    assert walk(asked(other="twin", json=False)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("demo, epoch 2: h on components that hold")
    assert re.match(r"twin, epoch 1: turned onto the first, \d\.\d\d left", lines[6])
    assert len(lines) == 12


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"other": "demo", "other_text": "the"}, "give either --other"),
        ({"other_epoch": 1}, "--other-epoch is of the run given by --other"),
        ({"signal": "z"}, "has no signal 'z'"),
        ({"signal": "f"}, "f is not carried from word to word; the LSTM carries h, c"),
        ({"layer": 1}, "there is no layer 2; there are 1 to 1"),
        ({"epoch": 1}, "there is no index of demo at epoch 1"),
        ({"other_text": "the unheardof"}, "unheardof"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(options, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        walk(asked(**options))
