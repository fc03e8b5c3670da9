"""The shipped models: they load, say what is recorded, and are as good as models/README.md says."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch_reference import module_of

from rnnexplorer import runs
from rnnexplorer.measures import learning

MODELS = Path(__file__).resolve().parents[1] / "models"
RECORDED = json.loads((MODELS / "recorded.json").read_text(encoding="utf-8"))
ROWS = {
    row[0]: row
    for line in (MODELS / "README.md").read_text(encoding="utf-8").splitlines()
    if (row := [cell.strip() for cell in line.strip("|").split("|")])[0] in RECORDED
}
#: Held-out perplexity of the n-gram models, by the n that models/README.md states.
BASELINES = {
    1 if kind.startswith("unigram") else int(kind.split()[-2]): float(perplexity)
    for kind, perplexity in re.findall(
        r"^\| (unigram.*|interpolated.*) \| (\d+) \|$",
        (MODELS / "README.md").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
}

every_model = pytest.mark.parametrize("name", list(RECORDED))


@pytest.fixture(autouse=True)
def only_shipped(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNEXPLORER_RUNS", str(tmp_path / "none"))


def test_all_that_ship_are_recorded_and_small():
    shipped = [run for run in runs.list_runs() if run.shipped]
    assert {run.name for run in shipped} == set(RECORDED) == set(ROWS)
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file()) < 34e6


@every_model
def test_a_shipped_run_is_these_files(name):
    files = {path.name for path in (MODELS / name).iterdir()}
    lines = {"metrics.jsonl", "samples.jsonl"}
    assert files == {"recipe.json", "vocabulary.json", "status.json", "checkpoints", *lines}


@pytest.mark.parametrize("name", ["alice-lstm-chapter", "alice-rnn-chapter"])
def test_the_models_of_the_chapter_over_fit_from_the_first_epoch_on(name):
    assert learning.held_out(runs.metrics(runs.find(name))).over_fits_from == 1


@every_model
def test_torch_nn_gives_the_recorded_probabilities(name):
    run = runs.find(name)
    reference, vocabulary = module_of(run.recipe.cell, runs.weights(run)), runs.vocabulary(run)
    for prompt, expected in RECORDED[name].items():
        ids = torch.from_numpy(vocabulary.encode(prompt.split()))
        probs = torch.softmax(reference.logits(ids)[-1].double(), 0)
        for word, p in expected.items():
            assert probs[vocabulary.encode([word])[0]].item() == pytest.approx(p, abs=2e-6), word


@every_model
def test_what_the_readme_says_is_what_the_folder_says(name):
    run = runs.find(name)
    _, cell, parameters, kept, loss, perplexity, _ = ROWS[name]
    metrics = runs.metrics(run)
    assert cell.endswith(f"({run.recipe.hidden})")
    assert parameters == f"{sum(w.size for w in trained(run).values()):,}"
    assert kept == ", ".join(map(str, runs.checkpoints(run)))
    assert loss == f"{metrics['loss'].iloc[0]:.3f} → {metrics['loss'].iloc[-1]:.3f}"
    assert perplexity == f"{math.exp(metrics['held_out_loss'].iloc[-1]):,.0f}"


def trained(run):
    """The weights that training changes: a tied output matrix is the embedding, counted once."""
    weights = runs.weights(run)
    if run.recipe.tied:
        assert np.array_equal(weights["W_hy"], weights["embedding"].T)
        del weights["W_hy"]
    return weights


@every_model
def test_it_tells_where_it_comes_from_but_not_from_whose_machine(name):
    text = (MODELS / name / "recipe.json").read_text(encoding="utf-8")
    assert json.loads(text)["corpus"]["path"] is None
    assert "/" not in text


@every_model
@pytest.mark.book
def test_torch_nn_gives_the_held_out_perplexity(name, alice):
    run = runs.find(name)
    reference, vocabulary = module_of(run.recipe.cell, runs.weights(run)), runs.vocabulary(run)
    ids = torch.from_numpy(vocabulary.encode(alice.split("last-chapter")[1]))
    if run.recipe.memory == "stateful":
        logits, targets = reference.logits(ids[:-1]), ids[1:]
    else:
        windows = ids.unfold(0, run.recipe.window, 1)[:-1]
        with torch.no_grad():
            logits = reference.output(reference.h(windows.T)[-1])
        targets = ids[run.recipe.window :]
    loss = torch.nn.functional.cross_entropy(logits.double(), targets).item()
    written = runs.metrics(run)["held_out_loss"].iloc[-1]
    assert loss == pytest.approx(written, rel=2e-3)  # shipped in half precision


@pytest.mark.parametrize(("name", "better_than"), [("alice-lstm-book", 3), ("alice-rnn-book", 1)])
def test_the_book_models_predict_better_than_counting_does(name, better_than):
    perplexity = math.exp(runs.metrics(runs.find(name))["held_out_loss"].iloc[-1])
    assert perplexity < BASELINES[better_than]
