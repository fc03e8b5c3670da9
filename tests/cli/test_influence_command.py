"""`influence` and `forgetting` give the numbers of the page without the page."""

from __future__ import annotations

import argparse
import json
import re

import numpy as np
import pytest
import torch

from rnnexplorer import corpus, gradients, reciting, remembering, runs, tracing
from rnnexplorer.cli.forgetting import forgetting
from rnnexplorer.cli.influence import influence

TEXT = "the keeper of the bridge"
DEFAULTS = {
    "name": "demo", "text": TEXT, "layer": 0, "epoch": None, "memory": "stateful", "json": True,
}  # fmt: skip


@pytest.fixture
def made(home, demo, monkeypatch):
    """The small run of the tale."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    return runs.find(demo)


def influenced(**options):
    return influence(argparse.Namespace(**{**DEFAULTS, "target": None, "of": "loss", **options}))


def forgotten(**options):
    return forgetting(
        argparse.Namespace(**{**DEFAULTS, "step": None, "unit": None, "places": None, **options})
    )


def read(run, words):
    network, _ = tracing.load_network(run)
    return network, torch.from_numpy(runs.vocabulary(run).encode(words))


@pytest.mark.parametrize("target", [None, 2])
def test_a_word_hangs_on_what_the_gradients_say(made, capsys, target):
    assert influenced(target=target) == 0
    found = json.loads(capsys.readouterr().out)
    at = target or 4
    network, ids = read(made, TEXT.split())
    flow = gradients.flow(network, ids[:-1], ids[1:], None, "loss")
    assert (found["target"], found["word"]) == (at, TEXT.split()[at])
    sources = found["sources"]
    assert [row["word"] for row in sources] == TEXT.split()[:at]
    for key, expected in (
        ("words", flow.inputs), ("signed", -flow.signed),
        ("h", flow.states["h"][0]), ("c", flow.states["c"][0]),
    ):  # fmt: skip
        assert [row[key] for row in sources] == pytest.approx(expected[at - 1, :at], abs=1e-5)
    total = sum(row["integrated"] for row in sources)
    assert total == pytest.approx(found["integrated_difference"], abs=0.01)


def test_in_window_memory_only_the_words_of_the_window_act(made, capsys):
    words = list(corpus.load("tale").words[: made.recipe.window + 4])
    assert influenced(text=" ".join(words), memory="window", of="logit") == 0
    sources = json.loads(capsys.readouterr().out)["sources"]
    acting = [row["step"] for row in sources if row["words"] > 0]
    assert acting == list(range(3, len(words) - 1))
    assert [row["step"] for row in sources if row["integrated"]] == acting


@pytest.mark.parametrize("unit", [None, 3])
def test_total_and_path_are_those_of_autograd_and_of_the_gates(made, capsys, unit):
    assert forgotten(unit=unit) == 0
    found = json.loads(capsys.readouterr().out)
    network, ids = read(made, TEXT.split())
    J = gradients.jacobians(network, ids, 0, "c")[::-1]
    f = tracing.trace(made, TEXT, memory="stateful").signals["f"][0]
    rows = slice(None) if unit is None else slice(unit, unit + 1)
    for k, row in enumerate(found["distances"]):
        path = f[5 - k :].prod(axis=0)
        size = len(J[k][rows])
        assert row["total"] == pytest.approx(np.linalg.norm(J[k][rows]) / np.sqrt(size), rel=1e-4)
        assert row["path"] == pytest.approx(np.sqrt((path[rows] ** 2).mean()), rel=1e-4)
        rest = (J[k] - np.diag(path))[rows]
        expected = np.linalg.norm(rest) / np.sqrt(size)
        assert row["rest"] == pytest.approx(expected, rel=1e-3, abs=1e-6)
    assert (found["state"], found["singular_values"]) == ("c", None)


@pytest.mark.usefixtures("made")
def test_a_simple_rnn_has_singular_values_and_its_matrix_in_numbers(capsys):
    assert forgotten(name="alice-rnn-book", text="the the of and") == 0
    found = json.loads(capsys.readouterr().out)
    values = np.array(found["singular_values"])
    assert values.shape == (4, 200)
    np.testing.assert_allclose(values[0], 1.0)
    total = [row["total"] for row in found["distances"]]
    np.testing.assert_allclose(np.square(total), (values**2).mean(axis=1), rtol=1e-6)
    W_hh = runs.weights(runs.find("alice-rnn-book"), found["epoch"])["W_hh.l0"]
    assert found["stretch"] == pytest.approx(np.linalg.norm(W_hh, 2), rel=1e-5)


def test_a_window_ends_the_looking_back(made, capsys):
    words = " ".join(corpus.load("tale").words[: made.recipe.window + 4])
    assert forgotten(text=words, memory="window") == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["distances"]) == min(made.recipe.window, 41)


@pytest.mark.usefixtures("made")
def test_a_person_gets_tables_and_sentences(capsys):
    assert influenced(json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("demo, epoch 2, stateful memory")
    assert lines[1].split()[:5] == ["step", "word", "words_back", "words", "signed"]
    assert any(line.startswith("“bridge” hangs most on") for line in lines)
    assert lines[-1].startswith("Integrated gradients: they sum to")
    assert forgotten(json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["words_back", "word", "total", "path", "rest"]
    assert re.match(r"4 words back, \S+ of a small change of C is left; the forget", lines[-2])
    assert forgotten(json=False, name="alice-rnn-book", text="the the of and") == 0
    assert "; its weights alone, without tanh, would have left" in capsys.readouterr().out
    assert forgotten(json=False, unit=2) == 0
    assert "moves unit 2 by" in capsys.readouterr().out


AVERAGED = {"text": None, "memory": None, "places": 20}


@pytest.mark.parametrize("unit", [None, 3])
def test_on_average_it_is_the_geometric_mean_over_every_tenth_place(made, capsys, unit):
    assert forgotten(**AVERAGED, unit=unit) == 0
    found = json.loads(capsys.readouterr().out)
    ids = remembering.places(reciting.texts_of(made)).ids[:, ::10]
    network, _ = tracing.load_network(made)
    rows = slice(None) if unit is None else slice(unit, unit + 1)
    logs = []
    for place in ids.T:
        J = gradients.jacobians(network, torch.from_numpy(place), 0, "c")[::-1][:41, rows]
        logs.append(np.log(np.linalg.norm(J, axis=(1, 2)) / np.sqrt(J.shape[1])))
    totals = [row["total"] for row in found["distances"]]
    np.testing.assert_allclose(totals, np.exp(np.mean(logs, axis=0)), rtol=1e-3)
    assert all(row["path_low"] <= row["path"] <= row["path_high"] for row in found["distances"])
    assert (found["places"], found["text"], found["confidence"]) == (20, "training", 0.95)


@pytest.mark.usefixtures("made")
def test_a_person_is_told_what_the_average_is_over(capsys):
    assert forgotten(**AVERAGED, json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "demo, epoch 2; 20 places of the training text; bands: 95% over 20 stretches of it"
    )
    assert lines[1].split() == ["words_back", "total", "path", "rest"]
    assert re.match(r"\s+1\s+0\.\d+ \[0\.\d+ 0\.\d+\]", lines[3])
    assert re.match(r"On average 10 words back, \S+ of a small change of C is left; the", lines[-3])
    assert lines[-2].startswith("10 words back the band (95%) is ")


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("ask", "options", "sentence"),
    [
        (influenced, {"target": 0}, "no word 0 with a word before it; the text has steps 0 to 4"),
        (influenced, {"target": 5}, "no word 5"),
        (influenced, {"layer": 1}, "there is no layer 2; there are 1 to 1"),
        (influenced, {"text": "the"}, "no word 0 with a word before it"),
        (forgotten, {"step": 5}, "there is no step 5; there are 0 to 4"),
        (forgotten, {"unit": 8}, "there is no unit 8; there are 0 to 7"),
        (forgotten, {"layer": -1}, "there is no layer 0"),
        (forgotten, {"text": None}, "give either --text, to look back from one word, or --places"),
        (forgotten, {"places": 20}, "give either --text, to look back from one word, or --places"),
        (forgotten, {**AVERAGED, "places": 19}, "it takes 20 to 200"),
        (forgotten, {**AVERAGED, "step": 3}, "--step and --memory are about a text"),
        (forgotten, {**AVERAGED, "memory": "window"}, "--step and --memory are about a text"),
        (forgotten, {**AVERAGED, "unit": 8}, "there is no unit 8; there are 0 to 7"),
        (forgotten, {**AVERAGED, "layer": 1}, "there is no layer 2; there are 1 to 1"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(ask, options, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        ask(**options)
