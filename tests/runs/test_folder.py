"""The folder of a run: names, listing, damage, renaming, deleting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from rnnexplorer import runs


def test_a_new_run_can_be_found_and_says_what_was_asked(make):
    made = make(layers=2, seed=7)
    found = runs.find("one")
    assert found == made
    assert (found.recipe.layers, found.recipe.seed) == (2, 7)
    assert found.parameters == found.recipe.parameter_count(3)
    assert runs.vocabulary(found).words == ("the", "bridge", "bell")
    assert json.loads((found.path / "vocabulary.json").read_text()) == {
        "words": ["the", "bridge", "bell"]
    }


def test_names_are_made_from_text_cell_and_preset_and_numbered(make):
    names = [make(None, preset="quick").name for _ in range(3)]
    assert names == ["tale-rnn-quick", "tale-rnn-quick-2", "tale-rnn-quick-3"]


@pytest.mark.parametrize(
    "name", ["../up", "/etc", "a/b", "A", "", "-a", "a" * 49, "a\n", ".a", "ä"]
)
def test_a_name_that_is_more_than_a_name_is_refused(make, home, name):
    with pytest.raises(ValueError, match="small letters"):
        make(name)
    with pytest.raises(runs.RunNotFound):
        runs.find(name)
    assert list(home.iterdir()) == []


def test_a_taken_name_is_refused_also_if_it_is_a_shipped_one(make):
    make("one")
    for name in ("one", "alice-lstm-book"):
        with pytest.raises(ValueError, match="already"):
            make(name)


def test_of_two_processes_that_make_the_same_run_one_wins(home):
    code = """
import sys
from pathlib import Path
from rnnexplorer import runs
from rnnexplorer.recipe import Recipe
try:
    runs.create(Recipe(), vocabulary=["a"], corpus_name="t", corpus_sha256="",
                corpus_path=Path("t"), training_words=1, name="same")
except ValueError as error:
    sys.exit(str(error))
"""
    both = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(2)
    ]
    errors = [process.communicate()[1].decode() for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert "there is a run called 'same' already" in "".join(errors)
    assert [path.name for path in home.iterdir()] == ["same"]


def test_the_newest_run_comes_first_and_the_shipped_ones_last(make):
    first, second = make("first"), make("second")
    assert second.created >= first.created
    names = [run.name for run in runs.list_runs()]
    assert names[:2] == ["second", "first"]
    assert "alice-lstm-book" in names[2:]


def test_a_mistyped_name_is_answered_with_near_ones(make):
    make("tale-lstm-quick")
    with pytest.raises(runs.RunNotFound, match="did you mean tale-lstm-quick"):
        runs.find("tale-lstm-quik")


@pytest.mark.parametrize(
    "content", ["{", "[]", "{}", '{"recipe": {"cell": "elman"}}', '{"recipe": 3, "corpus": {}}']
)
def test_a_damaged_run_is_listed_with_a_reason_and_hides_no_other(make, content):
    make("good")
    (make("bad").path / "recipe.json").write_text(content)
    assert "bad" not in [run.name for run in runs.list_runs()]
    assert [name for name, _ in runs.unreadable()] == ["bad"]
    assert all(reason for _, reason in runs.unreadable())
    with pytest.raises(runs.RunNotFound, match="cannot be read"):
        runs.find("bad")


def test_a_folder_that_is_no_run_is_named(home, make):
    make("good")
    (home / "notes").mkdir()
    assert runs.unreadable() == [("notes", "recipe.json is missing")]


def test_a_recipe_out_of_bounds_in_a_file_is_caught_too(make):
    run = make("bad")
    described = json.loads((run.path / "recipe.json").read_text())
    described["recipe"]["hidden"] = 10**9
    (run.path / "recipe.json").write_text(json.dumps(described))
    assert "hidden" in dict(runs.unreadable())["bad"]


def test_renaming_keeps_everything(make):
    run = make("old")
    runs.append_sample(run, runs.Sample(0, ["the"], ["bell"]))
    runs.write_status(run, "stopped")
    new = runs.rename(run, "new")
    assert runs.samples(new) == [runs.Sample(0, ["the"], ["bell"])]
    with pytest.raises(runs.RunNotFound):
        runs.find("old")


def test_deleting_leaves_nothing(make, home):
    run = make("gone")
    runs.write_status(run, "finished")
    runs.delete(run)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_a_run_at_work_is_neither_renamed_nor_deleted(make, state):
    run = make("busy")
    runs.write_status(run, state)
    with pytest.raises(ValueError, match="stop it first"):
        runs.delete(run)
    with pytest.raises(ValueError, match="stop it first"):
        runs.rename(run, "other")


def test_a_shipped_run_is_read_only():
    run = runs.find("alice-lstm-book")
    for change in (
        lambda: runs.delete(run),
        lambda: runs.rename(run, "mine"),
        lambda: runs.write_status(run, "running"),
        lambda: runs.request_stop(run),
        lambda: runs.write_checkpoint(run, 1, {}),
        lambda: runs.append_sample(run, runs.Sample(0, [], [])),
    ):
        with pytest.raises(ValueError, match="came with rnnexplorer"):
            change()


def test_a_folder_that_vanishes_is_no_error(make):
    run = make("gone")
    os.rename(run.path, run.path.with_name(".away"))
    assert runs.checkpoints(run) == ()
    assert runs.metrics(run).empty
    assert runs.samples(run) == []
    assert runs.status(run, time.time()).state == "lost"


def test_checkpoints_come_back_bit_for_bit_and_half_precision_is_widened(make):
    run = make()
    weights = {"b_y": np.array([0.1, -2.5], dtype=np.float32)}
    runs.write_checkpoint(run, 0, weights)
    runs.write_checkpoint(run, 13, {"b_y": weights["b_y"].astype(np.float16)})
    assert runs.checkpoints(run) == (0, 13)
    assert runs.weights(run, 0)["b_y"].tobytes() == weights["b_y"].tobytes()
    last = runs.weights(run)["b_y"]
    assert last.dtype == np.float32
    assert last == pytest.approx(weights["b_y"], rel=1e-3)


def test_a_tied_output_that_was_left_out_is_the_embedding_transposed(make):
    run = make()
    embedding = np.arange(6, dtype=np.float16).reshape(3, 2)
    runs.write_checkpoint(run, 1, {"embedding": embedding})
    assert runs.weights(run)["W_hy"].tolist() == [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]]
    written = np.ones((2, 3), np.float16)
    runs.write_checkpoint(run, 2, {"embedding": embedding, "W_hy": written})
    assert runs.weights(run)["W_hy"].tolist() == written.tolist()


def test_a_missing_or_damaged_checkpoint_is_named(make):
    run = make()
    with pytest.raises(ValueError, match="no checkpoint yet"):
        runs.weights(run)
    runs.write_checkpoint(run, 2, {"b_y": np.zeros(2, np.float32)})
    with pytest.raises(ValueError, match="no checkpoint of epoch 5; it has 2"):
        runs.weights(run, 5)
    runs.checkpoint_path(run, 2).write_bytes(b"torn")
    with pytest.raises(ValueError, match=r"epoch-0002\.safetensors of one is damaged"):
        runs.weights(run, 2)
