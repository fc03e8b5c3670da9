from __future__ import annotations

import functools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny import MakeRun, start_tiny_run, write_text
from torch_reference import module_of

from rnnexplorer import planning, runs, signals, tracing, training
from rnnexplorer.corpus import Corpus, from_bytes
from rnnexplorer.generation import word_losses
from rnnexplorer.recipe import checkpoint_epochs
from rnnexplorer.runs import Run
from rnnexplorer.training import Report

every_cell = pytest.mark.parametrize("cell", signals.CELLS)

CHAPTER: dict[str, Any] = {
    "input": "one-hot", "objective": "last", "carry": False, "optimizer": "rmsprop",
    "epsilon": 1e-7, "dropout": 0.0, "clip": None, "batch": 64,
}  # fmt: skip
BOOK: dict[str, Any] = {
    "input": "embedding", "objective": "every", "carry": True, "optimizer": "adam",
    "dropout": 0.4, "clip": 1.0, "weight_decay": 0.05, "layers": 2,
}  # fmt: skip
TIED: dict[str, Any] = {**BOOK, "tied": True, "embedding": 5, "layers": 1}


RECIPES = {"chapter": CHAPTER, "book": BOOK, "tied": TIED}


class Killed(BaseException):
    """What a training meets when its process ends in the middle."""


def at(epoch: int, act: Callable[[], None]) -> Callable[[Report], None]:
    """A reporter that acts once so many epochs are finished."""

    def report(progress: Report) -> None:
        if progress.epoch == epoch:
            act()

    return report


def kill() -> None:
    raise Killed


def lasting(run: Run) -> dict[str, Any]:
    """All that a finished training leaves behind but how long it took."""
    return {
        "metrics": runs.metrics(run).drop(columns="seconds").to_dict("list"),
        "samples": runs.samples(run),
        "checkpoints": {
            epoch: {name: w.tobytes() for name, w in runs.weights(run, epoch).items()}
            for epoch in checkpoint_epochs(run.recipe.epochs)
        },
    }


# --- a training from beginning to end ------------------------------------------------------------


