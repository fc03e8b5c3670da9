"""What the commands do, and what they say when they cannot."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rnnexplorer import cli, runs, traces, worker

REPOSITORY = Path(__file__).resolve().parents[2]
PROMPT = "the keeper of the long bridge"


def test_train_says_what_it_does_and_leaves_a_run(done, home, demo):
    process = done("train --cell rnn --corpus tale --preset quick --hidden 4 --epochs 1")
    first, last = process.stdout.splitlines()
    assert first.startswith("tale-rnn-quick: ")
    assert "weights" in first
    assert last == "tale-rnn-quick: finished after epoch 1 of 1"
    assert process.stderr.startswith("epoch 1/1: loss ")
    assert (home / "tale-rnn-quick" / "checkpoints" / "epoch-0001.safetensors").exists()


def test_train_with_json_writes_json_and_nothing_else(done):
    process = done("train --cell gru --corpus tale --hidden 4 --epochs 1 --json")
    assert json.loads(process.stdout)["state"] == "finished"
    assert process.stderr == ""


def test_every_field_of_a_recipe_is_an_option(done, demo):
    done(
        "train --cell gru --corpus tale --preset quick --words 400 --layers 2 --hidden 4"
        " --embedding 3 --no-tied --input embedding --no-carry --window 5 --batch 8 --epochs 1"
        " --optimizer rmsprop --clip 2 --dropout 0.2 --seed 7 --held-out none --name fields"
    )
    recipe = json.loads(done("runs show fields --json").stdout)["recipe"]
    assert (recipe["layers"], recipe["words"], recipe["carry"], recipe["clip"]) == (
        2,
        400,
        False,
        2,
    )
    assert (recipe["held_out"], recipe["optimizer"], recipe["seed"]) == ("none", "rmsprop", 7)


def test_a_text_file_is_trained_on(done, tmp_path):
    path = tmp_path / "My Notes.txt"
    path.write_text("the cat sat on the mat and the dog sat on the log. " * 30, encoding="utf-8")
    process = done(f"train --cell rnn --corpus '{path}' --preset quick --epochs 1 --hidden 4")
    assert process.stdout.startswith("my-notes-rnn-quick: ")


def test_runs_list_tells_people_and_programs(done, demo):
    rows = {row["name"]: row for row in json.loads(done("runs list --json").stdout)}
    assert rows["demo"]["state"] == "finished"
    assert rows["demo"]["checkpoints"] == [0, 1, 2]
    assert rows["alice-lstm-book"]["shipped"]
    line = next(x for x in done("runs list").stdout.splitlines() if x.startswith("demo "))
    assert "finished" in line
    assert "2/2" in line
    assert f"loss {rows['demo']['loss']:.3f}" in line


def test_runs_show_ends_with_what_it_writes(done, demo):
    shown = done("runs show demo").stdout
    assert "hidden           8" in shown
    assert "after epoch 2 it writes: " in shown


def test_generate_writes_on_greedily_and_always_the_same(done, demo):
    line = f"generate demo --prompt '{PROMPT}' --words 20 --temperature 0"
    text = done(line).stdout.strip()
    assert text.startswith(PROMPT + " ")
    assert len(text.split()) == 26
    answer = json.loads(done(line + " --json").stdout)
    assert answer["prompt"] == PROMPT.split()
    assert answer["continuation"] == text.split()[6:]
    assert answer["memory"] == "stateful"


def test_generate_draws_by_the_seed(done, demo):
    line = f"generate demo --prompt '{PROMPT}' --temperature 1.5 --top-k 50 --top-p 0.95 --seed "
    assert done(line + "1").stdout == done(line + "1").stdout != done(line + "2").stdout


def test_trace_writes_what_formats_md_says(done, demo, tmp_path):
    out = tmp_path / "trace.npz"
    done(f"trace demo --text '{PROMPT}' --words 2 --out {out}")
    file = np.load(out)
    assert file["words"][:6].tolist() == PROMPT.split()
    assert all(file[key].shape == (1, 8, 8) for key in "hcifgo")
    assert file["logits"].shape == (8, len(file["vocabulary"]))
    assert file["initial_h"].shape == file["initial_c"].shape == (1, 8)
    assert traces.load(out).origin.mode == "continue"
    answer = json.loads(done(f"trace demo --text '{PROMPT}' --out {out} --json").stdout)
    assert answer["arrays"]["h"] == [1, 6, 8]


def test_trace_at_an_epoch_and_in_a_memory(done, demo, tmp_path):
    out = tmp_path / "trace.npz"
    done(f"trace demo --text '{PROMPT}' --epoch 0 --memory window --out {out}")
    origin = traces.load(out).origin
    assert (origin.epoch, origin.memory, origin.window) == (0, "window", 20)


def test_a_finished_training_has_nothing_left_to_do(done, demo):
    finished = done("train --resume demo").stdout
    assert finished.strip() == "demo: finished after epoch 2 of 2"


@pytest.fixture(autouse=True)
def as_nice_as_before(monkeypatch):
    """Commands within this process must not slow the tests that come after them."""
    monkeypatch.setattr(worker, "give_way", lambda: None)


def test_runs_rename_and_delete(done, typed):
    done("train --cell rnn --corpus tale --hidden 4 --epochs 1 --name passing")
    assert done("runs rename passing gone").stdout == "passing is now gone\n"
    assert done("runs delete gone").stdout == "gone: deleted\n"
    assert "there is no run called 'gone'" in typed("runs show gone").stderr


@pytest.mark.parametrize("command", ["", "train", "runs", "runs list", "runs stop", "generate",
                                     "trace", "app"])  # fmt: skip
def test_every_command_has_help(done, command):
    assert done(f"{command} --help").stdout.startswith("usage: python -m rnnexplorer")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("runs show nobody", "there is no run called 'nobody'"),
        ("runs stop demo", "demo is finished; only a waiting or running training can be stopped"),
        ("runs delete alice-lstm-book", "came with rnnexplorer and cannot be deleted"),
        ("runs rename demo 'No Name'", "a run cannot be called 'No Name'"),
        ("train --resume alice-lstm-book", "came with rnnexplorer"),
        ("train --resume nobody", "there is no run called 'nobody'"),
        ("train --resume demo --epochs 9", "--epochs cannot change a run that goes on"),
        ("train --resume demo --cell gru", "--cell cannot change a run that goes on"),
        ("train --corpus nowhere.txt", "nowhere.txt"),
        ("train --corpus tale --hidden 5000", "hidden is 5000; it must lie between 1 and 1024"),
        ("train --corpus tale --name demo", "there is a run called 'demo' already"),
        ("train --corpus tale --preset matched", "choose the cell 'rnn'"),
        ("train --corpus tale --words 50 --window 60", "do not fill a window of 60"),
        ("train --corpus tale --carry --objective last", "carry=True needs objective='every'"),
        ("generate demo --prompt 'the kepper'", "kepper"),
        ("generate demo --prompt ''", "there are no words to read"),
        ("generate demo --prompt the --temperature 99", "temperature is 99"),
        ("generate demo --prompt the --words 5000", "a trace holds 1 to 2000"),
        ("trace demo --text the --epoch 7 --out t.npz", "kept no checkpoint of epoch 7"),
        ("trace demo --text the --out t.csv", "a trace is written as .npz"),
        ("trace demo --text the --out /nowhere/t.npz", "/nowhere/t.npz"),
    ],
)
def test_bad_input_ends_with_2_and_one_line(demo, home, monkeypatch, capsys, line, sentence):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    # In this process, which is much faster: none of them comes as far as training.
    assert cli.main(shlex.split(line)) == 2
    written = capsys.readouterr()
    assert sentence in written.err
    assert written.err.startswith("rnnexplorer: ")
    assert written.err.count("\n") == 1
    assert written.out == ""


def test_the_exit_code_reaches_the_shell(typed):
    process = typed("runs show nobody")
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr.startswith("rnnexplorer: there is no run called 'nobody'")


def test_cuda_that_is_not_there_leaves_no_run_behind(demo, home, monkeypatch, capsys):
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    assert cli.main(shlex.split("train --corpus tale --device cuda --name on-cuda")) == 2
    assert "no CUDA device is found" in capsys.readouterr().err
    assert not (home / "on-cuda").exists()


def test_units_alone_widen_the_tied_embedding_too(done):
    done("train --corpus tale --preset book --hidden 12 --words 200 --epochs 1 --name wide")
    recipe = json.loads(done("runs show wide --json").stdout)["recipe"]
    assert (recipe["hidden"], recipe["embedding"], recipe["tied"]) == (12, 12, True)


def test_none_takes_a_limit_of_the_preset_away(done):
    done("train --corpus tale --hidden 4 --clip none --words none --epochs 1 --name unlimited")
    recipe = json.loads(done("runs show unlimited --json").stdout)["recipe"]
    assert recipe["clip"] is None
    assert recipe["words"] is None


def test_a_reader_that_has_enough_is_no_error(home):
    command = f"{sys.executable} -m rnnexplorer runs show alice-lstm-book --json | head -c 0"
    process = subprocess.run(
        command + "; exit ${PIPESTATUS[0]}",
        shell=True,
        executable="/bin/bash",
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert (process.returncode, process.stderr) == (0, "")


def test_a_training_that_fails_ends_with_1(demo, home, monkeypatch, capsys):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(home))
    failed = runs.Status("failed", "the loss is no number", 0.0, 1, 2, 0, 0)
    monkeypatch.setattr(worker, "train", lambda *_, **__: failed)
    assert cli.main(["train", "--resume", "demo"]) == 1
    assert capsys.readouterr().err == "rnnexplorer: demo failed: the loss is no number\n"
    assert cli.main(["train", "--resume", "demo", "--json"]) == 1
