"""`lag` and `probe` give the numbers of the page without the page."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pytest

from rnnexplorer import cli, reciting, remembering, runs
from rnnexplorer.measures import lag as measures


@pytest.fixture
def told(home, demo, done, monkeypatch, capsys):
    """`told("lag demo …")`: exit code, standard output and error, without a new process."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))

    def run(line):
        code = cli.main(shlex.split(line))
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.fixture
def second(done, home):
    """A SimpleRNN on the same text, trained for longer."""
    if not (home / "second").exists():
        done("train --cell rnn --corpus tale --preset quick --hidden 6 --epochs 3 --name second")
    return "second"


def test_lag_has_the_curves_of_every_network_and_their_half_lives(told, second):
    code, out, _ = told("lag demo second --json")
    assert code == 0
    found = json.loads(out)
    assert [one["run"] for one in found["runs"]] == ["demo", "second"]
    assert (found["text"], found["places"], found["state"]) == ("training", 200, "memory")
    run = runs.find("demo")
    places = remembering.places(reciting.texts_of(run))
    apart = [remembering.apart(run, 2, places, part) for part in remembering.pieces(places)]
    expected = remembering.bits_curve(apart).mean
    rows = [row["mean"] for row in found["curves"]["bits"] if row["model"] == "LSTM(8)"]
    np.testing.assert_allclose(rows, expected, rtol=1e-6)
    shares = [row["mean"] for row in found["curves"]["gradient"] if row["lag"] == 0]
    np.testing.assert_allclose(shares, [1.0, 1.0])
    assert {row["model"] for row in found["summary"]["distance"]} == {"LSTM(8)", "SimpleRNN(6)"}


def test_lag_can_look_at_h_and_at_an_epoch_and_says_so_to_a_person(told):
    _, of_c, _ = told("lag demo")
    code, of_h, _ = told("lag demo --state h --epoch 1")
    assert code == 0
    assert of_c != of_h
    assert of_c.startswith("200 places of the training text; bands: 95% over 20 stretches of it")
    for title in ("gradient of the loss", "distance of states", "expectations apart"):
        assert title in of_c
    assert "LSTM(8)" in of_c


def test_the_others_are_at_the_same_epoch_or_at_their_last_and_one_without_it_is_left_out(
    told, second
):
    _, out, _ = told("lag demo second --epoch 1 --json")
    assert [one["epoch"] for one in json.loads(out)["runs"]] == [1, 1]
    _, out, _ = told("lag demo second --epoch 1 --others last --json")
    found = json.loads(out)
    assert [one["epoch"] for one in found["runs"]] == [1, 3]
    models = {row["model"] for row in found["summary"]["gradient"]}
    assert models == {"LSTM(8) (epoch 1)", "SimpleRNN(6)"}
    code, out, error = told("lag second demo --epoch 3 --json")
    assert code == 0
    assert [one["run"] for one in json.loads(out)["runs"]] == ["second"]
    assert error == "demo kept no weights of epoch 3 and is left out; it has 0, 1, 2.\n"
    code, out, _ = told("probe demo second --epoch 1 --cue bridge --contrast bell --answer keeper")
    assert [line.split(":")[0] for line in out.splitlines()] == [
        "LSTM(8) (epoch 1)", "SimpleRNN(6) (epoch 1)"
    ]  # fmt: skip


def test_lag_looks_no_further_than_a_window_and_marks_what_lies_beyond(
    told, done, home, monkeypatch
):
    """Flat curves, one of ten lags and one of forty-one, never fall: each says its own reach."""

    def flat(parts):
        return measures.arithmetic(np.ones_like(np.concatenate([p.bits for p in parts])), 20)

    monkeypatch.setattr(remembering, "bits_curve", flat)
    if not (home / "windowed").exists():
        done(
            "train --cell rnn --corpus tale --preset quick --hidden 6 --epochs 1 --window 10"
            " --objective last --no-carry --name windowed"
        )
    code, out, _ = told("lag windowed demo")
    assert code == 0
    assert "nan" not in out
    rows = [line for line in out.splitlines() if line.strip().startswith("SimpleRNN(6)")]
    assert len(rows) == 3
    assert all(row.split()[-2:] == ["–", "–"] for row in rows)  # lags 10 and 20
    assert rows[-1].count("not within 9 ") == 2
    assert out.splitlines()[-1].count("not within 40 ") == 2


def test_probe_answers_the_ready_ones_and_ones_own(told, second):
    code, out, _ = told("probe demo second --json")
    assert code == 0
    ready = json.loads(out)["probes"]
    run = runs.find("demo")
    words = runs.vocabulary(run).words
    expected = remembering.ready(reciting.texts_of(run), len(words))
    assert [one["cue"] for one in ready] == [words[one.probe.cue] for one in expected]
    assert set(ready[0]["sentences"]) == {"LSTM(8)", "SimpleRNN(6)"}
    code, out, _ = told("probe demo --cue bridge --contrast bell --answer keeper")
    assert code == 0
    assert out.startswith("LSTM(8): With one word between, “bridge” makes “keeper”")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("lag nobody", "nobody"),
        ("lag demo --epoch 77", "kept no checkpoint of epoch 77"),
        ("lag demo alice-lstm-book", "not trained on the same text"),
        ("probe demo --cue bridge", "a probe needs three words"),
        ("probe demo --cue bridge --contrast bridge --answer bell", "cue and contrast are both"),
        ("probe demo --cue zebra --contrast bridge --answer bell", "zebra"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(told, line, sentence):
    code, out, error = told(line)
    assert code == 2
    assert out == ""
    assert sentence in error
    assert len(error.strip().splitlines()) == 1