@every_cell
@pytest.mark.parametrize("changes", [CHAPTER, BOOK, TIED], ids=["chapter", "book", "tied"])
def test_a_training_leaves_a_line_and_a_sample_an_epoch_and_its_checkpoints(
    make_run: MakeRun, corpus: Corpus, cell: str, changes: dict[str, Any]
) -> None:
    run = make_run(cell, **changes, epochs=6)
    status = training.train(run, corpus)
    assert (status.state, status.epoch, status.message) == ("finished", 6, "")
    table = runs.metrics(run)
    assert table["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert np.isfinite(table.to_numpy()).all()
    assert [sample.epoch for sample in runs.samples(run)] == list(range(7))
    assert runs.checkpoints(run) == (0, 1, 2, 3, 5, 6)
    sizes = runs.weights(run)
    assert run.parameters == sum(
        w.size for name, w in sizes.items() if not (run.recipe.tied and name == "W_hy")
    )


@every_cell
def test_a_training_learns_the_text(make_run: MakeRun, corpus: Corpus, cell: str) -> None:
    run = make_run(cell, hidden=16, embedding=8, epochs=20, dropout=0.0, learning_rate=0.03)
    training.train(run, corpus)
    table = runs.metrics(run)
    # 25 words: a guess costs ln 25 = 3.2. Within a sentence nearly every word follows surely.
    assert table["loss"].iloc[0] > 1.5
    assert table["loss"].iloc[-1] < 0.6
    assert table["held_out_loss"].iloc[-1] < 1.0


@pytest.mark.parametrize("changes", [CHAPTER, BOOK], ids=["chapter", "book"])
def test_the_held_out_loss_is_that_of_torch_nn_on_the_words_held_out(
    make_run: MakeRun, corpus: Corpus, changes: dict[str, Any]
) -> None:
    run = make_run(**changes)
    training.train(run, corpus)
    _, held_out = planning.training_words(corpus, run.recipe)
    ids = torch.from_numpy(runs.vocabulary(run).encode(held_out))
    assert len(ids) == len(corpus.words) // 10
    pair = module_of("lstm", runs.weights(run))
    window = run.recipe.window
    if run.recipe.memory == "window":
        scored = [(pair.logits(ids[t - window : t])[-1], ids[t]) for t in range(window, len(ids))]
    else:
        scored = list(zip(pair.logits(ids[:-1]), ids[1:], strict=True))
    losses = [-float(torch.log_softmax(logits, 0)[word]) for logits, word in scored]
    assert runs.metrics(run)["held_out_loss"].iloc[-1] == pytest.approx(np.mean(losses), rel=1e-5)


def test_nothing_held_out_has_no_held_out_loss(make_run: MakeRun, corpus: Corpus) -> None:
    run = make_run(held_out="none", epochs=1)
    training.train(run, corpus)
    assert runs.metrics(run)["held_out_loss"].isna().all()
    assert '"held_out_loss": null' in (run.path / "metrics.jsonl").read_text()


@pytest.mark.parametrize("changes", [CHAPTER, BOOK], ids=["chapter", "book"])
def test_a_sample_is_what_the_checkpoint_of_its_epoch_writes_greedily(
    make_run: MakeRun, corpus: Corpus, changes: dict[str, Any]
) -> None:
    run = make_run(**changes)
    training.train(run, corpus)
    text = " ".join(planning.training_words(corpus, run.recipe)[0])
    for sample in runs.samples(run):
        assert len(sample.seed_words) == 10
        assert " ".join(sample.seed_words) in text
        trace = tracing.trace(run, sample.seed_words, epoch=sample.epoch, continue_words=20)
        assert list(trace.words[10:]) == sample.continuation


def test_a_tied_output_is_written_out_as_the_embedding_transposed(
    make_run: MakeRun, corpus: Corpus
) -> None:
    run = make_run(**TIED, epochs=1)
    training.train(run, corpus)
    weights = runs.weights(run)
    assert np.array_equal(weights["W_hy"], weights["embedding"].T)


def test_the_untrained_network_is_kept_as_epoch_0(make_run: MakeRun, corpus: Corpus) -> None:
    run = make_run(cell="lstm", forget_bias=1.0)
    training.train(run, corpus)
    first = runs.weights(run, 0)
    assert first["b.l0"].reshape(4, 5).tolist() == [[0] * 5, [1] * 5, [0] * 5, [0] * 5]
    assert not first["b_y"].any()


def test_progress_is_reported_after_every_epoch(make_run: MakeRun, corpus: Corpus) -> None:
    run = make_run(epochs=3)
    told: list[Report] = []
    training.train(run, corpus, report=told.append)
    after = {report.epoch: report for report in told}
    assert set(after) >= {1, 2, 3}
    assert all(report.epochs == 3 for report in told)
    assert after[3].loss == pytest.approx(runs.metrics(run)["loss"].iloc[-1])
    assert [report.epoch for report in told] == sorted(report.epoch for report in told)


def test_the_seed_decides_the_whole_run(make_run: MakeRun, corpus: Corpus) -> None:
    first, again, other = (make_run(**BOOK, seed=seed) for seed in (1, 1, 2))
    for run in (first, again, other):
        training.train(run, corpus)
    assert lasting(first) == lasting(again)
    assert lasting(first)["checkpoints"] != lasting(other)["checkpoints"]


# --- stopping and going on -----------------------------------------------------------------------


WHOLE_EPOCHS = 5


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, Any]]:
    """What an uninterrupted training of five epochs leaves behind; each is done once."""

    @functools.cache
    def trained(cell: str, name: str) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp("whole")
        corpus = write_text(folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("RNNEXPLORER_RUNS", str(folder / "runs"))
            run = start_tiny_run(corpus, cell, **RECIPES[name], epochs=WHOLE_EPOCHS)
            training.train(run, corpus)
            return lasting(run)

    return trained


@every_cell
@pytest.mark.parametrize("name", RECIPES)
def test_a_training_stopped_and_resumed_is_bit_for_bit_the_uninterrupted_one(
    make_run: MakeRun,
    corpus: Corpus,
    whole: Callable[..., dict[str, Any]],
    cell: str,
    name: str,
) -> None:
    run = make_run(cell, **RECIPES[name], epochs=WHOLE_EPOCHS)
    stopped = training.train(run, corpus, report=at(4, lambda: runs.request_stop(run)))
    assert (stopped.state, stopped.epoch) == ("stopped", 4)
    # What was reached can be looked at, though 4 is no epoch whose weights are otherwise kept.
    assert runs.checkpoints(run) == (0, 1, 2, 3, 4)
    assert training.train(run, corpus).state == "finished"
    assert lasting(run) == whole(cell, name)


@every_cell
@pytest.mark.parametrize("name", RECIPES)
def test_a_training_killed_and_resumed_is_bit_for_bit_the_uninterrupted_one(
    make_run: MakeRun,
    corpus: Corpus,
    whole: Callable[..., dict[str, Any]],
    cell: str,
    name: str,
) -> None:
    # Nothing of epochs 1 to 4 was saved but metrics, samples and checkpoints: all is done again.
    run = make_run(cell, **RECIPES[name], epochs=WHOLE_EPOCHS)
    with pytest.raises(Killed):
        training.train(run, corpus, report=at(4, kill))
    assert runs.metrics(run)["epoch"].tolist() == [1, 2, 3, 4]
    assert training.train(run, corpus).state == "finished"
    assert lasting(run) == whole(cell, name)


def test_a_training_killed_between_saved_epochs_goes_on_from_the_last_saved(
    make_run: MakeRun,
    corpus: Corpus,
    whole: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = make_run("lstm", **BOOK, epochs=WHOLE_EPOCHS)
    monkeypatch.setattr(training, "SAVE_SECONDS", -1.0)  # every epoch is saved
    with pytest.raises(Killed):
        training.train(run, corpus, report=at(3, kill))
    begun: list[int] = []
    training.train(run, corpus, report=lambda progress: begun.append(progress.epoch))
    assert min(begun) >= 3
    assert lasting(run) == whole("lstm", "book")


def test_a_long_epoch_is_left_in_the_middle_when_asked_to_stop(
    make_run: MakeRun,
    corpus: Corpus,
    whole: Callable[..., dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = make_run("lstm", **BOOK, epochs=WHOLE_EPOCHS)
    monkeypatch.setattr(training, "SAVE_SECONDS", -1.0)  # every epoch counts as long
    monkeypatch.setattr(training, "STATUS_SECONDS", -1.0)  # every step is reported

    def stop(progress: Report) -> None:
        if (progress.epoch, progress.step) == (2, 2):
            runs.request_stop(run)

    stopped = training.train(run, corpus, report=stop)
    assert (stopped.state, stopped.epoch) == ("stopped", 2)
    assert runs.metrics(run)["epoch"].tolist() == [1, 2]
    assert training.train(run, corpus).state == "finished"
    assert lasting(run) == whole("lstm", "book")


def test_a_wish_to_stop_made_before_the_first_epoch_is_heard(
    make_run: MakeRun, corpus: Corpus
) -> None:
    run = make_run()
    runs.request_stop(run)
    assert training.train(run, corpus).state == "stopped"
    assert runs.checkpoints(run) == (0,)
    assert runs.metrics(run).empty
    assert not runs.stop_requested(run)
    assert training.train(run, corpus).state == "finished"


def test_a_finished_training_trained_again_stays_as_it_is(
    make_run: MakeRun, corpus: Corpus
) -> None:
    run = make_run()
    training.train(run, corpus)
    before = lasting(run)
    assert training.train(run, corpus).state == "finished"
    assert lasting(run) == before


# --- bad endings ---------------------------------------------------------------------------------


def spoiled_from(epoch: int) -> Callable[..., Any]:
    """`train_epoch`, with a weight that is no number from some epoch on."""
    healthy = training.train_epoch

    def spoiled(network: Any, optimizer: Any, recipe: Any, ids: Any, now: int, told: Any) -> Any:
        if now >= epoch:
            with torch.no_grad():
                network.weights["W_hh.l0"][0, 0] = math.nan
        return healthy(network, optimizer, recipe, ids, now, told)

    return spoiled


def test_a_loss_that_is_no_number_fails_with_advice_and_keeps_the_last_good_checkpoint(
    make_run: MakeRun, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(**CHAPTER, epochs=6, learning_rate=0.5)
    monkeypatch.setattr(training, "train_epoch", spoiled_from(4))
    status = training.train(run, corpus)
    assert (status.state, status.epoch) == ("failed", 3)
    assert "not a number any more in epoch 4" in status.message
    assert "Lower learning_rate (now 0.5) or clip gradients" in status.message
    assert runs.checkpoints(run) == (0, 1, 2, 3)
    assert runs.metrics(run)["epoch"].tolist() == [1, 2, 3]
    assert all(np.isfinite(w).all() for w in runs.weights(run).values())
    assert np.isfinite(tracing.trace(run, "the cat sat").logits).all()


def test_a_training_that_ends_worse_than_a_guess_is_told_so(
    make_run: MakeRun, corpus: Corpus
) -> None:
    run = make_run("rnn", learning_rate=1.0, hidden=32, optimizer="rmsprop", clip=None, dropout=0.0)
    status = training.train(run, corpus)
    assert status.state == "finished"
    assert runs.metrics(run)["loss"].iloc[-1] > np.log(25) + 1
    assert status.message.startswith("Diverged: the loss, ")
    calm = make_run("rnn")
    assert training.train(calm, corpus).message == ""


def test_a_failed_training_can_be_taken_up_again(
    make_run: MakeRun, corpus: Corpus, whole: Callable[..., dict[str, Any]]
) -> None:
    run = make_run("rnn", **CHAPTER, epochs=WHOLE_EPOCHS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "train_epoch", spoiled_from(4))
        assert training.train(run, corpus).state == "failed"
    assert training.train(run, corpus).state == "finished"
    assert lasting(run) == whole("rnn", "chapter")


def test_too_little_memory_fails_with_advice(
    make_run: MakeRun, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(training, "train_epoch", full)
    status = training.train(make_run(), corpus)
    assert (status.state, status.message) == (
        "failed", "out of memory; choose fewer units or a smaller batch",
    )  # fmt: skip


def test_a_text_that_changed_since_the_run_began_is_refused(
    make_run: MakeRun, corpus: Corpus, tmp_path: Path
) -> None:
    run = make_run()
    changed = from_bytes(
        corpus.path.read_bytes() + b" the end", name="small", title=None, path=tmp_path / "new.txt"
    )
    with pytest.raises(ValueError, match="the text of 'small' has changed since the run"):
        training.train(run, changed)
    assert runs.checkpoints(run) == ()


@pytest.mark.parametrize("objective", ["last", "every"])
def test_a_text_that_fills_no_window_is_refused_before_a_run_is_made(
    corpus: Corpus, objective: str
) -> None:
    with pytest.raises(ValueError, match="297 words to train on do not fill a window of 300"):
        planning.plan("rnn", corpus, "chapter", window=300, objective=objective)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_cuda_that_is_not_there_is_refused(make_run: MakeRun, corpus: Corpus) -> None:
    with pytest.raises(ValueError, match="no CUDA device is found; use 'auto' or 'cpu'"):
        training.train(make_run(device="cuda"), corpus)


def test_losses_of_a_stateful_run_are_scored_from_the_zero_state(
    make_run: MakeRun, corpus: Corpus
) -> None:
    run = make_run(**BOOK)
    training.train(run, corpus)
    network, _ = tracing.load_network(run)
    _, held_out = planning.training_words(corpus, run.recipe)
    ids = torch.from_numpy(runs.vocabulary(run).encode(held_out))
    mean = word_losses(network, ids, None).mean().item()
    assert runs.metrics(run)["held_out_loss"].iloc[-1] == pytest.approx(mean, rel=1e-6)
