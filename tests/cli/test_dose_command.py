"""`dose` gives the numbers of the page without the page."""

from __future__ import annotations

import json
import shlex

import pytest

from rnnexplorer import cli, runs, traces, tracing
from rnnexplorer.measures.distribution import probabilities

TEXT = "the keeper of the long bridge rang the bell"


@pytest.fixture
def told(home, demo, monkeypatch, capsys):
    """`told("dose demo …")`: exit code, standard output and error, without a new process."""
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))

    def run(line):
        code = cli.main(shlex.split(line))
        return (code, *capsys.readouterr())

    return run


def test_a_sweep_is_told_and_tabled(told):
    code, out, _ = told(f"dose demo --text '{TEXT}' --unit 3 --doses 4")
    lines = out.splitlines()
    assert code == 0
    assert "h of unit 3 at “bell”" in lines[0]
    # As on the page, h is not told beside itself; one word later it is another h.
    assert lines[1].split()[:2] == ["dose", "kl_bits"]
    assert "own_h" not in lines[1]
    _, later, _ = told(f"dose demo --text '{TEXT}' --unit 3 --doses 4 --step 2 --later 1")
    assert later.splitlines()[1].split()[:3] == ["dose", "kl_bits", "own_h"]
    assert len(lines) == 2 + 4 + 1  # the value it has anyway is one of the doses
    assert [line.split()[1] for line in lines[2:]].count("0.0000") >= 1


def test_each_dose_is_the_trace_with_that_edit(told):
    others = "word@1=bell;h[0]@2=(the river)"
    line = f"dose demo --text '{TEXT}' --unit 3 --signal f --step 4 --from 0.25 --to 0.75"
    _, out, _ = told(f"{line} --doses 3 --later 2 --edits '{others}' --memory window --json")
    found, run = json.loads(out), runs.find("demo")
    for row in found["doses"]:
        edits = f"{others};f[3]@4={row['dose']!r}"
        trace = tracing.trace(run, TEXT, edits=edits, memory="window")
        p = probabilities(trace.logits[6])
        for word in found["words"]:
            assert row[f"p_{word}"] == pytest.approx(p[trace.vocabulary.index(word)], abs=1e-6)
    assert {0.25, 0.5, 0.75} <= {row["dose"] for row in found["doses"]}
    assert found["edits"] == others


def test_the_strongest_doses_are_told_in_json_that_any_program_reads(told):
    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    line = f"dose demo --text '{TEXT}' --unit 3 --from -1000 --to 1000 --json"
    rows = json.loads(told(line)[1], parse_constant=refuse)["doses"]
    assert len(rows) == 42
    assert all(0 <= row["kl_bits"] < 1e5 for row in rows)
    assert max(row["kl_bits"] for row in rows) > 50


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--unit 8", "there is no unit 8; there are 0 to 7"),
        ("--unit -1", "there is no unit -1"),
        ("--unit 1 --layer 2", "there is no layer 2; there are 1 to 1"),
        ("--unit 1 --step 9", "there is no step 9; the text has steps 0 to 8"),
        ("--unit 1 --later 1", "1 words after step 8 lie outside the text"),
        ("--unit 1 --signal z", "has no signal 'z'"),
        ("--unit 1 --from 1 --to 0", "give a lower --from than --to"),
        ("--unit 1 --doses 1", "a curve needs at least 2"),
        ("--unit 1 --edits 'word@1=zzyzx'", 'does not know "zzyzx"'),
    ],
)
def test_what_cannot_be_swept_gets_a_sentence(told, options, sentence):
    code, _, error = told(f"dose demo --text '{TEXT}' {options}")
    assert code == 2
    assert error.startswith("rnnexplorer: ")
    assert sentence in error


def test_generate_and_trace_take_the_new_interventions(told, tmp_path):
    edits = "word@1=bell;c@3=(the long river);h@3=(the long river)"
    _, out, _ = told(f"generate demo --prompt '{TEXT}' --words 4 --edits '{edits}' --json")
    assert json.loads(out)["prompt"][1] == "bell"
    assert json.loads(out)["edits"] == edits
    file = tmp_path / "changed.npz"
    assert told(f"trace demo --text '{TEXT}' --out {file} --edits '{edits}'")[0] == 0
    assert traces.load(file).words[:3] == ("the", "bell", "of")
