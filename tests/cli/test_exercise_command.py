"""`exercise` gives the numbers of the page without the page."""

from __future__ import annotations

import json
import shlex

import pytest

from rnnexplorer import cli, exercises


@pytest.fixture
def told(capsys):
    """`told("exercise …")`: exit code, standard output and error, without a new process."""

    def run(line):
        code = cli.main(shlex.split(line))
        return (code, *capsys.readouterr())

    return run


def test_the_json_is_what_the_networks_answer(told):
    code, out, _ = told(
        "exercise recall --cells lstm,matched --units 6 --longest 3 --steps 8 --seeds 2 --seed 4"
        " --examples 50 --json"
    )
    assert code == 0
    found = json.loads(out)
    assert found["chance"] == 0.125
    assert len(found["results"]) == 2 * 2 * 3
    setup = exercises.Setup("recall", "lstm", 6, 3, seed=5)
    training = exercises.train(setup, 8)
    rows = [r for r in found["results"] if r["cell"] == "lstm" and r["seed"] == 5]
    assert [r["right"] for r in rows] == [
        exercises.right_answers(training, d, 50) for d in (1, 2, 3)
    ]
    (units,) = {r["units"] for r in found["results"] if r["cell"] == "matched"}
    assert units == exercises.matched(setup).units


def test_a_person_reads_a_headline_and_what_size_explains(told):
    code, out, _ = told("exercise brackets --units 4 --longest 2 --steps 3 --seeds 1 --examples 20")
    assert code == 0
    assert "Over all distances the LSTM gets" in out.splitlines()[1]
    assert out.splitlines()[2].split()[:3] == ["cell", "units", "parameters"]


@pytest.mark.parametrize(("key", "examples"), [("spell", 10), ("reverse", 30)])
def test_an_exercise_without_distances_has_one_row_a_training(told, key, examples):
    code, out, _ = told(f"exercise {key} --cells rnn --units 4 --steps 2 --seeds 2 --examples 30")
    assert code == 0
    rows = out.splitlines()[1:]
    assert len(rows) == 2
    assert all(row.split()[6] == str(examples) for row in rows)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("recall --cells cnn", "no cell is called 'cnn'; there are rnn, matched, gru, lstm"),
        ("recall --units 0", "--units is 0; it must lie between 1 and 256"),
        ("recall --steps 0", "--steps is 0"),
        ("recall --longest 0", "--longest is 0"),
        ("recall --examples 0", "--examples is 0"),
        ("recall --seeds 0", "--seeds is 0"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(told, options, sentence):
    code, _, error = told(f"exercise {options}")
    assert code == 2
    assert sentence in error
