"""`expansion` gives the numbers of the laboratory without the page."""

from __future__ import annotations

import json
import shlex

import numpy as np
import pytest
import torch

from rnnexplorer import cli, gradients, runs, tracing


@pytest.fixture
def told(home, demo, monkeypatch, capsys):
    """`told("expansion …")`: exit code, standard output and error, without a new process."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))

    def run(line):
        code = cli.main(shlex.split(line))
        return (code, *capsys.readouterr())

    return run


def test_the_expansion_is_told_and_tabled(told):
    code, out, _ = told("expansion u=2")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("With U = 2, x₁ counts 2⁴ = 16.00 times in h₅")
    assert [float(line.split()[3]) for line in lines[3:8]] == [16, 8, 4, 2, 1]
    assert "dh₅/dU is 49.00." in lines[8]


def test_a_program_gets_every_number(told):
    found = json.loads(told("expansion 'u=2;clip=on;limit=3' --json")[1])
    assert [row["left_in_last_state"] for row in found["inputs"]] == [16, 8, 4, 2, 1]
    assert found["states"] == [1, 3, 7, 15, 31]
    assert found["gradient_of_U"] == {"length": 49.0, "taken": pytest.approx(3.0)}
    assert found["spectral_radius"] == 2
    assert found["settings"]["limit"] == 3
    assert "network" not in found


def test_a_trained_network_is_looked_back_through(told, demo):
    text = "the keeper of the long bridge"
    line = f"expansion --run {demo} --text '{text}' --memory stateful --epoch 1"
    network = json.loads(told(f"{line} --json")[1])["network"]
    ids = torch.from_numpy(runs.vocabulary(runs.find(demo)).encode(text.split()))
    J = gradients.jacobians(tracing.load_network(runs.find(demo), 1)[0], ids, 0, "c")
    expected = np.linalg.norm(J.reshape(6, -1), axis=1) / np.sqrt(8)
    found = [row["gradient_norm_c"] for row in network["words"]]
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    W_hh = runs.weights(runs.find(demo), 1)["W_hh.l0"][:, 16:24]  # the block of g
    radius = np.abs(np.linalg.eigvals(W_hh)).max()
    assert network["spectral_radius"] == pytest.approx(radius, rel=1e-6)
    code, out, _ = told(line)
    assert code == 0
    assert "5 words later a small push to h is" in out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("u=9", "it must be a number between -2 and 2"),
        ("speed=1", "There is no setting 'speed' here"),
        ("--run nobody", "nobody"),
        ("--run demo --text 'the zebra'", '"zebra"'),
        ("--run demo --layer 2", "there is no layer 2; there are 1 to 1"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(told, options, sentence):
    code, _, error = told(f"expansion {options}")
    assert code == 2
    assert error.startswith("rnnexplorer: ")
    assert sentence in error


def test_one_word_has_no_way_back(told, demo):
    code, out, error = told(f"expansion --run {demo} --text the")
    assert code == 2
    assert "look back over is 1; give 2 to 50" in error
    assert not out
